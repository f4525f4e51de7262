//! Points, grades, and the findings answers call for.

mod support;

use std::sync::Arc;

use form::{EvidenceMissing, Form, GradeBand, Grading, Instance, Texts};
use serde_json::{Value, json};
use support::{answer, answers, compile, definition, id, session};

fn item(name: &str, check: Value) -> Value {
    let mut check = check;
    check["code"] = json!(name);
    json!({"node": "question", "name": name, "kind": "selectOne", "choices": "result", "check": check})
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn each_result_counts_as_what_it_is() {
    for (result, earned, possible, assessed, not_applicable, not_assessed, finding) in [
        ("pass", 3.0, 3.0, 1, 0, 0, false),
        ("fail", 0.0, 3.0, 1, 0, 0, true),
        ("na", 0.0, 0.0, 0, 1, 0, false),
        ("unassessed", 0.0, 0.0, 0, 0, 1, false),
        ("", 0.0, 0.0, 0, 0, 1, false),
    ] {
        let form = compile(json!([item("a", json!({"weight": 3}))]));
        let (instance, _) = Instance::resume(form, session(), &answers(&[("a", result)]));
        let score = instance.score();
        assert!(
            close(score.earned, earned) && close(score.possible, possible),
            "{result}"
        );
        assert_eq!(
            (score.assessed, score.not_applicable, score.not_assessed),
            (assessed, not_applicable, not_assessed),
            "{result}"
        );
        assert_eq!(score.share.is_some(), assessed == 1, "{result}");
        assert_eq!(instance.findings().len(), usize::from(finding), "{result}");
    }
}

#[test]
fn expressions_decide_points_and_findings() {
    for (check, kind, given, earned, finding) in [
        // a part of the points
        (
            json!({"weight": 10, "score": ". * 2", "finding": ". < 3"}),
            "integer",
            "2",
            Some(4.0),
            true,
        ),
        // held to the weight
        (
            json!({"weight": 10, "score": ". * 2"}),
            "integer",
            "9",
            Some(10.0),
            false,
        ),
        (
            json!({"weight": 10, "score": ". * 2"}),
            "integer",
            "-9",
            Some(0.0),
            false,
        ),
        // no number, no assessment
        (
            json!({"weight": 10, "score": "number('x')"}),
            "integer",
            "1",
            None,
            false,
        ),
        // without an expression, what calls for no finding earns everything
        (
            json!({"weight": 2, "finding": ". < 3"}),
            "integer",
            "5",
            Some(2.0),
            false,
        ),
        (
            json!({"weight": 2, "finding": ". < 3"}),
            "integer",
            "1",
            Some(0.0),
            true,
        ),
        (json!({"weight": 2}), "text", "fail", Some(0.0), true),
    ] {
        let mut check = check;
        check["code"] = json!("A");
        let form =
            compile(json!([{"node": "question", "name": "a", "kind": kind, "check": check}]));
        let (instance, _) = Instance::resume(form, session(), &answers(&[("a", given)]));
        let score = instance.score();
        assert_eq!(score.assessed == 1, earned.is_some(), "{check} {given}");
        assert!(
            close(score.earned, earned.unwrap_or(0.0)),
            "{check} {given}"
        );
        assert_eq!(
            instance.calls_for_finding(id(&instance, "a")),
            finding,
            "{check} {given}"
        );
    }
}

#[test]
fn sections_add_up_and_irrelevant_items_are_in_no_count() {
    let form = compile(json!([
        item("loose", json!({"weight": 1})),
        {"node": "group", "name": "g1", "children": [
            item("a", json!({"weight": 2})),
            {"node": "group", "name": "inner", "children": [item("b", json!({"weight": 3}))]},
        ]},
        {"node": "group", "name": "g2", "children": []},
        {"node": "group", "name": "g3", "relevant": "${a} = 'fail'", "children": [item("c", json!({"weight": 4}))]},
    ]));
    let given = answers(&[
        ("loose", "pass"),
        ("a", "pass"),
        ("b", "fail"),
        ("c", "fail"),
    ]);
    let (mut instance, _) = Instance::resume(form, session(), &given);
    let shape = |instance: &Instance| {
        let score = instance.score();
        let sections: Vec<_> = score
            .by_section
            .iter()
            .map(|part| (part.earned, part.possible, part.assessed))
            .collect();
        (score.earned, score.possible, sections)
    };
    assert_eq!(
        shape(&instance),
        (
            3.0,
            6.0,
            vec![(1.0, 1.0, 1), (2.0, 5.0, 2), (0.0, 0.0, 0), (0.0, 0.0, 0)]
        )
    );
    assert_eq!(instance.findings(), [id(&instance, "b")]);
    // when the last section becomes relevant, then what was answered there counts
    answer(&mut instance, "a", "fail").expect("it is answered");
    assert_eq!(
        shape(&instance),
        (
            1.0,
            10.0,
            vec![(1.0, 1.0, 1), (0.0, 5.0, 2), (0.0, 0.0, 0), (0.0, 4.0, 1)]
        )
    );
    assert_eq!(instance.findings().len(), 3);
}

fn graded(cap: Option<f64>) -> Arc<Form> {
    let mut definition = definition(json!([
        item("a", json!({"weight": 8})),
        item("b", json!({"weight": 2, "critical": true})),
    ]));
    definition.grading = Some(Grading {
        out_of: 1000.0,
        bands: [0.6, 0.9, 0.0]
            .map(|from_share| GradeBand {
                from_share,
                label: Texts::default(),
            })
            .to_vec(),
        critical_cap_share: cap,
    });
    Arc::new(Form::compile(definition).expect("it is sound"))
}

#[test]
fn a_critical_finding_caps_the_result_and_bands_grade_it() {
    for (cap, a, b, share, capped, grade) in [
        (Some(0.59), "pass", "pass", Some(1.0), false, Some(1)),
        (Some(0.59), "pass", "fail", Some(0.59), true, Some(2)),
        (Some(0.59), "fail", "pass", Some(0.2), false, Some(2)),
        (Some(0.59), "fail", "fail", Some(0.0), false, Some(2)),
        (None, "pass", "fail", Some(0.8), false, Some(0)),
        (Some(0.59), "na", "unassessed", None, false, None),
    ] {
        let form = graded(cap);
        let (instance, _) = Instance::resume(
            Arc::clone(&form),
            session(),
            &answers(&[("a", a), ("b", b)]),
        );
        let score = instance.score();
        let case = format!("{cap:?} {a} {b}");
        assert_eq!(score.share.is_some(), share.is_some(), "{case}");
        assert!(
            close(score.share.unwrap_or(0.0), share.unwrap_or(0.0)),
            "{case}"
        );
        assert_eq!((score.capped, score.grade), (capped, grade), "{case}");
        let points = form
            .definition()
            .grading
            .as_ref()
            .and_then(|grading| score.points(grading));
        assert_eq!(points.is_some(), share.is_some(), "{case}");
        assert!(
            close(points.unwrap_or(0.0), share.unwrap_or(0.0) * 1000.0),
            "{case}"
        );
    }
}

#[test]
fn evidence_is_owed_where_a_finding_is_called_for() {
    let form = compile(json!([item(
        "a",
        json!({"evidence": {"photosAtLeast": 2, "noteRequired": true}})
    )]));
    for (result, photos, note, missing_photos, missing_note) in [
        ("fail", 0, "", 2, true),
        ("fail", 1, "  ", 1, true),
        ("fail", 3, "why", 0, false),
        ("pass", 0, "", 0, false),
    ] {
        let (instance, _) =
            Instance::resume(Arc::clone(&form), session(), &answers(&[("a", result)]));
        let missing = instance.evidence_missing(id(&instance, "a"), photos, note);
        let expected = EvidenceMissing {
            photos: missing_photos,
            note: missing_note,
        };
        assert_eq!(missing, expected, "{result} {photos} {note:?}");
        assert_eq!(missing.is_nothing(), missing_photos == 0 && !missing_note);
    }
}
