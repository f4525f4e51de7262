//! What is refused of a definition, and how its author is told; how a definition travels as JSON.

mod support;

use form::{
    CHINESE, Calculation, CheckItem, DefinitionFault, ENGLISH, Edit, Evidence, Form,
    FormDefinition, GradeBand, Grading, Group, Node, NodeKind, Question, QuestionKind, Severity,
    TextForm, Texts, limits,
};
use serde_json::json;
use support::{compile, definition, faults, told};

#[test]
fn faulty_expressions_are_reported_where_they_are_wrong() {
    for (expression, expected) in [
        ("", "byte 1: the expression breaks off"),
        ("1 +", "byte 4: the expression breaks off"),
        ("(1", "byte 3: the expression breaks off"),
        ("1 2", "byte 3: '2' is not expected here"),
        ("1 And 1", "byte 3: 'A' is not expected here"),
        ("* 2", "byte 3: '2' is not expected here"),
        ("1 ! 2", "byte 3: '!' is not expected here"),
        ("1.2.3", "byte 4: '.' is not expected here"),
        ("'你好' ; 1", "byte 10: ';' is not expected here"),
        ("concat('a',)", "byte 12: ')' is not expected here"),
        ("'abc", "byte 1: the text has no closing quote"),
        ("${abc", "no node is called \"abc\""),
        ("$abc", "byte 1: variables are not supported"),
        ("/data/a", "the form has no node /data/a"),
        ("../a", "the form has no node /data/a"),
        ("a + 1", "the form has no node /data/x/a"),
        ("${nobody}", "no node is called \"nobody\""),
        ("not()", "byte 1: not() takes 1 arguments, 0 are given"),
        ("if(1, 2)", "byte 1: if() takes 3 arguments, 2 are given"),
        ("true(1)", "byte 1: true() takes 0 arguments, 1 are given"),
        (
            "round(1, 2, 3)",
            "byte 1: round() takes 1 to 2 arguments, 3 are given",
        ),
        (
            "concat()",
            "byte 1: concat() takes at least 1 arguments, 0 are given",
        ),
        ("sum(1, 2)", "byte 1: sum() takes 1 arguments, 2 are given"),
        ("frob(1)", "byte 1: there is no function frob()"),
        (
            "string-lenght('a')",
            "byte 1: there is no function string-lenght(); is string-length() meant?",
        ),
        // the place is that in what the author wrote, not in the path a name stands for
        ("${a} + ${a} +", "byte 14: the expression breaks off"),
        ("${a} 2", "byte 6: '2' is not expected here"),
        (
            "concat('${a}', ${a}, frob(1))",
            "byte 22: there is no function frob()",
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
            "required": "count(1, 2)",
            "constraint": ". >",
            "readonly": "not()",
        }},
        {"node": "question", "name": "s", "kind": "selectOne", "choices": "nothing"},
        {"node": "question", "name": "t", "kind": "selectMultiple"},
        {"node": "question", "name": "u", "kind": "text", "choices": "letters"},
        {"node": "question", "name": "v", "kind": "date", "bind": {"default": "2022-02-30"}},
        {"node": "question", "name": "w", "kind": "selectOne", "choices": "letters", "bind": {"default": "z"}},
        {"node": "question", "name": "n", "kind": "note", "bind": {"required": "true()"}},
        {"node": "question", "name": "c", "kind": "text", "check": {"code": "A1", "weight": -1, "finding": "${q}", "score": ")"}},
        {"node": "repeat", "name": "r", "count": "${who}"},
    ]));
    assert_eq!(
        found,
        [
            // what is wrong with the definition
            "a: relevant: no node is called \"nobody\"",
            "a: relevant: no node is called \"noone\"",
            "s: there is no choice list \"nothing\"",
            "t: a select needs a choice list, and nothing else has one",
            "u: a select needs a choice list, and nothing else has one",
            "v: the default does not fit: not a date of the calendar (year-month-day)",
            "w: the default does not fit: the form offers no choice \"z\"",
            "n: a note takes no answer, so it has no default, constraint, requirement or check",
            "c: the weight of a check item is a finite number from 0 on",
            "c: finding: no node is called \"q\"",
            "r: count: no node is called \"who\"",
            // what is wrong with its expressions
            "a: relevant: byte 28: there is no function frob()",
            "a: readonly: byte 1: not() takes 1 arguments, 0 are given",
            "a: required: byte 1: count() takes 1 arguments, 2 are given",
            "a: constraint: byte 4: the expression breaks off",
            "c: score: byte 1: ')' is not expected here",
        ]
    );
    // and while names are not clear, what they stand for is not told
    let found = faults(json!([
        {"node": "question", "name": "a", "kind": "integer", "bind": {"relevant": "${b} and frob()"}},
        {"node": "question", "name": "a", "kind": "text"},
        {"node": "question", "name": "1st", "kind": "text"},
    ]));
    assert_eq!(
        found,
        [
            "a: the name is used more than once",
            "1st: a name begins with a letter or _ and holds letters, digits, _, - and . in at most 255 bytes",
            "a: relevant: no node is called \"b\"",
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
    assert_eq!(texts.get(CHINESE), "第 1 个字节:没有函数 frob()");
    assert_eq!(texts.get(ENGLISH), "byte 1: there is no function frob()");
    assert_eq!(
        errors[0].texts().get(CHINESE),
        "x：计算式：第 1 个字节:没有函数 frob()"
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
            vec!["g → g"],
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
                DefinitionFault::Cycle { path } => path.join(" → ").replace("/data/", ""),
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
            .push(form::ChoiceDefinition {
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
        r#"{"id": "f", "children": [{"node": "repeat", "name": "r", "times": 2}]}"#,
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
        {"node": "repeat", "name": "ward", "children": [
            {"node": "question", "name": "beds", "kind": "integer"},
        ]},
    ]));
    let mut instance = support::begin(&form);
    let ward = instance.find("/data/ward").expect("the repeat is there");
    instance
        .apply(Edit::CreateRepeat {
            repeat: ward,
            after: None,
        })
        .expect("a ward is added");
    let nodes: Vec<_> = instance
        .nodes()
        .into_iter()
        .map(|node| (instance.path(node), instance.kind(node)))
        .collect();
    let expected = [
        ("/data", NodeKind::Root),
        ("/data/first", NodeKind::Input),
        ("/data/g", NodeKind::Group),
        ("/data/g/inner", NodeKind::Group),
        ("/data/g/inner/item", NodeKind::Select1),
        ("/data/g/c", NodeKind::Value),
        ("/data/empty", NodeKind::Group),
        ("/data/ward", NodeKind::Repeat),
        ("/data/ward[1]", NodeKind::RepeatInstance),
        ("/data/ward[1]/beds", NodeKind::Input),
    ];
    assert_eq!(
        nodes,
        expected
            .map(|(path, kind)| (path.to_owned(), kind))
            .to_vec()
    );
    for (path, _) in expected {
        let node = instance.find(path).expect("every path leads back");
        assert_eq!(instance.path(node), path);
    }
    let first = support::id(&instance, "first");
    assert_eq!(
        instance.text_in(first, TextForm::Label, ENGLISH).as_deref(),
        Some("First")
    );
    assert_eq!(form.find("nobody"), None);
    let sections: Vec<_> = form
        .sections()
        .iter()
        .map(|section| (form.name(section.id), section.items.len()))
        .collect();
    assert_eq!(
        sections,
        [("first", 0), ("g", 1), ("empty", 0), ("ward", 0)]
    );
    assert_eq!(form.items(), [form.find("item").expect("there")]);
    let item = support::id(&instance, "item");
    assert_eq!(instance.choices(item).len(), 4);
    assert!(instance.choices(first).is_empty());
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
    let too_deep = |byte: usize| Some(format!("byte {byte}: nested deeper than {most} levels"));
    for (expression, expected) in [
        (parentheses(most - 1), None),
        (parentheses(most + 1), too_deep(most + 1)),
        (parentheses(30_000), too_deep(most + 1)),
        ("not(".repeat(10_000), too_deep(most * 4 + 1)),
        (format!("{}1", "-".repeat(60_000)), None),
        (format!("1{}", "+1".repeat(30_000)), None),
        (format!("1{}", " and 1".repeat(10_000)), None),
        (
            "1".repeat(limits::MAX_EXPRESSION_BYTES + 1),
            Some(format!(
                "an expression has at most {} bytes",
                limits::MAX_EXPRESSION_BYTES
            )),
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
fn a_function_that_is_about_nodes_is_given_some() {
    let needs = |function| {
        format!("x: calculate: {function}() needs nodes, such as the answers in a repeat")
    };
    for (expression, expected) in [
        ("sum(1)", vec![needs("sum")]),
        (
            "1 + count('a') * sum(2)",
            vec![needs("count"), needs("sum")],
        ),
        ("sum(if(true(), 1, 2))", vec![needs("sum")]),
        (
            "count-non-empty(string(${r}))",
            vec![needs("count-non-empty")],
        ),
        ("name(concat('a', 'b'))", vec![needs("name")]),
        ("indexed-repeat(1, ${r}, 1)", vec![needs("indexed-repeat")]),
        ("sum(${beds})", vec![]),
        ("sum(if(true(), ${beds}, 2))", vec![]),
        ("count(${r} | ${beds})", vec![]),
        ("indexed-repeat(${beds}, ${r}, 1)", vec![]),
    ] {
        let found = faults(json!([
            {"node": "repeat", "name": "r", "children": [
                {"node": "question", "name": "beds", "kind": "integer"},
            ]},
            {"node": "calculation", "name": "x", "calculate": expression},
        ]));
        assert_eq!(found, expected, "{expression}");
    }
    // and each of several is told
    let wrong = |name: &str| json!({"node": "calculation", "name": name, "calculate": "sum(1)"});
    let found = faults(json!([wrong("x"), wrong("y")]));
    assert_eq!(found, [needs("sum"), needs("sum").replacen('x', "y", 1)]);
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
