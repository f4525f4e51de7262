//! Why the rules refuse a command on a finding.

use form::Texts;
use serde::{Deserialize, Serialize};

use super::photo::PhotoHash;
use super::stage::Stage;
use crate::instant::Day;
use crate::wording::WordingRefusal;
use crate::{Language, Text, say};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FindingRefusal {
    AlreadyRaised,
    Unknown,
    InspectionNotSubmitted,
    /// The inspection does not name this finding for this item.
    NotOfInspection,
    /// It is not what was handed in, and may have been signed.
    NotAsHandedIn,
    /// It says something else of its item than the checklist does, or makes it less severe.
    NotOfChecklist,
    /// The step is not legal at this stage, to which whoever acted last brought it.
    NotNow {
        stage: Stage,
        by: Texts,
    },
    Field(PlanField, WordingRefusal),
    PhotoMissing,
    /// The item calls for so many photos more than there are.
    EvidenceMissing {
        photos: u32,
    },
    /// Photos of it fixed, of a finding that is not said to be.
    ShownFixedButNotFixed,
    TooManyPhotos {
        limit: usize,
    },
    PhotoHashMalformed,
    /// This photo is evidence elsewhere already.
    PhotoSeenBefore(PhotoHash),
    /// Evidence of a re-verification is taken after the claim.
    PhotoBeforeClaim,
    /// A claim with a photo from before the fault was seen, or seen again.
    PhotoBeforeFinding,
    /// A claim with a photo from before the notice that ordered the rectification.
    PhotoBeforeNotice,
    /// Re-verified by someone who planned or claimed the rectification.
    RectifiedItOneself,
    /// Re-verified by someone of the unit that rectified.
    SameUnit,
    /// Re-verified by someone who accepted the plan.
    ApprovedItOneself,
    /// Ordered, answered or accepted by someone of the body the finding is about: nobody signs their own file.
    OwnBody,
    /// What was found in a department is rectified by its own officers.
    NotOfDepartment,
    /// Another department owes the support.
    SupportOfAnother,
    /// Decided by whoever planned, claimed, disputed or asked for time.
    OwnRequest,
    /// The day is over already.
    DeadlinePast(PlanField),
    /// Whatever is rectified again has until a later day than today.
    DeadlineToday(PlanField),
    /// The day lies further ahead than any rectification takes.
    DeadlineTooFar(PlanField),
    /// A finding is notified of once.
    NotifiedAlready,
    /// The plan would be due after the rectification.
    PlanAfterCompletion,
    /// A plan promises a day after the deadline, which is not over yet.
    AfterDeadline {
        limit: Day,
    },
    /// The dispute was answered before; the answer stands.
    DisputeAnswered,
    /// Another plan than the one read is before the reader now.
    PlanReplaced {
        latest: u32,
    },
    /// An extension ends after the deadline it extends.
    ExtensionNotLater {
        than: Day,
    },
    /// Nothing is late, so no letter is due.
    NotLate,
    /// The institution waits for support that is late: that is not its delay.
    WaitsForSupport,
    /// A letter is out; its answer is not due yet.
    LetterStands {
        until: Day,
    },
    /// Another rectification notice has this number.
    NoticeNumberTaken(String),
    /// An earlier letter about this finding has this number.
    LetterNumberTaken(String),
    /// No letter went out, or the last is answered.
    NoLetterToAnswer,
    /// The look-back did not draw this finding.
    NotDrawn,
    LookedBackAlready,
    /// Only a department owes support.
    NotARegulator,
    SupportUnknown,
    SupportProvidedAlready,
    SupportNotProvided,
    SupportConfirmedAlready,
    TooManySupports {
        limit: usize,
    },
}

/// The fields a person fills in, to say which one is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanField {
    Note,
    HelpGiven,
    SupportOwed,
    Affected,
    AtRisk,
    SystemChange,
    Monitoring,
    Account,
    CompleteBy,
    /// The day by which a plan means to be carried out.
    PlannedFor,
    Number,
    Basis,
    Facts,
    Requirement,
    PlanBy,
    Grounds,
    Reason,
    Opinion,
    Until,
    Demand,
    AnswerBy,
    Support,
    SupportDue,
}

impl PlanField {
    pub const fn title(self) -> Text {
        match self {
            PlanField::Note => Text::new("问题描述", "Description"),
            PlanField::HelpGiven => Text::new("现场帮扶", "Help given"),
            PlanField::SupportOwed => Text::new("需协调支持", "Support owed"),
            PlanField::Affected => Text::new("对受影响人员的措施", "For those affected"),
            PlanField::AtRisk => Text::new("对其他有风险人员的措施", "For others at risk"),
            PlanField::SystemChange => Text::new("制度改进", "Change of the system"),
            PlanField::Monitoring => Text::new("监测办法", "Monitoring"),
            PlanField::Account => Text::new("情况说明", "Account"),
            PlanField::CompleteBy => Text::new("整改期限", "Complete by"),
            PlanField::PlannedFor => Text::new("完成日期", "Planned for"),
            PlanField::Number => Text::new("文号", "Number"),
            PlanField::Basis => Text::new("依据", "Basis"),
            PlanField::Facts => Text::new("问题事实", "Facts"),
            PlanField::Requirement => Text::new("整改要求", "What is required"),
            PlanField::PlanBy => Text::new("计划报送期限", "Plan due by"),
            PlanField::Grounds => Text::new("申诉理由", "Grounds"),
            PlanField::Reason => Text::new("理由", "Reason"),
            PlanField::Opinion => Text::new("意见", "Opinion"),
            PlanField::Until => Text::new("延期至", "Until"),
            PlanField::Demand => Text::new("督办要求", "What is demanded"),
            PlanField::AnswerBy => Text::new("答复期限", "Answer by"),
            PlanField::Support => Text::new("支持事项", "Support"),
            PlanField::SupportDue => Text::new("支持期限", "Support due by"),
        }
    }
}

impl FindingRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            FindingRefusal::AlreadyRaised => {
                say!(language, "该问题已登记", "This finding is raised already")
            }
            FindingRefusal::Unknown => say!(language, "没有这个问题", "There is no such finding"),
            FindingRefusal::InspectionNotSubmitted => {
                say!(
                    language,
                    "所属检查尚未提交",
                    "The inspection it belongs to has not been submitted"
                )
            }
            FindingRefusal::NotAsHandedIn => say!(
                language,
                "这个问题与检查记录提交时的内容不一致",
                "This finding is not what was handed in with the record"
            ),
            FindingRefusal::NotOfInspection => {
                say!(
                    language,
                    "该问题与检查记录不一致",
                    "The inspection does not name this finding"
                )
            }
            FindingRefusal::NotOfChecklist => say!(
                language,
                "该问题与检查表中的检查项不一致，记录保留待人工处理",
                "The finding differs from its item in the checklist; it is kept for a person to settle"
            ),
            FindingRefusal::NotNow { stage, by } => {
                let (stage, by) = (stage.title().get(language), by.get(language.tag()));
                say!(
                    language,
                    "该问题已由{by}办理，现为“{stage}”，不能再进行此操作；您填写的内容仍在这里",
                    "{by} has acted on this finding: it is now “{stage}”, so this cannot be done any more; what you entered is still here"
                )
            }
            FindingRefusal::Field(field, refusal) => {
                let (field, why) = (field.title().get(language), refusal.text(language));
                say!(language, "{field}：{why}", "{field}: {why}")
            }
            FindingRefusal::PhotoMissing => {
                say!(language, "请至少附一张照片", "Attach at least one photo")
            }
            FindingRefusal::ShownFixedButNotFixed => say!(
                language,
                "只有当场改正的问题才附改正后的照片",
                "Only a finding fixed on the spot has photos of it fixed"
            ),
            FindingRefusal::EvidenceMissing { photos } => {
                say!(
                    language,
                    "该项目要求的证据照片还缺{photos}张",
                    "The item calls for {photos} more photo(s) as evidence"
                )
            }
            FindingRefusal::TooManyPhotos { limit } => {
                say!(
                    language,
                    "一次最多{limit}张照片",
                    "Attach {limit} photos or fewer at a time"
                )
            }
            FindingRefusal::PhotoHashMalformed => say!(
                language,
                "照片标识无效，请重新添加",
                "A photo's name is malformed; add it again"
            ),
            FindingRefusal::PhotoSeenBefore(_) => {
                say!(
                    language,
                    "这张照片以前用过，请现场重新拍摄",
                    "This photo was used before; take a new one on site"
                )
            }
            FindingRefusal::PhotoBeforeFinding => say!(
                language,
                "整改照片须在发现问题之后拍摄，请重新拍摄",
                "Evidence of a rectification must be taken after the fault was found; take a new photo"
            ),
            FindingRefusal::PhotoBeforeNotice => say!(
                language,
                "整改照片须在整改通知下达之后拍摄，请到现场重新拍摄",
                "Evidence of a rectification must be taken after the notice that ordered it; take a new photo on site"
            ),
            FindingRefusal::PhotoBeforeClaim => say!(
                language,
                "复核照片须在申报整改完成之后拍摄",
                "Evidence of a re-verification must be taken after the rectification was claimed"
            ),
            FindingRefusal::RectifiedItOneself => say!(
                language,
                "您参与了该问题的整改，不能复核（须由其他单位人员独立复核）",
                "You took part in rectifying this finding, so you cannot re-verify it; someone of another unit must"
            ),
            FindingRefusal::SameUnit => say!(
                language,
                "复核人不得来自整改单位（须由其他单位人员独立复核）",
                "You belong to the unit that rectified this finding; someone of another unit must re-verify it"
            ),
            FindingRefusal::ApprovedItOneself => say!(
                language,
                "您审核通过了该问题的整改计划，不能复核（须由未参与整改和审核的人员复核）",
                "You accepted the plan for this finding, so you cannot re-verify it; someone who neither rectified nor accepted must"
            ),
            FindingRefusal::OwnBody => say!(
                language,
                "该问题涉及您所在的单位，须由其他单位人员办理（回避）",
                "This finding is about your own body; someone of another unit must do this (recusal)"
            ),
            FindingRefusal::NotOfDepartment => say!(
                language,
                "该问题涉及监管部门，须由该部门自己的人员整改",
                "This finding is about a department; its own officers rectify it"
            ),
            FindingRefusal::SupportOfAnother => say!(
                language,
                "这项支持由其他部门提供，须由该部门人员登记",
                "Another department owes this support; its own people record that it was provided"
            ),
            FindingRefusal::OwnRequest => say!(
                language,
                "这一申请或整改由您本人经办，须由他人裁定（回避）",
                "You planned, claimed or asked for this yourself; someone else must decide on it (recusal)"
            ),
            FindingRefusal::DeadlinePast(field) => {
                let field = field.title().get(language);
                say!(
                    language,
                    "{field}：不能早于今天",
                    "{field}: choose today or a later day"
                )
            }
            FindingRefusal::DeadlineToday(field) => {
                let field = field.title().get(language);
                say!(
                    language,
                    "{field}：须晚于今天",
                    "{field}: choose a day after today"
                )
            }
            FindingRefusal::NotifiedAlready => say!(
                language,
                "该问题已下达整改通知，请按重新确定的整改期限办理",
                "A notice was issued for this finding already; it goes on with the day set when it was opened again"
            ),
            FindingRefusal::DeadlineTooFar(field) => {
                let field = field.title().get(language);
                say!(
                    language,
                    "{field}：不能晚于一年以后",
                    "{field}: choose a day within a year"
                )
            }
            FindingRefusal::PlanAfterCompletion => say!(
                language,
                "计划报送期限不能晚于整改期限",
                "The plan must be due no later than the rectification"
            ),
            FindingRefusal::AfterDeadline { limit } => {
                let limit = limit.text(language);
                say!(
                    language,
                    "完成日期不能晚于整改期限{limit}；需要更多时间的，请在计划审核通过后申请延期",
                    "The day must not be after the deadline, {limit}; if it takes longer, ask for an extension once the plan is accepted"
                )
            }
            FindingRefusal::DisputeAnswered => say!(
                language,
                "申诉已答复，不能再次申诉；请按要求报送整改计划",
                "The dispute has been answered and cannot be raised again; submit the plan"
            ),
            FindingRefusal::PlanReplaced { latest } => say!(
                language,
                "机构已报送新的计划（第{latest}份），请刷新后审核新计划；您填写的意见仍在这里",
                "The institution has submitted another plan (no. {latest}); reload and read that one; what you entered is still here"
            ),
            FindingRefusal::ExtensionNotLater { than } => {
                let than = than.text(language);
                say!(
                    language,
                    "延期须晚于现有期限{than}",
                    "An extension must end after the deadline in force, {than}"
                )
            }
            FindingRefusal::NotLate => {
                say!(
                    language,
                    "尚未逾期，不能督办",
                    "Nothing is late, so no letter is due"
                )
            }
            FindingRefusal::WaitsForSupport => say!(
                language,
                "监管部门应提供的支持逾期未到，不计为机构逾期",
                "The regulator's support is late; that is not the institution's delay"
            ),
            FindingRefusal::LetterStands { until } => {
                let until = until.text(language);
                say!(
                    language,
                    "已发督办函，答复期限为{until}，届时未答复方可再次督办",
                    "A letter is out, to be answered by {until}; another can go out after that"
                )
            }
            FindingRefusal::NoticeNumberTaken(number) => say!(
                language,
                "文号“{number}”已用于另一份整改通知书，请填写新的文号",
                "Another rectification notice has the number “{number}”; give this one its own"
            ),
            FindingRefusal::LetterNumberTaken(number) => say!(
                language,
                "文号“{number}”已用于该问题的另一份督办函，请填写新的文号",
                "Another letter about this finding has the number “{number}”; give this one its own"
            ),
            FindingRefusal::NoLetterToAnswer => say!(
                language,
                "没有待答复的督办函",
                "No letter waits for an answer"
            ),
            FindingRefusal::NotDrawn => say!(
                language,
                "该问题不在这次回头看的抽样之内",
                "This look-back did not draw this finding"
            ),
            FindingRefusal::LookedBackAlready => say!(
                language,
                "该问题在这次回头看中已核查",
                "This finding has been looked at in this look-back already"
            ),
            FindingRefusal::NotARegulator => say!(
                language,
                "提供支持的应是监管部门，请另选单位",
                "Support is owed by a department; choose one"
            ),
            FindingRefusal::SupportUnknown => {
                say!(language, "没有这项支持", "There is no such support")
            }
            FindingRefusal::SupportProvidedAlready => say!(
                language,
                "该项支持已提供",
                "This support has been provided already"
            ),
            FindingRefusal::SupportNotProvided => say!(
                language,
                "该项支持尚未提供，不能确认",
                "This support has not been provided yet, so it cannot be confirmed"
            ),
            FindingRefusal::SupportConfirmedAlready => say!(
                language,
                "该项支持已确认",
                "This support has been confirmed already"
            ),
            FindingRefusal::TooManySupports { limit } => say!(
                language,
                "一个问题最多登记{limit}项支持",
                "A finding has {limit} supports or fewer"
            ),
        }
    }
}
