//! The spring as a whole: the same every time, and played into a server, where its figures add up and its read models are what the log
//! makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use domain::Command;
use domain::assignment::AssignmentCommand;
use domain::body::BodyCommand;
use domain::campaign::{CampaignCommand, CampaignKind, NoticeMode};
use domain::finding::{FindingCommand, Stage};
use domain::id::{BodyId, FindingId, PersonId};
use domain::inspection::InspectionCommand;
use domain::instant::{Day, Instant};
use domain::material::MaterialCommand;
use domain::person::PersonCommand;
use domain::talk::TalkCommand;

use super::spring;
use super::visits::second_campaign;
use crate::demo::{DemoCity, bodies, people, take_steps};
use crate::figures::{self, Count};
use crate::rebuild::rebuild_and_compare;
use crate::server::Server;
use crate::settings::Settings;

static SPRING: LazyLock<DemoCity> = LazyLock::new(spring);

#[test]
fn the_spring_is_the_same_every_time() {
    let again = spring();
    let steps = |city: &DemoCity| -> Vec<_> {
        let steps = city.commands.iter();
        steps
            .map(|step| (step.at, step.actor, step.command.clone()))
            .collect()
    };
    assert!(steps(&SPRING) == steps(&again));
    assert!(SPRING.pictures == again.pictures);
}

#[test]
fn every_photo_of_the_spring_has_its_picture_and_is_used_once() {
    let pictures: BTreeSet<String> = SPRING
        .pictures
        .iter()
        .map(|picture| domain::record::Hash::of(picture).to_string())
        .collect();
    let mut used = BTreeSet::new();
    for photo in SPRING
        .commands
        .iter()
        .flat_map(|step| step.command.photos())
    {
        assert!(pictures.contains(&photo.0), "{photo:?}");
        assert!(used.insert(photo), "{photo:?}");
    }
    assert_eq!(used.len(), pictures.len());
}

/// Given the whole spring, then it goes the mission's road: a talk with four bodies that each hand materials in, a draw whose visits are
/// sealed until their day or the one before, and the six municipal institutions unannounced.
#[test]
fn the_spring_goes_the_road_from_the_talk_to_the_visits() {
    let day_of =
        |at: Instant| Day::from_number((at.millis() + 8 * 3_600_000).div_euclid(86_400_000));
    let (mut called, mut handed_in) = (BTreeSet::new(), BTreeSet::new());
    let (mut drawn, mut released, mut unannounced) =
        (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for step in &SPRING.commands {
        match &step.command {
            Command::Talk {
                command: TalkCommand::Convene(plan),
                ..
            } => called.extend(plan.attendees.iter().copied()),
            Command::Material {
                command: MaterialCommand::Submit { body, .. },
                ..
            } => {
                handed_in.insert(*body);
            }
            Command::Assignment { id, command, .. } => match command {
                AssignmentCommand::Create(order) if order.draw.is_some() => {
                    assert!(order.sealed, "{id}");
                    drawn.insert(*id, order.visit_on);
                }
                AssignmentCommand::Create(order) if !order.sealed => {
                    unannounced.insert(order.target);
                }
                AssignmentCommand::Release | AssignmentCommand::ReleaseDue => {
                    assert!(day_of(step.at) <= drawn[id], "{id}");
                    released.insert(*id);
                }
                _ => {}
            },
            _ => {}
        }
    }
    assert_eq!(called.len(), 4);
    assert_eq!(handed_in, called);
    let named: BTreeSet<BodyId> = bodies::NAMED_INSTITUTIONS
        .iter()
        .map(bodies::NamedInstitution::id)
        .collect();
    assert_eq!(unannounced, named);
    assert!(drawn.len() > 250 && released.len() > 250, "{}", drawn.len());
}

/// Given the whole spring, then sixteen groups go into sixteen districts in each draw, each with a leader and two inspectors at least; in
/// the first, whose focus district is inspected jointly, the one that goes there, and no other, has somebody of the elder-care division.
#[test]
fn sixteen_groups_go_into_sixteen_districts() {
    let (mut groups, mut went) = (BTreeMap::new(), BTreeMap::<_, BTreeSet<_>>::new());
    let (mut homes, mut units) = (BTreeMap::new(), BTreeMap::new());
    for step in &SPRING.commands {
        match &step.command {
            Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            } => {
                homes.insert(*id, particulars.district.clone());
            }
            Command::Person {
                id,
                command: PersonCommand::Register(registration),
            } => {
                units.insert(*id, registration.unit);
            }
            Command::Campaign {
                id,
                command:
                    CampaignCommand::FormGroup {
                        id: group,
                        group: formed,
                    },
            } => {
                groups.insert((*id, *group), formed);
            }
            Command::Assignment {
                command: AssignmentCommand::Create(order),
                ..
            } if order.draw.is_some() => {
                let group = (order.campaign, order.group.expect("a group"));
                let formed = groups[&group];
                let members = |of: &[PersonId]| of.iter().copied().collect::<BTreeSet<_>>();
                assert_eq!(order.leader, formed.leader);
                assert_eq!(members(&order.team), members(&formed.members));
                let district = homes[&order.target].clone().expect("a district");
                went.entry(group).or_default().insert(district);
            }
            _ => {}
        }
    }
    for group in groups.values() {
        let inspectors = group.members.iter().filter(|one| **one != group.leader);
        assert!(group.members.contains(&group.leader), "{group:?}");
        assert!(inspectors.count() >= 2, "{group:?}");
    }
    let first = crate::demo::draw::campaign();
    for campaign in [first, second_campaign()] {
        let formed = groups.keys().filter(|(of, _)| *of == campaign);
        assert_eq!(formed.count(), 16);
        let mut districts = BTreeSet::new();
        for ((_, group), went) in went.iter().filter(|((of, _), _)| *of == campaign) {
            let [district] = went.iter().collect::<Vec<_>>()[..] else {
                panic!("{group} went into {went:?}");
            };
            assert!(districts.insert(district), "two groups in {district:?}");
            let members = &groups[&(campaign, *group)].members;
            let division = Some(bodies::elder_care_division());
            let is_joint = members.iter().any(|one| units[one] == division);
            let is_focus = district.0 == "110106";
            assert!(campaign != first || is_joint == is_focus, "{district:?}");
        }
        assert_eq!(districts.len(), 16);
    }
}

/// Given the whole spring, then the six municipal institutions are visited in a campaign that tells nobody before, and of what each of the
/// four bodies handed in all is accepted in the end.
#[test]
fn six_are_visited_unannounced_and_the_materials_of_four_are_accepted() {
    let (mut plans, mut visited) = (BTreeMap::new(), BTreeSet::new());
    let mut materials: BTreeMap<BodyId, Vec<&str>> = BTreeMap::new();
    for step in &SPRING.commands {
        match &step.command {
            Command::Campaign {
                id,
                command: CampaignCommand::Create(plan),
            } => {
                plans.insert(*id, plan);
            }
            Command::Assignment {
                command: AssignmentCommand::Create(order),
                ..
            } if plans[&order.campaign].kind == CampaignKind::UnannouncedVisit => {
                let mode = plans[&order.campaign].notice_mode;
                assert_eq!(mode, NoticeMode::Unannounced);
                visited.insert(order.target);
            }
            Command::Material { command, .. } => {
                let (body, step) = match command {
                    MaterialCommand::Submit { body, handed, .. } => {
                        assert!(handed.iter().all(|one| !one.files.is_empty()));
                        (body, "handed in")
                    }
                    MaterialCommand::Receive { body } => (body, "received"),
                    MaterialCommand::Accept { body, .. } => (body, "accepted"),
                    MaterialCommand::Return { body, .. } => (body, "returned"),
                    MaterialCommand::Request(_)
                    | MaterialCommand::Extend { .. }
                    | MaterialCommand::ExtendAll { .. }
                    | MaterialCommand::Withdraw { .. } => continue,
                };
                materials.entry(*body).or_default().push(step);
            }
            _ => {}
        }
    }
    let named = bodies::NAMED_INSTITUTIONS.iter();
    assert_eq!(visited, named.map(bodies::NamedInstitution::id).collect());
    assert_eq!(materials.len(), 4);
    for (body, steps) in materials {
        assert!(
            steps.ends_with(&["handed in", "received", "accepted"]),
            "{body}: {steps:?}"
        );
    }
}

/// Given the whole spring, then nobody re-verifies what they found, ordered or rectified.
#[test]
fn who_re_verifies_had_no_part_in_the_finding() {
    let mut part: BTreeMap<FindingId, BTreeSet<PersonId>> = BTreeMap::new();
    let mut present: BTreeMap<_, &[PersonId]> = BTreeMap::new();
    let mut verified = 0;
    for step in &SPRING.commands {
        match &step.command {
            Command::Inspection {
                id,
                command: InspectionCommand::Submit(submission),
            } => {
                present.insert(*id, &submission.present);
            }
            Command::Finding { id, command } => {
                let part = part.entry(*id).or_default();
                match command {
                    FindingCommand::Raise(raised) => part.extend(present[&raised.inspection]),
                    FindingCommand::Pass(_)
                    | FindingCommand::Fail { .. }
                    | FindingCommand::LookBackPass { .. }
                    | FindingCommand::LookBackFail { .. } => {
                        assert!(!part.contains(&step.actor), "{id}");
                        verified += 1;
                    }
                    FindingCommand::Escalate(_) | FindingCommand::Reopen { .. } => {}
                    _ => {
                        part.insert(step.actor);
                    }
                }
            }
            _ => {}
        }
    }
    assert!(verified > 600, "{verified}");
}

/// Given an empty server, when the spring is played through the commands anybody has, then none is refused; there are three hundred
/// inspections and nine hundred findings, at every stage there is, and thirty days of reports; institutions make up districts and
/// districts the city, on the pages and by the log; the trace has no gap; and a rebuild gives every row of every read model again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_spring_of_2022_is_played_and_everything_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data: folder.path().join("data"),
        ..Settings::default()
    };
    let server = Server::open(settings).await.unwrap();
    let own = SPRING.jurisdiction;
    take_steps(&server.ingest, &SPRING)
        .await
        .unwrap_or_else(|error| panic!("{error}"));

    let counted = figures::count(&server, own).await.unwrap().unwrap();
    assert_eq!(counted.discrepancies, []);
    let city = &counted.pages.city;
    assert!(city.inspections() >= 300, "{}", city.inspections());
    let findings = city.findings(|_| true);
    assert!(findings >= 900, "{findings}");
    for stage in Stage::ALL {
        assert!(city.get(Count::Findings(stage)) > 0, "{stage:?}");
    }
    assert_eq!(counted.pages.districts.len(), 16);
    let days = &counted.recount.days;
    assert_eq!(days.len(), 30);
    for day in days {
        let owed = city.get(Count::Reports(*day)) + city.get(Count::Missing(*day));
        assert_eq!(owed, 586, "{day}");
    }

    // Directive, talk, body, check, finding, closure: nothing stands without what comes before and after it.
    let reader = server.reader(own, people::person("organiser"));
    let trace = reader.trace().await.unwrap().expect("who sees campaigns");
    let gaps: Vec<_> = trace
        .orphans
        .iter()
        .map(|group| (group.step, group.total, &group.shown))
        .collect();
    assert_eq!(gaps, []);
    let talks = trace.directives.iter().flat_map(|one| &one.talks);
    let requirements: Vec<_> = talks.flat_map(|talk| &talk.requirements).collect();
    assert_eq!(requirements.len(), 5);
    for one in requirements {
        assert!(one.inspections > 0, "{one:?}");
        assert!(one.bodies.iter().all(|(_, acknowledged)| *acknowledged));
    }

    let log = server.ingest.log();
    let head = log.head(own).await.unwrap();
    let compared = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
    assert_eq!(compared.differences, []);
    assert_eq!(compared.events, head.position);
    let empty: Vec<&str> = compared
        .tables
        .iter()
        .filter(|(_, rows)| *rows == 0)
        .map(|(table, _)| *table)
        .collect();
    // What only recusal, tablets and chasing bring.
    assert_eq!(
        empty,
        [
            "device_sequence",
            "interest",
            "inspection_start",
            "held",
            "situation_reminder"
        ]
    );
}
