//! A sealed assignment is not there for anyone but its campaign's organisers: every question gets the answer it got before. Nor is an
//! unannounced one, once it is released, for those who may not know of it before its visit has begun.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::CampaignCommand;
use domain::draw::plan::DrawPlan;
use domain::id::{
    AssignmentId, BodyId, CampaignId, DrawId, FindingId, InspectionId, MaterialId, NoticeId,
};
use domain::inspection::InspectionEvent;
use domain::instant::Instant;
use domain::record::{Stream, StreamKind};
use domain::working_day::plus_days;
use domain::{Command, Event};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sync::protocol::Receipt;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::fixture::{Fixture, LAST_DAY, ORGANISER_OF_ONE_BODY, another_day, device, post};
use crate::read::list::LISTS;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// Everything there is to ask: calls with their arguments, then pages and the tablet's pull.
struct Questions {
    calls: Vec<(&'static str, Value)>,
    addresses: Vec<String>,
}

impl Questions {
    /// About a visit that was released, what it is part of and what came of it, and about those that are to be sealed.
    fn about(
        fixture: &Fixture,
        (id, sealed): (AssignmentId, &[AssignmentId]),
        order: &AssignmentOrder,
        finding: FindingId,
    ) -> Questions {
        let draw = drawn_openly();
        let to_publish = DrawPlan {
            commit_by: now().plus_hours(1),
            reveal_by: now().plus_hours(2),
            ..crate::demo::draw::spot_check().1
        };
        let arrangement = crate::demo::id("arrangement", "spot-check");
        let own = crate::demo::id("campaign", "self-inspection");
        let level = crate::demo::id("response level", "level-1");
        let guide = crate::demo::id("rule pack", "high-risk-areas");
        let (notice, talk, material) = fixture.directive();
        let (campaign, target) = (order.campaign, order.target);
        let version = &order.checklist_version;
        let all_bodies = json!({ "kind": null, "district": null, "search": "", "page": 1 });
        Questions {
            calls: vec![
                ("today", json!({})),
                ("bodies", json!({ "filter": all_bodies })),
                ("body", json!({ "id": target })),
                ("entrance", json!({ "id": target })),
                ("notice", json!({ "id": notice })),
                ("receipts", json!({ "id": notice })),
                ("transmission", json!({ "id": notice })),
                ("talks", json!({})),
                ("talk", json!({ "id": talk })),
                ("link-choices", json!({})),
                ("requirement-choices", json!({})),
                ("material", json!({ "id": material })),
                ("trace", json!({})),
                (
                    "addressees",
                    json!({ "rule": { "kinds": ["elderCare"], "districts": [], "bodies": [target] } }),
                ),
                ("checklists", json!({})),
                (
                    "checklist",
                    json!({ "id": order.checklist, "version": version }),
                ),
                ("campaigns", json!({})),
                ("campaign", json!({ "id": campaign })),
                ("self-inspection", json!({ "campaign": campaign })),
                ("self-inspection", json!({ "campaign": own })),
                ("assignment", json!({ "id": id })),
                ("inspection", json!({ "id": id })),
                ("finding", json!({ "id": finding })),
                ("rectification-number", json!({})),
                ("people", json!({ "search": "" })),
                ("held", json!({ "id": finding })),
                ("device", json!({ "id": finding })),
                ("record", json!({})),
                ("arrangement", json!({ "id": arrangement })),
                ("draws", json!({})),
                ("draw", json!({ "id": draw, "roster_page": 1 })),
                ("published-draw", json!({ "id": draw, "roster_page": 1 })),
                ("draw-sizes", json!({ "plan": to_publish })),
                ("risk-weights", json!({ "kinds": ["elderCare"], "districts": [] })),
                ("situation", json!({ "day": null })),
                ("inbox", json!({ "asked": {} })),
                (
                    "history",
                    json!({ "stream": format!("campaign/{campaign}"), "page": 1 }),
                ),
                ("history", json!({ "stream": format!("assignment/{id}"), "page": 1 })),
                ("unread", json!({})),
                ("late", json!({})),
                (
                    "situation-report",
                    json!({ "body": target, "day": order.visit_on }),
                ),
                ("support-totals", json!({})),
                (
                    "pairs",
                    json!({ "filter": { "campaign": null, "district": null } }),
                ),
                ("clearances", json!({})),
                ("clearance", json!({ "id": order.leader })),
                (
                    "exposure",
                    json!({ "question": { "name": "检查员01", "at": "2022-03-13T08:00" } }),
                ),
                ("look-back", json!({ "id": finding })),
                ("level", json!({ "id": level })),
                ("guides", json!({})),
                ("guide", json!({ "id": guide })),
                (
                    "body-rules",
                    json!({ "id": target, "at": "2022-03-13T08:00" }),
                ),
                ("person", json!({ "id": order.leader })),
                (
                    "sync/v1/photos/lacking",
                    json!({ "photos": ["7".repeat(64)] }),
                ),
            ],
            addresses: vec![
                "/".into(),
                "/notices".into(),
                "/notices/overdue".into(),
                format!("/notices/{notice}"),
                format!("/notices/{notice}/receipts"),
                format!("/notices/{notice}/transmission"),
                format!("/export/notices/{notice}/transmission.csv"),
                "/talks".into(),
                format!("/talks/{talk}"),
                "/talks/materials".into(),
                format!("/talks/materials/{material}"),
                "/talks/trace".into(),
                "/talks/trace/orphans".into(),
                "/campaigns".into(),
                format!("/campaigns/{campaign}"),
                format!("/assignments/{id}"),
                format!("/self-inspections/{own}"),
                "/inspections".into(),
                format!("/inspections/{id}"),
                "/findings".into(),
                format!("/findings/{finding}"),
                format!("/findings/{finding}/papers/1"),
                "/findings/support".into(),
                "/inspections/pairs".into(),
                "/findings/look-backs".into(),
                format!("/findings/look-backs/{finding}"),
                "/inspections/clearances".into(),
                format!("/inspections/clearances/{}", order.leader),
                "/inspections/exposure?name=%E6%A3%80%E6%9F%A5%E5%91%9801&at=2022-03-13T08:00".into(),
                "/bodies".into(),
                format!("/bodies/{target}"),
                format!("/bodies/{target}/rules?at=2022-03-13T08:00"),
                format!("/bodies/{target}/edit"),
                format!("/bodies/{target}/entrance"),
                format!("/administration/people/{}", order.leader),
                "/levels".into(),
                "/levels/new".into(),
                format!("/levels/{level}"),
                "/guides".into(),
                "/guides/new".into(),
                format!("/guides/{guide}"),
                "/export/bodies/register.csv".into(),
                "/export/bodies/register.xlsx".into(),
                "/export/people/register.csv".into(),
                "/export/people/register.xlsx".into(),
                format!("/photo/{}", "7".repeat(64)),
                format!("/file/{}", "7".repeat(64)),
                "/health".into(),
                "/manifest.webmanifest".into(),
                "/draft_writer.js".into(),
                "/record".into(),
                "/record/events".into(),
                "/unsent".into(),
                "/campaigns/new".into(),
                "/checklists".into(),
                format!("/checklists/{}/{version}", order.checklist),
                "/notices/new".into(),
                "/talks/new".into(),
                "/talks/materials/new".into(),
                "/bodies/new".into(),
                "/bodies/import".into(),
                "/administration".into(),
                "/administration/districts".into(),
                "/administration/people/new".into(),
                "/administration/people/import".into(),
                "/administration/devices".into(),
                format!("/administration/devices/{finding}"),
                "/administration/held".into(),
                format!("/administration/held/{finding}"),
                "/arrangements".into(),
                "/arrangements/new".into(),
                format!("/arrangements/{arrangement}"),
                "/draws".into(),
                "/draws/new".into(),
                format!("/draws/new?campaign={campaign}"),
                format!("/draws/{draw}"),
                "/public/draws".into(),
                format!("/public/draws/{draw}"),
                format!("/public/draws/{draw}/record.json"),
                "/sign-in".into(),
                "/password".into(),
                "/setup".into(),
                "/setup/bodies".into(),
                "/api/sync/v1/me".into(),
                "/inbox".into(),
                "/situation".into(),
                "/situation/reports".into(),
                format!("/situation/{target}/{}", order.visit_on),
                "/api/sync/v1/pull".into(),
                "/api/sync/v2/pull".into(),
                "/language/zh".into(),
                "/field".into(),
                "/field/".into(),
                format!("/field/{id}"),
                "/sw.js".into(),
                "/pkg/office.js".into(),
                "/icons/icon.svg".into(),
                "/favicon.svg".into(),
                "/favicon.ico".into(),
            ],
        }
        .with_sealed(sealed)
        .with_lists(target, (campaign, notice, material))
    }

    fn with_sealed(mut self, sealed: &[AssignmentId]) -> Questions {
        for id in sealed {
            let stream = format!("assignment/{id}");
            self.calls.push(("assignment", json!({ "id": id })));
            self.calls
                .push(("history", json!({ "stream": stream, "page": 1 })));
            self.addresses.push(format!("/assignments/{id}"));
        }
        self
    }

    /// Every list: all of it, what belongs to a campaign, a notice, a request for materials and an exposure, as someone narrows and
    /// sorts it, and as files.
    fn with_lists(
        mut self,
        body: BodyId,
        (campaign, notice, material): (CampaignId, NoticeId, MaterialId),
    ) -> Questions {
        let narrow =
            json!({ "filters": { "body": body }, "search": "院", "sort": "-name", "page": 2 });
        let part = json!({ "filters": { "campaign": campaign, "notice": notice } });
        let look_back = crate::demo::id("look-back", "2022-04");
        let exposed = json!({ "name": "检查员01", "at": "2022-03-13T08:00" });
        for (name, filters) in [
            ("handed-in", json!({ "material": material })),
            ("exposure", exposed),
            ("looked-back", json!({ "lookBack": look_back })),
        ] {
            let asked = json!({ "filters": filters });
            self.calls
                .push(("list", json!({ "name": name, "asked": asked })));
        }
        self.addresses
            .push(format!("/export/handed-in.csv?material={material}"));
        self.addresses
            .push(format!("/export/looked-back.csv?lookBack={look_back}"));
        self.addresses.push(
            "/export/exposure.csv?name=%E6%A3%80%E6%9F%A5%E5%91%9801&at=2022-03-13T08:00".into(),
        );
        for name in LISTS {
            for asked in [json!({}), part.clone(), narrow.clone()] {
                self.calls
                    .push(("list", json!({ "name": name, "asked": asked })));
            }
            self.addresses.push(format!("/export/{name}.csv"));
            self.addresses.push(format!(
                "/export/{name}.csv?campaign={campaign}&notice={notice}"
            ));
        }
        // Workbooks are made of the same sheets.
        self.addresses.push("/export/campaigns.xlsx".into());
        self
    }

    /// The answers to all of them, by question.
    async fn asked(&self, fixture: &Fixture, cookie: &str) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        for (call, arguments) in &self.calls {
            let request = self::call(call, cookie, arguments);
            answers.insert(
                format!("{call} {arguments}"),
                answer(fixture, request).await,
            );
        }
        for address in &self.addresses {
            let request = Request::get(address)
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap();
            answers.insert(address.clone(), answer(fixture, request).await);
        }
        answers
    }
}

/// A draw of the demo city whose result is public and whose visits have no assignments.
fn drawn_openly() -> DrawId {
    DrawId(crate::demo::id("draw", "child-welfare"))
}

fn call(name: &str, cookie: &str, arguments: &Value) -> Request<Body> {
    let mut request = post(&format!("/api/{name}"), cookie, arguments.to_string());
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    request
}

/// Calls that bring something about; what they tell is told apart.
const ACTS: &[&str] = &[
    "assign-drawn",
    "change-password",
    "disclose-draw",
    "draw-look-back",
    "mark",
    "mark-all",
    "record-clearance",
    "register-person",
    "send",
    "send-each",
    "send-seen",
    "set-entrance-code",
    "set-initial-password",
    "set-mail",
    "found",
    "set-up",
    "sign-in",
    "sign-out",
    "sign-out-everywhere",
];

/// Routes that bring something about or are told apart, each with where.
const ROUTES_APART: &[(&str, &str)] = &[
    ("/api/{*function}", "the calls, each by its name"),
    ("/api/sync/v1/sign-in", "an act"),
    ("/api/sync/v1/sign-out", "an act"),
    (
        "/api/sync/v1/push",
        "no_push_tells_the_team_that_a_sealed_assignment_exists",
    ),
    (
        "/api/sync/v1/photo/{hash}",
        "an act; whether a photo is there depends on its bytes alone",
    ),
    (
        "/api/sync/v1/device",
        "an act; whether a key is taken depends on the tablet and its person alone",
    ),
    (
        "/api/sync/v1/local-key",
        "an act; the key is that of who asks on the tablet they name",
    ),
    ("/api/file/{hash}", "an act"),
    ("/api/import/bodies", "an act"),
    ("/api/import/people", "an act"),
    (
        "/api/import/obligations",
        "reads the file that it is given, and nothing else",
    ),
    (
        "/live",
        "live::tests::a_sealed_assignment_says_nothing_to_anyone",
    ),
];

/// The patterns of a router's routes, as it tells them itself.
fn patterns(router: &axum::Router) -> Vec<String> {
    let told = format!("{router:?}");
    let ids = told.split("RouteId(").skip(1);
    let patterns: std::collections::BTreeSet<String> = ids
        .filter_map(|route| {
            let (_, path) = route.split_once(')')?;
            let path = path.strip_prefix(": \"")?;
            Some(path.split_once('"')?.0.to_owned())
        })
        .collect();
    patterns.into_iter().collect()
}

/// Whether an address is one of a pattern's.
fn is_of(address: &str, pattern: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let steps: Vec<&str> = pattern.split('/').collect();
    let (steps, is_open) = match steps.split_last() {
        Some((last, before)) if last.starts_with("{*") => (before, true),
        _ => (steps.as_slice(), false),
    };
    let fits = |(part, step): (&&str, &&str)| part == step || step.starts_with([':', '{']);
    let is_as_long = if is_open {
        parts.len() > steps.len()
    } else {
        parts.len() == steps.len()
    };
    is_as_long && parts.iter().zip(steps).all(fits)
}

impl Questions {
    /// These alone, as [`Questions::asked`] names them.
    fn only<'a>(&self, named: impl Iterator<Item = &'a str>) -> Questions {
        let named: Vec<&str> = named.collect();
        let calls = self.calls.iter();
        let addresses = self.addresses.iter();
        Questions {
            calls: calls
                .filter(|(call, arguments)| named.contains(&format!("{call} {arguments}").as_str()))
                .cloned()
                .collect(),
            addresses: addresses
                .filter(|address| named.contains(&address.as_str()))
                .cloned()
                .collect(),
        }
    }

    /// No call, no page and no other route is left out: a new one fails here until it is asked, too.
    fn know_every_way(&self, router: &axum::Router) {
        for (path, _) in leptos::server_fn::axum::server_fn_paths() {
            let name = path.trim_start_matches("/api/");
            let known = self.calls.iter().any(|(call, _)| *call == name);
            assert!(known || ACTS.contains(&name), "nobody asks {name}");
        }
        let pages = leptos_axum::generate_route_list(app::routes::App);
        let pages = pages.iter().map(|route| route.path().to_owned());
        let routes = patterns(router);
        assert!(routes.len() > 30, "{routes:?}");
        for (apart, _) in ROUTES_APART {
            assert!(routes.iter().any(|route| route == apart), "{apart}");
        }
        let called = self.calls.iter().map(|(call, _)| format!("/api/{call}"));
        let asked: Vec<String> = called.chain(self.addresses.iter().cloned()).collect();
        for pattern in pages.chain(routes) {
            let is_apart = ROUTES_APART.iter().any(|(apart, _)| *apart == pattern);
            let is_asked = asked.iter().any(|address| is_of(address, &pattern));
            assert!(is_apart || is_asked, "nobody opens {pattern}");
        }
    }
}

/// Status, headers and text of an answer, without the nonce that each page has of its own, without the hour, and in one order.
async fn answer(fixture: &Fixture, request: Request<Body>) -> String {
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(nonce, _)| nonce.to_owned());
    let headers: BTreeMap<String, String> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), format!("{value:?}")))
        .collect();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    // A workbook is no text; its bytes are compared as digits of what they are.
    let mut text = String::from_utf8(bytes.to_vec())
        .unwrap_or_else(|_| domain::record::Hash::of(&bytes).to_string());
    text = format!("{headers:?} {text}");
    if let Some(nonce) = nonce {
        text = text.replace(&nonce, "");
    }
    if let Some((before, after)) = text.split_once("\"serverTime\":") {
        text = format!(
            "{before}{}",
            after.trim_start_matches(|digit: char| digit.is_ascii_digit())
        );
    }
    format!("{status} {}", resolved_in_order(&text))
}

/// What a page was drawn with comes behind it, each piece when it is known and as many together as there are by then: how they fall is
/// chance, and says nothing.
fn resolved_in_order(page: &str) -> String {
    const RESOLVED: &str = "__RESOLVED_RESOURCES[";
    let page = page.replace("</script><script nonce=\"\">", "");
    let Some((head, rest)) = page.split_once(RESOLVED) else {
        return page;
    };
    let (pieces, tail) = rest.split_once("__INCOMPLETE_CHUNKS").unwrap_or((rest, ""));
    let mut pieces: Vec<&str> = pieces.split(RESOLVED).collect();
    pieces.sort_unstable();
    format!("{head}{RESOLVED}{}{tail}", pieces.join(RESOLVED))
}

impl Fixture {
    /// Orders another visit like this one, sealed until an hour from now.
    async fn seal_for_an_hour(&self, id: AssignmentId, order: &AssignmentOrder) {
        let sealed = AssignmentOrder {
            visit_on: plus_days(LAST_DAY, -1),
            sealed: true,
            release: ReleaseRule::At(now().plus_hours(1)),
            ..order.clone()
        };
        self.organise(id, order, AssignmentCommand::Create(sealed))
            .await;
    }

    async fn organise(&self, id: AssignmentId, order: &AssignmentOrder, what: AssignmentCommand) {
        self.organise_at(id, order, what, now()).await;
    }

    async fn organise_at(
        &self,
        id: AssignmentId,
        order: &AssignmentOrder,
        what: AssignmentCommand,
        at: Instant,
    ) {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command: what,
        };
        self.server
            .ingest
            .command(self.person("organiser"), &command, at)
            .await
            .unwrap();
    }
}

/// One of every role that has no part in it.
const OUTSIDERS: [&str; 9] = [
    "administrator",
    "oversight",
    "committee",
    // Regulators: of elder care in the whole city, of a district, and of the body visited.
    "elder-care-officer",
    "fengtai-officer",
    "welfare-centre",
    // Other bodies.
    "sos-village",
    "welfare-home-1-discipline",
    ORGANISER_OF_ONE_BODY,
];

#[tokio::test]
async fn in_sqlite_a_sealed_assignment_changes_no_answer_to_anyone_outside_its_organisers() {
    changes_no_answer_until_it_may_be_known(Fixture::new().await, &OUTSIDERS).await;
}

#[tokio::test]
async fn in_postgres_a_sealed_assignment_changes_no_answer_to_anyone_outside_its_organisers() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    // What another database could tell otherwise, it tells these.
    let some = ["oversight", "elder-care-officer", "welfare-centre"];
    changes_no_answer_until_it_may_be_known(fixture, &some).await;
}

/// Given people of every role and the whole team, when a visit is sealed, then nobody but the organisers gets another answer to anything;
/// when it is released, then its team does and oversight, and nobody of those visited; when it has begun, then those do who see its
/// campaign.
async fn changes_no_answer_until_it_may_be_known(fixture: Fixture, roles: &[&str]) {
    // given a visit with a finding
    let (id, order) = fixture.visit_with_one_item().await;
    fixture.organiser_of(order.target).await;
    let leader = fixture.name_of(order.leader);
    let tablet = fixture.sign_in(&leader).await;
    let finding = FindingId(Uuid::now_v7());
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let events = vec![
        fixture.not_met(id, &order, finding, device(1), 1),
        fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
    ];
    fixture.push(&tablet, device(1), events).await;
    let officer = fixture
        .city
        .sign_ins
        .iter()
        .find(|sign_in| fixture.unit_of(sign_in.person) == Some(order.target))
        .expect("an officer of the body visited");
    let secrets: [AssignmentId; 3] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
    let [secret, timed, arriving] = &secrets;
    let questions = Questions::about(&fixture, (id, &secrets), &order, finding);
    questions.know_every_way(&fixture.app);
    let mut outsiders = Vec::new();
    let members = order.team.iter().filter(|one| **one != order.leader);
    let members: Vec<String> = members.map(|one| fixture.name_of(*one)).collect();
    assert!(!members.is_empty(), "the leader does not go alone");
    let of_no_team = "inspector-10";
    assert!(!order.team.contains(&fixture.person(of_no_team)));
    let mut names = roles.to_vec();
    names.extend([officer.name.as_str(), leader.as_str(), of_no_team]);
    names.extend(members.iter().map(String::as_str));
    for name in names {
        let cookie = fixture.sign_in(name).await;
        let before = questions.asked(&fixture, &cookie).await;
        outsiders.push((name, cookie, before));
    }
    let before = questions.asked(&fixture, "").await;
    outsiders.push(("nobody", String::new(), before));
    let organiser = fixture.sign_in("organiser").await;
    let known_to_organiser = questions.asked(&fixture, &organiser).await;

    // when assignments are sealed until each way of release, one is cancelled again, and those of a whole draw are
    let due = now().plus_hours(1);
    let sealed = |visit_on, release| AssignmentOrder {
        visit_on,
        sealed: true,
        release,
        ..order.clone()
    };
    let cancelled = AssignmentId(Uuid::now_v7());
    let ways = [
        ReleaseRule::ByOrganiser,
        ReleaseRule::At(due),
        ReleaseRule::OnArrival,
        ReleaseRule::ByOrganiser,
    ];
    for (id, release) in secrets.iter().chain([&cancelled]).zip(ways) {
        let visit_on = match release {
            ReleaseRule::At(_) => LAST_DAY,
            _ => another_day(),
        };
        let create = AssignmentCommand::Create(sealed(visit_on, release));
        fixture.organise(*id, &order, create).await;
    }
    let reason = "改期".into();
    let cancel = AssignmentCommand::Cancel { reason };
    fixture.organise(cancelled, &order, cancel).await;
    // and one is moved to another day
    let moved = |visit_on| AssignmentCommand::Reschedule {
        visit_on,
        target: order.target,
        team: order.team.clone(),
        reason: "该院消毒".into(),
    };
    fixture
        .organise(*secret, &order, moved(plus_days(LAST_DAY, -20)))
        .await;
    let assigned = json!({ "id": drawn_openly(), "visit_on": "2022-03-20", "sealed": true, "release": "onArrival" });
    let (status, _, answer) = fixture
        .send(call("assign-drawn", &organiser, &assigned))
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");

    // then nobody outside gets another answer than before, to whatever they ask
    for (name, cookie, before) in &outsiders {
        for (question, answer) in questions.asked(&fixture, cookie).await {
            assert_eq!(answer, before[&question], "{name} asks {question}");
        }
    }
    let known = questions.asked(&fixture, &organiser).await;
    let (campaign, (notice, ..)) = (order.campaign, fixture.directive());
    for question in [
        "today {}",
        r#"list {"asked":{},"name":"campaigns"}"#,
        "/export/campaigns.csv",
        "/export/campaigns.xlsx",
        "record {}",
        &format!(
            r#"list {{"asked":{{"filters":{{"campaign":"{campaign}","notice":"{notice}"}}}},"name":"assignments"}}"#
        ),
        &format!("/export/assignments.csv?campaign={campaign}&notice={notice}"),
        &format!(r#"assignment {{"id":"{secret}"}}"#),
        &format!(r#"history {{"page":1,"stream":"assignment/{secret}"}}"#),
        &format!("/assignments/{secret}"),
    ] {
        assert_ne!(known[question], known_to_organiser[question], "{question}");
    }

    // when two visits of the campaign are released, by an organiser and at their time
    for (id, what, at) in [
        (secret, AssignmentCommand::Release, now()),
        (timed, AssignmentCommand::ReleaseDue, due),
    ] {
        fixture.organise_at(*id, &order, what, at).await;
    }
    // and the one is moved to another day again
    let again = moved(plus_days(LAST_DAY, -21));
    fixture.organise(*secret, &order, again).await;
    // then their own pages are there for oversight and for the whole team, whose tablets get them and whose day they are part of
    let pages = |id: &AssignmentId| {
        [
            format!(r#"assignment {{"id":"{id}"}}"#),
            format!("/assignments/{id}"),
        ]
    };
    let own: Vec<String> = [secret, timed].into_iter().flat_map(pages).collect();
    let of_the_day = ["today {}", "/", "/api/sync/v1/pull"];
    let told = questions.only(own.iter().map(String::as_str).chain(of_the_day));
    let see_campaigns = [
        "administrator",
        "elder-care-officer",
        "oversight",
        ORGANISER_OF_ONE_BODY,
    ];
    let is_of_team = |name: &str| name == leader || members.iter().any(|member| member == name);
    let stays_unknown = async |name: &str, cookie: &str, before: &BTreeMap<String, String>| {
        for (question, answer) in questions.asked(&fixture, cookie).await {
            assert_eq!(answer, before[&question], "{name} asks {question}");
        }
    };
    for (name, cookie, before) in &outsiders {
        if is_of_team(name) || *name == "oversight" {
            let after = told.asked(&fixture, cookie).await;
            for question in &own {
                assert_ne!(after[question], before[question], "{name} asks {question}");
            }
            for question in of_the_day {
                let is_other = after[question] != before[question];
                assert_eq!(is_other, is_of_team(name), "{name} asks {question}");
            }
        } else if see_campaigns.contains(name) {
            // The visits are unannounced: to nobody else is another answer given to anything, though they see the campaign.
            stays_unknown(name, cookie, before).await;
        }
    }
    // when one of the team says that they keep away, then nobody who sees the campaign can tell that anybody did
    let note = "亲属在该院工作".to_owned();
    let declare = Command::Campaign {
        id: order.campaign,
        command: CampaignCommand::DeclareInterest {
            person: order.leader,
            body: order.target,
            note,
        },
    };
    let declared = fixture.server.ingest.command(order.leader, &declare, now());
    declared.await.unwrap();
    for (name, cookie, before) in &outsiders {
        if *name == "elder-care-officer" {
            stays_unknown(name, cookie, before).await;
        }
    }
    // when a third is released because its team has arrived, by which it has begun
    let account = "已到门口".to_owned();
    let arrived = AssignmentCommand::ConfirmArrival { account };
    fixture.organise(*arriving, &order, arrived).await;
    // then nobody who does not see its campaign gets another answer to anything, to none of the three
    for (name, cookie, before) in &outsiders {
        if !is_of_team(name) && !see_campaigns.contains(name) {
            stays_unknown(name, cookie, before).await;
        }
    }

    // when the team has begun the first
    let stream = Stream {
        kind: StreamKind::Inspection,
        id: InspectionId::of(*secret).0,
    };
    let target = order.target;
    let started = Event::Inspection(InspectionEvent::Started { target });
    let started = fixture.event(order.leader, device(1), 3, stream, &started);
    let receipts = fixture.push(&tablet, device(1), vec![started]).await;
    assert_eq!(receipts, [Receipt::Accepted]);
    // then it is there for whoever sees its campaign, and still not for the body visited; so is that at which the team has arrived, and
    // of the one that has not begun nothing more is told
    let own: Vec<String> = [secret, arriving].into_iter().flat_map(pages).collect();
    let not_begun = pages(timed);
    let listed = format!(
        r#"list {{"asked":{{"filters":{{"campaign":"{campaign}","notice":"{notice}"}}}},"name":"assignments"}}"#
    );
    let asked = own.iter().chain(&not_begun).chain([&listed]);
    let told = questions.only(asked.map(String::as_str));
    for (name, cookie, before) in &outsiders {
        let after = told.asked(&fixture, cookie).await;
        let (is_of_team, sees_campaigns) = (is_of_team(name), see_campaigns.contains(name));
        for question in &own {
            let is_told = after[question] != before[question];
            let expected = is_of_team || sees_campaigns;
            assert_eq!(is_told, expected, "{name} asks {question}");
        }
        for question in &not_begun {
            let is_told = after[question] != before[question];
            let expected = is_of_team || *name == "oversight";
            assert_eq!(is_told, expected, "{name} asks {question}");
        }
        let is_listed = after[&listed] != before[&listed];
        assert_eq!(is_listed, sees_campaigns, "{name} asks {listed}");
    }
}

/// Given a sealed assignment that was moved, when outsiders ask for it to be released, cancelled, moved or begun, whatever they say they
/// read of it, then they are told what they would be told of one that does not exist.
#[tokio::test]
async fn no_command_tells_an_outsider_that_a_sealed_assignment_exists() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.visit_with_one_item().await;
    let (id, unknown) = (AssignmentId(Uuid::now_v7()), AssignmentId(Uuid::now_v7()));
    fixture.seal_for_an_hour(id, &order).await;
    let moved = |visit_on| AssignmentCommand::Reschedule {
        visit_on,
        target: order.target,
        team: order.team.clone(),
        reason: "该院消毒".into(),
    };
    fixture.organise(id, &order, moved(LAST_DAY)).await;
    let back = moved(plus_days(LAST_DAY, -1));
    let leader = fixture.name_of(order.leader);
    for name in ["administrator", "oversight", leader.as_str()] {
        let cookie = fixture.sign_in(name).await;
        let of_assignment = [
            json!("release"),
            json!("releaseDue"),
            json!({ "confirmArrival": { "account": "到了" } }),
            json!({ "cancel": { "reason": "?" } }),
            json!(back),
        ];
        let assessment = json!({ "assess": { "regulator": order.target, "knew": true, "acted": true, "account": "查阅台账" } });
        let commands = of_assignment
            .map(|command| ("assignment", command))
            .into_iter()
            .chain([
                ("regulatorFile", assessment),
                ("regulatorFile", json!("sign")),
            ]);
        for (concept, command) in commands {
            let of = |id: AssignmentId| match concept {
                "assignment" => {
                    json!({ concept: { "id": id, "campaign": order.campaign, "command": command } })
                }
                _ => json!({ concept: { "id": id, "command": command } }),
            };
            let ways = |command: Value| {
                [
                    ("send", json!({ "command": command })),
                    ("send-seen", json!({ "command": command, "version": 1 })),
                    ("send-seen", json!({ "command": command, "version": 2 })),
                    ("send-each", json!({ "rows": [[command]] })),
                    ("send-each", json!({ "rows": [[command]], "versions": [1] })),
                    ("send-each", json!({ "rows": [[command]], "versions": [2] })),
                    ("send-each", json!({ "rows": [[command, command]] })),
                ]
            };
            for ((way, of_sealed), (_, of_unknown)) in
                ways(of(id)).into_iter().zip(ways(of(unknown)))
            {
                let mut answers = Vec::new();
                for arguments in [&of_sealed, &of_unknown] {
                    let (status, _, answer) = fixture.send(call(way, &cookie, arguments)).await;
                    let expected = match way {
                        "send-each" => StatusCode::OK,
                        _ => StatusCode::UNPROCESSABLE_ENTITY,
                    };
                    assert_eq!(status, expected, "{name} {way} {arguments}: {answer}");
                    answers.push(answer);
                }
                assert_eq!(answers[0], answers[1], "{name} {way} {of_sealed}");
                // Whoever says what they read is answered by the domain.
                let is_decided = of_sealed
                    .get("version")
                    .or(of_sealed.get("versions"))
                    .is_some();
                let out_of_date = answers[0].to_string().contains("页面已更新");
                assert!(!(is_decided && out_of_date), "{name} {way} {of_sealed}");
            }
        }
    }
    // An organiser learns why it waits.
    let cookie = fixture.sign_in("organiser").await;
    let command = json!({ "assignment": { "id": id, "campaign": order.campaign, "command": { "confirmArrival": { "account": "到了" } } } });
    let (status, _, answer) = fixture
        .send(call(
            "send-seen",
            &cookie,
            &json!({ "command": command, "version": 2 }),
        ))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer["message"]
            .as_str()
            .is_some_and(|text| text.contains("不是到达后启封")),
        "{answer}"
    );
}

/// Given a sealed assignment, when its own leader's tablet sends an inspection of it, then it is answered as one of an assignment that
/// does not exist.
#[tokio::test]
async fn no_push_tells_the_team_that_a_sealed_assignment_exists() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.visit_with_one_item().await;
    let (id, unknown) = (AssignmentId(Uuid::now_v7()), AssignmentId(Uuid::now_v7()));
    fixture.seal_for_an_hour(id, &order).await;
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let mut answers = Vec::new();
    for (number, id) in [(1, id), (2, unknown)] {
        let finding = FindingId(Uuid::now_v7());
        let events = vec![
            fixture.not_met(id, &order, finding, device(number), 1),
            fixture.raised(id, &order, finding, device(number), 2, ("门未关", &photos)),
        ];
        answers.push(fixture.push(&cookie, device(number), events).await);
    }
    assert!(
        answers[0]
            .iter()
            .all(|receipt| *receipt != Receipt::Accepted)
    );
    assert_eq!(answers[0], answers[1]);
}

/// Given a sealed draw, then its page tells nobody but its organisers what was drawn, its record and its published page nobody at all,
/// and a record of an open one is sound as anybody gets it.
#[tokio::test]
async fn a_draw_is_published_without_what_is_sealed() {
    let fixture = Fixture::new().await;
    let sealed = DrawId(crate::demo::id("draw", "spot-check"));
    let state = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("organiser"))
        .draw_state(sealed)
        .await
        .unwrap();
    let round = state.round().unwrap();
    let secrets: Vec<String> = round
        .seeds
        .values()
        .map(|(seed, _)| *seed)
        .chain([round.drawn.as_ref().unwrap().0.seed])
        .map(|seed| seed.to_string())
        .collect();
    let asked = json!({ "id": sealed, "roster_page": 1 });
    for name in [
        "",
        "oversight",
        "committee",
        "inspector-01",
        "administrator",
        "organiser",
    ] {
        let cookie = if name.is_empty() {
            String::new()
        } else {
            fixture.sign_in(name).await
        };
        let page = async |address: String| {
            let request = Request::get(address)
                .header(header::COOKIE, &cookie)
                .body(Body::empty())
                .unwrap();
            answer(&fixture, request).await
        };
        let mut told = answer(&fixture, call("draw", &cookie, &asked)).await;
        told.push_str(&page(format!("/draws/{sealed}")).await);
        let mut published = answer(&fixture, call("published-draw", &cookie, &asked)).await;
        published.push_str(&page(format!("/public/draws/{sealed}")).await);
        for secret in &secrets {
            assert_eq!(told.contains(secret), name == "organiser", "{name}");
            // What is published is the same for everybody.
            assert!(!published.contains(secret), "{name}");
        }
        let mut records = Vec::new();
        for draw in [sealed, drawn_openly()] {
            let request = Request::get(format!("/public/draws/{draw}/record.json"))
                .header(header::COOKIE, &cookie)
                .body(Body::empty())
                .unwrap();
            let response = fixture.app.clone().oneshot(request).await.unwrap();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            records.push(domain::draw::record::verify_bytes(&bytes).unwrap());
        }
        assert_eq!((records[0].sealed, records[0].repeated), (1, 0), "{name}");
        assert_eq!((records[1].sealed, records[1].repeated), (0, 1), "{name}");
    }
    let missing = Request::get("/public/draws/nonsense/record.json")
        .body(Body::empty())
        .unwrap();
    assert!(answer(&fixture, missing).await.starts_with("404"));
}

#[tokio::test]
async fn a_history_has_no_gaps_for_those_from_whom_something_is_hidden() {
    // given a finding raised, and something sealed between its events and those before
    let fixture = Fixture::new().await;
    let (id, order) = fixture.visit_with_one_item().await;
    let sealed = AssignmentOrder {
        visit_on: another_day(),
        sealed: true,
        ..order.clone()
    };
    fixture
        .organise(
            AssignmentId(Uuid::now_v7()),
            &order,
            AssignmentCommand::Create(sealed),
        )
        .await;
    let tablet = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let finding = FindingId(Uuid::now_v7());
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let events = vec![
        fixture.not_met(id, &order, finding, device(1), 1),
        fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
    ];
    fixture.push(&tablet, device(1), events).await;
    // when its history is read, then only who sees everything is told the place in the whole log
    for (name, sees_everything) in [
        ("organiser", true),
        ("administrator", false),
        ("oversight", false),
    ] {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name));
        let view = reader
            .inspection(domain::id::InspectionId::of(id))
            .await
            .unwrap()
            .expect(name);
        let positions: Vec<Option<u64>> = view.history.iter().map(|entry| entry.position).collect();
        let versions: Vec<u64> = view.history.iter().map(|entry| entry.version).collect();
        assert_eq!(versions, [1, 2, 1], "{name}: assignment, then inspection");
        assert!(
            positions
                .iter()
                .all(|position| position.is_some() == sees_everything),
            "{name}: {positions:?}"
        );
        if sees_everything {
            assert_eq!(
                positions[2].unwrap() - positions[1].unwrap(),
                2,
                "the sealed one stands between"
            );
        }
        let view = reader
            .finding(finding, domain::Language::English)
            .await
            .unwrap()
            .expect(name);
        assert_eq!(view.timeline[0].entry.position.is_some(), sees_everything);
        assert_eq!(view.timeline[0].entry.version, 1);
    }
}
