//! A new campaign: its name, its kind, who carries it out, whom it looks at, with which checklists, from when to when.

use domain::Text;
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, NoticeMode, Subjects};
use domain::command::Command;
use domain::id::CampaignId;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::terms_form::{Terms, TermsForm, offered};
use crate::api::command::send;
use crate::api::query::checklists;
use crate::api::view::ChecklistRow;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_day};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::Sending;
use crate::widgets::texts::{NAME, NAME_ENGLISH, read_name};

const AUTHORITY: Text = Text::new("实施单位", "Authority that carries it out");
pub const FROM: Text = Text::new("第一天", "First day");
pub const TO: Text = Text::new("最后一天", "Last day");
pub const MODE: Text = Text::new("是否事先通知", "Are those visited told?");

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| checklists());
    loaded(answer, move |checklists: Vec<ChecklistRow>| {
        form(&checklists, &site)
    })
}

fn form(checklists: &[ChecklistRow], site: &Site) -> AnyView {
    let [name, name_english, kind, mode, from, to] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    kind.set(CampaignKind::UnannouncedVisit.code().to_owned());
    mode.set(NoticeMode::Unannounced.code().to_owned());
    from.set(browser::today(&site.jurisdiction.time_zone).to_string());
    let authority = BodyPicker::new("authority", AUTHORITY);
    let sending = Sending::new("campaign-errors")
        .named(&[("checklist", "checklists")])
        .kept("campaigns/new");
    let choices = offered(checklists, []);
    let first = choices.first().map(|(one, _)| one.clone());
    let plain = Terms {
        subjects: Subjects::default(),
        checklists: first.into_iter().collect(),
        focus: None,
        partners: Vec::new(),
    };
    let terms = TermsForm::new(choices, &plain, Vec::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut faults, mut plan) = (Vec::new(), None);
        let texts = read_name("name", name, name_english, &mut faults);
        let authority = authority.require().map_err(|fault| faults.push(fault)).ok();
        let from = read_day("from", FROM, from)
            .map_err(|fault| faults.push(fault))
            .ok();
        let to = read_day("to", TO, to)
            .map_err(|fault| faults.push(fault))
            .ok();
        let terms = terms.read(&mut faults).and_then(Terms::of_campaign);
        let kind = CampaignKind::from_code(&kind.get_untracked());
        let mode = NoticeMode::from_code(&mode.get_untracked());
        if let (
            Some(authority),
            Some(from),
            Some(to),
            Some((first, terms)),
            Some(kind),
            Some(notice_mode),
        ) = (authority, from, to, terms, kind, mode)
        {
            plan = Some(CampaignPlan {
                name: texts,
                kind,
                notice_mode,
                authority,
                checklist: first.checklist,
                checklist_version: first.version,
                from,
                to,
                terms,
            });
        }
        let id = CampaignId(Uuid::now_v7());
        let work = move || -> crate::widgets::sending::Work {
            Box::pin(async move {
                match plan {
                    Some(plan) => {
                        send(Command::Campaign {
                            id,
                            command: CampaignCommand::Create(plan),
                        })
                        .await
                    }
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/campaigns/{id}"))
        });
    };
    let kinds = CampaignKind::ALL
        .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
        .to_vec();
    let modes = NoticeMode::ALL
        .map(|mode| (mode.code().to_owned(), t(mode.title()).to_owned()))
        .to_vec();
    let title = t(Text::new("新建督查", "New campaign")).to_owned();
    view! {
        {crumbs("/campaigns", Text::new("督查", "Campaigns"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("name", NAME, name).view(sending)}
            {Ask::line("name-english", NAME_ENGLISH, name_english).optional().view(sending)}
            {Ask::new("kind", Text::new("类型", "Kind"), Control::Choice(kinds), kind).view(sending)}
            {Ask::new("mode", MODE, Control::Choice(modes), mode).view(sending)}
            {authority.view(sending, false)}
            {Ask::new("from", FROM, Control::Day, from).view(sending)}
            {Ask::new("to", TO, Control::Day, to).view(sending)}
            {terms.view(sending, site)}
            {sending.submit(IconName::Send, Text::new("建立督查", "Create the campaign"))}
        </form>
    }
    .into_any()
}
