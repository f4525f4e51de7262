//! One simulation: what happens when, what the network and the power do to it, and what must hold.
//!
//! First comes the weather: calls and answers are lost, doubled, late and out of order, tablets and the server stop between any two
//! writes, clocks jump. Then the weather is calm, everyone signs in once more wherever they worked, and what must hold is looked at.
//!
//! | File | Subject |
//! |---|---|
//! | `people`, `runner` | what people do on a tablet and in the office; what the tablet's page makes of it |
//! | `network`, `front` | calls and answers on their way; the server's doors |
//! | `trouble`, `invariants` | what goes wrong; what must hold |

/// Says what happens, where the story of one run is told.
macro_rules! tell {
    ($world:expr, $($text:tt)*) => {
        if $world.tells {
            let seconds = $world.now / 1_000;
            println!("{seconds:>5}.{:03} s  {}", $world.now % 1_000, format!($($text)*));
        }
    };
}

mod front;
mod invariants;
mod network;
mod people;
mod runner;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, PersonId};
use domain::record::Authored;
use sync::turn::Session;

use crate::Flaw;
use crate::chance::Chance;
use crate::city::City;
use crate::server::{Asker, Server};
use crate::tablet::{Answer, Ask, Disk, Page, Tablet};

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
    pub torn: u64,
    pub tablet_stops: u64,
    pub server_stops: u64,
    pub restored: u64,
    pub sent_again: u64,
    pub photos_sent_again: u64,
    pub happenings: u64,
}

impl Figures {
    pub fn add(&mut self, other: Figures) {
        self.recorded += other.recorded;
        self.held += other.held;
        self.calls += other.calls;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.torn += other.torn;
        self.tablet_stops += other.tablet_stops;
        self.server_stops += other.server_stops;
        self.restored += other.restored;
        self.sent_again += other.sent_again;
        self.photos_sent_again += other.photos_sent_again;
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
    /// A call breaks off on its way.
    ArrivesTorn {
        tablet: usize,
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
    /// How long the log was when it was copied, if a restore may follow; and the photos, as they were when they were copied last.
    server_copy: Option<usize>,
    photos_copy: BTreeMap<PhotoHash, u64>,
    flushing: bool,
    tablets: Vec<Tablet>,
    calm: bool,
    /// The last call made before that; it may still be lost.
    stormy_calls: u64,
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
            photos_copy: BTreeMap::new(),
            flushing: false,
            tablets,
            calm: false,
            stormy_calls: 0,
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
        self.stormy_calls = self.calls;
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
        // What is still under way arrives first: nobody could have fetched what comes of it after their last turn.
        let arrivals = self.happenings.iter().filter_map(|((when, _), what)| {
            matches!(what, Happening::Arrives { .. }).then_some(*when)
        });
        if let Some(last) = arrivals.max() {
            self.run_until(last, |_| false)?;
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
                    && (tablet.page.confirmation.is_done()
                        || world.flaw == Some(Flaw::NeverConfirm)
                        || tablet.disk.received_photos(*person).next().is_none())
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
            Happening::ArrivesTorn { tablet, ask } => self.arrives_torn(tablet, &ask),
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
}
