//! Who may know of an unannounced visit, and from when on.

use domain::assignment::{AssignmentCommand, AssignmentOrder, AssignmentRefusal, ReleaseRule};
use domain::campaign::{CampaignCommand, CampaignKind, NoticeMode};
use domain::foreknowledge::{foreknows, is_open};
use domain::id::{BodyId, InspectionId, PersonId};
use domain::inspection::InspectionCommand;
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::{Command, Refusal};
use uuid::Uuid;

use crate::world::finding::*;
use crate::world::*;

fn act(command: AssignmentCommand) -> Command {
    Command::Assignment {
        id: ASSIGNMENT,
        campaign: CAMPAIGN,
        command,
    }
}

fn start() -> Command {
    Command::Inspection {
        id: InspectionId::of(ASSIGNMENT),
        command: InspectionCommand::Start { target: HOME },
    }
}

fn sealed(release: ReleaseRule) -> AssignmentOrder {
    AssignmentOrder {
        sealed: true,
        release,
        ..order()
    }
}

/// A campaign like the others', but for its kind and its notice mode.
fn campaign_of(kind: CampaignKind, notice_mode: NoticeMode) -> World {
    let mut world = World::new();
    let Command::Campaign {
        id,
        command: CampaignCommand::Create(mut plan),
    } = campaign()
    else {
        unreachable!("a campaign is created");
    };
    (plan.kind, plan.notice_mode) = (kind, notice_mode);
    let command = CampaignCommand::Create(plan);
    world
        .does(ORGANISER, &Command::Campaign { id, command })
        .unwrap();
    world
}

fn unannounced() -> World {
    campaign_of(CampaignKind::UnannouncedVisit, NoticeMode::Unannounced)
}

fn opened(world: &World) -> bool {
    let plan = world.facts.campaign(CAMPAIGN).plan.as_ref().unwrap();
    let inspection = world.facts.inspection(InspectionId::of(ASSIGNMENT));
    is_open(world.facts.assignment(ASSIGNMENT), plan, inspection)
}

/// Given an unannounced visit, then it is a secret when it is made and when it is released, and none once it is started, submitted, or
/// its team's arrival confirmed; called off before that it stays one.
#[test]
fn an_unannounced_visit_is_a_secret_until_it_begins() {
    let release = || act(AssignmentCommand::Release);
    let released = || {
        let mut world = unannounced();
        for command in [assign(sealed(ReleaseRule::ByOrganiser)), release()] {
            world.does(ORGANISER, &command).unwrap();
            assert!(!opened(&world), "{command:?}");
        }
        world
    };
    let cancel = act(AssignmentCommand::Cancel {
        reason: "another day".into(),
    });
    for (person, command, opens) in [
        (ORGANISER, cancel, false),
        (LEADER, start(), true),
        (LEADER, submit(submission()), true),
    ] {
        let mut world = released();
        world.does(person, &command).unwrap();
        assert_eq!(opened(&world), opens, "{command:?}");
    }
    // Released by an organiser, one that waits for an arrival is a secret still.
    for (command, opens) in [
        (release(), false),
        (
            act(AssignmentCommand::ConfirmArrival {
                account: "at the gate".into(),
            }),
            true,
        ),
    ] {
        let mut world = unannounced();
        let order = sealed(ReleaseRule::OnArrival);
        world.does(ORGANISER, &assign(order)).unwrap();
        world.does(ORGANISER, &command).unwrap();
        assert_eq!(opened(&world), opens, "{command:?}");
    }
    // Announced, it is none from its release on.
    let mut world = campaign_of(CampaignKind::SpotCheck, NoticeMode::Announced);
    world
        .does(ORGANISER, &assign(sealed(ReleaseRule::ByOrganiser)))
        .unwrap();
    assert!(!opened(&world));
    world.does(ORGANISER, &release()).unwrap();
    assert!(opened(&world));
}

#[test]
fn who_inspects_themselves_knows() {
    for notice_mode in NoticeMode::ALL {
        let world = campaign_of(CampaignKind::SelfInspection, notice_mode);
        let plan = world.facts.campaign(CAMPAIGN).plan.as_ref().unwrap();
        assert!(!plan.is_unannounced());
    }
}

/// Given a home, its regulator and an authority, then the team, the authority's organisers and oversight of its side may know of a visit
/// beforehand, and nobody of the home or its regulator, whatever else they are; of the home's regulator that is itself the authority,
/// oversight may.
#[test]
fn who_may_know_beforehand() {
    let mut world = unannounced();
    let [member, limited, elsewhere, deputy] =
        std::array::from_fn(|number| PersonId(Uuid::from_u128(730 + number as u128)));
    let whole = Scope::Jurisdiction;
    world.registered(
        member,
        "member-of-centre",
        CENTRE,
        vec![(Role::Inspector, whole.clone())],
    );
    world.registered(
        limited,
        "limited",
        GROUP,
        vec![(Role::Organiser, Scope::Body(GROUP))],
    );
    world.registered(
        elsewhere,
        "elsewhere",
        HOME,
        vec![(Role::Organiser, Scope::Body(HOME))],
    );
    let both = vec![
        (Role::OversightOfficer, whole.clone()),
        (Role::DepartmentOfficer, whole),
    ];
    world.registered(deputy, "deputy", GROUP, both);
    let team = AssignmentOrder {
        team: vec![LEADER, INSPECTOR, member],
        ..order()
    };
    let knows = |person, authority: BodyId| {
        foreknows(person, &team, authority, &world.directory, world.now)
    };
    for (person, by_group, by_centre) in [
        (LEADER, true, true),
        // Of the regulator, and sent there all the same.
        (member, true, true),
        (ORGANISER, true, true),
        (limited, true, false),
        (OVERSEER, true, true),
        (BOTH_SIDES, true, true),
        (CENTRE_OVERSEER, false, true),
        (HOME_BOTH, false, false),
        (HOME_OFFICER, false, false),
        (DEPARTMENT, false, false),
        (GIVER, false, false),
        (ADMINISTRATOR, false, false),
        (elsewhere, false, false),
        (deputy, false, false),
    ] {
        let knows = (knows(person, GROUP), knows(person, CENTRE));
        assert_eq!(knows, (by_group, by_centre), "{person}");
    }
}

/// Given a released visit, when somebody who does not organise it asks for it to be cancelled, then an unannounced one does not exist for
/// them until it has begun.
#[test]
fn no_command_tells_of_a_secret() {
    let cancel = act(AssignmentCommand::Cancel { reason: "?".into() });
    let unknown = Err(AssignmentRefusal::Unknown.into());
    let denied = Err(Refusal::Permission(PermissionRefusal::NoSuchRole(
        Act::Organise,
    )));
    let answer = |world: &World| world.ask(HOME_OFFICER, &cancel).map(|_| ());
    let mut world = unannounced();
    world.does(ORGANISER, &assign(order())).unwrap();
    assert_eq!(answer(&world), unknown);
    world.does(LEADER, &start()).unwrap();
    assert_eq!(answer(&world), denied);
    let mut world = campaign_of(CampaignKind::SpotCheck, NoticeMode::Announced);
    world.does(ORGANISER, &assign(order())).unwrap();
    assert_eq!(answer(&world), denied);
}
