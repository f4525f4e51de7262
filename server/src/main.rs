//! `dubang`: the server's commands.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use domain::Language;
use domain::draw::record::{RECORD_BYTE_LIMIT, verify_bytes};
use domain::id::PersonId;
use domain::instant::Day;
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};
use form::Texts;
use server::http::{self, site::Site};
use server::mail::Mailer;
use server::rebuild::rebuild_and_compare;
use server::record_check::RecordCheck;
use server::server::{Server, now};
use server::settings::{Flags, Settings};
use server::world::{day_at, moment_at};
use server::{account, demo, digest, figures};
use uuid::Uuid;

/// Rows, events and JSON come and go on several threads by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Supervision of infection control in welfare institutions.
#[derive(Parser)]
#[command(name = "dubang", version)]
struct Arguments {
    #[command(subcommand)]
    command: Commands,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Subcommand)]
enum Commands {
    /// Serve the office, the field and the sync protocol
    Serve,
    /// Create the database if need be and bring it up to date
    Migrate,
    /// Load the demo city into an empty server and print its sign-ins
    Demo,
    /// Play the whole spring of 2022 into an empty server, and print its figures
    Story {
        /// Print the figures in this language alone
        #[arg(long, value_enum)]
        language: Option<Tongue>,
    },
    /// Count inspections, findings and situation reports by the pages and by the log, at every level, and print the figures;
    /// fails where they do not agree
    Figures {
        /// Print them in this language alone
        #[arg(long, value_enum)]
        language: Option<Tongue>,
    },
    /// Compute every read model again from the log
    Rebuild {
        /// Hold every row against what it was before, and fail if one was not as the log has it; stop other servers first
        #[arg(long)]
        compare: bool,
    },
    /// Queue the digest of the day for whoever gets mail and has not had it; a server that sends mail sends it
    Digest {
        /// As of this time on the jurisdiction's clock, such as 2022-03-14T08:00, instead of now. Until that day is over nobody has
        /// another: for a try
        #[arg(long, hide = true)]
        at: Option<String>,
    },
    /// Check the hash chain of the log from its first event
    Verify,
    /// Draws, from their published records
    #[command(subcommand)]
    Draw(DrawCommands),
    /// Sign-in accounts
    #[command(subcommand)]
    Account(AccountCommands),
}

/// A language, as flags name it.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Tongue {
    Zh,
    En,
}

impl Tongue {
    /// That one, or both.
    fn languages(chosen: Option<Tongue>) -> &'static [Language] {
        match chosen {
            Some(Tongue::Zh) => &[Language::Chinese],
            Some(Tongue::En) => &[Language::English],
            None => &Language::ALL,
        }
    }
}

#[derive(Subcommand)]
enum DrawCommands {
    /// Repeat a published draw from its record alone, and name the first thing that is wrong with it; no database is needed
    Verify {
        /// The record, as the draw's public page gives it; - for standard input
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum AccountCommands {
    /// Create an administrator, or give someone a new password; the password is read from standard input
    Create {
        /// The name typed at sign-in
        sign_in_name: String,
        /// How the person is called; the sign-in name if not given
        #[arg(long)]
        name: Option<String>,
    },
}

/// Rows that differ and are named; the others are counted.
const DIFFERENCES_TOLD: usize = 20;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,server=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    if let Commands::Draw(DrawCommands::Verify { file }) = &arguments.command {
        return verify_draw(file);
    }
    let settings = Settings::read(&arguments.flags).context("the settings cannot be read")?;
    match arguments.command {
        Commands::Serve => serve(settings).await,
        Commands::Migrate => {
            Server::open(settings).await?;
            println!("The database is up to date.");
            Ok(())
        }
        Commands::Demo => load_demo(settings).await,
        Commands::Story { language } => play_story(settings, language).await,
        Commands::Figures { language } => {
            let server = Server::open(settings).await?;
            print_figures(&server, Tongue::languages(language)).await
        }
        Commands::Rebuild { compare } => rebuild(settings, compare).await,
        Commands::Digest { at } => queue_digest(settings, at.as_deref()).await,
        Commands::Verify => verify(settings).await,
        Commands::Draw(DrawCommands::Verify { file }) => verify_draw(&file),
        Commands::Account(AccountCommands::Create { sign_in_name, name }) => {
            create_account(settings, sign_in_name, name).await
        }
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let site = Site::open(settings.site.clone(), settings.map_tiles.as_ref())?;
    let server = Arc::new(Server::open(settings).await?);
    let listener = tokio::net::TcpListener::bind(server.settings.address)
        .await
        .with_context(|| format!("cannot listen on {}", server.settings.address))?;
    let address = listener.local_addr()?;
    println!("Dubang listens on http://{address}");
    if let Some(code) = server.setup.shown() {
        println!(
            "This server is empty. Open http://{address}/setup and enter the set-up code {code}"
        );
    }
    let keeping_up = tokio::spawn(keep_up(server.clone()));
    let doing_what_is_due = tokio::spawn(server::jobs::run(server.clone()));
    let sweeping = tokio::spawn(server::jobs::sweep_uploads(server.clone()));
    let mailing = Mailer::open(&server.settings)
        .context("mail cannot be set up")?
        .map(|mailer| tokio::spawn(server::jobs::send_mail(server.clone(), mailer)));
    let ending = server.clone();
    let service = http::router(server, site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            stopped().await;
            ending.stopping.send_replace(true);
        })
        .await?;
    keeping_up.abort();
    doing_what_is_due.abort();
    sweeping.abort();
    if let Some(mailing) = mailing {
        mailing.abort();
    }
    Ok(())
}

/// Takes in what other servers on the same database committed.
async fn keep_up(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        ticks.tick().await;
        if let Err(error) = server.ingest.world().catch_up(&**server.ingest.log()).await {
            tracing::warn!(%error, "cannot read what other servers wrote; trying again");
        }
    }
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

async fn load_demo(settings: Settings) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    let city = demo::demo_city();
    if server.ingest.world().known().jurisdiction.is_some() {
        println!("The server is not empty: nothing was loaded.");
    } else {
        demo::load(&server, &city).await?;
        println!("The demo city is loaded.");
    }
    match demo::print_sign_ins(&city, &mut std::io::stdout().lock()) {
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

/// A day's line once its last step is recorded.
#[derive(Default)]
struct DayByDay {
    day: Option<Day>,
    steps: usize,
}

impl DayByDay {
    fn hear(&mut self, day: Day, steps: usize) {
        if self.day.is_some_and(|before| before != day) {
            self.tell();
        }
        self.day = Some(day);
        self.steps += steps;
    }

    fn tell(&mut self) {
        if let Some(day) = self.day {
            println!("{day}  {:>6}", self.steps);
        }
        self.steps = 0;
    }
}

async fn play_story(settings: Settings, language: Option<Tongue>) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    anyhow::ensure!(
        server.ingest.world().known().jurisdiction.is_none(),
        "the server is not empty: the story begins with its founding"
    );
    let started = std::time::Instant::now();
    let city = demo::spring();
    println!("日期 Day    指令 Commands");
    let mut days = DayByDay::default();
    demo::play(&server, &city, &mut |steps| {
        if let Some(first) = steps.first() {
            days.hear(day_at(first.at, &city.founding.time_zone), steps.len());
        }
    })
    .await?;
    days.tell();
    println!(
        "{} commands in {:.1} s\n",
        city.commands.len(),
        started.elapsed().as_secs_f64()
    );
    print_figures(&server, Tongue::languages(language)).await
}

/// The sheet of every jurisdiction, and whatever does not agree.
async fn print_figures(server: &Server, languages: &[Language]) -> anyhow::Result<()> {
    let known = server.ingest.world().known();
    let mut disagreeing = 0;
    for jurisdiction in server.ingest.log().jurisdictions().await? {
        let counted = figures::count(server, jurisdiction).await?;
        let counted =
            counted.context("nobody sees all of the city, as whom pages could be asked")?;
        for language in languages {
            println!("{}", figures::print(&counted, &known.directory, *language));
        }
        for discrepancy in &counted.discrepancies {
            for language in languages {
                println!("{}", discrepancy.text(&known.directory, *language));
            }
        }
        disagreeing += counted.discrepancies.len();
    }
    anyhow::ensure!(
        disagreeing == 0,
        "{disagreeing} figures do not agree; `dubang rebuild` computes the read models again"
    );
    println!(
        "各机构之和、各区之和、全市、页面和记录一致。\nInstitutions, districts, city, pages and log agree."
    );
    Ok(())
}

async fn rebuild(settings: Settings, compare: bool) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    let log = server.ingest.log();
    for jurisdiction in log.jurisdictions().await? {
        let head = log.head(jurisdiction).await?.position;
        let progress = move |position: u64| {
            print!("\r{position} of {head} events");
            let _ = std::io::stdout().flush();
        };
        if compare {
            let compared = rebuild_and_compare(&**log, jurisdiction, &progress).await?;
            println!(
                "\nRead models of {jurisdiction} rebuilt from {} events.",
                compared.events
            );
            for (table, rows) in &compared.tables {
                println!("  {table:<22}{rows:>9}");
            }
            for difference in compared.differences.iter().take(DIFFERENCES_TOLD) {
                println!("{difference}");
            }
            let rows: usize = compared.tables.iter().map(|(_, rows)| rows).sum();
            anyhow::ensure!(
                compared.differences.is_empty(),
                "{} rows were not as the log has them; they are now",
                compared.differences.len()
            );
            println!(
                "All {rows} rows of {} tables are what they were.",
                compared.tables.len()
            );
        } else {
            let events = log.rebuild(jurisdiction, &progress).await?;
            println!("\nRead models of {jurisdiction} rebuilt from {events} events.");
        }
    }
    Ok(())
}

async fn queue_digest(settings: Settings, at: Option<&str>) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    let mailer = Mailer::open(&server.settings)
        .context("mail cannot be set up")?
        .context("no relay is set: no mail is sent")?;
    let known = server.ingest.world().known();
    let jurisdiction = known.jurisdiction.context("the server is empty")?;
    let at = match at {
        Some(text) => moment_at(text, known.time_zone())
            .with_context(|| format!("{text} is no time such as 2022-03-14T08:00"))?,
        None => now(),
    };
    let Some(day) = digest::day_of(at, known.time_zone()) else {
        println!("No digest is due: it is a day off, or too early.");
        return Ok(());
    };
    let queued = digest::enqueue(&server, jurisdiction, mailer.public_url(), at).await?;
    println!("Digests of {day} queued: {queued}");
    Ok(())
}

async fn verify(settings: Settings) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    let log = server.ingest.log();
    for jurisdiction in log.jurisdictions().await? {
        let head = log.head(jurisdiction).await?;
        let mut check = RecordCheck::default();
        loop {
            let events = log.after(jurisdiction, check.last().0, 1_000).await?;
            if events.is_empty() {
                break;
            }
            for event in &events {
                check
                    .next(event)
                    .with_context(|| format!("the record of {jurisdiction} was tampered with"))?;
            }
        }
        check
            .end()
            .with_context(|| format!("the record of {jurisdiction} was tampered with"))?;
        let last = check.last();
        anyhow::ensure!(
            last == (head.position, head.hash),
            "the record of {jurisdiction} does not end at its head"
        );
        println!(
            "{jurisdiction}: {} events, in order and unchanged, {} of them under the signatures of their tablets; head {}",
            last.0,
            check.signed(),
            last.1
        );
    }
    Ok(())
}

/// Nothing is looked at but the file.
fn verify_draw(file: &Path) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let limit = RECORD_BYTE_LIMIT as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)?;
    } else {
        let opened =
            std::fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
        opened.take(limit).read_to_end(&mut bytes)?;
    }
    let verified = match verify_bytes(&bytes) {
        Ok(verified) => verified,
        Err(fault) => {
            let (chinese, english) = (fault.text(Language::Chinese), fault.text(Language::English));
            anyhow::bail!("the record is not sound: {english}\n记录不可信：{chinese}");
        }
    };
    println!("Rules and roster: {}", verified.rules_hash);
    println!(
        "{} of {} institutions are drawn, {} round(s).",
        verified.visits, verified.eligible, verified.rounds
    );
    if verified.repeated > 0 {
        println!(
            "{} result(s) repeated from the seeds: the same.",
            verified.repeated
        );
    }
    if verified.sealed > 0 {
        println!(
            "{} result(s) sealed: only the hash is published yet. Verify again once it is disclosed.",
            verified.sealed
        );
    }
    println!("The record is sound.");
    Ok(())
}

async fn create_account(
    settings: Settings,
    sign_in_name: String,
    name: Option<String>,
) -> anyhow::Result<()> {
    let server = Server::open(settings).await?;
    let known = server.ingest.world().known();
    let jurisdiction = known
        .jurisdiction
        .context("the server is empty: set it up in the browser, or load the demo")?;
    eprint!("Password: ");
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\n', '\r']);
    if let Err(refusal) = account::check_password(password) {
        anyhow::bail!(refusal.text(Language::English));
    }
    let hash = account::hash_password(password)?;
    let person = if let Some(person) = known.directory.person_named(&sign_in_name) {
        println!("{sign_in_name} exists already: only the password is new.");
        person
    } else {
        // Whoever can run this on the server's machine acts for an administrator there is.
        let administrator = known
            .directory
            .people()
            .find(|(_, known)| {
                let whole = Grant::new(Role::Administrator, Scope::Jurisdiction);
                known.active && known.registration.grants.contains(&whole)
            })
            .map(|(id, _)| id)
            .context("there is no administrator of the whole jurisdiction")?;
        let name = name.unwrap_or_else(|| sign_in_name.clone());
        let registration = Registration {
            name: Texts::both(name.clone(), name),
            unit: None,
            sign_in_name: sign_in_name.clone(),
            grants: vec![Grant::new(Role::Administrator, Scope::Jurisdiction)],
        };
        let person = PersonId(Uuid::now_v7());
        let command = domain::Command::Person {
            id: person,
            command: PersonCommand::Register(registration),
        };
        server
            .ingest
            .command(administrator, &command, now())
            .await?;
        println!("{sign_in_name} is an administrator now.");
        person
    };
    account::set_password_hash(
        &server.database,
        jurisdiction,
        person,
        &sign_in_name,
        &hash,
        account::ChosenBy::Themselves,
        now(),
    )
    .await?;
    Ok(())
}
