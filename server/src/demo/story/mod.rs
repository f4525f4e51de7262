//! The spring of 2022, whole: the demo city, and what follows on its beginning until the end of April. The six municipal institutions
//! are visited unannounced, what was drawn is visited sealed, and half of all that are left in a second draw; what the visits find
//! goes the road to closure, each finding as far as chance, the same every time, lets it.
//!
//! Nothing in it is but a command by somebody whom the rules permit it: findings come of answers that the form engine judged, and every
//! deadline is counted in working days.
//!
//! # Layout
//! - `homes`: the institutions, and who answers for each
//! - `visits`: who is visited when, and by whom; `faults`: what can be found; `inspected`: a visit handed in
//! - `fates`: what becomes of a finding
//! - `desk`: tests, regulators' files, what is linked, looking back

mod desk;
mod fates;
mod faults;
mod homes;
mod inspected;
#[cfg(test)]
mod tests;
mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::finding::PhotoHash;
use domain::id::{BodyId, FindingId};
use domain::inspection::Outcome;
use domain::record::Hash;
use form::{Form, Severity};

use self::homes::Home;
use self::inspected::Found;
use self::visits::Planned;
use super::road::{Act, Case, day};
use super::{DemoCity, DemoStep, checklist, demo_city, identity, moment};

/// 29 April 2022, counted from 1 March: what would come later is not part of the story.
pub const LAST_DAY: i64 = 60;
/// The first number of the story's papers; the demo city has those before.
const FIRST_PAPER: i64 = 101;

/// The city with everything that happens in it, thirty days of situation reports included.
pub fn spring() -> DemoCity {
    let mut city = demo_city();
    let mut spring = Spring::default();
    let homes = homes::homes();
    spring.steps.extend(homes::officers(&homes));
    spring.steps.extend(desk::finished());
    spring.steps.extend(desk::looked_into());
    let (assigned, own) = visits::own_inspection();
    spring.steps.push(assigned);
    let visits = spring.visits(&city);
    // The checklist compiled when it was published.
    if let Ok(form) = Form::compile(checklist::published().definition).map(Arc::new) {
        if let Some(home) = homes.get(&own.target) {
            let pictures = &mut spring.pictures;
            let handed = inspected::handed_in(&own, home, Outcome::Completed, &[], &form, pictures);
            spring.steps.extend(handed);
        }
        for visit in &visits {
            if let Some(home) = homes.get(&visit.target) {
                spring.visit(visit, home, &form);
            }
        }
    }
    let looked_back = desk::look_back(&spring.closed, &mut spring.pictures);
    spring.steps.extend(looked_back);
    spring
        .steps
        .retain(|step| step.at < moment(LAST_DAY + 1, 0, 0));
    let named: BTreeSet<&PhotoHash> = spring
        .steps
        .iter()
        .flat_map(|step| step.command.photos())
        .collect();
    spring
        .pictures
        .retain(|picture| named.contains(&PhotoHash(Hash::of(picture).to_string())));
    // What one person does at one time stands together.
    spring.steps.sort_by_key(|step| (step.at, step.actor));
    let daily = city.daily();
    city.commands.extend(spring.steps);
    city.commands.extend(daily);
    city.commands.sort_by_key(|step| step.at);
    city.pictures.extend(spring.pictures);
    city
}

#[derive(Default)]
struct Spring {
    steps: Vec<DemoStep>,
    pictures: Vec<Vec<u8>>,
    /// Findings that are there to be looked at again.
    closed: BTreeMap<FindingId, Severity>,
    papers: i64,
}

impl Spring {
    fn visits(&mut self, city: &DemoCity) -> Vec<Planned> {
        let (steps, mut visits) = visits::six(&city.commands);
        self.steps.extend(steps);
        let (steps, drawn) = visits::first_draw(&city.commands);
        self.steps.extend(steps);
        let visited: Vec<BodyId> = drawn.iter().map(|visit| visit.target).collect();
        visits.extend(drawn);
        let (steps, second) = visits::second_round(&city.commands, &visited);
        self.steps.extend(steps);
        visits.extend(second);
        if let Some(last) = visits.iter().map(|visit| visit.on).max() {
            self.steps.extend(desk::tests(last));
        }
        visits
    }

    fn visit(&mut self, visit: &Planned, home: &Home, form: &Arc<Form>) {
        let outcome = inspected::outcome(visit);
        let found = match outcome {
            Outcome::Completed => inspected::found(visit, form),
            _ => Vec::new(),
        };
        let handed = inspected::handed_in(visit, home, outcome, &found, form, &mut self.pictures);
        self.steps.extend(handed);
        if visit.both && outcome == Outcome::Completed {
            self.steps.extend(desk::regulator_file(visit, home));
        }
        let pace = identity::spread("pace", &visit.target.to_string(), 3);
        for found in &found {
            if !visit.both {
                let linked = desk::link(found.finding, found.of.code, visit.on);
                self.steps.extend(linked);
            }
            self.road(visit, home, found, u32::try_from(pace).unwrap_or_default());
        }
    }

    fn road(&mut self, visit: &Planned, home: &Home, found: &Found, pace: u32) {
        let road = if found.skips_the_plan() {
            fates::road_on_the_spot(&found.name, visit.on)
        } else {
            fates::road(fates::fate(&found.name), visit.on, pace)
        };
        if let Some((on, Act::Pass)) = road.last()
            && day(*on) <= desk::closed_until()
        {
            self.closed.insert(found.finding, found.severity);
        }
        self.papers += 1;
        let mut case = Case::new(
            found.finding,
            FIRST_PAPER + self.papers - 1,
            found.note,
            found.of.support,
            found.name.clone(),
            home.parts(),
        );
        for (on, act) in road {
            let (hour, minute) = fates::hour(act);
            let step = case.step(act, moment(on, hour, minute), &mut self.pictures);
            self.steps.push(step);
        }
    }
}
