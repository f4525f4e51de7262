//! The files a form names.

use std::collections::BTreeMap;

/// Contents of files by the URL the form names them with (`jr://file-csv/bodies.csv`), or by their bare name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachments(pub BTreeMap<String, Vec<u8>>);

impl Attachments {
    /// The file a form names.
    pub(crate) fn find(&self, url: &str) -> Option<&[u8]> {
        let name = url.rsplit('/').next().unwrap_or(url);
        self.0
            .get(url)
            .or_else(|| self.0.get(name))
            .map(Vec::as_slice)
    }
}
