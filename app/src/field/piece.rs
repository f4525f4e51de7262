//! What the field's pages are made of: elements, texts, and places whose content changes.
//!
//! A page is written as markup ([`markup::view`]) and stands in the browser as soon as it is built: an [`Element`] is an element of
//! the page, and a [`Piece`] is what was built of some markup, with all that keeps it alive — listeners, and the effects that change
//! it. Dropping a piece ends these; what it showed is taken out by whoever put it in.
//!
//! None of it is generic where it is long: closures and values are boxed or turned into [`Setting`] and [`Piece`] first, since the
//! bundle holds the code of a generic function once for every type it is used with, and a page has hundreds of closures.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::reactive::owner::Owner;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, Node};

mod rows;

pub use rows::{ByHand, Coming, each, key_of, rows_by_hand};

/// The namespace of drawings.
const SVG: &str = "http://www.w3.org/2000/svg";

/// Something on the page, or to be put there.
#[derive(Default)]
pub struct Piece(Vec<Part>);

enum Part {
    Text(web_sys::Text),
    Element(Element),
    /// With what changes it, unless it is changed [by hand](ByHand).
    Place(Rc<dyn Place>, Option<RenderEffect<()>>),
}

/// Where content comes and goes, before an empty text that stays.
trait Place {
    fn end(&self) -> &Node;
    /// Calls `each` with the topmost nodes there are now, in their order.
    fn nodes(&self, each: &mut dyn FnMut(&Node));
}

impl Piece {
    /// Puts something behind what is there.
    pub fn put(&mut self, next: impl IntoPiece) {
        self.0.extend(next.into_piece().0);
    }

    fn nodes(&self, each: &mut dyn FnMut(&Node)) {
        for part in &self.0 {
            match part {
                Part::Text(text) => each(text),
                Part::Element(element) => each(&element.node),
                Part::Place(place, _) => {
                    place.nodes(each);
                    each(place.end());
                }
            }
        }
    }

    fn mount(&self, parent: &Node, before: Option<&Node>) {
        self.nodes(&mut |node| drop(parent.insert_before(node, before)));
    }

    /// Takes it out. What it kept ends first: an element that leaves the page still loses its focus, and nobody is to hear of that.
    fn remove(self) {
        let mut nodes = Vec::new();
        self.nodes(&mut |node| nodes.push(node.clone()));
        drop(self);
        for node in nodes {
            if let Some(parent) = node.parent_node() {
                // It is there: its parent says so.
                let _ = parent.remove_child(&node);
            }
        }
    }

    /// Changes a text where both are no more than that, so that a reader hears the change and a selection stays.
    fn takes_text_of(&self, next: &Piece) -> bool {
        let ([Part::Text(old)], [Part::Text(new)]) = (&self.0[..], &next.0[..]) else {
            return false;
        };
        let text = new.data();
        if old.data() != text {
            old.set_data(&text);
        }
        true
    }
}

/// Puts a page into the body for as long as the document lives.
pub fn mount(page: impl FnOnce() -> Piece + 'static) {
    leptos::mount::mount_to_body(move || {
        let page = page();
        if let Some(body) = document().body() {
            page.mount(&body, None);
        }
        mem::forget(page);
    });
}

/// Runs now, and again whenever a signal it read changes, until the effect is dropped.
fn watch(mut run: Box<dyn FnMut()>) -> RenderEffect<()> {
    RenderEffect::new(move |_| run())
}

/// Runs once the page stands, and again whenever a signal it read changes, for as long as its owner is there.
pub fn afterwards(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(move |_| run());
}

/// An element of the page, and what keeps it alive.
pub struct Element {
    node: web_sys::Element,
    kept: Vec<Box<dyn Any>>,
}

/// Called on an event for as long as it is kept.
struct Listener {
    on: web_sys::Element,
    event: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.call.as_ref().unchecked_ref();
        let _ = self
            .on
            .remove_event_listener_with_callback(self.event, function);
    }
}

/// An event of an element whose type its tag tells.
pub struct Targeted<T>(Event, std::marker::PhantomData<T>);

impl<T: JsCast> Targeted<T> {
    /// The element it happened to. A control has no elements inside that it could happen to instead.
    pub fn target(&self) -> T {
        self.0
            .target()
            .map_or(JsValue::UNDEFINED, JsValue::from)
            .unchecked_into()
    }
}

/// A signal that holds an element once it is built.
pub type Noted = RwSignal<Option<web_sys::HtmlElement>, LocalStorage>;

impl Element {
    pub fn new(tag: &str) -> Element {
        let document = document();
        let node = if matches!(tag, "svg" | "image") {
            document.create_element_ns(Some(SVG), tag)
        } else {
            document.create_element(tag)
        };
        Element {
            // Only a tag that is no name fails, and all of them stand in this crate.
            node: node.unwrap_or_else(JsCast::unchecked_into),
            kept: Vec::new(),
        }
    }

    /// Puts something behind the children there are.
    pub fn put(&mut self, child: impl IntoPiece) {
        self.take_in(child.into_piece());
    }

    fn take_in(&mut self, piece: Piece) {
        piece.mount(&self.node, None);
        for part in piece.0 {
            match part {
                Part::Text(_) => {}
                Part::Element(element) => self.kept.extend(element.kept),
                Part::Place(place, effect) => self.kept.push(Box::new((place, effect))),
            }
        }
    }

    /// Gives it an attribute.
    pub fn set(&mut self, name: &'static str, value: impl IntoSetting) {
        self.apply(name, value.into_setting(), give_attribute, renew_attribute);
    }

    /// Gives it a property, which is what a control shows now; an attribute is what it began with.
    pub fn prop(&mut self, name: &'static str, value: impl IntoSetting) {
        self.apply(name, value.into_setting(), set_property, set_property);
    }

    /// Applies a setting, and again whenever it changes: `first` on an element that is as it was made, `again` from then on.
    fn apply(&mut self, name: &'static str, setting: Setting, first: Apply, again: Apply) {
        match setting {
            Setting::Changing(now) => {
                let node = self.node.clone();
                let mut apply = first;
                let effect = watch(Box::new(move || {
                    mem::replace(&mut apply, again)(&node, name, &now());
                }));
                self.kept.push(Box::new(effect));
            }
            setting => first(&self.node, name, &setting),
        }
    }

    pub fn on(&mut self, event: &'static str, call: impl FnMut(Event) + 'static) {
        self.listen(event, Box::new(call));
    }

    pub fn on_target<T: 'static>(
        &mut self,
        event: &'static str,
        mut call: impl FnMut(Targeted<T>) + 'static,
    ) {
        let call = move |event| call(Targeted(event, std::marker::PhantomData));
        self.listen(event, Box::new(call));
    }

    fn listen(&mut self, event: &'static str, mut call: Box<dyn FnMut(Event)>) {
        // What is asked for in there belongs to whoever built this.
        let owner = Owner::current().unwrap_or_default();
        let call = Closure::new(move |event| owner.with(|| call(event)));
        let on = self.node.clone();
        let function = call.as_ref().unchecked_ref();
        // It fails only for what is no function.
        let _ = on.add_event_listener_with_callback(event, function);
        self.kept.push(Box::new(Listener { on, event, call }));
    }

    /// Puts the element into a signal.
    pub fn note(&mut self, signal: Noted) {
        signal.set(Some(self.node.clone().unchecked_into()));
    }

    /// Another that looks the same; of what keeps this one up to date it has nothing.
    #[must_use]
    pub fn copy(&self) -> Element {
        let copied = self.node.clone_node_with_deep(true);
        Element {
            // An element is copied as one; it fails for what is a document.
            node: copied.map_or_else(JsCast::unchecked_into, JsCast::unchecked_into),
            kept: Vec::new(),
        }
    }

    /// Draws markup that stands in this crate.
    pub fn draw(&mut self, markup: &str) {
        self.node.set_inner_html(markup);
    }
}

type Apply = fn(&web_sys::Element, &str, &Setting);

/// The browser draws a page anew also for what is set to what it was.
fn renew_attribute(element: &web_sys::Element, name: &str, setting: &Setting) {
    let is_there = match setting {
        Setting::Text(text) => element.get_attribute(name).as_deref() == Some(text),
        Setting::Flag(flag) => element.has_attribute(name) == *flag,
        Setting::Absent => !element.has_attribute(name),
        Setting::Number(_) | Setting::Changing(_) => false,
    };
    match setting {
        _ if is_there => {}
        // It fails only for a name that is none.
        Setting::Flag(false) | Setting::Absent => drop(element.remove_attribute(name)),
        _ => give_attribute(element, name, setting),
    }
}

/// An element has no attribute that it was not given.
fn give_attribute(element: &web_sys::Element, name: &str, setting: &Setting) {
    let outcome = match setting {
        Setting::Text(text) => element.set_attribute(name, text),
        Setting::Flag(true) => element.set_attribute(name, ""),
        Setting::Number(number) => element.set_attribute(name, &number.to_string()),
        Setting::Flag(false) | Setting::Absent => return,
        Setting::Changing(ask) => return give_attribute(element, name, &ask()),
    };
    // It fails only for a name that is none.
    let _ = outcome;
}

fn set_property(element: &web_sys::Element, name: &str, setting: &Setting) {
    let value = match setting {
        Setting::Text(text) => JsValue::from_str(text),
        Setting::Flag(flag) => JsValue::from_bool(*flag),
        Setting::Number(number) => JsValue::from_f64(*number),
        Setting::Absent => return,
        Setting::Changing(ask) => return set_property(element, name, &ask()),
    };
    // A property that cannot be set is not one of the few named here.
    let _ = js_sys::Reflect::set(element, &name.into(), &value);
}

/// What an attribute or a property is set to.
pub enum Setting {
    Absent,
    Text(Cow<'static, str>),
    Flag(bool),
    Number(f64),
    /// Asked for again whenever a signal it reads changes.
    Changing(Box<dyn Fn() -> Setting>),
}

pub trait IntoSetting {
    fn into_setting(self) -> Setting;
}

impl IntoSetting for Setting {
    fn into_setting(self) -> Setting {
        self
    }
}

impl IntoSetting for &'static str {
    fn into_setting(self) -> Setting {
        Setting::Text(Cow::Borrowed(self))
    }
}

impl IntoSetting for String {
    fn into_setting(self) -> Setting {
        Setting::Text(Cow::Owned(self))
    }
}

impl IntoSetting for bool {
    fn into_setting(self) -> Setting {
        Setting::Flag(self)
    }
}

impl IntoSetting for f64 {
    fn into_setting(self) -> Setting {
        Setting::Number(self)
    }
}

impl IntoSetting for usize {
    fn into_setting(self) -> Setting {
        self.to_string().into_setting()
    }
}

impl<T: IntoSetting> IntoSetting for Option<T> {
    fn into_setting(self) -> Setting {
        self.map_or(Setting::Absent, T::into_setting)
    }
}

impl<F: Fn() -> T + 'static, T: IntoSetting> IntoSetting for F {
    fn into_setting(self) -> Setting {
        Setting::Changing(Box::new(move || self().into_setting()))
    }
}

impl IntoSetting for RwSignal<String> {
    fn into_setting(self) -> Setting {
        (move || self.get()).into_setting()
    }
}

impl IntoSetting for RwSignal<bool> {
    fn into_setting(self) -> Setting {
        (move || self.get()).into_setting()
    }
}

impl IntoSetting for Memo<bool> {
    fn into_setting(self) -> Setting {
        (move || self.get()).into_setting()
    }
}

pub trait IntoPiece {
    fn into_piece(self) -> Piece;
}

impl IntoPiece for Piece {
    fn into_piece(self) -> Piece {
        self
    }
}

impl IntoPiece for Element {
    fn into_piece(self) -> Piece {
        Piece(vec![Part::Element(self)])
    }
}

impl IntoPiece for () {
    fn into_piece(self) -> Piece {
        Piece::default()
    }
}

impl IntoPiece for &str {
    fn into_piece(self) -> Piece {
        Piece(vec![Part::Text(document().create_text_node(self))])
    }
}

impl IntoPiece for String {
    fn into_piece(self) -> Piece {
        self.as_str().into_piece()
    }
}

impl IntoPiece for usize {
    fn into_piece(self) -> Piece {
        self.to_string().into_piece()
    }
}

impl IntoPiece for u32 {
    fn into_piece(self) -> Piece {
        self.to_string().into_piece()
    }
}

impl<T: IntoPiece> IntoPiece for Option<T> {
    fn into_piece(self) -> Piece {
        self.map_or_else(Piece::default, T::into_piece)
    }
}

impl<T: IntoPiece> IntoPiece for Vec<T> {
    fn into_piece(self) -> Piece {
        self.pieces()
    }
}

impl<F: FnMut() -> T + 'static, T: IntoPiece> IntoPiece for F {
    fn into_piece(mut self) -> Piece {
        changing(Box::new(move || self().into_piece()))
    }
}

impl IntoPiece for Signal<String> {
    fn into_piece(self) -> Piece {
        (move || self.get()).into_piece()
    }
}

impl<T: IntoPiece, const N: usize> IntoPiece for [T; N] {
    fn into_piece(self) -> Piece {
        self.into_iter().pieces()
    }
}

/// Pieces one after the other.
pub trait Pieces {
    fn pieces(self) -> Piece;
}

impl<T: IntoPiece, I: IntoIterator<Item = T>> Pieces for I {
    fn pieces(self) -> Piece {
        let mut all = Piece::default();
        for piece in self {
            all.put(piece);
        }
        all
    }
}

fn place_end() -> Node {
    document().create_text_node("").into()
}

struct Changing {
    end: Node,
    shown: RefCell<Piece>,
}

impl Place for Changing {
    fn end(&self) -> &Node {
        &self.end
    }

    fn nodes(&self, each: &mut dyn FnMut(&Node)) {
        self.shown.borrow().nodes(each);
    }
}

/// What the closure gives, anew whenever a signal it reads changes.
fn changing(mut give: Box<dyn FnMut() -> Piece>) -> Piece {
    let place = Rc::new(Changing {
        end: place_end(),
        shown: RefCell::default(),
    });
    // The effect's task may hold its closure for a moment longer than the piece lives; what stands in the place must not live on
    // with it, and run when what it reads is gone.
    let here = Rc::downgrade(&place);
    let effect = watch(Box::new(move || {
        if let Some(here) = here.upgrade() {
            here.show(give());
        }
    }));
    Piece(vec![Part::Place(place, Some(effect))])
}

impl Changing {
    fn show(&self, next: Piece) {
        if self.shown.borrow().takes_text_of(&next) {
            return;
        }
        self.shown.take().remove();
        if let Some(parent) = self.end.parent_node() {
            next.mount(&parent, Some(&self.end));
        }
        self.shown.replace(next);
    }
}

/// One thing while a condition holds, another while it does not; built anew only when that changes.
pub fn show<T: IntoPiece, E: IntoPiece>(
    when: impl Fn() -> bool + Send + Sync + 'static,
    then: impl Fn() -> T + 'static,
    otherwise: impl Fn() -> E + 'static,
) -> Piece {
    shown_when(
        Memo::new(move |_| when()),
        Box::new(move || then().into_piece()),
        Box::new(move || otherwise().into_piece()),
    )
}

fn shown_when(
    when: Memo<bool>,
    then: Box<dyn Fn() -> Piece>,
    otherwise: Box<dyn Fn() -> Piece>,
) -> Piece {
    changing(Box::new(move || {
        let build = if when.get() { &then } else { &otherwise };
        untrack(build)
    }))
}
