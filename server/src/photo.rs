//! Photos, and what else is kept as evidence: recordings and documents; by the SHA-256 of their bytes.

use std::io::{self, Read as _, Seek as _};
use std::path::Path;

use bytes::Bytes;
use domain::media::{Media, MediaRefusal};
use domain::record::Hash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use sha2::{Digest as _, Sha256};

#[derive(Debug, thiserror::Error)]
pub enum StorePhotoError {
    /// The bytes are not those the name says; they arrived damaged, or the name is wrong.
    #[error("the bytes hash to {found}")]
    HashDiffers { found: Hash },
    /// Nothing that evidence is kept as.
    #[error("not a picture, a recording or a document")]
    NotTaken(MediaRefusal),
    #[error("the photo store failed: {0}")]
    Store(#[from] object_store::Error),
}

/// Bytes by which all but documents are known.
const BEGINNING: u64 = 64;

/// Bytes of a file that are in memory at once.
const COPIED_AT_ONCE: usize = 1024 * 1024;

pub struct PhotoStore {
    objects: Box<dyn ObjectStore>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    New,
    Known,
}

impl PhotoStore {
    /// Photos in a folder of this machine.
    pub fn open(folder: &Path) -> Result<PhotoStore, object_store::Error> {
        Ok(PhotoStore {
            objects: Box::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)),
        })
    }

    pub async fn put(&self, name: Hash, bytes: Bytes) -> Result<Stored, StorePhotoError> {
        let looked_at = bytes.clone();
        let (found, media) =
            blocking(move || (Hash::of(&looked_at), Media::of(&looked_at))).await?;
        if found != name {
            return Err(StorePhotoError::HashDiffers { found });
        }
        media.map_err(StorePhotoError::NotTaken)?;
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

    /// The same of a photo that lies in a file. Pictures and recordings are never held whole.
    pub async fn put_file(
        &self,
        name: Hash,
        mut file: std::fs::File,
    ) -> Result<Stored, StorePhotoError> {
        let looking =
            tokio::task::spawn_blocking(move || look_at(&mut file).map(|seen| (file, seen)));
        let looked = looking
            .await
            .map_err(|source| object_store::Error::JoinError { source })?;
        let (file, (found, media)) = looked.map_err(unread)?;
        if found != name {
            return Err(StorePhotoError::HashDiffers { found });
        }
        media.map_err(StorePhotoError::NotTaken)?;
        if self.length(name).await?.is_some() {
            return Ok(Stored::Known);
        }
        // Two that put the same photo write the same bytes.
        let mut upload = self.objects.put_multipart(&key(name)).await?;
        match copy(file, &mut *upload).await {
            Ok(()) => {
                upload.complete().await?;
                Ok(Stored::New)
            }
            Err(error) => {
                upload.abort().await?;
                Err(error.into())
            }
        }
    }

    /// Bytes of a photo, if it is here.
    pub async fn length(&self, name: Hash) -> Result<Option<u64>, object_store::Error> {
        match self.objects.head(&key(name)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Bytes of one that is here, of which there are as many.
    pub async fn part(
        &self,
        name: Hash,
        bytes: std::ops::Range<u64>,
    ) -> Result<Bytes, object_store::Error> {
        if bytes.is_empty() {
            return Ok(Bytes::new());
        }
        self.objects.get_range(&key(name), bytes).await
    }

    /// What one of so many bytes is that is here.
    pub async fn media(
        &self,
        name: Hash,
        length: u64,
    ) -> Result<Option<Media>, object_store::Error> {
        let beginning = self.part(name, 0..length.min(BEGINNING)).await?;
        if let Some(media) = Media::of_beginning(&beginning) {
            return Ok(Some(media));
        }
        let whole = self.part(name, 0..length).await?;
        blocking(move || Media::of(&whole).ok()).await
    }

    pub async fn get(&self, name: Hash) -> Result<Option<Bytes>, object_store::Error> {
        match self.objects.get(&key(name)).await {
            Ok(found) => found.bytes().await.map(Some),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Which of these have not arrived. A store that cannot say fails: nothing is to be sent again for its sake.
    pub async fn lacking(&self, names: Vec<Hash>) -> Result<Vec<Hash>, object_store::Error> {
        let mut lacking = Vec::new();
        for name in names {
            if self.length(name).await?.is_none() {
                lacking.push(name);
            }
        }
        Ok(lacking)
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

/// The hash of a file's bytes, and what it is.
fn look_at(file: &mut std::fs::File) -> io::Result<(Hash, Result<Media, MediaRefusal>)> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; COPIED_AT_ONCE];
    let mut beginning = None;
    loop {
        let read = read_piece(file, &mut piece)?;
        beginning.get_or_insert(Media::of_beginning(&piece[..read]));
        if read == 0 {
            break;
        }
        hasher.update(&piece[..read]);
    }
    let media = if let Some(media) = beginning.flatten() {
        Ok(media)
    } else {
        file.rewind()?;
        let mut whole = Vec::new();
        file.read_to_end(&mut whole)?;
        Media::of(&whole)
    };
    Ok((Hash(hasher.finalize().into()), media))
}

/// Copies a file from its beginning, piece by piece.
async fn copy(
    mut file: std::fs::File,
    upload: &mut dyn MultipartUpload,
) -> Result<(), object_store::Error> {
    file.rewind().map_err(unread)?;
    loop {
        let reading = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; COPIED_AT_ONCE];
            let read = read_piece(&mut file, &mut piece)?;
            piece.truncate(read);
            Ok((file, piece))
        });
        let read = reading
            .await
            .map_err(|source| object_store::Error::JoinError { source })?;
        let (rest, piece) = read.map_err(unread)?;
        if piece.is_empty() {
            return Ok(());
        }
        file = rest;
        upload.put_part(piece.into()).await?;
    }
}

/// Fills a piece, unless the file ends before.
fn read_piece(file: &mut std::fs::File, piece: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < piece.len() {
        match file.read(&mut piece[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

fn unread(error: io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "uploads",
        source: Box::new(error),
    }
}

/// Twenty megabytes are looked through where nobody else waits for it.
pub async fn blocking<Found: Send + 'static>(
    look: impl FnOnce() -> Found + Send + 'static,
) -> Result<Found, object_store::Error> {
    let looked = tokio::task::spawn_blocking(look).await;
    looked.map_err(|source| object_store::Error::JoinError { source })
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
        assert_eq!(
            photos.lacking(vec![name, other]).await.unwrap(),
            vec![other]
        );
        assert!(
            matches!(photos.put(other, bytes).await, Err(StorePhotoError::HashDiffers { found }) if found == name)
        );
        // Of a file that is larger than what is read at once, every byte.
        let mut large = vec![0xFF; COPIED_AT_ONCE * 2 + 17];
        large[1] = 0xD8;
        let path = folder.path().join("large");
        std::fs::write(&path, &large).unwrap();
        let open = || std::fs::File::open(&path).unwrap();
        let named = Hash::of(&large);
        assert!(
            matches!(photos.put_file(name, open()).await, Err(StorePhotoError::HashDiffers { found }) if found == named)
        );
        assert_eq!(photos.put_file(named, open()).await.unwrap(), Stored::New);
        assert_eq!(photos.put_file(named, open()).await.unwrap(), Stored::Known);
        assert_eq!(photos.get(named).await.unwrap().unwrap(), large);
        assert_eq!(
            photos.length(named).await.unwrap(),
            Some(large.len() as u64)
        );
        let script = Bytes::from_static(b"<svg onload=alert(1)>");
        assert!(matches!(
            photos.put(Hash::of(&script), script).await,
            Err(StorePhotoError::NotTaken(MediaRefusal::Unknown))
        ));
        // Of documents only the whole tells what they are.
        for (bytes, taken) in [
            ("消毒记录\n".repeat(200_000).into_bytes(), true),
            ([b"record\n".repeat(200_000), vec![0]].concat(), false),
        ] {
            std::fs::write(&path, &bytes).unwrap();
            let stored = photos.put_file(Hash::of(&bytes), open()).await;
            assert_eq!(stored.is_ok(), taken, "{stored:?}");
        }
    }
}
