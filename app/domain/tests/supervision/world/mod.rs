//! A small city to decide in: a bureau, a home below a centre, an oversight group, and people of every role.

pub mod finding;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::body::{BodyEvent, BodyKind, Particulars};
use domain::event::NewEvent;
use domain::facts::{Authorship, Forms};
use domain::id::{BodyId, ChecklistId, DeviceId, JurisdictionId, PersonId};
use domain::instant::{Day, Instant};
use domain::jurisdiction::{District, DistrictCode, Founded, JurisdictionEvent};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonEvent, Registration};
use domain::projection::directory::Directory;
use domain::record::{Stream, StreamKind};
use domain::working_day::plus_days;
use domain::{Command, Context, Event, Facts, Language, Refusal, command};
use form::{
    CheckItem, ChoiceDefinition, Evidence, Form, FormDefinition, Group, Node, Question,
    QuestionKind, Texts,
};
use uuid::Uuid;

pub const BUREAU: BodyId = BodyId(Uuid::from_u128(1));
pub const CENTRE: BodyId = BodyId(Uuid::from_u128(2));
pub const HOME: BodyId = BodyId(Uuid::from_u128(3));
pub const OTHER_HOME: BodyId = BodyId(Uuid::from_u128(4));
pub const GROUP: BodyId = BodyId(Uuid::from_u128(5));

pub const ADMINISTRATOR: PersonId = PersonId(Uuid::from_u128(101));
pub const ORGANISER: PersonId = PersonId(Uuid::from_u128(102));
pub const LEADER: PersonId = PersonId(Uuid::from_u128(103));
pub const INSPECTOR: PersonId = PersonId(Uuid::from_u128(104));
pub const HOME_OFFICER: PersonId = PersonId(Uuid::from_u128(105));
pub const HOME_BOTH: PersonId = PersonId(Uuid::from_u128(106));
pub const OVERSEER: PersonId = PersonId(Uuid::from_u128(107));
pub const CENTRE_OVERSEER: PersonId = PersonId(Uuid::from_u128(108));
pub const DEPARTMENT: PersonId = PersonId(Uuid::from_u128(109));
pub const CENTRE_DEPARTMENT: PersonId = PersonId(Uuid::from_u128(110));
/// Gives the bureau's support.
pub const GIVER: PersonId = PersonId(Uuid::from_u128(113));
/// Of the oversight group, with an organiser's role beside the overseer's.
pub const BOTH_SIDES: PersonId = PersonId(Uuid::from_u128(111));
/// Of the home, with an organiser's role.
pub const HOME_ORGANISER: PersonId = PersonId(Uuid::from_u128(112));
pub const STRANGER: PersonId = PersonId(Uuid::from_u128(199));

pub const CHECKLIST: ChecklistId = ChecklistId(Uuid::from_u128(201));
pub const DISTRICT: &str = "110106";
pub const TABLET: DeviceId = DeviceId(Uuid::from_u128(301));

pub struct World {
    pub directory: Directory,
    pub facts: Facts,
    pub forms: OneForm,
    pub now: Instant,
}

pub struct OneForm(pub Arc<Form>);

impl Forms for OneForm {
    fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>> {
        (checklist == CHECKLIST && version == "1").then(|| self.0.clone())
    }
}

pub fn texts(text: &str) -> Texts {
    Texts::both(text, text)
}

/// One section with two items; a finding of the second takes two photos and a note.
pub fn checklist() -> FormDefinition {
    let item = |name: &str, photos_at_least| {
        Node::Question(Question {
            name: name.into(),
            kind: QuestionKind::SelectOne,
            label: texts(name),
            choices: Some("result".into()),
            check: Some(CheckItem {
                code: name.to_uppercase(),
                weight: 5.0,
                evidence: Evidence {
                    photos_at_least,
                    note_required: photos_at_least > 0,
                    ..Evidence::default()
                },
                ..CheckItem::default()
            }),
            ..Question::default()
        })
    };
    let choice = |value: &str| ChoiceDefinition {
        value: value.into(),
        label: texts(value),
    };
    FormDefinition {
        id: "small".into(),
        version: "1".into(),
        title: texts("small"),
        children: vec![Node::Group(Group {
            name: "s1".into(),
            label: texts("s1"),
            children: vec![item("a1", 0), item("a2", 2)],
            ..Group::default()
        })],
        choice_lists: BTreeMap::from([(
            "result".to_owned(),
            ["pass", "fail", "na", "unassessed"]
                .into_iter()
                .map(choice)
                .collect(),
        )]),
        ..FormDefinition::default()
    }
}

impl World {
    pub fn new() -> World {
        let form = Form::compile(checklist()).expect("the small checklist compiles");
        let mut world = World {
            directory: Directory::default(),
            facts: Facts::default(),
            forms: OneForm(Arc::new(form)),
            now: Instant(1_647_129_600_000),
        };
        let jurisdiction = JurisdictionId(Uuid::from_u128(9));
        let founded = Founded {
            name: texts("City"),
            time_zone: "Asia/Shanghai".into(),
            sample: true,
        };
        world.happened(
            jurisdiction_stream(jurisdiction),
            &Event::Jurisdiction(JurisdictionEvent::Founded(founded)),
        );
        let district = District {
            code: DistrictCode(DISTRICT.into()),
            name: texts("Fengtai"),
        };
        world.happened(
            jurisdiction_stream(jurisdiction),
            &Event::Jurisdiction(JurisdictionEvent::DistrictsAdded(vec![district])),
        );
        for (id, name, kind, parent, district) in [
            (BUREAU, "bureau", BodyKind::Department, None, None),
            (CENTRE, "centre", BodyKind::Department, Some(BUREAU), None),
            (
                HOME,
                "home",
                BodyKind::ElderCare,
                Some(CENTRE),
                Some(DISTRICT),
            ),
            (
                OTHER_HOME,
                "other home",
                BodyKind::ElderCare,
                Some(CENTRE),
                Some(DISTRICT),
            ),
            (GROUP, "group", BodyKind::OversightBody, None, None),
        ] {
            let particulars = Particulars {
                kind,
                name: texts(name),
                parent,
                district: district.map(|code| DistrictCode(code.into())),
                residents: 10,
                staff: 5,
                capacity: 12,
                sample: true,
                profile: domain::body::Profile::default(),
            };
            world.happened(
                Stream {
                    kind: StreamKind::Body,
                    id: id.0,
                },
                &Event::Body(BodyEvent::Registered(particulars)),
            );
        }
        let whole = Scope::Jurisdiction;
        for (id, name, unit, grants) in [
            (
                ADMINISTRATOR,
                "administrator",
                BUREAU,
                vec![(Role::Administrator, whole.clone())],
            ),
            (
                ORGANISER,
                "organiser",
                BUREAU,
                vec![(Role::Organiser, whole.clone())],
            ),
            (
                LEADER,
                "leader",
                GROUP,
                vec![(Role::GroupLeader, whole.clone())],
            ),
            (
                INSPECTOR,
                "inspector",
                BUREAU,
                vec![(Role::Inspector, whole.clone())],
            ),
            (
                HOME_OFFICER,
                "home-officer",
                HOME,
                vec![(Role::InstitutionOfficer, Scope::Body(HOME))],
            ),
            (
                HOME_BOTH,
                "home-both",
                HOME,
                vec![
                    (Role::InstitutionOfficer, Scope::Body(HOME)),
                    (Role::OversightOfficer, whole.clone()),
                ],
            ),
            (
                OVERSEER,
                "overseer",
                GROUP,
                vec![(Role::OversightOfficer, whole.clone())],
            ),
            (
                CENTRE_OVERSEER,
                "centre-overseer",
                CENTRE,
                vec![(Role::OversightOfficer, whole.clone())],
            ),
            (
                GIVER,
                "giver",
                BUREAU,
                vec![(Role::DepartmentOfficer, Scope::Body(BUREAU))],
            ),
            (
                BOTH_SIDES,
                "both-sides",
                GROUP,
                vec![
                    (Role::Organiser, whole.clone()),
                    (Role::OversightOfficer, whole.clone()),
                ],
            ),
            (
                HOME_ORGANISER,
                "home-organiser",
                HOME,
                vec![(Role::Organiser, whole)],
            ),
            (
                DEPARTMENT,
                "department",
                BUREAU,
                vec![(
                    Role::DepartmentOfficer,
                    Scope::District(DistrictCode(DISTRICT.into())),
                )],
            ),
            (
                CENTRE_DEPARTMENT,
                "centre-department",
                CENTRE,
                vec![(Role::DepartmentOfficer, Scope::Body(CENTRE))],
            ),
        ] {
            world.registered(id, name, unit, grants);
        }
        world
    }

    /// Takes in a person, with their grants.
    pub fn registered(
        &mut self,
        id: PersonId,
        name: &str,
        unit: BodyId,
        grants: Vec<(Role, Scope)>,
    ) {
        let registration = Registration {
            name: texts(name),
            unit: Some(unit),
            sign_in_name: name.into(),
            grants: grants
                .into_iter()
                .map(|(role, scope)| Grant::new(role, scope))
                .collect(),
        };
        self.happened(
            Stream {
                kind: StreamKind::Person,
                id: id.0,
            },
            &Event::Person(PersonEvent::Registered(registration)),
        );
    }

    /// Takes in an event as fact.
    pub fn happened(&mut self, stream: Stream, event: &Event) {
        self.directory.evolve(stream, event);
        self.facts.evolve(
            stream,
            event,
            Authorship {
                actor: ADMINISTRATOR,
                device: None,
                at: self.now,
            },
        );
    }

    pub fn today(&self) -> Day {
        Self::day_of(self.now)
    }

    /// The city's clock is eight hours ahead of UTC.
    fn day_of(at: Instant) -> Day {
        let days = (at.millis() + 8 * 3_600_000).div_euclid(86_400_000);
        plus_days(
            Day {
                year: 1970,
                month: 1,
                day: 1,
            },
            days,
        )
    }

    pub fn context(&self, actor: PersonId) -> Context<'_> {
        Context {
            actor,
            now: self.now,
            today: self.today(),
            directory: &self.directory,
            facts: &self.facts,
            forms: &self.forms,
        }
    }

    /// Decides without consequences.
    pub fn ask(&self, actor: PersonId, command: &Command) -> Result<Vec<NewEvent>, Refusal> {
        let answer = self.decide(actor, command);
        if let Err(refusal) = &answer {
            MET.with_borrow_mut(|met| met.push(refusal.clone()));
            ALL_MET.with_borrow_mut(|met| note(met, command, refusal));
        }
        answer
    }

    fn decide(&self, actor: PersonId, command: &Command) -> Result<Vec<NewEvent>, Refusal> {
        let Some(at) = command.dated(&self.facts) else {
            return command::decide(command, &self.context(actor));
        };
        let mut facts = self.facts.clone();
        facts.mark_day(at, Self::day_of(at));
        let context = Context {
            facts: &facts,
            ..self.context(actor)
        };
        command::decide(command, &context)
    }

    /// Decides, and takes the events in.
    pub fn does(&mut self, actor: PersonId, command: &Command) -> Result<(), Refusal> {
        for decided in self.ask(actor, command)? {
            self.directory.evolve(decided.stream, &decided.event);
            let authorship = Authorship {
                actor,
                device: Some(TABLET),
                at: self.now,
            };
            self.facts
                .evolve(decided.stream, &decided.event, authorship);
        }
        Ok(())
    }
}

thread_local! {
    /// What commands were refused with in this test so far.
    static MET: RefCell<Vec<Refusal>> = const { RefCell::new(Vec::new()) };
    static ALL_MET: RefCell<Met> = const { RefCell::new(Met::new()) };
}

/// By concept and kind of the command: what it was refused with, by name, with what a person read first.
pub type Met = BTreeMap<(String, String), BTreeMap<String, String>>;

/// The refusals met since it was asked last.
pub fn met() -> Vec<Refusal> {
    MET.take()
}

/// Every refusal met in this test.
pub fn all_met() -> Met {
    ALL_MET.take()
}

fn note(met: &mut Met, command: &Command, refusal: &Refusal) {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|char| char.is_alphanumeric())
            .collect()
    };
    let written = format!("{command:?}");
    let (concept, rest) = written
        .split_once("command: ")
        .expect("every command names what is asked for");
    let why = format!("{refusal:?}");
    let (of, variant) = why
        .split_once('(')
        .expect("every refusal is one of a concept");
    met.entry((word(concept), word(rest)))
        .or_default()
        .entry(format!("{of}({})", word(variant)))
        .or_insert_with(|| refusal.text(Language::English));
}

fn jurisdiction_stream(id: JurisdictionId) -> Stream {
    Stream {
        kind: StreamKind::Jurisdiction,
        id: id.0,
    }
}
