//! What is refused of a definition, and how its author is told; how a definition travels as JSON.

mod support;

use form::{
    CHINESE, Calculation, CheckItem, DefinitionFault, ENGLISH, Evidence, Form, FormDefinition,
    GradeBand, Grading, Group, Node, Question, QuestionKind, Severity, Texts, What, limits,
};
use serde_json::json;
use support::{compile, definition, faults, told};

#[test]
fn faulty_expressions_are_reported_where_they_are_wrong() {
    for (expression, expected) in [
        ("", "column 1: the expression ends too early"),
        ("1 +", "column 4: the expression ends too early"),
        ("(1", "column 3: the expression ends too early"),
        ("1 2", "column 3: '2' does not belong here"),
        ("1 And 1", "column 3: 'And' does not belong here"),
        ("and 1", "column 1: 'and' does not belong here"),
        ("* 2", "column 1: '*' does not belong here"),
        ("1 ! 2", "column 3: '!' does not belong here"),
        ("1.2.3", "column 1: '1.2.3' does not belong here"),
        ("'你好' ; 1", "column 6: ';' does not belong here"),
        ("concat('a',)", "column 12: ')' does not belong here"),
        ("'abc", "column 1: the text is not closed"),
        (
            "${abc",
            "column 1: the reference is not closed, write ${name}",
        ),
        (
            "$abc",
            "column 1: the reference is not closed, write ${name}",
        ),
        (
            "/data/a",
            "column 1: paths are not supported, write ${name}",
        ),
        ("../a", "column 1: paths are not supported, write ${name}"),
        ("a + 1", "column 1: paths are not supported, write ${name}"),
        (
            "${a}[1]",
            "column 5: paths are not supported, write ${name}",
        ),
        ("${nobody}", "column 1: there is no node \"nobody\""),
        ("1 + ${g}", "column 5: \"g\" is a group and has no value"),
        ("uuid()", "column 1: there is no function uuid()"),
        ("jr:itext('a')", "column 1: there is no function jr:itext()"),
        ("not()", "column 1: not() takes 1 arguments, not 0"),
        ("if(1, 2)", "column 1: if() takes 3 arguments, not 2"),
        ("true(1)", "column 1: true() takes 0 arguments, not 1"),
        (
            "round(1, 2, 3)",
            "column 1: round() takes 1-2 arguments, not 3",
        ),
        ("concat()", "column 1: concat() takes 1+ arguments, not 0"),
        (
            "sum(1)",
            "column 1: sum() takes only references such as ${name}",
        ),
        (
            "sum(${a}, ${a} + 1)",
            "column 1: sum() takes only references such as ${name}",
        ),
        (
            "sum(if(1, 2, ${a}))",
            "column 1: sum() takes only references such as ${name}",
        ),
        (
            "once(1) + 1",
            "column 9: once() must be the whole of a calculate",
        ),
        (
            "1 + once(1)",
            "column 5: once() must be the whole of a calculate",
        ),
        (
            "-once(1)",
            "column 1: once() must be the whole of a calculate",
        ),
        (
            "once(once(1))",
            "column 6: once() must be the whole of a calculate",
        ),
        (
            "if(1, once(1), 2)",
            "column 7: once() must be the whole of a calculate",
        ),
    ] {
        // given an otherwise sound form, when the expression calculates, then the one fault is told
        let found = faults(json!([
            {"node": "group", "name": "g", "children": [{"node": "question", "name": "a", "kind": "integer"}]},
            {"node": "calculation", "name": "x", "calculate": expression},
        ]));
        assert_eq!(found, [format!("x: calculate: {expected}")], "{expression}");
    }
}

#[test]
fn everything_wrong_is_told_at_once() {
    let found = faults(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {
            "relevant": "${nobody} and ${noone} and frob(1)",
            "required": "once(1)",
            "constraint": ". >",
            "readonly": "not()",
        }},
        {"node": "question", "name": "a", "kind": "text"},
        {"node": "question", "name": "1st", "kind": "text"},
        {"node": "question", "name": "s", "kind": "selectOne", "choices": "nothing"},
        {"node": "question", "name": "t", "kind": "selectMultiple"},
        {"node": "question", "name": "u", "kind": "text", "choices": "letters"},
        {"node": "question", "name": "v", "kind": "date", "bind": {"default": "2022-02-30"}},
        {"node": "question", "name": "w", "kind": "selectOne", "choices": "letters", "bind": {"default": "z"}},
        {"node": "question", "name": "n", "kind": "note", "bind": {"required": "true()"}},
        {"node": "question", "name": "c", "kind": "text", "check": {"code": "A1", "weight": -1, "finding": "${q}", "score": ")"}},
    ]));
    assert_eq!(
        found,
        [
            "a: the name is used more than once",
            "1st: a name begins with a letter or _ and holds letters, digits, _, - and . in at most 255 bytes",
            "a: relevant: column 1: there is no node \"nobody\"",
            "a: relevant: column 15: there is no node \"noone\"",
            "a: relevant: column 28: there is no function frob()",
            "a: required: column 1: once() must be the whole of a calculate",
            "a: constraint: column 4: the expression ends too early",
            "a: readonly: column 1: not() takes 1 arguments, not 0",
            "s: there is no choice list \"nothing\"",
            "t: a select needs a choice list, and nothing else has one",
            "u: a select needs a choice list, and nothing else has one",
            "v: the default does not fit: not a date of the calendar (year-month-day)",
            "w: the default does not fit: the form offers no choice \"z\"",
            "n: a note takes no answer, so it has no default, constraint, requirement or check",
            "c: the weight of a check item is a finite number from 0 on",
            "c: finding: column 1: there is no node \"q\"",
            "c: score: column 1: ')' does not belong here",
        ]
    );
}

#[test]
fn faults_are_told_in_both_languages() {
    let errors = Form::compile(definition(json!([
        {"node": "calculation", "name": "x", "calculate": "frob()"},
    ])))
    .expect_err("frob is no function");
    let texts = errors[0].what.texts();
    assert_eq!(texts.get(CHINESE), "计算式：第 1 列：没有函数 frob()");
    assert_eq!(
        texts.get(ENGLISH),
        "calculate: column 1: there is no function frob()"
    );
}

#[test]
fn cycles_are_told_with_their_path() {
    let calculation = |name: &str, calculate: &str| json!({"node": "calculation", "name": name, "calculate": calculate});
    let relevant = |name: &str, relevant: &str| json!({"node": "question", "name": name, "kind": "text", "bind": {"relevant": relevant}});
    for (case, nodes, expected) in [
        (
            "a value of itself",
            json!([calculation("a", "${a} + 1")]),
            vec!["a → a"],
        ),
        (
            "its own value by dot",
            json!([calculation("a", ". + 1")]),
            vec!["a → a"],
        ),
        (
            "relevance of itself",
            json!([relevant("a", "${a} = ''")]),
            vec!["a → a"],
        ),
        (
            "three in a ring",
            json!([
                calculation("a", "${b}"),
                calculation("b", "${c}"),
                calculation("c", "${a}")
            ]),
            vec!["a → b → c → a"],
        ),
        (
            "a tail into a ring is no part of it",
            json!([
                calculation("t", "${a}"),
                calculation("a", "${b}"),
                calculation("b", "${a}")
            ]),
            vec!["a → b → a"],
        ),
        (
            "two rings",
            json!([
                calculation("a", "${b}"),
                calculation("b", "${a}"),
                calculation("c", "${d}"),
                calculation("d", "${c}")
            ]),
            vec!["a → b → a", "c → d → c"],
        ),
        (
            "a group that depends on what is in it",
            json!([{"node": "group", "name": "g", "relevant": "${q} = 1", "children": [
                {"node": "question", "name": "q", "kind": "integer"}]}]),
            vec!["g → q → g"],
        ),
        (
            "relevance and value through one another",
            json!([relevant("a", "${b} = ''"), relevant("b", "${a} = ''")]),
            vec!["a → b → a"],
        ),
    ] {
        let paths: Vec<String> = Form::compile(definition(nodes))
            .expect_err(case)
            .into_iter()
            .map(|error| match error.what {
                DefinitionFault::Cycle { path } => path.join(" → "),
                other => panic!("{case}: {other}"),
            })
            .collect();
        assert_eq!(paths, expected, "{case}");
    }
    // and what judges a value may read it: that is no cycle
    compile(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {
            "constraint": ". > 0 and ${a} < 9", "required": "${b} = ''", "readonly": "${b} = 1"}},
        {"node": "question", "name": "b", "kind": "integer", "bind": {"constraint": ". != ${a}", "required": "${a} = ''"}},
        {"node": "calculation", "name": "kept", "calculate": "once(concat(., ${a}))".replace("., ", "")},
    ]));
}

#[test]
fn choice_lists_and_gradings_must_be_sound() {
    let mut faulty = definition(json!([]));
    for value in ["a", "b b", ""] {
        faulty
            .choice_lists
            .entry("letters".to_owned())
            .or_default()
            .push(form::Choice {
                value: value.to_owned(),
                label: Texts::default(),
            });
    }
    faulty.grading = Some(Grading {
        out_of: 0.0,
        ..Grading::default()
    });
    assert_eq!(
        told(Form::compile(faulty).expect_err("three choices and the grading are wrong")),
        [
            "test: a grading is out of more than 0, its shares lie between 0 and 1",
            "test: choice list \"letters\": \"\" is blank or holds white space",
            "test: choice list \"letters\": \"b b\" is blank or holds white space",
            "test: choice list \"letters\": \"a\" is given more than once",
        ]
    );
    for (out_of, from_share, cap) in [
        (f64::NAN, 0.5, None),
        (f64::INFINITY, 0.5, None),
        (100.0, 1.5, None),
        (100.0, f64::NAN, None),
        (100.0, 0.5, Some(-0.1)),
    ] {
        let mut faulty = definition(json!([]));
        faulty.grading = Some(Grading {
            out_of,
            bands: vec![GradeBand {
                from_share,
                label: Texts::default(),
            }],
            critical_cap_share: cap,
        });
        let errors = Form::compile(faulty).expect_err("no such grading");
        assert_eq!(errors[0].what, DefinitionFault::Grading);
    }
}

#[test]
fn json_carries_a_definition_without_loss_and_without_defaults() {
    let text = json!({
        "id": "f", "version": "1", "title": {"zh-Hans": "表", "en": "Form"},
        "children": [
            {"node": "group", "name": "g", "relevant": "1", "children": [
                {"node": "question", "name": "q", "kind": "selectOne", "choices": "l",
                 "bind": {"required": "true()", "requiredMessage": {"en": "Please"}},
                 "check": {"code": "A1", "line": "regulatory", "subject": "both", "severity": "key", "critical": true,
                           "weight": 2.5, "evidence": {"photosAtLeast": 1, "noteRequired": true}}},
                {"node": "question", "name": "p", "kind": "photo", "check": {"code": "A2"}},
            ]},
            {"node": "calculation", "name": "c", "calculate": "1"},
        ],
        "choiceLists": {"l": [{"value": "pass", "label": {"en": "Pass"}}]},
        "grading": {"outOf": 100.0, "bands": [{"fromShare": 0.9, "label": {"en": "Good"}}], "criticalCapShare": 0.6},
    });
    let definition: FormDefinition =
        serde_json::from_value(text.clone()).expect("a sound definition");
    assert_eq!(
        serde_json::to_value(&definition).expect("it is written"),
        text
    );
    // and the default weight is 1
    assert!((CheckItem::default().weight - 1.0).abs() < f64::EPSILON);
}

#[test]
fn unknown_fields_are_refused() {
    for text in [
        r#"{"id": "f", "colour": 1}"#,
        r#"{"id": "f", "children": [{"node": "group", "name": "g", "colour": 1}]}"#,
        r#"{"id": "f", "children": [{"node": "question", "name": "q", "kind": "text", "colour": 1}]}"#,
        r#"{"id": "f", "children": [{"node": "question", "name": "q", "kind": "text", "bind": {"relevent": "1"}}]}"#,
        r#"{"id": "f", "children": [{"node": "question", "name": "q", "kind": "colour"}]}"#,
        r#"{"id": "f", "children": [{"node": "calculation", "name": "c", "calculate": "1", "required": "1"}]}"#,
        r#"{"id": "f", "children": [{"node": "repeat", "name": "r"}]}"#,
        r#"{"id": "f", "grading": {"outOf": 1, "colour": 1}}"#,
    ] {
        assert!(
            serde_json::from_str::<FormDefinition>(text).is_err(),
            "{text}"
        );
    }
}

#[test]
fn a_compiled_form_tells_what_and_where_its_nodes_are() {
    let form = compile(json!([
        {"node": "question", "name": "first", "kind": "date", "label": {"en": "First"}},
        {"node": "group", "name": "g", "children": [
            {"node": "group", "name": "inner", "children": [
                {"node": "question", "name": "item", "kind": "selectOne", "choices": "result", "check": {"code": "A1"}},
            ]},
            {"node": "calculation", "name": "c", "calculate": "1"},
        ]},
        {"node": "group", "name": "empty"},
    ]));
    let names: Vec<_> = form.node_ids().map(|id| form.node(id).name).collect();
    assert_eq!(names, ["first", "g", "inner", "item", "c", "empty"]);
    for (name, parent, what) in [
        ("first", None, "question"),
        ("g", None, "group"),
        ("inner", Some("g"), "group"),
        ("item", Some("inner"), "question"),
        ("c", Some("g"), "calculation"),
        ("empty", None, "group"),
    ] {
        let id = form.find(name).expect("it is there");
        let node = form.node(id);
        assert_eq!(node.name, name);
        assert_eq!(node.parent.map(|parent| form.node(parent).name), parent);
        let is = match node.what {
            What::Group(group) => (group.name == name).then_some("group"),
            What::Question(question) => (question.name == name).then_some("question"),
            What::Calculation(calculation) => (calculation.name == name).then_some("calculation"),
        };
        assert_eq!(is, Some(what), "{name}");
    }
    assert_eq!(
        form.node(form.find("first").expect("there"))
            .label
            .get(ENGLISH),
        "First"
    );
    assert_eq!(form.find("nobody"), None);
    let sections: Vec<_> = form
        .sections()
        .iter()
        .map(|section| (form.node(section.id).name, section.nodes.len()))
        .collect();
    assert_eq!(sections, [("g", 3), ("empty", 0)]);
    assert_eq!(form.items(), [form.find("item").expect("there")]);
    assert_eq!(form.choices(form.items()[0]).len(), 4);
    assert!(form.choices(form.find("c").expect("there")).is_empty());
}

fn nested(depth: usize) -> FormDefinition {
    let mut node = Node::Group(Group {
        name: "g0".to_owned(),
        ..Group::default()
    });
    for level in 1..depth {
        node = Node::Group(Group {
            name: format!("g{level}"),
            children: vec![node],
            ..Group::default()
        });
    }
    FormDefinition {
        children: vec![node],
        ..FormDefinition::default()
    }
}

#[test]
fn limits_are_stated_and_nothing_overflows() {
    // given groups nested as deep as allowed, one deeper, and far deeper
    assert!(Form::compile(nested(limits::MAX_GROUP_DEPTH)).is_ok());
    for depth in [limits::MAX_GROUP_DEPTH + 1, 100_000] {
        let errors = Form::compile(nested(depth)).expect_err("too deep");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].what, DefinitionFault::NestedTooDeep);
    }

    // given too many nodes
    let many = FormDefinition {
        children: (0..=limits::MAX_NODES)
            .map(|index| {
                Node::Calculation(Calculation {
                    name: format!("c{index}"),
                    calculate: "1".to_owned(),
                    ..Calculation::default()
                })
            })
            .collect(),
        ..FormDefinition::default()
    };
    let errors = Form::compile(many).expect_err("too many");
    assert_eq!(errors[0].what, DefinitionFault::TooManyNodes);

    // given expressions at and beyond the limits of nesting and length
    let parentheses = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    let most = limits::MAX_EXPRESSION_NESTING;
    for (expression, expected) in [
        (parentheses(most), None),
        (
            parentheses(most + 1),
            Some("column 65: nested deeper than 64"),
        ),
        (
            parentheses(30_000),
            Some("column 65: nested deeper than 64"),
        ),
        (
            "not(".repeat(10_000),
            Some("column 257: nested deeper than 64"),
        ),
        (format!("{}1", "-".repeat(60_000)), None),
        (format!("1{}", "+1".repeat(30_000)), None),
        (format!("1{}", " and 1".repeat(10_000)), None),
        (
            "1".repeat(limits::MAX_EXPRESSION_BYTES + 1),
            Some("longer than 65536 bytes"),
        ),
    ] {
        let found = faults(json!([{"node": "calculation", "name": "x", "calculate": expression}]));
        let expected: Vec<_> = expected
            .map(|fault| format!("x: calculate: {fault}"))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{}…", &expression[..10]);
    }
}

#[test]
fn the_parts_of_a_definition_have_sensible_defaults() {
    // given a question written in Rust with only what matters, then it compiles as written
    let question = Question {
        name: "q".to_owned(),
        kind: QuestionKind::Integer,
        check: Some(CheckItem {
            severity: Severity::Key,
            evidence: Evidence {
                photos_at_least: 1,
                ..Evidence::default()
            },
            ..CheckItem::default()
        }),
        ..Question::default()
    };
    let form = Form::compile(FormDefinition {
        id: "f".to_owned(),
        children: vec![Node::Question(question)],
        ..FormDefinition::default()
    })
    .expect("it is sound");
    assert_eq!(form.items().len(), 1);
}
