//! A store that lasts as long as the page: the contract without a browser.

use std::cell::RefCell;
use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, InspectionId, PersonId};
use domain::record::Authored;
use sync::outbox::Delivery;
use uuid::Uuid;

use super::{
    Account, Act, Draft, DraftChange, LocalStore, NewPhoto, OutboxEntry, PhotoFate, PhotoRecord,
    PhotosAtSubmission, Recording, StoreError,
};

#[derive(Default)]
pub struct MemoryStore {
    kept: RefCell<Kept>,
}

#[derive(Default)]
struct Kept {
    device: Option<DeviceId>,
    account: Option<Account>,
    events: BTreeMap<PersonId, Vec<Authored>>,
    cursors: BTreeMap<PersonId, String>,
    outbox: BTreeMap<(PersonId, u64), OutboxEntry>,
    drafts: BTreeMap<(PersonId, InspectionId), Draft>,
    photos: BTreeMap<(PersonId, PhotoHash), PhotoRecord>,
    photo_bytes: BTreeMap<(PersonId, PhotoHash), Vec<u8>>,
    recordings: BTreeMap<(PersonId, Uuid), Recording>,
    parts: BTreeMap<(PersonId, Uuid, u32), Vec<u8>>,
}

impl Kept {
    fn keep_photo(&mut self, person: PersonId, record: PhotoRecord, bytes: Vec<u8>) {
        let key = (person, record.hash.clone());
        self.photo_bytes.entry(key.clone()).or_insert(bytes);
        self.photos.entry(key).or_insert(record);
    }

    fn forget(&mut self, person: PersonId, recording: Uuid) {
        self.recordings.remove(&(person, recording));
        self.parts
            .retain(|(by, id, _), _| (*by, *id) != (person, recording));
    }

    fn keep_event(&mut self, person: PersonId, event: &Authored) -> bool {
        let events = self.events.entry(person).or_default();
        let fresh = events.iter().all(|known| known.id != event.id);
        if fresh {
            events.push(event.clone());
        }
        fresh
    }

    fn last_sequence(&self, person: PersonId) -> u64 {
        self.outbox
            .range((person, 0)..=(person, u64::MAX))
            .next_back()
            .map_or(0, |((_, sequence), _)| *sequence)
    }
}

#[async_trait(?Send)]
impl LocalStore for MemoryStore {
    async fn device(&self, fresh: DeviceId) -> Result<DeviceId, StoreError> {
        Ok(*self.kept.borrow_mut().device.get_or_insert(fresh))
    }

    async fn account(&self) -> Result<Option<Account>, StoreError> {
        Ok(self.kept.borrow().account.clone())
    }

    async fn set_account(&self, account: &Account) -> Result<(), StoreError> {
        self.kept.borrow_mut().account = Some(account.clone());
        Ok(())
    }

    async fn events(&self, person: PersonId) -> Result<Vec<Authored>, StoreError> {
        Ok(self
            .kept
            .borrow()
            .events
            .get(&person)
            .cloned()
            .unwrap_or_default())
    }

    async fn cursor(&self, person: PersonId) -> Result<Option<String>, StoreError> {
        Ok(self.kept.borrow().cursors.get(&person).cloned())
    }

    async fn take_in(
        &self,
        person: PersonId,
        events: Vec<Authored>,
        cursor: Option<&str>,
    ) -> Result<Vec<Authored>, StoreError> {
        let mut kept = self.kept.borrow_mut();
        match cursor {
            Some(cursor) => kept.cursors.insert(person, cursor.to_owned()),
            None => kept.cursors.remove(&person),
        };
        Ok(events
            .into_iter()
            .filter(|event| kept.keep_event(person, event))
            .collect())
    }

    async fn record(&self, act: Act) -> Result<Vec<Authored>, StoreError> {
        let mut kept = self.kept.borrow_mut();
        let Act {
            person,
            mut events,
            draft,
        } = act;
        let mut sequence = kept.last_sequence(person);
        for event in &mut events {
            sequence += 1;
            event.device_sequence = Some(sequence);
            kept.keep_event(person, event);
            kept.outbox.insert(
                (person, sequence),
                OutboxEntry {
                    event: event.clone(),
                    delivery: Delivery::Waiting,
                },
            );
        }
        match draft {
            DraftChange::Begins(draft) => {
                kept.drafts
                    .entry((person, draft.inspection))
                    .or_insert(*draft);
            }
            DraftChange::Signs(picture) => {
                let (record, bytes) = *picture;
                kept.keep_photo(person, record, bytes);
            }
            DraftChange::HandedIn { draft, photos } => {
                let drafts: Vec<Draft> = kept
                    .drafts
                    .range(
                        (person, InspectionId(Uuid::nil()))..=(person, InspectionId(Uuid::max())),
                    )
                    .map(|(_, draft)| draft.clone())
                    .collect();
                let own = kept.photos.values().filter(|photo| photo.by == person);
                let outcome = PhotosAtSubmission::of(own, &draft, &drafts, &photos);
                for record in outcome.changed {
                    kept.photos.insert((person, record.hash.clone()), record);
                }
                for hash in outcome.taken_out {
                    kept.photos.remove(&(person, hash.clone()));
                    kept.photo_bytes.remove(&(person, hash));
                }
                kept.drafts.insert((person, draft.inspection), *draft);
            }
        }
        Ok(events)
    }

    async fn outbox(&self, person: PersonId) -> Result<Vec<OutboxEntry>, StoreError> {
        let kept = self.kept.borrow();
        Ok(kept
            .outbox
            .range((person, 0)..=(person, u64::MAX))
            .map(|(_, entry)| entry.clone())
            .collect())
    }

    async fn deliver(
        &self,
        person: PersonId,
        deliveries: &[(EventId, Delivery)],
    ) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        for (_, entry) in kept.outbox.range_mut((person, 0)..=(person, u64::MAX)) {
            if let Some((_, delivery)) = deliveries.iter().find(|(id, _)| *id == entry.event.id) {
                entry.delivery = delivery.clone();
            }
        }
        Ok(())
    }

    async fn drafts(&self, person: PersonId) -> Result<Vec<Draft>, StoreError> {
        let kept = self.kept.borrow();
        Ok(kept
            .drafts
            .iter()
            .filter(|((owner, _), _)| *owner == person)
            .map(|(_, draft)| draft.clone())
            .collect())
    }

    async fn save_draft(
        &self,
        person: PersonId,
        draft: &Draft,
        photo: Option<NewPhoto>,
    ) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        let known = kept
            .drafts
            .entry((person, draft.inspection))
            .or_insert_with(|| draft.clone());
        let late = known.is_handed_in();
        if !late {
            *known = draft.clone();
        }
        if let Some(mut photo) = photo {
            if late {
                photo.record.fate = PhotoFate::Kept;
            }
            kept.keep_photo(person, photo.record, photo.bytes);
            if let Some(recording) = photo.recording {
                kept.forget(person, recording);
            }
        }
        Ok(())
    }

    async fn keep_photo(&self, record: &PhotoRecord, bytes: Vec<u8>) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        kept.keep_photo(record.by, record.clone(), bytes);
        Ok(())
    }

    async fn photos(&self, person: PersonId) -> Result<Vec<PhotoRecord>, StoreError> {
        let kept = self.kept.borrow();
        let own = kept.photos.values().filter(|photo| photo.by == person);
        Ok(own.cloned().collect())
    }

    async fn photo_bytes(
        &self,
        person: PersonId,
        hash: &PhotoHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = self.kept.borrow();
        Ok(kept.photo_bytes.get(&(person, hash.clone())).cloned())
    }

    async fn set_photo_fate(
        &self,
        person: PersonId,
        hash: &PhotoHash,
        fate: PhotoFate,
    ) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        if let Some(record) = kept.photos.get_mut(&(person, hash.clone())) {
            record.fate = fate;
        }
        Ok(())
    }

    async fn keep_part(
        &self,
        recording: &Recording,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        let Recording { by, id, .. } = *recording;
        kept.recordings.insert((by, id), recording.clone());
        kept.parts.insert((by, id, number), bytes);
        Ok(())
    }

    async fn recordings(&self, person: PersonId) -> Result<Vec<Recording>, StoreError> {
        let kept = self.kept.borrow();
        let own = kept.recordings.values().filter(|own| own.by == person);
        Ok(own.cloned().collect())
    }

    async fn parts(&self, person: PersonId, recording: Uuid) -> Result<Vec<Vec<u8>>, StoreError> {
        let kept = self.kept.borrow();
        let numbers = (person, recording, 0)..=(person, recording, u32::MAX);
        Ok(kept
            .parts
            .range(numbers)
            .map(|(_, part)| part.clone())
            .collect())
    }

    async fn forget_recording(&self, person: PersonId, recording: Uuid) -> Result<(), StoreError> {
        self.kept.borrow_mut().forget(person, recording);
        Ok(())
    }
}
