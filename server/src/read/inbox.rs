//! A person's inbox: what concerns them, latest first, and what of it they have read. Its design stands in
//! [`notification`](super::notification).

use std::collections::BTreeSet;

use app::api::view::{InboxRow, InboxView};
use domain::id::BodyId;
use domain::instant::Instant;
use domain::permission::Place;

use super::notification::{Audience, Notification, concerns};
use super::{Reader, both, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// What is told of: older is in the record.
const LATEST: usize = 200;
/// Rows looked through for them.
const LOOKED_AT: i64 = 5_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    position: i64,
    at: i64,
    kind: String,
    stream: String,
    audience: String,
    body: String,
    addressees: String,
    about_zh: String,
    about_en: String,
    finding_body: Option<String>,
    finding_zh: Option<String>,
    finding_en: Option<String>,
    read: i64,
}

impl Reader {
    pub async fn inbox(&self) -> Result<InboxView, StoreError> {
        let mut rows = Vec::new();
        let mut unread = 0_u32;
        for row in self.notifications().await? {
            let is_read = row.read != 0;
            unread += u32::from(!is_read);
            rows.push(self.inbox_row(row, is_read)?);
        }
        Ok(InboxView {
            rows,
            unread,
            mail: None,
        })
    }

    pub async fn unread(&self) -> Result<u32, StoreError> {
        let rows = self.notifications().await?;
        let unread = rows.iter().filter(|row| row.read == 0).count();
        Ok(u32::try_from(unread).unwrap_or(u32::MAX))
    }

    /// The body that a finding's stream is about; None for other streams.
    pub async fn body_of_finding(&self, stream: &str) -> Result<Option<BodyId>, StoreError> {
        let Some(id) = stream.strip_prefix("finding/") else {
            return Ok(None);
        };
        let body: Option<String> = on_database!(&self.database, pool =>
            sqlx::query_scalar("select body from finding where jurisdiction = $1 and id = $2")
                .bind(self.own()).bind(id).fetch_optional(pool).await?);
        body.map(|body| parsed("body id", &body, body.parse().ok()))
            .transpose()
    }

    /// What concerns the viewer, latest first.
    async fn notifications(&self) -> Result<Vec<Row>, StoreError> {
        let directory = &self.known.directory;
        let audiences: Vec<&str> = Audience::ALL
            .into_iter()
            .filter(|audience| self.may(audience.act(), &Place::Anywhere))
            .map(Audience::code)
            .collect();
        if audiences.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select n.id, n.position, n.at, n.kind, n.stream, n.audience, n.body, n.addressees, n.about_zh, n.about_en, \
             f.body as finding_body, f.title_zh as finding_zh, f.title_en as finding_en, \
             case when n.position <= coalesce((select s.position from notification_seen s where s.jurisdiction = $1 and s.person = $2), 0) \
               or exists (select 1 from notification_read r where r.jurisdiction = $1 and r.person = $2 and r.notification = n.id) \
               then cast(1 as bigint) else cast(0 as bigint) end as read \
             from (select * from notification where jurisdiction = $1 and {} order by position desc limit {LOOKED_AT}) n \
             left join finding f on f.jurisdiction = n.jurisdiction and f.id = substr(n.stream, 9) and n.stream like 'finding/%' \
             order by n.position desc",
            self.database.is_one_of("audience", "$3")
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.viewer.to_string()).bind(list(audiences)).fetch_all(pool).await?);
        let mut own = Vec::new();
        for row in rows {
            let body = body_of(&row)?;
            let notification = Notification {
                audience: parsed(
                    "audience",
                    &row.audience,
                    Audience::from_code(&row.audience),
                )?,
                body,
                to: serde_json::from_str(&row.addressees)
                    .map_err(|error| StoreError::corrupt("addressees", error))?,
                about: form::Texts::default(),
            };
            if concerns(directory, self.viewer, &notification, body) {
                own.push(row);
            }
            if own.len() == LATEST {
                break;
            }
        }
        Ok(own)
    }

    fn inbox_row(&self, row: Row, is_read: bool) -> Result<InboxRow, StoreError> {
        let body = body_of(&row)?;
        let about = if row.about_zh.is_empty() && row.about_en.is_empty() {
            both(
                row.finding_zh.unwrap_or_default(),
                row.finding_en.unwrap_or_default(),
            )
        } else {
            both(row.about_zh, row.about_en)
        };
        let (concept, id) = row.stream.split_once('/').unwrap_or_default();
        let address = match concept {
            "notice" => format!("/notices/{id}"),
            "talk" => format!("/talks/{id}"),
            "material" => format!("/talks/materials/{id}"),
            "inspection" => format!("/inspections/{id}"),
            "finding" => format!("/findings/{id}"),
            "held" => "/administration/held".to_owned(),
            "situation" => {
                let day = self.known.day(Instant(row.at));
                body.map_or_else(
                    || "/situation".to_owned(),
                    |body| format!("/situation/{body}/{day}"),
                )
            }
            _ => "/".to_owned(),
        };
        Ok(InboxRow {
            id: row.id,
            at: Instant(row.at),
            kind: row.kind,
            about,
            body: body.map(|body| self.named_body(body)),
            address,
            is_read,
        })
    }

    /// Counts these as read, or as unread again. What does not concern the viewer is passed over.
    pub async fn mark(&self, ids: &[String], read: bool) -> Result<(), StoreError> {
        let asked: BTreeSet<String> = ids.iter().cloned().collect();
        let rows = self.notifications().await?;
        let own = rows.iter().filter(|row| asked.contains(&row.id));
        if read {
            for row in own.filter(|row| row.read == 0) {
                on_database!(&self.database, pool => sqlx::query(
                    "insert into notification_read (jurisdiction, person, notification) values ($1, $2, $3) on conflict do nothing")
                    .bind(self.own()).bind(self.viewer.to_string()).bind(&row.id).execute(pool).await.map(|_| ())?);
            }
            return Ok(());
        }
        // Below the mark there is nothing unread: it moves down to before the one, and what stood between is read one by one.
        let Some(lowest) = own.map(|row| row.position).min() else {
            return Ok(());
        };
        for row in rows
            .iter()
            .filter(|row| row.position >= lowest && row.read != 0 && !asked.contains(&row.id))
        {
            on_database!(&self.database, pool => sqlx::query(
                "insert into notification_read (jurisdiction, person, notification) values ($1, $2, $3) on conflict do nothing")
                .bind(self.own()).bind(self.viewer.to_string()).bind(&row.id).execute(pool).await.map(|_| ())?);
        }
        let gone = format!(
            "delete from notification_read where jurisdiction = $1 and person = $2 and {}",
            self.database.is_one_of("notification", "$3")
        );
        on_database!(&self.database, pool => {
            sqlx::query("update notification_seen set position = $3 where jurisdiction = $1 and person = $2 and position > $3")
                .bind(self.own()).bind(self.viewer.to_string()).bind(lowest - 1).execute(pool).await.map(|_| ())?;
            sqlx::query(sqlx::AssertSqlSafe(gone.as_str()))
                .bind(self.own()).bind(self.viewer.to_string()).bind(list(asked)).execute(pool).await.map(|_| ())?;
        });
        Ok(())
    }

    /// Counts everything there is as read.
    pub async fn mark_all(&self) -> Result<(), StoreError> {
        let rows = self.notifications().await?;
        let Some(latest) = rows.first().map(|row| row.position) else {
            return Ok(());
        };
        on_database!(&self.database, pool => {
            sqlx::query("insert into notification_seen (jurisdiction, person, position) values ($1, $2, $3) \
                 on conflict (jurisdiction, person) do update set position = excluded.position")
                .bind(self.own()).bind(self.viewer.to_string()).bind(latest).execute(pool).await.map(|_| ())?;
            sqlx::query("delete from notification_read where jurisdiction = $1 and person = $2")
                .bind(self.own()).bind(self.viewer.to_string()).execute(pool).await.map(|_| ())?;
        });
        Ok(())
    }
}

fn body_of(row: &Row) -> Result<Option<BodyId>, StoreError> {
    let named = Some(row.body.as_str()).filter(|body| !body.is_empty());
    named
        .or(row.finding_body.as_deref())
        .map(|body| parsed("body id", body, body.parse().ok()))
        .transpose()
}
