//! Notices: the list with its receipts, and one notice.

use std::collections::BTreeSet;

use app::api::view::{NoticeRow, NoticeView, Page};
use domain::body::BodyKind;
use domain::id::{BodyId, NoticeId};
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::{Facts, Language};

use super::list::{Wanted, holds};
use super::{Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: String,
    title_zh: String,
    title_en: String,
    kinds: String,
    effective_from: i64,
    acknowledge_by: i64,
    issued_at: i64,
    receipts: i64,
}

const NOTICES: &str = "select n.id, n.number, n.title_zh, n.title_en, n.kinds, n.effective_from, n.acknowledge_by, n.issued_at, \
     (select count(*) from notice_receipt r where r.jurisdiction = n.jurisdiction and r.notice = n.id) as receipts \
     from notice n where n.jurisdiction = $1 order by n.issued_at desc, n.id desc";

impl Reader {
    /// The viewer's own bodies of these kinds for which there is no receipt.
    fn awaited(&self, kinds: &[BodyKind], has_receipt: impl Fn(BodyId) -> bool) -> Vec<BodyId> {
        // Most people receive nothing, and need no walk over all bodies to know.
        if !self.may(Act::ReceiveNotices, &Place::Anywhere) {
            return Vec::new();
        }
        let bodies = self.known.directory.bodies();
        bodies
            .filter(|(id, body)| kinds.contains(&body.kind) && !has_receipt(*id))
            .filter(|(id, _)| self.may(Act::ReceiveNotices, &Place::Body(*id)))
            .map(|(id, _)| id)
            .collect()
    }

    /// Notices and bodies of the receipts that are there for bodies of the viewer's.
    async fn receipts_of_own(&self) -> Result<BTreeSet<(String, String)>, StoreError> {
        if !self.may(Act::ReceiveNotices, &Place::Anywhere) {
            return Ok(BTreeSet::new());
        }
        let visible = self.visible(Act::ReceiveNotices);
        let sql = format!(
            "select notice, body from notice_receipt where jurisdiction = $1 and {}",
            visible.condition(&self.database, "body", "$2")
        );
        let receipts: Vec<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?);
        Ok(receipts.into_iter().collect())
    }

    fn addressees(&self, kinds: &[BodyKind]) -> u32 {
        let bodies = self
            .known
            .directory
            .bodies()
            .filter(|(_, body)| kinds.contains(&body.kind));
        u32::try_from(bodies.count()).unwrap_or(u32::MAX)
    }

    pub async fn list_notices(&self, wanted: Wanted<'_>) -> Result<Page<NoticeRow>, StoreError> {
        let asked = wanted.asked;
        let awaited = asked.filter("awaited");
        let mut rows = self.notices().await?;
        rows.retain(|row| {
            let texts = [
                row.title.get(Language::Chinese.tag()),
                row.title.get(Language::English.tag()),
                &row.number,
            ];
            (awaited.is_empty() || !row.awaited.is_empty()) && holds(&texts, &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Newest first.
    pub async fn notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(NOTICES)
            .bind(self.own()).fetch_all(pool).await?);
        let receipts = self.receipts_of_own().await?;
        rows.into_iter()
            .map(|row| {
                let kinds: Vec<BodyKind> = row
                    .kinds
                    .split(' ')
                    .filter_map(BodyKind::from_code)
                    .collect();
                Ok(NoticeRow {
                    id: parsed("notice id", &row.id, row.id.parse().ok())?,
                    number: row.number,
                    title: both(row.title_zh, row.title_en),
                    effective_from: Instant(row.effective_from),
                    acknowledge_by: Instant(row.acknowledge_by),
                    issued_at: Instant(row.issued_at),
                    receipts: small(row.receipts),
                    addressees: self.addressees(&kinds),
                    awaited: self.awaited(&kinds, |body| {
                        receipts.contains(&(row.id.clone(), body.to_string()))
                    }),
                })
            })
            .collect()
    }

    pub async fn notice(&self, id: NoticeId) -> Result<Option<NoticeView>, StoreError> {
        let events = self
            .stream(
                Stream {
                    kind: StreamKind::Notice,
                    id: id.0,
                }
                .to_string(),
            )
            .await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let notice = facts.notice(id);
        let (Some(content), Some(issued)) = (notice.content.clone(), events.first()) else {
            return Ok(None);
        };
        let awaited = self
            .awaited(&content.addressees, |body| {
                notice.receipts.contains_key(&body)
            })
            .into_iter()
            .map(|body| self.named_body(body))
            .collect();
        Ok(Some(NoticeView {
            id,
            issued_at: issued.authored.occurred_at,
            issued_by: Some(self.named_person(issued.authored.actor)),
            receipts: u32::try_from(notice.receipts.len()).unwrap_or(u32::MAX),
            addressees: self.addressees(&content.addressees),
            awaited,
            content,
        }))
    }

    /// Notices some body of the viewer's has yet to acknowledge.
    pub async fn notices_to_acknowledge(&self) -> Result<Vec<NoticeRow>, StoreError> {
        if !self.may(Act::ReceiveNotices, &Place::Anywhere) {
            return Ok(Vec::new());
        }
        let mut waiting = self.notices().await?;
        waiting.retain(|row| !row.awaited.is_empty());
        Ok(waiting)
    }
}
