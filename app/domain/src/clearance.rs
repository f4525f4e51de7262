//! Inspectors' clearance: under closed management nobody enters an institution without a test that is fresh enough and a record of
//! vaccination. Each record is a new fact; the latest test counts.

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::PersonId;
use crate::instant::{Day, Instant};
use crate::permission::{Act, Place};
use crate::working_day::days_between;
use crate::{Language, Text, say};

/// Hours a negative test holds; the level-1 guides of 2022 ask for 48.
pub const TEST_HOURS: i64 = 48;
/// Doses anybody has had.
pub const MOST_DOSES: u8 = 9;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cleared {
    /// When the sample was taken.
    pub tested_at: Instant,
    pub negative: bool,
    pub doses: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_dose_on: Option<Day>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clearance {
    pub latest: Option<Cleared>,
}

/// What the latest test says at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClearanceState {
    NeverTested,
    Valid,
    /// Tested too long ago.
    Expired,
    Positive,
}

impl ClearanceState {
    pub fn of(tested: Option<(Instant, bool)>, at: Instant) -> ClearanceState {
        match tested {
            None => ClearanceState::NeverTested,
            Some((_, false)) => ClearanceState::Positive,
            Some((tested_at, true)) if at <= tested_at.plus_hours(TEST_HOURS) => {
                ClearanceState::Valid
            }
            Some(_) => ClearanceState::Expired,
        }
    }

    pub const fn title(self) -> Text {
        match self {
            ClearanceState::NeverTested => Text::new("无检测记录", "Never tested"),
            ClearanceState::Valid => Text::new("有效", "Valid"),
            ClearanceState::Expired => Text::new("检测超时", "Test too old"),
            ClearanceState::Positive => Text::new("阳性", "Positive"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClearanceCommand {
    Record(Cleared),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum ClearanceEvent {
    Recorded(Cleared),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClearanceRefusal {
    PersonUnknown,
    /// The sample was taken after now.
    TestAhead,
    /// A later test is recorded already.
    TestNotLater {
        than: Instant,
    },
    TooManyDoses {
        limit: u8,
    },
    /// Doses without a day, a day without doses, or a day that has not come.
    DoseDay,
}

impl ClearanceRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            ClearanceRefusal::PersonUnknown => {
                say!(language, "没有这个人员", "There is no such person")
            }
            ClearanceRefusal::TestAhead => say!(
                language,
                "采样时间不能晚于现在",
                "The sample cannot have been taken after now"
            ),
            ClearanceRefusal::TestNotLater { .. } => say!(
                language,
                "已有更晚的检测记录",
                "A later test is recorded already"
            ),
            ClearanceRefusal::TooManyDoses { limit } => say!(
                language,
                "接种剂次不能超过{limit}",
                "Doses must be {limit} or fewer"
            ),
            ClearanceRefusal::DoseDay => say!(
                language,
                "请填写最近一剂的接种日期（未接种的不填），且不能晚于今天",
                "Give the day of the last dose, none where there was no dose, and not after today"
            ),
        }
    }
}

impl Clearance {
    pub fn evolve(&mut self, event: &ClearanceEvent) {
        let ClearanceEvent::Recorded(cleared) = event;
        self.latest = Some(cleared.clone());
    }

    pub fn state(&self, at: Instant) -> ClearanceState {
        let latest = self.latest.as_ref();
        ClearanceState::of(latest.map(|latest| (latest.tested_at, latest.negative)), at)
    }
}

/// People record their own; an organiser of the whole jurisdiction records anybody's.
///
/// # Errors
/// Every [`ClearanceRefusal`]; a role or a scope that does not permit it.
pub fn decide(
    person: PersonId,
    state: &Clearance,
    command: &ClearanceCommand,
    context: &Context<'_>,
) -> Result<Vec<ClearanceEvent>, crate::Refusal> {
    let ClearanceCommand::Record(cleared) = command;
    if person == context.actor {
        context.permit(Act::Inspect, &Place::Anywhere)?;
    } else {
        context.permit(Act::Organise, &Place::Jurisdiction)?;
    }
    if context.directory.active_person(person).is_none() {
        return Err(ClearanceRefusal::PersonUnknown.into());
    }
    if context.now < cleared.tested_at {
        return Err(ClearanceRefusal::TestAhead.into());
    }
    if let Some(latest) = &state.latest
        && cleared.tested_at < latest.tested_at
    {
        return Err(ClearanceRefusal::TestNotLater {
            than: latest.tested_at,
        }
        .into());
    }
    if cleared.doses > MOST_DOSES {
        return Err(ClearanceRefusal::TooManyDoses { limit: MOST_DOSES }.into());
    }
    let sound = match cleared.last_dose_on {
        None => cleared.doses == 0,
        Some(day) => cleared.doses > 0 && days_between(day, context.today) >= 0,
    };
    if !sound {
        return Err(ClearanceRefusal::DoseDay.into());
    }
    Ok(vec![ClearanceEvent::Recorded(cleared.clone())])
}
