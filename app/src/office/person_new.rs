//! Registering a person: their unit, a role where it holds, a first password.

use domain::Text;
use domain::id::{BodyId, PersonId};
use domain::person::Registration;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::person::GrantForm;
use crate::api::command::register_person;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

const SIGN_IN_NAME: Text = Text::new("登录名", "Sign-in name");
const PASSWORD: Text = Text::new("初始密码", "First password");
pub fn page() -> AnyView {
    let site = Site::here();
    let [name, name_english, sign_in_name, password] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    let grant = GrantForm::empty();
    let zone = site.jurisdiction.time_zone.clone();
    let unit = BodyPicker::new("unit", Text::new("所属单位", "Unit"));
    let sending = Sending::new("person-errors").kept("administration/people/new");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let texts = typed(&name.get_untracked(), &name_english.get_untracked());
        if texts.is_empty() {
            let text = t(Text::new("请填写姓名", "Give the person’s name")).to_owned();
            faults.push(Fault {
                field: Some("name"),
                text,
            });
        }
        let unit: Option<BodyId> = unit
            .read()
            .map_err(|fault| faults.push(fault))
            .ok()
            .flatten();
        let granted = grant.read(&zone, &mut faults);
        faults.extend(empty_faults(&[
            ("sign-in-name", SIGN_IN_NAME, sign_in_name),
            ("password", PASSWORD, password),
        ]));
        let registration = Registration {
            name: texts,
            unit,
            sign_in_name: sign_in_name.get_untracked().trim().to_owned(),
            grants: granted.into_iter().collect(),
        };
        let id = PersonId(Uuid::now_v7());
        let work = move || -> Work {
            Box::pin(register_person(id, registration, password.get_untracked()))
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/administration/people/{id}"))
        });
    };
    let title = t(Text::new("登记人员", "Register a person")).to_owned();
    view! {
        {crumbs("/administration", Text::new("人员", "People"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" method="post" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("name", Text::new("姓名（中文）", "Name in Chinese"), name).view(sending)}
            {Ask::line("name-english", Text::new("姓名（英文）", "Name in English"), name_english).optional().view(sending)}
            {unit.view(sending, true)}
            {grant.view(&site, sending)}
            {Ask::line("sign-in-name", SIGN_IN_NAME, sign_in_name)
                .hint(Text::new("3至40位小写字母、数字、点、横线或下划线。", "3 to 40 of a–z, 0–9, dot, hyphen and underscore."))
                .view(sending)}
            {Ask::new("password", PASSWORD, Control::Password { autocomplete: "new-password" }, password)
                .hint(Text::new("当面交给本人；首次登录须改为自己的密码。", "Hand it to the person yourself; they choose their own at the first sign-in."))
                .view(sending)}
            {sending.submit(IconName::Plus, Text::new("登记", "Register"))}
        </form>
    }
    .into_any()
}
