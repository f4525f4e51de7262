//! What has arrived from a device, and which photos are evidence already.

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, JurisdictionId, PersonId};

use crate::on_database;
use crate::store::StoreError;
use crate::store::database::Database;

/// What ingest asks of the read models.
#[async_trait]
pub trait Delivered: Send + Sync {
    /// The highest sequence number received of a person on a device; 0 when none was.
    async fn last_sequence(
        &self,
        jurisdiction: JurisdictionId,
        actor: PersonId,
        device: DeviceId,
    ) -> Result<u64, StoreError>;

    /// Which of these photos are evidence in some finding.
    async fn photos_seen(
        &self,
        jurisdiction: JurisdictionId,
        photos: &[PhotoHash],
    ) -> Result<Vec<PhotoHash>, StoreError>;
}

#[async_trait]
impl Delivered for Database {
    async fn last_sequence(
        &self,
        jurisdiction: JurisdictionId,
        actor: PersonId,
        device: DeviceId,
    ) -> Result<u64, StoreError> {
        const SQL: &str = "select last from device_sequence where jurisdiction = $1 and actor = $2 and device = $3";
        let last: Option<i64> = on_database!(self, pool => sqlx::query_scalar(SQL)
            .bind(jurisdiction.to_string())
            .bind(actor.to_string())
            .bind(device.to_string())
            .fetch_optional(pool)
            .await?);
        Ok(super::count(last.unwrap_or(0)))
    }

    async fn photos_seen(
        &self,
        jurisdiction: JurisdictionId,
        photos: &[PhotoHash],
    ) -> Result<Vec<PhotoHash>, StoreError> {
        let sql = format!(
            "select distinct photo from evidence where jurisdiction = $1 and stream like 'finding/%' and {}",
            self.is_one_of("photo", "$2")
        );
        let list = serde_json::to_string(photos).unwrap_or_else(|_| "[]".into());
        let seen: Vec<String> = on_database!(self, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(jurisdiction.to_string())
            .bind(list)
            .fetch_all(pool)
            .await?);
        Ok(seen.into_iter().map(PhotoHash).collect())
    }
}
