//! Notices to institutions that a department answers for and that do not address the department itself: it owes no receipt, and is told
//! that they were issued and how many have not acknowledged them.

use std::collections::BTreeSet;

use app::api::view::{Due, Matter, MatterKind, ReceiptState};
use domain::id::BodyId;
use domain::instant::Instant;
use domain::notice::is_below;
use domain::permission::{Act, Place};

use super::matters::matter;
use super::notices::reach::{LACKS_RECEIPT, is_addressed};
use super::{Reader, both, count};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// Notices looked at, those issued last.
const LATEST: u32 = 20;
/// The rules by which notices were addressed.
const RULES: &str = "select distinct addressees from notification where jurisdiction = $1 and audience = 'regulators'";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    title_zh: String,
    title_en: String,
    acknowledge_by: i64,
    lacking: i64,
}

impl Reader {
    /// The institutions that the viewer's own departments answer for; none of who issues notices, and knows of them.
    pub(super) fn answered_for(&self, own: &[BodyId]) -> BTreeSet<BodyId> {
        let directory = &self.known.directory;
        let is_department = |id: &&BodyId| {
            let body = directory.body(**id);
            body.is_some_and(|body| !body.kind.is_institution())
        };
        let departments: Vec<&BodyId> = own.iter().filter(is_department).collect();
        if departments.is_empty() || self.may(Act::IssueNotices, &Place::Anywhere) {
            return BTreeSet::new();
        }
        let institutions = directory
            .active_bodies()
            .filter(|(_, body)| body.kind.is_institution());
        let is_answered_for = |id: &BodyId| {
            let mut departments = departments.iter();
            departments.any(|department| is_below(directory, *id, **department))
        };
        let ids = institutions.map(|(id, _)| id);
        ids.filter(is_answered_for).collect()
    }

    /// The rules, as the rows have them, that cover an institution which these bodies answer for, and none of these bodies.
    pub(super) async fn rules_covering_below(
        &self,
        own: &[BodyId],
        below: &BTreeSet<BodyId>,
    ) -> Result<Vec<String>, StoreError> {
        if below.is_empty() {
            return Ok(Vec::new());
        }
        let wanted =
            |covers: &dyn Fn(&BodyId) -> bool| !own.iter().any(covers) && below.iter().any(covers);
        self.rules_of(RULES, wanted).await
    }

    /// Of how many institutions below a notice lacks the receipt; not of one that was passed on to the viewer's own bodies, who owe a receipt
    /// themselves.
    pub(super) async fn receipts_awaited_below(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        let below = self.answered_for(own);
        if below.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "select n.id, n.title_zh, n.title_en, n.acknowledge_by, count(*) as lacking \
             from notice n join body b on b.jurisdiction = n.jurisdiction \
             where n.jurisdiction = $1 and n.withdrawn is null and b.gone = '' and {} and {} \
             and {LACKS_RECEIPT} and not exists (select 1 from body d where d.jurisdiction = $1 and {} and {}) \
             and not exists (select 1 from notice_passing p where p.jurisdiction = $1 and p.notice = n.id and {}) \
             and n.id in (select l.id from notice l where l.jurisdiction = $1 and l.withdrawn is null order by l.issued_at desc, l.id limit {LATEST}) \
             group by n.id, n.title_zh, n.title_en, n.acknowledge_by, n.issued_at order by n.issued_at desc, n.id",
            self.database.is_one_of("b.id", "$2"),
            is_addressed("b"),
            self.database.is_one_of("d.id", "$3"),
            is_addressed("d"),
            self.database.is_one_of("p.body", "$3"),
        );
        let (below, own) = (
            list(below.iter().map(ToString::to_string)),
            list(own.iter().map(ToString::to_string)),
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&below).bind(&own).fetch_all(pool).await?);
        for row in rows {
            matters.push(matter(
                MatterKind::AwaitReceipts {
                    bodies: count(row.lacking),
                },
                both(row.title_zh, row.title_en),
                None,
                Some(Due::At(Instant(row.acknowledge_by))),
                format!(
                    "/notices/{}/receipts?state={}",
                    row.id,
                    ReceiptState::Awaited.code()
                ),
            ));
        }
        Ok(())
    }
}
