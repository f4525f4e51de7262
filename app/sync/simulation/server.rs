//! The server: a log and photos on disk, appends that wait for one flush together, and everything else in memory.
//!
//! How a push is judged and what a pull tells are the house's own ([`sync::admission`], [`sync::scope`], [`sync::cursor`]). What is
//! modelled is the store: an append is whole or not at all, is refused when an event of it is in the log already or a stream it was
//! decided by has moved, and is on disk when its flush is; the parts of what a push is judged by are read at different moments.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use domain::Event;
use domain::facts::{Facts, Forms};
use domain::finding::PhotoHash;
use domain::held::HeldEvent;
use domain::id::{ChecklistId, DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::projection::directory::Directory;
use domain::record::{Authored, Hash, Recorded, Stream, StreamKind};
use form::Form;
use sync::admission::{Brought, Judge, Judged, Standing};
use sync::cursor::Cursor;
use sync::protocol::{EventReceipt, Pulled, Push};
use sync::scope::{Assignments, Told, told};
use sync::upload::{self, Judgement, Part, judge};

use crate::Flaw;
use crate::chance::Chance;
use crate::city::{BEGINNING, TODAY};

/// An event of the log; its position is its index and one.
pub struct Stored {
    pub authored: Rc<Authored>,
    pub version: u64,
    /// The log's chain up to here.
    chain: Hash,
    pub stream: Option<Stream>,
    pub event: Option<Event>,
}

/// Who waits for an append.
#[derive(Clone)]
pub struct Asker {
    pub tablet: usize,
    pub call: u64,
    pub actor: PersonId,
    pub push: Rc<Push>,
}

pub struct Append {
    pub events: Vec<Rc<Authored>>,
    pub expected: Vec<(String, u64)>,
    pub receipts: Vec<EventReceipt>,
    /// None for the office.
    pub asker: Option<Asker>,
}

#[derive(Default)]
pub struct Server {
    jurisdiction: Option<JurisdictionId>,
    /// On disk.
    pub log: Vec<Stored>,
    pub photos: BTreeMap<PhotoHash, u64>,
    /// Up to where each person's photos got that are not whole yet.
    parts: BTreeMap<(PersonId, PhotoHash), u64>,
    /// Who is signed in with which browser.
    pub sessions: BTreeMap<DeviceId, PersonId>,
    /// In memory: folded from the log.
    directory: Directory,
    assignments: Assignments,
    /// In memory: what waits for the next flush.
    pub waiting: Vec<Append>,
    /// Counts its starts; what was under way in an earlier life is gone.
    pub life: u64,
    pub page: usize,
}

struct NoForms;

impl Forms for NoForms {
    fn form(&self, _: ChecklistId, _: &str) -> Option<Arc<Form>> {
        None
    }
}

impl Server {
    pub fn found(jurisdiction: JurisdictionId, events: Vec<Rc<Authored>>, page: usize) -> Server {
        let mut server = Server {
            jurisdiction: Some(jurisdiction),
            page,
            ..Server::default()
        };
        server.store(events, Instant(BEGINNING));
        server
    }

    fn store(&mut self, events: Vec<Rc<Authored>>, at: Instant) {
        for authored in events {
            let version = self.version(&authored.stream) + 1;
            let previous = self.log.last().map_or(Hash::ZERO, |last| last.chain);
            let position = self.log.len() as u64 + 1;
            let sealed =
                Recorded::seal(Authored::clone(&authored), position, version, at, previous);
            let stored = Stored {
                version,
                chain: sealed.hash,
                stream: authored.stream(),
                event: authored.event().ok(),
                authored,
            };
            self.log.push(stored);
            self.fold(self.log.len() - 1);
        }
    }

    fn fold(&mut self, index: usize) {
        let stored = &self.log[index];
        if let (Some(stream), Some(event)) = (stored.stream, &stored.event) {
            self.directory.evolve(stream, event);
            let position = index as u64 + 1;
            self.assignments
                .evolve(stream, event, stored.authored.actor, position);
        }
    }

    pub fn version(&self, stream: &str) -> u64 {
        let last = self.log.iter().rev();
        let last = last.map(|stored| (&stored.authored.stream, stored.version));
        last.into_iter()
            .find(|(name, _)| *name == stream)
            .map_or(0, |(_, version)| version)
    }

    /// Starts again with what is on disk.
    pub fn restart(&mut self) {
        self.life += 1;
        self.waiting.clear();
        self.directory = Directory::default();
        self.assignments = Assignments::default();
        for index in 0..self.log.len() {
            self.fold(index);
        }
    }

    /// Judges a push. What was read of the log may be of any moment since `arrived` (the log's length then).
    pub fn judge(
        &self,
        asker: &Asker,
        arrived: usize,
        now: Instant,
        chance: &mut Chance,
        flaw: Option<Flaw>,
    ) -> Append {
        let push = &asker.push;
        let mut read = || {
            let later = (self.log.len() - arrived.min(self.log.len())) as u64 + 1;
            let length = arrived + usize::try_from(chance.below(later)).unwrap_or_default();
            &self.log[..length.min(self.log.len())]
        };
        let brought = Brought::read(push);
        let streams = brought.streams();
        let ids: BTreeSet<EventId> = push.events.iter().map(|event| event.id).collect();
        let known: BTreeSet<EventId> = read()
            .iter()
            .map(|stored| stored.authored.id)
            .filter(|id| ids.contains(id) && flaw != Some(Flaw::ForgetDuplicates))
            .collect();
        let last_sequence = last_sequence(read(), asker.actor, push.device);
        let mut facts = Facts::default();
        let mut versions: BTreeMap<String, u64> =
            streams.into_iter().map(|stream| (stream, 0)).collect();
        for stored in read() {
            if let Some(version) = versions.get_mut(&stored.authored.stream) {
                *version = stored.version;
                if let (Some(stream), Some(event)) = (stored.stream, &stored.event) {
                    facts.evolve(stream, event, stored.authored.authorship());
                }
            }
        }
        let held = self
            .log
            .iter()
            .filter_map(|stored| match &stored.event {
                Some(Event::Held(HeldEvent::Kept(kept))) if known.contains(&kept.original.id) => {
                    Some((kept.original.id, kept.reason.clone()))
                }
                _ => None,
            })
            .collect();
        let standing = Standing {
            known,
            held,
            last_sequence,
        };
        let judge = Judge {
            is_signed: &|_, _, _| false,
            jurisdiction: self.jurisdiction.unwrap_or(push.events[0].jurisdiction),
            actor: asker.actor,
            now,
            today: TODAY,
            directory: &self.directory,
            forms: &NoForms,
        };
        let Judged { receipts, events } = judge.judge(brought, standing, &mut facts);
        Append {
            events: events.into_iter().map(Rc::new).collect(),
            expected: versions.into_iter().collect(),
            receipts,
            asker: Some(asker.clone()),
        }
    }

    /// Flushes what waits. Gives each append with whether it was done; one that was not is decided again.
    pub fn flush(&mut self, now: Instant, flaw: Option<Flaw>) -> Vec<(Append, bool)> {
        let mut outcomes = Vec::new();
        for append in std::mem::take(&mut self.waiting) {
            let twice = flaw != Some(Flaw::ForgetDuplicates)
                && append
                    .events
                    .iter()
                    .any(|event| self.log.iter().any(|stored| stored.authored.id == event.id));
            let moved = append
                .expected
                .iter()
                .any(|(stream, version)| self.version(stream) != *version);
            let done = !twice && !moved;
            if done {
                self.store(append.events.clone(), now);
            }
            outcomes.push((append, done));
        }
        outcomes
    }

    /// What there is of a person's photo.
    pub fn standing(&self, person: PersonId, photo: &PhotoHash) -> upload::Standing {
        if let Some(bytes) = self.photos.get(photo) {
            return upload::Standing::Whole(*bytes);
        }
        let bytes = self.parts.get(&(person, photo.clone()));
        upload::Standing::Part(bytes.copied().unwrap_or(0))
    }

    /// Appends a part of which so many bytes come; one that broke off is not looked at, be it the last.
    pub fn append(
        &mut self,
        person: PersonId,
        photo: &PhotoHash,
        part: Part,
        (bytes, broke_off): (u64, bool),
    ) -> upload::Standing {
        let key = (person, photo.clone());
        match judge(self.standing(person, photo), part) {
            Judgement::Append { room } if bytes >= room && !broke_off => {
                self.parts.remove(&key);
                self.photos.insert(photo.clone(), part.length);
            }
            Judgement::Append { room } => {
                self.parts.insert(key, part.offset + bytes.min(room));
            }
            Judgement::Drop => drop(self.parts.remove(&key)),
            Judgement::Known | Judgement::Elsewhere { .. } | Judgement::TooLarge => {}
        }
        self.standing(person, photo)
    }

    /// Drops what is not whole.
    pub fn sweep(&mut self) {
        self.parts.clear();
    }

    /// What a person is told after a cursor.
    pub fn pull(
        &self,
        person: PersonId,
        device: DeviceId,
        after: &str,
        flaw: Option<Flaw>,
    ) -> Option<Pulled> {
        let jurisdiction = self.jurisdiction?;
        let after: Cursor = after.parse().ok()?;
        let at = |position: i64| {
            let index = usize::try_from(position).ok()?.checked_sub(1)?;
            self.log.get(index).map(|stored| stored.chain)
        };
        let after = match flaw {
            Some(Flaw::TrustCursors) => after,
            _ => after.if_still(at(after.since)),
        };
        let reached = Told {
            since: u64::try_from(after.since).unwrap_or_default(),
            position: u64::try_from(after.position).unwrap_or_default(),
        };
        let told: Vec<(Told, &Authored)> = self
            .scope(person, jurisdiction, flaw)
            .into_iter()
            .filter(|(place, _)| *place > reached)
            .collect();
        let page = &told[..told.len().min(self.page)];
        let cursor = page
            .last()
            .and_then(|(last, _)| {
                let (since, position) = (signed(last.since), signed(last.position));
                Some(Cursor::at(since, position, at(since)?))
            })
            .unwrap_or(after);
        Some(Pulled {
            events: page.iter().map(|(_, event)| (*event).clone()).collect(),
            cursor: cursor.to_string(),
            more: told.len() > self.page,
            last_sequence: Some(last_sequence(&self.log, person, device)),
            person: Some(person),
        })
    }

    /// Everything a person is told of, in the order it is told.
    pub fn scope(
        &self,
        person: PersonId,
        jurisdiction: JurisdictionId,
        flaw: Option<Flaw>,
    ) -> Vec<(Told, &Authored)> {
        let mut visible = self.assignments.visible_to(person, jurisdiction);
        for stored in &self.log {
            let Some(stream) = stored.stream.filter(|of| of.kind == StreamKind::Assignment) else {
                continue;
            };
            let early = flaw == Some(Flaw::ReleaseEarly);
            let to_all =
                flaw == Some(Flaw::TellEveryone) && stored.authored.kind.ends_with("released");
            if early || to_all {
                visible.entry(stream.to_string()).or_insert(0);
            }
        }
        let log = self.log.iter().zip(1..);
        told(
            &visible,
            log.map(|(stored, position)| (position, &*stored.authored)),
        )
    }
}

fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn last_sequence(log: &[Stored], actor: PersonId, device: DeviceId) -> u64 {
    log.iter()
        .map(|stored| &stored.authored)
        .filter(|event| event.actor == actor && event.device == Some(device))
        .filter_map(|event| event.device_sequence)
        .max()
        .unwrap_or(0)
}
