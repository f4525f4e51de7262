//! The events of a stream as people read them.

use app::api::view::HistoryEntry;
use domain::id::{CampaignId, MaterialId, NoticeId, TalkId};
use domain::permission::{Act, Place};
use domain::record::{Recorded, Stream, StreamKind};

use super::Reader;
use crate::store::StoreError;

/// Events shown of one thing, the latest: a notice to six hundred bodies has as many receipts.
const LONGEST: usize = 200;

impl Reader {
    /// The events of one stream, oldest first.
    pub async fn stream(&self, stream: String) -> Result<Vec<Recorded>, StoreError> {
        self.log.streams(self.jurisdiction, &[stream]).await
    }

    /// Whether no event is hidden from the viewer. Sealed assignments are known to organisers alone, and a place in the whole
    /// log tells how much else was recorded meanwhile; others are told the place in the stream.
    pub fn sees_every_event(&self) -> bool {
        self.may(Act::Organise, &Place::Jurisdiction) && self.may(Act::See, &Place::Jurisdiction)
    }

    /// The events of a thing that the viewer may open the page of; None of others. Those whose pages show their events by themselves
    /// (a finding's story, an inspection's record) are not asked for here, and assignments never.
    pub async fn history_of(
        &self,
        stream: Stream,
    ) -> Result<Option<Vec<HistoryEntry>>, StoreError> {
        let is_open = match stream.kind {
            StreamKind::Notice => self.notice(NoticeId(stream.id)).await?.is_some(),
            StreamKind::Talk => self.talk(TalkId(stream.id)).await?.is_some(),
            StreamKind::Material => self.material(MaterialId(stream.id)).await?.is_some(),
            StreamKind::Campaign => self.campaign(CampaignId(stream.id)).await?.is_some(),
            StreamKind::Checklist => self.may(Act::See, &Place::Anywhere),
            _ => false,
        };
        if !is_open {
            return Ok(None);
        }
        let mut events = self.stream(stream.to_string()).await?;
        // Of what goes to many each sees how it began and what they did themselves; what others did with it is those others'.
        if !self.may(Act::See, &Place::Jurisdiction) {
            events.retain(|event| event.version == 1 || event.authored.actor == self.viewer);
        }
        let older = events.len().saturating_sub(LONGEST);
        Ok(Some(self.history(&events[older..])))
    }

    pub fn history(&self, events: &[Recorded]) -> Vec<HistoryEntry> {
        events
            .iter()
            .map(|event| self.history_entry(event))
            .collect()
    }

    pub fn history_entry(&self, event: &Recorded) -> HistoryEntry {
        HistoryEntry {
            position: self.sees_every_event().then_some(event.position),
            version: event.version,
            kind: event.authored.kind.clone(),
            actor: Some(self.named_person(event.authored.actor)),
            device: event.authored.device,
            occurred_at: event.authored.occurred_at,
            recorded_at: event.recorded_at,
            hash: event.hash.to_string(),
        }
    }
}
