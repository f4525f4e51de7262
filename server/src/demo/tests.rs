//! The demo city as a whole: the same every time, of the size it should have, and admitted by the rules step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::assignment::AssignmentCommand;
use domain::body::{BodyCommand, BodyKind, Particulars};
use domain::campaign::CampaignCommand;
use domain::checklist::{ChecklistCommand, ChecklistEvent};
use domain::command::decide;
use domain::entrance::{KnownCode, Verdict, judge};
use domain::event::{DecodeError, Event};
use domain::facts::{Authorship, Forms};
use domain::finding::{FindingCommand, Stage, Standing};
use domain::id::{BodyId, ChecklistId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, Place, Role, permit};
use domain::person::{PersonCommand, PersonEvent, Registration};
use domain::projection::directory::Directory;
use domain::record::{Authored, Hash, Stream, StreamKind};
use domain::{Command, Context, Facts};
use form::{
    CHINESE, ENGLISH, Form, FormDefinition, Instance, Node, QuestionKind, Session, Severity, Texts,
    TimeZone, ViolationKind,
};
use serde_json::Value;
use uuid::Uuid;

use super::{DemoCity, bodies, checklist, demo_city, people};

mod out_of_scope;

fn registered(city: &DemoCity) -> Vec<(BodyId, &Particulars)> {
    city.commands
        .iter()
        .filter_map(|step| match &step.command {
            Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            } => Some((*id, particulars)),
            _ => None,
        })
        .collect()
}

fn registrations(city: &DemoCity) -> Vec<&Registration> {
    let commanded = city.commands.iter().filter_map(|step| match &step.command {
        Command::Person {
            command: PersonCommand::Register(registration),
            ..
        } => Some(registration),
        _ => None,
    });
    std::iter::once(&city.administrator.1)
        .chain(commanded)
        .collect()
}

#[derive(Default)]
struct Compiled(BTreeMap<(ChecklistId, String), Arc<Form>>);

impl Forms for Compiled {
    fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>> {
        self.0.get(&(checklist, version.to_owned())).cloned()
    }
}

/// A tablet reads an event by a shorter way than the server: it has to find the same in it, or not to know it at all.
fn assert_tablets_read(event: &Event) {
    let authored = Authored {
        id: EventId(Uuid::nil()),
        jurisdiction: JurisdictionId(Uuid::nil()),
        stream: String::new(),
        kind: event.kind().to_owned(),
        body: event.body(),
        actor: PersonId(Uuid::nil()),
        device: None,
        device_sequence: None,
        occurred_at: Instant(0),
    };
    let read = domain::field::event(&authored);
    let of_tablets = [
        "jurisdiction.",
        "body.",
        "person.",
        "clearance.",
        "checklist.",
        "campaign.",
        "assignment.",
        "inspection.",
        "finding.raised",
    ];
    if of_tablets.iter().any(|kind| event.kind().starts_with(kind)) {
        assert_eq!(read.as_ref(), Ok(event));
    } else {
        assert!(matches!(read, Err(DecodeError::UnknownKind(_))), "{read:?}");
    }
    let written = serde_json::to_string(&authored).expect("JSON");
    assert_eq!(json::read::<Authored>(&written), Ok(authored));
}

/// What the server keeps of a log, in memory.
#[derive(Default)]
struct World {
    directory: Directory,
    facts: Facts,
    forms: Compiled,
}

impl World {
    fn evolve(&mut self, stream: Stream, event: &Event, actor: PersonId, at: Instant) {
        self.facts.evolve(
            stream,
            event,
            Authorship {
                actor,
                device: None,
                at,
            },
        );
        self.directory.evolve(stream, event);
        if let Event::Checklist(ChecklistEvent::Published(published)) = event {
            let form = Form::compile(published.definition.clone())
                .expect("a published checklist compiles");
            let key = (ChecklistId(stream.id), published.definition.version.clone());
            self.forms.0.insert(key, Arc::new(form));
        }
    }

    fn decide(
        &self,
        actor: PersonId,
        at: Instant,
        command: &Command,
    ) -> Result<Vec<domain::event::NewEvent>, domain::Refusal> {
        self.decide_among(&self.directory, actor, at, command)
    }

    /// The same among these bodies and people.
    fn decide_among(
        &self,
        directory: &Directory,
        actor: PersonId,
        at: Instant,
        command: &Command,
    ) -> Result<Vec<domain::event::NewEvent>, domain::Refusal> {
        let day = |at| crate::world::day_at(at, "Asia/Shanghai");
        let mut facts = std::borrow::Cow::Borrowed(&self.facts);
        if let Some(at) = command.dated(&self.facts) {
            facts.to_mut().mark_day(at, day(at));
        }
        let context = Context {
            actor,
            now: at,
            today: day(at),
            directory,
            facts: &facts,
            forms: &self.forms,
        };
        decide(command, &context)
    }

    fn take(&mut self, actor: PersonId, at: Instant, command: &Command) {
        let events = self
            .decide(actor, at, command)
            .unwrap_or_else(|refusal| panic!("{refusal}: {command:?}"));
        assert!(!events.is_empty(), "nothing came of {command:?}");
        for decided in events {
            assert_tablets_read(&decided.event);
            self.evolve(decided.stream, &decided.event, actor, at);
        }
    }

    /// The whole city, every step by the rules.
    fn of(city: &DemoCity) -> World {
        World::watched(city, |_, _| ())
    }

    /// The same, with a look at the world before each step.
    fn watched(city: &DemoCity, mut look: impl FnMut(&World, &super::DemoStep)) -> World {
        let mut world = World::default();
        let (admin, registration) = city.administrator.clone();
        let found = domain::jurisdiction::JurisdictionCommand::Found(city.founding.clone());
        world.take(
            admin,
            city.founded_at,
            &Command::Jurisdiction {
                id: city.jurisdiction,
                command: found,
            },
        );
        let stream = Stream {
            kind: StreamKind::Person,
            id: admin.0,
        };
        world.evolve(
            stream,
            &Event::Person(PersonEvent::Registered(registration)),
            admin,
            city.founded_at,
        );
        let mut last = city.founded_at;
        for step in &city.commands {
            assert!(last <= step.at, "time goes back at {:?}", step.command);
            last = step.at;
            look(&world, step);
            world.take(step.actor, step.at, &step.command);
        }
        world
    }
}

#[test]
fn demo_city_is_the_same_every_time() {
    let (one, other) = (demo_city(), demo_city());
    let all = |city: &DemoCity| {
        let steps: Vec<_> = city
            .commands
            .iter()
            .map(|step| (step.actor, step.at, step.command.clone()))
            .collect();
        let sign_ins: Vec<_> = city
            .sign_ins
            .iter()
            .map(|sign_in| (sign_in.name.clone(), sign_in.person))
            .collect();
        (
            city.jurisdiction,
            city.founding.clone(),
            city.founded_at,
            city.administrator.clone(),
            steps,
            sign_ins,
        )
    };
    assert!(all(&one) == all(&other));
    // Links into the city hold from one release to the next.
    assert_eq!(
        bodies::bureau().to_string(),
        "55a1dddc-136f-8ed8-ba93-3d287cac5dde"
    );
    let ids: BTreeSet<BodyId> = registered(&one).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), registered(&one).len());
}

#[test]
fn demo_city_is_admitted_step_by_step() {
    // given the city, when every command is decided in order, then none is refused; its first visits are released, and those that
    // were drawn are sealed: two in every district and four in the focus
    let city = demo_city();
    let world = World::of(&city);
    let (drawn, visits): (Vec<_>, Vec<_>) = city
        .commands
        .iter()
        .filter_map(|step| match &step.command {
            Command::Assignment {
                id,
                command: AssignmentCommand::Create(order),
                ..
            } => Some((*id, order.target, order.draw.is_some())),
            _ => None,
        })
        .partition(|(_, _, drawn)| *drawn);
    assert_eq!(drawn.len(), 34);
    assert!(
        drawn
            .iter()
            .all(|(id, _, _)| !world.facts.assignment(*id).released)
    );
    // The five that are there to be made, and the four spot checks whose findings stand at every stage.
    assert_eq!(visits.len(), 9);
    let first = bodies::NAMED_INSTITUTIONS[0].id();
    assert!(
        visits
            .iter()
            .all(|(id, target, _)| world.facts.assignment(*id).released && *target != first)
    );
    // and everybody who signs in is somebody, and the other way round
    assert_eq!(world.directory.people().count(), city.sign_ins.len());
    for sign_in in &city.sign_ins {
        assert_eq!(
            world.directory.person_named(&sign_in.name),
            Some(sign_in.person),
            "{}",
            sign_in.name
        );
    }
}

#[test]
fn most_entrances_have_a_code_and_some_teams_read_it() {
    use domain::inspection::InspectionCommand;

    // given the city, when its commands are decided, then what its server is to keep are the codes that hang, of most institutions
    let city = demo_city();
    let world = World::of(&city);
    let codes: BTreeMap<_, _> = city.entrance_codes.iter().copied().collect();
    let registered = registered(&city);
    let institutions = registered
        .iter()
        .copied()
        .filter(|(_, of)| of.kind.is_institution());
    let (with, without): (Vec<_>, Vec<_>) =
        institutions.partition(|(id, _)| codes.contains_key(id));
    assert_eq!(with.len(), codes.len());
    assert!(with.len() > 2 * without.len() && without.len() > 50);
    for (id, _) in &registered {
        let digest = codes.get(id).map(domain::entrance::EntranceCode::digest);
        assert_eq!(world.directory.entrance(*id), digest);
    }
    let [first, second, third] = [0, 1, 2].map(|place| bodies::NAMED_INSTITUTIONS[place].id());
    assert!(!codes.contains_key(&first) && !codes.contains_key(&second));
    assert!(codes.contains_key(&third));
    // and no two are the same
    let digests: BTreeSet<String> = codes.values().map(ToString::to_string).collect();
    assert_eq!(digests.len(), codes.len());
    // and of the visits that were handed in two have the proof of the code that hung there, and the others none
    let submitted = city.commands.iter().filter_map(|step| match &step.command {
        Command::Inspection {
            id,
            command: InspectionCommand::Submit(submission),
        } => Some((*id, submission)),
        _ => None,
    });
    let (read, unread): (Vec<_>, Vec<_>) =
        submitted.partition(|(_, submission)| submission.entrance.is_some());
    assert_eq!((read.len(), unread.len()), (2, 2));
    for (id, submission) in read {
        let hung = KnownCode {
            code: codes[&submission.target],
            until: None,
        };
        let verdict = judge(&submission.entrance.unwrap(), id, [hung]);
        assert_eq!(verdict, Verdict::There);
    }
}

#[test]
fn demo_findings_stand_at_every_stage() {
    // given the city, then there is a finding at every stage, one escalated, one that waits for support, and one whose deadline moved
    let city = demo_city();
    let world = World::of(&city);
    let findings: Vec<_> = city
        .commands
        .iter()
        .filter_map(|step| match &step.command {
            Command::Finding {
                id,
                command: FindingCommand::Raise(_),
            } => Some(world.facts.finding(*id)),
            _ => None,
        })
        .collect();
    for stage in Stage::ALL {
        assert!(
            findings.iter().any(|finding| finding.stage == Some(stage)),
            "{stage:?}"
        );
    }
    assert!(findings.iter().any(|finding| !finding.letters.is_empty()));
    let late = "2022-04-11".parse().expect("a day");
    let suspended = |finding: &&domain::finding::Finding| {
        matches!(finding.standing(late), Standing::Suspended { .. })
    };
    assert!(findings.iter().any(suspended));
    assert!(findings.iter().any(|finding| {
        finding.plan.as_ref().is_some_and(|plan| {
            finding.extension.is_none() && finding.complete_by > Some(plan.complete_by)
        })
    }));
    // and every photo a command names has its picture
    let pictures: BTreeSet<String> = city
        .pictures
        .iter()
        .map(|picture| domain::record::Hash::of(picture).to_string())
        .collect();
    for photo in city.commands.iter().flat_map(|step| step.command.photos()) {
        assert!(pictures.contains(&photo.0), "{photo:?}");
    }
}

#[test]
fn demo_city_has_the_size_it_was_specified_with() {
    let city = demo_city();
    let world = World::of(&city);
    let bodies = registered(&city);
    let sum =
        |figure: fn(&Particulars) -> u32| bodies.iter().map(|(_, body)| figure(body)).sum::<u32>();
    let (residents, staff) = (sum(|body| body.residents), sum(|body| body.staff));
    assert_eq!(
        (residents, staff),
        (
            super::sample_institutions::RESIDENTS,
            super::sample_institutions::STAFF
        )
    );
    assert!((40_000..=41_000).contains(&residents) && (20_000..=20_500).contains(&staff));

    let count = |kind| bodies.iter().filter(|(_, body)| body.kind == kind).count();
    assert_eq!(bodies.iter().filter(|(_, body)| body.sample).count(), 580);
    assert_eq!(
        bodies
            .iter()
            .filter(|(_, body)| body.kind.is_institution())
            .count(),
        586
    );
    assert!(count(BodyKind::ElderCare) > 400);
    assert!(count(BodyKind::ChildWelfare) > 10 && count(BodyKind::DisabilityService) > 10);
    for (_, body) in &bodies {
        assert!(body.capacity >= body.residents, "{body:?}");
        if body.kind.is_institution() {
            assert!(body.residents >= 5 && body.staff >= 2, "{body:?}");
            assert!(body.district.is_some() && body.parent.is_some(), "{body:?}");
        }
        if body.sample {
            // A sample institution answers to the bureau of its own district.
            let parent = body
                .parent
                .and_then(|parent| world.directory.body(parent))
                .expect("a registered parent");
            assert_eq!(parent.district, body.district);
            assert!(
                body.name.get(CHINESE).contains("示例")
                    && body.name.get(ENGLISH).contains("Sample"),
                "{body:?}"
            );
        }
    }
    let names: BTreeSet<_> = bodies
        .iter()
        .map(|(_, body)| body.name.get(CHINESE))
        .collect();
    assert_eq!(names.len(), bodies.len(), "two bodies have one name");

    let districts = &world.directory.jurisdiction().districts;
    assert_eq!(districts.len(), 16);
    assert!(
        districts
            .iter()
            .all(|district| district.code.0.starts_with("1101") && district.code.0.len() == 6)
    );
    let fengtai = districts
        .iter()
        .find(|district| district.name.get(CHINESE) == "丰台区")
        .expect("the focus district");
    assert_eq!(fengtai.code.0, "110106");
}

#[test]
fn demo_days_are_all_in_the_spring_of_2022() {
    let city = demo_city();
    let mut period = None;
    let mut visits = Vec::new();
    for step in &city.commands {
        match &step.command {
            Command::Campaign {
                command: CampaignCommand::Create(plan),
                ..
            } => {
                period.get_or_insert((plan.from, plan.to));
            }
            Command::Assignment {
                command: AssignmentCommand::Create(order),
                ..
            } => visits.push(order.visit_on),
            _ => {}
        }
    }
    let (from, to) = period.expect("there is a campaign");
    assert_eq!((from.year, from.month), (2022, 3));
    assert_eq!((to.year, to.month), (2022, 5));
    assert!(!visits.is_empty());
    assert!(visits.iter().all(|day| (from..=to).contains(day)));
}

#[test]
fn demo_groups_are_one_a_district_and_never_of_the_district() {
    let city = demo_city();
    let world = World::of(&city);
    let groups: Vec<_> = city
        .commands
        .iter()
        .filter_map(|step| match &step.command {
            Command::Campaign {
                command: CampaignCommand::FormGroup { group, .. },
                ..
            } => Some(group),
            _ => None,
        })
        .collect();
    // For each of the two campaigns.
    assert_eq!(groups.len(), 32);
    let members: BTreeSet<PersonId> = groups
        .iter()
        .flat_map(|group| group.members.iter().copied())
        .collect();
    assert_eq!(members.len(), 48);
    for group in groups {
        let leader = world
            .directory
            .active_person(group.leader)
            .expect("a registered leader");
        assert!(
            leader
                .grants
                .iter()
                .any(|grant| grant.role == Role::GroupLeader)
        );
        for member in &group.members {
            let unit = world
                .directory
                .active_person(*member)
                .and_then(|known| known.unit)
                .expect("a unit");
            let units = [
                bodies::bureau(),
                bodies::resident_group(),
                bodies::elder_care_division(),
            ];
            assert!(units.contains(&unit));
        }
    }
}

#[test]
fn demo_people_are_permitted_what_their_role_is_there_for() {
    let world = World::of(&demo_city());
    let home = Place::Body(bodies::NAMED_INSTITUTIONS[0].id());
    let other_home = Place::Body(bodies::NAMED_INSTITUTIONS[1].id());
    let fengtai = Place::Body(bodies::district_bureau(&super::districts::DISTRICTS[3]));
    for (who, act, place, permitted) in [
        (
            "administrator",
            Act::ManageBodies,
            &Place::Jurisdiction,
            true,
        ),
        ("administrator", Act::Organise, &Place::Jurisdiction, false),
        ("organiser", Act::Organise, &Place::Jurisdiction, true),
        ("organiser", Act::ManagePeople, &Place::Jurisdiction, false),
        ("oversight", Act::ReVerify, &home, true),
        ("committee", Act::ReVerify, &home, true),
        ("committee", Act::ReVerify, &fengtai, true),
        ("elder-care-officer", Act::See, &home, true),
        ("fengtai-officer", Act::See, &fengtai, true),
        ("fengtai-officer", Act::See, &home, false),
        ("inspector-03", Act::Inspect, &Place::Anywhere, true),
        ("inspector-03", Act::See, &home, false),
        ("inspector-48", Act::Inspect, &Place::Anywhere, true),
        ("welfare-home-1", Act::Rectify, &home, true),
        ("welfare-home-1", Act::Rectify, &other_home, false),
        ("welfare-home-1", Act::ReVerify, &home, false),
        // By role and scope it may; that it belongs to the unit that rectified is what forbids it.
        ("welfare-home-1-discipline", Act::ReVerify, &home, true),
        ("welfare-home-1-discipline", Act::Rectify, &home, true),
        (
            "welfare-home-1-discipline",
            Act::ReVerify,
            &other_home,
            false,
        ),
    ] {
        let outcome = permit(
            &world.directory,
            people::person(who),
            act,
            place,
            super::moment(13, 8, 0),
        );
        assert_eq!(
            outcome.is_ok(),
            permitted,
            "{who} {act:?} {place:?}: {outcome:?}"
        );
    }
}

#[test]
fn demo_people_are_roles_not_persons() {
    // A name is a body's or a group's, then a role: there is no room in it for a surname.
    let roles = ["管理员", "组织者", "监督员", "监管员", "负责人"];
    let city = demo_city();
    let bodies: Vec<&str> = registered(&city)
        .iter()
        .map(|(_, body)| body.name.get(CHINESE))
        .collect();
    for registration in registrations(&city) {
        let name = registration.name.get(CHINESE);
        assert_ne!(name, registration.name.get(ENGLISH));
        let numbered = name
            .strip_prefix("检查员")
            .is_some_and(|rest| rest.len() == 2 && rest.parse::<u8>().is_ok());
        let titled = roles
            .iter()
            .find_map(|role| name.strip_suffix(role))
            .is_some_and(|whose| {
                let whose = whose.strip_suffix("纪检").unwrap_or(whose);
                whose.is_empty() || bodies.iter().any(|body| body.ends_with(whose))
            });
        assert!(numbered || titled, "{name}");
    }
}

fn definition() -> FormDefinition {
    let city = demo_city();
    let published: Vec<_> = city
        .commands
        .iter()
        .filter_map(|step| match &step.command {
            Command::Checklist {
                command: ChecklistCommand::Publish(published),
                ..
            } => Some((**published).clone()),
            _ => None,
        })
        .collect();
    assert_eq!(published.len(), 1);
    assert!(published[0].adapted);
    published[0].definition.clone()
}

fn assert_both(texts: &Texts, whose: &str) {
    let languages: BTreeMap<&str, &str> = texts.iter().collect();
    for tag in [CHINESE, ENGLISH] {
        assert!(
            languages
                .get(tag)
                .is_some_and(|text| !text.trim().is_empty()),
            "{whose} has no text in {tag}"
        );
    }
    assert!(
        !texts.get(CHINESE).is_ascii(),
        "{whose}: {}",
        texts.get(CHINESE)
    );
    assert!(
        !texts
            .get(ENGLISH)
            .chars()
            .any(|character| ('\u{4E00}'..='\u{9FFF}').contains(&character)),
        "{whose}"
    );
}

fn nodes(children: &[Node]) -> Vec<&Node> {
    children
        .iter()
        .flat_map(|node| {
            let inside = match node {
                Node::Group(group) => nodes(&group.children),
                Node::Repeat(repeat) => nodes(&repeat.children),
                Node::Question(_) | Node::Calculation(_) => Vec::new(),
            };
            std::iter::once(node).chain(inside)
        })
        .collect()
}

#[test]
fn demo_texts_are_in_both_languages() {
    let definition = definition();
    assert_both(&definition.title, "the title");
    for (list, choices) in &definition.choice_lists {
        for choice in choices {
            assert_both(&choice.label, &format!("{list}/{}", choice.value));
        }
    }
    for band in &definition.grading.as_ref().expect("a grading").bands {
        assert_both(&band.label, "a grade");
    }
    for node in nodes(&definition.children) {
        match node {
            Node::Group(group) => assert_both(&group.label, &group.name),
            Node::Repeat(repeat) => assert_both(&repeat.label, &repeat.name),
            Node::Calculation(calculation) => assert_both(&calculation.label, &calculation.name),
            Node::Question(question) => {
                assert_both(&question.label, &question.name);
                let bind = &question.bind;
                if bind.required.is_some() {
                    assert_both(&bind.required_message, &question.name);
                }
                if bind.constraint.is_some() {
                    assert_both(&bind.constraint_message, &question.name);
                }
                if let Some(check) = &question.check {
                    assert_both(&question.guidance, &question.name);
                    assert_both(&check.evidence.kind, &question.name);
                }
            }
        }
    }
    let city = demo_city();
    for (_, body) in registered(&city) {
        assert_both(&body.name, "a body");
    }
    for step in &city.commands {
        match &step.command {
            Command::Notice {
                command: domain::notice::NoticeCommand::Issue(content),
                ..
            } => {
                assert_both(&content.title, "the notice");
                assert_both(&content.text, "the notice");
                assert_eq!(
                    content.effective_from,
                    Instant(1_647_129_600_000),
                    "2022-03-13T08:00+08:00"
                );
            }
            Command::Campaign {
                command: CampaignCommand::Create(plan),
                ..
            } => assert_both(&plan.name, "the campaign"),
            Command::Campaign {
                command: CampaignCommand::FormGroup { group, .. },
                ..
            } => {
                assert_both(&group.name, "a group");
            }
            _ => {}
        }
    }
}

#[test]
fn demo_checklist_has_every_kind_of_question_and_enough_items() {
    let definition = definition();
    let form = Form::compile(definition.clone()).expect("the checklist compiles");
    assert!(form.items().len() >= 45, "{}", form.items().len());
    let mut kinds = BTreeSet::new();
    let (mut critical, mut key, mut with_photo) = (0, 0, 0);
    let mut lines = BTreeSet::new();
    for node in nodes(&definition.children) {
        let Node::Question(question) = node else {
            continue;
        };
        kinds.insert(question.kind);
        if let Some(check) = &question.check {
            assert_eq!(check.code.to_ascii_lowercase(), question.name);
            assert_eq!(question.choices.as_deref(), Some("result"));
            lines.insert(check.line);
            critical += usize::from(check.critical);
            key += usize::from(check.severity == Severity::Key);
            with_photo += usize::from(check.evidence.photos_at_least > 0);
        }
    }
    assert_eq!(kinds.len(), 8, "{kinds:?}");
    assert!(kinds.contains(&QuestionKind::Photo) && kinds.contains(&QuestionKind::Note));
    assert_eq!(lines.len(), 3);
    assert!(critical >= 3 && key > critical && with_photo >= 3);
    let sections: Vec<&str> = form
        .sections()
        .iter()
        .map(|section| form.name(section.id))
        .collect();
    assert_eq!(
        sections,
        [
            "site", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "closing"
        ]
    );
}

/// An instance with these answers, given in order.
fn answered(answers: &[(&str, &str)]) -> Instance {
    let form =
        Arc::new(Form::compile(checklist::published().definition).expect("the checklist compiles"));
    let session = Session {
        now: 1_647_221_400_000,
        time_zone: TimeZone {
            offset_minutes: 480,
            transitions: Vec::new(),
        },
        ..Session::default()
    };
    let mut instance = Instance::new(form, session).expect("the checklist opens");
    for (name, text) in answers {
        let node = instance.named(name).unwrap_or_else(|| panic!("no {name}"));
        let value = instance
            .fits(node, text)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        instance
            .answer_question(node, &value)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    instance
}

#[test]
fn demo_checklist_logic_holds() {
    let base = [
        ("capacity", "100"),
        ("residents_on_site", "80"),
        ("staff_employed", "40"),
        ("visited_on", "2022-03-14"),
    ];
    let with = |more: &[(&'static str, &'static str)]| answered(&[base.as_slice(), more].concat());

    // given answers, when they are taken, then these values are calculated
    for (more, node, expected) in [
        (&[][..], "occupancy_rate", "80"),
        (
            &[("residents_vaccinated", "60")],
            "resident_vaccination_rate",
            "75",
        ),
        (
            &[("residents_vaccinated", "1")],
            "resident_vaccination_rate",
            "1.3",
        ),
        (&[], "resident_vaccination_rate", ""),
        (
            &[("staff_vaccinated", "40")],
            "staff_vaccination_rate",
            "100",
        ),
        (&[], "closed_management_rate", ""),
        (
            &[("b1", "pass"), ("b2", "fail"), ("b3", "pass"), ("b4", "na")],
            "closed_management_rate",
            "66.7",
        ),
        (
            &[
                ("supplies_days", "14"),
                ("food_days", "7.5"),
                ("medicine_days", "30"),
            ],
            "shortest_days",
            "7.5",
        ),
        (
            &[("supplies_days", "14"), ("food_days", "7.5")],
            "shortest_days",
            "",
        ),
    ] {
        let instance = with(more);
        let id = instance.named(node).expect("a node");
        assert_eq!(
            instance.answer(id).write(),
            expected,
            "{node} after {more:?}"
        );
    }

    // given answers, then these questions are asked or not
    for (more, node, asked) in [
        (&[][..], "symptomatic_people", false),
        (&[("residents_on_site", "100")], "over_capacity", false),
        (&[("residents_on_site", "101")], "over_capacity", true),
        (&[("symptoms_present", "no")], "symptomatic_people", false),
        (&[("symptoms_present", "yes")], "symptomatic_people", true),
        (
            &[("residents_vaccinated", "80")],
            "unvaccinated_reasons",
            false,
        ),
        (
            &[("residents_vaccinated", "79")],
            "unvaccinated_reasons",
            true,
        ),
        (&[("disinfectants", "alcohol")], "chlorine_mg_per_l", false),
        (
            &[("disinfectants", "alcohol chlorine")],
            "chlorine_mg_per_l",
            true,
        ),
        (&[], "h4", true),
        (&[("isolation_in_use", "no")], "h4", false),
        (&[("isolation_in_use", "yes")], "isolated_people", true),
        (&[], "help_account", false),
        (&[("help_given", "supplies")], "help_account", true),
    ] {
        let instance = with(more);
        let id = instance.named(node).expect("a node");
        assert_eq!(instance.relevant(id), asked, "{node} after {more:?}");
    }

    // given answers, then these are refused or not
    let ill = ("symptoms_present", "yes");
    for (more, node, expected) in [
        (
            &[("residents_on_site", "101")][..],
            "residents_on_site",
            None,
        ),
        (
            &[("residents_on_site", "100001")],
            "residents_on_site",
            Some(ViolationKind::Constraint),
        ),
        (
            &[("residents_on_site", "-1")],
            "residents_on_site",
            Some(ViolationKind::Constraint),
        ),
        (
            &[("staff_on_site", "41")],
            "staff_on_site",
            Some(ViolationKind::Constraint),
        ),
        (
            &[("visited_on", "2022-03-15")],
            "visited_on",
            Some(ViolationKind::Constraint),
        ),
        (&[("gate_temperature", "36.5")], "gate_temperature", None),
        (
            &[("gate_temperature", "365")],
            "gate_temperature",
            Some(ViolationKind::Constraint),
        ),
        (&[], "symptoms_present", Some(ViolationKind::Required)),
        (&[ill], "symptomatic_people", Some(ViolationKind::Required)),
        (
            &[ill, ("symptomatic_people", "0")],
            "symptomatic_people",
            Some(ViolationKind::Constraint),
        ),
        (
            &[ill, ("symptomatic_people", "120")],
            "symptomatic_people",
            None,
        ),
        (
            &[ill, ("symptomatic_people", "121")],
            "symptomatic_people",
            Some(ViolationKind::Constraint),
        ),
        (
            &[ill, ("symptoms_since", "2022-03-15")],
            "symptoms_since",
            Some(ViolationKind::Constraint),
        ),
        (
            &[ill, ("symptom_measures", "isolated tested")],
            "symptom_measures",
            None,
        ),
        (
            &[ill, ("symptom_measures", "isolated none")],
            "symptom_measures",
            Some(ViolationKind::Constraint),
        ),
        (
            &[ill, ("symptom_measures", "none")],
            "symptom_account",
            Some(ViolationKind::Required),
        ),
        (
            &[ill, ("symptom_measures", "tested")],
            "symptom_account",
            None,
        ),
    ] {
        let instance = with(more);
        let id = instance.named(node).expect("a node");
        assert_eq!(instance.violation(id), expected, "{node} after {more:?}");
    }
}

#[test]
fn demo_checklist_is_scored_out_of_a_hundred() {
    // given every item answered alike but for a few, then points, grade and findings follow
    let definition = checklist::published().definition;
    let grading = definition.grading.clone().expect("a grading");
    for (failed, grade, capped) in [
        (&[][..], "Excellent", false),
        (&["a2"], "Excellent", false),
        (&["a1", "b1", "b2", "c4", "d4", "j1", "e2"], "Good", false),
        // A critical item keeps the whole below the pass mark.
        (&["b8"], "Fail", true),
    ] {
        let answers: Vec<(String, &str)> = nodes(&definition.children)
            .into_iter()
            .filter_map(|node| match node {
                Node::Question(question) if question.check.is_some() => {
                    let result = if failed.contains(&question.name.as_str()) {
                        "fail"
                    } else {
                        "pass"
                    };
                    Some((question.name.clone(), result))
                }
                _ => None,
            })
            .collect();
        let answers: Vec<(&str, &str)> = answers
            .iter()
            .map(|(name, result)| (name.as_str(), *result))
            .collect();
        let instance = answered(&answers);
        let score = instance.score();
        let points = score.points(&grading).expect("points");
        assert!((0.0..=100.0).contains(&points));
        let reached = score
            .grade
            .map(|band| grading.bands[band].label.get(ENGLISH));
        assert_eq!(
            (reached, score.capped),
            (Some(grade), capped),
            "{failed:?}: {points}"
        );
        let findings: BTreeSet<String> = instance
            .findings()
            .into_iter()
            .map(|node| instance.name(node))
            .collect();
        assert_eq!(
            findings,
            failed
                .iter()
                .map(ToString::to_string)
                .collect::<BTreeSet<_>>()
        );
    }
}

#[test]
fn demo_sign_ins_are_printed_with_their_password() {
    let city = demo_city();
    let mut printed = Vec::new();
    super::print_sign_ins(&city, &mut printed).expect("memory takes it");
    let printed = String::from_utf8(printed).expect("text");
    assert!(printed.contains(super::DEMO_PASSWORD));
    for sign_in in &city.sign_ins {
        assert!(
            printed
                .lines()
                .any(|line| line.trim().split(' ').next() == Some(&sign_in.name)),
            "{}",
            sign_in.name
        );
    }
    assert!(crate::account::check_password(super::DEMO_PASSWORD).is_ok());
}

#[test]
fn demo_draws_are_sound_and_show_what_a_draw_can_come_to() {
    // given the city, when the records of its draws are repeated, then both are sound
    let world = World::of(&demo_city());
    let draw = |name: &str| domain::id::DrawId(super::identity::id("draw", name));
    let party = |id| domain::draw::record::Party {
        id,
        name: Texts::default(),
        unit: Texts::default(),
    };
    for (name, sealed, rounds) in [("spot-check", true, 1), ("child-welfare", false, 2)] {
        let state = world.facts.draw(draw(name));
        for whole in [false, true] {
            let record =
                domain::draw::record::record(draw(name), state, whole, |_| Texts::default(), party)
                    .expect(name);
            let verified = domain::draw::record::verify(&record).expect(name);
            assert_eq!(verified.rounds, rounds);
            assert_eq!(
                (verified.sealed, verified.repeated),
                if sealed && !whole { (1, 0) } else { (0, 1) }
            );
        }
    }
    // and the spot check gives every district a group of its own
    let state = world.facts.draw(draw("spot-check"));
    let round = state.round().expect("a round");
    let mut team_of: BTreeMap<String, u32> = BTreeMap::new();
    for (institution, team) in round.visits() {
        let body = world.directory.body(institution).expect("a body");
        let district = body.district.clone().expect("a district").0;
        assert_eq!(*team_of.entry(district).or_insert(team), team);
    }
    assert_eq!(team_of.len(), 16);
    assert_eq!(team_of.values().collect::<BTreeSet<_>>().len(), 16);
    // and the focus district the one that somebody of the elder-care division is in
    let (drawn, _) = round.drawn.as_ref().expect("a result");
    let of_division = |person: &PersonId| {
        let known = world.directory.active_person(*person);
        known.and_then(|known| known.unit) == Some(bodies::elder_care_division())
    };
    let joint: Vec<u32> = (0..)
        .zip(&drawn.result.teams)
        .filter(|(_, team)| team.members.iter().any(of_division))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(joint, [team_of["110106"]]);
}

/// The texts in a value, each by its pointer and by the pointer with every index as `*`.
fn texts(value: &Value, pointer: &str, kind: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(_) => found.push((pointer.to_owned(), kind.to_owned())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(
                    item,
                    &format!("{pointer}/{index}"),
                    &format!("{kind}/*"),
                    found,
                );
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                texts(
                    field,
                    &format!("{pointer}/{name}"),
                    &format!("{kind}/{name}"),
                    found,
                );
            }
        }
        _ => {}
    }
}

/// Every kind of command, by the name of its concept and its own; a kind left out does not compile.
macro_rules! every_command {
    ($($concept:ident $commands:ident: $($kind:ident)+;)+) => {{
        let _ = |command: &Command| match command { $(Command::$concept { .. } => ()),+ };
        $(let _ = |command: &$commands| match command { $($commands::$kind { .. } => ()),+ };)+
        BTreeSet::from([$($((stringify!($concept), stringify!($kind))),+),+])
    }};
}

fn every_command() -> BTreeSet<(&'static str, &'static str)> {
    use domain::arrangement::ArrangementCommand;
    use domain::clearance::ClearanceCommand;
    use domain::device::DeviceCommand;
    use domain::draw::DrawCommand;
    use domain::held::HeldCommand;
    use domain::inspection::InspectionCommand;
    use domain::jurisdiction::JurisdictionCommand;
    use domain::look_back::LookBackCommand;
    use domain::material::MaterialCommand;
    use domain::notice::NoticeCommand;
    use domain::regulator_file::RegulatorFileCommand;
    use domain::response_level::LevelCommand;
    use domain::rule_pack::RulePackCommand;
    use domain::situation::SituationCommand;
    use domain::talk::TalkCommand;

    every_command! {
        Jurisdiction JurisdictionCommand: Found AddDistricts RenameDistrict;
        Body BodyCommand: Register Amend Move Merge Close SetEntranceCode;
        Person PersonCommand: Register Amend Deactivate Reactivate Grant Revoke SetInitialPassword;
        Notice NoticeCommand: Issue Acknowledge PassOn Remind Correct Withdraw;
        Checklist ChecklistCommand: Publish;
        Campaign CampaignCommand: Create FormGroup ChangeGroup DissolveGroup DeclareInterest WithdrawInterest Amend Follow;
        Assignment AssignmentCommand: Create Release ReleaseDue ConfirmArrival Cancel Reschedule;
        Inspection InspectionCommand: Start Submit SignAfterwards;
        Finding FindingCommand: Raise SubmitPlan ClaimRectified Pass Fail Notify Dispute Uphold Withdraw AcceptPlan ReturnPlan
            AskExtension GrantExtension RefuseExtension Escalate AnswerLetter Reopen LookBackPass LookBackFail OweSupport
            ProvideSupport ConfirmSupport;
        Held HeldCommand: Settle;
        Draw DrawCommand: Publish Commit Reveal RecordWithheld Redraw CallReserve Disclose Abandon;
        Arrangement ArrangementCommand: Draft Amend Approve Return Issue Withdraw;
        Talk TalkCommand: Convene BaseOn HearReport SetRequirement Acknowledge Link Unlink MoveRequirement WithdrawRequirement
            Move Cancel;
        Material MaterialCommand: Request Submit Receive Accept Return Extend ExtendAll Withdraw;
        Situation SituationCommand: Report Correct Remind;
        LookBack LookBackCommand: Draw;
        RegulatorFile RegulatorFileCommand: Assess Sign;
        Clearance ClearanceCommand: Record;
        ResponseLevel LevelCommand: Set Extend End;
        RulePack RulePackCommand: PublishEdition;
        Device DeviceCommand: Enrol Revoke Readmit;
    }
}

/// The name of a variant as JSON has it.
fn written(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_lowercase())
}

/// Puts what nobody should write in every text of the commands it is shown.
#[derive(Default)]
struct Hostile {
    /// Texts, by their kinds.
    tried: BTreeSet<String>,
    /// Kinds of commands that have a text, as they are written.
    commands: BTreeSet<(String, String)>,
    taken: BTreeSet<String>,
}

/// Looks at commands before they happen.
trait Watch {
    fn look(&mut self, world: &World, actor: PersonId, at: Instant, command: &Command);

    /// Looks at a command, and lets it happen.
    fn step(&mut self, world: &mut World, actor: &str, command: &Command) {
        let (actor, at) = (people::person(actor), later());
        self.look(world, actor, at, command);
        world.take(actor, at, command);
    }
}

impl Watch for Hostile {
    fn look(&mut self, world: &World, actor: PersonId, at: Instant, command: &Command) {
        let hostile = [
            "甲".repeat(10_000),
            "正常\u{202E}名".into(),
            "零\u{200B}宽".into(),
        ];
        let written = serde_json::to_value(command).unwrap();
        let (concept, of) = written.as_object().and_then(|of| of.iter().next()).unwrap();
        let kind = of["command"].as_object().and_then(|of| of.keys().next());
        let mut found = Vec::new();
        texts(&written, "", "", &mut found);
        for (pointer, text_kind) in found {
            if self.tried.contains(&text_kind) {
                continue;
            }
            for text in &hostile {
                let mut changed = written.clone();
                *changed.pointer_mut(&pointer).unwrap() = Value::from(text.as_str());
                // What is no text but an id, a day or a code cannot be put so at all.
                let Ok(changed) = serde_json::from_value::<Command>(changed) else {
                    continue;
                };
                let kind = kind.cloned().unwrap_or_default();
                self.commands.insert((concept.clone(), kind));
                // when it is put in a command, then the command is refused
                if world.decide(actor, at, &changed).is_ok() {
                    self.taken.insert(text_kind.clone());
                }
            }
            self.tried.insert(text_kind);
        }
    }
}

/// After everything in the city.
fn later() -> Instant {
    super::moment(31, 8, 0)
}

/// The first of some commands that is admitted.
fn admitted(world: &World, actor: &str, candidates: impl IntoIterator<Item = Command>) -> Command {
    let mut candidates = candidates.into_iter();
    let is_admitted = |command: &Command| {
        let actor = people::person(actor);
        world.decide(actor, later(), command).is_ok()
    };
    candidates.find(is_admitted).expect("one is admitted")
}

/// Whoever was there signs what somebody else handed in.
fn sign_afterwards(city: &DemoCity, world: &mut World, hostile: &mut impl Watch) {
    use domain::finding::PhotoHash;
    use domain::inspection::InspectionCommand;
    use domain::signature::{Signed, SignedAfterwards, record_hash};

    let handed_in = city.commands.iter().find_map(|step| match &step.command {
        Command::Inspection {
            id,
            command: InspectionCommand::Submit(submission),
        } => Some((*id, submission)),
        _ => None,
    });
    let (id, submission) = handed_in.expect("a visit was handed in");
    let signature = SignedAfterwards {
        record: record_hash(submission).to_string(),
        signed: Signed {
            picture: PhotoHash("5".repeat(64)),
            at: later(),
        },
    };
    let sign = Command::Inspection {
        id,
        command: InspectionCommand::SignAfterwards(signature),
    };
    hostile.look(world, submission.present[1], later(), &sign);
    world.take(submission.present[1], later(), &sign);
}

/// What nobody does in the city: one of each kind of command that has a text.
fn whatever_the_city_lacks(city: &DemoCity, world: &mut World, hostile: &mut impl Watch) {
    use domain::arrangement::ArrangementCommand;
    use domain::assignment::ReleaseRule;
    use domain::draw::{DrawCommand, NextRound};
    use domain::held::{HeldCommand, HeldEvent, Kept};
    use domain::id::{
        ArrangementId, DrawId, FindingId, MaterialId, NoticeId, ResponseLevelId, TalkId,
    };
    use domain::instant::Day;
    use domain::jurisdiction::DistrictCode;
    use domain::material::MaterialCommand;
    use domain::notice::{Correction, NoticeCommand, NoticeContent};
    use domain::permission::{Grant, Scope};
    use domain::response_level::{Area, LevelCommand};
    use domain::situation::{Report, SituationCommand, surprises};
    use domain::talk::{TalkCommand, TalkPlan};

    sign_afterwards(city, world, hostile);
    let reason = || "因故变动".to_owned();
    let district = |number: usize| super::districts::DISTRICTS[number].code();

    let rename = Command::Jurisdiction {
        id: city.jurisdiction,
        command: domain::jurisdiction::JurisdictionCommand::RenameDistrict {
            code: district(0),
            name: Texts::both("另一区", "Another district"),
        },
    };
    hostile.step(world, "administrator", &rename);
    let readmit = Command::Device {
        id: super::tablets::lost(),
        command: domain::device::DeviceCommand::Readmit { reason: reason() },
    };
    hostile.step(world, "administrator", &readmit);

    // Bodies and people.
    let home = bodies::NAMED_INSTITUTIONS[0].id();
    let before = world.directory.body(home).expect("a home").amendable();
    let mut after = before.clone();
    after.name = Texts::both("另一名称", "Another name");
    after.district = Some(district(0)).filter(|code| before.district.as_ref() != Some(code));
    after.district = after.district.or_else(|| Some(district(1)));
    after.profile.address = "另一地址".into();
    after.profile.contact.name = "另一联系人".into();
    after.profile.contact.telephone = "010-00000000".into();
    let (before, after) = (Box::new(before), Box::new(after));
    let command = BodyCommand::Amend { before, after };
    let amend = Command::Body { id: home, command };
    hostile.step(world, "administrator", &amend);
    let close = Command::Body {
        id: bodies::NAMED_INSTITUTIONS[2].id(),
        command: BodyCommand::Close { reason: reason() },
    };
    hostile.step(world, "administrator", &close);
    let grant = Grant::new(
        Role::Inspector,
        Scope::District(DistrictCode("110106".into())),
    );
    let id = people::person("fengtai-officer");
    let known = world.directory.active_person(id).expect("an officer");
    let before = known.amendable();
    let after = domain::person::Amendment {
        name: Texts::both("另一人", "Somebody else"),
        ..before.clone()
    };
    for command in [
        PersonCommand::Amend { before, after },
        PersonCommand::Grant(grant.clone()),
        PersonCommand::Revoke(grant),
    ] {
        hostile.step(world, "administrator", &Command::Person { id, command });
    }

    // An arrangement that is amended, returned and withdrawn.
    let id = ArrangementId(super::identity::id("arrangement", "spot-check"));
    let content = world
        .facts
        .arrangement(id)
        .content()
        .expect("in force")
        .clone();
    for (actor, command) in [
        (
            "organiser",
            ArrangementCommand::Amend {
                content: Box::new(content),
                reason: reason(),
            },
        ),
        (
            "deputy-organiser",
            ArrangementCommand::Return { reason: reason() },
        ),
        (
            "organiser",
            ArrangementCommand::Withdraw { reason: reason() },
        ),
    ] {
        hostile.step(world, actor, &Command::Arrangement { id, command });
    }

    // A notice that is corrected and withdrawn.
    let content = super::notice::level_1_notice();
    let id = NoticeId(Uuid::from_u128(1));
    let acknowledge_by = later().plus_hours(24);
    let correction = Correction {
        title: Texts::both("另一标题", "Another title"),
        text: content.text.clone(),
        attachments: Vec::new(),
        acknowledge_by,
        reason: reason(),
        again: true,
    };
    let content = NoticeContent {
        number: "示例〔2022〕91号".into(),
        acknowledge_by,
        ..content
    };
    for command in [
        NoticeCommand::Issue(content),
        NoticeCommand::Correct(correction),
        NoticeCommand::Withdraw { reason: reason() },
    ] {
        hostile.step(world, "organiser", &Command::Notice { id, command });
    }

    // A visit that is released on arrival, and called off.
    let campaign = super::campaign::campaign();
    let (person, body) = (people::inspector(48), bodies::NAMED_INSTITUTIONS[1].id());
    let note = reason();
    let declare = CampaignCommand::DeclareInterest { person, body, note };
    let note = reason();
    let withdraw = CampaignCommand::WithdrawInterest { person, body, note };
    let Some(Command::Campaign {
        command: CampaignCommand::FormGroup { id, mut group },
        ..
    }) = super::campaign::groups().last()
    else {
        unreachable!("groups are formed")
    };
    group.name = Texts::both("末组", "The last group");
    let Command::Campaign {
        command: CampaignCommand::Create(mut plan),
        ..
    } = super::campaign::creation()
    else {
        unreachable!("a campaign is created")
    };
    plan.name = Texts::both("督查", "Visits");
    for command in [
        declare,
        withdraw,
        CampaignCommand::ChangeGroup { id, group },
        CampaignCommand::DissolveGroup {
            id,
            reason: reason(),
        },
        CampaignCommand::Amend(plan),
    ] {
        let command = Command::Campaign {
            id: campaign,
            command,
        };
        hostile.step(world, "organiser", &command);
    }
    let Command::Assignment {
        id,
        command: AssignmentCommand::Create(mut order),
        ..
    } = super::campaign::last_visit()
    else {
        unreachable!("a visit is assigned")
    };
    (order.sealed, order.release) = (true, ReleaseRule::OnArrival);
    let moved = AssignmentCommand::Reschedule {
        visit_on: "2022-04-29".parse().expect("a day"),
        target: order.target,
        team: order.team.clone(),
        reason: reason(),
    };
    for command in [
        AssignmentCommand::Create(order),
        moved,
        AssignmentCommand::ConfirmArrival { account: reason() },
        AssignmentCommand::Cancel { reason: reason() },
    ] {
        let command = Command::Assignment {
            id,
            campaign,
            command,
        };
        hostile.step(world, "organiser", &command);
    }

    // A draw that is changed, drawn anew and abandoned.
    let id = DrawId(super::identity::id("draw", "child-welfare"));
    let draw = |command| Command::Draw { id, command };
    let visits = world.facts.draw(id).round().expect("a round").visits();
    let calls = visits.into_iter().map(|(instead_of, _)| {
        draw(DrawCommand::CallReserve {
            instead_of,
            reason: reason(),
        })
    });
    let call = admitted(world, "organiser", calls.collect::<Vec<_>>());
    let next = NextRound {
        parties: ["oversight", "committee"].map(people::person).to_vec(),
        commit_by: later().plus_hours(1),
        reveal_by: later().plus_hours(2),
    };
    let redraw = DrawCommand::Redraw {
        reason: reason(),
        next,
    };
    let abandon = DrawCommand::Abandon { reason: reason() };
    for command in [call, draw(redraw), draw(abandon)] {
        hostile.step(world, "organiser", &command);
    }

    // A link of the talk that was a mistake, and materials that may come later.
    let id = super::talk::id();
    let unlinks: Vec<Command> = world
        .facts
        .talk(id)
        .requirements
        .iter()
        .flat_map(|(requirement, set)| set.consequences.iter().map(|to| (*requirement, to.clone())))
        .map(|(requirement, to)| Command::Talk {
            id,
            command: TalkCommand::Unlink {
                requirement,
                to,
                reason: reason(),
            },
        })
        .collect();
    let unlink = admitted(world, "organiser", unlinks);
    hostile.step(world, "organiser", &unlink);
    // A requirement gets another day and is withdrawn; another talk is moved and called off.
    let talk = super::talk::id();
    for command in [
        TalkCommand::MoveRequirement {
            requirement: 1,
            due: later().plus_hours(24),
            reason: reason(),
        },
        TalkCommand::WithdrawRequirement {
            requirement: 1,
            reason: reason(),
        },
    ] {
        hostile.step(world, "organiser", &Command::Talk { id: talk, command });
    }
    let plan = world.facts.talk(talk).plan.clone().expect("a talk");
    let place = "另一会议室".to_owned();
    for command in [
        TalkCommand::Convene(TalkPlan {
            notice: None,
            ..plan
        }),
        TalkCommand::Move {
            at: later().plus_hours(24),
            place,
            reason: reason(),
        },
        TalkCommand::Cancel { reason: reason() },
    ] {
        let id = TalkId(Uuid::from_u128(2));
        hostile.step(world, "organiser", &Command::Talk { id, command });
    }
    let id = MaterialId(super::identity::id("material", "2022-03-13"));
    let asked = world
        .facts
        .material(id)
        .request
        .as_ref()
        .expect("asked for");
    let extensions: Vec<Command> = asked
        .bodies
        .iter()
        .map(|body| Command::Material {
            id,
            command: MaterialCommand::Extend {
                body: *body,
                due: later().plus_hours(24),
                reason: reason(),
            },
        })
        .collect();
    let extend = admitted(world, "organiser", extensions);
    hostile.step(world, "organiser", &extend);
    for command in [
        MaterialCommand::ExtendAll {
            due: later().plus_hours(48),
            reason: reason(),
        },
        MaterialCommand::Withdraw { reason: reason() },
    ] {
        hostile.step(world, "organiser", &Command::Material { id, command });
    }

    // Findings: an extension that is refused, one that is opened again, a letter that is answered.
    let raised = city.commands.iter().filter_map(|step| match &step.command {
        Command::Finding {
            id,
            command: FindingCommand::Raise(_),
        } => Some(*id),
        _ => None,
    });
    let findings: Vec<FindingId> = raised.collect();
    let of_each = |command: &FindingCommand| -> Vec<Command> {
        let command = |id: &FindingId| Command::Finding {
            id: *id,
            command: command.clone(),
        };
        findings.iter().map(command).collect()
    };
    let refuse = of_each(&FindingCommand::RefuseExtension { opinion: reason() });
    let reopen = of_each(&FindingCommand::Reopen {
        reason: reason(),
        complete_by: Day {
            year: 2022,
            month: 4,
            day: 20,
        },
    });
    let answer = of_each(&FindingCommand::AnswerLetter { account: reason() });
    for (actor, candidates) in [
        ("organiser", refuse),
        ("oversight", reopen),
        ("care-demonstration", answer),
    ] {
        let command = admitted(world, actor, candidates);
        hostile.step(world, actor, &command);
    }

    // A report of the day that is set right, and a district's level.
    let registered = world.directory.body(home).unwrap().into();
    let report = |note: &str| Report {
        note: note.into(),
        ..Report::default()
    };
    for command in [
        SituationCommand::Report {
            report: report("示例"),
            confirmed: surprises(&report("示例"), registered, None),
        },
        SituationCommand::Correct {
            corrects: 1,
            reason: reason(),
            report: report("更正"),
            confirmed: Vec::new(),
        },
    ] {
        let command = Command::Situation {
            body: home,
            day: Day {
                year: 2022,
                month: 3,
                day: 31,
            },
            command,
        };
        hostile.step(world, "welfare-home-1", &command);
    }
    let Command::ResponseLevel {
        command: LevelCommand::Set(mut order),
        ..
    } = super::rules::set_level_1(super::notice::id())
    else {
        unreachable!("a level is set")
    };
    order.area = Area::District(district(0));
    let set = Command::ResponseLevel {
        id: ResponseLevelId(Uuid::from_u128(1)),
        command: LevelCommand::Set(order),
    };
    hostile.step(world, "administrator", &set);

    // What a tablet sent and the rules could not place.
    let id = EventId(Uuid::from_u128(1));
    let stream = Stream {
        kind: StreamKind::Held,
        id: id.0,
    };
    let original = Authored {
        id,
        jurisdiction: JurisdictionId(Uuid::nil()),
        stream: String::new(),
        kind: String::new(),
        body: "{}".into(),
        actor: people::inspector(1),
        device: None,
        device_sequence: None,
        occurred_at: later(),
    };
    let kept = HeldEvent::Kept(Box::new(Kept {
        original,
        reason: Texts::both("无法归入", "Cannot be placed"),
    }));
    world.evolve(stream, &Event::Held(kept), people::inspector(1), later());
    let command = HeldCommand::Settle { decision: reason() };
    hostile.step(world, "organiser", &Command::Held { id, command });
}

#[test]
fn no_command_takes_an_endless_text_or_one_that_hides_something() {
    use domain::jurisdiction::JurisdictionCommand;

    // given every text of every kind of command: of the founding, of those in the city, and one more of those that it lacks
    let city = demo_city();
    let mut hostile = Hostile::default();
    let founding = Command::Jurisdiction {
        id: city.jurisdiction,
        command: JurisdictionCommand::Found(city.founding.clone()),
    };
    hostile.look(
        &World::default(),
        city.administrator.0,
        city.founded_at,
        &founding,
    );
    let mut world = World::watched(&city, |world, step| {
        hostile.look(world, step.actor, step.at, &step.command);
    });
    whatever_the_city_lacks(&city, &mut world, &mut hostile);
    assert_eq!(hostile.taken, BTreeSet::new());
    // then there is none that was not tried, but those that have no text
    let every = every_command();
    let without_text: Vec<_> = every
        .into_iter()
        .filter(|(concept, kind)| {
            let name = (written(concept), written(kind));
            !hostile.commands.contains(&name)
        })
        .collect();
    assert_eq!(
        without_text,
        [
            ("Arrangement", "Approve"),
            ("Arrangement", "Issue"),
            ("Assignment", "Release"),
            ("Assignment", "ReleaseDue"),
            ("Body", "Merge"),
            ("Body", "Move"),
            ("Body", "SetEntranceCode"),
            ("Campaign", "Follow"),
            ("Clearance", "Record"),
            ("Draw", "Commit"),
            ("Draw", "Disclose"),
            ("Draw", "Reveal"),
            ("Finding", "ConfirmSupport"),
            ("Inspection", "Start"),
            ("Material", "Receive"),
            ("Notice", "Acknowledge"),
            ("Notice", "PassOn"),
            ("Notice", "Remind"),
            ("Person", "Deactivate"),
            ("Person", "Reactivate"),
            ("Person", "SetInitialPassword"),
            ("RegulatorFile", "Sign"),
            ("ResponseLevel", "End"),
            ("ResponseLevel", "Extend"),
            ("Situation", "Remind"),
            ("Talk", "Acknowledge"),
            ("Talk", "BaseOn"),
        ]
    );
    assert!(hostile.tried.len() > 100, "{}", hostile.tried.len());
}
