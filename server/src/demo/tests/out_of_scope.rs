//! Every command, asked for by somebody whose roles give it, but elsewhere.

use domain::arrangement::ArrangementCommand;
use domain::assignment::ReleaseRule;
use domain::body::BodyEvent;
use domain::draw::DrawCommand;
use domain::id::{ArrangementId, AssignmentId, CampaignId, InspectionId, ResponseLevelId, TalkId};
use domain::inspection::InspectionCommand;
use domain::instant::Day;
use domain::jurisdiction::{DistrictCode, JurisdictionCommand};
use domain::permission::{Grant, PermissionRefusal, Scope};
use domain::response_level::{Area, Extension, LevelCommand, LevelEnd};
use domain::situation::SituationCommand;
use domain::talk::{TalkCommand, TalkPlan};

use super::*;
use crate::http::fixture::Fixture;
use crate::ingest::IngestError;
use crate::server::now;

/// A body that nothing in the city is about, and the code of its district, which the city does not have.
const ELSEWHERE: BodyId = BodyId(Uuid::from_u128(0xe15e));
const DISTRICT: &str = "110199";

/// One of every role in another district, one of every role at another authority.
const STRANGERS: [PersonId; 2] = [
    PersonId(Uuid::from_u128(0xd157)),
    PersonId(Uuid::from_u128(0xb0d4)),
];

fn elsewhere(district: &DistrictCode) -> Particulars {
    Particulars {
        kind: BodyKind::Department,
        name: Texts::both("别处民政局", "A bureau elsewhere"),
        parent: None,
        district: Some(district.clone()),
        residents: 0,
        staff: 0,
        capacity: 0,
        sample: true,
        profile: domain::body::Profile::default(),
    }
}

fn stranger(id: PersonId, scope: &Scope) -> Registration {
    let grants = Role::ALL.map(|role| Grant::new(role, scope.clone()));
    Registration {
        name: Texts::both("别处人员", "Somebody elsewhere"),
        unit: Some(ELSEWHERE),
        sign_in_name: format!("stranger-{}", id.0.as_u128()),
        grants: grants.to_vec(),
    }
}

/// The city with the strangers in it.
fn with_strangers(directory: &Directory) -> Directory {
    let mut directory = directory.clone();
    let district = DistrictCode(DISTRICT.into());
    let body = Stream {
        kind: StreamKind::Body,
        id: ELSEWHERE.0,
    };
    let registered = BodyEvent::Registered(elsewhere(&district));
    directory.evolve(body, &Event::Body(registered));
    let scopes = [Scope::District(district), Scope::Body(ELSEWHERE)];
    for (id, scope) in STRANGERS.into_iter().zip(scopes) {
        let stream = Stream {
            kind: StreamKind::Person,
            id: id.0,
        };
        let registered = PersonEvent::Registered(stranger(id, &scope));
        directory.evolve(stream, &Event::Person(registered));
    }
    directory
}

/// As JSON has concept and kind.
fn name_of(command: &Command) -> String {
    // It asks for what no JSON may: with a password that the log never sees.
    if matches!(
        command,
        Command::Person {
            command: PersonCommand::SetInitialPassword,
            ..
        }
    ) {
        return "person.setInitialPassword".into();
    }
    let written = serde_json::to_value(command).unwrap();
    let (concept, of) = written.as_object().and_then(|of| of.iter().next()).unwrap();
    let of = &of["command"];
    let kind = of.as_str().map(str::to_owned);
    let kind = kind.or_else(|| of.as_object()?.keys().next().cloned());
    format!("{concept}.{}", kind.unwrap())
}

#[derive(Default)]
struct Elsewhere {
    /// By kind and actor, so that each role's way is tried.
    tried: BTreeSet<(String, PersonId)>,
    /// What the strangers were answered, by kind.
    answers: BTreeMap<String, BTreeSet<String>>,
    /// One of each kind.
    commands: BTreeMap<String, Command>,
}

impl Watch for Elsewhere {
    fn look(&mut self, world: &World, actor: PersonId, at: Instant, command: &Command) {
        let name = name_of(command);
        if !self.tried.insert((name.clone(), actor)) {
            return;
        }
        self.commands.insert(name.clone(), command.clone());
        let directory = with_strangers(&world.directory);
        for stranger in STRANGERS {
            let decided = world.decide_among(&directory, stranger, at, command);
            let answer = match decided {
                Err(domain::Refusal::Permission(PermissionRefusal::OutOfScope(act))) => {
                    format!("{act:?}")
                }
                Err(refusal) => refusal.to_string(),
                Ok(_) => "done".into(),
            };
            self.answers.entry(name.clone()).or_default().insert(answer);
        }
    }
}

/// What neither the city nor [`whatever_the_city_lacks`] does.
fn the_rest(city: &DemoCity, world: &mut World, watch: &mut impl Watch) {
    let organiser = people::person("organiser");
    let [fourth, fifth] = [4, 5].map(|place| bodies::NAMED_INSTITUTIONS[place].id());

    // A new edition of an arrangement that a campaign follows.
    let id = ArrangementId(Uuid::from_u128(1));
    let mut content = world
        .facts
        .arrangement(ArrangementId(crate::demo::identity::id(
            "arrangement",
            "spot-check",
        )))
        .content()
        .expect("it was issued")
        .clone();
    content.number = "示例〔2022〕91号".into();
    let plan = content.plan(id).expect("a campaign");
    let campaign = CampaignId(Uuid::from_u128(1));
    let arrange = |command| Command::Arrangement { id, command };
    let order = |command| Command::Campaign {
        id: campaign,
        command,
    };
    watch.step(
        world,
        "organiser",
        &arrange(ArrangementCommand::Draft(Box::new(content.clone()))),
    );
    watch.step(
        world,
        "deputy-organiser",
        &arrange(ArrangementCommand::Approve),
    );
    watch.step(world, "organiser", &arrange(ArrangementCommand::Issue));
    watch.step(world, "organiser", &order(CampaignCommand::Create(plan)));
    content.to = Day::from_number(content.to.number() + 1);
    let amend = ArrangementCommand::Amend {
        content: Box::new(content),
        reason: "延长一日".into(),
    };
    watch.step(world, "organiser", &arrange(amend));
    watch.step(
        world,
        "deputy-organiser",
        &arrange(ArrangementCommand::Approve),
    );
    watch.step(world, "organiser", &arrange(ArrangementCommand::Issue));
    watch.step(
        world,
        "organiser",
        &order(CampaignCommand::Follow { arrangement: id }),
    );

    // Sealed visits are released and begun, what was drawn is disclosed, and one is released by its hour.
    let mut drawn = Vec::new();
    for step in &city.commands {
        if let Command::Assignment {
            id,
            campaign,
            command: AssignmentCommand::Create(order),
        } = &step.command
            && order.draw.is_some()
        {
            let release = Command::Assignment {
                id: *id,
                campaign: *campaign,
                command: AssignmentCommand::Release,
            };
            watch.step(world, "organiser", &release);
            let start = Command::Inspection {
                id: InspectionId::of(*id),
                command: InspectionCommand::Start {
                    target: order.target,
                },
            };
            watch.look(world, order.leader, later(), &start);
            world.take(order.leader, later(), &start);
            drawn.push(*id);
        }
    }
    let disclose = Command::Draw {
        id: crate::demo::draw::id(),
        command: DrawCommand::Disclose {
            campaign: crate::demo::draw::campaign(),
            visits: drawn,
        },
    };
    watch.step(world, "organiser", &disclose);
    let Command::Assignment {
        campaign,
        command: AssignmentCommand::Create(mut order),
        ..
    } = crate::demo::campaign::last_visit()
    else {
        unreachable!("a visit is assigned")
    };
    let due = later().plus_hours(1);
    (order.sealed, order.release) = (true, ReleaseRule::At(due));
    order.visit_on = Day {
        year: 2022,
        month: 3,
        day: 31,
    };
    let of_visit = |command| Command::Assignment {
        id: AssignmentId(Uuid::from_u128(1)),
        campaign,
        command,
    };
    world.take(
        organiser,
        later(),
        &of_visit(AssignmentCommand::Create(order)),
    );
    let release_due = of_visit(AssignmentCommand::ReleaseDue);
    watch.look(world, organiser, due, &release_due);

    // Bodies and people.
    let parent = Some(bodies::bureau());
    let code = BodyCommand::SetEntranceCode {
        digest: Hash::of(b"a code"),
        replaces: world.directory.entrance(fourth),
    };
    for command in [
        code,
        BodyCommand::Move { parent },
        BodyCommand::Merge { into: fifth },
    ] {
        watch.step(
            world,
            "administrator",
            &Command::Body {
                id: fourth,
                command,
            },
        );
    }
    for command in [
        PersonCommand::SetInitialPassword,
        PersonCommand::Deactivate,
        PersonCommand::Reactivate,
    ] {
        let id = people::inspector(47);
        watch.step(world, "administrator", &Command::Person { id, command });
    }

    // A level that ends, is prolonged and ended.
    let notice = crate::demo::notice::id();
    let Command::ResponseLevel {
        command: LevelCommand::Set(mut order),
        ..
    } = crate::demo::rules::set_level_1(notice)
    else {
        unreachable!("a level is set")
    };
    order.area = Area::District(crate::demo::districts::DISTRICTS[1].code());
    order.until = Some(later().plus_hours(24));
    let until = Some(later().plus_hours(48));
    let at = later().plus_hours(1);
    for command in [
        LevelCommand::Set(order),
        LevelCommand::Extend(Extension { notice, until }),
        LevelCommand::End(LevelEnd { notice, at }),
    ] {
        let id = ResponseLevelId(Uuid::from_u128(2));
        watch.step(
            world,
            "administrator",
            &Command::ResponseLevel { id, command },
        );
    }

    // A report that is missing, and a talk that was called before its notice was there.
    let day = Day {
        year: 2022,
        month: 3,
        day: 30,
    };
    let remind = Command::Situation {
        body: fifth,
        day,
        command: SituationCommand::Remind,
    };
    watch.step(world, "organiser", &remind);
    let plan = TalkPlan {
        notice: None,
        ..world
            .facts
            .talk(crate::demo::talk::id())
            .plan
            .clone()
            .expect("a talk")
    };
    for command in [TalkCommand::Convene(plan), TalkCommand::BaseOn { notice }] {
        let id = TalkId(Uuid::from_u128(1));
        watch.step(world, "organiser", &Command::Talk { id, command });
    }
}

/// What keeps a stranger from a command.
enum Kept {
    /// The act is theirs, but not here.
    OutOfScope(Act),
    /// It has no place: why, and what they are answered.
    Otherwise {
        why: &'static str,
        answer: &'static str,
    },
}

#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "a row a concept")]
fn kept(concept: &str, kind: &str) -> Kept {
    use Act::{
        ChaseReports, Escalate, GiveSupport, IssueNotices, JudgeRegulators, KeepEntranceCode, ManageBodies, ManagePeople,
        OrderRectification, Organise, PublishChecklists, ReVerify, ReceiveNotices, Rectify, ReportSituation, SetRules,
        SettleHeld,
    };
    let otherwise = |why, answer| Kept::Otherwise { why, answer };
    const SEALED: &str = "what is sealed is not there for who may not know of it";
    const TEAM: &str = "visits are made by their teams, whatever district they come from";
    const PARTY: &str = "a round has its parties, by name";
    Kept::OutOfScope(match (concept, kind) {
        ("Jurisdiction", "Found") => return otherwise("nobody has a role before it", "This server has already been set up"),
        ("Jurisdiction", "AddDistricts" | "RenameDistrict") => ManageBodies,
        ("Body", "Register" | "Amend" | "Move" | "Merge" | "Close") => ManageBodies,
        ("Body", "SetEntranceCode") => KeepEntranceCode,
        ("Person", "Register" | "Amend" | "Deactivate" | "Reactivate" | "Grant" | "Revoke" | "SetInitialPassword") => ManagePeople,
        ("Notice", "Issue" | "Remind" | "Correct" | "Withdraw") => IssueNotices,
        ("Notice", "Acknowledge" | "PassOn") => ReceiveNotices,
        ("Checklist", "Publish") => PublishChecklists,
        ("Campaign", "Create" | "FormGroup" | "ChangeGroup" | "DissolveGroup" | "DeclareInterest" | "WithdrawInterest" | "Amend" | "Follow") => Organise,
        ("Assignment", "Create" | "Cancel") => Organise,
        ("Assignment", "Release" | "ConfirmArrival" | "Reschedule") => return otherwise(SEALED, "There is no such assignment"),
        ("Assignment", "ReleaseDue") => return otherwise("its hour releases it, whoever notices", "done"),
        ("Inspection", "Start" | "Submit" | "SignAfterwards") => return otherwise(TEAM, "You have no such assignment, or it is not released yet"),
        ("Finding", "Raise") => return otherwise("raised by who handed the visit in", "The inspection does not name this finding"),
        ("Finding", "SubmitPlan" | "ClaimRectified" | "Dispute" | "AskExtension" | "AnswerLetter" | "ConfirmSupport") => Rectify,
        ("Finding", "Pass" | "Fail" | "Reopen" | "LookBackPass" | "LookBackFail") => ReVerify,
        ("Finding", "Notify" | "Uphold" | "Withdraw" | "AcceptPlan" | "ReturnPlan" | "GrantExtension" | "RefuseExtension" | "OweSupport") => OrderRectification,
        ("Finding", "Escalate") => Escalate,
        ("Finding", "ProvideSupport") => GiveSupport,
        ("Held", "Settle") => SettleHeld,
        ("Draw", "Publish" | "RecordWithheld" | "Redraw" | "CallReserve" | "Disclose" | "Abandon") => Organise,
        ("Draw", "Commit" | "Reveal") => return otherwise(PARTY, "You are not one of the parties of this round"),
        ("Arrangement", "Draft" | "Amend" | "Approve" | "Return" | "Issue" | "Withdraw") => Organise,
        ("Talk", "Convene" | "BaseOn" | "HearReport" | "SetRequirement" | "Link" | "Unlink" | "MoveRequirement" | "WithdrawRequirement" | "Move" | "Cancel") => Organise,
        ("Talk", "Acknowledge") => ReceiveNotices,
        ("Material", "Request" | "Receive" | "Accept" | "Return" | "Extend" | "ExtendAll" | "Withdraw") => Organise,
        ("Material", "Submit") => ReceiveNotices,
        ("Situation", "Report" | "Correct") => ReportSituation,
        ("Situation", "Remind") => ChaseReports,
        ("LookBack", "Draw") => ReVerify,
        ("RegulatorFile", "Assess" | "Sign") => JudgeRegulators,
        ("Clearance", "Record") => Organise,
        ("ResponseLevel", "Set" | "Extend" | "End") => SetRules,
        ("RulePack", "PublishEdition") => SetRules,
        ("Device", "Enrol") => return otherwise("a tablet goes wherever whoever inspects goes", "done"),
        ("Device", "Revoke" | "Readmit") => ManagePeople,
        _ => panic!("say what keeps a stranger from {concept} {kind}"),
    })
}

/// Everything there is to ask for, asked by the strangers.
fn asked() -> Elsewhere {
    let city = demo_city();
    let mut elsewhere = Elsewhere::default();
    let mut world = World::watched(&city, |world, step| {
        elsewhere.look(world, step.actor, step.at, &step.command);
    });
    whatever_the_city_lacks(&city, &mut world, &mut elsewhere);
    the_rest(&city, &mut world, &mut elsewhere);
    let founding = Command::Jurisdiction {
        id: city.jurisdiction,
        command: JurisdictionCommand::Found(city.founding.clone()),
    };
    elsewhere.look(&world, city.administrator.0, later(), &founding);
    elsewhere
}

/// Given everything that was done in the city and one more of each kind that it lacks, when somebody who has every role, but in another
/// district or at another authority, asks for the same in its author's place, then they are told that it is outside their scope.
#[test]
fn every_command_is_refused_out_of_scope() {
    let elsewhere = asked();
    for (concept, kind) in every_command() {
        let (answer, why) = match kept(concept, kind) {
            Kept::OutOfScope(act) => (format!("{act:?}"), "out of scope"),
            Kept::Otherwise { why, answer } => (answer.to_owned(), why),
        };
        let name = format!("{}.{}", written(concept), written(kind));
        let answers = elsewhere.answers.get(&name);
        assert_eq!(answers, Some(&BTreeSet::from([answer])), "{name}: {why}");
    }
}

/// Given the same on a server, when the stranger of another authority asks for one of each kind, then each is refused and nothing is
/// written.
#[tokio::test]
async fn what_is_refused_out_of_scope_is_not_written() {
    let fixture = Fixture::new().await;
    let ingest = &fixture.server.ingest;
    let administrator = fixture.person("administrator");
    let district = crate::demo::districts::DISTRICTS[0].code();
    let id = STRANGERS[1];
    let mut registered = stranger(id, &Scope::Body(ELSEWHERE));
    // It is no institution, which who speaks for one has to be of.
    let may_be_held = |grant: &Grant| grant.role != Role::InstitutionOfficer;
    registered.grants.retain(may_be_held);
    for command in [
        Command::Body {
            id: ELSEWHERE,
            command: BodyCommand::Register(elsewhere(&district)),
        },
        Command::Person {
            id,
            command: PersonCommand::Register(registered),
        },
    ] {
        let recorded = ingest.command(administrator, &command, now()).await;
        assert_eq!(recorded.unwrap().len(), 1);
    }
    let before = fixture.log_length().await;
    let commands = asked().commands;
    assert_eq!(commands.len(), every_command().len());
    for (name, command) in &commands {
        let answer = ingest.command(id, command, now()).await;
        // A key that is known already is taken, and says nothing new.
        let is_known =
            name == "device.enrol" && matches!(&answer, Ok(recorded) if recorded.is_empty());
        assert!(
            is_known || matches!(answer, Err(IngestError::Refused(_))),
            "{name}: {answer:?}"
        );
        assert_eq!(fixture.log_length().await, before, "{name}");
    }
}
