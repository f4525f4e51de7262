//! Photos, by the SHA-256 of their bytes.

use std::path::Path;

use bytes::Bytes;
use domain::record::Hash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};

#[derive(Debug, thiserror::Error)]
pub enum StorePhotoError {
    /// The bytes are not those the name says; they arrived damaged, or the name is wrong.
    #[error("the bytes hash to {found}")]
    HashDiffers { found: Hash },
    #[error("not a JPEG, PNG or WebP picture")]
    NotAPhoto,
    #[error("the photo store failed: {0}")]
    Store(#[from] object_store::Error),
}

pub struct PhotoStore {
    objects: Box<dyn ObjectStore>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    New,
    Known,
}

/// What the first bytes say a picture is.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

impl PhotoStore {
    /// Photos in a folder of this machine.
    pub fn open(folder: &Path) -> Result<PhotoStore, object_store::Error> {
        Ok(PhotoStore {
            objects: Box::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)),
        })
    }

    pub async fn put(&self, name: Hash, bytes: Bytes) -> Result<Stored, StorePhotoError> {
        let found = Hash::of(&bytes);
        if found != name {
            return Err(StorePhotoError::HashDiffers { found });
        }
        if media_type(&bytes).is_none() {
            return Err(StorePhotoError::NotAPhoto);
        }
        let once = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self.objects.put_opts(&key(name), bytes.into(), once).await {
            Ok(_) => Ok(Stored::New),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(Stored::Known),
            Err(error) => Err(error.into()),
        }
    }

    pub async fn get(&self, name: Hash) -> Result<Option<Bytes>, object_store::Error> {
        match self.objects.get(&key(name)).await {
            Ok(found) => found.bytes().await.map(Some),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Which of these have arrived.
    pub async fn present(&self, names: Vec<String>) -> Vec<String> {
        let mut present = Vec::new();
        for name in names {
            if let Ok(hash) = name.parse()
                && self.objects.head(&key(hash)).await.is_ok()
            {
                present.push(name);
            }
        }
        present
    }
}

/// Two digits of folder keep folders small.
fn key(name: Hash) -> Key {
    let name = name.to_string();
    Key::from(format!("{}/{name}", &name[..2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_photo_is_what_its_name_says_or_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let photos = PhotoStore::open(folder.path()).unwrap();
        let bytes = Bytes::from_static(&[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]);
        let name = Hash::of(&bytes);
        assert!(photos.get(name).await.unwrap().is_none());
        assert_eq!(photos.put(name, bytes.clone()).await.unwrap(), Stored::New);
        assert_eq!(
            photos.put(name, bytes.clone()).await.unwrap(),
            Stored::Known
        );
        assert_eq!(photos.get(name).await.unwrap(), Some(bytes.clone()));
        assert_eq!(
            photos
                .present(vec![name.to_string(), "0".repeat(64), "../x".into()])
                .await,
            vec![name.to_string()]
        );
        let other = Hash::of(b"other");
        assert!(
            matches!(photos.put(other, bytes).await, Err(StorePhotoError::HashDiffers { found }) if found == name)
        );
        let script = Bytes::from_static(b"<svg onload=alert(1)>");
        assert!(matches!(
            photos.put(Hash::of(&script), script).await,
            Err(StorePhotoError::NotAPhoto)
        ));
    }
}
