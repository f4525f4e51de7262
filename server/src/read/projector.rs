//! What an event does to the read models: a pure function, run in the transaction that appends the event and again by a rebuild.

use domain::Event;
use domain::arrangement::ArrangementEvent;
use domain::assignment::{AssignmentEvent, AssignmentOrder, ReleaseRule, ReleasedBy};
use domain::attachment::Attachment;
use domain::body::{BodyEvent, Ownership, RiskGrade};
use domain::campaign::CampaignEvent;
use domain::checklist::ChecklistEvent;
use domain::device::{BatchEvent, DeviceEvent};
use domain::draw::{DrawEvent, NextRound};
use domain::held::HeldEvent;
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::inspection::{InspectionEvent, Outcome};
use domain::instant::Day;
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::material::{MaterialEvent, MaterialStage};
use domain::notice::{AddresseeRule, NoticeContent, NoticeEvent, number_key};
use domain::record::Recorded;
use domain::situation::{Figure, Report, SituationEvent};
use domain::talk::{Consequence, TalkEvent};
use form::Texts;

mod closure;
mod visit;

use super::{notification, table};
use crate::store::change::{Change, Table, Value};

/// A place in a stream as part of a key, which is of texts: those of one length stand in the order of their numbers.
fn ordered(version: u64) -> String {
    format!("{version:010}")
}

/// The changes of rows that follow from an event. One that cannot be read (of a newer version, say) changes nothing: it stays in the
/// log, and a rebuild by a version that knows it catches up.
pub fn project(recorded: &Recorded) -> Vec<Change> {
    let authored = &recorded.authored;
    let mut changes = Vec::new();
    if let (Some(device), Some(sequence)) = (authored.device, authored.device_sequence) {
        changes.push(put(
            &table::DEVICE_SEQUENCE,
            vec![
                id(authored.jurisdiction),
                authored.actor.to_string().into(),
                device.to_string().into(),
                sequence.into(),
            ],
        ));
    }
    let (Ok(event), Some(stream)) = (authored.event(), authored.stream()) else {
        return changes;
    };
    let projection = Projection {
        jurisdiction: authored.jurisdiction,
        own: stream.id.to_string(),
        recorded,
    };
    let told = notification::of(&event).into_iter();
    for (told, row) in told.zip(notification::row_ids(&authored.stream, recorded.version)) {
        changes.push(put(
            &table::NOTIFICATION,
            vec![
                id(authored.jurisdiction),
                row.into(),
                recorded.position.into(),
                authored.occurred_at.millis().into(),
                authored.kind.clone().into(),
                authored.stream.clone().into(),
                told.audience.code().into(),
                told.body
                    .map(|body| body.to_string())
                    .unwrap_or_default()
                    .into(),
                told.to.json().into(),
                zh(&told.about),
                en(&told.about),
            ],
        ));
    }
    match &event {
        // People, districts and the rules in force are in memory; a campaign's groups are read from its stream.
        Event::Jurisdiction(_)
        | Event::Person(_)
        | Event::ResponseLevel(_)
        | Event::RulePack(_)
        | Event::Campaign(
            CampaignEvent::GroupFormed { .. }
            | CampaignEvent::GroupChanged { .. }
            | CampaignEvent::GroupDissolved { .. },
        ) => {}
        Event::Body(event) => {
            if let BodyEvent::Registered(_) = event {
                changes.push(put(
                    &table::BODY_SINCE,
                    vec![
                        id(authored.jurisdiction),
                        projection.own.clone().into(),
                        authored.occurred_at.millis().into(),
                    ],
                ));
            }
            changes.extend(projection.body(event));
        }
        Event::Notice(event) => projection.notice(event, &mut changes),
        Event::Talk(event) => projection.talk(event, &mut changes),
        Event::Material(event) => projection.material(event, &mut changes),
        Event::Checklist(ChecklistEvent::Published(published)) => {
            let definition = &published.definition;
            changes.push(put(
                &table::CHECKLIST,
                vec![
                    id(authored.jurisdiction),
                    projection.own.into(),
                    definition.version.clone().into(),
                    zh(&definition.title),
                    en(&definition.title),
                    check_items(&definition.children).into(),
                    published.adapted.into(),
                    recorded.recorded_at.millis().into(),
                ],
            ));
        }
        Event::Campaign(CampaignEvent::Created(plan)) => changes.push(put(
            &table::CAMPAIGN,
            vec![
                id(authored.jurisdiction),
                projection.own.into(),
                zh(&plan.name),
                en(&plan.name),
                plan.kind.code().into(),
                plan.notice_mode.code().into(),
                plan.authority.to_string().into(),
                plan.from.to_string().into(),
                plan.to.to_string().into(),
                recorded.recorded_at.millis().into(),
            ],
        )),
        Event::Campaign(CampaignEvent::PlanAmended(plan)) => changes.push(projection.set(
            &table::CAMPAIGN,
            &[
                ("name_zh", zh(&plan.name)),
                ("name_en", en(&plan.name)),
                ("kind", plan.kind.code().into()),
                ("notice_mode", plan.notice_mode.code().into()),
                ("authority", plan.authority.to_string().into()),
                ("first_day", plan.from.to_string().into()),
                ("last_day", plan.to.to_string().into()),
            ],
        )),
        Event::Campaign(
            told @ (CampaignEvent::InterestDeclared { person, body, .. }
            | CampaignEvent::InterestWithdrawn { person, body, .. }),
        ) => changes.push(put(
            &table::INTEREST,
            vec![
                id(authored.jurisdiction),
                projection.own.into(),
                person.to_string().into(),
                body.to_string().into(),
                ordered(recorded.version).into(),
                authored.occurred_at.millis().into(),
                matches!(told, CampaignEvent::InterestWithdrawn { .. }).into(),
            ],
        )),
        Event::Assignment(event) => projection.assignment(event, &mut changes),
        Event::Inspection(event) => projection.inspection(event, &mut changes),
        Event::Finding(event) => projection.finding(event, &mut changes),
        Event::Held(event) => changes.push(projection.held(event)),
        Event::Draw(event) => projection.draw(event, &mut changes),
        Event::Arrangement(event) => changes.push(projection.arrangement(event)),
        Event::Situation(event) => changes.push(projection.situation(event)),
        Event::LookBack(event) => projection.look_back(event, &mut changes),
        Event::RegulatorFile(event) => {
            changes.push(projection.regulator_file(event));
            // Its stream has the id of the visit.
            changes.push(projection.set(&table::INSPECTION, &[("assessed", 1_i64.into())]));
        }
        Event::Clearance(event) => changes.extend(projection.clearance(event)),
        Event::Device(event) => changes.push(projection.device(event)),
        // Its stream has the id of the device.
        Event::Batch(BatchEvent::Signed { .. }) => {
            let by = authored.actor.to_string();
            let at = recorded.recorded_at.millis();
            let used = [("signed_by", by.into()), ("signed_at", at.into())];
            changes.push(projection.set(&table::DEVICE, &used));
        }
    }
    changes
}

struct Projection<'a> {
    jurisdiction: JurisdictionId,
    /// The id of the stream.
    own: String,
    recorded: &'a Recorded,
}

impl Projection<'_> {
    fn set(&self, table: &'static Table, values: &[(&str, Value)]) -> Change {
        let key = vec![id(self.jurisdiction), self.own.clone().into()];
        Self::set_at(table, key, values)
    }

    fn set_at(table: &'static Table, key: Vec<Value>, values: &[(&str, Value)]) -> Change {
        let values = values
            .iter()
            .filter_map(|(column, value)| {
                let index = table.columns.iter().position(|(name, _)| name == column)?;
                Some((index, value.clone()))
            })
            .collect();
        Change::Set { table, key, values }
    }

    /// None where another body's stream tells it too.
    fn body(&self, event: &BodyEvent) -> Option<Change> {
        let change = match event {
            BodyEvent::Registered(body) => put(
                &table::BODY,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    body.kind.code().into(),
                    zh(&body.name),
                    en(&body.name),
                    body.parent.map(|parent| parent.to_string()).into(),
                    district(body.district.as_ref()),
                    body.residents.into(),
                    body.staff.into(),
                    body.capacity.into(),
                    body.sample.into(),
                    body.profile.ownership.map(Ownership::code).into(),
                    body.profile.risk.map(RiskGrade::code).into(),
                    "".into(),
                ],
            ),
            BodyEvent::Amended(body) => self.set(
                &table::BODY,
                &[
                    ("kind", body.kind.code().into()),
                    ("name_zh", zh(&body.name)),
                    ("name_en", en(&body.name)),
                    ("district", district(body.district.as_ref())),
                    ("residents", body.residents.into()),
                    ("staff", body.staff.into()),
                    ("capacity", body.capacity.into()),
                    (
                        "ownership",
                        body.profile.ownership.map(Ownership::code).into(),
                    ),
                    ("risk", body.profile.risk.map(RiskGrade::code).into()),
                ],
            ),
            BodyEvent::Moved { parent } => {
                let parent = parent.map(|parent| parent.to_string());
                self.set(&table::BODY, &[("parent", parent.into())])
            }
            BodyEvent::Merged { into } => {
                let into = into.to_string();
                let values = [("parent", into.into()), ("gone", "merged".into())];
                self.set(&table::BODY, &values)
            }
            BodyEvent::Closed { .. } => self.set(&table::BODY, &[("gone", "closed".into())]),
            BodyEvent::Absorbed { .. } | BodyEvent::EntranceCodeSet { .. } => return None,
        };
        Some(change)
    }

    fn notice(&self, event: &NoticeEvent, changes: &mut Vec<Change>) {
        let authored = &self.recorded.authored;
        let of_body = |body: &BodyId| {
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                body.to_string().into(),
            ]
        };
        let done = || {
            [
                authored.actor.to_string().into(),
                authored.occurred_at.millis().into(),
            ]
        };
        match event {
            NoticeEvent::Issued(content) => {
                changes.push(put(
                    &table::NOTICE,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        content.number.clone().into(),
                        zh(&content.title),
                        en(&content.title),
                        content.effective_from.millis().into(),
                        content.acknowledge_by.millis().into(),
                        authored.occurred_at.millis().into(),
                        authored.actor.to_string().into(),
                        serde_json::to_string(content).unwrap_or_default().into(),
                        "".into(),
                        Value::Null,
                        Value::Null,
                        Value::Null,
                    ],
                ));
                changes.push(self.wording(content, "", false));
                changes.push(put(
                    &table::NOTICE_NUMBER,
                    vec![
                        id(self.jurisdiction),
                        number_key(&content.number).into(),
                        self.own.clone().into(),
                    ],
                ));
                changes.extend(self.addressees(&content.rule()));
                let files = content.attachments.iter();
                changes.extend(files.map(|file| self.attachment(file, None)));
            }
            NoticeEvent::Corrected {
                content,
                reason,
                again,
                ..
            } => {
                let mut values = vec![
                    ("title_zh", zh(&content.title)),
                    ("title_en", en(&content.title)),
                    ("acknowledge_by", content.acknowledge_by.millis().into()),
                    (
                        "content",
                        serde_json::to_string(content).unwrap_or_default().into(),
                    ),
                ];
                if *again {
                    // Receipts recorded before it count no more.
                    values.push(("receipts_since", ordered(self.recorded.version).into()));
                }
                changes.push(self.set(&table::NOTICE, &values));
                changes.push(self.wording(content, reason, *again));
                let files = content.attachments.iter();
                changes.extend(files.map(|file| self.attachment(file, None)));
            }
            NoticeEvent::Withdrawn { reason, .. } => {
                let [by, at] = done();
                changes.push(self.set(
                    &table::NOTICE,
                    &[
                        ("withdrawn", reason.clone().into()),
                        ("withdrawn_by", by),
                        ("withdrawn_at", at),
                    ],
                ));
            }
            NoticeEvent::Acknowledged { body } => {
                let mut row = of_body(body);
                row.push(ordered(self.recorded.version).into());
                row.extend(done());
                changes.push(put(&table::NOTICE_RECEIPT, row));
            }
            NoticeEvent::PassedOn { from, to } => changes.extend(to.iter().map(|body| {
                let mut row = of_body(body);
                row.push(from.to_string().into());
                row.extend(done());
                put(&table::NOTICE_PASSING, row)
            })),
            NoticeEvent::Reminded { bodies } => changes.extend(bodies.iter().map(|body| {
                let mut row = of_body(body);
                row.push(ordered(self.recorded.version).into());
                row.extend(done());
                put(&table::NOTICE_REMINDER, row)
            })),
        }
    }

    fn wording(&self, content: &NoticeContent, reason: &str, again: bool) -> Change {
        let authored = &self.recorded.authored;
        put(
            &table::NOTICE_WORDING,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                ordered(self.recorded.version).into(),
                serde_json::to_string(content).unwrap_or_default().into(),
                reason.into(),
                again.into(),
                authored.actor.to_string().into(),
                authored.occurred_at.millis().into(),
            ],
        )
    }

    /// A row for every kind in every district, one for every kind where it is everywhere, and one for every body named.
    fn addressees(&self, rule: &AddresseeRule) -> Vec<Change> {
        let everywhere = rule.districts.is_empty().then_some("");
        let districts: Vec<&str> = everywhere
            .into_iter()
            .chain(rule.districts.iter().map(|code| code.0.as_str()))
            .collect();
        let mut rows: Vec<(&str, &str, String)> = Vec::new();
        for kind in &rule.kinds {
            rows.extend(
                districts
                    .iter()
                    .map(|code| (kind.code(), *code, String::new())),
            );
        }
        rows.extend(rule.bodies.iter().map(|body| ("", "", body.to_string())));
        let row = |(kind, district, body): (&str, &str, String)| {
            put(
                &table::NOTICE_ADDRESSEE,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    kind.into(),
                    district.into(),
                    body.into(),
                ],
            )
        };
        rows.into_iter().map(row).collect()
    }

    fn talk(&self, event: &TalkEvent, changes: &mut Vec<Change>) {
        let authored = &self.recorded.authored;
        let of = |number: &u32| -> Vec<Value> {
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                number_text(*number).into(),
            ]
        };
        match event {
            TalkEvent::Convened(plan) => {
                changes.push(put(
                    &table::TALK,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        plan.notice.map(|notice| notice.to_string()).into(),
                        zh(&plan.title),
                        en(&plan.title),
                        plan.at.millis().into(),
                        authored.occurred_at.millis().into(),
                        authored.actor.to_string().into(),
                        serde_json::to_string(plan).unwrap_or_default().into(),
                        Value::Null,
                    ],
                ));
                let in_whose_name = plan.conveners.first().map(|body| ("convener", body));
                let with_them = plan
                    .conveners
                    .iter()
                    .skip(1)
                    .map(|body| ("coConvener", body));
                let attend = plan.attendees.iter().map(|body| ("attendee", body));
                let room = in_whose_name.into_iter().chain(with_them).chain(attend);
                changes.extend(room.map(|(part, body)| {
                    put(
                        &table::TALK_BODY,
                        vec![
                            id(self.jurisdiction),
                            self.own.clone().into(),
                            part.into(),
                            body.to_string().into(),
                        ],
                    )
                }));
            }
            TalkEvent::BasedOn { notice } => {
                let notice = notice.to_string().into();
                changes.push(self.set(&table::TALK, &[("notice", notice)]));
            }
            TalkEvent::ReportHeard(report) => {
                let files = report.attachments.iter();
                changes.extend(files.map(|file| self.attachment(file, Some(&report.body))));
            }
            TalkEvent::RequirementSet {
                number,
                requirement,
            } => {
                let asked = u64::try_from(requirement.bodies.len()).unwrap_or(u64::MAX);
                let mut row = of(number);
                row.extend([
                    asked.into(),
                    requirement.due.map(Instant::millis).into(),
                    serde_json::to_string(requirement)
                        .unwrap_or_default()
                        .into(),
                    false.into(),
                ]);
                changes.push(put(&table::TALK_REQUIREMENT, row));
            }
            TalkEvent::RequirementMoved {
                number,
                requirement,
                ..
            } => {
                let content = serde_json::to_string(requirement).unwrap_or_default();
                changes.push(Self::set_at(
                    &table::TALK_REQUIREMENT,
                    of(number),
                    &[
                        ("due", requirement.due.map(Instant::millis).into()),
                        ("content", content.into()),
                    ],
                ));
            }
            TalkEvent::RequirementWithdrawn { number, .. } => {
                let withdrawn = [("withdrawn", true.into())];
                changes.push(Self::set_at(
                    &table::TALK_REQUIREMENT,
                    of(number),
                    &withdrawn,
                ));
            }
            TalkEvent::Moved { plan, .. } => {
                let content = serde_json::to_string(plan).unwrap_or_default();
                changes.push(self.set(
                    &table::TALK,
                    &[("at", plan.at.millis().into()), ("content", content.into())],
                ));
            }
            TalkEvent::Cancelled { reason, .. } => {
                changes.push(self.set(&table::TALK, &[("cancelled", reason.clone().into())]));
            }
            TalkEvent::RequirementAcknowledged { number, body } => {
                let mut row = of(number);
                row.extend([
                    body.to_string().into(),
                    authored.actor.to_string().into(),
                    authored.occurred_at.millis().into(),
                ]);
                changes.push(put(&table::TALK_ACKNOWLEDGEMENT, row));
            }
            TalkEvent::Linked { number, to } | TalkEvent::Unlinked { number, to, .. } => {
                let mut row = of(number);
                row.extend([
                    target(to).into(),
                    serde_json::to_string(to).unwrap_or_default().into(),
                    matches!(event, TalkEvent::Unlinked { .. }).into(),
                ]);
                changes.push(put(&table::TALK_LINK, row));
            }
        }
    }

    fn material(&self, event: &MaterialEvent, changes: &mut Vec<Change>) {
        let authored = &self.recorded.authored;
        let stands = |body: &BodyId, stage: MaterialStage| Change::Set {
            table: &table::MATERIAL_STANDING,
            key: vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                body.to_string().into(),
            ],
            values: vec![(3, stage.code().into())],
        };
        let due_by = |body: &BodyId, due: &Instant| Change::Set {
            table: &table::MATERIAL_STANDING,
            key: vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                body.to_string().into(),
            ],
            values: vec![(4, due.millis().into())],
        };
        match event {
            MaterialEvent::Requested(request) => {
                changes.push(put(
                    &table::MATERIAL,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        zh(&request.title),
                        en(&request.title),
                        request.authority.to_string().into(),
                        request.notice.map(|notice| notice.to_string()).into(),
                        request.talk.map(|talk| talk.to_string()).into(),
                        authored.occurred_at.millis().into(),
                        authored.actor.to_string().into(),
                        serde_json::to_string(request).unwrap_or_default().into(),
                        Value::Null,
                    ],
                ));
                changes.extend(request.bodies.iter().map(|body| {
                    put(
                        &table::MATERIAL_STANDING,
                        vec![
                            id(self.jurisdiction),
                            self.own.clone().into(),
                            body.to_string().into(),
                            MaterialStage::Due.code().into(),
                            request.due.millis().into(),
                        ],
                    )
                }));
            }
            MaterialEvent::Submitted { body, handed, .. } => {
                changes.push(stands(body, MaterialStage::Submitted));
                let files = handed.iter().flat_map(|one| &one.files);
                changes.extend(files.map(|file| self.attachment(file, Some(body))));
            }
            MaterialEvent::Received { body } => changes.push(stands(body, MaterialStage::Received)),
            MaterialEvent::Accepted { body, .. } => {
                changes.push(stands(body, MaterialStage::Accepted));
            }
            MaterialEvent::Returned { body, due, .. } => {
                changes.extend([stands(body, MaterialStage::Returned), due_by(body, due)]);
            }
            MaterialEvent::Extended { body, due, .. } => changes.push(due_by(body, due)),
            MaterialEvent::Withdrawn { reason, .. } => {
                changes.push(self.set(&table::MATERIAL, &[("withdrawn", reason.clone().into())]));
            }
        }
    }

    /// `body` is whose file it is, where that decides who may see it.
    fn attachment(&self, file: &Attachment, body: Option<&BodyId>) -> Change {
        put(
            &table::ATTACHMENT,
            vec![
                id(self.jurisdiction),
                file.hash.to_string().into(),
                self.recorded.authored.stream.clone().into(),
                body.map(ToString::to_string).unwrap_or_default().into(),
                file.name.clone().into(),
                file.kind.code().into(),
                file.bytes.into(),
            ],
        )
    }

    fn assignment(&self, event: &AssignmentEvent, changes: &mut Vec<Change>) {
        match event {
            AssignmentEvent::Created(order) => {
                changes.push(put(
                    &table::ASSIGNMENT,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        order.campaign.to_string().into(),
                        order.target.to_string().into(),
                        order.checklist.to_string().into(),
                        order.visit_on.to_string().into(),
                        order.sealed.into(),
                        serde_json::to_string(order).unwrap_or_default().into(),
                        Value::Null,
                        false.into(),
                        false.into(),
                    ],
                ));
                changes.extend(self.assignment_due(order));
                for member in &order.team {
                    changes.push(put(
                        &table::ASSIGNMENT_MEMBER,
                        vec![
                            id(self.jurisdiction),
                            member.to_string().into(),
                            self.own.clone().into(),
                        ],
                    ));
                }
            }
            AssignmentEvent::Rescheduled { order, .. } => {
                let content = serde_json::to_string(order).unwrap_or_default();
                changes.push(self.set(
                    &table::ASSIGNMENT,
                    &[
                        ("visit_on", order.visit_on.to_string().into()),
                        ("content", content.into()),
                    ],
                ));
                changes.extend(self.assignment_due(order));
            }
            AssignmentEvent::Released => {
                let position = self.recorded.position.into();
                changes.push(self.set(&table::ASSIGNMENT, &[("released_position", position)]));
            }
            AssignmentEvent::ReleasedUnder { rule } => {
                if let ReleasedBy::Arrival { .. } = rule {
                    changes.push(self.begun());
                }
            }
            AssignmentEvent::Cancelled { .. } => {
                changes.push(self.set(&table::ASSIGNMENT, &[("cancelled", true.into())]));
            }
        }
    }

    /// When it is released, where that is at a time.
    fn assignment_due(&self, order: &AssignmentOrder) -> Option<Change> {
        let ReleaseRule::At(at) = order.release else {
            return None;
        };
        Some(put(
            &table::ASSIGNMENT_DUE,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                order.campaign.to_string().into(),
                at.millis().into(),
            ],
        ))
    }

    /// The visit of this assignment, or of the one with this inspection's id.
    fn begun(&self) -> Change {
        self.set(&table::ASSIGNMENT, &[("begun", true.into())])
    }

    fn inspection(&self, event: &InspectionEvent, changes: &mut Vec<Change>) {
        let occurred_at = self.recorded.authored.occurred_at.millis();
        changes.push(self.begun());
        match event {
            InspectionEvent::Started { .. } => changes.push(put(
                &table::INSPECTION_START,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    occurred_at.into(),
                ],
            )),
            InspectionEvent::Submitted(submission) => {
                changes.push(put(
                    &table::INSPECTION,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        submission.target.to_string().into(),
                        submission.outcome.code().into(),
                        occurred_at.into(),
                        self.recorded.authored.actor.to_string().into(),
                        submission.score.earned.into(),
                        submission.score.possible.into(),
                        0_i64.into(),
                    ],
                ));
                changes.push(self.visit(submission));
                // Of a visit that was not completed nobody signs.
                if submission.outcome == Outcome::Completed {
                    changes.extend(self.present(submission));
                }
                changes.extend(submission.files().map(|hash| self.evidence(hash)));
            }
            InspectionEvent::SignedAfterwards(signature) => {
                changes.push(self.has_signed());
                changes.push(self.evidence(&signature.signed.picture.0));
            }
        }
    }

    fn evidence(&self, photo: &str) -> Change {
        let stream = self.recorded.authored.stream.clone();
        put(
            &table::EVIDENCE,
            vec![id(self.jurisdiction), photo.into(), stream.into()],
        )
    }

    fn situation(&self, event: &SituationEvent) -> Change {
        let key = |body: &BodyId, day: &Day| {
            vec![
                id(self.jurisdiction),
                day.to_string().into(),
                body.to_string().into(),
            ]
        };
        let at = self.recorded.authored.occurred_at.millis();
        let figures = |report: &Report| {
            let figures = Figure::ALL.map(|figure| Value::from(report.get(figure)));
            figures
                .into_iter()
                .chain([Value::from(report.note.clone())])
        };
        match event {
            SituationEvent::Reported {
                body, day, report, ..
            } => {
                let mut row = key(body, day);
                row.extend([1_u32.into(), at.into()]);
                row.extend(figures(report));
                put(&table::SITUATION_REPORT, row)
            }
            // The hour at which it was first reported stays.
            SituationEvent::Corrected {
                body,
                day,
                corrects,
                report,
                ..
            } => Change::Set {
                table: &table::SITUATION_REPORT,
                key: key(body, day),
                values: std::iter::once((3, (corrects + 1).into()))
                    .chain((5..).zip(figures(report)))
                    .collect(),
            },
            SituationEvent::Reminded { body, day } => {
                let mut row = key(body, day);
                row.push(at.into());
                put(&table::SITUATION_REMINDER, row)
            }
        }
    }

    /// Its authority and its title are those that were drafted last; all else it says is read from its stream.
    fn arrangement(&self, event: &ArrangementEvent) -> Change {
        let at = Value::from(self.recorded.authored.occurred_at.millis());
        let (ArrangementEvent::Drafted(content)
        | ArrangementEvent::AmendmentDrafted { content, .. }) = event
        else {
            let pending = match event {
                ArrangementEvent::Issued | ArrangementEvent::Withdrawn { .. } => 0_i64,
                _ => 1,
            };
            return self.set(
                &table::ARRANGEMENT,
                &[("changed_at", at), ("pending", pending.into())],
            );
        };
        put(
            &table::ARRANGEMENT,
            vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                at,
                content.authority.to_string().into(),
                zh(&content.title),
                en(&content.title),
                1_i64.into(),
            ],
        )
    }

    fn device(&self, event: &DeviceEvent) -> Change {
        let (by, at) = (
            self.recorded.authored.actor.to_string(),
            self.recorded.recorded_at.millis(),
        );
        match event {
            DeviceEvent::Enrolled { name, .. } => put(
                &table::DEVICE,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    name.clone().into(),
                    by.into(),
                    at.into(),
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    0_i64.into(),
                ],
            ),
            DeviceEvent::Readmitted { .. } => self.set(
                &table::DEVICE,
                &[("revoked_at", Value::Null), ("readmitted", 1_i64.into())],
            ),
            DeviceEvent::Revoked { .. } => self.set(&table::DEVICE, &[("revoked_at", at.into())]),
        }
    }

    fn held(&self, event: &HeldEvent) -> Change {
        match event {
            HeldEvent::Kept(kept) => put(
                &table::HELD,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    kept.original.kind.clone().into(),
                    kept.original.stream.clone().into(),
                    kept.original.actor.to_string().into(),
                    kept.original.occurred_at.millis().into(),
                    self.recorded.recorded_at.millis().into(),
                    zh(&kept.reason),
                    en(&kept.reason),
                    kept.original.body.clone().into(),
                    Value::Null,
                ],
            ),
            HeldEvent::Settled { decision } => {
                self.set(&table::HELD, &[("decision", decision.clone().into())])
            }
        }
    }
}

impl Projection<'_> {
    fn draw(&self, event: &DrawEvent, changes: &mut Vec<Change>) {
        let at = self.recorded.authored.occurred_at.millis();
        match event {
            DrawEvent::Published(published) => {
                let plan = &published.plan;
                changes.push(put(
                    &table::DRAW,
                    vec![
                        id(self.jurisdiction),
                        self.own.clone().into(),
                        plan.campaign.to_string().into(),
                        published.authority.to_string().into(),
                        zh(&plan.name),
                        en(&plan.name),
                        plan.sealed.into(),
                        false.into(),
                        1_u32.into(),
                        "open".into(),
                        at.into(),
                    ],
                ));
                self.parties(1, &plan.parties, changes);
            }
            DrawEvent::Committed { round, .. } => {
                changes.push(self.party(*round, "committed_at", at));
            }
            DrawEvent::Revealed { round, .. } => {
                changes.push(self.party(*round, "revealed_at", at));
            }
            DrawEvent::Drawn(_) => {
                changes.push(self.set(&table::DRAW, &[("state", "drawn".into())]));
            }
            DrawEvent::Withheld { round, next, .. } | DrawEvent::Redrawn { round, next, .. } => {
                self.round(*round, next, changes);
            }
            DrawEvent::ReserveCalled(_) => {}
            DrawEvent::Disclosed => {
                changes.push(self.set(&table::DRAW, &[("disclosed", true.into())]));
            }
            DrawEvent::Abandoned { .. } => {
                changes.push(self.set(&table::DRAW, &[("state", "abandoned".into())]));
            }
        }
    }

    fn round(&self, round: u32, next: &NextRound, changes: &mut Vec<Change>) {
        let values = [("round", round.into()), ("state", "open".into())];
        changes.push(self.set(&table::DRAW, &values));
        self.parties(round, &next.parties, changes);
    }

    fn parties(&self, round: u32, parties: &[PersonId], changes: &mut Vec<Change>) {
        changes.extend(parties.iter().map(|person| {
            put(
                &table::DRAW_PARTY,
                vec![
                    id(self.jurisdiction),
                    self.own.clone().into(),
                    round.to_string().into(),
                    person.to_string().into(),
                    Value::Null,
                    Value::Null,
                ],
            )
        }));
    }

    fn party(&self, round: u32, column: &str, at: i64) -> Change {
        let table = &table::DRAW_PARTY;
        let index = table.columns.iter().position(|(name, _)| *name == column);
        Change::Set {
            table,
            key: vec![
                id(self.jurisdiction),
                self.own.clone().into(),
                round.to_string().into(),
                self.recorded.authored.actor.to_string().into(),
            ],
            values: index.map(|index| (index, at.into())).into_iter().collect(),
        }
    }
}

/// A requirement's number as a key: texts of one length stand in the order of their numbers.
pub(super) fn number_text(number: u32) -> String {
    format!("{number:06}")
}

/// What a requirement is linked to, as a key.
fn target(to: &Consequence) -> String {
    match to {
        Consequence::Campaign(id) => format!("campaign/{id}"),
        Consequence::Finding(id) => format!("finding/{id}"),
        Consequence::Item {
            checklist,
            version,
            item,
            ..
        } => format!("item/{checklist}/{version}/{item}"),
    }
}

fn put(table: &'static Table, row: Vec<Value>) -> Change {
    Change::Put { table, row }
}

fn id(jurisdiction: JurisdictionId) -> Value {
    jurisdiction.to_string().into()
}

fn zh(texts: &Texts) -> Value {
    texts.get(domain::Language::Chinese.tag()).into()
}

fn en(texts: &Texts) -> Value {
    texts.get(domain::Language::English.tag()).into()
}

fn district(code: Option<&DistrictCode>) -> Value {
    code.map(|code| code.0.clone()).into()
}

fn check_items(nodes: &[form::Node]) -> u32 {
    nodes
        .iter()
        .map(|node| match node {
            form::Node::Group(group) => check_items(&group.children),
            form::Node::Repeat(repeat) => check_items(&repeat.children),
            form::Node::Question(question) => question.check.is_some().into(),
            form::Node::Calculation(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::table;

    /// All migrations of a database, in their order.
    fn migrations(of: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(of);
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        files
            .iter()
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect()
    }

    /// The tables here and the tables of the migrations are the same, column by column; the last to create one tells.
    #[test]
    fn every_table_is_as_the_migrations_create_it() {
        for sql in [migrations("sqlite"), migrations("postgres")] {
            for table in table::TABLES {
                // A table that was made anew is as it was made last.
                // The last one counts: a read model that changed its shape was made anew.
                let start = sql
                    .rfind(&format!("CREATE TABLE {} (", table.name))
                    .expect(table.name);
                let body: Vec<&str> = sql[start..]
                    .lines()
                    .skip(1)
                    .take_while(|line| !line.starts_with(')'))
                    .collect();
                let add = format!("ALTER TABLE {} ADD COLUMN ", table.name);
                let added = sql[start..]
                    .lines()
                    .filter_map(|line| line.strip_prefix(&add));
                let columns: Vec<(&str, bool)> = body
                    .iter()
                    .copied()
                    .filter(|line| !line.trim_start().starts_with("PRIMARY KEY"))
                    .chain(added)
                    .map(|line| {
                        (
                            line.split_whitespace().next().unwrap_or_default(),
                            !line.contains("NOT NULL"),
                        )
                    })
                    .collect();
                let ours: Vec<(&str, bool)> = table
                    .columns
                    .iter()
                    .map(|(name, column)| (*name, column.is_nullable()))
                    .collect();
                assert_eq!(columns, ours, "{}", table.name);
                let key: Vec<&str> = table.columns[..table.key_length]
                    .iter()
                    .map(|(name, _)| *name)
                    .collect();
                assert!(
                    body.contains(&format!("    PRIMARY KEY ({})", key.join(", ")).as_str()),
                    "{}",
                    table.name
                );
            }
        }
    }
}
