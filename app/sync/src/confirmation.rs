//! Whether the server still has the photos it has received.
//!
//! A server restored from a copy may have a visit's events and not its photos: those are copied apart, and arrive after them. Nothing
//! in the log tells of it. So a tablet keeps every photo it sent, and asks about all of them: when its pages open, when a restored
//! server is noticed, and every [`CONFIRM_EVERY_MS`]. Those that are not there any more wait to be sent again. Asking is right
//! whatever was lost, and in whatever order things were copied and sent.

use domain::finding::PhotoHash;
use domain::instant::Instant;

use crate::outbox::Note;
use crate::protocol::PHOTOS_ASKED_LIMIT;

/// How long after all photos were asked about they are asked about again: six hours, so four times a day on a tablet that is never
/// put away, and 64 bytes a photo each time.
pub const CONFIRM_EVERY_MS: i64 = 6 * 60 * 60 * 1_000;

/// How far a page is with asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// The last photo asked about in the round that is under way.
    reached: Option<PhotoHash>,
    /// When the last round ended.
    ended_at: Option<Instant>,
}

impl Confirmation {
    /// What to ask about now, of the photos that were received; in order, and no more than one call may ask about.
    pub fn due<'a>(
        &self,
        received: impl IntoIterator<Item = &'a PhotoHash>,
        now: Instant,
    ) -> Vec<PhotoHash> {
        // A clock that was set back must not put it off for days.
        let rests = self
            .ended_at
            .is_some_and(|at| (0..CONFIRM_EVERY_MS).contains(&(now.0 - at.0)));
        if rests && self.reached.is_none() {
            return Vec::new();
        }
        let mut left: Vec<&PhotoHash> = received
            .into_iter()
            .filter(|photo| self.reached.as_ref().is_none_or(|last| *photo > last))
            .collect();
        left.sort_unstable();
        left.truncate(PHOTOS_ASKED_LIMIT);
        left.into_iter().cloned().collect()
    }

    /// Takes in that the server has answered about these of the photos that were received.
    pub fn answered<'a>(
        &mut self,
        asked: &[PhotoHash],
        received: impl IntoIterator<Item = &'a PhotoHash>,
        now: Instant,
    ) {
        let last = asked.last();
        if received.into_iter().any(|photo| Some(photo) > last) {
            self.reached = last.cloned();
        } else {
            self.reached = None;
            self.ended_at = Some(now);
        }
    }

    /// The server was restored: what was answered before does not count.
    pub fn begin_anew(&mut self) {
        *self = Confirmation::default();
    }

    /// Whether a round has ended since the page opened, or since the server was restored.
    pub fn is_done(&self) -> bool {
        self.ended_at.is_some() && self.reached.is_none()
    }
}

/// What to keep of an answer: what the server lacks of what it was asked about waits again.
pub fn lacked(asked: &[PhotoHash], lacking: &[PhotoHash]) -> Vec<Note> {
    asked
        .iter()
        .filter(|photo| lacking.contains(photo))
        .cloned()
        .map(Note::PhotoWaits)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photos(numbers: std::ops::Range<usize>) -> Vec<PhotoHash> {
        numbers
            .map(|number| PhotoHash(format!("{number:064x}")))
            .collect()
    }

    #[test]
    fn every_photo_is_asked_about_once_a_round_within_the_limit() {
        let received = photos(0..PHOTOS_ASKED_LIMIT * 2 + 5);
        let mut shuffled = received.clone();
        shuffled.reverse();
        let mut confirmation = Confirmation::default();
        let mut asked = Vec::new();
        let now = Instant(7);
        while !confirmation.is_done() {
            let due = confirmation.due(&shuffled, now);
            assert!(due.len() <= PHOTOS_ASKED_LIMIT);
            confirmation.answered(&due, &shuffled, now);
            asked.extend(due);
        }
        assert_eq!(asked, received);
        assert_eq!(confirmation.due(&shuffled, now), []);
    }

    #[test]
    fn a_round_that_fits_exactly_ends() {
        let received = photos(0..PHOTOS_ASKED_LIMIT);
        let mut confirmation = Confirmation::default();
        let due = confirmation.due(&received, Instant(0));
        assert_eq!(due, received);
        confirmation.answered(&due, &received, Instant(0));
        assert!(confirmation.is_done());
        assert_eq!(confirmation.due(&received, Instant(0)), []);
    }

    #[test]
    fn a_round_follows_after_a_while_or_a_restore_or_a_clock_set_back() {
        let received = photos(0..3);
        let mut confirmation = Confirmation::default();
        assert_eq!(confirmation.due(&received, Instant(100)), received);
        confirmation.answered(&received, &received, Instant(100));
        let end = 100 + CONFIRM_EVERY_MS;
        for (now, asks) in [(100, false), (end - 1, false), (end, true), (99, true)] {
            let due = confirmation.due(&received, Instant(now));
            assert_eq!(!due.is_empty(), asks, "{now}");
        }
        confirmation.begin_anew();
        assert!(!confirmation.is_done());
        assert_eq!(confirmation.due(&received, Instant(101)), received);
    }

    #[test]
    fn only_what_was_asked_about_waits_again() {
        let all = photos(0..3);
        assert_eq!(
            lacked(&all[..2], &all[1..]),
            [Note::PhotoWaits(all[1].clone())]
        );
        assert_eq!(lacked(&all, &[]), []);
    }
}
