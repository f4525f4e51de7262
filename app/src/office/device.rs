//! One tablet: who uses it, and revoking it.

use domain::Text;
use domain::id::DeviceId;
use domain::record::StreamKind;
use leptos::prelude::*;

use super::confirmation::Confirmation;
use super::devices::{PATH, REASON, REVOKED, TITLE, called, revoke, state};
use super::{Site, id_in_address};
use crate::api::query::device;
use crate::api::view::DeviceRow;
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
    let act = device
        .revoked_at
        .is_none()
        .then(|| revoke_form(device.clone(), done));
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
        {act}
    }
    .into_any()
}

fn revoke_form(device: DeviceRow, done: Callback<()>) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("device-errors");
    let confirming = Confirmation::new("device-confirm");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("device-reason", REASON, reason)]);
        let command = revoke(&device, &reason.get_untracked());
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("停用这台平板", "Revoke this tablet"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("device-reason", REASON, reason).view(sending)}
                {confirming.submit(sending, IconName::X, Text::new("停用", "Revoke"), REVOKED)}
            </form>
        </details>
    }
    .into_any()
}
