//! One version of a checklist: its items by section, in the reader's language.

use domain::Text;
use domain::finding::{line_title, severity_title};
use domain::id::ChecklistId;
use domain::record::StreamKind;
use form::{Node, Question, QuestionKind};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::checklists::adapted_tag;
use super::{Site, id_in_address};
use crate::api::query::checklist;
use crate::api::view::ChecklistView;
use crate::i18n::{t, tr};
use crate::widgets::drawn::Drawn;
use crate::widgets::head::{crumbs, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::points::points;
use crate::widgets::table::{Row, brief, cell, column, number, row, table};
use crate::widgets::tag::tag;

const NO_ITEM: Text = Text::new("这一节没有项目。", "This section has no item.");

pub fn page() -> AnyView {
    let site = Site::here();
    let version = use_params_map().with_untracked(|params| params.get("version"));
    let (Some(id), Some(version)) = (id_in_address::<ChecklistId>(), version) else {
        return missing();
    };
    let record = RecordOf::ask(StreamKind::Checklist, id.0);
    let answer = Resource::new(|| (), move |()| checklist(id, version.clone()));
    view! {
        {loaded(answer, move |view| show(&view, &site))}
        {record.show()}
    }
    .into_any()
}

fn show(checklist: &ChecklistView, site: &Site) -> AnyView {
    let definition = &checklist.definition;
    let title = site.name(&definition.title);
    let meta = view! {
        <span>{t(Text::new("版本", "Version"))}" "{definition.version.clone()}</span>
        <span>{t(Text::new("发布于", "Published"))}" "{site.at(checklist.published_at)}</span>
        {checklist.adapted.then(adapted_tag)}
    };
    let sections: Vec<AnyView> = definition
        .children
        .iter()
        .filter_map(|node| match node {
            Node::Group(group) => Some(section(tr(&group.label), &group.children)),
            Node::Repeat(repeat) => Some(section(tr(&repeat.label), &repeat.children)),
            Node::Question(_) | Node::Calculation(_) => None,
        })
        .collect();
    view! {
        {crumbs("/checklists", Text::new("检查表", "Checklists"), title.clone())}
        {head(title, meta, ())}
        {sections}
    }
    .into_any()
}

/// The questions below a group, those of groups within it included.
fn questions(nodes: &[Node]) -> Vec<&Question> {
    // Nesting is limited where a definition is compiled, and only compiled ones are published.
    let mut found = Vec::new();
    let mut waiting: Vec<&Node> = nodes.iter().rev().collect();
    while let Some(node) = waiting.pop() {
        match node {
            Node::Question(question) => found.push(question),
            Node::Group(group) => waiting.extend(group.children.iter().rev()),
            Node::Repeat(repeat) => waiting.extend(repeat.children.iter().rev()),
            Node::Calculation(_) => {}
        }
    }
    found
}

fn kind_title(question: &Question) -> Text {
    if let Some(drawn) = Drawn::asked(question) {
        return drawn.title();
    }
    match question.kind {
        QuestionKind::SelectOne => Text::new("单选", "One choice"),
        QuestionKind::SelectMultiple => Text::new("多选", "Several choices"),
        QuestionKind::Rank => Text::new("排序", "Ranking"),
        QuestionKind::Integer => Text::new("整数", "Whole number"),
        QuestionKind::Decimal => Text::new("数值", "Number"),
        QuestionKind::Range => Text::new("刻度", "Scale"),
        QuestionKind::Text => Text::new("文字", "Text"),
        QuestionKind::Date => Text::new("日期", "Date"),
        QuestionKind::Time => Text::new("时间", "Time"),
        QuestionKind::DateTime => Text::new("日期和时间", "Date and time"),
        QuestionKind::Geopoint => Text::new("位置", "Position"),
        QuestionKind::Geotrace => Text::new("路线", "Route"),
        QuestionKind::Geoshape => Text::new("范围", "Area"),
        QuestionKind::Barcode => Text::new("条码", "Barcode"),
        QuestionKind::Photo => Text::new("照片", "Photo"),
        QuestionKind::Audio => Text::new("录音", "Sound"),
        QuestionKind::Video => Text::new("录像", "Video"),
        QuestionKind::File => Text::new("文件", "File"),
        QuestionKind::Acknowledge => Text::new("确认", "Confirmation"),
        QuestionKind::Note => Text::new("说明", "Note"),
    }
}

fn section(name: String, nodes: &[Node]) -> AnyView {
    let questions = questions(nodes);
    if questions.iter().all(|question| question.check.is_none()) {
        return without_checks(&name, &questions);
    }
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("项目", "Item"))),
        column(t(Text::new("回答", "Answer"))),
        column(t(Text::new("程度", "Severity"))),
        column(t(Text::new("责任线", "Line"))),
        column(t(Text::new("佐证", "Evidence"))),
        number(t(Text::new("分值", "Points"))),
    ];
    let rows = questions.into_iter().map(line).collect();
    titled(&name, table(&name, &columns, rows, t(NO_ITEM)))
}

/// A section that only asks: nothing in it is scored, so it has no columns for that.
fn without_checks(name: &str, questions: &[&Question]) -> AnyView {
    let columns = [
        column(t(Text::new("项目", "Item"))),
        column(t(Text::new("回答", "Answer"))),
    ];
    let line = |question: &&Question| row(vec![item(question), brief(t(kind_title(question)))]);
    let rows = questions.iter().map(line).collect();
    titled(name, table(name, &columns, rows, t(NO_ITEM)))
}

fn titled(name: &str, table: AnyView) -> AnyView {
    view! { <section class="stack"><h2>{name.to_owned()}</h2>{table}</section> }.into_any()
}

/// What is asked, and how to look at it.
fn item(question: &Question) -> AnyView {
    let guidance = tr(&question.guidance);
    let guidance = (!guidance.is_empty()).then(|| view! { <small>{guidance}</small> });
    view! { <th scope="row">{tr(&question.label)}{guidance}</th> }.into_any()
}

fn line(question: &Question) -> Row {
    let item = item(question);
    let kind = brief(t(kind_title(question)));
    let Some(check) = &question.check else {
        let dash = || brief("—");
        return row(vec![
            dash(),
            item,
            kind,
            dash(),
            dash(),
            dash(),
            view! { <td class="number">"—"</td> }.into_any(),
        ]);
    };
    let critical = check.critical.then(|| {
        tag(
            "key",
            IconName::OctagonAlert,
            t(Text::new("关键项", "Critical")),
        )
    });
    let clause =
        (!check.clause.is_empty()).then(|| view! { <br/><small>{check.clause.clone()}</small> });
    row(vec![
        brief(check.code.clone()),
        item,
        kind,
        cell(view! { {t(severity_title(check.severity))}" "{critical} }),
        cell(t(line_title(check.line))),
        cell(view! { {tr(&check.evidence.kind)}{clause} }),
        view! { <td class="number">{points(check.weight)}</td> }.into_any(),
    ])
}
