//! The log in memory: for tests, and the plainest statement of what a store does.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::id::{EventId, JurisdictionId};
use domain::record::Recorded;
use tokio::sync::Mutex;

use super::change::{Change, Folded, RowFate, RowKey, Table, TableRow, Value};
use super::plan::{self, Known};
use super::{Append, AppendRefusal, Head, Log, Outcomes, Projector, StoreError};

pub struct MemoryLog {
    project: Projector,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    events: BTreeMap<JurisdictionId, Vec<Recorded>>,
    rows: BTreeMap<(&'static str, RowKey), TableRow>,
}

impl MemoryLog {
    pub fn new(project: Projector) -> MemoryLog {
        MemoryLog {
            project,
            contents: Mutex::default(),
        }
    }
}

impl Contents {
    fn head(&self, jurisdiction: JurisdictionId) -> Head {
        self.events
            .get(&jurisdiction)
            .and_then(|events| events.last())
            .map_or(Head::EMPTY, |last| Head {
                position: last.position,
                hash: last.hash,
            })
    }

    fn known(&self, jurisdiction: JurisdictionId, batch: &[Append]) -> Known {
        let (ids, streams) = (plan::ids(batch), plan::streams(batch));
        let mut known = Known::default();
        let seen = plan::directory_seen(batch);
        for event in self.events.get(&jurisdiction).into_iter().flatten() {
            if seen.is_some_and(|seen| event.position > seen)
                && plan::is_of_directory(&event.authored.stream)
            {
                known.directory_changed = event.position;
            }
            if ids.contains(&event.authored.id) {
                known.ids.insert(event.authored.id);
            }
            if streams.contains(&event.authored.stream) {
                known
                    .versions
                    .insert(event.authored.stream.clone(), event.version);
            }
        }
        for claim in batch.iter().flat_map(|append| &append.claims) {
            let key = [jurisdiction.to_string(), claim.key.clone()].map(Value::Text);
            if self.rows.contains_key(&(claim.table.0, RowKey::of(&key))) {
                known.taken.insert(claim.clone());
            }
        }
        known
    }

    fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        for (table, key, fate) in Folded::of(changes).into_rows() {
            match fate {
                RowFate::Put(row) => {
                    self.rows.insert((table.name, key), row);
                }
                RowFate::Set(columns) => {
                    if let Some(row) = self.rows.get_mut(&(table.name, key)) {
                        for (column, value) in columns {
                            row[column] = value;
                        }
                    }
                }
            }
        }
    }
}

/// What a database's NOT NULL says.
fn check_rows(changes: &[Change]) -> Result<(), AppendRefusal> {
    for change in changes {
        if let Change::Put { table, row } = change
            && let Some(column) = table.missing(row)
        {
            return Err(AppendRefusal::Unstorable(format!(
                "{}.{column} must not be null",
                table.name
            )));
        }
    }
    Ok(())
}

#[async_trait]
impl Log for MemoryLog {
    async fn append_batch(&self, batch: &[Append]) -> Result<Outcomes, StoreError> {
        let mut contents = self.contents.lock().await;
        let mut outcomes = Vec::with_capacity(batch.len());
        for append in batch {
            let single = std::slice::from_ref(append);
            let known = contents.known(append.jurisdiction, single);
            let (_, planned) = plan::plan(contents.head(append.jurisdiction), known, single);
            for outcome in planned {
                outcomes.push(outcome.and_then(|recorded| {
                    let changes: Vec<Change> = recorded.iter().flat_map(self.project).collect();
                    check_rows(&changes)?;
                    contents
                        .events
                        .entry(append.jurisdiction)
                        .or_default()
                        .extend(recorded.iter().cloned());
                    contents.apply(changes);
                    Ok(recorded)
                }));
            }
        }
        Ok(outcomes)
    }

    async fn head(&self, jurisdiction: JurisdictionId) -> Result<Head, StoreError> {
        Ok(self.contents.lock().await.head(jurisdiction))
    }

    async fn jurisdictions(&self) -> Result<Vec<JurisdictionId>, StoreError> {
        Ok(self.contents.lock().await.events.keys().copied().collect())
    }

    async fn outdated(&self) -> Result<Vec<JurisdictionId>, StoreError> {
        Ok(Vec::new())
    }

    async fn streams(
        &self,
        jurisdiction: JurisdictionId,
        streams: &[String],
    ) -> Result<Vec<Recorded>, StoreError> {
        let contents = self.contents.lock().await;
        let events = contents.events.get(&jurisdiction).into_iter().flatten();
        Ok(events
            .filter(|event| streams.contains(&event.authored.stream))
            .cloned()
            .collect())
    }

    async fn after(
        &self,
        jurisdiction: JurisdictionId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        let contents = self.contents.lock().await;
        let events = contents.events.get(&jurisdiction).into_iter().flatten();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(events
            .filter(|event| event.position > position)
            .take(limit)
            .cloned()
            .collect())
    }

    async fn known(
        &self,
        jurisdiction: JurisdictionId,
        ids: &[EventId],
    ) -> Result<Vec<EventId>, StoreError> {
        let contents = self.contents.lock().await;
        let events = contents.events.get(&jurisdiction).into_iter().flatten();
        Ok(events
            .map(|event| event.authored.id)
            .filter(|id| ids.contains(id))
            .collect())
    }

    async fn rows(&self, table: &'static Table) -> Result<Vec<TableRow>, StoreError> {
        let contents = self.contents.lock().await;
        Ok(contents
            .rows
            .iter()
            .filter(|((name, _), _)| *name == table.name)
            .map(|(_, row)| row.clone())
            .collect())
    }

    async fn rebuild(
        &self,
        jurisdiction: JurisdictionId,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<u64, StoreError> {
        let mut contents = self.contents.lock().await;
        let own = jurisdiction.to_string();
        contents
            .rows
            .retain(|_, row| row.first() != Some(&own.as_str().into()));
        let events = contents
            .events
            .get(&jurisdiction)
            .cloned()
            .unwrap_or_default();
        contents.apply(events.iter().flat_map(self.project));
        let head = contents.head(jurisdiction).position;
        progress(head);
        Ok(head)
    }
}
