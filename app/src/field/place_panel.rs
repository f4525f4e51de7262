//! Where the tablet is, taken into an answer: one point, or one after the other along a trace or around a shape.

use std::time::Duration;

use domain::Text;
use form::{QuestionKind, Value};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::browser::{self, NoPlace};
use super::icon::{Icon, IconName};
use super::piece::{Piece, afterwards};
use super::place_drawing::{PlaceDrawing, Tapped};

use crate::i18n::{language, said, t};
use crate::places::{Place, closed, opened, read, said_of, write};

/// How long nothing is typed before a map of it is asked for: nobody is told of places that are half there.
const TYPING: Duration = Duration::from_millis(800);

/// The buttons beside what is typed, and what the points come to. Where points are `placed` they go where the map is tapped, which shows
/// what is `around` while there is none.
#[component]
pub fn PlacePanel(
    kind: QuestionKind,
    placed: bool,
    around: Option<Place>,
    text: Signal<String>,
    readonly: RwSignal<bool>,
    take: Callback<String>,
    described: String,
) -> Piece {
    let several = kind != QuestionKind::Geopoint;
    let is_shape = kind == QuestionKind::Geoshape;
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<NoPlace>);
    let places = Memo::new(move |_| {
        let mut places = read(&text.get());
        if !several {
            places.truncate(1);
        }
        if is_shape { opened(places) } else { places }
    });
    let settled = RwSignal::new(places.get_untracked());
    afterwards(move || {
        let now = places.get();
        if settled.with_untracked(|settled| *settled != now) {
            let settle = move || {
                if places.try_get_untracked().as_ref() == Some(&now) {
                    settled.set(now);
                }
            };
            set_timeout(settle, TYPING);
        }
    });
    let put = move |taken: Vec<Place>| {
        let taken = if is_shape { closed(taken) } else { taken };
        take.run(write(&taken));
        settled.set(places.get_untracked());
    };
    // What cannot be read would be lost with the next point.
    let is_garbled = move || {
        let text = text.get_untracked();
        !text.trim().is_empty() && Value::read(kind, &text).is_err()
    };
    // Says why not.
    let may_change = move || {
        let garbled = is_garbled();
        trouble.set(garbled.then_some(NoPlace::Garbled));
        !garbled
    };
    let locate = move |_| {
        if busy.get_untracked() || !may_change() {
            return;
        }
        busy.set(true);
        let asked_of = text.get_untracked();
        spawn_local(async move {
            let found = browser::locate().await;
            // The page may have been left meanwhile.
            let _ = busy.try_set(false);
            match found {
                Ok(place) => {
                    let Some(mut before) = places.try_get_untracked() else {
                        return;
                    };
                    if text.try_get_untracked().as_ref() != Some(&asked_of)
                        || readonly.try_get_untracked() == Some(true)
                    {
                        trouble.try_set(Some(NoPlace::Typed));
                        return;
                    }
                    if !several {
                        before.clear();
                    }
                    before.push(place);
                    put(before);
                }
                Err(why) => drop(trouble.try_set(Some(why))),
            }
        });
    };
    // What the answer was before its one point was moved, and what it was moved to.
    let moved = RwSignal::new(None::<(String, String)>);
    let before = move || {
        let moved = moved.get().filter(|(_, to)| *to == text.get());
        moved.map(|(before, _)| before)
    };
    let undo = move |_| {
        if !may_change() {
            return;
        }
        if several {
            let mut left = places.get_untracked();
            left.pop();
            put(left);
        } else if let Some(before) = untrack(before) {
            take.run(before);
            settled.set(places.get_untracked());
        }
    };
    let tap = move |place| {
        if !may_change() {
            return;
        }
        if several {
            let mut all = places.get_untracked();
            all.push(place);
            put(all);
        } else {
            let before = untrack(before).unwrap_or_else(|| text.get_untracked());
            put(vec![place]);
            moved.set(Some((before, text.get_untracked())));
        }
    };
    let tapped = placed.then(|| Tapped {
        says: if several {
            Text::new("点按地图可加一点", "Tap the map to add a point")
        } else {
            Text::new("点按地图选定位置", "Tap the map to choose the place")
        },
        around,
        take: Callback::new(tap),
    });
    let act = if several {
        Text::new("加上当前位置", "Add where I am")
    } else {
        Text::new("取当前位置", "Take where I am")
    };
    let nothing = move || {
        readonly.get()
            || if several {
                places.with(Vec::is_empty)
            } else {
                before().is_none()
            }
    };
    let undoes = if several {
        Text::new("撤销上一点", "Undo the last point")
    } else {
        Text::new("撤销", "Undo")
    };
    view! {
        <div class="place">
            <div class="row">
                <button class="button" type="button" data-test="locate" aria-busy=move || busy.get().then_some("true")
                    prop:disabled=readonly on:click=locate>
                    <Icon name=IconName::MapPin/>{move || t(if busy.get() {
                        Text::new("正在定位…", "Finding where it is…")
                    } else {
                        act
                    })}
                </button>
                {(several || placed).then(|| view! {
                    <button class="button" data-kind="quiet" type="button" data-test="undo-place" prop:disabled=nothing on:click=undo>
                        <Icon name=IconName::RotateCcw/>{said(undoes)}
                    </button>
                })}
            </div>
            <p class="hint" id=described role="status" data-test="place-said">{move || match trouble.get() {
                Some(why) => why.text(language()),
                None => places.with(|places| summary(kind, places)),
            }}</p>
            <PlaceDrawing places settled is_shape readonly tapped/>
        </div>
    }
}

fn summary(kind: QuestionKind, places: &[Place]) -> String {
    said_of(places, kind, language()).unwrap_or_else(|| {
        t(if kind == QuestionKind::Geopoint {
            Text::new(
                "也可直接填写：纬度 经度 海拔 精度，例如 39.9 116.4 0 0",
                "Or type it: latitude longitude altitude accuracy, such as 39.9 116.4 0 0",
            )
        } else {
            Text::new(
                "也可直接填写，每点为：纬度 经度 海拔 精度，各点以英文分号隔开，例如 39.9 116.4 0 0; 39.9 116.5 0 0",
                "Or type it, each point as latitude longitude altitude accuracy, divided by semicolons, such as 39.9 116.4 0 0; 39.9 116.5 0 0",
            )
        })
        .to_owned()
    })
}
