//! The codes that hang, and hung, at an institution's entrance.

use app::api::view::{EntranceRead, EntranceView, PrintedCode};
use domain::Event;
use domain::body::BodyEvent;
use domain::entrance::{EntranceCode, KnownCode, judge};
use domain::id::{BodyId, InspectionId};
use domain::inspection::Submission;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::{Hash, Stream, StreamKind};

use super::Reader;
use crate::store::StoreError;
use crate::{entrance_code, qr};

/// A code that was made known.
struct Hung {
    /// None where the server has lost it.
    code: Option<EntranceCode>,
    since: Instant,
    until: Option<Instant>,
}

impl Reader {
    /// For who keeps the code of an institution; None to others, and of what has no entrance.
    pub async fn entrance(&self, id: BodyId) -> Result<Option<EntranceView>, StoreError> {
        let directory = &self.known.directory;
        let institution = directory
            .body(id)
            .filter(|body| body.kind.is_institution())
            .filter(|_| self.may(Act::KeepEntranceCode, &Place::Body(id)));
        let Some(body) = institution else {
            return Ok(None);
        };
        let last = self.hung(id).await?.pop();
        let printed = last.and_then(|last| {
            let code = last.code?;
            Some(PrintedCode {
                written: code.to_string(),
                since: last.since,
                picture: qr::picture(&code.scanned())?,
            })
        });
        Ok(Some(EntranceView {
            body: id,
            name: body.name.clone(),
            kind: body.kind,
            gone: !directory.is_active(id),
            digest: directory.entrance(id),
            code: printed,
        }))
    }

    /// What code a team read at a visit.
    pub(super) async fn entrance_read(
        &self,
        inspection: InspectionId,
        submission: &Submission,
    ) -> Result<Option<EntranceRead>, StoreError> {
        let Some(read) = submission.entrance else {
            return Ok(None);
        };
        let hung = self.hung(submission.target).await?;
        let known = hung.into_iter().filter_map(|Hung { code, until, .. }| {
            let code = code?;
            Some(KnownCode { code, until })
        });
        Ok(Some(EntranceRead {
            read,
            verdict: judge(&read, inspection, known),
        }))
    }

    /// In the order in which they were hung up.
    async fn hung(&self, id: BodyId) -> Result<Vec<Hung>, StoreError> {
        let stream = Stream {
            kind: StreamKind::Body,
            id: id.0,
        };
        let codes = entrance_code::of(&self.database, self.jurisdiction, id).await?;
        let mut hung: Vec<Hung> = Vec::new();
        for recorded in self.stream(stream.to_string()).await? {
            let Ok(Event::Body(BodyEvent::EntranceCodeSet { digest })) = recorded.authored.event()
            else {
                continue;
            };
            let (Hash(digest), since) = (digest, recorded.authored.occurred_at);
            if let Some(before) = hung.last_mut() {
                before.until = Some(since);
            }
            hung.push(Hung {
                code: codes.get(&digest).copied(),
                since,
                until: None,
            });
        }
        Ok(hung)
    }
}

#[cfg(test)]
mod tests;
