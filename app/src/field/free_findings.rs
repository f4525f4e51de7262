//! Faults that no item of the checklist asks about, noted freely.

use domain::Text;
use domain::id::FindingId;
use leptos::prelude::*;
use markup::{component, view};

use super::browser::focus_on;
use super::finding_panel::FindingPanel;
use super::handing_in::{NOTED_FREELY, free_anchor};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::{FindingAt, OpenInspection};
use super::piece::{Piece, each};
use crate::i18n::said;
use crate::local_store::FindingDraft;

/// Where on the page they are.
pub const ANCHOR: &str = "noted-freely";

#[component]
pub fn FreeFindings(open: Open) -> Piece {
    let findings = RwSignal::from(open.with_value(|open| open.free_findings.clone()));
    view! {
        <section id=ANCHOR class="free" data-test="free-findings" aria-labelledby="noted-freely-title">
            <h2 id="noted-freely-title">{said(NOTED_FREELY)}</h2>
            <ul class="items">
                {each(move || findings.get(), |id| *id, move |id| view! { <FreeFinding open id/> })}
            </ul>
            <button class="button" type="button" data-test="note-freely" on:click=move |_| {
                let id = open.with_value(OpenInspection::note_freely);
                focus_on(format!("{}-note", free_anchor(id)));
            }>
                <Icon name=IconName::Plus/>{said(Text::new("登记检查表以外的问题", "Note a fault outside the checklist"))}
            </button>
        </section>
    }
}

#[component]
fn FreeFinding(open: Open, id: FindingId) -> Piece {
    let at = FindingAt::Itself(id);
    let asking = RwSignal::new(false);
    let take_back = move || open.with_value(|open| open.take_back(id));
    let is_written = move || {
        let finding = open.with_value(|open| open.finding(at));
        finding.with_untracked(FindingDraft::is_written)
    };
    view! {
        <li id=free_anchor(id)><article class="item" data-test="free-finding">
            <FindingPanel open at/>
            <Show when=move || asking.get() fallback=move || view! {
                <button class="button" data-kind="quiet" type="button" data-test="take-back" on:click=move |_| {
                    if is_written() { asking.set(true) } else { take_back() }
                }>
                    <Icon name=IconName::Trash/>{said(Text::new("删除这个问题", "Remove this finding"))}
                </button>
            }>
                <div class="banner" data-kind="warning" role="alert">
                    <Icon name=IconName::TriangleAlert/>
                    <p>{said(Text::new("这个问题的文字和照片都会删除。", "Its words and photos go with it."))}</p>
                    <button class="button" type="button" on:click=move |_| asking.set(false)>{said(Text::new("取消", "Cancel"))}</button>
                    <button class="button" data-kind="danger" type="button" on:click=move |_| take_back()>{said(Text::new("删除", "Remove"))}</button>
                </div>
            </Show>
        </article></li>
    }
}
