//! One look-back: what was drawn, and what was found when it was looked at again.

use domain::finding::severity_title;
use domain::id::LookBackId;
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::findings::severities;
use super::look_backs::{PATH, TITLE};
use super::{Site, id_in_address};
use crate::api::closure::look_back;
use crate::api::view::{LookBackRow, LookedBack};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::finding_title::found;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, List, OnPage};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::tag::{severity_tag, stage_tag, tag};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<LookBackId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| look_back(id));
    let findings = Asking::<LookedBack>::new(Some((LookBackRow::DRAW, id.to_string())));
    let record = RecordOf::ask(StreamKind::LookBack, id.0);
    let shown = loaded(answer, move |row: LookBackRow| {
        let findings = findings.show(drawn(id), OnPage::default());
        view! { {show(&row, &site)}{findings} }.into_any()
    });
    view! { {shown}{record.show()} }.into_any()
}

fn show(row: &LookBackRow, site: &Site) -> AnyView {
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
    }
    .into_any()
}

fn outcome_tag(outcome: &str) -> AnyView {
    match outcome {
        LookedBack::IN_ORDER => tag("closed", IconName::CircleCheck, t(outcome_title(outcome))),
        LookedBack::NOT_IN_ORDER => tag("key", IconName::CircleX, t(outcome_title(outcome))),
        _ => tag("local", IconName::CircleDashed, t(outcome_title(outcome))),
    }
}

fn outcome_title(outcome: &str) -> Text {
    match outcome {
        LookedBack::IN_ORDER => Text::new("仍然符合", "In order"),
        LookedBack::NOT_IN_ORDER => Text::new("又不符合", "Not in order"),
        _ => Text::new("待看", "To look at"),
    }
}

impl Listed for LookedBack {
    const LIST: &'static str = "looked-back";

    fn columns() -> Vec<Column<LookedBack>> {
        vec![
            Column::text(
                "finding",
                Text::new("问题", "Finding"),
                |row: &LookedBack, site| found(&row.finding, site).into(),
            ),
            Column::text("body", Text::new("机构", "Body"), |row, site| {
                site.name(&row.finding.body.name).into()
            }),
            Column::brief(
                "severity",
                Text::new("程度", "Severity"),
                |row: &LookedBack, _| t(severity_title(row.finding.severity)).into(),
            )
            .look(|row, _| severity_tag(row.finding.severity)),
            Column::brief(
                "stage",
                Text::new("阶段", "Stage"),
                |row: &LookedBack, _| t(row.finding.stage.title()).into(),
            )
            .look(|row, _| stage_tag(row.finding.stage)),
            Column::brief(
                "outcome",
                Text::new("结果", "Outcome"),
                |row: &LookedBack, _| t(outcome_title(row.outcome())).into(),
            )
            .look(|row, _| outcome_tag(row.outcome())),
            Column::brief(
                "by",
                Text::new("回头看人员", "Looked at by"),
                |row: &LookedBack, site| {
                    let by = row.looked_by.as_ref();
                    by.map(|by| site.name(&by.name)).into()
                },
            ),
            Column::brief("at", Text::new("回头看时间", "Looked at"), |row, _| {
                row.looked_at.into()
            }),
        ]
    }

    fn key(&self) -> String {
        self.finding.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/findings/{}", self.finding.id))
    }
}

fn drawn(id: LookBackId) -> List<LookedBack> {
    let outcomes = [
        LookedBack::WAITING,
        LookedBack::IN_ORDER,
        LookedBack::NOT_IN_ORDER,
    ];
    let outcomes = outcomes.map(|one| (one.to_owned(), t(outcome_title(one)).to_owned()));
    List {
        path: format!("{PATH}/{id}"),
        title: Text::new("抽中的问题", "Findings drawn"),
        filter: Text::new("筛选抽中的问题", "Filter the findings drawn"),
        filters: vec![
            Filter::choice(
                LookedBack::OUTCOME,
                Text::new("结果", "Outcome"),
                outcomes.to_vec(),
            ),
            Filter::choice("severity", Text::new("程度", "Severity"), severities()),
        ],
        search: Text::new("问题或机构", "Finding or body"),
        none: Text::new("没有符合条件的问题。", "No finding matches."),
        acts: Vec::new(),
    }
}
