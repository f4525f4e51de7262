//! Going on with what was begun on another tablet and is not handed in: from the file which that one kept.

use std::collections::BTreeMap;

use domain::id::{InspectionId, PersonId};
use domain::media::Media;
use domain::record::Hash;
use domain::{Language, Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use sync::unsent::UnsentFault;

use super::from_file::{FromFile, standing};
use super::icon::{Icon, IconName};
use super::piece::{Piece, Pieces as _};
use super::tablet::{Tablet, TakeOverError, tablet};
use crate::clock::instant_text;
use crate::i18n::{language, said, t, tr};
use crate::local_store::{Draft, PhotoFate, PhotoRecord};
use crate::widgets::unsent_file::{OpenError, UnsentFile, open, part};

/// Why something of a file is not here.
#[derive(Clone)]
enum NotTaken {
    File(OpenError),
    Here(TakeOverError),
}

impl NotTaken {
    fn text(&self, language: Language) -> String {
        match self {
            NotTaken::File(error) => error.text(language),
            NotTaken::Here(TakeOverError::Store(error)) => error.text(language),
            NotTaken::Here(TakeOverError::Changed) => say!(
                language,
                "本机的内容在此期间有变化，没有替换。请再看一遍后重试",
                "What is on this tablet has changed meanwhile, and nothing was replaced. Look at it once more, and try again"
            ),
        }
    }
}

/// What has become of the drafts of a file, by visit.
type Outcomes = RwSignal<BTreeMap<InspectionId, Result<usize, NotTaken>>, LocalStorage>;

#[component]
pub fn DraftsFromFile() -> Piece {
    let chosen = RwSignal::new_local(None::<Result<UnsentFile, OpenError>>);
    let outcomes: Outcomes = RwSignal::new_local(BTreeMap::new());
    let busy = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        if busy.get_untracked() {
            return;
        }
        chosen.set(None);
        outcomes.set(BTreeMap::new());
        spawn_local(async move {
            let opened = open(event).await;
            drop(chosen.try_set(opened.transpose()));
        });
    };
    view! {
        <details class="card" data-test="drafts-from-file">
            <summary>{said(Text::new("接着填写另一台平板存为文件的检查", "Go on with what another tablet kept as a file"))}</summary>
            <p>{said(Text::new(
                "平板损坏或要交回时，尚未提交的检查内容也在它保存的文件里。在这里选择您本人保存的文件，就在本机接着填写。这部分内容没有签名，提交前请通读一遍。文件里待发送的记录请在办公端导入。",
                "When a tablet breaks or is handed back, what is not handed in is in the file it kept, too. Choose a file that you kept yourself, and go on with it here. This part of a file is not signed: read it through before you hand it in. What waits to be sent in the file is imported in the office.",
            ))}</p>
            <p><label class="button">
                <input type="file" accept=".dubang" data-test="choose-drafts" prop:disabled=move || busy.get() on:change=choose/>
                <Icon name=IconName::FileText/>{said(Text::new("选择文件", "Choose a file"))}
            </label></p>
            {move || chosen.get().map(|chosen| match chosen {
                Ok(file) => in_file(&file, outcomes, busy),
                Err(error) => view! { <p role="alert" data-test="drafts-fault">{move || error.text(language())}</p> },
            })}
        </details>
    }
}

/// Each visit of the file, or why none of it is for here.
fn in_file(file: &UnsentFile, outcomes: Outcomes, busy: RwSignal<bool>) -> Piece {
    let Some(me) = tablet().me_untracked() else {
        return Piece::default();
    };
    let unsent = &file.unsent;
    let why_not = if unsent.jurisdiction != me.jurisdiction {
        Some(said(Text::new(
            "这份文件属于另一个辖区。",
            "The file is of another jurisdiction.",
        )))
    } else if unsent.person != me.person {
        let name = unsent.name.clone();
        return view! { <p role="alert" data-test="drafts-fault">{move || {
            let name = tr(&name);
            say!(
                language(),
                "这份文件由{name}保存，须由其本人登录后接着填写。",
                "The file was kept by {name}, who has to sign in to go on with it."
            )
        }}</p> };
    } else if unsent.drafts.is_empty() {
        Some(said(Text::new(
            "文件里没有尚未提交的检查内容。",
            "Nothing in the file is still to be handed in.",
        )))
    } else {
        None
    };
    if let Some(why) = why_not {
        return view! { <p role="alert" data-test="drafts-fault">{why}</p> };
    }
    let visits = (0..unsent.drafts.len()).map(|number| {
        let file = file.clone();
        view! { <Visit file number person=me.person outcomes busy/> }
    });
    view! { <ul class="sync">{visits.pieces()}</ul> }
}

/// One visit of the file: how it stands to what is here, and the way to go on with it.
#[component]
fn Visit(
    file: UnsentFile,
    number: usize,
    person: PersonId,
    outcomes: Outcomes,
    busy: RwSignal<bool>,
) -> Piece {
    let tablet = tablet();
    let Some(of_file) = file.unsent.drafts.get(number).cloned() else {
        return Piece::default();
    };
    let (id, saved_at) = (of_file.inspection, of_file.saved_at);
    let file = StoredValue::new_local(file);
    let name = move || {
        let name = tablet.facts.with(|facts| {
            let order = &facts.facts().assignment(id.assignment()).order;
            order.as_ref().map(|order| facts.body_name(order.target))
        });
        match name {
            Some(name) => tr(&name),
            None => t(Text::new("未知任务", "Unknown assignment")).to_owned(),
        }
    };
    let stands = StoredValue::new_local(of_file);
    let now = move || -> (Option<Draft>, FromFile) {
        let here = |id| tablet.drafts.with(|drafts| drafts.get(&id).cloned());
        let handed_in = tablet.handed_in.with(|drafts| drafts.contains_key(&id));
        tablet.facts.with(|facts| {
            stands.with_value(|of_file| standing(of_file, person, facts, here, handed_in))
        })
    };
    let take = move |_| {
        let ((Some(draft), asked), false) = (untrack(now), busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let still = move || untrack(now).1 == asked;
            let taken = take_up(tablet, &file.get_value(), number, draft, still).await;
            let _ = outcomes.try_update(|outcomes| outcomes.insert(id, taken));
            let _ = busy.try_set(false);
        });
    };
    let at = move |at| instant_text(at, &tablet.time_zone(), language());
    let what = move || {
        let outcome = outcomes.with(|outcomes| outcomes.get(&id).cloned());
        if let Some(Ok(photos)) = outcome {
            return view! {
                <p role="status" data-test="draft-taken">{say!(
                    language(),
                    "已在本机，照片等文件 {photos} 份。",
                    "It is on this tablet. Photos and other files: {photos}."
                )}</p>
                <div class="row"><a class="button" href=format!("/field/inspections/{id}")>{t(Text::new("接着填写", "Go on"))}</a></div>
            };
        }
        let failed = outcome.and_then(Result::err).map(|why| {
            view! { <p role="alert">{why.text(language())}</p> }
        });
        let (words, label) = match now().1 {
            FromFile::New => (None, Some(Text::new("在本机接着填写", "Go on with it here"))),
            FromFile::Differs { saved_at } => (
                Some(say!(
                    language(),
                    "本机也填写过这次检查，保存于{}。两份不能合并：用文件里的，本机填写的就没有了。",
                    "Something else was entered here, and saved on {}. They cannot be merged: if you use the file’s, what was entered here is lost.",
                    at(saved_at)
                )),
                Some(Text::new("用文件里的替换本机的", "Replace what is here with that of the file")),
            ),
            FromFile::Same => (
                Some(t(Text::new("本机已有相同的内容。", "The same is on this tablet already.")).to_owned()),
                None,
            ),
            FromFile::HandedIn => (
                Some(t(Text::new("这次检查在本机已经提交或放弃提交，或已由其他平板提交。", "This visit is handed in already, or was laid aside here.")).to_owned()),
                None,
            ),
            FromFile::NotAssigned => (
                Some(t(Text::new(
                    "本机没有这项任务。请联网更新任务后再试。",
                    "This tablet does not have the assignment. Fetch the assignments over a network and try again.",
                )).to_owned()),
                None,
            ),
            FromFile::Unreadable => (
                Some(t(Text::new(
                    "本机无法读取这份内容，可能由更新的版本保存。请先更新到新版本再试。",
                    "This version cannot read it; a newer one may have kept it. Update first, and try again.",
                )).to_owned()),
                None,
            ),
        };
        view! {
            {failed}
            {words.map(|words| view! { <p>{words}</p> })}
            {label.map(|label| view! {
                <div class="row">
                    <button class="button" type="button" data-test="take-draft" aria-busy=move || busy.get().then_some("true") on:click=take>
                        {t(label)}
                    </button>
                </div>
            })}
        }
    };
    view! {
        <li data-test="draft-of-file">
            <div>
                <strong>{name}</strong>
                <p>{move || say!(language(), "在那台平板上保存于{}", "Saved on that tablet on {}", at(saved_at))}</p>
                {what}
            </div>
        </li>
    }
}

/// Keeps a draft of the file with all that it names, if what is here is `still` as it was; else nothing that shows. Gives how many files came
/// with it.
async fn take_up(
    tablet: Tablet,
    file: &UnsentFile,
    number: usize,
    draft: Draft,
    still: impl FnOnce() -> bool,
) -> Result<usize, NotTaken> {
    let Some(person) = tablet.person_untracked() else {
        return Err(NotTaken::Here(TakeOverError::Changed));
    };
    let broken = || NotTaken::File(OpenError::Fault(UnsentFault::Broken));
    let places = file.unsent.drafts_and_places(file.end()).nth(number);
    let places = places.map(|(_, places)| places).unwrap_or_default();
    let store = tablet.store();
    for (photo, place) in &places {
        let bytes = part(file, place.clone()).await.map_err(NotTaken::File)?;
        if Hash::of(&bytes).to_string() != photo.hash.0 {
            return Err(broken());
        }
        let media = Media::of(&bytes).map_err(|_| broken())?;
        let record = PhotoRecord {
            hash: photo.hash.clone(),
            media_type: media_type(media, &photo.media_type),
            taken_at: photo.taken_at,
            by: person,
            inspection: draft.inspection,
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            fate: PhotoFate::OfDraft,
        };
        let kept = store.keep_photo(&record, bytes).await;
        kept.map_err(|error| NotTaken::Here(TakeOverError::Store(error)))?;
    }
    let taken = tablet.take_over(person, draft, still).await;
    taken.map_err(NotTaken::Here)?;
    Ok(places.len())
}

/// What the bytes are, whatever the file says; it is believed only that a film without pictures is a sound.
fn media_type(media: Media, said: &str) -> String {
    let is = media.media_type();
    let is_sound = said.strip_prefix("audio/") == Some(is.trim_start_matches("video/"));
    if is_sound { said } else { is }.to_owned()
}
