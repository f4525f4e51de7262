//! Running other programs: a step with its elapsed seconds, a server held in the background, and the promise that
//! nothing started here outlives this program.
//!
//! Every child leads a process group of its own, so that stopping it also stops what it started. An interrupt only raises
//! a flag; whoever waits sees it, returns an error, and the guards on the way out stop the children and remove what
//! they left on disk.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

/// How often a waiting loop looks at its child and at the interrupt flag.
const POLL: Duration = Duration::from_millis(20);
/// How often a step that is still running says so.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// Signals sent to stop a group, each with the time it is given to work.
///
/// The first is the interrupt: it is what Postgres calls a fast shutdown and what test runners tidy up on.
const STOPPING: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(8)),
    (Signal::TERM, Duration::from_secs(3)),
    (Signal::KILL, Duration::from_secs(3)),
];

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on Ctrl-C, a hang-up or a polite kill ends the program in order; a second one ends it at once.
pub fn listen_for_interrupt() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(flag))
            .context("listening for signals")?;
        flag::register(signal, Arc::clone(flag)).context("listening for signals")?;
    }
    Ok(())
}

/// Whether somebody asked this program to end.
pub fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// An error when somebody asked this program to end.
pub fn check_interrupt() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    Ok(())
}

/// A child process, stopped with everything it started when this guard is dropped.
pub struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts `command` in a process group of its own, without standard input.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        check_interrupt()?;
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {name} ({})", command.get_program().display()))?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    /// The exit status when the child has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("waiting for {}", self.name))
    }

    /// Waits for the end of the child, or fails when this program is interrupted.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.wait_watching(|_| Ok(()))
    }

    fn wait_watching(
        &mut self,
        mut watch: impl FnMut(Duration) -> Result<()>,
    ) -> Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            check_interrupt()?;
            watch(started.elapsed())?;
            thread::sleep(POLL);
        }
    }

    fn stop(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else {
            return;
        };
        for (signal, patience) in STOPPING {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            // The group may have ended between the look and the signal; the next look tells.
            let _ = kill_process_group(group, signal);
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
                thread::sleep(POLL);
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs `command` to its end with its output on the terminal, saying before what runs and after how long it took.
pub fn step(label: &str, command: &mut Command) -> Result<()> {
    let status = status_of(label, command)?;
    if !status.success() {
        bail!("{label}: failed with {status}");
    }
    Ok(())
}

/// Like [`step`], but a failing exit is an answer and not an error.
pub fn status_of(label: &str, command: &mut Command) -> Result<ExitStatus> {
    timed(label, |heartbeat| {
        Running::start(label, command)?.wait_watching(|elapsed| {
            heartbeat(elapsed);
            Ok(())
        })
    })
}

/// Runs `command`, handing each line of its standard output to `on_line`; the status is the answer.
pub fn lines_of(
    label: &str,
    command: &mut Command,
    on_line: impl FnMut(&str) + Send,
) -> Result<ExitStatus> {
    lines_within(label, command, Duration::MAX, on_line)?.context("it never ended")
}

/// The same of a command that hangs when, after its first line, it writes no other for as long as `patience`: then it is stopped, and has no
/// status.
pub fn lines_within(
    label: &str,
    command: &mut Command,
    patience: Duration,
    mut on_line: impl FnMut(&str) + Send,
) -> Result<Option<ExitStatus>> {
    timed(label, |heartbeat| {
        let mut running = Running::start(label, command.stdout(Stdio::piped()))?;
        let output = running
            .child
            .stdout
            .take()
            .context("the output of a step was not piped")?;
        let mut hangs = false;
        let last_line = Mutex::new(None::<Instant>);
        thread::scope(|scope| {
            scope.spawn(|| {
                for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                    *held(&last_line) = Some(Instant::now());
                    on_line(&String::from_utf8_lossy(&line));
                }
            });
            let status = running.wait_watching(|elapsed| {
                heartbeat(elapsed);
                let silence = held(&last_line).map(|last| last.elapsed());
                hangs = silence.is_some_and(|silence| silence >= patience);
                if hangs {
                    bail!("no line in {} s", patience.as_secs());
                }
                Ok(())
            });
            // Stopped before the scope joins the reader: the end of the group is what ends its input.
            running.stop();
            match status {
                Err(_) if hangs => Ok(None),
                status => status.map(Some),
            }
        })
    })
}

fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work`, saying before what it is and after how long it took.
pub fn timed<T>(
    label: &str,
    work: impl FnOnce(&mut dyn FnMut(Duration)) -> Result<T>,
) -> Result<T> {
    check_interrupt()?;
    eprintln!("==> {label}");
    let started = Instant::now();
    let mut next = HEARTBEAT;
    let result = work(&mut |elapsed| {
        if elapsed >= next {
            eprintln!("    … {label}: {} s so far", elapsed.as_secs());
            next += HEARTBEAT;
        }
    });
    let end = if result.is_ok() {
        "took"
    } else {
        "ended after"
    };
    eprintln!(
        "    {label}: {end} {:.1} s",
        started.elapsed().as_secs_f64()
    );
    result
}

/// The standard output of a short command, or an error with what it said instead.
pub fn output_of(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("running {name}"))?;
    if !output.status.success() {
        bail!(
            "{name} failed with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("reading the output of {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_silent_after_its_first_line_is_stopped() {
        for (script, ends) in [
            ("sleep 1; echo one; echo two", true),
            ("echo one; sleep 60", false),
        ] {
            let mut lines = 0;
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let patience = Duration::from_millis(500);
            let status = lines_within("a script", &mut command, patience, |_| lines += 1);
            assert_eq!(status.unwrap().is_some(), ends, "{script}");
            assert_eq!(lines, if ends { 2 } else { 1 }, "{script}");
        }
    }
}
