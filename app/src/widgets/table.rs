//! A dense list in a region that scrolls.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

/// A heading of a column; numbers stand to the end.
#[derive(Clone, Copy)]
pub struct Column {
    pub text: &'static str,
    pub number: bool,
}

pub const fn column(text: &'static str) -> Column {
    Column {
        text,
        number: false,
    }
}

pub const fn number(text: &'static str) -> Column {
    Column { text, number: true }
}

/// The cells of a row, a `th` or `td` for each column.
pub struct Row(Vec<AnyView>);

impl Row {
    /// Each cell knows the heading of its column: where there is no room for columns beside each other, it stands above the value.
    fn view(self, columns: &[Column]) -> AnyView {
        let cells = self.0.into_iter().zip(columns).map(|(cell, column)| {
            cell.add_any_attr(custom_attribute("data-label", column.text))
                .into_any()
        });
        view! { <tr>{cells.collect::<Vec<_>>()}</tr> }.into_any()
    }
}

/// `label` names the region; `none` is said when there is no row.
pub fn table(label: &str, columns: &[Column], rows: Vec<Row>, none: &'static str) -> AnyView {
    let heads: Vec<AnyView> = columns
        .iter()
        .map(|column| {
            view! { <th scope="col" class=column.number.then_some("number")>{column.text}</th> }
                .into_any()
        })
        .collect();
    let rows = if rows.is_empty() {
        vec![
            view! { <tr class="none"><td colspan=columns.len().to_string()>{none}</td></tr> }
                .into_any(),
        ]
    } else {
        rows.into_iter().map(|row| row.view(columns)).collect()
    };
    view! {
        <div class="table" role="region" aria-label=label.to_owned() tabindex="0">
            <table>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The cell that names a row and makes all of it a link.
pub fn row_link(href: String, text: String) -> AnyView {
    view! { <th scope="row"><a class="whole" href=href>{text}</a></th> }.into_any()
}

pub fn cell(value: impl IntoAny) -> AnyView {
    view! { <td>{value.into_any()}</td> }.into_any()
}

pub fn brief(value: impl IntoAny) -> AnyView {
    view! { <td class="brief">{value.into_any()}</td> }.into_any()
}

pub fn figure(value: impl std::fmt::Display) -> AnyView {
    view! { <td class="number">{value.to_string()}</td> }.into_any()
}

/// A figure that leads to what it counts.
pub fn figure_link(href: String, value: impl std::fmt::Display) -> AnyView {
    view! { <td class="number"><a href=href>{value.to_string()}</a></td> }.into_any()
}

pub const fn row(cells: Vec<AnyView>) -> Row {
    Row(cells)
}
