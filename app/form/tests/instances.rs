//! What follows from answers: relevance, validity, calculation, and exactly which changes an edit makes.

mod support;

use std::sync::Arc;

use form::{
    AnswerFault, CHINESE, Edit, EditError, Instance, InstanceCounts, Progress, QuestionKind,
    ValueError, ViolationKind, limits,
};
use serde_json::json;
use support::{answer, answers, begin, compile, id, session, start, summary, written};

#[test]
fn relevance_is_inherited_and_keeps_the_answers() {
    // given a question in a group in a group
    let form = compile(json!([
        {"node": "question", "name": "has", "kind": "selectOne", "choices": "letters"},
        {"node": "group", "name": "outer", "relevant": "${has} = 'a'", "children": [
            {"node": "group", "name": "inner", "children": [
                {"node": "question", "name": "q", "kind": "integer", "bind": {"required": "true()"}},
            ]},
        ]},
        {"node": "calculation", "name": "copy", "calculate": "concat('q=', ${q})"},
    ]));
    let mut instance = begin(&form);
    let q = id(&instance, "q");
    assert!(!instance.relevant(q));
    assert_eq!(instance.violation(q), None);

    // when the outer group becomes relevant, then so does everything in it, and what is required shows
    let changes = answer(&mut instance, "has", "a").expect("it is answered");
    assert_eq!(
        summary(&instance, &changes),
        [
            "has value",
            "outer relevant",
            "inner relevant",
            "q relevant validity"
        ]
    );
    assert_eq!(instance.violation(q), Some(ViolationKind::Required));

    // when it is answered and then hidden again, then the answer is kept, reads as blank, and is not handed in
    answer(&mut instance, "q", "7").expect("it is answered");
    assert_eq!(written(&instance, "copy"), "q=7");
    let changes = answer(&mut instance, "has", "b").expect("it is answered");
    assert_eq!(
        summary(&instance, &changes),
        [
            "has value",
            "outer relevant",
            "inner relevant",
            "q relevant",
            "copy value"
        ]
    );
    assert_eq!(written(&instance, "copy"), "q=");
    assert_eq!(written(&instance, "q"), "7");
    assert_eq!(
        instance.draft(),
        answers(&[("has", "b"), ("q", "7")]),
        "what is calculated is calculated anew"
    );
    assert_eq!(instance.given(), answers(&[("has", "b"), ("copy", "q=")]));
}

#[test]
fn an_edit_lists_exactly_what_changed() {
    let form = compile(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {"constraint": ". < 10"}},
        {"node": "question", "name": "b", "kind": "text", "bind": {
            "required": "${a} > 1", "readonly": "${a} > 2", "constraint": "string-length(.) > ${a}"}},
        {"node": "question", "name": "c", "kind": "selectOne", "choices": "result",
         "check": {"code": "A", "finding": "${a} = 4"}},
        {"node": "calculation", "name": "big", "calculate": "${a} > 100"},
        {"node": "calculation", "name": "after", "calculate": "if(${big} = 'true', 1, 2)"},
        {"node": "question", "name": "other", "kind": "integer"},
    ]));
    let mut instance = begin(&form);
    for (name, text, expected) in [
        ("a", "1", vec!["a value"]),
        ("a", "1", vec![]),
        ("a", "2", vec!["a value", "b required validity"]),
        ("b", "xyz", vec!["b value validity"]),
        ("a", "3", vec!["a value", "b readonly validity"]),
        ("a", "4", vec!["a value", "c finding"]),
        ("a", "50", vec!["a value validity", "c finding"]),
        ("a", "101", vec!["a value", "big value", "after value"]),
        (
            "a",
            "",
            vec![
                "a value validity",
                "b required readonly",
                "big value",
                "after value",
            ],
        ),
        ("other", "5", vec!["other value"]),
    ] {
        let changes = answer(&mut instance, name, text).expect("it is answered");
        assert_eq!(summary(&instance, &changes), expected, "{name} = {text}");
    }
}

#[test]
fn violations_carry_the_authors_message_or_the_engines() {
    let form = compile(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {
            "required": "true()", "requiredMessage": {"zh-Hans": "请填床位数", "en": "Give the number of beds"},
            "constraint": ". >= 0", "constraintMessage": {"zh-Hans": "不能为负", "en": "Not below zero"}}},
        {"node": "question", "name": "b", "kind": "integer", "bind": {"required": "1", "constraint": ". >= 0"}},
    ]));
    let mut instance = begin(&form);
    let messages = |instance: &Instance| {
        instance
            .violations()
            .into_iter()
            .map(|violation| {
                assert!(!violation.message.get("en").is_empty());
                (violation.kind, violation.message.get(CHINESE).to_owned())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        messages(&instance),
        [
            (ViolationKind::Required, "请填床位数".to_owned()),
            (ViolationKind::Required, "此项必填".to_owned()),
        ]
    );
    answer(&mut instance, "a", "-1").expect("it is answered");
    answer(&mut instance, "b", "-1").expect("it is answered");
    assert_eq!(
        messages(&instance),
        [
            (ViolationKind::Constraint, "不能为负".to_owned()),
            (ViolationKind::Constraint, "回答不符合要求".to_owned()),
        ]
    );
}

#[test]
fn an_irrelevant_question_violates_nothing() {
    let form = compile(json!([
        {"node": "question", "name": "on", "kind": "integer", "bind": {"default": "1"}},
        {"node": "question", "name": "a", "kind": "integer", "bind": {"relevant": "${on} = 1", "constraint": ". < 10"}},
        {"node": "question", "name": "b", "kind": "integer", "bind": {"relevant": "${on} = 1", "required": "true()"}},
        {"node": "question", "name": "c", "kind": "integer", "bind": {"relevant": "${on} = 1", "required": "1", "calculate": "'x'"}},
    ]));
    let mut instance = begin(&form);
    answer(&mut instance, "a", "12").expect("it is answered");
    assert_eq!(instance.violations().len(), 3);
    // when all three become irrelevant, then none is told
    answer(&mut instance, "on", "0").expect("it is answered");
    assert_eq!(instance.violations(), []);
}

#[test]
fn calculated_values_take_the_kind_of_their_question() {
    // and what is none of the kind is blank
    for (kind, calculate, expected) in [
        ("integer", "7 div 2", "3"),
        ("integer", "-7 div 2", "-3"),
        ("integer", "'12'", "12"),
        ("integer", "'x'", ""),
        ("integer", "1 div 0", ""),
        ("integer", "number('')", ""),
        ("integer", "10000000000000000000", ""),
        ("decimal", "1 div 4", "0.25"),
        ("decimal", "42", "42.0"),
        ("decimal", "''", ""),
        ("text", "1 = 1", "true"),
        ("text", "0.5", "0.5"),
        ("date", "today()", "2022-03-13"),
        ("date", "'tomorrow'", ""),
        ("time", "'08:30:00'", "08:30:00"),
        ("time", "'noon'", ""),
        ("dateTime", "now()", "2022-03-13T08:00:00.000+00:00"),
        ("geopoint", "'1 2'", "1.0 2.0 0.0 0.0"),
        ("geopoint", "'100 2'", ""),
        ("selectOne", "'a'", "a"),
        ("selectMultiple", "'a b'", "a b"),
        ("note", "concat('sum ', 3)", "sum 3"),
        ("note", "1 + 1", "2"),
    ] {
        let choices = kind.starts_with("select").then_some("letters");
        let mut question = json!({"node": "question", "name": "q", "kind": kind, "bind": {"calculate": calculate}});
        if let Some(list) = choices {
            question["choices"] = json!(list);
        }
        let instance = start(json!([question]));
        assert_eq!(written(&instance, "q"), expected, "{kind} {calculate}");
        let q = id(&instance, "q");
        assert_eq!(instance.violation(q), None, "{kind} {calculate}");
        assert!(instance.readonly(q));
    }
}

#[test]
fn once_is_computed_while_blank_and_then_kept() {
    let form = compile(json!([
        {"node": "question", "name": "a", "kind": "integer"},
        {"node": "calculation", "name": "first", "calculate": "once(${a})"},
        {"node": "question", "name": "opened", "kind": "date", "bind": {"calculate": "once(today())"}},
    ]));
    let mut instance = begin(&form);
    assert_eq!(written(&instance, "first"), "");
    answer(&mut instance, "a", "1").expect("it is answered");
    answer(&mut instance, "a", "2").expect("it is answered");
    assert_eq!(written(&instance, "first"), "1");

    // when it is opened again another day, then both are as they were
    let later = form::Session {
        now: support::MORNING + 7 * 86_400_000,
        ..session()
    };
    let (instance, errors) = Instance::resume(form, later, &instance.draft());
    assert_eq!(errors, []);
    assert_eq!(written(&instance, "first"), "1");
    assert_eq!(written(&instance, "opened"), "2022-03-13");
}

#[test]
fn defaults_start_a_new_instance_and_stay_away_from_a_resumed_one() {
    let form = compile(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {"default": "5"}},
        {"node": "calculation", "name": "twice", "calculate": "${a} * 2"},
    ]));
    let mut instance = begin(&form);
    assert_eq!(written(&instance, "twice"), "10");
    answer(&mut instance, "a", "").expect("it is cleared");
    let (resumed, errors) = Instance::resume(form, session(), &instance.draft());
    assert_eq!(errors, []);
    assert_eq!(written(&resumed, "a"), "");
    assert_eq!(written(&resumed, "twice"), "");
}

#[test]
fn instances_are_as_they_were_left_also_those_without_answers() {
    let wards = json!({"node": "repeat", "name": "ward", "children": [
        {"node": "question", "name": "title", "kind": "text", "bind": {"default": "ward"}},
        {"node": "repeat", "name": "bed", "children": [
            {"node": "question", "name": "taken", "kind": "integer"},
        ]},
    ]});
    let by_number = json!({"node": "repeat", "name": "floor", "count": "2", "children": [
        {"node": "question", "name": "height", "kind": "integer"},
    ]});
    let form = compile(json!([wards, by_number]));
    let add = |instance: &mut Instance, path: &str| {
        let repeat = instance.find(path).expect("a repeat");
        let edit = Edit::CreateRepeat {
            repeat,
            after: None,
        };
        instance.apply(edit).expect("it is added");
    };
    // given two wards, the first with its beds empty, the second cleared of the little it began with
    let mut instance = begin(&form);
    while instance.count(instance.find("/data/ward").expect("a repeat")) < 2 {
        add(&mut instance, "/data/ward");
    }
    for _ in 0..3 {
        add(&mut instance, "/data/ward[1]/bed");
    }
    let cleared = instance.named("ward[2]/title").expect("a question");
    let edit = Edit::Answer {
        node: cleared,
        value: String::new(),
    };
    instance.apply(edit).expect("it is cleared");
    let left = (instance.draft(), instance.counts());
    assert!(!left.1.0.contains_key("floor"), "the form counts those");

    // when it is taken up again, then all of that is there, and nothing that was cleared
    let resume = |counts: &InstanceCounts| {
        Instance::resume_as_left(Arc::clone(&form), session(), &left.0, counts)
    };
    let (resumed, errors) = resume(&left.1);
    assert_eq!(errors, []);
    assert_eq!((resumed.draft(), resumed.counts()), left);
    assert_eq!(resumed.nodes().len(), instance.nodes().len());

    // and without their number, those with answers
    let (resumed, _) = resume(&InstanceCounts::default());
    assert_eq!(resumed.draft(), left.0);

    // when a number is too small, then what has an answer stays; what names no such repeat is passed over
    let counts = [
        ("ward", 0),
        ("floor", 7),
        ("ward[9]/bed", 3),
        ("ward[1]/title", 2),
        ("", 1),
        ("nowhere", 4),
    ];
    let counts = counts.map(|(name, count)| (name.to_owned(), count));
    let (resumed, errors) = resume(&InstanceCounts(counts.into()));
    assert_eq!(errors, []);
    assert_eq!(resumed.draft(), left.0);
    assert_eq!(resumed.counts().0.get("ward"), Some(&1u32));
    assert_eq!(
        resumed.count(resumed.find("/data/floor").expect("a repeat")),
        2
    );

    // when all are taken out, then none is there again
    let mut instance = begin(&form);
    while let Some(first) = instance.find("/data/ward[1]") {
        let edit = Edit::RemoveRepeat { instance: first };
        instance.apply(edit).expect("it is taken out");
    }
    let (resumed, _) = Instance::resume_as_left(
        Arc::clone(&form),
        session(),
        &instance.draft(),
        &instance.counts(),
    );
    assert_eq!(resumed.counts().0.get("ward"), Some(&0u32));
}

#[test]
fn what_cannot_be_taken_up_is_reported_by_name() {
    let form = compile(json!([
        {"node": "question", "name": "n", "kind": "integer"},
        {"node": "question", "name": "s", "kind": "selectMultiple", "choices": "letters"},
        {"node": "question", "name": "note", "kind": "note"},
        {"node": "group", "name": "g"},
        {"node": "calculation", "name": "c", "calculate": "1"},
        {"node": "question", "name": "ok", "kind": "text", "bind": {"relevant": "false()"}},
    ]));
    let given = answers(&[
        ("n", "many"),
        ("s", "a z"),
        ("note", "x"),
        ("g", "x"),
        ("c", "99"),
        ("ok", "kept"),
        ("who", "x"),
        ("blank", ""),
    ]);
    let (instance, errors) = Instance::resume(form, session(), &given);
    let told: Vec<_> = errors
        .into_iter()
        .map(|error| (error.name, error.what))
        .collect();
    assert_eq!(
        told,
        [
            ("g".to_owned(), AnswerFault::Group),
            ("n".to_owned(), AnswerFault::Value(ValueError::Integer)),
            ("note".to_owned(), AnswerFault::Value(ValueError::Note)),
            (
                "s".to_owned(),
                AnswerFault::Value(ValueError::UnknownChoice("z".to_owned()))
            ),
            ("who".to_owned(), AnswerFault::UnknownName),
        ]
    );
    assert_eq!(instance.draft(), answers(&[("ok", "kept")]));
    assert_eq!(written(&instance, "c"), "1");
}

#[test]
fn edits_that_cannot_be_made_change_nothing() {
    let form = compile(json!([
        {"node": "group", "name": "g"},
        {"node": "calculation", "name": "c", "calculate": "1"},
        {"node": "question", "name": "locked", "kind": "integer", "bind": {"readonly": "true()", "default": "1"}},
        {"node": "question", "name": "made", "kind": "integer", "bind": {"calculate": "2"}},
        {"node": "question", "name": "note", "kind": "note"},
        {"node": "question", "name": "s", "kind": "selectOne", "choices": "letters"},
        {"node": "question", "name": "n", "kind": "integer"},
    ]));
    let mut instance = begin(&form);
    let before = instance.draft();
    for (name, value, expected) in [
        ("g", "3", EditError::NotAQuestion),
        ("c", "3", EditError::Readonly("/data/c".to_owned())),
        (
            "locked",
            "3",
            EditError::Readonly("/data/locked".to_owned()),
        ),
        ("made", "3", EditError::Readonly("/data/made".to_owned())),
        ("note", "x", EditError::Readonly("/data/note".to_owned())),
        (
            "n",
            &"9".repeat(limits::MAX_ANSWER_BYTES + 1),
            EditError::TooLong,
        ),
    ] {
        let refused = answer(&mut instance, name, value);
        if let Err(error) = &refused {
            let texts = error.texts();
            assert_ne!(texts.get(CHINESE), texts.get("en"), "{name}");
        }
        assert_eq!(refused, Err(expected), "{name}");
        assert_eq!(instance.draft(), before, "{name}");
    }
    // and before it is given, an answer can be asked whether it fits
    for (name, text, expected) in [
        ("note", "x", ValueError::Note),
        ("s", "z", ValueError::UnknownChoice("z".to_owned())),
        ("n", "3.5", ValueError::Integer),
    ] {
        assert_eq!(instance.fits(id(&instance, name), text), Err(expected));
    }
    // and a node of a larger form is nobody here
    let larger = compile(json!(
        (0..9)
            .map(|index| json!({"node": "question", "name": format!("q{index}"), "kind": "text"}))
            .collect::<Vec<_>>()
    ));
    let stranger = id(&begin(&larger), "q8");
    let refused = instance.apply(Edit::Answer {
        node: stranger,
        value: "x".to_owned(),
    });
    assert_eq!(refused, Err(EditError::UnknownNode));
    assert!(instance.value(stranger).is_empty() && !instance.relevant(stranger));
}

#[test]
fn progress_counts_what_a_person_is_asked() {
    let form = compile(json!([
        {"node": "group", "name": "g", "children": [
            {"node": "question", "name": "a", "kind": "integer", "bind": {"required": "true()", "constraint": ". < 10"}},
            {"node": "question", "name": "b", "kind": "integer", "bind": {"required": "true()"}},
            {"node": "question", "name": "hidden", "kind": "integer", "bind": {"relevant": "${a} = 2", "required": "1"}},
            {"node": "question", "name": "note", "kind": "note"},
            {"node": "question", "name": "made", "kind": "integer", "bind": {"calculate": "1"}},
            {"node": "group", "name": "inner", "children": [
                {"node": "question", "name": "item", "kind": "selectOne", "choices": "result"},
            ]},
        ]},
        {"node": "question", "name": "outside", "kind": "integer"},
    ]));
    let mut instance = begin(&form);
    let g = id(&instance, "g");
    for (name, text, answered, unfit, required_open, total) in [
        ("outside", "1", 0, 0, 2, 3),
        ("a", "1", 1, 0, 1, 3),
        ("item", "unassessed", 2, 0, 1, 3),
        ("a", "11", 2, 1, 1, 3),
        ("a", "2", 2, 0, 2, 4),
        ("a", "", 1, 0, 2, 3),
    ] {
        answer(&mut instance, name, text).expect("it is answered");
        let expected = Progress {
            answered,
            unfit,
            required_open,
            total,
        };
        assert_eq!(instance.progress(g), expected, "{name} = {text}");
    }
}

/// Given questions, a calculation and a repeat around a group, when sections are asked for, then what stands outside the group is in
/// sections of its own, in document order, and counts.
#[test]
fn what_stands_outside_groups_is_in_sections_too() {
    let form = compile(json!([
        {"node": "calculation", "name": "made", "calculate": "1"},
        {"node": "question", "name": "date", "kind": "date", "bind": {"required": "true()"}},
        {"node": "calculation", "name": "more", "calculate": "2"},
        {"node": "repeat", "name": "ward", "children": [{"node": "question", "name": "beds", "kind": "integer"}]},
        {"node": "group", "name": "g", "children": [{"node": "question", "name": "a", "kind": "integer"}]},
        {"node": "question", "name": "remark", "kind": "text", "bind": {"relevant": "${a} = 1"}},
        {"node": "calculation", "name": "last", "calculate": "3"},
    ]));
    let mut instance = begin(&form);
    let ward = instance.find("/data/ward").expect("the repeat is there");
    instance
        .apply(Edit::CreateRepeat {
            repeat: ward,
            after: None,
        })
        .expect("a ward is added");
    let shown: Vec<(bool, Vec<String>, u32)> = form
        .sections()
        .iter()
        .map(|section| {
            let nodes = instance.section_nodes(section).into_iter();
            (
                section.group().is_some(),
                nodes.map(|node| instance.path(node)).collect(),
                instance.section_progress(section).total,
            )
        })
        .collect();
    let paths = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    let first =
        ["date", "more", "ward", "ward[1]", "ward[1]/beds"].map(|name| format!("/data/{name}"));
    assert_eq!(
        shown,
        [
            (false, first.to_vec(), 2),
            (true, paths(&["/data/g/a"]), 1),
            (false, paths(&["/data/remark", "/data/last"]), 0),
        ]
    );
    for (place, section) in form.sections().iter().enumerate() {
        let nodes = instance.section_nodes(section).into_iter();
        let places: Vec<_> = nodes
            .map(|node| form.section_of(instance.def(node)))
            .collect();
        assert!(places.iter().all(|of| *of == Some(place)), "{places:?}");
    }
    let [first, group, last] = form.sections() else {
        panic!("there are three sections");
    };
    assert!(instance.section_relevant(first) && instance.section_relevant(group));
    assert_eq!(instance.section_progress(first).required_open, 1);
    // A calculation by itself is nothing to work through.
    assert!(!instance.section_relevant(last));
    answer(&mut instance, "a", "1").expect("it is answered");
    assert!(instance.section_relevant(last));
    assert_eq!(instance.section_progress(last).total, 1);
}

#[test]
fn a_chain_of_a_hundred_thousand_calculations_loads_and_recomputes() {
    // given a chain written with its end first, so that document order is the worst order
    const LENGTH: usize = 100_000;
    let mut nodes: Vec<_> = (1..=LENGTH)
        .rev()
        .map(|index| json!({"node": "calculation", "name": format!("c{index}"), "calculate": format!("${{c{}}} + 1", index - 1)}))
        .collect();
    nodes.push(
        json!({"node": "question", "name": "c0", "kind": "integer", "bind": {"default": "0"}}),
    );
    nodes.push(json!({"node": "question", "name": "aside", "kind": "integer"}));
    let mut instance = start(json!(nodes));
    assert_eq!(written(&instance, "c100000"), "100000");
    // when its beginning changes, then all of it does, each once
    let changes = answer(&mut instance, "c0", "5").expect("it is answered");
    assert_eq!(changes.len(), LENGTH + 1);
    assert_eq!(written(&instance, "c100000"), "100005");
    // and what nothing depends on changes alone
    assert_eq!(
        answer(&mut instance, "aside", "1")
            .expect("it is answered")
            .len(),
        1
    );
}

#[test]
fn a_text_that_grows_beyond_an_answer_is_not_kept() {
    // given sixty calculations of which each is twice the one before
    let mut nodes = vec![json!({"node": "calculation", "name": "c0", "calculate": "'ab'"})];
    nodes.extend((1..60).map(|index| {
        let before = format!("${{c{}}}", index - 1);
        json!({"node": "calculation", "name": format!("c{index}"), "calculate": format!("concat({before}, {before})")})
    }));
    let instance = start(json!(nodes));
    // then the last that fits is there, the next is blank, and none is larger
    assert_eq!(written(&instance, "c15").len(), 65_536);
    assert!(written(&instance, "c16").is_empty());
}

#[test]
fn choices_are_those_of_the_list() {
    let form = compile(json!([
        {"node": "question", "name": "s", "kind": "selectOne", "choices": "letters"},
        {"node": "question", "name": "n", "kind": "integer"},
    ]));
    let instance = begin(&form);
    let choices = instance.choices(id(&instance, "s"));
    let values: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(values, ["a", "b", "c"]);
    assert!(instance.choices(id(&instance, "n")).is_empty());
    assert_eq!(QuestionKind::default(), QuestionKind::Text);
}
