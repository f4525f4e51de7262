//! Forms that are wrong, too large or no forms at all: each gives its errors or a stated limit, in both languages, and none a panic.

mod support;

use std::fmt::Write as _;
use std::sync::Arc;

use form::{
    Attachments, CHINESE, DefinitionFault, Edit, EditError, Form, FormDefinition, Instance,
    InstanceError, Opening, SnapshotError, limits,
};
use proptest::prelude::*;
use serde_json::json;
use support::{begin, faults, read, session, start, told};

/// A form with this instance, these binds and this body.
fn xform(instance: &str, binds: &str, body: &str) -> String {
    format!(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\">\n\
         <h:head><h:title>T</h:title><model>\n<instance><data id=\"t\">{instance}</data></instance>\n{binds}\n</model></h:head>\n\
         <h:body>{body}</h:body></h:html>"
    )
}

/// What is wrong with a form in XML, told in both languages with line and element.
fn wrong(xml: &str) -> Vec<String> {
    match Form::read_xform(xml, &Attachments::default()) {
        Ok(_) => Vec::new(),
        Err(errors) => {
            for error in &errors {
                assert!(
                    error.line > 0 || matches!(error.what, DefinitionFault::Cycle { .. }),
                    "{error}"
                );
                assert!(
                    !error.node.is_empty() || matches!(error.what, DefinitionFault::Xml(_)),
                    "{error}"
                );
            }
            told(errors)
        }
    }
}

#[test]
fn what_is_wrong_is_told_by_line_and_element() {
    for (binds, expected) in [
        (
            "<bind nodeset=\"/data/a\" calculate=\"frob(1)\"/>",
            "line 4, bind /data/a: calculate: byte 1: there is no function frob()",
        ),
        (
            "<bind nodeset=\"/data/a\"\n constraint=\"concat()\"/>",
            "line 4, bind /data/a: constraint: byte 1: concat() takes at least 1 arguments, 0 are given",
        ),
        (
            "\n\n<bind nodeset=\"/data/a\" required=\"'\"/>",
            "line 6, bind /data/a: required: byte 1: the text has no closing quote",
        ),
        (
            "<bind nodeset=\"/data/a\" relevant=\"$x\"/>",
            "line 4, bind /data/a: relevant: byte 1: variables are not supported",
        ),
        (
            "<bind nodeset=\"/data/a\" calculate=\"xx:f()\"/>",
            "line 4, bind /data/a: calculate: byte 1: no namespace is declared for 'xx:'",
        ),
        (
            "<bind nodeset=\"/data/a\" calculate=\"a/sideways::b\"/>",
            "line 4, bind /data/a: calculate: byte 3: there is no axis 'sideways'",
        ),
        (
            "<bind nodeset=\"/data/a\" calculate=\"/data/b\"/><bind nodeset=\"/data/b\" calculate=\"/data/a\"/>",
            "/data/a: depends on itself: /data/a → /data/b → /data/a",
        ),
        (
            "<bind type=\"int\"/>",
            "line 4, bind: the attribute nodeset is missing",
        ),
    ] {
        assert_eq!(wrong(&xform("<a/><b/>", binds, "")), [expected], "{binds}");
    }
    // and in the builder's form by the name of the node
    assert_eq!(
        faults(json!([
            {"node": "question", "name": "a", "kind": "text"},
            {"node": "repeat", "name": "r", "count": "${who}", "children": [{"node": "question", "name": "a", "kind": "text"}]},
        ])),
        [
            "a: the name is used more than once",
            "r: count: no node is called \"who\""
        ]
    );
}

#[test]
fn a_condition_of_the_whole_form_loses_nothing() {
    // given a form from elsewhere whose root has a condition that does not hold
    let form = read(&xform(
        "<a>1</a>",
        "<bind nodeset=\"/data\" relevant=\"/data/a = 2\"/>",
        "<input ref=\"/data/a\"/>",
    ));
    // then the author is told, and what is entered is submitted
    assert_eq!(
        told(form.warnings().to_vec()),
        [
            "line 4, bind /data: relevant: the form as a whole takes no condition: while it did not hold, nothing would be submitted"
        ]
    );
    let submission = begin(&form).submission();
    assert!(submission.contains("<a>1</a>"), "{submission}");
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    // given elements ten thousand deep
    let depth = 10_000;
    let nested = format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth));
    let errors = wrong(&xform(&nested, "", ""));
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].contains(&limits::MAX_XML_DEPTH.to_string()),
        "{errors:?}"
    );

    // given groups deeper than groups may be, in an XML document that is not
    let depth = limits::MAX_GROUP_DEPTH + 2;
    let nested = format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth));
    let errors = wrong(&xform(&nested, "", ""));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("nested deeper than"), "{errors:?}");

    // given controls ten thousand deep
    let depth = 10_000;
    let nested = format!("{}{}", "<group>".repeat(depth), "</group>".repeat(depth));
    assert_eq!(wrong(&xform("<a/>", "", &nested)).len(), 1);

    // given parentheses and calls ten thousand deep
    for expression in [
        format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1{}", "not(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1{}", "/data[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let bind = format!("<bind nodeset=\"/data/a\" calculate=\"{expression}\"/>");
        let errors = wrong(&xform("<a/>", &bind, ""));
        assert_eq!(errors.len(), 1);
        assert!(errors[0].contains("nested deeper than"), "{errors:?}");
    }
    // and what does not nest may be long
    for expression in [
        format!("1{}", " + 1".repeat(30_000)),
        format!("{}1", "-".repeat(60_000)),
        format!(".{}", "/..".repeat(10_000)),
        format!("/data/a{}", " | /data/a".repeat(10_000)),
    ] {
        let bind = format!("<bind nodeset=\"/data/b\" calculate=\"{expression}\"/>");
        assert_eq!(
            wrong(&xform("<a/><b/>", &bind, "")),
            [""; 0],
            "{expression:.12}"
        );
    }
}

#[test]
fn repeats_as_deep_as_groups_may_be_work() {
    // given repeats inside one another as deep as allowed, with a sum at each level
    let depth = limits::MAX_GROUP_DEPTH - 1;
    let mut node = json!({"node": "question", "name": "leaf", "kind": "integer"});
    for level in (0..depth).rev() {
        node = json!({"node": "repeat", "name": format!("r{level}"), "children": [
            node,
            {"node": "calculation", "name": format!("s{level}"), "calculate": "sum(${leaf})"},
        ]});
    }
    let mut instance = start(json!([node]));
    // when an instance is added to each, and the innermost is answered
    let mut path = "/data".to_owned();
    for level in 0..depth {
        let _ = write!(path, "/r{level}");
        let repeat = instance.find(&path).expect("the repeat is there");
        instance
            .apply(Edit::CreateRepeat {
                repeat,
                after: None,
            })
            .expect("an instance is added");
        path.push_str("[1]");
    }
    let leaf = instance
        .find(&format!("{path}/leaf"))
        .expect("the leaf is there");
    let changes = instance
        .apply(Edit::Answer {
            node: leaf,
            value: "7".to_owned(),
        })
        .expect("it is answered");
    // then every level knows
    assert_eq!(changes.len(), depth + 1);
    let sum = instance.find("/data/r0[1]/s0").expect("the sum is there");
    assert_eq!(instance.value(sum), "7");
}

#[test]
fn a_long_chain_in_xml_computes() {
    // given a hundred thousand calculations, each reading the one behind it
    const LENGTH: usize = 100_000;
    let mut instance = String::from("<start>1</start>");
    let mut binds = String::new();
    for index in (0..LENGTH).rev() {
        let _ = write!(instance, "<c{index}/>");
        let before = if index == 0 {
            "start".to_owned()
        } else {
            format!("c{}", index - 1)
        };
        let _ = writeln!(
            binds,
            "<bind nodeset=\"/data/c{index}\" type=\"int\" calculate=\"/data/{before} + 1\"/>"
        );
    }
    let form = read(&xform(&instance, &binds, "<input ref=\"/data/start\"/>"));
    let mut instance = begin(&form);
    let last = instance
        .find(&format!("/data/c{}", LENGTH - 1))
        .expect("it is there");
    assert_eq!(instance.value(last), "100001");
    let changes = support::answer(&mut instance, "start", "5").expect("it is answered");
    assert_eq!(changes.len(), LENGTH + 1);
    assert_eq!(instance.value(last), "100005");
    // and one that closes upon itself is told, as is its length
    binds.push_str("<bind nodeset=\"/data/start\" calculate=\"/data/c99999\"/>");
    let mut values = String::from("<start/>");
    for index in 0..LENGTH {
        let _ = write!(values, "<c{index}/>");
    }
    let closed = xform(&values, &binds, "");
    let errors = wrong(&closed);
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].contains("depends on itself"),
        "{:.200}",
        errors[0]
    );
}

#[test]
fn xml_that_would_grow_without_end_is_refused() {
    let mut laughs = String::from("<!DOCTYPE lolz [<!ENTITY lol \"lol\">");
    for level in 1..10 {
        let before = if level == 1 {
            "lol".to_owned()
        } else {
            format!("lol{}", level - 1)
        };
        let _ = write!(
            laughs,
            "<!ENTITY lol{level} \"{}\">",
            format!("&{before};").repeat(10)
        );
    }
    laughs.push_str("]>");
    for document in [
        format!(
            "{laughs}<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:title>&lol9;</h:title></h:html>"
        ),
        format!("{laughs}{}", xform("<a>&lol9;</a>", "", "")),
        xform("<a>&undefined;</a>", "", ""),
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>".to_owned(),
    ] {
        assert_eq!(wrong(&document).len(), 1, "{document:.60}");
    }
    let form = read(&xform("<a/>", "", ""));
    let submission = format!("{laughs}<data id=\"t\"><a>&lol9;</a></data>");
    let opened = Instance::open(form, session(), &submission, Opening::Restore);
    assert!(matches!(opened, Err(InstanceError::Xml(_))));
}

#[test]
fn large_forms_are_read_and_larger_ones_refused() {
    // given a form of fifty megabytes, most of it a list of choices
    let item = "<item><name>n</name><label>a place with a name that is neither short nor long at all</label></item>";
    let count = 50 * 1024 * 1024 / item.len();
    let list = format!(
        "<instance id=\"places\"><root>{}</root></instance>",
        item.repeat(count)
    );
    let body = "<select1 ref=\"/data/a\"><label>A</label><itemset nodeset=\"instance('places')/root/item[position() &lt; 3]\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1>";
    let form = read(&xform("<a/>", &list, body));
    let instance = begin(&form);
    let a = instance.find("/data/a").expect("it is there");
    assert_eq!(instance.choices(a).len(), 2);
    drop((instance, form));

    // given one that is larger than forms may be
    let errors = wrong(&format!("<a>{}</a>", " ".repeat(limits::MAX_FORM_BYTES)));
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].contains(&limits::MAX_FORM_BYTES.to_string()),
        "{errors:?}"
    );
}

#[test]
fn too_many_nodes_are_refused() {
    let many = "<a/>".repeat(limits::MAX_NODES + 1);
    let errors = wrong(&xform(&many, "", ""));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("more than 250000 nodes"), "{errors:?}");
}

#[test]
fn a_repeat_has_an_end() {
    let form = read(&xform(
        "<n/><r><a/></r>",
        "<bind nodeset=\"/data/n\" type=\"int\"/>",
        "<input ref=\"/data/n\"/><group ref=\"/data/r\"><repeat nodeset=\"/data/r\" jr:count=\"/data/n\"><input ref=\"/data/r/a\"/></repeat></group>",
    ));
    let mut instance = begin(&form);
    support::answer(&mut instance, "n", "1000000000").expect("it is answered");
    let repeat = instance.find("/data/r").expect("it is there");
    assert_eq!(instance.count(repeat), limits::MAX_REPEAT_INSTANCES);

    let form = read(&xform(
        &"<r><a/></r>".repeat(limits::MAX_REPEAT_INSTANCES),
        "",
        "<group ref=\"/data/r\"><repeat nodeset=\"/data/r\"><input ref=\"/data/r/a\"/></repeat></group>",
    ));
    let mut instance = begin(&form);
    let repeat = instance.find("/data/r").expect("it is there");
    assert_eq!(
        instance.apply(Edit::CreateRepeat {
            repeat,
            after: None
        }),
        Err(EditError::TooManyInstances)
    );
}

#[test]
fn drafts_that_are_none_are_refused() {
    let form = read(&xform(
        "<a>x</a><r><b/></r>",
        "",
        "<group ref=\"/data/r\"><repeat nodeset=\"/data/r\"><input ref=\"/data/r/b\"/></repeat></group>",
    ));
    let instance = begin(&form);
    let draft = instance.snapshot();
    let take_up =
        |bytes: &[u8]| Instance::from_snapshot(Arc::clone(&form), session(), bytes).map(|_| ());
    assert_eq!(take_up(&draft), Ok(()));
    assert_eq!(take_up(b""), Err(SnapshotError::NotASnapshot));
    assert_eq!(take_up(b"{}"), Err(SnapshotError::NotASnapshot));
    // when it is cut short or goes on, then it is damaged
    for end in 3..draft.len() {
        let error = take_up(&draft[..end]).expect_err("it is cut short");
        assert!(!error.texts().get(CHINESE).is_empty());
    }
    let longer = [&draft[..], b"x"].concat();
    assert_eq!(take_up(&longer), Err(SnapshotError::Damaged));
    // when it is of another form, then that is told
    let other = read(&xform("<a/><c/>", "", ""));
    let error = Instance::from_snapshot(other, session(), &draft).map(|_| ());
    assert_eq!(error, Err(SnapshotError::OtherForm));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_is_told_from_a_form(text in any::<String>(), marked in "[<>/a-z&;!\\[\\]\"'= ]{0,200}") {
        for text in [text, marked] {
            prop_assert!(!wrong(&text).is_empty());
            prop_assert!(serde_json::from_str::<FormDefinition>(&text).is_err());
        }
    }

    #[test]
    fn a_form_with_a_piece_missing_or_doubled_is_read_or_refused(at in any::<prop::sample::Index>(), length in 0_usize..60, double in any::<bool>()) {
        let whole = include_str!("support/wards.xml");
        let characters: Vec<char> = whole.chars().collect();
        let start = at.index(characters.len());
        let end = (start + length).min(characters.len());
        let mut mended: Vec<char> = characters[..start].to_vec();
        if double {
            mended.extend(&characters[start..end]);
            mended.extend(&characters[start..end]);
        }
        mended.extend(&characters[end..]);
        let text: String = mended.into_iter().collect();
        match Form::read_xform(&text, &Attachments::default()) {
            Ok(form) => {
                if let Ok(instance) = Instance::new(Arc::new(form), session()) {
                    prop_assert!(!instance.submission().is_empty());
                }
            }
            Err(errors) => prop_assert!(!told(errors).is_empty()),
        }
    }

    #[test]
    fn garbage_is_told_from_a_draft(bytes in prop::collection::vec(any::<u8>(), 0..60), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)) {
        let form = read(include_str!("support/wards.xml"));
        let mut draft = begin(&form).snapshot();
        for (at, byte) in flips {
            let at = at.index(draft.len());
            draft[at] = byte;
        }
        for bytes in [bytes.clone(), [b"DF1", &bytes[..]].concat(), draft] {
            match Instance::from_snapshot(Arc::clone(&form), session(), &bytes) {
                Ok(instance) => prop_assert!(!instance.snapshot().is_empty()),
                Err(error) => prop_assert!(!error.texts().is_empty()),
            }
        }
    }
}

#[test]
fn an_expression_that_multiplies_is_refused_instead_of_running_for_ever() {
    // given 400 items, and an expression that looks at each of them for each of them for each of them
    let items = "<item><v>1</v></item>".repeat(400);
    let list = "instance('x')/root/item";
    let cube = format!("count({list}[count({list}[count({list}[v &gt; /data/a]) &gt; 9]) &gt; 9])");
    let binds = format!(
        "<instance id=\"x\"><root>{items}</root></instance><bind nodeset=\"/data/b\" calculate=\"{cube}\"/>"
    );
    let xml = xform("<a>0</a><b/>", &binds, "");
    let form = Form::read_xform(&xml, &Attachments::default()).expect("it reads");
    // when an instance begins, then it is told what is too much
    match Instance::new(Arc::new(form), session()) {
        Err(InstanceError::Evaluation { path, error }) => {
            assert_eq!(path, "/data/b");
            assert_eq!(error, form::EvaluationError::TooMuchWork);
        }
        other => panic!("{other:?}"),
    }
}
