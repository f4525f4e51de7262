//! What becomes of each event on its way out.

use domain::finding::PhotoHash;
use domain::id::EventId;
use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::protocol::{EventReceipt, PushRefusal, Receipt};

/// Where an event of this tablet stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Delivery {
    /// On this tablet only.
    Waiting,
    /// On the server, and on disk there.
    Received,
    /// On the server, waiting for a person to settle it.
    Held { reason: Texts },
    /// Refused; it stays here until someone does something about it.
    NeedsAttention { reason: Texts },
}

impl Delivery {
    /// Whether it still has to be sent.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Delivery::Waiting)
    }
}

/// The number from which on nothing is sent, of the events by number: one that was refused and what follows it, which would be
/// refused too as long as that one is missing. Trying would keep photos and what others recorded waiting for ever.
pub fn stuck_from<'a>(events: impl IntoIterator<Item = (u64, &'a Delivery)>) -> u64 {
    events
        .into_iter()
        .filter(|(_, delivery)| matches!(delivery, Delivery::NeedsAttention { .. }))
        .map(|(sequence, _)| sequence)
        .min()
        .unwrap_or(u64::MAX)
}

/// Where each event stands after a push. A gap in the sequence, or whatever came after a refused event, is no one's fault and
/// is sent again; events not mentioned in the answer stay as they are.
pub fn after_push(receipts: &[EventReceipt]) -> Vec<(EventId, Delivery)> {
    receipts
        .iter()
        .map(|receipt| {
            let delivery = match &receipt.receipt {
                Receipt::Accepted | Receipt::Duplicate => Delivery::Received,
                Receipt::Held { reason } => Delivery::Held {
                    reason: reason.clone(),
                },
                Receipt::Refused {
                    why: PushRefusal::FutureSequence { .. } | PushRefusal::AfterRefused,
                    ..
                } => Delivery::Waiting,
                Receipt::Refused { reason, .. } => Delivery::NeedsAttention {
                    reason: reason.clone(),
                },
            };
            (receipt.id, delivery)
        })
        .collect()
}

/// An event of the outbox, as far as sending it again depends on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent<'a> {
    pub id: EventId,
    pub sequence: u64,
    pub delivery: &'a Delivery,
}

impl Sent<'_> {
    /// Whether the server has said that it has it.
    fn is_acknowledged(&self) -> bool {
        matches!(self.delivery, Delivery::Received | Delivery::Held { .. })
    }
}

/// The first event a server misses, if its answer to a push says that it misses one: it was restored from an older copy.
pub fn missing_from(receipts: &[EventReceipt]) -> Option<u64> {
    receipts.iter().find_map(|receipt| match receipt.receipt {
        Receipt::Refused {
            why: PushRefusal::FutureSequence { expected },
            ..
        } => Some(expected),
        _ => None,
    })
}

/// The first event a server misses whose log ends at `last` in this device's sequence: it acknowledged more than it has.
pub fn missing_after(last: u64, events: &[Sent<'_>]) -> Option<u64> {
    events
        .iter()
        .any(|event| event.sequence > last && event.is_acknowledged())
        .then(|| last.saturating_add(1))
}

/// The events to send once more to a server that misses everything from `expected` on: whatever it had from there, whether in its
/// log or held for a person, waits again, in the order of the sequence; else what was held would keep back all that follows.
pub fn sent_again(expected: u64, events: &[Sent<'_>]) -> Vec<EventId> {
    let mut missing: Vec<&Sent<'_>> = events
        .iter()
        .filter(|event| event.sequence >= expected && event.is_acknowledged())
        .collect();
    missing.sort_by_key(|event| event.sequence);
    missing.into_iter().map(|event| event.id).collect()
}

/// Something a tablet keeps in one transaction. After each it may stop; what is left undone then is found out again.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    Delivered(Vec<(EventId, Delivery)>),
    /// This photo waits to be sent, although it was received once.
    PhotoWaits(PhotoHash),
}

/// What the answer to a push comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// The session is not of whoever made these events: someone else has signed in with this browser since.
    SomeoneElse,
    /// To be kept, in order.
    Noted {
        notes: Vec<Note>,
        /// Without it the server has nothing against any event and yet none moved on.
        progress: bool,
        /// The server has lost what it had acknowledged; perhaps photos too.
        restored: bool,
    },
}

/// What a push's receipts come to, for the events of whoever pushed.
pub fn answered(receipts: &[EventReceipt], events: &[Sent<'_>]) -> Answered {
    let forged = |receipt: &EventReceipt| {
        matches!(
            receipt.receipt,
            Receipt::Refused {
                why: PushRefusal::ForgedActor,
                ..
            }
        )
    };
    if receipts.iter().any(forged) {
        return Answered::SomeoneElse;
    }
    let deliveries = after_push(receipts);
    let moved = deliveries
        .iter()
        .any(|(_, delivery)| !delivery.is_waiting());
    let again = missing_from(receipts).map(|expected| {
        let now: Vec<Sent<'_>> = events
            .iter()
            .map(|event| {
                let delivered = deliveries.iter().find(|(id, _)| *id == event.id);
                let delivery = delivered.map_or(event.delivery, |(_, delivery)| delivery);
                Sent {
                    delivery,
                    ..event.clone()
                }
            })
            .collect();
        wait_again(sent_again(expected, &now))
    });
    let mut notes = vec![Note::Delivered(deliveries)];
    let again = again.unwrap_or_default();
    let restored = !again.is_empty();
    notes.extend(again);
    Answered::Noted {
        notes,
        // Starting again from where the server stands is progress too.
        progress: moved || restored,
        restored,
    }
}

/// What to keep when a pull has told how far the log got with what was recorded on this device: a server restored from an older copy
/// is noticed by a tablet with nothing new to send, too. Nothing, unless it was.
pub fn reminded(last_sequence: Option<u64>, events: &[Sent<'_>]) -> Vec<Note> {
    last_sequence
        .and_then(|last| missing_after(last, events))
        .map(|expected| wait_again(sent_again(expected, events)))
        .unwrap_or_default()
}

fn wait_again(events: Vec<EventId>) -> Vec<Note> {
    if events.is_empty() {
        return Vec::new();
    }
    let waits = |event: EventId| (event, Delivery::Waiting);
    vec![Note::Delivered(events.into_iter().map(waits).collect())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(sequence: u64) -> EventId {
        EventId(Uuid::from_u128(sequence.into()))
    }

    fn held() -> Delivery {
        Delivery::Held {
            reason: Texts::both("待处理", "to be settled"),
        }
    }

    fn attention() -> Delivery {
        Delivery::NeedsAttention {
            reason: Texts::both("不接收", "not taken"),
        }
    }

    fn refused(sequence: u64, why: PushRefusal) -> EventReceipt {
        EventReceipt {
            id: id(sequence),
            receipt: Receipt::Refused {
                why,
                reason: Texts::both("缺少", "missing"),
            },
        }
    }

    #[test]
    fn nothing_is_sent_from_a_refused_event_on() {
        let (waits, received, refused) = (Delivery::Waiting, Delivery::Received, attention());
        for (events, stuck) in [
            (vec![], u64::MAX),
            (vec![(1, &received), (2, &waits)], u64::MAX),
            (vec![(3, &waits), (2, &refused), (1, &received)], 2),
            (vec![(4, &refused), (2, &refused), (3, &waits)], 2),
        ] {
            assert_eq!(stuck_from(events), stuck);
        }
    }

    #[test]
    fn what_a_restored_server_lost_is_sent_again_held_or_received() {
        let deliveries = [
            (1, Delivery::Received),
            (2, Delivery::Received),
            (3, held()),
            (4, attention()),
            (5, Delivery::Received),
            (6, Delivery::Waiting),
        ];
        let events: Vec<Sent<'_>> = deliveries
            .iter()
            .rev()
            .map(|(sequence, delivery)| Sent {
                id: id(*sequence),
                sequence: *sequence,
                delivery,
            })
            .collect();
        // when the server knows nothing from an event on, then what it had of that and of all that follows goes again, in order
        for (expected, again) in [
            (1, &[1, 2, 3, 5][..]),
            (2, &[2, 3, 5]),
            (3, &[3, 5]),
            (5, &[5]),
            (6, &[]),
        ] {
            let wanted: Vec<EventId> = again.iter().map(|sequence| id(*sequence)).collect();
            assert_eq!(sent_again(expected, &events), wanted, "from {expected}");
        }
    }

    #[test]
    fn a_log_that_ends_before_what_was_acknowledged_misses_the_rest() {
        let deliveries = [
            (1, Delivery::Received),
            (2, held()),
            (3, attention()),
            (4, Delivery::Waiting),
        ];
        let events: Vec<Sent<'_>> = deliveries
            .iter()
            .map(|(sequence, delivery)| Sent {
                id: id(*sequence),
                sequence: *sequence,
                delivery,
            })
            .collect();
        for (last, missing) in [(0, Some(1)), (1, Some(2)), (2, None), (9, None)] {
            assert_eq!(missing_after(last, &events), missing, "after {last}");
        }
        assert_eq!(missing_after(0, &[]), None);
    }

    #[test]
    fn a_push_tells_from_where_on_a_server_misses_events() {
        let accepted = EventReceipt {
            id: id(2),
            receipt: Receipt::Accepted,
        };
        let future = refused(6, PushRefusal::FutureSequence { expected: 3 });
        let after = refused(7, PushRefusal::AfterRefused);
        for (receipts, missing) in [
            (vec![future, after.clone()], Some(3)),
            (vec![accepted, after], None),
            (vec![refused(2, PushRefusal::ForeignDevice)], None),
            (Vec::new(), None),
        ] {
            assert_eq!(missing_from(&receipts), missing);
        }
    }

    #[test]
    fn an_answer_that_misses_what_was_acknowledged_lets_it_wait_again() {
        let (received, waiting) = (Delivery::Received, Delivery::Waiting);
        let sent = |sequence, delivery| Sent {
            id: id(sequence),
            sequence,
            delivery,
        };
        let events = [sent(1, &received), sent(2, &received), sent(3, &waiting)];
        // given a server that has lost 2, when 3 is pushed, then both wait
        let future = [refused(3, PushRefusal::FutureSequence { expected: 2 })];
        assert_eq!(
            answered(&future, &events),
            Answered::Noted {
                notes: vec![
                    Note::Delivered(vec![(id(3), Delivery::Waiting)]),
                    Note::Delivered(vec![(id(2), Delivery::Waiting)]),
                ],
                progress: true,
                restored: true,
            }
        );
        // and when it has lost nothing that it acknowledged, nothing moved on
        let first = [sent(3, &waiting)];
        assert!(matches!(
            answered(&future, &first),
            Answered::Noted {
                progress: false,
                restored: false,
                ..
            }
        ));
        // a pull tells the same
        assert_eq!(
            reminded(Some(1), &events),
            [Note::Delivered(vec![(id(2), Delivery::Waiting)]),]
        );
        for last in [Some(2), Some(9), None] {
            assert_eq!(reminded(last, &events), [], "{last:?}");
        }
        // someone else's session says nothing of these events
        let forged = [refused(3, PushRefusal::ForgedActor)];
        assert_eq!(answered(&forged, &events), Answered::SomeoneElse);
    }
}
