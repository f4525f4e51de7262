//! A paper of a finding as it goes out, in the layout of an official document: the rectification notice, or a letter about what is late.

use domain::finding::{FindingEvent, Letter, RectificationNotice};
use domain::id::FindingId;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{Site, id_in_address};
use crate::api::query::finding;
use crate::api::view::{FindingEntry, FindingView};
use crate::clock::{day_text, wall_time};
use crate::i18n::t;
use crate::widgets::browser;
use crate::widgets::finding_title::found;
use crate::widgets::head::{crumbs, title};
use crate::widgets::history::checkpoint;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};

pub fn page() -> AnyView {
    let site = Site::here();
    let version = use_params_map().with_untracked(|params| params.get("version"));
    let version: Option<u64> = version.and_then(|version| version.parse().ok());
    let (Some(id), Some(version)) = (id_in_address::<FindingId>(), version) else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| finding(id));
    loaded(answer, move |view| {
        let entry = view
            .timeline
            .iter()
            .find(|entry| entry.entry.version == version);
        match entry.map(|entry| (entry, &entry.event)) {
            Some((entry, FindingEvent::Notified { notice, .. })) => show(
                &view,
                entry,
                NOTICE,
                &notice.number,
                notice_text(notice, &view, &site),
                &site,
            ),
            Some((entry, FindingEvent::Escalated(letter))) => show(
                &view,
                entry,
                LETTER,
                &letter.number,
                letter_text(letter, &view, &site),
                &site,
            ),
            _ => missing(),
        }
    })
}

const NOTICE: Text = Text::new("整改通知书", "Rectification notice");
const LETTER: Text = Text::new("督办函", "Letter of supervision");

fn show(
    finding: &FindingView,
    entry: &FindingEntry,
    name: Text,
    number: &str,
    text: Vec<AnyView>,
    site: &Site,
) -> AnyView {
    let body = site.name(&finding.row.body.name);
    let unit = entry.actor_unit.as_ref().map_or_else(
        || site.name(&site.jurisdiction.name),
        |unit| site.name(&unit.name),
    );
    let day = wall_time(entry.entry.occurred_at, &site.jurisdiction.time_zone).day;
    let addressed = say!(site.language, "{body}：", "To {body}:");
    let back = format!("/findings/{}", finding.row.id);
    let print = t(Text::new("打印", "Print"));
    view! {
        {title(&format!("{} {number}", t(name)))}
        {crumbs("/findings", Text::new("问题", "Findings"), t(name).to_owned())}
        <p class="row">
            <a class="button" href=back><Icon name=IconName::ArrowLeft/>{t(Text::new("返回问题", "Back to the finding"))}</a>
            <button class="button" data-kind="primary" type="button" on:click=|_| browser::print()>
                <Icon name=IconName::FileText/>{print}
            </button>
        </p>
        <article class="document card">
            <h1>{t(name)}</h1>
            <p class="number">{number.to_owned()}</p>
            <p class="addressed">{addressed}</p>
            {text}
            <footer>
                <p>{unit}</p>
                <p>{day_text(day, site.language)}</p>
            </footer>
            {checkpoint(&entry.entry, site.language)}
        </article>
    }
    .into_any()
}

fn paragraph(text: String) -> AnyView {
    view! { <p>{text}</p> }.into_any()
}

fn notice_text(notice: &RectificationNotice, finding: &FindingView, site: &Site) -> Vec<AnyView> {
    let at = site.at(finding.row.raised_at);
    let (facts, basis, requirement) = (&notice.facts, &notice.basis, &notice.requirement);
    let plan_by = day_text(notice.plan_by, site.language);
    let complete_by = day_text(notice.complete_by, site.language);
    vec![
        paragraph(say!(
            site.language,
            "{at}，检查组在你单位检查时发现以下问题：",
            "On {at} the inspection of your body found the following:"
        )),
        paragraph(facts.clone()),
        paragraph(say!(
            site.language,
            "上述情况不符合：{basis}",
            "This does not conform to: {basis}"
        )),
        paragraph(say!(
            site.language,
            "现要求：{requirement}",
            "You are required as follows: {requirement}"
        )),
        paragraph(say!(
            site.language,
            "请于{plan_by}前报送整改计划，于{complete_by}前完成整改并申报复核。期限届满之日为法定节假日、休息日的，顺延至其后第一个工作日。对本通知有异议的，可在报送计划前提出申诉。",
            "Submit the plan by {plan_by}, and complete and report the rectification by {complete_by}. A deadline on a day off ends with the next working day. You may dispute this notice before you submit the plan."
        )),
    ]
}

fn letter_text(letter: &Letter, finding: &FindingView, site: &Site) -> Vec<AnyView> {
    let what = found(&finding.row, site);
    let number = finding
        .timeline
        .iter()
        .find_map(|entry| match &entry.event {
            FindingEvent::Notified { notice, .. } => Some(notice.number.clone()),
            _ => None,
        });
    let demand = &letter.demand;
    let answer_by = day_text(letter.answer_by, site.language);
    let about = match number {
        Some(number) => say!(
            site.language,
            "《整改通知书》（{number}）所列问题“{what}”逾期未办。",
            "What the rectification notice {number} lists, “{what}”, is overdue."
        ),
        None => say!(
            site.language,
            "检查发现的问题“{what}”逾期未办。",
            "The finding “{what}” is overdue."
        ),
    };
    vec![
        paragraph(about),
        paragraph(say!(
            site.language,
            "现予督办，要求：{demand}",
            "You are called upon as follows: {demand}"
        )),
        paragraph(say!(
            site.language,
            "请于{answer_by}前书面答复办理情况。",
            "Answer in writing by {answer_by}."
        )),
    ]
}
