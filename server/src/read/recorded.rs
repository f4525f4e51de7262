//! The events of the whole record as a list, for those from whom nothing in it is hidden.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{Page, RecordedRow};
use domain::Language;
use domain::device::called;
use domain::instant::{Day, Instant};
use domain::record::StreamKind;
use domain::response_level::Area;
use domain::situation::SituationEvent;
use form::Texts;

use super::list::{Select, Wanted, each, found_in};
use super::{Reader, both, count, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::start_of;

const COLUMNS: &str = "e.position, e.stream, e.kind, e.actor, case when e.device is null then 0 else 1 end as on_tablet, \
     e.occurred_at, e.recorded_at, e.hash, case when e.stream like 'situation/%' then e.body end as situation_event";

/// Where things of a kind are kept by name: the table, its titles, and the body that it is about. A regulator’s file goes by its visit.
const fn read_model(kind: StreamKind) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match kind {
        StreamKind::Notice => ("notice", "t.title_zh, t.title_en", "''"),
        StreamKind::Talk => ("talk", "t.title_zh, t.title_en", "''"),
        StreamKind::Material => ("material", "t.title_zh, t.title_en", "''"),
        StreamKind::Arrangement => ("arrangement", "t.title_zh, t.title_en", "''"),
        StreamKind::Campaign => ("campaign", "t.name_zh, t.name_en", "''"),
        StreamKind::Draw => ("draw", "t.name_zh, t.name_en", "''"),
        StreamKind::LookBack => ("look_back", "t.seed, t.seed", "''"),
        StreamKind::Device | StreamKind::Batch => ("device", "t.name, t.name", "''"),
        StreamKind::Finding => ("finding", "t.title_zh, t.title_en", "t.body"),
        StreamKind::Assignment => ("assignment", "'', ''", "t.target"),
        StreamKind::Inspection | StreamKind::RegulatorFile => ("inspection", "'', ''", "t.target"),
        _ => return None,
    })
}

/// How a thing is called, and the id of the body it is about.
struct Titled {
    title: Texts,
    body: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    stream: String,
    kind: String,
    actor: String,
    on_tablet: i32,
    occurred_at: i64,
    recorded_at: i64,
    hash: String,
    /// What the event of a daily report says, which names its body.
    situation_event: Option<String>,
}

impl Reader {
    /// The latest first; none for those from whom something is hidden, whom even its length would tell of it.
    pub async fn list_recorded(&self, wanted: Wanted<'_>) -> Result<Page<RecordedRow>, StoreError> {
        let asked = wanted.asked;
        let mut select = Select::new(self, COLUMNS, "event e", &[]);
        if !self.sees_every_event() {
            select = select.and("1 = 0");
        }
        let about = asked.filter(RecordedRow::ABOUT);
        if !about.is_empty() {
            let streams = select.bind(format!("{about}/%"));
            select = select.and(&format!("e.stream like {streams}"));
        }
        let zone = self.known.time_zone();
        let day = |name| asked.filter(name).parse::<Day>().ok();
        if let Some(from) = day(RecordedRow::FROM) {
            let from = start_of(from, zone).millis();
            select = select.and(&format!("e.recorded_at >= {from}"));
        }
        if let Some(to) = day(RecordedRow::TO) {
            let after = start_of(domain::working_day::plus_days(to, 1), zone).millis();
            select = select.and(&format!("e.recorded_at < {after}"));
        }
        if !asked.search.trim().is_empty() {
            let people = self.known.directory.people();
            let named =
                people.filter(|(_, person)| found_in([&person.registration.name], &asked.search));
            let named = list(named.map(|(id, _)| id.to_string()));
            select = select.is_one_of(self, "e.actor", named);
        }
        let by = [("number", "e.position")];
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, "e.position desc", "e.position")
            .await?;
        let names = self.named_by_rows(&page.rows).await?;
        each(page, |row| {
            Ok(RecordedRow {
                position: count(row.position),
                thing: self.thing(&row, &names),
                stream: row.stream,
                kind: row.kind,
                actor: self.named_person(parsed("person id", &row.actor, row.actor.parse().ok())?),
                on_tablet: row.on_tablet != 0,
                occurred_at: Instant(row.occurred_at),
                recorded_at: Instant(row.recorded_at),
                hash: row.hash,
            })
        })
    }

    /// What the read models call the things of some rows, by their ids.
    async fn named_by_rows(&self, rows: &[Row]) -> Result<BTreeMap<String, Titled>, StoreError> {
        let mut ids: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
        for row in rows {
            let (concept, id) = row.stream.split_once('/').unwrap_or_default();
            if let Some(kept) = StreamKind::from_code(concept).and_then(read_model) {
                ids.entry(kept).or_default().insert(id);
            }
        }
        let mut named = BTreeMap::new();
        for ((table, titles, body), ids) in ids {
            let is_asked = self.database.is_one_of("t.id", "$2");
            let sql = format!(
                "select t.id, {titles}, {body} from {table} t where t.jurisdiction = $1 and {is_asked}"
            );
            let ids = list(ids.into_iter().map(str::to_owned));
            let rows: Vec<(String, String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(&ids).fetch_all(pool).await?);
            named.extend(rows.into_iter().map(|(id, chinese, english, body)| {
                let title = both(chinese, english);
                (id, Titled { title, body })
            }));
        }
        Ok(named)
    }

    /// What an event is about by name: a title, the body it concerns, or both.
    fn thing(&self, row: &Row, names: &BTreeMap<String, Titled>) -> Texts {
        let (concept, id) = row.stream.split_once('/').unwrap_or_default();
        let body_of = |id: &str| id.parse().map(|id| self.body_name(id)).unwrap_or_default();
        let person_of = |id: &str| {
            id.parse()
                .map(|id| self.person_name(id))
                .unwrap_or_default()
        };
        match StreamKind::from_code(concept) {
            Some(StreamKind::Body) => body_of(id),
            Some(StreamKind::Person | StreamKind::Clearance) => person_of(id),
            Some(StreamKind::Jurisdiction) => self.area_name(&Area::Jurisdiction),
            Some(StreamKind::ResponseLevel) => self.level_named(id).unwrap_or_default(),
            Some(StreamKind::Device | StreamKind::Batch) => {
                let told = names.get(id).zip(id.parse().ok());
                told.map(|(told, device)| {
                    let name = called(device, told.title.get(Language::English.tag()));
                    Texts::both(name.clone(), name)
                })
                .unwrap_or_default()
            }
            Some(StreamKind::RulePack) => {
                id.parse().map(|id| self.guide_name(id)).unwrap_or_default()
            }
            Some(StreamKind::Situation) => {
                let event = row.situation_event.as_deref().unwrap_or_default();
                match serde_json::from_str(event) {
                    Ok(
                        SituationEvent::Reported { body, .. }
                        | SituationEvent::Corrected { body, .. }
                        | SituationEvent::Reminded { body, .. },
                    ) => self.body_name(body),
                    Err(_) => Texts::default(),
                }
            }
            _ => {
                let Some(Titled { title, body }) = names.get(id) else {
                    return Texts::default();
                };
                let body = body_of(body);
                if body.is_empty() || title.is_empty() {
                    return if title.is_empty() {
                        body
                    } else {
                        title.clone()
                    };
                }
                let [chinese, english] = Language::ALL.map(|language| {
                    let tag = language.tag();
                    format!("{} · {}", title.get(tag), body.get(tag))
                });
                both(chinese, english)
            }
        }
    }
}

#[cfg(test)]
mod tests;
