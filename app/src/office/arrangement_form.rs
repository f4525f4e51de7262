//! Writing an arrangement, or an amendment of one.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use domain::Text;
use domain::arrangement::{ArrangementCommand, ArrangementContent};
use domain::campaign::{CampaignKind, ChecklistUse, NoticeMode, Subjects};
use domain::command::Command;
use domain::id::{ArrangementId, BodyId};
use form::Texts;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::arrangements::TITLE;
use super::terms_form::{Terms, TermsForm, offered};
use crate::api::query::checklists;
use crate::api::view::{ArrangementView, ChecklistRow};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::texts::{given, typed};

const NUMBER: Text = Text::new("文号", "Document number");
const NAME: Text = Text::new("标题（中文）", "Title in Chinese");
const NAME_ENGLISH: Text = Text::new("标题（英文）", "Title in English");
const WORDS: Text = Text::new("正文（中文）", "Text in Chinese");
const WORDS_ENGLISH: Text = Text::new("正文（英文）", "Text in English");
const FROM: Text = Text::new("第一天", "First day");
const TO: Text = Text::new("最后一天", "Last day");
const REASON: Text = Text::new("修订原因", "Why it is amended");

/// What the form is for.
#[derive(Clone)]
pub enum Writing {
    New,
    /// Writes what is pending anew.
    Again(ArrangementId, Box<ArrangementContent>),
    Amendment(ArrangementId, Box<ArrangementContent>),
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| checklists());
    let title = t(Text::new("起草工作安排", "Draft an arrangement")).to_owned();
    view! {
        {crumbs("/arrangements", TITLE, title.clone())}
        {head(title, (), ())}
        {loaded(answer, move |rows: Vec<ChecklistRow>| {
            let gone = Callback::new(|id: ArrangementId| browser::go_to(&format!("/arrangements/{id}")));
            form(&rows, &site, Writing::New, &Names::default(), gone)
        })}
    }
    .into_any()
}

/// What the bodies and checklists that were chosen before are called.
#[derive(Default)]
pub struct Names {
    pub bodies: BTreeMap<BodyId, Texts>,
    /// By `id/version`.
    pub checklists: BTreeMap<String, Texts>,
}

impl Names {
    pub fn of(view: &ArrangementView) -> Names {
        Names {
            bodies: view.bodies.clone(),
            checklists: view.checklists.clone(),
        }
    }
}

/// `done` hears of the arrangement that was written.
pub fn form(
    checklists: &[ChecklistRow],
    site: &Site,
    writing: Writing,
    names: &Names,
    done: Callback<ArrangementId>,
) -> AnyView {
    let [
        number,
        name,
        name_english,
        words,
        words_english,
        kind,
        mode,
        from,
        to,
        reason,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    kind.set(CampaignKind::SpotCheck.code().to_owned());
    mode.set(NoticeMode::Unannounced.code().to_owned());
    from.set(browser::today(&site.jurisdiction.time_zone).to_string());
    let (id, before) = match &writing {
        Writing::New => (None, None),
        Writing::Again(id, content) | Writing::Amendment(id, content) => {
            (Some(*id), Some((**content).clone()))
        }
    };
    let amends = matches!(writing, Writing::Amendment(..));
    if let Some(content) = &before {
        for (texts, [chinese, english]) in [
            (&content.title, [name, name_english]),
            (&content.text, [words, words_english]),
        ] {
            let (said, said_english) = given(texts);
            chinese.set(said.get_untracked());
            english.set(said_english.get_untracked());
        }
        number.set(content.number.clone());
        kind.set(content.kind.code().to_owned());
        mode.set(content.notice_mode.code().to_owned());
        from.set(content.from.to_string());
        to.set(content.to.to_string());
    }
    let titled = |one: &ChecklistUse| {
        let title = names
            .checklists
            .get(&format!("{}/{}", one.checklist, one.version));
        title.map(|title| (one.clone(), title))
    };
    let used = before.iter().flat_map(|content| &content.checklists);
    let choices = offered(checklists, used.filter_map(titled));
    let named = |body: &BodyId| {
        let name = names.bodies.get(body).cloned();
        (*body, name.unwrap_or_default())
    };
    let partners = before.iter().flat_map(|content| &content.partners);
    let begun = match &before {
        Some(content) => Terms {
            subjects: content.subjects,
            checklists: content.checklists.clone(),
            focus: content.focus.clone(),
            partners: content.partners.clone(),
        },
        None => Terms {
            subjects: Subjects::Both,
            checklists: choices
                .first()
                .map(|(one, _)| one.clone())
                .into_iter()
                .collect(),
            focus: None,
            partners: Vec::new(),
        },
    };
    let terms = TermsForm::new(choices, &begun, partners.map(named).collect());
    let authority = BodyPicker::new("authority", Text::new("实施单位", "Authority"));
    let page = match &writing {
        Writing::New => "arrangements/new".to_owned(),
        Writing::Again(id, _) => format!("arrangements/{id}/again"),
        // What is written of one version is given back of no other.
        Writing::Amendment(id, content) => {
            let mut hasher = DefaultHasher::new();
            serde_json::to_string(content)
                .unwrap_or_default()
                .hash(&mut hasher);
            format!("arrangements/{id}/amend/{:x}", hasher.finish())
        }
    };
    let sending = Sending::new("arrangement-errors")
        .named(&[
            ("title", "name"),
            ("text", "words"),
            ("checklist", "checklists"),
        ])
        .kept(&page);
    let submit = {
        let before = before.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let mut asked = vec![
                ("number", NUMBER, number),
                ("name", NAME, name),
                ("words", WORDS, words),
            ];
            if amends {
                asked.push(("reason", REASON, reason));
            }
            let mut faults = empty_faults(&asked);
            let from = read_day("from", FROM, from)
                .map_err(|fault| faults.push(fault))
                .ok();
            let to = read_day("to", TO, to)
                .map_err(|fault| faults.push(fault))
                .ok();
            let terms = terms.read(&mut faults);
            // What is written anew keeps its authority unless another is named.
            let kept = before.as_ref().map(|content| content.authority);
            let authority = match (authority.read(), kept) {
                (Ok(None), Some(kept)) => Some(kept),
                _ => authority.require().map_err(|fault| faults.push(fault)).ok(),
            };
            let kind = CampaignKind::from_code(&kind.get_untracked());
            let mode = NoticeMode::from_code(&mode.get_untracked());
            let mut command = None;
            if let (
                Some(authority),
                Some(from),
                Some(to),
                Some(terms),
                Some(kind),
                Some(notice_mode),
            ) = (authority, from, to, terms, kind, mode)
            {
                let content = Box::new(ArrangementContent {
                    number: number.get_untracked(),
                    title: typed(&name.get_untracked(), &name_english.get_untracked()),
                    text: typed(&words.get_untracked(), &words_english.get_untracked()),
                    kind,
                    notice_mode,
                    authority,
                    subjects: terms.subjects,
                    checklists: terms.checklists,
                    from,
                    to,
                    focus: terms.focus,
                    partners: terms.partners,
                });
                command = Some(if amends {
                    let reason = reason.get_untracked();
                    ArrangementCommand::Amend { content, reason }
                } else {
                    ArrangementCommand::Draft(content)
                });
            }
            let id = id.unwrap_or_else(|| ArrangementId(Uuid::now_v7()));
            let work = move || -> Work {
                Box::pin(async move {
                    match command {
                        Some(command) => {
                            sending.deliver(Command::Arrangement { id, command }).await
                        }
                        None => Ok(()),
                    }
                })
            };
            sending.run(faults, work, move || done.run(id));
        }
    };
    let choices = |all: Vec<(&'static str, Text)>| {
        all.into_iter()
            .map(|(code, text)| (code.to_owned(), t(text).to_owned()))
            .collect::<Vec<_>>()
    };
    let kinds = choices(
        CampaignKind::ALL
            .map(|one| (one.code(), one.title()))
            .to_vec(),
    );
    let modes = choices(
        NoticeMode::ALL
            .map(|one| (one.code(), one.title()))
            .to_vec(),
    );
    let is_new = before.is_none();
    let keep = (!is_new).then(|| {
        view! { <p class="hint">{t(Text::new("实施单位不填则不变。", "The authority stays as it is where nothing is entered."))}</p> }
    });
    view! {
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {amends.then(|| Ask::area("reason", REASON, reason).view(sending))}
            {Ask::line("number", NUMBER, number).view(sending)}
            {Ask::line("name", NAME, name).view(sending)}
            {Ask::line("name-english", NAME_ENGLISH, name_english).optional().view(sending)}
            {Ask::area("words", WORDS, words).view(sending)}
            {Ask::area("words-english", WORDS_ENGLISH, words_english).optional().view(sending)}
            {Ask::new("kind", Text::new("类型", "Kind"), Control::Choice(kinds), kind).view(sending)}
            {Ask::new("mode", Text::new("是否事先通知", "Are those visited told?"), Control::Choice(modes), mode).view(sending)}
            {keep}
            {authority.view(sending, !is_new)}
            {Ask::new("from", FROM, Control::Day, from).view(sending)}
            {Ask::new("to", TO, Control::Day, to).view(sending)}
            {terms.view(sending, site)}
            {sending.submit(IconName::Send, Text::new("提交审批", "Submit for approval"))}
        </form>
    }
    .into_any()
}
