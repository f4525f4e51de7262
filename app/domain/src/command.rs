//! Everything a person can ask for, and what decides it. What each is refused with is listed in [`refusal`](crate::refusal).

use serde::{Deserialize, Serialize};

use crate::arrangement::{self, ArrangementCommand};
use crate::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use crate::attachment::Attachment;
use crate::body::BodyEvent;
use crate::campaign::CampaignCommand;
use crate::draw::{self, DrawCommand};
use crate::event::{Event, NewEvent};
use crate::facts::{Context, Facts};
use crate::finding::{FindingCommand, PhotoHash};
use crate::id::{
    ArrangementId, AssignmentId, BodyId, CampaignId, ChecklistId, DeviceId, DrawId, EventId,
    FindingId, InspectionId, JurisdictionId, LookBackId, MaterialId, NoticeId, PersonId,
    ResponseLevelId, RulePackId, TalkId,
};
use crate::inspection::InspectionCommand;
use crate::instant::{Day, Instant};
use crate::material::MaterialCommand;
use crate::record::{Stream, StreamKind};
use crate::situation::{SituationCommand, SituationId};
use crate::talk::{Consequence, TalkCommand};
use crate::{
    Refusal, assignment, body, campaign, checklist, clearance, device, finding, held, inspection,
    jurisdiction, look_back, material, notice, person, regulator_file, response_level, rule_pack,
    situation, talk,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    Jurisdiction {
        id: JurisdictionId,
        command: jurisdiction::JurisdictionCommand,
    },
    Body {
        id: BodyId,
        command: body::BodyCommand,
    },
    Person {
        id: PersonId,
        command: person::PersonCommand,
    },
    Notice {
        id: NoticeId,
        command: notice::NoticeCommand,
    },
    Checklist {
        id: ChecklistId,
        command: checklist::ChecklistCommand,
    },
    Campaign {
        id: CampaignId,
        command: campaign::CampaignCommand,
    },
    Assignment {
        id: AssignmentId,
        /// The campaign it belongs to: its authority decides who may do it.
        campaign: CampaignId,
        command: assignment::AssignmentCommand,
    },
    Inspection {
        id: InspectionId,
        command: inspection::InspectionCommand,
    },
    Finding {
        id: FindingId,
        command: FindingCommand,
    },
    Held {
        id: EventId,
        command: held::HeldCommand,
    },
    Draw {
        id: DrawId,
        command: DrawCommand,
    },
    Arrangement {
        id: ArrangementId,
        command: ArrangementCommand,
    },
    Talk {
        id: TalkId,
        command: TalkCommand,
    },
    Material {
        id: MaterialId,
        command: MaterialCommand,
    },
    /// About the report of a body on a day.
    Situation {
        body: BodyId,
        day: Day,
        command: situation::SituationCommand,
    },
    LookBack {
        id: LookBackId,
        command: look_back::LookBackCommand,
    },
    RegulatorFile {
        /// The visit that opened it.
        id: InspectionId,
        command: regulator_file::RegulatorFileCommand,
    },
    Clearance {
        id: PersonId,
        command: clearance::ClearanceCommand,
    },
    ResponseLevel {
        id: ResponseLevelId,
        command: response_level::LevelCommand,
    },
    RulePack {
        id: RulePackId,
        command: rule_pack::RulePackCommand,
    },
    Device {
        id: DeviceId,
        command: device::DeviceCommand,
    },
}

impl Command {
    /// The stream its events go to.
    pub fn stream(&self) -> Stream {
        let (kind, id) = match self {
            Command::Jurisdiction { id, .. } => (StreamKind::Jurisdiction, id.0),
            Command::Body { id, .. } => (StreamKind::Body, id.0),
            Command::Person { id, .. } => (StreamKind::Person, id.0),
            Command::Notice { id, .. } => (StreamKind::Notice, id.0),
            Command::Checklist { id, .. } => (StreamKind::Checklist, id.0),
            Command::Campaign { id, .. } => (StreamKind::Campaign, id.0),
            Command::Assignment { id, .. } => (StreamKind::Assignment, id.0),
            Command::Inspection { id, .. } => (StreamKind::Inspection, id.0),
            Command::Finding { id, .. } => (StreamKind::Finding, id.0),
            Command::Held { id, .. } => (StreamKind::Held, id.0),
            Command::Draw { id, .. } => (StreamKind::Draw, id.0),
            Command::Arrangement { id, .. } => (StreamKind::Arrangement, id.0),
            Command::Talk { id, .. } => (StreamKind::Talk, id.0),
            Command::Material { id, .. } => (StreamKind::Material, id.0),
            Command::Situation { body, day, .. } => {
                (StreamKind::Situation, SituationId::of(*body, *day).0)
            }
            Command::LookBack { id, .. } => (StreamKind::LookBack, id.0),
            Command::RegulatorFile { id, .. } => (StreamKind::RegulatorFile, id.0),
            Command::Clearance { id, .. } => (StreamKind::Clearance, id.0),
            Command::ResponseLevel { id, .. } => (StreamKind::ResponseLevel, id.0),
            Command::RulePack { id, .. } => (StreamKind::RulePack, id.0),
            Command::Device { id, .. } => (StreamKind::Device, id.0),
        };
        Stream { kind, id }
    }

    /// Every stream its decision looks at, its own first.
    pub fn reads(&self) -> Vec<Stream> {
        let mut streams = vec![self.stream()];
        match self {
            Command::Body {
                command:
                    body::BodyCommand::Merge { into: other }
                    | body::BodyCommand::Move {
                        parent: Some(other),
                    },
                ..
            } => {
                streams.push(Stream {
                    kind: StreamKind::Body,
                    id: other.0,
                });
            }
            Command::Assignment {
                campaign, command, ..
            } => {
                streams.push(Stream {
                    kind: StreamKind::Campaign,
                    id: campaign.0,
                });
                // Whether its visit has begun, and was handed in.
                if !matches!(command, AssignmentCommand::Create(_)) {
                    streams.push(Stream {
                        kind: StreamKind::Inspection,
                        id: self.stream().id,
                    });
                }
                let team = match command {
                    AssignmentCommand::Create(AssignmentOrder { team, .. })
                    | AssignmentCommand::Reschedule { team, .. } => team.as_slice(),
                    _ => &[],
                };
                streams.extend(team.iter().map(|person| Stream {
                    kind: StreamKind::Clearance,
                    id: person.0,
                }));
                if let AssignmentCommand::Create(AssignmentOrder { draw, .. }) = command {
                    streams.extend(draw.map(|draw| Stream {
                        kind: StreamKind::Draw,
                        id: draw.0,
                    }));
                }
            }
            Command::Inspection { id, .. } => {
                streams.push(Stream {
                    kind: StreamKind::Assignment,
                    id: id.assignment().0,
                });
            }
            Command::Finding {
                command: FindingCommand::Raise(raised),
                ..
            } => {
                streams.push(Stream {
                    kind: StreamKind::Inspection,
                    id: raised.inspection.0,
                });
            }
            Command::Campaign { command, .. } => {
                let arrangement = match command {
                    CampaignCommand::Create(plan) => plan.terms.arrangement,
                    CampaignCommand::Follow { arrangement } => Some(*arrangement),
                    CampaignCommand::FormGroup { .. }
                    | CampaignCommand::ChangeGroup { .. }
                    | CampaignCommand::DissolveGroup { .. }
                    | CampaignCommand::DeclareInterest { .. }
                    | CampaignCommand::WithdrawInterest { .. }
                    | CampaignCommand::Amend(_) => None,
                };
                streams.extend(arrangement.map(|id| Stream {
                    kind: StreamKind::Arrangement,
                    id: id.0,
                }));
            }
            Command::Draw {
                command: DrawCommand::Publish(plan),
                ..
            } => {
                streams.push(Stream {
                    kind: StreamKind::Campaign,
                    id: plan.campaign.0,
                });
            }
            // An inspection has the id of its assignment.
            Command::Draw {
                command: DrawCommand::Disclose { campaign, visits },
                ..
            } => {
                streams.push(Stream {
                    kind: StreamKind::Campaign,
                    id: campaign.0,
                });
                let kinds = [StreamKind::Assignment, StreamKind::Inspection];
                streams.extend(
                    visits
                        .iter()
                        .flat_map(|visit| kinds.map(|kind| Stream { kind, id: visit.0 })),
                );
            }
            Command::Talk { command, .. } => match command {
                TalkCommand::Convene(plan) => streams.extend(plan.notice.map(notice_stream)),
                TalkCommand::BaseOn { notice } => streams.push(notice_stream(*notice)),
                TalkCommand::Link { to, .. } => streams.extend(consequence_stream(to)),
                _ => {}
            },
            Command::Material {
                command: MaterialCommand::Request(request),
                ..
            } => {
                streams.extend(request.notice.map(notice_stream));
                streams.extend(request.talk.map(|talk| Stream {
                    kind: StreamKind::Talk,
                    id: talk.0,
                }));
            }
            // The last report before it, with which it is compared.
            Command::Situation { body, day, command }
                if !matches!(command, SituationCommand::Remind) =>
            {
                streams.extend(situation::comparable_days(*day).map(|day| Stream {
                    kind: StreamKind::Situation,
                    id: SituationId::of(*body, day).0,
                }));
            }
            Command::RegulatorFile { id, .. } => {
                streams.push(Stream {
                    kind: StreamKind::Inspection,
                    id: id.0,
                });
            }
            Command::Finding { command, .. } => {
                streams.extend(command.look_back().map(|draw| Stream {
                    kind: StreamKind::LookBack,
                    id: draw.0,
                }));
            }
            Command::LookBack {
                command: look_back::LookBackCommand::Draw { closed, .. },
                ..
            } => {
                // More are refused unread.
                let read = closed.iter().take(look_back::POPULATION_LIMIT);
                streams.extend(read.map(|finding| Stream {
                    kind: StreamKind::Finding,
                    id: finding.0,
                }));
            }
            Command::ResponseLevel { command, .. } => {
                let (notice, guides) = command.basis();
                streams.push(Stream {
                    kind: StreamKind::Notice,
                    id: notice.0,
                });
                streams.extend(guides.iter().map(|guide| Stream {
                    kind: StreamKind::RulePack,
                    id: guide.0,
                }));
            }
            _ => {}
        }
        streams
    }

    /// Whether it approves, returns, issues, signs, acknowledges, releases or ends what others may change meanwhile, or writes over it:
    /// whoever asks for it in the office says which version they read, and it is done of no other. Talks are counted by their commands
    /// themselves.
    pub const fn is_about_what_was_read(&self) -> bool {
        if let Command::Talk { command, .. } = self {
            return command.is_about_what_was_read();
        }
        matches!(
            self,
            Command::Arrangement {
                command: ArrangementCommand::Approve
                    | ArrangementCommand::Return { .. }
                    | ArrangementCommand::Issue,
                ..
            } | Command::Campaign {
                command: CampaignCommand::Amend(_) | CampaignCommand::ChangeGroup { .. },
                ..
            } | Command::RegulatorFile {
                command: regulator_file::RegulatorFileCommand::Sign,
                ..
            } | Command::Notice {
                command: notice::NoticeCommand::Correct(_)
                    | notice::NoticeCommand::Acknowledge { .. },
                ..
            } | Command::Jurisdiction {
                command: jurisdiction::JurisdictionCommand::RenameDistrict { .. },
                ..
            } | Command::Body {
                command: body::BodyCommand::Amend { .. }
                    | body::BodyCommand::Move { .. }
                    | body::BodyCommand::Merge { .. }
                    | body::BodyCommand::Close { .. },
                ..
            } | Command::ResponseLevel {
                command: response_level::LevelCommand::Extend(_)
                    | response_level::LevelCommand::End(_),
                ..
            } | Command::Assignment {
                command: AssignmentCommand::Release
                    | AssignmentCommand::ConfirmArrival { .. }
                    | AssignmentCommand::Cancel { .. }
                    | AssignmentCommand::Reschedule { .. },
                ..
            }
        )
    }

    /// Whether an event of its stream changed what it is about: where many act on one stream, what is done about something else is
    /// nothing to its author.
    pub fn is_about(&self, event: &Event) -> bool {
        match (self, event) {
            (Command::Jurisdiction { command, .. }, Event::Jurisdiction(event)) => {
                command.is_about(event)
            }
            (Command::Campaign { command, .. }, Event::Campaign(event)) => command.is_about(event),
            (Command::Draw { command, .. }, Event::Draw(event)) => command.is_about(event),
            (Command::Material { command, .. }, Event::Material(event)) => command.is_about(event),
            (Command::Notice { command, .. }, Event::Notice(event)) => command.is_about(event),
            (Command::Talk { command, .. }, Event::Talk(event)) => command.is_about(event),
            // What hangs at a body's entrance is nothing to who writes down what is known of it.
            (Command::Body { command, .. }, Event::Body(BodyEvent::EntranceCodeSet { .. })) => {
                matches!(command, body::BodyCommand::SetEntranceCode { .. })
            }
            _ => true,
        }
    }

    /// The files it attaches.
    pub fn attachments(&self) -> Vec<&Attachment> {
        match self {
            Command::Notice {
                command: notice::NoticeCommand::Issue(content),
                ..
            } => content.attachments.iter().collect(),
            Command::Notice {
                command: notice::NoticeCommand::Correct(correction),
                ..
            } => correction.attachments.iter().collect(),
            Command::Talk {
                command: TalkCommand::HearReport(report),
                ..
            } => report.attachments.iter().collect(),
            Command::Material { command, .. } => command.attachments(),
            _ => Vec::new(),
        }
    }

    /// The tablet that it enrols.
    pub const fn enrolled_device(&self) -> Option<DeviceId> {
        match self {
            Command::Device {
                id,
                command: device::DeviceCommand::Enrol { .. },
            } => Some(*id),
            _ => None,
        }
    }

    /// The number that a notice it issues takes, which no other notice may have.
    pub fn notice_number(&self) -> Option<&str> {
        match self {
            Command::Notice {
                command: notice::NoticeCommand::Issue(content),
                ..
            } => Some(&content.number),
            _ => None,
        }
    }

    /// The number of a rectification notice that it issues, which no other may have.
    pub fn rectification_number(&self) -> Option<&str> {
        match self {
            Command::Finding {
                command: FindingCommand::Notify(notice),
                ..
            } => Some(&notice.number),
            _ => None,
        }
    }

    /// The notice that it withdraws, which no response level may rest on.
    pub fn withdrawn_notice(&self) -> Option<NoticeId> {
        match self {
            Command::Notice {
                id,
                command: notice::NoticeCommand::Withdraw { .. },
            } => Some(*id),
            _ => None,
        }
    }

    /// The body and the day of a visit that it assigns, or moves there.
    pub fn visit(&self) -> Option<(BodyId, Day)> {
        match self {
            Command::Assignment {
                command: AssignmentCommand::Create(order),
                ..
            } => Some((order.target, order.visit_on)),
            Command::Assignment {
                command:
                    AssignmentCommand::Reschedule {
                        target, visit_on, ..
                    },
                ..
            } => Some((*target, *visit_on)),
            _ => None,
        }
    }

    /// The instant whose day on the calendar its decision asks for, by what is known of what it is about.
    pub fn dated(&self, facts: &Facts) -> Option<Instant> {
        match self {
            Command::Assignment {
                command: AssignmentCommand::Create(order),
                ..
            } => match order.release {
                ReleaseRule::At(at) => Some(at),
                ReleaseRule::ByOrganiser | ReleaseRule::OnArrival => None,
            },
            Command::Assignment {
                id,
                command: AssignmentCommand::Reschedule { visit_on, .. },
                ..
            } => assignment::moved_release(facts.assignment(*id), *visit_on),
            _ => None,
        }
    }

    /// The pictures a submission brings beside its answers: those of remarks, of the account and of signatures.
    pub fn pictures(&self) -> impl Iterator<Item = &PhotoHash> {
        let submission = match self {
            Command::Inspection {
                command: InspectionCommand::Submit(submission),
                ..
            } => Some(submission),
            _ => None,
        };
        submission
            .into_iter()
            .flat_map(|submission| submission.pictures())
    }

    /// The photos it brings as evidence, which may be evidence of nothing else.
    pub fn photos(&self) -> impl Iterator<Item = &PhotoHash> {
        let (finding, signature) = match self {
            Command::Finding { command, .. } => (Some(command), None),
            Command::Inspection {
                command: InspectionCommand::SignAfterwards(signature),
                ..
            } => (None, Some(&signature.signed.picture)),
            _ => (None, None),
        };
        let photos = finding.into_iter().flat_map(FindingCommand::photos);
        photos.map(|photo| &photo.hash).chain(signature)
    }
}

fn notice_stream(id: NoticeId) -> Stream {
    Stream {
        kind: StreamKind::Notice,
        id: id.0,
    }
}

/// The stream of what a requirement is linked to; checklists are at hand anyway.
fn consequence_stream(to: &Consequence) -> Option<Stream> {
    let (kind, id) = match to {
        Consequence::Campaign(id) => (StreamKind::Campaign, id.0),
        Consequence::Finding(id) => (StreamKind::Finding, id.0),
        Consequence::Item { .. } => return None,
    };
    Some(Stream { kind, id })
}

/// What follows from a command, or why nothing does.
pub fn decide(command: &Command, context: &Context<'_>) -> Result<Vec<NewEvent>, Refusal> {
    let facts = context.facts;
    let events: Vec<Event> = match command {
        Command::Jurisdiction { id, command } => {
            jurisdiction::decide(facts.jurisdiction(*id), command, context)?
                .into_iter()
                .map(Event::Jurisdiction)
                .collect()
        }
        Command::Body { id, command } => {
            // A merger is told in more streams than one.
            let decided = body::decide(*id, facts.body(*id), command, context)?;
            return Ok(decided
                .into_iter()
                .map(|(id, event)| NewEvent {
                    stream: Stream {
                        kind: StreamKind::Body,
                        id: id.0,
                    },
                    event: Event::Body(event),
                })
                .collect());
        }
        Command::Person { id, command } => {
            person::decide(facts.person(*id), *id, command, context)?
                .into_iter()
                .map(Event::Person)
                .collect()
        }
        Command::Notice { id, command } => {
            notice::decide(*id, facts.notice(*id), command, context)?
                .into_iter()
                .map(Event::Notice)
                .collect()
        }
        Command::Checklist { id, command } => {
            checklist::decide(facts.checklist(*id), command, context)?
                .into_iter()
                .map(Event::Checklist)
                .collect()
        }
        Command::Campaign { id, command } => {
            campaign::decide(facts.campaign(*id), command, context)?
                .into_iter()
                .map(Event::Campaign)
                .collect()
        }
        Command::Assignment { id, command, .. } => {
            assignment::decide(*id, facts.assignment(*id), command, context)?
                .into_iter()
                .map(Event::Assignment)
                .collect()
        }
        Command::Inspection { id, command } => {
            inspection::decide(*id, facts.inspection(*id), command, context)?
                .into_iter()
                .map(Event::Inspection)
                .collect()
        }
        Command::Finding { id, command } => {
            finding::decide(*id, facts.finding(*id), command, context)?
                .into_iter()
                .map(Event::Finding)
                .collect()
        }
        Command::Held { id, command } => held::decide(facts.held(*id), command, context)?
            .into_iter()
            .map(Event::Held)
            .collect(),
        Command::Draw { id, command } => draw::decide(*id, facts.draw(*id), command, context)?
            .into_iter()
            .map(Event::Draw)
            .collect(),
        Command::Arrangement { id, command } => {
            arrangement::decide(facts.arrangement(*id), command, context)?
                .into_iter()
                .map(Event::Arrangement)
                .collect()
        }
        Command::Talk { id, command } => talk::decide(facts.talk(*id), command, context)?
            .into_iter()
            .map(Event::Talk)
            .collect(),
        Command::Material { id, command } => {
            material::decide(facts.material(*id), command, context)?
                .into_iter()
                .map(Event::Material)
                .collect()
        }
        Command::Situation { body, day, command } => {
            let state = facts.situation(SituationId::of(*body, *day));
            situation::decide(state, *body, *day, command, context)?
                .into_iter()
                .map(Event::Situation)
                .collect()
        }
        Command::LookBack { id, command } => {
            look_back::decide(facts.look_back(*id), command, context)?
                .into_iter()
                .map(Event::LookBack)
                .collect()
        }
        Command::RegulatorFile { id, command } => {
            regulator_file::decide(*id, facts.regulator_file(*id), command, context)?
                .into_iter()
                .map(Event::RegulatorFile)
                .collect()
        }
        Command::Clearance { id, command } => {
            clearance::decide(*id, facts.clearance(*id), command, context)?
                .into_iter()
                .map(Event::Clearance)
                .collect()
        }
        Command::ResponseLevel { id, command } => {
            response_level::decide(facts.response_level(*id), command, context)?
                .into_iter()
                .map(Event::ResponseLevel)
                .collect()
        }
        Command::RulePack { id, command } => {
            rule_pack::decide(facts.rule_pack(*id), command, context)?
                .into_iter()
                .map(Event::RulePack)
                .collect()
        }
        Command::Device { id, command } => {
            device::decide(*id, facts.device(*id), command, context)?
                .into_iter()
                .map(Event::Device)
                .collect()
        }
    };
    let stream = command.stream();
    Ok(events
        .into_iter()
        .map(|event| NewEvent { stream, event })
        .collect())
}
