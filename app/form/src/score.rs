//! Points of a checklist: by section, as a whole, and graded.

use serde::{Deserialize, Serialize};

use crate::{DefId, Grading, Instance};

/// What one item adds to the score.
///
/// Without a `score` expression: `pass` earns the weight, `fail` nothing, any other answer the weight unless it calls for
/// a finding. In every case `na` is not applicable, and an empty answer or `unassessed` is not assessed; so is an item
/// whose `score` expression gives no number. An irrelevant item is in no count at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemOutcome {
    /// No item, or an irrelevant one.
    #[default]
    None,
    /// Points earned, 0 to the item's weight.
    Assessed(f64),
    NotApplicable,
    NotAssessed,
}

/// The score of an instance. Points are in the weights of the items.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Of the items assessed; never capped.
    pub earned: f64,
    /// Weights of the items assessed: what is not applicable or not assessed leaves the maximum.
    pub possible: f64,
    /// Earned of possible, 0..=1, capped if a critical item calls for a finding; `None` while nothing is possible.
    pub share: Option<f64>,
    /// Every section of the form in document order; items outside sections count in the whole only.
    pub by_section: Vec<SectionScore>,
    pub assessed: u32,
    pub not_applicable: u32,
    pub not_assessed: u32,
    /// Whether the cap made the share smaller.
    pub capped: bool,
    /// Which band of the form's grading the share reaches, by its place in the definition.
    pub grade: Option<usize>,
}

/// The score of one section; its share is never capped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SectionScore {
    pub section: DefId,
    pub earned: f64,
    pub possible: f64,
    pub share: Option<f64>,
    pub assessed: u32,
    pub not_applicable: u32,
    pub not_assessed: u32,
}

impl Score {
    /// The share as points of the grading's scale.
    pub fn points(&self, grading: &Grading) -> Option<f64> {
        self.share.map(|share| share * grading.out_of)
    }
}

#[derive(Clone, Copy, Default)]
struct Tally {
    earned: f64,
    possible: f64,
    assessed: u32,
    not_applicable: u32,
    not_assessed: u32,
}

impl Tally {
    fn add(&mut self, outcome: ItemOutcome, weight: f64) {
        match outcome {
            ItemOutcome::None => {}
            ItemOutcome::Assessed(earned) => {
                self.assessed += 1;
                self.earned += earned;
                self.possible += weight;
            }
            ItemOutcome::NotApplicable => self.not_applicable += 1,
            ItemOutcome::NotAssessed => self.not_assessed += 1,
        }
    }

    fn share(&self) -> Option<f64> {
        (self.possible > 0.0).then(|| self.earned / self.possible)
    }
}

impl Instance {
    /// The score as the answers stand.
    pub fn score(&self) -> Score {
        let form = self.form();
        let mut whole = Tally::default();
        let mut sections = vec![Tally::default(); form.sections().len()];
        let mut critical_finding = false;
        for &item in form.items() {
            let Some(rule) = form.def(item).rule else {
                continue;
            };
            let section = form.section_of(item);
            for node in self.nodes_of(item) {
                let outcome = self.outcome(node);
                whole.add(outcome, rule.weight);
                critical_finding |= rule.critical && self.calls_for_finding(node);
                if let Some(section) = section {
                    sections[section].add(outcome, rule.weight);
                }
            }
        }

        let grading = form.grading();
        let cap = grading
            .and_then(|grading| grading.critical_cap_share)
            .filter(|_| critical_finding);
        let uncapped = whole.share();
        let share = match (uncapped, cap) {
            (Some(share), Some(cap)) => Some(share.min(cap)),
            _ => uncapped,
        };
        Score {
            earned: whole.earned,
            possible: whole.possible,
            share,
            by_section: form
                .sections()
                .iter()
                .zip(sections)
                .map(|(section, tally)| SectionScore {
                    section: section.id,
                    earned: tally.earned,
                    possible: tally.possible,
                    share: tally.share(),
                    assessed: tally.assessed,
                    not_applicable: tally.not_applicable,
                    not_assessed: tally.not_assessed,
                })
                .collect(),
            assessed: whole.assessed,
            not_applicable: whole.not_applicable,
            not_assessed: whole.not_assessed,
            capped: share < uncapped,
            grade: share
                .zip(grading)
                .and_then(|(share, grading)| grade(grading, share)),
        }
    }
}

/// The band with the highest start that `share` reaches.
fn grade(grading: &Grading, share: f64) -> Option<usize> {
    grading
        .bands
        .iter()
        .enumerate()
        .filter(|(_, band)| share >= band.from_share)
        .max_by(|(_, a), (_, b)| a.from_share.total_cmp(&b.from_share))
        .map(|(index, _)| index)
}
