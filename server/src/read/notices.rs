//! Notices: the list with its receipts, one notice, the bodies it reaches, and how long it took to reach them.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{
    AddresseeCount, AwaitedReceipt, ChainStep, CorrectionView, DelayFigures, GivenReceipt,
    NoticeRow, NoticeView, NoticeWaiting, Page, PassedView, PassingOffer, ReceiptRow, ReceiptState,
    ReceiptsView, ReceivedView, TransmissionLine, TransmissionView,
};
use domain::body::{BodyKind, Particulars};
use domain::id::{BodyId, NoticeId, PersonId};
use domain::instant::Instant;
use domain::notice::{
    AddresseeRule, Corrected, Done, Notice, NoticeContent, Passed, acknowledge_by, is_below,
    permit_receipt, permit_reminder, speaks_for,
};
use domain::permission::{Act, Place};
use domain::projection::transmission::{self, Delays, Transmission, Way};
use domain::record::{Stream, StreamKind};
use domain::{Context, Facts, Language};

use super::list::{Wanted, found_in, holds};
use super::{Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: String,
    title_zh: String,
    title_en: String,
    effective_from: i64,
    acknowledge_by: i64,
    issued_at: i64,
    content: String,
    receipts: i64,
    withdrawn: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Paper {
    content: String,
    issued_at: i64,
    issued_by: String,
    receipts_since: String,
    withdrawn: Option<String>,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Wording {
    version: String,
    content: String,
    reason: String,
    again: i64,
    actor: String,
    at: i64,
}

impl Wording {
    /// As the correction of what was said before.
    fn corrects(&self, before: &Wording) -> Result<Corrected, StoreError> {
        Ok(Corrected {
            before: read_content(&before.content)?,
            reason: self.reason.clone(),
            again: self.again != 0,
            done: read_done(&self.actor, self.at)?,
        })
    }
}

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

/// With each of the viewer's bodies that it waits for; these lie between the two parts.
const WAITING_FOR: &str = "select n.id, n.number, n.title_zh, n.title_en, n.content, n.issued_at, b.id as body \
     from notice n join body b on b.jurisdiction = n.jurisdiction where n.jurisdiction = $1 and n.withdrawn is null";
const REACHED: &str = "and not exists (select 1 from notice_receipt r \
        where r.jurisdiction = $1 and r.notice = n.id and r.body = b.id and r.version > n.receipts_since) \
     and (exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = b.kind and a.district in ('', b.district)) \
        or exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = '' and a.district = '' and a.body = b.id) \
        or exists (select 1 from notice_passing p where p.jurisdiction = $1 and p.notice = n.id and p.body = b.id)) \
     order by n.issued_at desc, n.id desc";
/// What a department has acknowledged, and not given to everybody below it whom it is addressed to and who never acknowledged it either.
const TO_PASS_ON: &str = "select n.id, n.number, n.title_zh, n.title_en, n.content, n.issued_at, '' as body \
     from notice n where n.jurisdiction = $1 and n.withdrawn is null \
     and exists (select 1 from notice_receipt r where r.jurisdiction = $1 and r.notice = n.id and r.body = $3 \
        and r.version > n.receipts_since) \
     and exists (select 1 from body b where b.jurisdiction = $1 and b.gone = ''";
const NOT_PASSED_ON: &str = "and not exists (select 1 from notice_receipt r \
        where r.jurisdiction = $1 and r.notice = n.id and r.body = b.id) \
     and not exists (select 1 from notice_passing p \
        where p.jurisdiction = $1 and p.notice = n.id and p.body = b.id and p.from_body = $3) \
     and (exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = b.kind and a.district in ('', b.district)) \
        or exists (select 1 from notice_addressee a where a.jurisdiction = $1 and a.notice = n.id \
            and a.kind = '' and a.district = '' and a.body = b.id))) \
     order by n.issued_at desc, n.id desc";
const ONE: &str = "select content, issued_at, issued_by, receipts_since, withdrawn, withdrawn_by, withdrawn_at from notice \
     where jurisdiction = $1 and id = $2";
const WORDINGS: &str = "select version, content, reason, again, actor, at from notice_wording \
     where jurisdiction = $1 and notice = $2 order by version";
const RECEIPTS: &str = "select body, version, actor, at from notice_receipt \
     where jurisdiction = $1 and notice = $2 order by version";
const PASSINGS: &str = "select body, from_body, actor, at from notice_passing \
     where jurisdiction = $1 and notice = $2 order by at, from_body";
const PASSED_TO: &str = "select distinct notice, body from notice_passing where jurisdiction = $1";
const REMINDERS: &str = "select body, actor, at from notice_reminder \
     where jurisdiction = $1 and notice = $2 order by at, version";
/// Those that count.
const OWN_RECEIPTS: &str = "select r.notice, r.body from notice_receipt r \
     join notice n on n.jurisdiction = r.jurisdiction and n.id = r.notice \
     where r.jurisdiction = $1 and r.version > n.receipts_since and ";

/// Notices, with how many receipts count, of bodies that are there still; newest first.
const NOTICES: &str = "select n.id, n.number, n.title_zh, n.title_en, n.effective_from, n.acknowledge_by, n.issued_at, n.content, n.withdrawn, \
     (select count(*) from notice_receipt r join body b on b.jurisdiction = r.jurisdiction and b.id = r.body \
        where r.jurisdiction = n.jurisdiction and r.notice = n.id and r.version > n.receipts_since and b.gone = '') as receipts \
     from notice n where n.jurisdiction = $1 order by n.issued_at desc, n.id desc";

fn read_content(text: &str) -> Result<NoticeContent, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt("notice", error))
}

pub(super) fn read_body(text: &str) -> Result<BodyId, StoreError> {
    parsed("body id", text, text.parse().ok())
}

fn read_done(actor: &str, at: i64) -> Result<Done, StoreError> {
    Ok(Done {
        by: parsed("person id", actor, actor.parse().ok())?,
        at: Instant(at),
    })
}

impl Reader {
    /// A context in which rules that only look at the directory can be asked.
    pub(crate) fn context<'a>(&'a self, facts: &'a Facts) -> Context<'a> {
        Context {
            actor: self.viewer,
            now: self.now,
            today: self.calendar_day(),
            directory: &self.known.directory,
            facts,
            forms: &*self.known,
        }
    }

    /// Whether the viewer may confirm something in a body's name.
    pub(crate) fn may_confirm(&self, body: BodyId) -> bool {
        let facts = Facts::default();
        permit_receipt(&self.context(&facts), body).is_ok()
    }

    /// The bodies the viewer speaks for.
    pub(crate) fn own_bodies(&self) -> Vec<BodyId> {
        speaks_for(&self.known.directory, self.viewer, self.now)
    }

    /// Whether a notice is the viewer's business: they issue some, see everything, or see a body that it reaches.
    fn sees_notice(&self, content: &NoticeContent, passed_to: &BTreeSet<BodyId>) -> bool {
        if self.may(Act::See, &Place::Jurisdiction) || self.may(Act::IssueNotices, &Place::Anywhere)
        {
            return true;
        }
        let rule = content.rule();
        self.known.directory.bodies().any(|(id, body)| {
            (rule.covers(id, body) || passed_to.contains(&id))
                && self.may(Act::See, &Place::Body(id))
        })
    }

    /// Everything a notice reaches: addressed or passed on to.
    fn reached<'a>(
        &'a self,
        notice: &'a Notice,
    ) -> impl Iterator<Item = (BodyId, &'a Particulars)> {
        let rule = notice.content.as_ref().map(NoticeContent::rule);
        self.known
            .directory
            .active_bodies()
            .filter(move |(id, body)| {
                notice.passed_on.contains_key(id)
                    || rule.as_ref().is_some_and(|rule| rule.covers(*id, body))
            })
    }

    async fn passed_to(&self) -> Result<BTreeMap<String, BTreeSet<BodyId>>, StoreError> {
        let rows: Vec<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(PASSED_TO)
            .bind(self.own()).fetch_all(pool).await?);
        let mut passed: BTreeMap<String, BTreeSet<BodyId>> = BTreeMap::new();
        for (notice, body) in rows {
            passed.entry(notice).or_default().insert(read_body(&body)?);
        }
        Ok(passed)
    }

    /// A page of the list.
    pub async fn list_notices(&self, wanted: Wanted<'_>) -> Result<Page<NoticeRow>, StoreError> {
        let asked = wanted.asked;
        let awaited = asked.filter("awaited");
        let mut rows = self.seen_notices().await?;
        rows.retain(|row| {
            let texts = [
                row.title.get(Language::Chinese.tag()),
                row.title.get(Language::English.tag()),
                &row.number,
            ];
            (awaited.is_empty() || !row.awaited.is_empty()) && holds(&texts, &asked.search)
        });
        // Counting goes over every body of a notice: over all notices only where their order asks for it.
        let is_by_overdue = asked.order().is_some_and(|(key, _)| key == "overdue");
        if is_by_overdue {
            self.count_overdue(&mut rows).await?;
        }
        let mut page = self.page_of(rows, wanted);
        if !is_by_overdue {
            self.count_overdue(&mut page.rows).await?;
        }
        Ok(page)
    }

    /// Newest first.
    pub async fn notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let mut rows = self.seen_notices().await?;
        self.count_overdue(&mut rows).await?;
        Ok(rows)
    }

    async fn count_overdue(&self, rows: &mut [NoticeRow]) -> Result<(), StoreError> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        let overdue = self.overdue_by_notice(&ids).await?;
        for (row, id) in rows.iter_mut().zip(ids) {
            row.overdue = overdue.get(&id).copied().unwrap_or_default();
        }
        Ok(())
    }

    /// Newest first; how many receipts are overdue is not counted.
    pub(super) async fn seen_notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let none = BTreeSet::new();
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(NOTICES)
            .bind(self.own()).fetch_all(pool).await?);
        let (own, passed_to) = (self.own_bodies(), self.passed_to().await?);
        let received = self.received_by(&own).await?;
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            let content = read_content(&row.content)?;
            let passed_to = passed_to.get(&row.id).unwrap_or(&none);
            if self.sees_notice(&content, passed_to) {
                shown.push(self.notice_row(row, &content, passed_to, (&own, &received))?);
            }
        }
        Ok(shown)
    }

    /// Notices and bodies of the receipts there are for some bodies.
    async fn received_by(&self, own: &[BodyId]) -> Result<BTreeSet<(String, String)>, StoreError> {
        if own.is_empty() {
            return Ok(BTreeSet::new());
        }
        let sql = format!("{OWN_RECEIPTS}{}", self.database.is_one_of("r.body", "$2"));
        let ids = serde_json::to_string(own).unwrap_or_else(|_| "[]".into());
        let received: Vec<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&ids).fetch_all(pool).await?);
        Ok(received.into_iter().collect())
    }

    fn notice_row(
        &self,
        row: Row,
        content: &NoticeContent,
        passed_to: &BTreeSet<BodyId>,
        (own, received): (&[BodyId], &BTreeSet<(String, String)>),
    ) -> Result<NoticeRow, StoreError> {
        let rule = content.rule();
        let reaches = |id: &BodyId| {
            let body = self.known.directory.body(*id);
            body.is_some_and(|body| rule.covers(*id, body) || passed_to.contains(id))
        };
        let withdrawn = row.withdrawn.is_some();
        let awaited = own
            .iter()
            .filter(|id| {
                !withdrawn && reaches(id) && !received.contains(&(row.id.clone(), id.to_string()))
            })
            .copied()
            .collect();
        let active = self.known.directory.active_bodies();
        let reached = active.filter(|(id, _)| reaches(id)).count();
        Ok(NoticeRow {
            id: parsed("notice id", &row.id, row.id.parse().ok())?,
            number: row.number,
            title: both(row.title_zh, row.title_en),
            effective_from: Instant(row.effective_from),
            acknowledge_by: Instant(row.acknowledge_by),
            issued_at: Instant(row.issued_at),
            receipts: small(row.receipts),
            addressees: small_count(reached),
            overdue: 0,
            awaited,
            withdrawn,
        })
    }

    /// A notice with everything that happened to it; None when there is none, or it is not the viewer's business.
    pub(crate) async fn notice_state(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let one: Option<Paper> = on_database!(&self.database, pool => sqlx::query_as(ONE)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some(paper) = one else {
            return Ok(None);
        };
        let wordings: Vec<Wording> = on_database!(&self.database, pool => sqlx::query_as(WORDINGS)
            .bind(self.own()).bind(id.to_string()).fetch_all(pool).await?);
        let corrections = wordings.windows(2).map(|both| both[1].corrects(&both[0]));
        let withdrawn = match (paper.withdrawn, paper.withdrawn_by, paper.withdrawn_at) {
            (Some(reason), Some(by), Some(at)) => Some((reason, read_done(&by, at)?)),
            _ => None,
        };
        let mut notice = Notice {
            content: Some(read_content(&paper.content)?),
            issued: Some(read_done(&paper.issued_by, paper.issued_at)?),
            corrections: corrections.collect::<Result<_, _>>()?,
            withdrawn,
            ..Notice::default()
        };
        let said_since = wordings.last().map_or("", |last| last.version.as_str());
        let rows: Vec<(String, String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(RECEIPTS)
            .bind(self.own()).bind(id.to_string()).fetch_all(pool).await?);
        for (body, version, actor, at) in rows {
            let (body, done) = (read_body(&body)?, read_done(&actor, at)?);
            if version.as_str() > said_since {
                notice.up_to_date.insert(body);
            }
            if version > paper.receipts_since {
                notice.receipts.insert(body, done);
            } else {
                notice.earlier.entry(body).or_default().push(done);
            }
        }
        let rows: Vec<(String, String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(PASSINGS)
            .bind(self.own()).bind(id.to_string()).fetch_all(pool).await?);
        for (body, from, actor, at) in rows {
            let passed = Passed {
                from: read_body(&from)?,
                done: read_done(&actor, at)?,
            };
            let to = notice.passed_on.entry(read_body(&body)?).or_default();
            to.push(passed);
        }
        let rows: Vec<(String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(REMINDERS)
            .bind(self.own()).bind(id.to_string()).fetch_all(pool).await?);
        for (body, actor, at) in rows {
            let done = read_done(&actor, at)?;
            let reminded = notice.reminders.entry(read_body(&body)?).or_default();
            reminded.push(done);
        }
        let passed_to = notice.passed_on.keys().copied().collect();
        let seen = notice
            .content
            .as_ref()
            .is_some_and(|content| self.sees_notice(content, &passed_to));
        Ok(seen.then_some(notice))
    }

    /// How many bodies a rule covers now.
    pub fn addressee_count(&self, rule: &AddresseeRule) -> AddresseeCount {
        let mut by_kind: BTreeMap<BodyKind, u32> = BTreeMap::new();
        for (_, body) in rule.covered(&self.known.directory) {
            *by_kind.entry(body.kind).or_default() += 1;
        }
        AddresseeCount {
            all: by_kind.values().sum(),
            by_kind: by_kind.into_iter().collect(),
        }
    }

    pub async fn notice(&self, id: NoticeId) -> Result<Option<NoticeView>, StoreError> {
        let stream = Stream {
            kind: StreamKind::Notice,
            id: id.0,
        };
        let version = self.version_of(stream).await?;
        let Some(notice) = self.notice_state(id).await? else {
            return Ok(None);
        };
        let (Some(content), Some(issued)) = (notice.content.clone(), notice.issued) else {
            return Ok(None);
        };
        let directory = &self.known.directory;
        let reached = small_count(self.reached(&notice).count());
        let receipts = small_count(notice.receipts.len());
        let own = self.own_bodies();
        let stands = notice.withdrawn.is_none();
        let has = |body: &BodyId| notice.reaches(*body, directory);
        let awaited = own
            .iter()
            .filter(|body| stands && has(body) && !notice.receipts.contains_key(body))
            .map(|body| AwaitedReceipt {
                body: self.named_body(*body),
                reminders: small_count(notice.reminders.get(body).map_or(0, Vec::len)),
                earlier: last_earlier(&notice, *body),
            })
            .collect();
        let offers = own
            .iter()
            .filter(|body| stands && has(body))
            .filter_map(|from| self.passing_offer(&notice, *from))
            .collect();
        let registered_at = self.registered_at().await?;
        let registered = |id: &BodyId| registered_at.get(id).copied().unwrap_or_default();
        let by = |id: &BodyId| acknowledge_by(&content, issued.at, registered(id));
        let given = own
            .iter()
            .filter_map(|body| {
                let done = notice.receipts.get(body)?;
                Some(GivenReceipt {
                    body: self.named_body(*body),
                    at: done.at,
                    late: notice.is_late(*done, registered(body)),
                    outdated: !notice.up_to_date.contains(body),
                })
            })
            .collect();
        let overdue = self
            .reached(&notice)
            .filter(|(id, _)| stands && !notice.receipts.contains_key(id) && by(id) < self.now);
        let overdue = small_count(overdue.count());
        let corrections = notice.corrections.iter().map(|one| CorrectionView {
            before: one.before.clone(),
            reason: one.reason.clone(),
            again: one.again,
            by: self.named_person(one.done.by),
            at: one.done.at,
        });
        Ok(Some(NoticeView {
            id,
            version,
            corrections: corrections.collect(),
            withdrawn: self.withdrawal(notice.withdrawn.as_ref()),
            up_to_date: small_count(notice.up_to_date.len()),
            may_change: stands && self.may(Act::IssueNotices, &Place::Jurisdiction),
            named: content
                .bodies
                .iter()
                .map(|body| self.linked_body(*body))
                .collect(),
            issued_at: issued.at,
            issued_by: Some(self.named_person(issued.by)),
            receipts,
            addressees: reached,
            overdue,
            awaited,
            given,
            offers,
            levels: self.levels_resting_on(id, (&content.number, &content.title, !stands)),
            chain: self.chain(&notice),
            content,
        }))
    }

    /// Whom a department has yet to give a notice to; None for institutions and for departments that answer for nobody.
    fn passing_offer(&self, notice: &Notice, from: BodyId) -> Option<PassingOffer> {
        let directory = &self.known.directory;
        if directory.body(from)?.kind.is_institution() {
            return None;
        }
        let had_it = |body: &BodyId| {
            let passed = notice.passed_on.get(body);
            passed.is_some_and(|passed| passed.iter().any(|passed| passed.from == from))
        };
        let rule = notice.content.as_ref()?.rule();
        let (addressed, others): (Vec<_>, Vec<_>) = directory
            .active_bodies()
            .filter(|(id, _)| is_below(directory, *id, from) && !had_it(id))
            .partition(|(id, body)| rule.covers(*id, body));
        let named = |bodies: Vec<(BodyId, &Particulars)>| -> Vec<_> {
            bodies
                .into_iter()
                .map(|(id, _)| self.named_body(id))
                .collect()
        };
        (!addressed.is_empty() || !others.is_empty()).then(|| PassingOffer {
            from: self.named_body(from),
            addressed: named(addressed),
            others: named(others),
        })
    }

    /// The acts by which it was passed on, in their order. Whoever sees a part of the city sees the steps that reached that part.
    fn chain(&self, notice: &Notice) -> Vec<ChainStep> {
        let mut steps: BTreeMap<(Instant, BodyId, PersonId), (u32, u32, bool)> = BTreeMap::new();
        for (body, passed) in &notice.passed_on {
            for passed in passed {
                let key = (passed.done.at, passed.from, passed.done.by);
                let (to, acknowledged, seen) = steps.entry(key).or_default();
                *to += 1;
                *acknowledged += u32::from(notice.receipts.contains_key(body));
                *seen |= self.may(Act::See, &Place::Body(*body));
            }
        }
        steps
            .into_iter()
            .filter(|(_, (_, _, seen))| *seen)
            .map(|((at, from, by), (to, acknowledged, _))| ChainStep {
                from: self.linked_body(from),
                by: self.named_person(by),
                at,
                to,
                acknowledged,
            })
            .collect()
    }

    /// How many of the bodies that a notice reaches, and the viewer may see, have acknowledged it.
    pub async fn receipts(&self, id: NoticeId) -> Result<Option<ReceiptsView>, StoreError> {
        let Some(notice) = self.notice_state(id).await? else {
            return Ok(None);
        };
        let Some(content) = &notice.content else {
            return Ok(None);
        };
        let rows = self.receipt_rows(id, &notice).await?;
        let count = |counts: &dyn Fn(&ReceiptRow) -> bool| {
            small_count(rows.iter().filter(|row| counts(row)).count())
        };
        Ok(Some(ReceiptsView {
            number: content.number.clone(),
            title: content.title.clone(),
            acknowledge_by: content.acknowledge_by,
            reached: small_count(rows.len()),
            received: count(&|row| ReceiptState::Received.holds_of(row)),
            late: count(&|row| ReceiptState::Late.holds_of(row)),
            overdue: count(&|row| ReceiptState::Overdue.holds_of(row)),
            earlier: count(&|row| ReceiptState::Earlier.holds_of(row)),
            withdrawn: notice.withdrawn.is_some(),
        }))
    }

    /// The bodies that one notice reaches and the viewer may see, those that are late first; without a notice there are none.
    pub async fn list_receipts(&self, wanted: Wanted<'_>) -> Result<Page<ReceiptRow>, StoreError> {
        let asked = wanted.asked;
        let mut rows = Vec::new();
        if let Ok(id) = asked.filter("notice").parse()
            && let Some(notice) = self.notice_state(id).await?
        {
            rows = self.receipt_rows(id, &notice).await?;
        }
        let state = ReceiptState::from_code(asked.filter("state")).unwrap_or_default();
        let (kind, district) = (asked.filter("kind"), asked.filter("district"));
        rows.retain(|row| {
            let lies = row.district.as_ref().map_or("", |code| code.0.as_str());
            state.holds_of(row)
                && (kind.is_empty() || row.kind.code() == kind)
                && (district.is_empty() || lies == district)
                && found_in([&row.body.name], &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    async fn receipt_rows(
        &self,
        id: NoticeId,
        notice: &Notice,
    ) -> Result<Vec<ReceiptRow>, StoreError> {
        let Some(content) = &notice.content else {
            return Ok(Vec::new());
        };
        let registered_at = self.registered_at().await?;
        let facts = Facts::default();
        let context = self.context(&facts);
        let issued_at = notice.issued.map_or(Instant::default(), |issued| issued.at);
        let stands = notice.withdrawn.is_none();
        let mut listed = Vec::new();
        for (body, particulars) in self.reached(notice) {
            if !self.may(Act::See, &Place::Body(body)) {
                continue;
            }
            let registered_at = registered_at.get(&body).copied().unwrap_or_default();
            let by = acknowledge_by(content, issued_at, registered_at);
            let receipt = notice.receipts.get(&body);
            let reminders = notice.reminders.get(&body);
            let passed = notice
                .passed_on
                .get(&body)
                .and_then(|passed| passed.first());
            let overdue = stands && receipt.is_none() && by < context.now;
            // What is still to come stands first, and what is late before that.
            let rank = match receipt {
                None if overdue => 0,
                None => 1,
                Some(_) => 2,
            };
            let row = ReceiptRow {
                notice: id,
                body: self.linked_body(body),
                kind: particulars.kind,
                district: particulars.district.clone(),
                passed: passed.map(|passed| PassedView {
                    from: self.named_body(passed.from),
                    by: self.named_person(passed.done.by),
                    at: passed.done.at,
                }),
                received: receipt.map(|receipt| ReceivedView {
                    by: self.named_person(receipt.by),
                    at: receipt.at,
                    late: notice.is_late(*receipt, registered_at),
                    outdated: !notice.up_to_date.contains(&body),
                }),
                earlier: last_earlier(notice, body),
                reminders: small_count(reminders.map_or(0, Vec::len)),
                reminded_at: reminders.and_then(|all| all.last()).map(|last| last.at),
                overdue,
                may_acknowledge: stands
                    && receipt.is_none()
                    && permit_receipt(&context, body).is_ok(),
                may_remind: stands
                    && receipt.is_none()
                    && permit_reminder(notice, body, &context).is_ok(),
            };
            listed.push((rank, row));
        }
        listed.sort_by(|(rank, row), (other_rank, other)| {
            let tag = Language::Chinese.tag();
            (rank, &row.district, row.body.name.get(tag), row.body.id).cmp(&(
                other_rank,
                &other.district,
                other.body.name.get(tag),
                other.body.id,
            ))
        });
        Ok(listed.into_iter().map(|(_, row)| row).collect())
    }

    /// How long a notice took to reach the bodies the viewer may see.
    pub async fn transmission(&self, id: NoticeId) -> Result<Option<TransmissionView>, StoreError> {
        let Some(notice) = self.notice_state(id).await? else {
            return Ok(None);
        };
        let (Some(content), Some(issued)) = (&notice.content, notice.issued) else {
            return Ok(None);
        };
        let directory = &self.known.directory;
        let stands = notice.withdrawn.is_none();
        let ways: Vec<Way> = self
            .reached(&notice)
            .filter(|(id, _)| stands && self.may(Act::See, &Place::Body(*id)))
            .map(|(body, _)| Way {
                body,
                passed_on_at: notice
                    .passed_on
                    .get(&body)
                    .and_then(|passed| passed.first())
                    .map(|passed| passed.done.at),
                // Of the first wording: what was corrected later had reached the body by then.
                acknowledged_at: notice.first_receipt(body).map(|receipt| receipt.at),
            })
            .collect();
        let district = |way: &Way| {
            directory
                .body(way.body)
                .and_then(|body| body.district.clone())
        };
        let kind = |way: &Way| {
            directory
                .body(way.body)
                .map_or(BodyKind::Department, |body| body.kind)
        };
        Ok(Some(TransmissionView {
            number: content.number.clone(),
            title: content.title.clone(),
            issued_at: issued.at,
            withdrawn: !stands,
            all: self.line(transmission::transmission(issued.at, &ways)),
            by_district: transmission::transmission_by(issued.at, &ways, district)
                .into_iter()
                .map(|(district, line)| (district, self.line(line)))
                .collect(),
            by_kind: transmission::transmission_by(issued.at, &ways, kind)
                .into_iter()
                .map(|(kind, line)| (kind, self.line(line)))
                .collect(),
        }))
    }

    fn line(&self, line: Transmission) -> TransmissionLine {
        let figures = |delays: Delays| DelayFigures {
            bodies: delays.bodies,
            median: delays.median,
            ninth_decile: delays.ninth_decile,
            slowest: delays
                .slowest
                .map(|(body, delay)| (self.linked_body(body), delay)),
        };
        TransmissionLine {
            reached: line.reached,
            whole: figures(line.whole),
            passing: figures(line.passing),
            receiving: figures(line.receiving),
        }
    }

    /// Notices some body of the viewer's own has yet to acknowledge, newest first.
    pub async fn notices_to_acknowledge(&self) -> Result<Vec<NoticeWaiting>, StoreError> {
        let own = self.own_bodies();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "{WAITING_FOR} and {} {REACHED}",
            self.database.is_one_of("b.id", "$2")
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
            let sql = format!(
                "{TO_PASS_ON} and {} {NOT_PASSED_ON}",
                self.database.is_one_of("b.id", "$2")
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

/// When a body last acknowledged what does not count any more.
fn last_earlier(notice: &Notice, body: BodyId) -> Option<Instant> {
    let earlier = notice.earlier.get(&body)?;
    earlier.last().map(|receipt| receipt.at)
}

pub(super) fn small_count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::read::list::whole;
    use crate::server::now;
    use app::list::Asked;
    use domain::id::ResponseLevelId;
    use domain::jurisdiction::DistrictCode;
    use domain::notice::{Correction, NoticeCommand};
    use domain::permission::{Grant, Role, Scope};
    use domain::person::{PersonCommand, Registration};
    use domain::response_level::{Area, LevelCommand, LevelOrder, LevelRefusal, ResponseLevel};
    use domain::{Command, Refusal};
    use form::Texts;
    use uuid::Uuid;

    use crate::ingest::IngestError;
    use crate::store::contract::fresh_postgres_url;

    fn content(number: &str, rule: AddresseeRule) -> NoticeContent {
        NoticeContent {
            number: number.to_owned(),
            title: Texts::both("通知", "Notice"),
            text: Texts::both("内容", "Text"),
            level: None,
            effective_from: now(),
            addressees: rule.kinds,
            districts: rule.districts,
            bodies: rule.bodies,
            attachments: Vec::new(),
            acknowledge_by: now().plus_hours(24),
        }
    }

    async fn issue(
        fixture: &Fixture,
        number: &str,
        rule: AddresseeRule,
    ) -> Result<NoticeId, IngestError> {
        let id = NoticeId(Uuid::now_v7());
        let command = NoticeCommand::Issue(content(number, rule));
        let organiser = fixture.person("organiser");
        let command = Command::Notice { id, command };
        fixture
            .server
            .ingest
            .command(organiser, &command, now())
            .await?;
        Ok(id)
    }

    /// Given notices of every kind of rule, then what waits for somebody is what the whole list says waits, whoever asks.
    async fn what_waits_is_what_the_list_says(fixture: &Fixture) {
        let kinds = vec![BodyKind::ElderCare];
        let districts = vec![DistrictCode("110106".into())];
        let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let everywhere = AddresseeRule {
            kinds: kinds.clone(),
            ..AddresseeRule::default()
        };
        let there = AddresseeRule {
            kinds,
            districts,
            bodies: Vec::new(),
        };
        let named = AddresseeRule {
            bodies: vec![home],
            ..AddresseeRule::default()
        };
        let mut issued = Vec::new();
        for (number, rule) in [
            ("示例〔2099〕1号", everywhere),
            ("示例〔2099〕2号", there),
            ("示例〔2099〕3号", named),
        ] {
            issued.push(issue(fixture, number, rule).await.unwrap());
        }
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let mut waited = 0;
        for name in [
            "welfare-home-1",
            "welfare-centre",
            "fengtai-officer",
            "child-welfare-officer",
            "committee",
            "organiser",
            "oversight",
            "inspector-01",
        ] {
            let reader = reader(name);
            let waiting = reader.notices_to_acknowledge().await.unwrap();
            let listed = reader.notices().await.unwrap();
            let listed = listed.into_iter().filter(|row| !row.awaited.is_empty());
            let waiting: Vec<_> = waiting
                .into_iter()
                .map(|one| (one.id, one.number))
                .collect();
            assert_eq!(
                waiting,
                listed.map(|row| (row.id, row.number)).collect::<Vec<_>>(),
                "{name}"
            );
            waited += waiting.len();
        }
        assert!(waited >= 3, "{waited}");
        // What is acknowledged waits no more.
        let officer = reader("welfare-home-1");
        let ids = async || -> Vec<NoticeId> {
            let waiting = officer.notices_to_acknowledge().await.unwrap();
            waiting.into_iter().map(|one| one.id).collect()
        };
        let before = ids().await;
        assert!(before.starts_with(&[issued[2], issued[0]]), "{before:?}");
        let acknowledge = Command::Notice {
            id: issued[2],
            command: NoticeCommand::Acknowledge { body: home },
        };
        fixture
            .server
            .ingest
            .command(fixture.person("welfare-home-1"), &acknowledge, now())
            .await
            .unwrap();
        assert_eq!(ids().await, before[1..]);
    }

    /// Given a notice whose time is long over, when a home is registered today, then the notice reaches it, it is asked for a receipt, and it
    /// is not late.
    #[tokio::test]
    async fn who_comes_after_a_notice_is_not_late_with_it() {
        let fixture = Fixture::new().await;
        let organiser = fixture.person("organiser");
        let reader = || fixture.server.reader(fixture.city.jurisdiction, organiser);
        let old = |rows: Vec<NoticeRow>| {
            let over = rows.into_iter().filter(|row| row.acknowledge_by < now());
            over.max_by_key(|row| row.addressees).unwrap()
        };
        let before = old(reader().notices().await.unwrap());
        let home = BodyId(Uuid::now_v7());
        let some_home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let particulars = Particulars {
            name: Texts::both("新办养老院", "A new home"),
            kind: BodyKind::ElderCare,
            ..reader().known.directory.body(some_home).unwrap().clone()
        };
        let register = Command::Body {
            id: home,
            command: domain::body::BodyCommand::Register(particulars),
        };
        let administrator = fixture.person("administrator");
        let ingest = &fixture.server.ingest;
        ingest
            .command(administrator, &register, now())
            .await
            .unwrap();
        let after = old(reader().notices().await.unwrap());
        assert_eq!(after.id, before.id);
        assert_eq!(after.addressees, before.addressees + 1);
        assert_eq!(after.overdue, before.overdue);
        let view = reader().notice(after.id).await.unwrap().unwrap();
        assert_eq!(view.overdue, after.overdue);
        let receipts = reader().receipts(after.id).await.unwrap().unwrap();
        assert_eq!(receipts.overdue, after.overdue);
        // Who speaks for it is told its own time.
        let officer = PersonId(Uuid::now_v7());
        let registration = Registration {
            name: Texts::both("某人", "Somebody"),
            unit: Some(some_home),
            sign_in_name: "two-homes".into(),
            grants: [some_home, home]
                .map(|body| Grant::new(Role::InstitutionOfficer, Scope::Body(body)))
                .to_vec(),
        };
        let register = Command::Person {
            id: officer,
            command: PersonCommand::Register(registration),
        };
        ingest
            .command(administrator, &register, now())
            .await
            .unwrap();
        let told = async || {
            let reader = fixture.server.reader(fixture.city.jurisdiction, officer);
            let waiting = reader.notices_to_acknowledge().await.unwrap();
            let one = waiting.into_iter().find(|one| one.id == after.id).unwrap();
            one.acknowledge_by
        };
        let waits = view.awaited.is_empty();
        assert!(waits, "the organiser speaks for neither");
        let acknowledge = Command::Notice {
            id: after.id,
            command: NoticeCommand::Acknowledge { body: some_home },
        };
        // The older home may have acknowledged it already.
        let _ = ingest.command(officer, &acknowledge, now()).await;
        assert!(told().await > now());
        let asked = Asked::of([
            ("notice", after.id.to_string()),
            ("state", ReceiptState::Awaited.code().to_owned()),
            ("search", "新办养老院".to_owned()),
        ]);
        let listed = reader().list_receipts(whole(&asked)).await.unwrap().rows;
        let [row] = listed.as_slice() else {
            panic!("{listed:?}");
        };
        assert!(row.body.id == home && !row.overdue);
    }

    /// Given twenty who issue a notice with the same number in the same instant, then one has it and the others are told.
    async fn a_number_is_given_once(fixture: &Fixture) {
        let rule = AddresseeRule {
            kinds: vec![BodyKind::ElderCare],
            ..AddresseeRule::default()
        };
        let all = (0..20).map(|place| {
            // Blanks tell no two numbers apart.
            let number = if place % 2 == 0 {
                "示例〔2098〕1号"
            } else {
                "示例 〔2098〕 1号"
            };
            issue(fixture, number, rule.clone())
        });
        let answers = futures::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for answer in answers {
            if let Err(error) = answer {
                let IngestError::Refused(Refusal::Notice(refusal)) = &error else {
                    panic!("{error:?}");
                };
                assert!(matches!(
                    refusal,
                    domain::notice::NoticeRefusal::NumberTaken(_)
                ));
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn on_sqlite() {
        let fixture = Fixture::new().await;
        what_waits_is_what_the_list_says(&fixture).await;
        a_number_is_given_once(&fixture).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn on_postgres() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_waits_is_what_the_list_says(&fixture).await;
        a_number_is_given_once(&fixture).await;
    }

    /// Given a notice to the centre and one of its homes, then that home is offered to it as an addressee and the others beside it; once
    /// the home has it from the centre, only the others are left.
    #[tokio::test]
    async fn whom_a_notice_is_not_addressed_to_is_offered_apart() {
        let fixture = Fixture::new().await;
        let centre_officer = fixture.person("welfare-centre");
        let centre = fixture.unit_of(centre_officer).unwrap();
        let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let rule = AddresseeRule {
            bodies: vec![centre, home],
            ..AddresseeRule::default()
        };
        let id = issue(&fixture, "示例〔2099〕4号", rule).await.unwrap();
        let offer = async || {
            let reader = fixture
                .server
                .reader(fixture.city.jurisdiction, centre_officer);
            let mut view = reader.notice(id).await.unwrap().unwrap();
            view.offers.remove(0)
        };
        let ids = |bodies: &[app::api::view::Named<BodyId>]| -> Vec<BodyId> {
            bodies.iter().map(|body| body.id).collect()
        };
        let before = offer().await;
        assert_eq!(
            (before.from.id, ids(&before.addressed)),
            (centre, vec![home])
        );
        let others = ids(&before.others);
        assert!(!others.is_empty() && !others.contains(&home));
        let command = NoticeCommand::PassOn {
            from: centre,
            to: vec![home],
        };
        let command = Command::Notice { id, command };
        let ingest = &fixture.server.ingest;
        ingest
            .command(centre_officer, &command, now())
            .await
            .unwrap();
        let after = offer().await;
        assert_eq!(
            (ids(&after.addressed), ids(&after.others)),
            (vec![], others)
        );
    }

    /// Given a notice that two bodies acknowledged, when it is corrected, then their receipts are of an earlier text and count on; when a
    /// correction asks for it, both are asked again and who had not read it is told first; when it is withdrawn, nothing is asked any more.
    async fn what_was_issued_by_mistake_is_put_right(fixture: &Fixture) {
        let [centre, home] =
            ["welfare-centre", "welfare-home-1"].map(|name| (name, fixture.person(name)));
        let [centre_body, home_body] = [centre.1, home.1].map(|one| fixture.unit_of(one).unwrap());
        let rule = AddresseeRule {
            bodies: vec![centre_body, home_body],
            ..AddresseeRule::default()
        };
        let id = issue(fixture, "示例〔2099〕6号", rule).await.unwrap();
        let reader = |name| {
            let person = fixture.person(name);
            fixture.server.reader(fixture.city.jurisdiction, person)
        };
        let ingest = &fixture.server.ingest;
        let does = async |name, command, seen| {
            let (person, command) = (fixture.person(name), Command::Notice { id, command });
            ingest.command_seen(person, &command, seen, now()).await
        };
        let acknowledge = |body| NoticeCommand::Acknowledge { body };
        let waits_for = async |name: &'static str| {
            let waiting = reader(name).notices_to_acknowledge().await.unwrap();
            waiting.iter().any(|one| one.id == id)
        };
        for (name, body) in [(centre.0, centre_body), (home.0, home_body)] {
            does(name, acknowledge(body), None).await.unwrap();
        }
        let said = content("", AddresseeRule::default());
        let correction = |text: &str, again| {
            NoticeCommand::Correct(Correction {
                title: said.title.clone(),
                text: Texts::both(text, text),
                attachments: Vec::new(),
                acknowledge_by: said.acknowledge_by,
                reason: "笔误".into(),
                again,
            })
        };
        does("organiser", correction("更正一", false), None)
            .await
            .unwrap();
        assert!(!waits_for(home.0).await);
        let view = reader("organiser").notice(id).await.unwrap().unwrap();
        assert_eq!((view.receipts, view.up_to_date, view.overdue), (2, 0, 0));
        assert!(view.may_change && view.content.text.get("en") == "更正一");
        assert_eq!(view.corrections[0].before.text.get("en"), "Text");
        assert_eq!(view.corrections[0].reason, "笔误");
        let own = reader(home.0).notice(id).await.unwrap().unwrap();
        assert!(own.given[0].outdated && !own.given[0].late && !own.may_change);
        let earlier = async || {
            let asked = Asked::of([
                ("notice", id.to_string()),
                ("state", ReceiptState::Earlier.code().to_owned()),
            ]);
            let listed = reader("organiser").list_receipts(whole(&asked)).await;
            let counted = reader("organiser").receipts(id).await.unwrap().unwrap();
            let listed = listed.unwrap().rows;
            assert_eq!(listed.len(), counted.earlier as usize);
            listed
                .iter()
                .map(|row| row.body.id)
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(earlier().await, BTreeSet::from([centre_body, home_body]));
        // Asked again, whoever read the text before is told of the correction and has acknowledged nothing.
        does("organiser", correction("更正二", true), None)
            .await
            .unwrap();
        assert!(waits_for(home.0).await && waits_for(centre.0).await);
        let asked = reader(home.0).notice(id).await.unwrap().unwrap();
        assert!(asked.given.is_empty() && asked.awaited[0].earlier.is_some());
        assert_eq!(earlier().await, BTreeSet::from([centre_body, home_body]));
        does("organiser", correction("更正三", false), None)
            .await
            .unwrap();
        let answer = does(home.0, acknowledge(home_body), Some(asked.version)).await;
        let Err(IngestError::Changed(since)) = answer else {
            panic!("{answer:?}")
        };
        let told = reader(home.0).told(since).await.unwrap();
        let kinds: Vec<&str> = told.iter().map(|one| one.authored.kind.as_str()).collect();
        assert_eq!(kinds, ["notice.corrected"]);
        let read = reader(home.0).notice(id).await.unwrap().unwrap();
        does(home.0, acknowledge(home_body), Some(read.version))
            .await
            .unwrap();
        let view = reader("organiser").notice(id).await.unwrap().unwrap();
        assert_eq!((view.receipts, view.up_to_date), (1, 1));
        assert_eq!(earlier().await, BTreeSet::from([centre_body]));
        let listed = reader("organiser").notices().await.unwrap();
        let row = listed.iter().find(|row| row.id == id).unwrap();
        assert_eq!((row.receipts, row.addressees), (1, 2));
        // How long it took to reach them is not begun anew.
        let took = reader("organiser").transmission(id).await.unwrap().unwrap();
        assert_eq!((took.all.reached, took.all.whole.bodies), (2, 2));
        // The record shows the home what was done with what it has.
        let stream = Stream {
            kind: StreamKind::Notice,
            id: id.0,
        };
        let record = reader(home.0).history_of(stream, 1).await.unwrap().unwrap();
        let kinds: Vec<&str> = record.rows.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "notice.issued",
                "notice.acknowledged",
                "notice.corrected",
                "notice.corrected",
                "notice.corrected",
                "notice.acknowledged"
            ]
        );
        let withdraw = || NoticeCommand::Withdraw {
            reason: "重复发文".into(),
        };
        does("organiser", withdraw(), None).await.unwrap();
        assert!(!waits_for(centre.0).await);
        for name in [centre.0, home.0, "organiser"] {
            let passes = reader(name).notices_to_pass_on().await.unwrap();
            assert!(passes.iter().all(|one| one.id != id), "{name}");
            let view = reader(name).notice(id).await.unwrap().unwrap();
            assert!(view.awaited.is_empty() && view.offers.is_empty() && !view.may_change);
            assert_eq!(view.withdrawn.unwrap().reason, "重复发文");
            let listed = reader(name).notices().await.unwrap();
            let row = listed.iter().find(|row| row.id == id).unwrap();
            assert!(row.withdrawn && row.awaited.is_empty() && row.overdue == 0);
        }
        let took = reader("organiser").transmission(id).await.unwrap().unwrap();
        assert_eq!((took.withdrawn, took.all.reached), (true, 0));
        let trace = reader("organiser").trace().await.unwrap().unwrap();
        let address = format!("/notices/{id}");
        let orphans = trace.orphans.iter().flat_map(|group| &group.shown);
        assert!(orphans.filter(|one| one.address == address).count() == 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_mistake_is_put_right_on_sqlite() {
        let fixture = Fixture::new().await;
        what_was_issued_by_mistake_is_put_right(&fixture).await;
        no_level_rests_on_a_withdrawn_notice(&fixture).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_mistake_is_put_right_on_postgres() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_was_issued_by_mistake_is_put_right(&fixture).await;
        no_level_rests_on_a_withdrawn_notice(&fixture).await;
    }

    /// Given a notice, when one withdraws it in the instant in which another sets a level by it, then one of them is told of the other.
    async fn no_level_rests_on_a_withdrawn_notice(fixture: &Fixture) {
        let ingest = &fixture.server.ingest;
        let [administrator, organiser] =
            ["administrator", "organiser"].map(|name| fixture.person(name));
        let minute = |hours| {
            let at = now().plus_hours(hours).millis();
            Instant(at - at % 60_000)
        };
        for round in 0..10 {
            let rule = AddresseeRule {
                kinds: vec![BodyKind::ElderCare],
                ..AddresseeRule::default()
            };
            let number = format!("示例〔2097〕{round}号");
            let id = issue(fixture, &number, rule).await.unwrap();
            let order = LevelOrder {
                level: ResponseLevel::Iii,
                area: Area::District(DistrictCode("110106".into())),
                kinds: vec![BodyKind::ElderCare],
                from: minute(1),
                until: None,
                notice: id,
                guides: Vec::new(),
            };
            let set = Command::ResponseLevel {
                id: ResponseLevelId(Uuid::now_v7()),
                command: LevelCommand::Set(order),
            };
            let withdraw = Command::Notice {
                id,
                command: NoticeCommand::Withdraw {
                    reason: "重复发文".into(),
                },
            };
            let (set, withdrawn) = tokio::join!(
                ingest.command(administrator, &set, now()),
                ingest.command(organiser, &withdraw, now()),
            );
            match (set, withdrawn) {
                (Ok(_), Err(IngestError::Refused(Refusal::Notice(refusal)))) => {
                    let stand = domain::notice::NoticeRefusal::LevelsStand { levels: 1 };
                    assert_eq!(refusal, stand);
                }
                (Err(IngestError::Refused(Refusal::ResponseLevel(refusal))), Ok(_)) => {
                    assert_eq!(refusal, LevelRefusal::NoticeWithdrawn);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Given a notice to the centre and one of its homes, then the centre has it to pass on from when it acknowledged it until the home
    /// has it from there, and nobody else has.
    async fn passing_on_is_owed_until_it_is_done(fixture: &Fixture) {
        let centre_officer = fixture.person("welfare-centre");
        let centre = fixture.unit_of(centre_officer).unwrap();
        let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let rule = AddresseeRule {
            bodies: vec![centre, home],
            ..AddresseeRule::default()
        };
        let id = issue(fixture, "示例〔2099〕5号", rule).await.unwrap();
        let owed = async |name: &str| {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let waiting = reader.notices_to_pass_on().await.unwrap();
            waiting.iter().any(|notice| notice.id == id)
        };
        let does = async |command| {
            let command = Command::Notice { id, command };
            let ingest = &fixture.server.ingest;
            ingest
                .command(centre_officer, &command, now())
                .await
                .unwrap();
        };
        assert!(!owed("welfare-centre").await, "it is to acknowledge first");
        does(NoticeCommand::Acknowledge { body: centre }).await;
        for (name, owes) in [
            ("welfare-centre", true),
            ("welfare-home-1", false),
            ("fengtai-officer", false),
            ("organiser", false),
        ] {
            assert_eq!(owed(name).await, owes, "{name}");
        }
        does(NoticeCommand::PassOn {
            from: centre,
            to: vec![home],
        })
        .await;
        assert!(!owed("welfare-centre").await);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn passing_on_is_owed_on_sqlite() {
        passing_on_is_owed_until_it_is_done(&Fixture::new().await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn passing_on_is_owed_on_postgres() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        passing_on_is_owed_until_it_is_done(&fixture).await;
    }
}
