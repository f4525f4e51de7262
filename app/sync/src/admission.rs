//! How a server judges what a tablet pushes: who made it, where it stands in its device's sequence, whether it is known already,
//! and whether the rules admit it. Pure: what the log has of it is read before, what is to be appended is appended after.
//!
//! Nothing recorded in the field is dropped. What the rules cannot place is held for a person to settle; what was sent too early or
//! by the wrong person is refused and stays on its tablet.

use std::collections::{BTreeMap, BTreeSet};

use domain::device::{BatchEvent, BatchSignature, Device, DeviceKey};
use domain::event::{Admission, DecodeError, admit, field_command};
use domain::facts::Forms;
use domain::finding::PhotoHash;
use domain::held::{HeldEvent, Kept};
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::{Day, Instant};
use domain::projection::directory::Directory;
use domain::record::{Authored, Hash, Stream, StreamKind, authored_hash};
use domain::{Command, Context, Event, Facts, Language, Text, say};
use form::Texts;

use crate::protocol::{EventReceipt, Push, PushRefusal, Receipt};

/// A push, read.
pub struct Brought<'a> {
    push: &'a Push,
    decoded: Vec<(Result<Event, DecodeError>, Option<Stream>)>,
    commands: Vec<Command>,
}

/// What the log has already of a push. Its parts may be read at different moments.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Those of the events that are in the log.
    pub known: BTreeSet<EventId>,
    /// Why those of them that are held are held.
    pub held: BTreeMap<EventId, Texts>,
    /// The highest sequence number received of the person on the device; 0 when none was.
    pub last_sequence: u64,
}

/// What every push is judged by.
pub struct Judge<'a> {
    pub jurisdiction: JurisdictionId,
    /// Who is signed in.
    pub actor: PersonId,
    pub now: Instant,
    /// The day on the jurisdiction's calendar.
    pub today: Day,
    pub directory: &'a Directory,
    pub forms: &'a dyn Forms,
    /// Whether bytes were signed by a key: ECDSA on P-256 with SHA-256.
    pub is_signed: &'a dyn Fn(&DeviceKey, &[u8], &BatchSignature) -> bool,
}

/// What the signature of a push says of where it comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    /// The device was never enrolled: there is no key to hold anything against.
    NotEnrolled,
    /// Signed by the device's key.
    Signed(BatchSignature),
    /// The device is enrolled, and this is not signed.
    Unsigned,
    /// Signed by another key, or not this.
    Forged,
    /// The device is not trusted any more.
    Revoked,
}

impl Origin {
    /// Why what comes from there is held.
    const fn doubt(&self) -> Option<Text> {
        match self {
            Origin::NotEnrolled | Origin::Signed(_) => None,
            Origin::Unsigned => Some(UNSIGNED),
            Origin::Forged => Some(FORGED),
            Origin::Revoked => Some(REVOKED),
        }
    }
}

/// What is said to a push once its events are on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// One an event, in the order they were pushed.
    pub receipts: Vec<EventReceipt>,
    /// What is to be appended, together or not at all.
    pub events: Vec<Authored>,
}

impl<'a> Brought<'a> {
    pub fn read(push: &'a Push) -> Brought<'a> {
        let decoded: Vec<_> = push
            .events
            .iter()
            .map(|event| (event.event(), event.stream()))
            .collect();
        let commands = decoded
            .iter()
            .filter_map(|(event, stream)| field_command((*stream)?, event.as_ref().ok()?))
            .collect();
        Brought {
            push,
            decoded,
            commands,
        }
    }

    /// The streams its judgement looks at.
    pub fn streams(&self) -> BTreeSet<String> {
        // Whether its device is enrolled, and trusted still.
        let device = Stream {
            kind: StreamKind::Device,
            id: self.push.device.0,
        };
        let reads = self.commands.iter().flat_map(Command::reads);
        let reads = reads.chain([device]);
        reads.map(|stream| stream.to_string()).collect()
    }

    /// The photos its events name as evidence.
    pub fn photos(&self) -> Vec<PhotoHash> {
        let photos = self.commands.iter().flat_map(Command::photos);
        photos.cloned().collect()
    }
}

/// The stream in which an event is held, if it is.
pub fn held_stream(event: EventId) -> Stream {
    Stream {
        kind: StreamKind::Held,
        id: event.0,
    }
}

/// The same wherever it is made: a version-8 UUID of the SHA-256 of the signature and of the first event that came with it. A batch of which
/// a part was refused before comes again with another.
fn batch_id(first: EventId, signature: &BatchSignature) -> EventId {
    EventId(Hash::of(format!("dubang batch/{first}/{}", signature.0).as_bytes()).uuid())
}

impl Judge<'_> {
    /// Judges a push by what stands of it and by the states of the streams it looks at; these move on with what is accepted.
    pub fn judge(&self, brought: Brought<'_>, standing: Standing, facts: &mut Facts) -> Judged {
        let Brought { push, decoded, .. } = brought;
        let Standing {
            known: mut seen,
            held,
            last_sequence: mut last,
        } = standing;
        let mut receipts = Vec::with_capacity(push.events.len());
        let mut events = Vec::with_capacity(push.events.len());
        let mut refused = false;
        let origin_of_push = self.origin(push, facts.device(push.device));
        let doubt = origin_of_push.doubt();
        for (authored, (decoded, stream)) in push.events.iter().zip(decoded) {
            let mut receive = |receipt| {
                receipts.push(EventReceipt {
                    id: authored.id,
                    receipt,
                })
            };
            let origin = self.check_origin(authored, push.device, last);
            if seen.contains(&authored.id) {
                // What stands was read at once and may be of two moments: the number with which an event stands counts, also
                // where the last one read is from before it.
                if let Ok(Place::Next(sequence)) = origin {
                    last = sequence;
                }
                // What was held is held still, also when the first answer got lost.
                receive(match held.get(&authored.id) {
                    Some(reason) => Receipt::Held {
                        reason: reason.clone(),
                    },
                    None => Receipt::Duplicate,
                });
                continue;
            }
            let placed = if refused {
                Err(PushRefusal::AfterRefused)
            } else {
                origin
            };
            let mut kept = authored.clone();
            let held_because = match placed {
                Err(why) => {
                    refused = true;
                    let reason = refusal_texts(&why);
                    receive(Receipt::Refused { why, reason });
                    continue;
                }
                Ok(Place::Reused) => {
                    kept.device_sequence = None;
                    Some(both(&SEQUENCE_REUSED))
                }
                Ok(Place::Next(sequence)) => {
                    last = sequence;
                    match (&doubt, decoded, stream) {
                        (Some(doubt), ..) => Some(both(doubt)),
                        (None, Err(error), _) => Some(texts(|language| error.text(language))),
                        (None, Ok(_), None) => Some(both(&STREAM_UNREADABLE)),
                        (None, Ok(event), Some(stream)) => {
                            self.admit(authored, stream, &event, facts)
                        }
                    }
                }
            };
            seen.insert(authored.id);
            match held_because {
                None => {
                    receive(Receipt::Accepted);
                    events.push(kept);
                }
                Some(reason) => {
                    receive(Receipt::Held {
                        reason: reason.clone(),
                    });
                    let sequence = kept.device_sequence;
                    let event = Event::Held(HeldEvent::Kept(Box::new(Kept {
                        original: authored.clone(),
                        reason,
                    })));
                    events.push(Authored {
                        stream: held_stream(authored.id).to_string(),
                        kind: event.kind().to_owned(),
                        body: event.body(),
                        device_sequence: sequence,
                        ..kept
                    });
                }
            }
        }
        if let (Origin::Signed(signature), Some(first)) = (origin_of_push, events.first()) {
            events.push(self.signed(push, first.id, signature));
        }
        Judged { receipts, events }
    }

    fn origin(&self, push: &Push, device: &Device) -> Origin {
        let Some(enrolment) = &device.enrolment else {
            return Origin::NotEnrolled;
        };
        if device.revoked {
            return Origin::Revoked;
        }
        match &push.signature {
            None => Origin::Unsigned,
            Some(signature)
                if (self.is_signed)(&enrolment.key, &push.signed_bytes(), signature) =>
            {
                Origin::Signed(signature.clone())
            }
            Some(_) => Origin::Forged,
        }
    }

    /// The signature, kept beside what it is of: all that was sent, since it is of the whole. `first` of it is new.
    fn signed(&self, push: &Push, first: EventId, signature: BatchSignature) -> Authored {
        let id = batch_id(first, &signature);
        let event = Event::Batch(BatchEvent::Signed {
            events: push.events.iter().map(authored_hash).collect(),
            signature,
        });
        Authored {
            id,
            jurisdiction: self.jurisdiction,
            stream: Stream {
                kind: StreamKind::Batch,
                id: push.device.0,
            }
            .to_string(),
            kind: event.kind().to_owned(),
            body: event.body(),
            actor: self.actor,
            device: Some(push.device),
            device_sequence: None,
            occurred_at: self.now,
        }
    }

    /// Why an event is held, if the rules do not admit it.
    fn admit(
        &self,
        authored: &Authored,
        stream: Stream,
        event: &Event,
        facts: &mut Facts,
    ) -> Option<Texts> {
        let context = Context {
            actor: self.actor,
            now: self.now,
            today: self.today,
            directory: self.directory,
            facts,
            forms: self.forms,
        };
        match admit(stream, event, &context) {
            Admission::Accepted => {
                facts.evolve(stream, event, authored.authorship());
                None
            }
            Admission::Conflicting(refusal) => Some(texts(|language| refusal.text(language))),
            Admission::NotFromTheField => Some(both(&NOT_FROM_THE_FIELD)),
        }
    }

    fn check_origin(
        &self,
        authored: &Authored,
        device: DeviceId,
        last: u64,
    ) -> Result<Place, PushRefusal> {
        if authored.jurisdiction != self.jurisdiction {
            return Err(PushRefusal::ForeignJurisdiction);
        }
        if authored.actor != self.actor {
            return Err(PushRefusal::ForgedActor);
        }
        if authored.device != Some(device) {
            return Err(PushRefusal::ForeignDevice);
        }
        match authored.device_sequence {
            Some(sequence) if sequence == last + 1 => Ok(Place::Next(sequence)),
            Some(sequence) if sequence > last => {
                Err(PushRefusal::FutureSequence { expected: last + 1 })
            }
            Some(0) | None => Err(PushRefusal::Sequence),
            Some(_) => Ok(Place::Reused),
        }
    }
}

/// Where an event stands in its device's sequence.
enum Place {
    Next(u64),
    /// Another event had this number: a tablet restored from an old copy.
    Reused,
}

const UNSIGNED: Text = Text::new(
    "该平板已登记密钥，这条记录却没有签名，已保留待人工处理",
    "This tablet is enrolled, yet the record is not signed by it; it is kept for a person to settle",
);
const FORGED: Text = Text::new(
    "签名与该平板的密钥不符，已保留待人工处理",
    "The signature is not that of this tablet’s key; the record is kept for a person to settle",
);
const REVOKED: Text = Text::new(
    "该平板已停用，记录已保留待人工处理",
    "This tablet was revoked; the record is kept for a person to settle",
);
const SEQUENCE_REUSED: Text = Text::new(
    "该设备的序号已被另一条记录使用（设备可能由旧备份恢复），记录保留待人工处理",
    "Another record of this device has the same number (was the tablet restored from a backup?); this one is kept for a person to settle",
);
const STREAM_UNREADABLE: Text = Text::new(
    "记录的归属无法识别，已保留待人工处理",
    "What this record belongs to cannot be read; it is kept for a person to settle",
);
const NOT_FROM_THE_FIELD: Text = Text::new(
    "此类记录不能由平板提交，已保留待人工处理",
    "Records of this kind are not made on tablets; it is kept for a person to settle",
);

fn refusal_texts(why: &PushRefusal) -> Texts {
    texts(|language| match why {
        PushRefusal::ForgedActor => say!(
            language,
            "该记录由另一人填写，请由本人登录后上报",
            "Someone else made this record; they must sign in to send it"
        ),
        PushRefusal::ForeignDevice => {
            say!(
                language,
                "该记录在另一台设备上填写",
                "This record was made on another device"
            )
        }
        PushRefusal::ForeignJurisdiction => {
            say!(
                language,
                "该记录属于另一个地区",
                "This record belongs to another jurisdiction"
            )
        }
        PushRefusal::FutureSequence { expected } => say!(
            language,
            "缺少更早的记录，请从第{expected}条起重新发送",
            "Earlier records are missing; send again from number {expected}"
        ),
        PushRefusal::Sequence => say!(
            language,
            "记录缺少序号",
            "The record has no sequence number"
        ),
        PushRefusal::AfterRefused => {
            say!(
                language,
                "前一条记录未被接收，本条稍后重发",
                "The record before it was refused; this one is sent again later"
            )
        }
    })
}

fn both(text: &Text) -> Texts {
    texts(|language| text.get(language).to_owned())
}

fn texts(text: impl Fn(Language) -> String) -> Texts {
    Texts::both(text(Language::Chinese), text(Language::English))
}
