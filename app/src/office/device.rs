//! One tablet: who uses it, revoking it, and letting it enrol anew.

use domain::device::DeviceCommand;
use domain::id::DeviceId;
use domain::record::StreamKind;
use domain::{Command, Text};
use leptos::prelude::*;

use super::devices::{PATH, READMITTED, REVOKED, TITLE, called, revoke, state};
use super::reason_form::{Asked, reason_form};
use super::{Site, id_in_address};
use crate::api::query::device;
use crate::api::view::{DeviceRow, DeviceState};
use crate::i18n::t;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::loaded::{loaded, missing};

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
    let revoke = (device.state == DeviceState::Trusted).then(|| {
        let asked = Asked {
            form: "revoke-errors",
            field: "revoke-reason",
            title: Text::new("停用这台平板", "Revoke this tablet"),
            consequence: REVOKED,
        };
        let device = device.clone();
        let kept = format!("{PATH}/{}/revoke", device.id);
        reason_form(asked, &kept, move |reason| revoke(&device, reason), done)
    });
    let readmit = (device.state != DeviceState::Readmitted).then(|| {
        let asked = Asked {
            form: "readmit-errors",
            field: "readmit-reason",
            title: Text::new("准许重新登记", "Let it enrol anew"),
            consequence: READMITTED,
        };
        let id = device.id;
        let command = move |reason| Command::Device {
            id,
            command: DeviceCommand::Readmit { reason },
        };
        reason_form(asked, &format!("{PATH}/{id}/readmit"), command, done)
    });
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
        {revoke}
        {readmit}
    }
    .into_any()
}
