//! Photos, and accounts with photos, as evidence.

use json::FromJson;
use serde::{Deserialize, Serialize};

use super::refusal::{FindingRefusal, PlanField};
use crate::facts::Context;
use crate::instant::Instant;
use crate::wording::{self, ACCOUNT_LIMIT};

/// SHA-256 of a photo's bytes, in 64 lower-case hexadecimal digits: its name everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct PhotoHash(pub String);

impl PhotoHash {
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 64
            && self
                .0
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Photo {
    pub hash: PhotoHash,
    pub taken_at: Instant,
}

/// Photos in one act.
pub const PHOTO_LIMIT: usize = 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    pub account: String,
    pub photos: Vec<Photo>,
}

/// Whether each of them has a name of the right shape, and none stands twice.
pub(crate) fn are_named(photos: &[Photo]) -> bool {
    let mut hashes: Vec<&PhotoHash> = photos.iter().map(|photo| &photo.hash).collect();
    hashes.sort_unstable();
    let twice = hashes.windows(2).any(|pair| pair[0] == pair[1]);
    !twice && hashes.iter().all(|hash| hash.is_well_formed())
}

/// Not too many in one act, each with a name of the right shape, none used before in whatever finding.
pub(super) fn check_photos<'a>(
    photos: impl Iterator<Item = &'a Photo>,
    context: &Context<'_>,
) -> Result<(), FindingRefusal> {
    let photos: Vec<&Photo> = photos.collect();
    if photos.len() > PHOTO_LIMIT {
        return Err(FindingRefusal::TooManyPhotos { limit: PHOTO_LIMIT });
    }
    for (index, photo) in photos.iter().enumerate() {
        if !photo.hash.is_well_formed() {
            return Err(FindingRefusal::PhotoHashMalformed);
        }
        let repeated = photos[..index]
            .iter()
            .any(|earlier| earlier.hash == photo.hash);
        if repeated || context.facts.photo_seen(&photo.hash) {
            return Err(FindingRefusal::PhotoSeenBefore(photo.hash.clone()));
        }
    }
    Ok(())
}

/// An account and at least one photo, every one taken later than each of `after`, or else what the latest of them says: a photo taken
/// anew is then after them all.
pub(super) fn check_evidence(
    evidence: &Evidence,
    after: impl IntoIterator<Item = (Instant, FindingRefusal)>,
) -> Result<(), FindingRefusal> {
    require(PlanField::Account, &evidence.account)?;
    if evidence.photos.is_empty() {
        return Err(FindingRefusal::PhotoMissing);
    }
    let earliest = evidence.photos.iter().map(|photo| photo.taken_at).min();
    let latest = after.into_iter().max_by_key(|(after, _)| *after);
    match latest {
        Some((after, early)) if earliest <= Some(after) => Err(early),
        _ => Ok(()),
    }
}

pub(super) fn require(field: PlanField, text: &str) -> Result<(), FindingRefusal> {
    wording::require(text, ACCOUNT_LIMIT).map_err(|refusal| FindingRefusal::Field(field, refusal))
}

pub(super) fn allow(field: PlanField, text: &str) -> Result<(), FindingRefusal> {
    wording::allow(text, ACCOUNT_LIMIT).map_err(|refusal| FindingRefusal::Field(field, refusal))
}
