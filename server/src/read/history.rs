//! The events of a stream as people read them.

use app::api::view::HistoryEntry;
use domain::record::Recorded;

use super::Reader;
use crate::store::StoreError;

impl Reader {
    /// The events of one stream, oldest first.
    pub async fn stream(&self, stream: String) -> Result<Vec<Recorded>, StoreError> {
        self.log.streams(self.jurisdiction, &[stream]).await
    }

    pub fn history(&self, events: &[Recorded]) -> Vec<HistoryEntry> {
        events
            .iter()
            .map(|event| self.history_entry(event))
            .collect()
    }

    pub fn history_entry(&self, event: &Recorded) -> HistoryEntry {
        HistoryEntry {
            position: event.position,
            kind: event.authored.kind.clone(),
            actor: Some(self.named_person(event.authored.actor)),
            device: event.authored.device,
            occurred_at: event.authored.occurred_at,
            recorded_at: event.recorded_at,
            hash: event.hash.to_string(),
        }
    }
}
