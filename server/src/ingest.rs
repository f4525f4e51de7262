//! The only way into the log: load what a decision looks at, decide (for what is asked in the office) or admit (for what was
//! decided on a tablet), append, and decide again if something moved meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::event::NewEvent;
use domain::facts::Authorship;
use domain::finding::{FindingEvent, PhotoHash};
use domain::held::HeldEvent;
use domain::id::{EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::notice::{NoticeEvent, number_key};
use domain::person::{PersonEvent, Registration};
use domain::record::{Authored, Recorded, Stream, StreamKind};
use domain::{Command, Context, Event, Facts, Refusal, command};
use form::Texts;
use sync::admission::{self, Brought, Judge, held_stream};
use sync::protocol::{EventReceipt, Push, Pushed};
use uuid::Uuid;

mod standing;

use self::standing::{Asked, Reads};
use crate::device_signature;
use crate::read::delivery::Delivered;
use crate::store::writer::Writer;
use crate::store::{Append, AppendRefusal, Claim, Log, StoreError};
use crate::world::{Known, World, day_at, fold, is_in_directory};

/// Decisions repeated when someone else was faster; past this the server is too busy to promise anything.
const ATTEMPTS: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the streams kept moving")]
    Contended,
    /// Others changed the stream since the author saw it; these are the events since.
    #[error("the stream was changed meanwhile")]
    Changed(Vec<Recorded>),
    /// The database refused the rows.
    #[error("the rows cannot be stored: {0}")]
    Unstorable(String),
    #[error("no jurisdiction has been founded")]
    NotFounded,
}

pub struct Ingest {
    log: Arc<dyn Log>,
    writer: Writer,
    reads: Reads,
    world: Arc<World>,
    delivered: Arc<dyn Delivered>,
}

impl Ingest {
    pub fn new(log: Arc<dyn Log>, world: Arc<World>, delivered: Arc<dyn Delivered>) -> Ingest {
        let observing = world.clone();
        let writer = Writer::start(
            log.clone(),
            Box::new(move |recorded| observing.observe(recorded)),
        );
        let reads = Reads::start(log.clone(), delivered.clone());
        Ingest {
            log,
            writer,
            reads,
            world,
            delivered,
        }
    }

    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// Founds a jurisdiction with its first administrator, whom nobody could have permitted.
    pub async fn found(
        &self,
        jurisdiction: JurisdictionId,
        founding: domain::jurisdiction::Founded,
        administrator: (PersonId, Registration),
        at: Instant,
    ) -> Result<(), IngestError> {
        let known = self.world.known();
        let facts = known.jurisdiction.map_or_else(
            || Ok(Facts::default()),
            |_| {
                Err(Refusal::from(
                    domain::jurisdiction::JurisdictionRefusal::AlreadyFounded,
                ))
            },
        )?;
        let (person, registration) = administrator;
        let founding_zone = founding.time_zone.clone();
        let command = Command::Jurisdiction {
            id: jurisdiction,
            command: domain::jurisdiction::JurisdictionCommand::Found(founding),
        };
        let mut events = {
            let context = Context {
                actor: person,
                now: at,
                today: day_at(at, &founding_zone),
                directory: &known.directory,
                facts: &facts,
                forms: &*known,
            };
            command::decide(&command, &context)?
        };
        events.push(NewEvent {
            stream: Stream {
                kind: StreamKind::Person,
                id: person.0,
            },
            event: Event::Person(PersonEvent::Registered(registration)),
        });
        let authored = events
            .into_iter()
            .map(|event| authored(jurisdiction, person, at, &event))
            .collect();
        let append = Append {
            jurisdiction,
            events: authored,
            expected: vec![(command.stream().to_string(), 0)],
            directory_seen: None,
            claims: Vec::new(),
            recorded_at: at,
        };
        match self.writer.append(append).await? {
            Ok(_) => Ok(()),
            Err(
                AppendRefusal::StreamMoved { .. }
                | AppendRefusal::DirectoryMoved { .. }
                | AppendRefusal::Duplicate(_)
                | AppendRefusal::Taken(_),
            ) => {
                Err(Refusal::from(domain::jurisdiction::JurisdictionRefusal::AlreadyFounded).into())
            }
            Err(AppendRefusal::Unstorable(detail)) => Err(IngestError::Unstorable(detail)),
        }
    }

    /// Has a person's command decided and recorded.
    pub async fn command(
        &self,
        actor: PersonId,
        command: &Command,
        now: Instant,
    ) -> Result<Vec<Recorded>, IngestError> {
        self.commands(actor, std::slice::from_ref(command), now)
            .await
    }

    /// The same for an author who saw the command's stream at a version. When it has moved since, what happened is told instead, so
    /// that nobody writes over what they have not seen. Whoever could not have done it even then learns nothing by asking.
    pub async fn command_seen(
        &self,
        actor: PersonId,
        command: &Command,
        seen: Option<u64>,
        now: Instant,
    ) -> Result<Vec<Recorded>, IngestError> {
        self.decide_and_append(actor, std::slice::from_ref(command), seen, now)
            .await
    }

    /// Has several commands decided one after the other and recorded together, or none of them.
    pub async fn commands(
        &self,
        actor: PersonId,
        commands: &[Command],
        now: Instant,
    ) -> Result<Vec<Recorded>, IngestError> {
        self.decide_and_append(actor, commands, None, now).await
    }

    /// The same; with the version of the first one's stream that their author saw, if that is known.
    pub async fn commands_seen(
        &self,
        actor: PersonId,
        commands: &[Command],
        seen: Option<u64>,
        now: Instant,
    ) -> Result<Vec<Recorded>, IngestError> {
        self.decide_and_append(actor, commands, seen, now).await
    }

    /// What happened to what one of some commands is about after the version of the first one's stream that their author saw, if they could
    /// have done it then.
    async fn changed_since(
        &self,
        actor: PersonId,
        commands: &[Command],
        seen: u64,
        loaded: &Loaded,
        known: &Known,
        now: Instant,
    ) -> Result<Option<Vec<Recorded>>, IngestError> {
        let Some(stream) = commands.first().map(|first| first.stream().to_string()) else {
            return Ok(None);
        };
        let is_at = |(name, version): &(String, u64)| *name == stream && *version > seen;
        let jurisdiction = known.jurisdiction.ok_or(IngestError::NotFounded)?;
        if !loaded.versions.iter().any(is_at) {
            return Ok(None);
        }
        let streams: Vec<String> = loaded
            .versions
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let events = self.log.streams(jurisdiction, &streams).await?;
        let (since, as_seen): (Vec<Recorded>, Vec<Recorded>) = events
            .into_iter()
            .partition(|event| event.authored.stream == stream && event.version > seen);
        let mut facts = Facts::default();
        fold(&mut facts, &as_seen);
        let context = Context {
            actor,
            now,
            today: known.day(now),
            directory: &known.directory,
            facts: &facts,
            forms: known,
        };
        let of_stream = commands
            .iter()
            .filter(|command| command.stream().to_string() == stream);
        for command in of_stream {
            // What cannot be read is told rather than passed over.
            let is_about = |event: &&Recorded| {
                let decoded = Event::decode(&event.authored.kind, &event.authored.body);
                decoded.map_or(true, |event| command.is_about(&event))
            };
            let since: Vec<Recorded> = since.iter().filter(is_about).cloned().collect();
            if !since.is_empty() && command::decide(command, &context).is_ok() {
                return Ok(Some(since));
            }
        }
        Ok(None)
    }

    async fn decide_and_append(
        &self,
        actor: PersonId,
        commands: &[Command],
        seen: Option<u64>,
        now: Instant,
    ) -> Result<Vec<Recorded>, IngestError> {
        for _ in 0..ATTEMPTS {
            let known = self.world.known();
            let jurisdiction = known.jurisdiction.ok_or(IngestError::NotFounded)?;
            let mut loaded = self.load(jurisdiction, commands).await?;
            if let Some(seen) = seen {
                let since = self
                    .changed_since(actor, commands, seen, &loaded, &known, now)
                    .await?;
                if let Some(since) = since {
                    return Err(IngestError::Changed(since));
                }
            }
            let mut directory = std::borrow::Cow::Borrowed(&*known.directory);
            let today = known.day(now);
            let (mut events, mut claims) = (Vec::new(), Vec::new());
            for command in commands {
                let context = Context {
                    actor,
                    now,
                    today,
                    directory: &directory,
                    facts: &loaded.facts,
                    forms: &*known,
                };
                for decided in command::decide(command, &context)? {
                    claims.extend(claim(&decided.event));
                    let authorship = Authorship {
                        actor,
                        device: None,
                        at: now,
                    };
                    loaded
                        .facts
                        .evolve(decided.stream, &decided.event, authorship);
                    if commands.len() > 1 && is_in_directory(&decided.event) {
                        directory.to_mut().evolve(decided.stream, &decided.event);
                    }
                    events.push(authored(jurisdiction, actor, now, &decided));
                }
            }
            if events.is_empty() {
                return Ok(Vec::new());
            }
            let changes_directory = commands
                .iter()
                .any(|command| matches!(command, Command::Body { .. } | Command::Person { .. }))
                // No level may be set on it meanwhile.
                || commands.iter().any(|command| command.withdrawn_notice().is_some());
            let append = Append {
                jurisdiction,
                events,
                expected: loaded.versions,
                directory_seen: changes_directory.then(|| known.position()),
                claims,
                recorded_at: now,
            };
            match self.writer.append(append).await? {
                Ok(recorded) => return Ok(recorded),
                Err(
                    AppendRefusal::StreamMoved { .. }
                    | AppendRefusal::Duplicate(_)
                    | AppendRefusal::Taken(_),
                ) => {}
                // Perhaps by another server, of whose doings nothing was heard yet.
                Err(AppendRefusal::DirectoryMoved { .. }) => {
                    self.world.catch_up(&*self.log).await?;
                }
                Err(AppendRefusal::Unstorable(detail)) => {
                    return Err(IngestError::Unstorable(detail));
                }
            }
        }
        Err(IngestError::Contended)
    }

    /// What [`Ingest::command_seen`] would answer now; nothing is recorded.
    pub async fn rehearse_seen(
        &self,
        actor: PersonId,
        command: &Command,
        seen: Option<u64>,
        now: Instant,
    ) -> Result<(), IngestError> {
        let known = self.world.known();
        let jurisdiction = known.jurisdiction.ok_or(IngestError::NotFounded)?;
        let loaded = self
            .load(jurisdiction, std::slice::from_ref(command))
            .await?;
        if let Some(seen) = seen {
            let since = self
                .changed_since(
                    actor,
                    std::slice::from_ref(command),
                    seen,
                    &loaded,
                    &known,
                    now,
                )
                .await?;
            if let Some(since) = since {
                return Err(IngestError::Changed(since));
            }
        }
        let context = Context {
            actor,
            now,
            today: known.day(now),
            directory: &known.directory,
            facts: &loaded.facts,
            forms: &*known,
        };
        command::decide(command, &context)?;
        Ok(())
    }

    /// Decides several commands one after the other and records nothing: which of them would be refused, by their places.
    pub async fn rehearse(
        &self,
        actor: PersonId,
        commands: &[Command],
        now: Instant,
    ) -> Result<Vec<(usize, Refusal)>, IngestError> {
        let known = self.world.known();
        let jurisdiction = known.jurisdiction.ok_or(IngestError::NotFounded)?;
        let mut loaded = self.load(jurisdiction, commands).await?;
        let mut directory = std::borrow::Cow::Borrowed(&*known.directory);
        let mut refused = Vec::new();
        for (place, command) in commands.iter().enumerate() {
            let context = Context {
                actor,
                now,
                today: known.day(now),
                directory: &directory,
                facts: &loaded.facts,
                forms: &*known,
            };
            match command::decide(command, &context) {
                Err(refusal) => refused.push((place, refusal)),
                Ok(events) => {
                    for decided in events {
                        let authorship = Authorship {
                            actor,
                            device: None,
                            at: now,
                        };
                        loaded
                            .facts
                            .evolve(decided.stream, &decided.event, authorship);
                        if is_in_directory(&decided.event) {
                            directory.to_mut().evolve(decided.stream, &decided.event);
                        }
                    }
                }
            }
        }
        Ok(refused)
    }

    /// Takes in what a tablet sends. Every event gets a receipt; what is accepted or held is on disk when this returns.
    pub async fn push(
        &self,
        actor: PersonId,
        push: &Push,
        now: Instant,
    ) -> Result<Pushed, IngestError> {
        for _ in 0..ATTEMPTS {
            let known = self.world.known();
            let jurisdiction = known.jurisdiction.ok_or(IngestError::NotFounded)?;
            let (receipts, append) = self.judge(jurisdiction, &known, actor, push, now).await?;
            if append.events.is_empty() {
                return Ok(Pushed { receipts });
            }
            match self.writer.append(append).await? {
                Ok(_) => return Ok(Pushed { receipts }),
                Err(
                    AppendRefusal::StreamMoved { .. }
                    | AppendRefusal::DirectoryMoved { .. }
                    | AppendRefusal::Duplicate(_)
                    | AppendRefusal::Taken(_),
                ) => {}
                Err(AppendRefusal::Unstorable(detail)) => {
                    return Err(IngestError::Unstorable(detail));
                }
            }
        }
        Err(IngestError::Contended)
    }

    async fn judge(
        &self,
        jurisdiction: JurisdictionId,
        known: &Known,
        actor: PersonId,
        push: &Push,
        now: Instant,
    ) -> Result<(Vec<EventReceipt>, Append), IngestError> {
        let brought = Brought::read(push);
        let reads = brought.streams();
        let asked = Asked {
            jurisdiction,
            actor,
            device: push.device,
            ids: push.events.iter().map(|event| event.id).collect(),
            streams: reads.clone(),
            photos: brought.photos(),
        };
        let stood = self.reads.of(asked).await?;
        let mut loaded = Loaded::of(reads, &stood.events, stood.photos_seen);
        let standing = admission::Standing {
            held: self.held_reasons(jurisdiction, &stood.known).await?,
            known: stood.known,
            last_sequence: stood.last_sequence,
        };
        let judge = Judge {
            is_signed: &device_signature::is_signed,
            jurisdiction,
            actor,
            now,
            today: known.day(now),
            directory: &known.directory,
            forms: known,
        };
        let judged = judge.judge(brought, standing, &mut loaded.facts);
        Ok((
            judged.receipts,
            Append {
                jurisdiction,
                events: judged.events,
                expected: loaded.versions,
                directory_seen: None,
                claims: Vec::new(),
                recorded_at: now,
            },
        ))
    }

    /// Why those of some known events that are held are held.
    async fn held_reasons(
        &self,
        jurisdiction: JurisdictionId,
        known: &BTreeSet<EventId>,
    ) -> Result<BTreeMap<EventId, Texts>, StoreError> {
        let streams: Vec<String> = known
            .iter()
            .map(|id| held_stream(*id).to_string())
            .collect();
        let mut reasons = BTreeMap::new();
        if !streams.is_empty() {
            for recorded in self.log.streams(jurisdiction, &streams).await? {
                if let Ok(Event::Held(HeldEvent::Kept(kept))) = recorded.authored.event() {
                    reasons.insert(kept.original.id, kept.reason);
                }
            }
        }
        Ok(reasons)
    }

    /// What commands look at: the streams they read, and of the photos and numbers they bring those that are used already, of the
    /// bodies they have visited what is assigned for the day, and of the notices they withdraw the levels that rest on them.
    async fn load(
        &self,
        jurisdiction: JurisdictionId,
        commands: &[Command],
    ) -> Result<Loaded, StoreError> {
        let known = self.world.known();
        let withdrawn = commands.iter().filter_map(Command::withdrawn_notice);
        let levels = withdrawn.flat_map(|notice| known.rules.resting_on(notice));
        let levels = levels.map(|level| Stream {
            kind: StreamKind::ResponseLevel,
            id: level.0,
        });
        let reads: BTreeSet<String> = commands
            .iter()
            .flat_map(Command::reads)
            .chain(levels)
            .map(|stream| stream.to_string())
            .collect();
        let photos: Vec<PhotoHash> = commands.iter().flat_map(Command::photos).cloned().collect();
        let streams: Vec<String> = reads.iter().cloned().collect();
        let events = self.log.streams(jurisdiction, &streams).await?;
        let photos_seen = self.delivered.photos_seen(jurisdiction, &photos).await?;
        let mut loaded = Loaded::of(reads, &events, photos_seen);
        for device in commands.iter().filter_map(Command::enrolled_device) {
            let users = self.delivered.device_users(jurisdiction, device).await?;
            loaded.facts.mark_device_users(device, users);
        }
        for (body, day) in commands.iter().filter_map(Command::visit) {
            for visit in self.delivered.visits(jurisdiction, body, day).await? {
                loaded.facts.mark_visit(body, day, visit);
            }
        }
        for command in commands {
            if let Some(at) = command.dated(&loaded.facts) {
                loaded.facts.mark_day(at, known.day(at));
            }
        }
        for number in commands.iter().filter_map(Command::notice_number) {
            let taken = self.delivered.notice_numbered(jurisdiction, number).await?;
            if let Some(notice) = taken {
                loaded.facts.mark_number_used(number, notice);
            }
        }
        for number in commands.iter().filter_map(Command::rectification_number) {
            let given = self
                .delivered
                .rectification_numbered(jurisdiction, number)
                .await?;
            if let Some(finding) = given {
                loaded.facts.mark_rectification_number_used(number, finding);
            }
        }
        Ok(loaded)
    }
}

/// What a decision looks at, and the versions at which it does.
struct Loaded {
    facts: Facts,
    versions: Vec<(String, u64)>,
}

impl Loaded {
    fn of(streams: BTreeSet<String>, events: &[Recorded], photos_seen: Vec<PhotoHash>) -> Loaded {
        let mut facts = Facts::default();
        fold(&mut facts, events);
        for photo in photos_seen {
            facts.mark_photo_seen(photo);
        }
        let mut versions: BTreeMap<String, u64> =
            streams.into_iter().map(|stream| (stream, 0)).collect();
        for event in events {
            versions.insert(event.authored.stream.clone(), event.version);
        }
        Loaded {
            facts,
            versions: versions.into_iter().collect(),
        }
    }
}

/// Commands with the version of their stream that their author saw: `seen` is that of the first one's.
pub fn each_seen(
    commands: &[Command],
    seen: Option<u64>,
) -> impl Iterator<Item = (&Command, Option<u64>)> {
    let first = commands.first().map(Command::stream);
    commands.iter().map(move |command| {
        let is_of_first = Some(command.stream()) == first;
        (command, seen.filter(|_| is_of_first))
    })
}

/// What an event takes that only one may have: a notice and a rectification notice, their numbers.
fn claim(event: &Event) -> Option<Claim> {
    match event {
        Event::Finding(FindingEvent::Notified { notice, .. }) => Some(Claim {
            table: ("rectification_number", "number"),
            key: number_key(&notice.number),
        }),
        Event::Notice(NoticeEvent::Issued(content)) => Some(Claim {
            table: ("notice_number", "number"),
            key: number_key(&content.number),
        }),
        _ => None,
    }
}

fn authored(
    jurisdiction: JurisdictionId,
    actor: PersonId,
    at: Instant,
    event: &NewEvent,
) -> Authored {
    Authored {
        id: EventId(Uuid::now_v7()),
        jurisdiction,
        stream: event.stream.to_string(),
        kind: event.event.kind().to_owned(),
        body: event.event.body(),
        actor,
        device: None,
        device_sequence: None,
        occurred_at: at,
    }
}

#[cfg(test)]
mod tests {
    use domain::id::DeviceId;
    use sync::protocol::Receipt;

    use super::*;
    use crate::store::contract::NothingDelivered;
    use crate::store::memory::MemoryLog;

    const OWN: JurisdictionId = JurisdictionId(Uuid::from_u128(1));
    const INSPECTOR: PersonId = PersonId(Uuid::from_u128(2));
    const TABLET: DeviceId = DeviceId(Uuid::from_u128(3));

    /// The tablet's records up to a number: of a kind that is not known yet, so that they are held.
    fn records(count: u64) -> Push {
        let record = |sequence: u64| Authored {
            id: EventId(Uuid::from_u128(sequence.into())),
            jurisdiction: OWN,
            stream: format!("assignment/{}", Uuid::from_u128(4)),
            kind: "drone.flown".into(),
            body: "{}".into(),
            actor: INSPECTOR,
            device: Some(TABLET),
            device_sequence: Some(sequence),
            occurred_at: Instant(0),
        };
        Push {
            device: TABLET,
            events: (1..=count).map(record).collect(),
            signature: None,
        }
    }

    /// Given a push whose answer was lost, when it is sent again with more, and the last number was read before it was recorded but
    /// its events after, then what is new follows on what is known.
    #[tokio::test]
    async fn a_last_number_from_before_what_is_known_holds_nothing_up() {
        let log = Arc::new(MemoryLog::new(|_| Vec::new()));
        let ingest = Ingest::new(log, Arc::default(), Arc::new(NothingDelivered));
        let founding = domain::jurisdiction::Founded {
            name: Texts::both("示例市", "Sample"),
            time_zone: "Asia/Shanghai".into(),
            sample: true,
        };
        let registration = Registration {
            name: Texts::both("检查员", "Inspector"),
            unit: None,
            sign_in_name: "inspector".into(),
            grants: Vec::new(),
        };
        ingest
            .found(OWN, founding, (INSPECTOR, registration), Instant(0))
            .await
            .unwrap();
        for count in [2, 5] {
            let pushed = ingest
                .push(INSPECTOR, &records(count), Instant(1))
                .await
                .unwrap();
            for receipt in pushed.receipts {
                let receipt = receipt.receipt;
                assert!(matches!(receipt, Receipt::Held { .. }), "{receipt:?}");
            }
        }
    }
}
