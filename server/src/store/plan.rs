//! Where the events of a batch go in the log.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::EventId;
use domain::record::Recorded;

use super::{Append, AppendRefusal, Claim, Head, Outcomes};

/// What must be known of the log to plan a batch, read after its head was locked.
#[derive(Debug, Default)]
pub struct Known {
    /// Of the batch's events, those in the log.
    pub ids: BTreeSet<EventId>,
    /// Versions of every stream the batch names; absent: no events.
    pub versions: BTreeMap<String, u64>,
    /// Where bodies, people, districts or levels changed last, if that is after what one of the batch saw ([`directory_seen`]).
    pub directory_changed: u64,
    /// Of the batch's claims, those that are taken.
    pub taken: BTreeSet<Claim>,
}

/// Gives each append its places after `head`, one after the other, or refuses it; later ones see what earlier ones did.
pub fn plan(mut head: Head, mut known: Known, batch: &[Append]) -> (Head, Outcomes) {
    let outcomes = batch
        .iter()
        .map(|append| {
            check(&known, append)?;
            known.taken.extend(append.claims.iter().cloned());
            let recorded = append
                .events
                .iter()
                .map(|authored| {
                    let version = known.versions.entry(authored.stream.clone()).or_insert(0);
                    *version += 1;
                    known.ids.insert(authored.id);
                    let recorded = Recorded::seal(
                        authored.clone(),
                        head.position + 1,
                        *version,
                        append.recorded_at,
                        head.hash,
                    );
                    if is_of_directory(&recorded.authored.stream) {
                        known.directory_changed = recorded.position;
                    }
                    head = Head {
                        position: recorded.position,
                        hash: recorded.hash,
                    };
                    recorded
                })
                .collect();
            Ok(recorded)
        })
        .collect();
    (head, outcomes)
}

fn check(known: &Known, append: &Append) -> Result<(), AppendRefusal> {
    let mut own = BTreeSet::new();
    if let Some(twice) = append
        .events
        .iter()
        .find(|event| known.ids.contains(&event.id) || !own.insert(event.id))
    {
        return Err(AppendRefusal::Duplicate(twice.id));
    }
    for (stream, expected) in &append.expected {
        let found = known.versions.get(stream).copied().unwrap_or(0);
        if found != *expected {
            return Err(AppendRefusal::StreamMoved {
                stream: stream.clone(),
                expected: *expected,
                found,
            });
        }
    }
    if let Some(seen) = append
        .directory_seen
        .filter(|seen| *seen < known.directory_changed)
    {
        return Err(AppendRefusal::DirectoryMoved {
            seen,
            changed: known.directory_changed,
        });
    }
    if let Some(taken) = append
        .claims
        .iter()
        .find(|claim| known.taken.contains(claim))
    {
        return Err(AppendRefusal::Taken(taken.clone()));
    }
    Ok(())
}

/// What the streams of bodies, people, districts and response levels begin with.
pub const DIRECTORY: [&str; 4] = ["body/", "person/", "jurisdiction/", "responseLevel/"];

pub fn is_of_directory(stream: &str) -> bool {
    DIRECTORY.iter().any(|start| stream.starts_with(start))
}

/// The least that anybody of a batch saw of the directory; None where nobody looked at it.
pub fn directory_seen(batch: &[Append]) -> Option<u64> {
    batch
        .iter()
        .filter_map(|append| append.directory_seen)
        .min()
}

/// The streams a batch names: those it writes to and those it expects.
pub fn streams(batch: &[Append]) -> Vec<String> {
    let named: BTreeSet<&String> = batch
        .iter()
        .flat_map(|append| {
            append
                .events
                .iter()
                .map(|event| &event.stream)
                .chain(append.expected.iter().map(|(stream, _)| stream))
        })
        .collect();
    named.into_iter().cloned().collect()
}

/// The keys a batch claims, by table.
pub fn claims(batch: &[Append]) -> BTreeMap<(&'static str, &'static str), Vec<String>> {
    let mut claims: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for claim in batch.iter().flat_map(|append| &append.claims) {
        claims
            .entry(claim.table)
            .or_default()
            .push(claim.key.clone());
    }
    claims
}

/// The ids of a batch's events.
pub fn ids(batch: &[Append]) -> Vec<EventId> {
    batch
        .iter()
        .flat_map(|append| append.events.iter().map(|event| event.id))
        .collect()
}
