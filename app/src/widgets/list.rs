//! A list on its page: filters, the table with headings that sort, what is done to the selected rows, the pager, the export.

use std::collections::BTreeSet;

use domain::{Command, Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::browser;
use super::filters::{Filter, filters_at};
use super::icon::{Icon, IconName};
use super::loaded::loaded;
use super::pager::pager;
use super::sending::Sending;
use crate::api::ApiError;
use crate::api::command::send_each;
use crate::api::query::list as ask_list;
use crate::api::view::Page;
use crate::i18n::{language, t};
use crate::list::{Asked, Column, EXPORT_LIMIT, Kind, Listed};
use crate::office::Site;

/// Of the button that does to several rows what was asked about; one is asked about at a time.
const CONFIRM: &str = "bulk-confirm";
const ACTS: Text = Text::new("操作", "Acts");

/// What can be done to several rows at once.
pub struct BulkAct<R> {
    pub icon: IconName,
    pub title: Text,
    /// What is asked before it is done, where there is no way back.
    pub confirm: Option<Text>,
    /// What it comes to for one row; none where it does not apply to that row. A row's commands are sent in order, until one of
    /// them is refused.
    pub commands: fn(&R, &Site) -> Vec<Command>,
}

impl<R> Clone for BulkAct<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for BulkAct<R> {}

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

/// What became of a bulk act.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outcome {
    done: usize,
    /// The rows it was refused for, by name, and why.
    refused: Vec<(String, String)>,
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
        let List {
            path,
            title,
            filter,
            filters: controls,
            search,
            none,
            acts,
        } = list;
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
        let address = path.clone();
        view! {
            {filters_at(path, filter, controls, search)}
            {bulk.outcome()}
            {loaded(self.answer, move |page: Page<R>| {
                let asked = asked.get_untracked();
                let rows = page.rows;
                let to_page = |page| asked.on_page(page).address(&address);
                let table = Table {
                    path: &address,
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

/// Ways to the list as a file.
fn export<R: Listed>(asked: &Asked, total: u64) -> AnyView {
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

/// Which rows are selected, and what is done to them.
#[derive(Clone, Copy)]
struct Bulk {
    selected: RwSignal<BTreeSet<String>>,
    sending: Sending,
    outcome: RwSignal<Option<Outcome>>,
}

impl Bulk {
    fn new() -> Bulk {
        Bulk {
            selected: RwSignal::new(BTreeSet::new()),
            sending: Sending::new("bulk-errors"),
            outcome: RwSignal::new(None),
        }
    }

    fn select(self, key: &str, selected: bool) {
        self.selected.update(|keys| {
            if selected {
                keys.insert(key.to_owned());
            } else {
                keys.remove(key);
            }
        });
    }

    /// The acts, and how many rows are selected. Nothing where there is nothing to do.
    fn bar<R: Listed>(
        self,
        acts: &[BulkAct<R>],
        rows: &[R],
        site: &Site,
        done: Callback<()>,
    ) -> AnyView {
        // What is no longer on the page, or can no longer be acted on, is no longer selected.
        let here = selectable(rows, acts, site);
        self.selected
            .update_untracked(|keys| keys.retain(|key| here.contains(key)));
        if here.is_empty() {
            return ().into_any();
        }
        let count = move || self.selected.with(BTreeSet::len);
        let said = move || {
            let count = count();
            say!(language(), "已选 {count} 条", "{count} selected")
        };
        let acts: Vec<AnyView> = acts
            .iter()
            .map(|act| self.act(*act, rows, site, done))
            .collect();
        view! {
            <div class="bulk" role="group" aria-label=t(Text::new("批量操作", "Acts on the selected rows"))>
                <p role="status">{said}</p>
                {acts}
            </div>
        }
        .into_any()
    }

    fn act<R: Listed>(
        self,
        act: BulkAct<R>,
        rows: &[R],
        site: &Site,
        done: Callback<()>,
    ) -> AnyView {
        let (rows, site) = (StoredValue::new(rows.to_vec()), site.clone());
        let asked = RwSignal::new(false);
        let run = Callback::new(move |()| {
            asked.set(false);
            let chosen: Vec<(String, String, Vec<Command>)> = rows.with_value(|rows| {
                let selected = self.selected.get_untracked();
                rows.iter()
                    .filter(|row| selected.contains(&row.key()))
                    .map(|row| (row.key(), name(row, &site), (act.commands)(row, &site)))
                    .collect()
            });
            self.send(chosen, done);
        });
        let begin = move |_| {
            if act.confirm.is_some() {
                asked.set(true);
                browser::focus_later(CONFIRM);
            } else {
                run.run(());
            }
        };
        let none = move || self.selected.with(BTreeSet::is_empty) || self.sending.is_busy();
        let show = move || match act.confirm.filter(|_| asked.get()) {
            Some(confirm) => self.question(act.icon, act.title, confirm, asked, run),
            None => view! {
                <button class="button" type="button" disabled=none on:click=begin>
                    <Icon name=act.icon/>{t(act.title)}
                </button>
            }
            .into_any(),
        };
        show.into_any()
    }

    /// What is asked before an act is done to all that is selected: how many that is, and the way back.
    fn question(
        self,
        icon: IconName,
        title: Text,
        confirm: Text,
        asked: RwSignal<bool>,
        run: Callback<()>,
    ) -> AnyView {
        let words = move || {
            let (title, count) = (t(title), self.selected.with(BTreeSet::len));
            say!(language(), "{title}（{count}条）", "{title} ({count})")
        };
        let none = move || self.selected.with(BTreeSet::is_empty) || self.sending.is_busy();
        view! {
            <div class="banner" data-kind="warning" role="group" aria-label=t(title)>
                <Icon name=IconName::TriangleAlert/>
                <p>{t(confirm)}</p>
                <button class="button" data-kind="danger" id=CONFIRM type="button" disabled=none on:click=move |_| run.run(())>
                    <Icon name=icon/>{words}
                </button>
                <button class="button" type="button" on:click=move |_| asked.set(false)>{t(Text::new("返回", "Back"))}</button>
            </div>
        }
        .into_any()
    }

    /// Sends what was chosen (keys, names, commands); rows that were refused stay selected.
    fn send(self, chosen: Vec<(String, String, Vec<Command>)>, done: Callback<()>) {
        let does_not_apply = t(Text::new(
            "不适用于这一条",
            "This does not apply to this row",
        ));
        self.outcome.set(None);
        let rows = chosen
            .iter()
            .map(|(_, _, commands)| commands.clone())
            .collect();
        let work = move || -> super::sending::Work {
            Box::pin(async move {
                let answers = send_each(rows).await?;
                let mut outcome = Outcome::default();
                for ((key, name, commands), refusal) in chosen.into_iter().zip(answers) {
                    match refusal {
                        _ if commands.is_empty() => {
                            outcome.refused.push((name, does_not_apply.to_owned()))
                        }
                        Some(reason) => outcome.refused.push((name, reason)),
                        None => {
                            outcome.done += 1;
                            self.selected.try_update(|keys| keys.remove(&key));
                        }
                    }
                }
                self.outcome.try_set(Some(outcome));
                Ok(())
            })
        };
        self.sending.run(Vec::new(), work, move || done.run(()));
    }

    /// What became of the last act.
    fn outcome(self) -> AnyView {
        let said = move || {
            self.outcome.get().map(|outcome| {
                let (done, refused) = (outcome.done, outcome.refused.len());
                if refused == 0 {
                    let text = say!(language(), "{done} 条已完成", "{done} done");
                    return super::head::banner("success", text);
                }
                let heading = say!(
                    language(),
                    "{done} 条已完成，{refused} 条未被接受",
                    "{done} done, {refused} refused"
                );
                let lines: Vec<_> = outcome
                    .refused
                    .into_iter()
                    .map(|(name, reason)| view! { <li><strong>{name}</strong>" "{reason}</li> })
                    .collect();
                view! { <div class="errors"><h2>{heading}</h2><ul>{lines}</ul></div> }.into_any()
            })
        };
        view! { {self.sending.summary()}<div role="status" class="stack">{said}</div> }.into_any()
    }
}

/// What a row is called.
fn name<R: Listed>(row: &R, site: &Site) -> String {
    R::columns()
        .first()
        .map(|column| (column.cell)(row, site).text(site))
        .unwrap_or_default()
}

/// The keys of the rows to which one of the acts applies.
fn selectable<R: Listed>(rows: &[R], acts: &[BulkAct<R>], site: &Site) -> BTreeSet<String> {
    let applies = |row: &&R| acts.iter().any(|act| !(act.commands)(row, site).is_empty());
    rows.iter().filter(applies).map(Listed::key).collect()
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
