//! Registering one body by hand.

use domain::Text;
use domain::body::{BodyCommand, BodyKind, Particulars};
use domain::command::Command;
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::bodies::kinds;
use crate::api::command::send;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_number};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

const RESIDENTS: Text = Text::new("服务对象人数", "Residents");
const STAFF: Text = Text::new("工作人员数", "Staff");
const CAPACITY: Text = Text::new("床位数", "Beds");

pub fn page() -> AnyView {
    let site = Site::here();
    let [
        kind,
        name,
        name_english,
        district,
        residents,
        staff,
        capacity,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    kind.set(BodyKind::ElderCare.code().to_owned());
    let parent = BodyPicker::new("parent", Text::new("上级单位", "Answers to"));
    let sending = Sending::new("body-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let texts = typed(&name.get_untracked(), &name_english.get_untracked());
        if texts.is_empty() {
            let text = t(Text::new("请填写单位名称", "Give the body a name")).to_owned();
            faults.push(Fault {
                field: Some("name"),
                text,
            });
        }
        let parent = parent
            .read()
            .map_err(|fault| faults.push(fault))
            .ok()
            .flatten();
        let mut figure = |id, label, value| {
            read_number(id, label, value)
                .map_err(|fault| faults.push(fault))
                .unwrap_or_default()
        };
        let particulars = Particulars {
            kind: BodyKind::from_code(&kind.get_untracked()).unwrap_or(BodyKind::ElderCare),
            name: texts,
            parent,
            district: Some(district.get_untracked())
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            residents: figure("residents", RESIDENTS, residents),
            staff: figure("staff", STAFF, staff),
            capacity: figure("capacity", CAPACITY, capacity),
            sample: false,
        };
        let id = BodyId(Uuid::now_v7());
        let work = move || -> Work {
            Box::pin(send(Command::Body {
                id,
                command: BodyCommand::Register(particulars),
            }))
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/bodies/{id}"))
        });
    };
    let whole = (
        String::new(),
        t(Text::new("全辖区", "Whole jurisdiction")).to_owned(),
    );
    let districts = std::iter::once(whole).chain(site.districts()).collect();
    let title = t(Text::new("登记单位", "Register a body")).to_owned();
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("kind", Text::new("类型", "Kind"), Control::Choice(kinds()), kind).view(sending)}
            {Ask::line("name", Text::new("名称（中文）", "Name in Chinese"), name).view(sending)}
            {Ask::line("name-english", Text::new("名称（英文）", "Name in English"), name_english).optional().view(sending)}
            {parent.view(sending, true)}
            {Ask::new("district", Text::new("区", "District"), Control::Choice(districts), district).view(sending)}
            {Ask::new("residents", RESIDENTS, Control::Number, residents).optional().view(sending)}
            {Ask::new("staff", STAFF, Control::Number, staff).optional().view(sending)}
            {Ask::new("capacity", CAPACITY, Control::Number, capacity).optional().view(sending)}
            {sending.submit(IconName::Plus, Text::new("登记", "Register"))}
        </form>
    }
    .into_any()
}
