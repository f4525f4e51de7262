//! Amending the plan of a campaign that carries out no arrangement: its name, its days, whether those visited are told, whom it looks at
//! and with what. One that is to end gets an earlier last day.

use domain::Text;
use domain::campaign::{CampaignCommand, CampaignPlan, NoticeMode};
use domain::command::Command;
use leptos::prelude::*;

use super::Site;
use super::campaign_new::{FROM, MODE, TO};
use super::terms_form::{Terms, TermsForm, offered};
use crate::api::view::{CampaignView, ChecklistRow};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_day};
use crate::widgets::draft::begun_with;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::texts::{NAME, NAME_ENGLISH, given, read_name};

/// None of one that carries out an arrangement: that is amended instead.
pub fn amend_form(
    campaign: &CampaignView,
    checklists: &[ChecklistRow],
    site: &Site,
    done: Callback<()>,
) -> Option<AnyView> {
    if campaign.plan.terms.arrangement.is_some() {
        return None;
    }
    let (id, plan) = (campaign.id, campaign.plan.clone());
    let (name, name_english) = given(&plan.name);
    let [from, to] = [plan.from, plan.to].map(|day| RwSignal::new(day.to_string()));
    let mode = RwSignal::new(plan.notice_mode.code().to_owned());
    let modes = NoticeMode::ALL
        .map(|mode| (mode.code().to_owned(), t(mode.title()).to_owned()))
        .to_vec();
    let begun = Terms::of(&plan);
    let titles = std::iter::once(&campaign.checklist_title)
        .chain(campaign.other_checklists.iter().map(|(_, title)| title));
    let used = begun.checklists.iter().cloned().zip(titles);
    let partners = campaign.partners.iter();
    let partners = partners.map(|body| (body.id, body.name.clone()));
    let terms = TermsForm::new(offered(checklists, used), &begun, partners.collect());
    let sending = Sending::new("amend-errors")
        .named(&[
            ("name", "amend-name"),
            ("from", "amend-from"),
            ("to", "amend-to"),
            ("checklist", "checklists"),
        ])
        // A draft is of the plan it was begun with, whatever else is done in the campaign.
        .kept(&format!("campaigns/{id}/amend/{}", begun_with(&plan)))
        // What another form of the page was told since was not read here.
        .seeing(Seen::of(campaign.version));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let texts = read_name("amend-name", name, name_english, &mut faults);
        let from = read_day("amend-from", FROM, from)
            .map_err(|fault| faults.push(fault))
            .ok();
        let to = read_day("amend-to", TO, to)
            .map_err(|fault| faults.push(fault))
            .ok();
        let mode = NoticeMode::from_code(&mode.get_untracked()).unwrap_or(plan.notice_mode);
        let terms = terms.read(&mut faults).and_then(Terms::of_campaign);
        let plan = plan.clone();
        let entered = from.zip(to).zip(terms);
        let command = entered.map(|((from, to), (first, terms))| Command::Campaign {
            id,
            command: CampaignCommand::Amend(CampaignPlan {
                name: texts,
                notice_mode: mode,
                checklist: first.checklist,
                checklist_version: first.version,
                from,
                to,
                terms,
                ..plan
            }),
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    Some(
        view! {
            <details class="card">
                <summary>{t(Text::new("修改方案", "Amend the plan"))}</summary>
                <form class="stack prose" novalidate on:submit=submit>
                    {sending.summary()}
                    {Ask::line("amend-name", NAME, name).view(sending)}
                    {Ask::line("amend-name-english", NAME_ENGLISH, name_english).optional().view(sending)}
                    {Ask::new("amend-mode", MODE, Control::Choice(modes), mode).view(sending)}
                    {Ask::new("amend-from", FROM, Control::Day, from).view(sending)}
                    {Ask::new("amend-to", TO, Control::Day, to)
                        .hint(Text::new("要提前结束，就把最后一天提前；已建立的任务不变。", "To end it, bring the last day forward; what was assigned stays."))
                        .view(sending)}
                    {terms.view(sending, site)}
                    {sending.submit(IconName::Check, Text::new("保存", "Save"))}
                </form>
            </details>
        }
        .into_any(),
    )
}
