//! The codes at the institutions' entrances: most have hung one up, and some teams read it.

use domain::Command;
use domain::body::{BodyCommand, Particulars};
use domain::entrance::{CodeRead, EntranceCode};
use domain::id::{AssignmentId, BodyId, InspectionId};
use domain::instant::Instant;

use super::bodies::NAMED_INSTITUTIONS;
use super::identity;

/// The same every time, and public as all of the city is. None where none hangs: at the two homes whose visits are left to whoever tries
/// the system first, at the first of each district and kind, and at one in five of the others.
pub fn code(institution: BodyId, particulars: &Particulars) -> Option<EntranceCode> {
    let named = NAMED_INSTITUTIONS.iter();
    let mut without = named.take(2).map(super::bodies::NamedInstitution::id);
    let chinese = particulars.name.get(form::CHINESE);
    let hangs = if particulars.sample {
        !chinese.ends_with("01")
            && identity::spread("entrance hangs", &institution.to_string(), 5) != 0
    } else {
        !without.any(|id| id == institution)
    };
    (particulars.kind.is_institution() && hangs).then(|| of(institution))
}

fn of(institution: BodyId) -> EntranceCode {
    EntranceCode::of(identity::id("entrance code", &institution.to_string()).into_bytes())
}

/// Every institution that has one.
pub fn codes(institutions: &[(BodyId, Particulars)]) -> Vec<(BodyId, EntranceCode)> {
    institutions
        .iter()
        .filter_map(|(id, particulars)| Some((*id, code(*id, particulars)?)))
        .collect()
}

pub fn hang_up((id, code): &(BodyId, EntranceCode)) -> Command {
    let command = BodyCommand::SetEntranceCode {
        digest: code.digest(),
        replaces: None,
    };
    Command::Body { id: *id, command }
}

/// That a team read the code where it came in.
pub fn read(institution: BodyId, assignment: AssignmentId, at: Instant) -> CodeRead {
    let proof = of(institution).proof(InspectionId::of(assignment));
    CodeRead { at, proof }
}
