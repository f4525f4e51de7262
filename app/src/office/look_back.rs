//! One look-back: what was drawn, and what was found when it was looked at again.

use domain::id::LookBackId;
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::look_backs::{PATH, TITLE};
use super::{Site, id_in_address};
use crate::api::closure::look_back;
use crate::api::view::{LookBackView, LookedBack};
use crate::i18n::t;
use crate::widgets::finding_title::found;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::table::{brief, cell, column, row, row_link, table};
use crate::widgets::tag::{severity_tag, stage_tag, tag};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<LookBackId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| look_back(id));
    let record = RecordOf::ask(StreamKind::LookBack, id.0);
    view! { {loaded(answer, move |view| show(&view, &site))}{record.show()} }.into_any()
}

fn show(drawn: &LookBackView, site: &Site) -> AnyView {
    let row = &drawn.row;
    let seed = row.seed.clone();
    let title = say!(site.language, "回头看：{seed}", "Look-back: {seed}");
    let of = say!(
        site.language,
        "从{}个已销号的问题中抽取{}%，共{}个",
        "{} closed findings, {} per cent drawn: {}",
        row.closed,
        row.share,
        row.chosen
    );
    view! {
        {crumbs(PATH, TITLE, seed)}
        {head(title, of, ())}
        <section class="card">
            <dl class="facts">
                {fact(Text::new("抽样时间", "Drawn"), site.at(row.drawn_at))}
                {fact(Text::new("抽样人", "By"), site.name(&row.drawn_by.name))}
                {fact(Text::new("仍然符合", "In order"), row.in_order.to_string())}
                {fact(Text::new("又不符合", "Not in order"), row.not_in_order.to_string())}
            </dl>
            <p>{t(Text::new(
                "抽样办法：在同一程度的问题中，按“种子、换行、问题编号”的 SHA-256 从小到大排列，取前若干个（向上取整）。",
                "How it was drawn: of each severity, findings stand in the order of SHA-256 of the seed, a line feed and the finding’s id; the first of them are taken, rounded up.",
            ))}</p>
        </section>
        {list(&drawn.findings, site)}
    }
    .into_any()
}

fn list(findings: &[LookedBack], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("问题", "Finding"))),
        column(t(Text::new("机构", "Body"))),
        column(t(Text::new("程度", "Severity"))),
        column(t(Text::new("阶段", "Stage"))),
        column(t(Text::new("结果", "Outcome"))),
        column(t(Text::new("回头看人员", "Looked at by"))),
        column(t(Text::new("回头看时间", "Looked at"))),
    ];
    let line = |looked: &LookedBack| {
        let finding = &looked.finding;
        let outcome = match looked.in_order {
            None => tag(
                "local",
                IconName::CircleDashed,
                t(Text::new("待看", "To look at")),
            ),
            Some(true) => tag(
                "closed",
                IconName::CircleCheck,
                t(Text::new("仍然符合", "In order")),
            ),
            Some(false) => tag(
                "key",
                IconName::CircleX,
                t(Text::new("又不符合", "Not in order")),
            ),
        };
        let at = looked
            .looked_at
            .map_or_else(|| "—".to_owned(), |at| site.at(at));
        let by = looked
            .looked_by
            .as_ref()
            .map_or_else(|| "—".to_owned(), |by| site.name(&by.name));
        row(vec![
            row_link(format!("/findings/{}", finding.id), found(finding, site)),
            cell(site.name(&finding.body.name)),
            cell(severity_tag(finding.severity)),
            cell(stage_tag(finding.stage)),
            cell(outcome),
            brief(by),
            brief(at),
        ])
    };
    table(
        t(Text::new("抽中的问题", "Findings drawn")),
        &columns,
        findings.iter().map(line).collect(),
        t(Text::new("没有抽中问题。", "Nothing was drawn.")),
    )
}
