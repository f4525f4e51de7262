//! What is noted of an item, whatever its answer: words and photos. It unfolds when it is asked for; a failed item is noted in its finding.

use domain::Text;
use domain::remark::Remark;
use form::NodeId;
use leptos::prelude::*;
use markup::{component, view};

use super::browser::focus_on;
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::PhotoPlace;
use super::photos::Photos;
use super::piece::Piece;
use crate::i18n::{said, t};

/// `of` is what the item is known by; `finding` says that the item has one, which has words and photos of its own.
#[component]
pub fn RemarkPanel(open: Open, node: NodeId, of: Signal<String>, finding: RwSignal<bool>) -> Piece {
    let remark = RwSignal::from(open.with_value(|open| open.remark(node)));
    let name = open.with_value(|open| open.form.with(|instance| instance.name(node)));
    let unfolded = RwSignal::new(!remark.with_untracked(Remark::is_empty));
    let (note, photos) = (format!("{name}-remark"), format!("{name}-remark-photos"));
    let (focused, labelled) = (note.clone(), photos.clone());
    let hashes = Signal::derive(move || {
        remark.with(|remark| {
            let hashes = remark.photos.iter().map(|photo| photo.hash.0.clone());
            hashes.collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || !unfolded.get() && !finding.get()>
            <button class="button" data-kind="quiet" type="button" data-test="add-remark" on:click={
                let focused = focused.clone();
                move |_| {
                    unfolded.set(true);
                    focus_on(focused.clone());
                }
            }>
                <Icon name=IconName::Pencil/>
                {said(Text::new("备注、拍照", "Note or photo"))}
                <span class="unseen">{move || format!("{}{}", t(Text::new("：", ": ")), of.get())}</span>
            </button>
        </Show>
        <Show when=move || unfolded.get()>
            <div class="remark" data-test="remark" data-empty=move || remark.with(Remark::is_empty)>
                <div class="ask">
                    <label for=note.clone()>{said(Text::new("备注", "Note"))}</label>
                    <textarea id=note.clone() name=note.clone()
                        prop:value=move || remark.with(|remark| remark.note.clone())
                        on:input:target=move |event| {
                            let text = event.target().value();
                            open.with_value(|open| open.edit_remark(node, |remark| remark.note = text));
                        }></textarea>
                </div>
                <div class="ask" role="group" aria-labelledby=labelled.clone()>
                    <p id=photos.clone()><strong>{said(Text::new("照片", "Photos"))}</strong></p>
                    <Photos open place=PhotoPlace::Remark(node) hashes/>
                </div>
            </div>
        </Show>
    }
}
