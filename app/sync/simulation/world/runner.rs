//! A tablet's page: its turns, and what it keeps of the answers.

use std::rc::Rc;

use domain::id::PersonId;
use domain::record::Authored;
use sync::confirmation::lacked;
use sync::outbox::{Answered, Delivery, Note, answered, reminded};
use sync::planner::Next;
use sync::protocol::{Pulled, Push};
use sync::turn::{Outcome, Session, Turn};
use sync::upload::Went;

use crate::Flaw;
use crate::tablet::{Answer, Ask, Call, Fate, Known, Page, Standing, Step};

use super::{Happening, Violation, World};

impl World {
    // The tablet.

    /// Opens a page: whatever the one before it held in memory is gone.
    pub(super) fn opens(&mut self, tablet: usize) {
        self.pages += 1;
        self.tablets[tablet].page = Page::open(self.pages);
        self.tablets[tablet].load();
        self.wakes(tablet, 10);
    }

    pub(super) fn stops(&mut self, tablet: usize) {
        tell!(self, "tablet {tablet}: stops, and starts again");
        self.figures.tablet_stops += 1;
        self.opens(tablet);
        let wait = self.chance.between(500, 20_000);
        self.wakes(tablet, wait);
    }

    pub(super) fn wakes(&mut self, tablet: usize, wait: i64) {
        let page = &mut self.tablets[tablet].page;
        page.turn += 1;
        let (page, turn) = (page.number, page.turn);
        self.after(wait, Happening::Turn { tablet, page, turn });
    }

    pub(super) fn turn(&mut self, index: usize) {
        let jitter = self.chance.jitter();
        let tablet = &self.tablets[index];
        let mut situation = tablet.situation(self.now, jitter, self.weather.heavy);
        if self.flaw == Some(Flaw::NeverConfirm) {
            situation.unconfirmed.clear();
        }
        let clock = situation.now;
        let person = tablet.disk.signed_in();
        match tablet.page.memory.turn(tablet.page.session, &situation) {
            Turn::AskLater { at } => self.wakes(index, (at.0 - clock.0).max(50)),
            Turn::Ask => {
                let here = tablet.disk.account.map(|(_, standing)| standing);
                let ask = match here {
                    Some(Standing::OutHere) => Ask::SignOut,
                    _ => Ask::Me,
                };
                self.calls(index, ask);
            }
            Turn::Do(Next::SignIn) => {}
            Turn::Do(Next::Rest { until }) => {
                if let Some(until) = until {
                    self.wakes(index, (until.0 - clock.0).max(50));
                }
            }
            Turn::Do(Next::Pull) => {
                if let Some(person) = person {
                    let work = tablet.disk.work.get(&person);
                    let cursor = work.and_then(|work| work.cursor.clone());
                    self.calls(index, Ask::Pull(person, cursor));
                }
            }
            Turn::Do(Next::Confirm(photos)) => {
                if let Some(person) = person {
                    self.calls(index, Ask::Lacking(person, photos.into()));
                }
            }
            Turn::Do(Next::Upload(photo)) => {
                let bytes = tablet.disk.photos.get(&photo).map_or(0, |kept| kept.bytes);
                let step = tablet.page.uploads.next(&photo, bytes);
                self.calls(index, Ask::Upload(photo, bytes, step));
            }
            Turn::Do(Next::Push(ids)) => {
                if let Some(person) = person {
                    let work = tablet.disk.work.get(&person);
                    let outbox = work.into_iter().flat_map(|work| work.outbox.values());
                    let outbox: Vec<&Rc<Authored>> = outbox.map(|entry| &entry.event).collect();
                    let events = ids
                        .iter()
                        .filter_map(|id| outbox.iter().find(|event| event.id == *id))
                        .map(|event| Authored::clone(event))
                        .collect();
                    let device = tablet.device;
                    self.calls(
                        index,
                        Ask::Push(
                            person,
                            Rc::new(Push {
                                device,
                                events,
                                signature: None,
                            }),
                        ),
                    );
                    if self.flaw == Some(Flaw::SentIsReceived) {
                        let received = ids.iter().map(|id| (*id, Delivery::Received)).collect();
                        self.tablets[index]
                            .disk
                            .note(person, &Note::Delivered(received));
                    }
                }
            }
        }
    }

    pub(super) fn calls(&mut self, tablet: usize, ask: Ask) {
        let number = self.sends(tablet, &ask);
        self.tablets[tablet].page.call = Some(Call { number, ask });
    }

    pub(super) fn answers(
        &mut self,
        index: usize,
        call: u64,
        answer: Answer,
    ) -> Result<(), Violation> {
        let page = &mut self.tablets[index].page;
        if page
            .signing_in
            .as_ref()
            .is_some_and(|own| own.number == call)
        {
            page.signing_in = None;
            if let Answer::Me(person) = answer {
                // The browser has the session when the answer has set its cookie.
                let device = self.tablets[index].device;
                self.server.sessions.insert(device, person);
                self.adopts(index, person);
            } else if self.calm && call > self.stormy_calls {
                return self.violated(format!("tablet {index}: cannot sign in"));
            }
            return Ok(());
        }
        let Some(own) = page.call.take_if(|own| own.number == call) else {
            return Ok(());
        };
        if let (Ask::Upload(photo, ..), Answer::Unreachable | Answer::NoSession) =
            (&own.ask, &answer)
        {
            page.uploads.broke_off(photo);
        }
        let signed_in = self.tablets[index].disk.signed_in();
        let mut steps = Vec::new();
        let mut progress = true;
        match (own.ask, answer) {
            (_, Answer::Unreachable) => {
                self.ends(index, Outcome::Failed);
                return Ok(());
            }
            (_, Answer::NoSession) => {
                self.ends(index, Outcome::SignedOut);
                return Ok(());
            }
            (Ask::Me, Answer::Me(person)) => steps.push(Step::Adopt(person)),
            (Ask::SignOut, Answer::Done) => steps.push(Step::SignOut(Standing::Out)),
            (Ask::Upload(photo, _, step), Answer::Stands(told)) => {
                let page = &mut self.tablets[index].page;
                match page.uploads.answered(&photo, step, told) {
                    Went::Whole => steps.push(Step::PhotoReceived(photo)),
                    Went::On => {}
                    Went::Nowhere => progress = false,
                }
            }
            (Ask::Push(person, _), Answer::Pushed(pushed)) => {
                let disk = &self.tablets[index].disk;
                // Of whoever works here now, like the rest of the page.
                let now = signed_in.unwrap_or(person);
                match answered(&pushed.receipts, &disk.sent(now)) {
                    Answered::SomeoneElse => {
                        self.ends(index, Outcome::SignedOut);
                        return Ok(());
                    }
                    Answered::Noted {
                        mut notes,
                        progress: progressed,
                        restored,
                    } => {
                        if self.flaw == Some(Flaw::NeverSendAgain) {
                            notes.truncate(1);
                        }
                        self.figures.sent_again += u64::from(restored);
                        if restored {
                            self.tablets[index].page.confirmation.begin_anew();
                        }
                        steps.extend(notes.into_iter().map(|note| Step::Note(person, note)));
                        progress = progressed;
                    }
                }
            }
            (Ask::Lacking(person, asked), Answer::Lacking(lacking)) => {
                let notes = lacked(&asked, &lacking);
                self.figures.photos_sent_again += notes.len() as u64;
                steps.extend(notes.into_iter().map(|note| Step::Note(person, note)));
                steps.push(Step::Confirmed(person, asked));
            }
            (Ask::Pull(person, _), Answer::Pulled(pulled)) => {
                if signed_in != Some(person) {
                    self.ends(index, Outcome::Done);
                    return Ok(());
                }
                let blindly = self.flaw == Some(Flaw::TakeInAnyones);
                if pulled.person.is_some_and(|whose| whose != person) && !blindly {
                    self.ends(index, Outcome::SignedOut);
                    return Ok(());
                }
                steps.push(Step::TakeIn(person, pulled));
            }
            _ => {}
        }
        let page = &mut self.tablets[index].page;
        page.steps = steps.into();
        page.progress = progress;
        let page = page.number;
        self.keeps_soon(index, page);
        Ok(())
    }

    /// A page takes a moment for its next transaction.
    fn keeps_soon(&mut self, tablet: usize, page: u64) {
        let wait = self.chance.between(1, 20);
        self.after(wait, Happening::Keeps { tablet, page });
    }

    /// The end of the runner's act.
    pub(super) fn ends(&mut self, index: usize, outcome: Outcome) {
        let tablet = &mut self.tablets[index];
        let clock = tablet.clock(self.now);
        tablet.page.steps.clear();
        if outcome == Outcome::SignedOut {
            tablet.page.session = Session::Ended;
            let wants = tablet.wants.filter(|_| tablet.page.signing_in.is_none());
            if let Some(person) = wants {
                self.sign_in(index, person);
            }
        }
        self.tablets[index].page.memory.after(outcome, clock);
        self.wakes(index, 0);
    }

    /// One transaction of what follows from an answer.
    pub(super) fn keeps(&mut self, index: usize) -> Result<(), Violation> {
        if !self.calm && self.chance.happens(self.weather.stops) {
            self.stops(index);
            return Ok(());
        }
        if !self.calm && self.chance.happens(self.weather.store_fails) {
            tell!(self, "tablet {index}: its store fails");
            self.ends(index, Outcome::Failed);
            return Ok(());
        }
        let Some(step) = self.tablets[index].page.steps.pop_front() else {
            let outcome = self.tablets[index].page.outcome();
            self.ends(index, outcome);
            return Ok(());
        };
        match step {
            Step::Note(person, note) => {
                tell!(self, "tablet {index}: keeps {}", told_note(&note));
                self.tablets[index].disk.note(person, &note);
            }
            Step::PhotoReceived(hash) => {
                self.tablets[index].disk.photo_fate(&hash, Fate::Received);
            }
            Step::Adopt(person) => self.adopts(index, person),
            Step::SignOut(standing) => self.signs_out(index, standing),
            Step::TakeIn(person, pulled) => return self.takes_in(index, person, &pulled),
            Step::Confirmed(person, asked) => {
                let tablet = &mut self.tablets[index];
                let now = tablet.clock(self.now);
                let received = tablet.disk.received_photos(person);
                tablet.page.confirmation.answered(&asked, received, now);
            }
            Step::Fetched(person) => {
                let tablet = &mut self.tablets[index];
                if tablet.disk.signed_in() == Some(person) {
                    tablet.page.pulled_at = Some(tablet.clock(self.now));
                }
            }
        }
        self.keeps_on(index);
        Ok(())
    }

    pub(super) fn keeps_on(&mut self, index: usize) {
        let page = self.tablets[index].page.number;
        if self.tablets[index].page.steps.is_empty() {
            // The end is no transaction: nothing comes between.
            let outcome = self.tablets[index].page.outcome();
            let clock = self.tablets[index].clock(self.now);
            self.tablets[index].page.memory.after(outcome, clock);
            self.wakes(index, 0);
        } else {
            self.keeps_soon(index, page);
        }
    }

    pub(super) fn takes_in(
        &mut self,
        index: usize,
        person: PersonId,
        pulled: &Pulled,
    ) -> Result<(), Violation> {
        tell!(
            self,
            "tablet {index}: takes in {} events up to {:?}",
            pulled.events.len(),
            pulled.cursor
        );
        let texts = pulled
            .events
            .iter()
            .map(|event| (&event.stream, &event.body));
        for (stream, body) in texts {
            self.check_secrets(person, &[stream, body])?;
        }
        if self.flaw == Some(Flaw::CursorFirst) {
            self.tablets[index]
                .disk
                .take_in(person, &[], &pulled.cursor);
            if !self.calm && self.chance.happens(self.weather.stops) {
                self.stops(index);
                return Ok(());
            }
        }
        let tablet = &mut self.tablets[index];
        let events: Vec<Rc<Authored>> = pulled.events.iter().cloned().map(Rc::new).collect();
        let fresh = tablet.disk.take_in(person, &events, &pulled.cursor);
        if tablet.disk.signed_in() != Some(person) {
            self.keeps_on(index);
            return Ok(());
        }
        tablet.page.known.take_in(&fresh);
        let sent = tablet.disk.sent(person);
        let mut notes = reminded(pulled.last_sequence, &sent);
        if self.flaw == Some(Flaw::NeverSendAgain) {
            notes.clear();
        }
        if !notes.is_empty() {
            self.figures.sent_again += 1;
            tablet.page.confirmation.begin_anew();
        }
        let steps = &mut self.tablets[index].page.steps;
        steps.extend(notes.into_iter().map(|note| Step::Note(person, note)));
        if !pulled.more {
            steps.push_back(Step::Fetched(person));
        }
        self.keeps_on(index);
        Ok(())
    }

    /// Works for a person from now on, with a session the server has just confirmed.
    pub(super) fn adopts(&mut self, index: usize, person: PersonId) {
        tell!(self, "tablet {index}: works for {}", self.name(person));
        let tablet = &mut self.tablets[index];
        let before = tablet.disk.signed_in();
        tablet.disk.account = Some((person, Standing::In));
        if before != Some(person) {
            tablet.load();
        }
        tablet.page.session = Session::Open;
        self.wakes(index, 0);
    }

    pub(super) fn signs_out(&mut self, index: usize, standing: Standing) {
        tell!(self, "tablet {index}: signs out ({standing:?})");
        let tablet = &mut self.tablets[index];
        if let Some((person, _)) = tablet.disk.account {
            tablet.disk.account = Some((person, standing));
        }
        tablet.page.known = Known::default();
        tablet.page.session = Session::Ended;
        if let Some(person) = tablet.wants {
            self.sign_in(index, person);
        }
    }
}

fn told_note(note: &Note) -> String {
    match note {
        Note::PhotoWaits(hash) => format!("that photo {} waits again", &hash.0[..8]),
        Note::Delivered(deliveries) => {
            let word = |delivery: &Delivery| match delivery {
                Delivery::Waiting => "waiting",
                Delivery::Received => "received",
                Delivery::Held { .. } => "held",
                Delivery::NeedsAttention { .. } => "needs attention",
            };
            let words = deliveries.iter().map(|(_, delivery)| word(delivery));
            format!("{:?}", words.collect::<Vec<_>>())
        }
    }
}
