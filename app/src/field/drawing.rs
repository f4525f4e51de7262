//! A signature or a drawing: the sheet it is made on until it is done, then its picture. It is kept as a photo is.

use std::rc::Rc;

use domain::finding::PhotoHash;
use domain::{Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use wasm_bindgen::JsCast as _;

use super::browser::{focus_on, when_put_away};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::PhotoPlace;
use super::photos::{checkpoint, picture};
use super::piece::{Noted, Piece, afterwards, each};
use super::sheet::{Content, Sheet, pointer};
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, said, t};
use crate::widgets::drawn::Drawn;

/// Letters of a name, or of words in place of a drawing.
const LETTERS: usize = 60;

/// The parts that share one question.
#[derive(Clone, Copy)]
struct Pad {
    keeper: Keeper,
    drawn: Drawn,
    sheet: StoredValue<Rc<Sheet>, LocalStorage>,
    /// How many strokes there are, and whether there is something to keep.
    strokes: RwSignal<usize>,
    worth_keeping: RwSignal<bool>,
    typing: RwSignal<bool>,
    typed: RwSignal<String>,
    /// What was signed is signed again; it stands until then.
    again: RwSignal<bool>,
    busy: RwSignal<bool>,
    failed: RwSignal<bool>,
}

/// Whose the picture is once it is done.
#[derive(Clone, Copy)]
enum Keeper {
    /// It is part of the inspection on the glass.
    Visit(Open, PhotoPlace),
    /// It is given away, and the sheet is there until it has been taken.
    Signs(Callback<Content>),
}

/// The parts' ids on the page.
#[derive(Clone)]
struct Ids {
    heading: String,
    state: String,
    canvas: String,
    input: String,
    again: String,
}

/// `heading` is the id of what the question is called by.
#[component]
pub fn Drawing(
    open: Open,
    place: PhotoPlace,
    drawn: Drawn,
    heading: String,
    hashes: Signal<Vec<String>>,
    readonly: RwSignal<bool>,
) -> Piece {
    let pad = Pad::new(Keeper::Visit(open, place), drawn, RwSignal::new(false));
    let ids = Ids::of(heading);
    // An answer that is on the sheet when the page is left, or the tablet put away, is done: nothing is lost. A record is signed by nobody
    // who did not say that it was done.
    if !matches!(place, PhotoPlace::Signature(..)) {
        when_put_away(move || pad.keep(None));
    }
    let drawing =
        Memo::new(move |_| !readonly.get() && (pad.again.get() || hashes.with(Vec::is_empty)));
    view! {
        {move || pad.failed.get().then(|| view! {
            <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{said(Text::new(
                "没有保存成功，请再按一次“完成”",
                "It could not be kept; press “Done” again",
            ))}</p>
        })}
        <Show when=move || drawing.get() fallback=move || pad.kept(open, ids, hashes, readonly)>
            {pad.sheet_on_page(ids, hashes)}
        </Show>
    }
}

/// A sheet that is signed and given away: `signs` takes what is on it, and is `busy` until it did. What was not given is nobody's signature.
#[component]
pub fn SigningSheet(heading: String, busy: RwSignal<bool>, signs: Callback<Content>) -> Piece {
    let pad = Pad::new(Keeper::Signs(signs), Drawn::Signature, busy);
    pad.sheet_on_page(Ids::of(heading), Signal::derive(Vec::new))
}

impl Ids {
    fn of(heading: String) -> StoredValue<Ids> {
        let part = |part: &str| format!("{heading}-{part}");
        StoredValue::new(Ids {
            state: part("state"),
            canvas: part("canvas"),
            input: part("typed"),
            again: part("again"),
            heading,
        })
    }
}

impl Pad {
    fn new(keeper: Keeper, drawn: Drawn, busy: RwSignal<bool>) -> Pad {
        Pad {
            keeper,
            drawn,
            sheet: StoredValue::new_local(Sheet::new(drawn)),
            strokes: RwSignal::new(0),
            worth_keeping: RwSignal::new(false),
            typing: RwSignal::new(false),
            typed: RwSignal::default(),
            again: RwSignal::new(false),
            busy,
            failed: RwSignal::new(false),
        }
    }

    fn look(self) {
        self.sheet.with_value(|sheet| {
            self.strokes.set(sheet.strokes());
            self.worth_keeping.set(sheet.worth_keeping().is_some());
        });
    }

    /// Empties the sheet.
    fn clear(self) {
        self.typed.set(String::new());
        self.sheet.with_value(|sheet| {
            sheet.clear();
            sheet.say(self.typing.get_untracked().then(String::new));
        });
        self.look();
    }

    /// Shows what is typed, or the ink.
    fn show_words(self) {
        let typing = self.typing.get_untracked();
        let words = typing.then(|| self.typed.get_untracked());
        self.sheet.with_value(|sheet| sheet.say(words));
        self.look();
    }

    /// Keeps what is on the sheet, if there is anything, in the place of what was kept before; `next` then has the focus.
    fn keep(self, next: Option<String>) {
        let content = self.sheet.try_with_value(|sheet| sheet.worth_keeping());
        let Some(content) = content.flatten() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let (open, place) = match self.keeper {
            Keeper::Signs(signs) => return signs.run(content),
            Keeper::Visit(open, place) => (open, place),
        };
        let Some(open) = open.try_get_value() else {
            return;
        };
        let drawn = self.drawn;
        if !open.has_place(place) {
            return;
        }
        self.busy.set(true);
        self.failed.set(false);
        let taking = open.takes_photo();
        spawn_local(async move {
            let before = open.photos_at(place);
            let picture = content.picture(drawn, open.now()).await;
            let kept = picture.is_ok();
            if let Ok(picture) = picture {
                open.keep_photo(&taking, picture, place).await;
                for hash in before {
                    open.drop_photo(&hash, place);
                }
            }
            drop(taking);
            // The page may be gone.
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.failed.set(!kept);
            if kept {
                self.begin_anew();
                if let Some(next) = next {
                    focus_on(next);
                }
            }
        });
    }

    fn begin_anew(self) {
        self.again.set(false);
        self.typing.set(false);
        self.clear();
    }

    fn sheet_on_page(self, ids: StoredValue<Ids>, hashes: Signal<Vec<String>>) -> Piece {
        let Pad {
            drawn, busy, again, ..
        } = self;
        let ids = ids.get_value();
        let canvas = Noted::new_local(None);
        afterwards(move || {
            if let Some(canvas) = canvas.get() {
                self.sheet
                    .with_value(|sheet| sheet.stand_on(canvas.unchecked_into()));
            }
        });
        let with_sheet = move |act: &dyn Fn(&Sheet)| self.sheet.with_value(|sheet| act(sheet));
        let lifted = move |event| {
            let event = pointer(event);
            if self.sheet.with_value(|sheet| sheet.leaves(&event)) {
                self.look();
            }
        };
        let input = ids.input.clone();
        let turn = move |_| {
            let typing = !self.typing.get_untracked();
            self.typing.set(typing);
            self.show_words();
            if typing {
                focus_on(input.clone());
            }
        };
        let removes = move |_| {
            if let Keeper::Visit(open, place) = self.keeper {
                let open = open.get_value();
                for hash in hashes.get_untracked() {
                    open.drop_photo(&hash, place);
                }
            }
            again.set(false);
        };
        let signs = matches!(self.keeper, Keeper::Signs(_));
        let nothing =
            Memo::new(move |_| self.strokes.get() == 0 && self.typed.with(String::is_empty));
        let idle = Memo::new(move |_| !self.worth_keeping.get() || busy.get());
        let (typed_id, labelled) = (ids.input, ids.heading);
        let (kept, state) = (ids.again.clone(), ids.state.clone());
        view! {
            <div class="drawing" data-kind=match drawn { Drawn::Signature => "signature", Drawn::Drawing => "drawing" }
                data-inked=move || (!nothing.get()).then_some("") aria-busy=move || busy.get().then_some("true")>
                <Show when=move || self.typing.get()>
                    <div class="ask">
                        <label for=typed_id.clone()>{said(match drawn {
                            Drawn::Signature => Text::new("签名人姓名", "Name of who signs"),
                            Drawn::Drawing => Text::new("文字", "Words"),
                        })}</label>
                        <input id=typed_id.clone() type="text" autocomplete="off" maxlength=LETTERS
                            prop:value=self.typed prop:disabled=move || busy.get()
                            on:input:target=move |event| {
                                self.typed.set(event.target().value());
                                self.show_words();
                            }/>
                    </div>
                </Show>
                <div class="paper">
                    <canvas id=ids.canvas role="img" tabindex="-1" node_ref=canvas
                        aria-labelledby=labelled aria-describedby=ids.state
                        on:pointerdown=move |event| {
                            // What is being kept is cleared afterwards: nothing is added to it.
                            if !busy.get_untracked() {
                                let event = pointer(event);
                                with_sheet(&|sheet| sheet.comes_down(&event));
                            }
                        }
                        on:pointermove=move |event| { let event = pointer(event); with_sheet(&|sheet| sheet.moves(&event)) }
                        on:pointerup=lifted on:pointercancel=lifted></canvas>
                </div>
                <p class="hint" id=state role="status">{move || self.state()}</p>
                <div class="row">
                    <button class="button" type="button" data-test="clear-drawing"
                        prop:disabled=move || nothing.get() || busy.get() on:click=move |_| self.clear()>
                        <Icon name=IconName::X/>{said(Text::new("清除", "Clear"))}
                    </button>
                    {(drawn == Drawn::Drawing).then(|| view! {
                        <button class="button" type="button" data-test="undo-stroke"
                            prop:disabled=move || self.strokes.get() == 0 || self.typing.get() || busy.get()
                            on:click=move |_| {
                                with_sheet(&|sheet| sheet.undo());
                                self.look();
                            }>
                            <Icon name=IconName::RotateCcw/>{said(Text::new("撤销一笔", "Undo stroke"))}
                        </button>
                    })}
                    <button class="button" data-kind="quiet" type="button" data-test="type-instead"
                        prop:disabled=move || busy.get() on:click=turn>
                        <Icon name=IconName::Pencil/>
                        {move || t(match (drawn, self.typing.get()) {
                            (Drawn::Signature, false) => Text::new("改为输入姓名", "Type the name instead"),
                            (Drawn::Signature, true) => Text::new("改为手写签名", "Sign by hand instead"),
                            (Drawn::Drawing, false) => Text::new("改为输入文字", "Type words instead"),
                            (Drawn::Drawing, true) => Text::new("改为绘图", "Draw instead"),
                        })}
                    </button>
                    {move || again.get().then(|| view! {
                        <button class="button" data-kind="quiet" type="button" data-test="keep-earlier" on:click=move |_| self.begin_anew()>
                            {said(Text::new("保留原来的", "Keep the earlier one"))}
                        </button>
                        <button class="button" data-kind="danger" type="button" data-test="remove-drawing" on:click=removes>
                            <Icon name=IconName::Trash/>{said(Text::new("删除原来的", "Remove the earlier one"))}
                        </button>
                    })}
                    <button class="button" data-kind=signs.then_some("primary") type="button" data-test="keep-drawing"
                        aria-busy=move || busy.get().then_some("true")
                        prop:disabled=move || idle.get() on:click=move |_| self.keep(Some(kept.clone()))>
                        <Icon name=IconName::Check/>{said(if signs { Text::new("签字", "Sign") } else { Text::new("完成", "Done") })}
                    </button>
                </div>
            </div>
        }
    }

    /// How far it has come, in words.
    fn state(self) -> String {
        let Pad { drawn, typing, .. } = self;
        let signs = matches!(self.keeper, Keeper::Signs(_));
        let worth_keeping = self.worth_keeping.get();
        let strokes = self.strokes.get();
        let text = match (drawn, typing.get(), worth_keeping) {
            (Drawn::Signature, false, false) => Text::new(
                "还没有签名：请在框内用手指、笔或鼠标签名",
                "Not signed yet: sign in the frame with a finger, a pen or the mouse",
            ),
            (Drawn::Drawing, false, false) => Text::new(
                "还没有内容：请在框内用手指、笔或鼠标绘图",
                "Nothing drawn yet: draw in the frame with a finger, a pen or the mouse",
            ),
            (Drawn::Signature, true, false) => {
                Text::new("还没有签名：请输入姓名", "Not signed yet: type the name")
            }
            (Drawn::Drawing, true, false) => Text::new(
                "还没有内容：请输入文字",
                "Nothing written yet: type the words",
            ),
            (_, true, true) if signs => {
                Text::new("已输入，按“签字”签署", "Typed; press “Sign” to sign")
            }
            (_, true, true) => Text::new("已输入，按“完成”保存", "Typed; press “Done” to keep it"),
            (_, false, true) if signs => {
                Text::new("已写好，按“签字”签署", "Written; press “Sign” to sign")
            }
            (_, false, true) => {
                return say!(
                    language(),
                    "已写{strokes}笔，按“完成”保存",
                    "Strokes: {strokes}; press “Done” to keep them"
                );
            }
        };
        t(text).to_owned()
    }

    fn kept(
        self,
        open: Open,
        ids: StoredValue<Ids>,
        hashes: Signal<Vec<String>>,
        readonly: RwSignal<bool>,
    ) -> Piece {
        let Ids { again, canvas, .. } = ids.get_value();
        let drawn = self.drawn;
        let signs_again = move |_| {
            self.again.set(true);
            focus_on(canvas.clone());
        };
        view! {
            <ul class="photos" data-kind="drawn">
                {each(move || hashes.get(), String::clone, move |hash| view! { <li><Figure open drawn hash/></li> })}
            </ul>
            <Show when=move || !readonly.get()>
                <div class="row">
                    <button class="button" type="button" id=again.clone() data-test="draw-again" on:click=signs_again.clone()>
                        <Icon name=IconName::Pencil/>
                        {said(match drawn {
                            Drawn::Signature => Text::new("重签", "Sign again"),
                            Drawn::Drawing => Text::new("重画", "Draw again"),
                        })}
                    </button>
                </div>
            </Show>
        }
    }
}

#[component]
fn Figure(open: Open, drawn: Drawn, hash: String) -> Piece {
    let tablet = tablet();
    let taken_at = open.with_value(|open| open.taken_at(&hash));
    let digest = hash.clone();
    let when = move || {
        taken_at
            .map(|at| instant_text(at, &tablet.time_zone(), language()))
            .unwrap_or_default()
    };
    let words = move || {
        let (title, when) = (t(drawn.title()), when());
        say!(language(), "{title}，{when}", "{title}, {when}")
    };
    let address = picture(PhotoHash(hash));
    view! {
        <figure>
            <img src=move || address.get() alt=words/>
            <figcaption><span>{when}</span>{move || checkpoint(&digest)}</figcaption>
        </figure>
    }
}
