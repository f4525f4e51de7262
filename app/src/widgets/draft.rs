//! What is being entered in a form, kept in this browser until the form is accepted: leaving the page or loading it anew loses nothing.
//!
//! A draft is one person's, of one form of one page. It holds what was entered beside what the form begins with, and every day, time
//! and choice that was set beside it, by the ids of the controls: one that the form no longer has is passed over, one that it has now begins as it would, and a text that is no draft is
//! none. What is secret, a password, is never in it. One that nobody touched for [`KEPT_DAYS`] is let go, and so are all of a person's who
//! asks for it when signing out of a browser that others use.

use std::collections::BTreeMap;

use domain::attachment::Attachment;
use domain::finding::Photo;
use domain::id::PersonId;
use domain::instant::Instant;
use domain::record::Hash;
use domain::{Text, say};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::bodies_picker::Chosen;
use super::browser::{self, ChosenPhoto};
use super::icon::{Icon, IconName};
use crate::i18n::t;
use crate::office::Site;

/// What one control holds.
#[derive(Clone, Copy)]
pub enum Part {
    /// What somebody wrote.
    Text(RwSignal<String>),
    /// A day, a time or a choice. Where a form proposes them, they are no draft by themselves.
    Setting(RwSignal<String>),
    Ticks(RwSignal<Vec<String>>),
    Bodies(RwSignal<Chosen>),
    Files(RwSignal<Vec<Attachment>>),
    /// Their own copies are shown until the page is loaded anew; from then on by their words.
    Photos(RwSignal<Vec<ChosenPhoto>>),
    /// Any other value, by its JSON; made with [`Part::made`] or [`Part::set_to`].
    Value {
        get: Callback<(), String>,
        set: Callback<String>,
        is_work: bool,
    },
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Sets what is read; a text that is none of it changes nothing.
fn set_json<T: for<'de> Deserialize<'de> + Send + Sync + 'static>(signal: RwSignal<T>, text: &str) {
    if let Ok(value) = serde_json::from_str(text) {
        signal.set(value);
    }
}

/// A word for what a form begins with: a draft is offered as long as that is the same.
pub fn begun_with<T: Serialize>(value: &T) -> String {
    let mut word = Hash::of(json(value).as_bytes()).to_string();
    word.truncate(16);
    word
}

impl Part {
    /// What somebody put together, such as a team or rows that were added. Made by the form itself, not by a part of it that comes and
    /// goes: it is asked for as long as the form stands.
    pub fn made<T>(signal: RwSignal<T>) -> Part
    where
        T: Clone + Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static,
    {
        Part::value(signal, true)
    }

    /// A box or a choice that a form proposes, as [`Part::Setting`].
    pub fn set_to<T>(signal: RwSignal<T>) -> Part
    where
        T: Clone + Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static,
    {
        Part::value(signal, false)
    }

    fn value<T>(signal: RwSignal<T>, is_work: bool) -> Part
    where
        T: Clone + Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static,
    {
        Part::Value {
            get: Callback::new(move |()| json(&signal.get())),
            set: Callback::new(move |text: String| set_json(signal, &text)),
            is_work,
        }
    }

    /// As it is kept; reactive.
    fn get(self) -> String {
        match self {
            Part::Text(text) | Part::Setting(text) => text.get(),
            Part::Ticks(ticks) => {
                let mut ticks = ticks.get();
                // They are ticked in any order.
                ticks.sort_unstable();
                json(&ticks)
            }
            Part::Bodies(bodies) => json(&bodies.get()),
            Part::Files(files) => json(&files.get()),
            Part::Photos(photos) => {
                let photos = photos.get();
                let kept = photos
                    .iter()
                    .map(|chosen| (&chosen.photo, &chosen.preview, chosen.dated));
                json(&kept.collect::<Vec<_>>())
            }
            Part::Value { get, .. } => get.run(()),
        }
    }

    fn set(self, text: &str) {
        match self {
            Part::Text(own) | Part::Setting(own) => own.set(text.to_owned()),
            Part::Ticks(ticks) => set_json(ticks, text),
            Part::Bodies(bodies) => set_json(bodies, text),
            Part::Files(files) => set_json(files, text),
            Part::Photos(photos) => {
                if let Ok(kept) = serde_json::from_str::<Vec<(Photo, String, bool)>>(text) {
                    let chosen = kept.into_iter();
                    let chosen = chosen.map(|(photo, preview, dated)| ChosenPhoto {
                        photo,
                        preview,
                        dated,
                    });
                    photos.set(chosen.collect());
                }
            }
            Part::Value { set, .. } => set.run(text.to_owned()),
        }
    }

    const fn is_work(self) -> bool {
        !matches!(self, Part::Setting(_) | Part::Value { is_work: false, .. })
    }
}

/// A control of the form.
#[derive(Clone)]
struct Control {
    id: &'static str,
    /// What its part is kept under. A list stands beside the control that adds to it, under one id.
    key: String,
    part: Part,
    /// What the form begins with.
    initial: String,
}

/// A draft as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// When it was last changed.
    at: Instant,
    parts: BTreeMap<String, String>,
}

/// A draft as this browser has it; None of what cannot be read, such as one of another version.
fn read(text: &str) -> Option<Kept> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    (!kept.parts.is_empty()).then_some(kept)
}

/// What a control holds, what it begins with, and whether that is somebody's work.
struct Held {
    key: String,
    is_work: bool,
    initial: String,
    now: String,
}

/// What is worth keeping; None while nobody entered anything.
fn changed(held: &[Held]) -> Option<BTreeMap<String, String>> {
    let differs = |held: &Held| held.now != held.initial;
    held.iter()
        .any(|held| held.is_work && differs(held))
        .then(|| {
            // A setting that was left as it was proposed goes with the words beside it: another day another is proposed.
            held.iter()
                .filter(|held| differs(held) || !held.is_work)
                .map(|held| (held.key.clone(), held.now.clone()))
                .collect()
        })
}

/// What a draft gives back to a control: nothing where something else was entered already.
fn given_back(kept: &mut Kept, held: &Held) -> Option<String> {
    let text = kept.parts.remove(&held.key)?;
    (held.now == held.initial && text != held.initial).then_some(text)
}

/// How long a draft is kept after its last change.
const KEPT_DAYS: i64 = 30;

fn key_of(person: PersonId) -> String {
    format!("draft/{person}/")
}

/// Whether this browser has a draft of a form to give back.
pub fn is_kept(person: PersonId, form: &str) -> bool {
    let kept = browser::kept(&format!("{}{form}", key_of(person)));
    kept.is_some_and(|text| !is_over(&text, browser::now()))
}

/// Whether a draft is too old to be given back. One that this version cannot read may be another version's, in another tab.
fn is_over(text: &str, now: Instant) -> bool {
    read(text).is_some_and(|kept| kept.at.plus_hours(24 * KEPT_DAYS) < now)
}

/// Lets go of drafts, whosever they are, that are over.
pub fn forget_old() {
    let now = browser::now();
    for name in browser::kept_under("draft/") {
        if browser::kept(&name).is_some_and(|text| is_over(&text, now)) {
            browser::forget(&name);
        }
    }
}

/// How many drafts of a person this browser has.
pub fn count_of(person: PersonId) -> usize {
    browser::kept_under(&key_of(person)).len()
}

pub fn forget_all_of(person: PersonId) {
    for name in browser::kept_under(&key_of(person)) {
        browser::forget(&name);
    }
}

/// The draft of a form.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What it is called in this browser.
    name: StoredValue<String>,
    controls: RwSignal<Vec<Control>>,
    /// What was kept when the page was opened, as far as no control took it.
    found: StoredValue<Option<Kept>>,
    /// The parts as they are kept now.
    last: StoredValue<BTreeMap<String, String>>,
    /// When what was given back was last changed.
    restored: RwSignal<Option<Instant>>,
}

impl Draft {
    /// `form` is the page's address and a word for the form.
    pub fn new(site: &Site, form: &str) -> Draft {
        Draft {
            name: StoredValue::new(format!("{}{form}", key_of(site.viewer.person))),
            controls: RwSignal::new(Vec::new()),
            found: StoredValue::new(None),
            last: StoredValue::new(BTreeMap::new()),
            restored: RwSignal::new(None),
        }
    }

    /// What it is called in this browser.
    pub fn name(self) -> Option<String> {
        self.name.try_get_value()
    }

    /// A control that is drawn, with what it begins with in it.
    pub fn take(self, id: &'static str, part: Part) {
        let initial = untrack(|| part.get());
        let key = if matches!(part, Part::Bodies(_)) {
            format!("{id}/list")
        } else {
            id.to_owned()
        };
        self.controls.try_update(|controls| {
            // Drawn once more, as one that another answer calls for: it begins with what it began with.
            let known = controls.iter().position(|known| known.key == key);
            let initial = known.map_or(initial, |place| controls.remove(place).initial);
            controls.push(Control {
                id,
                key,
                part,
                initial,
            });
        });
    }

    /// Gives back what was kept, and keeps every change. After the controls are drawn, which take up first what was entered before
    /// the page came alive.
    pub fn begin(self) {
        Effect::new(move |run: Option<()>| {
            let name = self.name.get_value();
            if run.is_none() {
                let found = browser::kept(&name).filter(|text| !is_over(text, browser::now()));
                let found = found.and_then(|text| read(&text));
                let parts = found.as_ref().map(|found| found.parts.clone());
                self.last.set_value(parts.unwrap_or_default());
                self.found.set_value(found);
                // A form may propose a day or a time only now, by the browser's clock.
                self.controls.update_untracked(|controls| {
                    for control in controls
                        .iter_mut()
                        .filter(|control| !control.part.is_work())
                    {
                        control.initial = untrack(|| control.part.get());
                    }
                });
            }
            let controls = self.controls.get();
            let hold = |control: &Control| Held {
                key: control.key.clone(),
                // Of what is not proposed, a choice that was made is work, too.
                is_work: control.part.is_work() || control.initial.is_empty(),
                initial: control.initial.clone(),
                now: control.part.get(),
            };
            if let Some(mut found) = self.found.get_value() {
                for control in &controls {
                    if let Some(text) = given_back(&mut found, &hold(control)) {
                        control.part.set(&text);
                        self.restored.set(Some(found.at));
                    }
                }
                self.found.set_value(Some(found));
            }
            let held: Vec<Held> = controls.iter().map(hold).collect();
            let mut parts = changed(&held).unwrap_or_default();
            // Of controls that are not drawn yet, such as those that another answer calls for.
            if !parts.is_empty()
                && let Some(found) = self.found.get_value()
            {
                parts.extend(found.parts);
            }
            if parts == self.last.get_value() {
                return;
            }
            if parts.is_empty() {
                browser::forget(&name);
            } else {
                let at = browser::now();
                let kept = Kept {
                    at,
                    parts: parts.clone(),
                };
                browser::keep(&name, &json(&kept));
            }
            self.last.set_value(parts);
        });
    }

    /// What was entered was accepted, or is not wanted any more.
    pub fn forget(self) {
        if let Some(name) = self.name() {
            browser::forget(&name);
        }
        self.found.try_set_value(None);
        self.restored.try_set(None);
    }

    fn discard(self) {
        self.forget();
        let controls = self.controls.get_untracked();
        for control in &controls {
            control.part.set(&control.initial);
        }
        if let Some(first) = controls.first() {
            browser::focus(first.id);
        }
    }

    /// Says that a draft was given back, and of when; the way to be rid of it.
    pub fn line(self, site: &Site) -> AnyView {
        let site = site.clone();
        let said = move || {
            self.restored.get().map(|at| {
                let at = site.at(at);
                let text = say!(
                    site.language,
                    "已恢复 {at} 的草稿；只保存在本机浏览器，提交后清除。",
                    "Draft of {at} restored; it is kept in this browser until it is submitted."
                );
                view! {
                    <div class="row" role="status">
                        <p class="hint">{text}</p>
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| self.discard()>
                            <Icon name=IconName::Trash/>{t(Text::new("丢弃草稿", "Discard the draft"))}
                        </button>
                    </div>
                }
            })
        };
        said.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(key: &str, is_work: bool, initial: &str, now: &str) -> Held {
        Held {
            key: key.into(),
            is_work,
            initial: initial.into(),
            now: now.into(),
        }
    }

    fn kept(parts: &[(&str, &str)]) -> Kept {
        let parts = parts.iter();
        Kept {
            at: Instant(7),
            parts: parts
                .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn what_was_entered_is_kept_and_what_the_form_begins_with_is_not() {
        let form = |facts: &str, day: &str| {
            [
                held("facts", true, "as found", facts),
                held("by", false, "2022-03-13", day),
            ]
        };
        assert_eq!(changed(&form("as found", "2022-03-13")), None);
        // A day that is proposed anew every day is no draft by itself, and goes with what was written.
        assert_eq!(changed(&form("as found", "2022-03-20")), None);
        let expected = kept(&[("facts", "more"), ("by", "2022-03-20")]);
        assert_eq!(changed(&form("more", "2022-03-20")), Some(expected.parts));
        // What was deleted was changed, too; and a day that was left as proposed was meant.
        let emptied = kept(&[("facts", ""), ("by", "2022-03-13")]).parts;
        assert_eq!(changed(&form("", "2022-03-13")), Some(emptied));
    }

    #[test]
    fn what_was_kept_is_given_back_once_where_nothing_else_was_entered() {
        let mut draft = kept(&[("facts", "more"), ("basis", "rule 1"), ("gone", "x")]);
        let facts = held("facts", true, "as found", "as found");
        assert_eq!(given_back(&mut draft, &facts).as_deref(), Some("more"));
        assert_eq!(given_back(&mut draft, &facts), None);
        let typed_since = held("basis", true, "", "rule 2");
        assert_eq!(given_back(&mut draft, &typed_since), None);
        // A choice that was proposed then and is another now comes back with the words it was made for.
        let mut report = kept(&[("facts", "of A"), ("body", "A")]);
        let body = held("body", false, "B", "B");
        assert_eq!(given_back(&mut report, &body).as_deref(), Some("A"));
        // A control that the form has now and had not then begins as it would.
        assert_eq!(given_back(&mut draft, &held("new", true, "", "")), None);
    }

    #[test]
    fn a_draft_of_another_version_is_passed_over() {
        let draft = kept(&[("facts", "more")]);
        assert_eq!(read(&json(&draft)), Some(draft));
        for other in [
            "",
            "{}",
            "[1]",
            r#"{"at":7,"parts":{}}"#,
            r#"{"at":7,"lines":["a"]}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        // What a control cannot read leaves it as it is.
        let owner = Owner::new();
        owner.set();
        let ticks = RwSignal::new(vec!["b".to_owned(), "a".to_owned()]);
        Part::Ticks(ticks).set("no list");
        assert_eq!(untrack(|| Part::Ticks(ticks).get()), r#"["a","b"]"#);
        Part::Ticks(ticks).set(r#"["c"]"#);
        assert_eq!(ticks.get_untracked(), ["c"]);
    }

    #[test]
    fn a_draft_that_nobody_touched_for_a_month_is_over() {
        let text = json(&kept(&[("facts", "more")]));
        let days = |days: i64| Instant(7).plus_hours(24 * days);
        assert!(!is_over(&text, days(30)) && is_over(&text, days(31)));
        assert!(!is_over("{}", days(99)), "another version’s");
    }

    /// Given a control that was set and is drawn anew, then it still begins with what it began with.
    #[test]
    fn a_control_drawn_again_begins_as_before() {
        let owner = Owner::new();
        owner.set();
        let draft = Draft {
            name: StoredValue::new("draft".to_owned()),
            controls: RwSignal::new(Vec::new()),
            found: StoredValue::new(None),
            last: StoredValue::new(BTreeMap::new()),
            restored: RwSignal::new(None),
        };
        let day = RwSignal::new("2022-03-13".to_owned());
        draft.take("by", Part::Setting(day));
        day.set("2022-03-20".to_owned());
        draft.take("by", Part::Setting(day));
        let initial = draft.controls.with_untracked(|controls| {
            let [only] = controls.as_slice() else {
                panic!("{} controls", controls.len());
            };
            only.initial.clone()
        });
        assert_eq!(initial, "2022-03-13");
    }

    /// Given a team, a list of rows and a box, when they are kept and given back, then they are as they were; what cannot be read leaves them.
    #[test]
    fn other_values_come_back_as_they_were() {
        let owner = Owner::new();
        owner.set();
        let rows = RwSignal::new(vec![("甲".to_owned(), 3_u32)]);
        let ticked = RwSignal::new(true);
        let (made, set_to) = (Part::made(rows), Part::set_to(ticked));
        assert!(made.is_work() && !set_to.is_work());
        let [kept_rows, kept_tick] = untrack(|| [made.get(), set_to.get()]);
        rows.set(Vec::new());
        ticked.set(false);
        made.set("no list");
        assert!(rows.get_untracked().is_empty());
        made.set(&kept_rows);
        set_to.set(&kept_tick);
        assert_eq!(rows.get_untracked(), [("甲".to_owned(), 3)]);
        assert!(ticked.get_untracked());
    }

    #[test]
    fn photos_come_back_as_they_were_chosen() {
        let owner = Owner::new();
        owner.set();
        let photo = ChosenPhoto {
            photo: Photo {
                hash: domain::finding::PhotoHash("ab".repeat(32)),
                taken_at: Instant(5),
            },
            preview: "blob:1".into(),
            dated: true,
        };
        let [before, after] =
            [vec![photo], Vec::new()].map(|photos: Vec<ChosenPhoto>| RwSignal::new(photos));
        let text = untrack(|| Part::Photos(before).get());
        Part::Photos(after).set(&text);
        assert_eq!(after.get_untracked(), before.get_untracked());
    }
}
