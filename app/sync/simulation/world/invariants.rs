//! What must hold, during a run and at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use domain::Event;
use domain::held::HeldEvent;
use domain::id::{DeviceId, EventId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use sync::outbox::Delivery;
use sync::protocol::Push;

use crate::city::BEGINNING;
use crate::server::Asker;
use crate::tablet::Fate;

use super::{Violation, World};

impl World {
    pub(super) fn name(&self, person: PersonId) -> String {
        let place = self.city.inspectors.iter().position(|of| *of == person);
        place.map_or_else(String::new, |place| format!("inspector {}", place + 1))
    }

    // What must hold.

    /// Nobody reads anything of a visit before its release, nor of one that is not theirs.
    pub(super) fn check_secrets(
        &self,
        person: PersonId,
        texts: &[&String],
    ) -> Result<(), Violation> {
        for (place, visit) in self.city.visits.iter().enumerate() {
            if self.entitled.contains(&(person, place)) {
                continue;
            }
            for text in texts {
                if visit.secrets.iter().any(|secret| text.contains(secret)) {
                    let name = self.name(person);
                    return self.violated(format!("{name} is told of visit {place}: {text}"));
                }
            }
        }
        Ok(())
    }

    pub(super) fn check_end(&mut self) -> Result<(), Violation> {
        self.check_stored()?;
        self.check_delivered()?;
        self.check_replicas()?;
        self.check_again()
    }

    /// Every event in the log is there once, and every acknowledged one is there; numbers follow each other without gaps.
    pub(super) fn check_stored(&self) -> Result<(), Violation> {
        let mut stored = BTreeSet::new();
        let mut numbers: BTreeMap<(PersonId, DeviceId), u64> = BTreeMap::new();
        for event in self.server.log.iter().map(|stored| &stored.authored) {
            if !stored.insert(event.id) {
                return self.violated(format!("event {} is stored twice", event.id));
            }
            if let (Some(device), Some(number)) = (event.device, event.device_sequence) {
                let last = numbers.entry((event.actor, device)).or_default();
                if number != *last + 1 {
                    return self.violated(format!("number {number} is stored after {last}"));
                }
                *last = number;
            }
        }
        if let Some(lost) = self.acknowledged.difference(&stored).next() {
            return self.violated(format!("event {lost} was acknowledged and is not stored"));
        }
        let mut photos = self.acknowledged_photos.iter();
        if let Some(lost) = photos.find(|photo| !self.server.photos.contains_key(*photo)) {
            return self.violated(format!(
                "photo {} was acknowledged and is not stored",
                lost.0
            ));
        }
        Ok(())
    }

    /// Every event that was said to be saved is stored as it was recorded, held whole, or shown on its tablet with the reason.
    pub(super) fn check_delivered(&mut self) -> Result<(), Violation> {
        let mut held = 0;
        for (id, (index, person, event)) in &self.recorded {
            let stored = self
                .server
                .log
                .iter()
                .find(|stored| stored.authored.id == *id);
            let work = self.tablets[*index].disk.work.get(person);
            let entry =
                work.and_then(|work| work.outbox.values().find(|entry| entry.event.id == *id));
            let delivery = entry.map(|entry| &entry.delivery);
            let is_held = match stored.map(|stored| (&stored.authored, &stored.event)) {
                None => match delivery {
                    Some(Delivery::NeedsAttention { .. }) => continue,
                    _ => {
                        return self
                            .violated(format!("{} {id} reached nobody: {delivery:?}", event.kind));
                    }
                },
                Some((_, Some(Event::Held(HeldEvent::Kept(kept))))) => {
                    if kept.original != **event {
                        return self.violated(format!("{id} is not held as it was recorded"));
                    }
                    true
                }
                Some((authored, _)) => {
                    if authored != event {
                        return self.violated(format!("{id} is not stored as it was recorded"));
                    }
                    false
                }
            };
            held += u64::from(is_held);
            match delivery {
                Some(Delivery::Received) if !is_held => {}
                Some(Delivery::Held { .. }) if is_held => {}
                // Its tablet was restored from before it was recorded. Or the server lost it with what it rested on, and a late copy
                // of the first call brought it back: judged anew, and the answer went nowhere. It is stored, or the office has it
                // to settle.
                None | Some(Delivery::Received | Delivery::Held { .. })
                    if self.figures.restored > 0 => {}
                other => {
                    return self.violated(format!("{id} (held: {is_held}) is shown as {other:?}"));
                }
            }
        }
        self.figures.held = held;
        for tablet in &self.tablets {
            for (hash, photo) in &tablet.disk.photos {
                if photo.fate != Fate::Received {
                    return self.violated(format!("photo {} was not sent", hash.0));
                }
            }
        }
        Ok(())
    }

    /// Every tablet has of each of its people's scope what the server has, and nothing besides but their own.
    pub(super) fn check_replicas(&self) -> Result<(), Violation> {
        for (index, tablet) in self.tablets.iter().enumerate() {
            for person in &tablet.people {
                let work = tablet.disk.work.get(person);
                let kept: BTreeMap<EventId, &Rc<Authored>> = work
                    .into_iter()
                    .flat_map(|work| &work.events)
                    .map(|event| (event.id, event))
                    .collect();
                let scope = self.server.scope(*person, self.city.jurisdiction, None);
                for (_, event) in &scope {
                    if kept.get(&event.id).is_none_or(|kept| ***kept != **event) {
                        let name = self.name(*person);
                        return self.violated(format!(
                            "tablet {index} misses {} {} of {name}",
                            event.kind, event.id
                        ));
                    }
                }
                // What a restored server lost stays where it was told.
                let mut besides = kept.values().filter(|event| {
                    event.device != Some(tablet.device)
                        && scope.iter().all(|(_, of)| of.id != event.id)
                });
                if let (0, Some(event)) = (self.figures.restored, besides.next()) {
                    return self.violated(format!(
                        "tablet {index} has {} {} out of scope",
                        event.kind, event.id
                    ));
                }
            }
        }
        Ok(())
    }

    /// Sending everything once more changes nothing.
    pub(super) fn check_again(&mut self) -> Result<(), Violation> {
        for index in 0..self.tablets.len() {
            for person in self.tablets[index].people.clone() {
                let tablet = &self.tablets[index];
                let work = tablet.disk.work.get(&person);
                let outbox = work.into_iter().flat_map(|work| work.outbox.values());
                let events: Vec<Authored> =
                    outbox.map(|entry| Authored::clone(&entry.event)).collect();
                if events.is_empty() {
                    continue;
                }
                let device = tablet.device;
                let asker = Asker {
                    tablet: index,
                    call: 0,
                    actor: person,
                    push: Rc::new(Push {
                        device,
                        events,
                        signature: None,
                    }),
                };
                let length = self.server.log.len();
                let now = Instant(BEGINNING + self.now);
                let append = self
                    .server
                    .judge(&asker, length, now, &mut self.chance, self.flaw);
                if let Some(event) = append.events.first() {
                    return self.violated(format!("pushed again, {} is stored again", event.id));
                }
            }
        }
        Ok(())
    }
}
