//! What may be done to several findings at once, as their list has it: notices to issue, plans to accept, letters to send.

use app::api::view::FindingRow;
use domain::Facts;
use domain::finding::{About, Stage, Step};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};

use super::Reader;
use crate::store::StoreError;
use crate::world::fold;

/// Acts of the list that ask for more than a plan's number.
const STEPS: [Step; 2] = [Step::Notify, Step::Escalate];

impl Reader {
    /// Of each row what the viewer may do to it now, as its own page would say it; and of a plan that the viewer may accept without
    /// reading it again which that is. A plan beyond the deadline that was ordered is accepted knowingly, on the page of its finding.
    pub(super) async fn tell_acts(&self, rows: &mut [FindingRow]) -> Result<(), StoreError> {
        let orders = self.may(Act::OrderRectification, &Place::Anywhere);
        let presses = self.may(Act::Escalate, &Place::Anywhere);
        let waits = |row: &&FindingRow| {
            let to_order = matches!(
                row.stage,
                Stage::Raised | Stage::PlanSubmitted | Stage::Reopened
            );
            (orders && to_order) || (presses && row.standing.is_late())
        };
        let stream = |row: &FindingRow| {
            Stream {
                kind: StreamKind::Finding,
                id: row.id.0,
            }
            .to_string()
        };
        let streams: Vec<String> = rows.iter().filter(waits).map(stream).collect();
        if streams.is_empty() {
            return Ok(());
        }
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        for row in rows {
            let may = |step| {
                let refusal = self.step_refusal(step, About::default(), row.id, &facts);
                refusal.is_none()
            };
            let finding = facts.finding(row.id);
            let is_beyond = finding.limit < finding.promised && finding.limit.is_some();
            row.plan =
                (finding.plans > 0 && may(Step::AcceptPlan) && !is_beyond).then_some(finding.plans);
            row.may = STEPS.into_iter().filter(|step| may(*step)).collect();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
