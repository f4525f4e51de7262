//! The rules in force: which level governs a body at a moment, on which decision it rests, and what it asks for.
//!
//! - A decision is about a body when its area and kinds cover it: an institution by its kind; a department or an oversight body by
//!   any kind in its area, since it answers for the institutions there.
//! - Of the decisions of one area the last to take effect governs (of two at one minute, the later recorded). Those before it are
//!   superseded for good: when it ends, none of them comes back, so that no forgotten decision is ever in force again.
//! - Of the whole jurisdiction's and the district's the graver governs; of two equal ones, the jurisdiction's.
//! - Every decision in force names guides, the governing one and those it outranks alike: what the district asks does not end because
//!   the city is at a graver level, nor what is asked of one kind of institution because another is. Each guide is followed once, in
//!   the edition of the moment. Of its obligations, those apply that the level of a decision naming it activates for a kind of
//!   institution the decision is in force for: to an institution those about its kind, to a department those of the regulatory line,
//!   to an oversight body those of its own.
//!
//! A body is judged by the kind and the district it had at the moment ([`super::body_periods`]).

use std::collections::{BTreeMap, BTreeSet};

use form::Line;
use serde::{Deserialize, Serialize};

use crate::body::{BodyKind, Particulars};
use crate::event::Event;
use crate::id::{NoticeId, ResponseLevelId, RulePackId};
use crate::instant::Instant;
use crate::jurisdiction::DistrictCode;
use crate::projection::body_periods::Period;
use crate::record::{Stream, StreamKind};
use crate::response_level::{Area, LevelDecision, LevelOrder};
use crate::rule_pack::{Edition, Obligation, RulePack};

/// Every decision on a level and every guide, as far as the events seen so far tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    decisions: BTreeMap<ResponseLevelId, Recorded>,
    guides: BTreeMap<RulePackId, RulePack>,
}

#[derive(Clone, Debug, PartialEq)]
struct Recorded {
    decision: LevelDecision,
    /// Its place among all decisions.
    place: usize,
}

/// How a decision about a body stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    Governs,
    NotYet,
    /// Another of its area took effect after it.
    Superseded {
        by: ResponseLevelId,
        at: Instant,
    },
    /// Its term ran out, or it was ended.
    Over {
        at: Instant,
    },
    /// In force with its guides, but another is graver, or the whole jurisdiction's as grave.
    Outranked {
        by: ResponseLevelId,
    },
}

/// A decision about a body, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Considered<'a> {
    pub id: ResponseLevelId,
    pub decision: &'a LevelDecision,
    pub order: &'a LevelOrder,
    pub standing: Standing,
}

/// A decision in force for a kind of institution that a body has to do with.
struct InForce<'a> {
    order: &'a LevelOrder,
    kind: BodyKind,
}

/// A guide that is followed, and what of its edition applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed<'a> {
    pub guide: RulePackId,
    pub edition: &'a Edition,
    pub obligations: Vec<&'a Obligation>,
}

/// What applies to a body at a moment, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Applies<'a> {
    /// None when no level is in force.
    pub governing: Option<Considered<'a>>,
    /// Every decision about the body, the governing one included, by its beginning.
    pub considered: Vec<Considered<'a>>,
    /// Empty without a level. A guide whose first edition has not taken effect yet is not followed.
    pub followed: Vec<Followed<'a>>,
}

impl<'a> Applies<'a> {
    /// The check items that are active, by code.
    pub fn items(&self) -> BTreeSet<&'a str> {
        self.followed
            .iter()
            .flat_map(|followed| &followed.obligations)
            .flat_map(|obligation| &obligation.items)
            .map(String::as_str)
            .collect()
    }
}

/// The kinds of institutions whose levels a body has to do with.
fn kinds_of(body: &Particulars) -> &[BodyKind] {
    const INSTITUTIONS: [BodyKind; 3] = [
        BodyKind::ElderCare,
        BodyKind::ChildWelfare,
        BodyKind::DisabilityService,
    ];
    if body.kind.is_institution() {
        std::slice::from_ref(&body.kind)
    } else {
        &INSTITUTIONS
    }
}

/// Of the decisions in force in their own areas the gravest; of two equal ones, the jurisdiction's.
fn governing<'a, 'r>(
    standing: impl Iterator<Item = &'a Considered<'r>>,
) -> Option<&'a Considered<'r>>
where
    'r: 'a,
{
    standing
        .filter(|one| one.standing == Standing::Governs)
        .min_by_key(|one| (one.order.level, &one.order.area))
}

impl Rules {
    /// Takes in one event; those of other concepts change nothing.
    pub fn evolve(&mut self, stream: Stream, event: &Event) {
        match (stream.kind, event) {
            (StreamKind::ResponseLevel, Event::ResponseLevel(event)) => {
                let place = self.decisions.len();
                let entry = self.decisions.entry(ResponseLevelId(stream.id));
                let recorded = entry.or_insert_with(|| Recorded {
                    decision: LevelDecision::default(),
                    place,
                });
                recorded.decision.evolve(event);
            }
            (StreamKind::RulePack, Event::RulePack(event)) => {
                let guide = self.guides.entry(RulePackId(stream.id));
                guide.or_default().evolve(event);
            }
            _ => {}
        }
    }

    pub fn decision(&self, id: ResponseLevelId) -> Option<&LevelDecision> {
        self.decisions.get(&id).map(|recorded| &recorded.decision)
    }

    /// In the order they were made.
    pub fn decisions(&self) -> Vec<(ResponseLevelId, &LevelDecision)> {
        let mut all: Vec<_> = self.decisions.iter().collect();
        all.sort_by_key(|(_, recorded)| recorded.place);
        all.into_iter()
            .map(|(id, recorded)| (*id, &recorded.decision))
            .collect()
    }

    /// The decisions that a notice put in force or prolonged, whatever became of them.
    pub fn resting_on(&self, notice: NoticeId) -> Vec<ResponseLevelId> {
        let rests = |decision: &LevelDecision| {
            let set = decision.order.as_ref().map(|order| order.notice);
            let extended = decision.extensions.iter().map(|one| one.notice);
            set.into_iter().chain(extended).any(|basis| basis == notice)
        };
        let decisions = self.decisions.iter();
        decisions
            .filter(|(_, recorded)| rests(&recorded.decision))
            .map(|(id, _)| *id)
            .collect()
    }

    pub fn guide(&self, id: RulePackId) -> Option<&RulePack> {
        self.guides.get(&id)
    }

    pub fn guides(&self) -> impl Iterator<Item = (RulePackId, &RulePack)> {
        self.guides.iter().map(|(id, guide)| (*id, guide))
    }

    /// The moment from which a level holds no more for some bodies, of a department for the institutions that it may answer for: it is over,
    /// or another took effect in its area. The last such moment of any; None where it is about none of them.
    pub fn holds_until<'a>(
        &self,
        id: ResponseLevelId,
        bodies: impl IntoIterator<Item = &'a Particulars> + Clone,
    ) -> Option<Instant> {
        let decision = self.decision(id)?;
        let order = decision.order.as_ref()?;
        let is_about = |kind: &&BodyKind| {
            let mut bodies = bodies.clone().into_iter();
            bodies.any(|body| {
                kinds_of(body).contains(kind) && order.is_about(**kind, body.district.as_ref())
            })
        };
        let over = decision.end();
        let until = order.kinds.iter().filter(is_about).map(|kind| {
            let next = self.next_for(id, *kind).map(|(from, _)| from);
            over.into_iter()
                .chain(next)
                .min()
                .unwrap_or(Instant(i64::MAX))
        });
        until.max()
    }

    /// What applies to a body at a moment, and why.
    pub fn applies(&self, body: &Particulars, at: Instant) -> Applies<'_> {
        // For a department, what governs each kind of institution it may answer for.
        let mut by_id: BTreeMap<ResponseLevelId, (usize, Considered<'_>)> = BTreeMap::new();
        let mut in_force: Vec<InForce<'_>> = Vec::new();
        for kind in kinds_of(body) {
            for (place, one) in self.of_kind(body.district.as_ref(), *kind, at) {
                if one.standing == Standing::Governs {
                    in_force.push(InForce {
                        order: one.order,
                        kind: *kind,
                    });
                }
                let (_, kept) = by_id.entry(one.id).or_insert((place, one));
                kept.standing = kept.standing.min(one.standing);
            }
        }
        let mut considered: Vec<(usize, Considered<'_>)> = by_id.into_values().collect();
        considered.sort_by_key(|(place, one)| (one.order.from, *place));
        let mut considered: Vec<Considered<'_>> =
            considered.into_iter().map(|(_, one)| one).collect();
        let governing = governing(considered.iter()).copied();
        if let Some(governing) = governing {
            for one in &mut considered {
                if one.standing == Standing::Governs && one.id != governing.id {
                    one.standing = Standing::Outranked { by: governing.id };
                }
            }
        }
        in_force.sort_by_key(|one| (one.order.level, &one.order.area));
        Applies {
            governing,
            considered,
            followed: self.followed(&in_force, body.kind, at),
        }
    }

    /// The moments at which what applies to a body may change, in order: within each of its periods what changes there, and where one
    /// period follows another.
    pub fn changes(&self, periods: &[Period]) -> Vec<Instant> {
        let mut moments = BTreeSet::new();
        for (place, period) in periods.iter().enumerate() {
            let until = periods.get(place + 1).map(|next| next.from);
            let within = |at: &Instant| period.from <= *at && until.is_none_or(|until| *at < until);
            let changes = self.changes_for(&period.particulars);
            moments.extend(changes.into_iter().filter(within));
            moments.extend(until);
        }
        moments.into_iter().collect()
    }

    fn changes_for(&self, body: &Particulars) -> BTreeSet<Instant> {
        let mut moments = BTreeSet::new();
        for kind in kinds_of(body) {
            for (_, one) in self.about(body.district.as_ref(), *kind) {
                moments.insert(one.order.from);
                moments.extend(one.decision.end());
                let guides = one.order.guides.iter().filter_map(|id| self.guide(*id));
                moments.extend(
                    guides
                        .flat_map(|guide| &guide.editions)
                        .map(|edition| edition.from),
                );
            }
        }
        moments
    }

    /// The decisions about institutions of a kind in a district, by their beginnings and then as they were made.
    fn about(
        &self,
        district: Option<&DistrictCode>,
        kind: BodyKind,
    ) -> Vec<(usize, Considered<'_>)> {
        let is_about = |order: &LevelOrder| order.is_about(kind, district);
        let mut about: Vec<(usize, Considered<'_>)> = self
            .decisions
            .iter()
            .filter_map(|(id, recorded)| {
                let decision = &recorded.decision;
                let order = decision.order.as_ref().filter(|order| is_about(order))?;
                let considered = Considered {
                    id: *id,
                    decision,
                    order,
                    standing: Standing::Governs,
                };
                Some((recorded.place, considered))
            })
            .collect();
        about.sort_by_key(|(place, one)| (one.order.from, *place));
        about
    }

    /// The same, each standing as it does among those of its own area.
    fn of_kind(
        &self,
        district: Option<&DistrictCode>,
        kind: BodyKind,
        at: Instant,
    ) -> Vec<(usize, Considered<'_>)> {
        let mut about = self.about(district, kind);
        for index in 0..about.len() {
            let (_, one) = about[index];
            let next = about[index + 1..]
                .iter()
                .map(|(_, later)| later)
                .filter(|later| !later.decision.is_annulled())
                .find(|later| later.order.area == one.order.area && later.order.from <= at);
            let over = one.decision.end().filter(|end| *end <= at);
            about[index].1.standing = match (next, over) {
                (_, None) if one.order.from > at && one.decision.is_annulled() => {
                    Standing::Over { at: one.order.from }
                }
                _ if one.order.from > at => Standing::NotYet,
                (next, Some(end)) if next.is_none_or(|next| end <= next.order.from) => {
                    Standing::Over { at: end }
                }
                (Some(next), _) => Standing::Superseded {
                    by: next.id,
                    at: next.order.from,
                },
                (None, _) => Standing::Governs,
            };
        }
        about
    }

    /// The decision by which one is superseded at a moment, for every kind of institution it is about: the last of them to take effect.
    /// None while it governs for one of its kinds, or was over before that.
    pub fn superseded(
        &self,
        id: ResponseLevelId,
        at: Instant,
    ) -> Option<(ResponseLevelId, Instant)> {
        let own = self.decisions.get(&id)?;
        let order = own.decision.order.as_ref()?;
        let next_for = |kind: &BodyKind| {
            self.next_for(id, *kind)
                .filter(|(from, _)| *from <= at && own.decision.end().is_none_or(|end| *from < end))
        };
        let next: Option<Vec<_>> = order.kinds.iter().map(next_for).collect();
        next?.into_iter().max().map(|(from, id)| (id, from))
    }

    /// The decision of the whole jurisdiction that governs instead of a district's at a moment, for every kind of institution that the
    /// district's is in force for. None while that one governs for one of its kinds, or is in force for none.
    pub fn outranked(&self, id: ResponseLevelId, at: Instant) -> Option<ResponseLevelId> {
        let order = self.decision(id)?.order.as_ref()?;
        let Area::District(district) = &order.area else {
            return None;
        };
        let mut by = None;
        for kind in &order.kinds {
            let standing = self.of_kind(Some(district), *kind, at);
            let standing = || standing.iter().map(|(_, one)| one);
            let is_in_force =
                |one: &Considered<'_>| one.id == id && one.standing == Standing::Governs;
            if !standing().any(is_in_force) {
                continue;
            }
            match governing(standing()) {
                Some(governing) if governing.id != id => by = Some(governing.id),
                _ => return None,
            }
        }
        by
    }

    /// The decision that takes effect next in the area of one for a kind of institution, and when.
    fn next_for(&self, id: ResponseLevelId, kind: BodyKind) -> Option<(Instant, ResponseLevelId)> {
        let own = self.decisions.get(&id)?;
        let order = own.decision.order.as_ref()?;
        let later = self.decisions.iter().filter_map(|(id, one)| {
            let next = one.decision.order.as_ref()?;
            let is_next = next.area == order.area
                && !one.decision.is_annulled()
                && next.kinds.contains(&kind)
                && (next.from, one.place) > (order.from, own.place);
            is_next.then_some((next.from, *id))
        });
        later.min()
    }

    /// Whether it is decided what follows a decision in its area: at its end others hold for each of its kinds, and longer.
    pub fn is_followed(&self, id: ResponseLevelId) -> bool {
        let own = self.decisions.get(&id).map(|one| &one.decision);
        let order = own.and_then(|own| own.order.as_ref());
        let Some((order, end)) = order.zip(own.and_then(LevelDecision::end)) else {
            return false;
        };
        order.kinds.iter().all(|kind| {
            self.decisions.iter().any(|(other, one)| {
                let next = one.decision.order.as_ref();
                *other != id
                    && next.is_some_and(|next| {
                        next.area == order.area && next.kinds.contains(kind) && next.from <= end
                    })
                    && one.decision.end().is_none_or(|later| later > end)
            })
        })
    }

    /// The guides of what is in force, those of the gravest first.
    fn followed(&self, in_force: &[InForce<'_>], kind: BodyKind, at: Instant) -> Vec<Followed<'_>> {
        let of_line = |obligation: &Obligation| match kind {
            BodyKind::Department => obligation.line == Line::Regulatory,
            BodyKind::OversightBody => obligation.line == Line::Oversight,
            BodyKind::ElderCare | BodyKind::ChildWelfare | BodyKind::DisabilityService => true,
        };
        let mut guides: Vec<RulePackId> = Vec::new();
        for guide in in_force.iter().flat_map(|one| &one.order.guides) {
            if !guides.contains(guide) {
                guides.push(*guide);
            }
        }
        let followed = guides.into_iter().filter_map(|guide| {
            let edition = self.guide(guide)?.edition_at(at)?;
            let applies = |obligation: &&Obligation| {
                let activates = |one: &InForce<'_>| {
                    one.order.guides.contains(&guide)
                        && obligation.levels.contains(&one.order.level)
                        && (obligation.kinds.is_empty() || obligation.kinds.contains(&one.kind))
                };
                of_line(obligation) && in_force.iter().any(activates)
            };
            Some(Followed {
                guide,
                edition,
                obligations: edition.obligations.iter().filter(applies).collect(),
            })
        });
        followed.collect()
    }
}
