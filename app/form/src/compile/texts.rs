//! Labels, hints, messages and translations.

use crate::computation::Read;
use crate::form::{DefId, Piece, Template, Text};
use crate::source::{PieceSource, TextSource, Translations};

use super::Compiler;

impl<'s> Compiler<'s> {
    /// Compiles the form's translations; outputs in them are relative to wherever the text is used.
    #[inline(never)]
    pub(super) fn translations(&mut self, source: Translations<'s>) {
        for texts in source.texts {
            let mut compiled = std::collections::HashMap::with_capacity(texts.len());
            for (id, forms) in texts {
                let mut outputs = Vec::new();
                let forms = forms
                    .into_iter()
                    .map(|(form, pieces)| {
                        let template = self.loose_template(&pieces);
                        outputs.extend(pieces.into_iter().filter_map(|piece| match piece {
                            PieceSource::Output(formula) => Some(*formula),
                            PieceSource::Literal(_) => None,
                        }));
                        (form.into(), template)
                    })
                    .collect();
                if !outputs.is_empty() {
                    self.translated_outputs
                        .entry(id)
                        .or_default()
                        .extend(outputs);
                }
                compiled.insert(id.into(), forms);
            }
            self.translations.texts.push(compiled);
        }
    }

    fn loose_template(&mut self, pieces: &[PieceSource]) -> Template {
        let mut template = Template::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                PieceSource::Literal(text) => template.push(Piece::Literal(Box::from(&**text))),
                PieceSource::Output(formula) => {
                    if let Some(compiled) = self.text_expression(formula) {
                        template.push(Piece::Output(compiled.id));
                    }
                }
            }
        }
        template
    }

    /// Compiles a text of a node, with what it reads.
    pub(super) fn text(&mut self, source: TextSource, context: DefId) -> (Option<Text>, Vec<Read>) {
        let mut reads = Vec::new();
        let text = match source {
            TextSource::Translated(id) => {
                self.read_translation(id, context, &mut reads);
                Some(Text::Translated(id.into()))
            }
            TextSource::Computed(formula) => self.expression(&formula, context).map(|compiled| {
                reads.extend(compiled.reads);
                Text::Computed(compiled.id)
            }),
            TextSource::Written(pieces) => {
                Some(Text::Written(self.template(&pieces, context, &mut reads)))
            }
            TextSource::Texts(texts) => {
                let languages = texts.iter().map(|(language, text)| {
                    let pieces = crate::definition::lower::pieces(text);
                    let template = self.template(&pieces, context, &mut reads);
                    (language.into(), template)
                });
                Some(Text::Languages(languages.collect()))
            }
        };
        reads.sort_unstable();
        reads.dedup();
        (text, reads)
    }

    /// What the outputs of a translation read where it is shown. What is wrong with them was told when they were compiled.
    fn read_translation(&mut self, id: &str, context: DefId, reads: &mut Vec<Read>) {
        let outputs = self.translated_outputs.get(id).cloned().unwrap_or_default();
        let told = (self.errors.len(), self.warnings.len());
        for formula in &outputs {
            reads.extend(self.output_reads(formula, context));
        }
        self.errors.truncate(told.0);
        self.warnings.truncate(told.1);
    }

    fn template(
        &mut self,
        pieces: &[PieceSource],
        context: DefId,
        reads: &mut Vec<Read>,
    ) -> Template {
        let mut template = Template::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                PieceSource::Literal(text) => template.push(Piece::Literal(Box::from(&**text))),
                PieceSource::Output(formula) => {
                    if let Some(compiled) = self.output(formula, context) {
                        reads.extend(compiled.reads);
                        template.push(Piece::Output(compiled.id));
                    }
                }
            }
        }
        template
    }
}
