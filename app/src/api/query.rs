//! The office's questions, one function each; all lists share one.

use domain::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, EventId, FindingId, InspectionId,
    MaterialId, NoticeId, PersonId, ResponseLevelId, RulePackId, TalkId,
};
use domain::instant::Day;
use domain::notice::AddresseeRule;
use domain::record::Stream;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde_json::Value;

use super::error::ApiError;
use super::view::{
    AddresseeCount, AssignmentView, BodyFilter, BodyRow, BodyRulesView, BodyView, CampaignRow,
    CampaignView, ChecklistRow, ChecklistView, DeviceRow, FindingView, GuideRow, GuideView,
    HeldRow, HistoryEntry, InboxView, InspectionView, LevelView, LinkChoices, MaterialView,
    NoticeView, Page, PersonRow, PersonView, ReceiptsView, RecordView, RequirementChoice,
    SelfInspectionView, SituationReportView, SituationView, TalkRow, TalkView, Today, TraceView,
    TransmissionView,
};
use crate::list::{Asked, Listed};

/// A page of the list of this name, its rows as JSON.
#[server(name = AskList, endpoint = "list", input = Json)]
pub async fn list_named(name: String, asked: Asked) -> Result<Page<Value>, ApiError> {
    super::office::office()?.list(&name, &asked).await
}

/// A page of a list.
pub async fn list<R: Listed>(asked: Asked) -> Result<Page<R>, ApiError> {
    let page = list_named(R::LIST.to_owned(), asked).await?;
    let rows = page.rows.into_iter().map(serde_json::from_value);
    Ok(Page {
        rows: rows
            .collect::<Result<_, _>>()
            .map_err(|error| ApiError::Unavailable {
                detail: error.to_string(),
            })?,
        total: page.total,
        page: page.page,
        page_size: page.page_size,
    })
}

/// What waits for the viewer.
#[server(name = AskToday, endpoint = "today", input = Json)]
pub async fn today() -> Result<Today, ApiError> {
    super::office::office()?.today().await
}

/// Bodies in scope, by name.
#[server(name = AskBodies, endpoint = "bodies", input = Json)]
pub async fn bodies(filter: BodyFilter) -> Result<Page<BodyRow>, ApiError> {
    super::office::office()?.bodies(filter).await
}

#[server(name = AskBody, endpoint = "body", input = Json)]
pub async fn body(id: BodyId) -> Result<BodyView, ApiError> {
    super::office::office()?.body(id).await
}

#[server(name = AskNotice, endpoint = "notice", input = Json)]
pub async fn notice(id: NoticeId) -> Result<NoticeView, ApiError> {
    super::office::office()?.notice(id).await
}

/// How many bodies a rule covers now.
#[server(name = AskAddressees, endpoint = "addressees", input = Json)]
pub async fn addressee_count(rule: AddresseeRule) -> Result<AddresseeCount, ApiError> {
    super::office::office()?.addressee_count(rule).await
}

/// How many of the bodies that a notice reaches have acknowledged it.
#[server(name = AskReceipts, endpoint = "receipts", input = Json)]
pub async fn receipts(id: NoticeId) -> Result<ReceiptsView, ApiError> {
    super::office::office()?.receipts(id).await
}

#[server(name = AskTransmission, endpoint = "transmission", input = Json)]
pub async fn transmission(id: NoticeId) -> Result<TransmissionView, ApiError> {
    super::office::office()?.transmission(id).await
}

#[server(name = AskChecklists, endpoint = "checklists", input = Json)]
pub async fn checklists() -> Result<Vec<ChecklistRow>, ApiError> {
    super::office::office()?.checklists().await
}

#[server(name = AskChecklist, endpoint = "checklist", input = Json)]
pub async fn checklist(id: ChecklistId, version: String) -> Result<ChecklistView, ApiError> {
    super::office::office()?.checklist(id, &version).await
}

/// All of them, newest first, to choose one.
#[server(name = AskCampaigns, endpoint = "campaigns", input = Json)]
pub async fn campaigns() -> Result<Vec<CampaignRow>, ApiError> {
    super::office::office()?.campaigns().await
}

#[server(name = AskCampaign, endpoint = "campaign", input = Json)]
pub async fn campaign(id: CampaignId) -> Result<CampaignView, ApiError> {
    super::office::office()?.campaign(id).await
}

/// A call to self-inspection with the viewer's bodies that it calls; nothing to others.
#[server(name = AskSelfInspection, endpoint = "self-inspection", input = Json)]
pub async fn self_inspection(campaign: CampaignId) -> Result<SelfInspectionView, ApiError> {
    super::office::office()?.self_inspection(campaign).await
}

#[server(name = AskAssignment, endpoint = "assignment", input = Json)]
pub async fn assignment(id: AssignmentId) -> Result<AssignmentView, ApiError> {
    super::office::office()?.assignment(id).await
}

#[server(name = AskInspection, endpoint = "inspection", input = Json)]
pub async fn inspection(id: InspectionId) -> Result<InspectionView, ApiError> {
    super::office::office()?.inspection(id).await
}

#[server(name = AskFinding, endpoint = "finding", input = Json)]
pub async fn finding(id: FindingId) -> Result<FindingView, ApiError> {
    super::office::office()?.finding(id).await
}

/// The number that is proposed for the viewer's next rectification notice; empty of whoever may issue none, and of no unit.
#[server(name = AskRectificationNumber, endpoint = "rectification-number", input = Json)]
pub async fn rectification_number() -> Result<String, ApiError> {
    super::office::office()?.rectification_number().await
}

/// People by name; all when nothing is searched for.
#[server(name = AskPeople, endpoint = "people", input = Json)]
pub async fn people(search: String) -> Result<Vec<PersonRow>, ApiError> {
    super::office::office()?.people(&search).await
}

#[server(name = AskHeld, endpoint = "held", input = Json)]
pub async fn held(id: EventId) -> Result<HeldRow, ApiError> {
    super::office::office()?.held(id).await
}

#[server(name = AskDevice, endpoint = "device", input = Json)]
pub async fn device(id: DeviceId) -> Result<DeviceRow, ApiError> {
    super::office::office()?.device(id).await
}

#[server(name = AskRecord, endpoint = "record", input = Json)]
pub async fn record() -> Result<RecordView, ApiError> {
    super::office::office()?.record().await
}

/// Talks in scope, newest first.
#[server(name = AskTalks, endpoint = "talks", input = Json)]
pub async fn talks() -> Result<Vec<TalkRow>, ApiError> {
    super::office::office()?.talks().await
}

#[server(name = AskTalk, endpoint = "talk", input = Json)]
pub async fn talk(id: TalkId) -> Result<TalkView, ApiError> {
    super::office::office()?.talk(id).await
}

/// The requirements that the viewer may link something to, of the latest talk first.
#[server(name = AskRequirementChoices, endpoint = "requirement-choices", input = Json)]
pub async fn requirement_choices() -> Result<Vec<RequirementChoice>, ApiError> {
    super::office::office()?.requirement_choices().await
}

/// What a requirement can be linked to.
#[server(name = AskLinkChoices, endpoint = "link-choices", input = Json)]
pub async fn link_choices() -> Result<LinkChoices, ApiError> {
    super::office::office()?.link_choices().await
}

#[server(name = AskMaterial, endpoint = "material", input = Json)]
pub async fn material(id: MaterialId) -> Result<MaterialView, ApiError> {
    super::office::office()?.material(id).await
}

#[server(name = AskTrace, endpoint = "trace", input = Json)]
pub async fn trace() -> Result<TraceView, ApiError> {
    super::office::office()?.trace().await
}

/// What the institutions in scope reported of a day; of the last that has reports when none is named.
#[server(name = AskSituation, endpoint = "situation", input = Json)]
pub async fn situation(day: Option<Day>) -> Result<SituationView, ApiError> {
    super::office::office()?.situation(day).await
}

#[server(name = AskSituationReport, endpoint = "situation-report", input = Json)]
pub async fn situation_report(body: BodyId, day: Day) -> Result<SituationReportView, ApiError> {
    super::office::office()?.situation_report(body, day).await
}

/// A page of what the viewer is told of, latest first.
#[server(name = AskInbox, endpoint = "inbox", input = Json)]
pub async fn inbox(asked: Asked) -> Result<InboxView, ApiError> {
    super::office::office()?.inbox(&asked).await
}

/// How much of it is unread.
#[server(name = AskUnread, endpoint = "unread", input = Json)]
pub async fn unread() -> Result<u32, ApiError> {
    super::office::office()?.unread().await
}

/// How much of what waits for the viewer is late.
#[server(name = AskLate, endpoint = "late", input = Json)]
pub async fn late() -> Result<u64, ApiError> {
    super::office::office()?.late().await
}

/// Who did what and when to the thing of a stream that has a page of its own. Oldest first; the pages are counted from the latest
/// events back, from 1.
#[server(name = AskHistory, endpoint = "history", input = Json)]
pub async fn history(stream: Stream, page: u32) -> Result<Page<HistoryEntry>, ApiError> {
    super::office::office()?.history(stream, page).await
}

#[server(name = AskLevel, endpoint = "level", input = Json)]
pub async fn level(id: ResponseLevelId) -> Result<LevelView, ApiError> {
    super::office::office()?.level(id).await
}

/// Guides by name.
#[server(name = AskGuides, endpoint = "guides", input = Json)]
pub async fn guides() -> Result<Vec<GuideRow>, ApiError> {
    super::office::office()?.guides().await
}

#[server(name = AskGuide, endpoint = "guide", input = Json)]
pub async fn guide(id: RulePackId) -> Result<GuideView, ApiError> {
    super::office::office()?.guide(id).await
}

/// What applies to a body at a moment, and why: now, or at a time on the jurisdiction's clock written `2022-03-13T08:00`.
#[server(name = AskBodyRules, endpoint = "body-rules", input = Json)]
pub async fn body_rules(id: BodyId, at: Option<String>) -> Result<BodyRulesView, ApiError> {
    super::office::office()?.body_rules(id, at.as_deref()).await
}

#[server(name = AskPerson, endpoint = "person", input = Json)]
pub async fn person(id: PersonId) -> Result<PersonView, ApiError> {
    super::office::office()?.person(id).await
}
