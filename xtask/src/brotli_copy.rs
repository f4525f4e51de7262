//! Brotli copies of the site's files, kept by content so that each is compressed once.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;

use crate::{digest, workspace::Profile};

/// Endings of files that are compressed already; a copy would only be larger.
const COMPRESSED: [&str; 9] = [
    ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".ico", ".woff2", ".br",
];
/// The widest window every browser accepts.
const WINDOW_BITS: i32 = 24;

/// A folder of copies made with one quality.
pub struct BrotliCopies {
    folder: PathBuf,
    quality: i32,
    used: BTreeSet<String>,
}

impl BrotliCopies {
    /// Opens the copies for `profile` below `folder`: small ones for a release, quick ones for development.
    pub fn open(folder: PathBuf, profile: Profile) -> Result<Self> {
        let quality = match profile {
            Profile::Dev => 5,
            Profile::Release => 11,
        };
        let folder = folder.join(quality.to_string());
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        Ok(Self {
            folder,
            quality,
            used: BTreeSet::new(),
        })
    }

    /// The compressed `content` of the file called `name`, or nothing when a copy is not worth having.
    pub fn of(&mut self, name: &str, content: &[u8]) -> Result<Option<Vec<u8>>> {
        if COMPRESSED.iter().any(|ending| name.ends_with(ending)) {
            return Ok(None);
        }
        let key = digest::hex(content);
        let path = self.folder.join(&key);
        self.used.insert(key);
        let copy = if let Ok(kept) = fs::read(&path) {
            kept
        } else {
            let made = compress(content, self.quality)?;
            fs::write(&path, &made).with_context(|| format!("writing {}", path.display()))?;
            made
        };
        Ok((copy.len() < content.len()).then_some(copy))
    }

    /// Removes the copies nobody asked for since they were opened.
    pub fn forget_unused(self) -> Result<()> {
        for entry in fs::read_dir(&self.folder)
            .with_context(|| format!("listing {}", self.folder.display()))?
        {
            let entry = entry.with_context(|| format!("listing {}", self.folder.display()))?;
            if !entry
                .file_name()
                .to_str()
                .is_some_and(|name| self.used.contains(name))
            {
                fs::remove_file(entry.path())
                    .with_context(|| format!("removing {}", entry.path().display()))?;
            }
        }
        Ok(())
    }
}

/// `content` in Brotli of `quality` 0 to 11.
pub fn compress(content: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality,
        lgwin: WINDOW_BITS,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)
        .context("compressing with Brotli")?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_made_where_it_saves_and_decompresses_to_the_original() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = "checklist ".repeat(500).into_bytes();
        for (name, content, worthwhile) in [
            ("a.css", text.as_slice(), true),
            ("a.png", text.as_slice(), false),
            ("empty.txt", b"".as_slice(), false),
            ("tiny.js", b"1".as_slice(), false),
        ] {
            // Given a fresh cache, when a copy is asked for twice, made and then kept
            for _ in 0..2 {
                let mut copies =
                    BrotliCopies::open(folder.path().to_owned(), Profile::Dev).expect("a cache");
                let copy = copies.of(name, content).expect("compressed");
                // Then it is there only where it is smaller, and holds the same bytes
                assert_eq!(copy.is_some(), worthwhile, "{name}");
                if let Some(copy) = copy {
                    let mut plain = Vec::new();
                    brotli::BrotliDecompress(&mut copy.as_slice(), &mut plain)
                        .expect("decompressed");
                    assert_eq!(plain, content, "{name}");
                }
            }
        }
    }

    #[test]
    fn only_copies_in_use_are_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let open =
            || BrotliCopies::open(folder.path().to_owned(), Profile::Release).expect("a cache");
        // Given two kept copies
        let mut copies = open();
        for content in ["first ".repeat(50), "second ".repeat(50)] {
            copies.of("a.css", content.as_bytes()).expect("compressed");
        }
        copies.forget_unused().expect("both kept");
        let kept = || {
            fs::read_dir(folder.path().join("11"))
                .expect("a folder")
                .count()
        };
        assert_eq!(kept(), 2);
        // When a run asks for one of them only
        let mut copies = open();
        copies
            .of("a.css", "first ".repeat(50).as_bytes())
            .expect("kept");
        copies.forget_unused().expect("one removed");
        // Then the other is gone
        assert_eq!(kept(), 1);
    }
}
