//! What is published of a draw: one JSON document from which anybody repeats it, without a database and without this server.
//!
//! # Format `dubang.draw.record.1`
//! ```text
//! { "format": "dubang.draw.record.1", "draw": id, "authority": {id, name}, "publishedAt": ms,
//!   "plan": …, "roster": …, "rulesHash": 64 hex digits,            [`super::plan`], [`super::canonical`]
//!   "sealed": whether seeds and results are held back,
//!   "rounds": [ { "parties": [ {id, name} ], "commitBy": ms, "revealBy": ms,
//!                 "commitments": [ {party, commitment, at} ], "revealed": [ {party, at, seed?} ],
//!                 "drawn"?: { at, resultHash, seed?, result? }, "calls": [ … ], "end"?: { withheld | redrawn } } ],
//!   "abandoned"?: reason }
//! ```
//! `seed` and `result` are missing while the draw is sealed, and so are calls of reserves. Names stand beside ids so that people can
//! read the document; those of the roster are hashed with it.
//!
//! Where the campaign inspects regulators too, the roster names each with the institutions it answers for and with its own people, and
//! recuses them from one another, pair by pair. A record in which such a pair is missing, or one too many is there, is not sound. Draws
//! published before that name no regulators.

use std::collections::BTreeSet;

use form::Texts;
use serde::{Deserialize, Serialize};

use super::plan::{DrawPlan, DrawResult, Roster};
use super::sampler::{Prepared, RuleFault};
use super::{Draw, Drawn, Published, ReserveCall, Round, RoundEnd, canonical, next_reserve};
use crate::id::{BodyId, DrawId, PersonId};
use crate::instant::Instant;
use crate::record::Hash;
use crate::recusal::RecusalReason;
use crate::{Language, say};

pub const FORMAT: &str = "dubang.draw.record.1";
/// Bytes of the largest record that is read.
pub const RECORD_BYTE_LIMIT: usize = 64 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawRecord {
    pub format: String,
    pub draw: DrawId,
    pub authority: NamedBody,
    pub published_at: Instant,
    pub plan: DrawPlan,
    pub roster: Roster,
    pub rules_hash: Hash,
    pub sealed: bool,
    pub rounds: Vec<RoundRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abandoned: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedBody {
    pub id: BodyId,
    pub name: Texts,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Party {
    pub id: PersonId,
    pub name: Texts,
    /// The name of the party's unit.
    pub unit: Texts,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoundRecord {
    /// In the order of their seeds.
    pub parties: Vec<Party>,
    pub commit_by: Instant,
    pub reveal_by: Instant,
    pub commitments: Vec<CommitmentRecord>,
    pub revealed: Vec<RevealRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ReserveCall>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<RoundEnd>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommitmentRecord {
    pub party: PersonId,
    pub commitment: Hash,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevealRecord {
    pub party: PersonId,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<Hash>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawnRecord {
    pub at: Instant,
    pub result_hash: Hash,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<Hash>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<DrawResult>,
}

/// What is published of a draw, or None before anything is. `whole` is for those who may see a sealed result.
pub fn record(
    id: DrawId,
    draw: &Draw,
    whole: bool,
    body_name: impl Fn(BodyId) -> Texts,
    party: impl Fn(PersonId) -> Party,
) -> Option<DrawRecord> {
    let (published, published_at) = draw.published.as_ref()?;
    let open = whole || draw.is_public();
    let round = |round: &Round| RoundRecord {
        parties: round.parties.iter().map(|id| party(*id)).collect(),
        commit_by: round.commit_by,
        reveal_by: round.reveal_by,
        commitments: in_order(round, &round.commitments)
            .map(|(party, (commitment, at))| CommitmentRecord {
                party,
                commitment: *commitment,
                at: *at,
            })
            .collect(),
        revealed: in_order(round, &round.seeds)
            .map(|(party, (seed, at))| RevealRecord {
                party,
                at: *at,
                seed: (open && round.is_over()).then_some(*seed),
            })
            .collect(),
        drawn: round.drawn.as_ref().map(|(drawn, at)| DrawnRecord {
            at: *at,
            result_hash: drawn.result_hash,
            seed: open.then_some(drawn.seed),
            result: open.then(|| drawn.result.clone()),
        }),
        calls: round.calls.iter().filter(|_| open).cloned().collect(),
        end: round.end.as_ref().map(|(end, _)| end.clone()),
    };
    Some(DrawRecord {
        format: FORMAT.to_owned(),
        draw: id,
        authority: NamedBody {
            id: published.authority,
            name: body_name(published.authority),
        },
        published_at: *published_at,
        plan: published.plan.clone(),
        roster: published.roster.clone(),
        rules_hash: published.rules_hash,
        sealed: !open,
        rounds: draw.rounds.iter().map(round).collect(),
        abandoned: draw.abandoned.clone(),
    })
}

fn in_order<'a, T>(
    round: &'a Round,
    given: &'a std::collections::BTreeMap<PersonId, T>,
) -> impl Iterator<Item = (PersonId, &'a T)> {
    let parties = round.parties.iter();
    parties.filter_map(|party| given.get(party).map(|value| (*party, value)))
}

/// The first thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Language::English))]
pub enum RecordFault {
    TooLarge,
    /// Not JSON, or not of this shape; the reader's own words, with line and column.
    Unreadable(String),
    Format(String),
    /// A list that is not in the order of its ids, or has something twice.
    RosterOrder(&'static str),
    RulesHash {
        expected: Hash,
    },
    /// One of a regulator's own people is not recused from an institution it answers for.
    RegulatorNotRecused {
        inspector: PersonId,
        institution: BodyId,
    },
    /// Somebody is recused as one of the regulator's people who is not among them.
    RegulatorUnknown {
        inspector: PersonId,
        institution: BodyId,
    },
    Rules(RuleFault),
    NoRound,
    /// The first round's parties or times are not those of the rules.
    FirstRound,
    /// A round of fewer than two, or with one person twice.
    Parties {
        round: usize,
    },
    /// By somebody who is no party of the round, or twice by one.
    Commitments {
        round: usize,
    },
    DuplicateCommitment {
        round: usize,
    },
    CommittedLate {
        round: usize,
        party: PersonId,
    },
    /// Somebody revealed who is no party, or twice, or before all had committed.
    Reveals {
        round: usize,
    },
    RevealDiffers {
        round: usize,
        party: PersonId,
    },
    /// Drawn without every seed, or all seeds are there and nothing is drawn.
    Seeds {
        round: usize,
    },
    /// A seed or a result is held back though the record is not sealed.
    HeldBack {
        round: usize,
    },
    Seed {
        round: usize,
        expected: Hash,
    },
    /// What comes out is another result; the first institution that differs, if that is it.
    Result {
        round: usize,
        place: Option<usize>,
    },
    ResultHash {
        round: usize,
        expected: Hash,
    },
    /// A reserve called that was not the next.
    ReserveCall {
        round: usize,
        call: usize,
    },
    /// A round that did not end before the next began, or ended and has no next.
    RoundEnd {
        round: usize,
    },
    /// Those said to have withheld are not those who did.
    Withheld {
        round: usize,
    },
}

impl RecordFault {
    pub fn text(&self, language: Language) -> String {
        match self {
            RecordFault::TooLarge => say!(
                language,
                "文件过大，不是抽取记录",
                "The file is too large for the record of a draw"
            ),
            RecordFault::Unreadable(error) => {
                say!(language, "无法读取：{error}", "It cannot be read: {error}")
            }
            RecordFault::Format(format) => say!(
                language,
                "格式为“{format}”，应为“{FORMAT}”",
                "Its format is “{format}”, not “{FORMAT}”"
            ),
            RecordFault::RosterOrder(list) => say!(
                language,
                "名录“{list}”未按编号排列，或有重复",
                "The roster's {list} are not in the order of their ids, or one is there twice"
            ),
            RecordFault::RulesHash { expected } => say!(
                language,
                "规则和名录与公布的校验值不符（应为 {expected}）",
                "Rules and roster are not those of the published hash (theirs is {expected})"
            ),
            RecordFault::RegulatorNotRecused {
                inspector,
                institution,
            } => say!(
                language,
                "监管部门人员 {inspector} 未回避本部门监管的机构 {institution}",
                "{inspector}, of the regulator, is not recused from institution {institution}, which the regulator answers for"
            ),
            RecordFault::RegulatorUnknown {
                inspector,
                institution,
            } => say!(
                language,
                "人员 {inspector} 以监管部门人员身份回避机构 {institution}，但不在该部门人员之列",
                "{inspector} is recused from institution {institution} as one of its regulator's people, and is not among them"
            ),
            RecordFault::Rules(fault) => {
                let why = fault.text(language);
                say!(
                    language,
                    "按此规则不能抽取：{why}",
                    "No draw can be made by these rules: {why}"
                )
            }
            RecordFault::NoRound => say!(language, "记录中没有任何一轮", "It has no round"),
            RecordFault::FirstRound => say!(
                language,
                "第1轮的各方或时限与公布的规则不符",
                "The parties or the times of round 1 are not those of the rules"
            ),
            RecordFault::Parties { round } => say!(
                language,
                "第{round}轮少于两方，或同一人代表两方",
                "Round {round} has fewer than two parties, or one person twice"
            ),
            RecordFault::Commitments { round } => say!(
                language,
                "第{round}轮的承诺有的不是由各方作出，或重复",
                "Round {round} has a commitment by no party of it, or two by one"
            ),
            RecordFault::DuplicateCommitment { round } => say!(
                language,
                "第{round}轮有两份相同的承诺",
                "Round {round} has the same commitment twice"
            ),
            RecordFault::CommittedLate { round, party } => say!(
                language,
                "第{round}轮 {party} 的承诺晚于截止时间",
                "In round {round} the commitment of {party} is later than it may be"
            ),
            RecordFault::Reveals { round } => say!(
                language,
                "第{round}轮的揭示有的不是由各方作出、重复，或早于全部承诺",
                "Round {round} has a reveal by no party of it, two by one, or one before all had committed"
            ),
            RecordFault::RevealDiffers { round, party } => say!(
                language,
                "第{round}轮 {party} 揭示的种子与其承诺不符",
                "In round {round} the seed of {party} is not the one committed to"
            ),
            RecordFault::Seeds { round } => say!(
                language,
                "第{round}轮的结果与揭示的种子不齐",
                "Round {round} is drawn without every seed, or not drawn with all of them"
            ),
            RecordFault::HeldBack { round } => say!(
                language,
                "第{round}轮缺少种子或结果，而记录并未密封",
                "Round {round} lacks a seed or its result, though the record is not sealed"
            ),
            RecordFault::Seed { round, expected } => say!(
                language,
                "第{round}轮的总种子不是由各方种子得出（应为 {expected}）",
                "The seed of round {round} does not follow from the parties' seeds (it would be {expected})"
            ),
            RecordFault::Result {
                round,
                place: Some(place),
            } => say!(
                language,
                "第{round}轮的结果与重新抽取的不同：自第{place}家起",
                "The result of round {round} is not what comes out: it differs from visit {place} on"
            ),
            RecordFault::Result { round, place: None } => say!(
                language,
                "第{round}轮的检查组或候补名单与重新抽取的不同",
                "The teams or the reserves of round {round} are not what comes out"
            ),
            RecordFault::ResultHash { round, expected } => say!(
                language,
                "第{round}轮的结果与公布的校验值不符（应为 {expected}）",
                "The result of round {round} is not that of the published hash (its own is {expected})"
            ),
            RecordFault::ReserveCall { round, call } => say!(
                language,
                "第{round}轮第{call}次递补的不是下一家候补",
                "Reserve call {call} of round {round} is not of the next reserve"
            ),
            RecordFault::RoundEnd { round } => say!(
                language,
                "第{round}轮没有结束就开始了下一轮，或已结束却没有下一轮",
                "Round {round} did not end before the next began, or ended and has no next"
            ),
            RecordFault::Withheld { round } => say!(
                language,
                "第{round}轮所记的未履行各方与实际不符",
                "Those said to have withheld in round {round} are not those who did"
            ),
        }
    }
}

/// What a sound record shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub rules_hash: Hash,
    /// Institutions that can be drawn, and how many are.
    pub eligible: usize,
    pub visits: usize,
    pub rounds: usize,
    /// Rounds that were drawn again from their seeds.
    pub repeated: usize,
    /// Rounds whose result is held back: only its hash is known.
    pub sealed: usize,
}

/// Reads a record and repeats everything in it.
pub fn verify_bytes(bytes: &[u8]) -> Result<Verified, RecordFault> {
    if bytes.len() > RECORD_BYTE_LIMIT {
        return Err(RecordFault::TooLarge);
    }
    let record: DrawRecord = serde_json::from_slice(bytes)
        .map_err(|error| RecordFault::Unreadable(error.to_string()))?;
    verify(&record)
}

/// Repeats everything in a record, in the order in which it happened; the first thing that is wrong ends it.
pub fn verify(record: &DrawRecord) -> Result<Verified, RecordFault> {
    if record.format != FORMAT {
        return Err(RecordFault::Format(record.format.clone()));
    }
    let roster = &record.roster;
    check_order("institutions", roster.institutions.iter().map(|one| one.id))?;
    check_order("inspectors", roster.inspectors.iter().map(|one| one.id))?;
    check_order("groups", roster.groups.iter().map(|one| one.id))?;
    check_order("recusals", roster.recusals.iter())?;
    check_order("regulators", roster.regulators.iter().map(|one| one.id))?;
    for regulator in &roster.regulators {
        check_order("regulators", regulator.institutions.iter())?;
        check_order("regulators", regulator.members.iter())?;
    }
    let rules = canonical::rules_hash(record.draw, record.authority.id, &record.plan, roster);
    if rules != record.rules_hash {
        return Err(RecordFault::RulesHash { expected: rules });
    }
    check_regulators(roster)?;
    let prepared = Prepared::new(&record.plan, roster).map_err(RecordFault::Rules)?;
    let first = record.rounds.first().ok_or(RecordFault::NoRound)?;
    let plan = &record.plan;
    if !first
        .parties
        .iter()
        .map(|party| party.id)
        .eq(plan.parties.iter().copied())
        || (first.commit_by, first.reveal_by) != (plan.commit_by, plan.reveal_by)
    {
        return Err(RecordFault::FirstRound);
    }
    // Only what the rules said would be sealed is.
    if record.sealed && !plan.sealed {
        return Err(RecordFault::HeldBack { round: 1 });
    }
    let mut verified = Verified {
        rules_hash: rules,
        eligible: prepared.strata().map(|(_, size, _)| size).sum(),
        visits: prepared.visits(),
        rounds: record.rounds.len(),
        repeated: 0,
        sealed: 0,
    };
    for (index, round) in record.rounds.iter().enumerate() {
        let repeated = verify_round(record, &prepared, rules, index, round)?;
        match (&round.drawn, repeated) {
            (Some(_), true) => verified.repeated += 1,
            (Some(_), false) => verified.sealed += 1,
            (None, _) => {}
        }
        let is_last = index + 1 == record.rounds.len();
        if is_last != round.end.is_none() {
            return Err(RecordFault::RoundEnd { round: index + 1 });
        }
    }
    Ok(verified)
}

fn check_order<T: Ord>(
    list: &'static str,
    ids: impl Iterator<Item = T> + Clone,
) -> Result<(), RecordFault> {
    let next = ids.clone().skip(1);
    if ids.zip(next).all(|(one, next)| one < next) {
        Ok(())
    } else {
        Err(RecordFault::RosterOrder(list))
    }
}

/// That nobody on the roster can come out for an institution which their own department answers for, and that nobody is kept away as
/// one of its people who is none.
fn check_regulators(roster: &Roster) -> Result<(), RecordFault> {
    let recused: BTreeSet<(PersonId, BodyId)> = roster
        .recusals
        .iter()
        .map(|recusal| (recusal.inspector, recusal.institution))
        .collect();
    let mut of_regulators = BTreeSet::new();
    for regulator in &roster.regulators {
        // Whose unit it is stands in the roster itself; who is of a unit below it, the members alone tell.
        let own = roster
            .inspectors
            .iter()
            .filter(|inspector| inspector.unit == Some(regulator.id))
            .map(|inspector| inspector.id);
        for inspector in regulator.members.iter().copied().chain(own) {
            for institution in regulator.institutions.iter().copied() {
                if !recused.contains(&(inspector, institution)) {
                    return Err(RecordFault::RegulatorNotRecused {
                        inspector,
                        institution,
                    });
                }
                of_regulators.insert((inspector, institution));
            }
        }
    }
    match roster.recusals.iter().find(|recusal| {
        recusal.reason == RecusalReason::Regulator
            && !of_regulators.contains(&(recusal.inspector, recusal.institution))
    }) {
        None => Ok(()),
        Some(recusal) => Err(RecordFault::RegulatorUnknown {
            inspector: recusal.inspector,
            institution: recusal.institution,
        }),
    }
}

/// Whether the round's result was there to be repeated.
fn verify_round(
    record: &DrawRecord,
    prepared: &Prepared<'_>,
    rules: Hash,
    index: usize,
    round: &RoundRecord,
) -> Result<bool, RecordFault> {
    let number = index + 1;
    let counted = u32::try_from(number).unwrap_or(u32::MAX);
    let parties: BTreeSet<PersonId> = round.parties.iter().map(|party| party.id).collect();
    if parties.len() < 2 || parties.len() != round.parties.len() {
        return Err(RecordFault::Parties { round: number });
    }
    let committed: BTreeSet<PersonId> = round.commitments.iter().map(|one| one.party).collect();
    if committed.len() != round.commitments.len() || !committed.is_subset(&parties) {
        return Err(RecordFault::Commitments { round: number });
    }
    let hashes: BTreeSet<[u8; 32]> = round
        .commitments
        .iter()
        .map(|one| one.commitment.0)
        .collect();
    if hashes.len() != round.commitments.len() {
        return Err(RecordFault::DuplicateCommitment { round: number });
    }
    if let Some(late) = round
        .commitments
        .iter()
        .find(|one| one.at > round.commit_by)
    {
        let party = late.party;
        return Err(RecordFault::CommittedLate {
            round: number,
            party,
        });
    }
    let revealed: BTreeSet<PersonId> = round.revealed.iter().map(|one| one.party).collect();
    let last_commitment = round.commitments.iter().map(|one| one.at).max();
    let early = round
        .revealed
        .iter()
        .any(|one| Some(one.at) < last_commitment);
    if revealed.len() != round.revealed.len()
        || !revealed.is_subset(&parties)
        || (!revealed.is_empty() && (committed != parties || early))
    {
        return Err(RecordFault::Reveals { round: number });
    }
    let mut seeds = Vec::with_capacity(round.parties.len());
    for party in &round.parties {
        let Some(reveal) = round.revealed.iter().find(|one| one.party == party.id) else {
            continue;
        };
        let Some(seed) = reveal.seed else {
            // Seeds are shown when the round is over.
            if record.sealed || (round.drawn.is_none() && round.end.is_none()) {
                continue;
            }
            return Err(RecordFault::HeldBack { round: number });
        };
        let commitment = canonical::commitment(rules, counted, party.id, seed);
        if round
            .commitments
            .iter()
            .all(|one| one.party != party.id || one.commitment != commitment)
        {
            let party = party.id;
            return Err(RecordFault::RevealDiffers {
                round: number,
                party,
            });
        }
        seeds.push(seed);
    }
    if (revealed == parties) != round.drawn.is_some() {
        return Err(RecordFault::Seeds { round: number });
    }
    check_end(number, round, &parties, &committed, &revealed)?;
    let Some(drawn) = &round.drawn else {
        return Ok(false);
    };
    let (Some(seed), Some(result)) = (drawn.seed, &drawn.result) else {
        return if record.sealed {
            Ok(false)
        } else {
            Err(RecordFault::HeldBack { round: number })
        };
    };
    if seeds.len() != round.parties.len() {
        return Err(RecordFault::HeldBack { round: number });
    }
    let expected = canonical::round_seed(rules, counted, &seeds);
    if seed != expected {
        return Err(RecordFault::Seed {
            round: number,
            expected,
        });
    }
    let repeated = prepared.draw(seed);
    if repeated != *result {
        let longest = repeated.visits.len().max(result.visits.len());
        let place =
            (0..longest).find(|place| repeated.visits.get(*place) != result.visits.get(*place));
        let place = place.map(|place| place + 1);
        return Err(RecordFault::Result {
            round: number,
            place,
        });
    }
    let expected = canonical::result_hash(seed, result);
    if drawn.result_hash != expected {
        return Err(RecordFault::ResultHash {
            round: number,
            expected,
        });
    }
    verify_calls(
        record,
        number,
        round,
        drawn.at,
        Drawn {
            seed,
            result: repeated,
            result_hash: expected,
        },
    )?;
    Ok(true)
}

fn check_end(
    number: usize,
    round: &RoundRecord,
    parties: &BTreeSet<PersonId>,
    committed: &BTreeSet<PersonId>,
    revealed: &BTreeSet<PersonId>,
) -> Result<(), RecordFault> {
    match &round.end {
        Some(RoundEnd::Withheld { missing, .. }) => {
            let did = if committed == parties {
                revealed
            } else {
                committed
            };
            let said: BTreeSet<PersonId> = missing.iter().copied().collect();
            let withheld: BTreeSet<PersonId> = parties.difference(did).copied().collect();
            if said != withheld || withheld.is_empty() {
                return Err(RecordFault::Withheld { round: number });
            }
        }
        Some(RoundEnd::Redrawn { .. }) if round.drawn.is_none() => {
            return Err(RecordFault::RoundEnd { round: number });
        }
        _ => {}
    }
    Ok(())
}

fn verify_calls(
    record: &DrawRecord,
    number: usize,
    round: &RoundRecord,
    at: Instant,
    drawn: Drawn,
) -> Result<(), RecordFault> {
    let published = Published {
        authority: record.authority.id,
        plan: record.plan.clone(),
        roster: record.roster.clone(),
        rules_hash: record.rules_hash,
    };
    let mut so_far = Round {
        parties: Vec::new(),
        commit_by: round.commit_by,
        reveal_by: round.reveal_by,
        commitments: std::collections::BTreeMap::new(),
        seeds: std::collections::BTreeMap::new(),
        drawn: Some((drawn, at)),
        calls: Vec::new(),
        end: None,
    };
    for (index, call) in round.calls.iter().enumerate() {
        let next = next_reserve(&published, &so_far, call.instead_of);
        let is_next =
            next.is_ok_and(|next| (next.institution, next.team) == (call.institution, call.team));
        if !is_next {
            return Err(RecordFault::ReserveCall {
                round: number,
                call: index + 1,
            });
        }
        so_far.calls.push(call.clone());
    }
    Ok(())
}
