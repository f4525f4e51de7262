//! How a sealed assignment is released: by an organiser, at a time, or when the team has arrived.

use domain::assignment::ReleaseRule;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::clock::instant_at;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_day};
use crate::widgets::sending::{Fault, Sending};

/// The rule in words; None where an organiser releases it, which goes without saying.
pub fn release_text(rule: ReleaseRule, site: &Site) -> Option<String> {
    match rule {
        ReleaseRule::ByOrganiser => None,
        ReleaseRule::At(at) => {
            let at = site.at(at);
            Some(say!(
                site.language,
                "{at}自动启封",
                "Released by itself {at}"
            ))
        }
        ReleaseRule::OnArrival => {
            Some(say!(site.language, "到达现场后启封", "Released on arrival"))
        }
    }
}

/// The rule in words, where it is asked for by name.
pub fn release_rule(rule: ReleaseRule, site: &Site) -> String {
    release_text(rule, site).unwrap_or_else(|| t(BY_ORGANISER).to_owned())
}

/// How a sealed assignment is to be released.
#[derive(Clone)]
pub struct ReleasePicker {
    rule: RwSignal<String>,
    day: RwSignal<String>,
    /// The day of the visit, which the release does not come after.
    visit: RwSignal<String>,
    time: RwSignal<String>,
    time_zone: String,
}

pub const RELEASE: Text = Text::new("启封方式", "Released");
const BY_ORGANISER: Text = Text::new("由组织者启封", "By an organiser");
const RELEASE_DAY: Text = Text::new("启封日期", "Day of the release");
const RELEASE_TIME: Text = Text::new("启封时刻（如 08:00）", "Time of the release, such as 08:00");

impl ReleasePicker {
    /// Proposes the day of the visit, `visit`, as long as no other is chosen.
    pub fn new(site: &Site, visit: RwSignal<String>) -> ReleasePicker {
        let time_zone = site.jurisdiction.time_zone.clone();
        let day = RwSignal::new(visit.get_untracked());
        Effect::new(move |proposed: Option<String>| {
            let visit = visit.get();
            if proposed.is_some_and(|proposed| proposed == day.get_untracked()) {
                day.set(visit.clone());
            }
            visit
        });
        ReleasePicker {
            rule: RwSignal::new("organiser".to_owned()),
            day,
            visit,
            time: RwSignal::new("08:00".to_owned()),
            time_zone,
        }
    }

    pub fn read(&self) -> Result<ReleaseRule, Fault> {
        match self.rule.get_untracked().as_str() {
            "arrival" => Ok(ReleaseRule::OnArrival),
            "time" => {
                let day = read_day("release-day", RELEASE_DAY, self.day)?;
                // Both are written year, month, day.
                let visit = self.visit.get_untracked();
                if !visit.is_empty() && day.to_string() > visit {
                    let text = Text::new(
                        "启封日期不能晚于检查日期",
                        "The release cannot come after the day of the visit",
                    );
                    return Err(Fault {
                        field: Some("release-day"),
                        text: t(text).to_owned(),
                    });
                }
                let typed = self.time.get_untracked();
                let (hour, minute) = typed
                    .trim()
                    .split_once([':', '：'])
                    .and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)))
                    .filter(|(hour, minute)| *hour < 24_u8 && *minute < 60_u8)
                    .ok_or_else(|| Fault {
                        field: Some("release-time"),
                        text: t(Text::new("时刻写作 08:00", "Write the time like 08:00"))
                            .to_owned(),
                    })?;
                Ok(ReleaseRule::At(instant_at(
                    day,
                    hour,
                    minute,
                    &self.time_zone,
                )))
            }
            _ => Ok(ReleaseRule::ByOrganiser),
        }
    }

    pub fn view(&self, sending: Sending) -> AnyView {
        let rules = [
            ("organiser", BY_ORGANISER),
            ("time", Text::new("到时自动启封", "At a time, by itself")),
            (
                "arrival",
                Text::new("到达现场后启封", "When the team has arrived"),
            ),
        ]
        .map(|(code, text)| (code.to_owned(), t(text).to_owned()))
        .to_vec();
        let (rule, day, time) = (self.rule, self.day, self.time);
        view! {
            {Ask::new("release", RELEASE, Control::Choice(rules), rule).view(sending)}
            {move || (rule.get() == "time").then(|| view! {
                {Ask::new("release-day", RELEASE_DAY, Control::Day, day).view(sending)}
                {Ask::line("release-time", RELEASE_TIME, time).view(sending)}
            })}
        }
        .into_any()
    }
}
