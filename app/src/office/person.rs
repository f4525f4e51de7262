//! One person: their unit, their roles with where and how long each holds, and what was done to them.

use domain::command::Command;
use domain::id::{BodyId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Grant, Role, Scope};
use domain::person::{Amendment, Field, PersonCommand};
use domain::{Language, Text, say};
use leptos::prelude::*;

use super::confirmation::Confirmation;
use super::people::state;
use super::{Site, id_in_address};
use crate::api::command::set_initial_password;
use crate::api::query::person;
use crate::api::view::{HistoryDetail, HistoryEntry, Named, PersonView};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Fault, Seen, Sending, Work};
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::tag::tag;
use crate::widgets::texts::typed;

/// What the scope control says besides a district's code.
const WHOLE: &str = "jurisdiction";
const ONE_BODY: &str = "body";

/// The controls that ask for a role, where it holds and for how long; one such form on a page.
#[derive(Clone, Copy)]
pub struct GrantForm {
    role: RwSignal<String>,
    scope: RwSignal<String>,
    body: BodyPicker,
    from: RwSignal<String>,
    until: RwSignal<String>,
}

const FROM: Text = Text::new("起", "From");
const UNTIL: Text = Text::new("止", "Until");

impl GrantForm {
    pub fn empty() -> GrantForm {
        let text = |text: &str| RwSignal::new(text.to_owned());
        GrantForm {
            role: text(Role::InstitutionOfficer.code()),
            scope: text(ONE_BODY),
            body: BodyPicker::new(
                "scope-body",
                Text::new("职责所在单位", "Body the role holds for"),
            ),
            from: text(""),
            until: text(""),
        }
    }

    pub fn read(self, time_zone: &str, faults: &mut Vec<Fault>) -> Option<Grant> {
        let scope = match self.scope.get_untracked().as_str() {
            WHOLE => Some(Scope::Jurisdiction),
            ONE_BODY => self
                .body
                .require()
                .map_err(|fault| faults.push(fault))
                .ok()
                .map(Scope::Body),
            code => Some(Scope::District(DistrictCode(code.to_owned()))),
        };
        let mut moment = |id: &'static str, label: Text, value: RwSignal<String>| {
            if value.with_untracked(|value| value.trim().is_empty()) {
                return None;
            }
            read_moment(id, label, value, time_zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        let (from, until) = (
            moment("grant-from", FROM, self.from),
            moment("grant-until", UNTIL, self.until),
        );
        let role = Role::from_code(&self.role.get_untracked());
        role.zip(scope).map(|(role, scope)| Grant {
            role,
            scope,
            from,
            until,
        })
    }

    pub fn view(self, site: &Site, sending: Sending) -> AnyView {
        let roles = Role::ALL
            .map(|role| (role.code().to_owned(), t(role.title()).to_owned()))
            .to_vec();
        let scopes: Vec<(String, String)> = [
            (
                ONE_BODY.to_owned(),
                t(Text::new("一个单位及其下属", "One body and all below it")).to_owned(),
            ),
            (WHOLE.to_owned(), site.name(&site.jurisdiction.name)),
        ]
        .into_iter()
        .chain(site.districts())
        .collect();
        let (scope, body) = (self.scope, self.body);
        view! {
            {Ask::new("role", Text::new("角色", "Role"), Control::Choice(roles), self.role).view(sending)}
            {Ask::new("scope", Text::new("职责范围", "Scope"), Control::Choice(scopes), scope).view(sending)}
            {move || (scope.get() == ONE_BODY).then(|| body.view(sending, false))}
            {Ask::new("grant-from", FROM, Control::Moment, self.from).optional()
                .hint(Text::new("不填则即刻生效。", "Left empty, it holds at once."))
                .view(sending)}
            {Ask::new("grant-until", UNTIL, Control::Moment, self.until).optional()
                .hint(Text::new("不填则至收回为止。", "Left empty, it holds until it is revoked."))
                .view(sending)}
        }
        .into_any()
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<PersonId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| person(id));
    let done = Callback::new(move |()| answer.refetch());
    // Outside of what is drawn anew once it is.
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(view: &PersonView, site: &Site, done: Callback<()>) -> AnyView {
    provide_context(Seen::last(&view.history));
    let name = site.name(&view.name);
    let unit = match &view.unit {
        Some(unit) => {
            view! { <a href=format!("/bodies/{}", unit.id)>{site.name(&unit.name)}</a> }.into_any()
        }
        None => "—".into_any(),
    };
    view! {
        {crumbs("/administration", Text::new("人员", "People"), name.clone())}
        {head(name, state(view.active), ())}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {fact(Text::new("登录名", "Sign-in name"), view.sign_in_name.clone())}
                {fact(Text::new("单位", "Unit"), unit)}
            </dl>
        </section>
        <section class="stack">
            <h2>{t(Text::new("角色与范围", "Roles and scopes"))}</h2>
            {grants(view, site, done)}
            {past_grants(view, site)}
        </section>
        {view.may_manage.then(|| view! {
            {amend(view, site, done)}
            {grant(view.id, site, done)}
            {account(view, site, done)}
        })}
        {view.may_set_password.then(|| initial_password(view.id, done))}
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {history(&view.history, site)}
        </section>
    }
    .into_any()
}

/// From when to when it holds.
pub fn term(grant: &Grant, site: &Site) -> String {
    let (from, until) = (
        grant.from.map(|from| site.at(from)),
        grant.until.map(|until| site.at(until)),
    );
    match (from, until) {
        (None, None) => t(Text::new("至收回为止", "Until it is revoked")).to_owned(),
        (Some(from), None) => say!(site.language, "自{from}起", "From {from}"),
        (None, Some(until)) => say!(site.language, "至{until}", "Until {until}"),
        (Some(from), Some(until)) => {
            say!(site.language, "{from}至{until}", "{from} – {until}")
        }
    }
}

fn grants(view: &PersonView, site: &Site, done: Callback<()>) -> AnyView {
    let sending = Sending::new("revoke-errors");
    let revoking = Confirmation::new("revoke-confirm");
    let now = browser::now();
    let columns = [
        column(t(Text::new("角色与范围", "Role and scope"))),
        column(t(Text::new("期限", "Term"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("操作", "Acts"))),
    ];
    let (id, may_revoke) = (view.id, view.may_manage && view.id != site.viewer.person);
    let line = |grant: &Grant| {
        let state = if grant.holds_at(now) {
            tag(
                "received",
                IconName::CircleCheck,
                t(Text::new("有效", "Holds")),
            )
        } else if grant.from.is_some_and(|from| from > now) {
            tag("soon", IconName::Clock, t(Text::new("尚未开始", "Not yet")))
        } else {
            tag("cancelled", IconName::X, t(Text::new("已到期", "Over")))
        };
        let revoke = may_revoke.then(|| {
            let title = t(grant.role.title());
            let label = say!(site.language, "收回：{title}", "Revoke: {title}");
            let row = format!("{grant:?}");
            let grant = grant.clone();
            let revoke = Callback::new(move |()| {
                let command = Command::Person {
                    id,
                    command: PersonCommand::Revoke(grant.clone()),
                };
                sending.run_command(Vec::new(), Some(command), move || done.run(()));
            });
            let consequence = say!(
                site.language,
                "此人即刻失去“{title}”的权限。",
                "This person can no longer act as {title}, from now on."
            );
            let act = (IconName::X, Text::new("收回", "Revoke"));
            revoking
                .of_row(row)
                .button(act, Some(label), consequence, revoke)
        });
        row(vec![
            view! { <th scope="row">{site.grant(grant, &view.scopes)}</th> }.into_any(),
            cell(term(grant, site)),
            brief(state),
            brief(revoke),
        ])
    };
    let none = t(Text::new("没有角色。", "No role."));
    view! {
        {sending.summary()}
        {table(t(Text::new("角色与范围", "Roles and scopes")), &columns, view.grants.iter().map(line).collect(), none)}
    }
    .into_any()
}

/// A role that was revoked.
#[derive(Debug, PartialEq)]
struct PastRole {
    grant: Grant,
    scopes: Vec<Named<BodyId>>,
    /// None where it is not told when it was given; never before the role's own beginning.
    from: Option<Instant>,
    /// When it was revoked, or had ended by itself before that.
    until: Instant,
    revoked_at: Instant,
    revoked_by: Option<Named<PersonId>>,
}

/// The roles that a person's record says were revoked, the latest first. One held since the registration began with it.
fn past_roles(history: &[HistoryEntry]) -> Vec<PastRole> {
    let registered = history
        .iter()
        .find(|entry| entry.kind == "person.registered")
        .map(|entry| entry.occurred_at);
    let mut given: Vec<(&Grant, Instant)> = Vec::new();
    let mut past = Vec::new();
    for entry in history {
        let Some(HistoryDetail::Grant(grant, scopes)) = &entry.detail else {
            continue;
        };
        let at = entry.occurred_at;
        if entry.kind == "person.granted" {
            given.push((grant, at));
            continue;
        }
        let place = given.iter().rposition(|(given, _)| *given == grant);
        let from = place.map(|place| given.remove(place).1).or(registered);
        past.push(PastRole {
            grant: grant.clone(),
            scopes: scopes.clone(),
            from: from.max(grant.from),
            until: grant.until.map_or(at, |until| until.min(at)),
            revoked_at: at,
            revoked_by: entry.actor.clone(),
        });
    }
    past.reverse();
    past
}

/// The roles somebody had, folded; nothing where they lost none, or where it is not told.
fn past_grants(view: &PersonView, site: &Site) -> Option<AnyView> {
    let past = past_roles(&view.history);
    if past.is_empty() {
        return None;
    }
    let columns = [
        column(t(Text::new("角色与范围", "Role and scope"))),
        column(t(Text::new("期限", "Term"))),
        column(t(Text::new("收回", "Revoked"))),
    ];
    let line = |role: &PastRole| {
        let until = site.at(role.until);
        let term = match role.from {
            Some(from) if from >= role.until => {
                t(Text::new("未曾开始", "It never began")).to_owned()
            }
            Some(from) => {
                let from = site.at(from);
                say!(site.language, "{from}至{until}", "{from} – {until}")
            }
            None => say!(site.language, "至{until}", "Until {until}"),
        };
        let who = role.revoked_by.as_ref();
        let who = who.map_or_else(|| "—".to_owned(), |who| site.name(&who.name));
        let at = site.at(role.revoked_at);
        row(vec![
            view! { <th scope="row">{site.grant(&role.grant, &role.scopes)}</th> }.into_any(),
            cell(term),
            cell(format!("{who} · {at}")),
        ])
    };
    let title = t(Text::new("曾有的角色", "Roles of the past"));
    let count = past.len();
    let table = table(title, &columns, past.iter().map(line).collect(), "");
    Some(
        view! {
            <details>
                <summary>{say!(site.language, "{title}（{count}）", "{title} ({count})")}</summary>
                {table}
            </details>
        }
        .into_any(),
    )
}

fn grant(id: PersonId, site: &Site, done: Callback<()>) -> AnyView {
    let form = GrantForm::empty();
    let sending = Sending::new("grant-errors").for_more();
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let command = form.read(&zone, &mut faults).map(|grant| Command::Person {
            id,
            command: PersonCommand::Grant(grant),
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("授予角色", "Grant a role"))}</summary>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {form.view(site, sending)}
                {sending.submit(IconName::Plus, Text::new("授予", "Grant"))}
            </form>
        </details>
    }
    .into_any()
}

/// Another name, or another unit after a transfer.
fn amend(view: &PersonView, site: &Site, done: Callback<()>) -> AnyView {
    let id = view.id;
    let before = Amendment {
        name: view.name.clone(),
        unit: view.unit.as_ref().map(|unit| unit.id),
    };
    let [name, name_english] = Language::ALL.map(|language| {
        let said = view.name.iter().find(|(tag, _)| *tag == language.tag());
        RwSignal::new(said.map(|(_, text)| text.to_owned()).unwrap_or_default())
    });
    let unit = BodyPicker::new("amend-unit", Field::Unit.title());
    let unit = match &view.unit {
        Some(of) => unit.holding(of.id, site.name(&of.name)),
        None => unit,
    };
    let sending = Sending::new("amend-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let unit = unit.read().map_err(|fault| faults.push(fault)).ok();
        let after = Amendment {
            name: typed(&name.get_untracked(), &name_english.get_untracked()),
            unit: unit.flatten(),
        };
        let command = PersonCommand::Amend {
            before: before.clone(),
            after,
        };
        let command = Command::Person { id, command };
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    let summary = Text::new("更正姓名或单位", "Amend the name or the unit");
    view! {
        <details class="card">
            <summary>{t(summary)}</summary>
            <p>{t(Text::new(
                "调动后，回避和复核按新单位判断；本人做过的整改和审批仍不能由本人复核。",
                "After a transfer recusal and re-verification go by the new unit; what they rectified or approved themselves they still may not re-verify.",
            ))}</p>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("amend-name", Text::new("姓名（中文）", "Name in Chinese"), name).view(sending)}
                {Ask::line("amend-english-name", Text::new("姓名（英文）", "Name in English"), name_english).optional().view(sending)}
                {unit.view(sending, true)}
                {sending.submit(IconName::Check, Text::new("保存更正", "Save the amendment"))}
            </form>
        </details>
    }
    .into_any()
}

/// A new password for who has forgotten theirs.
fn initial_password(id: PersonId, done: Callback<()>) -> AnyView {
    const PASSWORD: Text = Text::new("新的初始密码", "New first password");
    let password = RwSignal::new(String::new());
    let sending = Sending::new("initial-password-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("initial-password", PASSWORD, password)]);
        let work = move || -> Work { Box::pin(set_initial_password(id, password.get_untracked())) };
        sending.run(faults, work, move || {
            password.set(String::new());
            done.run(());
        });
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("重设密码", "Set a new password"))}</summary>
            <p>{t(Text::new(
                "此人在所有设备上的登录即刻失效，下次登录须先改为自己的密码。",
                "Every session of this person ends at once, and they choose a password of their own at the next sign-in.",
            ))}</p>
            <form class="stack prose" method="post" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("initial-password", PASSWORD, Control::Password { autocomplete: "new-password" }, password)
                    .hint(Text::new("至少10个字符，当面交给本人。", "10 characters or more; hand it to the person yourself."))
                    .view(sending)}
                {sending.submit(IconName::Lock, Text::new("设置初始密码", "Set the first password"))}
            </form>
        </details>
    }
    .into_any()
}

/// Putting the account out of use, or back into it.
fn account(view: &PersonView, site: &Site, done: Callback<()>) -> AnyView {
    let (id, active) = (view.id, view.active);
    if id == site.viewer.person {
        return ().into_any();
    }
    let sending = Sending::new("account-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = if active {
            PersonCommand::Deactivate
        } else {
            PersonCommand::Reactivate
        };
        let command = Command::Person { id, command };
        sending.run_command(Vec::new(), Some(command), move || done.run(()));
    };
    let (summary, text, icon) = if active {
        (
            Text::new("停用账号", "Deactivate the account"),
            Text::new(
                "停用后不能登录，所有设备上的登录即刻失效。可以恢复。",
                "Nobody can sign in with it any more, and every session ends at once. It can be reactivated.",
            ),
            IconName::X,
        )
    } else {
        (
            Text::new("恢复账号", "Reactivate the account"),
            Text::new(
                "恢复后可用原密码登录，角色如上。",
                "The person can sign in with the same password, with the roles above.",
            ),
            IconName::RotateCcw,
        )
    };
    view! {
        <details class="card">
            <summary>{t(summary)}</summary>
            <p>{t(text)}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {sending.submit(icon, summary)}
            </form>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: &str, at: i64, grant: Option<&Grant>) -> HistoryEntry {
        HistoryEntry {
            position: None,
            version: 1,
            kind: kind.into(),
            actor: Some(Named {
                id: PersonId(uuid::Uuid::from_u128(9)),
                name: form::Texts::both("管理员", "Administrator"),
            }),
            device: None,
            occurred_at: Instant(at),
            recorded_at: Instant(at),
            hash: String::new(),
            detail: grant.map(|grant| HistoryDetail::Grant(grant.clone(), Vec::new())),
        }
    }

    /// Given a role held since the registration, one given twice, one that had ended by itself, and one that was revoked before it began,
    /// when they are revoked, then each is told with its own time, the latest first, and what is held still is not.
    #[test]
    fn what_was_revoked_is_told_with_its_time() {
        let role = |role, from: Option<i64>, until: Option<i64>| Grant {
            from: from.map(Instant),
            until: until.map(Instant),
            ..Grant::new(role, Scope::Jurisdiction)
        };
        let first = role(Role::Inspector, None, None);
        let twice = role(Role::Organiser, None, None);
        let ended = role(Role::GroupLeader, None, Some(35));
        let ahead = role(Role::OversightOfficer, Some(90), None);
        let history = [
            entry("person.registered", 1, None),
            entry("person.granted", 10, Some(&twice)),
            entry("person.revoked", 20, Some(&first)),
            entry("person.granted", 25, Some(&ended)),
            entry("person.revoked", 30, Some(&twice)),
            entry("person.granted", 33, Some(&twice)),
            entry("person.revoked", 40, Some(&ended)),
            entry("person.granted", 45, Some(&ahead)),
            entry("person.revoked", 50, Some(&ahead)),
        ];
        let told: Vec<(Role, Option<i64>, i64, i64)> = past_roles(&history)
            .iter()
            .map(|past| {
                let from = past.from.map(Instant::millis);
                let until = past.until.millis();
                (past.grant.role, from, until, past.revoked_at.millis())
            })
            .collect();
        assert_eq!(
            told,
            [
                (Role::OversightOfficer, Some(90), 50, 50),
                (Role::GroupLeader, Some(25), 35, 40),
                (Role::Organiser, Some(10), 30, 30),
                (Role::Inspector, Some(1), 20, 20),
            ]
        );
        assert_eq!(past_roles(&history[..2]), []);
    }
}
