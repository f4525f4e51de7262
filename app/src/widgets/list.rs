//! A list on its page: filters, the table with headings that sort, the pager, the export. What is done to selected rows is in
//! `bulk.rs`.

use std::collections::BTreeSet;

use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::bulk::{Bulk, selectable};
pub use super::bulk::{BulkAct, BulkForm, Entered, Offer, Question};
use super::filters::{Filter, filters};
use super::icon::{Icon, IconName};
use super::loaded::loaded;
use super::pager::pager;
use crate::api::ApiError;
use crate::api::query::list as ask_list;
use crate::api::view::Page;
use crate::i18n::{language, t};
use crate::list::{Asked, Column, EXPORT_LIMIT, Kind, Listed};
use crate::office::Site;

const ACTS: Text = Text::new("操作", "Acts");

/// A list as its page describes it.
pub struct List<R> {
    /// The page's own address.
    pub path: String,
    /// Names the table.
    pub title: Text,
    /// Names the form of the filters.
    pub filter: Text,
    pub filters: Vec<Filter>,
    /// What is searched.
    pub search: Text,
    /// Said when there is no row.
    pub none: Text,
    pub acts: Vec<BulkAct<R>>,
}

/// A list without its filters, on a page that has a form of its own to ask for it.
pub struct Rows<R> {
    /// The page's own address.
    pub path: String,
    /// Names the table.
    pub title: Text,
    /// Said when there is no row.
    pub none: Text,
    pub acts: Vec<BulkAct<R>>,
}

/// The whole list, on a page that is nothing else.
pub fn list<R: Listed>(list: List<R>) -> AnyView {
    Asking::new(None).show(list, OnPage::default())
}

/// A list that is asked for, and what of it is selected. On the page of a thing it is made beside all else that is waited for, never
/// inside of it, where it would be asked for as often as that is drawn.
#[derive(Clone)]
pub struct Asking<R: Listed> {
    asked: Memo<Asked>,
    of: StoredValue<Option<(&'static str, String)>>,
    answer: Resource<Result<Page<R>, ApiError>>,
    bulk: Bulk,
}

/// What the page of a thing adds to a list of its parts.
pub struct OnPage<R: 'static> {
    /// What can be done to one row where it stands; None where nothing can.
    pub row_acts: Option<Callback<R, Option<AnyView>>>,
    /// What stands under a row, over its whole width, while there is something: what an act asks before it is done.
    pub row_under: Option<Callback<R, Option<AnyView>>>,
    /// Run after a bulk act, when the list has been asked for again.
    pub done: Option<Callback<()>>,
}

impl<R> Default for OnPage<R> {
    fn default() -> Self {
        OnPage {
            row_acts: None,
            row_under: None,
            done: None,
        }
    }
}

impl<R: Listed> Asking<R> {
    /// What the page's address asks for. `of` is the filter that holds whatever the address says: the thing of which the list has parts.
    pub fn new(of: Option<(&'static str, String)>) -> Asking<R> {
        let query = use_query_map();
        let asked = Memo::new(move |_| {
            query.with(|query| {
                let values = query.latest_values();
                Asked::of(values.map(|(name, value)| (name.to_string(), value.to_owned())))
            })
        });
        let of = StoredValue::new(of);
        let answer = Resource::new(move || within(&asked.get(), of), ask_list::<R>);
        Asking {
            asked,
            of,
            answer,
            bulk: Bulk::new(),
        }
    }

    /// Asks for the same again, after something was done on the page.
    pub fn again(&self) -> Callback<()> {
        let answer = self.answer;
        Callback::new(move |()| answer.refetch())
    }

    pub fn show(&self, list: List<R>, on_page: OnPage<R>) -> AnyView {
        let form = filters(list.path.clone(), list.filter, list.filters, list.search);
        let rows = Rows {
            path: list.path,
            title: list.title,
            none: list.none,
            acts: list.acts,
        };
        view! { {form}{self.rows(rows, on_page)} }.into_any()
    }

    /// The list without its filters, which its page asks for itself.
    pub fn rows(&self, rows: Rows<R>, on_page: OnPage<R>) -> AnyView {
        let Rows {
            path,
            title,
            none,
            acts,
        } = rows;
        let OnPage {
            row_acts,
            row_under,
            done,
        } = on_page;
        let site = Site::here();
        let (asked, of, bulk) = (self.asked, self.of, self.bulk);
        let again = self.again();
        let done = Callback::new(move |()| {
            again.run(());
            if let Some(done) = done {
                done.run(());
            }
        });
        view! {
            {bulk.outcome()}
            {loaded(self.answer, move |page: Page<R>| {
                let asked = asked.get_untracked();
                let rows = page.rows;
                let to_page = |page| asked.on_page(page).address(&path);
                let table = Table {
                    path: &path,
                    title,
                    none,
                    asked: &asked,
                    bulk,
                    acts: &acts,
                    row_acts,
                    row_under,
                    site: &site,
                };
                view! {
                    {bulk.bar(&acts, &rows, &site, done)}
                    {table.view(&rows)}
                    <div class="list-foot">
                        {pager(page.page, page.page_size, page.total, to_page)}
                        {export::<R>(&within(&asked, of), page.total)}
                    </div>
                }
                .into_any()
            })}
        }
        .into_any()
    }
}

/// What is asked for of a thing's parts.
fn within(asked: &Asked, of: StoredValue<Option<(&'static str, String)>>) -> Asked {
    let mut asked = asked.clone();
    if let Some((name, value)) = of.get_value() {
        asked.filters.insert(name.to_owned(), value);
    }
    asked
}

/// Ways to a list as a file, as it is asked for.
pub fn export<R: Listed>(asked: &Asked, total: u64) -> AnyView {
    if total == 0 {
        return ().into_any();
    }
    if total > EXPORT_LIMIT {
        let text = say!(
            language(),
            "超过 {EXPORT_LIMIT} 条，请先筛选再导出",
            "More than {EXPORT_LIMIT} rows: filter them to export"
        );
        return view! { <p>{text}</p> }.into_any();
    }
    let link = |extension: &'static str, text: Text| {
        let address = asked
            .on_page(1)
            .address(&format!("/export/{}.{extension}", R::LIST));
        view! { <a class="button" data-kind="quiet" href=address rel="external" download=""><Icon name=IconName::Download/>{t(text)}</a> }
    };
    view! {
        <div class="row">
            {link("xlsx", Text::new("导出 XLSX", "Export XLSX"))}
            {link("csv", Text::new("导出 CSV", "Export CSV"))}
        </div>
    }
    .into_any()
}

/// What a row is called.
pub(super) fn name<R: Listed>(row: &R, site: &Site) -> String {
    R::columns()
        .first()
        .map(|column| (column.cell)(row, site).text(site))
        .unwrap_or_default()
}

/// Everything a list's table is drawn from, but its rows.
struct Table<'a, R: Listed> {
    path: &'a str,
    title: Text,
    none: Text,
    asked: &'a Asked,
    bulk: Bulk,
    acts: &'a [BulkAct<R>],
    row_acts: Option<Callback<R, Option<AnyView>>>,
    row_under: Option<Callback<R, Option<AnyView>>>,
    site: &'a Site,
}

impl<R: Listed> Table<'_, R> {
    fn view(&self, rows: &[R]) -> AnyView {
        let (asked, bulk, site) = (self.asked, self.bulk, self.site);
        let columns = R::columns();
        let keys = selectable(rows, self.acts, site);
        let selects = !keys.is_empty();
        let all = selects.then(|| {
            let keys = keys.clone();
            let count = keys.len();
            let is_all = move || bulk.selected.with(|selected| selected.len() == count);
            view! {
                <td class="select">
                    <label><input type="checkbox" aria-label=t(Text::new("选择本页全部", "Select all on this page")) prop:checked=is_all
                        on:change=move |event| {
                            let chosen = if event_target_checked(&event) { keys.clone() } else { BTreeSet::new() };
                            bulk.selected.set(chosen);
                        }/></label>
                </td>
            }
        });
        let heads: Vec<AnyView> = columns
            .iter()
            .map(|column| heading::<R>(column, self.path, asked))
            .collect();
        let mut acts: Vec<Option<AnyView>> = match self.row_acts {
            Some(acts) => rows.iter().map(|row| acts.run(row.clone())).collect(),
            None => Vec::new(),
        };
        // The column is there while there is something to do.
        let acting = acts.iter().any(Option::is_some);
        acts.resize_with(rows.len(), || None);
        let mut acts = acts.into_iter();
        let acts_head = acting.then(|| view! { <th scope="col">{t(ACTS)}</th> });
        let width = columns.len() + usize::from(selects) + usize::from(acting);
        let bodies: Vec<AnyView> = if rows.is_empty() {
            let line =
                view! { <tr class="none"><td colspan=width.to_string()>{t(self.none)}</td></tr> };
            vec![view! { <tbody>{line}</tbody> }.into_any()]
        } else {
            let group = grouping::<R>(asked, &columns);
            let of = |row: &R| group.map(|column| (column.cell)(row, site));
            rows.chunk_by(|one, other| of(one) == of(other))
                .map(|rows| {
                    let head = rows.first().and_then(of).map(|value| {
                        let value = value.text(site);
                        view! {
                            <tr class="group"><th scope="rowgroup" colspan=width.to_string()>{value}</th></tr>
                        }
                    });
                    let lines: Vec<AnyView> = rows
                        .iter()
                        .map(|row| {
                            let select = selects.then(|| keys.contains(&row.key()));
                            let act = acts.next().flatten();
                            let act = acting.then(|| {
                                view! { <td class="brief acts">{act}</td> }.into_any()
                            });
                            let line = self.line(row, &columns, select, act);
                            view! { {line}{self.under(row, width)} }.into_any()
                        })
                        .collect();
                    view! { <tbody>{head}{lines}</tbody> }.into_any()
                })
                .collect()
        };
        view! {
            <div class="table" role="region" aria-label=t(self.title) tabindex="0">
                <table>
                    <thead><tr>{all}{heads}{acts_head}</tr></thead>
                    {bodies}
                </table>
            </div>
        }
        .into_any()
    }

    /// The line under a row, while there is something in it.
    fn under(&self, row: &R, width: usize) -> AnyView {
        let Some(under) = self.row_under else {
            return ().into_any();
        };
        let row = StoredValue::new(row.clone());
        let line = move || {
            under.run(row.get_value()).map(|content| {
                view! { <tr class="under"><td colspan=width.to_string()>{content}</td></tr> }
            })
        };
        line.into_any()
    }

    /// A row. `select` says whether it can be selected; None where no row can. `act` is the cell of what can be done to it.
    fn line(
        &self,
        row: &R,
        columns: &[Column<R>],
        select: Option<bool>,
        act: Option<AnyView>,
    ) -> AnyView {
        let (bulk, site) = (self.bulk, self.site);
        let select = select.map(|selects| {
            if !selects {
                return view! { <td class="select"></td> }.into_any();
            }
            let key = StoredValue::new(row.key());
            let is_selected = move || bulk.selected.with(|selected| key.with_value(|key| selected.contains(key)));
            let label = say!(site.language, "选择：{}", "Select: {}", name(row, site));
            view! {
                <td class="select">
                    <label><input type="checkbox" aria-label=label prop:checked=is_selected
                        on:change=move |event| key.with_value(|key| bulk.select(key, event_target_checked(&event)))/></label>
                </td>
            }
            .into_any()
        });
        let cells: Vec<AnyView> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let content = column.look.map_or_else(
                    || (column.cell)(row, site).text(site).into_any(),
                    |look| look(row, site),
                );
                if index == 0 {
                    let named = match row.address() {
                        Some(address) if column.look.is_none() => {
                            view! { <a class="whole" href=address>{content}</a> }.into_any()
                        }
                        _ => content,
                    };
                    return view! { <th scope="row">{named}</th> }.into_any();
                }
                let class = match column.kind {
                    Kind::Text => None,
                    Kind::Brief => Some("brief"),
                    Kind::Number => Some("number"),
                };
                view! { <td class=class data-label=t(column.title)>{content}</td> }.into_any()
            })
            .collect();
        view! { <tr>{select}{cells}{act}</tr> }.into_any()
    }
}

/// The column by whose values the rows stand in groups: that of the list's own order, while they are in it.
fn grouping<'a, R: Listed>(asked: &Asked, columns: &'a [Column<R>]) -> Option<&'a Column<R>> {
    let own = Asked::default().sorted(R::ORDER.to_owned());
    let (key, _) = own.order()?;
    let is_own = asked.order().is_none_or(|(asked, _)| asked == key);
    let mut columns = columns.iter();
    columns.find(|column| R::GROUPS && is_own && column.key == key)
}

/// A heading; sorting is a link, so it works without scripts and can be shared.
fn heading<R: Listed>(column: &Column<R>, path: &str, asked: &Asked) -> AnyView {
    let class = (column.kind == Kind::Number).then_some("number");
    if !column.sorts {
        return view! { <th scope="col" class=class>{t(column.title)}</th> }.into_any();
    }
    let own = Asked::default().sorted(R::ORDER.to_owned());
    let now = asked.order().or_else(|| own.order());
    let sorted = now.filter(|(key, _)| *key == column.key);
    let (said, icon, descending) = match sorted {
        Some((_, true)) => (Some("descending"), IconName::ChevronDown, false),
        Some((_, false)) => (Some("ascending"), IconName::ChevronUp, true),
        None => (None, IconName::ChevronsUpDown, column.kind == Kind::Number),
    };
    let sort = format!("{}{}", if descending { "-" } else { "" }, column.key);
    let address = asked.sorted(sort).address(path);
    view! {
        <th scope="col" class=class aria-sort=said><a href=address>{t(column.title)}<Icon name=icon/></a></th>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::view::{PersonRow, SituationRow};

    #[test]
    fn rows_stand_in_groups_while_they_are_in_the_order_of_the_groups() {
        fn group<R: Listed>(sort: &str) -> Option<&'static str> {
            let asked = Asked::default().sorted(sort.to_owned());
            grouping::<R>(&asked, &R::columns()).map(|column| column.key)
        }
        for (sort, expected) in [
            ("", Some("district")),
            ("-district", Some("district")),
            ("body", None),
            ("-infections", None),
        ] {
            assert_eq!(group::<SituationRow>(sort), expected, "{sort}");
        }
        assert_eq!(group::<PersonRow>(""), None);
    }
}
