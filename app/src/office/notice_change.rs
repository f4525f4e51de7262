//! Correcting a notice and withdrawing it, and what its page says of that.

use domain::command::Command;
use domain::id::NoticeId;
use domain::notice::{Correction, NoticeCommand};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::confirmation::Confirmation;
use super::notice_new::{BY, TEXT, TEXT_ENGLISH, TITLE, TITLE_ENGLISH};
use super::reason_form::{Asked, reason_form};
use crate::api::view::{CorrectionView, NoticeView};
use crate::clock::wall_time;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment, tick};
use crate::widgets::draft::{Part, begun_with};
use crate::widgets::files::{FileInput, attachments};
use crate::widgets::head::banner;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::texts::{given, typed};

const REASON: Text = Text::new("更正的原因", "Why it is corrected");
const AGAIN: Text = Text::new(
    "已签收的单位须重新签收",
    "Who has acknowledged it acknowledges it again",
);

/// That it was withdrawn, or corrected and why, with what it said before.
pub fn changes(notice: &NoticeView, site: &Site) -> AnyView {
    let withdrawn = notice.withdrawn.as_ref().map(|withdrawn| {
        let (by, at) = (site.name(&withdrawn.by.name), site.at(withdrawn.at));
        let reason = &withdrawn.reason;
        let words = say!(
            site.language,
            "{by}已于{at}撤回这份通知，不再要求签收。原因：{reason}",
            "{by} withdrew this notice on {at}; it asks for nothing any more. Reason: {reason}"
        );
        banner("warning", words)
    });
    let last = notice.corrections.last();
    let read = last.map(|last| {
        let (count, all) = (notice.up_to_date, notice.addressees);
        let again = last.again.then(|| {
            t(Text::new(
                "已签收的单位须重新签收。",
                " Who had acknowledged it acknowledges it again.",
            ))
        });
        let words = say!(
            site.language,
            "签收了更正后文本的单位：{count} / {all}。",
            "Acknowledged as corrected: {count} of {all}."
        );
        // Whoever sees one institution is told of its own receipt.
        let of_all = (!site.sees_one_institution()).then(|| {
            let page = format!("/notices/{}/receipts?state=earlier", notice.id);
            let link = t(Text::new(
                "只签收过更正前文本的单位",
                "Who acknowledged an earlier text only",
            ));
            view! { <p>{words}" "<a href=page>{link}</a></p> }
        });
        view! { {again.map(|words| view! { <p>{words}</p> })}{of_all} }
    });
    let corrections: Vec<AnyView> = notice
        .corrections
        .iter()
        .rev()
        .map(|one| correction(one, site))
        .collect();
    let corrected = (!corrections.is_empty()).then(|| {
        view! {
            <section class="card" data-test="corrections">
                <h2>{t(Text::new("更正", "Corrections"))}</h2>
                {read}
                {corrections}
            </section>
        }
    });
    view! { {withdrawn}{corrected} }.into_any()
}

fn correction(one: &CorrectionView, site: &Site) -> AnyView {
    let (by, at, reason) = (site.name(&one.by.name), site.at(one.at), &one.reason);
    let words = say!(
        site.language,
        "{by}于{at}更正。原因：{reason}",
        "Corrected by {by} on {at}. Reason: {reason}"
    );
    let before = &one.before;
    let text = site.name(&before.text);
    let paragraphs: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    let deadline = site.at(before.acknowledge_by);
    let deadline = say!(
        site.language,
        "签收期限：{deadline}",
        "Acknowledge by {deadline}"
    );
    view! {
        <p>{words}</p>
        <details>
            <summary>{t(Text::new("更正前的文本", "Earlier text"))}</summary>
            <h3>{site.name(&before.title)}</h3>
            <div class="prose">{paragraphs}</div>
            <p>{deadline}</p>
            {attachments(&before.attachments)}
        </details>
    }
    .into_any()
}

/// The ways to change it, for who may.
pub fn acts(notice: &NoticeView, site: &Site, done: Callback<()>) -> Option<AnyView> {
    notice.may_change.then(|| {
        view! { {correct_form(notice, site, done)}{withdraw_form(notice.id, done)} }.into_any()
    })
}

fn correct_form(notice: &NoticeView, site: &Site, done: Callback<()>) -> AnyView {
    let (id, content) = (notice.id, notice.content.clone());
    let (title, title_english) = given(&content.title);
    let (text, text_english) = given(&content.text);
    let zone = site.jurisdiction.time_zone.clone();
    let deadline = wall_time(content.acknowledge_by, &zone).to_string();
    let by = RwSignal::new(deadline.clone());
    let reason = RwSignal::new(String::new());
    let again = RwSignal::new(false);
    let files = FileInput::new("correct-files", Text::new("附件", "Attachments"));
    files.chosen.set(content.attachments.clone());
    let sending = Sending::new("correct-errors")
        // What another form of the page was told since was not read here.
        .seeing(Seen::of(notice.version))
        .named(&[("acknowledge-by", "correct-by")])
        // A draft is of the wording it was begun with.
        .kept(&format!("notices/{id}/correct/{}", begun_with(&content)));
    sending.keep("correct-again", Part::set_to(again));
    let confirming = Confirmation::new("correct-confirm");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let titles = typed(&title.get_untracked(), &title_english.get_untracked());
        let words = typed(&text.get_untracked(), &text_english.get_untracked());
        if titles.is_empty() {
            faults.extend(empty_faults(&[("correct-title", TITLE, title)]));
        }
        if words.is_empty() {
            faults.extend(empty_faults(&[("correct-text", TEXT, text)]));
        }
        // A control knows no seconds: what was not touched stays as it is.
        let acknowledge_by = if by.with_untracked(|by| *by == deadline) {
            Some(content.acknowledge_by)
        } else {
            read_moment("correct-by", BY, by, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        faults.extend(empty_faults(&[("correct-reason", REASON, reason)]));
        let command = acknowledge_by.map(|acknowledge_by| Command::Notice {
            id,
            command: NoticeCommand::Correct(Correction {
                title: titles,
                text: words,
                attachments: files.taken(),
                acknowledge_by,
                reason: reason.get_untracked(),
                again: again.get_untracked(),
            }),
        });
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, command, move || done.run(()));
    };
    let consequence = move || {
        let text = if again.get() {
            Text::new(
                "收到通知的单位都会得知，已签收的须重新签收。更正不能撤回，只能再更正或撤回通知。",
                "Everybody who has the notice is told, and whoever acknowledged it must do so again. A correction is not taken back; correct it again, or withdraw the notice.",
            )
        } else {
            Text::new(
                "收到通知的单位都会得知，已有的签收仍有效。更正不能撤回，只能再更正或撤回通知。",
                "Everybody who has the notice is told; receipts already given stand. A correction is not taken back; correct it again, or withdraw the notice.",
            )
        };
        view! { <p>{t(text)}</p> }.into_any()
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("更正通知", "Correct the notice"))}</summary>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                <p>{t(Text::new(
                    "文号和发送对象不变；更正前的文本仍可查阅，收到通知的单位都会得知。",
                    "Number and addressees stay. The earlier text can still be read, and everybody who has the notice is told.",
                ))}</p>
                {Ask::line("correct-title", TITLE, title).view(sending)}
                {Ask::line("correct-title-english", TITLE_ENGLISH, title_english).optional().view(sending)}
                {Ask::area("correct-text", TEXT, text).view(sending)}
                {Ask::area("correct-text-english", TEXT_ENGLISH, text_english).optional().view(sending)}
                {files.view(sending, true)}
                {Ask::new("correct-by", BY, Control::Moment, by).view(sending)}
                {Ask::area("correct-reason", REASON, reason).view(sending)}
                {tick("correct-again", AGAIN, again)}
                {confirming.submit_saying(sending, IconName::Check, Text::new("发布更正", "Issue the correction"), consequence)}
            </form>
        </details>
    }
    .into_any()
}

fn withdraw_form(id: NoticeId, done: Callback<()>) -> AnyView {
    let asked = Asked {
        form: "withdraw-errors",
        field: "withdraw-reason",
        title: Text::new("撤回通知", "Withdraw the notice"),
        consequence: Text::new(
            "收到通知的单位都会得知，不再要求签收；依据它的约谈、要求和调阅保留。撤回后不能恢复。",
            "Everybody who has it is told, and no receipt is asked for any more. Talks, requirements and requests based on it stay. It is not undone.",
        ),
    };
    let command = move |reason| Command::Notice {
        id,
        command: NoticeCommand::Withdraw { reason },
    };
    reason_form(asked, &format!("notices/{id}/withdraw"), command, done)
}
