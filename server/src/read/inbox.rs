//! A person's inbox: what concerns them, latest first, and what of it they have read. Its design stands in
//! [`notification`](super::notification).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use app::api::view::{InboxRow, InboxView};
use app::widgets::finding_title::headline;
use domain::Language;
use domain::id::BodyId;
use domain::instant::Instant;
use domain::permission::Place;

use super::notification::{Audience, Notification, concerns, own_stream};
use super::{Reader, both, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// What is told of: older is in the record.
const LATEST: usize = 200;
/// Rows looked through for them, of those that may concern the viewer: to which of them a rule of kinds and districts is addressed is
/// found out here.
const LOOKED_AT: i64 = 5_000;
/// What the viewer counts as read up to; `$2` is the viewer.
const SEEN: &str = "coalesce((select s.position from notification_seen s where s.jurisdiction = $1 and s.person = $2), 0)";
/// What beyond it they have read.
const READ: &str = "exists (select 1 from notification_read r where r.jurisdiction = $1 and r.person = $2 and r.notification = n.id)";

/// Which rows are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    Unread,
}

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
    /// What was found, in the inspector's words.
    finding_note: Option<String>,
    /// Of the notice, or the request for materials.
    paper_zh: Option<String>,
    paper_en: Option<String>,
    read: i64,
}

impl Reader {
    pub async fn inbox(&self) -> Result<InboxView, StoreError> {
        let rows = self.notifications(Wanted::All).await?;
        let rows = rows.into_iter().map(|row| {
            let is_read = row.read != 0;
            self.inbox_row(row, is_read)
        });
        Ok(InboxView {
            rows: rows.collect::<Result<_, _>>()?,
            unread: self.unread().await?,
            mail: None,
        })
    }

    /// How many are unread; no more are counted than are told of.
    pub async fn unread(&self) -> Result<u32, StoreError> {
        let unread = self.notifications(Wanted::Unread).await?.len();
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

    /// What may concern the viewer, by the audience alone or by audience and body, as [`Reader::notifications`] asks for it. What others
    /// are told, however much it is, then takes no place of theirs.
    fn told_to(&self) -> (Vec<&'static str>, Vec<String>) {
        let directory = &self.known.directory;
        let unit = directory
            .active_person(self.viewer)
            .and_then(|registration| registration.unit);
        let (mut everywhere, mut somewhere) = (Vec::new(), Vec::new());
        for audience in Audience::ALL {
            let (Some(act), code) = (audience.act(), audience.code()) else {
                // To whom it is addressed, or in whose stream it is, stands in the row.
                continue;
            };
            match audience {
                Audience::Settlers => {
                    everywhere.extend(self.may(act, &Place::Jurisdiction).then_some(code));
                }
                Audience::Rectifiers => {
                    somewhere.extend(self.rectifies_in().map(|body| format!("{code}/{body}")));
                }
                _ if audience.is_own() => {
                    let above = unit.into_iter().flat_map(|unit| directory.path(unit));
                    let own = above.filter(|body| self.may(act, &Place::Body(*body)));
                    somewhere.extend(own.map(|body| format!("{code}/{body}")));
                }
                _ if self.may(act, &Place::Jurisdiction) => everywhere.push(code),
                _ if !self.may(act, &Place::Anywhere) => {}
                _ => {
                    let bodies = directory.bodies().map(|(body, _)| body);
                    let own = bodies.filter(|body| self.may(act, &Place::Body(*body)));
                    somewhere.extend(own.map(|body| format!("{code}/{body}")));
                }
            }
        }
        (everywhere, somewhere)
    }

    /// What concerns the viewer, latest first.
    async fn notifications(&self, wanted: Wanted) -> Result<Vec<Row>, StoreError> {
        let directory = &self.known.directory;
        let (everywhere, somewhere) = self.told_to();
        // A row of receivers names its bodies, or kinds of them.
        let own = self.own_bodies();
        let kinds = (!own.is_empty()).then(|| "n.addressees not like '%\"kinds\":[]%'".to_owned());
        let named = own
            .iter()
            .map(|body| format!("n.addressees like '%\"{body}\"%'"));
        let addressed: Vec<String> = named.chain(kinds).collect();
        let addressed = if addressed.is_empty() {
            "1 = 0".to_owned()
        } else {
            addressed.join(" or ")
        };
        let mut condition = format!(
            "n.jurisdiction = $1 and ({} or {} or (n.audience = '{}' and ({addressed})) \
             or (n.audience = '{}' and n.stream = $5))",
            self.database.is_one_of("n.audience", "$3"),
            self.database.is_one_of(
                "n.audience || '/' || coalesce(nullif(n.body, ''), f.body)",
                "$4"
            ),
            Audience::Receivers.code(),
            Audience::Oneself.code(),
        );
        if wanted == Wanted::Unread {
            let _ = write!(condition, " and n.position > {SEEN} and not {READ}");
        }
        let sql = format!(
            "select n.id, n.position, n.at, n.kind, n.stream, n.audience, n.body, n.addressees, n.about_zh, n.about_en, \
             f.body as finding_body, f.title_zh as finding_zh, f.title_en as finding_en, f.note as finding_note, \
             coalesce(p.title_zh, m.title_zh) as paper_zh, coalesce(p.title_en, m.title_en) as paper_en, \
             cast(case when n.position <= {SEEN} or {READ} then 1 else 0 end as bigint) as read \
             from notification n \
             left join finding f on f.jurisdiction = n.jurisdiction and f.id = substr(n.stream, 9) and n.stream like 'finding/%' \
             left join notice p on p.jurisdiction = n.jurisdiction and p.id = substr(n.stream, 8) and n.stream like 'notice/%' \
             left join material m on m.jurisdiction = n.jurisdiction and m.id = substr(n.stream, 10) and n.stream like 'material/%' \
             where {condition} order by n.position desc limit {LOOKED_AT}"
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.viewer.to_string()).bind(list(everywhere)).bind(list(somewhere))
            .bind(own_stream(self.viewer))
            .fetch_all(pool).await?);
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
            if concerns(directory, self.viewer, &notification, &row.stream, body) {
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
        let question = both(
            row.finding_zh.unwrap_or_default(),
            row.finding_en.unwrap_or_default(),
        );
        let about = if let Some(note) = row.finding_note.filter(|note| !note.trim().is_empty()) {
            // Of seven findings about one question each is told by what was found.
            let said = |language: Language| headline(&note, question.get(language.tag()));
            both(said(Language::Chinese), said(Language::English))
        } else if row.about_zh.is_empty() && row.about_en.is_empty() {
            let paper = both(
                row.paper_zh.unwrap_or_default(),
                row.paper_en.unwrap_or_default(),
            );
            if paper.is_empty() { question } else { paper }
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
            "person" => format!("/administration/people/{id}"),
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
        let rows = self.notifications(Wanted::All).await?;
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
        let rows = self.notifications(Wanted::All).await?;
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

#[cfg(test)]
mod tests {
    use domain::Command;
    use domain::situation::SituationCommand;

    use crate::http::fixture::Fixture;
    use crate::on_database;
    use crate::server::now;

    /// Given a home that was asked for its report, when the whole city is told of other things, then it still stands in the home's inbox
    /// and counts as unread.
    #[tokio::test]
    async fn what_others_are_told_pushes_nothing_out() {
        let fixture = Fixture::new().await;
        let (server, own) = (&fixture.server, fixture.city.jurisdiction);
        let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let other = fixture.unit_of(fixture.person("sos-village")).unwrap();
        let command = Command::Situation {
            body: home,
            day: server.ingest.world().known().day(now()),
            command: SituationCommand::Remind,
        };
        let organiser = fixture.person("organiser");
        server
            .ingest
            .command(organiser, &command, now())
            .await
            .unwrap();
        let reader = server.reader(own, fixture.person("welfare-home-1"));
        let before = (
            reader.inbox().await.unwrap(),
            reader.unread().await.unwrap(),
        );
        assert_eq!(before.0.rows[0].kind, "situation.reminded");
        assert_eq!((before.0.unread, before.1), (4, 4));
        // One row in three is of the other home by its body, by its finding's, and by who is addressed.
        let many = "with recursive n(k) as (select 1 union all select k + 1 from n where k < 9000) \
            insert into notification (jurisdiction, id, position, at, kind, stream, audience, body, addressees, about_zh, about_en) \
            select $1, 'x' || k, 1000000 + k, 0, 'x', 'situation/x', \
            case k % 3 when 0 then 'reporters' when 1 then 'rectifiers' else 'receivers' end, \
            case k % 3 when 2 then '' else $2 end, \
            '{\"kinds\":[],\"districts\":[],\"bodies\":[\"' || $2 || '\"]}', '', '' from n";
        on_database!(&server.database, pool => sqlx::query(many)
            .bind(own.to_string()).bind(other.to_string()).execute(pool).await.map(|_| ()).unwrap());
        let after = (
            reader.inbox().await.unwrap(),
            reader.unread().await.unwrap(),
        );
        assert_eq!(after, before);
        let others = server.reader(own, fixture.person("sos-village"));
        assert_eq!(others.inbox().await.unwrap().rows.len(), super::LATEST);
        reader.mark_all().await.unwrap();
        assert_eq!(reader.unread().await.unwrap(), 0);
    }
}
