//! A private Postgres: a fresh cluster in a temporary folder on a free loopback port, removed at the end.
//!
//! It keeps Postgres's own durability settings, so that tests and benchmarks meet what a real server does.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    debian,
    process::{Running, check_interrupt, output_of, timed},
};

const START_PATIENCE: Duration = Duration::from_secs(45);
/// Whom Postgres may run as, since it refuses to run as root; the first that exists is taken.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// Which database a command runs the server on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    /// A file in the data folder.
    Sqlite,
    /// A private Postgres, gone when the command ends.
    Postgres,
}

impl Database {
    /// Starts the cluster when this is the database that needs one.
    pub fn start(self) -> Result<Option<Postgres>> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres => Postgres::start().map(Some),
        }
    }
}

/// A running cluster; dropping it stops the server and removes its folder.
pub struct Postgres {
    // Dropped in this order: the server first, the folder it writes to last.
    _server: Running,
    _folder: TempDir,
    port: u16,
    programs: PathBuf,
}

impl Postgres {
    /// Makes a cluster and starts it; installs Postgres from Debian when it is missing and that is allowed.
    pub fn start() -> Result<Self> {
        let programs = Programs::find()?;
        timed("start a private Postgres", |_| {
            let folder = tempfile::Builder::new()
                .prefix("dubang-postgres-")
                .tempdir()
                .context("making a folder")?;
            if let Some(owner) = &programs.owner {
                chown(folder.path(), Some(owner.uid), Some(owner.gid))
                    .context("handing the folder to Postgres")?;
            }
            let data = folder.path().join("data");
            output_of(
                programs
                    .command("initdb", folder.path())
                    .args([
                        "--auth=trust",
                        "--username=dubang",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                    ])
                    .arg("--pgdata")
                    .arg(&data),
            )?;
            let port = free_port()?;
            let log_path = folder.path().join("log");
            let log = fs::File::create(&log_path).context("making Postgres's log")?;
            let mut server = Running::start(
                "Postgres",
                programs
                    .command("postgres", folder.path())
                    .arg("-D")
                    .arg(&data)
                    .args([
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        &format!("port={port}"),
                    ])
                    .args(["-c", "max_connections=200", "-c", "timezone=UTC"])
                    .arg("-c")
                    .arg(format!(
                        "unix_socket_directories={}",
                        folder.path().display()
                    ))
                    .stdout(Stdio::null())
                    .stderr(log),
            )?;
            wait_until_ready(&mut server, &programs, port, &log_path)?;
            Ok(Self {
                _server: server,
                _folder: folder,
                port,
                programs: programs.folder.clone(),
            })
        })
    }

    /// The address of the cluster's first database, for the one user there is.
    pub fn url(&self) -> String {
        format!("postgres://dubang@127.0.0.1:{}/postgres", self.port)
    }

    /// The folder of Postgres's programs, its clients among them.
    pub fn programs(&self) -> &Path {
        &self.programs
    }
}

fn wait_until_ready(
    server: &mut Running,
    programs: &Programs,
    port: u16,
    log: &Path,
) -> Result<()> {
    let deadline = Instant::now() + START_PATIENCE;
    loop {
        let answered = Command::new(programs.folder.join("pg_isready"))
            .args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")])
            .status()
            .context("asking Postgres whether it is ready")?
            .success();
        if answered {
            return Ok(());
        }
        check_interrupt()?;
        if server.ended()?.is_some() || Instant::now() > deadline {
            bail!(
                "Postgres did not start: {}",
                fs::read_to_string(log).unwrap_or_default().trim()
            );
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A port nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener
        .local_addr()
        .context("looking for a free port")?
        .port())
}

/// Postgres's programs, and whom to run them as.
struct Programs {
    folder: PathBuf,
    owner: Option<Owner>,
}

/// The user the cluster belongs to when this program runs as root.
struct Owner {
    name: &'static str,
    uid: u32,
    gid: u32,
    /// `setpriv` or `runuser`.
    switch: PathBuf,
    switches_by_setpriv: bool,
}

impl Programs {
    fn find() -> Result<Self> {
        let folder = if let Some(folder) = program_folder() {
            folder
        } else {
            debian::install("Postgres", &["postgresql"])?;
            program_folder().context(
                "Postgres was installed, but its programs are not where Debian puts them",
            )?
        };
        let owner = if rustix::process::geteuid().is_root() {
            Some(Owner::find()?)
        } else {
            None
        };
        Ok(Self { folder, owner })
    }

    /// A command of Postgres's, run by a user it accepts in a folder that user may enter.
    fn command(&self, name: &str, folder: &Path) -> Command {
        let program = self.folder.join(name);
        let mut command = match &self.owner {
            None => Command::new(program),
            Some(owner) => {
                let mut command = Command::new(&owner.switch);
                if owner.switches_by_setpriv {
                    let user = [
                        format!("--reuid={}", owner.uid),
                        format!("--regid={}", owner.gid),
                    ];
                    // The last resort should this program be killed outright: Postgres is then told to stop.
                    command
                        .args(user)
                        .args(["--clear-groups", "--pdeathsig=INT"]);
                } else {
                    command.args(["--user", owner.name]);
                }
                command.arg("--").arg(program);
                command
            }
        };
        // A user's own settings for Postgres have no say here.
        command
            .current_dir(folder)
            .env_remove("PGDATA")
            .env_remove("PGPORT")
            .env_remove("PGHOST");
        command
    }
}

impl Owner {
    fn find() -> Result<Self> {
        let (switch, switches_by_setpriv) = debian::find_program("setpriv")
            .map(|program| (program, true))
            .or_else(|| debian::find_program("runuser").map(|program| (program, false)))
            .context("Postgres refuses to run as root, and neither setpriv nor runuser is here to change the user")?;
        for name in USERS {
            let id = |flag: &str| {
                output_of(Command::new("id").args([flag, name]))
                    .ok()
                    .and_then(|id| id.trim().parse::<u32>().ok())
            };
            if let (Some(uid), Some(gid)) = (id("-u"), id("-g")) {
                return Ok(Self {
                    name,
                    uid,
                    gid,
                    switch,
                    switches_by_setpriv,
                });
            }
        }
        bail!(
            "Postgres refuses to run as root, and there is no user postgres or nobody to run it as"
        )
    }
}

/// The folder of the newest Postgres: Debian's, else the one in `PATH`.
fn program_folder() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| is_complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        let folder = debian::find_program("initdb")?.parent()?.to_owned();
        is_complete(&folder).then_some(folder)
    })
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready", "psql"]
        .iter()
        .all(|name| {
            fs::metadata(folder.join(name))
                .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
        })
}
