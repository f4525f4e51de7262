//! `<bind>`: the logic of nodes of the primary instance, and what makes a question an item of a checklist.

use xpath::NodeIx;

use super::read::{CHECK, JAVAROSA, Reading};
use super::text;
use crate::definition::{CheckItem, Evidence, Line, Severity, Subject};
use crate::definition_error::{DefinitionFault, ExpressionPart};
use crate::source::{BindSource, Formula, PieceSource, Place, TextSource};
use crate::{Texts, texts};

#[inline(never)]
pub(super) fn binds<'d>(reading: &mut Reading<'d>, model: NodeIx) -> Vec<BindSource<'d>> {
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

#[inline(never)]
fn bind<'d>(reading: &mut Reading<'d>, element: NodeIx) -> Option<BindSource<'d>> {
    let nodeset = reading
        .plain(element, "nodeset")
        .or_else(|| reading.plain(element, "ref"));
    let Some(nodeset) = nodeset else {
        let place = reading.place(element);
        reading.error(place, DefinitionFault::MissingAttribute { name: "nodeset" });
        return None;
    };
    let place = reading.place_of(element, nodeset);
    let mut bind = BindSource {
        nodeset: nodeset.into(),
        place,
        ..BindSource::default()
    };
    for (name, text) in reading.attributes(element) {
        let part = match (reading.names.namespace(name), reading.names.local(name)) {
            ("", "type") => {
                bind.data_type = Some(text);
                continue;
            }
            (JAVAROSA, "constraintMsg") => {
                bind.constraint_message = Some(message(text, place));
                continue;
            }
            (JAVAROSA, "requiredMsg") => {
                bind.required_message = Some(message(text, place));
                continue;
            }
            (JAVAROSA, "preload") => {
                bind.preload = Some(text);
                continue;
            }
            (JAVAROSA, "preloadParams") => {
                bind.preload_parameters = text;
                continue;
            }
            ("", "relevant") => ExpressionPart::Relevant,
            ("", "readonly") => ExpressionPart::Readonly,
            ("", "required") => ExpressionPart::Required,
            ("", "constraint") => ExpressionPart::Constraint,
            ("", "calculate") => ExpressionPart::Calculate,
            (CHECK, "finding") => ExpressionPart::Finding,
            (CHECK, "score") => ExpressionPart::Score,
            _ => continue,
        };
        if !text.trim().is_empty() {
            bind.formulas.push(Formula::new(text, place.part(part)));
        }
    }
    bind.check = check_item(reading, element, place).map(Box::new);
    Some(bind)
}

/// A message is a translation, or just the text.
fn message<'d>(text: &'d str, place: Place<'d>) -> TextSource<'d> {
    match text::itext_id(text) {
        Some(id) => TextSource::Translated(id),
        None if text.trim().starts_with("jr:itext(") => {
            TextSource::Computed(Box::new(Formula::new(text, place)))
        }
        None => TextSource::Written(vec![PieceSource::Literal(text.into())]),
    }
}

/// The check-item attributes, if the bind has a code.
#[inline(never)]
fn check_item(reading: &mut Reading, element: NodeIx, place: Place) -> Option<CheckItem> {
    let own = |name: &str| reading.attribute(element, CHECK, name).map(str::to_owned);
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
    read("weight", &mut |text| match json::decimal(text) {
        Some(weight) if weight.is_finite() && weight >= 0.0 => {
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
        reading.error(place, DefinitionFault::CheckAttribute { name, value });
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
