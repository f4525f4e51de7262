//! What has arrived from a device and of whom, which photos are evidence already, which paper has a number, and who is visited on a day.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use domain::facts::StandingVisit;
use domain::finding::PhotoHash;
use domain::id::{BodyId, DeviceId, FindingId, JurisdictionId, NoticeId, PersonId};
use domain::instant::Day;
use domain::notice::number_key;

use super::assignments::OPEN;
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::{Database, list};

/// What ingest asks of the read models.
#[async_trait]
pub trait Delivered: Send + Sync {
    /// The highest sequence number received of each person on each device; absent when none was.
    async fn last_sequences(
        &self,
        jurisdiction: JurisdictionId,
        devices: &BTreeSet<(PersonId, DeviceId)>,
    ) -> Result<BTreeMap<(PersonId, DeviceId), u64>, StoreError>;

    /// Which of these photos are evidence in some finding.
    async fn photos_seen(
        &self,
        jurisdiction: JurisdictionId,
        photos: &[PhotoHash],
    ) -> Result<Vec<PhotoHash>, StoreError>;

    /// The notice that has a number, if one has.
    async fn notice_numbered(
        &self,
        jurisdiction: JurisdictionId,
        number: &str,
    ) -> Result<Option<NoticeId>, StoreError>;

    /// The finding whose rectification was ordered under a number, if one was.
    async fn rectification_numbered(
        &self,
        jurisdiction: JurisdictionId,
        number: &str,
    ) -> Result<Option<FindingId>, StoreError>;

    /// Who has sent something with a tablet.
    async fn device_users(
        &self,
        jurisdiction: JurisdictionId,
        device: DeviceId,
    ) -> Result<BTreeSet<PersonId>, StoreError>;

    /// The visits of a body that are assigned for a day and not cancelled.
    async fn visits(
        &self,
        jurisdiction: JurisdictionId,
        body: BodyId,
        day: Day,
    ) -> Result<Vec<StandingVisit>, StoreError>;
}

#[async_trait]
impl Delivered for Database {
    async fn last_sequences(
        &self,
        jurisdiction: JurisdictionId,
        devices: &BTreeSet<(PersonId, DeviceId)>,
    ) -> Result<BTreeMap<(PersonId, DeviceId), u64>, StoreError> {
        // Every person with every device: the key is found by its parts, and what nobody asked for is left out below.
        let sql = format!(
            "select actor, device, last from device_sequence where jurisdiction = $1 and {} and {}",
            self.is_one_of("actor", "$2"),
            self.is_one_of("device", "$3")
        );
        let rows: Vec<(String, String, i64)> = on_database!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(jurisdiction.to_string())
            .bind(list(devices.iter().map(|(actor, _)| actor.to_string())))
            .bind(list(devices.iter().map(|(_, device)| device.to_string())))
            .fetch_all(pool)
            .await?);
        let mut last = BTreeMap::new();
        for (actor, device, sequence) in rows {
            let key = (
                super::parsed("person id", &actor, actor.parse().ok())?,
                super::parsed("device id", &device, device.parse().ok())?,
            );
            if devices.contains(&key) {
                last.insert(key, super::count(sequence));
            }
        }
        Ok(last)
    }

    async fn photos_seen(
        &self,
        jurisdiction: JurisdictionId,
        photos: &[PhotoHash],
    ) -> Result<Vec<PhotoHash>, StoreError> {
        if photos.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select distinct photo from evidence where jurisdiction = $1 and stream like 'finding/%' and {}",
            self.is_one_of("photo", "$2")
        );
        let seen: Vec<String> = on_database!(self, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(jurisdiction.to_string())
            .bind(list(photos.iter().map(|photo| photo.0.as_str())))
            .fetch_all(pool)
            .await?);
        Ok(seen.into_iter().map(PhotoHash).collect())
    }

    async fn notice_numbered(
        &self,
        jurisdiction: JurisdictionId,
        number: &str,
    ) -> Result<Option<NoticeId>, StoreError> {
        let sql = "select notice from notice_number where jurisdiction = $1 and number = $2";
        let id: Option<String> = on_database!(self, pool => sqlx::query_scalar(sql)
            .bind(jurisdiction.to_string())
            .bind(number_key(number))
            .fetch_optional(pool)
            .await?);
        id.map(|id| super::parsed("notice id", &id, id.parse().ok()))
            .transpose()
    }

    async fn rectification_numbered(
        &self,
        jurisdiction: JurisdictionId,
        number: &str,
    ) -> Result<Option<FindingId>, StoreError> {
        let sql =
            "select finding from rectification_number where jurisdiction = $1 and number = $2";
        let id: Option<String> = on_database!(self, pool => sqlx::query_scalar(sql)
            .bind(jurisdiction.to_string())
            .bind(number_key(number))
            .fetch_optional(pool)
            .await?);
        id.map(|id| super::parsed("finding id", &id, id.parse().ok()))
            .transpose()
    }

    async fn device_users(
        &self,
        jurisdiction: JurisdictionId,
        device: DeviceId,
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        const USERS: &str =
            "select actor from device_sequence where jurisdiction = $1 and device = $2";
        let users: Vec<String> = on_database!(self, pool => sqlx::query_scalar(USERS)
            .bind(jurisdiction.to_string())
            .bind(device.to_string())
            .fetch_all(pool)
            .await?);
        let person = |id: String| super::parsed("person id", &id, id.parse().ok());
        users.into_iter().map(person).collect()
    }

    async fn visits(
        &self,
        jurisdiction: JurisdictionId,
        body: BodyId,
        day: Day,
    ) -> Result<Vec<StandingVisit>, StoreError> {
        let sql = format!(
            "select a.id, c.authority, {OPEN}, case when c.kind = 'selfInspection' then c.id end from assignment a \
             join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             where a.jurisdiction = $1 and a.target = $2 and a.visit_on = $3 and a.cancelled = 0"
        );
        let rows: Vec<(String, String, i64, Option<String>)> = on_database!(self, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(jurisdiction.to_string())
            .bind(body.to_string())
            .bind(day.to_string())
            .fetch_all(pool)
            .await?);
        rows.into_iter()
            .map(|(id, authority, open, own)| {
                Ok(StandingVisit {
                    assignment: super::parsed("assignment id", &id, id.parse().ok())?,
                    authority: super::parsed("body id", &authority, authority.parse().ok())?,
                    open: open > 0,
                    own: own
                        .map(|own| super::parsed("campaign id", &own, own.parse().ok()))
                        .transpose()?,
                })
            })
            .collect()
    }
}
