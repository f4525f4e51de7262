//! A visit that was begun on another tablet and that its file brings along: whether it is gone on with here.

use domain::id::{InspectionId, PersonId};
use domain::instant::Instant;
use sync::unsent::UnsentDraft;

use super::local_facts::LocalFacts;
use crate::local_store::Draft;

/// How what a file has of a visit stands to what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromFile {
    /// Nothing was entered here.
    New,
    /// It is here as it is in the file.
    Same,
    /// Something else was entered here, and saved then: a person says which of the two is gone on with.
    Differs { saved_at: Instant },
    /// It was handed in, here or elsewhere, or laid aside here.
    HandedIn,
    /// This tablet has no such assignment of theirs.
    NotAssigned,
    /// Later versions wrote it, or nobody did.
    Unreadable,
}

/// The draft, where it can be read and is of the visit it is said to be of; and how it stands.
pub fn standing(
    of_file: &UnsentDraft,
    person: PersonId,
    facts: &LocalFacts,
    here: impl FnOnce(InspectionId) -> Option<Draft>,
    handed_in_here: bool,
) -> (Option<Draft>, FromFile) {
    let id = of_file.inspection;
    let read = json::read::<Draft>(&of_file.content).ok();
    let Some(draft) = read.filter(|draft| draft.inspection == id && !draft.is_handed_in()) else {
        return (None, FromFile::Unreadable);
    };
    let mut theirs = facts.assignments_of(person).into_iter();
    let standing = if theirs.all(|(known, _)| known != id.assignment()) {
        FromFile::NotAssigned
    } else if handed_in_here || facts.facts().inspection(id).submitted.is_some() {
        FromFile::HandedIn
    } else {
        match here(id) {
            None => FromFile::New,
            Some(here) if entered(&here) == entered(&draft) => FromFile::Same,
            Some(here) => FromFile::Differs {
                saved_at: here.saved_at,
            },
        }
    };
    (Some(draft), standing)
}

/// What was entered, whenever it was saved.
fn entered(draft: &Draft) -> Draft {
    Draft {
        saved_at: Instant(0),
        ..draft.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use domain::id::AssignmentId;
    use uuid::Uuid;

    fn of_file(draft: &Draft) -> UnsentDraft {
        UnsentDraft {
            inspection: draft.inspection,
            saved_at: draft.saved_at,
            content: serde_json::to_string(draft).unwrap(),
            photos: Vec::new(),
        }
    }

    /// Given a draft in a file and one here or none, then it is taken up, or a person is asked, or it is said why not.
    #[test]
    fn a_draft_of_a_file_is_held_against_what_is_here() {
        let facts = sample::city();
        let draft = sample::draft();
        let stands = |file: &UnsentDraft, here: Option<&Draft>, handed_in| {
            standing(
                file,
                sample::INSPECTOR,
                &facts,
                |_| here.cloned(),
                handed_in,
            )
        };
        let file = of_file(&draft);
        assert_eq!(
            stands(&file, None, false),
            (Some(draft.clone()), FromFile::New)
        );
        let mut later = draft.clone();
        later.saved_at = Instant(draft.saved_at.0 + 60_000);
        assert_eq!(stands(&file, Some(&later), false).1, FromFile::Same);
        later.account = "又写了一句".into();
        let saved_at = later.saved_at;
        assert_eq!(
            stands(&file, Some(&later), false).1,
            FromFile::Differs { saved_at }
        );
        assert_eq!(stands(&file, None, true).1, FromFile::HandedIn);

        // of somebody else's visit, or one that this tablet does not know
        let stranger = PersonId(Uuid::from_u128(77));
        let theirs = standing(&file, stranger, &facts, |_| None, false);
        assert_eq!(theirs.1, FromFile::NotAssigned);
        let mut unknown = draft.clone();
        unknown.inspection = InspectionId::of(AssignmentId(Uuid::from_u128(78)));
        assert_eq!(
            stands(&of_file(&unknown), None, false).1,
            FromFile::NotAssigned
        );

        // what is no draft, is said to be of another visit, or was handed in
        let mut spoilt = file.clone();
        spoilt.content.truncate(20);
        assert_eq!(stands(&spoilt, None, false), (None, FromFile::Unreadable));
        let mut elsewhere = file.clone();
        elsewhere.inspection = unknown.inspection;
        assert_eq!(stands(&elsewhere, None, false).1, FromFile::Unreadable);
        let mut handed_in = draft.clone();
        handed_in.handed_in_at = Some(draft.saved_at);
        assert_eq!(
            stands(&of_file(&handed_in), None, false).1,
            FromFile::Unreadable
        );
    }
}
