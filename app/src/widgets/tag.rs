//! States in one word: always an icon, a word and a colour.

use domain::finding::{Stage, Standing, severity_title};
use domain::{Language, Text, say};
use form::Severity;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::api::view::AssignmentState;
use crate::i18n::t;

pub fn tag(state: &'static str, icon: IconName, text: impl IntoAny) -> AnyView {
    view! { <span class="tag" data-state=state><Icon name=icon/>{text.into_any()}</span> }
        .into_any()
}

pub const fn stage_icon(stage: Stage) -> IconName {
    match stage {
        Stage::Raised => IconName::CircleAlert,
        Stage::Planned => IconName::FileText,
        Stage::Rectified => IconName::SearchCheck,
        Stage::Closed => IconName::BadgeCheck,
        Stage::Reopened | Stage::PlanReturned => IconName::RotateCcw,
        Stage::Notified => IconName::Megaphone,
        Stage::Disputed => IconName::Info,
        Stage::PlanSubmitted => IconName::ClipboardList,
        Stage::ExtensionAsked => IconName::Clock,
        Stage::Withdrawn => IconName::X,
    }
}

pub fn stage_tag(stage: Stage) -> AnyView {
    tag(stage.code(), stage_icon(stage), t(stage.title()))
}

pub fn severity_tag(severity: Severity) -> AnyView {
    let (state, icon) = match severity {
        Severity::General => ("general", IconName::TriangleAlert),
        Severity::Key => ("key", IconName::OctagonAlert),
    };
    tag(state, icon, t(severity_title(severity)))
}

pub const fn assignment_title(state: AssignmentState) -> Text {
    match state {
        AssignmentState::Sealed => Text::new("密封", "Sealed"),
        AssignmentState::Released => Text::new("已启封", "Released"),
        AssignmentState::Started => Text::new("检查中", "Under way"),
        AssignmentState::Submitted => Text::new("已提交", "Submitted"),
        AssignmentState::Cancelled => Text::new("已取消", "Cancelled"),
    }
}

pub fn assignment_tag(state: AssignmentState) -> AnyView {
    let (code, icon) = match state {
        AssignmentState::Sealed => ("sealed", IconName::Lock),
        AssignmentState::Released => ("open", IconName::LockOpen),
        AssignmentState::Started => ("sending", IconName::Clock),
        AssignmentState::Submitted => ("received", IconName::CircleCheck),
        AssignmentState::Cancelled => ("cancelled", IconName::X),
    };
    tag(code, icon, t(assignment_title(state)))
}

/// How long there is until a deadline, where that is worth saying: late, waiting for late support, today, or within three working days.
pub fn standing_tag(standing: Standing, language: Language) -> Option<AnyView> {
    let text = standing_text(standing, language)?;
    Some(match standing {
        Standing::Late { .. } => tag("overdue", IconName::Clock, text),
        Standing::Suspended { .. } => tag("soon", IconName::HandHelping, text),
        Standing::Running { .. } | Standing::None => tag("soon", IconName::Clock, text),
    })
}

/// The same in words; None while there is time enough, or nothing due.
fn standing_text(standing: Standing, language: Language) -> Option<String> {
    match standing {
        Standing::Late { by: 0, .. } => Some(say!(language, "已逾期", "Late")),
        Standing::Late { by: 1, .. } => Some(say!(language, "逾期1个工作日", "1 working day late")),
        Standing::Late { by, .. } => {
            Some(say!(language, "逾期{by}个工作日", "{by} working days late"))
        }
        Standing::Suspended { .. } => {
            Some(say!(language, "等待支持，期限顺延", "Waits for support"))
        }
        Standing::Running { left: 0, .. } => Some(say!(language, "今日到期", "Due today")),
        Standing::Running { left: 1, .. } => {
            Some(say!(language, "剩1个工作日", "1 working day left"))
        }
        Standing::Running { left, .. } if left <= 3 => Some(say!(
            language,
            "剩{left}个工作日",
            "{left} working days left"
        )),
        Standing::None | Standing::Running { .. } => None,
    }
}
