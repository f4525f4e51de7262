//! States in one word: always an icon, a word and a colour.

use domain::finding::{Stage, severity_title};
use domain::instant::Day;
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
        Stage::Reopened => IconName::RotateCcw,
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

pub fn assignment_tag(state: AssignmentState) -> AnyView {
    let (code, icon, text) = match state {
        AssignmentState::Sealed => ("sealed", IconName::Lock, Text::new("密封", "Sealed")),
        AssignmentState::Released => ("open", IconName::LockOpen, Text::new("已启封", "Released")),
        AssignmentState::Started => ("sending", IconName::Clock, Text::new("检查中", "Under way")),
        AssignmentState::Submitted => (
            "received",
            IconName::CircleCheck,
            Text::new("已提交", "Submitted"),
        ),
        AssignmentState::Cancelled => ("cancelled", IconName::X, Text::new("已取消", "Cancelled")),
    };
    tag(code, icon, t(text))
}

/// How long there is until a deadline, where that is worth saying: late, today, or within three days.
pub fn deadline_tag(complete_by: Day, today: Day, language: Language) -> Option<AnyView> {
    let days = day_number(complete_by) - day_number(today);
    match days {
        ..0 => {
            let late = -days;
            Some(tag(
                "overdue",
                IconName::Clock,
                say!(language, "逾期{late}天", "{late} days late"),
            ))
        }
        0 => Some(tag(
            "soon",
            IconName::Clock,
            say!(language, "今日到期", "Due today"),
        )),
        1..=3 => Some(tag(
            "soon",
            IconName::Clock,
            say!(language, "剩{days}天", "{days} days left"),
        )),
        _ => None,
    }
}

/// Days since the beginning of the year 0 (Howard Hinnant's `days_from_civil`, shifted).
pub(crate) fn day_number(day: Day) -> i64 {
    let (year, month) = (i64::from(day.year), i64::from(day.month));
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    year * 365 + year / 4 - year / 100
        + year / 400
        + (153 * from_march + 2) / 5
        + i64::from(day.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        for (from, to, days) in [
            ("2022-03-13", "2022-03-16", 3),
            ("2024-02-28", "2024-03-01", 2),
            ("2023-02-28", "2023-03-01", 1),
            ("2021-12-31", "2022-01-01", 1),
            ("2022-03-16", "2022-03-13", -3),
            ("2000-01-01", "2001-01-01", 366),
        ] {
            let (Ok(from), Ok(to)) = (from.parse(), to.parse()) else {
                panic!("{from} {to}")
            };
            assert_eq!(day_number(to) - day_number(from), days);
        }
    }
}
