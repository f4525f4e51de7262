//! What people do: on a tablet, and in the office.

use std::rc::Rc;

use domain::Event;
use domain::assignment::AssignmentEvent;
use domain::finding::PhotoHash;
use domain::id::{EventId, PersonId};
use domain::record::Authored;
use sync::turn::Session;
use sync::upload::PART_BYTES;

use crate::Flaw;
use crate::server::Append;
use crate::tablet::{Ask, Call, Known, Standing, is_settled_by_a_person};

use super::{Happening, World};

impl World {
    pub(super) fn sign_in(&mut self, tablet: usize, person: PersonId) {
        let ask = Ask::SignIn(person);
        let number = self.sends(tablet, &ask);
        self.tablets[tablet].page.signing_in = Some(Call { number, ask });
    }

    /// Somebody does something on a tablet.
    pub(super) fn act(&mut self, index: usize) {
        let people = self.tablets[index].people.clone();
        let Some(person) = self.tablets[index].disk.signed_in() else {
            let signs_in = self.tablets[index].page.signing_in.is_none();
            if let Some(person) = self.chance.one(&people).filter(|_| signs_in) {
                self.sign_in(index, person);
            }
            let wait = self.chance.between(1_000, 30_000);
            self.after(wait, Happening::Act { tablet: index });
            return;
        };
        if self.tablets[index].page.session == Session::Ended && self.chance.happens(600) {
            self.sign_in(index, person);
        }
        match self.chance.below(100) {
            0..5 => self.opens(index),
            5..9 => {
                tell!(self, "tablet {index}: asked to synchronise now");
                self.tablets[index].page.pulled_at = None;
                self.wakes(index, 0);
            }
            9..13 => self.signs_out(index, Standing::OutHere),
            13..18 => {
                if let Some(other) = self.chance.one(&people) {
                    self.sign_in(index, other);
                }
            }
            18..22 => {
                // On a page of the office, in another tab: the field's pages are not told.
                let other = self.chance.one(&self.city.inspectors);
                if let Some(other) = other {
                    tell!(
                        self,
                        "tablet {index}: {} signs in elsewhere in this browser",
                        self.name(other)
                    );
                    let device = self.tablets[index].device;
                    self.server.sessions.insert(device, other);
                }
            }
            _ => self.records(index, person),
        }
    }

    pub(super) fn records(&mut self, index: usize, person: PersonId) {
        let clock = self.tablets[index].clock(self.now);
        let known = &self.tablets[index].page.known;
        let visits = known.visits_of(person);
        let (stream, kind, body) = match self.chance.one(&visits) {
            Some(visit) if !self.chance.happens(100) => {
                let hands_in = self.chance.happens(400);
                let mut decided = known.decide(visit, hands_in, person, clock);
                if decided.as_ref().is_err_and(is_settled_by_a_person) && hands_in {
                    let work = self.tablets[index].disk.work.get(&person);
                    let events = work.map(|work| work.events.as_slice()).unwrap_or_default();
                    decided = Known::as_found(events, visit).decide(visit, true, person, clock);
                }
                let Ok((stream, event)) = decided else {
                    return;
                };
                let Some(body) = domain::field::body(&event) else {
                    return;
                };
                (stream.to_string(), event.kind().to_owned(), body)
            }
            // A newer tablet's: the server does not know the kind.
            Some(visit) => (
                format!("inspection/{visit}"),
                "drone.flown".to_owned(),
                "{}".to_owned(),
            ),
            None => return,
        };
        let event = Authored {
            id: EventId(self.chance.uuid()),
            jurisdiction: self.city.jurisdiction,
            stream,
            kind,
            body,
            actor: person,
            device: Some(self.tablets[index].device),
            device_sequence: None,
            occurred_at: clock,
        };
        let mut photos = Vec::new();
        if event.kind == "inspection.submitted" {
            for _ in 0..self.chance.below(6) {
                let uuid = self.chance.uuid().simple();
                let bytes = self.chance.below(3 * PART_BYTES) + 1;
                photos.push((PhotoHash(format!("{uuid}{uuid}")), bytes));
            }
        }
        // Stopping before the transaction loses what was not said to be saved; stopping after it loses nothing.
        if self.chance.happens(self.weather.stops) {
            self.stops(index);
            return;
        }
        let apart = self.flaw == Some(Flaw::OutboxApart) && self.chance.happens(self.weather.stops);
        let event = self.tablets[index]
            .disk
            .record(person, event, &photos, apart);
        tell!(
            self,
            "tablet {index}: {} records {} as number {}",
            self.name(person),
            event.kind,
            event.device_sequence.unwrap_or_default()
        );
        self.figures.recorded += 1;
        self.recorded
            .insert(event.id, (index, person, Rc::clone(&event)));
        if self.chance.happens(self.weather.stops) {
            self.stops(index);
            return;
        }
        self.tablets[index].page.known.take_in(&[event]);
        self.wakes(index, 0);
    }

    /// The office brings a visit to where it should be by now.
    pub(super) fn office(&mut self, index: usize) {
        let visit = &self.city.visits[index];
        let stream = format!("assignment/{}", visit.id);
        let has = |what: fn(&AssignmentEvent) -> bool| {
            self.server.log.iter().any(|stored| {
                stored.authored.stream == stream
                    && matches!(&stored.event, Some(Event::Assignment(event)) if what(event))
            })
        };
        let due = |at: Option<i64>| at.is_some_and(|at| at <= self.now);
        let event = if !has(|event| matches!(event, AssignmentEvent::Created(_))) {
            Some(AssignmentEvent::Created(visit.order.clone()))
        } else if due(visit.released_at) && !has(|event| matches!(event, AssignmentEvent::Released))
        {
            Some(AssignmentEvent::Released)
        } else if due(visit.cancelled_at)
            && !has(|event| matches!(event, AssignmentEvent::Cancelled { .. }))
        {
            let reason = "Sample".to_owned();
            Some(AssignmentEvent::Cancelled { reason })
        } else {
            None
        };
        if let Some(event) = event {
            let event = self.city.of_visit(&mut self.chance, visit, event, self.now);
            tell!(self, "office: {} of visit {index}", event.kind);
            let version = self.server.version(&stream);
            self.appends(Append {
                events: vec![event],
                expected: vec![(stream, version)],
                receipts: Vec::new(),
                asker: None,
            });
        }
        let wait = self.chance.between(1_000, 40_000);
        self.after(wait, Happening::Office { visit: index });
    }
}
