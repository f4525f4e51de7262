//! The server's doors: what arrives is judged, appended in groups, and acknowledged once it is on disk.

use std::rc::Rc;

use domain::Event;
use domain::assignment::AssignmentEvent;
use domain::finding::PhotoHash;
use domain::instant::Instant;
use sync::protocol::{EventReceipt, Pushed, Receipt};
use sync::upload::{Part, Standing, Step};

use crate::Flaw;
use crate::city::BEGINNING;
use crate::server::{Append, Asker};
use crate::tablet::{Answer, Ask};

use super::{Happening, Violation, World};

impl World {
    // The server.

    pub(super) fn arrives(&mut self, tablet: usize, call: u64, ask: Ask) -> Result<(), Violation> {
        if !self.tablets[tablet].connected {
            self.figures.lost += 1;
            return Ok(());
        }
        let device = self.tablets[tablet].device;
        let session = self.server.sessions.get(&device).copied();
        let answer = match (ask, session) {
            (Ask::SignIn(person), _) | (Ask::Me, Some(person)) => Answer::Me(person),
            (Ask::SignOut, _) => {
                self.server.sessions.remove(&device);
                Answer::Done
            }
            (_, None) => Answer::NoSession,
            (Ask::Upload(photo, length, step), Some(person)) => {
                let standing = match step {
                    Step::Ask => self.server.standing(person, &photo),
                    Step::Send { from, to } => {
                        let offset = from;
                        let part = Part { offset, length };
                        self.server.append(person, &photo, part, (to - from, false))
                    }
                };
                if matches!(standing, Standing::Whole(_)) {
                    self.acknowledged_photos.insert(photo);
                }
                Answer::Stands(standing.told())
            }
            (Ask::Lacking(_, photos), Some(_)) => {
                let lacks = |hash: &&PhotoHash| !self.server.photos.contains_key(*hash);
                Answer::Lacking(photos.iter().filter(lacks).cloned().collect())
            }
            (Ask::Pull(_, cursor), Some(person)) => {
                let after = cursor.unwrap_or_default();
                let Some(pulled) = self.server.pull(person, device, &after, self.flaw) else {
                    return self.violated(format!("the server refuses its own cursor {after:?}"));
                };
                if pulled.events.is_empty() && pulled.cursor != after && !pulled.cursor.is_empty() {
                    return self.violated("a cursor moved although nothing was told".to_owned());
                }
                Answer::Pulled(Rc::new(pulled))
            }
            (Ask::Push(_, push), Some(actor)) => {
                let asker = Asker {
                    tablet,
                    call,
                    actor,
                    push,
                };
                self.judges_soon(asker);
                return Ok(());
            }
        };
        self.replies(tablet, call, answer);
        Ok(())
    }

    /// A call of which only a part arrives; there is no answer to it.
    pub(super) fn arrives_torn(&mut self, tablet: usize, ask: &Ask) {
        let device = self.tablets[tablet].device;
        let session = self.server.sessions.get(&device).copied();
        if let (Ask::Upload(photo, length, Step::Send { from, to }), Some(person)) = (ask, session)
        {
            self.figures.torn += 1;
            let (offset, length) = (*from, *length);
            let bytes = self.chance.below(to - from + 1);
            let part = Part { offset, length };
            self.server.append(person, photo, part, (bytes, true));
        }
    }

    pub(super) fn judges_soon(&mut self, asker: Asker) {
        let (arrived, life) = (self.server.log.len(), self.server.life);
        let wait = self.chance.between(1, 60);
        self.after(
            wait,
            Happening::Judges {
                asker,
                arrived,
                life,
            },
        );
    }

    pub(super) fn judges(&mut self, asker: Asker, arrived: usize) -> Result<(), Violation> {
        let now = Instant(BEGINNING + self.now);
        let append = self
            .server
            .judge(&asker, arrived, now, &mut self.chance, self.flaw);
        if append.events.is_empty() || self.flaw == Some(Flaw::AcknowledgeEarly) {
            self.acknowledges(&asker, append.receipts.clone())?;
        }
        if !append.events.is_empty() {
            self.appends(append);
        }
        Ok(())
    }

    pub(super) fn appends(&mut self, append: Append) {
        self.server.waiting.push(append);
        if !self.flushing {
            self.flushing = true;
            let life = self.server.life;
            let wait = self.chance.between(2, 80);
            self.after(wait, Happening::Flush { life });
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), Violation> {
        self.flushing = false;
        if !self.calm && self.chance.happens(self.weather.stops) {
            self.server_stops();
            return Ok(());
        }
        let before = self.server.log.len();
        let outcomes = self.server.flush(Instant(BEGINNING + self.now), self.flaw);
        tell!(
            self,
            "server: {} events are on disk",
            self.server.log.len() - before
        );
        self.entitle(before);
        // On disk, and no answer is under way yet.
        let dies = !self.calm && self.chance.happens(self.weather.stops);
        if dies {
            self.server_stops();
            return Ok(());
        }
        for (append, done) in outcomes {
            let Some(asker) = append.asker else {
                continue;
            };
            if !done {
                self.judges_soon(asker);
            } else if self.flaw != Some(Flaw::AcknowledgeEarly) {
                self.acknowledges(&asker, append.receipts)?;
            }
        }
        Ok(())
    }

    /// Notes who may know of what from now on.
    pub(super) fn entitle(&mut self, from: usize) {
        for stored in &self.server.log[from.min(self.server.log.len())..] {
            if let Some(Event::Assignment(AssignmentEvent::Released)) = &stored.event {
                let visits = self.city.visits.iter().enumerate();
                let of =
                    visits.filter(|(_, visit)| Some(visit.id.0) == stored.stream.map(|of| of.id));
                for (place, visit) in of {
                    for member in &visit.order.team {
                        self.entitled.insert((*member, place));
                    }
                }
            }
        }
    }

    pub(super) fn acknowledges(
        &mut self,
        asker: &Asker,
        receipts: Vec<EventReceipt>,
    ) -> Result<(), Violation> {
        for receipt in &receipts {
            match &receipt.receipt {
                Receipt::Refused { .. } => {}
                Receipt::Held { reason } => {
                    let both = ["zh", "en"].map(|language| reason.get(language).to_owned());
                    self.check_secrets(asker.actor, &[&both[0], &both[1]])?;
                    self.acknowledged.insert(receipt.id);
                }
                Receipt::Accepted | Receipt::Duplicate => {
                    self.acknowledged.insert(receipt.id);
                }
            }
        }
        let (tablet, call) = (asker.tablet, asker.call);
        tell!(
            self,
            "server: answers call {call}: {}",
            told_receipts(&receipts)
        );
        self.replies(tablet, call, Answer::Pushed(Rc::new(Pushed { receipts })));
        Ok(())
    }

    pub(super) fn server_stops(&mut self) {
        tell!(self, "server: stops, and starts again");
        self.figures.server_stops += 1;
        self.server.restart();
        if self.chance.happens(200) {
            // As after a week without another part.
            self.server.sweep();
        }
        self.flushing = false;
    }
}

fn told_receipts(receipts: &[EventReceipt]) -> String {
    let word = |receipt: &Receipt| match receipt {
        Receipt::Accepted => "accepted".to_owned(),
        Receipt::Duplicate => "known".to_owned(),
        Receipt::Held { .. } => "held".to_owned(),
        Receipt::Refused { why, .. } => format!("refused: {why:?}"),
    };
    let words = receipts.iter().map(|receipt| word(&receipt.receipt));
    format!("{:?}", words.collect::<Vec<_>>())
}
