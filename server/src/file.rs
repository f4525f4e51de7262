//! Files that go with notices, reports and materials, by the SHA-256 of their bytes; beside the photos, and kept like them.

use std::path::Path;

use bytes::Bytes;
use domain::attachment::{Attachment, FileKind};
use domain::media::{Media, MediaRefusal};
use domain::record::Hash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};

use crate::photo::blocking;

#[derive(Debug, thiserror::Error)]
pub enum StoreFileError {
    /// The bytes are not those the name says; they arrived damaged, or the name is wrong.
    #[error("the bytes hash to {found}")]
    HashDiffers { found: Hash },
    #[error("a kind of file that is not taken")]
    UnknownKind,
    /// Word and Excel files may carry programs; such are not taken.
    #[error("the file carries macros")]
    Macros,
    #[error("the file store failed: {0}")]
    Store(#[from] object_store::Error),
}

pub struct FileStore {
    objects: Box<dyn ObjectStore>,
}

/// What a file's bytes say it is, of what goes with papers.
fn kind_of(bytes: &[u8]) -> Result<FileKind, StoreFileError> {
    match Media::of(bytes) {
        Ok(Media::File(kind)) => Ok(kind),
        Err(MediaRefusal::Macros) => Err(StoreFileError::Macros),
        Ok(Media::Sound(_) | Media::Film(_)) | Err(_) => Err(StoreFileError::UnknownKind),
    }
}

impl FileStore {
    /// Files in a folder of this machine.
    pub fn open(folder: &Path) -> Result<FileStore, object_store::Error> {
        Ok(FileStore {
            objects: Box::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)),
        })
    }

    /// Keeps a file under its name and tells what it is.
    pub async fn put(&self, name: Hash, bytes: Bytes) -> Result<FileKind, StoreFileError> {
        let looked_at = bytes.clone();
        let kind = blocking(move || {
            let found = Hash::of(&looked_at);
            if found != name {
                return Err(StoreFileError::HashDiffers { found });
            }
            kind_of(&looked_at)
        })
        .await??;
        let once = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self.objects.put_opts(&key(name), bytes.into(), once).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(kind),
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

    /// Whether an attachment is here and is what is said of it.
    pub async fn is_as_said(&self, attachment: &Attachment) -> Result<bool, object_store::Error> {
        let Some(bytes) = self.get(attachment.hash).await? else {
            return Ok(false);
        };
        if u64::try_from(bytes.len()).ok() != Some(attachment.bytes) {
            return Ok(false);
        }
        let kind = blocking(move || kind_of(&bytes)).await?;
        Ok(kind.is_ok_and(|kind| kind == attachment.kind))
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
    async fn a_file_is_kept_under_its_own_name_only() {
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let bytes = Bytes::from_static(b"%PDF-1.7 the notice");
        let name = Hash::of(&bytes);
        let attachment = Attachment {
            hash: name,
            name: "通知.pdf".into(),
            kind: FileKind::Pdf,
            bytes: 19,
        };
        assert!(!files.is_as_said(&attachment).await.unwrap());
        for _ in 0..2 {
            assert_eq!(files.put(name, bytes.clone()).await.unwrap(), FileKind::Pdf);
        }
        assert_eq!(files.get(name).await.unwrap(), Some(bytes.clone()));
        assert!(files.is_as_said(&attachment).await.unwrap());
        for wrong in [
            Attachment {
                bytes: 18,
                ..attachment.clone()
            },
            Attachment {
                kind: FileKind::Word,
                ..attachment.clone()
            },
        ] {
            assert!(!files.is_as_said(&wrong).await.unwrap(), "{wrong:?}");
        }
        assert!(matches!(
            files.put(Hash::of(b"other"), bytes).await,
            Err(StoreFileError::HashDiffers { found }) if found == name
        ));
    }
}
