//! Marking on a photo what is to be seen there: a ring around the fault, an arrow to it. What comes of it is a photo of its own, beside the
//! one it was made of.

use std::rc::Rc;

use domain::finding::{PHOTO_LIMIT, PhotoHash};
use domain::{Text, say};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlElement, ImageBitmap, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::browser::{focus_on, when_put_away};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::PhotoPlace;
use super::photos::mark_id;
use super::piece::{Noted, Piece, afterwards};
use super::sheet::{Sheet, pointer};
use super::tablet::{Tablet, tablet};
use crate::i18n::{language, said, t};

/// The photo that is being marked, of those of one place.
pub type Marked = RwSignal<Option<String>>;

#[derive(Clone, Copy)]
struct Marking {
    open: Open,
    place: PhotoPlace,
    marked: Marked,
    photo: StoredValue<String>,
    /// None until the photo is read.
    sheet: RwSignal<Option<Rc<Sheet>>, LocalStorage>,
    strokes: RwSignal<usize>,
    busy: RwSignal<bool>,
    failed: RwSignal<bool>,
}

/// The photo with this hash under a sheet, until it is done or given up.
#[component]
pub fn MarkingPanel(open: Open, place: PhotoPlace, marked: Marked, photo: String) -> Piece {
    let marking = Marking {
        open,
        place,
        marked,
        photo: StoredValue::new(photo.clone()),
        sheet: RwSignal::new_local(None),
        strokes: RwSignal::new(0),
        busy: RwSignal::new(false),
        failed: RwSignal::new(false),
    };
    let tablet = tablet();
    spawn_local(async move {
        match bitmap_of(tablet, photo).await {
            Some(photo) => drop(marking.sheet.try_set(Some(Sheet::over(photo)))),
            None => drop(marking.failed.try_set(true)),
        }
    });
    // What was marked when the page is left, or the tablet put away, is done: nothing is lost.
    when_put_away(move || marking.keep());
    view! {
        <div class="drawing" data-kind="photo" data-test="marking" data-inked="" aria-busy=move || marking.busy.get().then_some("true")>
            {move || marking.failed.get().then(|| view! {
                <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{said(Text::new(
                    "照片处理失败，原件还在，请再试一次",
                    "The photo could not be marked; it is still here, try again",
                ))}</p>
            })}
            {move || marking.sheet.get().map(|sheet| marking.on_page(&sheet))}
            <p class="hint" role="status">{move || match marking.strokes.get() {
                0 => t(Text::new("在照片上用手指、笔或鼠标圈出问题", "Ring the fault with a finger, a pen or the mouse")).to_owned(),
                strokes => say!(language(), "已画{strokes}笔；原照片保留不变", "Strokes: {strokes}; the photo itself stays as it is"),
            }}</p>
            {marking.buttons()}
        </div>
    }
}

/// A photo kept here, ready to be drawn.
async fn bitmap_of(tablet: Tablet, photo: String) -> Option<ImageBitmap> {
    let person = tablet.person_untracked()?;
    let store = tablet.store();
    let bytes = store.photo_bytes(person, &PhotoHash(photo)).await;
    let parts = Array::of1(&Uint8Array::from(bytes.ok()??.as_slice()));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let decoding = window().create_image_bitmap_with_blob(&blob).ok()?;
    Some(JsFuture::from(decoding).await.ok()?.unchecked_into())
}

impl Marking {
    fn with_sheet(self, act: impl FnOnce(&Sheet)) {
        if let Some(Some(sheet)) = self.sheet.try_get_untracked() {
            act(&sheet);
            let strokes = sheet.strokes();
            if self.strokes.get_untracked() != strokes {
                self.strokes.set(strokes);
            }
        }
    }

    fn on_page(self, sheet: &Rc<Sheet>) -> Piece {
        let canvas = Noted::new_local(None);
        let shown = Rc::clone(sheet);
        afterwards(move || {
            if let Some(canvas) = canvas.get() {
                // Its place has the photo's shape at every size.
                let ratio = 1.0 / shown.height();
                if let Some(paper) = canvas.parent_element() {
                    let paper: HtmlElement = paper.unchecked_into();
                    let _ = paper
                        .style()
                        .set_property("--ratio", &format!("{ratio:.4}"));
                }
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Center);
                canvas.scroll_into_view_with_scroll_into_view_options(&options);
                let _ = canvas.focus();
                shown.stand_on(canvas.unchecked_into());
            }
        });
        let lifted = move |event| {
            let event = pointer(event);
            self.with_sheet(|sheet| {
                sheet.leaves(&event);
            });
        };
        view! {
            <div class="paper">
                <canvas role="img" tabindex="-1" node_ref=canvas aria-label=said(Text::new("要标注的照片", "The photo to mark"))
                    on:pointerdown=move |event| {
                        if !self.busy.get_untracked() {
                            let event = pointer(event);
                            self.with_sheet(|sheet| sheet.comes_down(&event));
                        }
                    }
                    on:pointermove=move |event| { let event = pointer(event); self.with_sheet(|sheet| sheet.moves(&event)) }
                    on:pointerup=lifted on:pointercancel=lifted></canvas>
            </div>
        }
    }

    fn buttons(self) -> Piece {
        let idle = Memo::new(move |_| self.strokes.get() == 0 || self.busy.get());
        view! {
            <div class="row">
                <button class="button" type="button" data-test="undo-mark" prop:disabled=move || idle.get()
                    on:click=move |_| self.with_sheet(Sheet::undo)>
                    <Icon name=IconName::RotateCcw/>{said(Text::new("撤销一笔", "Undo stroke"))}
                </button>
                <button class="button" data-kind="quiet" type="button" data-test="give-up-mark" prop:disabled=move || self.busy.get()
                    on:click=move |_| self.leave()>
                    <Icon name=IconName::X/>{said(Text::new("不标注", "Leave it unmarked"))}
                </button>
                <button class="button" data-kind="primary" type="button" data-test="keep-mark" prop:disabled=move || idle.get()
                    on:click=move |_| self.keep()>
                    <Icon name=IconName::Check/>{said(Text::new("完成", "Done"))}
                </button>
            </div>
        }
    }

    /// Keeps the marked photo, if anything was marked, and is done. The page may be on its way out.
    fn keep(self) {
        let Some(Some(sheet)) = self.sheet.try_get_untracked() else {
            return;
        };
        if sheet.strokes() == 0 || self.busy.get_untracked() {
            return;
        }
        let Some(open) = self.open.try_get_value() else {
            return;
        };
        let (place, photo) = (self.place, self.photo.get_value());
        let beside = open.photos_at(place);
        // A photo that was removed is not to be seen in another.
        if !open.has_place(place) || !beside.contains(&photo) || beside.len() >= PHOTO_LIMIT {
            return;
        }
        self.busy.set(true);
        let taking = open.takes_photo();
        spawn_local(async move {
            let marked = sheet.marked(&photo).await;
            let kept = matches!(marked, Some(Ok(_)));
            if let Some(Ok(marked)) = marked
                && !open.has_photo(&marked)
            {
                // It shows what was there when the photo was taken.
                let taken_at = open.taken_at(&photo).unwrap_or_else(|| open.now());
                open.keep_photo_of(&taking, marked, Some(place), taken_at, None)
                    .await;
            }
            drop(taking);
            // The page may be gone.
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.failed.set(!kept);
            if kept {
                self.leave();
            }
        });
    }

    /// Nothing of what is on the sheet is kept from here on.
    fn leave(self) {
        self.with_sheet(Sheet::clear);
        self.marked.set(None);
        focus_on(mark_id(&self.photo.get_value()));
    }
}
