//! The check of answers given elsewhere.

mod support;

use std::sync::Arc;

use form::{CHINESE, Edit, Form, Instance, InstanceCounts, SubmissionFault, check_submission};
use serde_json::json;
use support::{answers, begin, compile, session};

fn form() -> Arc<Form> {
    compile(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {"required": "true()", "constraint": ". < 10"}},
        {"node": "question", "name": "b", "kind": "text", "bind": {"relevant": "${a} > 5"}},
        {"node": "question", "name": "fixed", "kind": "text", "bind": {"readonly": "true()", "default": "v1"}},
        {"node": "question", "name": "lockable", "kind": "text", "bind": {"readonly": "${a} = 3"}},
        {"node": "question", "name": "item", "kind": "selectOne", "choices": "result", "check": {"code": "A1", "weight": 2}},
        {"node": "calculation", "name": "twice", "calculate": "${a} * 2"},
        {"node": "calculation", "name": "hidden", "calculate": "'x'", "relevant": "${a} > 5"},
    ]))
}

#[test]
fn instances_are_judged_as_they_were_left() {
    // given rooms with a number each, no more than two, and how many there are
    let form = compile(json!([
        {"node": "repeat", "name": "room", "children": [
            {"node": "question", "name": "number", "kind": "integer", "bind": {"required": "true()"}},
            {"node": "question", "name": "note", "kind": "text"},
        ]},
        {"node": "calculation", "name": "rooms", "calculate": "count(${room})"},
    ]));
    let holds = |instance: &Instance| {
        let given = instance.given();
        let counts = instance.untold_counts(&given);
        check_submission(&form, session(), &given, &counts).map(|checked| checked.answers)
    };
    let mut instance = begin(&form);
    let repeat = instance.find("/data/room").expect("a repeat");
    // when all that it begins with is taken out, then none is asked for
    while let Some(first) = instance.find("/data/room[1]") {
        let edit = Edit::RemoveRepeat { instance: first };
        instance.apply(edit).expect("it is taken out");
    }
    assert_eq!(holds(&instance), Ok(answers(&[("rooms", "0")])));
    // when one is added and nothing answered in it, then it is there, and its number is missing
    let edit = Edit::CreateRepeat {
        repeat,
        after: None,
    };
    instance.apply(edit).expect("it is added");
    let errors = holds(&instance).expect_err("a number is missing");
    assert!(
        matches!(&errors[..], [error] if error.name == "room[1]/number"
        && matches!(error.what, SubmissionFault::Violation { .. }))
    );
    // when it has one, then the answers tell that it is there
    let number = instance.named("room[1]/number").expect("a question");
    let edit = Edit::Answer {
        node: number,
        value: "101".into(),
    };
    instance.apply(edit).expect("it is answered");
    assert!(instance.untold_counts(&instance.given()).is_empty());
    assert!(holds(&instance).is_ok());
}

#[test]
fn what_multiplies_beyond_memory_is_refused() {
    let form = compile(json!([{"node": "repeat", "name": "ward", "children": [
        {"node": "repeat", "name": "bed", "children": [{"node": "question", "name": "taken", "kind": "integer"}]},
    ]}]));
    let mut counts = InstanceCounts::default();
    counts.0.insert("ward".into(), u32::MAX);
    for ward in 1..400 {
        counts.0.insert(format!("ward[{ward}]/bed"), u32::MAX);
    }
    let name = format!(
        "ward[{}]/bed[{}]/taken",
        form::limits::MAX_REPEAT_INSTANCES,
        form::limits::MAX_REPEAT_INSTANCES
    );
    let given = answers(&[(&name, "1")]);
    let errors = check_submission(&form, session(), &given, &counts).expect_err("it is refused");
    assert!(errors.iter().any(|error| error.name == name));
}

#[test]
fn what_the_tablet_hands_in_holds_on_the_server() {
    // given an instance filled in on a tablet
    let form = form();
    let mut instance = begin(&form);
    for (name, text) in [
        ("a", "7"),
        ("b", "yes"),
        ("lockable", "mine"),
        ("item", "fail"),
        ("a", "3"),
    ] {
        support::answer(&mut instance, name, text).expect("it is answered");
    }
    // when what it hands in is checked, then it holds, with the same score and findings
    let checked = check_submission(
        &form,
        session(),
        &instance.given(),
        &InstanceCounts::default(),
    )
    .expect("it holds");
    assert_eq!(
        checked.answers,
        answers(&[
            ("a", "3"),
            ("fixed", "v1"),
            ("lockable", "mine"),
            ("item", "fail"),
            ("twice", "6")
        ])
    );
    assert_eq!(checked.score, instance.score());
    assert_eq!(checked.findings, ["item"]);
    assert_eq!(instance.findings(), [support::id(&instance, "item")]);
    assert_eq!(checked.findings.len(), 1);
}

#[test]
fn answers_come_back_in_the_engines_spelling() {
    let given = answers(&[
        ("a", " 007 "),
        ("fixed", "v1"),
        ("twice", "14"),
        ("hidden", "x"),
        ("b", ""),
    ]);
    let checked =
        check_submission(&form(), session(), &given, &InstanceCounts::default()).expect("it holds");
    assert_eq!(
        checked.answers,
        answers(&[
            ("a", "7"),
            ("fixed", "v1"),
            ("twice", "14"),
            ("hidden", "x")
        ])
    );
}

#[test]
fn everything_that_does_not_hold_is_told() {
    for (given, expected) in [
        (
            vec![("fixed", "v1")],
            vec!["a: not valid: This needs an answer"],
        ),
        (
            vec![
                ("a", "12"),
                ("fixed", "v1"),
                ("twice", "24"),
                ("hidden", "x"),
            ],
            vec!["a: not valid: The answer is outside what is allowed"],
        ),
        (
            vec![
                ("a", "3"),
                ("b", "x"),
                ("fixed", "v1"),
                ("twice", "6"),
                ("hidden", "x"),
            ],
            vec![
                "b: answered though it is not relevant",
                "hidden: answered though it is not relevant",
            ],
        ),
        (
            vec![("a", "3"), ("fixed", "v1"), ("twice", "7")],
            vec!["twice: calculated as \"6\", submitted as \"7\""],
        ),
        (
            vec![("a", "3"), ("fixed", "v1")],
            vec!["twice: calculated as \"6\", submitted as \"\""],
        ),
        (
            vec![("a", "3"), ("fixed", "v2"), ("twice", "6")],
            vec!["fixed: read-only with \"v1\", submitted as \"v2\""],
        ),
        (
            vec![("a", "3"), ("twice", "6")],
            vec!["fixed: read-only with \"v1\", submitted as \"\""],
        ),
        (
            vec![("a", "x"), ("item", "maybe"), ("who", "x"), ("fixed", "v1")],
            vec![
                "a: not a whole number",
                "item: the form offers no choice \"maybe\"",
                "who: the form has no node of this name",
                "a: not valid: This needs an answer",
            ],
        ),
    ] {
        let errors = check_submission(
            &form(),
            session(),
            &answers(&given),
            &InstanceCounts::default(),
        )
        .expect_err("it does not hold");
        let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(told, expected, "{given:?}");
        for error in errors {
            assert_ne!(
                error.what.texts().get(CHINESE),
                error.what.texts().get("en")
            );
        }
    }
}
