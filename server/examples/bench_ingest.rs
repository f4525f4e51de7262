//! Acknowledged submissions per second over HTTP: 100-answer inspections, each in its own request, on 16 keep-alive connections.
//! Server and load share this machine. Prints JSON lines: the middle of the rounds' rates, and latencies over all rounds.
//!
//! `bench_ingest --database sqlite|postgres [--requests N]`; Postgres is the server named in `TEST_POSTGRES_URL`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::{BodyCommand, BodyKind, Particulars};
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, NoticeMode};
use domain::checklist::{ChecklistCommand, Published};
use domain::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, EventId, InspectionId, JurisdictionId,
    PersonId,
};
use domain::inspection::{InspectionEvent, Outcome, ScoreShown, Submission};
use domain::jurisdiction::Founded;
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};
use domain::record::{Authored, Stream, StreamKind};
use domain::visit_mode::VisitMode;
use domain::{Command, Event};
use form::{
    Answers, CheckItem, ChoiceDefinition, FormDefinition, Group, InstanceCounts, Node, Question,
    QuestionKind, Session, Texts, TimeZone,
};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use server::account;
use server::http::{router, site::Site};
use server::server::{Server, now};
use server::settings::Settings;
use sync::protocol::{EventReceipt, Push, Pushed, Receipt, SignIn};
use uuid::Uuid;

/// As the server allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 16;
const ANSWERS: usize = 100;
const WARM_UP: usize = 512;
const ROUNDS: usize = 3;
const PASSWORD: &str = "a password to measure with";

struct Prepared {
    jurisdiction: JurisdictionId,
    inspector: PersonId,
    partner: PersonId,
    home: BodyId,
    checklist: ChecklistId,
    assignments: Vec<AssignmentId>,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        arguments
            .iter()
            .position(|word| word == name)
            .and_then(|at| arguments.get(at + 1))
    };
    let kind = option("--database")
        .map_or("sqlite", String::as_str)
        .to_owned();
    let requests: usize = option("--requests").map_or(Ok(36_000), |number| number.parse())?;

    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    std::fs::create_dir_all(&site)?;
    std::fs::write(
        site.join("assets.json"),
        r#"{"office":{"boot":"","js":"","wasm":"","parts":[]},"field":{"boot":"","js":"","wasm":"","parts":[]},"css":""}"#,
    )?;

    let serving = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (server, address) = serving.block_on(async {
        let database_url = match kind.as_str() {
            "sqlite" => None,
            "postgres" => Some(fresh_postgres().await?),
            other => anyhow::bail!("no database called {other}"),
        };
        let settings = Settings {
            data: folder.path().join("data"),
            database_url,
            ..Settings::default()
        };
        let server = Arc::new(Server::open(settings).await?);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let service = router(server.clone(), Site::open(Some(site), None)?);
        tokio::spawn(async move {
            axum::serve(
                listener,
                service.into_make_service_with_connect_info::<SocketAddr>(),
            )
            .await
        });
        anyhow::Ok((server, address))
    })?;
    let prepared = serving.block_on(prepare(&server, WARM_UP + requests))?;

    let loading = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (per_second, mut latencies) = loading.block_on(load(address, &prepared, requests))?;
    latencies.sort_unstable();
    let stored = serving.block_on(stored_inspections(&server, &prepared))?;
    ensure!(
        stored == WARM_UP + requests,
        "{stored} of {} submissions are stored",
        WARM_UP + requests
    );

    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!(r#"{{"name":"ingest.{kind}.per_s","value":{per_second:.0},"unit":"submissions/s"}}"#);
    println!(
        r#"{{"name":"ingest.{kind}.p50_ms","value":{:.2},"unit":"ms"}}"#,
        at(50)
    );
    println!(
        r#"{{"name":"ingest.{kind}.p99_ms","value":{:.2},"unit":"ms"}}"#,
        at(99)
    );
    Ok(())
}

async fn fresh_postgres() -> anyhow::Result<String> {
    let url = std::env::var("TEST_POSTGRES_URL")
        .context("TEST_POSTGRES_URL must name a Postgres server")?;
    let name = format!("bench_{}", Uuid::now_v7().simple());
    let pool = sqlx::PgPool::connect(&url).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await?;
    let (base, _) = url
        .rsplit_once('/')
        .context("a Postgres URL ends in a database")?;
    Ok(format!("{base}/{name}"))
}

fn texts(text: &str) -> Texts {
    Texts::both(text, text)
}

/// Ten sections of ten items.
fn checklist() -> FormDefinition {
    let item = |number: usize| {
        Node::Question(Question {
            name: format!("q{number}"),
            kind: QuestionKind::SelectOne,
            label: texts("Is it in order?"),
            choices: Some("result".into()),
            check: Some(CheckItem {
                code: format!("Q{number}"),
                weight: 1.0,
                ..CheckItem::default()
            }),
            ..Question::default()
        })
    };
    let section = |number: usize| {
        Node::Group(Group {
            name: format!("s{number}"),
            label: texts("Section"),
            children: (number * 10..number * 10 + 10).map(item).collect(),
            ..Group::default()
        })
    };
    let choice = |value: &str| ChoiceDefinition {
        value: value.into(),
        label: texts(value),
    };
    FormDefinition {
        id: "hundred".into(),
        version: "1".into(),
        title: texts("A hundred items"),
        children: (0..ANSWERS / 10).map(section).collect(),
        choice_lists: BTreeMap::from([(
            "result".into(),
            ["pass", "fail", "na"].into_iter().map(choice).collect(),
        )]),
        ..FormDefinition::default()
    }
}

async fn prepare(server: &Server, visits: usize) -> anyhow::Result<Prepared> {
    let new = Uuid::now_v7;
    let (jurisdiction, administrator) = (JurisdictionId(new()), PersonId(new()));
    let founded = Founded {
        name: texts("Bench"),
        time_zone: "Asia/Shanghai".into(),
        sample: true,
    };
    let whole = |role| Grant::new(role, Scope::Jurisdiction);
    let registration = |name: &str, unit, grants| Registration {
        name: texts(name),
        unit,
        sign_in_name: name.into(),
        grants,
    };
    let grants = vec![whole(Role::Administrator), whole(Role::Organiser)];
    server
        .ingest
        .found(
            jurisdiction,
            founded,
            (administrator, registration("admin", None, grants)),
            now(),
        )
        .await?;

    let (bureau, home) = (BodyId(new()), BodyId(new()));
    let body = |id, kind, name| {
        let particulars = Particulars {
            kind,
            name: texts(name),
            parent: None,
            district: None,
            residents: 0,
            staff: 0,
            capacity: 0,
            sample: true,
            profile: domain::body::Profile::default(),
        };
        Command::Body {
            id,
            command: BodyCommand::Register(particulars),
        }
    };
    let (inspector, partner) = (PersonId(new()), PersonId(new()));
    let person = |id, name| Command::Person {
        id,
        command: PersonCommand::Register(registration(
            name,
            Some(bureau),
            vec![whole(Role::Inspector)],
        )),
    };
    let (checklist_id, campaign) = (ChecklistId(new()), CampaignId(new()));
    let published = Published {
        definition: checklist(),
        adapted: true,
    };
    let day = |text: &str| {
        text.parse()
            .map_err(|error| anyhow::anyhow!("{text}: {error}"))
    };
    let plan = CampaignPlan {
        name: texts("Bench"),
        kind: CampaignKind::SpotCheck,
        notice_mode: NoticeMode::Unannounced,
        authority: bureau,
        checklist: checklist_id,
        checklist_version: "1".into(),
        from: day("2022-01-01")?,
        to: day("2099-12-31")?,
        terms: CampaignTerms::default(),
    };
    for command in [
        body(bureau, BodyKind::Department, "Bureau"),
        body(home, BodyKind::ElderCare, "Home"),
        person(inspector, "inspector"),
        person(partner, "partner"),
        Command::Checklist {
            id: checklist_id,
            command: ChecklistCommand::Publish(Box::new(published)),
        },
        Command::Campaign {
            id: campaign,
            command: CampaignCommand::Create(plan),
        },
    ] {
        server
            .ingest
            .command(administrator, &command, now())
            .await?;
    }
    let hash = account::hash_password(PASSWORD)?;
    account::set_password_hash(
        &server.database,
        jurisdiction,
        inspector,
        "inspector",
        &hash,
        account::ChosenBy::Themselves,
        now(),
    )
    .await?;

    let assignments: Vec<AssignmentId> = (0..visits).map(|_| AssignmentId(new())).collect();
    let order = AssignmentOrder {
        campaign,
        target: home,
        group: None,
        leader: inspector,
        team: vec![inspector, partner],
        visit_on: day("2022-03-14")?,
        mode: VisitMode::OnSite,
        sealed: false,
        checklist: checklist_id,
        checklist_version: "1".into(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    };
    // A body is visited once a day.
    let dated: Vec<_> = (0..).zip(&assignments).collect();
    for chunk in dated.chunks(1_000) {
        let commands: Vec<Command> = chunk
            .iter()
            .map(|(days, id)| Command::Assignment {
                id: **id,
                campaign,
                command: AssignmentCommand::Create(AssignmentOrder {
                    visit_on: domain::working_day::plus_days(order.visit_on, *days),
                    ..order.clone()
                }),
            })
            .collect();
        server
            .ingest
            .commands(administrator, &commands, now())
            .await?;
    }
    Ok(Prepared {
        jurisdiction,
        inspector,
        partner,
        home,
        checklist: checklist_id,
        assignments,
    })
}

/// What one tablet sends for one visit: a request's body.
fn push(
    prepared: &Prepared,
    visit: usize,
    device: DeviceId,
    sequence: u64,
) -> anyhow::Result<Bytes> {
    let answers = (0..ANSWERS)
        .map(|number| (format!("q{number}"), "pass".to_owned()))
        .collect();
    let submission = Submission {
        target: prepared.home,
        outcome: Outcome::Completed,
        mode: VisitMode::OnSite,
        started_at: now(),
        clock_offset: domain::clock_offset::ClockOffset::default(),
        arrival: None,
        entrance: None,
        present: vec![prepared.inspector, prepared.partner],
        checklist: prepared.checklist,
        checklist_version: "1".into(),
        session: Session {
            now: 1_647_219_600_000,
            time_zone: TimeZone {
                offset_minutes: 480,
                transitions: Vec::new(),
            },
            ..Session::default()
        },
        answers: Answers(answers),
        score: ScoreShown {
            earned: 100.0,
            possible: 100.0,
        },
        findings: BTreeMap::new(),
        raised: Some(BTreeMap::new()),
        remarks: BTreeMap::new(),
        account: String::new(),
        account_photos: Vec::new(),
        instances: InstanceCounts::default(),
        signatures: None,
    };
    let event = Event::Inspection(InspectionEvent::Submitted(Box::new(submission)));
    let inspection = InspectionId::of(prepared.assignments[visit]);
    let authored = Authored {
        id: EventId(Uuid::now_v7()),
        jurisdiction: prepared.jurisdiction,
        stream: Stream {
            kind: StreamKind::Inspection,
            id: inspection.0,
        }
        .to_string(),
        kind: event.kind().to_owned(),
        body: event.body(),
        actor: prepared.inspector,
        device: Some(device),
        device_sequence: Some(sequence),
        occurred_at: now(),
    };
    Ok(serde_json::to_vec(&Push {
        device,
        events: vec![authored],
        signature: None,
    })?
    .into())
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    address: SocketAddr,
    cookie: String,
}

impl Connection {
    async fn open(address: SocketAddr, cookie: String) -> anyhow::Result<Connection> {
        let stream = tokio::net::TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Connection {
            sender,
            address,
            cookie,
        })
    }

    async fn post(&mut self, path: &str, body: Bytes) -> anyhow::Result<(hyper::HeaderMap, Bytes)> {
        let request = hyper::Request::post(path)
            .header("host", self.address.to_string())
            .header("origin", format!("http://{}", self.address))
            .header("content-type", "application/json")
            .header("cookie", &self.cookie)
            .body(Full::new(body))?;
        let response = self.sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        ensure!(
            parts.status.is_success(),
            "{}: {}",
            parts.status,
            String::from_utf8_lossy(&body)
        );
        Ok((parts.headers, body))
    }
}

async fn load(
    address: SocketAddr,
    prepared: &Prepared,
    requests: usize,
) -> anyhow::Result<(f64, Vec<Duration>)> {
    let sign_in = SignIn {
        name: "inspector".into(),
        password: PASSWORD.into(),
    };
    let mut first = Connection::open(address, String::new()).await?;
    let (headers, _) = first
        .post("/api/sync/v1/sign-in", serde_json::to_vec(&sign_in)?.into())
        .await?;
    let cookie = headers.get("set-cookie").context("a cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();

    let devices: Vec<DeviceId> = (0..CONNECTIONS).map(|_| DeviceId(Uuid::now_v7())).collect();
    // What tablets write is not the server's work: every body is there before the clock runs. A connection sends its own, in the order of
    // its device's sequence.
    let mut all: Vec<Vec<Bytes>> = vec![Vec::new(); CONNECTIONS];
    for visit in 0..WARM_UP + requests {
        let own = &mut all[visit % CONNECTIONS];
        let sequence = u64::try_from(own.len())? + 1;
        own.push(push(
            prepared,
            visit,
            devices[visit % CONNECTIONS],
            sequence,
        )?);
    }
    let mut rest: Vec<Vec<Bytes>> = all
        .iter_mut()
        .map(|own| own.split_off(WARM_UP / CONNECTIONS))
        .collect();
    run(address, &cookie, all).await?;
    let (mut rates, mut latencies) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let share = |own: &mut Vec<Bytes>| {
            let length = own.len() / (ROUNDS - round);
            own.drain(..length).collect::<Vec<_>>()
        };
        let round: Vec<Vec<Bytes>> = rest.iter_mut().map(share).collect();
        let begun = Stopwatch::now();
        let took = run(address, &cookie, round).await?;
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        rates.push(took.len() as f64 / begun.elapsed().as_secs_f64());
        latencies.extend(took);
    }
    rates.sort_by(f64::total_cmp);
    Ok((rates[ROUNDS / 2], latencies))
}

/// Pushes what each connection has, each as fast as it is answered.
async fn run(
    address: SocketAddr,
    cookie: &str,
    bodies: Vec<Vec<Bytes>>,
) -> anyhow::Result<Vec<Duration>> {
    let tasks: Vec<_> = bodies
        .into_iter()
        .map(|bodies| {
            let cookie = cookie.to_owned();
            tokio::spawn(async move {
                let mut connection = Connection::open(address, cookie).await?;
                let mut latencies = Vec::with_capacity(bodies.len());
                for body in bodies {
                    let begun = Stopwatch::now();
                    let (_, answer) = connection.post("/api/sync/v1/push", body).await?;
                    latencies.push(begun.elapsed());
                    let pushed: Pushed = serde_json::from_slice(&answer)?;
                    let accepted = matches!(
                        pushed.receipts[..],
                        [EventReceipt {
                            receipt: Receipt::Accepted,
                            ..
                        }]
                    );
                    ensure!(accepted, "not accepted: {pushed:?}");
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(latencies)
}

async fn stored_inspections(server: &Server, prepared: &Prepared) -> anyhow::Result<usize> {
    let page = server.reader(prepared.jurisdiction, prepared.inspector);
    let head = page.log.head(prepared.jurisdiction).await?;
    let mut position = 0;
    let mut stored = 0;
    while position < head.position {
        let events = page
            .log
            .after(prepared.jurisdiction, position, 2_000)
            .await?;
        stored += events
            .iter()
            .filter(|event| event.authored.kind == "inspection.submitted")
            .count();
        position = events.last().map_or(head.position, |event| event.position);
    }
    Ok(stored)
}
