//! Files that go with notices, reports and materials, by the SHA-256 of their bytes; beside the photos, and kept like them.

use std::path::Path;

use bytes::Bytes;
use domain::attachment::{Attachment, FileKind};
use domain::record::Hash;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};

use crate::photo;

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

/// What a file's bytes say it is.
///
/// # Errors
/// [`StoreFileError::UnknownKind`] or [`StoreFileError::Macros`].
pub fn kind_of(bytes: &[u8]) -> Result<FileKind, StoreFileError> {
    if bytes.starts_with(b"%PDF-") {
        return Ok(FileKind::Pdf);
    }
    match photo::media_type(bytes) {
        Some("image/jpeg") => return Ok(FileKind::Jpeg),
        Some("image/png") => return Ok(FileKind::Png),
        Some("image/webp") => return Ok(FileKind::Webp),
        _ => {}
    }
    if bytes.starts_with(b"PK\x03\x04") {
        // Names of parts stand in a ZIP file as they are.
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
        if holds(b"vbaProject.bin") {
            return Err(StoreFileError::Macros);
        }
        if holds(b"word/document.xml") {
            return Ok(FileKind::Word);
        }
        if holds(b"xl/workbook.xml") {
            return Ok(FileKind::Excel);
        }
        return Err(StoreFileError::UnknownKind);
    }
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| {
        let no_controls = |character: char| {
            !character.is_control() || matches!(character, '\n' | '\r' | '\t' | '\u{FEFF}')
        };
        // What a browser could take for a page is no text.
        let beginning = text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']);
        !beginning.is_empty() && !beginning.starts_with('<') && text.chars().all(no_controls)
    });
    if is_text {
        Ok(FileKind::Text)
    } else {
        Err(StoreFileError::UnknownKind)
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

/// Twenty megabytes are hashed and looked through where nobody else waits for it.
async fn blocking<Found: Send + 'static>(
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

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, expected) in [
            (&b"%PDF-1.7\n%\xE2\xE3"[..], Some(FileKind::Pdf)),
            (b"\xFF\xD8\xFF\xE0", Some(FileKind::Jpeg)),
            (b"PK\x03\x04....word/document.xml", Some(FileKind::Word)),
            (b"PK\x03\x04....xl/workbook.xml", Some(FileKind::Excel)),
            (b"PK\x03\x04....xl/workbook.xml..xl/vbaProject.bin", None),
            (b"PK\x03\x04....classes.dex", None),
            ("姓名,单位\n某人,某院\n".as_bytes(), Some(FileKind::Text)),
            (b"  \n<html><script>", None),
            (b"\xEF\xBB\xBF<svg>", None),
            (b"MZ\x90\x00", None),
            (b"#!/bin/sh\0", None),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes).ok(), expected, "{bytes:?}");
        }
    }

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
