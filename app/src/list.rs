//! Lists: one shape for all of them. A list is paged on the server; its filters, its order and its page stand in the address, so a
//! link shares the view; its export is what it shows, all pages of it.
//!
//! # A new list
//! 1. A row in `api/view/…` that implements [`Listed`]: its name, its columns (heading, what a cell says, how it looks where words
//!    are not enough) and its key.
//! 2. A question of the reader in `server/src/read/…` that gives a page of rows for what is [`Asked`]; either of the database (see
//!    `Select` there) or, for lists of a few hundred, of rows in memory (`Wanted::page_of`). One line names it in `read/list.rs`.
//! 3. The page: [`List`](crate::widgets::list::List) with its filters and its bulk acts.
//!
//! The server function, the export as CSV and XLSX, sorting, selecting, and telling which rows were refused are the same for all.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use domain::Text;
use domain::instant::{Day, Instant};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::{self, Deserialize};

use crate::office::Site;
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::points::points;

/// Rows of one page of a list.
pub const PAGE_SIZE: u32 = 50;
/// Rows of an export. A list with more has to be filtered first.
pub const EXPORT_LIMIT: u64 = 100_000;
/// Rows acted on at once.
pub const BULK_LIMIT: usize = 200;

/// What of a list is asked for, as its address has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Values by the names of the filters; absent: no filter.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    #[serde(default)]
    pub search: String,
    /// The key of a column, a minus before it for the largest first; empty: the list's own order.
    #[serde(default)]
    pub sort: String,
    /// From 1.
    #[serde(default)]
    pub page: u32,
}

impl Asked {
    /// Reads the pairs of an address's query.
    pub fn of<Name: Into<String>>(pairs: impl IntoIterator<Item = (Name, String)>) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in pairs {
            let name = name.into();
            match name.as_str() {
                "search" => asked.search = value,
                "sort" => asked.sort = value,
                "page" => asked.page = value.parse().unwrap_or(1),
                _ if value.is_empty() => {}
                _ => {
                    asked.filters.insert(name, value);
                }
            }
        }
        asked
    }

    /// What a filter says; empty where it says nothing.
    pub fn filter(&self, name: &str) -> &str {
        self.filters.get(name).map_or("", String::as_str)
    }

    /// The column to sort by, and whether the largest comes first.
    pub fn order(&self) -> Option<(&str, bool)> {
        match self.sort.strip_prefix('-') {
            _ if self.sort.is_empty() => None,
            Some(key) => Some((key, true)),
            None => Some((&self.sort, false)),
        }
    }

    #[must_use]
    pub fn on_page(&self, page: u32) -> Asked {
        Asked {
            page,
            ..self.clone()
        }
    }

    /// The same rows in another order, from the first on.
    #[must_use]
    pub fn sorted(&self, sort: String) -> Asked {
        Asked {
            sort,
            page: 1,
            ..self.clone()
        }
    }

    /// The address that asks for it.
    pub fn address(&self, path: &str) -> String {
        let page = if self.page > 1 {
            self.page.to_string()
        } else {
            String::new()
        };
        let filters = self
            .filters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<(&str, &str)> = filters
            .chain([
                ("search", self.search.as_str()),
                ("sort", &self.sort),
                ("page", &page),
            ])
            .collect();
        with_query(path, &pairs)
    }
}

/// What a cell says: on the page as words, in a sheet as a value of its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Nothing,
    Text(String),
    Number(f64),
    Day(Day),
    At(Instant),
}

impl Cell {
    /// In the reader's language, on the jurisdiction's clock.
    pub fn text(&self, site: &Site) -> String {
        match self {
            Cell::Nothing => "—".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number_text(*number),
            Cell::Day(day) => crate::clock::day_text(*day, site.language),
            Cell::At(instant) => site.at(*instant),
        }
    }

    /// Nothing comes first, then by value.
    pub fn order(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            (Cell::Number(one), Cell::Number(other)) => one.total_cmp(other),
            (Cell::Day(one), Cell::Day(other)) => one.cmp(other),
            (Cell::At(one), Cell::At(other)) => one.cmp(other),
            (one, other) => one.rank().cmp(&other.rank()),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Cell::Nothing => 0,
            Cell::Number(_) => 1,
            Cell::Day(_) => 2,
            Cell::At(_) => 3,
            Cell::Text(_) => 4,
        }
    }
}

/// Whole numbers in groups of three digits, others with one decimal.
fn number_text(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and not negative, and counts are far below 2^53"
    )]
    if number >= 0.0 && number.fract() == 0.0 {
        grouped(number as u64)
    } else {
        points(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Number(number.into())
    }
}

impl From<u64> for Cell {
    /// A count: whole numbers are exact in it up to 2^53.
    fn from(number: u64) -> Cell {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        Cell::Number(number as f64)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Cell {
        Cell::Day(day)
    }
}

impl From<Instant> for Cell {
    fn from(instant: Instant) -> Cell {
        Cell::At(instant)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Nothing, Into::into)
    }
}

/// How a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Short texts that do not break.
    Brief,
    /// To the end, and the largest first when sorted.
    Number,
}

/// A column: its key in the address, its heading, what its cells say and, where words are not enough, how they look.
pub struct Column<R> {
    pub key: &'static str,
    pub title: Text,
    pub kind: Kind,
    /// Whether the list can be sorted by it.
    pub sorts: bool,
    pub cell: fn(&R, &Site) -> Cell,
    /// What rows in memory are sorted by, where the words of the cells stand in no order.
    pub order: Option<fn(&R) -> Cell>,
    pub look: Option<fn(&R, &Site) -> AnyView>,
}

impl<R> Column<R> {
    pub const fn new(
        key: &'static str,
        kind: Kind,
        title: Text,
        cell: fn(&R, &Site) -> Cell,
    ) -> Column<R> {
        Column {
            key,
            title,
            kind,
            sorts: true,
            cell,
            order: None,
            look: None,
        }
    }

    pub const fn text(key: &'static str, title: Text, cell: fn(&R, &Site) -> Cell) -> Column<R> {
        Column::new(key, Kind::Text, title, cell)
    }

    pub const fn brief(key: &'static str, title: Text, cell: fn(&R, &Site) -> Cell) -> Column<R> {
        Column::new(key, Kind::Brief, title, cell)
    }

    pub const fn number(key: &'static str, title: Text, cell: fn(&R, &Site) -> Cell) -> Column<R> {
        Column::new(key, Kind::Number, title, cell)
    }

    /// Drawn like this on the page; the export keeps to the words.
    #[must_use]
    pub const fn look(mut self, look: fn(&R, &Site) -> AnyView) -> Column<R> {
        self.look = Some(look);
        self
    }

    /// Sorted by this instead of its words.
    #[must_use]
    pub const fn ordered(mut self, order: fn(&R) -> Cell) -> Column<R> {
        self.order = Some(order);
        self
    }

    #[must_use]
    pub const fn unsorted(mut self) -> Column<R> {
        self.sorts = false;
        self
    }
}

/// A row of a list, and by it the list.
pub trait Listed: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The list's name in calls and exports.
    const LIST: &'static str;
    /// The order of a list that is asked for none, as an address would say it; empty where no column says it.
    const ORDER: &'static str = "";
    /// Whether rows of one value of the column of [`Listed::ORDER`] stand below that value, while they are in its order.
    const GROUPS: bool = false;

    /// The first column names the row.
    fn columns() -> Vec<Column<Self>>;

    /// Tells the row from all others.
    fn key(&self) -> String;

    /// The page of what the row is about.
    fn address(&self) -> Option<String> {
        None
    }

    /// What is said of the row, by its name, before an act that asks whether it is meant is done to it; nothing where nothing is to be said.
    fn caution(&self, _: &Site) -> Option<String> {
        None
    }

    /// How many events the stream had which its acts are about, when the row was read; None where they are about none that others may
    /// change meanwhile.
    fn version(&self) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_as_its_address_says_it() {
        for (pairs, address) in [
            (vec![], "/findings"),
            (vec![("page", "1"), ("severity", "")], "/findings"),
            (
                vec![("page", "3"), ("sort", "-raised"), ("stage", "open")],
                "/findings?stage=open&sort=-raised&page=3",
            ),
            (
                vec![("search", "门 & 窗"), ("page", "nonsense")],
                "/findings?search=%E9%97%A8%20%26%20%E7%AA%97",
            ),
        ] {
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()));
            assert_eq!(Asked::of(pairs).address("/findings"), address);
        }
    }

    #[test]
    fn an_order_is_a_column_and_a_direction() {
        for (sort, order) in [
            ("", None),
            ("name", Some(("name", false))),
            ("-name", Some(("name", true))),
        ] {
            let asked = Asked::default().sorted(sort.to_owned());
            assert_eq!(asked.order(), order);
        }
    }

    #[test]
    fn cells_stand_in_the_order_of_their_values() {
        let mut cells = [
            Cell::from("b"),
            Cell::from(10_u32),
            Cell::Nothing,
            Cell::from(9_u32),
            Cell::from("a"),
        ];
        cells.sort_by(Cell::order);
        let sorted = [
            Cell::Nothing,
            Cell::from(9_u32),
            Cell::from(10_u32),
            Cell::from("a"),
            Cell::from("b"),
        ];
        assert_eq!(cells, sorted);
    }

    #[test]
    fn numbers_are_whole_or_have_one_decimal() {
        for (number, text) in [
            (40_612.0, "40,612"),
            (0.0, "0"),
            (2.25, "2.2"),
            (-3.0, "-3"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }
}
