//! The first visit to an empty server: the jurisdiction, its clock, its first administrator.

use domain::Text;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::door::door;
use crate::api::setup::{Founding, found};
use crate::api::view::Frame;
use crate::i18n::t;
use crate::routes::PageFrame;
use crate::widgets::ask::{Ask, Control, empty_faults};
use crate::widgets::browser;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

const ZONES: [&str; 12] = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
];

const CODE: Text = Text::new("一次性代码", "One-time code");
const ZONE: Text = Text::new("时区", "Time zone");
const SIGN_IN_NAME: Text = Text::new("登录名", "Sign-in name");
const PASSWORD: Text = Text::new("密码", "Password");
const AGAIN: Text = Text::new("再输一次密码", "Password again");

pub fn page() -> AnyView {
    let PageFrame(frame) = PageFrame::here();
    let is_founded = matches!(
        frame,
        Ok(Frame {
            jurisdiction: Some(_),
            ..
        })
    );
    let founded = is_founded.then(|| view! { <Redirect path="/"/> });
    let content = view! { {founded}{form()} };
    door(
        t(Text::new("初始设置", "First set-up")),
        t(Text::new("一台新的服务器", "A new server")),
        content,
    )
}

fn form() -> AnyView {
    let [
        code,
        name,
        name_english,
        zone,
        person,
        person_english,
        sign_in_name,
        password,
        again,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    zone.set(ZONES[0].to_owned());
    person.set("系统管理员".to_owned());
    person_english.set("Administrator".to_owned());
    let sending = Sending::new("setup-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("code", CODE, code)]);
        let name = typed(&name.get_untracked(), &name_english.get_untracked());
        if name.is_empty() {
            let text = t(Text::new(
                "请填写辖区的名称",
                "Give the jurisdiction a name",
            ))
            .to_owned();
            faults.push(Fault {
                field: Some("jurisdiction"),
                text,
            });
        }
        let administrator_name = typed(&person.get_untracked(), &person_english.get_untracked());
        if administrator_name.is_empty() {
            let text = t(Text::new(
                "请填写管理员的姓名",
                "Give the administrator’s name",
            ))
            .to_owned();
            faults.push(Fault {
                field: Some("administrator"),
                text,
            });
        }
        faults.extend(empty_faults(&[
            ("zone", ZONE, zone),
            ("sign-in-name", SIGN_IN_NAME, sign_in_name),
            ("password", PASSWORD, password),
        ]));
        if password.get_untracked() != again.get_untracked() {
            let text = t(Text::new("两次输入的密码不同", "The two passwords differ")).to_owned();
            faults.push(Fault {
                field: Some("again"),
                text,
            });
        }
        let founding = Founding {
            code: code.get_untracked().trim().to_owned(),
            name,
            time_zone: zone.get_untracked().trim().to_owned(),
            administrator_name,
            sign_in_name: sign_in_name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        let work = move || -> Work { Box::pin(found(founding)) };
        sending.run(faults, work, || browser::go_to("/setup/bodies"));
    };
    let zones = ZONES.map(str::to_owned).to_vec();
    let secret = || Control::Password {
        autocomplete: "new-password",
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <h2>{t(Text::new("初始设置", "First set-up"))}</h2>
            {sending.summary()}
            {Ask::new("code", CODE, Control::Line { autocomplete: "one-time-code" }, code)
                .hint(Text::new("服务器启动时显示在终端里。", "The server printed it when it started."))
                .view(sending)}
            {Ask::line("jurisdiction", Text::new("辖区名称（中文）", "Name of the jurisdiction in Chinese"), name).view(sending)}
            {Ask::line("jurisdiction-english", Text::new("辖区名称（英文）", "Name of the jurisdiction in English"), name_english)
                .optional()
                .view(sending)}
            {Ask::new("zone", ZONE, Control::Proposed(zones), zone).view(sending)}
            {Ask::line("administrator", Text::new("管理员姓名（中文）", "Administrator’s name in Chinese"), person).view(sending)}
            {Ask::line("administrator-english", Text::new("管理员姓名（英文）", "Administrator’s name in English"), person_english)
                .optional()
                .view(sending)}
            {Ask::new("sign-in-name", SIGN_IN_NAME, Control::Line { autocomplete: "username" }, sign_in_name)
                .hint(Text::new("3至40位小写字母、数字、点、横线或下划线。", "3 to 40 of a–z, 0–9, dot, hyphen and underscore."))
                .view(sending)}
            {Ask::new("password", PASSWORD, secret(), password).view(sending)}
            {Ask::new("again", AGAIN, secret(), again).view(sending)}
            {sending.submit(IconName::ArrowRight, Text::new("开始", "Begin"))}
        </form>
    }
    .into_any()
}
