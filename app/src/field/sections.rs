//! The sections of the form on the page. Of a long form only what is near the glass stands there, so that it scrolls as a short one does;
//! a short one stands whole, which it comes to little by little: its first questions are not to wait for the others. Nor are those of a long
//! one to wait for hundreds of sections: the first stand at once, the others a moment later, or when somebody goes there.
//!
//! What somebody is at stays wherever it is scrolled to: where the focus is, what was unfolded, a photo under way. Around the focus and
//! at both ends of the form stands what it can move on to, so that a keyboard reaches every question. What leaves the page loses nothing:
//! each answer is in the form, and on its way to disk, with the key that was pressed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use form::{NodeId, Texts};
use leptos::prelude::*;
use markup::{component, view};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::address::address;
use super::browser;
use super::handing_in::name_in_anchor;
use super::inspection_page::Open;
use super::item::{Item, RepeatEnd};
use super::nearby::{Heights, Part, Row, RowId, between, is_long, parts, rows_of};
use super::open_inspection::OpenInspection;
use super::piece::{ByHand, Coming, Piece, afterwards, key_of, rows_by_hand};
use crate::i18n::told;
use crate::widgets::section_title::section_title;

/// The sections, as the parts of the page pass them on.
pub type OnPage = StoredValue<Rc<Sections>, LocalStorage>;

/// What in a row somebody is at, besides the focus; a day that is half entered, or a signature that is not done, is no answer yet.
const AT_WORK: &str = "details[open], [aria-busy=true], [role=alert], .sure, .recording, [data-inked], .remark[data-empty], input[type=search]:not(:placeholder-shown), input:invalid";

/// How often rows are put there and measured again before their heights count as settled.
const PASSES: usize = 4;

/// Rows of a short form that stand when it is first drawn.
const AT_FIRST: usize = 6;

/// Rows that come to stand after that, until all do.
const AT_A_TIME: usize = 12;

/// What is left to the reader once the page was drawn, before what is not on the glass comes.
pub const SETTLED: Duration = Duration::from_millis(400);

/// What is left to them between what comes little by little.
const BETWEEN: Duration = Duration::from_millis(50);

/// Rows of a long form whose sections stand when it is first drawn: more than a glass has room for.
const ON_ANY_GLASS: usize = 64;

/// Sections that come to stand after that, until all do.
const SECTIONS_AT_A_TIME: usize = 64;

/// Focusable rows that stand at either end of the form.
const AT_ENDS: usize = 2;

/// Pixels of a row that are to be seen for it to be in sight.
const SEEN: f64 = 48.0;

/// Pixels by which what is looked at may move unnoticed.
const UNNOTICED: f64 = 0.5;

pub struct Sections {
    open: Open,
    /// Where on the form the reader is.
    current: RwSignal<Option<usize>>,
    /// Not all of it stands on the page.
    pub long: RwSignal<bool>,
    /// So many rows of a short form stand on the page.
    standing: Cell<usize>,
    /// Rows of a short form are still to come, or sections of a long one.
    pub coming: RwSignal<bool>,
    lists: RefCell<Vec<List>>,
    /// Where the sections stand, with their titles.
    place: RefCell<Option<ByHand>>,
    heights: RefCell<Heights>,
    structure: Cell<Option<u32>>,
    width: Cell<f64>,
    /// Where somebody is being led to.
    led_to: Cell<Option<Place>>,
    /// The browser calls before it draws next.
    called: Cell<bool>,
    /// What is on the glass was drawn. Until then nothing stands beyond it: the first question is not to wait for those below.
    drawn: Cell<bool>,
    /// The reader has scrolled since: what was looked at is looked at no more.
    scrolled: Cell<bool>,
    /// The rows on the glass and where they began, when all was last put there: first the one with the focus, then from the top.
    looked_at: RefCell<Vec<(RowId, f64)>>,
}

/// A row by its list and its place in it.
type Place = (usize, usize);

/// One section's rows.
struct List {
    rows: Vec<Row>,
    on_page: ByHand,
    /// What `on_page` leads to, until the section stands.
    waiting: Option<Piece>,
    parts: Vec<Part>,
    /// The places of the rows that stand.
    stands: BTreeSet<usize>,
    /// Its rows, or what is thought of their heights, changed since it was put there.
    stale: bool,
    shown: Signal<bool>,
}

impl List {
    /// What stands goes on standing, wherever it is among these rows.
    fn follow(&mut self, rows: &[Row]) {
        let stood = self.stands.iter().map(|place| self.rows[*place].id);
        let stood: Vec<RowId> = stood.collect();
        let stands = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| stood.contains(&row.id));
        self.stands = stands.map(|(place, _)| place).collect();
    }
}

impl Sections {
    pub fn of(open: Open, current: RwSignal<Option<usize>>) -> OnPage {
        // Of thousands of rows the first hundreds tell.
        let long = |open: &Arc<OpenInspection>| {
            open.form.with(|instance| {
                let mut rows = 0;
                let mut sections = instance.form().sections().iter();
                sections.any(|section| {
                    rows += rows_of(instance, section).len();
                    is_long(rows)
                })
            })
        };
        let sections = Rc::new(Sections {
            open,
            current,
            long: RwSignal::new(open.with_value(long)),
            standing: Cell::new(AT_FIRST),
            coming: RwSignal::new(false),
            lists: RefCell::default(),
            place: RefCell::default(),
            heights: RefCell::default(),
            structure: Cell::new(None),
            width: Cell::new(0.0),
            led_to: Cell::new(None),
            called: Cell::new(false),
            drawn: Cell::new(false),
            scrolled: Cell::new(true),
            looked_at: RefCell::default(),
        });
        follow(&sections);
        StoredValue::new_local(sections)
    }

    /// Begins with lists that are empty, and sections that wait to stand in a place.
    fn begin(&self, lists: Vec<List>, place: ByHand) {
        self.lists.replace(lists);
        self.place.replace(Some(place));
        self.structure.set(None);
        let came_back = address().came_back();
        // What the browser's back shows where it was left has to be as high as it was.
        self.standing
            .set(if came_back { usize::MAX } else { AT_FIRST });
        self.read();
        if !self.long.get_untracked() {
            self.stand_whole();
        } else if came_back {
            self.stand_all_sections();
        } else {
            self.stand_sections(self.sections_with(ON_ANY_GLASS));
        }
    }

    /// Forgets all that a form had on the page.
    fn end(&self) {
        self.lists.take();
        self.place.take();
    }

    /// How many sections from the first on show so many rows.
    fn sections_with(&self, rows: usize) -> usize {
        let mut missing = rows;
        let has_them = |list: &List| {
            let shown = list.rows.iter().filter(|row| row.shown);
            missing = missing.saturating_sub(shown.count());
            missing == 0
        };
        let last = self.lists.borrow().iter().position(has_them);
        last.map_or(usize::MAX, |last| last + 1)
    }

    /// Whether sections wait, and the glass has come near the end of the last that stands.
    fn runs_short(&self) -> bool {
        let lists = self.lists.borrow();
        let standing = sections_standing(&lists);
        let mut shown = lists.iter().take(standing);
        let last = shown.rfind(|list| list.shown.get_untracked());
        let rows = last.and_then(|list| list.on_page.around());
        let is_near =
            |rows: web_sys::Element| rows.get_bounding_client_rect().bottom() < 2.0 * glass().1;
        standing < lists.len() && rows.is_none_or(is_near)
    }

    fn stand_all_sections(&self) {
        self.stand_sections(usize::MAX);
    }

    /// Has so many sections stand, if not more do.
    fn stand_sections(&self, number: usize) {
        let mut lists = self.lists.borrow_mut();
        let number = number.min(lists.len());
        if sections_standing(&lists) >= number {
            return;
        }
        let coming = lists.iter_mut().take(number).enumerate();
        let coming = coming.map(|(section, list)| -> Coming {
            let (open, shown) = (self.open, list.shown);
            // One that stands is not built again.
            let rows = list.waiting.take().unwrap_or_default();
            let build = move || view! { <SectionPart open section shown rows/> };
            (key_of(&section), Box::new(build))
        });
        let coming: Vec<Coming> = coming.collect();
        drop(lists);
        if let Some(place) = &*self.place.borrow() {
            place.show(coming);
        }
    }

    /// Looks anew at what there is to show.
    fn read(&self) {
        let open = self.open.get_value();
        let structure = open.form.structure().get_untracked();
        let same = self.structure.replace(Some(structure)) == Some(structure);
        let mut lists = self.lists.borrow_mut();
        open.form.with(|instance| {
            for (section, list) in instance.form().sections().iter().zip(lists.iter_mut()) {
                let rows: Vec<Row> = if same {
                    list.rows.iter().map(|row| row.now(instance)).collect()
                } else {
                    let rows = rows_of(instance, section);
                    list.follow(&rows);
                    rows
                };
                list.stale |= rows != list.rows;
                list.rows = rows;
            }
        });
        let long = is_long(lists.iter().map(|list| list.rows.len()).sum());
        if self.long.get_untracked() != long {
            self.long.set(long);
            // What has stood long enough to become short, stands whole.
            self.standing.set(usize::MAX);
            lists.iter_mut().for_each(|list| list.stale = true);
        }
    }

    /// Puts everything on the page that belongs there now.
    fn stand(&self) {
        if self.long.get_untracked() {
            self.stand_nearby();
            let lists = self.lists.borrow();
            self.say_coming(sections_standing(&lists) < lists.len());
        } else {
            self.stand_whole();
        }
        // Asked where something is, the browser lays out all of the page: not before it does so to draw it.
        if self.drawn.get() {
            self.mark_current();
        }
    }

    /// Puts a short form there, as far as it is to stand by now.
    fn stand_whole(&self) {
        self.stand_all_sections();
        let mut left = self.standing.get();
        let mut coming = false;
        for list in self.lists.borrow_mut().iter_mut() {
            let stand = left.min(list.rows.len());
            left -= stand;
            coming |= stand < list.rows.len();
            if list.stale || list.stands.len() != stand {
                list.stale = false;
                list.stands = (0..stand).collect();
                let rows = list.rows[..stand].iter().enumerate();
                list.parts = rows.map(|(place, row)| Part::Row(place, *row)).collect();
                self.put(list);
            }
        }
        self.say_coming(coming);
    }

    fn say_coming(&self, coming: bool) {
        if self.coming.get_untracked() != coming {
            self.coming.set(coming);
        }
    }

    /// Puts all of a short form there.
    fn stand_to_the_end(&self) {
        self.stand_all_sections();
        self.standing.set(usize::MAX);
        self.stand();
    }

    /// What is on the glass was drawn: more may stand beyond it. True if there is more to come.
    fn stand_on(&self) -> bool {
        self.drawn.set(true);
        let sections = sections_standing(&self.lists.borrow());
        self.stand_sections(sections + SECTIONS_AT_A_TIME);
        let standing = self.standing.get();
        self.standing.set(standing.saturating_add(AT_A_TIME));
        self.stand();
        self.coming.get_untracked()
    }

    fn stand_nearby(&self) {
        let mut lists = self.lists.borrow_mut();
        let width = glass().0;
        if self.width.replace(width).to_bits() != width.to_bits() {
            self.heights.borrow_mut().forget();
            lists.iter_mut().for_each(|list| list.stale = true);
        }
        self.measure(&mut lists);
        let held = self.held(&lists);
        for _ in 0..PASSES {
            // What is reserved has to stand before what is near it can be told.
            let mut changed = self.put_what_stands(&mut lists);
            let stands = self.nearby(&lists);
            for (list, stands) in lists.iter_mut().zip(stands) {
                list.stale |= list.stands != stands;
                list.stands = stands;
            }
            changed |= self.put_what_stands(&mut lists);
            let otherwise = self.measure(&mut lists);
            if !changed && !otherwise {
                break;
            }
        }
        // What is looked at stays where it is, whatever came and went above it.
        if let Some((row, top)) = held
            && let Some(element) = element_of(&lists, row)
        {
            let moved = element.get_bounding_client_rect().top() - top;
            if moved.abs() > UNNOTICED {
                window().scroll_by_with_x_and_y(0.0, moved);
            }
        }
        self.scrolled.set(false);
        self.looked_at.replace(on_glass(&lists));
    }

    /// The row that is looked at, and where on the glass it belongs: the one somebody is led to; else the first of those that were looked
    /// at and still stand, where it began before anything came or went; after scrolling, the first there is.
    fn held(&self, lists: &[List]) -> Option<(RowId, f64)> {
        if let Some(led_to) = self.led_to.get() {
            let led_to = row_at(lists, led_to).id;
            return on_glass(lists).into_iter().find(|(row, _)| *row == led_to);
        }
        let before = self.looked_at.borrow();
        let stands = |row: RowId| element_of(lists, row).is_some();
        let kept = before.iter().find(|(row, _)| stands(*row)).copied();
        kept.filter(|_| !self.scrolled.get())
            .or_else(|| on_glass(lists).first().copied())
    }

    /// Puts the lists there that are not as they should be. True if there were any.
    fn put_what_stands(&self, lists: &mut [List]) -> bool {
        let heights = self.heights.borrow();
        let mut changed = false;
        for list in lists.iter_mut().filter(|list| list.stale) {
            list.stale = false;
            let parts = parts(&list.rows, &heights, &|place| list.stands.contains(&place));
            if parts != list.parts {
                changed = true;
                list.parts = parts;
                self.put(list);
            }
        }
        changed
    }

    fn put(&self, list: &List) {
        let open = self.open;
        let name = |node| open.with_value(|open| open.form.with(|instance| instance.name(node)));
        let coming = |part: &Part| -> Coming {
            match *part {
                Part::Row(_, Row { id, .. }) => {
                    let RowId { node, end } = id;
                    let build = move || {
                        if end {
                            view! { <RepeatEnd open node/> }
                        } else {
                            view! { <Item open node/> }
                        }
                    };
                    // What stands after an instance that is taken out has another name from then on, and its controls with it.
                    (key_of(&(id, name(node))), Box::new(build))
                }
                Part::Free(id, height) => {
                    let key = key_of(&(id, height.to_bits()));
                    (key, Box::new(move || free(height)))
                }
            }
        };
        list.on_page.show(list.parts.iter().map(coming).collect());
    }

    /// Takes the heights of what stands. True if that changes what is thought of the others.
    fn measure(&self, lists: &mut [List]) -> bool {
        let mut heights = self.heights.borrow_mut();
        let mut otherwise = false;
        let stands = |list: &&List| !list.stands.is_empty() && list.on_page.around().is_some();
        for list in lists.iter().filter(stands) {
            for (part, element) in list.parts.iter().zip(list.on_page.elements()) {
                if let (Part::Row(_, row), Some(element)) = (part, element) {
                    otherwise |= heights.see(*row, element.get_bounding_client_rect().height());
                }
            }
        }
        if otherwise {
            for list in lists.iter_mut() {
                list.stale = true;
            }
        }
        otherwise
    }

    /// Which rows are to stand, by list: those within a glass' height of the glass once it was drawn, and those somebody is at or goes to next.
    fn nearby(&self, lists: &[List]) -> Vec<BTreeSet<usize>> {
        let mut stands = vec![BTreeSet::new(); lists.len()];
        let heights = self.heights.borrow();
        let high = glass().1;
        let beyond = if self.drawn.get() { high } else { 0.0 };
        let (from, to) = (-beyond, high + beyond);
        // Sections are far more than stand near the glass: the first of these is looked for, not come upon.
        let there: Vec<usize> = (0..lists.len())
            .filter(|list| !lists[*list].parts.is_empty())
            .collect();
        let reach = |list: usize| {
            let around = lists[list].on_page.around()?.get_bounding_client_rect();
            Some((around.top(), around.bottom()))
        };
        let first =
            there.partition_point(|list| reach(*list).is_some_and(|(_, bottom)| bottom < from));
        for list in &there[first..] {
            let Some((top, _)) = reach(*list).filter(|(top, _)| *top <= to) else {
                break;
            };
            stands[*list].extend(between(&lists[*list].rows, &heights, top, from, to));
        }
        let mut keep = |(list, row): Place| {
            stands[list].insert(row);
        };
        for place in self.led_to.get().into_iter().chain(at_work(lists)) {
            keep(place);
            next_to(lists, place).for_each(&mut keep);
        }
        let focusable = || places(lists).filter(|place| row_at(lists, *place).takes_focus);
        focusable().take(AT_ENDS).for_each(&mut keep);
        focusable().rev().take(AT_ENDS).for_each(&mut keep);
        stands
    }

    /// Whether what the focus can move on to stands, wherever it is.
    fn leads_on(&self) -> bool {
        // While rows are put there, it is seen to.
        let Ok(lists) = self.lists.try_borrow() else {
            return true;
        };
        let focus = document().active_element();
        let has_focus = |element: &web_sys::Element| {
            focus
                .as_ref()
                .is_some_and(|focus| element.contains(Some(focus)))
        };
        let mut standing = standing(&lists);
        let at = standing.find(|(_, element)| has_focus(element));
        at.is_none_or(|(place, _)| {
            next_to(&lists, place).all(|(list, row)| lists[list].stands.contains(&row))
        })
    }

    /// Brings what an anchor names under the eyes, and the focus to it.
    pub fn look_at(&self, anchor: &str) {
        self.led_to.set(self.place_of(anchor));
        self.stand_to_the_end();
        browser::look_at(anchor);
        // Where it stands now others come near the glass.
        self.stand();
        self.led_to.set(None);
    }

    /// Opens with the question that an anchor names at the top. Nobody asked to be led there, so the focus stays: no keyboard comes up.
    pub fn begin_at(&self, anchor: &str) {
        let Some((list, row)) = self.place_of(anchor) else {
            return;
        };
        self.led_to.set(Some((list, row)));
        self.stand_all_sections();
        let before: usize = self.lists.borrow()[..list]
            .iter()
            .map(|list| list.rows.len())
            .sum();
        let standing = self.standing.get();
        self.standing.set(standing.max(before + row + AT_FIRST));
        self.stand();
        browser::show(anchor);
        self.stand();
        self.led_to.set(None);
    }

    /// The nodes on the glass, from the top, of which more is to be seen than an edge.
    pub fn in_sight(&self) -> Vec<NodeId> {
        let lists = self.lists.borrow();
        let (from, to) = (under_the_bar(), glass().1);
        let is_seen = |element: &web_sys::Element| {
            let at = element.get_bounding_client_rect();
            at.bottom() > from + SEEN && at.top() + SEEN < to
        };
        let seen = standing(&lists).filter(|(_, element)| is_seen(element));
        let rows = seen.map(|(place, _)| row_at(&lists, place));
        let rows = rows.filter(|row| row.shown && !row.id.end);
        rows.map(|row| row.id.node).collect()
    }

    /// The place of the question that an anchor names, where it names one.
    fn place_of(&self, anchor: &str) -> Option<Place> {
        let name = name_in_anchor(anchor)?;
        let open = self.open.get_value();
        let node = open.form.with(|instance| instance.named(name))?;
        let id = RowId { node, end: false };
        let lists = self.lists.borrow();
        places(&lists).find(|place| row_at(&lists, *place).id == id)
    }

    /// Brings the beginning of a section under the eyes.
    pub fn look_at_section(&self, section: usize) {
        self.current.set(Some(section));
        self.scrolled.set(true);
        self.stand_all_sections();
        if let Some(element) = document().get_element_by_id(&section_anchor(section)) {
            self.stand_to_the_end();
            element.scroll_into_view();
            self.stand();
            // What came to stand above may have moved it.
            element.scroll_into_view();
        }
    }

    /// Marks the section under the bar as the current one.
    fn mark_current(&self) {
        let lists = self.lists.borrow();
        // A section counts from the moment its heading is in the upper third of the glass.
        let line = glass().1 / 3.0;
        let shown: Vec<usize> = (0..lists.len())
            .filter(|list| lists[*list].shown.get_untracked())
            .collect();
        let begun = shown.partition_point(|list| {
            let around = lists[*list].on_page.around();
            around
                .and_then(|list| list.parent_element())
                .is_some_and(|section| section.get_bounding_client_rect().top() <= line)
        });
        let found = begun.checked_sub(1).map(|last| shown[last]);
        if self
            .current
            .try_get_untracked()
            .is_some_and(|marked| marked != found)
        {
            self.current.set(found);
        }
    }
}

/// How many sections stand, with their titles: the first, up to one that waits.
fn sections_standing(lists: &[List]) -> usize {
    let waits = |list: &List| list.waiting.is_some();
    lists.iter().position(waits).unwrap_or(lists.len())
}

/// Width and height of what is seen, in pixels.
fn glass() -> (f64, f64) {
    let of = |length: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        length.ok().and_then(|length| length.as_f64())
    };
    (
        of(window().inner_width()).unwrap_or(800.0),
        of(window().inner_height()).unwrap_or(600.0),
    )
}

/// Where on the glass begins what the bar does not cover: there an item stands that somebody is led to.
fn under_the_bar() -> f64 {
    let item = document().query_selector(".item").ok().flatten();
    let style = item.and_then(|item| window().get_computed_style(&item).ok().flatten());
    let margin = style.and_then(|style| style.get_property_value("scroll-margin-top").ok());
    margin
        .and_then(|margin| margin.strip_suffix("px")?.parse().ok())
        .unwrap_or_default()
}

/// Every row, in the order of the page.
fn places(lists: &[List]) -> impl DoubleEndedIterator<Item = Place> {
    let rows = |(list, of): (usize, &List)| (0..of.rows.len()).map(move |row| (list, row));
    lists.iter().enumerate().flat_map(rows)
}

fn row_at(lists: &[List], (list, row): Place) -> Row {
    lists[list].rows[row]
}

/// The rows around one to which the focus moves on.
fn next_to(lists: &[List], place: Place) -> impl Iterator<Item = Place> {
    let takes_focus = |other: &Place| row_at(lists, *other).takes_focus;
    let before = places(lists).rev().skip_while(|other| *other >= place);
    let after = places(lists).skip_while(|other| *other <= place);
    let [before, after] = [
        before.into_iter().find(takes_focus),
        after.into_iter().find(takes_focus),
    ];
    before.into_iter().chain(after)
}

/// Each row that stands, with its element.
fn standing(lists: &[List]) -> impl Iterator<Item = (Place, web_sys::Element)> {
    let there = lists.iter().enumerate();
    let there = there.filter(|(_, list)| !list.stands.is_empty());
    there.flat_map(|(number, list)| {
        let elements = list.parts.iter().zip(list.on_page.elements());
        elements.filter_map(move |(part, element)| {
            let Part::Row(place, _) = part else {
                return None;
            };
            Some(((number, *place), element?))
        })
    })
}

/// The element of a row that stands. What its list is to have next may be known already: it goes by what the row is known by.
fn element_of(lists: &[List], id: RowId) -> Option<web_sys::Element> {
    lists.iter().find_map(|list| {
        let is_it = |part: &Part| matches!(part, Part::Row(_, row) if row.id == id);
        let place = list.parts.iter().position(is_it)?;
        list.on_page.elements().into_iter().nth(place).flatten()
    })
}

/// The rows on the glass and where they begin: first the one with the focus, then from the top.
fn on_glass(lists: &[List]) -> Vec<(RowId, f64)> {
    let high = glass().1;
    let focus = document().active_element();
    let mut seen = Vec::new();
    for list in lists.iter().filter(|list| !list.stands.is_empty()) {
        for (part, element) in list.parts.iter().zip(list.on_page.elements()) {
            let (Part::Row(_, row), Some(element)) = (part, element) else {
                continue;
            };
            let at = element.get_bounding_client_rect();
            if at.bottom() <= 0.0 || at.top() >= high {
                continue;
            }
            let has_focus = focus
                .as_ref()
                .is_some_and(|focus| element.contains(Some(focus)));
            let place = if has_focus { 0 } else { seen.len() };
            seen.insert(place, (row.id, at.top()));
        }
    }
    seen
}

/// The rows that somebody is at.
fn at_work(lists: &[List]) -> Vec<Place> {
    let focus = document().active_element();
    let is_at_work = |element: &web_sys::Element| {
        focus
            .as_ref()
            .is_some_and(|focus| element.contains(Some(focus)))
            || element
                .query_selector(AT_WORK)
                .is_ok_and(|found| found.is_some())
    };
    let standing = standing(lists).filter(|(_, element)| is_at_work(element));
    standing.map(|(place, _)| place).collect()
}

/// Calls for what belongs on the page whenever it is scrolled or becomes wider or narrower, the focus moves, or something was tapped or
/// answered that may have made a row higher or lower.
fn follow(sections: &Rc<Sections>) {
    let sections = Rc::downgrade(sections);
    let call = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        if event.type_() == "scroll"
            && let Some(sections) = sections.upgrade()
        {
            sections.scrolled.set(true);
        }
        // Keys move the focus and the page to what stands, so all sections do.
        if event.type_() == "keydown" {
            if let Some(sections) = sections.upgrade() {
                sections.stand_all_sections();
            }
            return;
        }
        // They may be pressed faster than the browser draws.
        if event.type_() == "focusin"
            && let Some(sections) = sections.upgrade()
            && !sections.leads_on()
        {
            sections.stand();
        }
        let called = |sections: &Rc<Sections>| sections.called.replace(true);
        if sections
            .upgrade()
            .is_some_and(|sections| !called(&sections))
        {
            let sections = Weak::clone(&sections);
            request_animation_frame(move || {
                if let Some(sections) = sections.upgrade() {
                    sections.called.set(false);
                    if sections.runs_short() {
                        sections.stand_all_sections();
                    }
                    sections.stand();
                }
            });
        }
    });
    let function = call.as_ref().unchecked_ref::<js_sys::Function>().clone();
    for event in EVENTS {
        // It fails only for what is no function.
        let _ = window().add_event_listener_with_callback(event, &function);
    }
    let call = StoredValue::new_local(Some(call));
    on_cleanup(move || {
        for event in EVENTS {
            let _ = window().remove_event_listener_with_callback(event, &function);
        }
        drop(call.try_update_value(Option::take));
    });
}

const EVENTS: [&str; 6] = ["scroll", "resize", "focusin", "keydown", "change", "click"];

/// Room for rows that do not stand.
fn free(height: f64) -> Piece {
    // A style that is set on the element itself is none of those that the page's policy forbids.
    view! { <li aria-hidden="true" prop:style=format!("block-size:{height:.2}px;padding:0")></li> }
}

pub fn label_of(open: &OpenInspection, section: usize) -> Texts {
    let form = open.form.form();
    let section = form.sections().get(section);
    section.map_or_else(Texts::default, |section| section_title(&form, section))
}

/// Whether a section is shown, and stays so as answers change.
pub fn is_shown(open: &OpenInspection, section: usize) -> Signal<bool> {
    let tops = open.form.with(|instance| {
        let section = instance.form().sections().get(section);
        section.map_or_else(Vec::new, |section| instance.section_tops(section))
    });
    let relevant = tops.into_iter().map(|top| open.form.node(top).relevant);
    let relevant: Vec<RwSignal<bool>> = relevant.map(RwSignal::from).collect();
    Signal::derive(move || relevant.iter().any(RwSignal::get))
}

pub fn section_anchor(section: usize) -> String {
    format!("section-{section}")
}

/// All sections, with what belongs on the page of each.
#[component]
pub fn FormSections(open: Open, sections: OnPage) -> Piece {
    let number = open.with_value(|open| open.form.sections().len());
    let mut lists = Vec::with_capacity(number);
    let (page, whole) = rows_by_hand();
    for section in 0..number {
        let shown = open.with_value(|open| is_shown(open, section));
        let (rows, on_page) = rows_by_hand();
        lists.push(List {
            rows: Vec::new(),
            on_page,
            waiting: Some(rows),
            parts: Vec::new(),
            stands: BTreeSet::new(),
            stale: true,
            shown,
        });
    }
    sections.with_value(|sections| sections.begin(lists, whole));
    on_cleanup(move || {
        let _ = sections.try_with_value(|sections| sections.end());
    });
    let extent = RwSignal::from(open.with_value(|open| open.form.extent().clone()));
    afterwards(move || {
        extent.track();
        sections.with_value(|sections| {
            sections.read();
            sections.stand();
        });
    });
    // Of a short form the glass may have room for more; of a long one only what is beyond it is to come, and scrolling calls for that as well.
    let long = sections.with_value(|sections| sections.long.get_untracked());
    let first = if long { SETTLED } else { Duration::ZERO };
    once_drawn(first, move || {
        sections.try_with_value(|sections| sections.stand_on()) == Some(true)
    });
    page
}

/// Calls `more` so long after the page is next drawn, and then from time to time until it says that there is no more to come.
pub fn once_drawn(first: Duration, more: impl Fn() -> bool + 'static) {
    request_animation_frame(move || go_on_in(Box::new(more), first));
}

fn go_on_in(more: Box<dyn Fn() -> bool>, pause: Duration) {
    let go_on = move || {
        if more() {
            go_on_in(more, BETWEEN);
        }
    };
    set_timeout(go_on, pause);
}

#[component]
fn SectionPart(open: Open, section: usize, shown: Signal<bool>, rows: Piece) -> Piece {
    let label = open.with_value(|open| label_of(open, section));
    let anchor = section_anchor(section);
    let title = format!("{anchor}-title");
    let labelled = title.clone();
    view! {
        <section id=anchor aria-labelledby=labelled hidden=move || !shown.get()>
            <h2 id=title>{told(&label)}</h2>
            <ol class="items">{rows}</ol>
        </section>
    }
}
