//! Plans that wait for their reviewer, as the list of findings has them to be accepted several at once.

use app::api::view::FindingRow;
use domain::Facts;
use domain::finding::{About, Stage, Step};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};

use super::Reader;
use crate::store::StoreError;
use crate::world::fold;

impl Reader {
    /// Of each row whose plan the viewer may accept without reading it again: which plan that is. A plan beyond the deadline that was
    /// ordered is accepted knowingly, on the page of its finding.
    pub(super) async fn tell_plans(&self, rows: &mut [FindingRow]) -> Result<(), StoreError> {
        if !self.may(Act::OrderRectification, &Place::Anywhere) {
            return Ok(());
        }
        let submitted = rows.iter().filter(|row| row.stage == Stage::PlanSubmitted);
        let streams: Vec<String> = submitted
            .map(|row| {
                Stream {
                    kind: StreamKind::Finding,
                    id: row.id.0,
                }
                .to_string()
            })
            .collect();
        if streams.is_empty() {
            return Ok(());
        }
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        for row in rows {
            let finding = facts.finding(row.id);
            let refusal = self.step_refusal(Step::AcceptPlan, About::default(), row.id, &facts);
            let is_beyond = finding.limit < finding.promised && finding.limit.is_some();
            row.plan =
                (finding.plans > 0 && refusal.is_none() && !is_beyond).then_some(finding.plans);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
