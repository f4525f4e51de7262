//! The keys by which tablets seal what they keep ([`sync::local_key`]): told to their person alone, and not part of the log.
//!
//! They lie in the database as they are. Whoever has the database has what tablets have sent already; a key of it opens only what lies
//! on that one tablet.

use domain::id::{DeviceId, JurisdictionId, PersonId};
use domain::instant::Instant;
use sync::local_key::LocalKey;

use crate::on_database;
use crate::store::StoreError;
use crate::store::database::Database;

/// Keys that one person may have: a key for every browser they ever signed in with, and an end to what a mistaken program asks for.
pub const LIMIT: i64 = 1_000;

const COUNT: &str =
    "select count(*) from local_key where jurisdiction = $1 and person = $2 and device <> $3";
/// The first of two that are asked for at once is that of both.
const MAKE: &str = "insert into local_key (jurisdiction, person, device, key, kept_at) values ($1, $2, $3, $4, $5) \
     on conflict (jurisdiction, person, device) do nothing";
const TAKE: &str = "insert into local_key (jurisdiction, person, device, key, kept_at) values ($1, $2, $3, $4, $5) \
     on conflict (jurisdiction, person, device) do update set key = excluded.key, kept_at = excluded.kept_at \
     where local_key.key <> excluded.key";
const FIND: &str =
    "select key from local_key where jurisdiction = $1 and person = $2 and device = $3";

/// The key of a person on a tablet: the one it holds, the one that is known, or from now on a fresh one. None where the person has too many.
pub async fn of(
    database: &Database,
    (jurisdiction, person): (JurisdictionId, PersonId),
    device: DeviceId,
    held: Option<LocalKey>,
    now: Instant,
) -> Result<Option<LocalKey>, StoreError> {
    let whose = (
        jurisdiction.to_string(),
        person.to_string(),
        device.to_string(),
    );
    let known = find(database, &whose).await?;
    if known.is_some() && (held.is_none() || held == known) {
        return Ok(known);
    }
    let others: i64 = on_database!(database, pool => sqlx::query_scalar(COUNT)
        .bind(&whose.0)
        .bind(&whose.1)
        .bind(&whose.2)
        .fetch_one(pool)
        .await?);
    if known.is_none() && others >= LIMIT {
        return Ok(None);
    }
    let sql = if held.is_some() { TAKE } else { MAKE };
    let key = held.unwrap_or_else(|| LocalKey::of(rand::random()));
    on_database!(database, pool => sqlx::query(sql)
        .bind(&whose.0)
        .bind(&whose.1)
        .bind(&whose.2)
        .bind(key.digits())
        .bind(now.millis())
        .execute(pool)
        .await
        .map(|_| ())?);
    find(database, &whose).await
}

async fn find(
    database: &Database,
    (jurisdiction, person, device): &(String, String, String),
) -> Result<Option<LocalKey>, StoreError> {
    let found: Option<String> = on_database!(database, pool => sqlx::query_scalar(FIND)
        .bind(jurisdiction)
        .bind(person)
        .bind(device)
        .fetch_optional(pool)
        .await?);
    let key = |digits| {
        let key = LocalKey::of_digits(digits);
        key.ok_or_else(|| StoreError::corrupt("local_key", "not a key"))
    };
    found.map(key).transpose()
}

#[cfg(test)]
mod tests;
