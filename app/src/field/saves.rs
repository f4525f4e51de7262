//! The right to keep a draft, and what is under way: one save at most, and what changes meanwhile is saved after it, as it then
//! stands. One that fails is tried again until the draft is no longer this page's.

/// Whose the draft is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Right {
    #[default]
    Ours,
    /// It is being handed in, and kept by that.
    HandingIn,
    /// Handed in, or taken up elsewhere: nothing is kept from here any more.
    Over,
}

/// What a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// A save of its own.
    Save,
    /// The save that is under way is followed by another.
    Sooner,
    Nothing,
}

/// What follows a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Everything entered is on disk.
    Still,
    /// Something changed meanwhile.
    Again,
    /// It failed: once more after a while, or when something changes.
    Retry,
    /// The draft is not this page's to save.
    GiveUp,
}

/// A photo that was taken is not on disk yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoUnderWay;

#[derive(Debug, Default)]
pub struct Saves {
    right: Right,
    busy: bool,
    again: bool,
    /// Takes of photos that are not on disk yet, from the moment a picture is chosen.
    photos: usize,
}

impl Saves {
    pub fn right(&self) -> Right {
        self.right
    }

    pub fn changed(&mut self) -> Changed {
        if self.right != Right::Ours {
            return Changed::Nothing;
        }
        if std::mem::replace(&mut self.busy, true) {
            self.again = true;
            Changed::Sooner
        } else {
            Changed::Save
        }
    }

    /// A save has ended, on disk or not.
    pub fn tried(&mut self, kept: bool) -> Next {
        if self.gives_up() {
            return Next::GiveUp;
        }
        let again = std::mem::take(&mut self.again);
        match (kept, again) {
            (false, _) => Next::Retry,
            (true, true) => Next::Again,
            (true, false) => {
                self.busy = false;
                Next::Still
            }
        }
    }

    /// Whether what waits to be tried again has become idle.
    pub fn gives_up(&mut self) -> bool {
        if self.right != Right::Ours {
            self.busy = false;
            self.again = false;
        }
        self.right != Right::Ours
    }

    pub fn photo_begins(&mut self) {
        self.photos += 1;
    }

    pub fn photo_ends(&mut self) {
        self.photos = self.photos.saturating_sub(1);
    }

    /// Whether everything is on disk that this page has to keep.
    pub fn is_still(&self) -> bool {
        self.right == Right::Ours && !self.busy && self.photos == 0
    }

    /// Handing in begins, unless it would leave a photo behind.
    pub fn hand_in(&mut self) -> Result<(), PhotoUnderWay> {
        if self.photos > 0 {
            return Err(PhotoUnderWay);
        }
        if self.right == Right::Ours {
            self.right = Right::HandingIn;
        }
        Ok(())
    }

    /// Handing in failed.
    pub fn go_on(&mut self) {
        if self.right == Right::HandingIn {
            self.right = Right::Ours;
        }
    }

    pub fn end(&mut self) {
        self.right = Right::Over;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_save_is_under_way_and_what_changes_meanwhile_follows_it() {
        let mut saves = Saves::default();
        assert_eq!(saves.changed(), Changed::Save);
        assert_eq!(saves.changed(), Changed::Sooner);
        assert_eq!(saves.changed(), Changed::Sooner);
        assert_eq!(saves.tried(true), Next::Again);
        assert!(!saves.is_still());
        assert_eq!(saves.tried(true), Next::Still);
        assert!(saves.is_still());
        assert_eq!(saves.changed(), Changed::Save);
        assert_eq!(saves.tried(false), Next::Retry);
        assert!(!saves.gives_up());
    }

    #[test]
    fn nothing_is_kept_from_a_page_that_lost_its_right() {
        // given a save that failed and is to be tried again
        let mut saves = Saves::default();
        saves.changed();
        assert_eq!(saves.tried(false), Next::Retry);
        // when the person signs out, or another tab takes over
        saves.end();
        // then it gives up, a save under way changes nothing more, and nothing brings the right back
        assert!(saves.gives_up());
        assert_eq!(saves.tried(true), Next::GiveUp);
        assert_eq!(saves.changed(), Changed::Nothing);
        assert_eq!(saves.hand_in(), Ok(()));
        saves.go_on();
        assert_eq!(saves.right(), Right::Over);
        assert_eq!(saves.changed(), Changed::Nothing);
    }

    #[test]
    fn saving_rests_while_a_visit_is_handed_in_and_goes_on_if_that_fails() {
        for (save_ends_first, expected) in [(true, Changed::Save), (false, Changed::Sooner)] {
            let mut saves = Saves::default();
            saves.changed();
            assert_eq!(saves.hand_in(), Ok(()));
            assert_eq!(saves.changed(), Changed::Nothing);
            if save_ends_first {
                assert_eq!(saves.tried(true), Next::GiveUp);
            }
            saves.go_on();
            assert_eq!(saves.changed(), expected);
        }
    }

    #[test]
    fn a_visit_is_not_handed_in_while_a_photo_of_it_is_on_its_way() {
        let mut saves = Saves::default();
        saves.photo_begins();
        saves.photo_begins();
        saves.photo_ends();
        assert_eq!(saves.hand_in(), Err(PhotoUnderWay));
        assert_eq!((saves.right(), saves.is_still()), (Right::Ours, false));
        saves.photo_ends();
        assert!(saves.is_still());
        assert_eq!(saves.hand_in(), Ok(()));
        assert_eq!(saves.right(), Right::HandingIn);
    }
}
