//! The draw 双随机抽取: chance says which institutions are inspected, and by whom, and anyone can repeat it.
//!
//! # How it goes
//! 1. **Publish.** Rules, roster, exclusions and recusals are fixed, hashed and published before anybody knows a seed. The roster is
//!    made here, from the directory: every institution of the kinds and districts named is on it, and what is not to be drawn is
//!    excluded with a reason that is published too. Where the campaign inspects regulators as well, the roster names each with its
//!    own people, who are recused from what it answers for. Rules under which some seed could fail are refused ([`sampler`]).
//! 2. **Commit.** Each of at least two parties, not all of one unit, keeps a seed to itself and publishes its hash.
//! 3. **Reveal.** When all have committed, they reveal. Seeds are shown when the round is over; with the last one the result follows, in
//!    the same event batch: there is no moment at which a party knows the result and can still keep it from being drawn.
//! 4. A party that does not commit or reveal in time is **recorded as withholding**; that stays visible for ever, and a new round
//!    begins, by the fallback that the rules state, with new commitments of the same parties or of others.
//! 5. A **redraw** is a new round, too, with its reason; the rounds before stay visible for ever.
//!
//! # Sealed draws
//! Roster, rules and commitments of every draw are public at once. Whoever has all seeds has the result, so of a sealed draw the seeds,
//! the result and the teams stay with the organisers; everyone sees who has revealed, and the hash of the result, which nobody can try
//! out without the seeds. The result is public when the organiser **discloses** it, which the rules only let happen once every
//! assignment made of it has been released or cancelled, and in an unannounced campaign each visit has begun. A party sees that its own seed is in the record then.
//!
//! # Layout
//! - [`plan`]: rules, roster, result; [`canonical`]: what is hashed, byte by byte
//! - [`sampler`]: the algorithm, and why no seed fails
//! - [`record`]: what is published, and verifying it without anything else
//! - here: state, commands, events

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::campaign::{Campaign, CampaignKind, Subjects, check_joint};
use crate::facts::Context;
use crate::foreknowledge;
use crate::id::{AssignmentId, BodyId, CampaignId, DrawId, InspectionId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::{DistrictCode, check_texts};
use crate::permission::{Act, Place};
use crate::projection::directory::Directory;
use crate::record::Hash;
use crate::recusal::{self, RecusalReason};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

pub mod canonical;
pub mod plan;
pub mod record;
pub mod sampler;

use plan::{
    DrawPlan, DrawResult, INSPECTOR_LIMIT, INSTITUTION_LIMIT, PARTY_LIMIT, RECUSAL_LIMIT,
    RESERVE_LIMIT, Recusal, Roster, RosterGroup, RosterInspector, RosterInstitution,
    RosterRegulator, TeamRule,
};
use sampler::{Prepared, RuleFault};

/// What was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Published {
    /// The body in whose name it is drawn: the campaign's.
    pub authority: BodyId,
    pub plan: DrawPlan,
    pub roster: Roster,
    pub rules_hash: Hash,
}

/// How a round goes on when the one before it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NextRound {
    pub parties: Vec<PersonId>,
    pub commit_by: Instant,
    pub reveal_by: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drawn {
    pub seed: Hash,
    pub result: DrawResult,
    pub result_hash: Hash,
}

/// Why a round is over without standing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RoundEnd {
    /// These did not commit, or did not reveal, in time.
    Withheld {
        missing: Vec<PersonId>,
        reason: String,
    },
    Redrawn {
        reason: String,
    },
}

/// A reserve called in place of what was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReserveCall {
    pub instead_of: BodyId,
    pub institution: BodyId,
    /// The team of the visit it stands in for.
    pub team: u32,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    pub parties: Vec<PersonId>,
    pub commit_by: Instant,
    pub reveal_by: Instant,
    pub commitments: BTreeMap<PersonId, (Hash, Instant)>,
    pub seeds: BTreeMap<PersonId, (Hash, Instant)>,
    pub drawn: Option<(Drawn, Instant)>,
    pub calls: Vec<ReserveCall>,
    pub end: Option<(RoundEnd, Instant)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draw {
    pub published: Option<(Published, Instant)>,
    /// The last is the one that counts.
    pub rounds: Vec<Round>,
    pub disclosed: bool,
    pub abandoned: Option<String>,
}

/// What a draw waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Committing,
    Revealing,
    Drawn,
    Abandoned,
}

impl Phase {
    pub const ALL: [Phase; 4] = [
        Phase::Committing,
        Phase::Revealing,
        Phase::Drawn,
        Phase::Abandoned,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Phase::Committing => "committing",
            Phase::Revealing => "revealing",
            Phase::Drawn => "drawn",
            Phase::Abandoned => "abandoned",
        }
    }

    pub fn from_code(code: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DrawCommand {
    /// Organisers of the campaign's authority.
    Publish(Box<DrawPlan>),
    /// A party of the round, once, in time.
    Commit { commitment: Hash },
    /// A party of the round, once all have committed. The last one's brings the result.
    Reveal { seed: Hash },
    /// The organiser, when the time for what is missing has passed: by the fallback that was published, a new round begins.
    RecordWithheld { reason: String, next: NextRound },
    /// The organiser: a new round; the one that was drawn stays visible.
    Redraw { reason: String, next: NextRound },
    /// The organiser: the next reserve of the stratum that the team may visit.
    CallReserve { instead_of: BodyId, reason: String },
    /// The organiser: the result of a sealed draw becomes public. The assignments of all its visits are named, in their order.
    Disclose {
        campaign: CampaignId,
        visits: Vec<AssignmentId>,
    },
    /// The organiser: nothing more comes of it. What was published stays.
    Abandon { reason: String },
}

impl DrawCommand {
    /// Whether an event of the draw changed what this is about: what another party commits to or reveals is nothing to a party.
    pub const fn is_about(&self, event: &DrawEvent) -> bool {
        let by_a_party = matches!(
            event,
            DrawEvent::Committed { .. } | DrawEvent::Revealed { .. }
        );
        match self {
            DrawCommand::Commit { .. } | DrawCommand::Reveal { .. } => !by_a_party,
            _ => true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DrawEvent {
    Published(Box<Published>),
    /// By the party that is its author.
    Committed {
        round: u32,
        commitment: Hash,
    },
    Revealed {
        round: u32,
        seed: Hash,
    },
    Drawn(Box<Drawn>),
    /// The round with this number begins.
    Withheld {
        round: u32,
        missing: Vec<PersonId>,
        reason: String,
        next: NextRound,
    },
    Redrawn {
        round: u32,
        reason: String,
        next: NextRound,
    },
    ReserveCalled(ReserveCall),
    Disclosed,
    Abandoned {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DrawRefusal {
    AlreadyPublished,
    /// No such draw, or not for who asks.
    Unknown,
    CampaignUnknown,
    Name(WordingRefusal),
    Fallback(WordingRefusal),
    Reason(WordingRefusal),
    /// No kind of institution, or a kind that is none.
    Kinds,
    DistrictUnknown(DistrictCode),
    /// An exclusion or a weight for something that is not on the roster.
    NotOnRoster(BodyId),
    GroupUnknown,
    NotAnInspector(Vec<PersonId>),
    Rules(RuleFault),
    TooLarge,
    TooFewParties,
    TooManyParties,
    PartyTwice(PersonId),
    PartyUnknown(PersonId),
    PartiesOfOneUnit,
    /// An inspector on the roster, or somebody of an institution on it, would give a seed of the draw they may come out of.
    PartyMayBeDrawn(PersonId),
    /// To commit by is not after now, or to reveal by not after that.
    Deadlines,
    NotAParty,
    AlreadyCommitted,
    /// The same hash as another party's.
    DuplicateCommitment,
    TooLate,
    NotAllCommitted,
    AlreadyRevealed,
    /// What is revealed is not what was committed to.
    RevealDiffers,
    AlreadyDrawn,
    NotDrawn,
    /// Everything is there, or the time for it has not passed.
    NothingWithheld,
    Abandoned,
    NotDrawnInstitution,
    NoReserveLeft,
    /// It is public already.
    NotSealed,
    /// A sealed result is public: nothing is drawn anew of it.
    DisclosedAlready,
    VisitsDiffer,
    /// Assignments not made, or neither cancelled nor [open](foreknowledge::is_open).
    StillSealed {
        visits: u32,
    },
    /// Institutions are drawn, and the campaign looks at regulators alone.
    NotSubjects,
    /// Some of the institutions are inspected jointly with partners, and chance would form the teams, or no group has people of both
    /// sides, or, where all are inspected jointly, one of the groups does not.
    NotJoint,
}

impl DrawRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            DrawRefusal::AlreadyPublished => {
                say!(language, "该抽取已公布", "This draw is published already")
            }
            DrawRefusal::Unknown => say!(language, "没有这次抽取", "There is no such draw"),
            DrawRefusal::CampaignUnknown => {
                say!(language, "没有这项督查", "There is no such campaign")
            }
            DrawRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "名称：{why}", "Name: {why}")
            }
            DrawRefusal::Fallback(refusal) => {
                let why = refusal.text(language);
                say!(language, "补救办法：{why}", "Fallback: {why}")
            }
            DrawRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            DrawRefusal::Kinds => say!(
                language,
                "请选择被抽取的机构类型",
                "Choose the kinds of institutions that are drawn"
            ),
            DrawRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "区划代码 {code} 不存在",
                    "There is no district with code {code}"
                )
            }
            DrawRefusal::NotOnRoster(_) => say!(
                language,
                "排除或加权的单位不在名录内",
                "Something excluded or weighted is not on the roster"
            ),
            DrawRefusal::GroupUnknown => say!(
                language,
                "该督查没有所选的检查组",
                "The campaign has no such group"
            ),
            DrawRefusal::NotAnInspector(_) => say!(
                language,
                "所选人员中有人没有检查员角色",
                "Someone chosen does not hold an inspector's role"
            ),
            DrawRefusal::Rules(fault) => fault.text(language),
            DrawRefusal::TooLarge => say!(
                language,
                "名录过大：机构不超过{INSTITUTION_LIMIT}家，检查员不超过{INSPECTOR_LIMIT}人，候补每层不超过{RESERVE_LIMIT}家",
                "The roster is too large: at most {INSTITUTION_LIMIT} institutions, {INSPECTOR_LIMIT} inspectors, and {RESERVE_LIMIT} reserves of a stratum"
            ),
            DrawRefusal::TooFewParties => say!(
                language,
                "至少由两方提供随机种子",
                "At least two parties give seeds"
            ),
            DrawRefusal::TooManyParties => say!(
                language,
                "提供随机种子的不超过{PARTY_LIMIT}方",
                "At most {PARTY_LIMIT} parties give seeds"
            ),
            DrawRefusal::PartyTwice(_) => say!(
                language,
                "同一人不能代表两方",
                "One person cannot be two parties"
            ),
            DrawRefusal::PartyUnknown(_) => say!(
                language,
                "所选的一方不存在或已停用",
                "One of the parties does not exist or is not active"
            ),
            DrawRefusal::PartiesOfOneUnit => say!(
                language,
                "各方不能都来自同一单位",
                "The parties must not all be of one unit"
            ),
            DrawRefusal::PartyMayBeDrawn(_) => say!(
                language,
                "名录中的检查员和机构的人员不能作为提供种子的一方",
                "Inspectors on the roster and people of its institutions cannot be parties to the draw"
            ),
            DrawRefusal::Deadlines => say!(
                language,
                "承诺截止应晚于现在，揭示截止应晚于承诺截止",
                "The time to commit by must lie ahead, the time to reveal by after it"
            ),
            DrawRefusal::NotAParty => say!(
                language,
                "您不是本轮提供种子的一方",
                "You are not one of the parties of this round"
            ),
            DrawRefusal::AlreadyCommitted => {
                say!(language, "您已提交承诺", "You have committed already")
            }
            DrawRefusal::DuplicateCommitment => say!(
                language,
                "该承诺与另一方的相同，请重新生成种子",
                "Another party made the same commitment; make a new seed"
            ),
            DrawRefusal::TooLate => say!(
                language,
                "承诺截止时间已过",
                "The time to commit has passed"
            ),
            DrawRefusal::NotAllCommitted => say!(
                language,
                "各方都提交承诺后才能揭示种子",
                "Seeds are revealed once every party has committed"
            ),
            DrawRefusal::AlreadyRevealed => {
                say!(
                    language,
                    "您已揭示种子",
                    "You have revealed your seed already"
                )
            }
            DrawRefusal::RevealDiffers => say!(
                language,
                "种子与您的承诺不符，请核对后重新输入",
                "This is not the seed you committed to; check it and enter it again"
            ),
            DrawRefusal::AlreadyDrawn => {
                say!(language, "结果已抽出", "The result has been drawn already")
            }
            DrawRefusal::NotDrawn => say!(language, "尚未抽出结果", "Nothing has been drawn yet"),
            DrawRefusal::NothingWithheld => say!(
                language,
                "截止时间未到，或各方均已履行",
                "The time has not passed, or nothing is missing"
            ),
            DrawRefusal::Abandoned => {
                say!(language, "该抽取已作废", "This draw has been abandoned")
            }
            DrawRefusal::NotDrawnInstitution => say!(
                language,
                "该单位不在抽取结果内，或已由候补替换",
                "This institution was not drawn, or a reserve stands in for it already"
            ),
            DrawRefusal::NoReserveLeft => say!(
                language,
                "该层没有可用的候补",
                "No reserve is left of its stratum"
            ),
            DrawRefusal::NotSealed => {
                say!(language, "结果已公开", "The result is public already")
            }
            DrawRefusal::DisclosedAlready => say!(
                language,
                "密封的结果已公开，不能再重抽或递补；请另行公布一次抽取",
                "The sealed result is public now and stays as it is; publish another draw instead"
            ),
            DrawRefusal::VisitsDiffer => say!(
                language,
                "任务与抽取结果不一致，请重新载入页面",
                "The assignments are not those of the result; load the page again"
            ),
            DrawRefusal::StillSealed { visits } => say!(
                language,
                "还有{visits}项任务未启封，或不打招呼而尚未到场，结果暂不能公开",
                "{visits} of the visits are not released yet, or unannounced and not begun; the result stays sealed"
            ),
            DrawRefusal::NotJoint => say!(
                language,
                "有机构须与联合单位共同检查：请先组建同时有实施单位和联合单位人员的小组，再从已建小组中抽取",
                "Some institutions are inspected jointly: form groups with people of the authority and of a partner, and draw among groups"
            ),
            DrawRefusal::NotSubjects => say!(
                language,
                "该督查只检查监管部门，而抽取的是机构；请另选督查，或直接安排任务",
                "The campaign inspects regulators alone, and a draw is of institutions; choose another campaign, or assign the visits yourself"
            ),
        }
    }
}

impl Round {
    fn begin(next: &NextRound) -> Round {
        Round {
            parties: next.parties.clone(),
            commit_by: next.commit_by,
            reveal_by: next.reveal_by,
            commitments: BTreeMap::new(),
            seeds: BTreeMap::new(),
            drawn: None,
            calls: Vec::new(),
            end: None,
        }
    }

    pub fn all_committed(&self) -> bool {
        self.parties
            .iter()
            .all(|party| self.commitments.contains_key(party))
    }

    /// Who has yet to do what the round waits for.
    pub fn missing(&self) -> Vec<PersonId> {
        let parties = self.parties.iter().copied();
        if self.all_committed() {
            parties
                .filter(|party| !self.seeds.contains_key(party))
                .collect()
        } else {
            parties
                .filter(|party| !self.commitments.contains_key(party))
                .collect()
        }
    }

    /// Drawn, or ended without: what the parties revealed can be told.
    pub fn is_over(&self) -> bool {
        self.drawn.is_some() || self.end.is_some()
    }

    /// The time for what the round waits for.
    pub fn due(&self) -> Instant {
        if self.all_committed() {
            self.reveal_by
        } else {
            self.commit_by
        }
    }

    /// What is visited, and by which team: as drawn, with the reserves called in their places.
    pub fn visits(&self) -> Vec<(BodyId, u32)> {
        let drawn = self
            .drawn
            .iter()
            .flat_map(|(drawn, _)| &drawn.result.visits);
        drawn
            .map(|visit| {
                let mut institution = visit.institution;
                // A reserve may itself have been replaced.
                for call in &self.calls {
                    if call.instead_of == institution {
                        institution = call.institution;
                    }
                }
                (institution, visit.team)
            })
            .collect()
    }
}

impl Draw {
    pub fn round(&self) -> Option<&Round> {
        self.rounds.last()
    }

    /// The number of the round that counts, from 1; 0 before anything is published.
    pub fn number(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX)
    }

    pub fn phase(&self) -> Phase {
        match self.round() {
            _ if self.abandoned.is_some() => Phase::Abandoned,
            Some(round) if round.drawn.is_some() => Phase::Drawn,
            Some(round) if round.all_committed() => Phase::Revealing,
            _ => Phase::Committing,
        }
    }

    /// The assignments that can have come of it: of the visits that count, in their order; then of those that were replaced, and
    /// of earlier rounds.
    pub fn assignments(&self) -> Vec<AssignmentId> {
        let mut all = Vec::new();
        for round in self.rounds.iter().rev() {
            let Some((drawn, _)) = &round.drawn else {
                continue;
            };
            let visits = round.visits();
            let counting = visits.iter().map(|(institution, _)| *institution);
            let drawn_first = drawn.result.visits.iter().map(|visit| visit.institution);
            let called = round.calls.iter().map(|call| call.institution);
            for institution in counting.chain(drawn_first).chain(called) {
                let id = canonical::assignment_of(drawn.seed, institution);
                if !all.contains(&id) {
                    all.push(id);
                }
            }
        }
        all
    }

    /// Whether seeds and result are anybody's to see.
    pub fn is_public(&self) -> bool {
        self.disclosed
            || self
                .published
                .as_ref()
                .is_some_and(|(published, _)| !published.plan.sealed)
    }

    pub fn evolve(&mut self, event: &DrawEvent, actor: PersonId, at: Instant) {
        match event {
            DrawEvent::Published(published) => {
                let plan = &published.plan;
                self.rounds.push(Round::begin(&NextRound {
                    parties: plan.parties.clone(),
                    commit_by: plan.commit_by,
                    reveal_by: plan.reveal_by,
                }));
                self.published = Some(((**published).clone(), at));
            }
            DrawEvent::Disclosed => self.disclosed = true,
            DrawEvent::Abandoned { reason } => self.abandoned = Some(reason.clone()),
            DrawEvent::Withheld {
                next,
                missing,
                reason,
                ..
            } => {
                let (missing, reason) = (missing.clone(), reason.clone());
                self.end_round(RoundEnd::Withheld { missing, reason }, at, next);
            }
            DrawEvent::Redrawn { next, reason, .. } => {
                let reason = reason.clone();
                self.end_round(RoundEnd::Redrawn { reason }, at, next);
            }
            DrawEvent::Committed { .. }
            | DrawEvent::Revealed { .. }
            | DrawEvent::Drawn(_)
            | DrawEvent::ReserveCalled(_) => {
                let Some(round) = self.rounds.last_mut() else {
                    return;
                };
                match event {
                    DrawEvent::Committed { commitment, .. } => {
                        round.commitments.insert(actor, (*commitment, at));
                    }
                    DrawEvent::Revealed { seed, .. } => {
                        round.seeds.insert(actor, (*seed, at));
                    }
                    DrawEvent::Drawn(drawn) => round.drawn = Some(((**drawn).clone(), at)),
                    DrawEvent::ReserveCalled(call) => round.calls.push(call.clone()),
                    _ => {}
                }
            }
        }
    }

    fn end_round(&mut self, end: RoundEnd, at: Instant, next: &NextRound) {
        if let Some(round) = self.rounds.last_mut() {
            round.end = Some((end, at));
        }
        self.rounds.push(Round::begin(next));
    }
}

/// # Errors
/// A permission refusal when the actor does not organise in the name of the campaign's authority, or, of a commitment and a seed, is
/// nobody active; else a [`DrawRefusal`]: see there.
pub fn decide(
    id: DrawId,
    state: &Draw,
    command: &DrawCommand,
    context: &Context<'_>,
) -> Result<Vec<DrawEvent>, crate::Refusal> {
    if let DrawCommand::Publish(plan) = command {
        return publish(id, state, plan, context);
    }
    let (Some((published, _)), Some(round)) = (&state.published, state.round()) else {
        return Err(DrawRefusal::Unknown.into());
    };
    let is_party = matches!(
        command,
        DrawCommand::Commit { .. } | DrawCommand::Reveal { .. }
    );
    if is_party {
        if context.directory.active_person(context.actor).is_none() {
            return Err(crate::permission::PermissionRefusal::UnknownPerson.into());
        }
    } else {
        context.permit(Act::Organise, &Place::Body(published.authority))?;
    }
    if state.abandoned.is_some() {
        return Err(DrawRefusal::Abandoned.into());
    }
    match command {
        DrawCommand::Publish(_) => Err(DrawRefusal::AlreadyPublished.into()),
        DrawCommand::Commit { commitment } => Ok(commit(state, round, *commitment, context)?),
        DrawCommand::Reveal { seed } => Ok(reveal(state, published, round, *seed, context)?),
        DrawCommand::RecordWithheld { reason, next } => {
            check_reason(reason)?;
            let missing = round.missing();
            if round.drawn.is_some() || missing.is_empty() || context.now <= round.due() {
                return Err(DrawRefusal::NothingWithheld.into());
            }
            check_next(next, context)?;
            check_not_drawn(&next.parties, &published.roster, context)?;
            Ok(vec![DrawEvent::Withheld {
                round: state.number() + 1,
                missing,
                reason: reason.clone(),
                next: next.clone(),
            }])
        }
        DrawCommand::Redraw { reason, next } => {
            check_reason(reason)?;
            if round.drawn.is_none() {
                return Err(DrawRefusal::NotDrawn.into());
            }
            check_undisclosed(state)?;
            check_next(next, context)?;
            check_not_drawn(&next.parties, &published.roster, context)?;
            Ok(vec![DrawEvent::Redrawn {
                round: state.number() + 1,
                reason: reason.clone(),
                next: next.clone(),
            }])
        }
        DrawCommand::CallReserve { instead_of, reason } => {
            check_reason(reason)?;
            check_undisclosed(state)?;
            let call = next_reserve(published, round, *instead_of)?;
            Ok(vec![DrawEvent::ReserveCalled(ReserveCall {
                reason: reason.clone(),
                ..call
            })])
        }
        DrawCommand::Disclose { campaign, visits } => {
            if state
                .published
                .as_ref()
                .is_none_or(|(published, _)| published.plan.campaign != *campaign)
            {
                return Err(DrawRefusal::VisitsDiffer.into());
            }
            Ok(disclose(state, round, (*campaign, visits), context)?)
        }
        DrawCommand::Abandon { reason } => {
            check_reason(reason)?;
            Ok(vec![DrawEvent::Abandoned {
                reason: reason.clone(),
            }])
        }
    }
}

/// What was sealed and is public now stays as it is: what came after it would be public before its visits are.
fn check_undisclosed(state: &Draw) -> Result<(), DrawRefusal> {
    if state.disclosed {
        Err(DrawRefusal::DisclosedAlready)
    } else {
        Ok(())
    }
}

fn check_reason(reason: &str) -> Result<(), DrawRefusal> {
    wording::require(reason, ACCOUNT_LIMIT).map_err(DrawRefusal::Reason)
}

fn commit(
    state: &Draw,
    round: &Round,
    commitment: Hash,
    context: &Context<'_>,
) -> Result<Vec<DrawEvent>, DrawRefusal> {
    if round.drawn.is_some() {
        return Err(DrawRefusal::AlreadyDrawn);
    }
    if !round.parties.contains(&context.actor) {
        return Err(DrawRefusal::NotAParty);
    }
    if round.commitments.contains_key(&context.actor) {
        return Err(DrawRefusal::AlreadyCommitted);
    }
    if round
        .commitments
        .values()
        .any(|(other, _)| *other == commitment)
    {
        return Err(DrawRefusal::DuplicateCommitment);
    }
    if context.now > round.commit_by {
        return Err(DrawRefusal::TooLate);
    }
    Ok(vec![DrawEvent::Committed {
        round: state.number(),
        commitment,
    }])
}

fn reveal(
    state: &Draw,
    published: &Published,
    round: &Round,
    seed: Hash,
    context: &Context<'_>,
) -> Result<Vec<DrawEvent>, DrawRefusal> {
    if !round.parties.contains(&context.actor) {
        return Err(DrawRefusal::NotAParty);
    }
    if round.seeds.contains_key(&context.actor) {
        return Err(DrawRefusal::AlreadyRevealed);
    }
    if !round.all_committed() {
        return Err(DrawRefusal::NotAllCommitted);
    }
    let number = state.number();
    let rules = published.rules_hash;
    let committed = round.commitments.get(&context.actor).map(|(hash, _)| *hash);
    if committed != Some(canonical::commitment(rules, number, context.actor, seed)) {
        return Err(DrawRefusal::RevealDiffers);
    }
    let mut events = vec![DrawEvent::Revealed {
        round: number,
        seed,
    }];
    let seeds: Option<Vec<Hash>> = round
        .parties
        .iter()
        .map(|party| match round.seeds.get(party) {
            Some((known, _)) => Some(*known),
            None => Some(seed).filter(|_| *party == context.actor),
        })
        .collect();
    if let Some(seeds) = seeds {
        let seed = canonical::round_seed(rules, number, &seeds);
        let prepared =
            Prepared::new(&published.plan, &published.roster).map_err(DrawRefusal::Rules)?;
        let result = prepared.draw(seed);
        let result_hash = canonical::result_hash(seed, &result);
        events.push(DrawEvent::Drawn(Box::new(Drawn {
            seed,
            result,
            result_hash,
        })));
    }
    Ok(events)
}

/// The first reserve of the stratum that stands in for nothing yet and that the visit's team may visit.
pub(crate) fn next_reserve(
    published: &Published,
    round: &Round,
    instead_of: BodyId,
) -> Result<ReserveCall, DrawRefusal> {
    let Some((drawn, _)) = &round.drawn else {
        return Err(DrawRefusal::NotDrawn);
    };
    let roster = &published.roster;
    let visit = round
        .visits()
        .into_iter()
        .find(|(institution, _)| *institution == instead_of);
    let known = roster.institutions.iter().find(|one| one.id == instead_of);
    let (Some((_, team)), Some(known)) = (visit, known) else {
        return Err(DrawRefusal::NotDrawnInstitution);
    };
    let stratum = published.plan.stratum(known);
    let members = drawn
        .result
        .teams
        .get(team as usize)
        .map(|team| &team.members[..]);
    let recused = |institution: BodyId| {
        roster.recusals.iter().any(|recusal| {
            recusal.institution == institution
                && members.is_some_and(|members| members.contains(&recusal.inspector))
        })
    };
    let called = |institution: BodyId| {
        round
            .calls
            .iter()
            .any(|call| call.institution == institution)
    };
    drawn
        .result
        .reserves
        .iter()
        .filter(|reserve| reserve.stratum == stratum)
        .map(|reserve| reserve.institution)
        .find(|institution| !called(*institution) && !recused(*institution))
        .map(|institution| ReserveCall {
            instead_of,
            institution,
            team,
            reason: String::new(),
        })
        .ok_or(DrawRefusal::NoReserveLeft)
}

fn disclose(
    state: &Draw,
    round: &Round,
    (campaign, visits): (CampaignId, &[AssignmentId]),
    context: &Context<'_>,
) -> Result<Vec<DrawEvent>, DrawRefusal> {
    if state.is_public() {
        return Err(DrawRefusal::NotSealed);
    }
    if round.drawn.is_none() {
        return Err(DrawRefusal::NotDrawn);
    }
    if state.assignments() != visits {
        return Err(DrawRefusal::VisitsDiffer);
    }
    // Every visit that counts is known to whom it looks at; of those replaced, or drawn anew since, none that was assigned is a secret.
    let counting = round.visits().len();
    let plan = context.facts.campaign(campaign).plan.as_ref();
    let is_secret = |(place, visit): &(usize, &AssignmentId)| {
        let assignment = context.facts.assignment(**visit);
        let inspection = context.facts.inspection(InspectionId::of(**visit));
        let is_made = *place < counting || assignment.order.is_some();
        let is_open = plan.is_some_and(|plan| foreknowledge::is_open(assignment, plan, inspection));
        is_made && !is_open && !assignment.cancelled
    };
    let secret = visits.iter().enumerate().filter(is_secret).count();
    if secret > 0 {
        let visits = u32::try_from(secret).unwrap_or(u32::MAX);
        return Err(DrawRefusal::StillSealed { visits });
    }
    Ok(vec![DrawEvent::Disclosed])
}

fn publish(
    id: DrawId,
    state: &Draw,
    plan: &DrawPlan,
    context: &Context<'_>,
) -> Result<Vec<DrawEvent>, crate::Refusal> {
    let campaign = context.facts.campaign(plan.campaign);
    let Some(campaign_plan) = &campaign.plan else {
        return Err(DrawRefusal::CampaignUnknown.into());
    };
    let authority = campaign_plan.authority;
    context.permit(Act::Organise, &Place::Body(authority))?;
    if state.published.is_some() {
        return Err(DrawRefusal::AlreadyPublished.into());
    }
    check_texts(&plan.name, NAME_LIMIT).map_err(DrawRefusal::Name)?;
    wording::require(&plan.fallback, ACCOUNT_LIMIT).map_err(DrawRefusal::Fallback)?;
    check_next(
        &NextRound {
            parties: plan.parties.clone(),
            commit_by: plan.commit_by,
            reveal_by: plan.reveal_by,
        },
        context,
    )?;
    if plan.reserves > RESERVE_LIMIT {
        return Err(DrawRefusal::TooLarge.into());
    }
    if campaign_plan.terms.subjects == Subjects::Regulators {
        return Err(DrawRefusal::NotSubjects.into());
    }
    let roster = roster(plan, campaign, context)?;
    check_not_drawn(&plan.parties, &roster, context)?;
    Prepared::new(plan, &roster).map_err(DrawRefusal::Rules)?;
    let rules_hash = canonical::rules_hash(id, authority, plan, &roster);
    Ok(vec![DrawEvent::Published(Box::new(Published {
        authority,
        plan: plan.clone(),
        roster,
        rules_hash,
    }))])
}

/// Parties and deadlines of a round.
fn check_next(next: &NextRound, context: &Context<'_>) -> Result<(), DrawRefusal> {
    if next.parties.len() > PARTY_LIMIT {
        return Err(DrawRefusal::TooManyParties);
    }
    let mut seen = BTreeSet::new();
    let mut units = BTreeSet::new();
    for party in &next.parties {
        if !seen.insert(party) {
            return Err(DrawRefusal::PartyTwice(*party));
        }
        let Some(person) = context.directory.active_person(*party) else {
            return Err(DrawRefusal::PartyUnknown(*party));
        };
        units.insert(person.unit);
    }
    if seen.len() < 2 {
        return Err(DrawRefusal::TooFewParties);
    }
    if units.len() < 2 {
        return Err(DrawRefusal::PartiesOfOneUnit);
    }
    if next.commit_by <= context.now || next.reveal_by <= next.commit_by {
        return Err(DrawRefusal::Deadlines);
    }
    Ok(())
}

/// Whoever may come out of the draw has no part in its chance: who reveals last knows the result first.
fn check_not_drawn(
    parties: &[PersonId],
    roster: &Roster,
    context: &Context<'_>,
) -> Result<(), DrawRefusal> {
    let drawn = |party: &&PersonId| {
        let is_inspector = roster.inspectors.iter().any(|one| one.id == **party)
            || roster
                .groups
                .iter()
                .any(|group| group.members.contains(party));
        let unit = context.directory.active_person(**party);
        let unit = unit.and_then(|person| person.unit);
        let is_of_institution = unit.is_some_and(|unit| {
            let mut steps = context.directory.path(unit);
            steps.any(|step| {
                let found = roster
                    .institutions
                    .binary_search_by(|one| one.id.cmp(&step));
                found.is_ok()
            })
        });
        is_inspector || is_of_institution
    };
    match parties.iter().find(drawn) {
        Some(party) => Err(DrawRefusal::PartyMayBeDrawn(*party)),
        None => Ok(()),
    }
}

/// Who and what can be drawn by these rules, as the directory has it now.
fn roster(
    plan: &DrawPlan,
    campaign: &Campaign,
    context: &Context<'_>,
) -> Result<Roster, DrawRefusal> {
    let directory = context.directory;
    if plan.kinds.is_empty() || plan.kinds.iter().any(|kind| !kind.is_institution()) {
        return Err(DrawRefusal::Kinds);
    }
    if let Some(unknown) = plan
        .districts
        .iter()
        .find(|code| directory.district(code).is_none())
    {
        return Err(DrawRefusal::DistrictUnknown(unknown.clone()));
    }
    let in_draw = |district: Option<&DistrictCode>| {
        plan.districts.is_empty() || district.is_some_and(|code| plan.districts.contains(code))
    };
    let mut institutions: Vec<RosterInstitution> = directory
        .active_bodies()
        .filter(|(_, body)| plan.kinds.contains(&body.kind) && in_draw(body.district.as_ref()))
        .map(|(id, body)| RosterInstitution {
            id,
            name: body.name.clone(),
            kind: body.kind,
            district: body.district.clone(),
            weight: plan.weights.get(&id).copied().unwrap_or(1),
        })
        .collect();
    institutions.sort_by_key(|one| one.id);
    if institutions.len() > INSTITUTION_LIMIT {
        return Err(DrawRefusal::TooLarge);
    }
    // Every district and every kind that is named has something to draw.
    for code in &plan.districts {
        if institutions
            .iter()
            .all(|one| one.district.as_ref() != Some(code))
        {
            let stratum = plan::Stratum {
                district: Some(code.clone()),
                kind: None,
            };
            return Err(DrawRefusal::Rules(RuleFault::EmptyStratum(stratum)));
        }
    }
    for kind in &plan.kinds {
        if institutions.iter().all(|one| one.kind != *kind) {
            let stratum = plan::Stratum {
                district: None,
                kind: Some(*kind),
            };
            return Err(DrawRefusal::Rules(RuleFault::EmptyStratum(stratum)));
        }
    }
    let on_roster = |id: &BodyId| institutions.binary_search_by(|one| one.id.cmp(id)).is_ok();
    let named = plan
        .exclusions
        .iter()
        .map(|one| &one.institution)
        .chain(plan.weights.keys());
    for id in named {
        if !on_roster(id) {
            return Err(DrawRefusal::NotOnRoster(*id));
        }
    }
    for exclusion in &plan.exclusions {
        check_reason(&exclusion.reason)?;
    }
    if let Some(focus) = &plan.focus {
        if institutions
            .iter()
            .all(|one| one.district.as_ref() != Some(&focus.district))
        {
            return Err(DrawRefusal::Rules(RuleFault::Focus));
        }
        if !plan.strata.by_district {
            for one in &mut institutions {
                if one.district.as_ref() == Some(&focus.district) {
                    one.weight = one.weight.saturating_mul(focus.factor);
                }
            }
        }
    }
    let (inspectors, groups) = inspectors(plan, campaign, context)?;
    let regulators = regulators(&inspectors, &institutions, campaign, directory);
    let mut recusals = recusals(
        &inspectors,
        &institutions,
        &regulators,
        campaign,
        directory,
        context.now,
    )?;
    let of_one_side = keep_to_joint(plan, campaign, &institutions, &groups, directory)?;
    let known = recusals.iter();
    let known: BTreeSet<_> = known.map(|one| (one.inspector, one.institution)).collect();
    let is_new = |one: &Recusal| !known.contains(&(one.inspector, one.institution));
    recusals.extend(of_one_side.into_iter().filter(is_new));
    recusals.sort_unstable();
    if recusals.len() > RECUSAL_LIMIT {
        return Err(DrawRefusal::TooLarge);
    }
    Ok(Roster {
        institutions,
        inspectors,
        groups,
        recusals,
        regulators,
    })
}

fn inspectors(
    plan: &DrawPlan,
    campaign: &Campaign,
    context: &Context<'_>,
) -> Result<(Vec<RosterInspector>, Vec<RosterGroup>), DrawRefusal> {
    let mut groups = Vec::new();
    let mut people: BTreeMap<PersonId, bool> = BTreeMap::new();
    match &plan.teams {
        TeamRule::Groups(chosen) => {
            let chosen: BTreeSet<_> = chosen.iter().copied().collect();
            for id in chosen {
                let group = campaign.group(id).ok_or(DrawRefusal::GroupUnknown)?;
                let mut others: Vec<PersonId> = group.members.clone();
                others.retain(|member| *member != group.leader);
                others.sort_unstable();
                others.dedup();
                let members = std::iter::once(group.leader)
                    .chain(others)
                    .collect::<Vec<_>>();
                for member in &members {
                    people.insert(*member, *member == group.leader);
                }
                groups.push(RosterGroup {
                    id,
                    name: group.name.clone(),
                    leader: group.leader,
                    members,
                });
            }
        }
        TeamRule::Drawn {
            inspectors,
            leaders,
            ..
        } => {
            people.extend(
                inspectors
                    .iter()
                    .map(|person| (*person, leaders.contains(person))),
            );
        }
    }
    if people.len() > INSPECTOR_LIMIT {
        return Err(DrawRefusal::TooLarge);
    }
    // Chance sends nobody who inspects at their own place alone.
    let kind = CampaignKind::SpotCheck;
    let mut inspectors = Vec::with_capacity(people.len());
    let mut others = Vec::new();
    for (id, may_lead) in people {
        if !crate::campaign::inspects(kind, id, context.directory, context.now) {
            others.push(id);
            continue;
        }
        let known = context.directory.active_person(id);
        inspectors.push(RosterInspector {
            id,
            name: known.map(|known| known.name.clone()).unwrap_or_default(),
            unit: known.and_then(|known| known.unit),
            may_lead,
        });
    }
    if !others.is_empty() {
        return Err(DrawRefusal::NotAnInspector(others));
    }
    Ok((inspectors, groups))
}

/// The regulators of the institutions, with their own people on the roster; none where the campaign does not inspect them.
fn regulators(
    inspectors: &[RosterInspector],
    institutions: &[RosterInstitution],
    campaign: &Campaign,
    directory: &Directory,
) -> Vec<RosterRegulator> {
    let inspected = campaign
        .plan
        .as_ref()
        .is_some_and(|plan| plan.terms.subjects.include_regulators());
    if !inspected {
        return Vec::new();
    }
    let mut answers_for: BTreeMap<BodyId, Vec<BodyId>> = BTreeMap::new();
    for institution in institutions {
        if let Some(regulator) = recusal::regulator_of(institution.id, directory) {
            answers_for
                .entry(regulator)
                .or_default()
                .push(institution.id);
        }
    }
    let regulator = |(id, institutions)| RosterRegulator {
        id,
        name: directory
            .body(id)
            .map(|body| body.name.clone())
            .unwrap_or_default(),
        institutions,
        members: inspectors
            .iter()
            .map(|inspector| inspector.id)
            .filter(|inspector| recusal::is_of(*inspector, id, directory))
            .collect(),
    };
    answers_for.into_iter().map(regulator).collect()
}

/// Keeps groups that do not have people of the authority and of a partner from what is inspected jointly, if anything is.
fn keep_to_joint(
    plan: &DrawPlan,
    campaign: &Campaign,
    institutions: &[RosterInstitution],
    groups: &[RosterGroup],
    directory: &Directory,
) -> Result<Vec<Recusal>, DrawRefusal> {
    let Some(campaign) = &campaign.plan else {
        return Ok(Vec::new());
    };
    let excluded: BTreeSet<_> = plan.exclusions.iter().map(|one| one.institution).collect();
    let joint: Vec<BodyId> = institutions
        .iter()
        .filter(|one| campaign.is_joint_in(one.district.as_ref()) && !excluded.contains(&one.id))
        .map(|one| one.id)
        .collect();
    if joint.is_empty() {
        return Ok(Vec::new());
    }
    let is_of_one_side =
        |group: &&RosterGroup| check_joint(campaign, &group.members, directory).is_err();
    let of_one_side: Vec<&RosterGroup> = groups.iter().filter(is_of_one_side).collect();
    let all = campaign.is_joint_in(None);
    if of_one_side.len() == groups.len() || (all && !of_one_side.is_empty()) {
        return Err(DrawRefusal::NotJoint);
    }
    let kept = of_one_side.iter().flat_map(|group| &group.members);
    if kept.clone().count().saturating_mul(joint.len()) > RECUSAL_LIMIT {
        return Err(DrawRefusal::TooLarge);
    }
    Ok(kept
        .flat_map(|member| joint.iter().map(|institution| (*member, *institution)))
        .map(|(inspector, institution)| Recusal {
            inspector,
            institution,
            reason: RecusalReason::NotJoint,
        })
        .collect())
}

fn recusals(
    inspectors: &[RosterInspector],
    institutions: &[RosterInstitution],
    regulators: &[RosterRegulator],
    campaign: &Campaign,
    directory: &Directory,
    now: Instant,
) -> Result<Vec<Recusal>, DrawRefusal> {
    let mut recusals: BTreeMap<(PersonId, BodyId), RecusalReason> = BTreeMap::new();
    for inspector in inspectors {
        // Most people are of no institution and of no district: nothing to ask.
        let unit = inspector.unit;
        let placed = unit
            .and_then(|unit| directory.body(unit))
            .is_some_and(|unit| unit.district.is_some() || unit.kind.is_institution());
        let below = unit.is_some_and(|unit| {
            directory.path(unit).any(|step| {
                directory
                    .body(step)
                    .is_some_and(|body| body.kind.is_institution())
            })
        });
        if !placed && !below && !campaign.interests.contains_key(&inspector.id) {
            continue;
        }
        for institution in institutions {
            let why = recusal::recused(inspector.id, institution.id, campaign, directory, now);
            if let Some(reason) = why {
                recusals.insert((inspector.id, institution.id), reason);
            }
            if recusals.len() > RECUSAL_LIMIT {
                return Err(DrawRefusal::TooLarge);
            }
        }
    }
    for regulator in regulators {
        for inspector in &regulator.members {
            for institution in &regulator.institutions {
                recusals
                    .entry((*inspector, *institution))
                    .or_insert(RecusalReason::Regulator);
            }
            if recusals.len() > RECUSAL_LIMIT {
                return Err(DrawRefusal::TooLarge);
            }
        }
    }
    let recusal = |((inspector, institution), reason)| Recusal {
        inspector,
        institution,
        reason,
    };
    Ok(recusals.into_iter().map(recusal).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_party_gives_is_no_conflict_for_another() {
        let (round, hash) = (1, Hash::of(b"seed"));
        let by_a_party = [
            DrawEvent::Committed {
                round,
                commitment: hash,
            },
            DrawEvent::Revealed { round, seed: hash },
        ];
        let abandoned = DrawEvent::Abandoned {
            reason: String::new(),
        };
        let (commit, reveal) = (
            DrawCommand::Commit { commitment: hash },
            DrawCommand::Reveal { seed: hash },
        );
        for command in [commit, reveal] {
            assert!(by_a_party.iter().all(|event| !command.is_about(event)));
            assert!(command.is_about(&abandoned));
        }
        let abandon = DrawCommand::Abandon {
            reason: String::new(),
        };
        assert!(by_a_party.iter().all(|event| abandon.is_about(event)));
    }
}
