//! A list as a file: read part by part from one state of the database, and written part by part, so that a list of any length takes the
//! memory of one part. The file is whole on disk before anybody is sent a byte of it: whoever downloads slowly keeps no database busy,
//! and what goes wrong is told instead of sent by halves.

use std::fs::File;
use std::path::Path;

use app::list::{Asked, EXPORT_LIMIT};
use domain::Language;

use crate::read::Reader;
use crate::read::list::{Rows, Wanted};
use crate::sheet::{Kind, Sheet, SheetWriter, WriteSheetError};
use crate::store::StoreError;

/// Rows in memory at a time.
pub const PART: u64 = 2_000;

/// Files that are written at a time; who asks for another waits.
pub const AT_ONCE: usize = 2;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no such list")]
    UnknownList,
    /// More than [`EXPORT_LIMIT`].
    #[error("the list has {total} rows")]
    TooManyRows { total: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sheet(#[from] WriteSheetError),
    #[error("writing the file panicked")]
    Panicked,
}

/// The list of this name, as the reader sees it: the same filter, order, columns and scope as on its page, all pages of it. The file
/// stands at its beginning.
pub async fn export(
    reader: Reader,
    list: &str,
    kind: Kind,
    asked: &Asked,
    language: Language,
    folder: &Path,
) -> Result<File, ExportError> {
    let snapshot = reader.database.snapshot().await?;
    let reader = Reader {
        database: snapshot.clone(),
        ..reader
    };
    let written = write(&reader, list, kind, asked, language, folder, PART).await;
    snapshot.close().await;
    written
}

async fn write(
    reader: &Reader,
    list: &str,
    kind: Kind,
    asked: &Asked,
    language: Language,
    folder: &Path,
    part: u64,
) -> Result<File, ExportError> {
    let mut writer = None;
    let mut first = 0;
    loop {
        let rows = Rows::Part {
            first,
            length: part,
        };
        let wanted = Wanted {
            asked,
            language,
            rows,
        };
        let (sheet, total) = reader
            .sheet(list, wanted)
            .await?
            .ok_or(ExportError::UnknownList)?;
        if total > EXPORT_LIMIT {
            return Err(ExportError::TooManyRows { total });
        }
        let read = sheet.rows.len() as u64;
        writer = Some(write_part(writer, kind, sheet, folder).await?);
        first += read;
        if read < part {
            break;
        }
    }
    let writer = writer.ok_or(ExportError::UnknownList)?;
    blocking(move || writer.finish()).await
}

/// Begins the file with the first part.
async fn write_part(
    writer: Option<SheetWriter>,
    kind: Kind,
    sheet: Sheet,
    folder: &Path,
) -> Result<SheetWriter, ExportError> {
    let folder = folder.to_owned();
    blocking(move || {
        let mut writer = match writer {
            Some(writer) => writer,
            None => SheetWriter::begin(kind, &sheet, &folder)?,
        };
        writer.write(&sheet.rows)?;
        Ok(writer)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WriteSheetError> + Send + 'static,
) -> Result<T, ExportError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| ExportError::Panicked)??)
}

#[cfg(test)]
mod tests;
