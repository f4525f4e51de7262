//! Notices that wait for the viewer: to acknowledge them, and to pass them on.

use app::api::view::NoticeWaiting;
use domain::instant::Instant;
use domain::notice::{acknowledge_by, is_below};

use super::reach::{LACKS_RECEIPT, is_addressed, reaches};
use super::{read_body, read_content};
use crate::on_database;
use crate::read::{Reader, both, parsed};
use crate::store::StoreError;
use crate::store::database::list;

#[derive(sqlx::FromRow)]
struct Waiting {
    id: String,
    number: String,
    title_zh: String,
    title_en: String,
    content: String,
    issued_at: i64,
    body: String,
}

const NOTICE: &str = "select n.id, n.number, n.title_zh, n.title_en, n.content, n.issued_at";
const NEWEST_FIRST: &str = "order by n.issued_at desc, n.id desc";

impl Reader {
    /// Notices some body of the viewer's own has yet to acknowledge, newest first.
    pub async fn notices_to_acknowledge(&self) -> Result<Vec<NoticeWaiting>, StoreError> {
        let own = self.own_bodies();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "{NOTICE}, b.id as body from notice n join body b on b.jurisdiction = n.jurisdiction \
             where n.jurisdiction = $1 and n.withdrawn is null and {} and {LACKS_RECEIPT} and {} {NEWEST_FIRST}",
            self.database.is_one_of("b.id", "$2"),
            reaches()
        );
        let ids = list(own.iter().map(ToString::to_string));
        let rows: Vec<Waiting> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&ids).fetch_all(pool).await?);
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let registered_at = self.registered_at().await?;
        let mut waiting: Vec<NoticeWaiting> = Vec::new();
        for row in rows {
            let registered_at = registered_at.get(&read_body(&row.body)?);
            let notice = row.read(registered_at.copied().unwrap_or_default())?;
            // Of several bodies the one that is due first counts.
            match waiting.iter_mut().find(|other| other.id == notice.id) {
                Some(other) => {
                    other.acknowledge_by = other.acknowledge_by.min(notice.acknowledge_by)
                }
                None => waiting.push(notice),
            }
        }
        Ok(waiting)
    }

    /// What the viewer's departments have yet to pass on, latest first: an acknowledged notice that is addressed to bodies below who
    /// neither have it from them nor acknowledged it.
    pub async fn notices_to_pass_on(&self) -> Result<Vec<NoticeWaiting>, StoreError> {
        let directory = &self.known.directory;
        let mut waiting: Vec<NoticeWaiting> = Vec::new();
        for from in self.own_bodies() {
            let department = directory
                .body(from)
                .is_some_and(|body| !body.kind.is_institution());
            let below = directory.active_bodies().map(|(id, _)| id);
            let below: Vec<String> = below
                .filter(|id| department && is_below(directory, *id, from))
                .map(|id| id.to_string())
                .collect();
            if below.is_empty() {
                continue;
            }
            // Whoever below ever acknowledged it has it.
            let sql = format!(
                "{NOTICE}, '' as body from notice n where n.jurisdiction = $1 and n.withdrawn is null \
                 and exists (select 1 from notice_receipt r where r.jurisdiction = $1 and r.notice = n.id and r.body = $3 \
                    and r.version > n.receipts_since) \
                 and exists (select 1 from body b where b.jurisdiction = $1 and b.gone = '' and {} and {} \
                    and not exists (select 1 from notice_receipt r \
                        where r.jurisdiction = $1 and r.notice = n.id and r.body = b.id) \
                    and not exists (select 1 from notice_passing p \
                        where p.jurisdiction = $1 and p.notice = n.id and p.body = b.id and p.from_body = $3)) {NEWEST_FIRST}",
                self.database.is_one_of("b.id", "$2"),
                is_addressed("b")
            );
            let rows: Vec<Waiting> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(list(below)).bind(from.to_string()).fetch_all(pool).await?);
            for row in rows {
                let notice = row.read(Instant::default())?;
                if waiting.iter().all(|other| other.id != notice.id) {
                    waiting.push(notice);
                }
            }
        }
        Ok(waiting)
    }
}

impl Waiting {
    /// For a body that was registered at an instant.
    fn read(self, registered_at: Instant) -> Result<NoticeWaiting, StoreError> {
        let content = read_content(&self.content)?;
        Ok(NoticeWaiting {
            id: parsed("notice id", &self.id, self.id.parse().ok())?,
            number: self.number,
            title: both(self.title_zh, self.title_en),
            acknowledge_by: acknowledge_by(&content, Instant(self.issued_at), registered_at),
        })
    }
}
