//! How far a tablet's clock is from the server's.

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// Milliseconds by which the server's clock is ahead of the tablet's; negative where it is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct ClockOffset(pub i64);

/// What two clocks may differ by without anybody noticing, in milliseconds.
const UNNOTICED: i64 = 2_000;

impl ClockOffset {
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// What is known after an answer that tells the server's time: the middle between asking and answering is that time, to within half of
    /// what the answer took (Cristian, "Probabilistic clock synchronization", 1989). What was known before stays where the answer agrees with it.
    pub const fn heard(self, asked: Instant, answered: Instant, server: Instant) -> ClockOffset {
        let took = answered.0.saturating_sub(asked.0);
        if took < 0 {
            // The clock was set back meanwhile.
            return self;
        }
        let within = took / 2;
        let fresh = server.0.saturating_sub(asked.0.saturating_add(within));
        if fresh.saturating_abs() <= within.saturating_add(UNNOTICED) {
            // It goes right, whatever it did before.
            ClockOffset(0)
        } else if fresh.saturating_sub(self.0).saturating_abs() <= within.saturating_add(UNNOTICED)
        {
            self
        } else {
            ClockOffset(fresh)
        }
    }

    /// The server's time at an instant of the tablet's.
    pub const fn corrected(self, tablet: Instant) -> Instant {
        Instant(tablet.0.saturating_add(self.0))
    }

    /// The same of a clock that jumped ahead by so many milliseconds since the offset was heard (back, where negative): one that jumped by the
    /// offset was put right, and one that jumped back was set. Ahead, it may have slept, which no clock of the page counts.
    pub const fn after_jump(self, tablet: Instant, jump: i64) -> Instant {
        const AWAY: i64 = 60_000;
        if self.is_zero() || jump.saturating_sub(self.0).saturating_abs() <= AWAY {
            tablet
        } else if jump < -AWAY {
            self.corrected(Instant(tablet.0.saturating_sub(jump)))
        } else {
            self.corrected(tablet)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Given a tablet whose clock is off by any time, and a network that takes its time on either way, then what is corrected is the
        /// server's time to within half of what the answer took and what nobody notices; and the next answer changes nothing.
        #[test]
        fn what_is_corrected_is_the_servers_time(
            off in -400 * 86_400_000_i64..400 * 86_400_000,
            there in 0_i64..60_000,
            back in 0_i64..60_000,
            drift in prop_oneof![-3_000_i64..3_000, -86_400_000_i64..86_400_000],
        ) {
            const AT: i64 = 1_647_129_600_000;
            let on_tablet = |server: i64| Instant(server - off);
            let [asked, answered] = [AT - there, AT + back].map(on_tablet);
            let known = ClockOffset(off + drift).heard(asked, answered, Instant(AT));
            let error = (known.corrected(on_tablet(AT)).0 - AT).abs();
            prop_assert!(error <= there + back + UNNOTICED + 1, "off by {error}");
            prop_assert_eq!(known.heard(asked, answered, Instant(AT)), known);
        }

        #[test]
        fn no_times_overflow(times: [i64; 4]) {
            let [known, asked, answered, server] = times;
            let heard = ClockOffset(known).heard(Instant(asked), Instant(answered), Instant(server));
            let _ = heard.corrected(Instant(asked));
        }
    }

    /// Given a clock that was slow by an hour, when it is put right, set back, or slept over meanwhile, then it is the server's time that is
    /// told, but for one that goes right: nothing is known of its jumps.
    #[test]
    fn a_clock_that_jumped_is_not_corrected_twice() {
        const HOUR: i64 = 3_600_000;
        let (slow, right) = (ClockOffset(HOUR), ClockOffset::default());
        let at = Instant;
        assert_eq!(slow.after_jump(at(5 * HOUR), 0), at(6 * HOUR));
        assert_eq!(
            slow.after_jump(at(6 * HOUR), HOUR),
            at(6 * HOUR),
            "put right"
        );
        assert_eq!(
            slow.after_jump(at(2 * HOUR), -3 * HOUR),
            at(6 * HOUR),
            "set back"
        );
        assert_eq!(
            slow.after_jump(at(9 * HOUR), 4 * HOUR),
            at(10 * HOUR),
            "slept"
        );
        assert_eq!(right.after_jump(at(2 * HOUR), -3 * HOUR), at(2 * HOUR));
        let fast = ClockOffset(-HOUR);
        assert_eq!(
            fast.after_jump(at(6 * HOUR), -HOUR),
            at(6 * HOUR),
            "put right"
        );
    }

    #[test]
    fn clocks_that_agree_are_left_alone() {
        let at = |millis: i64| Instant(1_647_129_600_000 + millis);
        let none = ClockOffset::default();
        assert_eq!(none.heard(at(0), at(400), at(1_900)), none);
        assert_eq!(none.heard(at(0), at(400), at(60_200)), ClockOffset(60_000));
        assert_eq!(none.heard(at(400), at(0), at(60_200)), none, "set back");
        assert_eq!(
            ClockOffset(60_000).heard(at(0), at(400), at(300)),
            none,
            "put right"
        );
    }
}
