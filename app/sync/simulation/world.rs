//! One simulation: what happens when, what the network and the power do to it, and what must hold.
//!
//! First comes the weather: calls and answers are lost, doubled, late and out of order, tablets and the server stop between any two
//! writes, clocks jump. Then the weather is calm, everyone signs in once more wherever they worked, and what must hold is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use domain::Event;
use domain::assignment::AssignmentEvent;
use domain::finding::PhotoHash;
use domain::held::HeldEvent;
use domain::id::{DeviceId, EventId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use sync::outbox::{Answered, Delivery, Note, answered, reminded};
use sync::planner::Next;
use sync::protocol::{EventReceipt, Pulled, Push, Pushed, Receipt};
use sync::turn::{Outcome, Session, Turn};

use crate::Flaw;
use crate::chance::Chance;
use crate::city::{BEGINNING, City};
use crate::server::{Append, Asker, Server};
use crate::tablet::{
    Answer, Ask, Call, Disk, Fate, Known, Page, Standing, Step, Tablet, is_settled_by_a_person,
};

/// How long a tablet waits for an answer.
const PATIENCE_MS: i64 = 30_000;
/// How long calm weather may take to bring everything home, for each person on each tablet.
const CALM_MS: i64 = 900_000;
/// An end to what never ends.
const HAPPENINGS: u64 = 200_000;

/// What a run was like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub recorded: u64,
    pub held: u64,
    pub calls: u64,
    pub lost: u64,
    pub doubled: u64,
    pub tablet_stops: u64,
    pub server_stops: u64,
    pub restored: u64,
    pub sent_again: u64,
    pub happenings: u64,
}

impl Figures {
    pub fn add(&mut self, other: Figures) {
        self.recorded += other.recorded;
        self.held += other.held;
        self.calls += other.calls;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.tablet_stops += other.tablet_stops;
        self.server_stops += other.server_stops;
        self.restored += other.restored;
        self.sent_again += other.sent_again;
        self.happenings += other.happenings;
    }
}

/// What did not hold, and when in the run it was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub at_ms: i64,
    pub what: String,
}

/// How bad things are in this run.
struct Weather {
    /// Until when, in milliseconds from the beginning.
    until: i64,
    lost: u64,
    doubled: u64,
    late: u64,
    stops: u64,
    store_fails: u64,
    acts: u64,
    restores_server: bool,
    restores_tablet: bool,
    heavy: bool,
}

enum Happening {
    /// A tablet's loop wakes.
    Turn {
        tablet: usize,
        page: u64,
        turn: u64,
    },
    /// Somebody does something on a tablet.
    Act {
        tablet: usize,
    },
    /// A call arrives at the server.
    Arrives {
        tablet: usize,
        call: u64,
        ask: Ask,
    },
    /// The server has read what it judges a push by.
    Judges {
        asker: Asker,
        arrived: usize,
        life: u64,
    },
    Flush {
        life: u64,
    },
    /// An answer arrives, or the wait for it ends.
    Answers {
        tablet: usize,
        call: u64,
        answer: Answer,
    },
    /// The next transaction of what follows from an answer.
    Keeps {
        tablet: usize,
        page: u64,
    },
    Office {
        visit: usize,
    },
    /// Power, clocks, copies.
    Fault,
    CutOff {
        tablet: usize,
        lasts: i64,
    },
    Reconnects {
        tablet: usize,
    },
}

pub struct World {
    chance: Chance,
    weather: Weather,
    now: i64,
    count: u64,
    calls: u64,
    pages: u64,
    happenings: BTreeMap<(i64, u64), Happening>,
    city: City,
    server: Server,
    server_copy: Option<(usize, BTreeSet<PhotoHash>)>,
    flushing: bool,
    tablets: Vec<Tablet>,
    calm: bool,
    flaw: Option<Flaw>,
    tells: bool,
    figures: Figures,
    /// Everything a person was told is saved, with where.
    recorded: BTreeMap<EventId, (usize, PersonId, Rc<Authored>)>,
    /// Everything the server has said it has.
    acknowledged: BTreeSet<EventId>,
    acknowledged_photos: BTreeSet<PhotoHash>,
    /// Who may know of which visit: by place in the city's list.
    entitled: BTreeSet<(PersonId, usize)>,
}

macro_rules! tell {
    ($world:expr, $($text:tt)*) => {
        if $world.tells {
            let seconds = $world.now / 1_000;
            println!("{seconds:>5}.{:03} s  {}", $world.now % 1_000, format!($($text)*));
        }
    };
}

impl World {
    pub fn of(seed: u64, flaw: Option<Flaw>, tells: bool) -> World {
        let mut chance = Chance::of(seed);
        let until = chance.between(60_000, 400_000);
        let rough = |chance: &mut Chance, most: u64| match chance.below(4) {
            0 => 0,
            _ => chance.below(most + 1),
        };
        let weather = Weather {
            until,
            lost: rough(&mut chance, 400),
            doubled: rough(&mut chance, 300),
            late: rough(&mut chance, 300),
            stops: rough(&mut chance, 60),
            store_fails: rough(&mut chance, 30),
            acts: chance.below(12) + 4,
            restores_server: chance.happens(400),
            restores_tablet: chance.happens(150),
            heavy: chance.happens(300),
        };
        let city = City::of(&mut chance, until);
        let page = [2, 7, 500][chance.index(3)];
        let founding = city.founding(&mut chance);
        let server = Server::found(city.jurisdiction, founding, page);
        let tablets = (0..chance.between(1, 3))
            .map(|_| {
                let shared = chance.happens(300);
                let mut people: Vec<PersonId> = Vec::new();
                for _ in 0..if shared { 2 } else { 1 } {
                    let person = city.inspectors[chance.index(city.inspectors.len())];
                    if !people.contains(&person) {
                        people.push(person);
                    }
                }
                Tablet {
                    device: DeviceId(chance.uuid()),
                    people,
                    disk: Disk::default(),
                    page: Page::open(0),
                    skew: if chance.happens(500) {
                        0
                    } else {
                        chance.between(-300_000_000, 300_000_000)
                    },
                    wants: None,
                    connected: true,
                    notices: chance.happens(500),
                    copy: None,
                }
            })
            .collect();
        let mut world = World {
            chance,
            weather,
            now: 0,
            count: 0,
            calls: 0,
            pages: 0,
            happenings: BTreeMap::new(),
            city,
            server,
            server_copy: None,
            flushing: false,
            tablets,
            calm: false,
            flaw,
            tells,
            figures: Figures::default(),
            recorded: BTreeMap::new(),
            acknowledged: BTreeSet::new(),
            acknowledged_photos: BTreeSet::new(),
            entitled: BTreeSet::new(),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        for tablet in 0..self.tablets.len() {
            self.opens(tablet);
            for _ in 0..self.weather.acts {
                let at = self.chance.between(0, self.weather.until);
                self.at(at, Happening::Act { tablet });
            }
            for _ in 0..self.chance.below(4) {
                let at = self.chance.between(0, self.weather.until);
                let lasts = self.chance.between(1_000, 120_000);
                self.at(at, Happening::CutOff { tablet, lasts });
            }
        }
        for visit in 0..self.city.visits.len() {
            let at = self.chance.between(0, self.weather.until / 8);
            self.at(at, Happening::Office { visit });
        }
        for _ in 0..self.chance.below(14) {
            let at = self.chance.between(0, self.weather.until);
            self.at(at, Happening::Fault);
        }
    }

    /// Runs to the end and looks at what must hold.
    pub fn run(mut self) -> Result<Figures, Violation> {
        let until = self.weather.until;
        self.run_until(until, |_| false)?;
        self.calm = true;
        tell!(self, "the weather is calm from now on");
        let mut most = 0;
        for tablet in &mut self.tablets {
            tablet.connected = true;
            // Whoever signed in on a page of the office may have worked here, too.
            for person in tablet.disk.work.keys() {
                if !tablet.people.contains(person) {
                    tablet.people.push(*person);
                }
            }
            most = most.max(tablet.people.len());
        }
        // Twice, since what one sends last another has yet to fetch.
        for _ in 0..2 {
            for place in 0..most {
                self.everyone_works(place)?;
            }
        }
        self.check_end()?;
        self.figures.happenings = self.count;
        Ok(self.figures)
    }

    /// Opens every tablet anew for one of its people, and waits until nothing is left to do on any.
    fn everyone_works(&mut self, place: usize) -> Result<(), Violation> {
        let mut working = Vec::new();
        for tablet in 0..self.tablets.len() {
            let person = self.tablets[tablet].people.get(place).copied();
            if let Some(person) = person {
                self.opens(tablet);
                self.tablets[tablet].wants = Some(person);
                self.sign_in(tablet, person);
                working.push((tablet, person));
            }
        }
        let quiet = |world: &World| {
            working.iter().all(|(tablet, person)| {
                let tablet = &world.tablets[*tablet];
                tablet.disk.signed_in() == Some(*person)
                    && tablet.page.session == Session::Open
                    && tablet.page.signing_in.is_none()
                    && !tablet.page.is_busy()
                    && tablet.page.pulled_at.is_some()
                    && tablet.page.memory.failures == 0
                    && !tablet.disk.waits(*person)
            })
        };
        let end = self.now + CALM_MS;
        if self.run_until(end, quiet)? {
            return Ok(());
        }
        let (tablet, person) = working
            .iter()
            .find(|(tablet, person)| {
                self.tablets[*tablet].disk.waits(*person)
                    || self.tablets[*tablet].page.pulled_at.is_none()
            })
            .copied()
            .unwrap_or(working[0]);
        let waiting = self.tablets[tablet].disk.waits(person);
        self.violated(format!(
            "tablet {tablet} does not come to rest (something waits to be sent: {waiting})"
        ))
    }

    fn violated<T>(&self, what: String) -> Result<T, Violation> {
        tell!(self, "VIOLATED: {what}");
        Err(Violation {
            at_ms: self.now,
            what,
        })
    }

    fn at(&mut self, when: i64, what: Happening) {
        self.count += 1;
        self.happenings
            .insert((when.max(self.now), self.count), what);
    }

    fn after(&mut self, wait: i64, what: Happening) {
        self.at(self.now + wait, what);
    }

    /// Lets things happen until a moment, or until something is so; whether it is.
    fn run_until(&mut self, end: i64, done: impl Fn(&World) -> bool) -> Result<bool, Violation> {
        while !done(self) {
            match self.happenings.first_key_value() {
                Some(((when, _), _)) if *when <= end => {}
                _ => {
                    self.now = end;
                    return Ok(done(self));
                }
            }
            if self.count > HAPPENINGS {
                return self.violated("it goes round in circles".to_owned());
            }
            if let Some(((when, _), what)) = self.happenings.pop_first() {
                self.now = when;
                self.happens(what)?;
            }
        }
        Ok(true)
    }

    fn happens(&mut self, what: Happening) -> Result<(), Violation> {
        match what {
            Happening::Turn { tablet, page, turn } => {
                let current = &self.tablets[tablet].page;
                if current.number == page && current.turn == turn && !current.is_busy() {
                    self.turn(tablet);
                }
            }
            Happening::Act { tablet } if !self.calm => self.act(tablet),
            Happening::Arrives { tablet, call, ask } => return self.arrives(tablet, call, ask),
            Happening::Judges {
                asker,
                arrived,
                life,
            } if life == self.server.life => return self.judges(asker, arrived),
            Happening::Flush { life } if life == self.server.life => return self.flush(),
            Happening::Answers {
                tablet,
                call,
                answer,
            } => return self.answers(tablet, call, answer),
            Happening::Keeps { tablet, page } if self.tablets[tablet].page.number == page => {
                return self.keeps(tablet);
            }
            Happening::Office { visit } if !self.calm => self.office(visit),
            Happening::Fault if !self.calm => self.fault(),
            Happening::CutOff { tablet, lasts } if !self.calm => {
                tell!(self, "tablet {tablet}: no network for {} s", lasts / 1_000);
                self.tablets[tablet].connected = false;
                self.after(lasts, Happening::Reconnects { tablet });
            }
            Happening::Reconnects { tablet } => {
                self.tablets[tablet].connected = true;
                self.wakes(tablet, 0);
            }
            _ => {}
        }
        Ok(())
    }

    // The tablet.

    /// Opens a page: whatever the one before it held in memory is gone.
    fn opens(&mut self, tablet: usize) {
        self.pages += 1;
        self.tablets[tablet].page = Page::open(self.pages);
        self.tablets[tablet].load();
        self.wakes(tablet, 10);
    }

    fn stops(&mut self, tablet: usize) {
        tell!(self, "tablet {tablet}: stops, and starts again");
        self.figures.tablet_stops += 1;
        self.opens(tablet);
        let wait = self.chance.between(500, 20_000);
        self.wakes(tablet, wait);
    }

    fn wakes(&mut self, tablet: usize, wait: i64) {
        let page = &mut self.tablets[tablet].page;
        page.turn += 1;
        let (page, turn) = (page.number, page.turn);
        self.after(wait, Happening::Turn { tablet, page, turn });
    }

    fn turn(&mut self, index: usize) {
        let jitter = self.chance.jitter();
        let tablet = &self.tablets[index];
        let situation = tablet.situation(self.now, jitter, self.weather.heavy);
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
            Turn::Do(Next::Upload(hash)) => self.calls(index, Ask::Photo(hash)),
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
                    self.calls(index, Ask::Push(person, Rc::new(Push { device, events })));
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

    fn calls(&mut self, tablet: usize, ask: Ask) {
        let number = self.sends(tablet, &ask);
        self.tablets[tablet].page.call = Some(Call { number, ask });
    }

    /// Sends a request on its way; perhaps it gets lost, perhaps it arrives twice.
    fn sends(&mut self, tablet: usize, ask: &Ask) -> u64 {
        self.calls += 1;
        self.figures.calls += 1;
        let call = self.calls;
        tell!(self, "tablet {tablet}: call {call}: {}", told_ask(ask));
        for _ in 0..self.copies() {
            let wait = self.delay();
            let ask = ask.clone();
            self.after(wait, Happening::Arrives { tablet, call, ask });
        }
        let answer = Answer::Unreachable;
        self.after(
            PATIENCE_MS,
            Happening::Answers {
                tablet,
                call,
                answer,
            },
        );
        call
    }

    fn copies(&mut self) -> u32 {
        if self.calm {
            1
        } else if self.chance.happens(self.weather.lost) {
            self.figures.lost += 1;
            0
        } else if self.chance.happens(self.weather.doubled) {
            self.figures.doubled += 1;
            2
        } else {
            1
        }
    }

    fn delay(&mut self) -> i64 {
        if !self.calm && self.chance.happens(self.weather.late) {
            self.chance.between(100, 120_000)
        } else {
            self.chance.between(5, 400)
        }
    }

    fn answers(&mut self, index: usize, call: u64, answer: Answer) -> Result<(), Violation> {
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
            } else if self.calm {
                return self.violated(format!("tablet {index}: cannot sign in"));
            }
            return Ok(());
        }
        let Some(own) = page.call.take_if(|own| own.number == call) else {
            return Ok(());
        };
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
            (Ask::Photo(hash), Answer::Done) => steps.push(Step::PhotoReceived(hash)),
            (Ask::Push(person, _), Answer::Pushed(pushed)) => {
                let disk = &self.tablets[index].disk;
                // Of whoever works here now, like the rest of the page.
                let now = signed_in.unwrap_or(person);
                let (sent, photos) = (disk.sent(now), disk.received_photos(now));
                match answered(&pushed.receipts, &sent, &photos) {
                    Answered::SomeoneElse => {
                        self.ends(index, Outcome::SignedOut);
                        return Ok(());
                    }
                    Answered::Noted {
                        mut notes,
                        progress: progressed,
                    } => {
                        if self.flaw == Some(Flaw::NeverSendAgain) {
                            notes.truncate(1);
                        }
                        self.figures.sent_again += u64::from(notes.len() > 1);
                        steps.extend(notes.into_iter().map(|note| Step::Note(person, note)));
                        progress = progressed;
                    }
                }
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
        let wait = self.chance.between(1, 20);
        self.after(
            wait,
            Happening::Keeps {
                tablet: index,
                page,
            },
        );
        Ok(())
    }

    /// The end of the runner's act.
    fn ends(&mut self, index: usize, outcome: Outcome) {
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
    fn keeps(&mut self, index: usize) -> Result<(), Violation> {
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

    fn keeps_on(&mut self, index: usize) {
        let page = self.tablets[index].page.number;
        if self.tablets[index].page.steps.is_empty() {
            // The end is no transaction: nothing comes between.
            let outcome = self.tablets[index].page.outcome();
            let clock = self.tablets[index].clock(self.now);
            self.tablets[index].page.memory.after(outcome, clock);
            self.wakes(index, 0);
        } else {
            let wait = self.chance.between(1, 20);
            self.after(
                wait,
                Happening::Keeps {
                    tablet: index,
                    page,
                },
            );
        }
    }

    fn takes_in(
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
        let photos = tablet.disk.received_photos(person);
        let mut notes = reminded(pulled.last_sequence, &sent, &photos);
        if self.flaw == Some(Flaw::NeverSendAgain) {
            notes.clear();
        }
        self.figures.sent_again += u64::from(!notes.is_empty());
        let steps = &mut self.tablets[index].page.steps;
        steps.extend(notes.into_iter().map(|note| Step::Note(person, note)));
        if !pulled.more {
            steps.push_back(Step::Fetched(person));
        }
        self.keeps_on(index);
        Ok(())
    }

    /// Works for a person from now on, with a session the server has just confirmed.
    fn adopts(&mut self, index: usize, person: PersonId) {
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

    fn signs_out(&mut self, index: usize, standing: Standing) {
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

    fn sign_in(&mut self, tablet: usize, person: PersonId) {
        let ask = Ask::SignIn(person);
        let number = self.sends(tablet, &ask);
        self.tablets[tablet].page.signing_in = Some(Call { number, ask });
    }

    /// Somebody does something on a tablet.
    fn act(&mut self, index: usize) {
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

    fn records(&mut self, index: usize, person: PersonId) {
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
            for _ in 0..self.chance.below(3) {
                let uuid = self.chance.uuid().simple();
                photos.push(PhotoHash(format!("{uuid}{uuid}")));
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

    // The server.

    fn arrives(&mut self, tablet: usize, call: u64, ask: Ask) -> Result<(), Violation> {
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
            (Ask::Photo(hash), Some(_)) => {
                self.server.photos.insert(hash.clone());
                self.acknowledged_photos.insert(hash);
                Answer::Done
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

    fn judges_soon(&mut self, asker: Asker) {
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

    fn replies(&mut self, tablet: usize, call: u64, answer: Answer) {
        if !self.tablets[tablet].connected {
            self.figures.lost += 1;
            return;
        }
        for _ in 0..self.copies() {
            let wait = self.delay();
            let answer = answer.clone();
            self.after(
                wait,
                Happening::Answers {
                    tablet,
                    call,
                    answer,
                },
            );
        }
    }

    fn judges(&mut self, asker: Asker, arrived: usize) -> Result<(), Violation> {
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

    fn appends(&mut self, append: Append) {
        self.server.waiting.push(append);
        if !self.flushing {
            self.flushing = true;
            let life = self.server.life;
            let wait = self.chance.between(2, 80);
            self.after(wait, Happening::Flush { life });
        }
    }

    fn flush(&mut self) -> Result<(), Violation> {
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
    fn entitle(&mut self, from: usize) {
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

    fn acknowledges(
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

    fn server_stops(&mut self) {
        tell!(self, "server: stops, and starts again");
        self.figures.server_stops += 1;
        self.server.restart();
        self.flushing = false;
    }

    /// The office brings a visit to where it should be by now.
    fn office(&mut self, index: usize) {
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

    fn fault(&mut self) {
        let index = self.chance.index(self.tablets.len());
        match self.chance.below(7) {
            0 => self.server_stops(),
            1 => self.stops(index),
            2 => {
                let skew = self.chance.between(-300_000_000, 300_000_000);
                tell!(
                    self,
                    "tablet {index}: its clock is now {} s off",
                    skew / 1_000
                );
                self.tablets[index].skew = skew;
                self.wakes(index, 0);
            }
            3 => {
                tell!(self, "server: the session of tablet {index} expires");
                let device = self.tablets[index].device;
                self.server.sessions.remove(&device);
            }
            4 | 5 if self.weather.restores_server => match self.server_copy.take() {
                None => {
                    tell!(self, "server: copied");
                    self.server_copy = Some((self.server.log.len(), self.server.photos.clone()));
                }
                Some((length, photos)) => {
                    tell!(
                        self,
                        "server: restored from the copy: {} of {} events are left",
                        length,
                        self.server.log.len()
                    );
                    self.figures.restored += 1;
                    self.server.log.truncate(length);
                    self.server.photos = photos;
                    self.server_stops();
                }
            },
            // A tablet and its server both restored have nobody left who knows what was lost.
            4 | 5 if self.weather.restores_tablet => match self.tablets[index].copy.take() {
                None => self.tablets[index].copy = Some(self.tablets[index].disk.clone()),
                Some(disk) => {
                    tell!(self, "tablet {index}: restored from an image of its disk");
                    self.figures.restored += 1;
                    self.tablets[index].disk = disk;
                    self.recorded.retain(|id, (tablet, person, _)| {
                        let work = self.tablets[*tablet].disk.work.get(person);
                        *tablet != index
                            || self.acknowledged.contains(id)
                            || work.is_some_and(|work| {
                                work.outbox.values().any(|entry| entry.event.id == *id)
                            })
                    });
                    self.stops(index);
                }
            },
            _ => {
                self.tablets[index].notices = !self.tablets[index].notices;
            }
        }
    }

    fn name(&self, person: PersonId) -> String {
        let place = self.city.inspectors.iter().position(|of| *of == person);
        place.map_or_else(String::new, |place| format!("inspector {}", place + 1))
    }

    // What must hold.

    /// Nobody reads anything of a visit before its release, nor of one that is not theirs.
    fn check_secrets(&self, person: PersonId, texts: &[&String]) -> Result<(), Violation> {
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

    fn check_end(&mut self) -> Result<(), Violation> {
        self.check_stored()?;
        self.check_delivered()?;
        self.check_replicas()?;
        self.check_again()
    }

    /// Every event in the log is there once, and every acknowledged one is there; numbers follow each other without gaps.
    fn check_stored(&self) -> Result<(), Violation> {
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
        // A copy of the photos is as old as the log's; those sent after it are not asked for again.
        if self.figures.restored == 0
            && let Some(lost) = self
                .acknowledged_photos
                .difference(&self.server.photos)
                .next()
        {
            return self.violated(format!(
                "photo {} was acknowledged and is not stored",
                lost.0
            ));
        }
        Ok(())
    }

    /// Every event that was said to be saved is stored as it was recorded, held whole, or shown on its tablet with the reason.
    fn check_delivered(&mut self) -> Result<(), Violation> {
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
                // The server lost it with what it rested on, and a late copy of the first call brought it back: judged anew, and
                // the answer went nowhere. It is stored, or the office has it to settle.
                Some(Delivery::Received | Delivery::Held { .. }) if self.figures.restored > 0 => {}
                // Its tablet was restored from before it was recorded.
                None if self.figures.restored > 0 => {}
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
    fn check_replicas(&self) -> Result<(), Violation> {
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
    fn check_again(&mut self) -> Result<(), Violation> {
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
                    push: Rc::new(Push { device, events }),
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

fn told_ask(ask: &Ask) -> String {
    match ask {
        Ask::Me => "who is signed in?".to_owned(),
        Ask::SignIn(_) => "sign in".to_owned(),
        Ask::SignOut => "sign out".to_owned(),
        Ask::Push(_, push) => {
            let numbers = push.events.iter().filter_map(|event| event.device_sequence);
            format!("push {:?}", numbers.collect::<Vec<_>>())
        }
        Ask::Pull(_, cursor) => format!("pull after {:?}", cursor.as_deref().unwrap_or("")),
        Ask::Photo(hash) => format!("photo {}", &hash.0[..8]),
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
