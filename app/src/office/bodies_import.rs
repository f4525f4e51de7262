//! Bodies from a file: looked at first, then taken in, all of it or none. And the way out, into a file of the same form.

use domain::Text;
use domain::say;
use leptos::prelude::*;

use super::import_form::{Acts, ImportForm, register_links, shown};
use crate::api::view::{ImportReport, PreviewRow};
use crate::i18n::{language, t, tr};
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
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
            {register_links("/export/bodies/register")}
        </section>
    }
    .into_any()
}

/// The file, what would become of each row, and then the act.
pub fn import_form() -> AnyView {
    let form = ImportForm::<ImportReport> {
        address: "/api/import/bodies",
        hint: Text::new(
            "第一行为下列列名（CSV 用 UTF-8 编码；XLSX 读第一张工作表，不能含公式和宏）。中文名称必填；机构的区划代码和三项数字必填，没有填0。上级单位写名称；区划代码不存在时会按名称新建。已登记的单位按 id 修改：没有的列不变，空白的单元格清空。还可有：id（新单位留空）, ownership, risk, address, longitude, latitude, contact, telephone。有一行不对，就一行也不导入。",
            "These columns in its first row (CSV in UTF-8; of XLSX the first sheet, without formulas and macros). The name in Chinese is given; institutions give their district code and the three numbers, 0 for none. The parent is given by name; an unknown district is created from its name. A registered body is amended by its id: what has no column stays, a blank cell clears. It may also have: id (blank for a new body), ownership, risk, address, longitude, latitude, contact, telephone. If one row is wrong, none is imported.",
        ),
        example: EXAMPLE,
        template: "/export/bodies/template.csv",
        digest: |report| report.digest.clone(),
        outcome,
        shown_once: |_| false,
        asks: None,
    };
    form.view()
}

fn outcome(report: &ImportReport, acts: &Acts) -> AnyView {
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
        ready(report, acts)
    } else {
        acts.refused(&report.refused, report.refused_in_all)
    }
}

/// Every row can be imported: what they say, and the act.
fn ready(report: &ImportReport, acts: &Acts) -> AnyView {
    let rows = report.rows;
    let new: Vec<String> = report.districts.iter().map(tr).collect();
    let new = (!new.is_empty()).then(|| {
        let names = new.join(t(Text::new("、", ", ")));
        let text = say!(language(), "将新建区：{names}。", "New districts: {names}.");
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
            cell(body.becomes.text(language())),
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
        <p class="row">{acts.apply(label)}{acts.save()}</p>
        {shown(report.preview.len(), rows)}
        {table(t(Text::new("将导入的单位", "Bodies to be imported")), &columns, report.preview.iter().map(line).collect(), "")}
    }
    .into_any()
}
