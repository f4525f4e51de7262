//! The districts of the jurisdiction: added under codes of their own, and renamed. Both stay in the record.

use domain::Text;
use domain::command::Command;
use domain::id::JurisdictionId;
use domain::jurisdiction::{District, DistrictCode, JurisdictionCommand};
use domain::record::StreamKind;
use leptos::prelude::*;

use super::Site;
use super::people::tabs;
use crate::api::view::JurisdictionView;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::browser;
use crate::widgets::head::head;
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::texts::{NAME, NAME_ENGLISH, given, read_name};

pub const PATH: &str = "/administration/districts";
pub const TITLE: Text = Text::new("区划", "Districts");

const CODE: Text = Text::new("区划代码", "Code");

pub fn page() -> AnyView {
    let site = Site::here();
    let id = site.jurisdiction.id;
    let record = RecordOf::ask(StreamKind::Jurisdiction, id.0);
    // One is renamed at a time: the controls have the same names.
    let renaming = RwSignal::new(None::<DistrictCode>);
    let columns = [
        column(t(CODE)),
        column(t(Text::new("名称", "Name"))),
        column(t(Text::new("更名", "Rename"))),
    ];
    let line = |district: &District| {
        row(vec![
            brief(district.code.0.clone()),
            view! { <th scope="row">{site.name(&district.name)}</th> }.into_any(),
            cell(rename(&site.jurisdiction, district, renaming)),
        ])
    };
    let districts = site.jurisdiction.districts.iter().map(line).collect();
    let none = t(Text::new("还没有区。", "There is no district yet."));
    view! {
        {head(t(TITLE).to_owned(), (), ())}
        {tabs(&site, PATH)}
        {table(t(TITLE), &columns, districts, none)}
        {add(id)}
        {record.show()}
    }
    .into_any()
}

fn add(id: JurisdictionId) -> AnyView {
    let [code, name, name_english] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::new("district-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("district-code", CODE, code)]);
        let district = District {
            code: DistrictCode(code.get_untracked().trim().to_owned()),
            name: read_name("district-name", name, name_english, &mut faults),
        };
        let command = Command::Jurisdiction {
            id,
            command: JurisdictionCommand::AddDistricts(vec![district]),
        };
        // Every page of the office names districts: they are read anew with the frame.
        sending.run_command(faults, Some(command), || browser::go_to(PATH));
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("增加区", "Add a district"))}</h2>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("district-code", CODE, code)
                    .hint(Text::new("如统计用代码 110106；定下后不能更改。", "Such as the statistics office’s 110106; it does not change once given."))
                    .view(sending)}
                {Ask::line("district-name", NAME, name).view(sending)}
                {Ask::line("district-name-english", NAME_ENGLISH, name_english).optional().view(sending)}
                {sending.submit(IconName::Plus, Text::new("增加", "Add"))}
            </form>
        </section>
    }
    .into_any()
}

fn rename(
    jurisdiction: &JurisdictionView,
    district: &District,
    renaming: RwSignal<Option<DistrictCode>>,
) -> AnyView {
    let (code, before) = (district.code.clone(), district.name.clone());
    let own = code.clone();
    let (id, version) = (jurisdiction.id, jurisdiction.version);
    let is_open = Memo::new(move |_| renaming.with(|open| open.as_ref() == Some(&own)));
    let content = move || {
        let code = code.clone();
        if is_open.get() {
            rename_form((id, version), code, &before, renaming)
        } else {
            let label = domain::say!(crate::i18n::language(), "更名：{}", "Rename {}", code.0);
            let open = move |_| {
                renaming.set(Some(code.clone()));
                browser::focus_later("rename-name");
            };
            view! {
                <button class="button" type="button" aria-label=label on:click=open>{t(Text::new("更名", "Rename"))}</button>
            }
            .into_any()
        }
    };
    content.into_any()
}

fn rename_form(
    (id, version): (JurisdictionId, u64),
    code: DistrictCode,
    before: &form::Texts,
    renaming: RwSignal<Option<DistrictCode>>,
) -> AnyView {
    let (name, name_english) = given(before);
    let sending = Sending::new("rename-errors").seeing(Seen::of(version));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let name = read_name("rename-name", name, name_english, &mut faults);
        let command = Command::Jurisdiction {
            id,
            command: JurisdictionCommand::RenameDistrict {
                code: code.clone(),
                name,
            },
        };
        sending.run_command(faults, Some(command), || browser::go_to(PATH));
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("rename-name", NAME, name).view(sending)}
            {Ask::line("rename-name-english", NAME_ENGLISH, name_english).optional().view(sending)}
            <div class="row">
                {sending.submit(IconName::Check, Text::new("更名", "Rename"))}
                <button class="button" type="button" on:click=move |_| renaming.set(None)>{t(Text::new("取消", "Cancel"))}</button>
            </div>
        </form>
    }
    .into_any()
}
