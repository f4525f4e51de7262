//! How places lie to each other, north above: to scale on a plain ground, and on a map where the operator offers one and its tiles come.

use std::cell::Cell;
use std::fmt::Write as _;
use std::rc::Rc;

use domain::arrival::metres;
use domain::{Text, say};
use leptos::prelude::*;
use markup::{component, view};
use wasm_bindgen::JsCast as _;

use super::mercator::{MARGIN, Map, ROOM, Tile};
use super::piece::{Element, IntoPiece as _, Piece};
use super::tablet::tablet;
use crate::i18n::{language, said};
use crate::places::{Place, sketch};

/// What comes of a tap on the map.
#[derive(Clone, Copy)]
pub struct Tapped {
    /// Says what a tap does.
    pub says: Text,
    /// What the map shows while there is no point yet.
    pub around: Option<Place>,
    pub take: Callback<Place>,
}

/// A map is asked for only of places that are `settled`. Who made it is shown on it, and where it is `tapped` is told.
#[component]
pub fn PlaceDrawing(
    places: Memo<Vec<Place>>,
    settled: RwSignal<Vec<Place>>,
    is_shape: bool,
    readonly: RwSignal<bool>,
    tapped: Option<Tapped>,
) -> Piece {
    let tablet = tablet();
    view! { {move || {
        // What did not come is asked for again once there is a network.
        let _ = tablet.online.get();
        let offered = settled.with(|settled| places.with(|places| settled == places));
        let offered = offered.then(|| tablet.map_tiles()).flatten();
        let tapped = tapped.filter(|_| !readonly.get());
        places.with(|places| match offered.and_then(|offered| Some((map_of(places, tapped)?, offered))) {
            Some((map, (template, credit))) => on_map(places, is_shape, map, &template, credit, tapped),
            None => on_plain_ground(places, is_shape),
        })
    }} }
}

fn map_of(places: &[Place], tapped: Option<Tapped>) -> Option<Map> {
    let Some(tapped) = tapped else {
        return Map::of(places, MARGIN);
    };
    if !places.is_empty() {
        return Map::of(places, ROOM);
    }
    Map::around(tapped.around?)
}

/// One point alone says nothing without a map.
fn on_plain_ground(places: &[Place], is_shape: bool) -> Piece {
    if places.len() < 2 {
        return Piece::default();
    }
    let (points, side) = sketch(places);
    let mut drawing = ground();
    drawing.put(lines(&points, is_shape));
    view! { <figure data-test="sketch">{drawing.into_piece()}<figcaption>{scale(side)}</figcaption></figure> }
}

/// As on plain ground until something of the map is there, and where nothing of it comes.
fn on_map(
    places: &[Place],
    is_shape: bool,
    map: Map,
    template: &str,
    credit: Option<String>,
    tapped: Option<Tapped>,
) -> Piece {
    // Whether any of it has come.
    let there = RwSignal::new(false);
    let alone = places.len() < 2;
    let plain = sketch(places);
    let sides = [plain.1, map.side()];
    let (plain, points) = (plain.0, map.points.clone());
    let mut drawing = ground();
    let tiles = map.tiles();
    let awaited = Rc::new(Cell::new(tiles.len()));
    for tile in &tiles {
        drawing.put(picture(tile, template, there, &awaited));
    }
    drawing.put(move || lines(if there.get() { &points } else { &plain }, is_shape));
    if let Some(tapped) = tapped {
        drawing.on("click", move |event| {
            let target = event.current_target();
            let event: web_sys::MouseEvent = event.unchecked_into();
            // The second of a double tap would lie on the map that the first had drawn.
            let is_first = event.detail() < 2;
            if let (Some(target), true) = (target, is_first && there.get_untracked()) {
                let frame = target
                    .unchecked_into::<web_sys::Element>()
                    .get_bounding_client_rect();
                tapped.take.run(map.place((
                    (f64::from(event.client_x()) - frame.left()) / frame.width() * 100.0,
                    (f64::from(event.client_y()) - frame.top()) / frame.height() * 100.0,
                )));
            }
        });
    }
    view! {
        <figure data-test="sketch" data-map=there data-waiting=move || alone && !there.get()>
            {drawing.into_piece()}
            {move || there.get().then(|| credit.clone().map(|credit| view! { <small>{credit}</small> }))}
            <figcaption>
                {move || scale(sides[usize::from(there.get())])}
                {tapped.map(|tapped| view! { <br/>{said(tapped.says)} })}
            </figcaption>
        </figure>
    }
}

fn ground() -> Element {
    let mut drawing = Element::new("svg");
    for (name, value) in [("viewBox", "0 0 100 100"), ("aria-hidden", "true")] {
        drawing.set(name, value);
    }
    drawing
}

fn scale(side: f64) -> String {
    let side = metres(side, language());
    say!(
        language(),
        "上为北，边长{side}",
        "North is up; {side} from side to side"
    )
}

fn lines(points: &[(f64, f64)], is_shape: bool) -> Element {
    let line: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let shape = if is_shape { "polygon" } else { "polyline" };
    let mut markup = format!(r#"<{shape} points="{}"/>"#, line.join(" "));
    for (x, y) in points {
        let _ = write!(markup, r#"<circle cx="{x:.1}" cy="{y:.1}" r="1.5"/>"#);
    }
    let mut lines = Element::new("svg");
    lines.draw(&markup);
    lines
}

/// A tile of the map, not to be seen before it is there.
fn picture(
    tile: &Tile,
    template: &str,
    there: RwSignal<bool>,
    awaited: &Rc<Cell<usize>>,
) -> Element {
    let mut picture = Element::new("image");
    picture.set("href", tile.of(template));
    for (name, value) in [
        ("x", tile.x),
        ("y", tile.y),
        ("width", Tile::SIZE),
        ("height", Tile::SIZE),
    ] {
        picture.set(name, value);
    }
    picture.on("load", move |event| {
        if let Some(target) = event.target() {
            let target: web_sys::Element = target.unchecked_into();
            let _ = target.set_attribute("data-there", "");
        }
        there.set(true);
    });
    let awaited = Rc::clone(awaited);
    picture.on("error", move |_| {
        awaited.set(awaited.get() - 1);
        if awaited.get() == 0 {
            there.set(false);
        }
    });
    picture
}
