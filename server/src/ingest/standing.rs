//! What stands already of what a push brings, read for several pushes at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::record::Recorded;

use crate::read::delivery::Delivered;
use crate::store::gather::{Gather, READ_PATIENCE};
use crate::store::{Log, StoreError};

/// What one push is judged by.
#[derive(Clone, Debug)]
pub struct Asked {
    pub jurisdiction: JurisdictionId,
    pub actor: PersonId,
    pub device: DeviceId,
    pub ids: Vec<EventId>,
    /// The streams its decisions look at.
    pub streams: BTreeSet<String>,
    pub photos: Vec<PhotoHash>,
}

#[derive(Debug, Default)]
pub struct Standing {
    /// Those of the ids that are in the log.
    pub known: BTreeSet<EventId>,
    /// The highest sequence number received of the actor on the device; 0 when none was.
    pub last_sequence: u64,
    /// The events of the streams, by position.
    pub events: Vec<Recorded>,
    /// Those of the photos that are evidence in some finding.
    pub photos_seen: Vec<PhotoHash>,
}

pub struct Reads {
    source: Arc<Source>,
    gathered: Gather<Asked, Standing>,
}

struct Source {
    log: Arc<dyn Log>,
    delivered: Arc<dyn Delivered>,
}

impl Reads {
    pub fn start(log: Arc<dyn Log>, delivered: Arc<dyn Delivered>) -> Reads {
        let source = Arc::new(Source { log, delivered });
        let asking = source.clone();
        let gathered = Gather::start(Some(READ_PATIENCE), move |asked: Vec<Asked>| {
            let source = asking.clone();
            async move { source.read(&asked).await }
        });
        Reads { source, gathered }
    }

    pub async fn of(&self, asked: Asked) -> Result<Standing, StoreError> {
        match self.gathered.ask(asked.clone()).await {
            // A stored event that cannot be read is the trouble of the push that needs it, not of those beside it.
            Err(StoreError::Together(_)) => {
                let mut alone = self.source.read(&[asked]).await?;
                Ok(alone.pop().unwrap_or_default())
            }
            answer => answer,
        }
    }
}

impl Source {
    async fn read(&self, asked: &[Asked]) -> Result<Vec<Standing>, StoreError> {
        let mut standing = Vec::with_capacity(asked.len());
        for asked in asked.chunk_by(|one, next| one.jurisdiction == next.jurisdiction) {
            standing.extend(self.read_in(asked[0].jurisdiction, asked).await?);
        }
        Ok(standing)
    }

    async fn read_in(
        &self,
        jurisdiction: JurisdictionId,
        asked: &[Asked],
    ) -> Result<Vec<Standing>, StoreError> {
        let ids: Vec<EventId> = asked.iter().flat_map(|asked| &asked.ids).copied().collect();
        let photos: Vec<PhotoHash> = asked
            .iter()
            .flat_map(|asked| &asked.photos)
            .cloned()
            .collect();
        let devices: BTreeSet<(PersonId, DeviceId)> = asked
            .iter()
            .map(|asked| (asked.actor, asked.device))
            .collect();
        let mut askers: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for (index, asked) in asked.iter().enumerate() {
            for stream in &asked.streams {
                askers.entry(stream).or_default().push(index);
            }
        }
        let streams: Vec<String> = askers.keys().copied().cloned().collect();
        let (known, sequences, events, photos_seen) = futures::try_join!(
            self.log.known(jurisdiction, &ids),
            self.delivered.last_sequences(jurisdiction, &devices),
            self.log.streams(jurisdiction, &streams),
            self.delivered.photos_seen(jurisdiction, &photos),
        )?;
        let known: BTreeSet<EventId> = known.into_iter().collect();
        let mut standing: Vec<Standing> = asked
            .iter()
            .map(|asked| Standing {
                known: asked
                    .ids
                    .iter()
                    .copied()
                    .filter(|id| known.contains(id))
                    .collect(),
                last_sequence: sequences
                    .get(&(asked.actor, asked.device))
                    .copied()
                    .unwrap_or(0),
                events: Vec::new(),
                photos_seen: photos_seen
                    .iter()
                    .filter(|photo| asked.photos.contains(photo))
                    .cloned()
                    .collect(),
            })
            .collect();
        for event in events {
            for asker in askers.get(&event.authored.stream).into_iter().flatten() {
                standing[*asker].events.push(event.clone());
            }
        }
        Ok(standing)
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use domain::instant::Instant;
    use domain::record::Authored;
    use uuid::Uuid;

    use super::*;
    use crate::store::Append;
    use crate::store::memory::MemoryLog;

    const OWN: JurisdictionId = JurisdictionId(Uuid::from_u128(1));
    /// A device whose rows cannot be read.
    const BROKEN: u128 = 9;

    struct DevicesCountThemselves;

    #[async_trait]
    impl Delivered for DevicesCountThemselves {
        async fn last_sequences(
            &self,
            _: JurisdictionId,
            devices: &BTreeSet<(PersonId, DeviceId)>,
        ) -> Result<BTreeMap<(PersonId, DeviceId), u64>, StoreError> {
            let number = |device: DeviceId| device.0.as_u128();
            if devices.iter().any(|(_, device)| number(*device) == BROKEN) {
                return Err(StoreError::corrupt("device id", "broken"));
            }
            Ok(devices
                .iter()
                .map(|key| (*key, u64::try_from(number(key.1)).unwrap()))
                .collect())
        }

        async fn photos_seen(
            &self,
            _: JurisdictionId,
            photos: &[PhotoHash],
        ) -> Result<Vec<PhotoHash>, StoreError> {
            Ok(photos.to_vec())
        }

        async fn rectification_numbered(
            &self,
            _: JurisdictionId,
            _: &str,
        ) -> Result<Option<domain::id::FindingId>, StoreError> {
            Ok(None)
        }

        async fn notice_numbered(
            &self,
            _: JurisdictionId,
            _: &str,
        ) -> Result<Option<domain::id::NoticeId>, StoreError> {
            Ok(None)
        }
        async fn device_users(
            &self,
            _: JurisdictionId,
            _: domain::id::DeviceId,
        ) -> Result<std::collections::BTreeSet<domain::id::PersonId>, StoreError> {
            Ok(std::collections::BTreeSet::new())
        }

        async fn visits(
            &self,
            _: JurisdictionId,
            _: domain::id::BodyId,
            _: domain::instant::Day,
        ) -> Result<Vec<domain::facts::StandingVisit>, StoreError> {
            Ok(Vec::new())
        }
    }

    fn event(number: u128, stream: &str) -> Authored {
        Authored {
            id: EventId(Uuid::from_u128(number)),
            jurisdiction: OWN,
            stream: stream.to_owned(),
            kind: "test.done".into(),
            body: "{}".into(),
            actor: PersonId(Uuid::from_u128(7)),
            device: None,
            device_sequence: None,
            occurred_at: Instant(0),
        }
    }

    fn asked(device: u128, ids: &[u128], streams: &[&str], photo: &str) -> Asked {
        Asked {
            jurisdiction: OWN,
            actor: PersonId(Uuid::from_u128(7)),
            device: DeviceId(Uuid::from_u128(device)),
            ids: ids.iter().map(|id| EventId(Uuid::from_u128(*id))).collect(),
            streams: streams.iter().map(ToString::to_string).collect(),
            photos: vec![PhotoHash(photo.to_owned())],
        }
    }

    async fn three_events() -> Arc<dyn Log> {
        let log = MemoryLog::new(|_| Vec::new());
        let append = Append {
            jurisdiction: OWN,
            events: vec![event(1, "a/1"), event(2, "b/1"), event(3, "a/1")],
            expected: Vec::new(),
            directory_seen: None,
            claims: Vec::new(),
            recorded_at: Instant(0),
        };
        assert!(log.append_batch(&[append]).await.unwrap()[0].is_ok());
        Arc::new(log)
    }

    /// Given two pushes that share a stream, when they are read together, then each has what it asked for and nothing else.
    #[tokio::test]
    async fn what_is_read_together_is_told_apart() {
        let source = Source {
            log: three_events().await,
            delivered: Arc::new(DevicesCountThemselves),
        };
        let standing = source
            .read(&[
                asked(4, &[1, 50], &["a/1", "c/1"], "x"),
                asked(5, &[2], &["a/1", "b/1"], "y"),
            ])
            .await
            .unwrap();
        let told = |standing: &Standing| {
            let known: Vec<u128> = standing.known.iter().map(|id| id.0.as_u128()).collect();
            let positions: Vec<u64> = standing.events.iter().map(|event| event.position).collect();
            let photos: Vec<String> = standing
                .photos_seen
                .iter()
                .map(|photo| photo.0.clone())
                .collect();
            (known, standing.last_sequence, positions, photos.concat())
        };
        assert_eq!(told(&standing[0]), (vec![1], 4, vec![1, 3], "x".into()));
        assert_eq!(told(&standing[1]), (vec![2], 5, vec![1, 2, 3], "y".into()));
    }

    /// Given a push whose reads fail, when another is read with it, then only the one fails.
    #[tokio::test]
    async fn one_pushs_trouble_is_not_the_others() {
        let reads = Reads::start(three_events().await, Arc::new(DevicesCountThemselves));
        let (broken, sound) = tokio::join!(
            reads.of(asked(BROKEN, &[1], &["a/1"], "x")),
            reads.of(asked(5, &[2], &["b/1"], "y")),
        );
        assert!(matches!(broken, Err(StoreError::Corrupt { .. })));
        assert_eq!(sound.unwrap().last_sequence, 5);
    }
}
