//! The demo city: sixteen districts, some 600 bodies, the people by their roles, the notice of 13 March 2022, a checklist
//! and a campaign. It is the same every time, and everything in it but the founding is a command by somebody whom the
//! rules permit it.
//!
//! # Layout
//! - `districts`, `bodies`, `sample_institutions`, `people`: who there is; `tablets`: what they sign with; `entrance`: the codes
//!   that hang at entrances
//! - `notice`, `receipts`, `rules`, `talk`, `checklist/`, `campaign`, `draw`, `situation`: what goes on; `files`: what goes with it
//! - `closure`: spot checks whose findings stand at every stage; `handed_in`: a visit as its team hands it in; `road`: what is done about
//!   a finding; `picture`: what stands for photos
//! - `story/`: the whole spring of 2022, of which the city is the beginning
//! - `identity`: ids that are the same every time
//! - `loading`: into an empty server, with a password

mod bodies;
mod campaign;
mod checklist;
mod closure;
mod districts;
pub(crate) mod draw;
mod entrance;
mod files;
mod handed_in;
mod identity;
mod loading;
mod notice;
mod people;
mod picture;
mod receipts;
mod road;
mod rules;
mod sample_institutions;
mod situation;
mod story;
mod tablets;
mod talk;
#[cfg(test)]
mod tests;

use domain::body::BodyCommand;
use domain::checklist::ChecklistCommand;
use domain::entrance::EntranceCode;
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::{Founded, JurisdictionCommand};
use domain::notice::NoticeCommand;
use domain::person::{PersonCommand, Registration};
use domain::{Command, Language, Text};
use form::Texts;

#[cfg(test)]
pub(crate) use identity::id;
pub use loading::{
    DEMO_PASSWORD, LoadDemoError, load, load_without_daily, play, print_sign_ins, take_daily,
    take_steps,
};
pub use story::spring;

pub struct DemoCity {
    pub jurisdiction: JurisdictionId,
    pub founding: Founded,
    pub founded_at: Instant,
    /// Registered with the founding, by nobody's permission.
    pub administrator: (PersonId, Registration),
    /// In order; their times never go back.
    pub commands: Vec<DemoStep>,
    /// Everybody who can sign in.
    pub sign_ins: Vec<SignInName>,
    /// The photos that the commands name.
    pub pictures: Vec<Vec<u8>>,
    /// What hangs at entrances: the commands have the digests alone.
    pub entrance_codes: Vec<(BodyId, EntranceCode)>,
}

#[derive(Clone, Debug)]
pub struct DemoStep {
    pub actor: PersonId,
    pub at: Instant,
    pub command: Command,
}

pub struct SignInName {
    pub name: String,
    pub person: PersonId,
    /// What it is there to show.
    pub what: Text,
}

impl DemoCity {
    /// Thirty days of situation reports, which follow; most of what is tried in the city does without them.
    pub fn daily(&self) -> Vec<DemoStep> {
        let registered = self.commands.iter().filter_map(|step| match &step.command {
            Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            } if particulars.kind.is_institution() => Some((*id, particulars.clone())),
            _ => None,
        });
        situation::reports(&registered.collect::<Vec<_>>())
    }
}

pub fn demo_city() -> DemoCity {
    let jurisdiction = JurisdictionId(identity::id("jurisdiction", "beijing"));
    let administrator = people::administrator();
    let organiser = people::person("organiser");
    let people = people::people();

    let mut sign_ins = vec![SignInName {
        name: administrator.1.sign_in_name.clone(),
        person: administrator.0,
        what: Text::new(
            "管理单位、人员、检查表",
            "Manages bodies, people and checklists",
        ),
    }];
    sign_ins.extend(
        people
            .iter()
            .map(|(person, registration, what)| SignInName {
                name: registration.sign_in_name.clone(),
                person: *person,
                what: *what,
            }),
    );

    let mut commands = Vec::new();
    let mut step = |actor, at, command| commands.push(DemoStep { actor, at, command });
    let admin = administrator.0;
    let add_districts = JurisdictionCommand::AddDistricts(districts::districts());
    step(
        admin,
        moment(12, 9, 0),
        Command::Jurisdiction {
            id: jurisdiction,
            command: add_districts,
        },
    );
    let all_bodies = [
        bodies::named_bodies(),
        sample_institutions::sample_institutions(),
    ]
    .concat();
    let entrance_codes = entrance::codes(&all_bodies);
    for (id, particulars) in all_bodies {
        step(
            admin,
            moment(12, 9, 30),
            Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            },
        );
    }
    for (id, registration, _) in people {
        step(
            admin,
            moment(12, 10, 0),
            Command::Person {
                id,
                command: PersonCommand::Register(registration),
            },
        );
    }
    for code in &entrance_codes {
        step(admin, moment(12, 10, 30), entrance::hang_up(code));
    }
    let publish = ChecklistCommand::Publish(Box::new(checklist::published()));
    step(
        admin,
        moment(12, 14, 0),
        Command::Checklist {
            id: checklist::id(),
            command: publish,
        },
    );
    step(admin, moment(12, 14, 30), rules::publish_first_edition());
    step(admin, moment(12, 14, 40), rules::publish_second_edition());
    let issue = NoticeCommand::Issue(notice::level_1_notice());
    step(
        organiser,
        moment(12, 18, 0),
        Command::Notice {
            id: notice::id(),
            command: issue,
        },
    );
    step(admin, moment(12, 18, 30), rules::set_level_1(notice::id()));
    step(organiser, moment(12, 20, 0), campaign::creation());
    step(organiser, moment(12, 20, 10), campaign::self_inspection());
    for command in campaign::groups() {
        step(organiser, moment(12, 20, 30), command);
    }
    for ((actor, command), minute) in draw::arrangement_steps().into_iter().zip([32, 34, 36]) {
        step(actor, moment(12, 20, minute), command);
    }
    step(organiser, moment(12, 20, 40), draw::creation());
    for command in draw::groups() {
        step(organiser, moment(12, 20, 50), command);
    }
    let drawn = draw::outcome(&commands);
    commands.extend(drawn.steps);
    let mut step = |actor, at, command| commands.push(DemoStep { actor, at, command });
    for command in campaign::first_visits() {
        step(organiser, moment(13, 7, 30), command);
    }
    for command in drawn.visits {
        step(organiser, moment(13, 7, 40), command);
    }
    commands.extend(receipts::steps(&sample_institutions::sample_institutions()));
    commands.extend(talk::steps());
    commands.extend(tablets::steps());
    let (steps, pictures) = closure::closure();
    commands.extend(steps);
    commands.sort_by_key(|step| step.at);

    DemoCity {
        jurisdiction,
        founding: Founded {
            name: both(Text::new("北京市（示例）", "Beijing (sample)")),
            time_zone: "Asia/Shanghai".to_owned(),
            sample: true,
        },
        founded_at: moment(12, 8, 0),
        administrator,
        commands,
        sign_ins,
        pictures,
        entrance_codes,
    }
}

fn both(text: Text) -> Texts {
    Texts::both(text.get(Language::Chinese), text.get(Language::English))
}

/// An hour of a day in March 2022, in the city's time.
fn moment(day: i64, hour: i64, minute: i64) -> Instant {
    /// 2022-03-01T00:00:00+08:00
    const MARCH: Instant = Instant(1_646_064_000_000);
    Instant(MARCH.plus_hours((day - 1) * 24 + hour).millis() + minute * 60_000)
}
