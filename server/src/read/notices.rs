//! Notices: the list with its receipts, one notice, the bodies it reaches, and how long it took to reach them.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{
    AddresseeCount, AwaitedReceipt, ChainStep, CorrectionView, GivenReceipt, NoticeRow, NoticeView,
    Page, PassingOffer,
};
use domain::body::{BodyKind, Particulars};
use domain::id::{BodyId, NoticeId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::notice::{
    AddresseeRule, Corrected, Done, Notice, NoticeContent, Passed, acknowledge_by, is_below,
    permit_receipt, speaks_for,
};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::{Context, Facts, Language};

use super::list::{Wanted, holds};
use super::{Reader, Visible, both, count, parsed, small};
use crate::on_database;
use crate::store::StoreError;

pub(super) mod reach;
mod receipts;
mod waiting;

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
    withdrawn: Option<String>,
    version: i64,
}

/// A body that a notice reaches, or that acknowledged it.
struct Reached<'a> {
    id: BodyId,
    kind: BodyKind,
    district: Option<&'a DistrictCode>,
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

/// Newest first.
const NOTICES: &str = "select n.id, n.number, n.title_zh, n.title_en, n.effective_from, n.acknowledge_by, n.issued_at, n.content, n.withdrawn, \
     (select coalesce(max(e.version), 0) from event e where e.jurisdiction = n.jurisdiction and e.stream = 'notice/' || n.id) as version \
     from notice n where n.jurisdiction = $1 order by n.issued_at desc, n.id desc";
/// How many receipts of each notice count, of the bodies of a condition.
const COUNTED: &str = "select r.notice, count(*) from notice_receipt r \
     join notice n on n.jurisdiction = r.jurisdiction and n.id = r.notice \
     where r.jurisdiction = $1 and r.version > n.receipts_since and ";

pub(super) const fn stream(id: NoticeId) -> Stream {
    Stream {
        kind: StreamKind::Notice,
        id: id.0,
    }
}

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

    /// Everything a notice reaches: addressed or passed on to; and whoever acknowledged it, as they stood then, whatever became of them.
    fn reached<'a>(&'a self, notice: &'a Notice) -> impl Iterator<Item = Reached<'a>> {
        let known = &self.known;
        let rule = notice.content.as_ref().map(NoticeContent::rule);
        known.directory.bodies().filter_map(move |(id, body)| {
            let now = Reached {
                id,
                kind: body.kind,
                district: body.district.as_ref(),
            };
            let Some(receipt) = notice.receipts.get(&id) else {
                let is_reached = known.directory.is_active(id)
                    && (notice.passed_on.contains_key(&id)
                        || rule.as_ref().is_some_and(|rule| rule.covers(id, body)));
                return is_reached.then_some(now);
            };
            let moment = Instant(receipt.at.millis() + 1);
            let then = known.roll.before(id, moment).map(|stood| Reached {
                id,
                kind: stood.kind,
                district: stood.district,
            });
            Some(then.unwrap_or(now))
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

    /// Newest first; counted are the bodies that the viewer may see, as on the page of a notice. How many receipts are overdue is not
    /// counted.
    pub(super) async fn seen_notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let none = BTreeSet::new();
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(NOTICES)
            .bind(self.own()).fetch_all(pool).await?);
        let seen: BTreeSet<BodyId> = self.seen_bodies().collect();
        let counted = self.receipts_counted(&seen).await?;
        let (own, passed_to) = (self.own_bodies(), self.passed_to().await?);
        let received = self.received_by(&own).await?;
        let changed = self.known.roll.changed().filter(|id| seen.contains(id));
        let changed = self.received_by(&changed.collect::<Vec<_>>()).await?;
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            let content = read_content(&row.content)?;
            let passed_to = passed_to.get(&row.id).unwrap_or(&none);
            if self.sees_notice(&content, passed_to) {
                let received = (own.as_slice(), &received);
                let receipts = counted.get(&row.id).copied().unwrap_or_default();
                let mut row =
                    self.notice_row(row, &content, passed_to, received, (&seen, &changed))?;
                row.receipts = receipts;
                shown.push(row);
            }
        }
        Ok(shown)
    }

    /// How many receipts of these bodies count, by notice.
    async fn receipts_counted(
        &self,
        seen: &BTreeSet<BodyId>,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let visible = if self.may(Act::See, &Place::Jurisdiction) {
            Visible::All
        } else {
            Visible::these(seen.iter().copied())
        };
        let of_those = visible.condition(&self.database, "r.body", "$2");
        let sql = format!("{COUNTED}{of_those} group by r.notice");
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?);
        let counted = rows
            .into_iter()
            .map(|(notice, bodies)| (notice, small(bodies)));
        Ok(counted.collect())
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
        (seen, changed): (&BTreeSet<BodyId>, &BTreeSet<(String, String)>),
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
        let directory = &self.known.directory;
        let active = directory.active_bodies();
        let reached = active.filter(|(id, _)| seen.contains(id) && reaches(id));
        let reached = reached.count();
        // Who acknowledged it was reached, whatever became of them.
        let first = (row.id.clone(), String::new());
        let of_it = changed
            .range(first..)
            .take_while(|(notice, _)| *notice == row.id);
        let mut reached_once = 0;
        for (_, body) in of_it {
            let body = read_body(body)?;
            reached_once += usize::from(!(directory.is_active(body) && reaches(&body)));
        }
        Ok(NoticeRow {
            level: content.level,
            id: parsed("notice id", &row.id, row.id.parse().ok())?,
            number: row.number,
            title: both(row.title_zh, row.title_en),
            effective_from: Instant(row.effective_from),
            acknowledge_by: Instant(row.acknowledge_by),
            issued_at: Instant(row.issued_at),
            receipts: 0,
            addressees: small_count(reached + reached_once),
            overdue: 0,
            awaited,
            withdrawn,
            version: count(row.version),
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
        let version = self.version_of(stream(id)).await?;
        let Some(notice) = self.notice_state(id).await? else {
            return Ok(None);
        };
        let (Some(content), Some(issued)) = (notice.content.clone(), notice.issued) else {
            return Ok(None);
        };
        let directory = &self.known.directory;
        let seen: BTreeSet<BodyId> = self.seen_bodies().collect();
        let reached = self.reached(&notice).filter(|one| seen.contains(&one.id));
        let reached = small_count(reached.count());
        let of_those_seen = |bodies: &mut dyn Iterator<Item = &BodyId>| {
            small_count(bodies.filter(|body| seen.contains(body)).count())
        };
        let receipts = of_those_seen(&mut notice.receipts.keys());
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
        let overdue = self.reached(&notice).filter(|one| {
            let lacks = stands && !notice.receipts.contains_key(&one.id);
            lacks && seen.contains(&one.id) && by(&one.id) < self.now
        });
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
            up_to_date: of_those_seen(&mut notice.up_to_date.iter()),
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
            chain: self.chain(&notice, &seen),
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

    /// The acts by which it was passed on, in their order. Whoever sees a part of the city sees the steps that reached that part, and of
    /// each how much of it.
    fn chain(&self, notice: &Notice, seen: &BTreeSet<BodyId>) -> Vec<ChainStep> {
        let mut steps: BTreeMap<(Instant, BodyId, PersonId), (u32, u32)> = BTreeMap::new();
        let passed_on = notice.passed_on.iter();
        for (body, passed) in passed_on.filter(|(body, _)| seen.contains(body)) {
            for passed in passed {
                let key = (passed.done.at, passed.from, passed.done.by);
                let (to, acknowledged) = steps.entry(key).or_default();
                *to += 1;
                *acknowledged += u32::from(notice.receipts.contains_key(body));
            }
        }
        steps
            .into_iter()
            .map(|((at, from, by), (to, acknowledged))| ChainStep {
                from: self.linked_body(from),
                by: self.named_person(by),
                at,
                to,
                acknowledged,
            })
            .collect()
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
mod tests;
