//! Laying aside what was entered here of a visit that another tablet handed in, or that was called off: it is submitted nowhere and, but for
//! signatures, stays on this tablet, to be read.

use std::sync::Arc;

use domain::Text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::address::{Going, address};
use super::inspection_page::Open;
use super::piece::Piece;
use super::tablet::RecordError;
use crate::i18n::{language, said, t};
use crate::local_store::Draft;

#[component]
pub fn LayAside(open: Open) -> Piece {
    let address = address();
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Arc<RecordError>>);
    let lay_aside = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let open = open.get_value();
        spawn_local(async move {
            let draft = Draft {
                laid_aside: true,
                ..open.draft()
            };
            match open.close(draft, &[], Vec::new()).await {
                Ok(()) => address.go("/field", Going::Instead),
                Err(error) => {
                    let _ = busy.try_set(false);
                    let _ = failure.try_set(Some(Arc::new(error)));
                }
            }
        });
    };
    view! {
        {move || failure.get().map(|error| view! { <p role="alert">{move || error.text(language())}</p> })}
        <Show when=move || asked.get() fallback=move || view! {
            <div class="row">
                <button class="button" type="button" data-test="lay-aside" on:click=move |_| asked.set(true)>
                    {said(Text::new("不再提交…", "Do not submit it…"))}
                </button>
            </div>
        }>
            <div class="asked">
                <p>{said(Text::new(
                    "放弃提交后，这里不能再填写。答案、问题、备注、说明和照片留在这台平板上，可在该任务的记录里查看；签字将删除。",
                    "Nothing can be entered here afterwards. Answers, findings, notes, the account and photos stay on this tablet and are read with the visit’s record; signatures are deleted.",
                ))}</p>
                <div class="row">
                    <button class="button" type="button" data-test="lay-aside-sure" aria-busy=move || busy.get().then_some("true") on:click=lay_aside>
                        {said(Text::new("放弃提交，留在本机", "Keep it here, unsubmitted"))}
                    </button>
                    <button class="button" type="button" on:click=move |_| asked.set(false)>{move || t(Text::new("取消", "Cancel"))}</button>
                </div>
            </div>
        </Show>
    }
}
