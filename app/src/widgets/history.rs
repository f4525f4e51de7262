//! Events as the record has them: who, what, when, and the hash that seals each.

use domain::arrangement::ArrangementContent;
use domain::assignment::{ReleaseRule, ReleasedBy};
use domain::body::{Amendment, Field};
use domain::clearance::Cleared;
use domain::id::ChecklistId;
use domain::instant::Instant;
use domain::jurisdiction::District;
use domain::notice::NoticeContent;
use domain::person;
use domain::record::{Stream, StreamKind};
use domain::talk::Consequence;
use domain::{Language, Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

use super::address::with_query;
use super::event_title::event_title;
use super::hash::{folded, hash};
use super::loaded::loaded;
use super::table::{brief, cell, column, figure, number, row, table};
use crate::api::ApiError;
use crate::api::query::history as ask_history;
use crate::api::view::{
    AssessmentSaid, HistoryDetail, HistoryEntry, Named, NoticeCorrected, Page, PersonParticulars,
    PlanSaid, RequirementSaid,
};
use crate::clock::{day_text, period_text};
use crate::i18n::t;
use crate::office::Site;
use crate::office::person::term;
use crate::office::release_picker::release_text;

/// The hash that seals everything up to an event, with the event's number.
pub fn checkpoint(entry: &HistoryEntry, language: Language) -> AnyView {
    let label = match (entry.position, entry.version) {
        (Some(position), _) => say!(
            language,
            "记录校验值 SHA-256 · 第 {position} 号事件",
            "Record checkpoint SHA-256 · event {position}"
        ),
        (None, version) => say!(
            language,
            "记录校验值 SHA-256 · 本事项第 {version} 条",
            "Record checkpoint SHA-256 · event {version} of this matter"
        ),
    };
    hash(label, &entry.hash)
}

/// In the address, which part of the record is shown.
const PART: &str = "record-page";

/// The record of a thing, asked for by itself, below all else on its page; beside what is waited for, never inside of it, where it would
/// be asked for as often as that is drawn. Of a long one the latest part is shown first, with ways to what was before.
#[derive(Clone, Copy)]
pub struct RecordOf {
    stream: Stream,
    /// The newest version that is shown; None before there is one, and while an older part is.
    newest: StoredValue<Option<u64>>,
    answer: Resource<Result<Page<HistoryEntry>, ApiError>>,
    path: Memo<String>,
    query: Memo<ParamsMap>,
}

impl RecordOf {
    /// The forms of the page find it in their context: one that is refused says what others did meanwhile.
    pub fn ask(kind: StreamKind, id: Uuid) -> RecordOf {
        let stream = Stream { kind, id };
        let location = use_location();
        let (path, query) = (location.pathname, location.query);
        let part = Memo::new(move |_| {
            let part = query.with(|query| query.get(PART));
            part.and_then(|part| part.parse().ok()).unwrap_or(1_u32)
        });
        let answer = Resource::new(
            move || part.get(),
            move |part| async move {
                match ask_history(stream, part).await {
                    // The page itself says that there is no such thing.
                    Err(ApiError::NotFound) => Ok(Page {
                        rows: Vec::new(),
                        total: 0,
                        page: 1,
                        page_size: 0,
                    }),
                    answer => answer,
                }
            },
        );
        let record = RecordOf {
            stream,
            newest: StoredValue::new(None),
            answer,
            path,
            query,
        };
        provide_context(record);
        record
    }

    /// What was done since the page was drawn, oldest first; nothing where that is not to be learned, as when an older part is shown.
    pub async fn since(self) -> Vec<HistoryEntry> {
        let Some(Some(seen)) = self.newest.try_get_value() else {
            return Vec::new();
        };
        let Ok(now) = ask_history(self.stream, 1).await else {
            return Vec::new();
        };
        let mut since = now.rows;
        since.retain(|entry| entry.version > seen);
        since
    }

    /// After something was done on the page.
    pub fn ask_again(self) {
        self.answer.refetch();
    }

    pub fn show(self) -> AnyView {
        let site = Site::here();
        loaded(self.answer, move |part: Page<HistoryEntry>| {
            let last = part.rows.last().filter(|_| part.page <= 1);
            self.newest.set_value(last.map(|last| last.version));
            if part.rows.is_empty() {
                return ().into_any();
            }
            let title = t(Text::new("记录", "Record"));
            view! {
                <section class="stack" id="record">
                    <h2>{title}</h2>
                    {history(&part.rows, &site)}
                    {parts(&part, |to| self.address(to), site.language)}
                </section>
            }
            .into_any()
        })
    }

    /// The same page with another part of the record.
    fn address(self, part: u32) -> String {
        let part = part.to_string();
        let query = self.query.get_untracked();
        let kept = query
            .latest_values()
            .map(|(name, value)| (&**name, value))
            .filter(|(name, _)| *name != PART);
        let pairs: Vec<(&str, &str)> = kept.chain([(PART, part.as_str())]).collect();
        let address = with_query(&self.path.get_untracked(), &pairs);
        format!("{address}#record")
    }
}

/// How many events there are, which of them are shown, and the ways to the others, up to the first.
fn parts(
    part: &Page<HistoryEntry>,
    address: impl Fn(u32) -> String,
    language: Language,
) -> AnyView {
    let (page, total) = (part.page.max(1), part.total);
    let size = u64::from(part.page_size.max(1));
    let to = total.saturating_sub(u64::from(page - 1) * size);
    let from = to.saturating_sub(part.rows.len() as u64) + 1;
    let oldest = u32::try_from(total.div_ceil(size)).unwrap_or(u32::MAX);
    let way = |to: u32, rel: &'static str, text: Text| view! { <a class="button" rel=rel href=address(to)>{t(text)}</a> };
    let first =
        (page + 1 < oldest).then(|| way(oldest, "first", Text::new("最早的记录", "First events")));
    let earlier =
        (page < oldest).then(|| way(page + 1, "prev", Text::new("更早的记录", "Earlier events")));
    let later = (page > 1).then(|| way(page - 1, "next", Text::new("之后的记录", "Later events")));
    view! {
        <nav class="pager" aria-label=t(Text::new("记录分页", "Pages of the record"))>
            <p>{say!(language, "第 {from}–{to} 条，共 {total} 条", "{from}–{to} of {total}")}</p>
            <div class="row">{first}{earlier}{later}</div>
        </nav>
    }
    .into_any()
}

/// Events by their number: in the whole record, or, for who may not see all of it, in their own stream.
pub fn history(entries: &[HistoryEntry], site: &Site) -> AnyView {
    let columns = [
        number(t(if site.sees_every_event() {
            Text::new("总序号", "Number in the record")
        } else {
            Text::new("序号", "Number")
        })),
        column(t(Text::new("事件", "Event"))),
        column(t(Text::new("经手人", "By"))),
        column(t(Text::new("发生时间", "Occurred"))),
        column(t(Text::new("入账时间", "Recorded"))),
        column(t(Text::new("校验值 SHA-256", "Hash, SHA-256"))),
    ];
    let line = |entry: &HistoryEntry| {
        let words =
            event_title(&entry.kind).map_or_else(|| entry.kind.clone(), |text| t(text).to_owned());
        let place = if entry.device.is_some() {
            t(Text::new("（平板）", " (tablet)"))
        } else {
            ""
        };
        let actor = entry
            .actor
            .as_ref()
            .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
        row(vec![
            figure(entry.position.unwrap_or(entry.version)),
            cell(view! { {words}{entry.detail.as_ref().map(|detail| about(detail, site))} }),
            cell(format!("{actor}{place}")),
            brief(site.at(entry.occurred_at)),
            brief(site.at(entry.recorded_at)),
            view! { <td>{folded(&entry.hash)}</td> }.into_any(),
        ])
    };
    let none = t(Text::new("还没有记录。", "Nothing is recorded yet."));
    table(
        t(Text::new("记录", "Record")),
        &columns,
        entries.iter().map(line).collect(),
        none,
    )
}

/// What changed, or whom it was about.
fn about(detail: &HistoryDetail, site: &Site) -> AnyView {
    match detail {
        HistoryDetail::Amended(before, after) => {
            let line = |field: &Field| {
                let title = t(field.title());
                let [was, is] = [before, after].map(|state| held(*field, state, site));
                view! { <li>{say!(site.language, "{title}：{was} → {is}", "{title}: {was} → {is}")}</li> }
            };
            let lines: Vec<_> = before.differences(after).iter().map(line).collect();
            view! { <ul class="hint">{lines}</ul> }.into_any()
        }
        HistoryDetail::PersonAmended(before, after) => {
            let names = |of: &PersonParticulars| {
                let both = Language::ALL.map(|language| of.name.get(language.tag()).to_owned());
                both.join(" / ")
            };
            let unit = |of: &PersonParticulars| {
                let unit = of.unit.as_ref();
                unit.map_or_else(|| "—".to_owned(), |unit| site.name(&unit.name))
            };
            let line = |field: person::Field, [was, is]: [String; 2]| {
                let title = t(field.title());
                (was != is).then(|| {
                    view! { <li>{say!(site.language, "{title}：{was} → {is}", "{title}: {was} → {is}")}</li> }
                })
            };
            view! {
                <ul class="hint">
                    {line(person::Field::Name, [before, after].map(names))}
                    {line(person::Field::Unit, [before, after].map(unit))}
                </ul>
            }
            .into_any()
        }
        HistoryDetail::Body(Some(body)) => {
            view! { <p class="hint">{site.body(body)}</p> }.into_any()
        }
        HistoryDetail::Body(None) => {
            let none = t(Text::new("不再隶属其他单位", "Answers to no other body"));
            view! { <p class="hint">{none}</p> }.into_any()
        }
        HistoryDetail::Cleared(cleared) => {
            view! { <p class="hint">{cleared_text(cleared, site)}</p> }.into_any()
        }
        HistoryDetail::Districts(districts) => {
            let line = |district: &District| {
                let (code, name) = (district.code.0.clone(), site.name(&district.name));
                view! { <li>{code}" "{name}</li> }
            };
            let lines: Vec<_> = districts.iter().map(line).collect();
            view! { <ul class="hint">{lines}</ul> }.into_any()
        }
        HistoryDetail::Assessed(before, after) => {
            let said = |assessment: &AssessmentSaid| {
                let regulator = site.name(&assessment.regulator.name);
                let conduct = t(assessment.conduct.title());
                let account = &assessment.account;
                say!(
                    site.language,
                    "{regulator}，{conduct}。依据：{account}",
                    "{regulator}: {conduct}. It rests on: {account}"
                )
            };
            let line = |title: Text, assessment: &AssessmentSaid| {
                let (title, said) = (t(title), said(assessment));
                view! { <li>{say!(site.language, "{title}：{said}", "{title}: {said}")}</li> }
            };
            let before = before
                .as_deref()
                .map(|before| line(Text::new("原评价", "Before"), before));
            let title = Text::new("本次评价", "This assessment");
            view! { <ul class="hint">{before}{line(title, after)}</ul> }.into_any()
        }
        HistoryDetail::Released(rule) => {
            view! { <p class="hint">{released_text(rule, site)}</p> }.into_any()
        }
        HistoryDetail::Requirement(said) => requirement(said, site),
        HistoryDetail::Draft(content, reason) => draft(content, reason.as_deref(), site),
        HistoryDetail::Deadline(moved) => {
            let (after, reason) = (site.at(moved.after), &moved.reason);
            let text = match moved.before.map(|before| site.at(before)) {
                Some(before) => say!(
                    site.language,
                    "期限：{before} → {after}。{reason}",
                    "Deadline: {before} → {after}. {reason}"
                ),
                None => say!(
                    site.language,
                    "期限改为{after}。{reason}",
                    "Deadline now {after}. {reason}"
                ),
            };
            view! { <p class="hint">{site.body(&moved.body)}<br/>{text}</p> }.into_any()
        }
        HistoryDetail::Interest(person, body, note) => {
            let (person, note) = (site.name(&person.name), note.clone());
            view! { <p class="hint">{person}" · "{site.body(body)}<br/>{note}</p> }.into_any()
        }
        HistoryDetail::Group(name, leader, members) => {
            let (name, leader) = (site.name(name), site.name(&leader.name));
            let members = names(members, site);
            let text = say!(
                site.language,
                "{name}，组长{leader}，成员{members}",
                "{name}; leader: {leader}; members: {members}"
            );
            view! { <p class="hint">{text}</p> }.into_any()
        }
        HistoryDetail::Dissolved(name, reason) => {
            let name = site.name(name);
            view! { <p class="hint">{name}<br/>{reason.clone()}</p> }.into_any()
        }
        HistoryDetail::PlanAmended(before, after) => plan_amended(before, after, site),
        HistoryDetail::RequirementMoved(moved) => {
            let (number, reason) = (moved.number, &moved.reason);
            let time = |at: Option<Instant>| at.map_or_else(|| "—".to_owned(), |at| site.at(at));
            let [before, after] = [moved.before, moved.after].map(time);
            let text = say!(
                site.language,
                "第{number}项要求，期限：{before} → {after}。原因：{reason}",
                "Requirement {number}, to be carried out by: {before} → {after}. Reason: {reason}"
            );
            view! { <p class="hint">{text}</p> }.into_any()
        }
        HistoryDetail::TalkMoved(moved) => {
            let held = |(at, place): &(Instant, String)| format!("{} {place}", site.at(*at));
            let [before, after] = [&moved.before, &moved.after].map(held);
            let reason = &moved.reason;
            let text = say!(
                site.language,
                "{before} → {after}。原因：{reason}",
                "{before} → {after}. Reason: {reason}"
            );
            view! { <p class="hint">{text}</p> }.into_any()
        }
        HistoryDetail::NoticeCorrected(corrected) => notice_corrected(corrected, site),
        HistoryDetail::Bodies(bodies) => {
            let count = bodies.len();
            let summary = say!(site.language, "{count}个单位", "{count} bodies");
            let bodies: Vec<_> = bodies
                .iter()
                .map(|body| view! { <li>{site.body(body)}</li> })
                .collect();
            view! { <details class="hint"><summary>{summary}</summary><ul>{bodies}</ul></details> }
                .into_any()
        }
        HistoryDetail::Rescheduled(visit_on, release, reason) => {
            let day = day_text(*visit_on, site.language);
            let day = say!(site.language, "检查日期：{day}", "Visit on {day}");
            let release = match release {
                Some(release @ ReleaseRule::At(_)) => release_text(*release, site),
                Some(ReleaseRule::ByOrganiser | ReleaseRule::OnArrival) | None => None,
            };
            let said: Vec<String> = [Some(day), release, Some(reason.clone())]
                .into_iter()
                .flatten()
                .collect();
            view! { <p class="hint">{said.join(" · ")}</p> }.into_any()
        }
        HistoryDetail::Reason(reason) => view! { <p class="hint">{reason.clone()}</p> }.into_any(),
        HistoryDetail::Grant(grant, names) => {
            let term = term(grant, site);
            view! { <p class="hint">{site.grant(grant, names)}" · "{term}</p> }.into_any()
        }
    }
}

fn names<I>(named: &[Named<I>], site: &Site) -> String {
    let names: Vec<String> = named.iter().map(|one| site.name(&one.name)).collect();
    names.join(t(Text::new("、", ", ")))
}

/// By what rule a sealed assignment was released.
fn released_text(rule: &ReleasedBy, site: &Site) -> String {
    match rule {
        ReleasedBy::Organiser => say!(site.language, "由组织者启封", "By an organiser"),
        ReleasedBy::Time { at } => {
            let at = site.at(*at);
            say!(site.language, "按预定时间{at}启封", "At the time set: {at}")
        }
        ReleasedBy::Arrival { account } => say!(
            site.language,
            "小组到达后启封：{account}",
            "On the team’s arrival: {account}"
        ),
    }
}

/// Its number, who acknowledged it, the way to what it was linked to, and why.
fn requirement(said: &RequirementSaid, site: &Site) -> AnyView {
    let number = said.number;
    let of = say!(site.language, "第{number}项要求", "Requirement {number}");
    let body = said
        .body
        .as_ref()
        .map(|body| view! { " · "{site.body(body)} });
    let to = said.to.as_ref().map(|to| {
        let (address, words) = match to {
            Consequence::Campaign(id) => (
                format!("/campaigns/{id}"),
                t(Text::new("督查", "Campaign")).to_owned(),
            ),
            Consequence::Item {
                checklist,
                version,
                code,
                ..
            } => (
                format!("/checklists/{checklist}/{version}"),
                say!(site.language, "检查项 {code}", "Item {code}"),
            ),
            Consequence::Finding(id) => (
                format!("/findings/{id}"),
                t(Text::new("问题", "Finding")).to_owned(),
            ),
        };
        view! { " · "<a href=address>{words}</a> }
    });
    let reason = said
        .reason
        .as_ref()
        .map(|reason| say!(site.language, "。原因：{reason}", ". Reason: {reason}"));
    view! { <p class="hint">{of}{body}{to}{reason}</p> }.into_any()
}

/// What an arrangement said as it was drafted: what becomes of the draft, the record keeps it.
fn draft(content: &ArrangementContent, reason: Option<&str>, site: &Site) -> AnyView {
    let (number, title) = (&content.number, site.name(&content.title));
    let period = period_text(content.from, content.to, site.language);
    let reason = reason.map(|reason| {
        let words = say!(site.language, "原因：{reason}", "Reason: {reason}");
        view! { <p class="hint">{words}</p> }
    });
    view! {
        {reason}
        <details class="hint">
            <summary>{t(Text::new("这一稿的内容", "What this draft says"))}</summary>
            <p><strong>{title}</strong>" "{number.clone()}" · "{period}</p>
            <blockquote>{site.name(&content.text)}</blockquote>
        </details>
    }
    .into_any()
}

/// What of a plan is not as it was.
fn plan_amended(before: &PlanSaid, after: &PlanSaid, site: &Site) -> AnyView {
    let says = |title: Text, value: &dyn Fn(&PlanSaid) -> String| {
        let [was, is] = [before, after].map(value);
        (was != is).then(|| {
            let title = t(title);
            view! { <li>{say!(site.language, "{title}：{was} → {is}", "{title}: {was} → {is}")}</li> }
        })
    };
    let focus = |said: &PlanSaid| {
        let focus = said
            .plan
            .terms
            .focus
            .as_ref()
            .map(|focus| site.focus(focus));
        focus.unwrap_or_else(|| "—".to_owned())
    };
    let partners = |said: &PlanSaid| {
        if said.partners.is_empty() {
            "—".to_owned()
        } else {
            names(&said.partners, site)
        }
    };
    let used = |said: &PlanSaid| {
        let plan = &said.plan;
        let others = plan.terms.checklists.iter();
        let others = others.map(|one| (one.checklist, one.version.clone()));
        let mut all = vec![(plan.checklist, plan.checklist_version.clone())];
        all.extend(others);
        all
    };
    let [were, are] = [before, after].map(used);
    // By their versions, each the way to its page, where its title is.
    let checklists = (were != are).then(|| {
        let ways = |used: Vec<(ChecklistId, String)>| {
            let way = |(id, version): (ChecklistId, String)| {
                let address = format!("/checklists/{id}/{version}");
                view! { <a href=address>{version}</a>" " }
            };
            used.into_iter().map(way).collect::<Vec<_>>()
        };
        view! { <li>{t(Text::new("检查表：", "Checklists: "))}{ways(were)}"→ "{ways(are)}</li> }
    });
    view! {
        <ul class="hint">
            {says(Text::new("类型", "Kind"), &|said| t(said.plan.kind.title()).to_owned())}
            {says(Text::new("方式", "Notice"), &|said| t(said.plan.notice_mode.title()).to_owned())}
            {says(Text::new("检查对象", "Who is inspected"), &|said| t(said.plan.terms.subjects.title()).to_owned())}
            {says(Text::new("实施单位", "Authority"), &|said| site.name(&said.authority.name))}
            {says(Text::new("期间", "Period"), &|said| period_text(said.plan.from, said.plan.to, site.language))}
            {says(Text::new("重点区", "Focus district"), &focus)}
            {checklists}
            {says(Text::new("联合单位", "Jointly with"), &partners)}
        </ul>
    }
    .into_any()
}

/// What of a notice is not as it was, and why; its earlier wording stands on its page.
fn notice_corrected(corrected: &NoticeCorrected, site: &Site) -> AnyView {
    let NoticeCorrected {
        before,
        after,
        reason,
        again,
    } = corrected;
    let says = |title: Text, value: &dyn Fn(&NoticeContent) -> String| {
        let [was, is] = [before, after].map(value);
        (was != is).then(|| {
            let title = t(title);
            view! { <li>{say!(site.language, "{title}：{was} → {is}", "{title}: {was} → {is}")}</li> }
        })
    };
    let is_other = |differs: bool, words: Text| differs.then(|| view! { <li>{t(words)}</li> });
    view! {
        <p class="hint">{reason.clone()}</p>
        <ul class="hint">
            {says(Text::new("标题", "Title"), &|content| site.name(&content.title))}
            {says(Text::new("签收期限", "Acknowledge by"), &|content| site.at(content.acknowledge_by))}
            {is_other(before.text != after.text, Text::new("正文已更正", "The text was corrected"))}
            {is_other(before.attachments != after.attachments, Text::new("附件已更正", "The attachments were corrected"))}
            {is_other(*again, Text::new("已签收的单位须重新签收", "Who had acknowledged it acknowledges it again"))}
        </ul>
    }
    .into_any()
}

/// A test and what was known of the vaccination.
fn cleared_text(cleared: &Cleared, site: &Site) -> String {
    let outcome = t(if cleared.negative {
        Text::new("阴性", "Negative")
    } else {
        Text::new("阳性", "Positive")
    });
    let (at, doses) = (site.at(cleared.tested_at), cleared.doses);
    say!(
        site.language,
        "{at}采样，{outcome}，接种{doses}剂",
        "Sampled {at}: {outcome}; doses: {doses}"
    )
}

/// A field of a body in words.
fn held(field: Field, state: &Amendment, site: &Site) -> String {
    let profile = &state.profile;
    let parts = |parts: [&str; 2]| {
        let there = parts.into_iter().filter(|part| !part.is_empty());
        there.collect::<Vec<_>>().join(" / ")
    };
    let text = match field {
        Field::Kind => t(state.kind.title()).to_owned(),
        Field::Name => parts(Language::ALL.map(|language| state.name.get(language.tag()))),
        Field::District => state
            .district
            .as_ref()
            .map_or_else(String::new, |code| site.district(code)),
        Field::Residents => state.residents.to_string(),
        Field::Staff => state.staff.to_string(),
        Field::Capacity => state.capacity.to_string(),
        Field::Ownership => profile
            .ownership
            .map_or_else(String::new, |ownership| t(ownership.title()).to_owned()),
        Field::Risk => profile
            .risk
            .map_or_else(String::new, |risk| t(risk.title()).to_owned()),
        Field::Address => profile.address.clone(),
        Field::Location => profile.location.map_or_else(String::new, |location| {
            format!("{}, {}", location.latitude, location.longitude)
        }),
        Field::Contact => parts([&profile.contact.name, &profile.contact.telephone]),
    };
    if text.is_empty() {
        "—".to_owned()
    } else {
        text
    }
}
