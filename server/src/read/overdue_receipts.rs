//! Receipts that are overdue: how many a notice lacks, and the notices that wait for somebody to press for theirs.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{Due, Matter, MatterKind, ReceiptState};
use domain::body::Particulars;
use domain::id::BodyId;
use domain::instant::Instant;
use domain::notice::{NoticeContent, acknowledge_by};
use domain::permission::{Act, Place};
use form::Texts;

use super::matters::matter;
use super::notices::{Row, read_body, read_content, select, small_count};
use super::{Reader, both, small};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// Notices looked at for who issues them, those that ran out last: the list says of every one how many receipts it lacks.
const LATEST: u32 = 50;

/// Bodies that somebody's own passed a notice on to, and that have not acknowledged it; whose own, lies behind it.
const PASSED_ON: &str = "select n.id, n.title_zh, n.title_en, n.acknowledge_by, n.issued_at, n.content, p.body \
     from notice_passing p join notice n on n.jurisdiction = p.jurisdiction and n.id = p.notice \
     join body b on b.jurisdiction = p.jurisdiction and b.id = p.body \
     where p.jurisdiction = $1 and n.acknowledge_by < $3 and n.withdrawn is null and b.gone = '' \
     and not exists (select 1 from notice_receipt r where r.jurisdiction = p.jurisdiction and r.notice = p.notice and r.body = p.body \
        and r.version > n.receipts_since)";

/// Bodies registered when some notice was issued already.
pub(super) struct LateComers {
    /// When each was registered.
    bodies: Vec<(BodyId, Instant)>,
    /// Notices and bodies of the receipts there are for them.
    received: BTreeSet<(String, String)>,
}

impl Reader {
    /// The bodies registered after the first of these notices was issued, and so lately that some notice may leave them time.
    pub(super) async fn late_comers(&self, notices: &[Row]) -> Result<LateComers, StoreError> {
        let first = notices.iter().map(|row| row.issued_at).min();
        let longest = notices
            .iter()
            .map(|row| row.acknowledge_by - row.issued_at)
            .max();
        let since = longest.map(|longest| self.now.millis().saturating_sub(longest));
        let since = first.max(since);
        let mut bodies: Vec<(BodyId, Instant)> = self.registered_at().await?.into_iter().collect();
        bodies.retain(|(_, at)| since.is_some_and(|since| since <= at.millis()));
        let ids: Vec<BodyId> = bodies.iter().map(|(id, _)| *id).collect();
        Ok(LateComers {
            received: self.received_by(&ids).await?,
            bodies,
        })
    }

    /// How many of `bodies` a notice reaches, and how many of those are late to acknowledge it; the row counts their receipts.
    pub(super) fn receipts_lacking(
        &self,
        row: &Row,
        content: &NoticeContent,
        passed_to: &BTreeSet<BodyId>,
        bodies: &[(BodyId, &Particulars)],
        late_comers: &LateComers,
    ) -> (u32, u32) {
        let rule = content.rule();
        let reached: BTreeSet<BodyId> = bodies
            .iter()
            .filter(|(id, body)| rule.covers(*id, body) || passed_to.contains(id))
            .map(|(id, _)| *id)
            .collect();
        let addressees = small_count(reached.len());
        if Instant(row.acknowledge_by) >= self.now {
            return (addressees, 0);
        }
        let still_has_time = |(id, registered_at): &&(BodyId, Instant)| {
            reached.contains(id)
                && !late_comers
                    .received
                    .contains(&(row.id.clone(), id.to_string()))
                && acknowledge_by(content, Instant(row.issued_at), *registered_at) >= self.now
        };
        let have_time = late_comers.bodies.iter().filter(still_has_time).count();
        let overdue = addressees
            .saturating_sub(small(row.receipts))
            .saturating_sub(small_count(have_time));
        (addressees, overdue)
    }

    /// Notices whose receipts are overdue from bodies that the viewer reminds, because they issue notices there or because their own body
    /// passed it on; and from how many.
    pub(super) async fn receipts_to_chase(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        let told = self.receipts_of_those_issued_to(matters).await?;
        if own.is_empty() {
            return Ok(());
        }
        self.receipts_of_those_passed_on(own, &told, matters).await
    }

    /// The notices that are told.
    async fn receipts_of_those_issued_to(
        &self,
        matters: &mut Vec<Matter>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut told = BTreeSet::new();
        let reminds = self.visible(Act::IssueNotices);
        if reminds.is_nowhere() {
            return Ok(told);
        }
        let sql = format!(
            "{} where n.jurisdiction = $1 and n.acknowledge_by < $3 and n.withdrawn is null order by n.acknowledge_by desc, n.id limit {LATEST}",
            select(&reminds.condition(&self.database, "r.body", "$2"))
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(reminds.parameter()).bind(self.now.millis()).fetch_all(pool).await?);
        if rows.is_empty() {
            return Ok(told);
        }
        let (none, passed_to) = (BTreeSet::new(), self.passed_to().await?);
        let late_comers = self.late_comers(&rows).await?;
        let reminded = self.known.directory.active_bodies();
        let reminded: Vec<_> = reminded
            .filter(|(id, _)| self.may(Act::IssueNotices, &Place::Body(*id)))
            .collect();
        for row in rows {
            let content = read_content(&row.content)?;
            let passed_to = passed_to.get(&row.id).unwrap_or(&none);
            let (_, bodies) =
                self.receipts_lacking(&row, &content, passed_to, &reminded, &late_comers);
            if bodies > 0 {
                let title = both(row.title_zh, row.title_en);
                let by = Instant(row.acknowledge_by);
                matters.push(to_remind(&row.id, title, by, bodies.into()));
                told.insert(row.id);
            }
        }
        Ok(told)
    }

    async fn receipts_of_those_passed_on(
        &self,
        own: &[BodyId],
        told: &BTreeSet<String>,
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        type Row = (String, String, String, i64, i64, String, String);
        let sql = format!(
            "{PASSED_ON} and {} order by n.acknowledge_by, n.id, p.body",
            self.database.is_one_of("p.from_body", "$2")
        );
        let own = list(own.iter().map(ToString::to_string));
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&own).bind(self.now.millis()).fetch_all(pool).await?);
        if rows.is_empty() {
            return Ok(());
        }
        let registered_at = self.registered_at().await?;
        let mut late: BTreeMap<String, (Texts, i64, BTreeSet<BodyId>)> = BTreeMap::new();
        for (id, title_zh, title_en, by, issued_at, content, body) in rows {
            let (content, body) = (read_content(&content)?, read_body(&body)?);
            let registered_at = registered_at.get(&body).copied().unwrap_or_default();
            let is_late = acknowledge_by(&content, Instant(issued_at), registered_at) < self.now;
            if is_late && !told.contains(&id) {
                let (_, _, bodies) = late
                    .entry(id)
                    .or_insert_with(|| (both(title_zh, title_en), by, BTreeSet::new()));
                bodies.insert(body);
            }
        }
        for (id, (title, by, bodies)) in late {
            matters.push(to_remind(&id, title, Instant(by), bodies.len() as u64));
        }
        Ok(())
    }
}

fn to_remind(notice: &str, title: Texts, by: Instant, bodies: u64) -> Matter {
    matter(
        MatterKind::RemindOfNotice { bodies },
        title,
        None,
        Some(Due::At(by)),
        format!(
            "/notices/{notice}/receipts?state={}",
            ReceiptState::Overdue.code()
        ),
    )
}
