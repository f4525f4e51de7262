//! A tablet's turns: what it does now, and what it remembers of how that went. The loop around it only waits, calls and keeps.

use domain::instant::Instant;

use crate::planner::{self, Next, PULL_EVERY_MS, Situation};

/// Whether the server knows this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    NotAsked,
    Open,
    Ended,
}

/// How an act went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// There is no session, or it is someone else's.
    SignedOut,
    Failed,
}

/// What is remembered between two acts, for as long as the page lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// In a row.
    pub failures: u32,
    pub failed_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Ask who is signed in: a session may have ended, or may be someone else's, who signed in on an office page.
    Ask,
    /// That was asked a moment ago and failed.
    AskLater {
        at: Instant,
    },
    Do(Next),
}

/// How long after a failed question who is signed in it is asked again.
const ASK_AGAIN_MS: i64 = PULL_EVERY_MS / 6;

impl Memory {
    /// What to do now. Nothing is sent or fetched before it is known who is signed in.
    pub fn turn(&self, session: Session, situation: &Situation) -> Turn {
        if !situation.online || session != Session::NotAsked {
            return Turn::Do(planner::next(situation));
        }
        let failed = self
            .failed_at
            .filter(|at| (0..ASK_AGAIN_MS).contains(&(situation.now.0 - at.0)));
        match failed {
            Some(at) => Turn::AskLater {
                at: Instant(at.0 + ASK_AGAIN_MS),
            },
            None => Turn::Ask,
        }
    }

    /// Takes in how an act went that ended now.
    pub fn after(&mut self, outcome: Outcome, now: Instant) {
        match outcome {
            Outcome::Done | Outcome::SignedOut => *self = Memory::default(),
            Outcome::Failed => {
                self.failures += 1;
                self.failed_at = Some(now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(now: i64, memory: Memory) -> Situation {
        Situation {
            now: Instant(now),
            online: true,
            signed_in: false,
            outgoing: Vec::new(),
            photos: Vec::new(),
            unconfirmed: Vec::new(),
            pulled_at: None,
            failures: memory.failures,
            failed_at: memory.failed_at,
            jitter: 0.0,
        }
    }

    #[test]
    fn who_is_signed_in_is_asked_first_and_not_without_pause() {
        let mut memory = Memory::default();
        let turn = |memory: &Memory, now| memory.turn(Session::NotAsked, &situation(now, *memory));
        assert_eq!(turn(&memory, 0), Turn::Ask);
        memory.after(Outcome::Failed, Instant(100));
        for (now, turned) in [
            (
                100,
                Turn::AskLater {
                    at: Instant(100 + ASK_AGAIN_MS),
                },
            ),
            (100 + ASK_AGAIN_MS, Turn::Ask),
            // The clock was set back.
            (99, Turn::Ask),
        ] {
            assert_eq!(turn(&memory, now), turned, "{now}");
        }
        let mut offline = situation(100, memory);
        offline.online = false;
        assert_eq!(
            memory.turn(Session::NotAsked, &offline),
            Turn::Do(Next::Rest { until: None })
        );
        assert_eq!(
            memory.turn(Session::Ended, &situation(60_100, memory)),
            Turn::Do(Next::SignIn)
        );
    }

    #[test]
    fn a_success_forgets_failures_and_so_does_a_session_that_ended() {
        for outcome in [Outcome::Done, Outcome::SignedOut] {
            let mut memory = Memory::default();
            memory.after(Outcome::Failed, Instant(1));
            memory.after(Outcome::Failed, Instant(5));
            let failed = Memory {
                failures: 2,
                failed_at: Some(Instant(5)),
            };
            assert_eq!(memory, failed);
            memory.after(outcome, Instant(9));
            assert_eq!(memory, Memory::default());
        }
    }
}
