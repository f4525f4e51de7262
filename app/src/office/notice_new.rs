//! A new notice: what it says, whom it is addressed to, by when they acknowledge it. What is being written is kept in this browser
//! until it is issued.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::NoticeId;
use domain::jurisdiction::DistrictCode;
use domain::notice::{AddresseeRule, NoticeCommand, NoticeContent};
use domain::response_level::ResponseLevel;
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::confirmation::Confirmation;
use crate::api::ApiError;
use crate::api::command::send;
use crate::api::query::addressee_count;
use crate::api::view::AddresseeCount;
use crate::clock::wall_time;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::bodies_picker::BodiesPicker;
use crate::widgets::browser;
use crate::widgets::figure::grouped;
use crate::widgets::files::FileInput;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;
use crate::widgets::ticks::ticks;

const NUMBER: Text = Text::new("文号", "Document number");
pub const TITLE: Text = Text::new("标题（中文）", "Title in Chinese");
pub const TITLE_ENGLISH: Text = Text::new("标题（英文）", "Title in English");
pub const TEXT: Text = Text::new("正文（中文）", "Text in Chinese");
pub const TEXT_ENGLISH: Text = Text::new("正文（英文）", "Text in English");
const FROM: Text = Text::new("生效时间", "In force from");
pub const BY: Text = Text::new("签收期限", "Acknowledge by");

#[derive(Clone, Copy)]
struct Fields {
    lines: [RwSignal<String>; 8],
    kinds: RwSignal<Vec<String>>,
    districts: RwSignal<Vec<String>>,
    bodies: BodiesPicker,
    files: FileInput,
}

impl Fields {
    fn new() -> Fields {
        Fields {
            lines: std::array::from_fn(|_| RwSignal::new(String::new())),
            kinds: RwSignal::new(Vec::new()),
            districts: RwSignal::new(Vec::new()),
            bodies: BodiesPicker::new(
                "notice-bodies",
                Text::new("另外点名发送的单位", "And these bodies by name"),
            ),
            files: FileInput::new("notice-files", Text::new("附件", "Attachments")),
        }
    }

    /// Whom it is addressed to as far as it is said; reactive.
    fn rule(self) -> AddresseeRule {
        AddresseeRule {
            kinds: self
                .kinds
                .get()
                .iter()
                .filter_map(|code| BodyKind::from_code(code))
                .collect(),
            districts: self.districts.get().into_iter().map(DistrictCode).collect(),
            bodies: self.bodies.chosen.get().iter().map(|(id, _)| *id).collect(),
        }
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let fields = Fields::new();
    let [
        number,
        title_line,
        title_english,
        text,
        text_english,
        level,
        from,
        by,
    ] = fields.lines;
    let sending = Sending::new("notice-errors")
        .named(&[("acknowledge-by", "notice-by")])
        .kept("notices/new");
    let confirmation = Confirmation::new("notice-confirm");
    let zone = site.jurisdiction.time_zone.clone();
    Effect::new({
        let zone = zone.clone();
        move |_| {
            if from.with_untracked(String::is_empty) {
                from.set(wall_time(browser::now(), &zone).to_string());
            }
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("notice-number", NUMBER, number)]);
        let title = typed(&title_line.get_untracked(), &title_english.get_untracked());
        let words = typed(&text.get_untracked(), &text_english.get_untracked());
        for (texts, field, label) in [
            (&title, "notice-title", TITLE),
            (&words, "notice-text", TEXT),
        ] {
            if texts.is_empty() {
                let label = t(label);
                let text = say!(
                    crate::i18n::language(),
                    "请填写“{label}”",
                    "Fill in “{label}”"
                );
                faults.push(Fault {
                    field: Some(field),
                    text,
                });
            }
        }
        let from = read_moment("notice-from", FROM, from, &zone)
            .map_err(|fault| faults.push(fault))
            .ok();
        let mut rule = untrack(|| fields.rule());
        match fields.bodies.read() {
            Ok(bodies) => rule.bodies = bodies,
            Err(fault) => faults.push(fault),
        }
        if rule.kinds.is_empty() && rule.bodies.is_empty() {
            let text = t(Text::new(
                "请选择发送对象",
                "Choose whom it is addressed to",
            ))
            .to_owned();
            faults.push(Fault {
                field: Some("notice-kinds"),
                text,
            });
        }
        let by = read_moment("notice-by", BY, by, &zone)
            .map_err(|fault| faults.push(fault))
            .ok();
        let id = NoticeId(Uuid::now_v7());
        let code = level.get_untracked();
        let content = from
            .zip(by)
            .map(|(effective_from, acknowledge_by)| NoticeContent {
                number: number.get_untracked().trim().to_owned(),
                title,
                text: words,
                level: ResponseLevel::ALL
                    .into_iter()
                    .find(|level| format!("{level:?}") == code),
                effective_from,
                addressees: rule.kinds,
                districts: rule.districts,
                bodies: rule.bodies,
                attachments: fields.files.taken(),
                acknowledge_by,
            });
        let about = serde_json::to_string(&content).unwrap_or_default();
        if confirmation.comes_first(sending, &faults, about) {
            return;
        }
        let work = move || -> Work {
            Box::pin(async move {
                match content {
                    Some(content) => {
                        let command = NoticeCommand::Issue(content);
                        send(Command::Notice { id, command }).await
                    }
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/notices/{id}"));
        });
    };
    let levels = std::iter::once((String::new(), t(Text::new("不涉及", "None")).to_owned()))
        .chain(
            ResponseLevel::ALL
                .into_iter()
                .map(|level| (format!("{level:?}"), t(level.title()).to_owned())),
        )
        .collect();
    let kinds = BodyKind::ALL
        .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
        .to_vec();
    let title = t(Text::new("起草通知", "New notice")).to_owned();
    let clock = Text::new("按本市时间填写。", "On the clock of the jurisdiction.");
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("notice-number", NUMBER, number)
                .hint(Text::new("如：示例〔2022〕1号。", "As the document bears it, such as 示例〔2022〕1号."))
                .view(sending)}
            {Ask::line("notice-title", TITLE, title_line).view(sending)}
            {Ask::line("notice-title-english", TITLE_ENGLISH, title_english).optional().view(sending)}
            {Ask::area("notice-text", TEXT, text).view(sending)}
            {Ask::area("notice-text-english", TEXT_ENGLISH, text_english).optional().view(sending)}
            {fields.files.view(sending, true)}
            {Ask::new("notice-level", Text::new("响应级别", "Response level"), Control::Choice(levels), level).view(sending)}
            {Ask::new("notice-from", FROM, Control::Moment, from).hint(clock).view(sending)}
            {ticks("notice-kinds", Text::new("发送给这些类别的单位", "To every body of these kinds"), None, kinds, fields.kinds, sending)}
            {ticks(
                "notice-districts",
                Text::new("只在这些区", "Only in these districts"),
                Some(Text::new("都不选即为全市。", "None ticked: the whole jurisdiction.")),
                site.districts(),
                fields.districts,
                sending,
            )}
            {fields.bodies.view(sending, true)}
            {reach(&fields)}
            {Ask::new("notice-by", BY, Control::Moment, by).hint(clock).view(sending)}
            <div class="row">
                {confirmation.submit(sending, IconName::Send, Text::new("发布通知", "Issue the notice"), Text::new(
                    "所选单位即刻收到通知并开始计算签收时限；发布后只能更正或撤回，原文本仍可查阅。",
                    "The bodies chosen get it at once, and their time to acknowledge it runs. From then on it is corrected or withdrawn, and what it said stays to be read.",
                ))}
            </div>
        </form>
    }
    .into_any()
}

/// How many bodies that is now.
fn reach(fields: &Fields) -> AnyView {
    let fields = *fields;
    let asked = Memo::new(move |_| fields.rule());
    let counted = RwSignal::new(None::<Result<AddresseeCount, ApiError>>);
    Effect::new(move |_| {
        let rule = asked.get();
        if rule == AddresseeRule::default() {
            counted.set(Some(Ok(AddresseeCount::default())));
            return;
        }
        leptos::task::spawn_local_scoped(async move {
            let answer = addressee_count(rule.clone()).await;
            if asked.try_get_untracked() == Some(rule) {
                counted.try_set(Some(answer));
            }
        });
    });
    let words = move || {
        let language = crate::i18n::language();
        match counted.get() {
            None => t(Text::new("正在统计…", "Counting…")).to_owned(),
            Some(Err(error)) => error.text(language),
            Some(Ok(count)) if count.all == 0 => t(Text::new(
                "目前没有单位会收到这份通知。",
                "At present no body would get this notice.",
            ))
            .to_owned(),
            Some(Ok(count)) => {
                let kinds: Vec<String> = count
                    .by_kind
                    .iter()
                    .map(|(kind, number)| {
                        let (kind, number) =
                            (kind.title().get(language), grouped((*number).into()));
                        say!(language, "{kind}{number}家", "{kind}: {number}")
                    })
                    .collect();
                let (all, kinds) = (
                    grouped(count.all.into()),
                    kinds.join(t(Text::new("，", ", "))),
                );
                say!(
                    language,
                    "目前共有 {all} 个单位会收到：{kinds}。",
                    "At present {all} bodies would get it: {kinds}."
                )
            }
        }
    };
    view! {
        <div class="banner" data-kind="info" role="status" id="notice-reach">
            <Icon name=IconName::Megaphone/><p>{words}</p>
        </div>
    }
    .into_any()
}
