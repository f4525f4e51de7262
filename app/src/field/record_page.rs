//! An inspection that was handed in, to be read again; and what of it was not sent and stays on this tablet.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::finding::PhotoHash;
use domain::id::InspectionId;
use domain::inspection::{Outcome, Submitted};
use domain::remark::Remark;
use domain::signature::Given;
use domain::visit_mode::VisitMode;
use domain::{Language, Text, say};
use form::{Answers, DefId, Form, Instance, NodeId, QuestionKind, Texts, Value};
use leptos::prelude::*;
use markup::{component, view};

use super::arrival_panel::arrived;
use super::browser;
use super::feedback_page::has_feedback;
use super::found::found;
use super::handing_in::{coverage, noted_freely_title, unanswered};
use super::icon::{Icon, IconName};
use super::inspection_page::GradedFact;
use super::item::tone;
use super::left_here::{LeftHere, left_here};
use super::local_facts::LocalFacts;
use super::outbox_page::kept_tag;
use super::photos::{checkpoint, exhibit};
use super::piece::{Piece, Pieces as _};
use super::signing_afterwards::{SIGN_HERE, SignAfterwards, Signature, signature_of_mine};
use super::tablet::{Tablet, tablet};
use crate::clock::{day_text, instant_text};
use crate::i18n::{language, said, t, told, tr};
use crate::widgets::drawn::Drawn;
use crate::widgets::points::{Graded, score};
use crate::widgets::section_title::section_title;

/// Whether there is something to read of a visit: it was handed in anywhere, or laid aside here. Heard of as it changes.
pub fn is_there(id: InspectionId) -> bool {
    let tablet = tablet();
    let submitted = tablet
        .facts
        .with(|facts| facts.facts().inspection(id).submitted.is_some());
    submitted || tablet.handed_in.with(|drafts| drafts.contains_key(&id))
}

#[component]
pub fn Record(id: InspectionId) -> Piece {
    let tablet = tablet();
    let known = tablet.facts.with_untracked(|facts| {
        let submitted = facts.facts().inspection(id).submitted.clone()?;
        let submission = &submitted.submission;
        let form = facts.form(submission.checklist, &submission.checklist_version);
        let present = submission.present.iter();
        let present: Vec<Texts> = present.map(|person| facts.person_name(*person)).collect();
        let by = facts.person_name(submitted.by);
        Some((submitted, form, by, present))
    });
    let Some((Submitted { at, submission, .. }, form, by, present)) = known else {
        return laid_aside(id);
    };
    let (outcome, mode) = (submission.outcome, submission.mode);
    let points = submission.score;
    let (arrival, entrance) = (submission.arrival, submission.entrance);
    let institution = tablet
        .facts
        .with_untracked(|facts| facts.location_of(submission.target));
    let instance = form.as_ref().map(|form| {
        let (session, counts) = (submission.session.clone(), &submission.instances);
        Instance::resume_as_left(Arc::clone(form), session, &submission.answers, counts).0
    });
    let graded = instance
        .as_ref()
        .and_then(|instance| Graded::of(&instance.score(), instance.form().grading()));
    let kept = form.and_then(|form| kept_here(id, form));
    let signed = Memo::new(move |_| tablet.facts.with(|facts| signatures(facts, id, tablet)));
    let mine = Memo::new(move |_| signature_of_mine(tablet, id));
    let is_wanted = Memo::new(move |_| matches!(mine.get(), Signature::Wanted { .. }));
    let account = submission.account.clone();
    let account_photos = submission.account_photos.len();
    let named = submission.findings.len();
    // On another's tablet it may arrive while the record is read.
    let raised = Memo::new(move |_| tablet.facts.with(|facts| facts.found_in(id).0));
    // What was noted freely the record does not name.
    let count = move || raised.with(Vec::len).max(named);
    let has_feedback = has_feedback(id);
    let unanswered = instance
        .as_ref()
        .map_or(0, |instance| unanswered(&coverage(instance)));
    let checklist = instance
        .as_ref()
        .map(|instance| instance.form().titles().clone());
    let begun = submission.started_at;
    let sections = instance
        .map(|instance| answered_sections(&instance, &submission.answers, &submission.remarks));
    view! {
        <main id="main" class="plain" data-test="record">
            <section class="card">
                <h2>{said(Text::new("检查记录", "Inspection record"))}</h2>
                <dl class="facts">
                    <div><dt>{said(Text::new("结果", "Outcome"))}</dt><dd>{said(outcome.title())}</dd></div>
                    <div><dt>{said(VisitMode::MADE)}</dt><dd>{said(mode.title())}</dd></div>
                    {arrival.map(|arrival| view! {
                        <div><dt>{said(Text::new("到达位置", "Where you arrived"))}</dt><dd>{move || arrived(arrival, institution)}</dd></div>
                    })}
                    {entrance.map(|read| view! {
                        <div><dt>{said(Text::new("入口码", "Code at the entrance"))}</dt><dd>{move || {
                            let at = instant_text(read.at, &tablet.time_zone(), language());
                            say!(language(), "{at}读取，由办公端核对", "Read {at}; the office sees whose it is")
                        }}</dd></div>
                    })}
                    {checklist.map(|title| view! { <div><dt>{said(Text::new("检查表", "Checklist"))}</dt><dd>{told(&title)}</dd></div> })}
                    <div><dt>{said(Text::new("开始时间", "Begun"))}</dt><dd>{move || instant_text(begun, &tablet.time_zone(), language())}</dd></div>
                    <div><dt>{said(Text::new("提交时间", "Submitted"))}</dt><dd>{move || instant_text(at, &tablet.time_zone(), language())}</dd></div>
                    <div><dt>{said(Text::new("提交人", "By"))}</dt><dd>{told(&by)}</dd></div>
                    <div><dt>{said(Text::new("在场", "Present"))}</dt><dd>{move || {
                        present.iter().map(tr).collect::<Vec<_>>().join(t(Text::new("、", ", ")))
                    }}</dd></div>
                    {(outcome == Outcome::Completed).then(|| view! {
                        <div><dt>{said(Text::new("得分", "Score"))}</dt><dd>{score(points.earned, points.possible)}</dd></div>
                        {graded.map(|graded| view! { <GradedFact graded/> })}
                        <div><dt>{said(Text::new("未答", "Unanswered"))}</dt><dd data-test="unanswered-count">{unanswered.to_string()}</dd></div>
                        <div><dt>{said(Text::new("问题", "Findings"))}</dt><dd data-test="findings-count">{move || count().to_string()}</dd></div>
                    })}
                </dl>
                {(!account.trim().is_empty()).then(|| view! { <p>{account}</p> })}
                {number_of_photos(account_photos)}
            </section>
            {move || {
                let raised = raised.get();
                (!raised.is_empty()).then(|| view! {
                    <section class="card" data-test="found">
                        <h2>{said(Text::new("问题", "Findings"))}</h2>
                        <ul class="sync">
                            {raised.into_iter().map(found).pieces()}
                        </ul>
                    </section>
                })
            }}
            {move || {
                let lines = signed.get();
                (!lines.is_empty()).then(|| view! {
                    <section class="card" data-test="signatures">
                        <h2>{said(Text::new("签字", "Signatures"))}</h2>
                        <ul class="sync">{lines.into_iter().map(line).pieces()}</ul>
                    </section>
                })
            }}
            {sections}
            {kept}
            <SignAfterwards id mine/>
        </main>
        <footer class="dock">
            {to_assignments()}
            {move || is_wanted.get().then(|| view! {
                <button class="button" data-kind="primary" type="button" data-test="to-signature" on:click=|_| browser::look_at(SIGN_HERE)>
                    <Icon name=IconName::Pencil/>{said(Text::new("去签字", "To your signature"))}
                </button>
            })}
            {has_feedback.then(|| view! {
                <a class="button" data-kind=move || (!is_wanted.get()).then_some("primary") href=format!("/field/inspections/{id}/feedback") data-test="feedback-link">
                    <Icon name=IconName::Printer/>{said(Text::new("反馈单", "Feedback to leave behind"))}
                </a>
            })}
        </footer>
    }
}

/// Every answer, section by section; those with none are left out.
pub fn answered_sections(
    instance: &Instance,
    answers: &Answers,
    remarks: &BTreeMap<String, Remark>,
) -> Piece {
    let form = instance.form();
    let sections = form.sections().iter().filter_map(|section| {
        let nodes = instance.section_nodes(section).into_iter();
        let rows = nodes.filter_map(|node| row(instance, node, answers, remarks));
        let rows: Vec<Row> = rows.collect();
        let label = section_title(form, section);
        (!rows.is_empty()).then(|| {
            view! {
                <section class="card">
                    <h2>{told(&label)}</h2>
                    <ul class="sync">{rows.into_iter().map(line).pieces()}</ul>
                </section>
            }
        })
    });
    sections.pieces()
}

/// What was entered here of a visit that nobody handed in.
fn laid_aside(id: InspectionId) -> Piece {
    let form = tablet().facts.with_untracked(|facts| {
        let order = facts.facts().assignment(id.assignment()).order.as_ref()?;
        facts.form(order.checklist, &order.checklist_version)
    });
    let kept = form.and_then(|form| kept_here(id, form));
    let nothing = kept.is_none().then(|| {
        view! { <p>{said(Text::new("本机没有填写过内容。", "Nothing was entered on this tablet."))}</p> }
    });
    view! {
        <main id="main" class="plain" data-test="record">{kept}{nothing}</main>
        <footer class="dock">{to_assignments()}</footer>
    }
}

fn to_assignments() -> Piece {
    view! {
        <a class="button" href="/field"><Icon name=IconName::ArrowLeft/>{said(Text::new("返回任务", "Back to the assignments"))}</a>
    }
}

/// What was entered here and not sent; None when all of it was.
fn kept_here(id: InspectionId, form: Arc<Form>) -> Option<Piece> {
    let tablet = tablet();
    let draft = tablet
        .handed_in
        .with_untracked(|drafts| drafts.get(&id).cloned())?;
    let (session, counts) = (draft.session.clone(), &draft.instances);
    let (instance, _) =
        Instance::resume_as_left(Arc::clone(&form), session, &draft.answers, counts);
    let left = tablet
        .photos
        .with_untracked(|photos| left_here(&instance, &draft, photos));
    if left.is_empty() {
        return None;
    }
    let count = left.clone();
    let LeftHere {
        answers,
        findings,
        noted_freely,
        remarks,
        photos,
        outcome,
        account,
    } = left;
    let answers = Answers(answers);
    let rows = instance.nodes().into_iter();
    let rows = rows.filter_map(|node| row(&instance, node, &answers, &remarks));
    let elsewhere = remarks
        .iter()
        .filter(|(item, _)| instance.named(item).is_none());
    let elsewhere = elsewhere.map(|(item, remark)| Row {
        code: String::new(),
        label: Texts::both(item, item),
        answer: Texts::default(),
        tone: None,
        remark: Some(remark.clone()),
    });
    let rows: Vec<Row> = rows.chain(elsewhere).collect();
    let findings = findings.into_iter().map(|(item, finding)| {
        let title = form
            .find(&item)
            .and_then(|def| form.node(def))
            .map_or_else(|| Texts::both(&item, &item), |node| node.label.clone());
        (title, finding)
    });
    let freely = noted_freely.into_iter();
    let freely = freely.map(|finding| (noted_freely_title(), finding));
    let findings = findings.chain(freely).map(|(title, finding)| {
        let texts = [finding.note, finding.help_given, finding.support_owed];
        view! {
            <li>
                <div>
                    <strong>{told(&title)}</strong>
                    {texts.into_iter().filter(|text| !text.trim().is_empty()).map(|text| view! { <p>{text}</p> }).pieces()}
                </div>
                {kept_tag()}
            </li>
        }
    });
    let findings = findings.pieces();
    let photos: Vec<_> = photos.into_iter().enumerate().map(kept_photo).collect();
    let section = view! {
        <section class="card" id="kept-here" data-test="kept-here">
            <h2>{said(Text::new("未发送，留在本机", "Not sent, kept on this tablet"))}</h2>
            <p>{move || {
                let (language, count) = (language(), count.count(language()));
                say!(
                    language,
                    "{count}。这些内容没有提交，只在这台平板上可见。",
                    "{count}. They were not submitted, and can be read on this tablet only."
                )
            }}</p>
            {outcome.map(|outcome| view! { <p>{said(outcome.title())}</p> })}
            {(!account.is_empty()).then(|| view! { <p>{account}</p> })}
            <ul class="sync">{rows.into_iter().map(line).pieces()}{findings}</ul>
            {(!photos.is_empty()).then(|| view! { <ul class="photos">{photos}</ul> })}
        </section>
    };
    Some(section)
}

/// Who signed, on the spot or afterwards, who has yet to, and who would not. Nothing of a visit that nobody signs.
fn signatures(facts: &LocalFacts, id: InspectionId, tablet: Tablet) -> Vec<Row> {
    let inspection = facts.facts().inspection(id);
    let Some(Submitted { submission, .. }) = &inspection.submitted else {
        return Vec::new();
    };
    let on_the_spot = submission.signatures.as_ref();
    let afterwards = &inspection.signed_afterwards;
    if on_the_spot.is_none() && afterwards.is_empty() && submission.outcome != Outcome::Completed {
        return Vec::new();
    }
    let both = |text: Text| Texts::both(text.get(Language::Chinese), text.get(Language::English));
    let signed = || (both(Text::new("已签字", "Signed")), Some("yes"));
    let inspectors = submission.present.iter().map(|person| {
        let given = if on_the_spot.is_some_and(|all| all.inspectors.contains_key(person)) {
            signed()
        } else if let Some(signed) = afterwards.get(person) {
            let [chinese, english] = Language::ALL
                .map(|language| instant_text(signed.at, &tablet.time_zone(), language));
            let (chinese, english) = (
                format!("{chinese} 补签"),
                format!("Signed afterwards, {english}"),
            );
            (Texts::both(chinese, english), Some("yes"))
        } else {
            (both(Text::new("未签字", "Not signed yet")), None)
        };
        (facts.person_name(*person), given)
    });
    let others = on_the_spot.into_iter().flat_map(|all| &all.others);
    let others = others.map(|(signatory, other)| {
        let title = both(signatory.title());
        let named = |language: &str, mark: &str| match other.name.trim() {
            "" => title.get(language).to_owned(),
            name => format!("{}{mark}{name}", title.get(language)),
        };
        let label = Texts::both(named(form::CHINESE, "："), named(form::ENGLISH, ": "));
        let given = match &other.given {
            Given::Signed(_) => signed(),
            Given::Refused { reason } => {
                let (chinese, english) = (
                    format!("拒绝签字：{reason}"),
                    format!("Refused to sign: {reason}"),
                );
                (Texts::both(chinese, english), Some("no"))
            }
        };
        (label, given)
    });
    let rows = inspectors.chain(others);
    rows.map(|(label, (answer, tone))| Row {
        code: String::new(),
        label,
        answer,
        tone,
        remark: None,
    })
    .collect()
}

fn kept_photo((index, hash): (usize, PhotoHash)) -> Piece {
    let number = index + 1;
    let digest = hash.0.clone();
    let words = move || say!(language(), "照片或文件 {number}", "Photo or file {number}");
    view! {
        <li><figure>
            {exhibit(hash, words)}
            <figcaption>{move || checkpoint(&digest)}</figcaption>
        </figure></li>
    }
}

/// How many photos there are, where there are any.
pub fn number_of_photos(number: usize) -> Option<Piece> {
    (number > 0).then(|| {
        let count = counted(QuestionKind::Photo, number);
        view! { <p class="hint">{told(&count)}</p> }
    })
}

fn line(row: Row) -> Piece {
    let Row {
        code,
        label,
        answer,
        tone,
        remark,
    } = row;
    let Remark { note, photos } = remark.unwrap_or_default();
    view! {
        <li>
            <div>
                <strong>{code}</strong>" "{told(&label)}
                {(!note.trim().is_empty()).then(|| view! { <p>{note}</p> })}
                {number_of_photos(photos.len())}
            </div>
            {(!answer.is_empty()).then(|| view! {
                <span class="tag" data-state=match tone {
                    Some("yes") => "closed",
                    Some("no") => "key",
                    _ => "local",
                }>{told(&answer)}</span>
            })}
        </li>
    }
}

#[derive(Clone, PartialEq)]
struct Row {
    code: String,
    label: Texts,
    /// Empty where nothing was answered.
    answer: Texts,
    tone: Option<&'static str>,
    remark: Option<Remark>,
}

/// What was answered or noted of a node, if anything was.
fn row(
    instance: &Instance,
    node: NodeId,
    answers: &Answers,
    remarks: &BTreeMap<String, Remark>,
) -> Option<Row> {
    let question = instance.question(node)?;
    let (form, id) = (instance.form(), instance.def(node));
    let name = instance.name(node);
    let (answered, remark) = (answers.0.get(&name), remarks.get(&name).cloned());
    if answered.is_none() && remark.is_none() {
        return None;
    }
    let written = answered.map_or("", String::as_str);
    let same = |text: String| Texts::both(text.clone(), text);
    let answer = match Value::read(question.kind, written) {
        Ok(Value::Choice(choice)) => label_of(form, id, &choice),
        Ok(Value::Choices(choices)) => {
            let labels: Vec<Texts> = choices
                .iter()
                .map(|choice| label_of(form, id, choice))
                .collect();
            let joined = |language: &str, mark: &str| {
                labels
                    .iter()
                    .map(|label| label.get(language))
                    .collect::<Vec<_>>()
                    .join(mark)
            };
            Texts::both(joined(form::CHINESE, "、"), joined(form::ENGLISH, ", "))
        }
        Ok(Value::Files(files)) => match Drawn::asked(question).map(Drawn::title) {
            Some(title) => Texts::both(title.get(Language::Chinese), title.get(Language::English)),
            None => counted(question.kind, files.len()),
        },
        // As it was typed, not as it is written.
        Ok(Value::Decimal(number)) => same(number.to_string()),
        Ok(Value::Date(day)) => match day.parse() {
            Ok(day) => {
                let [chinese, english] = Language::ALL.map(|language| day_text(day, language));
                Texts::both(chinese, english)
            }
            Err(_) => same(day),
        },
        _ => same(written.to_owned()),
    };
    Some(Row {
        code: question
            .check
            .as_ref()
            .map(|check| check.code.clone())
            .unwrap_or_default(),
        label: question.label.clone(),
        answer,
        tone: (question.kind == QuestionKind::SelectOne)
            .then(|| tone(written))
            .flatten(),
        remark,
    })
}

/// How many files an answer has.
fn counted(kind: QuestionKind, count: usize) -> Texts {
    let (chinese, one, several) = match kind {
        QuestionKind::Audio => ("段录音", "sound recording", "sound recordings"),
        QuestionKind::Video => ("段录像", "video", "videos"),
        QuestionKind::File => ("个文件", "file", "files"),
        _ => ("张照片", "photo", "photos"),
    };
    let english = if count == 1 { one } else { several };
    Texts::both(format!("{count} {chinese}"), format!("{count} {english}"))
}

fn label_of(form: &Form, id: DefId, value: &str) -> Texts {
    let choice = form.choices(id).iter().find(|choice| choice.value == value);
    choice.map_or_else(|| Texts::both(value, value), |choice| choice.label.clone())
}
