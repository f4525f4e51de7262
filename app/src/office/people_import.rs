//! People and their roles from a file: looked at first, then taken in, all of it or none. And the way out, into a file of the same form.

use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::import_form::{Acts, ImportForm, register_links, shown};
use super::person::term;
use crate::api::view::{FirstPassword, PeopleReport, PersonLine};
use crate::i18n::{language, t, tr};
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::table::{brief, cell, column, figure, number, row, table};

/// The columns of a file, and rows as an example.
const EXAMPLE: &str = "sign_in_name,name_zh,name_en,unit,unit_district,role,scope,scope_district,from,until\n\
    zhang.san,张三,Zhang San,丰台区民政局,,检查员,丰台区,,2022-03-13,2022-06-30\n\
    zhang.san,张三,Zhang San,丰台区民政局,,groupLeader,jurisdiction,,2022-03-13 08:00,\n";

pub fn page() -> AnyView {
    let title = t(Text::new("导入与导出人员", "Import and export people")).to_owned();
    let form = ImportForm::<PeopleReport> {
        address: "/api/import/people",
        hint: Text::new(
            "第一行为下列列名（CSV 用 UTF-8 编码；XLSX 读第一张工作表，不能含公式和宏）。必有登录名、角色和职责范围三列；一行一个角色，同一登录名的几行为同一人，姓名和单位应一致。职责范围填 jurisdiction（全辖区）、区的代码或名称、单位名称或编号；单位重名时在 unit_district 或 scope_district 填区。起止填日期或时间，只填日期时止日当天仍有效。已登记的人按登录名增补角色、更正姓名和单位：没有的列不变，空白的姓名和单位清空；不在文件中的人和角色不变。文件中没有密码：新人员的初始密码导入后显示一次。有一行不对，就一行也不导入。",
            "These columns in its first row (CSV in UTF-8; of XLSX the first sheet, without formulas and macros). Sign-in name, role and scope must be there. A row gives one role; rows with the same sign-in name are one person, with one name and unit. The scope is jurisdiction for the whole, a district’s code or name, or a body’s name or id; where bodies are called the same, unit_district or scope_district says which. From and until are days or moments; the day a role ends by is part of it. Who is registered is found by the sign-in name, gets the roles they lack, and their name and unit are amended: what has no column stays, a blank name or unit clears. People and roles that are not in the file stay as they are. It has no passwords: the first ones of new people are shown once it is imported. If one row is wrong, none is imported.",
        ),
        example: EXAMPLE,
        template: "/export/people/template.csv",
        digest: |report| report.digest.clone(),
        outcome,
        shown_once: |report| !report.passwords.is_empty(),
        asks: Some((
            Text::new(
                "文件中已登记、但还没有设自己密码的人，也给新的初始密码",
                "Also give another first password to those in the file who have not chosen their own yet",
            ),
            "renew=true",
        )),
    };
    view! {
        {crumbs("/administration", Text::new("人员", "People"), title.clone())}
        {head(title, (), ())}
        <section class="card stack">
            <h2>{t(Text::new("导入", "Import"))}</h2>
            {form.view()}
        </section>
        <section class="card stack">
            <h2>{t(Text::new("导出", "Export"))}</h2>
            <p>{t(Text::new(
                "您管理的全部在用人员及其未到期的角色，列名与导入相同，可修改后再导入。",
                "All active people whom you manage, with the roles that are not over and the columns of an import: edit the file and import it again.",
            ))}</p>
            {register_links("/export/people/register")}
        </section>
    }
    .into_any()
}

fn outcome(report: &PeopleReport, acts: &Acts) -> AnyView {
    if report.imported {
        return done(report);
    }
    if report.refused.is_empty() {
        ready(report, acts)
    } else {
        acts.refused(&report.refused, report.refused_in_all)
    }
}

/// What a file does, in words.
fn counted(report: &PeopleReport) -> String {
    let PeopleReport {
        registered,
        amended,
        renewed,
        ..
    } = report;
    if *renewed == 0 {
        return say!(
            language(),
            "新增{registered}人，变更{amended}人",
            "{registered} new, {amended} amended"
        );
    }
    say!(
        language(),
        "新增{registered}人，变更{amended}人，新的初始密码{renewed}个",
        "{registered} new, {amended} amended, {renewed} with another first password"
    )
}

/// Taken in: the first passwords, which are never shown again.
fn done(report: &PeopleReport) -> AnyView {
    let said = counted(report);
    let said = say!(language(), "已导入：{said}。", "Imported: {said}.");
    let passwords = (!report.passwords.is_empty()).then(|| {
        let file = report.passwords_file.clone();
        let save = move |_| browser::save_file("first-passwords.csv", "text/csv", file.as_bytes());
        let columns = [
            column(t(Text::new("姓名", "Name"))),
            column(t(Text::new("登录名", "Sign-in name"))),
            column(t(Text::new("初始密码", "First password"))),
        ];
        let line = |first: &FirstPassword| {
            row(vec![
                view! { <th scope="row">{tr(&first.name)}</th> }.into_any(),
                brief(first.sign_in_name.clone()),
                view! { <td><code>{first.password.clone()}</code></td> }.into_any(),
            ])
        };
        let rows = report.passwords.iter().map(line).collect();
        view! {
            {banner("warning", t(Text::new(
                "初始密码只显示这一次，离开本页后不能再看。请保存或打印，当面交给本人；7天内首次登录，须改为自己的密码。",
                "The first passwords are shown this once: they cannot be read again after you leave this page. Save or print them, and hand them over yourself; they let people in for seven days, to choose their own.",
            )).to_owned())}
            <p class="row">
                <button class="button" data-kind="primary" type="button" data-test="passwords" on:click=save>
                    <Icon name=IconName::Download/>{t(Text::new("保存初始密码（CSV）", "Save the first passwords (CSV)"))}
                </button>
            </p>
            {table(t(Text::new("初始密码", "First passwords")), &columns, rows, "")}
        }
    });
    view! {
        {banner("success", said)}
        {passwords}
        <p><a class="button" href="/administration" rel="external"><Icon name=IconName::User/>{t(Text::new("查看人员", "See the people"))}</a></p>
    }
    .into_any()
}

/// Every row can be imported: what they say, and the act.
fn ready(report: &PeopleReport, acts: &Acts) -> AnyView {
    let site = Site::here();
    let rows = report.rows;
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
    if (report.registered, report.amended, report.renewed) == (0, 0, 0) {
        let text = say!(
            language(),
            "{rows}行与登记的一致，没有要导入的。",
            "All {rows} rows say what is registered; there is nothing to import."
        );
        return view! { {changed}{banner("info", text)} }.into_any();
    }
    let label = counted(report);
    let what = say!(
        language(),
        "{rows}行都可以导入：{label}；还没有导入。",
        "All {rows} rows can be imported: {label}; nothing is imported yet."
    );
    let columns = [
        number(t(Text::new("行", "Row"))),
        column(t(Text::new("姓名", "Name"))),
        column(t(Text::new("登录名", "Sign-in name"))),
        column(t(Text::new("将要", "To be"))),
        column(t(Text::new("单位", "Unit"))),
        column(t(Text::new("角色与范围", "Role and scope"))),
        column(t(Text::new("期限", "Term"))),
    ];
    let line = |person: &PersonLine| {
        let unit = person.unit.as_ref().map(|unit| site.name(&unit.name));
        let grant = person.grant.as_ref();
        row(vec![
            figure(person.row),
            view! { <th scope="row">{tr(&person.name)}</th> }.into_any(),
            brief(person.sign_in_name.clone()),
            cell(person.becomes.text(language())),
            cell(unit.unwrap_or_else(|| "—".to_owned())),
            cell(grant.map_or_else(
                || "—".to_owned(),
                |grant| site.grant_text(grant, &person.scopes),
            )),
            cell(grant.map_or_else(|| "—".to_owned(), |grant| term(grant, &site))),
        ])
    };
    view! {
        {changed}
        {banner("info", what)}
        <p class="row">{acts.apply(say!(language(), "导入：{label}", "Import: {label}"))}{acts.save()}</p>
        {shown(report.preview.len(), rows)}
        {table(t(Text::new("将导入的人员", "People to be imported")), &columns, report.preview.iter().map(line).collect(), "")}
    }
    .into_any()
}
