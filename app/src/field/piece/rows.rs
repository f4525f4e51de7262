//! Lists: rows that come and go, and stay as they are while they are there.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use wasm_bindgen::JsCast as _;
use web_sys::Node;

use super::{IntoPiece, Part, Piece, Place, place_end, watch};

/// A row of a list: what tells it from others, and how it is built.
pub type Coming = (u64, Box<dyn FnOnce() -> Piece>);

struct Row {
    key: u64,
    piece: Piece,
    /// What the row made belongs to it, and ends with it.
    owner: Owner,
}

struct Rows {
    end: Node,
    rows: RefCell<Vec<Row>>,
}

impl Place for Rows {
    fn end(&self) -> &Node {
        &self.end
    }

    fn nodes(&self, each: &mut dyn FnMut(&Node)) {
        for row in self.rows.borrow().iter() {
            row.piece.nodes(each);
        }
    }
}

/// A row for each item; a row stays as it is while an item of its key is there.
pub fn each<T: 'static, L: IntoIterator<Item = T>, K: Hash, P: IntoPiece>(
    list: impl Fn() -> L + 'static,
    key: impl Fn(&T) -> K + 'static,
    row: impl Fn(T) -> P + 'static,
) -> Piece {
    let row = Rc::new(row);
    rows(Box::new(move || {
        list()
            .into_iter()
            .map(|item| {
                let key = key_of(&key(&item));
                let row = Rc::clone(&row);
                let build: Box<dyn FnOnce() -> Piece> = Box::new(move || row(item).into_piece());
                (key, build)
            })
            .collect()
    }))
}

/// What tells a row from the others of its list.
pub fn key_of(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn rows(list: Box<dyn Fn() -> Vec<Coming>>) -> Piece {
    let place = Rc::new(Rows {
        end: place_end(),
        rows: RefCell::default(),
    });
    // A row outlives the run that built it.
    let owner = Owner::current().unwrap_or_default();
    let here = Rc::downgrade(&place);
    let effect = watch(Box::new(move || {
        if let Some(here) = here.upgrade() {
            let coming = list();
            untrack(|| here.show(coming, &owner));
        }
    }));
    Piece(vec![Part::Place(place, Some(effect))])
}

/// The way to a list whose rows come and go by hand, and at once.
#[derive(Clone)]
pub struct ByHand(Weak<Rows>, Owner);

/// A list that is empty until rows are put into it.
pub fn rows_by_hand() -> (Piece, ByHand) {
    let place = Rc::new(Rows {
        end: place_end(),
        rows: RefCell::default(),
    });
    let by_hand = ByHand(Rc::downgrade(&place), Owner::current().unwrap_or_default());
    (Piece(vec![Part::Place(place, None)]), by_hand)
}

impl ByHand {
    /// Puts these rows there; a row stays as it is while one of its key is there.
    pub fn show(&self, coming: Vec<Coming>) {
        if let Some(rows) = self.0.upgrade() {
            untrack(|| rows.show(coming, &self.1));
        }
    }

    /// The element of each row, in their order; None for one that shows nothing.
    pub fn elements(&self) -> Vec<Option<web_sys::Element>> {
        let Some(place) = self.0.upgrade() else {
            return Vec::new();
        };
        let rows = place.rows.borrow();
        let element = |row: &Row| {
            let mut found = None;
            row.piece.nodes(&mut |node| {
                if found.is_none() {
                    found = node.dyn_ref::<web_sys::Element>().cloned();
                }
            });
            found
        };
        rows.iter().map(element).collect()
    }

    /// What the rows stand in, once they stand.
    pub fn around(&self) -> Option<web_sys::Element> {
        self.0.upgrade()?.end.parent_element()
    }
}

impl Rows {
    fn show(&self, coming: Vec<Coming>, owner: &Owner) {
        let mut before: Vec<Option<Row>> = self.rows.take().into_iter().map(Some).collect();
        // Rows mostly come in the order they had.
        let mut hint = 0;
        let mut rows = Vec::with_capacity(coming.len());
        for (key, build) in coming {
            let is_it = |row: &Option<Row>| row.as_ref().is_some_and(|row| row.key == key);
            let found = before[hint..]
                .iter()
                .position(is_it)
                .map(|index| hint + index)
                .or_else(|| before[..hint].iter().position(is_it));
            let kept = found.and_then(|index| {
                hint = index + 1;
                before.get_mut(index)?.take()
            });
            rows.push(kept.unwrap_or_else(|| {
                let owner = owner.with(Owner::new);
                let piece = owner.with(build);
                Row { key, piece, owner }
            }));
        }
        for gone in before.into_iter().flatten() {
            gone.piece.remove();
            gone.owner.cleanup();
        }
        if let Some(parent) = self.end.parent_node() {
            let mut next = self.end.clone();
            for row in rows.iter().rev() {
                let mut nodes = Vec::new();
                row.piece.nodes(&mut |node| nodes.push(node.clone()));
                for node in nodes.into_iter().rev() {
                    // What stands where it belongs is not touched: it may hold the focus, which a node that is moved loses.
                    if node.next_sibling().as_ref() != Some(&next) {
                        let _ = parent.insert_before(&node, Some(&next));
                    }
                    next = node;
                }
            }
        }
        self.rows.replace(rows);
    }
}
