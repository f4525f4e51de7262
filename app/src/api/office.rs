//! The office as the server implements it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::assignment::ReleaseRule;
use domain::body::BodyKind;
use domain::draw::plan::DrawPlan;
use domain::id::{
    ArrangementId, AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, DrawId, EventId,
    FindingId, InspectionId, LookBackId, MaterialId, NoticeId, PersonId, ResponseLevelId,
    RulePackId, TalkId,
};
use domain::instant::Day;
use domain::jurisdiction::DistrictCode;
use domain::notice::AddresseeRule;
use domain::person::Registration;
use domain::record::{Hash, Stream};
use domain::{Command, Language};
use leptos::prelude::use_context;
use serde_json::Value;

use super::error::ApiError;
use super::setup::Founding;
use super::view::{
    AddresseeCount, ArrangementView, AssignmentView, BodyFilter, BodyRow, BodyRulesView, BodyView,
    CampaignRow, CampaignView, ChecklistRow, ChecklistView, ClearanceRow, DeviceRow, DrawRow,
    DrawSizes, DrawView, EntranceView, ExposureQuestion, ExposureView, FindingView, Frame,
    GuideRow, GuideView, HeldRow, HistoryEntry, InboxView, InspectionView, LevelView, LinkChoices,
    LookBackRow, MailPreference, MaterialView, NoticeView, Page, PairFilter, PairsView, PersonRow,
    PersonView, ReceiptsView, RecordView, RequirementChoice, SelfInspectionView,
    SituationReportView, SituationView, SupportTotals, TalkRow, TalkView, Today, TraceView,
    TransmissionView,
};
use crate::list::Asked;

/// One request's view of the office: who asks, and in which language, is known to the implementation.
#[async_trait]
pub trait Office: Send + Sync {
    fn language(&self) -> Language;
    /// What every page's frame shows; it waits for nothing, so that a page is drawn once.
    fn frame(&self) -> Frame;
    /// Sets the session cookie on the response.
    async fn sign_in(&self, name: &str, password: &str) -> Result<(), ApiError>;
    /// Gives whoever knows the old password a new one, ends their other sessions and signs them in.
    async fn change_password(&self, name: &str, old: &str, new: &str) -> Result<(), ApiError>;
    /// Gives somebody a password that they have to change before they can work with it, and ends their sessions.
    async fn set_initial_password(&self, id: PersonId, password: &str) -> Result<(), ApiError>;
    async fn sign_out(&self) -> Result<(), ApiError>;
    async fn sign_out_everywhere(&self) -> Result<(), ApiError>;
    async fn found(&self, founding: Founding) -> Result<(), ApiError>;
    async fn send(&self, command: Command) -> Result<(), ApiError>;
    async fn send_seen(&self, command: Command, version: u64) -> Result<(), ApiError>;
    /// One answer a row: None where all its commands were done, else why not.
    async fn send_each(
        &self,
        rows: Vec<Vec<Command>>,
        versions: Vec<Option<u64>>,
    ) -> Result<Vec<Option<String>>, ApiError>;
    /// Registers a person and gives them a password.
    async fn register_person(
        &self,
        id: PersonId,
        registration: Registration,
        password: &str,
    ) -> Result<(), ApiError>;

    /// A page of the list of this name, its rows as JSON.
    async fn list(&self, name: &str, asked: &Asked) -> Result<Page<Value>, ApiError>;
    async fn today(&self) -> Result<Today, ApiError>;
    async fn bodies(&self, filter: BodyFilter) -> Result<Page<BodyRow>, ApiError>;
    async fn body(&self, id: BodyId) -> Result<BodyView, ApiError>;
    async fn entrance(&self, id: BodyId) -> Result<EntranceView, ApiError>;
    async fn set_entrance_code(&self, id: BodyId, replaces: Option<Hash>) -> Result<(), ApiError>;
    async fn notice(&self, id: NoticeId) -> Result<NoticeView, ApiError>;
    /// How many bodies a rule covers now.
    async fn addressee_count(&self, rule: AddresseeRule) -> Result<AddresseeCount, ApiError>;
    async fn receipts(&self, id: NoticeId) -> Result<ReceiptsView, ApiError>;
    async fn transmission(&self, id: NoticeId) -> Result<TransmissionView, ApiError>;
    async fn checklists(&self) -> Result<Vec<ChecklistRow>, ApiError>;
    async fn checklist(&self, id: ChecklistId, version: &str) -> Result<ChecklistView, ApiError>;
    async fn campaigns(&self) -> Result<Vec<CampaignRow>, ApiError>;
    async fn campaign(&self, id: CampaignId) -> Result<CampaignView, ApiError>;
    async fn self_inspection(&self, campaign: CampaignId) -> Result<SelfInspectionView, ApiError>;
    async fn assignment(&self, id: AssignmentId) -> Result<AssignmentView, ApiError>;
    async fn inspection(&self, id: InspectionId) -> Result<InspectionView, ApiError>;
    async fn finding(&self, id: FindingId) -> Result<FindingView, ApiError>;
    async fn rectification_number(&self) -> Result<String, ApiError>;
    async fn people(&self, search: &str) -> Result<Vec<PersonRow>, ApiError>;
    async fn held(&self, id: EventId) -> Result<HeldRow, ApiError>;
    async fn device(&self, id: DeviceId) -> Result<DeviceRow, ApiError>;
    async fn history(&self, stream: Stream, page: u32) -> Result<Page<HistoryEntry>, ApiError>;
    async fn inbox(&self, asked: &Asked) -> Result<InboxView, ApiError>;
    async fn unread(&self) -> Result<u32, ApiError>;
    async fn late(&self) -> Result<u64, ApiError>;
    async fn mark(&self, notifications: Vec<String>, read: bool) -> Result<(), ApiError>;
    async fn mark_all(&self) -> Result<(), ApiError>;
    async fn set_mail(&self, preference: MailPreference) -> Result<(), ApiError>;
    async fn record(&self) -> Result<RecordView, ApiError>;
    async fn talks(&self) -> Result<Vec<TalkRow>, ApiError>;
    async fn talk(&self, id: TalkId) -> Result<TalkView, ApiError>;
    async fn requirement_choices(&self) -> Result<Vec<RequirementChoice>, ApiError>;
    async fn link_choices(&self) -> Result<LinkChoices, ApiError>;
    async fn material(&self, id: MaterialId) -> Result<MaterialView, ApiError>;
    async fn trace(&self) -> Result<TraceView, ApiError>;

    async fn draws(&self, page: u32) -> Result<Page<DrawRow>, ApiError>;
    async fn published_draw(&self, id: DrawId, roster_page: u32) -> Result<DrawView, ApiError>;
    async fn draw(&self, id: DrawId, roster_page: u32) -> Result<DrawView, ApiError>;
    async fn risk_weights(
        &self,
        kinds: &[BodyKind],
        districts: &[DistrictCode],
    ) -> Result<BTreeMap<BodyId, u32>, ApiError>;
    async fn draw_sizes(&self, plan: &DrawPlan) -> Result<Option<DrawSizes>, ApiError>;
    async fn assign_drawn(
        &self,
        id: DrawId,
        visit_on: Day,
        sealed: bool,
        release: ReleaseRule,
    ) -> Result<(), ApiError>;
    async fn disclose_draw(&self, id: DrawId) -> Result<(), ApiError>;

    async fn arrangement(&self, id: ArrangementId) -> Result<ArrangementView, ApiError>;
    async fn situation(&self, day: Option<Day>) -> Result<SituationView, ApiError>;
    async fn situation_report(
        &self,
        body: BodyId,
        day: Day,
    ) -> Result<SituationReportView, ApiError>;
    async fn support_totals(&self) -> Result<SupportTotals, ApiError>;
    async fn look_back(&self, id: LookBackId) -> Result<LookBackRow, ApiError>;
    /// Draws from the findings closed in a period in the viewer's scope.
    async fn draw_look_back(
        &self,
        id: LookBackId,
        seed: String,
        share: u8,
        period: (Day, Day),
    ) -> Result<(), ApiError>;
    async fn pairs(&self, filter: PairFilter) -> Result<PairsView, ApiError>;
    async fn clearances(&self) -> Result<Vec<ClearanceRow>, ApiError>;
    async fn clearance(&self, id: PersonId) -> Result<ClearanceRow, ApiError>;
    /// Whether the test was negative, how many doses there were, and the day of the last.
    async fn record_clearance(
        &self,
        person: PersonId,
        tested_at: &str,
        result: (bool, u8, Option<Day>),
    ) -> Result<(), ApiError>;
    async fn exposure(&self, question: ExposureQuestion) -> Result<ExposureView, ApiError>;

    async fn person(&self, id: PersonId) -> Result<PersonView, ApiError>;
    async fn level(&self, id: ResponseLevelId) -> Result<LevelView, ApiError>;
    async fn guides(&self) -> Result<Vec<GuideRow>, ApiError>;
    async fn guide(&self, id: RulePackId) -> Result<GuideView, ApiError>;
    /// `at` is a time on the jurisdiction's clock; now without one.
    async fn body_rules(&self, id: BodyId, at: Option<&str>) -> Result<BodyRulesView, ApiError>;
}

/// The office of the request at hand.
pub fn office() -> Result<Arc<dyn Office>, ApiError> {
    use_context::<Arc<dyn Office>>().ok_or_else(|| ApiError::Unavailable {
        detail: "no office in this context".into(),
    })
}
