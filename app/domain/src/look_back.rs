//! Look-backs (回头看): a sample of closed findings that are visited again.
//!
//! The sample follows from a seed and the closed findings alone, so anybody can repeat it. Within each severity the findings are put
//! in the order of SHA-256 of `seed`, a line feed, and the finding's id in its hyphenated form; the first `share` per cent are
//! drawn, rounded up: of each severity that occurs, at least one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use form::Severity;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::facts::Context;
use crate::finding::Stage;
use crate::id::FindingId;
use crate::instant::Instant;
use crate::permission::{Act, Place};
use crate::wording::{self, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

/// Closed findings of one draw.
pub const POPULATION_LIMIT: usize = 5_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drawn {
    pub seed: String,
    /// Per cent.
    pub share: u8,
    /// What was drawn from, in the order of the ids.
    pub closed: Vec<FindingId>,
    /// What was drawn, in the order of the ids.
    pub chosen: Vec<FindingId>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct LookBack {
    pub drawn: Option<Drawn>,
    pub drawn_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LookBackCommand {
    Draw {
        seed: String,
        share: u8,
        closed: Vec<FindingId>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LookBackEvent {
    Drawn(Drawn),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LookBackRefusal {
    AlreadyDrawn,
    Seed(WordingRefusal),
    /// The share is 0, or above the whole.
    Share,
    NothingClosed,
    TooMany {
        limit: usize,
    },
    /// One of them is not closed, or not any more.
    NotClosed(FindingId),
}

impl LookBackRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            LookBackRefusal::AlreadyDrawn => {
                say!(
                    language,
                    "这次回头看已抽样",
                    "This look-back has been drawn already"
                )
            }
            LookBackRefusal::Seed(refusal) => {
                let why = refusal.text(language);
                say!(language, "种子：{why}", "Seed: {why}")
            }
            LookBackRefusal::Share => say!(
                language,
                "抽样比例应在1%至100%之间",
                "The share must be between 1 and 100 per cent"
            ),
            LookBackRefusal::NothingClosed => say!(
                language,
                "范围内没有已销号的问题，无从抽样",
                "No finding in the range is closed; there is nothing to draw from"
            ),
            LookBackRefusal::TooMany { limit } => say!(
                language,
                "一次最多从{limit}个问题中抽样，请缩小范围",
                "Draw from {limit} findings or fewer at a time; narrow the range"
            ),
            LookBackRefusal::NotClosed(_) => say!(
                language,
                "有问题已不是“已销号”，请重新抽样",
                "One of the findings is not closed any more; draw again"
            ),
        }
    }
}

impl LookBack {
    pub fn evolve(&mut self, event: &LookBackEvent, at: Instant) {
        let LookBackEvent::Drawn(drawn) = event;
        self.drawn_at.get_or_insert(at);
        self.drawn.get_or_insert_with(|| drawn.clone());
    }
}

/// What share of the findings closed may be drawn, per cent.
pub const SHARES: RangeInclusive<u8> = 1..=100;

/// # Errors
/// Every [`LookBackRefusal`]; a finding outside the actor's scope.
pub fn decide(
    state: &LookBack,
    command: &LookBackCommand,
    context: &Context<'_>,
) -> Result<Vec<LookBackEvent>, crate::Refusal> {
    let LookBackCommand::Draw {
        seed,
        share,
        closed,
    } = command;
    context.permit(Act::ReVerify, &Place::Anywhere)?;
    if state.drawn.is_some() {
        return Err(LookBackRefusal::AlreadyDrawn.into());
    }
    wording::require(seed, NAME_LIMIT).map_err(LookBackRefusal::Seed)?;
    if !SHARES.contains(share) {
        return Err(LookBackRefusal::Share.into());
    }
    if closed.len() > POPULATION_LIMIT {
        return Err(LookBackRefusal::TooMany {
            limit: POPULATION_LIMIT,
        }
        .into());
    }
    let mut population = BTreeMap::new();
    for id in closed {
        let finding = context.facts.finding(*id);
        let raised = finding
            .raised
            .as_ref()
            .filter(|_| finding.stage == Some(Stage::Closed))
            .ok_or(LookBackRefusal::NotClosed(*id))?;
        context.permit(Act::ReVerify, &Place::Body(raised.body))?;
        population.insert(*id, raised.severity);
    }
    if population.is_empty() {
        return Err(LookBackRefusal::NothingClosed.into());
    }
    Ok(vec![LookBackEvent::Drawn(Drawn {
        seed: seed.clone(),
        share: *share,
        chosen: sample(seed, *share, &population).into_iter().collect(),
        closed: population.into_keys().collect(),
    })])
}

/// The findings that a seed draws, as the module's description says.
pub fn sample(
    seed: &str,
    share: u8,
    closed: &BTreeMap<FindingId, Severity>,
) -> BTreeSet<FindingId> {
    let mut chosen = BTreeSet::new();
    for severity in [Severity::General, Severity::Key] {
        let mut ranked: Vec<([u8; 32], FindingId)> = closed
            .iter()
            .filter(|(_, theirs)| **theirs == severity)
            .map(|(id, _)| {
                let rank = Sha256::new()
                    .chain_update(seed)
                    .chain_update("\n")
                    .chain_update(id.to_string());
                (rank.finalize().into(), *id)
            })
            .collect();
        ranked.sort_unstable();
        let size = (ranked.len() * usize::from(share)).div_ceil(100);
        chosen.extend(ranked.into_iter().take(size).map(|(_, id)| id));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn population(general: u128, key: u128) -> BTreeMap<FindingId, Severity> {
        let of = |number, severity| (FindingId(Uuid::from_u128(number)), severity);
        (1..=general)
            .map(|number| of(number, Severity::General))
            .chain((1..=key).map(|number| of(1_000 + number, Severity::Key)))
            .collect()
    }

    #[test]
    fn a_seed_draws_the_same_and_of_each_severity_its_share() {
        for (general, key, share, size) in [(10, 4, 30, 3 + 2), (1, 1, 1, 2), (200, 0, 100, 200)] {
            let closed = population(general, key);
            let chosen = sample("2022", share, &closed);
            assert_eq!(chosen.len(), size, "{general} {key} {share}");
            assert_eq!(chosen, sample("2022", share, &closed));
        }
        let closed = population(200, 0);
        assert_ne!(sample("2022", 10, &closed), sample("2023", 10, &closed));
    }

    /// A larger share draws what a smaller one drew, and more; every finding comes up about as often as any other.
    #[test]
    fn shares_are_nested_and_even() {
        let closed = population(20, 0);
        let mut drawn: BTreeMap<FindingId, u32> = BTreeMap::new();
        for round in 0..2_000 {
            let seed = round.to_string();
            let (few, many) = (sample(&seed, 10, &closed), sample(&seed, 50, &closed));
            assert!(few.is_subset(&many));
            for id in few {
                *drawn.entry(id).or_default() += 1;
            }
        }
        // 2 of 20 in 2,000 rounds: 200 each, with a standard deviation of 13.4.
        assert!(
            drawn.len() == 20 && drawn.values().all(|times| (140..=260).contains(times)),
            "{drawn:?}"
        );
    }
}
