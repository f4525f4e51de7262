//! A passing word on what has just been done: one place in the frame of the office says it, to whoever does not see the page too.

use std::time::Duration;

use domain::{Text, say};
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::{language, t};

/// Long enough to be read after the eyes have come back from the form.
const SHOWN: Duration = Duration::from_secs(6);

/// What was done last, with how many were said before it: the word about an earlier act does not take away that about a later one.
#[derive(Clone, Copy)]
pub struct Toast(RwSignal<(u32, Option<String>)>);

impl Toast {
    /// For every form of the frame that provides it.
    pub fn begin() -> Toast {
        let toast = Toast(RwSignal::new((0, None)));
        provide_context(toast);
        toast
    }

    /// `act` is what the button of the form says.
    pub fn done(self, act: Text) {
        let act = t(act);
        let words = say!(language(), "已办理：{act}", "Done: {act}");
        self.0.try_update(|(count, said)| {
            *count += 1;
            *said = Some(words);
        });
        let Some((this, _)) = self.0.try_get_untracked() else {
            return;
        };
        let over = move || {
            self.0.try_update(|(count, said)| {
                if *count == this {
                    *said = None;
                }
            });
        };
        set_timeout(over, SHOWN);
    }

    pub fn view(self) -> AnyView {
        let said = move || {
            let (count, said) = self.0.get();
            said.map(|words| (count, words))
                .into_iter()
                .collect::<Vec<_>>()
        };
        // Said twice it is another element each time, so that it is also heard twice.
        view! {
            <div class="toasts" role="status">
                <For each=said key=|(count, _)| *count let:((_, words))>
                    <p class="toast"><Icon name=IconName::CircleCheck/>{words}</p>
                </For>
            </div>
        }
        .into_any()
    }
}
