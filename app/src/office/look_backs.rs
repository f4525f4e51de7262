//! Look-backs: closed findings drawn to be visited again, and drawing them.

use domain::id::LookBackId;
use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::findings::tabs;
use crate::api::closure::{draw_look_back, look_backs};
use crate::api::view::LookBackRow;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};

pub const PATH: &str = "/findings/look-backs";

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| look_backs());
    let done = Callback::new(move |()| answer.refetch());
    let title = t(Text::new("回头看", "Look-backs")).to_owned();
    let words = t(Text::new(
        "从已销号的问题中按公开的种子抽样，到现场再看一次；任何人可以用同样的种子重复抽样。",
        "Closed findings are drawn with a published seed and looked at on site again; anybody can repeat the draw with the same seed.",
    ));
    let draw = site.may(Act::ReVerify).then(|| draw_form(done));
    view! {
        {head(title, words, ())}
        {tabs(PATH)}
        {draw}
        {loaded(answer, move |rows: Vec<LookBackRow>| list(&rows, &site))}
    }
    .into_any()
}

fn list(rows: &[LookBackRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("种子", "Seed"))),
        column(t(Text::new("抽样时间", "Drawn"))),
        column(t(Text::new("抽样人", "By"))),
        number(t(Text::new("抽样范围", "Drawn from"))),
        number(t(Text::new("抽中", "Drawn"))),
        number(t(Text::new("仍然符合", "In order"))),
        number(t(Text::new("又不符合", "Not in order"))),
        number(t(Text::new("待看", "To look at"))),
    ];
    let line = |drawn: &LookBackRow| {
        let left = drawn
            .chosen
            .saturating_sub(drawn.in_order + drawn.not_in_order);
        row(vec![
            row_link(format!("{PATH}/{}", drawn.id), drawn.seed.clone()),
            brief(site.at(drawn.drawn_at)),
            cell(site.name(&drawn.drawn_by.name)),
            figure(drawn.closed),
            figure(say!(
                site.language,
                "{}（{}%）",
                "{} ({}%)",
                drawn.chosen,
                drawn.share
            )),
            figure(drawn.in_order),
            figure(drawn.not_in_order),
            figure(left),
        ])
    };
    table(
        t(Text::new("回头看", "Look-backs")),
        &columns,
        rows.iter().map(line).collect(),
        t(Text::new("还没有抽样。", "Nothing has been drawn yet.")),
    )
}

fn draw_form(done: Callback<()>) -> AnyView {
    let [seed, share, from, to] = std::array::from_fn(|_| RwSignal::new(String::new()));
    share.set("10".into());
    let sending = Sending::new("draw-errors");
    let (seed_label, share_label) = (
        Text::new("种子", "Seed"),
        Text::new("抽样比例（%）", "Share, per cent"),
    );
    let (from_label, to_label) = (
        Text::new("销号日期自", "Closed from"),
        Text::new("至", "to"),
    );
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("draw-seed", seed_label, seed)]);
        let per_cent = read_number("draw-share", share_label, share)
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let first = read_day("draw-from", from_label, from)
            .map_err(|fault| faults.push(fault))
            .ok();
        let last = read_day("draw-to", to_label, to)
            .map_err(|fault| faults.push(fault))
            .ok();
        let work = move || -> Work {
            Box::pin(async move {
                let (Some(from), Some(to)) = (first, last) else {
                    return Ok(());
                };
                // What no share can be is refused by the rules, with words.
                let share = u8::try_from(per_cent).unwrap_or(u8::MAX);
                let id = LookBackId(Uuid::now_v7());
                draw_look_back(id, seed.get_untracked(), share, (from, to)).await
            })
        };
        sending.run(faults, work, move || {
            seed.set(String::new());
            done.run(());
        });
    };
    let hint = Text::new(
        "抽样前公开约定的文字或数字；同一种子总是抽中同样的问题。",
        "Words or digits agreed on in public beforehand; the same seed always draws the same findings.",
    );
    view! {
        <details class="card">
            <summary>{t(Text::new("抽样", "Draw"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("draw-seed", seed_label, seed).hint(hint).view(sending)}
                {Ask::new("draw-share", share_label, Control::Number, share).view(sending)}
                {Ask::new("draw-from", from_label, Control::Day, from).view(sending)}
                {Ask::new("draw-to", to_label, Control::Day, to).view(sending)}
                {sending.submit(IconName::RefreshCw, Text::new("抽样", "Draw"))}
            </form>
        </details>
    }
    .into_any()
}
