//! Look-backs: closed findings drawn to be visited again, and drawing them.

use domain::Text;
use domain::id::LookBackId;
use domain::look_back::{LookBackRefusal, SHARES};
use domain::permission::Act;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::confirmation::Confirmation;
use super::findings::tabs;
use crate::api::closure::draw_look_back;
use crate::api::view::LookBackRow;
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number};
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, List, OnPage};
use crate::widgets::sending::{Fault, Sending, Work};

pub const PATH: &str = "/findings/look-backs";
pub const TITLE: Text = Text::new("回头看", "Look-backs");

pub fn page() -> AnyView {
    let site = Site::here();
    let asking = Asking::<LookBackRow>::new(None);
    let done = asking.again();
    let words = t(Text::new(
        "从已销号的问题中按公开的种子抽样，到现场再看一次；任何人可以用同样的种子重复抽样。",
        "Closed findings are drawn with a published seed and looked at on site again; anybody can repeat the draw with the same seed.",
    ));
    let draw = site.may(Act::ReVerify).then(|| draw_form(done));
    view! {
        {head(t(TITLE).to_owned(), words, ())}
        {tabs(PATH)}
        {draw}
        {asking.show(drawn(), OnPage::default())}
    }
    .into_any()
}

impl Listed for LookBackRow {
    const LIST: &'static str = "look-backs";
    const ORDER: &'static str = "-drawn";

    fn columns() -> Vec<Column<LookBackRow>> {
        vec![
            Column::text("seed", Text::new("种子", "Seed"), |row, _| {
                row.seed.clone().into()
            }),
            Column::brief("drawn", Text::new("抽样时间", "Drawn at"), |row, _| {
                row.drawn_at.into()
            }),
            Column::text("by", Text::new("抽样人", "By"), |row, site| {
                site.name(&row.drawn_by.name).into()
            }),
            Column::number(
                "closed",
                Text::new("抽样范围", "Drawn from"),
                |row, _| row.closed.into(),
            ),
            Column::number(
                "share",
                Text::new("比例（%）", "Share, per cent"),
                |row, _| row.share.into(),
            ),
            Column::number("chosen", Text::new("抽中", "Drawn"), |row, _| {
                row.chosen.into()
            }),
            Column::number(
                "inOrder",
                Text::new("仍然符合", "In order"),
                |row, _| row.in_order.into(),
            ),
            Column::number(
                "notInOrder",
                Text::new("又不符合", "Not in order"),
                |row, _| row.not_in_order.into(),
            ),
            Column::number(
                "left",
                Text::new("待看", "To look at"),
                |row: &LookBackRow, _| row.left().into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.id))
    }
}

fn drawn() -> List<LookBackRow> {
    List {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选回头看", "Filter look-backs"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            [
                (
                    LookBackRow::WAITING,
                    Text::new("有待看的", "Something to look at"),
                ),
                (LookBackRow::DONE, Text::new("已全部看过", "All looked at")),
            ]
            .map(|(code, text)| (code.to_owned(), t(text).to_owned()))
            .to_vec(),
        )],
        search: Text::new("种子或抽样人", "Seed or who drew"),
        none: Text::new("没有符合条件的抽样。", "No draw matches."),
        acts: Vec::new(),
    }
}

const DRAWN: Text = Text::new(
    "抽中的问题须逐条回头看，抽样不能撤回；种子、比例和结果记入记录，凭种子可重新计算验证。",
    "Every finding drawn is to be looked at, and a draw is not taken back. Seed, share and result go on record: with the seed it can be repeated.",
);

fn draw_form(done: Callback<()>) -> AnyView {
    let [seed, share, from, to] = std::array::from_fn(|_| RwSignal::new(String::new()));
    share.set("10".into());
    let sending = Sending::new("draw-errors").kept("findings/look-backs/new");
    let confirming = Confirmation::new("draw-confirm");
    let (seed_label, share_label) = (
        Text::new("种子", "Seed"),
        Text::new("抽样比例（%）", "Share, per cent"),
    );
    let (from_label, to_label) = (
        Text::new("销号日期自", "Closed from"),
        Text::new("销号日期至", "Closed until"),
    );
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("draw-seed", seed_label, seed)]);
        let per_cent = read_number("draw-share", share_label, share).and_then(|share| {
            u8::try_from(share)
                .ok()
                .filter(|share| SHARES.contains(share))
                .ok_or_else(|| Fault {
                    field: Some("draw-share"),
                    text: LookBackRefusal::Share.text(language()),
                })
        });
        let per_cent = per_cent
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let first = read_day("draw-from", from_label, from)
            .map_err(|fault| faults.push(fault))
            .ok();
        let last = read_day("draw-to", to_label, to)
            .map_err(|fault| faults.push(fault))
            .ok();
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            let text = Text::new(
                "截止日期不能早于起始日期",
                "The last day must not be before the first",
            );
            faults.push(Fault {
                field: Some("draw-to"),
                text: t(text).to_owned(),
            });
        }
        let about = format!("{} {per_cent} {first:?} {last:?}", seed.get_untracked());
        if confirming.comes_first(sending, &faults, about) {
            return;
        }
        let work = move || -> Work {
            Box::pin(async move {
                let (Some(from), Some(to)) = (first, last) else {
                    return Ok(());
                };
                let id = LookBackId(Uuid::now_v7());
                draw_look_back(id, seed.get_untracked(), per_cent, (from, to)).await
            })
        };
        sending.run(faults, work, move || {
            // The next is another one.
            for own in [seed, from, to] {
                own.set(String::new());
            }
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
                {confirming.submit(sending, IconName::RefreshCw, Text::new("抽样", "Draw"), DRAWN)}
            </form>
        </details>
    }
    .into_any()
}
