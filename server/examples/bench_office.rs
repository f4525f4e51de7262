//! Server time of office pages over HTTP, from request to last byte: pages of 100,000 findings, and Today, as an organiser and as an
//! officer of one home. Prints JSON lines.
//!
//! `bench_office --database sqlite|postgres [--findings N] [--requests N]`; Postgres is the server named in `TEST_POSTGRES_URL`.
//!
//! Findings are put into the log as they are, most of them closed, the rest in every other stage: what admits them is not measured.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Event;
use domain::body::BodyKind;
use domain::finding::{Evidence, Extent, FindingEvent, Letter, Plan, Raised, RectificationNotice};
use domain::id::{BodyId, EventId, FindingId, InspectionId, JurisdictionId, PersonId};
use domain::instant::{Day, Instant};
use domain::record::{Authored, Stream, StreamKind};
use form::{Line, Severity, Texts};
use http_body_util::BodyExt as _;
use server::http::{router, site::Site};
use server::server::{Server, now};
use server::settings::Settings;
use server::store::Append;
use server::{demo, session};
use tower::ServiceExt as _;
use uuid::Uuid;

/// As the server allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const WARM_UP: usize = 40;

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
    let findings: usize = option("--findings").map_or(Ok(100_000), |number| number.parse())?;
    let requests: usize = option("--requests").map_or(Ok(400), |number| number.parse())?;
    let serving = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    serving.block_on(bench(&kind, findings, requests))
}

async fn bench(kind: &str, findings: usize, requests: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let site = folder.path().join("site");
    std::fs::create_dir_all(&site)?;
    std::fs::write(
        site.join("assets.json"),
        r#"{"office":{"boot":"","js":"","wasm":"","parts":[]},"field":{"boot":"","js":"","wasm":"","parts":[]},"css":""}"#,
    )?;
    let database_url = match kind {
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
    let city = demo::demo_city();
    demo::load(&server, &city).await?;
    put_findings(&server, city.jurisdiction, findings).await?;
    analyse(&server).await?;
    let app = router(server.clone(), Site::open(Some(site), None)?);

    let person = |name: &str| {
        city.sign_ins
            .iter()
            .find(|sign_in| sign_in.name == name)
            .map(|sign_in| sign_in.person)
            .with_context(|| format!("{name} cannot sign in"))
    };
    let mut cookies = Vec::new();
    // Who organises, who rectifies, and who verifies and presses.
    for name in ["organiser", "welfare-home-1", "oversight"] {
        cookies.push(cookie(&server, city.jurisdiction, person(name)?).await?);
    }
    let last = findings / 50;
    let pages: Vec<String> = (0..requests)
        .map(|number| {
            // Scattered over the whole list, and the views that are opened most.
            let page = number * 7_919 % last.max(1) + 1;
            match number % 8 {
                0 => "/findings".to_owned(),
                1 => format!("/findings?page={page}"),
                2 => format!("/findings?sort=raised&page={page}"),
                3 => format!("/findings?stage=open&page={}", page / 2 + 1),
                4 => format!("/findings?stage=rectified&page={}", page / 8 + 1),
                5 => format!("/findings?severity=key&page={}", page / 12 + 1),
                6 => format!("/findings?district=110106&page={}", page / 20 + 1),
                _ => format!("/findings?sort=due&page={}", page / 4 + 1),
            }
        })
        .collect();
    let mut took = measure(&app, &cookies[..1], &pages).await?;
    print_line(&format!("office.findings.{kind}.p50_ms"), at(&mut took, 50));
    print_line(&format!("office.findings.{kind}.p95_ms"), at(&mut took, 95));
    let today = vec!["/".to_owned(); requests];
    let mut took = measure(&app, &cookies, &today).await?;
    print_line(&format!("office.today.{kind}.p50_ms"), at(&mut took, 50));
    print_line(&format!("office.today.{kind}.p95_ms"), at(&mut took, 95));
    let situation = vec!["/situation".to_owned(); requests / 4];
    let mut took = measure(&app, &cookies, &situation).await?;
    print_line(
        &format!("office.situation.{kind}.p95_ms"),
        at(&mut took, 95),
    );
    Ok(())
}

/// What each request took, one after the other, each as every reader in turn.
async fn measure(
    app: &Router,
    cookies: &[String],
    addresses: &[String],
) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(addresses.len());
    let warm_up = addresses
        .iter()
        .take(WARM_UP)
        .map(|address| (false, address));
    let measured = addresses.iter().map(|address| (true, address));
    for (number, (counts, address)) in warm_up.chain(measured).enumerate() {
        let request = Request::get(address.as_str())
            .header(header::COOKIE, &cookies[number % cookies.len()])
            .body(Body::empty())?;
        let begun = Stopwatch::now();
        let response = app.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        let elapsed = begun.elapsed();
        ensure!(status == StatusCode::OK, "{address} answers {status}");
        ensure!(bytes.len() > 2_000, "{address} is empty");
        if counts {
            took.push(elapsed);
            if std::env::var_os("BENCH_VERBOSE").is_some() {
                eprintln!("{address}: {elapsed:?}");
            }
        }
    }
    Ok(took)
}

fn at(took: &mut [Duration], share: usize) -> f64 {
    took.sort_unstable();
    let index = (took.len().saturating_sub(1)) * share / 100;
    took.get(index).map_or(0.0, Duration::as_secs_f64) * 1_000.0
}

fn print_line(name: &str, value: f64) {
    println!(r#"{{"name":"{name}","value":{value:.2},"unit":"ms"}}"#);
}

async fn cookie(
    server: &Server,
    jurisdiction: JurisdictionId,
    person: PersonId,
) -> anyhow::Result<String> {
    let token = session::start(&server.database, jurisdiction, person, None, now()).await?;
    let cookie = token.cookie(false);
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
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

/// What a database does by itself some time after so much was written.
async fn analyse(server: &Server) -> anyhow::Result<()> {
    use server::store::database::Database;
    match &server.database {
        Database::Sqlite(pool) => {
            sqlx::query("analyze").execute(pool).await?;
        }
        Database::Postgres(pool) => {
            sqlx::query("vacuum analyze").execute(pool).await?;
        }
    }
    Ok(())
}

async fn put_findings(
    server: &Server,
    jurisdiction: JurisdictionId,
    findings: usize,
) -> anyhow::Result<()> {
    let known = server.ingest.world().known();
    let bodies: Vec<BodyId> = known
        .directory
        .bodies()
        .filter(|(_, body)| body.kind == BodyKind::ElderCare)
        .map(|(id, _)| id)
        .collect();
    let inspector = known
        .directory
        .person_named("inspector-01")
        .context("there is no inspector")?;
    let begin = Instant(1_647_129_600_000);
    let numbers: Vec<usize> = (0..findings).collect();
    for chunk in numbers.chunks(2_000) {
        let events = chunk
            .iter()
            .flat_map(|number| {
                let id = FindingId(Uuid::from_u128((0x2022_0313 << 64) | *number as u128));
                let body = bodies[number * 31 % bodies.len()];
                // A home plans and rectifies by somebody of its own: who may re-verify is told from that.
                let officer = PersonId(body.0);
                let stream = Stream {
                    kind: StreamKind::Finding,
                    id: id.0,
                };
                let at = begin.plus_hours(i64::try_from(*number).unwrap_or_default() / 60);
                events(*number, body)
                    .into_iter()
                    .map(Event::Finding)
                    .map(move |event| Authored {
                        id: EventId(Uuid::now_v7()),
                        jurisdiction,
                        stream: stream.to_string(),
                        actor: if BY_THE_HOME.contains(&event.kind()) {
                            officer
                        } else {
                            inspector
                        },
                        kind: event.kind().to_owned(),
                        body: event.body(),
                        device: None,
                        device_sequence: None,
                        occurred_at: at,
                    })
            })
            .collect();
        let append = Append {
            jurisdiction,
            events,
            expected: Vec::new(),
            directory_seen: None,
            claims: Vec::new(),
            recorded_at: begin,
        };
        for outcome in server.ingest.log().append_batch(&[append]).await? {
            outcome.context("findings are refused")?;
        }
    }
    server
        .ingest
        .world()
        .catch_up(&**server.ingest.log())
        .await?;
    Ok(())
}

const BY_THE_HOME: [&str; 6] = [
    "finding.disputed",
    "finding.planSubmitted",
    "finding.extensionAsked",
    "finding.letterAnswered",
    "finding.rectificationClaimed",
    "finding.supportConfirmed",
];

/// The events of a finding, up to the stage that its number gives it: most of what is in a record of years is closed; of a hundred,
/// thirty-five are open, at every other stage, with days that are past and days that are to come.
fn events(number: usize, body: BodyId) -> Vec<FindingEvent> {
    let words = || "东门无人值守，请逐项核查并报送。".to_owned();
    let day = |ahead: i64| {
        let spread = i64::try_from(number % 41).unwrap_or_default() - 20;
        Day::from_number(now().millis().div_euclid(86_400_000) + ahead + spread)
    };
    let evidence = || Evidence {
        account: "已更换门禁".into(),
        photos: Vec::new(),
    };
    let raised = FindingEvent::Raised(Box::new(Raised {
        inspection: InspectionId(Uuid::from_u128(1)),
        body,
        item: None,
        code: format!("B{}", number % 60),
        title: Texts::both(
            "出入口是否有人值守、扫码测温",
            "Are entrances staffed, codes scanned and temperatures taken?",
        ),
        clause: String::new(),
        line: Line::Main,
        severity: if number.is_multiple_of(12) {
            Severity::Key
        } else {
            Severity::General
        },
        extent: Extent::Isolated,
        note: format!("东门无人值守，第{number}次记录。"),
        photos: Vec::new(),
        fixed_on_the_spot: false,
        photos_fixed: Vec::new(),
        help_given: String::new(),
        support_owed: String::new(),
    }));
    let notified = FindingEvent::Notified {
        notice: RectificationNotice {
            number: format!("示例整改〔2022〕{number}号"),
            basis: words(),
            facts: words(),
            requirement: words(),
            plan_by: day(0),
            complete_by: day(7),
        },
        unit: None,
    };
    let planned = FindingEvent::PlanSubmitted(Plan {
        affected: words(),
        at_risk: words(),
        system_change: words(),
        monitoring: words(),
        complete_by: day(7),
    });
    let accepted = FindingEvent::PlanAccepted {
        plan: 1,
        opinion: words(),
        complete_by: day(7),
    };
    let claimed = FindingEvent::RectificationClaimed(evidence());
    let failed = FindingEvent::ReVerificationFailed {
        evidence: evidence(),
        complete_by: Some(day(3)),
    };
    let escalated = FindingEvent::Escalated(Letter {
        number: format!("示例督办〔2022〕{number}号"),
        demand: words(),
        answer_by: day(0),
    });
    let asked = FindingEvent::ExtensionAsked {
        until: day(14),
        reason: words(),
    };
    let returned = FindingEvent::PlanReturned {
        plan: 1,
        opinion: words(),
        plan_by: day(2),
    };
    let disputed = FindingEvent::Disputed { grounds: words() };
    let withdrawn = FindingEvent::Withdrawn { reason: words() };
    let passed = FindingEvent::ReVerificationPassed(evidence());
    match number % 100 {
        0..5 => vec![raised],
        5..10 => vec![raised, notified],
        10 => vec![raised, notified, escalated],
        11..13 => vec![raised, notified, disputed],
        13 => vec![raised, notified, disputed, withdrawn],
        14..17 => vec![raised, notified, planned],
        17 => vec![raised, notified, planned, returned],
        18..26 => vec![raised, notified, planned, accepted],
        26..28 => vec![raised, notified, planned, accepted, asked],
        28 => vec![raised, notified, planned, accepted, escalated],
        29..33 => vec![raised, notified, planned, accepted, claimed],
        33..36 => vec![raised, notified, planned, accepted, claimed, failed],
        _ => vec![raised, notified, planned, accepted, claimed, passed],
    }
}
