//! The check of answers given elsewhere.

mod support;

use std::sync::Arc;

use form::{CHINESE, Form, check_submission};
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
    let checked = check_submission(&form, session(), &instance.given()).expect("it holds");
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
    let checked = check_submission(&form(), session(), &given).expect("it holds");
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
        let errors =
            check_submission(&form(), session(), &answers(&given)).expect_err("it does not hold");
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
