//! Whether a record is what was recorded: each event follows the one before it, of what a tablet sent nothing is missing before its last,
//! and what comes from an enrolled one was signed by it.

use std::collections::BTreeMap;

use domain::Event;
use domain::device::{BatchEvent, BatchSignature, Device, DeviceEvent};
use domain::id::{DeviceId, PersonId};
use domain::record::{
    ChainBreak, Hash, Recorded, StreamKind, authored_hash, batch_bytes, verify_next,
};

use crate::device_signature::is_signed;

/// The first thing that is wrong with a record.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    #[error(transparent)]
    Chain(#[from] ChainBreak),
    #[error("event {position} is a signature of tablet {device} that is not of its key")]
    Signature { position: u64, device: DeviceId },
    #[error("event {position} is said to come from tablet {device}, which did not sign it")]
    Unsigned { position: u64, device: DeviceId },
    #[error("something that tablet {device} sent before event {position} is not there")]
    Gap { position: u64, device: DeviceId },
    #[error("event {position} gives tablet {device} another key")]
    OtherKey { position: u64, device: DeviceId },
    #[error("event {position} is of tablet {device} after it was revoked")]
    Revoked { position: u64, device: DeviceId },
}

/// A record as far as it was gone through.
pub struct RecordCheck {
    last: (u64, Hash),
    devices: BTreeMap<DeviceId, Device>,
    /// The last number of each person's sequence on each tablet.
    sequences: BTreeMap<(PersonId, DeviceId), u64>,
    /// What enrolled tablets sent and the signature has yet to come for, by its place in the record.
    waiting: BTreeMap<u64, (DeviceId, Hash)>,
    signed: u64,
}

impl Default for RecordCheck {
    fn default() -> RecordCheck {
        RecordCheck {
            last: (0, Hash::ZERO),
            devices: BTreeMap::new(),
            sequences: BTreeMap::new(),
            waiting: BTreeMap::new(),
            signed: 0,
        }
    }
}

impl RecordCheck {
    /// Place and hash of the last event.
    pub const fn last(&self) -> (u64, Hash) {
        self.last
    }

    /// How many events the signatures of their tablets were found to be of.
    pub const fn signed(&self) -> u64 {
        self.signed
    }

    /// Goes on by the next event.
    ///
    /// # Errors
    /// See [`RecordFault`].
    pub fn next(&mut self, recorded: &Recorded) -> Result<(), RecordFault> {
        verify_next(self.last, recorded)?;
        self.last = (recorded.position, recorded.hash);
        let authored = &recorded.authored;
        if let (Some(device), Some(sequence)) = (authored.device, authored.device_sequence) {
            let position = recorded.position;
            let last = self.sequences.entry((authored.actor, device)).or_default();
            if sequence != *last + 1 {
                return Err(RecordFault::Gap { position, device });
            }
            *last = sequence;
        }
        match (authored.stream(), authored.event()) {
            (Some(stream), Ok(Event::Device(event))) if stream.kind == StreamKind::Device => {
                self.device(DeviceId(stream.id), &event, recorded.position)
            }
            (Some(stream), Ok(Event::Batch(BatchEvent::Signed { events, signature })))
                if stream.kind == StreamKind::Batch =>
            {
                let from = (DeviceId(stream.id), recorded.position);
                self.batch(from, &events, &signature)
            }
            // It is held whether or not it is signed: nobody takes it for the tablet's.
            (Some(stream), _) if stream.kind == StreamKind::Held => Ok(()),
            _ => {
                let device = authored.device.filter(|device| self.is_enrolled(*device));
                if let Some(device) = device {
                    let waiting = (device, authored_hash(authored));
                    self.waiting.insert(recorded.position, waiting);
                }
                Ok(())
            }
        }
    }

    fn is_enrolled(&self, device: DeviceId) -> bool {
        let known = self.devices.get(&device);
        known.is_some_and(|known| known.enrolment.is_some())
    }

    fn device(
        &mut self,
        device: DeviceId,
        event: &DeviceEvent,
        position: u64,
    ) -> Result<(), RecordFault> {
        let state = self.devices.entry(device).or_default();
        if let (Some(known), DeviceEvent::Enrolled { key, .. }) = (&state.enrolment, event)
            && known.key != *key
        {
            return Err(RecordFault::OtherKey { position, device });
        }
        state.evolve(event);
        Ok(())
    }

    fn batch(
        &mut self,
        (device, position): (DeviceId, u64),
        events: &[Hash],
        signature: &BatchSignature,
    ) -> Result<(), RecordFault> {
        let state = self.devices.get(&device);
        let bytes = batch_bytes(device, events.iter().copied());
        match state.and_then(|state| state.enrolment.as_ref()) {
            Some(known) if is_signed(&known.key, &bytes, signature) => {}
            _ => return Err(RecordFault::Signature { position, device }),
        }
        if state.is_some_and(|state| state.revoked) {
            return Err(RecordFault::Revoked { position, device });
        }
        let before = self.waiting.len();
        self.waiting
            .retain(|_, (from, hash)| *from != device || !events.contains(hash));
        self.signed += (before - self.waiting.len()) as u64;
        Ok(())
    }

    /// # Errors
    /// [`RecordFault::Unsigned`] of the first event whose tablet did not sign it.
    pub fn end(&self) -> Result<(), RecordFault> {
        match self.waiting.first_key_value() {
            Some((position, (device, _))) => Err(RecordFault::Unsigned {
                position: *position,
                device: *device,
            }),
            None => Ok(()),
        }
    }
}
