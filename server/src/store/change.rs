//! Changes of read-model rows. A projector says what an event does to rows; a batch's changes are folded so that each row is
//! written once, and rows of one table go to the database together.

use std::collections::BTreeMap;

use super::database::Database;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Text,
    TextOrNull,
    Integer,
    IntegerOrNull,
    Real,
}

impl Column {
    pub const fn is_nullable(self) -> bool {
        matches!(self, Column::TextOrNull | Column::IntegerOrNull)
    }
}

/// A read model's table, as the migrations create it. Its first column is always `jurisdiction`.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    /// The columns of the primary key come first.
    pub columns: &'static [(&'static str, Column)],
    pub key_length: usize,
}

impl Table {
    /// The first column of a row that must not be empty and is.
    pub fn missing(&self, row: &TableRow) -> Option<&'static str> {
        let mut cells = self.columns.iter().zip(row);
        cells
            .find(|((_, column), value)| !column.is_nullable() && **value == Value::Null)
            .map(|((name, _), _)| *name)
    }
}

#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Real(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Integer(number.into())
    }
}

impl From<u64> for Value {
    /// Positions and counts; a log never reaches 2^63 events.
    fn from(number: u64) -> Value {
        Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Integer(flag.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Real(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row, its values in the order of the table's columns.
pub type TableRow = Vec<Value>;

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The whole row, whether it was there or not.
    Put {
        table: &'static Table,
        row: TableRow,
    },
    /// Some columns of a row that is there; nothing if it is not.
    Set {
        table: &'static Table,
        key: Vec<Value>,
        values: Vec<(usize, Value)>,
    },
}

/// What becomes of one row in a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum RowFate {
    Put(TableRow),
    Set(BTreeMap<usize, Value>),
}

/// The changes of a batch, one fate a row, in the order of tables and keys (the same order in every transaction, so that two of
/// them cannot wait for each other).
#[derive(Debug, Default)]
pub struct Folded {
    rows: BTreeMap<(&'static str, RowKey), (&'static Table, RowFate)>,
}

/// The key of a row: texts, and numbers written out. A row that is set, not put, has texts alone in its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey(Vec<String>);

impl RowKey {
    pub fn of(key: &[Value]) -> RowKey {
        RowKey(
            key.iter()
                .map(|value| match value {
                    Value::Text(text) => text.clone(),
                    Value::Integer(number) => format!("{number:020}"),
                    Value::Null | Value::Real(_) => String::new(),
                })
                .collect(),
        )
    }

    pub fn into_parts(self) -> Vec<String> {
        self.0
    }
}

impl Folded {
    pub fn of(changes: impl IntoIterator<Item = Change>) -> Folded {
        let mut folded = Folded::default();
        for change in changes {
            folded.push(change);
        }
        folded
    }

    fn push(&mut self, change: Change) {
        match change {
            Change::Put { table, row } => {
                let key = RowKey::of(&row[..table.key_length]);
                self.rows
                    .insert((table.name, key), (table, RowFate::Put(row)));
            }
            Change::Set { table, key, values } => {
                let order = RowKey::of(&key);
                let (_, fate) = self
                    .rows
                    .entry((table.name, order))
                    .or_insert_with(|| (table, RowFate::Set(BTreeMap::new())));
                match fate {
                    RowFate::Put(row) => {
                        for (column, value) in values {
                            row[column] = value;
                        }
                    }
                    RowFate::Set(columns) => columns.extend(values),
                }
            }
        }
    }

    /// Every row with its key and fate.
    pub fn into_rows(self) -> impl Iterator<Item = (&'static Table, RowKey, RowFate)> {
        self.rows
            .into_iter()
            .map(|((_, key), (table, fate))| (table, key, fate))
    }
}

/// The statement that puts `rows` rows at once.
pub fn put_sql(database: &Database, table: &Table, rows: usize) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let values = database.placeholders(rows, names.len());
    let key = names[..table.key_length].join(", ");
    let updates: Vec<String> = names[table.key_length..]
        .iter()
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let conflict = if updates.is_empty() {
        "nothing".to_owned()
    } else {
        format!("update set {}", updates.join(", "))
    };
    format!(
        "insert into {} ({}) values {values} on conflict ({key}) do {conflict}",
        table.name,
        names.join(", ")
    )
}

/// The statement that sets some columns of one row: its parameters are the values, then the key.
pub fn set_sql(database: &Database, table: &Table, columns: impl Iterator<Item = usize>) -> String {
    let mut next = 0;
    let mut parameter = |name: &str| {
        next += 1;
        format!("{name} = {}", database.placeholder(next))
    };
    let sets: Vec<String> = columns
        .map(|column| parameter(table.columns[column].0))
        .collect();
    let key: Vec<String> = table.columns[..table.key_length]
        .iter()
        .map(|(name, _)| parameter(name))
        .collect();
    format!(
        "update {} set {} where {}",
        table.name,
        sets.join(", "),
        key.join(" and ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::TABLES;

    /// Given two tests of one person in one batch, whose keys differ by a number, then both are rows.
    #[test]
    fn a_number_in_a_key_tells_rows_apart() {
        let table = TABLES.iter().find(|table| table.name == "clearance_test");
        let table: &Table = table.unwrap();
        let test = |at: i64| {
            let cells = table.columns.iter().map(|(name, _)| match *name {
                "tested_at" => Value::Integer(at),
                _ => Value::Text("same".to_owned()),
            });
            Change::Put {
                table,
                row: cells.collect(),
            }
        };
        let folded = Folded::of([test(1), test(2), test(1)]);
        assert_eq!(folded.into_rows().count(), 2);
    }
}
