//! What every decision needs and few events change: bodies, people, districts, compiled checklists and the rules in force, held in
//! memory and kept up with the log.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use domain::checklist::ChecklistEvent;
use domain::id::{BodyId, ChecklistId, JurisdictionId};
use domain::instant::{Day, Instant};
use domain::projection::directory::Directory;
use domain::projection::roll::Roll;
use domain::projection::rules::Rules;
use domain::record::Recorded;
use domain::{Event, Facts};
use form::Form;
use tokio::sync::broadcast;

use crate::store::{Log, StoreError};

/// What the view is made of.
const CONCEPTS: [&str; 6] = [
    "jurisdiction",
    "body",
    "person",
    "checklist",
    "responseLevel",
    "rulePack",
];

/// A consistent view at one moment.
#[derive(Clone, Default)]
pub struct Known {
    /// None on an empty server.
    pub jurisdiction: Option<JurisdictionId>,
    /// Shared by the views of many moments: few events change it.
    pub directory: Arc<Directory>,
    /// How its bodies stood at every moment.
    pub roll: Arc<Roll>,
    pub rules: Rules,
    /// Published versions in the order they were published.
    published: Vec<(ChecklistId, String)>,
    forms: HashMap<(ChecklistId, String), Arc<Form>>,
    /// Everything up to here has been taken in.
    position: u64,
    /// What was taken in beyond it: another server wrote what lies between, and it has not been read yet.
    ahead: BTreeSet<u64>,
}

impl domain::facts::Forms for Known {
    fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>> {
        self.forms.get(&(checklist, version.to_owned())).cloned()
    }
}

/// Whether an event may change the directory.
pub fn is_in_directory(event: &Event) -> bool {
    matches!(
        event,
        Event::Jurisdiction(_) | Event::Body(_) | Event::Person(_)
    )
}

/// When a day begins in a time zone (IANA name); in UTC when the zone is unknown.
pub fn start_of(day: Day, time_zone: &str) -> Instant {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let part = |part: u8| i8::try_from(part).unwrap_or(1);
    let date = jiff::civil::Date::new(
        i16::try_from(day.year).unwrap_or(9_999),
        part(day.month),
        part(day.day),
    );
    let start = date.and_then(|date| date.to_zoned_datetime(zone));
    Instant(start.map_or(i64::MAX, |start| start.timestamp().as_millisecond()))
}

/// What `2022-03-14T20:00` on the wall of a time zone is, in the years that have four digits.
pub fn moment_at(text: &str, time_zone: &str) -> Option<Instant> {
    if text.len() > 19 {
        return None;
    }
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment: jiff::civil::DateTime = text.parse().ok()?;
    let at = moment.to_zoned_datetime(zone).ok()?;
    Some(Instant(at.timestamp().as_millisecond()))
}

/// The day on the wall of a time zone.
pub fn day_at(instant: Instant, time_zone: &str) -> Day {
    app::clock::wall_time(instant, time_zone).day
}

impl Known {
    /// The place of the log up to which everything has been taken in.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The day on the jurisdiction's calendar at an instant.
    pub fn day(&self, at: Instant) -> Day {
        day_at(at, self.time_zone())
    }

    /// When a day of the jurisdiction's calendar is over.
    pub fn end_of(&self, day: Day) -> Instant {
        start_of(day.plus(1), self.time_zone())
    }

    /// The jurisdiction's, as an IANA name.
    pub fn time_zone(&self) -> &str {
        let founded = self.directory.jurisdiction().founded.as_ref();
        founded.map_or("UTC", |founded| &founded.time_zone)
    }

    /// Whether it was new.
    fn take_in(&mut self, recorded: &Recorded) -> bool {
        if recorded.position <= self.position || !self.ahead.insert(recorded.position) {
            return false;
        }
        while self.ahead.remove(&(self.position + 1)) {
            self.position += 1;
        }
        let authored = &recorded.authored;
        let concept = authored.kind.split('.').next().unwrap_or_default();
        if !CONCEPTS.contains(&concept) {
            return true;
        }
        let (Ok(event), Some(stream)) = (authored.event(), authored.stream()) else {
            return true;
        };
        if let Event::Jurisdiction(_) = &event {
            self.jurisdiction.get_or_insert(authored.jurisdiction);
        }
        if let Event::Checklist(ChecklistEvent::Published(published)) = &event {
            let version = published.definition.version.clone();
            match Form::compile(published.definition.clone()) {
                Ok(form) => {
                    let key = (ChecklistId(stream.id), version);
                    self.published.push(key.clone());
                    self.forms.insert(key, Arc::new(form));
                }
                // It compiled when it was published; an engine that no longer takes it must say so.
                Err(errors) => {
                    tracing::error!(%stream, version, ?errors, "a published checklist does not compile")
                }
            }
        }
        if is_in_directory(&event) {
            Arc::make_mut(&mut self.directory).evolve(stream, &event);
            if let Event::Body(_) = &event {
                let roll = Arc::make_mut(&mut self.roll);
                roll.note(BodyId(stream.id), &self.directory, authored.occurred_at);
            }
        }
        self.rules.evolve(stream, &event);
        true
    }

    /// Published versions in the order they were published.
    pub fn checklists(&self) -> impl Iterator<Item = (ChecklistId, &Arc<Form>)> {
        self.published
            .iter()
            .filter_map(|key| Some((key.0, self.forms.get(key)?)))
    }
}

/// Events that listeners may be behind; who falls further behind misses some.
const HEARD: usize = 4_096;

/// The view, how it changes, and who hears of it.
pub struct World {
    known: RwLock<Arc<Known>>,
    heard: broadcast::Sender<Recorded>,
}

impl Default for World {
    fn default() -> World {
        World {
            known: RwLock::default(),
            heard: broadcast::Sender::new(HEARD),
        }
    }
}

impl World {
    /// Reads the whole log once.
    pub async fn load(log: &dyn Log) -> Result<World, StoreError> {
        let world = World::default();
        world.catch_up(log).await?;
        Ok(world)
    }

    pub fn known(&self) -> Arc<Known> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes in what was just committed.
    pub fn observe(&self, recorded: &[Recorded]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let known = Arc::make_mut(&mut known);
        for event in recorded {
            if known.take_in(event) && self.heard.receiver_count() > 0 {
                // Nobody may be there to hear it any more.
                let _ = self.heard.send(event.clone());
            }
        }
    }

    /// Hears every event from now on, once.
    pub fn listen(&self) -> broadcast::Receiver<Recorded> {
        self.heard.subscribe()
    }

    /// Takes in what other processes committed.
    pub async fn catch_up(&self, log: &dyn Log) -> Result<(), StoreError> {
        let jurisdiction = match self.known().jurisdiction {
            Some(jurisdiction) => jurisdiction,
            None => match log.jurisdictions().await?.first() {
                Some(jurisdiction) => *jurisdiction,
                None => return Ok(()),
            },
        };
        loop {
            let events = log
                .after(jurisdiction, self.known().position, 5_000)
                .await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            let reached = last.position;
            self.observe(&events);
            if self.known().position < reached {
                // The log has no gaps; if one shows all the same, reading on would go on for ever.
                return Err(StoreError::corrupt(
                    "log",
                    format!("nothing stands at {}", self.known().position + 1),
                ));
            }
        }
    }
}

/// Folds events into the states of their streams.
pub fn fold<'a>(facts: &mut Facts, events: impl IntoIterator<Item = &'a Recorded>) {
    for recorded in events {
        // What cannot be read has no state yet; it stays in the log.
        if let (Ok(event), Some(stream)) = (recorded.authored.event(), recorded.authored.stream()) {
            facts.evolve(stream, &event, recorded.authored.authorship());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{EventId, PersonId};
    use domain::record::{Authored, Hash};
    use uuid::Uuid;

    fn district(position: u64) -> Recorded {
        let body = format!(r#"{{"districtsAdded":[{{"code":"{position}","name":{{"en":"x"}}}}]}}"#);
        let authored = Authored {
            id: EventId(Uuid::from_u128(position.into())),
            jurisdiction: JurisdictionId(Uuid::from_u128(1)),
            stream: format!("jurisdiction/{}", Uuid::from_u128(1)),
            kind: "jurisdiction.districtsAdded".into(),
            body,
            actor: PersonId(Uuid::from_u128(2)),
            device: None,
            device_sequence: None,
            occurred_at: Instant(0),
        };
        Recorded::seal(authored, position, position, Instant(0), Hash::ZERO)
    }

    /// Given two servers on one log, when one hears of its own event before the other's that came first, then it has both, once.
    #[test]
    fn what_another_server_wrote_before_is_not_missed() {
        let world = World::default();
        world.observe(&[district(1)]);
        world.observe(&[district(3)]);
        assert_eq!(world.known().position, 1, "2 is still to be read");
        world.observe(&[district(2), district(3)]);
        let known = world.known();
        assert_eq!(known.position, 3);
        let mut codes: Vec<&str> = known
            .directory
            .jurisdiction()
            .districts
            .iter()
            .map(|district| district.code.0.as_str())
            .collect();
        codes.sort_unstable();
        assert_eq!(codes, ["1", "2", "3"]);
    }
}
