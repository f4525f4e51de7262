//! Asking before what cannot be taken back: the first press says what it leads to, in place, the second one does it.

use domain::{Text, say};
use leptos::prelude::*;

use crate::i18n::{language, t};
use crate::widgets::browser;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending};

/// The question about one act, or about the same act of several rows, of which one is asked about at a time.
#[derive(Clone, Copy)]
pub struct Confirmation {
    /// Of the button that does it; no other element of the page has it.
    id: &'static str,
    asked: RwSignal<Option<String>>,
    row: StoredValue<String>,
}

impl Confirmation {
    pub fn new(id: &'static str) -> Confirmation {
        Confirmation {
            id,
            asked: RwSignal::new(None),
            row: StoredValue::new(String::new()),
        }
    }

    /// The same question about one row.
    pub fn of_row(self, row: impl ToString) -> Confirmation {
        Confirmation {
            row: StoredValue::new(row.to_string()),
            ..self
        }
    }

    fn is_asked(self) -> bool {
        self.asked
            .with(|asked| self.row.with_value(|row| asked.as_ref() == Some(row)))
    }

    fn ask(self) {
        self.asked.set(Some(self.row.get_value()));
        browser::focus_later(self.id);
    }

    /// Whether it is asked about any row.
    pub fn is_open(self) -> bool {
        self.asked.with(Option::is_some)
    }

    pub fn leave(self) {
        self.asked.set(None);
    }

    /// Whether a form that is sent in, and in which nothing is wrong, has yet to be asked about; then it is asked now. Once it was, it may
    /// go as it was asked about: what was changed under the question, and what is refused and sent again, is asked about again. `about` is
    /// all that the form says.
    pub fn comes_first(self, sending: Sending, faults: &[Fault], about: impl ToString) -> bool {
        let is_needed = faults.is_empty() && self.is_needed(about);
        if is_needed {
            // What was wrong before is right now.
            sending.clear();
        }
        is_needed
    }

    fn is_needed(self, about: impl ToString) -> bool {
        let about = Some(about.to_string());
        if self.asked.with_untracked(|asked| *asked == about) {
            self.leave();
            return false;
        }
        self.asked.set(about);
        browser::focus_later(self.id);
        true
    }

    /// The primary act of a form whose handler asks [`Confirmation::comes_first`] once nothing is wrong with the form.
    pub fn submit(
        self,
        sending: Sending,
        icon: IconName,
        text: Text,
        consequence: Text,
    ) -> AnyView {
        let consequence = move || view! { <p>{t(consequence)}</p> }.into_any();
        self.submit_saying(sending, icon, text, consequence)
    }

    /// The same; `consequence` is what is said when it is asked.
    pub fn submit_saying(
        self,
        sending: Sending,
        icon: IconName,
        text: Text,
        consequence: impl Fn() -> AnyView + Send + 'static,
    ) -> AnyView {
        // The form's other button stays the same one, however often it is asked.
        let submit = view! { <div hidden=move || self.asked.with(Option::is_some)>{sending.submit(icon, text)}</div> };
        let question = move || {
            let is_asked = self.asked.with(Option::is_some);
            is_asked.then(|| self.question(icon, text, consequence(), None))
        };
        view! { {question}{submit} }.into_any()
    }

    /// A button of its own. `label` says to those who do not see the row what it is about.
    pub fn button(
        self,
        (icon, text): (IconName, Text),
        label: Option<String>,
        consequence: String,
        act: Callback<()>,
    ) -> AnyView {
        let show = move || {
            if self.is_asked() {
                let consequence = view! { <p>{consequence.clone()}</p> };
                return self.question(icon, text, consequence.into_any(), Some(act));
            }
            self.asking((icon, text), label.clone())
        };
        show.into_any()
    }

    /// The button alone, where the question has no room in its place; it is asked where [`Confirmation::asked`] stands.
    pub fn asking(self, (icon, text): (IconName, Text), label: Option<String>) -> AnyView {
        view! {
            <button class="button" type="button" aria-label=label on:click=move |_| self.ask()>
                <Icon name=icon/>{t(text)}
            </button>
        }
        .into_any()
    }

    /// The question of [`Confirmation::asking`], while it is asked.
    pub fn asked(
        self,
        (icon, text): (IconName, Text),
        consequence: String,
        act: Callback<()>,
    ) -> Option<AnyView> {
        let consequence = move || view! { <p>{consequence}</p> }.into_any();
        self.is_asked()
            .then(|| self.question(icon, text, consequence(), Some(act)))
    }

    fn question(
        self,
        icon: IconName,
        text: Text,
        consequence: AnyView,
        act: Option<Callback<()>>,
    ) -> AnyView {
        let words = t(text);
        let words = say!(language(), "确认{words}", "Confirm: {words}");
        let kind = if act.is_some() { "button" } else { "submit" };
        let press = move |_| {
            if let Some(act) = act {
                self.leave();
                act.run(());
            }
        };
        view! {
            <div class="banner" data-kind="warning" role="group" aria-label=words.clone()>
                <Icon name=IconName::TriangleAlert/>
                {consequence}
                <button class="button" data-kind="danger" id=self.id type=kind on:click=press><Icon name=icon/>{words.clone()}</button>
                <button class="button" type="button" on:click=move |_| self.leave()>{t(Text::new("返回", "Back"))}</button>
            </div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Given a form, then it goes when it is sent in twice as it is, and not when it was changed under the question.
    #[test]
    fn a_form_goes_as_it_was_asked_about() {
        Owner::new().with(|| {
            let confirmation = Confirmation::new("confirm");
            assert!(confirmation.is_needed("into A"));
            assert!(confirmation.is_needed("into B"), "it was asked about A");
            assert!(
                !confirmation.is_needed("into B"),
                "it was asked and answered"
            );
            assert!(
                confirmation.is_needed("into B"),
                "sent again, it is asked again"
            );
        });
    }

    /// Given two rows with the same act, when one is asked about, then the other is not, and asking about it takes its place.
    #[test]
    fn one_row_is_asked_about_at_a_time() {
        Owner::new().with(|| {
            let one = Confirmation::new("confirm").of_row(1);
            let other = one.of_row(2);
            let asked = || untrack(|| (one.is_asked(), other.is_asked()));
            one.ask();
            assert_eq!(asked(), (true, false));
            other.ask();
            assert_eq!(asked(), (false, true));
            other.leave();
            assert_eq!(asked(), (false, false));
        });
    }
}
