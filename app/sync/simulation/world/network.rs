//! What becomes of a call and of its answer on their way.

use sync::upload::Step;

use crate::tablet::{Answer, Ask};

use super::{Happening, PATIENCE_MS, World};

impl World {
    /// Sends a request on its way; perhaps it gets lost, perhaps it arrives twice.
    pub(super) fn sends(&mut self, tablet: usize, ask: &Ask) -> u64 {
        self.calls += 1;
        self.figures.calls += 1;
        let call = self.calls;
        tell!(self, "tablet {tablet}: call {call}: {}", told_ask(ask));
        let copies = self.copies();
        for _ in 0..copies {
            let wait = self.delay();
            let ask = ask.clone();
            self.after(wait, Happening::Arrives { tablet, call, ask });
        }
        if copies == 0 {
            let wait = self.delay();
            let ask = ask.clone();
            self.after(wait, Happening::ArrivesTorn { tablet, ask });
        }
        let answer = Answer::Unreachable;
        self.after(
            PATIENCE_MS,
            Happening::Answers {
                tablet,
                call,
                answer,
            },
        );
        call
    }

    pub(super) fn copies(&mut self) -> u32 {
        if self.calm {
            1
        } else if self.chance.happens(self.weather.lost) {
            self.figures.lost += 1;
            0
        } else if self.chance.happens(self.weather.doubled) {
            self.figures.doubled += 1;
            2
        } else {
            1
        }
    }

    pub(super) fn delay(&mut self) -> i64 {
        if !self.calm && self.chance.happens(self.weather.late) {
            self.chance.between(100, 120_000)
        } else {
            self.chance.between(5, 400)
        }
    }

    pub(super) fn replies(&mut self, tablet: usize, call: u64, answer: Answer) {
        if !self.tablets[tablet].connected {
            self.figures.lost += 1;
            return;
        }
        for _ in 0..self.copies() {
            let wait = self.delay();
            let answer = answer.clone();
            self.after(
                wait,
                Happening::Answers {
                    tablet,
                    call,
                    answer,
                },
            );
        }
    }
}

fn told_ask(ask: &Ask) -> String {
    match ask {
        Ask::Me => "who is signed in?".to_owned(),
        Ask::SignIn(_) => "sign in".to_owned(),
        Ask::SignOut => "sign out".to_owned(),
        Ask::Push(_, push) => {
            let numbers = push.events.iter().filter_map(|event| event.device_sequence);
            format!("push {:?}", numbers.collect::<Vec<_>>())
        }
        Ask::Pull(_, cursor) => format!("pull after {:?}", cursor.as_deref().unwrap_or("")),
        Ask::Lacking(_, photos) => format!("which of {} photos are lacking?", photos.len()),
        Ask::Upload(photo, _, Step::Ask) => format!("how far is photo {}?", &photo.0[..8]),
        Ask::Upload(photo, length, Step::Send { from, to }) => {
            format!(
                "bytes {from} to {to} of {length} of photo {}",
                &photo.0[..8]
            )
        }
    }
}
