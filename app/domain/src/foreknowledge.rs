//! Foreknowledge: who may know of a visit before it has begun. Four noes, two directs (四不两直): of an unannounced campaign nobody of those
//! visited learns where a team goes until it is there. Those visited are the body and whoever answers for it as its regulator, which
//! the visit looks at as well.
//!
//! A visit has begun when its team's arrival is confirmed, or its inspection started or submitted, as far as that is recorded. One that
//! was called off before that stays as unknown as it was: it may be made another day.

use crate::assignment::{Assignment, AssignmentOrder, ReleasedBy};
use crate::campaign::CampaignPlan;
use crate::id::{BodyId, PersonId};
use crate::inspection::Inspection;
use crate::instant::Instant;
use crate::permission::{Act, Place, Role, covers, permit};
use crate::projection::directory::Directory;
use crate::recusal::{is_of, regulator_of};

/// Whether an assignment is a secret no more, from anybody who may see its campaign.
pub fn is_open(assignment: &Assignment, plan: &CampaignPlan, inspection: &Inspection) -> bool {
    let has_arrived = matches!(assignment.rule, Some(ReleasedBy::Arrival { .. }));
    let has_begun = has_arrived || inspection.begun;
    assignment.released && (has_begun || !plan.is_unannounced())
}

/// Whether a person may know of an assignment of an unannounced campaign from its release on, before the visit has begun: its team, who
/// organises in the name of its authority, and oversight of the authority's side, unless it is of those visited.
pub fn foreknows(
    person: PersonId,
    order: &AssignmentOrder,
    authority: BodyId,
    directory: &Directory,
    now: Instant,
) -> bool {
    let authority_place = Place::Body(authority);
    if order.team.contains(&person)
        || permit(directory, person, Act::Organise, &authority_place, now).is_ok()
    {
        return true;
    }
    let oversees = holds(
        person,
        &[Role::OversightOfficer],
        &authority_place,
        directory,
        now,
    );
    oversees && !is_visited(person, order.target, authority, directory, now)
}

/// Whether a person is of those whom a visit looks at. An authority that is itself the regulator of what it visits is not visited.
fn is_visited(
    person: PersonId,
    target: BodyId,
    authority: BodyId,
    directory: &Directory,
    now: Instant,
) -> bool {
    let answers = [Role::InstitutionOfficer, Role::DepartmentOfficer];
    let regulator = regulator_of(target, directory);
    let regulator = regulator.filter(|regulator| !directory.is_within(authority, *regulator));
    is_of(person, target, directory)
        || holds(person, &answers, &Place::Body(target), directory, now)
        || regulator.is_some_and(|regulator| is_of(person, regulator, directory))
}

fn holds(
    person: PersonId,
    roles: &[Role],
    place: &Place,
    directory: &Directory,
    now: Instant,
) -> bool {
    directory.active_person(person).is_some_and(|known| {
        let mut grants = known.grants.iter().filter(|grant| grant.holds_at(now));
        grants.any(|grant| roles.contains(&grant.role) && covers(directory, &grant.scope, place))
    })
}
