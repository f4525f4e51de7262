//! Texts of a form: content with outputs, references to translations, and the translations themselves.

use std::collections::HashMap;

use xpath::{NodeIx, NodeKind};

use super::read::Reading;
use crate::source::{Formula, PieceSource, TextSource, Translations};

/// The text of a `<label>` or `<hint>`, or of a message attribute's value.
pub(super) fn of_element<'d>(reading: &Reading<'d>, element: NodeIx) -> TextSource<'d> {
    match reading.plain(element, "ref") {
        Some(reference) => of_reference(reading, element, reference),
        None => TextSource::Written(pieces(reading, element)),
    }
}

/// A text given by an expression: a translation where it is `jr:itext('…')`.
pub(super) fn of_reference<'d>(
    reading: &Reading<'d>,
    element: NodeIx,
    reference: &'d str,
) -> TextSource<'d> {
    match itext_id(reference) {
        Some(id) => TextSource::Translated(id),
        None => TextSource::Computed(Box::new(Formula::new(
            reference,
            reading.place_of(element, reference),
        ))),
    }
}

/// The id in `jr:itext('id')`, if that is the whole expression and the id is written out.
pub(crate) fn itext_id(expression: &str) -> Option<&str> {
    let argument = expression
        .trim()
        .strip_prefix("jr:itext(")?
        .strip_suffix(')')?
        .trim();
    let quote = argument
        .chars()
        .next()
        .filter(|quote| "'\"".contains(*quote))?;
    let id = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    (!id.contains(quote)).then_some(id)
}

/// Content with `<output value="…"/>` in it.
pub(super) fn pieces<'d>(reading: &Reading<'d>, element: NodeIx) -> Vec<PieceSource<'d>> {
    let document = reading.document;
    if document.first_child(element).is_none() {
        let text = document.text(element);
        return if text.is_empty() {
            Vec::new()
        } else {
            vec![PieceSource::Literal(text.into())]
        };
    }
    let mut pieces = Vec::new();
    for child in document.children(element) {
        match document.kind(child) {
            NodeKind::Text => pieces.push(PieceSource::Literal(document.text(child).into())),
            NodeKind::Element if reading.local(child) == "output" => {
                let expression = reading
                    .plain(child, "value")
                    .or_else(|| reading.plain(child, "ref"))
                    .unwrap_or_default();
                let place = reading.place_of(child, expression);
                pieces.push(PieceSource::Output(Box::new(Formula::new(
                    expression, place,
                ))));
            }
            NodeKind::Element => pieces.push(PieceSource::Literal(document.string_value(child))),
            _ => {}
        }
    }
    pieces
}

/// `<itext>`: every language's texts by id and form.
#[inline(never)]
pub(super) fn translations<'d>(reading: &Reading<'d>, itext: NodeIx) -> Translations<'d> {
    let mut translations = Translations::default();
    let mut default = None;
    for translation in reading.elements(itext) {
        if reading.local(translation) != "translation" {
            continue;
        }
        if reading.plain(translation, "default").is_some() && default.is_none() {
            default = Some(translations.languages.len());
        }
        let mut texts = HashMap::new();
        for text in reading.elements(translation) {
            let Some(id) = reading.plain(text, "id") else {
                continue;
            };
            let forms = reading
                .elements(text)
                .filter(|value| reading.local(*value) == "value")
                .map(|value| {
                    let form = reading.plain(value, "form").unwrap_or_default();
                    (form, pieces(reading, value))
                })
                .collect();
            texts.insert(id, forms);
        }
        let language = reading.plain(translation, "lang").unwrap_or_default();
        translations.languages.push(language.to_owned());
        translations.texts.push(texts);
    }
    translations.default = default.unwrap_or(0);
    translations
}

#[cfg(test)]
mod tests {
    use super::itext_id;

    #[test]
    fn only_a_written_out_id_is_a_translation() {
        for (expression, id) in [
            ("jr:itext('/data/a:label')", Some("/data/a:label")),
            (" jr:itext(\"x\") ", Some("x")),
            ("jr:itext(itextId)", None),
            ("concat(jr:itext('a'), 'b')", None),
            ("jr:itext('a') = jr:itext('b')", None),
            ("/data/a", None),
        ] {
            assert_eq!(itext_id(expression), id, "{expression}");
        }
    }
}
