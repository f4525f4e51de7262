//! The codes that hang at institutions' entrances ([`domain::entrance`]): told to who keeps them, and not part of the log, which has their
//! digests. One that was replaced stays, for the visits at which it was read.

use std::collections::BTreeMap;

use domain::entrance::EntranceCode;
use domain::id::{BodyId, JurisdictionId};
use domain::record::Hash;

use crate::on_database;
use crate::store::StoreError;
use crate::store::database::Database;

const KEEP: &str =
    "insert into entrance_code (jurisdiction, body, digest, code) values ($1, $2, $3, $4)";
const KEEP_IF_NEW: &str = "insert into entrance_code (jurisdiction, body, digest, code) values ($1, $2, $3, $4) on conflict do nothing";
const ALL: &str = "select code from entrance_code where jurisdiction = $1 and body = $2";

/// Keeps one that was made for a body.
pub async fn keep(
    database: &Database,
    (jurisdiction, body): (JurisdictionId, BodyId),
    code: &EntranceCode,
) -> Result<(), StoreError> {
    on_database!(database, pool => sqlx::query(KEEP)
        .bind(jurisdiction.to_string())
        .bind(body.to_string())
        .bind(code.digest().to_string())
        .bind(code.to_string())
        .execute(pool)
        .await
        .map(|_| ())?);
    Ok(())
}

/// Keeps one for each of these bodies, or none; those that are kept already stay.
pub async fn keep_all(
    database: &Database,
    jurisdiction: JurisdictionId,
    codes: &[(BodyId, EntranceCode)],
) -> Result<(), StoreError> {
    on_database!(database, pool => {
        let mut transaction = pool.begin().await?;
        for (body, code) in codes {
            sqlx::query(KEEP_IF_NEW)
                .bind(jurisdiction.to_string())
                .bind(body.to_string())
                .bind(code.digest().to_string())
                .bind(code.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
    });
    Ok(())
}

/// All that were made for a body, by their digests.
pub async fn of(
    database: &Database,
    jurisdiction: JurisdictionId,
    body: BodyId,
) -> Result<BTreeMap<[u8; 32], EntranceCode>, StoreError> {
    let codes: Vec<String> = on_database!(database, pool => sqlx::query_scalar(ALL)
        .bind(jurisdiction.to_string())
        .bind(body.to_string())
        .fetch_all(pool)
        .await?);
    let read = |code: &String| {
        let code = EntranceCode::read(code);
        let code = code.map_err(|error| StoreError::corrupt("entrance_code", error))?;
        let Hash(digest) = code.digest();
        Ok((digest, code))
    };
    codes.iter().map(read).collect()
}
