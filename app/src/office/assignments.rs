//! The assignments of a campaign: a list on its page, and what its organisers do with them, one by one or several at once.

use std::collections::BTreeMap;

use domain::assignment::{AssignmentCommand, ReleaseRule};
use domain::command::Command;
use domain::id::{AssignmentId, CampaignId, PersonId};
use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::campaign::in_order;
use super::confirmation::Confirmation;
use super::release_picker::release_text;
use crate::api::view::{AssignmentRow, AssignmentState, CampaignView, MemberClearance};
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::browser;
use crate::widgets::filters::Filter;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::{Asking, BulkAct, Entered, List, OnPage, Question};
use crate::widgets::sending::{Seen, Sending, Work};
use crate::widgets::tag::{assignment_tag, assignment_title};

/// The fields of the words that are owed.
const ARRIVAL: &str = "arrival-account";
const CANCELLATION: &str = "cancel-reason";
const REASON: Text = Text::new("取消的原因", "Why it is cancelled");
const RESCHEDULED_TO: &str = "reschedule-day";
const RESCHEDULED_WHY: &str = "reschedule-reason";
const RESCHEDULE: Text = Text::new("改期", "Move to another day");
const NEW_DAY: Text = Text::new("新的检查日期", "New day of the visit");
const WHY_RESCHEDULED: Text = Text::new("改期的原因", "Why it is moved");

/// What there is to say of its state beside the word: what it waits for, or why it was cancelled.
pub fn more_of_state(assignment: &AssignmentRow, site: &Site) -> Option<String> {
    match assignment.state {
        AssignmentState::Sealed => release_text(assignment.release, site),
        _ => assignment.reason.clone(),
    }
}

impl Listed for AssignmentRow {
    const LIST: &'static str = "assignments";

    fn columns() -> Vec<Column<AssignmentRow>> {
        vec![
            Column::text(
                "target",
                Text::new("受检单位", "Body to visit"),
                |row, site| site.name(&row.target.name).into(),
            ),
            Column::brief(
                "day",
                Text::new("检查日期", "Day of the visit"),
                |row, _| row.visit_on.into(),
            ),
            Column::brief("group", Text::new("检查组", "Group"), |row, site| {
                row.group
                    .as_ref()
                    .map(|group| site.name(&group.name))
                    .into()
            }),
            Column::text(
                "team",
                Text::new("成员", "Team"),
                |row: &AssignmentRow, site| {
                    let team = row.team.iter().map(|person| site.name(&person.name));
                    let and = t(Text::new("、", ", "));
                    team.collect::<Vec<_>>().join(and).into()
                },
            ),
            Column::text(
                "state",
                Text::new("状态", "State"),
                |row: &AssignmentRow, site| {
                    let title = t(assignment_title(row.state));
                    let more: Vec<String> = said_of(row, site).collect();
                    if more.is_empty() {
                        return title.into();
                    }
                    let more = more.join(t(Text::new("；", "; ")));
                    say!(site.language, "{title}：{more}", "{title}: {more}").into()
                },
            )
            .look(|row, site| {
                let more: Vec<_> = said_of(row, site)
                    .map(|more| view! { <small>{more}</small> })
                    .collect();
                view! { <span class="row">{assignment_tag(row.state)}</span>{more} }.into_any()
            }),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/assignments/{}", self.id))
    }

    fn caution(&self, site: &Site) -> Option<String> {
        release_caution(self, site)
    }

    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

/// All that is said beside the word for its state.
fn said_of(row: &AssignmentRow, site: &Site) -> impl Iterator<Item = String> {
    let said = [more_of_state(row, site), kept_away(row, site)];
    said.into_iter().flatten()
}

/// Who of its team has declared an interest in the body since it was made, and what is to be done about it.
pub fn kept_away(row: &AssignmentRow, site: &Site) -> Option<String> {
    if row.interested.is_empty() {
        return None;
    }
    if !row.organised {
        return Some(
            t(Text::new(
                "您已申报与受检单位有利害关系：请勿前往，由组织者改派他人。",
                "You declared an interest in the body: do not go; the organiser sends others.",
            ))
            .to_owned(),
        );
    }
    let who = row.interested.iter().map(|person| site.name(&person.name));
    let who = who.collect::<Vec<_>>().join(t(Text::new("、", ", ")));
    Some(say!(
        site.language,
        "{who}已申报与受检单位有利害关系，应当回避：请取消任务，另派他人。",
        "{who} declared an interest in the body and keeps away: cancel this and assign others."
    ))
}

/// What stands against a release: who of the team keeps away, to whom it is not released, and who may not enter by their tests.
fn release_caution(row: &AssignmentRow, site: &Site) -> Option<String> {
    let (and, between) = (t(Text::new("、", ", ")), t(Text::new("；", "; ")));
    let interested = (!row.interested.is_empty()).then(|| {
        let who: Vec<String> = row
            .interested
            .iter()
            .map(|person| site.name(&person.name))
            .collect();
        let who = who.join(and);
        say!(
            site.language,
            "{who}已申报利害关系，不会启封",
            "{who} declared an interest: it is not released"
        )
    });
    let uncleared = (!row.uncleared.is_empty()).then(|| {
        let member = |member: &MemberClearance| {
            let (name, state) = (site.name(&member.person.name), t(member.state.title()));
            say!(site.language, "{name}（{state}）", "{name} ({state})")
        };
        let who: Vec<String> = row.uncleared.iter().map(member).collect();
        let (count, who) = (who.len(), who.join(and));
        say!(
            site.language,
            "{count}人核酸检测不在有效期内：{who}",
            "{count} without a valid test: {who}"
        )
    });
    let said: Vec<String> = interested.into_iter().chain(uncleared).collect();
    (!said.is_empty()).then(|| said.join(between))
}

fn released(id: AssignmentId, campaign: CampaignId) -> Command {
    Command::Assignment {
        id,
        campaign,
        command: AssignmentCommand::Release,
    }
}

/// Of one that is sealed, for who organises its campaign.
fn release(assignment: &AssignmentRow, _: &Site, _: &Entered) -> Vec<Command> {
    let may = assignment.organised && assignment.state == AssignmentState::Sealed;
    may.then(|| released(assignment.id, assignment.campaign))
        .into_iter()
        .collect()
}

/// The list as `asking` has it, on its campaign's page; `told` is run after something was done with several rows. What is asked about one
/// of them stays while the page is drawn anew.
pub fn assignments(
    campaign: &CampaignView,
    site: &Site,
    asking: &Asking<AssignmentRow>,
    acts: Acts,
    told: Callback<()>,
) -> AnyView {
    let organises = site.may(Act::Organise);
    let id = campaign.id;
    let (of_row, under_row) = (site.clone(), site.clone());
    let row_acts = organises.then(|| {
        Callback::new(move |row: AssignmentRow| row.organised.then(|| acts.buttons(&row, &of_row)))
    });
    let row_under =
        organises.then(|| Callback::new(move |row: AssignmentRow| acts.question(&row, &under_row)));
    let dissolved = campaign.dissolved.iter().map(|(id, group)| (*id, group));
    let groups = in_order(campaign, site)
        .into_iter()
        .chain(dissolved)
        .map(|(id, group)| (id.to_string(), site.name(&group.name)));
    let list = List::<AssignmentRow> {
        path: format!("/campaigns/{id}"),
        title: Text::new("任务", "Assignments"),
        filter: Text::new("筛选任务", "Filter assignments"),
        filters: vec![
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                AssignmentState::ALL
                    .map(|state| {
                        (
                            state.code().to_owned(),
                            t(assignment_title(state)).to_owned(),
                        )
                    })
                    .into_iter()
                    .chain([(
                        AssignmentState::UNDER_WAY.to_owned(),
                        t(Text::new("已启封或检查中", "Released or under way")).to_owned(),
                    )])
                    .collect(),
            ),
            Filter::choice("group", Text::new("检查组", "Group"), groups.collect()),
            Filter::day("day", Text::new("检查日期", "Day of the visit")),
        ],
        search: Text::new("单位或成员", "Body or member"),
        none: Text::new("没有符合条件的任务。", "No assignment matches."),
        acts: organises
            .then_some(BulkAct {
                icon: IconName::LockOpen,
                title: Text::new("启封所选", "Release the selected"),
                asks: Some(Question::Sure(Text::new(
                    "启封后检查组即刻看到受检单位，不能再密封。",
                    "The teams learn at once where they go, and nothing is sealed again.",
                ))),
                commands: release,
            })
            .into_iter()
            .collect(),
    };
    let on_page = OnPage {
        row_acts,
        row_under,
        done: Some(told),
    };
    view! {
        {acts.summary()}
        {asking.show(list, on_page)}
    }
    .into_any()
}

const RELEASE: (IconName, Text) = (IconName::LockOpen, Text::new("启封", "Release"));

/// What an organiser does with an assignment where it stands: buttons, and apart from them what one of these asks. Of several assignments
/// one is asked about at a time.
#[derive(Clone, Copy)]
pub struct Acts {
    sending: Sending,
    releasing: Confirmation,
    /// Those about which words are owed.
    cancelling: RwSignal<Option<AssignmentId>>,
    arriving: RwSignal<Option<AssignmentId>>,
    rescheduling: RwSignal<Option<AssignmentId>>,
    /// The assignments as their reader saw them.
    seen: StoredValue<BTreeMap<AssignmentId, Seen>>,
    pub done: Callback<()>,
}

impl Acts {
    /// `done` is run after something was done.
    pub fn new(done: Callback<()>) -> Acts {
        let acts = Acts {
            sending: Sending::new("assignment-acts-errors").called(Text::new("启封", "Release")),
            releasing: Confirmation::new("release-confirm"),
            cancelling: RwSignal::new(None),
            arriving: RwSignal::new(None),
            rescheduling: RwSignal::new(None),
            seen: StoredValue::new(BTreeMap::new()),
            done,
        };
        // The others leave it when they are asked.
        Effect::new(move |_| {
            if acts.releasing.is_open() {
                acts.leave_words();
            }
        });
        acts
    }

    /// Leaves what asks for words.
    fn leave_words(self) {
        for asked in [self.cancelling, self.arriving, self.rescheduling] {
            asked.set(None);
        }
    }

    /// Asks for the words of one act about one assignment, and leaves the others.
    fn ask_words(self, of: RwSignal<Option<AssignmentId>>, id: AssignmentId, first: &'static str) {
        self.releasing.leave();
        self.leave_words();
        of.set(Some(id));
        browser::focus_later(first);
    }

    /// Sends what is done with one assignment, as its reader saw it.
    fn send(self, id: AssignmentId, command: Command, sending: Sending) -> Work {
        let seen = self
            .seen
            .try_with_value(|seen| seen.get(&id).copied())
            .flatten();
        Box::pin(async move {
            match seen {
                Some(seen) => sending.seeing(seen).deliver(command).await,
                None => sending.deliver(command).await,
            }
        })
    }

    /// Why the last act was refused.
    pub fn summary(self) -> AnyView {
        self.sending.summary().into_any()
    }

    /// What may still be done with it; the buttons name it to those who do not see where they stand.
    pub fn buttons(self, assignment: &AssignmentRow, site: &Site) -> AnyView {
        let (id, target) = (assignment.id, site.name(&assignment.target.name));
        self.seen
            .update_value(|seen| _ = seen.insert(id, Seen::of(assignment.version)));
        let is_sealed = assignment.state == AssignmentState::Sealed;
        let awaits_arrival = is_sealed && assignment.release == ReleaseRule::OnArrival;
        let arrival = awaits_arrival.then(|| {
            let label = say!(
                site.language,
                "确认到达：{target}",
                "Confirm the arrival: {target}"
            );
            let ask = move |_| self.ask_words(self.arriving, id, ARRIVAL);
            view! {
                <button class="button" type="button" aria-label=label on:click=ask>
                    <Icon name=IconName::MapPin/>{t(Text::new("已到达", "Arrived"))}
                </button>
            }
        });
        let release = is_sealed.then(|| {
            let label = say!(site.language, "启封：{target}", "Release: {target}");
            self.releasing.of_row(id).asking(RELEASE, Some(label))
        });
        let may_cancel = !assignment.state.is_over();
        let cancel = may_cancel.then(|| {
            let label = say!(
                site.language,
                "取消任务：{target}",
                "Cancel the assignment: {target}"
            );
            let ask = move |_| self.ask_words(self.cancelling, id, CANCELLATION);
            view! {
                <button class="button" data-kind="quiet" type="button" aria-label=label on:click=ask>
                    {t(Text::new("取消任务", "Cancel assignment"))}
                </button>
            }
        });
        let reschedule = assignment.state.is_ahead().then(|| {
            let label = say!(
                site.language,
                "改期：{target}",
                "Move to another day: {target}"
            );
            let ask = move |_| self.ask_words(self.rescheduling, id, RESCHEDULED_TO);
            view! {
                <button class="button" data-kind="quiet" type="button" aria-label=label on:click=ask>
                    {t(RESCHEDULE)}
                </button>
            }
        });
        view! { <span class="row">{arrival}{release}{reschedule}{cancel}</span> }.into_any()
    }

    /// What is asked about it now, if anything is: what a release leads to, or the words that an act owes.
    pub fn question(self, assignment: &AssignmentRow, site: &Site) -> Option<AnyView> {
        let (id, campaign) = (assignment.id, assignment.campaign);
        let (sending, done) = (self.sending, self.done);
        let target = site.name(&assignment.target.name);
        if self.cancelling.get() == Some(id) {
            let owed = cancellation(&target);
            return Some(owed_form(&self, (campaign, id), owed, self.cancelling));
        }
        if self.arriving.get() == Some(id) {
            return Some(owed_form(
                &self,
                (campaign, id),
                arrival(&target),
                self.arriving,
            ));
        }
        if self.rescheduling.get() == Some(id) {
            return Some(reschedule_form(&self, assignment, site));
        }
        let release = Callback::new(move |()| {
            let command = released(id, campaign);
            let work = move || self.send(id, command, sending);
            sending.run(Vec::new(), work, move || done.run(()));
        });
        let consequence = say!(
            site.language,
            "启封后检查组即刻看到“{target}”，不能再密封。",
            "The team learns at once that it is {target}, and it cannot be sealed again."
        );
        let consequence = match release_caution(assignment, site) {
            Some(caution) => say!(
                site.language,
                "{consequence}请先核对：{caution}。",
                "{consequence} Look at this first: {caution}."
            ),
            None => consequence,
        };
        self.releasing
            .of_row(id)
            .asked(RELEASE, consequence, release)
    }
}

/// Something done about one assignment for which words are owed: what is asked, and what becomes of the answer.
struct Owed {
    title: String,
    errors: &'static str,
    field: &'static str,
    label: Text,
    act: (IconName, Text),
    back: Text,
    command: fn(String) -> AssignmentCommand,
}

/// `open` is the assignment it is asked about, until it is done or left.
fn owed_form(
    acts: &Acts,
    (campaign, assignment): (CampaignId, AssignmentId),
    owed: Owed,
    open: RwSignal<Option<AssignmentId>>,
) -> AnyView {
    let Owed {
        title,
        errors,
        field,
        label,
        act,
        back,
        command,
    } = owed;
    let acts = *acts;
    let words = RwSignal::new(String::new());
    let sending = Sending::new(errors);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[(field, label, words)]);
        let command = Command::Assignment {
            id: assignment,
            campaign,
            command: command(words.get_untracked()),
        };
        let work = move || acts.send(assignment, command, sending);
        sending.run(faults, work, move || {
            open.try_set(None);
            acts.done.run(());
        });
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::area(field, label, words).view(sending)}
            <div class="row">
                {sending.submit(act.0, act.1)}
                <button class="button" type="button" on:click=move |_| open.set(None)>{t(back)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Another day for a visit, and why.
fn reschedule_form(acts: &Acts, assignment: &AssignmentRow, site: &Site) -> AnyView {
    let acts = *acts;
    let (id, campaign, target) = (
        assignment.id,
        assignment.campaign,
        assignment.target.clone(),
    );
    let body = target.id;
    let team: Vec<PersonId> = assignment.team.iter().map(|person| person.id).collect();
    let [day, reason] = [assignment.visit_on.to_string(), String::new()].map(RwSignal::new);
    let sending = Sending::new("reschedule-errors")
        .named(&[("day", RESCHEDULED_TO), ("reason", RESCHEDULED_WHY)]);
    let open = acts.rescheduling;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let visit_on = read_day(RESCHEDULED_TO, NEW_DAY, day);
        let mut faults = empty_faults(&[(RESCHEDULED_WHY, WHY_RESCHEDULED, reason)]);
        let visit_on = visit_on.map_err(|fault| faults.insert(0, fault)).ok();
        let command = visit_on.map(|visit_on| Command::Assignment {
            id,
            campaign,
            command: AssignmentCommand::Reschedule {
                visit_on,
                target: body,
                team: team.clone(),
                reason: reason.get_untracked(),
            },
        });
        let work = move || match command {
            Some(command) => acts.send(id, command, sending),
            None => Box::pin(async { Ok(()) }),
        };
        sending.run(faults, work, move || {
            open.try_set(None);
            acts.done.run(());
        });
    };
    // Who is told of it, and when it is released, besides.
    let consequence = match (assignment.state, assignment.release) {
        (AssignmentState::Sealed, ReleaseRule::At(_)) => Text::new(
            "任务仍密封；启封时间随检查日期一并移动。",
            "It stays sealed; the time of its release moves with the day.",
        ),
        (AssignmentState::Sealed, _) => Text::new(
            "任务仍密封，检查组不会得知。",
            "It stays sealed, and its team is not told.",
        ),
        _ => Text::new("检查组会收到消息。", "Its team is told."),
    };
    let name = site.name(&target.name);
    let title = say!(site.language, "改期：{name}", "Move to another day: {name}");
    view! {
        <form class="card" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::new(RESCHEDULED_TO, NEW_DAY, Control::Day, day).hint(consequence).view(sending)}
            {Ask::area(RESCHEDULED_WHY, WHY_RESCHEDULED, reason).view(sending)}
            <div class="row">
                {sending.submit(IconName::Check, RESCHEDULE)}
                <button class="button" type="button" on:click=move |_| open.set(None)>{t(Text::new("不改期", "Keep the day"))}</button>
            </div>
        </form>
    }
    .into_any()
}

fn arrival(target: &str) -> Owed {
    Owed {
        title: say!(
            language(),
            "确认到达并启封：{target}",
            "Confirm the arrival and release: {target}"
        ),
        errors: "arrival-errors",
        field: ARRIVAL,
        label: Text::new("如何得知已到达", "How the arrival is known"),
        act: (
            IconName::LockOpen,
            Text::new("确认并启封", "Confirm and release"),
        ),
        back: Text::new("返回", "Back"),
        command: |account| AssignmentCommand::ConfirmArrival { account },
    }
}

fn cancellation(target: &str) -> Owed {
    Owed {
        title: say!(
            language(),
            "取消任务：{target}",
            "Cancel the assignment: {target}"
        ),
        errors: "cancel-errors",
        field: CANCELLATION,
        label: REASON,
        act: (
            IconName::X,
            Text::new("取消这项任务", "Cancel this assignment"),
        ),
        back: Text::new("不取消", "Keep it"),
        command: |reason| AssignmentCommand::Cancel { reason },
    }
}
