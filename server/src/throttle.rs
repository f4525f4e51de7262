//! Sign-in attempts: few per account, more per address (a whole office may share one).

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

pub struct SignInThrottle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

/// Attempts per account: this many at once, one more every twelve seconds.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// Attempts per address: this many at once and in a minute.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).unwrap();

impl Default for SignInThrottle {
    fn default() -> SignInThrottle {
        SignInThrottle {
            accounts: RateLimiter::keyed(Quota::per_minute(PER_ACCOUNT)),
            addresses: RateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
            clock: DefaultClock::default(),
        }
    }
}

impl SignInThrottle {
    /// Counts an attempt; the error is the seconds to wait.
    pub fn attempt(&self, account: &str, address: IpAddr) -> Result<(), u64> {
        // Forget those that have long recovered, so that names made up by an attacker do not pile up.
        if self.accounts.len() > 10_000 {
            self.accounts.retain_recent();
            self.addresses.retain_recent();
        }
        let wait =
            |until: governor::NotUntil<_>| until.wait_time_from(self.clock.now()).as_secs() + 1;
        self.addresses.check_key(&address).map_err(wait)?;
        self.accounts.check_key(&account.to_owned()).map_err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_attempt_on_one_account_waits_and_another_account_does_not() {
        let throttle = SignInThrottle::default();
        let address = IpAddr::from([127, 0, 0, 1]);
        for _ in 0..5 {
            assert_eq!(throttle.attempt("organiser", address), Ok(()));
        }
        assert!(
            throttle
                .attempt("organiser", address)
                .is_err_and(|seconds| (1..=13).contains(&seconds))
        );
        assert_eq!(throttle.attempt("inspector-01", address), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_names_without_end() {
        let throttle = SignInThrottle::default();
        let address = IpAddr::from([192, 0, 2, 1]);
        let tried = (0..100)
            .filter(|number| throttle.attempt(&format!("name-{number}"), address).is_ok())
            .count();
        assert_eq!(tried, 60);
        assert_eq!(
            throttle.attempt("organiser", IpAddr::from([192, 0, 2, 2])),
            Ok(())
        );
    }
}
