//! An engine's times without a browser around it.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{
    engine::{Engine, Files},
    sample::Sample,
};

/// How long one act is repeated for, and how often at most.
const BUDGET: Duration = Duration::from_millis(250);
const MOST: usize = 400;

/// Medians of one form, in milliseconds; nothing where the form has nothing to measure.
#[derive(Debug, Default)]
pub struct Times {
    /// `load`, `fanout`, `tail`, `add`, `filter` and `serialise`, those the form has.
    pub acts: Vec<(&'static str, f64)>,
}

/// Measures `sample`; an error when the engine refuses it or computes something else than it should.
pub fn measure<E: Engine>(sample: &Sample) -> Result<Times, String> {
    let mut times = Times::default();
    let mut loads = Series::default();
    let mut engine = None;
    while loads.wants_more() {
        let files = sample.files();
        // The one before is gone before the clock runs.
        drop(engine.take());
        engine = Some(loads.time(|| loaded::<E>(sample, files))?);
    }
    times.acts.push(("load", loads.median()));
    let mut engine = engine.ok_or("nothing was loaded")?;

    for change in &sample.changes {
        let node = engine.node(&change.path)?;
        let total = engine.node(change.total)?;
        for (value, expected) in change.values.into_iter().zip(change.totals) {
            engine.answer(&node, value)?;
            let computed = engine.value(&total);
            if computed.parse() != Ok(expected) {
                return Err(format!(
                    "{}: {value} in {} gives {computed} instead of {expected}",
                    sample.name, change.path
                ));
            }
        }
        let mut edits = Series::default();
        while edits.wants_more() {
            for value in change.values {
                edits.time(|| engine.answer(&node, value))?;
            }
        }
        times.acts.push((change.name, edits.median()));
    }

    if let Some(repeat) = &sample.repeat {
        let (node, count) = (engine.node(repeat.path)?, engine.node(repeat.count)?);
        let mut additions = Series::default();
        let mut instances = engine.instances(&node);
        while additions.wants_more() && instances < repeat.instances * 2 {
            instances += 1;
            additions.time(|| engine.set_instances(&node, &count, instances))?;
        }
        if engine.instances(&node) != instances {
            return Err(format!("{}: instances are missing", sample.name));
        }
        times.acts.push(("add", additions.median()));
    }

    if let Some(cascade) = &sample.cascade {
        let (node, filtered) = (engine.node(cascade.path)?, engine.node(cascade.filtered)?);
        let mut filters = Series::default();
        let mut values = (1..=cascade.values).cycle();
        while filters.wants_more() {
            let value = format!("d{}", values.next().unwrap_or(1));
            let choices = filters.time(|| {
                engine.answer(&node, &value)?;
                Ok(engine.choices(&filtered))
            })?;
            if choices != cascade.choices {
                return Err(format!("{}: {choices} choices are left", sample.name));
            }
        }
        times.acts.push(("filter", filters.median()));
    }

    let mut writings = Series::default();
    while writings.wants_more() {
        writings.time(|| Ok(black_box(engine.submission())))?;
    }
    times.acts.push(("serialise", writings.median()));
    Ok(times)
}

/// An engine that does not make a repeat's instances by itself has not loaded the form without them.
fn loaded<E: Engine>(sample: &Sample, files: Files) -> Result<E, String> {
    let mut engine = E::load(&sample.xml, files)?;
    if let Some(repeat) = &sample.repeat {
        let node = engine.node(repeat.path)?;
        if engine.instances(&node) != repeat.instances {
            let count = engine.node(repeat.count)?;
            engine.set_instances(&node, &count, repeat.instances)?;
        }
    }
    Ok(engine)
}

/// One act, timed again and again.
#[derive(Default)]
struct Series {
    times: Vec<Duration>,
    spent: Duration,
}

impl Series {
    fn wants_more(&self) -> bool {
        self.times.len() < 3 || (self.spent < BUDGET && self.times.len() < MOST)
    }

    fn time<T>(&mut self, act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let began = Instant::now();
        let result = act();
        let took = began.elapsed();
        self.times.push(took);
        self.spent += took;
        result
    }

    /// In milliseconds.
    fn median(mut self) -> f64 {
        self.times.sort_unstable();
        self.times
            .get(self.times.len() / 2)
            .map_or(f64::NAN, Duration::as_secs_f64)
            * 1_000.0
    }
}
