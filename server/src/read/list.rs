//! What all lists share on the server: their names, a select with conditions and an order that works alike on both databases, and
//! the same for rows in memory.

use std::borrow::Cow;

use app::api::view::{
    ArrangementRow, AssignmentRow, BodyRow, CampaignRow, ChecklistRow, ClearanceRow, DeviceRow,
    DistrictRow, DrawRow, ExposedVisit, FindingRow, GuideRow, HandedInRow, HeldRow, InspectionRow,
    JurisdictionView, LevelRow, LookBackRow, LookedBack, MaterialRow, NoticeRow, Orphan,
    OverdueReceipt, Page, PairRow, PersonRow, ReceiptRow, RecordedRow, SituationRow, SupportRow,
    TalkRow, Viewer,
};
use app::list::{Asked, EXPORT_LIMIT, Listed, PAGE_SIZE};
use app::office::Site;
use domain::Language;
use domain::id::PersonId;
use domain::permission::{Act, Grant};
use form::Texts;
use leptos::prelude::Owner;
use serde_json::Value;

use super::{Reader, Visible, count, like};
use crate::on_database;
use crate::server::now;
use crate::sheet::Sheet;
use crate::store::StoreError;
use crate::store::database::Database;
use crate::world::Known;

/// How much of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The page asked for.
    Page,
    /// All pages of it, up to [`EXPORT_LIMIT`] rows.
    All,
    /// So many rows from one on, counted from 0; none past [`EXPORT_LIMIT`].
    Part { first: u64, length: u64 },
}

/// What is wanted of a list, and in whose language its names are ordered.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub asked: &'a Asked,
    pub language: Language,
    pub rows: Rows,
}

macro_rules! lists {
    ($($row:ty => $read:ident),+ $(,)?) => {
        impl Reader {
            /// A page of the list of this name, its rows as JSON; None when there is no such list.
            pub async fn list(&self, name: &str, wanted: Wanted<'_>) -> Result<Option<Page<Value>>, StoreError> {
                $(if name == <$row as Listed>::LIST {
                    let page: Page<$row> = self.$read(wanted).await?;
                    return json(page).map(Some);
                })+
                Ok(None)
            }

            /// The rows wanted of the list of this name as a sheet, and how many rows it has in all; None when there is no such list.
            pub async fn sheet(&self, name: &str, wanted: Wanted<'_>) -> Result<Option<(Sheet, u64)>, StoreError> {
                $(if name == <$row as Listed>::LIST {
                    let page: Page<$row> = self.$read(wanted).await?;
                    return Ok(self.site(wanted.language).map(|site| (sheet(&page.rows, &site), page.total)));
                })+
                Ok(None)
            }
        }

        /// The columns by which the list of this name sorts.
        #[cfg(test)]
        pub fn sort_keys(name: &str) -> Vec<&'static str> {
            $(if name == <$row as Listed>::LIST {
                let columns = <$row as Listed>::columns();
                return columns.iter().filter(|column| column.sorts).map(|column| column.key).collect();
            })+
            Vec::new()
        }

        /// The names of all lists.
        pub const LISTS: &[&str] = &[$(<$row as Listed>::LIST),+];
    };
}

// Every list: its row, and the question that gives a page of it.
lists! {
    ArrangementRow => list_arrangements,
    AssignmentRow => list_assignments,
    BodyRow => list_bodies,
    CampaignRow => list_campaigns,
    ChecklistRow => list_checklists,
    ClearanceRow => list_clearances,
    DeviceRow => list_devices,
    DistrictRow => list_districts,
    DrawRow => list_draws,
    ExposedVisit => list_exposure,
    FindingRow => list_findings,
    GuideRow => list_guides,
    HandedInRow => list_handed_in,
    HeldRow => list_held,
    InspectionRow => list_inspections,
    LevelRow => list_levels,
    LookBackRow => list_look_backs,
    LookedBack => list_looked_back,
    MaterialRow => list_materials,
    NoticeRow => list_notices,
    Orphan => list_orphans,
    OverdueReceipt => list_overdue_receipts,
    PairRow => list_pairs,
    PersonRow => list_people,
    ReceiptRow => list_receipts,
    RecordedRow => list_recorded,
    SituationRow => list_situation,
    SupportRow => list_support,
    TalkRow => list_talks,
}

fn json<R: Listed>(page: Page<R>) -> Result<Page<Value>, StoreError> {
    let rows = page.rows.iter().map(serde_json::to_value);
    Ok(Page {
        rows: rows
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::corrupt("row", error))?,
        total: page.total,
        page: page.page,
        page_size: page.page_size,
    })
}

/// Words come in the reader's language also where no page is drawn.
fn worded<T>(language: Language, work: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    owner.with(|| {
        app::i18n::provide_language(language);
        work()
    })
}

fn sheet<R: Listed>(rows: &[R], site: &Site) -> Sheet {
    worded(site.language, || {
        let columns = R::columns();
        Sheet {
            name: R::LIST.to_owned(),
            headings: columns
                .iter()
                .map(|column| column.title.get(site.language).to_owned())
                .collect(),
            rows: rows
                .iter()
                .map(|row| {
                    columns
                        .iter()
                        .map(|column| (column.cell)(row, site))
                        .collect()
                })
                .collect(),
            time_zone: site.jurisdiction.time_zone.clone(),
        }
    })
}

/// Who looks, as pages show them; None when the account is not active.
pub fn viewer(known: &Known, person: PersonId) -> Option<Viewer> {
    let registration = known.directory.active_person(person)?;
    let now = now();
    let grants: Vec<Grant> = registration
        .grants
        .iter()
        .filter(|grant| grant.holds_at(now))
        .cloned()
        .collect();
    let mut acts: Vec<Act> = grants
        .iter()
        .flat_map(|grant| grant.role.acts())
        .copied()
        .collect();
    acts.sort_unstable();
    acts.dedup();
    Some(Viewer {
        person,
        name: registration.name.clone(),
        sign_in_name: registration.sign_in_name.clone(),
        unit: registration.unit,
        scopes: super::people::scopes(&known.directory, &grants),
        grants,
        acts,
    })
}

/// Whose city this is; None on an empty server.
pub fn jurisdiction(known: &Known) -> Option<JurisdictionView> {
    let founded = known.directory.jurisdiction().founded.clone()?;
    Some(JurisdictionView {
        id: known.jurisdiction?,
        name: founded.name,
        time_zone: founded.time_zone,
        sample: founded.sample,
        districts: known.directory.jurisdiction().districts.clone(),
        version: known.directory.jurisdiction().version,
    })
}

impl Reader {
    /// What pages know of where they are.
    pub fn site(&self, language: Language) -> Option<Site> {
        Some(Site {
            jurisdiction: jurisdiction(&self.known)?.into(),
            viewer: viewer(&self.known, self.viewer)?.into(),
            language,
        })
    }

    /// The page wanted of rows in memory, sorted by what their cells say; rows that are equal by it by their names. Without an order they
    /// stay as they come.
    pub fn page_of<R: Listed>(&self, mut rows: Vec<R>, wanted: Wanted<'_>) -> Page<R> {
        let own = Asked::default().sorted(R::ORDER.to_owned());
        let order = wanted.asked.order().or_else(|| own.order());
        if let (Some((key, descending)), Some(site)) = (order, self.site(wanted.language)) {
            worded(wanted.language, || {
                let columns = R::columns();
                let sorted = |column: &&app::list::Column<R>| column.sorts && column.key == key;
                if let Some(column) = columns.iter().find(sorted) {
                    let by = |column: &app::list::Column<R>, one: &R, other: &R| {
                        let cell = |row: &R| match column.order {
                            Some(order) => order(row),
                            None => (column.cell)(row, &site),
                        };
                        cell(one).order(&cell(other))
                    };
                    rows.sort_by_cached_key(Listed::key);
                    if let Some(name) = columns.first().filter(|name| name.key != key) {
                        rows.sort_by(|one, other| by(name, one, other));
                    }
                    rows.sort_by(|one, other| {
                        let order = by(column, one, other);
                        if descending { order.reverse() } else { order }
                    });
                }
            });
        }
        let total = rows.len() as u64;
        let (page, first, length) = part(wanted, total);
        let rows = rows
            .into_iter()
            .skip(usize::try_from(first).unwrap_or(usize::MAX))
            .take(usize::try_from(length).unwrap_or(usize::MAX))
            .collect();
        Page {
            rows,
            total,
            page,
            page_size: PAGE_SIZE,
        }
    }
}

/// Which page it is (the last where fewer exist), its first row, and how many rows there may be.
fn part(wanted: Wanted<'_>, total: u64) -> (u32, u64, u64) {
    let size = u64::from(PAGE_SIZE);
    match wanted.rows {
        Rows::All => (1, 0, EXPORT_LIMIT),
        Rows::Part { first, length } => (1, first, length.min(EXPORT_LIMIT.saturating_sub(first))),
        Rows::Page => {
            let last = u32::try_from(total.div_ceil(size)).unwrap_or(u32::MAX);
            let page = wanted.asked.page.clamp(1, last.max(1));
            (page, u64::from(page - 1) * size, size)
        }
    }
}

/// Whether a text holds what is searched for, whatever the case; an empty search is found everywhere.
pub fn holds(texts: &[&str], search: &str) -> bool {
    let search = search.trim().to_lowercase();
    search.is_empty()
        || texts
            .iter()
            .any(|text| text.to_lowercase().contains(&search))
}

/// The same of names, in either language.
pub fn found_in<'a>(names: impl IntoIterator<Item = &'a Texts>, search: &str) -> bool {
    let texts: Vec<&str> = names
        .into_iter()
        .flat_map(|name| Language::ALL.map(|language| name.get(language.tag())))
        .collect();
    holds(&texts, search)
}

/// A select over one table and what is joined to it, its conditions and values. Only conditions that are asked for stand in it, and only
/// joins that they or the order need, so that the database can walk an index to the page; the rest is joined to the page's rows.
pub struct Select {
    columns: Cow<'static, str>,
    /// The table under its alias, such as `finding f`.
    table: &'static str,
    joins: &'static [Join],
    condition: String,
    values: Vec<String>,
}

/// A table beside the first, by its alias. It neither leaves out nor repeats rows of the first.
pub struct Join {
    pub alias: &'static str,
    pub sql: &'static str,
}

impl Select {
    pub fn new(
        reader: &Reader,
        columns: &'static str,
        table: &'static str,
        joins: &'static [Join],
    ) -> Select {
        let mut select = Select {
            columns: Cow::Borrowed(columns),
            table,
            joins,
            condition: String::new(),
            values: vec![reader.own()],
        };
        select.condition = format!("{}.jurisdiction = $1", select.alias());
        select
    }

    fn alias(&self) -> &'static str {
        self.table.rsplit(' ').next().unwrap_or(self.table)
    }

    /// The tables that some SQL needs.
    fn from(&self, needs: &str) -> String {
        let mut needed = needs.to_owned();
        let mut from: Vec<&str> = Vec::new();
        // A join may need one before it.
        for join in self.joins.iter().rev() {
            if mentions(&needed, join.alias) {
                from.push(join.sql);
                needed.push_str(join.sql);
            }
        }
        from.push(self.table);
        from.reverse();
        from.join(" ")
    }

    /// Other columns, such as those that need what [`Select::with`] bound.
    pub fn columns(mut self, columns: String) -> Select {
        self.columns = Cow::Owned(columns);
        self
    }

    /// Binds a text for which columns or the order ask, and no condition; returns its parameter.
    pub fn with(&mut self, value: impl Into<String>) -> String {
        let parameter = self.bind(value);
        // The statement that counts has no columns, and must use whatever is bound.
        for part in [" and cast(", &parameter, " as text) is not null"] {
            self.condition.push_str(part);
        }
        parameter
    }

    /// Binds a value; gives its parameter.
    pub fn bind(&mut self, value: impl Into<String>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Only rows of bodies in whose matters the viewer may do the act; `body` is the expression of their ids.
    pub fn visible(self, reader: &Reader, act: Act, body: &str) -> Select {
        self.within(reader, reader.visible(act), body)
    }

    /// Only rows of these bodies.
    pub fn within(self, reader: &Reader, bodies: Visible, body: &str) -> Select {
        match bodies {
            Visible::All => self,
            Visible::Bodies(ids) => self.is_one_of(reader, body, ids),
        }
    }

    /// Only rows where `expression` is one of the texts of a JSON array.
    pub fn is_one_of(mut self, reader: &Reader, expression: &str, texts: String) -> Select {
        let texts = self.bind(texts);
        self.and(&reader.database.is_one_of(expression, &texts))
    }

    /// Only rows where `expression` is none of the texts of a JSON array.
    pub fn is_none_of(mut self, reader: &Reader, expression: &str, texts: String) -> Select {
        let texts = self.bind(texts);
        let among = reader.database.is_one_of(expression, &texts);
        self.and(&format!("not ({among})"))
    }

    /// A condition that holds as it stands.
    pub fn and(mut self, condition: &str) -> Select {
        self.condition.push_str(" and ");
        self.condition.push_str(condition);
        self
    }

    /// Only rows where `expression` is `value`; all when that is empty.
    pub fn is(mut self, expression: &str, value: &str) -> Select {
        if !value.is_empty() {
            let value = self.bind(value);
            self = self.and(&format!("{expression} = {value}"));
        }
        self
    }

    /// Only rows where one of the expressions holds the text, whatever the case; all when that is empty.
    pub fn holds(mut self, expressions: &[&str], text: &str) -> Select {
        if !text.trim().is_empty() {
            let pattern = self.bind(like(text));
            let any: Vec<String> = expressions
                .iter()
                .map(|expression| format!("lower({expression}) like {pattern} escape '\\'"))
                .collect();
            self = self.and(&format!("({})", any.join(" or ")));
        }
        self
    }

    /// The rows wanted, how many there are in all, and which page it is.
    ///
    /// `by` has an expression for each column that sorts; none of them may be null, which the databases would put at different ends.
    /// `own` is the order when no column is asked for. Rows that are equal by it stand in the order of `id`.
    pub async fn page<Row>(
        self,
        database: &Database,
        wanted: Wanted<'_>,
        by: &[(&str, &str)],
        own: &str,
        id: &str,
    ) -> Result<Page<Row>, StoreError>
    where
        Row: Send
            + Unpin
            + for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
            + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    {
        let (condition, values) = (&self.condition, &self.values);
        let total = format!(
            "select count(*) from {} where {condition}",
            self.from(condition)
        );
        let total: i64 = on_database!(database, pool => {
            let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(total));
            for value in values {
                query = query.bind(value);
            }
            query.fetch_one(pool).await?
        });
        let total = count(total);
        let order = wanted.asked.order().and_then(|(key, descending)| {
            let (_, expression) = by.iter().find(|(column, _)| *column == key)?;
            let direction = if descending { "desc" } else { "asc" };
            Some(format!("{expression} {direction}, {id} {direction}"))
        });
        let order = order.unwrap_or_else(|| own.to_owned());
        let (page, first, length) = part(wanted, total);
        let columns = &self.columns;
        let everything = self.from(&format!("{columns} {order}"));
        let walked = self.from(&format!("{condition} {order}"));
        let rows = format!(
            "select {columns} from {everything} where {alias}.jurisdiction = $1 and {id} in \
             (select {id} from {walked} where {condition} order by {order} limit {length} offset {first}) order by {order}",
            alias = self.alias(),
        );
        let rows: Vec<Row> = on_database!(database, pool => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(rows));
            for value in values {
                query = query.bind(value);
            }
            query.fetch_all(pool).await?
        });
        Ok(Page {
            rows,
            total,
            page,
            page_size: PAGE_SIZE,
        })
    }
}

/// Whether some SQL has a column of the table under this alias.
fn mentions(sql: &str, alias: &str) -> bool {
    sql.match_indices(alias).any(|(at, _)| {
        let before = sql[..at].chars().next_back();
        let after = sql[at + alias.len()..].chars().next();
        after == Some('.')
            && !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

/// The whole of a list, for what chooses from it or counts over it.
pub fn whole(asked: &Asked) -> Wanted<'_> {
    Wanted {
        asked,
        language: Language::default(),
        rows: Rows::All,
    }
}

/// Each row turned into another.
pub fn each<From, To>(
    page: Page<From>,
    turn: impl Fn(From) -> Result<To, StoreError>,
) -> Result<Page<To>, StoreError> {
    Ok(Page {
        rows: page.rows.into_iter().map(turn).collect::<Result<_, _>>()?,
        total: page.total,
        page: page.page,
        page_size: page.page_size,
    })
}

/// How the columns of names in the reader's language end.
pub const fn name_suffix(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}
