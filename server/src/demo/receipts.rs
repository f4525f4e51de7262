//! How the notice of 13 March went down: the district bureaus and the welfare centre pass it on in the evening, the homes
//! acknowledge it that night and the next morning, some late, some not at all.

use domain::Command;
use domain::body::Particulars;
use domain::id::BodyId;
use domain::notice::NoticeCommand;

use super::bodies::{self, NAMED_INSTITUTIONS, body};
use super::districts::DISTRICTS;
use super::{DemoStep, identity, moment, notice, people};

/// When a home acknowledges; the rest never does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wave {
    Evening,
    Morning,
    Late,
    Never,
}

fn wave(home: BodyId) -> Wave {
    match identity::spread("receipt", &home.to_string(), 100) {
        0..55 => Wave::Evening,
        55..91 => Wave::Morning,
        91..96 => Wave::Late,
        _ => Wave::Never,
    }
}

/// In any order: who plays the city sorts its steps by time.
pub fn steps(institutions: &[(BodyId, Particulars)]) -> Vec<DemoStep> {
    let mut steps = Vec::new();
    let mut act = |actor: &str, at, command| {
        steps.push(DemoStep {
            actor: people::person(actor),
            at,
            command: Command::Notice {
                id: notice::id(),
                command,
            },
        });
    };
    let acknowledge = |body| NoticeCommand::Acknowledge { body };
    let mut waiting = Vec::new();
    for (index, district) in (0..).zip(&DISTRICTS) {
        let (bureau, officer) = (
            bodies::district_bureau(district),
            people::district_officer(district),
        );
        let homes: Vec<BodyId> = institutions
            .iter()
            .filter(|(_, home)| home.parent == Some(bureau))
            .map(|(id, _)| *id)
            .collect();
        let told = moment(12, 18, 10 + 4 * index);
        act(&officer, told, acknowledge(bureau));
        let to = homes.clone();
        act(&officer, told, NoticeCommand::PassOn { from: bureau, to });
        for (when, at) in [
            (Wave::Evening, moment(12, 19, 30 + 6 * index)),
            (Wave::Morning, moment(13, 9, 7 * index)),
            (Wave::Late, moment(13, 14, 5 * index)),
        ] {
            for home in homes.iter().filter(|home| wave(**home) == when) {
                act(&officer, at, acknowledge(*home));
            }
        }
        waiting.extend(
            homes
                .into_iter()
                .filter(|home| matches!(wave(*home), Wave::Late | Wave::Never)),
        );
    }
    let centre = body("welfare-centre");
    let told = moment(12, 18, 15);
    act("welfare-centre", told, acknowledge(centre));
    let to = NAMED_INSTITUTIONS
        .iter()
        .map(bodies::NamedInstitution::id)
        .collect();
    act(
        "welfare-centre",
        told,
        NoticeCommand::PassOn { from: centre, to },
    );
    // That of 市第一社会福利院 is left to whoever tries the system.
    for (index, institution) in (0..).zip(&NAMED_INSTITUTIONS[1..]) {
        let at = moment(12, 18, 40 + 9 * index);
        act(institution.key, at, acknowledge(institution.id()));
    }
    waiting.push(NAMED_INSTITUTIONS[0].id());
    let remind = NoticeCommand::Remind { bodies: waiting };
    act("organiser", moment(13, 12, 30), remind);
    steps
}

/// What the notice names beside the kinds: those who pass it on.
pub fn named() -> Vec<BodyId> {
    DISTRICTS
        .iter()
        .map(bodies::district_bureau)
        .chain([body("welfare-centre")])
        .collect()
}
