//! `cargo xtask serve`: the demo city on this machine, from a fresh clone to sign-ins in one command.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    bundle,
    postgres::Database,
    process::{Running, check_interrupt, interrupted, lines_of},
    workspace::{Profile, Workspace},
};

const START_PATIENCE: Duration = Duration::from_secs(45);

/// Bundles, builds, loads the demo city and serves it until interrupted.
pub fn serve(
    workspace: &Workspace,
    profile: Profile,
    database: Database,
    address: SocketAddr,
) -> Result<()> {
    // Found out before the long build, and not by taking another program's answer for the server's.
    TcpListener::bind(address)
        .with_context(|| format!("{address} is not free; name another with --address"))?;
    bundle::build(workspace, profile)?;
    workspace.build_server(profile)?;

    // The cluster outlives the server: variables are dropped in the reverse of this order.
    let postgres = database.start()?;
    let data = workspace.output(match database {
        Database::Sqlite => "serve-data",
        Database::Postgres => "serve-data-postgres",
    });
    if postgres.is_some() && data.exists() {
        // Files without the database that names them are of no use.
        fs::remove_dir_all(&data).with_context(|| format!("emptying {}", data.display()))?;
    }
    fs::create_dir_all(&data).with_context(|| format!("creating {}", data.display()))?;
    let server = |subcommand: &str| {
        let mut command = Command::new(workspace.server(profile));
        command
            .current_dir(workspace.root())
            .arg(subcommand)
            .arg("--data")
            .arg(&data);
        if let Some(postgres) = &postgres {
            command.arg("--database-url").arg(postgres.url());
        }
        command
    };

    let mut sign_ins = Vec::new();
    let loaded: ExitStatus = lines_of("load the demo city", &mut server("demo"), |line| {
        sign_ins.push(line.to_owned());
    })?;
    if !loaded.success() {
        bail!("loading the demo city failed with {loaded}");
    }
    let mut command = server("serve");
    command
        .arg("--address")
        .arg(address.to_string())
        .arg("--site")
        .arg(workspace.site());
    let mut running = Running::start("the server", command.stdout(Stdio::inherit()))?;
    wait_until_listening(&mut running, address)?;
    for line in &sign_ins {
        println!("{line}");
    }
    println!("http://{address}   (Ctrl-C ends it)");

    match running.wait() {
        Ok(status) => bail!("the server ended with {status}"),
        Err(_) if interrupted() => Ok(()),
        Err(error) => Err(error),
    }
}

fn wait_until_listening(server: &mut Running, address: SocketAddr) -> Result<()> {
    let deadline = Instant::now() + START_PATIENCE;
    while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
        check_interrupt()?;
        if let Some(status) = server.ended()? {
            bail!("the server ended with {status} before it listened on {address}");
        }
        if Instant::now() > deadline {
            bail!(
                "the server does not listen on {address} after {} s",
                START_PATIENCE.as_secs()
            );
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
