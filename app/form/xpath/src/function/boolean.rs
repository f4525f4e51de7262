//! Truth.

use super::{Function as F, call::Outcome};
use crate::{Evaluator, Expr, NodeKind, Value, expression::XML, value::is_space};

impl Evaluator<'_> {
    pub(super) fn call_boolean(&self, function: F, arguments: &[Expr]) -> Outcome<bool> {
        match (function, arguments) {
            (F::True, _) => Ok(true),
            (F::Boolean, [value]) => self.boolean(value),
            (F::Not, [value]) => self.boolean(value).map(|truth| !truth),
            (F::Lang, [language]) => Ok(self.speaks(&self.text(language)?)),
            (F::BooleanFromString, [value]) => {
                let text = self.text(value)?;
                Ok(text == "1" || text == "true")
            }
            (F::Checklist, [least, most, items @ ..]) => {
                let mut met = 0.0;
                for item in items {
                    let met_here = self.truths(item)?.into_iter().filter(|&met| met).count();
                    met += count(met_here);
                }
                self.is_within(least, most, met)
            }
            (F::WeightedChecklist, [least, most, items @ ..]) => {
                let mut met = 0.0;
                for pair in items.chunks(2) {
                    let [item, weight] = pair else {
                        return Ok(false);
                    };
                    let (truths, weights) = (self.truths(item)?, self.numbers(weight)?);
                    if weights.len() > truths.len() {
                        return Ok(false);
                    }
                    let weighed = truths.into_iter().zip(weights);
                    met += weighed
                        .filter(|pair| pair.0)
                        .map(|pair| pair.1)
                        .sum::<f64>();
                }
                self.is_within(least, most, met)
            }
            _ => Ok(false),
        }
    }

    /// Whether a count lies between two bounds; an upper bound of -1 is none.
    #[expect(clippy::float_cmp, reason = "-1 is written as such")]
    fn is_within(&self, least: &Expr, most: &Expr, met: f64) -> Outcome<bool> {
        let (least, most) = (self.number(least)?, self.number(most)?);
        Ok(met >= least && (most == -1.0 || met <= most))
    }

    /// The truths of an argument: of each node whether it is answered, otherwise one.
    fn truths(&self, argument: &Expr) -> Outcome<Vec<bool>> {
        Ok(match self.evaluate(argument)? {
            Value::Nodes(nodes) => nodes
                .into_iter()
                .map(|node| !self.node_text(node).trim_matches(is_space).is_empty())
                .collect(),
            value => vec![self.boolean_of(&value)],
        })
    }

    /// Whether the nearest `xml:lang` is `language` or a dialect of it.
    fn speaks(&self, language: &str) -> bool {
        let tree = self.host.tree(self.node.document);
        let Some(name) = self.host.names().find(XML, "lang") else {
            return false;
        };
        let spoken = tree
            .ancestors_or_self(self.node.node)
            .filter(|&above| tree.kind(above) == NodeKind::Element)
            .find_map(|above| {
                tree.attributes(above).find(|&attribute| {
                    tree.name(attribute)
                        .is_some_and(|known| self.host.names().expanded(known) == name)
                })
            });
        let spoken = spoken.map_or("", |attribute| tree.text(attribute));
        let Some((head, tail)) = spoken.split_at_checked(language.len()) else {
            return false;
        };
        !language.is_empty()
            && head.eq_ignore_ascii_case(language)
            && (tail.is_empty() || tail.starts_with('-'))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of nodes are far below 2^53"
)]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}
