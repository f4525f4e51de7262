//! What holds whatever the form and whatever is done to it.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use form::{
    Answers, Change, Choice, Edit, Form, Instance, ItemOutcome, NodeId, NodeKind, Opening,
    QuestionKind, Score, Value, ViolationKind,
};
use proptest::prelude::*;
use serde_json::json;
use support::{begin, definition, read, session};

/// Questions, groups, repeats and calculations that read only what comes before them, so that there is no circle; judgements
/// read anything.
#[derive(Clone, Debug)]
struct Sketch {
    kind: u8,
    relevant: Option<String>,
    logic: String,
    any: String,
    opens: Opens,
    closes: bool,
}

#[derive(Clone, Copy, Debug)]
enum Opens {
    Nothing,
    Group,
    Repeat,
    /// A repeat whose number of instances is computed.
    Counted,
}

const NODES: usize = 24;

/// An expression over `n0` … up to, not including, the node it is of; the numbers stand in for references.
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
            "true()",
            "position(..)",
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
            (0..NODES, 0..NODES).prop_map(|(a, b)| format!("sum(#{a}# | #{b}#)")),
            (0..NODES).prop_map(|node| format!("count(#{node}#)")),
            (0..NODES).prop_map(|node| format!("join('/', #{node}#)")),
            (0..NODES).prop_map(|node| format!("count-non-empty(#{node}#)")),
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
        prop_oneof![
            12 => Just(Opens::Nothing),
            2 => Just(Opens::Group),
            3 => Just(Opens::Repeat),
            1 => Just(Opens::Counted),
        ],
        prop::bool::weighted(0.2),
    )
        .prop_map(|(kind, relevant, logic, any, opens, closes)| Sketch {
            kind,
            relevant,
            logic,
            any,
            opens,
            closes,
        });
    prop::collection::vec(one, 1..NODES)
}

/// Turns the placeholders into references to one of the first `below` nodes, or to the one before all of them.
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

/// A group or repeat being filled.
struct Open {
    name: String,
    opens: Opens,
    relevant: Option<String>,
    count: Option<String>,
    children: Vec<serde_json::Value>,
}

fn build(sketches: &[Sketch]) -> Arc<Form> {
    let mut open = vec![Open {
        name: String::new(),
        opens: Opens::Nothing,
        relevant: None,
        count: None,
        children: vec![json!({"node": "question", "name": "start", "kind": "integer"})],
    }];
    for (index, sketch) in sketches.iter().enumerate() {
        let relevant = sketch
            .relevant
            .as_deref()
            .map(|source| refer(source, index));
        if !matches!(sketch.opens, Opens::Nothing) && open.len() < 5 {
            // Every instance is told apart from one that is not there.
            let mark =
                json!({"node": "calculation", "name": format!("m{index}"), "calculate": "'x'"});
            open.push(Open {
                name: format!("g{index}"),
                opens: sketch.opens,
                relevant: relevant.clone(),
                count: Some(format!("({}) mod 3", refer(&sketch.logic, index))),
                children: vec![mark],
            });
        }
        let node = question(sketch, index, sketches.len(), relevant);
        if let Some(around) = open.last_mut() {
            around.children.push(node);
        }
        if sketch.closes && open.len() > 1 {
            close(&mut open);
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let children = open.pop().map(|root| root.children).unwrap_or_default();
    match Form::compile(definition(json!(children))) {
        Ok(form) => Arc::new(form),
        Err(errors) => panic!("{errors:?}"),
    }
}

fn question(
    sketch: &Sketch,
    index: usize,
    count: usize,
    relevant: Option<String>,
) -> serde_json::Value {
    let name = format!("n{index}");
    let logic = refer(&sketch.logic, index);
    let any = refer(&sketch.any, count);
    // A condition on the node's own value is a circle, so it reads what comes before.
    let before = refer(&sketch.any, index);
    let question = |kind: &str, bind: serde_json::Value| json!({"node": "question", "name": name, "kind": kind, "bind": bind});
    let mut node = match sketch.kind {
        0 => json!({"node": "calculation", "name": name, "calculate": logic}),
        1 => question("integer", json!({"calculate": logic})),
        2 => {
            json!({"node": "calculation", "name": name, "calculate": format!("once({logic})")})
        }
        3 => {
            let mut node = question("selectOne", json!({}));
            node["choices"] = json!("result");
            node["check"] =
                json!({"code": "A", "weight": 3, "finding": any, "score": logic, "critical": true});
            node["label"] = json!({"en": "Item ${start}", "zh-Hans": "第 ${start} 项"});
            node
        }
        4 => {
            let mut node = question("selectMultiple", json!({"constraint": any}));
            node["choices"] = json!("letters");
            node
        }
        5 => question(
            "decimal",
            json!({"required": before, "constraint": logic, "default": "1.5"}),
        ),
        6 => question("date", json!({"readonly": before})),
        _ => question("text", json!({"required": logic, "constraint": any})),
    };
    if let Some(relevant) = relevant {
        if node["node"] == "calculation" {
            node["relevant"] = json!(relevant);
        } else {
            node["bind"]["relevant"] = json!(relevant);
        }
    }
    node
}

fn close(open: &mut Vec<Open>) {
    let Some(inner) = open.pop() else {
        return;
    };
    let kind = if matches!(inner.opens, Opens::Group) {
        "group"
    } else {
        "repeat"
    };
    let mut node = json!({"node": kind, "name": inner.name, "children": inner.children});
    if let Some(relevant) = inner.relevant {
        node["relevant"] = json!(relevant);
    }
    if let (Opens::Counted, Some(count)) = (inner.opens, inner.count) {
        node["count"] = json!(count);
    }
    if let Some(outer) = open.last_mut() {
        outer.children.push(node);
    }
}

/// One of a few values of the kind, some of them no answer.
fn value(kind: QuestionKind, seed: u8) -> &'static str {
    let of = |values: &[&'static str]| values[seed as usize % values.len()];
    match kind {
        QuestionKind::SelectOne => of(&["pass", "fail", "na", "unassessed", ""]),
        QuestionKind::SelectMultiple => of(&["a", "a b", "c", "b", ""]),
        QuestionKind::Integer => of(&["0", "1", "2", "-5", ""]),
        QuestionKind::Decimal => of(&["0.5", "-0", "1", "3", ""]),
        QuestionKind::Date => of(&["2022-03-13", "2022-03-12", "2024-02-29", ""]),
        _ => of(&["a", "fail", "2", "x y", ""]),
    }
}

/// Everything an instance says of one node.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Facts {
    path: String,
    kept: String,
    relevant: bool,
    required: bool,
    readonly: bool,
    violation: Option<ViolationKind>,
    finding: bool,
    outcome: ItemOutcome,
    label: Option<String>,
    hint: Option<String>,
    choices: Vec<Choice>,
    instances: Option<Vec<NodeId>>,
}

fn facts(instance: &Instance, node: NodeId) -> Facts {
    Facts {
        path: instance.path(node),
        kept: instance.kept(node).to_owned(),
        relevant: instance.relevant(node),
        required: instance.required(node),
        readonly: instance.readonly(node),
        violation: instance.violation(node),
        finding: instance.calls_for_finding(node),
        outcome: instance.outcome(node),
        label: instance.label(node),
        hint: instance.hint(node),
        choices: instance.choices(node),
        instances: instance.is_repeat(node).then(|| instance.children(node)),
    }
}

fn all(instance: &Instance) -> BTreeMap<NodeId, Facts> {
    instance
        .nodes()
        .into_iter()
        .map(|node| (node, facts(instance, node)))
        .collect()
}

/// The same without what only this instance means: the ids of its nodes. In document order.
fn comparable(instance: &Instance) -> Vec<(bool, Facts)> {
    instance
        .nodes()
        .into_iter()
        .map(|node| {
            let mut facts = facts(instance, node);
            facts.instances = None;
            (instance.is_repeat(node), facts)
        })
        .collect()
}

/// What one instance says is what the other says.
fn assert_same(one: &Instance, other: &Instance) -> Result<(), TestCaseError> {
    let (left, right) = (comparable(one), comparable(other));
    for (left, right) in left.iter().zip(&right) {
        prop_assert_eq!(left, right);
    }
    prop_assert_eq!(left.len(), right.len());
    prop_assert_eq!(told(one), told(other));
    Ok(())
}

fn told(instance: &Instance) -> (Score, Answers, Vec<String>, Vec<String>) {
    let name = |node: &NodeId| instance.path(*node);
    (
        instance.score(),
        instance.given(),
        instance
            .violations()
            .iter()
            .map(|violation| format!("{} {:?}", name(&violation.node), violation.message))
            .collect(),
        instance.findings().iter().map(name).collect(),
    )
}

/// What one edit is made of: what kind of edit, of which node, with which value.
type Stroke = (u8, usize, u8);

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    prop::collection::vec(
        (any::<u8>(), any::<prop::sample::Index>(), any::<u8>()),
        0..40,
    )
    .prop_map(|strokes| {
        strokes
            .into_iter()
            .map(|(kind, pick, seed)| (kind, pick.index(1 << 16), seed))
            .collect()
    })
}

fn edit(instance: &Instance, (kind, pick, seed): Stroke) -> Edit {
    let nodes = instance.nodes();
    let of = |wanted: &dyn Fn(NodeKind) -> bool| {
        let nodes: Vec<NodeId> = nodes
            .iter()
            .copied()
            .filter(|node| wanted(instance.kind(*node)))
            .collect();
        (!nodes.is_empty()).then(|| nodes[pick % nodes.len()])
    };
    let repeat = of(&|kind| kind == NodeKind::Repeat);
    let inner = of(&|kind| kind == NodeKind::RepeatInstance);
    match (kind % 8, repeat, inner) {
        (0 | 1, Some(repeat), _) => Edit::CreateRepeat {
            repeat,
            after: (seed % 3 != 0).then(|| u32::from(seed % 4)),
        },
        (2, _, Some(instance)) => Edit::RemoveRepeat { instance },
        (3, ..) if seed % 8 == 0 => {
            let languages = instance.form().languages();
            Edit::SetLanguage(
                languages
                    .get(pick % languages.len().max(1))
                    .cloned()
                    .unwrap_or_default(),
            )
        }
        _ => {
            let leaf = |kind: NodeKind| {
                !matches!(
                    kind,
                    NodeKind::Root
                        | NodeKind::Group
                        | NodeKind::Repeat
                        | NodeKind::RepeatInstance
                        | NodeKind::Value
                )
            };
            let node = of(&leaf).unwrap_or_else(|| instance.root());
            let kind = instance.form().question_kind(instance.def(node));
            let value = match (kind, instance.choices(node).as_slice()) {
                (None, []) => value(QuestionKind::Integer, seed),
                (Some(kind), _) => value(kind, seed),
                (None, choices) => {
                    let chosen = &choices[seed as usize % choices.len()].value;
                    return Edit::Answer {
                        node,
                        value: chosen.clone(),
                    };
                }
            };
            Edit::Answer {
                node,
                value: value.to_owned(),
            }
        }
    }
}

/// The changes an edit tells of are exactly the differences of the nodes that were there before and are there still.
fn assert_exact(
    before: &BTreeMap<NodeId, Facts>,
    after: &BTreeMap<NodeId, Facts>,
    changes: &[Change],
    instance: &Instance,
    language: bool,
) -> Result<(), TestCaseError> {
    let mut told: BTreeMap<NodeId, Change> = BTreeMap::new();
    for change in changes {
        prop_assert!(told.insert(change.node, *change).is_none(), "told twice");
        prop_assert!(instance.is_there(change.node), "gone");
    }
    let order = instance.nodes();
    let places: Vec<_> = changes
        .iter()
        // a repeat itself stands behind its instances here
        .filter(|change| !instance.is_repeat(change.node))
        .filter_map(|change| order.iter().position(|node| *node == change.node))
        .collect();
    prop_assert!(places.is_sorted(), "not in document order");
    for (node, old) in before {
        let Some(new) = after.get(node) else { continue };
        let none = Change {
            node: *node,
            value: false,
            relevant: false,
            required: false,
            readonly: false,
            validity: false,
            finding: false,
            label: false,
            choices: false,
            instances: false,
        };
        let expected = Change {
            value: old.kept != new.kept,
            relevant: old.relevant != new.relevant,
            required: old.required != new.required,
            readonly: old.readonly != new.readonly,
            validity: old.violation != new.violation,
            finding: old.finding != new.finding,
            label: old.label != new.label || old.hint != new.hint,
            choices: old.choices != new.choices,
            instances: old.instances != new.instances,
            ..none
        };
        let mut had = told.get(node).copied().unwrap_or(none);
        if language {
            // every text is shown anew, also one that is the same in both
            had.label &= expected.label;
            had.choices &= expected.choices;
        }
        prop_assert_eq!(had, expected, "{}: {:?} became {:?}", new.path, old, new);
    }
    Ok(())
}

/// A submission opened and handed in again.
fn reopen(form: &Arc<Form>, submission: &str) -> String {
    Instance::open(Arc::clone(form), session(), submission, Opening::Restore)
        .expect("what was handed in opens")
        .submission()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_leave_what_a_computation_from_scratch_gives(sketches in sketch(), strokes in strokes()) {
        // given any form without circles
        let form = build(&sketches);
        let mut instance = begin(&form);
        for stroke in strokes {
            // when a question is answered, or an instance of a repeat comes or goes
            let edit = edit(&instance, stroke);
            let is_language = matches!(edit, Edit::SetLanguage(_));
            let before = all(&instance);
            let Ok(changes) = instance.apply(edit.clone()) else {
                prop_assert_eq!(before, all(&instance));
                continue;
            };

            // then the changes are exactly the differences
            let after = all(&instance);
            assert_exact(&before, &after, &changes, &instance, is_language)?;

            // and the state is what a computation from the answers alone gives
            let mut scratch = Instance::resume(Arc::clone(&form), session(), &instance.draft());
            prop_assert_eq!(&scratch.1, &[]);
            let language = Edit::SetLanguage(instance.language());
            prop_assert!(scratch.0.apply(language).is_ok());
            assert_same(&scratch.0, &instance)?;

            // as does one from the draft kept on the device
            let kept = instance.snapshot();
            let restored = Instance::from_snapshot(Arc::clone(&form), session(), &kept).expect("it is its own");
            assert_same(&restored, &instance)?;
            prop_assert_eq!(restored.snapshot(), kept);
        }
    }

    #[test]
    fn a_form_of_the_field_keeps_to_the_same(strokes in strokes()) {
        let form = read(include_str!("support/wards.xml"));
        let mut instance = begin(&form);
        for stroke in strokes {
            let edit = edit(&instance, stroke);
            let is_language = matches!(edit, Edit::SetLanguage(_));
            let before = all(&instance);
            let Ok(changes) = instance.apply(edit) else {
                prop_assert_eq!(before, all(&instance));
                continue;
            };
            assert_exact(&before, &all(&instance), &changes, &instance, is_language)?;
            let kept = instance.snapshot();
            let restored = Instance::from_snapshot(Arc::clone(&form), session(), &kept).expect("it is its own");
            assert_same(&restored, &instance)?;
            prop_assert_eq!(restored.snapshot(), kept);
            // and what is handed in, which leaves the irrelevant out, is the same as often as it is opened
            let opened = reopen(&form, &instance.submission());
            prop_assert_eq!(reopen(&form, &opened), opened);
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
        match Form::compile(sketched) {
            // what it needs may still be wanting: nodes where there are none
            Ok(form) => match Instance::new(Arc::new(form), session()) {
                Ok(mut instance) => {
                    let before = all(&instance);
                    if support::answer(&mut instance, "b", &text).is_err() {
                        prop_assert_eq!(before, all(&instance));
                    }
                }
                Err(error) => prop_assert!(!error.texts().is_empty()),
            },
            Err(errors) => {
                prop_assert!(!support::told(errors).is_empty());
            }
        }
    }

    #[test]
    fn any_value_that_reads_is_written_to_read_the_same(text in any::<String>(), numeric in "[-+]?[0-9]{0,20}[.]?[0-9]{0,20}") {
        for kind in [
            QuestionKind::Text, QuestionKind::Integer, QuestionKind::Decimal, QuestionKind::Date,
            QuestionKind::SelectOne, QuestionKind::SelectMultiple, QuestionKind::Photo, QuestionKind::Note,
            QuestionKind::Rank, QuestionKind::Range, QuestionKind::Time, QuestionKind::DateTime,
            QuestionKind::Geopoint, QuestionKind::Geotrace, QuestionKind::Geoshape, QuestionKind::Barcode,
            QuestionKind::Audio, QuestionKind::Video, QuestionKind::File, QuestionKind::Acknowledge,
        ] {
            for source in [&text, &numeric] {
                if let Ok(value) = Value::read(kind, source) {
                    prop_assert_eq!(Value::read(kind, &value.write()), Ok(value));
                }
            }
        }
    }
}
