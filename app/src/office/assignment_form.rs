//! Creating an assignment: which body, by whom, on which day, sealed or not.

use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::{ChecklistUse, NoticeMode};
use domain::command::Command;
use domain::id::{AssignmentId, GroupId};
use domain::instant::Day;
use domain::visit_mode::VisitMode;
use domain::{Language, Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::campaign::in_order;
use super::release_picker::ReleasePicker;
use super::team_picker::{TeamPicker, advice, inspectors};
use crate::api::command::send;
use crate::api::view::{CampaignView, PersonRow};
use crate::clock::period_text;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_day, tick};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};

const DAY: Text = Text::new("检查日期", "Day of the visit");
/// Stands for picking people one by one.
const PEOPLE: &str = "people";

/// The day a new visit is proposed for: today while the campaign runs, its first day before that. Once it is over, the day of
/// its latest visit, or its last day: what is added then belongs to what was done.
pub fn proposed_day(today: Day, from: Day, to: Day, latest: Option<Day>) -> Day {
    if today <= to {
        today.max(from)
    } else {
        latest.map_or(to, |latest| latest.min(to))
    }
}

/// A day of the campaign, or what its days are.
pub fn within(
    field: &'static str,
    day: Day,
    (from, to): (Day, Day),
    language: Language,
) -> Result<Day, Fault> {
    if (from..=to).contains(&day) {
        return Ok(day);
    }
    let period = period_text(from, to, language);
    Err(Fault {
        field: Some(field),
        text: say!(
            language,
            "检查日期应在督查期间（{period}）内",
            "The day of the visit must lie within the campaign: {period}"
        ),
    })
}

pub fn assignment_form(
    campaign: &CampaignView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let plan = campaign.plan.clone();
    let plan_kind = plan.kind;
    let language = site.language;
    let today = browser::today(&site.jurisdiction.time_zone);
    let allowed = period_text(plan.from, plan.to, language);
    let allowed = say!(
        language,
        "可选日期：{allowed}（督查期间）。",
        "Days to choose from: {allowed}, those of the campaign."
    );
    let latest = campaign.last_visit_on;
    let day = RwSignal::new(proposed_day(today, plan.from, plan.to, latest).to_string());
    let in_order = in_order(campaign, site);
    let first = in_order
        .first()
        .map_or_else(|| PEOPLE.to_owned(), |(id, _)| id.to_string());
    let who = RwSignal::new(first);
    let sealed = RwSignal::new(plan.notice_mode == NoticeMode::Unannounced);
    let mode = RwSignal::new(VisitMode::default().code().to_owned());
    let modes = VisitMode::ALL
        .map(|mode| (mode.code().to_owned(), t(mode.title()).to_owned()))
        .to_vec();
    let target = BodyPicker::new("assignment-target", Text::new("受检单位", "Body to visit"))
        .among(plan.terms.subjects);
    let picker = TeamPicker::new("assignment-team", "assignment-leader");
    let release = ReleasePicker::new(site, day);
    let shown = release.clone();
    let sending = Sending::new("assignment-errors");

    // By its place among those of the plan; the first is the plan's own.
    let checklists: Vec<ChecklistUse> = std::iter::once(ChecklistUse {
        checklist: plan.checklist,
        version: plan.checklist_version.clone(),
    })
    .chain(campaign.other_checklists.iter().map(|(one, _)| one.clone()))
    .collect();
    let others = campaign.other_checklists.iter().map(|(_, title)| title);
    let titles: Vec<(String, String)> = std::iter::once(&campaign.checklist_title)
        .chain(others)
        .enumerate()
        .map(|(place, title)| (place.to_string(), site.name(title)))
        .collect();
    let checklist = RwSignal::new("0".to_owned());
    let by_checklist = (titles.len() > 1).then(|| {
        let label = Text::new("使用的检查表", "Checklist to use");
        Ask::new(
            "assignment-checklist",
            label,
            Control::Choice(titles),
            checklist,
        )
        .view(sending)
    });
    let groups = campaign.groups.clone();
    let choices: Vec<(String, String)> = in_order
        .iter()
        .map(|(id, group)| (id.to_string(), site.name(&group.name)))
        .chain([(
            PEOPLE.to_owned(),
            t(Text::new("逐个选择人员", "Pick people one by one")).to_owned(),
        )])
        .collect();
    let id = campaign.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults: Vec<Fault> = Vec::new();
        let body = target.require().map_err(|fault| faults.push(fault)).ok();
        let who = who.get_untracked().parse::<GroupId>().ok();
        let team = match who.and_then(|group| groups.get(&group)) {
            Some(group) => Some((group.leader, group.members.clone())),
            None => picker.read().map_err(|fault| faults.push(fault)).ok(),
        };
        let visit_on = read_day("assignment-day", DAY, day)
            .and_then(|day| within("assignment-day", day, (plan.from, plan.to), language))
            .map_err(|fault| faults.push(fault))
            .ok();
        let rule = if sealed.get_untracked() {
            release.read().map_err(|fault| faults.push(fault)).ok()
        } else {
            Some(ReleaseRule::ByOrganiser)
        };
        let place = checklist.get_untracked().parse::<usize>().unwrap_or(0);
        let used = checklists.get(place).or(checklists.first()).cloned();
        let order = body.zip(team).zip(visit_on).zip(rule).zip(used).map(
            |((((target, (leader, team)), visit_on), release), used)| AssignmentOrder {
                campaign: id,
                target,
                group: who,
                leader,
                team,
                visit_on,
                mode: VisitMode::from_code(&mode.get_untracked()).unwrap_or_default(),
                sealed: sealed.get_untracked(),
                checklist: used.checklist,
                checklist_version: used.version,
                release,
                draw: None,
            },
        );
        let work = move || -> Work {
            Box::pin(async move {
                let Some(order) = order else { return Ok(()) };
                let assignment = AssignmentId(Uuid::now_v7());
                let command = AssignmentCommand::Create(order);
                send(Command::Assignment {
                    id: assignment,
                    campaign: id,
                    command,
                })
                .await
            })
        };
        sending.run(faults, work, move || {
            target.clear();
            done.run(());
        });
    };
    let people = inspectors(people, plan_kind, site);
    let advised = advice(campaign, site);
    view! {
        <section class="card">
            <h2>{t(Text::new("新建任务", "New assignment"))}</h2>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {target.view(sending, false)}
                {by_checklist}
                {Ask::new("assignment-group", Text::new("由谁检查", "Who visits"), Control::Choice(choices), who).view(sending)}
                {move || (who.get() == PEOPLE).then(|| picker.view(people.clone(), advised.clone(), sending))}
                {Ask::new("assignment-day", DAY, Control::Day, day).view(sending)}
                <p>{allowed}</p>
                {Ask::new("assignment-mode", VisitMode::PLANNED, Control::Choice(modes), mode).view(sending)}
                {tick("assignment-sealed", Text::new("密封：启封前小组不知道受检单位", "Sealed: the team learns the body only on release"), sealed)}
                {move || sealed.get().then(|| shown.view(sending))}
                {sending.submit(IconName::Plus, Text::new("建立任务", "Create the assignment"))}
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_outside_the_campaign_is_told_its_days() {
        let day = |text: &str| -> Day { text.parse().unwrap_or_else(|_| panic!("{text}")) };
        let (from, to) = (day("2022-03-13"), day("2022-05-31"));
        for (asked, is_within) in [
            ("2022-03-12", false),
            ("2022-03-13", true),
            ("2022-05-31", true),
            ("2022-06-01", false),
        ] {
            let read = within("assignment-day", day(asked), (from, to), Language::Chinese);
            assert_eq!(read.is_ok(), is_within, "{asked}");
            if let Err(fault) = read {
                assert!(fault.text.contains("2022年3月13日"), "{}", fault.text);
            }
        }
    }

    #[test]
    fn a_visit_is_proposed_for_a_day_of_its_campaign() {
        let day = |text: &str| -> Day { text.parse().unwrap_or_else(|_| panic!("{text}")) };
        let (from, to) = (day("2022-03-13"), day("2022-05-31"));
        for (today, latest, proposed) in [
            ("2022-03-01", None, "2022-03-13"),
            ("2022-04-02", Some("2022-03-14"), "2022-04-02"),
            ("2022-05-31", None, "2022-05-31"),
            ("2026-01-01", Some("2022-03-14"), "2022-03-14"),
            ("2026-01-01", None, "2022-05-31"),
        ] {
            // given a campaign of spring 2022 and its latest visit, when a visit is added today
            let latest = latest.map(day);
            // then
            assert_eq!(
                proposed_day(day(today), from, to, latest),
                day(proposed),
                "{today}"
            );
        }
    }
}
