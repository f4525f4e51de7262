use std::collections::{BTreeMap, BTreeSet};

use app::list::Asked;
use domain::Command;
use domain::arrangement::ArrangementCommand;
use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::body::BodyKind;
use domain::draw::{DrawCommand, NextRound};
use domain::event::Event;
use domain::finding::{Evidence, FindingCommand, Photo, PhotoHash};
use domain::id::{
    ArrangementId, AssignmentId, DeviceId, DrawId, FindingId, InspectionId, LookBackId, NoticeId,
    PersonId, ResponseLevelId, RulePackId, TalkId,
};
use domain::inspection::{InspectionCommand, InspectionEvent};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::material::MaterialCommand;
use domain::notice::{Correction, NoticeCommand, NoticeContent};
use domain::response_level::{Area, LevelCommand, LevelEnd, LevelOrder, ResponseLevel};
use domain::rule_pack::{Edition, Obligation, RulePackCommand};
use domain::talk::{TalkCommand, TalkPlan};
use form::{Line, Texts};

use domain::Language;
use domain::working_day::plus_days;
use uuid::Uuid;

use super::{Audience, row_ids};
use crate::demo::id;
use crate::http::fixture::{Fixture, LAST_DAY};
use crate::on_database;
use crate::read::list::whole;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// No event tells more.
const MOST_AUDIENCES: usize = 3;

/// Who did the one event of a kind in a stream.
async fn author_of(fixture: &Fixture, stream: &str, kind: &str) -> PersonId {
    let sql = "select actor from event where stream = $1 and kind = $2";
    let actor: String = on_database!(&fixture.server.database, pool => sqlx::query_scalar(sql)
        .bind(stream).bind(kind).fetch_one(pool).await.unwrap());
    actor.parse().unwrap()
}

/// Everyone with a sign-in to whom each row is told, by its id.
async fn told(fixture: &Fixture) -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sign_in in &fixture.city.sign_ins {
        let reader = (fixture.server).reader(fixture.city.jurisdiction, sign_in.person);
        for (row, _) in reader.told_between(0, i64::MAX).await.unwrap() {
            told.entry(row).or_default().insert(sign_in.name.clone());
        }
    }
    told
}

/// Who is told of each event of a stream of this kind, in the order of the events; nobody of one that tells nothing.
async fn of_stream(
    fixture: &Fixture,
    told: &BTreeMap<String, BTreeSet<String>>,
    stream: &str,
    kind: &str,
) -> Vec<Vec<String>> {
    let own = fixture.city.jurisdiction.to_string();
    let sql = "select cast(version as text) from event where jurisdiction = $1 and stream = $2 and kind = $3 order by version";
    let versions: Vec<String> = on_database!(&fixture.server.database, pool => sqlx::query_scalar(sql)
        .bind(&own).bind(stream).bind(kind).fetch_all(pool).await.unwrap());
    let names = |version: String| {
        let version = version.parse().unwrap();
        let names: BTreeSet<&String> = row_ids(stream, version)
            .take(MOST_AUDIENCES)
            .filter_map(|row| told.get(&row))
            .flatten()
            .collect();
        names.into_iter().cloned().collect()
    };
    versions.into_iter().map(names).collect()
}

/// Three visits of one team: one that is told of at once, one sealed and released, one cancelled while it is sealed; the second is
/// cancelled, too, once its team knows of it.
async fn visits(fixture: &Fixture) -> ([AssignmentId; 3], AssignmentOrder) {
    let order = fixture.assignment().1;
    let [open, sealed, withdrawn] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
    let create = |days, sealed| {
        AssignmentCommand::Create(AssignmentOrder {
            visit_on: plus_days(order.visit_on, days),
            sealed,
            ..order.clone()
        })
    };
    let cancel = || AssignmentCommand::Cancel {
        reason: "改期".into(),
    };
    for (id, command) in [
        (open, create(1, false)),
        (sealed, create(2, true)),
        (sealed, AssignmentCommand::Release),
        (sealed, cancel()),
        (withdrawn, create(3, true)),
        (withdrawn, cancel()),
    ] {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command,
        };
        let organiser = fixture.person("organiser");
        let done = fixture.server.ingest.command(organiser, &command, now());
        done.await.unwrap();
    }
    ([open, sealed, withdrawn], order)
}

/// A notice to a home that its department passes on to another; it is corrected and withdrawn.
async fn notice(fixture: &Fixture) -> NoticeId {
    let id = NoticeId(Uuid::now_v7());
    let [centre, home, other] = ["welfare-centre", "welfare-home-1", "children-home"]
        .map(|name| fixture.unit_of(fixture.person(name)).unwrap());
    let content = NoticeContent {
        number: "示例〔2095〕1号".into(),
        title: Texts::both("通知", "Notice"),
        text: Texts::both("内容", "Text"),
        level: None,
        effective_from: now(),
        addressees: Vec::new(),
        districts: Vec::new(),
        bodies: vec![centre, home],
        attachments: Vec::new(),
        acknowledge_by: now().plus_hours(24),
    };
    let correction = Correction {
        title: Texts::both("更正的通知", "Notice, corrected"),
        text: content.text.clone(),
        attachments: Vec::new(),
        acknowledge_by: content.acknowledge_by,
        reason: "笔误".into(),
        again: false,
    };
    let pass_on = NoticeCommand::PassOn {
        from: centre,
        to: vec![other],
    };
    let withdraw = NoticeCommand::Withdraw {
        reason: "重复发文".into(),
    };
    for (who, command) in [
        ("organiser", NoticeCommand::Issue(content)),
        ("welfare-centre", pass_on),
        ("organiser", NoticeCommand::Correct(correction)),
        ("organiser", withdraw),
    ] {
        let command = Command::Notice { id, command };
        let done = (fixture.server.ingest).command(fixture.person(who), &command, now());
        done.await.expect(who);
    }
    id
}

/// The city's talk, of which a demand of everybody gets another day and is withdrawn, as the request for materials is; and one that is moved and
/// called off.
async fn talks(fixture: &Fixture) -> [TalkId; 2] {
    let ((_, talk, material), called_off) = (fixture.directive(), TalkId(Uuid::now_v7()));
    let reason = || "情况有变".to_owned();
    let [convener, home] =
        ["organiser", "welfare-home-1"].map(|name| fixture.unit_of(fixture.person(name)).unwrap());
    let plan = TalkPlan {
        title: Texts::both("临时约谈", "A talk"),
        notice: None,
        at: now().plus_hours(24),
        place: "会议室".into(),
        conveners: vec![convener],
        present: Vec::new(),
        attendees: vec![home],
    };
    let moved = TalkCommand::MoveRequirement {
        requirement: 5,
        due: now().plus_hours(24),
        reason: reason(),
    };
    let withdraw = TalkCommand::WithdrawRequirement {
        requirement: 5,
        reason: reason(),
    };
    let elsewhere = TalkCommand::Move {
        at: now().plus_hours(48),
        place: "二楼会议室".into(),
        reason: reason(),
    };
    let of_talk = |id, command| Command::Talk { id, command };
    for command in [
        of_talk(talk, moved),
        of_talk(talk, withdraw),
        of_talk(called_off, TalkCommand::Convene(plan)),
        of_talk(called_off, elsewhere),
        of_talk(called_off, TalkCommand::Cancel { reason: reason() }),
        Command::Material {
            id: material,
            command: MaterialCommand::Withdraw { reason: reason() },
        },
    ] {
        let organiser = fixture.person("organiser");
        let done = fixture.server.ingest.command(organiser, &command, now());
        done.await.unwrap();
    }
    [talk, called_off]
}

/// What the demo city leaves out: an amendment that is returned, a draw that is drawn anew, and a finding that somebody looks at again for
/// whoever drew it.
async fn go_on(fixture: &Fixture) -> FindingId {
    let arrangement = ArrangementId(id("arrangement", "spot-check"));
    let draw = DrawId(id("draw", "child-welfare"));
    let look_back = LookBackId(id("look-back", "2022-04"));
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let amended = reader.arrangement(arrangement).await.unwrap().unwrap();
    let content = amended.versions.last().unwrap().content.clone();
    let drawn = reader.looked_back(look_back).await.unwrap();
    let left = drawn.iter().find(|one| one.in_order.is_none());
    let finding = left.unwrap().finding.id;
    let on_arrangement = |command| Command::Arrangement {
        id: arrangement,
        command,
    };
    let amend = ArrangementCommand::Amend {
        content: Box::new(content),
        reason: "延期".into(),
    };
    let returned = ArrangementCommand::Return {
        reason: "请写明依据".into(),
    };
    let redraw = DrawCommand::Redraw {
        reason: "名录有误".into(),
        next: NextRound {
            parties: ["oversight", "elder-care-officer"]
                .map(|name| fixture.person(name))
                .to_vec(),
            commit_by: now().plus_hours(1),
            reveal_by: now().plus_hours(2),
        },
    };
    let look = FindingCommand::LookBackPass {
        draw: look_back,
        evidence: Evidence {
            account: "现场查看，仍然符合".into(),
            photos: vec![Photo {
                hash: PhotoHash("6".repeat(64)),
                taken_at: now(),
            }],
        },
    };
    for (who, command) in [
        ("deputy-organiser", on_arrangement(amend)),
        ("organiser", on_arrangement(returned)),
        (
            "organiser",
            Command::Draw {
                id: draw,
                command: redraw,
            },
        ),
        (
            "committee",
            Command::Finding {
                id: finding,
                command: look,
            },
        ),
    ] {
        let actor = fixture.person(who);
        let ingest = &fixture.server.ingest;
        ingest.command(actor, &command, now()).await.expect(who);
    }
    finding
}

/// A team is not let in.
async fn refused(fixture: &Fixture) -> String {
    let (id, order) = fixture.assignment();
    let event = fixture.refused_entry(order.leader, DeviceId(Uuid::now_v7()), 1);
    let Ok(Event::Inspection(InspectionEvent::Submitted(submission))) = event.event() else {
        unreachable!()
    };
    let command = Command::Inspection {
        id: InspectionId::of(id),
        command: InspectionCommand::Submit(submission),
    };
    let ingest = &fixture.server.ingest;
    let done = ingest.command(order.leader, &command, now());
    done.await.unwrap();
    event.stream
}

/// Given the demo city and what goes on in it, then of each event those are told who have to do with it, and nobody else of all who sign in.
async fn each_is_told_what_concerns_them(fixture: &Fixture) {
    let looked = go_on(fixture).await;
    let (visits, order) = visits(fixture).await;
    let notice = format!("notice/{}", notice(fixture).await);
    let [talk, called_off] = talks(fixture).await.map(|id| format!("talk/{id}"));
    let refused = refused(fixture).await;
    let told = told(fixture).await;
    let arrangement = format!("arrangement/{}", id("arrangement", "spot-check"));
    let sealed = format!("draw/{}", id("draw", "spot-check"));
    let open = format!("draw/{}", id("draw", "child-welfare"));
    let material = format!("material/{}", fixture.directive().2);
    let look_back = format!("lookBack/{}", id("look-back", "2022-04"));
    let looked = format!("finding/{looked}");
    let (no_one, organisers): (&[&str], &[&str]) = (&[], &["deputy-organiser", "organiser"]);
    let [visit, unsealed, withdrawn] = visits.map(|id| format!("assignment/{id}"));
    let mut team: Vec<String> = order.team.iter().map(|one| fixture.name_of(*one)).collect();
    team.sort();
    let team: Vec<&str> = team.iter().map(String::as_str).collect();
    assert!(team.len() >= 2);
    let team = team.as_slice();
    let asked: &[&str] = &[
        "child-welfare-officer",
        "committee",
        "elder-care-officer",
        "welfare-centre",
    ];
    let second: &[&str] = &["elder-care-officer", "oversight"];
    let home: &[&str] = &["welfare-home-1", "welfare-home-1-discipline"];
    // The officers answer for one of the homes each.
    let issued: &[&str] = &[
        "chaoyang-officer",
        "welfare-centre",
        "welfare-home-1",
        "welfare-home-1-discipline",
    ];
    let reached: &[&str] = &[
        "chaoyang-officer",
        "children-home",
        "haidian-officer",
        "welfare-centre",
        "welfare-home-1",
        "welfare-home-1-discipline",
    ];
    let shut_out: &[&str] = &[
        "child-welfare-officer",
        "deputy-organiser",
        "elder-care-officer",
        "organiser",
        "shijingshan-officer",
        "shoushan-fuhai",
        "welfare-centre",
    ];
    let expected: &[(&str, &str, &[&[&str]])] = &[
        // A visit that came to nothing is to be decided about by those who organise; whoever answers for the institution hears of each visit.
        (&refused, "inspection.submitted", &[shut_out]),
        // Who may approve it is told, not who wrote it; who wrote it, what became of it.
        (
            &arrangement,
            "arrangement.drafted",
            &[&["deputy-organiser"]],
        ),
        (&arrangement, "arrangement.approved", &[&["organiser"]]),
        (&arrangement, "arrangement.issued", &[&["deputy-organiser"]]),
        (
            &arrangement,
            "arrangement.amendmentDrafted",
            &[&["organiser"]],
        ),
        (
            &arrangement,
            "arrangement.returned",
            &[&["deputy-organiser"]],
        ),
        // Parties are told that they owe a commitment, and with the last one that they owe a seed.
        (
            &sealed,
            "draw.published",
            &[&["committee", "organiser", "oversight"]],
        ),
        (
            &sealed,
            "draw.committed",
            &[no_one, no_one, &["committee", "organiser", "oversight"]],
        ),
        (&sealed, "draw.revealed", &[no_one, no_one, no_one]),
        // Of what a sealed draw came to nobody hears but who organises it.
        (&sealed, "draw.drawn", &[organisers]),
        (&open, "draw.published", &[&["committee", "oversight"]]),
        (
            &open,
            "draw.committed",
            &[no_one, &["committee", "oversight"], no_one, second],
        ),
        (&open, "draw.withheld", &[second]),
        (&open, "draw.drawn", &[organisers]),
        (&open, "draw.redrawn", &[second]),
        // Whoever has a notice is told what becomes of it, addressed or not.
        (&notice, "notice.issued", &[issued]),
        (&notice, "notice.passedOn", &[&["children-home"]]),
        (&notice, "notice.corrected", &[reached]),
        (&notice, "notice.withdrawn", &[reached]),
        (&talk, "talk.requirementMoved", &[asked]),
        (&talk, "talk.requirementWithdrawn", &[asked]),
        (&called_off, "talk.convened", &[home]),
        (&called_off, "talk.moved", &[home]),
        (&called_off, "talk.cancelled", &[home]),
        (&material, "material.withdrawn", &[asked]),
        (&material, "material.requested", &[asked]),
        (
            &material,
            "material.submitted",
            &[organisers, organisers, organisers],
        ),
        (&material, "material.received", &[no_one, no_one]),
        (&material, "material.accepted", &[&["welfare-centre"]]),
        (&material, "material.returned", &[&["elder-care-officer"]]),
        (&look_back, "lookBack.drawn", &[&["committee"]]),
        // A team is told of its visit with the release, and of its end only after that.
        (&visit, "assignment.created", &[no_one]),
        (&visit, "assignment.released", &[team]),
        (&unsealed, "assignment.created", &[no_one]),
        (&unsealed, "assignment.releasedUnder", &[no_one]),
        (&unsealed, "assignment.released", &[team]),
        (&unsealed, "assignment.cancelled", &[team]),
        (&withdrawn, "assignment.created", &[no_one]),
        (&withdrawn, "assignment.cancelled", &[no_one]),
        (&looked, "finding.lookBackPassed", &[&["oversight"]]),
    ];
    let mut wrong = Vec::new();
    for (stream, kind, who) in expected {
        let told = of_stream(fixture, &told, stream, kind).await;
        if told != *who {
            wrong.push(format!("{kind}: {told:?} and not {who:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    // The regulator's people are told of the file on them once it is signed; those who looked for themselves of nothing.
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let pairs = reader.list_pairs(whole(&Asked::default())).await.unwrap();
    let signed = pairs.rows.iter().filter(|row| row.signed);
    let mut files = 0;
    for row in signed {
        let stream = format!("regulatorFile/{}", row.inspection);
        let signed = of_stream(fixture, &told, &stream, "regulatorFile.signed").await;
        assert_eq!(signed, [["welfare-centre"]]);
        // Those who may sign it are told that it is written: not who wrote it, and nobody of the regulator.
        let author = author_of(fixture, &stream, "regulatorFile.assessed").await;
        let signers = fixture.city.sign_ins.iter().filter(|sign_in| {
            let reader = (fixture.server).reader(fixture.city.jurisdiction, sign_in.person);
            reader.judges_the_regulator_of(row.target.id) && sign_in.person != author
        });
        let signers: BTreeSet<&str> = signers.map(|one| one.name.as_str()).collect();
        assert!(signers.contains("committee") && !signers.contains("welfare-centre"));
        assert!(signers.iter().all(|name| !name.starts_with("inspector")));
        let assessed = of_stream(fixture, &told, &stream, "regulatorFile.assessed").await;
        assert_eq!(assessed, [Vec::from_iter(signers)]);
        files += 1;
    }
    assert_eq!(files, 3);
    // What a team is told says where and when, and leads to the visit as Today does.
    let reader = (fixture.server).reader(fixture.city.jurisdiction, order.leader);
    let inbox = reader.inbox(&Asked::default()).await.unwrap();
    let lines = [
        (visits[1], 2, "cancelled"),
        (visits[1], 2, "released"),
        (visits[0], 1, "released"),
    ];
    assert!(inbox.page.rows.len() > lines.len());
    for (row, (id, day, kind)) in inbox.page.rows.iter().zip(lines) {
        let on = app::clock::day_text(plus_days(order.visit_on, day), Language::English);
        assert_eq!(row.kind, format!("assignment.{kind}"));
        assert_eq!(row.address, format!("/assignments/{id}"));
        assert_eq!(
            row.about.get(Language::English.tag()),
            format!("Visit on {on}")
        );
        assert_eq!(row.body.as_ref().unwrap().id, order.target);
    }
    let on_today: Vec<String> = reader
        .today()
        .await
        .unwrap()
        .matters
        .into_iter()
        .map(|one| one.address)
        .collect();
    assert!(on_today.contains(&format!("/assignments/{}", visits[0])));
}

/// Given the demo city, then nobody is told twice of one event, and whoever is told of what may be done in a body is not who did it.
async fn nobody_is_told_twice_or_of_their_own(fixture: &Fixture) {
    let own = fixture.city.jurisdiction.to_string();
    let sql = "select n.id, n.audience, e.stream || '/' || e.version, e.actor from notification n \
         join event e on e.jurisdiction = n.jurisdiction and e.position = n.position where n.jurisdiction = $1";
    let rows: Vec<(String, String, String, String)> = on_database!(&fixture.server.database, pool => sqlx::query_as(sql)
        .bind(&own).fetch_all(pool).await.unwrap());
    let rows: BTreeMap<String, (String, String, String)> = rows
        .into_iter()
        .map(|(id, audience, event, actor)| (id, (audience, event, actor)))
        .collect();
    // Whoever is named, speaks for a body or has an account is told of it whoever did it.
    let whoever = [
        Audience::Named,
        Audience::Receivers,
        Audience::Regulators,
        Audience::Oneself,
        Audience::Team,
        Audience::Revealers,
        Audience::Judged,
        Audience::SelfInspectors,
    ];
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for sign_in in &fixture.city.sign_ins {
        let reader = (fixture.server).reader(fixture.city.jurisdiction, sign_in.person);
        let mut events = BTreeSet::new();
        for (id, kind) in reader.told_between(0, i64::MAX).await.unwrap() {
            let (audience, event, actor) = &rows[&id];
            if !events.insert(event.clone()) {
                wrong.push(format!("{} twice of {kind} as {audience}", sign_in.name));
            }
            let is_whoever = whoever.iter().any(|one| one.code() == audience);
            if !is_whoever && *actor == sign_in.person.to_string() {
                wrong.push(format!(
                    "{} of their own {kind} as {audience}",
                    sign_in.name
                ));
            }
            seen.insert(audience.clone());
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen.len() > 12, "{seen:?}");
}

#[tokio::test]
async fn in_sqlite_nobody_is_told_twice_or_of_their_own() {
    nobody_is_told_twice_or_of_their_own(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_nobody_is_told_twice_or_of_their_own() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    nobody_is_told_twice_or_of_their_own(&fixture).await;
}

/// Given a guide of which editions come before a level of a district names it, while it does, and when another level has followed, then
/// whoever speaks for a body there, or answers for one, is told of the levels and of the edition in between, and nobody else of any.
async fn levels_and_guides_are_told_where_they_hold(fixture: Fixture) {
    let guide = RulePackId(Uuid::now_v7());
    let notice = fixture.directive().0;
    let minute = Instant(now().millis() - now().millis() % 60_000);
    let edition = |number: u32| Command::RulePack {
        id: guide,
        command: RulePackCommand::PublishEdition(Box::new(Edition {
            guide: Texts::both("示例指南", "A guide"),
            number,
            name: Texts::both(format!("第{number}版"), format!("Edition {number}")),
            adapted: true,
            from: minute.plus_hours(24 + i64::from(number)),
            obligations: vec![Obligation {
                code: "B1".into(),
                text: Texts::both("封闭管理", "Closed management"),
                line: Line::Main,
                levels: vec![ResponseLevel::I],
                kinds: Vec::new(),
                measure: None,
                items: Vec::new(),
            }],
        })),
    };
    let level = |id, from: i64, guides| Command::ResponseLevel {
        id,
        command: LevelCommand::Set(LevelOrder {
            level: ResponseLevel::I,
            area: Area::District(DistrictCode("110105".into())),
            kinds: vec![BodyKind::ElderCare],
            from: minute.plus_hours(from),
            until: None,
            notice,
            guides,
        }),
    };
    let [first, next] = std::array::from_fn(|_| ResponseLevelId(Uuid::now_v7()));
    let end = Command::ResponseLevel {
        id: next,
        command: LevelCommand::End(LevelEnd {
            at: minute.plus_hours(2),
            notice,
        }),
    };
    let administrator = fixture.person("administrator");
    for (hours, command) in [
        (-4, edition(1)),
        (-4, level(first, -3, vec![guide])),
        (-2, edition(2)),
        (-2, level(next, -1, Vec::new())),
        (0, edition(3)),
        (0, end),
    ] {
        let at = minute.plus_hours(hours);
        let done = fixture.server.ingest.command(administrator, &command, at);
        done.await.unwrap();
    }
    let told = told(&fixture).await;
    let there: &[&str] = &[
        "chaoyang-officer",
        "welfare-centre",
        "welfare-home-1",
        "welfare-home-1-discipline",
    ];
    let of = async |stream: String, kind: &str| of_stream(&fixture, &told, &stream, kind).await;
    for level in [first, next] {
        let stream = format!("responseLevel/{level}");
        assert_eq!(of(stream, "responseLevel.set").await, [there]);
    }
    let stream = format!("responseLevel/{next}");
    assert_eq!(of(stream, "responseLevel.ended").await, [there]);
    let editions = of(format!("rulePack/{guide}"), "rulePack.editionPublished").await;
    let nobody: &[&str] = &[];
    assert_eq!(editions, [nobody, there, nobody]);
}

#[tokio::test]
async fn in_sqlite_levels_and_guides_are_told_where_they_hold() {
    levels_and_guides_are_told_where_they_hold(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_levels_and_guides_are_told_where_they_hold() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    levels_and_guides_are_told_where_they_hold(fixture).await;
}

#[tokio::test]
async fn in_sqlite_each_is_told_what_concerns_them() {
    each_is_told_what_concerns_them(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_each_is_told_what_concerns_them() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    each_is_told_what_concerns_them(&fixture).await;
}

#[tokio::test]
async fn in_sqlite_a_team_is_told_that_its_visit_is_moved() {
    a_team_is_told_that_its_visit_is_moved(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_team_is_told_that_its_visit_is_moved() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_team_is_told_that_its_visit_is_moved(&fixture).await;
}

/// Given a sealed visit, when it is moved to another day, then nobody is told, neither then nor once it is released; moved after that, its
/// team is told, of the new day.
async fn a_team_is_told_that_its_visit_is_moved(fixture: &Fixture) {
    let (_, order) = fixture.visit_with_one_item().await;
    let id = AssignmentId(Uuid::now_v7());
    let create = AssignmentCommand::Create(AssignmentOrder {
        visit_on: plus_days(LAST_DAY, -40),
        sealed: true,
        ..order.clone()
    });
    let moved = |days| AssignmentCommand::Reschedule {
        visit_on: plus_days(LAST_DAY, days),
        target: order.target,
        team: order.team.clone(),
        reason: "该院消毒".into(),
    };
    for command in [create, moved(-41), AssignmentCommand::Release, moved(-42)] {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command,
        };
        let organiser = fixture.person("organiser");
        let done = fixture.server.ingest.command(organiser, &command, now());
        done.await.unwrap();
    }
    let told = told(fixture).await;
    let names = |version: u64| told.get(&format!("assignment/{id}/{version}"));
    let team: BTreeSet<String> = order
        .team
        .iter()
        .map(|member| fixture.name_of(*member))
        .collect();
    assert_eq!(names(2), None, "moved while it was sealed");
    assert_eq!(names(4), Some(&team), "released");
    assert_eq!(names(5), Some(&team), "moved");
    let reader = (fixture.server).reader(fixture.city.jurisdiction, order.leader);
    let inbox = reader.inbox(&Asked::default()).await.unwrap();
    let row = &inbox.page.rows[0];
    assert_eq!(row.kind, "assignment.rescheduled");
    assert_eq!(
        row.about.get(Language::English.tag()),
        "Visit on 19 November 2099"
    );
}
