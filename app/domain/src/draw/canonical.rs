//! What is hashed in a draw, byte by byte.
//!
//! # Byte format, version 1
//! As in the record's chain a *number* is 8 bytes, most significant first, and a *text* is its length in bytes as a number, followed
//! by its UTF-8 bytes. A *list* is its length as a number, followed by its entries. A *choice* is the number 0 for nothing, or the
//! number 1 followed by the value; a *flag* is the number 0 or 1. *Names* are the Chinese text, then the English. An id is a text, in
//! lower case with hyphens; a body's kind is a text, its code in the record. A hash and a seed are 32 bytes as they are.
//!
//! **Rules hash** ([`rules_hash`]): SHA-256 over the ASCII text `dubang.draw.rules.1`; the draw's id; authority; campaign; names; kinds (list);
//! districts (list of texts); by district, by kind (flags); quota; own quotas (list of: district (choice), kind (choice), quota);
//! reserves; focus (choice of: district, factor); weights (list of: institution, number); exclusions (list of: institution, reason);
//! teams: 0 and the groups (list), or 1 and inspectors (list), leaders (list), number of teams, size; pairing (0 institutions, 1
//! districts); visits per team; parties (list); commit by, reveal by (milliseconds since 1970-01-01T00:00:00Z as two's complement);
//! fallback (text); sealed (flag). Then the roster: institutions (list of: id, names, kind, district (choice), weight), inspectors
//! (list of: id, names, unit (choice), may lead (flag)), groups (list of: id, names, leader, members (list)), recusals (list of:
//! inspector, institution, reason as its code in the record), and, where there are any, regulators (list of: id, names, institutions
//! (list), members (list)). A quota is 0 and the share, or 1 and the number.
//!
//! **Commitment** ([`commitment`]): SHA-256 over `dubang.draw.commitment.1`, the rules hash, the round (number, from 1), the party's
//! id, its seed. A copied commitment cannot be opened by who copied it.
//!
//! **Seed of a round** ([`round_seed`]): SHA-256 over `dubang.draw.seed.1`, the rules hash, the round, and the parties' seeds (list) in the
//! order of the round's parties.
//!
//! **Result hash** ([`result_hash`]): SHA-256 over `dubang.draw.result.1`, the seed of the round, teams (list of: group (choice), leader,
//! members (list)), visits (list of: institution, team), reserves (list of: district (choice), kind (choice), institution). The seed is
//! in it so that nobody finds a sealed result by trying the few there can be.

use form::Texts;

use super::plan::{DrawPlan, DrawResult, Pairing, Quota, Roster, Stratum, TeamRule};
use crate::Language;
use crate::id::{AssignmentId, BodyId, DrawId, PersonId};
use crate::record::{Bytes, Hash};

/// What a draw puts into bytes beside what the record does.
impl Bytes {
    fn ids<I: std::fmt::Display>(self, ids: &[I]) -> Bytes {
        self.list(ids, Bytes::id)
    }

    fn names(self, names: &Texts) -> Bytes {
        self.text(names.get(Language::Chinese.tag()))
            .text(names.get(Language::English.tag()))
    }

    fn choice<T>(self, value: Option<T>, one: impl Fn(Bytes, T) -> Bytes) -> Bytes {
        match value {
            None => self.number(0),
            Some(value) => one(self.number(1), value),
        }
    }

    fn quota(self, quota: Quota) -> Bytes {
        match quota {
            Quota::Ratio(share) => self.number(0).number(share.into()),
            Quota::Fixed(number) => self.number(1).number(number.into()),
        }
    }

    fn stratum(self, stratum: &Stratum) -> Bytes {
        self.choice(stratum.district.as_ref(), |bytes, code| bytes.text(&code.0))
            .choice(stratum.kind, |bytes, kind| bytes.text(kind.code()))
    }
}

/// The hash that is published first: of the rules and the roster.
pub fn rules_hash(draw: DrawId, authority: BodyId, plan: &DrawPlan, roster: &Roster) -> Hash {
    let weights: Vec<(BodyId, u32)> = plan.weights.iter().map(|(id, one)| (*id, *one)).collect();
    let bytes = Bytes::of("dubang.draw.rules.1")
        .id(draw)
        .id(authority)
        .id(plan.campaign)
        .names(&plan.name)
        .list(&plan.kinds, |bytes, kind| bytes.text(kind.code()))
        .list(&plan.districts, |bytes, code| bytes.text(&code.0))
        .number(plan.strata.by_district.into())
        .number(plan.strata.by_kind.into())
        .quota(plan.quota)
        .list(&plan.quotas, |bytes, own| {
            bytes.stratum(&own.stratum).quota(own.quota)
        })
        .number(plan.reserves.into())
        .choice(plan.focus.as_ref(), |bytes, focus| {
            bytes.text(&focus.district.0).number(focus.factor.into())
        })
        .list(&weights, |bytes, (id, weight)| {
            bytes.id(id).number((*weight).into())
        })
        .list(&plan.exclusions, |bytes, exclusion| {
            bytes.id(exclusion.institution).text(&exclusion.reason)
        });
    let bytes = match &plan.teams {
        TeamRule::Groups(groups) => bytes.number(0).ids(groups),
        TeamRule::Drawn {
            inspectors,
            leaders,
            teams,
            size,
        } => bytes
            .number(1)
            .ids(inspectors)
            .ids(leaders)
            .number((*teams).into())
            .number((*size).into()),
    };
    let bytes = bytes
        .number(match plan.pairing {
            Pairing::Institutions => 0,
            Pairing::Districts => 1,
        })
        .number(plan.visits_per_team.into())
        .ids(&plan.parties)
        .instant(plan.commit_by)
        .instant(plan.reveal_by)
        .text(&plan.fallback)
        .number(plan.sealed.into())
        .list(&roster.institutions, |bytes, one| {
            bytes
                .id(one.id)
                .names(&one.name)
                .text(one.kind.code())
                .choice(one.district.as_ref(), |bytes, code| bytes.text(&code.0))
                .number(one.weight.into())
        })
        .list(&roster.inspectors, |bytes, one| {
            bytes
                .id(one.id)
                .names(&one.name)
                .choice(one.unit, Bytes::id)
                .number(one.may_lead.into())
        })
        .list(&roster.groups, |bytes, one| {
            bytes
                .id(one.id)
                .names(&one.name)
                .id(one.leader)
                .ids(&one.members)
        })
        .list(&roster.recusals, |bytes, one| {
            bytes
                .id(one.inspector)
                .id(one.institution)
                .text(one.reason.code())
        });
    // Draws that were published before regulators stood in the roster keep their hash.
    let bytes = if roster.regulators.is_empty() {
        bytes
    } else {
        bytes.list(&roster.regulators, |bytes, one| {
            bytes
                .id(one.id)
                .names(&one.name)
                .ids(&one.institutions)
                .ids(&one.members)
        })
    };
    bytes.hash()
}

/// What a party publishes of its seed before anybody reveals theirs.
pub fn commitment(rules: Hash, round: u32, party: PersonId, seed: Hash) -> Hash {
    Bytes::of("dubang.draw.commitment.1")
        .raw(&rules)
        .number(round.into())
        .id(party)
        .raw(&seed)
        .hash()
}

/// The seed that the parties' seeds make together, in the order of the round's parties.
pub fn round_seed(rules: Hash, round: u32, seeds: &[Hash]) -> Hash {
    Bytes::of("dubang.draw.seed.1")
        .raw(&rules)
        .number(round.into())
        .list(seeds, Bytes::raw)
        .hash()
}

pub fn result_hash(seed: Hash, result: &DrawResult) -> Hash {
    Bytes::of("dubang.draw.result.1")
        .raw(&seed)
        .list(&result.teams, |bytes, team| {
            bytes
                .choice(team.group, Bytes::id)
                .id(team.leader)
                .ids(&team.members)
        })
        .list(&result.visits, |bytes, visit| {
            bytes.id(visit.institution).number(visit.team.into())
        })
        .list(&result.reserves, |bytes, reserve| {
            bytes.stratum(&reserve.stratum).id(reserve.institution)
        })
        .hash()
}

/// The assignment of a drawn visit: the same however often it is made, and, while the seed is not known, not to be guessed.
pub fn assignment_of(seed: Hash, institution: BodyId) -> AssignmentId {
    let hash = Bytes::of("dubang.draw.assignment.1")
        .raw(&seed)
        .id(institution)
        .hash();
    AssignmentId(hash.uuid())
}
