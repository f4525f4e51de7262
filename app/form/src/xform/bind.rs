//! `<bind>`: the logic of nodes of the primary instance, and what makes a question an item of a checklist.

use xpath::NodeIx;

use super::read::{CHECK, JAVAROSA, Reading};
use super::text;
use crate::definition::{CheckItem, Evidence, Line, Severity, Subject};
use crate::definition_error::{DefinitionFault, ExpressionPart};
use crate::source::{BindSource, Formula, PieceSource, TextSource};
use crate::{Texts, texts};

pub(super) fn binds(reading: &mut Reading, model: NodeIx) -> Vec<BindSource> {
    let mut binds = Vec::new();
    for element in reading.elements(model) {
        if reading.local(element) == "bind"
            && let Some(bind) = bind(reading, element)
        {
            binds.push(bind);
        }
    }
    binds
}

fn bind(reading: &mut Reading, element: NodeIx) -> Option<BindSource> {
    let nodeset = reading
        .plain(element, "nodeset")
        .or_else(|| reading.plain(element, "ref"));
    let Some(nodeset) = nodeset else {
        let place = reading.place(element);
        reading.error(place, DefinitionFault::MissingAttribute { name: "nodeset" });
        return None;
    };
    let place = reading.place_of(element, &nodeset);
    let formula = |namespace: &str, name: &str, part: ExpressionPart| {
        reading
            .attribute(element, namespace, name)
            .filter(|text| !text.trim().is_empty())
            .map(|text| Formula::new(text, place.clone()).part(part))
    };
    let message = |name: &str| {
        reading
            .attribute(element, JAVAROSA, name)
            .map(|text| match text::itext_id(&text) {
                Some(id) => TextSource::Translated(id.to_owned()),
                None if text.trim().starts_with("jr:itext(") => {
                    TextSource::Computed(Formula::new(text, place.clone()))
                }
                None => TextSource::Written(vec![PieceSource::Literal(text)]),
            })
    };
    let mut bind = BindSource {
        data_type: reading.plain(element, "type"),
        relevant: formula("", "relevant", ExpressionPart::Relevant),
        readonly: formula("", "readonly", ExpressionPart::Readonly),
        required: formula("", "required", ExpressionPart::Required),
        constraint: formula("", "constraint", ExpressionPart::Constraint),
        calculate: formula("", "calculate", ExpressionPart::Calculate),
        constraint_message: message("constraintMsg"),
        required_message: message("requiredMsg"),
        preload: reading.attribute(element, JAVAROSA, "preload"),
        preload_parameters: reading
            .attribute(element, JAVAROSA, "preloadParams")
            .unwrap_or_default(),
        check: None,
        finding: formula(CHECK, "finding", ExpressionPart::Finding),
        score: formula(CHECK, "score", ExpressionPart::Score),
        question: None,
        place,
        nodeset,
    };
    bind.check = check_item(reading, element, &bind).map(Box::new);
    Some(bind)
}

/// The check-item attributes, if the bind has a code.
fn check_item(reading: &mut Reading, element: NodeIx, bind: &BindSource) -> Option<CheckItem> {
    let own = |name: &str| reading.attribute(element, CHECK, name);
    let code = own("code")?;
    let mut check = CheckItem {
        code,
        clause: own("clause").unwrap_or_default(),
        finding: own("finding"),
        score: own("score"),
        critical: own("critical").is_some_and(|text| text.trim() == "true"),
        evidence: Evidence {
            kind: texts_of(&own),
            photos_at_least: 0,
            note_required: own("note-required").is_some_and(|text| text.trim() == "true"),
        },
        ..CheckItem::default()
    };
    let mut wrong = Vec::new();
    let mut read = |name: &'static str, take: &mut dyn FnMut(&str) -> bool| {
        if let Some(value) = own(name)
            && !take(value.trim())
        {
            wrong.push((name, value));
        }
    };
    read("line", &mut |text| {
        keyword(
            text,
            &mut check.line,
            &[
                ("main", Line::Main),
                ("regulatory", Line::Regulatory),
                ("oversight", Line::Oversight),
            ],
        )
    });
    read("subject", &mut |text| {
        keyword(
            text,
            &mut check.subject,
            &[
                ("institution", Subject::Institution),
                ("regulator", Subject::Regulator),
                ("both", Subject::Both),
            ],
        )
    });
    read("severity", &mut |text| {
        keyword(
            text,
            &mut check.severity,
            &[("general", Severity::General), ("key", Severity::Key)],
        )
    });
    read("weight", &mut |text| match text.parse::<f64>() {
        Ok(weight) if weight.is_finite() && weight >= 0.0 => {
            check.weight = weight;
            true
        }
        _ => false,
    });
    read("photos", &mut |text| match text.parse() {
        Ok(photos) => {
            check.evidence.photos_at_least = photos;
            true
        }
        Err(_) => false,
    });
    for (name, value) in wrong {
        reading.error(
            bind.place.clone(),
            DefinitionFault::CheckAttribute { name, value },
        );
    }
    Some(check)
}

/// The evidence in words, in each language of the interface.
fn texts_of(own: &impl Fn(&str) -> Option<String>) -> Texts {
    let mut kind = Texts::default();
    for language in [texts::CHINESE, texts::ENGLISH] {
        if let Some(text) = own(&format!("evidence-{language}")) {
            kind = kind.with(language, text);
        }
    }
    kind
}

fn keyword<T: Copy>(text: &str, into: &mut T, keywords: &[(&str, T)]) -> bool {
    match keywords.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => {
            *into = *value;
            true
        }
        None => false,
    }
}
