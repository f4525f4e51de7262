//! What is left with the institution when the inspectors go: what was found, what was put right, what help was given, and who signed. A
//! paper that the browser prints, or keeps as a PDF, without a network.

use std::sync::Arc;

use domain::finding::{PhotoHash, Raised, severity_title};
use domain::id::{InspectionId, PersonId};
use domain::inspection::{Outcome, Submission, Submitted};
use domain::signature::{Given, Signatory, is_owed_by_institution};
use domain::{Language, Text, say};
use form::Instance;
use leptos::prelude::*;
use markup::{component, view};

use super::app::dress;
use super::bar::Bar;
use super::found::shown;
use super::handing_in::{Coverage, coverage, unanswered};
use super::icon::{Icon, IconName};
use super::piece::{IntoPiece as _, Piece, Pieces as _};
use super::record_page::number_of_photos;
use super::tablet::tablet;
use crate::clock::{day_text, instant_text, wall_time};
use crate::i18n::{language, said, t, tr};
use crate::widgets::points::{Graded, score};

const TITLE: Text = Text::new("现场检查反馈单", "Feedback on an inspection");

/// Whether this tablet has all that such a paper says of a visit: what was handed in here, and what was read here by who signs it afterwards. The
/// signatures that are not here the server shows.
pub fn has_feedback(id: InspectionId) -> bool {
    was_handed_in_here(id) || tablet().facts.with_untracked(|facts| facts.found_in(id).1)
}

fn was_handed_in_here(id: InspectionId) -> bool {
    tablet()
        .handed_in
        .with_untracked(|drafts| drafts.get(&id).is_some_and(|draft| !draft.laid_aside))
}

#[component]
pub fn FeedbackPage(id: Option<InspectionId>) -> Piece {
    dress("field");
    let tablet = tablet();
    let submitted = id.and_then(|id| {
        tablet.facts.with_untracked(|facts| {
            let submitted = facts.facts().inspection(id).submitted.clone()?;
            has_feedback(id).then_some((id, submitted))
        })
    });
    let Some((id, submitted)) = submitted else {
        return view! {
            <main id="main" class="plain">
                <h1>{said(Text::new("没有反馈单", "No feedback to show"))}</h1>
                <p>{said(Text::new(
                    "检查记录或其中的问题还没有全部到达本机，请联网后再试。",
                    "The record, or some of its findings, have not reached this tablet; try again with a network.",
                ))}</p>
                <p><a class="button" href="/field">{said(Text::new("返回任务", "Back to the assignments"))}</a></p>
            </main>
        };
    };
    let back = format!("/field/inspections/{id}");
    view! {
        <Bar title=Signal::derive(|| t(TITLE).to_owned()) back=Some((back.clone(), Text::new("返回检查记录", "Back to the record")))/>
        <main id="main" class="plain">
            {move || paper(id, &submitted)}
        </main>
        <footer class="dock">
            <a class="button" href=back><Icon name=IconName::ArrowLeft/>{said(Text::new("返回检查记录", "Back to the record"))}</a>
            <button class="button" data-kind="primary" type="button" data-test="print" on:click=|_| {
                // Refused only by a browser that prints nothing; it says so itself.
                let _ = window().print();
            }>
                <Icon name=IconName::Printer/>{said(Text::new("打印或存为 PDF", "Print, or save as PDF"))}
            </button>
        </footer>
    }
}

fn paper(id: InspectionId, submitted: &Submitted) -> Piece {
    let tablet = tablet();
    let language = language();
    let submission = &submitted.submission;
    let zone = tablet.time_zone();
    let (body, team, form) = tablet.facts.with_untracked(|facts| {
        let team = submission.present.iter();
        let team: Vec<String> = team.map(|person| tr(&facts.person_name(*person))).collect();
        let form = facts.form(submission.checklist, &submission.checklist_version);
        (
            tr(&facts.body_name(submission.target)),
            team.join(t(Text::new("、", ", "))),
            form,
        )
    });
    let instance = form.as_ref().map(|form| {
        let (session, counts) = (submission.session.clone(), &submission.instances);
        Instance::resume_as_left(Arc::clone(form), session, &submission.answers, counts).0
    });
    let graded = instance
        .as_ref()
        .and_then(|instance| Graded::of(&instance.score(), instance.form().grading()));
    let checklist = form.map(|form| tr(&form.titles())).unwrap_or_default();
    // Of what was handed in here, whoever else handed the same visit in.
    let by = tablet.person_untracked().filter(|_| was_handed_in_here(id));
    let raised = tablet
        .facts
        .with_untracked(|facts| facts.raised_by(id, by.unwrap_or(submitted.by)));
    let begun = instant_text(submission.started_at, &zone, language);
    let day = day_text(wall_time(submitted.at, &zone).day, language);
    let (mode, outcome) = (t(submission.mode.title()), t(submission.outcome.title()));
    let addressed = say!(language, "{body}：", "To {body}:");
    let completed = submission.outcome == Outcome::Completed;
    let opening = match checklist.as_str() {
        _ if !completed => say!(
            language,
            "{begun}，{team}到你单位开展检查（{mode}）。结果：{outcome}。",
            "On {begun} {team} came to inspect your institution ({mode}). Outcome: {outcome}."
        ),
        "" => say!(
            language,
            "{begun}起，{team}对你单位进行了检查（{mode}）。",
            "From {begun} on, {team} inspected your institution ({mode})."
        ),
        checklist => say!(
            language,
            "{begun}起，{team}按《{checklist}》对你单位进行了检查（{mode}）。",
            "From {begun} on, {team} inspected your institution by the checklist “{checklist}” ({mode})."
        ),
    };
    let came_of_it = completed.then(|| {
        let points = points(submission, graded, language);
        let coverage = instance.as_ref().map(coverage).unwrap_or_default();
        came_of_it(points, &coverage, raised.len(), language)
    });
    let account = submission.account.trim().to_owned();
    let account_photos = submission.account_photos.len();
    let has_findings = completed && !raised.is_empty();
    let record = submission.signatures.as_ref();
    let record = record.map(|signatures| signatures.record.clone());
    view! {
        <article class="document card" data-test="feedback">
            <h1>{t(TITLE)}</h1>
            <p class="addressed">{addressed}</p>
            <p>{opening}</p>
            {came_of_it.map(|text| view! { <p>{text}</p> })}
            {(has_findings).then(|| view! {
                <ol class="found">{raised.into_iter().map(|raised| finding(raised, language)).pieces()}</ol>
            })}
            {(!account.is_empty()).then(|| view! { <p>{say!(language, "情况说明：{account}", "Account: {account}")}</p> })}
            {number_of_photos(account_photos)}
            {has_findings.then(|| view! { <p>{t(Text::new(
                "整改要求和期限以随后送达的《整改通知书》为准；对所列问题有异议的，可在收到通知书后申诉。",
                "What has to be put right, and by when, is in the rectification notice that follows; a finding can be disputed once it has arrived.",
            ))}</p> })}
            {signatures(id, submission, language)}
            <footer><p>{day}</p></footer>
            {record.map(|record| view! {
                <p class="hash"><span>{t(Text::new("签字内容校验值 SHA-256", "SHA-256 of what was signed"))}</span>" "<code>{record}</code></p>
            })}
        </article>
    }
}

/// Points, and the result they make.
fn points(submission: &Submission, graded: Option<Graded>, language: Language) -> Vec<String> {
    let (earned, possible) = (submission.score.earned, submission.score.possible);
    let mut facts = Vec::new();
    if possible > 0.0 {
        let score = score(earned, possible);
        facts.push(say!(language, "得分 {score}", "Points: {score}"));
    }
    if let Some(graded) = graded {
        let (title, text) = (graded.title(language), graded.text(language));
        let note = graded.note(language);
        let note = note.map(|note| say!(language, "（{note}）", " ({note})"));
        let note = note.unwrap_or_default();
        facts.push(say!(
            language,
            "{title} {text}{note}",
            "{title}: {text}{note}"
        ));
    }
    facts
}

/// What the points are followed by: what was left open, which nobody shall take for looked at, and how many findings.
fn came_of_it(
    mut facts: Vec<String>,
    coverage: &[Coverage],
    count: usize,
    language: Language,
) -> String {
    let unanswered = unanswered(coverage);
    let not_assessed: usize = coverage.iter().map(|part| part.not_assessed.len()).sum();
    if unanswered > 0 {
        facts.push(say!(
            language,
            "{unanswered} 项未作答",
            "{unanswered} unanswered"
        ));
    }
    if not_assessed > 0 {
        facts.push(say!(
            language,
            "{not_assessed} 项未检查",
            "{not_assessed} not assessed"
        ));
    }
    facts.push(match count {
        0 => t(Text::new("未发现问题", "Nothing was found wrong")).to_owned(),
        1 => say!(language, "发现问题 {count} 项", "{count} finding"),
        _ => say!(language, "发现问题 {count} 项", "{count} findings"),
    });
    let end = match (language, count) {
        (Language::Chinese, 0) => "。",
        (Language::Chinese, _) => "：",
        (Language::English, 0) => ".",
        (Language::English, _) => ":",
    };
    facts.join(t(Text::new("，", "; "))) + end
}

fn finding(raised: Raised, language: Language) -> Piece {
    let (code, title, note) = (raised.code, tr(&raised.title), raised.note);
    let severity = t(severity_title(raised.severity));
    let (help, support) = (raised.help_given, raised.support_owed);
    let further = [
        raised
            .fixed_on_the_spot
            .then(|| t(Text::new("已当场整改。", "Put right on the spot.")).to_owned()),
        (!help.trim().is_empty()).then(|| say!(language, "现场帮助：{help}", "Help given: {help}")),
        (!support.trim().is_empty()).then(|| {
            say!(
                language,
                "监管部门需提供的支持：{support}",
                "Support the regulator owes: {support}"
            )
        }),
    ];
    view! {
        <li>
            <p><strong>{format!("{code} {title}").trim().to_owned()}</strong>{say!(language, "（{severity}）", " ({severity})")}</p>
            <p>{note}</p>
            {further.into_iter().flatten().map(|text| view! { <p>{text}</p> }).pieces()}
        </li>
    }
}

/// The pictures of the signatures, each with its name; who signed on another tablet afterwards, and when; who would not sign, and who has not.
fn signatures(id: InspectionId, submission: &Submission, language: Language) -> Piece {
    let tablet = tablet();
    let named = |person: PersonId| {
        let name = tablet
            .facts
            .with_untracked(|facts| facts.person_name(person));
        tr(&name)
    };
    let inspector = |person: PersonId| {
        let name = named(person);
        say!(language, "检查员：{name}", "Inspector: {name}")
    };
    let signatures = submission.signatures.as_ref();
    let inspectors = signatures.into_iter().flat_map(|all| &all.inspectors);
    let inspectors =
        inspectors.map(|(person, signed)| (inspector(*person), Ok(signed.picture.clone())));
    let afterwards = tablet
        .facts
        .with_untracked(|facts| facts.facts().inspection(id).signed_afterwards.clone());
    let later = afterwards.iter().map(|(person, signed)| {
        let at = instant_text(signed.at, &tablet.time_zone(), language);
        let words = say!(language, "{at}补签", "Signed afterwards, {at}");
        let name = inspector(*person);
        let name = say!(language, "{name}，{words}", "{name}. {words}");
        (name, Ok(signed.picture.clone()))
    });
    let others = signatures.into_iter().flat_map(|all| &all.others);
    let others = others.map(|(signatory, other)| {
        let (title, name) = (t(signatory.title()), other.name.trim());
        let name = match name {
            "" => title.to_owned(),
            name => say!(language, "{title}：{name}", "{title}: {name}"),
        };
        let given = match &other.given {
            Given::Signed(signed) => Ok(signed.picture.clone()),
            Given::Refused { reason } => Err(say!(
                language,
                "拒绝签字：{reason}",
                "Refused to sign: {reason}"
            )),
        };
        (name, given)
    });
    let is_completed = submission.outcome == Outcome::Completed;
    let present = submission.present.iter().filter(|person| {
        let signed = signatures.is_some_and(|all| all.inspectors.contains_key(person));
        is_completed && !signed && !afterwards.contains_key(person)
    });
    let missing = present.map(|person| named(*person));
    let institution = is_owed_by_institution(submission.outcome, submission.mode)
        && signatures.is_none_or(|all| !all.others.contains_key(&Signatory::Institution));
    let institution = institution.then(|| t(Signatory::Institution.title()).to_owned());
    let missing: Vec<String> = missing.chain(institution).collect();
    let missing = (!missing.is_empty()).then(|| {
        let names = missing.join(t(Text::new("、", "; ")));
        say!(language, "未签字：{names}。", "Not signed: {names}.")
    });
    let all = inspectors.chain(later).chain(others);
    let all: Vec<(String, Result<PhotoHash, String>)> = all.collect();
    let signed = (!all.is_empty()).then(|| {
        view! {
            <ul class="signed">{all.into_iter().map(|(name, given)| {
                let words = StoredValue::new(name.clone());
                let given = match given {
                    Ok(picture) => shown(picture, move || words.get_value()),
                    Err(words) => words.into_piece(),
                };
                view! { <li><figure>{given}<figcaption>{name}</figcaption></figure></li> }
            }).pieces()}</ul>
        }
    });
    view! { {signed}{missing.map(|text| view! { <p>{text}</p> })} }
}
