//! A person's inbox: what concerns them, latest first, and what of it they have read. Its design stands in
//! [`notification`](super::notification).

mod concerning;

use std::collections::BTreeSet;

use app::api::view::{InboxRow, InboxView, Page};
use app::clock::{day_text, instant_text};
use app::list::{Asked, EXPORT_LIMIT};
use app::widgets::finding_title::headline;
use app::widgets::stream_title::page_of;
use domain::id::{BodyId, NoticeId};
use domain::instant::{Day, Instant};
use domain::record::StreamKind;
use domain::{Language, say};
use form::Texts;

use super::list::{Join, Rows, Select, Wanted, each, whole};
use super::notices::stream;
use super::{Reader, both, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

const COLUMNS: &str = "n.id, n.at, n.kind, n.stream, n.body, n.about_zh, n.about_en, coalesce(f.body, v.target, i.target) as thing_body, i.visit_on, \
     f.title_zh as finding_zh, f.title_en as finding_en, f.note as finding_note, \
     coalesce(p.title_zh, q.title_zh, m.title_zh, a.title_zh, d.name_zh, c.name_zh) as paper_zh, \
     coalesce(p.title_en, q.title_en, m.title_en, a.title_en, d.name_en, c.name_en) as paper_en";
const JOINS: &[Join] = &[
    Join {
        alias: "f",
        sql: "left join finding f on f.jurisdiction = n.jurisdiction and f.id = substr(n.stream, 9) and n.stream like 'finding/%'",
    },
    Join {
        alias: "p",
        sql: "left join notice p on p.jurisdiction = n.jurisdiction and p.id = substr(n.stream, 8) and n.stream like 'notice/%'",
    },
    Join {
        alias: "q",
        sql: "left join talk q on q.jurisdiction = n.jurisdiction and q.id = substr(n.stream, 6) and n.stream like 'talk/%'",
    },
    Join {
        alias: "m",
        sql: "left join material m on m.jurisdiction = n.jurisdiction and m.id = substr(n.stream, 10) and n.stream like 'material/%'",
    },
    Join {
        alias: "a",
        sql: "left join arrangement a on a.jurisdiction = n.jurisdiction and a.id = substr(n.stream, 13) and n.stream like 'arrangement/%'",
    },
    Join {
        alias: "d",
        sql: "left join draw d on d.jurisdiction = n.jurisdiction and d.id = substr(n.stream, 6) and n.stream like 'draw/%'",
    },
    Join {
        alias: "r",
        sql: "left join regulator_file r on r.jurisdiction = n.jurisdiction and r.id = substr(n.stream, 15) and n.stream like 'regulatorFile/%'",
    },
    // A regulator's file has the id of the visit that it belongs to.
    Join {
        alias: "v",
        sql: "left join inspection v on v.jurisdiction = n.jurisdiction and v.id = substr(n.stream, 15) and n.stream like 'regulatorFile/%'",
    },
    Join {
        alias: "i",
        sql: "left join assignment i on i.jurisdiction = n.jurisdiction and i.id = substr(n.stream, 12) and n.stream like 'assignment/%'",
    },
    Join {
        alias: "c",
        sql: "left join campaign c on c.jurisdiction = n.jurisdiction and c.id = substr(n.stream, 10) and n.stream like 'campaign/%'",
    },
];
/// What is told of a call to self-inspection.
const CALLS: [&str; 2] = ["campaign.created", "campaign.planAmended"];
/// Latest first.
const ORDER: &str = "n.position desc, n.id";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at: i64,
    kind: String,
    stream: String,
    body: String,
    about_zh: String,
    about_en: String,
    /// Of the finding, of the visit or of the assignment.
    thing_body: Option<String>,
    /// Of the assignment.
    visit_on: Option<String>,
    finding_zh: Option<String>,
    finding_en: Option<String>,
    /// What was found, in the inspector's words.
    finding_note: Option<String>,
    /// Of the notice, the talk, the request for materials, the arrangement or the draw.
    paper_zh: Option<String>,
    paper_en: Option<String>,
    read: i64,
}

impl Reader {
    /// A page of what concerns the viewer, of all or only of what is unread.
    pub async fn inbox(&self, asked: &Asked) -> Result<InboxView, StoreError> {
        let concerning = self.concerning().await?;
        let read = concerning.is_read();
        let columns =
            format!("{COLUMNS}, cast(case when {read} then 1 else 0 end as bigint) as read");
        let select = if asked.filter(InboxRow::STATE) == InboxRow::UNREAD {
            concerning.unread()
        } else {
            concerning.select
        };
        let select = match StreamKind::from_code(asked.filter(InboxRow::ABOUT)) {
            Some(kind) => select.and(&format!("n.stream like '{}/%'", kind.code())),
            None => select,
        };
        let wanted = Wanted {
            rows: Rows::Page,
            ..whole(asked)
        };
        let page: Page<Row> = select
            .columns(columns)
            .page(&self.database, wanted, &[], ORDER, "n.id")
            .await?;
        Ok(InboxView {
            page: each(page, |row| self.inbox_row(row))?,
            unread: self.unread().await?,
            mail: None,
        })
    }

    /// How many are unread.
    pub async fn unread(&self) -> Result<u32, StoreError> {
        let unread = self.concerning().await?.unread();
        let page = self.positions(unread, 0).await?;
        Ok(u32::try_from(page.total).unwrap_or(u32::MAX))
    }

    /// Whether one of these rows concerns the viewer.
    pub async fn is_concerned(
        &self,
        rows: impl Iterator<Item = String>,
    ) -> Result<bool, StoreError> {
        let select = self.concerning().await?.select;
        let told = select.is_one_of(self, "n.id", list(rows));
        Ok(self.positions(told, 0).await?.total > 0)
    }

    /// What was told to the viewer after one position and up to another: its id and its kind.
    pub async fn told_between(
        &self,
        after: i64,
        to: i64,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let select = self.concerning().await?.select;
        let select = select
            .and(&format!("n.position > {after} and n.position <= {to}"))
            .columns("n.id, n.kind".to_owned());
        let page: Page<(String, String)> = select
            .page(&self.database, whole(&Asked::default()), &[], ORDER, "n.id")
            .await?;
        Ok(page.rows)
    }

    /// The ids and positions of so many of these rows, from the latest on.
    async fn positions(
        &self,
        select: Select,
        length: u64,
    ) -> Result<Page<(String, i64)>, StoreError> {
        let asked = Asked::default();
        let wanted = Wanted {
            rows: Rows::Part { first: 0, length },
            ..whole(&asked)
        };
        select
            .columns("n.id, n.position".to_owned())
            .page(&self.database, wanted, &[], ORDER, "n.id")
            .await
    }

    fn inbox_row(&self, row: Row) -> Result<InboxRow, StoreError> {
        // Where a finding is says more than whom of others it is told to.
        let named = Some(row.body.as_str()).filter(|body| !body.is_empty());
        let body = row
            .thing_body
            .as_deref()
            .or(named)
            .map(|body| parsed("body id", body, body.parse::<BodyId>().ok()))
            .transpose()?;
        let (concept, id) = row.stream.split_once('/').unwrap_or_default();
        let question = both(
            row.finding_zh.unwrap_or_default(),
            row.finding_en.unwrap_or_default(),
        );
        let about = if let Some(note) = row.finding_note.filter(|note| !note.trim().is_empty()) {
            // Of seven findings about one question each is told by what was found.
            let said = |language: Language| headline(&note, question.get(language.tag()));
            both(said(Language::Chinese), said(Language::English))
        } else if let Some(day) = row.visit_on {
            let day: Day = parsed("day", &day, day.parse().ok())?;
            let on = |language: Language| day_text(day, language);
            Texts::both(
                format!("检查日期：{}", on(Language::Chinese)),
                format!("Visit on {}", on(Language::English)),
            )
        } else if row.about_zh.is_empty() && row.about_en.is_empty() {
            let paper = both(
                row.paper_zh.unwrap_or_default(),
                row.paper_en.unwrap_or_default(),
            );
            match StreamKind::from_code(concept) {
                Some(StreamKind::ResponseLevel) => self.level_named(id).unwrap_or_default(),
                _ if paper.is_empty() => question,
                _ => paper,
            }
        } else {
            both(row.about_zh, row.about_en)
        };
        let kind = StreamKind::from_code(concept);
        let address = match kind {
            Some(StreamKind::Held) => "/administration/held".to_owned(),
            Some(StreamKind::Situation) => {
                let day = self.known.day(Instant(row.at));
                body.map_or_else(
                    || "/situation".to_owned(),
                    |body| format!("/situation/{body}/{day}"),
                )
            }
            // Those who are called to inspect themselves do not organise it.
            Some(StreamKind::Campaign) if CALLS.contains(&row.kind.as_str()) => {
                format!("/self-inspections/{id}")
            }
            kind => kind
                .and_then(|kind| page_of(kind, id))
                .unwrap_or_else(|| "/".to_owned()),
        };
        Ok(InboxRow {
            id: row.id,
            at: Instant(row.at),
            kind: row.kind,
            about,
            body: body.map(|body| self.named_body(body)),
            address,
            is_read: row.read != 0,
        })
    }

    /// What a level is, where it holds, and from when to when as it stands now.
    pub(super) fn level_named(&self, id: &str) -> Option<Texts> {
        let decision = self.known.rules.decision(id.parse().ok()?)?;
        let order = decision.order.as_ref()?;
        let (level, area) = (order.level.title(), self.area_name(&order.area));
        let [chinese, english] = Language::ALL.map(|language| {
            let at = |instant| instant_text(instant, self.known.time_zone(), language);
            let (from, end) = (at(order.from), decision.end().map(at));
            let term = match end {
                Some(end) => say!(language, "{from}至{end}", "{from} – {end}"),
                None => say!(language, "自{from}起", "from {from}"),
            };
            let (level, area) = (level.get(language), area.get(language.tag()));
            format!("{level} · {area} · {term}")
        });
        Some(both(chinese, english))
    }

    /// Counts these as read, or as unread again. What does not concern the viewer is passed over.
    pub async fn mark(&self, ids: &[String], read: bool) -> Result<(), StoreError> {
        let asked: BTreeSet<String> = ids.iter().cloned().collect();
        let concerning = self.concerning().await?;
        let select = if read {
            concerning.unread()
        } else {
            concerning.select
        };
        let select = select.is_one_of(self, "n.id", list(asked.clone()));
        let own = self.positions(select, EXPORT_LIMIT).await?.rows;
        if read {
            return self
                .mark_one_by_one(own.into_iter().map(|(id, _)| id))
                .await;
        }
        // Below the mark there is nothing unread: it moves down to before the one, and what stood between is read one by one.
        let Some(lowest) = own.iter().map(|(_, position)| *position).min() else {
            return Ok(());
        };
        let above = self.concerning().await?.read();
        let above = above.and(&format!("n.position >= {lowest}"));
        let above = self.positions(above, EXPORT_LIMIT).await?.rows;
        let others = above.into_iter().map(|(id, _)| id);
        self.mark_one_by_one(others.filter(|id| !asked.contains(id)))
            .await?;
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

    /// Counts everything about a notice as read that was acknowledged for one of the viewer's own bodies, once none of them has yet to
    /// acknowledge it.
    pub async fn mark_acknowledged(
        &self,
        notice: NoticeId,
        body: BodyId,
    ) -> Result<(), StoreError> {
        let own = self.own_bodies();
        let Some(state) = self.notice_state(notice).await? else {
            return Ok(());
        };
        let lacks_none = own.iter().all(|body| {
            !state.reaches(*body, &self.known.directory) || state.receipts.contains_key(body)
        });
        if !own.contains(&body) || !lacks_none {
            return Ok(());
        }
        let unread = self.concerning().await?.unread();
        let about = unread.and(&format!("n.stream = '{}'", stream(notice)));
        let rows = self.positions(about, EXPORT_LIMIT).await?.rows;
        self.mark_one_by_one(rows.into_iter().map(|(id, _)| id))
            .await
    }

    async fn mark_one_by_one(&self, ids: impl Iterator<Item = String>) -> Result<(), StoreError> {
        let sql = format!(
            "insert into notification_read (jurisdiction, person, notification) select n.jurisdiction, $2, n.id from notification n \
             where n.jurisdiction = $1 and {} on conflict do nothing",
            self.database.is_one_of("n.id", "$3")
        );
        on_database!(&self.database, pool => sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.viewer.to_string()).bind(list(ids)).execute(pool).await.map(|_| ())?);
        Ok(())
    }

    /// Counts everything there is as read.
    pub async fn mark_all(&self) -> Result<(), StoreError> {
        let select = self.concerning().await?.select;
        let rows = self.positions(select, 1).await?.rows;
        let Some((_, latest)) = rows.first() else {
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

#[cfg(test)]
mod tests;
