//! A tablet: what is on its disk, and the page that is lost when it stops.
//!
//! What it does next and what it makes of an answer are the house's own ([`sync::turn`], [`sync::planner`], [`sync::outbox`]), and so
//! are the rules by which a visit is begun and handed in ([`domain::field`]). What is modelled is the store: each method of [`Disk`]
//! is one transaction of the browser's database.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use domain::facts::{Context, Facts, Forms};
use domain::finding::PhotoHash;
use domain::id::{AssignmentId, ChecklistId, DeviceId, EventId, InspectionId, PersonId};
use domain::inspection::{
    InspectionCommand, InspectionRefusal, Outcome as VisitOutcome, Submission,
};
use domain::instant::Instant;
use domain::projection::directory::Directory;
use domain::record::{Authored, Stream, StreamKind};
use domain::visit_mode::VisitMode;
use domain::{Command, Refusal};
use form::Form;
use sync::confirmation::Confirmation;
use sync::outbox::{Delivery, Note, Sent, stuck_from};
use sync::planner::{Outgoing, Situation};
use sync::protocol::{Pulled, Push, Pushed};
use sync::turn::{Memory, Outcome, Session};
use sync::upload::{self, Told, Uploads};

use crate::city::{BEGINNING, TODAY};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    In,
    Out,
    /// Signed out without a network: the server has yet to be told.
    OutHere,
}

/// One of a person's own events and where it stands.
#[derive(Clone)]
pub struct Entry {
    pub event: Rc<Authored>,
    pub delivery: Delivery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Waiting,
    Received,
}

#[derive(Clone)]
pub struct Photo {
    pub by: PersonId,
    pub bytes: u64,
    pub fate: Fate,
}

/// What a person's work here is made of.
#[derive(Clone, Default)]
pub struct Work {
    pub events: Vec<Rc<Authored>>,
    ids: BTreeSet<EventId>,
    pub cursor: Option<String>,
    pub outbox: BTreeMap<u64, Entry>,
}

/// What outlives the page.
#[derive(Clone, Default)]
pub struct Disk {
    pub account: Option<(PersonId, Standing)>,
    pub work: BTreeMap<PersonId, Work>,
    pub photos: BTreeMap<PhotoHash, Photo>,
}

impl Work {
    fn keep(&mut self, event: &Rc<Authored>) -> bool {
        let fresh = self.ids.insert(event.id);
        if fresh {
            self.events.push(Rc::clone(event));
        }
        fresh
    }
}

impl Disk {
    pub fn signed_in(&self) -> Option<PersonId> {
        let account = self.account.filter(|(_, is)| *is == Standing::In);
        account.map(|(person, _)| person)
    }

    /// Records what a person did: event and outbox together, with the photos that go with it.
    pub fn record(
        &mut self,
        person: PersonId,
        mut event: Authored,
        photos: &[(PhotoHash, u64)],
        without_outbox: bool,
    ) -> Rc<Authored> {
        let work = self.work.entry(person).or_default();
        let sequence = work.outbox.last_key_value().map_or(0, |(last, _)| *last) + 1;
        event.device_sequence = Some(sequence);
        let event = Rc::new(event);
        work.keep(&event);
        if !without_outbox {
            work.outbox.insert(
                sequence,
                Entry {
                    event: Rc::clone(&event),
                    delivery: Delivery::Waiting,
                },
            );
        }
        for (hash, bytes) in photos {
            let photo = Photo {
                by: person,
                bytes: *bytes,
                fate: Fate::Waiting,
            };
            self.photos.insert(hash.clone(), photo);
        }
        event
    }

    /// Keeps fetched events and moves the cursor; gives those that are new here.
    pub fn take_in(
        &mut self,
        person: PersonId,
        events: &[Rc<Authored>],
        cursor: &str,
    ) -> Vec<Rc<Authored>> {
        let work = self.work.entry(person).or_default();
        work.cursor = Some(cursor.to_owned());
        let fresh = events.iter().filter(|event| work.keep(event));
        fresh.cloned().collect()
    }

    pub fn note(&mut self, person: PersonId, note: &Note) {
        match note {
            Note::Delivered(deliveries) => {
                for entry in self.work.entry(person).or_default().outbox.values_mut() {
                    let delivered = deliveries.iter().find(|(id, _)| *id == entry.event.id);
                    if let Some((_, delivery)) = delivered {
                        entry.delivery = delivery.clone();
                    }
                }
            }
            Note::PhotoWaits(hash) => self.photo_fate(hash, Fate::Waiting),
        }
    }

    pub fn photo_fate(&mut self, hash: &PhotoHash, fate: Fate) {
        if let Some(photo) = self.photos.get_mut(hash) {
            photo.fate = fate;
        }
    }

    /// A person's outbox as the decisions on it see it.
    pub fn sent(&self, person: PersonId) -> Vec<Sent<'_>> {
        let outbox = self.work.get(&person).map(|work| &work.outbox);
        outbox
            .into_iter()
            .flatten()
            .map(|(sequence, entry)| Sent {
                id: entry.event.id,
                sequence: *sequence,
                delivery: &entry.delivery,
            })
            .collect()
    }

    /// A person's photos that the server has received.
    pub fn received_photos(&self, person: PersonId) -> impl Iterator<Item = &PhotoHash> {
        let received =
            move |(_, photo): &(_, &Photo)| photo.by == person && photo.fate == Fate::Received;
        self.photos.iter().filter(received).map(|(hash, _)| hash)
    }

    /// Whether something still waits to be sent for a person.
    pub fn waits(&self, person: PersonId) -> bool {
        let work = self.work.get(&person);
        let event = |work: &Work| {
            work.outbox
                .values()
                .any(|entry| entry.delivery.is_waiting())
        };
        let photo = |photo: &Photo| photo.by == person && photo.fate == Fate::Waiting;
        work.is_some_and(event) || self.photos.values().any(photo)
    }
}

/// What a tablet asks of the server.
#[derive(Clone)]
pub enum Ask {
    Me,
    SignIn(PersonId),
    SignOut,
    Push(PersonId, Rc<Push>),
    Pull(PersonId, Option<String>),
    /// A call of the upload of a photo of so many bytes.
    Upload(PhotoHash, u64, upload::Step),
    /// Which of a person's photos the server lacks.
    Lacking(PersonId, Rc<[PhotoHash]>),
}

#[derive(Clone)]
pub enum Answer {
    Me(PersonId),
    Done,
    Pushed(Rc<Pushed>),
    Pulled(Rc<Pulled>),
    Lacking(Rc<[PhotoHash]>),
    Stands(Told),
    NoSession,
    /// No network, no server, or no answer in time.
    Unreachable,
}

/// A transaction that follows from an answer. Between two of them the tablet may stop.
#[derive(Clone)]
pub enum Step {
    /// The facts of a page of a pull, and what the answer tells of this device's own events.
    TakeIn(PersonId, Rc<Pulled>),
    Note(PersonId, Note),
    PhotoReceived(PhotoHash),
    Adopt(PersonId),
    SignOut(Standing),
    /// The server has answered about these photos, and what it lacks is noted.
    Confirmed(PersonId, Rc<[PhotoHash]>),
    /// Everything there was to fetch for a person is here.
    Fetched(PersonId),
}

pub struct Call {
    pub number: u64,
    pub ask: Ask,
}

/// What a page holds in memory.
pub struct Page {
    /// Which page of the tablet it is.
    pub number: u64,
    pub session: Session,
    pub memory: Memory,
    pub pulled_at: Option<Instant>,
    pub confirmation: Confirmation,
    pub uploads: Uploads,
    pub known: Known,
    /// The runner's call, and what it has yet to keep of its answer; whether that went well.
    pub call: Option<Call>,
    pub steps: VecDeque<Step>,
    pub progress: bool,
    /// A sign-in beside it.
    pub signing_in: Option<Call>,
    /// Which of the turns that were planned counts.
    pub turn: u64,
}

impl Page {
    pub fn open(number: u64) -> Page {
        Page {
            number,
            session: Session::NotAsked,
            memory: Memory::default(),
            pulled_at: None,
            confirmation: Confirmation::default(),
            uploads: Uploads::default(),
            known: Known::default(),
            call: None,
            steps: VecDeque::new(),
            progress: true,
            signing_in: None,
            turn: 0,
        }
    }

    /// How the runner's act went, once all that follows from it is kept.
    pub fn outcome(&self) -> Outcome {
        if self.progress {
            Outcome::Done
        } else {
            Outcome::Failed
        }
    }

    pub fn is_busy(&self) -> bool {
        self.call.is_some() || !self.steps.is_empty()
    }
}

pub struct Tablet {
    pub device: DeviceId,
    /// Who shares it.
    pub people: Vec<PersonId>,
    pub disk: Disk,
    pub page: Page,
    /// Its clock less the true one, in milliseconds.
    pub skew: i64,
    /// Who signs in again when the session ends, once the weather is calm.
    pub wants: Option<PersonId>,
    pub connected: bool,
    /// Whether the browser notices that there is no network.
    pub notices: bool,
    /// An image of its disk, made earlier.
    pub copy: Option<Disk>,
}

impl Tablet {
    pub fn clock(&self, now: i64) -> Instant {
        Instant(BEGINNING + now + self.skew)
    }

    pub fn situation(&self, now: i64, jitter: f64, heavy: bool) -> Situation {
        let person = self.disk.signed_in();
        let work = person.and_then(|person| self.disk.work.get(&person));
        let waiting = work.into_iter().flat_map(|work| &work.outbox);
        let stuck = stuck_from(
            work.into_iter()
                .flat_map(|work| &work.outbox)
                .map(|(sequence, entry)| (*sequence, &entry.delivery)),
        );
        let waiting =
            waiting.filter(|(sequence, entry)| entry.delivery.is_waiting() && **sequence < stuck);
        let photos = self.disk.photos.iter();
        let memory = self.page.memory;
        let now = self.clock(now);
        let received = person
            .into_iter()
            .flat_map(|person| self.disk.received_photos(person));
        Situation {
            now,
            online: self.connected || !self.notices,
            signed_in: person.is_some() && self.page.session == Session::Open,
            outgoing: waiting
                .map(|(sequence, entry)| Outgoing {
                    id: entry.event.id,
                    sequence: *sequence,
                    bytes: if heavy {
                        1_500_000
                    } else {
                        entry.event.body.len() + 512
                    },
                })
                .collect(),
            photos: photos
                .filter(|(_, photo)| Some(photo.by) == person && photo.fate == Fate::Waiting)
                .map(|(hash, _)| hash.clone())
                .collect(),
            unconfirmed: self.page.confirmation.due(received, now),
            pulled_at: self.page.pulled_at,
            failures: memory.failures,
            failed_at: memory.failed_at,
            jitter,
        }
    }

    /// Takes up the signed-in person's work from the disk.
    pub fn load(&mut self) {
        self.page.pulled_at = None;
        self.page.confirmation.begin_anew();
        self.page.known = Known::default();
        let person = self.disk.signed_in();
        if let Some(work) = person.and_then(|person| self.disk.work.get(&person)) {
            self.page.known.take_in(&work.events);
        }
    }
}

/// What a page knows, folded from the events on the disk.
#[derive(Default)]
pub struct Known {
    directory: Directory,
    facts: Facts,
    visits: BTreeSet<AssignmentId>,
}

struct NoForms;

impl Forms for NoForms {
    fn form(&self, _: ChecklistId, _: &str) -> Option<Arc<Form>> {
        None
    }
}

impl Known {
    pub fn take_in(&mut self, events: &[Rc<Authored>]) {
        for authored in events {
            let (Some(stream), Ok(event)) = (authored.stream(), domain::field::event(authored))
            else {
                continue;
            };
            match stream.kind {
                StreamKind::Jurisdiction | StreamKind::Body | StreamKind::Person => {
                    self.directory.evolve(stream, &event);
                }
                _ => self.facts.evolve(stream, &event, authored.authorship()),
            }
            if stream.kind == StreamKind::Assignment {
                self.visits.insert(AssignmentId(stream.id));
            }
        }
    }

    /// The visits a person can open.
    pub fn visits_of(&self, person: PersonId) -> Vec<AssignmentId> {
        let is_theirs = |id: &&AssignmentId| {
            let assignment = self.facts.assignment(**id);
            let order = assignment.order.as_ref().filter(|_| assignment.released);
            order.is_some_and(|order| order.team.contains(&person))
        };
        self.visits.iter().filter(is_theirs).copied().collect()
    }

    /// What beginning a visit, or handing it in, comes to by the rules.
    pub fn decide(
        &self,
        visit: AssignmentId,
        hands_in: bool,
        person: PersonId,
        now: Instant,
    ) -> Result<(Stream, domain::Event), Refusal> {
        let order = self.facts.assignment(visit).order.clone();
        let order = order.ok_or(InspectionRefusal::AssignmentUnknown)?;
        let command = if hands_in {
            InspectionCommand::Submit(Box::new(Submission {
                target: order.target,
                outcome: VisitOutcome::Closed,
                mode: VisitMode::OnSite,
                started_at: now,
                clock_offset: domain::clock_offset::ClockOffset::default(),
                arrival: None,
                entrance: None,
                present: order.team,
                checklist: order.checklist,
                checklist_version: order.checklist_version,
                session: form::Session::default(),
                answers: form::Answers::default(),
                score: domain::inspection::ScoreShown::default(),
                findings: BTreeMap::new(),
                raised: Some(BTreeMap::new()),
                remarks: BTreeMap::new(),
                account: "锁门 Locked".into(),
                account_photos: Vec::new(),
                instances: form::InstanceCounts::default(),
                signatures: None,
            }))
        } else {
            InspectionCommand::Start {
                target: order.target,
            }
        };
        let context = Context {
            actor: person,
            now,
            today: TODAY,
            directory: &self.directory,
            facts: &self.facts,
            forms: &NoForms,
        };
        let command = Command::Inspection {
            id: InspectionId::of(visit),
            command,
        };
        let decided = domain::field::decide(&command, &context)?;
        let new = decided.into_iter().next();
        let new = new.ok_or(InspectionRefusal::AssignmentUnknown)?;
        Ok((new.stream, new.event))
    }

    /// What was known before another tablet handed a visit in, or before it was cancelled: a handing in is decided by what was found.
    pub fn as_found(events: &[Rc<Authored>], visit: AssignmentId) -> Known {
        let ends_it = |event: &Authored| {
            matches!(
                event.kind.as_str(),
                "assignment.cancelled" | "inspection.submitted"
            ) && event.stream().is_some_and(|stream| stream.id == visit.0)
        };
        let before: Vec<Rc<Authored>> = events
            .iter()
            .filter(|event| !ends_it(event))
            .cloned()
            .collect();
        let mut known = Known::default();
        known.take_in(&before);
        known
    }
}

/// Whether a refusal is one that the server answers by keeping the record for a person to settle.
pub fn is_settled_by_a_person(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Inspection(
            InspectionRefusal::AlreadySubmitted { .. } | InspectionRefusal::AssignmentCancelled
        )
    )
}
