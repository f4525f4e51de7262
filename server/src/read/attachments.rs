//! Which matters a file goes with: whoever may see one of them may fetch it.

use domain::attachment::{Attachment, FileKind};
use domain::id::{BodyId, MaterialId, NoticeId, TalkId};
use domain::record::{Hash, Stream, StreamKind};

use super::{Reader, count, parsed};
use crate::on_database;
use crate::store::StoreError;

const MATTERS: &str = "select stream, body, name, kind, bytes from attachment \
     where jurisdiction = $1 and file = $2 order by stream, body";

impl Reader {
    /// The file as the first matter names it that the viewer may see.
    pub async fn visible_attachment(&self, hash: Hash) -> Result<Option<Attachment>, StoreError> {
        let rows: Vec<(String, String, String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(MATTERS)
            .bind(self.own()).bind(hash.to_string()).fetch_all(pool).await?);
        for (stream, body, name, kind, bytes) in rows {
            let stream: Stream = parsed("stream", &stream, stream.parse().ok())?;
            let body: Option<BodyId> = body.parse().ok();
            if self.sees_matter(stream, body).await? {
                return Ok(Some(Attachment {
                    hash,
                    kind: parsed("kind of file", &kind, FileKind::from_code(&kind))?,
                    name,
                    bytes: count(bytes),
                }));
            }
        }
        Ok(None)
    }

    /// Whether the viewer may see what files go with; `body` is whose file it is, where that decides it.
    async fn sees_matter(&self, stream: Stream, body: Option<BodyId>) -> Result<bool, StoreError> {
        match stream.kind {
            StreamKind::Notice if body.is_none() => {
                Ok(self.notice_state(NoticeId(stream.id)).await?.is_some())
            }
            StreamKind::Talk => match body {
                Some(body) => self.hears(TalkId(stream.id), body).await,
                None => Ok(false),
            },
            StreamKind::Material => match body {
                Some(body) => self.sees_materials_of(MaterialId(stream.id), body).await,
                None => Ok(false),
            },
            _ => Ok(false),
        }
    }
}
