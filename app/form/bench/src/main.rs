//! `form-bench write FOLDER` writes the measured forms, with `samples.json` telling what is measured on each.
//! `form-bench measure` prints what the engines take natively, as JSON lines.
//! `form-bench load FORM` loads a form written before, once, for a profiler to look at.

use std::{
    env, fs,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use form_bench::{
    engine::{Engine, Files},
    measure::{Times, measure},
    ours::Ours,
    rxeval::Rxeval,
    sample::samples,
};
use serde::Serialize;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["write", folder] => write(Path::new(folder)).map_err(|error| error.to_string()),
        ["measure"] => print_measurements(),
        ["load", form] => load_once(Path::new(form)),
        _ => Err("usage: form-bench write FOLDER | measure | load FORM".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let samples = samples();
    for sample in &samples {
        fs::write(folder.join(format!("{}.xml", sample.name)), &sample.xml)?;
        for file in &sample.attachments {
            fs::write(folder.join(&file.file), &file.content)?;
        }
    }
    fs::write(
        folder.join("samples.json"),
        serde_json::to_vec_pretty(&samples)?,
    )
}

fn load_once(form: &Path) -> Result<(), String> {
    let xml = fs::read_to_string(form).map_err(|error| error.to_string())?;
    let engine = Ours::load(&xml, Files::new())?;
    println!("{} bytes of submission", engine.submission().len());
    Ok(())
}

/// `forms.native.FORM.ACT_ms` of ours and of the peer, and how many times faster ours is.
fn print_measurements() -> Result<(), String> {
    for sample in samples() {
        let (mut ours, mut peer) = (Medians::default(), Medians::default());
        let mut peer_can = true;
        for _ in 0..ROUNDS {
            ours.add(measure::<Ours>(&sample)?);
            if peer_can && peer.spent < ENOUGH {
                let began = Instant::now();
                match measure::<Rxeval>(&sample) {
                    Ok(times) => peer.add(times),
                    Err(error) => {
                        peer_can = false;
                        eprintln!("    {} on {}: {error}", Rxeval::NAME, sample.name);
                    }
                }
                peer.spent += began.elapsed();
            }
        }
        eprintln!("    {}: measured natively", sample.name);
        for (act, ours) in ours.medians() {
            let name = format!("forms.native.{}.{act}", sample.name);
            print_line(&Line {
                name: format!("{name}_ms"),
                value: rounded(ours),
                unit: "ms",
                sides: None,
                sides_unit: None,
            })?;
            let peer = peer
                .medians()
                .find_map(|(name, took)| (name == act).then_some(took));
            if let Some(peer) = peer {
                print_line(&Line {
                    name: format!("{name}_{}_ratio", Rxeval::NAME),
                    value: rounded(peer / ours),
                    unit: "ratio",
                    sides: Some(Sides {
                        rxeval: rounded(peer),
                        ours: rounded(ours),
                    }),
                    sides_unit: Some("ms"),
                })?;
            }
        }
    }
    Ok(())
}

/// How often the engines take turns…
const ROUNDS: usize = 3;
/// …and when the peer has had time enough for one form.
const ENOUGH: Duration = Duration::from_secs(10);

/// What all rounds took, act by act.
#[derive(Default)]
struct Medians {
    acts: Vec<(&'static str, Vec<f64>)>,
    spent: Duration,
}

impl Medians {
    fn add(&mut self, times: Times) {
        for (act, took) in times.acts {
            match self.acts.iter_mut().find(|(name, _)| *name == act) {
                Some((_, all)) => all.push(took),
                None => self.acts.push((act, vec![took])),
            }
        }
    }

    fn medians(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.acts.iter().map(|(act, all)| {
            let mut all = all.clone();
            all.sort_unstable_by(f64::total_cmp);
            (*act, all[all.len() / 2])
        })
    }
}

#[derive(Serialize)]
struct Line {
    name: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sides: Option<Sides>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sides_unit: Option<&'static str>,
}

/// Dividend and divisor, in this order.
#[derive(Serialize)]
struct Sides {
    rxeval: f64,
    ours: f64,
}

fn print_line(line: &Line) -> Result<(), String> {
    let line = serde_json::to_string(line).map_err(|error| error.to_string())?;
    println!("{line}");
    Ok(())
}

/// To four digits: the machine is not quieter than that.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
