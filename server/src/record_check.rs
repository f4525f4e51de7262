//! Whether a record is what was recorded: each event follows the one before it, and what comes from an enrolled tablet was signed by it.

use std::collections::BTreeMap;

use domain::Event;
use domain::device::{BatchSignature, DeviceEvent, DeviceKey};
use domain::id::DeviceId;
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
}

/// A record as far as it was gone through.
pub struct RecordCheck {
    last: (u64, Hash),
    keys: BTreeMap<DeviceId, DeviceKey>,
    /// What enrolled tablets sent and the signature has yet to come for, by its place in the record.
    waiting: BTreeMap<u64, (DeviceId, Hash)>,
    signed: u64,
}

impl Default for RecordCheck {
    fn default() -> RecordCheck {
        RecordCheck {
            last: (0, Hash::ZERO),
            keys: BTreeMap::new(),
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
        match (authored.stream(), authored.event()) {
            (Some(stream), Ok(Event::Device(event))) => {
                self.device(DeviceId(stream.id), event, recorded.position)
            }
            // It is held whether or not it is signed: nobody takes it for the tablet's.
            (Some(stream), _) if stream.kind == StreamKind::Held => Ok(()),
            _ => {
                let device = authored
                    .device
                    .filter(|device| self.keys.contains_key(device));
                if let Some(device) = device {
                    let waiting = (device, authored_hash(authored));
                    self.waiting.insert(recorded.position, waiting);
                }
                Ok(())
            }
        }
    }

    fn device(
        &mut self,
        device: DeviceId,
        event: DeviceEvent,
        position: u64,
    ) -> Result<(), RecordFault> {
        match event {
            DeviceEvent::Enrolled { key, .. } => {
                self.keys.insert(device, key);
                Ok(())
            }
            DeviceEvent::Signed { events, signature } => self
                .batch(device, &events, &signature)
                .ok_or(RecordFault::Signature { position, device }),
            DeviceEvent::Revoked { .. } => Ok(()),
        }
    }

    fn batch(
        &mut self,
        device: DeviceId,
        events: &[Hash],
        signature: &BatchSignature,
    ) -> Option<()> {
        let bytes = batch_bytes(device, events.iter().copied());
        if !is_signed(self.keys.get(&device)?, &bytes, signature) {
            return None;
        }
        let before = self.waiting.len();
        self.waiting
            .retain(|_, (from, hash)| *from != device || !events.contains(hash));
        self.signed += (before - self.waiting.len()) as u64;
        Some(())
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
