//! Importing bodies from a CSV file: all of it, or none.

use domain::Text;
use domain::say;
use leptos::prelude::*;

use crate::api::setup::import_bodies;
use crate::api::view::ImportReport;
use crate::i18n::{language, t};
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::table::{cell, column, figure, number, row, table};

/// The columns of a file, and one line as an example.
const EXAMPLE: &str = "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity\n\
    示例养老院,Sample Elder-Care Home,elderCare,,110106,丰台区,80,40,100\n";

pub fn page() -> AnyView {
    let title = t(Text::new("导入机构", "Import bodies")).to_owned();
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), title.clone())}
        {head(title, (), ())}
        {import_form()}
    }
    .into_any()
}

/// The file, the act, and what became of each row.
pub fn import_form() -> AnyView {
    let file = RwSignal::new(None::<(String, String)>);
    let report = RwSignal::new(None::<ImportReport>);
    let sending = Sending::new("import-errors");
    let choose = move |event: leptos::ev::Event| {
        sending.set_busy(true);
        report.set(None);
        leptos::task::spawn_local_scoped(async move {
            let read = browser::read_text(event).await;
            sending.set_busy(false);
            if let Ok(chosen) = read {
                sending.clear();
                file.try_set(chosen);
            } else {
                let text = Text::new(
                    "文件不是 UTF-8 编码，请另存为“CSV UTF-8”后重选",
                    "The file is not UTF-8; save it as “CSV UTF-8” and choose it again",
                );
                sending.refuse(vec![Fault {
                    field: Some("csv"),
                    text: t(text).to_owned(),
                }]);
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = file.get_untracked();
        let mut faults = Vec::new();
        if chosen.is_none() {
            let text = t(Text::new("请选择一个 CSV 文件", "Choose a CSV file")).to_owned();
            faults.push(Fault {
                field: Some("csv"),
                text,
            });
        }
        let work = move || -> Work {
            Box::pin(async move {
                let (_, text) = chosen.unwrap_or_default();
                let answer = import_bodies(text).await?;
                report.try_set(Some(answer));
                Ok(())
            })
        };
        sending.run(faults, work, move || browser::focus_later("import-report"));
    };
    let name = move || {
        file.get().map_or_else(
            || t(Text::new("尚未选择文件", "No file chosen yet")).to_owned(),
            |(name, _)| name,
        )
    };
    let error = move || {
        sending
            .fault("csv")
            .map(|text| view! { <p class="error" id="csv-error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            <div class="ask">
                <label for="csv">{t(Text::new("CSV 文件", "CSV file"))}</label>
                <p class="hint" id="csv-hint">{t(Text::new(
                    "UTF-8 编码，第一行为下列列名。上级单位写名称；区划代码不存在时会按名称新建。有一行不对，就一行也不导入。",
                    "In UTF-8, with these columns in its first row. The parent is given by name; an unknown district is created from its name. If one row is wrong, none is imported.",
                ))}</p>
                {error}
                <div class="row">
                    <label class="button">
                        <input type="file" id="csv" accept=".csv,text/csv" aria-describedby="csv-hint csv-error"
                            aria-invalid=move || sending.fault("csv").is_some().then_some("true") on:change=choose/>
                        <Icon name=IconName::FileText/>{t(Text::new("选择文件", "Choose a file"))}
                    </label>
                    <span>{name}</span>
                </div>
            </div>
            <p class="hash"><span>{t(Text::new("示例", "Example"))}</span><code>{EXAMPLE.lines().map(|line| view! { {line}<br/> }).collect::<Vec<_>>()}</code></p>
            {sending.submit(IconName::CloudUpload, Text::new("导入", "Import"))}
        </form>
        <div id="import-report" class="stack" tabindex="-1" role="status">{move || report.get().map(|report| outcome(&report))}</div>
    }
    .into_any()
}

fn outcome(report: &ImportReport) -> AnyView {
    if report.refused.is_empty() {
        let imported = report.imported;
        return view! {
            {banner("success", say!(language(), "已导入{imported}个单位。", "{imported} bodies imported."))}
            <p><a class="button" href="/bodies" rel="external"><Icon name=IconName::Building/>{t(Text::new("查看机构", "See the bodies"))}</a></p>
        }
        .into_any();
    }
    let count = report.refused.len();
    let columns = [
        number(t(Text::new("行", "Row"))),
        column(t(Text::new("原因", "Why"))),
    ];
    let rows = report
        .refused
        .iter()
        .map(|(line, why)| row(vec![figure(line), cell(why.clone())]))
        .collect();
    view! {
        {banner("error", say!(language(), "有{count}处错误，一行也没有导入。", "{count} errors; nothing was imported."))}
        {table(t(Text::new("导入结果", "Report of the import")), &columns, rows, "")}
    }
    .into_any()
}
