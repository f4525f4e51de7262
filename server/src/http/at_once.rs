//! Two people who opened the same page: what the first does, the second is told before anything of theirs is done.

use axum::http::{HeaderValue, StatusCode, header};
use domain::Command;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::{Amendment, BodyCommand, BodyKind, Particulars};
use domain::campaign::{CampaignCommand, CampaignPlan, Group};
use domain::draw::plan::DrawPlan;
use domain::draw::{DrawCommand, NextRound, canonical};
use domain::id::{
    AssignmentId, BodyId, CampaignId, DrawId, GroupId, NoticeId, ResponseLevelId, TalkId,
};
use domain::jurisdiction::JurisdictionCommand;
use domain::notice::{Correction, NoticeCommand, NoticeContent};
use domain::permission::{Grant, Role, Scope};
use domain::person::PersonCommand;
use domain::record::Hash;
use domain::response_level::{Area, Extension, LevelCommand, LevelEnd, LevelOrder};
use domain::talk::{Requirement, TalkCommand, TalkPlan};
use domain::working_day::plus_days;
use form::Texts;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{Fixture, LAST_DAY, another_day, post};
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// Two organisers, the one of whom administers, too.
const ONE: &str = "organiser";
const OTHER: &str = "deputy-organiser";
const ADMINISTRATOR: &str = "administrator";
const PARTY: &str = "oversight";

const SAY_WHAT_WAS_READ: &str = "页面已更新，请刷新后再办理";

/// What the first does, what the second would have done, and what they are told.
struct Row {
    first: (&'static str, Command),
    second: (&'static str, Command),
    told: &'static [&'static str],
}

#[tokio::test]
async fn in_sqlite_who_comes_second_is_told_what_the_first_did() {
    who_comes_second_is_told(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_who_comes_second_is_told_what_the_first_did() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    who_comes_second_is_told(fixture).await;
}

/// Given a district, a body, a campaign, a group, a level, a draw, an assignment, a notice and a talk that two opened, when the one has
/// changed it and the other would, then the other is told what was done, nothing of theirs is written, and neither is what is sent over it
/// without saying what of it was read, alone or as a row of a list; who knows of it is decided upon.
async fn who_comes_second_is_told(fixture: Fixture) {
    let administers = Command::Person {
        id: fixture.person(OTHER),
        command: PersonCommand::Grant(Grant::new(Role::Administrator, Scope::Jurisdiction)),
    };
    fixture.asks(ADMINISTRATOR, &administers).await;
    let mut rows = Vec::new();
    rows.extend(fixture.districts());
    rows.extend(fixture.bodies());
    rows.extend(fixture.campaigns());
    rows.extend(fixture.levels().await);
    rows.extend(fixture.draws().await);
    rows.extend(fixture.assignments().await);
    rows.extend(fixture.notices().await);
    rows.extend(fixture.talks().await);
    for Row {
        first,
        second,
        told,
    } in rows
    {
        let version = fixture.version(&first.1).await;
        let (status, answer) = fixture.sends_seen(first.0, &first.1, Some(version)).await;
        assert_eq!(status, StatusCode::OK, "{first:?}: {answer}");
        let before = fixture.log_length().await;
        let (status, answer) = fixture.sends_seen(second.0, &second.1, Some(version)).await;
        assert_eq!(status, StatusCode::CONFLICT, "{second:?}: {answer}");
        let since = answer["since"].as_array().expect("what happened");
        let kinds: Vec<&str> = since
            .iter()
            .filter_map(|one| one["kind"].as_str())
            .collect();
        assert_eq!(kinds, told, "{second:?}");
        assert_eq!(answer["version"], json!(version + told.len() as u64));
        // What writes over what others did is not sent without what was read, and a row of a list is told what the first did.
        if second.1.is_about_what_was_read() {
            let (status, answer) = fixture.sends_seen(second.0, &second.1, None).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
            let (_, answer) = fixture
                .sends_row(second.0, std::slice::from_ref(&second.1), None)
                .await;
            assert_eq!(answer, json!([SAY_WHAT_WAS_READ]));
            let (_, answer) = fixture
                .sends_row(second.0, std::slice::from_ref(&second.1), Some(version))
                .await;
            let told = answer[0].as_str().expect("a refusal");
            assert!(told.contains("他人作了更改，尚未办理"), "{told}");
        }
        assert_eq!(fixture.log_length().await, before, "{second:?}");
        // Whoever knows of it is answered by the rules.
        let now = fixture.version(&second.1).await;
        let (status, answer) = fixture.sends_seen(second.0, &second.1, Some(now)).await;
        assert!(
            matches!(status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY),
            "{second:?}: {status} {answer}"
        );
    }
}

/// Given a row of a list that comes to several receipts of one notice, when the notice was corrected since the row was read, then none of
/// them is recorded, and of who has read it as it is now all are.
#[tokio::test]
async fn a_row_of_several_receipts_is_of_the_notice_as_it_was_read() {
    const CENTRE: &str = "welfare-centre";
    let fixture = Fixture::new().await;
    let [centre, home] =
        [CENTRE, "welfare-home-1"].map(|who| fixture.unit_of(fixture.person(who)).expect("a unit"));
    let id = NoticeId(Uuid::now_v7());
    let of = |command| Command::Notice { id, command };
    let issue = NoticeCommand::Issue(notice(9, vec![centre, home]));
    let correct = NoticeCommand::Correct(correction("一改"));
    let receipts = [centre, home].map(|body| of(NoticeCommand::Acknowledge { body }));
    fixture.asks(ONE, &of(issue)).await;
    fixture.asks(ONE, &of(correct)).await;
    let before = fixture.log_length().await;
    let (_, answer) = fixture.sends_row(CENTRE, &receipts, None).await;
    assert_eq!(answer, json!([SAY_WHAT_WAS_READ]));
    let (_, answer) = fixture.sends_row(CENTRE, &receipts, Some(1)).await;
    let told = answer[0].as_str().expect("a refusal");
    assert!(told.contains("他人作了更改，尚未办理"), "{told}");
    assert_eq!(fixture.log_length().await, before);
    let (_, answer) = fixture.sends_row(CENTRE, &receipts, Some(2)).await;
    assert_eq!(answer, json!([null]));
    assert_eq!(fixture.log_length().await, before + 2);
}

fn reason() -> String {
    "情况有变".into()
}

fn notice(number: usize, bodies: Vec<BodyId>) -> NoticeContent {
    NoticeContent {
        number: format!("示例〔2096〕{number}号"),
        title: Texts::both("通知", "Notice"),
        text: Texts::both("内容", "Text"),
        level: None,
        effective_from: now(),
        addressees: Vec::new(),
        districts: Vec::new(),
        bodies,
        attachments: Vec::new(),
        acknowledge_by: now().plus_hours(24),
    }
}

fn correction(title: &str) -> Correction {
    let said = notice(0, Vec::new());
    Correction {
        title: Texts::both(title, title),
        text: said.text,
        attachments: Vec::new(),
        acknowledge_by: said.acknowledge_by,
        reason: reason(),
        again: false,
    }
}

fn next_round(fixture: &Fixture) -> NextRound {
    NextRound {
        parties: [PARTY, "committee"].map(|who| fixture.person(who)).to_vec(),
        commit_by: now().plus_hours(1),
        reveal_by: now().plus_hours(2),
    }
}

impl Fixture {
    async fn asks(&self, who: &str, command: &Command) {
        let recorded = self.server.ingest.command(self.person(who), command, now());
        assert!(!recorded.await.unwrap().is_empty(), "{command:?}");
    }

    /// How many events the stream of a command has.
    async fn version(&self, command: &Command) -> u64 {
        let log = self.server.ingest.log();
        let stream = [command.stream().to_string()];
        let events = log.streams(self.city.jurisdiction, &stream).await.unwrap();
        events.last().map_or(0, |event| event.version)
    }

    async fn sends_seen(
        &self,
        who: &str,
        command: &Command,
        seen: Option<u64>,
    ) -> (StatusCode, Value) {
        if let Some(version) = seen {
            let body = json!({ "command": command, "version": version });
            self.posts(who, "/api/send-seen", &body).await
        } else {
            let body = json!({ "command": command });
            self.posts(who, "/api/send", &body).await
        }
    }

    /// As a row of a list.
    async fn sends_row(
        &self,
        who: &str,
        commands: &[Command],
        seen: Option<u64>,
    ) -> (StatusCode, Value) {
        let mut body = json!({ "rows": [commands] });
        if seen.is_some() {
            body["versions"] = json!([seen]);
        }
        self.posts(who, "/api/send-each", &body).await
    }

    async fn posts(&self, who: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let cookie = self.sign_in(who).await;
        let mut request = post(path, &cookie, body.to_string());
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        let (status, _, answer) = self.send(request).await;
        (status, answer)
    }

    /// The unannounced visits, which carry out no arrangement, and the first of their groups.
    fn unannounced(&self) -> (CampaignId, CampaignPlan, GroupId, Group) {
        let (_, order) = self.assignment();
        let (mut known, mut first) = (None, None);
        for step in &self.city.commands {
            match &step.command {
                Command::Campaign { id, command } if *id == order.campaign => match command {
                    CampaignCommand::Create(plan) => known = Some(plan.clone()),
                    CampaignCommand::FormGroup { id, group } => {
                        first.get_or_insert((*id, group.clone()));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        let (id, group) = first.expect("a group");
        (order.campaign, known.expect("a plan"), id, group)
    }

    /// Of the same district; that another is renamed is nothing to its author.
    fn districts(&self) -> Vec<Row> {
        let known = self.server.ingest.world().known();
        let code = known.directory.jurisdiction().districts[0].code.clone();
        let rename = |name: &str| Command::Jurisdiction {
            id: self.city.jurisdiction,
            command: JurisdictionCommand::RenameDistrict {
                code: code.clone(),
                name: Texts::both(name, name),
            },
        };
        vec![Row {
            first: (ADMINISTRATOR, rename("一区")),
            second: (OTHER, rename("二区")),
            told: &["jurisdiction.districtRenamed"],
        }]
    }

    /// A home each: different fields of one, what ends it meanwhile, where it stands, and what it is part of.
    fn bodies(&self) -> Vec<Row> {
        let known = self.server.ingest.world().known();
        let mut homes = known.directory.active_bodies().filter(|(_, body)| {
            body.kind == BodyKind::ElderCare && body.parent.is_some() && body.sample
        });
        let [one, two, three, four, five] = [(); 5].map(|()| homes.next().expect("a home"));
        let of = |id, command| Command::Body { id, command };
        let amend = |(id, body): (BodyId, &Particulars), change: fn(&mut Amendment)| {
            let before = Box::new(body.amendable());
            let mut after = before.clone();
            change(&mut after);
            of(id, BodyCommand::Amend { before, after })
        };
        let close = |id| of(id, BodyCommand::Close { reason: reason() });
        let move_below = |id, parent| of(id, BodyCommand::Move { parent });
        vec![
            Row {
                first: (ADMINISTRATOR, amend(one, |body| body.capacity += 1)),
                second: (OTHER, amend(one, |body| body.residents += 1)),
                told: &["body.amended"],
            },
            Row {
                first: (OTHER, amend(two, |body| body.staff += 1)),
                second: (ADMINISTRATOR, close(two.0)),
                told: &["body.amended"],
            },
            Row {
                first: (OTHER, move_below(three.0, None)),
                second: (
                    ADMINISTRATOR,
                    of(three.0, BodyCommand::Merge { into: four.0 }),
                ),
                told: &["body.moved"],
            },
            Row {
                first: (ADMINISTRATOR, close(five.0)),
                second: (OTHER, move_below(five.0, Some(four.0))),
                told: &["body.closed"],
            },
        ]
    }

    fn campaigns(&self) -> Vec<Row> {
        let (campaign, plan, id, group) = self.unannounced();
        let of = |command| Command::Campaign {
            id: campaign,
            command,
        };
        let amend = |name: &str| {
            of(CampaignCommand::Amend(CampaignPlan {
                name: Texts::both(name, name),
                ..plan.clone()
            }))
        };
        let change = |name: &str| {
            of(CampaignCommand::ChangeGroup {
                id,
                group: Group {
                    name: Texts::both(name, name),
                    ..group.clone()
                },
            })
        };
        let dissolve = of(CampaignCommand::DissolveGroup {
            id,
            reason: reason(),
        });
        vec![
            Row {
                first: (ONE, amend("一改")),
                second: (OTHER, amend("二改")),
                told: &["campaign.planAmended"],
            },
            Row {
                first: (ONE, change("一组")),
                second: (OTHER, change("二组")),
                told: &["campaign.groupChanged"],
            },
            Row {
                first: (OTHER, dissolve),
                second: (ONE, change("三组")),
                told: &["campaign.groupDissolved"],
            },
        ]
    }

    async fn levels(&self) -> Vec<Row> {
        let mut steps = self.city.commands.iter();
        let known = steps.find_map(|step| match &step.command {
            Command::ResponseLevel {
                command: LevelCommand::Set(order),
                ..
            } => Some(order.clone()),
            _ => None,
        });
        let known = known.expect("a level is set");
        let directory = self.server.ingest.world().known();
        let districts = &directory.directory.jurisdiction().districts;
        // At a whole minute.
        let minute = |hours| {
            let at = now().plus_hours(hours).millis();
            domain::instant::Instant(at - at % 60_000)
        };
        let notice = known.notice;
        let mut levels = Vec::new();
        for district in &districts[..3] {
            let id = ResponseLevelId(Uuid::now_v7());
            let order = LevelOrder {
                area: Area::District(district.code.clone()),
                from: minute(-1),
                until: Some(minute(24)),
                ..known.clone()
            };
            let command = LevelCommand::Set(order);
            self.asks(ADMINISTRATOR, &Command::ResponseLevel { id, command })
                .await;
            levels.push(id);
        }
        let extend = |id, hours| Command::ResponseLevel {
            id,
            command: LevelCommand::Extend(Extension {
                notice,
                until: Some(minute(hours)),
            }),
        };
        let end = |id, hours| Command::ResponseLevel {
            id,
            command: LevelCommand::End(LevelEnd {
                notice,
                at: minute(hours),
            }),
        };
        vec![
            Row {
                first: (ADMINISTRATOR, extend(levels[0], 48)),
                second: (OTHER, extend(levels[0], 72)),
                told: &["responseLevel.extended"],
            },
            Row {
                first: (OTHER, extend(levels[1], 48)),
                second: (ADMINISTRATOR, end(levels[1], 2)),
                told: &["responseLevel.extended"],
            },
            Row {
                first: (OTHER, end(levels[2], 2)),
                second: (ADMINISTRATOR, extend(levels[2], 48)),
                told: &["responseLevel.ended"],
            },
        ]
    }

    /// A draw that waits for commitments, one that waits for seeds, and one that is drawn. What another party does is nothing to a party;
    /// that the draw is no more is.
    async fn draws(&self) -> Vec<Row> {
        let drawn = DrawId(crate::demo::id("draw", "child-welfare"));
        let mut plan = None;
        for step in &self.city.commands {
            if let Command::Draw {
                id,
                command: DrawCommand::Publish(published),
            } = &step.command
                && *id == drawn
            {
                plan = Some(published.clone());
            }
        }
        let NextRound {
            parties,
            commit_by,
            reveal_by,
        } = next_round(self);
        let plan = DrawPlan {
            parties,
            commit_by,
            reveal_by,
            ..*plan.expect("a plan")
        };
        let of = |id, command| Command::Draw { id, command };
        let [committing, revealing] = [(); 2].map(|()| DrawId(Uuid::now_v7()));
        let seeds = [PARTY, "committee"].map(|who| Hash::of(who.as_bytes()));
        let reader = self.server.reader(self.city.jurisdiction, self.person(ONE));
        let mut commitments = Vec::new();
        for id in [committing, revealing] {
            let publish = DrawCommand::Publish(Box::new(plan.clone()));
            self.asks(ONE, &of(id, publish)).await;
            let state = reader.draw_state(id).await.unwrap();
            let rules = state.published.as_ref().unwrap().0.rules_hash;
            for (who, seed) in [PARTY, "committee"].into_iter().zip(seeds) {
                let person = self.person(who);
                let commitment = canonical::commitment(rules, state.number(), person, seed);
                commitments.push((id, who, of(id, DrawCommand::Commit { commitment })));
            }
        }
        for (id, who, command) in &commitments {
            if *id == revealing {
                self.asks(who, command).await;
            }
        }
        let commit = commitments[0].2.clone();
        let reveal = of(revealing, DrawCommand::Reveal { seed: seeds[0] });
        let abandon = |id| of(id, DrawCommand::Abandon { reason: reason() });
        let redraw = || {
            of(
                drawn,
                DrawCommand::Redraw {
                    reason: reason(),
                    next: next_round(self),
                },
            )
        };
        vec![
            Row {
                first: (ONE, abandon(committing)),
                second: (PARTY, commit),
                told: &["draw.abandoned"],
            },
            Row {
                first: (OTHER, abandon(revealing)),
                second: (PARTY, reveal),
                told: &["draw.abandoned"],
            },
            Row {
                first: (ONE, redraw()),
                second: (OTHER, redraw()),
                told: &["draw.redrawn"],
            },
        ]
    }

    /// One that two correct; one that a body acknowledges as it was before; one that is withdrawn.
    async fn notices(&self) -> Vec<Row> {
        const HOME: &str = "welfare-home-1";
        let home = self.unit_of(self.person(HOME)).expect("a home");
        let ids = [(); 3].map(|()| NoticeId(Uuid::now_v7()));
        let of = |id, command| Command::Notice { id, command };
        for (number, id) in ids.into_iter().enumerate() {
            let content = notice(number, vec![home]);
            self.asks(ONE, &of(id, NoticeCommand::Issue(content))).await;
        }
        let correct = |id, title| of(id, NoticeCommand::Correct(correction(title)));
        let withdraw = |id| of(id, NoticeCommand::Withdraw { reason: reason() });
        let acknowledge = |id| of(id, NoticeCommand::Acknowledge { body: home });
        vec![
            Row {
                first: (ONE, correct(ids[0], "一改")),
                second: (OTHER, correct(ids[0], "二改")),
                told: &["notice.corrected"],
            },
            Row {
                first: (ONE, correct(ids[1], "一改")),
                second: (HOME, acknowledge(ids[1])),
                told: &["notice.corrected"],
            },
            Row {
                first: (OTHER, withdraw(ids[2])),
                second: (ONE, correct(ids[2], "二改")),
                told: &["notice.withdrawn"],
            },
        ]
    }

    /// One that two move, a demand that two give another day, one that is withdrawn, and one that gets another day while it is
    /// acknowledged.
    async fn talks(&self) -> Vec<Row> {
        const HOME: &str = "welfare-home-1";
        let [convener, home] =
            [ONE, HOME].map(|who| self.unit_of(self.person(who)).expect("a unit"));
        let [ahead, held, acknowledged] = [(); 3].map(|()| TalkId(Uuid::now_v7()));
        let of = |id, command| Command::Talk { id, command };
        for (id, at) in [
            (ahead, now().plus_hours(24)),
            (held, now()),
            (acknowledged, now()),
        ] {
            let plan = TalkPlan {
                title: Texts::both("约谈", "Talk"),
                notice: None,
                at,
                place: "会议室".into(),
                conveners: vec![convener],
                present: Vec::new(),
                attendees: vec![home],
            };
            self.asks(ONE, &of(id, TalkCommand::Convene(plan))).await;
        }
        let demand = TalkCommand::SetRequirement(Requirement {
            text: Texts::both("值守", "Keep watch"),
            line: None,
            bodies: vec![home],
            due: None,
        });
        self.asks(ONE, &of(held, demand.clone())).await;
        self.asks(ONE, &of(acknowledged, demand)).await;
        let acknowledge = TalkCommand::Acknowledge {
            requirement: 1,
            body: home,
        };
        let moved = |hours| {
            let at = now().plus_hours(hours);
            let place = "会议室".to_owned();
            let reason = reason();
            of(ahead, TalkCommand::Move { at, place, reason })
        };
        let dated = |talk, hours| {
            let command = TalkCommand::MoveRequirement {
                requirement: 1,
                due: now().plus_hours(hours),
                reason: reason(),
            };
            of(talk, command)
        };
        let withdraw = TalkCommand::WithdrawRequirement {
            requirement: 1,
            reason: reason(),
        };
        vec![
            Row {
                first: (ONE, moved(48)),
                second: (OTHER, moved(72)),
                told: &["talk.moved"],
            },
            Row {
                first: (ONE, dated(held, 48)),
                second: (OTHER, dated(held, 72)),
                told: &["talk.requirementMoved"],
            },
            Row {
                first: (OTHER, of(held, withdraw)),
                second: (ONE, dated(held, 96)),
                told: &["talk.requirementWithdrawn"],
            },
            Row {
                first: (ONE, dated(acknowledged, 48)),
                second: (HOME, of(acknowledged, acknowledge)),
                told: &["talk.requirementMoved"],
            },
        ]
    }

    async fn assignments(&self) -> Vec<Row> {
        let (_, known) = self.visit_with_one_item().await;
        let mut ids = Vec::new();
        for release in [
            ReleaseRule::ByOrganiser,
            ReleaseRule::ByOrganiser,
            ReleaseRule::OnArrival,
            ReleaseRule::ByOrganiser,
        ] {
            let id = AssignmentId(Uuid::now_v7());
            let order = AssignmentOrder {
                visit_on: another_day(),
                sealed: true,
                release,
                ..known.clone()
            };
            self.asks(
                ONE,
                &of_assignment(id, &known, AssignmentCommand::Create(order)),
            )
            .await;
            ids.push(id);
        }
        let cancel = |id| of_assignment(id, &known, AssignmentCommand::Cancel { reason: reason() });
        let release = |id| of_assignment(id, &known, AssignmentCommand::Release);
        let arrived = AssignmentCommand::ConfirmArrival { account: reason() };
        let moved = |id, days: i64| {
            let command = AssignmentCommand::Reschedule {
                visit_on: plus_days(LAST_DAY, -days),
                target: known.target,
                team: known.team.clone(),
                reason: reason(),
            };
            of_assignment(id, &known, command)
        };
        vec![
            Row {
                first: (ONE, moved(ids[3], 1)),
                second: (OTHER, moved(ids[3], 2)),
                told: &["assignment.rescheduled"],
            },
            Row {
                first: (OTHER, moved(ids[3], 3)),
                second: (ONE, release(ids[3])),
                told: &["assignment.rescheduled"],
            },
            Row {
                first: (ONE, release(ids[0])),
                second: (OTHER, cancel(ids[0])),
                told: &["assignment.releasedUnder", "assignment.released"],
            },
            Row {
                first: (OTHER, cancel(ids[1])),
                second: (ONE, release(ids[1])),
                told: &["assignment.cancelled"],
            },
            Row {
                first: (OTHER, cancel(ids[2])),
                second: (ONE, of_assignment(ids[2], &known, arrived)),
                told: &["assignment.cancelled"],
            },
        ]
    }
}

fn of_assignment(id: AssignmentId, order: &AssignmentOrder, command: AssignmentCommand) -> Command {
    Command::Assignment {
        id,
        campaign: order.campaign,
        command,
    }
}
