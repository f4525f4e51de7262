//! One tablet: who uses it, and revoking it.

use domain::id::DeviceId;
use domain::record::StreamKind;
use domain::{Command, Text};
use leptos::prelude::*;

use super::confirmation::Confirmation;
use super::devices::{PATH, READMITTED, REASON, REVOKED, TITLE, called, readmit, revoke, state};
use super::{Site, id_in_address};
use crate::api::query::device;
use crate::api::view::{DeviceRow, DeviceState};
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Sending;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<DeviceId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| device(id));
    let record = RecordOf::ask(StreamKind::Device, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    view! { {loaded(answer, move |row| show(&row, &site, done))}{record.show()} }.into_any()
}

fn show(device: &DeviceRow, site: &Site, done: Callback<()>) -> AnyView {
    let name = called(device);
    let none = || t(Text::new("尚无", "None yet")).to_owned();
    let (user, last) = match &device.signed {
        Some((by, at)) => (site.name(&by.name), site.at(*at)),
        None => (none(), none()),
    };
    let revoked = device
        .revoked_at
        .map(|at| fact(Text::new("停用时间", "Revoked"), site.at(at)));
    let acts = match device.state {
        DeviceState::Trusted => vec![ToSay::REVOKE, ToSay::READMIT],
        DeviceState::Revoked => vec![ToSay::READMIT],
        DeviceState::Readmitted => Vec::new(),
    };
    let acts: Vec<AnyView> = acts
        .into_iter()
        .map(|said| form(said, device.clone(), done))
        .collect();
    view! {
        {crumbs(PATH, TITLE, name.clone())}
        {head(name, state(device), ())}
        <section class="card" data-test="device">
            <dl class="facts">
                {fact(Text::new("登记人", "Enrolled by"), site.name(&device.enrolled_by.name))}
                {fact(Text::new("登记时间", "Enrolled"), site.at(device.enrolled_at))}
                {fact(Text::new("最近使用人", "Last used by"), user)}
                {fact(Text::new("最近送达", "Last sent"), last)}
                {revoked}
                {fact(Text::new("浏览器自述", "What its browser says of itself"), device.name.clone())}
                {fact(Text::new("编号", "Id"), device.id.to_string())}
            </dl>
        </section>
        {acts}
    }
    .into_any()
}

/// What a form about a tablet says and does.
struct ToSay {
    /// Of its errors, its reason, and its question.
    ids: [&'static str; 3],
    heading: Text,
    reason: Text,
    icon: IconName,
    act: Text,
    follows: Text,
    command: fn(&DeviceRow, &str) -> Command,
}

impl ToSay {
    const REVOKE: ToSay = ToSay {
        ids: ["device-errors", "device-reason", "device-confirm"],
        heading: Text::new("停用这台平板", "Revoke this tablet"),
        reason: REASON,
        icon: IconName::X,
        act: Text::new("停用", "Revoke"),
        follows: REVOKED,
        command: revoke,
    };
    const READMIT: ToSay = ToSay {
        ids: ["readmit-errors", "readmit-reason", "readmit-confirm"],
        heading: Text::new("准许重新登记", "Let it enrol anew"),
        reason: Text::new("重新登记的原因", "Why it may enrol anew"),
        icon: IconName::RefreshCw,
        act: Text::new("准许", "Let it enrol anew"),
        follows: READMITTED,
        command: readmit,
    };
}

fn form(said: ToSay, device: DeviceRow, done: Callback<()>) -> AnyView {
    let ToSay {
        ids: [errors, asked, confirm],
        heading,
        reason: label,
        icon,
        act,
        follows,
        command,
    } = said;
    let reason = RwSignal::new(String::new());
    let sending = Sending::new(errors);
    let confirming = Confirmation::new(confirm);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[(asked, label, reason)]);
        let command = command(&device, &reason.get_untracked());
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(heading)}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area(asked, label, reason).view(sending)}
                {confirming.submit(sending, icon, act, follows)}
            </form>
        </details>
    }
    .into_any()
}
