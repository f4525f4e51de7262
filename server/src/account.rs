//! Passwords: argon2id hashes in a table of their own, apart from the log.

use std::collections::HashSet;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::event::Event;
use domain::id::{JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::person::PersonEvent;
use domain::record::Recorded;
use domain::{Language, say};

use crate::on_database;
use crate::store::StoreError;
use crate::store::database::Database;

/// NIST SP 800-63B asks for eight at least and no rules of composition; ten costs a person little more.
pub const SHORTEST_PASSWORD: usize = 10;
/// How long a password that somebody else chose lets its person in.
pub const INITIAL_DAYS: i64 = 7;
/// Longer ones would only cost the server time.
pub const LONGEST_PASSWORD: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    TooShort,
    TooLong,
}

impl PasswordRefusal {
    pub fn text(self, language: Language) -> String {
        match self {
            PasswordRefusal::TooShort => {
                say!(
                    language,
                    "密码至少{SHORTEST_PASSWORD}个字符",
                    "Use at least {SHORTEST_PASSWORD} characters for the password"
                )
            }
            PasswordRefusal::TooLong => {
                say!(
                    language,
                    "密码不能超过{LONGEST_PASSWORD}个字符",
                    "Use {LONGEST_PASSWORD} characters or fewer for the password"
                )
            }
        }
    }
}

pub fn check_password(password: &str) -> Result<(), PasswordRefusal> {
    match password.chars().count() {
        ..SHORTEST_PASSWORD => Err(PasswordRefusal::TooShort),
        SHORTEST_PASSWORD..=LONGEST_PASSWORD => Ok(()),
        _ => Err(PasswordRefusal::TooLong),
    }
}

/// argon2id with the first of the settings OWASP recommends: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashPasswordError(String);

/// Hashes a password; takes tens of milliseconds on purpose.
pub fn hash_password(password: &str) -> Result<String, HashPasswordError> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>())
        .map_err(|error| HashPasswordError(error.to_string()))?;
    let hash = argon2()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| HashPasswordError(error.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash no password has; verifying against it takes as long as against a real one, so that an unknown name is not told by time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const SET: &str = "insert into account (jurisdiction, person, sign_in_name, password_hash, changed_at, initial) \
     values ($1, $2, $3, $4, $5, $6) \
     on conflict (jurisdiction, person) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at, \
     initial = excluded.initial";
const FIND: &str = "select jurisdiction, person, password_hash, initial, changed_at from account where sign_in_name = $1";

/// Who chose a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenBy {
    /// Whoever signs in with it, or whoever runs the server.
    Themselves,
    /// An administrator, who knows it: nobody works with it before the person has chosen their own.
    Another,
}

/// An account whose name and password were right.
#[derive(Clone, PartialEq, Eq)]
pub struct Authenticated {
    pub jurisdiction: JurisdictionId,
    pub person: PersonId,
    pub chosen_by: ChosenBy,
    /// When the password was chosen.
    pub chosen_at: Instant,
    /// When that was asked: a session that starts with it is not younger.
    pub at: Instant,
    /// The hash it was right by.
    hash: String,
}

pub async fn set_password_hash(
    database: &Database,
    jurisdiction: JurisdictionId,
    person: PersonId,
    sign_in_name: &str,
    hash: &str,
    chosen_by: ChosenBy,
    at: Instant,
) -> Result<(), StoreError> {
    on_database!(database, pool => sqlx::query(SET)
        .bind(jurisdiction.to_string())
        .bind(person.to_string())
        .bind(sign_in_name)
        .bind(hash)
        .bind(at.millis())
        .bind(i64::from(chosen_by == ChosenBy::Another))
        .execute(pool)
        .await
        .map(|_| ())?);
    Ok(())
}

/// Gives several people a first password each, all of them or none: each with the name they sign in with and their hash. Who has chosen
/// their own meanwhile keeps it. Whether each was given.
pub async fn set_first_password_hashes(
    database: &Database,
    jurisdiction: JurisdictionId,
    accounts: &[(PersonId, &str, String)],
    at: Instant,
) -> Result<Vec<bool>, StoreError> {
    let set = format!("{SET} where account.initial = 1");
    let mut given = Vec::with_capacity(accounts.len());
    on_database!(database, pool => {
        let mut transaction = pool.begin().await?;
        for (person, sign_in_name, hash) in accounts {
            let done = sqlx::query(sqlx::AssertSqlSafe(set.as_str()))
                .bind(jurisdiction.to_string())
                .bind(person.to_string())
                .bind(*sign_in_name)
                .bind(hash)
                .bind(at.millis())
                .bind(1_i64)
                .execute(&mut *transaction)
                .await?;
            given.push(done.rows_affected() == 1);
        }
        transaction.commit().await?;
    });
    Ok(given)
}

/// Who signs in with a password they chose themselves.
pub async fn people_with_own_password(
    database: &Database,
    jurisdiction: JurisdictionId,
) -> Result<HashSet<PersonId>, StoreError> {
    const OWN: &str = "select person from account where jurisdiction = $1 and initial = 0";
    let people: Vec<(String,)> = on_database!(database, pool => sqlx::query_as(OWN)
        .bind(jurisdiction.to_string())
        .fetch_all(pool)
        .await?);
    let corrupt = |error| StoreError::corrupt("account", error);
    let people = people
        .iter()
        .map(|(person,)| person.parse().map_err(corrupt));
    people.collect()
}

const CHANGE: &str = "update account set password_hash = $4, changed_at = $5, initial = 0 \
     where jurisdiction = $1 and person = $2 and password_hash = $3";

/// Gives whoever was authenticated a password of their own. False, and nothing is changed, where the password they knew is not theirs any
/// more. Sessions from before end with it ([`session`](crate::session)).
pub async fn change_password(
    database: &Database,
    of: &Authenticated,
    hash: &str,
    at: Instant,
) -> Result<bool, StoreError> {
    let changed = on_database!(database, pool => sqlx::query(CHANGE)
        .bind(of.jurisdiction.to_string())
        .bind(of.person.to_string())
        .bind(&of.hash)
        .bind(hash)
        .bind(at.millis())
        .execute(pool)
        .await
        .map(|done| done.rows_affected())?);
    Ok(changed == 1)
}

/// Who has this name and this password, at an instant.
pub async fn authenticate(
    database: &Database,
    sign_in_name: &str,
    password: &str,
    at: Instant,
) -> Result<Option<Authenticated>, StoreError> {
    let found: Option<(String, String, String, i64, i64)> = on_database!(database, pool => sqlx::query_as(FIND)
        .bind(sign_in_name)
        .fetch_optional(pool)
        .await?);
    let hash = found
        .as_ref()
        .map_or(NOBODY, |(_, _, hash, _, _)| hash)
        .to_owned();
    let password: String = password.chars().take(LONGEST_PASSWORD + 1).collect();
    let right = tokio::task::spawn_blocking(move || verify(&password, &hash))
        .await
        .unwrap_or(false);
    let Some((jurisdiction, person, hash, initial, changed_at)) = found.filter(|_| right) else {
        return Ok(None);
    };
    let corrupt = |error| StoreError::corrupt("account", error);
    Ok(Some(Authenticated {
        jurisdiction: jurisdiction.parse().map_err(corrupt)?,
        person: person.parse().map_err(corrupt)?,
        chosen_by: if initial == 0 {
            ChosenBy::Themselves
        } else {
            ChosenBy::Another
        },
        chosen_at: Instant(changed_at),
        at,
        hash,
    }))
}

/// Whether the password that somebody else chose lets its person in no more, given what happened to the person: its days are over, or
/// since then a third person gave a role, which whoever knows the password was not to have.
pub fn initial_has_lapsed(chosen_at: Instant, now: Instant, history: &[Recorded]) -> bool {
    let of = |recorded: &Recorded| match recorded.authored.event() {
        Ok(Event::Person(event)) => Some(event),
        _ => None,
    };
    let chosen = history.iter().rposition(|recorded| {
        matches!(
            of(recorded),
            Some(PersonEvent::Registered(_) | PersonEvent::InitialPasswordSet)
        )
    });
    let (by, since) = chosen.map_or((None, history), |place| {
        (Some(history[place].authored.actor), &history[place + 1..])
    });
    let is_widened = since.iter().any(|recorded| {
        matches!(of(recorded), Some(PersonEvent::Granted(_))) && by != Some(recorded.authored.actor)
    });
    is_widened || chosen_at.plus_hours(24 * INITIAL_DAYS) < now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("horse"));
        assert!(verify("correct horse", &hash));
        assert!(!verify("wrong horse", &hash));
        assert!(!verify("correct horse", NOBODY) && !verify("", NOBODY));
        assert!(
            PasswordHash::new(NOBODY).is_ok(),
            "it must take as long as a real one"
        );
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(check_password("123456789"), Err(PasswordRefusal::TooShort));
        assert_eq!(check_password("密码密码密码密码密码"), Ok(()));
        assert_eq!(
            check_password(&"x".repeat(201)),
            Err(PasswordRefusal::TooLong)
        );
    }
}
