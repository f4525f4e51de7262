//! The bodies that a notice reaches: which of them acknowledged it and when, and how long it took to reach them.

use std::collections::BTreeMap;

use app::api::view::{
    DelayFigures, Page, PassedView, ReceiptRow, ReceiptState, ReceiptsView, ReceivedView,
    TransmissionLine, TransmissionView,
};
use domain::body::BodyKind;
use domain::id::{BodyId, NoticeId};
use domain::instant::Instant;
use domain::notice::{Notice, acknowledge_by, permit_receipt, permit_reminder};
use domain::permission::{Act, Place};
use domain::projection::transmission::{self, Delays, Transmission, Way};
use domain::{Facts, Language};

use super::{Reached, last_earlier, small_count, stream};
use crate::read::Reader;
use crate::read::list::{Wanted, found_in};
use crate::store::StoreError;

impl Reader {
    /// How many of the bodies that a notice reaches, and the viewer may see, have acknowledged it.
    pub async fn receipts(&self, id: NoticeId) -> Result<Option<ReceiptsView>, StoreError> {
        let version = self.version_of(stream(id)).await?;
        let Some(notice) = self.notice_state(id).await? else {
            return Ok(None);
        };
        let Some(content) = &notice.content else {
            return Ok(None);
        };
        let rows = self.receipt_rows((id, version), &notice).await?;
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
        if let Ok(id) = asked.filter("notice").parse() {
            // First: it is never of more than the rows say.
            let version = self.version_of(stream(id)).await?;
            if let Some(notice) = self.notice_state(id).await? {
                rows = self.receipt_rows((id, version), &notice).await?;
            }
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
        (id, version): (NoticeId, u64),
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
        for Reached {
            id: body,
            kind,
            district,
        } in self.reached(notice)
        {
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
                version,
                body: self.linked_body(body),
                kind,
                district: district.cloned(),
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
        let stands = notice.withdrawn.is_none();
        let reached = self
            .reached(&notice)
            .filter(|one| stands && self.may(Act::See, &Place::Body(one.id)));
        let stood: BTreeMap<BodyId, Reached<'_>> = reached.map(|one| (one.id, one)).collect();
        let ways: Vec<Way> = stood
            .keys()
            .map(|body| Way {
                body: *body,
                passed_on_at: notice
                    .passed_on
                    .get(body)
                    .and_then(|passed| passed.first())
                    .map(|passed| passed.done.at),
                // Of the first wording: what was corrected later had reached the body by then.
                acknowledged_at: notice.first_receipt(*body).map(|receipt| receipt.at),
            })
            .collect();
        let district = |way: &Way| stood.get(&way.body).and_then(|one| one.district.cloned());
        let kind = |way: &Way| {
            let one = stood.get(&way.body);
            one.map_or(BodyKind::Department, |one| one.kind)
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
}
