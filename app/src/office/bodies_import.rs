//! Bodies from a file: looked at first, then taken in, all of it or none. And the way out, into a file of the same form.

use domain::Text;
use domain::say;
use leptos::prelude::*;

use crate::api::view::{Becomes, ImportReport, PreviewRow};
use crate::i18n::{language, t, tr};
use crate::widgets::browser::{self, ChosenFile};
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::table::{brief, cell, column, figure, number, row, table};

/// The columns of a file, and one line as an example.
const EXAMPLE: &str = "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity\n\
    示例养老院,Sample Elder-Care Home,elderCare,,110106,丰台区,80,40,100\n";

pub fn page() -> AnyView {
    let title = t(Text::new("导入与导出机构", "Import and export bodies")).to_owned();
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), title.clone())}
        {head(title, (), ())}
        <section class="card stack">
            <h2>{t(Text::new("导入", "Import"))}</h2>
            {import_form()}
        </section>
        <section class="card stack">
            <h2>{t(Text::new("导出", "Export"))}</h2>
            <p>{t(Text::new(
                "您职责范围内的全部机构，列名与导入相同：修改后再导入，即按编号（id）更新；也可导入另一系统。",
                "All bodies in your scope, with the columns of an import: edit the file and import it again, and the bodies are amended by their id. Another server can read it, too.",
            ))}</p>
            <p class="row">
                <a class="button" href="/export/bodies/register.xlsx" rel="external" download="register.xlsx"><Icon name=IconName::Download/>"XLSX"</a>
                <a class="button" href="/export/bodies/register.csv" rel="external" download="register.csv"><Icon name=IconName::Download/>"CSV"</a>
            </p>
        </section>
    }
    .into_any()
}

/// The file, what would become of each row, and then the act.
pub fn import_form() -> AnyView {
    let file = RwSignal::new(None::<ChosenFile>);
    let report = RwSignal::new(None::<ImportReport>);
    let sending = Sending::new("import-errors");
    let run = move |faults: Vec<Fault>, apply: bool| {
        let chosen = file.get_untracked().unwrap_or_default();
        let language = language();
        let seen =
            report.with_untracked(|report| report.as_ref().map(|report| report.digest.clone()));
        let seen = seen.filter(|_| apply);
        let work = move || -> Work {
            Box::pin(async move {
                let answer = browser::send_bodies(chosen.bytes, seen, language).await?;
                report.try_set(Some(answer));
                Ok(())
            })
        };
        sending.run(faults, work, move || browser::focus_later("import-report"));
    };
    let choose = move |event: leptos::ev::Event| {
        sending.set_busy(true);
        report.set(None);
        leptos::task::spawn_local_scoped(async move {
            let read = browser::read_file(event).await;
            sending.set_busy(false);
            if let Ok(chosen) = read {
                sending.clear();
                file.try_set(chosen);
            } else {
                let text = Text::new(
                    "文件无法读取，请重选",
                    "The file cannot be read; choose it again",
                );
                sending.refuse(vec![Fault {
                    field: Some("csv"),
                    text: t(text).to_owned(),
                }]);
            }
        });
    };
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        if file.with_untracked(Option::is_none) {
            let text = t(Text::new(
                "请选择一个 CSV 或 XLSX 文件",
                "Choose a CSV or XLSX file",
            ));
            faults.push(Fault {
                field: Some("csv"),
                text: text.to_owned(),
            });
        }
        run(faults, false);
    };
    let name = move || {
        file.get().map_or_else(
            || t(Text::new("尚未选择文件", "No file chosen yet")).to_owned(),
            |file| file.name,
        )
    };
    let error = move || {
        sending
            .fault("csv")
            .map(|text| view! { <p class="error" id="csv-error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    let apply = Callback::new(move |()| run(Vec::new(), true));
    view! {
        <form class="stack" novalidate on:submit=look>
            {sending.summary()}
            <div class="ask">
                <label for="csv">{t(Text::new("CSV 或 XLSX 文件", "CSV or XLSX file"))}</label>
                <p class="hint" id="csv-hint">{t(Text::new(
                    "第一行为下列列名（CSV 用 UTF-8 编码；XLSX 读第一张工作表，不能含公式和宏）。中文名称必填；机构的区划代码和三项数字必填，没有填0。上级单位写名称；区划代码不存在时会按名称新建。已登记的单位按 id 修改：没有的列不变，空白的单元格清空。还可有：id（新单位留空）, ownership, risk, address, longitude, latitude, contact, telephone。有一行不对，就一行也不导入。",
                    "These columns in its first row (CSV in UTF-8; of XLSX the first sheet, without formulas and macros). The name in Chinese is given; institutions give their district code and the three numbers, 0 for none. The parent is given by name; an unknown district is created from its name. A registered body is amended by its id: what has no column stays, a blank cell clears. It may also have: id (blank for a new body), ownership, risk, address, longitude, latitude, contact, telephone. If one row is wrong, none is imported.",
                ))}</p>
                {error}
                <div class="row">
                    <label class="button">
                        <input type="file" id="csv" accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                            aria-describedby="csv-hint csv-error"
                            aria-invalid=move || sending.fault("csv").is_some().then_some("true") on:change=choose/>
                        <Icon name=IconName::FileText/>{t(Text::new("选择文件", "Choose a file"))}
                    </label>
                    <span>{name}</span>
                </div>
            </div>
            <p class="hash"><span>{t(Text::new("示例", "Example"))}</span><code>{EXAMPLE.lines().map(|line| view! { {line}<br/> }).collect::<Vec<_>>()}</code></p>
            {sending.submit(IconName::SearchCheck, Text::new("检查文件", "Check the file"))}
        </form>
        <div id="import-report" class="stack" tabindex="-1" role="status">
            {move || report.get().map(|report| outcome(&report, apply, sending))}
        </div>
    }
    .into_any()
}

fn outcome(report: &ImportReport, apply: Callback<()>, sending: Sending) -> AnyView {
    if report.imported > 0 {
        let (registered, amended) = (report.registered, report.amended);
        let text = if amended == 0 {
            say!(
                language(),
                "已导入{registered}个单位。",
                "{registered} bodies imported."
            )
        } else {
            say!(
                language(),
                "已新增{registered}个单位，修改{amended}个。",
                "{registered} bodies imported, {amended} amended."
            )
        };
        return view! {
            {banner("success", text)}
            <p><a class="button" href="/bodies" rel="external"><Icon name=IconName::Building/>{t(Text::new("查看机构", "See the bodies"))}</a></p>
        }
        .into_any();
    }
    if report.refused.is_empty() {
        return ready(report, apply, sending);
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

/// Every row can be imported: what they say, and the act.
fn ready(report: &ImportReport, apply: Callback<()>, sending: Sending) -> AnyView {
    let rows = report.rows;
    let new: Vec<String> = report.districts.iter().map(tr).collect();
    let new = (!new.is_empty()).then(|| {
        let names = new.join(t(Text::new("、", ", ")));
        let text = say!(language(), "将新建区：{names}。", "New districts: {names}.");
        view! { <p>{text}</p> }
    });
    let shown = report.preview.len();
    let more = (usize::try_from(rows).unwrap_or(usize::MAX) > shown).then(|| {
        let text = say!(
            language(),
            "以下为前{shown}行。",
            "These are the first {shown} rows."
        );
        view! { <p>{text}</p> }
    });
    let columns = [
        number(t(Text::new("行", "Row"))),
        column(t(Text::new("名称", "Name"))),
        column(t(Text::new("将要", "To be"))),
        column(t(Text::new("类别", "Kind"))),
        column(t(Text::new("上级单位", "Answers to"))),
        column(t(Text::new("区划代码", "District code"))),
        number(t(Text::new("服务对象", "Residents"))),
        number(t(Text::new("工作人员", "Staff"))),
    ];
    let line = |body: &PreviewRow| {
        let district = body.district.as_ref();
        row(vec![
            figure(body.row),
            view! { <th scope="row">{tr(&body.name)}</th> }.into_any(),
            cell(becomes(&body.becomes)),
            brief(t(body.kind.title())),
            cell(body.parent.clone()),
            brief(district.map_or_else(|| "—".to_owned(), |code| code.0.clone())),
            figure(body.residents),
            figure(body.staff),
        ])
    };
    let (registered, amended) = (report.registered, report.amended);
    let unchanged = rows.saturating_sub(registered).saturating_sub(amended);
    if registered == 0 && amended == 0 {
        let text = say!(
            language(),
            "{rows}行与登记的一致，没有要导入的。",
            "All {rows} rows say what is registered; there is nothing to import."
        );
        return banner("info", text);
    }
    let (label, what) = if amended == 0 && unchanged == 0 {
        (
            say!(language(), "导入{rows}个单位", "Import {rows} bodies"),
            say!(
                language(),
                "{rows}行都可以导入，还没有导入。",
                "All {rows} rows can be imported; nothing is imported yet."
            ),
        )
    } else {
        (
            say!(
                language(),
                "新增{registered}个，修改{amended}个",
                "Register {registered}, amend {amended}"
            ),
            say!(
                language(),
                "{rows}行都可以导入：新增{registered}个，修改{amended}个，{unchanged}个不变；还没有导入。",
                "All {rows} rows can be imported: {registered} to register, {amended} to amend, {unchanged} as they are; nothing is imported yet."
            ),
        )
    };
    let changed = report.changed.then(|| {
        banner(
            "warning",
            t(Text::new(
                "检查文件之后，登记的内容有变动，尚未导入。以下是现在将要发生的变化，请再看一遍。",
                "What is registered changed since the file was checked, so nothing was imported. This is what it would change now; look again.",
            ))
            .to_owned(),
        )
    });
    view! {
        {changed}
        {banner("info", what)}
        {new}
        <p>
            <button class="button" data-kind="primary" type="button" data-test="apply"
                aria-busy=move || sending.is_busy().then_some("true") on:click=move |_| apply.run(())>
                <Icon name=IconName::CloudUpload/>{label}
            </button>
        </p>
        {more}
        {table(t(Text::new("将导入的单位", "Bodies to be imported")), &columns, report.preview.iter().map(line).collect(), "")}
    }
    .into_any()
}

/// What becomes of a row, in words.
fn becomes(row: &Becomes) -> String {
    match row {
        Becomes::Registered => t(Text::new("新增", "New")).to_owned(),
        Becomes::Unchanged => t(Text::new("不变", "As it is")).to_owned(),
        Becomes::Amended { fields, moved } => {
            let parent = moved.then_some(Text::new("上级单位", "Answers to"));
            let fields = fields.iter().map(|field| field.title());
            let fields: Vec<&str> = fields.chain(parent).map(t).collect();
            let fields = fields.join(t(Text::new("、", ", ")));
            say!(language(), "修改：{fields}", "Amended: {fields}")
        }
    }
}
