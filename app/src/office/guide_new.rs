//! Publishing an edition of a guide: its name, from when it is followed, and its obligations from a file.

use domain::command::Command;
use domain::id::RulePackId;
use domain::rule_pack::{Edition, RulePackCommand};
use domain::{Text, say};
use form::Texts;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::guide::obligations;
use super::guides::{PATH, TITLE};
use super::import_form::shown;
use crate::api::ApiError;
use crate::api::query::guides;
use crate::api::view::{GuideRow, ObligationsRead};
use crate::i18n::{language, t, tr};
use crate::widgets::ask::{Ask, Control, read_moment, read_number, tick};
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::table::{cell, column, figure, number, row, table};
use crate::widgets::texts::typed;

const FROM: Text = Text::new("执行时间", "To be followed from");
const NUMBER: Text = Text::new("版次", "Number of the edition");

/// The columns of a file, and two lines as an example.
const EXAMPLE: &str = "code,text_zh,text_en,line,levels,kinds,amount,unit,items\n\
    B1,暂停探视,Visits are suspended,main,I,,,,B1 B2\n\
    E1,工作人员核酸检测,Testing of staff,main,I II,elderCare,2,timesAWeek,E1\n";

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| guides());
    loaded(answer, move |guides: Vec<GuideRow>| form(guides, &site))
}

fn form(guides: Vec<GuideRow>, site: &Site) -> AnyView {
    let [
        guide,
        name,
        name_english,
        edition,
        edition_english,
        count,
        from,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let adapted = RwSignal::new(false);
    let read = RwSignal::new(None::<ObligationsRead>);
    let sending = Sending::new("guide-errors")
        .named(&[("guide", "name")])
        .kept("guides/new");
    sending.keep("adapted", Part::set_to(adapted));
    sending.keep("obligations", Part::made(read));
    let choose = move |event: leptos::ev::Event| {
        let language = language();
        let work = move || -> Work {
            Box::pin(async move {
                let unreadable = |_| {
                    ApiError::refused(say!(
                        language,
                        "文件无法读取，请重选",
                        "The file cannot be read; choose it again"
                    ))
                };
                if let Some(file) = browser::read_file(event).await.map_err(unreadable)? {
                    let answer = browser::read_obligations(file.bytes, language).await?;
                    read.try_set(Some(answer));
                }
                Ok(())
            })
        };
        sending.read(Vec::new(), work, || {});
    };
    let zone = site.jurisdiction.time_zone.clone();
    let choices: Vec<(String, String)> = std::iter::once((
        String::new(),
        t(Text::new("新指南", "A new guide")).to_owned(),
    ))
    .chain(
        guides
            .iter()
            .map(|guide| (guide.id.to_string(), tr(&guide.name))),
    )
    .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let mut texts = |id: &'static str, chinese: RwSignal<String>, english: RwSignal<String>| {
            let texts = typed(&chinese.get_untracked(), &english.get_untracked());
            if texts.is_empty() {
                let text = t(Text::new("请填写名称", "Give it a name")).to_owned();
                faults.push(Fault {
                    field: Some(id),
                    text,
                });
            }
            texts
        };
        let known: Option<RulePackId> = guide.get_untracked().parse().ok();
        let named: Texts = match guides.iter().find(|guide| Some(guide.id) == known) {
            Some(guide) => guide.name.clone(),
            None => texts("name", name, name_english),
        };
        let edition_name = texts("edition", edition, edition_english);
        let counted = read_number("count", NUMBER, count)
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let from = read_moment("from", FROM, from, &zone).map_err(|fault| faults.push(fault));
        let listed = read.get_untracked().unwrap_or_default().obligations;
        if listed.is_empty() {
            let text = Text::new("请选择写有要求的文件", "Choose a file with the obligations");
            faults.push(Fault {
                field: Some("obligations"),
                text: t(text).to_owned(),
            });
        }
        let id = known.unwrap_or_else(|| RulePackId(Uuid::now_v7()));
        let command = from.ok().map(|from| Command::RulePack {
            id,
            command: RulePackCommand::PublishEdition(Box::new(Edition {
                guide: named,
                number: counted,
                name: edition_name,
                adapted: adapted.get_untracked(),
                from,
                obligations: listed,
            })),
        });
        sending.run_command(faults, command, move || {
            browser::go_to(&format!("/guides/{id}"))
        });
    };
    let error = move || {
        sending
            .fault("obligations")
            .map(|text| view! { <p class="error" id="obligations-error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    let names = move || {
        guide.get().is_empty().then(|| {
            view! {
                {Ask::line("name", Text::new("指南名称（中文）", "Guide, in Chinese"), name).view(sending)}
                {Ask::line("name-english", Text::new("指南名称（英文）", "Guide, in English"), name_english).optional().view(sending)}
            }
        })
    };
    let site = site.clone();
    let title = t(Text::new("发布指南版本", "Publish an edition of a guide")).to_owned();
    view! {
        {crumbs(PATH, TITLE, title.clone())}
        {head(title, (), ())}
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("guide", Text::new("指南", "Guide"), Control::Choice(choices), guide).view(sending)}
            {names}
            {Ask::line("edition", Text::new("版本名称（中文）", "Edition, in Chinese"), edition).view(sending)}
            {Ask::line("edition-english", Text::new("版本名称（英文）", "Edition, in English"), edition_english).optional().view(sending)}
            {Ask::new("count", NUMBER, Control::Number, count)
                .hint(Text::new("如第二版填 2。", "2 for the second edition."))
                .view(sending)}
            {Ask::new("from", FROM, Control::Moment, from)
                .hint(Text::new("精确到分钟；自此取代上一版。", "To the minute; it takes the place of the previous edition then."))
                .view(sending)}
            {tick("adapted", Text::new("改编自公开指南，非官方文本", "Adapted from public guidance, not official text"), adapted)}
            <div class="ask">
                <label for="obligations">{t(Text::new("要求（CSV 或 XLSX 文件）", "Obligations (CSV or XLSX file)"))}</label>
                <p class="hint" id="obligations-hint">{t(Text::new(
                    "第一行为下列列名。levels、kinds、items 可写多个，以空格分隔；kinds 不填为全部机构。",
                    "These columns in its first row. levels, kinds and items hold several, with spaces between; no kind stands for all.",
                ))}</p>
                {error}
                <div class="row">
                    <label class="button">
                        <input type="file" id="obligations" accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                            aria-describedby="obligations-hint obligations-error"
                            aria-invalid=move || sending.fault("obligations").is_some().then_some("true") on:change=choose/>
                        <Icon name=IconName::FileText/>{t(Text::new("选择文件", "Choose a file"))}
                    </label>
                </div>
            </div>
            <p class="hash"><span>{t(Text::new("示例", "Example"))}</span><code>{EXAMPLE.lines().map(|line| view! { {line}<br/> }).collect::<Vec<_>>()}</code></p>
            <div class="stack" role="status">{move || read.get().map(|read| understood(&read, &site))}</div>
            {sending.submit(IconName::Send, Text::new("发布", "Publish"))}
        </form>
    }
    .into_any()
}

fn understood(read: &ObligationsRead, site: &Site) -> AnyView {
    if read.refused.is_empty() {
        let count = read.obligations.len();
        let label = say!(
            site.language,
            "文件中有{count}项要求。",
            "The file holds {count} obligations."
        );
        return view! {
            {banner("info", label.clone())}
            {obligations(&label, &read.obligations, site)}
        }
        .into_any();
    }
    let count = read.refused_in_all;
    let columns = [
        number(t(Text::new("行", "Row"))),
        column(t(Text::new("原因", "Why"))),
    ];
    let rows = read
        .refused
        .iter()
        .map(|(line, why)| row(vec![figure(line), cell(why.clone())]))
        .collect();
    let said = say!(
        site.language,
        "有{count}处错误，没有读入。",
        "Errors: {count}. Nothing was read."
    );
    view! {
        {banner("error", said)}
        {shown(read.refused.len(), count)}
        {table(t(Text::new("文件的错误", "What is wrong with the file")), &columns, rows, "")}
    }
    .into_any()
}
