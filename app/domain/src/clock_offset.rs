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
    pub const fn is_none(&self) -> bool {
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
        if fresh.saturating_sub(self.0).saturating_abs() <= within.saturating_add(UNNOTICED) {
            self
        } else {
            ClockOffset(fresh)
        }
    }

    /// The server's time at an instant of the tablet's.
    pub const fn corrected(self, tablet: Instant) -> Instant {
        Instant(tablet.0.saturating_add(self.0))
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

    #[test]
    fn clocks_that_agree_are_left_alone() {
        let at = |millis: i64| Instant(1_647_129_600_000 + millis);
        let none = ClockOffset::default();
        assert_eq!(none.heard(at(0), at(400), at(1_900)), none);
        assert_eq!(none.heard(at(0), at(400), at(60_200)), ClockOffset(60_000));
        assert_eq!(none.heard(at(400), at(0), at(60_200)), none, "set back");
    }
}
