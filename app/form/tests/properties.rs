//! What holds whatever the form and whatever is done to it.

mod support;

use std::sync::Arc;

use form::{Answers, Edit, Form, Instance, NodeId, QuestionKind, Score, Value, What};
use proptest::prelude::*;
use serde_json::json;
use support::{definition, session};

/// Questions, groups and calculations that read only what comes before them, so that there is no cycle; judgements read
/// anything.
#[derive(Clone, Debug)]
struct Sketch {
    kind: u8,
    relevant: Option<String>,
    logic: String,
    any: String,
    opens_group: bool,
    closes_group: bool,
}

const NODES: usize = 24;

/// An expression over `n0` … up to, not including, the node called `@`; the numbers stand in for references.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0..NODES).prop_map(|node| format!("#{node}#")),
        (0..5_u32).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "'a'",
            "'b'",
            "'fail'",
            "''",
            "'2022-03-13'",
            "today()",
            "true()"
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec![
                    "+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or"
                ]),
                inner.clone()
            )
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(condition, yes, no)| format!("if({condition}, {yes}, {no})")),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("coalesce({left}, {right})")),
            inner.clone().prop_map(|operand| format!("not({operand})")),
            inner.clone().prop_map(|operand| format!("-{operand}")),
            (0..NODES, 0..NODES).prop_map(|(a, b)| format!("sum(#{a}#, #{b}#)")),
            (0..NODES, inner.clone()).prop_map(|(a, b)| format!("max(#{a}#, {b})")),
            (0..NODES, inner).prop_map(|(a, b)| format!("selected(#{a}#, {b})")),
        ]
    })
}

fn sketch() -> impl Strategy<Value = Vec<Sketch>> {
    let one = (
        0..8_u8,
        prop::option::of(expression()),
        expression(),
        expression(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(kind, relevant, logic, any, opens_group, closes_group)| Sketch {
                kind,
                relevant,
                logic,
                any,
                opens_group,
                closes_group,
            },
        );
    prop::collection::vec(one, 1..NODES)
}

/// Turns the placeholders into references to one of the first `below` nodes, or a number where there is none.
fn refer(expression: &str, below: usize) -> String {
    expression
        .split('#')
        .enumerate()
        .map(|(index, part)| match part.parse::<usize>() {
            Ok(node) if index % 2 == 1 && below > 0 => format!("${{n{}}}", node % below),
            Ok(_) if index % 2 == 1 => "${start}".to_owned(),
            _ => part.to_owned(),
        })
        .collect()
}

fn build(sketches: &[Sketch]) -> Arc<Form> {
    let mut open: Vec<(Option<String>, Vec<serde_json::Value>)> = vec![(
        None,
        vec![json!({"node": "question", "name": "start", "kind": "integer"})],
    )];
    for (index, sketch) in sketches.iter().enumerate() {
        let relevant = sketch
            .relevant
            .as_deref()
            .map(|source| refer(source, index));
        if sketch.opens_group && open.len() < 5 {
            open.push((relevant.clone(), Vec::new()));
        }
        let name = format!("n{index}");
        let logic = refer(&sketch.logic, index);
        let any = refer(&sketch.any, sketches.len());
        let question = |kind: &str| json!({"node": "question", "name": name, "kind": kind});
        let mut node = match sketch.kind {
            0 => json!({"node": "calculation", "name": name, "calculate": logic}),
            1 => {
                let mut node = question("integer");
                node["bind"] = json!({"calculate": logic});
                node
            }
            2 => {
                json!({"node": "calculation", "name": name, "calculate": format!("once({logic})")})
            }
            3 => {
                let mut node = question("selectOne");
                node["choices"] = json!("result");
                node["check"] = json!({"code": "A", "weight": 3, "finding": any, "score": logic, "critical": true});
                node
            }
            4 => {
                let mut node = question("selectMultiple");
                node["choices"] = json!("letters");
                node["bind"] = json!({"constraint": any});
                node
            }
            5 => {
                let mut node = question("decimal");
                node["bind"] = json!({"required": any, "constraint": logic, "default": "1.5"});
                node
            }
            6 => {
                let mut node = question("date");
                node["bind"] = json!({"readonly": any});
                node
            }
            _ => {
                let mut node = question("text");
                node["bind"] = json!({"required": logic, "constraint": any});
                node
            }
        };
        if let Some(relevant) = relevant {
            if node["node"] == "calculation" {
                node["relevant"] = json!(relevant);
            } else {
                node["bind"]["relevant"] = json!(relevant);
            }
        }
        if let Some((_, children)) = open.last_mut() {
            children.push(node);
        }
        if sketch.closes_group && open.len() > 1 {
            close(&mut open, index);
        }
    }
    while open.len() > 1 {
        let index = sketches.len() + open.len();
        close(&mut open, index);
    }
    let children = open.pop().map(|(_, children)| children).unwrap_or_default();
    match Form::compile(definition(json!(children))) {
        Ok(form) => Arc::new(form),
        Err(errors) => panic!("{errors:?}"),
    }
}

fn close(open: &mut Vec<(Option<String>, Vec<serde_json::Value>)>, index: usize) {
    let Some((relevant, children)) = open.pop() else {
        return;
    };
    let mut group = json!({"node": "group", "name": format!("g{index}"), "children": children});
    if let Some(relevant) = relevant {
        group["relevant"] = json!(relevant);
    }
    if let Some((_, outer)) = open.last_mut() {
        outer.push(group);
    }
}

/// One of a few values of the kind, some of them no answer.
fn value(kind: QuestionKind, seed: u8) -> Value {
    let text = match kind {
        QuestionKind::SelectOne => ["pass", "fail", "na", "unassessed", ""][seed as usize % 5],
        QuestionKind::SelectMultiple => ["a", "a b", "c", "b", ""][seed as usize % 5],
        QuestionKind::Integer => ["0", "1", "2", "-5", ""][seed as usize % 5],
        QuestionKind::Decimal => ["0.5", "-0", "1", "3", ""][seed as usize % 5],
        QuestionKind::Date => ["2022-03-13", "2022-03-12", "2024-02-29", ""][seed as usize % 4],
        QuestionKind::Text => ["a", "fail", "2", "x y", ""][seed as usize % 5],
        QuestionKind::Photo | QuestionKind::Note => "",
    };
    Value::read(kind, text).expect("the values are of their kind")
}

/// Everything an instance says of one node.
type Facts = (String, bool, bool, bool, Option<form::ViolationKind>, bool);

fn facts(instance: &Instance, node: NodeId) -> Facts {
    (
        instance.value(node).write(),
        instance.relevant(node),
        instance.required(node),
        instance.readonly(node),
        instance.violation(node),
        instance.calls_for_finding(node),
    )
}

fn all(instance: &Instance) -> Vec<Facts> {
    instance
        .form()
        .node_ids()
        .map(|node| facts(instance, node))
        .collect()
}

fn told(instance: &Instance) -> (Score, Answers, Vec<form::Violation>) {
    (
        instance.score(),
        instance.submission(),
        instance.violations(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_leave_what_a_computation_from_scratch_gives(
        sketches in sketch(),
        edits in prop::collection::vec((0..NODES * 2, any::<u8>()), 0..40),
    ) {
        // given any form without cycles
        let form = build(&sketches);
        let mut instance = Instance::new(Arc::clone(&form), session());
        let nodes: Vec<NodeId> = form.node_ids().collect();
        for (node, seed) in edits {
            // when any question is answered
            let node = nodes[node % nodes.len()];
            let What::Question(question) = form.node(node).what else { continue };
            let before = all(&instance);
            let Ok(changes) = instance.apply(Edit::Answer { node, value: value(question.kind, seed) }) else {
                prop_assert_eq!(before, all(&instance));
                continue;
            };

            // then the changes are exactly the differences, in document order
            let after = all(&instance);
            let mut reported = changes.iter().peekable();
            for ((&node, old), new) in nodes.iter().zip(&before).zip(&after) {
                let change = reported.next_if(|change| change.node == node);
                prop_assert_eq!(change.is_some(), old != new, "{}", form.node(node).name);
                if let Some(change) = change {
                    prop_assert_eq!(change.relevant, old.1 != new.1);
                    prop_assert_eq!(change.required, old.2 != new.2);
                    prop_assert_eq!(change.readonly, old.3 != new.3);
                    prop_assert_eq!(change.validity, old.4 != new.4);
                    prop_assert_eq!(change.finding, old.5 != new.5);
                    prop_assert_eq!(change.value, old.0 != new.0);
                }
            }
            prop_assert!(reported.next().is_none());

            // and the state is what a computation from the answers alone gives
            let (scratch, errors) = Instance::resume(Arc::clone(&form), session(), &instance.draft());
            prop_assert_eq!(errors, []);
            prop_assert_eq!(all(&scratch), after);
            prop_assert_eq!(told(&scratch), told(&instance));
        }
    }

    #[test]
    fn any_text_as_an_expression_is_evaluated_or_refused(
        source in prop_oneof![
            any::<String>(),
            "[ -~]{0,40}",
            "([0-9.]|[-+*=<>!(),.' ]|\\$\\{a\\}|\\$\\{b\\}| and | or | div | mod |not\\(|if\\(|concat\\(|round\\(|sum\\(|once\\(|selected\\(|string-length\\(\\)|today\\(\\)|now\\(\\)|'x'){0,24}",
        ],
        text in any::<String>(),
    ) {
        let sketched = definition(json!([
            {"node": "question", "name": "a", "kind": "integer"},
            {"node": "question", "name": "b", "kind": "text"},
            {"node": "question", "name": "c", "kind": "text", "bind": {"constraint": source, "default": "x"}},
            {"node": "question", "name": "d", "kind": "decimal", "bind": {"calculate": source}},
        ]));
        if let Ok(form) = Form::compile(sketched) {
            let mut instance = Instance::new(Arc::new(form), session());
            let b = support::id(&instance, "b");
            // control characters are refused, anything else is judged
            let taken = instance.apply(Edit::Answer { node: b, value: Value::Text(text) });
            prop_assert!(taken.is_ok() || instance.value(b).is_empty());
        }
    }

    #[test]
    fn any_sound_expression_is_evaluated(source in expression(), seed in any::<u8>()) {
        let form = build(&[Sketch {
            kind: 0,
            relevant: None,
            logic: source,
            any: String::new(),
            opens_group: false,
            closes_group: false,
        }]);
        let mut instance = Instance::new(form, session());
        let changes = support::answer(&mut instance, "start", &value(QuestionKind::Integer, seed).write());
        prop_assert!(changes.is_ok());
    }

    #[test]
    fn any_value_that_reads_is_written_to_read_the_same(text in any::<String>(), numeric in "[-+]?[0-9]{0,20}[.]?[0-9]{0,20}") {
        for kind in [
            QuestionKind::Text, QuestionKind::Integer, QuestionKind::Decimal, QuestionKind::Date,
            QuestionKind::SelectOne, QuestionKind::SelectMultiple, QuestionKind::Photo, QuestionKind::Note,
        ] {
            for source in [&text, &numeric] {
                if let Ok(value) = Value::read(kind, source) {
                    prop_assert_eq!(Value::read(kind, &value.write()), Ok(value));
                }
            }
        }
    }
}
