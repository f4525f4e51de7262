//! The questions office pages ask, answered for one request.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::api::ApiError;
use app::api::office::Office;
use app::api::setup::Founding;
use app::api::view::{
    AddresseeCount, ArrangementView, AssignmentView, BodyFilter, BodyRow, BodyRulesView, BodyView,
    CampaignRow, CampaignView, ChecklistRow, ChecklistView, ClearanceRow, DeviceRow, DrawRow,
    DrawSizes, DrawView, EntranceView, ExposureQuestion, ExposureView, FindingView, Frame,
    GuideRow, GuideView, HeldRow, HistoryEntry, InboxView, InspectionView, LevelView, LinkChoices,
    LookBackRow, MailPreference, MaterialView, NoticeView, Page, PairFilter, PairsView, PersonRow,
    PersonView, ReceiptsView, RecordView, RequirementChoice, SelfInspectionView,
    SituationReportView, SituationView, SupportTotals, TalkRow, TalkView, Today, TraceView,
    TransmissionView,
};
use app::clock::instant_of;
use app::list::{Asked, BULK_LIMIT};
use async_trait::async_trait;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use domain::assignment::ReleaseRule;
use domain::body::{BodyCommand, BodyKind};
use domain::clearance::{ClearanceCommand, Cleared};
use domain::draw::plan::DrawPlan;
use domain::entrance::EntranceCode;
use domain::id::{
    ArrangementId, AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, DrawId, EventId,
    FindingId, InspectionId, JurisdictionId, LookBackId, MaterialId, NoticeId, PersonId,
    ResponseLevelId, RulePackId, TalkId,
};
use domain::instant::{Day, Instant};
use domain::jurisdiction::{DistrictCode, Founded, JurisdictionRefusal};
use domain::look_back::LookBackCommand;
use domain::notice::{AddresseeRule, NoticeCommand};
use domain::permission::{Act, Grant, Place, Role, Scope};
use domain::person::{PersonCommand, PersonRefusal, Registration, is_sign_in_name};
use domain::record::{Hash, Stream};
use domain::{Command, Language, Refusal, Text, say};
use leptos_axum::ResponseOptions;
use serde_json::Value;
use uuid::Uuid;

use crate::account::{self, Authenticated, ChosenBy};
use crate::ingest::{IngestError, each_seen};
use crate::read::list::{Rows, Wanted};
use crate::read::notification::own_stream;
use crate::read::{self, Reader};
use crate::server::{Server, Visit, now};
use crate::store::StoreError;
use crate::world::moment_at;
use crate::{entrance_code, mail, session};

/// More people than these are not named in a refusal.
const NAMED_AT_MOST: usize = 10;
/// Commands of one row of a list.
const ROW_LIMIT: usize = 200;

/// The office as one visitor sees it.
pub struct VisitedOffice {
    pub server: Arc<Server>,
    pub visit: Visit,
    /// Where cookies are set.
    pub response: ResponseOptions,
}

/// What a failure of ours looks like from outside; the log has the rest.
fn unavailable(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "a request failed");
    ApiError::Unavailable {
        detail: "internal".into(),
    }
}

impl VisitedOffice {
    fn refused(&self, refusal: impl Into<Refusal>) -> ApiError {
        let refusal = refusal.into();
        ApiError::Refused {
            field: refusal.field().map(str::to_owned),
            message: self.naming(&refusal),
            because_of: refusal.assignment(),
        }
    }

    /// What is refused, and because of whom.
    fn naming(&self, refusal: &Refusal) -> String {
        let language = self.visit.language;
        let text = refusal.text(language);
        let directory = Arc::clone(&self.server.ingest.world().known().directory);
        let people = refusal.people().iter();
        let named: Vec<&str> = people
            .filter_map(|person| directory.person(*person))
            .map(|known| known.registration.name.get(language.tag()))
            .collect();
        let listed = &named[..named.len().min(NAMED_AT_MOST)];
        let names = listed.join(Text::new("、", ", ").get(language));
        match (named.len(), named.len() - listed.len()) {
            (0, _) => text,
            (_, 0) => say!(
                language,
                "{text}（涉及：{names}）",
                "{text} (this is about {names})"
            ),
            (_, others) => say!(
                language,
                "{text}（涉及：{names}等，另有{others}人）",
                "{text} (this is about {names} and {others} more)"
            ),
        }
    }

    fn person(&self) -> Result<(JurisdictionId, PersonId), ApiError> {
        self.visit.person.ok_or(ApiError::SignedOut)
    }

    fn reader(&self) -> Result<Reader, ApiError> {
        let (jurisdiction, person) = self.person()?;
        Ok(self.server.reader(jurisdiction, person))
    }

    /// What needs no sign-in is asked by nobody in particular, whoever is here: all see the same.
    fn public_reader(&self) -> Result<Reader, ApiError> {
        let nobody = PersonId(Uuid::nil());
        let jurisdiction = self.server.ingest.world().known().jurisdiction;
        let jurisdiction = jurisdiction.ok_or(ApiError::NotFound)?;
        Ok(self.server.reader(jurisdiction, nobody))
    }

    fn found<T>(answer: Result<Option<T>, StoreError>) -> Result<T, ApiError> {
        answer
            .map_err(|error| unavailable(&error))?
            .ok_or(ApiError::NotFound)
    }

    fn set_cookie(&self, cookie: &str) {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.response.append_header(SET_COOKIE, value);
        }
    }

    async fn ingest_error(&self, error: IngestError) -> ApiError {
        match error {
            IngestError::Refused(refusal) => self.refused(refusal),
            IngestError::NotFounded => self.refused(JurisdictionRefusal::NotFounded),
            IngestError::Changed(since) => {
                let Ok(reader) = self.reader() else {
                    return ApiError::SignedOut;
                };
                // Sent again with this version it is done, also where some of what happened is nothing to tell.
                let version = since.last().map_or(0, |event| event.version);
                match reader.told(since).await {
                    Ok(since) => ApiError::Changed {
                        version,
                        since: reader.history(&since),
                    },
                    Err(error) => unavailable(&error),
                }
            }
            IngestError::Store(_) | IngestError::Contended | IngestError::Unstorable(_) => {
                unavailable(&error)
            }
        }
    }

    /// In the office photos go before the command that names them, so evidence that is not here does not exist.
    async fn check_photos_are_here(&self, command: &Command) -> Result<(), ApiError> {
        let named: Vec<String> = command.photos().map(|photo| photo.0.clone()).collect();
        let wanted = named.len();
        if self.server.photos.present(named).await.len() == wanted {
            return Ok(());
        }
        Err(ApiError::refused(say!(
            self.visit.language,
            "有照片尚未上传成功，请重新添加照片",
            "A photo has not arrived on the server; add it again"
        )))
    }

    /// So do files, which moreover must be what the command says they are.
    async fn check_files_are_here(&self, command: &Command) -> Result<(), ApiError> {
        for file in command.attachments() {
            let here = self.server.files.is_as_said(file).await;
            if !here.map_err(|error| unavailable(&error))? {
                let name = &file.name;
                return Err(ApiError::refused(say!(
                    self.visit.language,
                    "附件“{name}”尚未上传成功，请重新添加",
                    "The attachment “{name}” has not arrived on the server; add it again"
                )));
            }
        }
        Ok(())
    }

    /// Who has this name and this password, and may work here. Every wrong guess counts, wherever it is made.
    async fn authenticated(&self, name: &str, password: &str) -> Result<Authenticated, ApiError> {
        self.server
            .throttle
            .attempt(name, self.visit.address)
            .map_err(|seconds| ApiError::TooManyAttempts { seconds })?;
        let found = account::authenticate(&self.server.database, name, password, now())
            .await
            .map_err(|error| unavailable(&error))?;
        let known = self.server.ingest.world().known();
        let found = found
            .filter(|found| known.directory.active_person(found.person).is_some())
            .ok_or_else(|| ApiError::refused(sign_in_refusal(self.visit.language)))?;
        // The password was right, whatever else it lacks.
        self.server.throttle.was_right(name, self.visit.address);
        if found.chosen_by == ChosenBy::Another {
            self.check_initial(&found).await?;
        }
        Ok(found)
    }

    async fn check_initial(&self, found: &Authenticated) -> Result<(), ApiError> {
        let stream = vec![own_stream(found.person)];
        let history = self.server.ingest.log();
        let history = history.streams(found.jurisdiction, &stream).await;
        let history = history.map_err(|error| unavailable(&error))?;
        if account::initial_has_lapsed(found.chosen_at, found.at, &history) {
            return Err(ApiError::refused(say!(
                self.visit.language,
                "这个初始密码已失效，请管理员重新设置",
                "This first password has lapsed; ask an administrator to set a new one"
            )));
        }
        Ok(())
    }

    async fn start_session(
        &self,
        jurisdiction: JurisdictionId,
        person: PersonId,
        known_at: Instant,
    ) -> Result<(), ApiError> {
        let token = session::start(
            &self.server.database,
            jurisdiction,
            person,
            self.visit.token.as_ref(),
            known_at,
        )
        .await
        .map_err(|error| unavailable(&error))?;
        self.set_cookie(&token.cookie(self.server.settings.secure_cookies));
        Ok(())
    }

    /// Has a command decided and recorded; with the version of its stream that its author saw, if that is known.
    async fn send_as_seen(&self, command: Command, seen: Option<u64>) -> Result<(), ApiError> {
        let (_, person) = self.person()?;
        self.check_read(&command, seen)?;
        let ingest = &self.server.ingest;
        // Files are read whole: only for who may do it, and not more than it may have.
        if !command.attachments().is_empty()
            && let Err(error) = ingest.rehearse_seen(person, &command, seen, now()).await
        {
            return Err(self.ingest_error(error).await);
        }
        self.check_photos_are_here(&command).await?;
        self.check_files_are_here(&command).await?;
        if let Err(error) = ingest.command_seen(person, &command, seen, now()).await {
            return Err(self.ingest_error(error).await);
        }
        self.follow(&command).await
    }

    /// All of these, or none of them, with the version of the first one's stream that their author saw.
    async fn send_together(
        &self,
        commands: Vec<Command>,
        seen: Option<u64>,
    ) -> Result<(), ApiError> {
        let commands = match <[Command; 1]>::try_from(commands) {
            Ok([command]) => return self.send_as_seen(command, seen).await,
            Err(commands) => commands,
        };
        let (_, person) = self.person()?;
        if commands.len() > ROW_LIMIT {
            return Err(ApiError::refused(say!(
                self.visit.language,
                "一行最多{ROW_LIMIT}项操作",
                "At most {ROW_LIMIT} acts for one row"
            )));
        }
        let ingest = &self.server.ingest;
        // Files are read whole: only for who may do it.
        let refused = ingest.rehearse(person, &commands, now()).await;
        let refused = match refused {
            Ok(refused) => refused,
            Err(error) => return Err(self.ingest_error(error).await),
        };
        if let Some((_, refusal)) = refused.into_iter().next() {
            return Err(self.ingest_error(IngestError::Refused(refusal)).await);
        }
        for (command, seen) in each_seen(&commands, seen) {
            self.check_read(command, seen)?;
            self.check_photos_are_here(command).await?;
            self.check_files_are_here(command).await?;
        }
        let done = ingest.commands_seen(person, &commands, seen, now());
        if let Err(error) = done.await {
            return Err(self.ingest_error(error).await);
        }
        for command in &commands {
            self.follow(command).await?;
        }
        Ok(())
    }

    /// What others may change meanwhile is approved, signed, released, ended or written over as it was read.
    fn check_read(&self, command: &Command, seen: Option<u64>) -> Result<(), ApiError> {
        if seen.is_some() || !command.is_about_what_was_read() {
            return Ok(());
        }
        Err(ApiError::refused(say!(
            self.visit.language,
            "页面已更新，请刷新后再办理",
            "The page is out of date; reload it, then do it"
        )))
    }

    /// What follows a command that was done.
    async fn follow(&self, command: &Command) -> Result<(), ApiError> {
        self.count_as_read(command).await;
        self.end_sessions(command).await
    }

    /// Who acknowledged a notice for all of their own bodies has read what they were told of it. Should that fail, it stays unread.
    async fn count_as_read(&self, command: &Command) {
        if let Command::Notice {
            id,
            command: NoticeCommand::Acknowledge { body },
        } = command
            && let Ok(reader) = self.reader()
            && let Err(error) = reader.mark_acknowledged(*id, *body).await
        {
            tracing::warn!(%error, "a notice that was acknowledged stays unread in the inbox");
        }
    }

    /// Whoever was deactivated is signed in nowhere any more.
    async fn end_sessions(&self, command: &Command) -> Result<(), ApiError> {
        if let Command::Person {
            id,
            command: PersonCommand::Deactivate,
        } = command
        {
            let (jurisdiction, _) = self.person()?;
            session::end_all(&self.server.database, jurisdiction, *id)
                .await
                .map_err(|error| unavailable(&error))?;
        }
        Ok(())
    }

    /// A moment on the wall clock of the jurisdiction, as a control gives it.
    fn moment(&self, text: &str) -> Result<Instant, ApiError> {
        let known = self.server.ingest.world().known();
        moment_at(text, known.time_zone()).ok_or_else(|| {
            ApiError::refused(say!(
                self.visit.language,
                "时间应写作 2022-03-14T20:00 这样的形式",
                "Write the time like 2022-03-14T20:00"
            ))
        })
    }

    async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let language = self.visit.language;
        account::check_password(password)
            .map_err(|refusal| ApiError::refused(refusal.text(language)))?;
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || account::hash_password(&password))
            .await
            .map_err(|error| unavailable(&error))?
            .map_err(|error| unavailable(&error))
    }
}

/// The two ways sign-in is refused look the same: which names exist is nobody's business.
pub fn sign_in_refusal(language: Language) -> String {
    say!(
        language,
        "登录名或密码不正确",
        "The name or the password is wrong"
    )
}

#[async_trait]
impl Office for VisitedOffice {
    fn language(&self) -> Language {
        self.visit.language
    }

    fn frame(&self) -> Frame {
        let known = self.server.ingest.world().known();
        let jurisdiction = read::list::jurisdiction(&known);
        let viewer = self
            .visit
            .person
            .and_then(|(_, person)| read::list::viewer(&known, person));
        Frame {
            jurisdiction,
            viewer,
        }
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<(), ApiError> {
        let found = self.authenticated(name.trim(), password).await?;
        if found.chosen_by == ChosenBy::Another {
            return Err(ApiError::PasswordToChange);
        }
        self.start_session(found.jurisdiction, found.person, found.at)
            .await
    }

    async fn change_password(&self, name: &str, old: &str, new: &str) -> Result<(), ApiError> {
        let language = self.visit.language;
        let found = self.authenticated(name.trim(), old).await?;
        if old == new {
            return Err(ApiError::refused(say!(
                language,
                "新密码与原密码相同，请另设一个",
                "The new password is the old one; choose another"
            )));
        }
        let hash = self.hash(new).await?;
        let at = now();
        let changed = account::change_password(&self.server.database, &found, &hash, at).await;
        if !changed.map_err(|error| unavailable(&error))? {
            return Err(ApiError::refused(sign_in_refusal(language)));
        }
        self.start_session(found.jurisdiction, found.person, at)
            .await
    }

    async fn set_initial_password(&self, id: PersonId, password: &str) -> Result<(), ApiError> {
        let (jurisdiction, _) = self.person()?;
        let reader = self.reader()?;
        let view = Self::found(reader.person(id).await)?;
        let hash = self.hash(password).await?;
        // Recorded first: better a password that was not set after all than one that nobody knows was.
        let command = PersonCommand::SetInitialPassword;
        self.send(Command::Person { id, command }).await?;
        account::set_password_hash(
            &self.server.database,
            jurisdiction,
            id,
            &view.sign_in_name,
            &hash,
            ChosenBy::Another,
            now(),
        )
        .await
        .map_err(|error| unavailable(&error))?;
        Ok(())
    }

    async fn sign_out(&self) -> Result<(), ApiError> {
        if let Some(token) = &self.visit.token {
            session::end(&self.server.database, token)
                .await
                .map_err(|error| unavailable(&error))?;
        }
        self.set_cookie(&session::no_cookie());
        Ok(())
    }

    async fn sign_out_everywhere(&self) -> Result<(), ApiError> {
        let (jurisdiction, person) = self.person()?;
        session::end_all(&self.server.database, jurisdiction, person)
            .await
            .map_err(|error| unavailable(&error))?;
        self.set_cookie(&session::no_cookie());
        Ok(())
    }

    async fn found(&self, founding: Founding) -> Result<(), ApiError> {
        let language = self.visit.language;
        self.server
            .throttle
            .attempt("", self.visit.address)
            .map_err(|seconds| ApiError::TooManyAttempts { seconds })?;
        if self.server.ingest.world().known().jurisdiction.is_some() {
            return Err(self.refused(JurisdictionRefusal::AlreadyFounded));
        }
        if !self.server.setup.matches(&founding.code) {
            return Err(ApiError::refused(say!(
                language,
                "设置码不正确，请查看服务器启动时显示的设置码",
                "The set-up code is wrong; it was printed when the server started"
            )));
        }
        if jiff::tz::TimeZone::get(&founding.time_zone).is_err() {
            return Err(self.refused(JurisdictionRefusal::TimeZone));
        }
        if !is_sign_in_name(&founding.sign_in_name) {
            return Err(self.refused(PersonRefusal::SignInName));
        }
        if domain::Language::ALL.iter().all(|language| {
            founding
                .administrator_name
                .get(language.tag())
                .trim()
                .is_empty()
        }) {
            return Err(self.refused(PersonRefusal::Name(domain::wording::WordingRefusal::Empty)));
        }
        let hash = self.hash(&founding.password).await?;
        let (jurisdiction, person) = (JurisdictionId(Uuid::now_v7()), PersonId(Uuid::now_v7()));
        let registration = Registration {
            name: founding.administrator_name,
            unit: None,
            sign_in_name: founding.sign_in_name.clone(),
            grants: vec![
                Grant::new(Role::Administrator, Scope::Jurisdiction),
                Grant::new(Role::Organiser, Scope::Jurisdiction),
            ],
        };
        let founded = Founded {
            name: founding.name,
            time_zone: founding.time_zone,
            sample: false,
        };
        let founded = self
            .server
            .ingest
            .found(jurisdiction, founded, (person, registration), now())
            .await;
        if let Err(error) = founded {
            return Err(self.ingest_error(error).await);
        }
        account::set_password_hash(
            &self.server.database,
            jurisdiction,
            person,
            &founding.sign_in_name,
            &hash,
            ChosenBy::Themselves,
            now(),
        )
        .await
        .map_err(|error| unavailable(&error))?;
        self.server.setup.spend();
        self.start_session(jurisdiction, person, now()).await
    }

    async fn send(&self, command: Command) -> Result<(), ApiError> {
        self.send_as_seen(command, None).await
    }

    async fn send_seen(&self, command: Command, version: u64) -> Result<(), ApiError> {
        self.send_as_seen(command, Some(version)).await
    }

    async fn send_each(
        &self,
        rows: Vec<Vec<Command>>,
        versions: Vec<Option<u64>>,
    ) -> Result<Vec<Option<String>>, ApiError> {
        self.person()?;
        let language = self.visit.language;
        if rows.len() > BULK_LIMIT {
            return Err(ApiError::refused(say!(
                language,
                "一次最多处理{BULK_LIMIT}条",
                "At most {BULK_LIMIT} rows at once"
            )));
        }
        let mut answers = Vec::with_capacity(rows.len());
        let versions = versions.into_iter().chain(std::iter::repeat(None));
        for (commands, seen) in rows.into_iter().zip(versions) {
            let answer = self.send_together(commands, seen).await;
            answers.push(answer.err().map(|error| error.row_text(language)));
        }
        Ok(answers)
    }

    async fn register_person(
        &self,
        id: PersonId,
        registration: Registration,
        password: &str,
    ) -> Result<(), ApiError> {
        let (jurisdiction, person) = self.person()?;
        let hash = self.hash(password).await?;
        let name = registration.sign_in_name.clone();
        self.send(Command::Person {
            id,
            command: PersonCommand::Register(registration),
        })
        .await?;
        account::set_password_hash(
            &self.server.database,
            jurisdiction,
            id,
            &name,
            &hash,
            ChosenBy::Another,
            now(),
        )
        .await
        .map_err(|error| {
            unavailable(&format!(
                "{person} registered {id}, but the password is not set: {error}"
            ))
        })
    }

    async fn list(&self, name: &str, asked: &Asked) -> Result<Page<Value>, ApiError> {
        let wanted = Wanted {
            asked,
            language: self.visit.language,
            rows: Rows::Page,
        };
        Self::found(self.reader()?.list(name, wanted).await)
    }

    async fn today(&self) -> Result<Today, ApiError> {
        self.reader()?
            .today()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn bodies(&self, filter: BodyFilter) -> Result<Page<BodyRow>, ApiError> {
        self.reader()?
            .bodies(&filter)
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn body(&self, id: BodyId) -> Result<BodyView, ApiError> {
        Self::found(self.reader()?.body(id).await)
    }

    async fn entrance(&self, id: BodyId) -> Result<EntranceView, ApiError> {
        Self::found(self.reader()?.entrance(id).await)
    }

    async fn set_entrance_code(&self, id: BodyId, replaces: Option<Hash>) -> Result<(), ApiError> {
        let (jurisdiction, person) = self.person()?;
        let code = EntranceCode::of(rand::random());
        let digest = code.digest();
        let command = BodyCommand::SetEntranceCode { digest, replaces };
        let command = Command::Body { id, command };
        let rehearsed = self
            .server
            .ingest
            .rehearse_seen(person, &command, None, now());
        if let Err(error) = rehearsed.await {
            return Err(self.ingest_error(error).await);
        }
        // Kept first: a code that nothing names is nobody's, and one that is named and unknown could not be printed.
        entrance_code::keep(&self.server.database, (jurisdiction, id), &code)
            .await
            .map_err(|error| unavailable(&error))?;
        self.send(command).await
    }

    async fn notice(&self, id: NoticeId) -> Result<NoticeView, ApiError> {
        Self::found(self.reader()?.notice(id).await)
    }

    async fn addressee_count(&self, rule: AddresseeRule) -> Result<AddresseeCount, ApiError> {
        let reader = self.reader()?;
        if !reader.may(Act::IssueNotices, &Place::Anywhere) {
            return Err(ApiError::NotFound);
        }
        Ok(reader.addressee_count(&rule))
    }

    async fn receipts(&self, id: NoticeId) -> Result<ReceiptsView, ApiError> {
        Self::found(self.reader()?.receipts(id).await)
    }

    async fn transmission(&self, id: NoticeId) -> Result<TransmissionView, ApiError> {
        Self::found(self.reader()?.transmission(id).await)
    }

    async fn checklists(&self) -> Result<Vec<ChecklistRow>, ApiError> {
        self.reader()?
            .checklists()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn checklist(&self, id: ChecklistId, version: &str) -> Result<ChecklistView, ApiError> {
        Self::found(self.reader()?.checklist(id, version).await)
    }

    async fn campaigns(&self) -> Result<Vec<CampaignRow>, ApiError> {
        self.reader()?
            .campaigns()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn campaign(&self, id: CampaignId) -> Result<CampaignView, ApiError> {
        Self::found(self.reader()?.campaign(id).await)
    }

    async fn assignment(&self, id: AssignmentId) -> Result<AssignmentView, ApiError> {
        Self::found(self.reader()?.assignment(id).await)
    }

    async fn inspection(&self, id: InspectionId) -> Result<InspectionView, ApiError> {
        let reader = self.reader()?;
        let mut view = Self::found(reader.inspection(id).await)?;
        let target = view.row.target.id;
        view.regulator_file = reader
            .regulator_file(id, target, self.visit.language)
            .await
            .map_err(|error| unavailable(&error))?;
        view.photos_here = self.server.photos.present(view.photos_here).await;
        Ok(view)
    }

    async fn finding(&self, id: FindingId) -> Result<FindingView, ApiError> {
        let mut view = Self::found(self.reader()?.finding(id, self.visit.language).await)?;
        view.photos_here = self.server.photos.present(view.photos_here).await;
        Ok(view)
    }

    async fn rectification_number(&self) -> Result<String, ApiError> {
        let reader = self.reader()?;
        let number = reader.rectification_number(self.visit.language).await;
        number.map_err(|error| unavailable(&error))
    }

    async fn people(&self, search: &str) -> Result<Vec<PersonRow>, ApiError> {
        Ok(self.reader()?.people(search))
    }

    async fn held(&self, id: EventId) -> Result<HeldRow, ApiError> {
        Self::found(self.reader()?.held(id).await)
    }

    async fn device(&self, id: DeviceId) -> Result<DeviceRow, ApiError> {
        Self::found(self.reader()?.device(id).await)
    }

    async fn talks(&self) -> Result<Vec<TalkRow>, ApiError> {
        self.reader()?
            .talks()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn talk(&self, id: TalkId) -> Result<TalkView, ApiError> {
        Self::found(self.reader()?.talk(id).await)
    }

    async fn requirement_choices(&self) -> Result<Vec<RequirementChoice>, ApiError> {
        let choices = self.reader()?.requirement_choices().await;
        choices.map_err(|error| unavailable(&error))
    }

    async fn link_choices(&self) -> Result<LinkChoices, ApiError> {
        self.reader()?
            .link_choices()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn self_inspection(&self, campaign: CampaignId) -> Result<SelfInspectionView, ApiError> {
        Self::found(self.reader()?.self_inspection(campaign).await)
    }

    async fn material(&self, id: MaterialId) -> Result<MaterialView, ApiError> {
        Self::found(self.reader()?.material(id).await)
    }

    async fn trace(&self) -> Result<TraceView, ApiError> {
        Self::found(self.reader()?.trace().await)
    }

    async fn situation(&self, day: Option<Day>) -> Result<SituationView, ApiError> {
        self.reader()?
            .situation(day, now())
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn situation_report(
        &self,
        body: BodyId,
        day: Day,
    ) -> Result<SituationReportView, ApiError> {
        Self::found(self.reader()?.situation_report(body, day, now()).await)
    }

    async fn history(&self, stream: Stream, page: u32) -> Result<Page<HistoryEntry>, ApiError> {
        Self::found(self.reader()?.history_of(stream, page).await)
    }

    async fn inbox(&self, asked: &Asked) -> Result<InboxView, ApiError> {
        let (jurisdiction, person) = self.person()?;
        let inbox = self.reader()?.inbox(asked).await;
        let mut inbox = inbox.map_err(|error| unavailable(&error))?;
        if self.server.settings.smtp_url.is_some() {
            let preference = mail::preference_of(&self.server, jurisdiction, person).await;
            inbox.mail = Some(preference.map_err(|error| unavailable(&error))?);
        }
        Ok(inbox)
    }

    async fn set_mail(&self, preference: MailPreference) -> Result<(), ApiError> {
        let (jurisdiction, person) = self.person()?;
        let language = self.visit.language;
        let address = preference.address.trim();
        if address.is_empty() {
            return mail::forget(&self.server, jurisdiction, person)
                .await
                .map_err(|error| unavailable(&error));
        }
        let Some(address) = mail::checked_address(address) else {
            return Err(ApiError::refused(say!(
                language,
                "这不是可用的邮箱地址",
                "This is no e-mail address that can be used"
            )));
        };
        let preference = MailPreference {
            address,
            digest: preference.digest,
        };
        mail::set(
            &self.server,
            (jurisdiction, person),
            &preference,
            language,
            now(),
        )
        .await
        .map_err(|error| unavailable(&error))
    }

    async fn late(&self) -> Result<u64, ApiError> {
        let deadlines = self.reader()?.deadlines().await;
        let deadlines = deadlines.map_err(|error| unavailable(&error))?;
        Ok(deadlines.iter().map(|deadline| deadline.late).sum())
    }

    async fn unread(&self) -> Result<u32, ApiError> {
        self.reader()?
            .unread()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn mark(&self, notifications: Vec<String>, read: bool) -> Result<(), ApiError> {
        self.reader()?
            .mark(&notifications, read)
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn mark_all(&self) -> Result<(), ApiError> {
        self.reader()?
            .mark_all()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn record(&self) -> Result<RecordView, ApiError> {
        self.reader()?
            .record()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn draws(&self, page: u32) -> Result<Page<DrawRow>, ApiError> {
        self.public_reader()?
            .draws(page)
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn published_draw(&self, id: DrawId, roster_page: u32) -> Result<DrawView, ApiError> {
        Self::found(self.public_reader()?.draw(id, roster_page, now()).await)
    }

    async fn draw(&self, id: DrawId, roster_page: u32) -> Result<DrawView, ApiError> {
        Self::found(self.reader()?.draw(id, roster_page, now()).await)
    }

    async fn risk_weights(
        &self,
        kinds: &[BodyKind],
        districts: &[DistrictCode],
    ) -> Result<BTreeMap<BodyId, u32>, ApiError> {
        self.reader()?
            .risk_weights(kinds, districts)
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn draw_sizes(&self, plan: &DrawPlan) -> Result<Option<DrawSizes>, ApiError> {
        let sizes = self.reader()?.draw_sizes(plan).await;
        sizes.map_err(|error| unavailable(&error))
    }

    async fn person(&self, id: PersonId) -> Result<PersonView, ApiError> {
        Self::found(self.reader()?.person(id).await)
    }

    async fn assign_drawn(
        &self,
        id: DrawId,
        visit_on: Day,
        sealed: bool,
        release: ReleaseRule,
    ) -> Result<(), ApiError> {
        let (_, person) = self.person()?;
        let commands = self
            .reader()?
            .drawn_visits(id, visit_on, sealed, release)
            .await
            .map_err(|error| unavailable(&error))?
            .ok_or(ApiError::NotFound)?;
        match self.server.ingest.commands(person, &commands, now()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.ingest_error(error).await),
        }
    }

    async fn arrangement(&self, id: ArrangementId) -> Result<ArrangementView, ApiError> {
        Self::found(self.reader()?.arrangement(id).await)
    }

    async fn disclose_draw(&self, id: DrawId) -> Result<(), ApiError> {
        let command = self
            .reader()?
            .disclosure(id)
            .await
            .map_err(|error| unavailable(&error))?
            .ok_or(ApiError::NotFound)?;
        self.send(command).await
    }

    async fn support_totals(&self) -> Result<SupportTotals, ApiError> {
        self.reader()?
            .support_totals()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn look_back(&self, id: LookBackId) -> Result<LookBackRow, ApiError> {
        Self::found(self.reader()?.look_back(id).await)
    }

    async fn draw_look_back(
        &self,
        id: LookBackId,
        seed: String,
        share: u8,
        (from, to): (Day, Day),
    ) -> Result<(), ApiError> {
        let closed = self
            .reader()?
            .closed_in(from, to)
            .await
            .map_err(|error| unavailable(&error))?;
        let command = LookBackCommand::Draw {
            seed,
            share,
            closed,
        };
        self.send(Command::LookBack { id, command }).await
    }

    async fn pairs(&self, filter: PairFilter) -> Result<PairsView, ApiError> {
        self.reader()?
            .pairs(&filter)
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn clearances(&self) -> Result<Vec<ClearanceRow>, ApiError> {
        self.reader()?
            .clearances()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn clearance(&self, id: PersonId) -> Result<ClearanceRow, ApiError> {
        let answer = self.reader()?.clearances().await;
        let of = |row: &ClearanceRow| row.person.id == id;
        Self::found(answer.map(|rows| rows.into_iter().find(of)))
    }

    async fn record_clearance(
        &self,
        person: PersonId,
        tested_at: &str,
        (negative, doses, last_dose_on): (bool, u8, Option<Day>),
    ) -> Result<(), ApiError> {
        let cleared = Cleared {
            tested_at: self.moment(tested_at)?,
            negative,
            doses,
            last_dose_on,
        };
        let command = ClearanceCommand::Record(cleared);
        self.send(Command::Clearance {
            id: person,
            command,
        })
        .await
    }

    async fn exposure(&self, question: ExposureQuestion) -> Result<ExposureView, ApiError> {
        let reader = self.reader()?;
        if !reader.may_trace() {
            return Err(ApiError::NotFound);
        }
        let at = self.moment(&question.at)?;
        let Some((exposed, name)) = reader.exposed_named(&question.name) else {
            return Err(ApiError::refused(say!(
                self.visit.language,
                "没有这个名称的人员或机构，请输入全名",
                "No person or body has this name; enter the whole name"
            )));
        };
        let visits = reader
            .exposure(exposed, at)
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(ExposureView {
            name,
            at,
            visits: u32::try_from(visits.len()).unwrap_or(u32::MAX),
        })
    }

    async fn level(&self, id: ResponseLevelId) -> Result<LevelView, ApiError> {
        Self::found(self.reader()?.level(id).await)
    }

    async fn guides(&self) -> Result<Vec<GuideRow>, ApiError> {
        Ok(self.reader()?.guides(now()))
    }

    async fn guide(&self, id: RulePackId) -> Result<GuideView, ApiError> {
        Self::found(self.reader()?.guide(id, now()).await)
    }

    async fn body_rules(&self, id: BodyId, at: Option<&str>) -> Result<BodyRulesView, ApiError> {
        let reader = self.reader()?;
        let at = match at {
            None => now(),
            Some(at) => {
                let founded = reader.known.directory.jurisdiction().founded.as_ref();
                let zone = founded.map_or("", |founded| &founded.time_zone);
                instant_of(at, zone).ok_or_else(|| {
                    ApiError::refused(say!(
                        self.visit.language,
                        "时间应写作 2022-03-13T08:00 这样的形式",
                        "Write the time like 2022-03-13T08:00"
                    ))
                })?
            }
        };
        Self::found(reader.body_rules(id, at).await)
    }
}

#[cfg(test)]
mod tests;
