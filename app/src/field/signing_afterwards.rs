//! Signing afterwards, on a tablet of one's own, what somebody else handed in: the list of what is to be signed, and the sheet under the
//! record.

use std::sync::Arc;

use domain::id::{AssignmentId, InspectionId};
use domain::inspection::InspectionCommand;
use domain::signature::{Signed, SignedAfterwards, record_hash};
use domain::{Command, Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::browser::focus_on;
use super::drawing::SigningSheet;
use super::icon::{Icon, IconName};
use super::piece::{Piece, Pieces as _};
use super::sheet::Content;
use super::tablet::{RecordError, Tablet, tablet};
use super::visit_state::outgoing;
use crate::clock::instant_text;
use crate::i18n::{language, said, told};
use crate::local_store::{DraftChange, PhotoFate, PhotoRecord};
use crate::widgets::drawn::Drawn;

/// Where on the record's page it is signed.
pub const SIGN_HERE: &str = "sign-afterwards";

/// How many of the list are shown before somebody asks for the others.
const SHOWN: usize = 3;

/// What whoever works here has yet to sign: nothing they fill in themselves, or whose record is being settled by a person.
pub fn to_sign(tablet: Tablet) -> Vec<AssignmentId> {
    let Some(me) = tablet.me() else {
        return Vec::new();
    };
    let outgoing = tablet
        .outbox
        .with(|outbox| tablet.photos.with(|photos| outgoing(outbox, photos)));
    let mut visits = tablet.facts.with(|facts| facts.to_sign(me.person));
    tablet.drafts.with(|drafts| {
        visits.retain(|id| {
            let is_settled = outgoing.get(id).is_none_or(|visit| visit.attention == 0);
            is_settled && !drafts.contains_key(&InspectionId::of(*id))
        });
    });
    visits
}

#[component]
pub fn ToSign() -> Piece {
    let tablet = tablet();
    let visits = Memo::new(move |_| to_sign(tablet));
    view! {
        {move || {
            let visits = visits.get();
            (!visits.is_empty()).then(|| list(tablet, &visits))
        }}
    }
}

fn list(tablet: Tablet, visits: &[AssignmentId]) -> Piece {
    let (first, others) = visits.split_at(visits.len().min(SHOWN));
    let count = others.len();
    let lines = |visits: &[AssignmentId]| {
        let lines = visits.iter().map(|id| line(tablet, *id));
        lines.collect::<Vec<_>>().into_iter().pieces()
    };
    view! {
        <section class="card" data-test="to-sign">
            <h2>{said(Text::new("待您签字", "To be signed by you"))}</h2>
            <p class="hint">{said(Text::new(
                "检查时您在场，提交时您还没有签字。",
                "You were there, and had not signed when it was handed in.",
            ))}</p>
            <ul class="sync">{lines(first)}</ul>
            {(count > 0).then(|| view! {
                <details>
                    <summary>{move || say!(language(), "更早的 {count} 份", "Earlier: {count}")}</summary>
                    <ul class="sync">{lines(others)}</ul>
                </details>
            })}
        </section>
    }
}

fn line(tablet: Tablet, id: AssignmentId) -> Piece {
    let known = tablet.facts.with_untracked(|facts| {
        let submitted = facts
            .facts()
            .inspection(InspectionId::of(id))
            .submitted
            .as_ref()?;
        let body = facts.body_name(submitted.submission.target);
        Some((body, submitted.at, facts.person_name(submitted.by)))
    });
    let Some((body, at, by)) = known else {
        return Piece::default();
    };
    view! {
        <li data-test="to-sign-line">
            <div>
                <strong>{told(&body)}</strong>
                <p>{told(&by)}" · "{move || {
                    let at = instant_text(at, &tablet.time_zone(), language());
                    say!(language(), "{at} 提交", "Submitted {at}")
                }}</p>
            </div>
            <a class="button" data-kind="primary" href=format!("/field/inspections/{id}")>
                <Icon name=IconName::Pencil/>{said(Text::new("查看并签字", "Read and sign"))}
            </a>
        </li>
    }
}

/// What became of the signature of whoever works here under a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Signature {
    /// They were not there, or cannot sign it now.
    NotAsked,
    /// It is theirs to sign; false while what it says was found has not all arrived here.
    Wanted {
        readable: bool,
    },
    Afterwards(Signed),
}

/// How far it is with the signature of whoever works here under the record of a visit.
pub fn signature_of_mine(tablet: Tablet, id: InspectionId) -> Signature {
    let Some(me) = tablet.me() else {
        return Signature::NotAsked;
    };
    let attention = tablet.outbox.with(|outbox| {
        let visits = outgoing(outbox, &[]);
        visits
            .get(&id.assignment())
            .is_some_and(|visit| visit.attention > 0)
    });
    tablet.facts.with(|facts| {
        let inspection = facts.facts().inspection(id);
        if let Some(signed) = inspection.signed_afterwards.get(&me.person) {
            return Signature::Afterwards(signed.clone());
        }
        if attention || !facts.awaits_signature(id, me.person) {
            return Signature::NotAsked;
        }
        let (_, readable) = facts.found_in(id);
        Signature::Wanted { readable }
    })
}

/// Under a record: the sheet for whoever was there and has not signed it, and what became of it.
#[component]
pub fn SignAfterwards(id: InspectionId, mine: Memo<Signature>) -> Piece {
    view! {
        {move || match mine.get() {
            Signature::NotAsked => Piece::default(),
            Signature::Afterwards(signed) => view! {
                <section class="card" id=SIGN_HERE tabindex="-1" data-test=SIGN_HERE>
                    <p role="status"><Icon name=IconName::Check/>" "{move || {
                        let at = instant_text(signed.at, &tablet().time_zone(), language());
                        say!(language(), "您已于 {at} 补签。", "You signed this on {at}.")
                    }}</p>
                </section>
            },
            Signature::Wanted { readable } => view! { <Wanted id readable/> },
        }}
    }
}

#[component]
fn Wanted(id: InspectionId, readable: bool) -> Piece {
    let tablet = tablet();
    let heading = format!("{SIGN_HERE}-heading");
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Arc<RecordError>>);
    let signs = Callback::new(move |content: Content| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let outcome = sign(tablet, id, content).await;
            let _ = busy.try_set(false);
            match outcome {
                // The sheet is gone: what became of it is in its place.
                Ok(()) => focus_on(SIGN_HERE.to_owned()),
                Err(error) => drop(failure.try_set(Some(Arc::new(error)))),
            }
        });
    });
    view! {
        <section class="card" id=SIGN_HERE tabindex="-1" data-test=SIGN_HERE>
            <h2 id=heading.clone()>{said(Text::new("您的签字", "Your signature"))}</h2>
            {if readable {
                view! {
                    <p class="hint">{said(Text::new(
                        "签的是上面这份记录。没有网络也可以签，联网后自动发送。",
                        "What you sign is the record above. You can sign without a network; it is sent once there is one.",
                    ))}</p>
                    {move || failure.get().map(|error| view! {
                        <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{move || error.text(language())}</p>
                    })}
                    <SigningSheet heading busy signs/>
                }
            } else {
                view! {
                    <p class="hint" role="status"><Icon name=IconName::TriangleAlert/>{said(Text::new(
                        "这份记录中的问题还没有全部到达本机，请联网后再签字。",
                        "Not all findings of this record have reached this tablet; connect to the network before you sign.",
                    ))}</p>
                }
            }}
        </section>
    }
}

/// Signs what was handed in with what is on the sheet; event and picture then wait together.
async fn sign(tablet: Tablet, id: InspectionId, content: Content) -> Result<(), RecordError> {
    let person = tablet.person_untracked().ok_or(RecordError::SignedOut)?;
    let at = tablet.now();
    let drawn = content.picture(Drawn::Signature, at).await;
    let drawn = drawn.map_err(|_| RecordError::NotDrawn)?;
    let record = tablet.facts.with_untracked(|facts| {
        let submitted = facts.facts().inspection(id).submitted.as_ref();
        submitted.map(|submitted| record_hash(&submitted.submission).to_string())
    });
    let signed = Signed {
        picture: drawn.hash.clone(),
        at,
    };
    let command = Command::Inspection {
        id,
        command: InspectionCommand::SignAfterwards(SignedAfterwards {
            record: record.unwrap_or_default(),
            signed,
        }),
    };
    let picture = PhotoRecord {
        hash: drawn.hash,
        media_type: drawn.media_type.into(),
        taken_at: at,
        by: person,
        inspection: id,
        bytes: u32::try_from(drawn.bytes.len()).unwrap_or(u32::MAX),
        fate: PhotoFate::Waiting,
    };
    let change = DraftChange::Signs(Box::new((picture, drawn.bytes)));
    tablet.carry_out(&[command], change).await
}
