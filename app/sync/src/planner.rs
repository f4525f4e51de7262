//! The next thing to do: a pure function of what is known.

use domain::finding::PhotoHash;
use domain::id::EventId;
use domain::instant::Instant;

use crate::protocol::{PUSH_BYTE_LIMIT, PUSH_EVENT_LIMIT};

/// An event waiting to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub id: EventId,
    pub sequence: u64,
    /// Of its JSON.
    pub bytes: usize,
}

/// What is known when the next act is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    pub now: Instant,
    /// Whether the browser believes in a network.
    pub online: bool,
    pub signed_in: bool,
    /// The signed-in person's own, by sequence.
    pub outgoing: Vec<Outgoing>,
    pub photos: Vec<PhotoHash>,
    /// The photos it is time to ask about ([`Confirmation::due`](crate::confirmation::Confirmation::due)).
    pub unconfirmed: Vec<PhotoHash>,
    /// When others' events were last fetched.
    pub pulled_at: Option<Instant>,
    /// Attempts that failed in a row, and when the last of them was.
    pub failures: u32,
    pub failed_at: Option<Instant>,
    /// Evenly distributed in 0..1, so that tablets that lost the network together do not all come back together.
    pub jitter: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing can be done until a person signs in; work goes on meanwhile.
    SignIn,
    Push(Vec<EventId>),
    Upload(PhotoHash),
    Pull,
    /// Ask whether the server still has these photos.
    Confirm(Vec<PhotoHash>),
    /// Nothing before then, unless something changes.
    Rest {
        until: Option<Instant>,
    },
}

/// How often others' events are fetched while nothing else is going on.
pub const PULL_EVERY_MS: i64 = 30_000;
/// The longest wait after failures.
pub const LONGEST_WAIT_MS: i64 = 60_000;

/// Events go first (they are small and are the facts), then others' events are fetched if that is due, then photos that were received
/// are asked about, then photos go: a photo that does not get through keeps nothing else waiting.
pub fn next(situation: &Situation) -> Next {
    if !situation.online {
        return Next::Rest { until: None };
    }
    if !situation.signed_in {
        return Next::SignIn;
    }
    if let Some(until) = retry_at(situation).filter(|until| *until > situation.now) {
        return Next::Rest { until: Some(until) };
    }
    if !situation.outgoing.is_empty() {
        return Next::Push(batch(&situation.outgoing, situation.failures));
    }
    let due = situation
        .pulled_at
        .map(|at| Instant(at.0 + PULL_EVERY_MS))
        .filter(|due| *due > situation.now && due.0 - situation.now.0 <= PULL_EVERY_MS);
    match (due, situation.photos.first()) {
        // Never fetched, due, or the clock was set back since.
        (None, _) => Next::Pull,
        (Some(_), _) if !situation.unconfirmed.is_empty() => {
            Next::Confirm(situation.unconfirmed.clone())
        }
        (Some(_), Some(photo)) => Next::Upload(photo.clone()),
        (Some(due), None) => Next::Rest { until: Some(due) },
    }
}

/// Doubling from one second, at most [`LONGEST_WAIT_MS`], between half and all of that.
fn retry_at(situation: &Situation) -> Option<Instant> {
    let failed_at = situation.failed_at.filter(|_| situation.failures > 0)?;
    let longest = LONGEST_WAIT_MS
        .min(1_000_i64.saturating_mul(1 << situation.failures.min(10).saturating_sub(1)));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "at most a minute in milliseconds"
    )]
    let wait = (longest as f64 * (0.5 + 0.5 * situation.jitter.clamp(0.0, 1.0))) as i64;
    let until = Instant(failed_at.0 + wait);
    // A clock set back must not silence a tablet for days.
    (until.0 - situation.now.0 <= LONGEST_WAIT_MS).then_some(until)
}

/// As many events as one push may carry, in order; always at least one. After each failure half as many, so that a network that
/// carries little carries that.
pub fn batch(outgoing: &[Outgoing], failures: u32) -> Vec<EventId> {
    let mut sorted: Vec<&Outgoing> = outgoing.iter().collect();
    sorted.sort_by_key(|event| event.sequence);
    let mut bytes = 1_024;
    let mut ids = Vec::new();
    for event in sorted
        .into_iter()
        .take((PUSH_EVENT_LIMIT >> failures.min(16)).max(1))
    {
        bytes += event.bytes + 1;
        if bytes > PUSH_BYTE_LIMIT && !ids.is_empty() {
            break;
        }
        ids.push(event.id);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn quiet() -> Situation {
        Situation {
            now: Instant(1_000_000),
            online: true,
            signed_in: true,
            outgoing: Vec::new(),
            photos: Vec::new(),
            unconfirmed: Vec::new(),
            pulled_at: Some(Instant(1_000_000)),
            failures: 0,
            failed_at: None,
            jitter: 0.0,
        }
    }

    fn event(sequence: u64, bytes: usize) -> Outgoing {
        Outgoing {
            id: EventId(Uuid::from_u128(sequence.into())),
            sequence,
            bytes,
        }
    }

    #[test]
    fn events_go_first_then_what_is_due_then_questions_then_photos() {
        let photo = PhotoHash("a".repeat(64));
        let mut situation = quiet();
        assert_eq!(
            next(&situation),
            Next::Rest {
                until: Some(Instant(1_030_000))
            }
        );
        situation.pulled_at = None;
        assert_eq!(next(&situation), Next::Pull);
        situation.photos.push(photo.clone());
        assert_eq!(next(&situation), Next::Pull);
        situation.pulled_at = Some(situation.now);
        assert_eq!(next(&situation), Next::Upload(photo.clone()));
        let received = vec![PhotoHash("b".repeat(64))];
        situation.unconfirmed.clone_from(&received);
        assert_eq!(next(&situation), Next::Confirm(received));
        situation.outgoing = vec![event(2, 10), event(1, 10)];
        assert_eq!(
            next(&situation),
            Next::Push(vec![event(1, 0).id, event(2, 0).id])
        );
        situation.signed_in = false;
        assert_eq!(next(&situation), Next::SignIn);
        situation.online = false;
        assert_eq!(next(&situation), Next::Rest { until: None });
    }

    #[test]
    fn a_push_stays_within_its_limits_and_is_never_empty() {
        let mut situation = quiet();
        situation.outgoing = (1..=500).map(|sequence| event(sequence, 100)).collect();
        assert!(matches!(next(&situation), Next::Push(ids) if ids.len() == PUSH_EVENT_LIMIT));
        situation.outgoing = (1..=10)
            .map(|sequence| event(sequence, PUSH_BYTE_LIMIT / 3))
            .collect();
        assert!(matches!(next(&situation), Next::Push(ids) if ids.len() == 2));
        situation.outgoing = vec![event(1, PUSH_BYTE_LIMIT * 2), event(2, 1)];
        assert!(matches!(next(&situation), Next::Push(ids) if ids.len() == 1));
    }

    #[test]
    fn a_network_that_carries_little_is_given_less() {
        let mut situation = quiet();
        situation.outgoing = (1..=500).map(|sequence| event(sequence, 100)).collect();
        for (failures, events) in [(0, 200), (1, 100), (3, 25), (9, 1), (60, 1)] {
            situation.failures = failures;
            assert!(
                matches!(next(&situation), Next::Push(ids) if ids.len() == events),
                "{failures}"
            );
        }
    }

    #[test]
    fn failures_wait_longer_each_time_up_to_a_minute() {
        let mut situation = quiet();
        situation.pulled_at = None;
        situation.failed_at = Some(situation.now);
        situation.jitter = 1.0;
        for (failures, wait) in [
            (1, 1_000),
            (2, 2_000),
            (3, 4_000),
            (7, 60_000),
            (40, 60_000),
        ] {
            situation.failures = failures;
            assert_eq!(
                next(&situation),
                Next::Rest {
                    until: Some(Instant(1_000_000 + wait))
                },
                "{failures}"
            );
        }
    }

    #[test]
    fn a_clock_set_back_does_not_silence_the_tablet() {
        let mut situation = quiet();
        situation.failures = 3;
        situation.failed_at = Some(Instant(900_000_000));
        situation.pulled_at = Some(Instant(900_000_000));
        assert_eq!(next(&situation), Next::Pull);
    }
}
