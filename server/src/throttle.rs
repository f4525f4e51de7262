//! Wrong passwords: few per account, more per address (a whole office may share one). An attempt counts before the password is looked
//! at, so that many at once are no way around it, and is given back when it was right.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// So many at once, one more after each time as long as that.
#[derive(Clone, Copy)]
struct Quota {
    at_once: u32,
    every: Duration,
}

const PER_ACCOUNT: Quota = Quota {
    at_once: 5,
    every: Duration::from_secs(12),
};
const PER_ADDRESS: Quota = Quota {
    at_once: 60,
    every: Duration::from_secs(1),
};
/// Keys kept before those that have recovered are forgotten: names made up by an attacker do not pile up.
const KEPT: usize = 10_000;

/// When each key has recovered from everything that was counted against it.
struct Counted<Key> {
    quota: Quota,
    recovered: HashMap<Key, Instant>,
}

impl<Key: Eq + Hash> Counted<Key> {
    fn new(quota: Quota) -> Counted<Key> {
        Counted {
            quota,
            recovered: HashMap::new(),
        }
    }

    /// How long until one more is let through; None when it is now.
    fn wait(&self, key: &Key, now: Instant) -> Option<Duration> {
        let recovered = self.recovered.get(key)?.saturating_duration_since(now);
        let room = self.quota.every * (self.quota.at_once - 1);
        recovered.checked_sub(room).filter(|wait| !wait.is_zero())
    }

    fn count(&mut self, key: Key, now: Instant) {
        if self.recovered.len() > KEPT {
            self.recovered.retain(|_, recovered| *recovered > now);
        }
        let recovered = self.recovered.entry(key).or_insert(now);
        *recovered = (*recovered).max(now) + self.quota.every;
    }

    fn give_back(&mut self, key: &Key) {
        if let Some(recovered) = self.recovered.get_mut(key)
            && let Some(before) = recovered.checked_sub(self.quota.every)
        {
            *recovered = before;
        }
    }
}

struct Attempts {
    accounts: Counted<String>,
    addresses: Counted<IpAddr>,
}

pub struct SignInThrottle(Mutex<Attempts>);

impl Default for SignInThrottle {
    fn default() -> SignInThrottle {
        SignInThrottle(Mutex::new(Attempts {
            accounts: Counted::new(PER_ACCOUNT),
            addresses: Counted::new(PER_ADDRESS),
        }))
    }
}

impl SignInThrottle {
    /// Counts an attempt; the error is the seconds to wait, and then nothing is counted.
    pub fn attempt(&self, account: &str, address: IpAddr) -> Result<(), u64> {
        self.attempt_at(account, address, Instant::now())
    }

    fn attempt_at(&self, account: &str, address: IpAddr, now: Instant) -> Result<(), u64> {
        let mut attempts = self.lock();
        let account = account.to_owned();
        let waits = [
            attempts.addresses.wait(&address, now),
            attempts.accounts.wait(&account, now),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait.as_secs() + 1);
        }
        attempts.addresses.count(address, now);
        attempts.accounts.count(account, now);
        Ok(())
    }

    /// The attempt was right: it counts no more. Those before it do.
    pub fn was_right(&self, account: &str, address: IpAddr) {
        let mut attempts = self.lock();
        attempts.addresses.give_back(&address);
        attempts.accounts.give_back(&account.to_owned());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Attempts> {
        // What is counted is whole between two statements.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn the_sixth_attempt_on_one_account_waits_and_another_account_does_not() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        let attempt =
            |account, after| throttle.attempt_at(account, HERE, now + Duration::from_secs(after));
        for _ in 0..5 {
            assert_eq!(attempt("organiser", 0), Ok(()));
        }
        assert_eq!(attempt("organiser", 0), Err(13));
        assert_eq!(attempt("organiser", 11), Err(2));
        assert_eq!(attempt("inspector-01", 11), Ok(()));
        // One more after twelve seconds, and five again after a minute.
        assert_eq!(attempt("organiser", 12), Ok(()));
        assert!(attempt("organiser", 12).is_err());
        for _ in 0..5 {
            assert_eq!(attempt("organiser", 90), Ok(()));
        }
        assert!(attempt("organiser", 90).is_err());
    }

    #[test]
    fn one_address_cannot_try_names_without_end() {
        let throttle = SignInThrottle::default();
        let (address, now) = (IpAddr::from([192, 0, 2, 1]), Instant::now());
        let tried = (0..100)
            .filter(|number| {
                let name = format!("name-{number}");
                throttle.attempt_at(&name, address, now).is_ok()
            })
            .count();
        assert_eq!(tried, 60);
        let other = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(throttle.attempt_at("organiser", other, now), Ok(()));
    }

    /// What was right counts neither against the account nor against the address; what was wrong before it does.
    #[test]
    fn signing_in_is_no_attempt_at_guessing() {
        let (throttle, now) = (SignInThrottle::default(), Instant::now());
        for _ in 0..3 {
            assert_eq!(throttle.attempt_at("organiser", HERE, now), Ok(()));
        }
        for _ in 0..200 {
            assert_eq!(throttle.attempt_at("organiser", HERE, now), Ok(()));
            throttle.was_right("organiser", HERE);
        }
        for _ in 0..2 {
            assert_eq!(throttle.attempt_at("organiser", HERE, now), Ok(()));
        }
        assert!(throttle.attempt_at("organiser", HERE, now).is_err());
    }

    #[test]
    fn keys_that_have_recovered_are_forgotten() {
        let mut counted = Counted::new(PER_ADDRESS);
        let now = Instant::now();
        for key in 0..=KEPT {
            counted.count(key, now);
        }
        counted.count(0, now + PER_ADDRESS.every);
        assert_eq!(counted.recovered.len(), 1);
    }
}
