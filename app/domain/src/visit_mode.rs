//! How a visit is made under closed management: inside, at the gate, or from afar.

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::inspection::Outcome;

/// What is recorded without one was made on site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum VisitMode {
    /// Inside the institution.
    #[default]
    OnSite,
    /// At the gate and around the premises: nobody of the team goes in, people of the institution are met outside.
    Perimeter,
    /// By video, telephone or documents: nobody meets anybody of the institution.
    Remote,
}

impl VisitMode {
    /// What the mode of a visit is called where it is planned.
    pub const PLANNED: Text = Text::new("检查方式", "Mode of the visit");
    /// The same where it is recorded.
    pub const MADE: Text = Text::new("检查方式", "How the visit was made");
    pub const ALL: [VisitMode; 3] = [VisitMode::OnSite, VisitMode::Perimeter, VisitMode::Remote];

    pub const fn code(self) -> &'static str {
        match self {
            VisitMode::OnSite => "onSite",
            VisitMode::Perimeter => "perimeter",
            VisitMode::Remote => "remote",
        }
    }

    pub fn from_code(code: &str) -> Option<VisitMode> {
        VisitMode::ALL.into_iter().find(|mode| mode.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            VisitMode::OnSite => Text::new("现场", "On site"),
            VisitMode::Perimeter => Text::new("院外（不入院）", "At the perimeter"),
            VisitMode::Remote => Text::new("远程", "Remote"),
        }
    }

    /// Whether people of the institution were met, so that an exposure travels: at a closed gate there was somebody; where nobody
    /// answered, and over a line, there was not.
    pub const fn meets(self, outcome: Outcome) -> bool {
        !matches!(self, VisitMode::Remote)
            && matches!(outcome, Outcome::Completed | Outcome::RefusedEntry)
    }

    /// For serde: what goes without saying.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(crate) fn is_on_site(&self) -> bool {
        *self == VisitMode::OnSite
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exposure_travels_where_people_meet() {
        for (mode, outcome, meets) in [
            (VisitMode::OnSite, Outcome::Completed, true),
            (VisitMode::OnSite, Outcome::RefusedEntry, true),
            (VisitMode::OnSite, Outcome::Closed, false),
            (VisitMode::OnSite, Outcome::CouldNotContact, false),
            (VisitMode::Perimeter, Outcome::Completed, true),
            (VisitMode::Remote, Outcome::Completed, false),
            (VisitMode::Remote, Outcome::RefusedEntry, false),
        ] {
            assert_eq!(mode.meets(outcome), meets, "{mode:?} {outcome:?}");
        }
    }

    /// What was recorded before there were modes was made on site, and says no more than it did.
    #[test]
    fn what_goes_without_saying_is_not_written() {
        #[derive(Serialize, Deserialize)]
        struct Visit {
            #[serde(default, skip_serializing_if = "VisitMode::is_on_site")]
            mode: VisitMode,
        }
        for (mode, written) in [
            (VisitMode::OnSite, "{}"),
            (VisitMode::Remote, r#"{"mode":"remote"}"#),
        ] {
            assert_eq!(serde_json::to_string(&Visit { mode }).unwrap(), written);
            assert_eq!(serde_json::from_str::<Visit>(written).unwrap().mode, mode);
            assert_eq!(VisitMode::from_code(mode.code()), Some(mode));
        }
    }
}
