//! One institution's day: the form, made for a phone and a minute, with the values of the day before offered; what was reported,
//! and each correction.

use domain::id::BodyId;
use domain::instant::Day;
use domain::situation::{DUE_HOUR, Figure, Report, SituationCommand, Surprise, surprises};
use domain::wording::plain_digits;
use domain::working_day::days_between;
use domain::{Command, Language, Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::Site;
use super::confirmation::Confirmation;
use super::situation::TITLE;
use crate::api::query::situation_report;
use crate::api::view::{HistoryEntry, ReportEntry, SituationReportView};
use crate::clock::day_text;
use crate::i18n::{language, t};
use crate::widgets::ask::{Ask, Control};
use crate::widgets::browser;
use crate::widgets::draft::is_kept;
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Fault, Seen, Sending};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let params = use_params_map();
    let asked = params.with_untracked(|params| {
        let body: BodyId = params.get("body")?.parse().ok()?;
        let day: Day = params.get("day")?.parse().ok()?;
        Some((body, day))
    });
    let Some((body, day)) = asked else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| situation_report(body, day));
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(view: &SituationReportView, site: &Site, done: Callback<()>) -> AnyView {
    let name = site.name(&view.body.name);
    let day = day_text(view.day, site.language);
    let title = say!(site.language, "{name} · {day}", "{name}, {day}");
    let corrects = RwSignal::new(false);
    // What was begun and left stands in its form again.
    let begun = format!(
        "situation/{}/{}/correct/{}",
        view.body.id, view.day, view.number
    );
    let viewer = site.viewer.person;
    Effect::new(move |_| {
        if is_kept(viewer, &begun) {
            corrects.set(true);
        }
    });
    let so = said_to_be_so(&view.confirmed, site);
    let reported = view.report.as_ref().map(|report| {
        let correct = view.may_report.then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| corrects.set(true) hidden=move || corrects.get()>
                    <Icon name=IconName::Pencil/>{t(Text::new("更正", "Correct"))}
                </button>
            }
        });
        view! { <section class="card"><h2>{t(Text::new("已报送", "Reported"))}</h2>{facts(report)}{so}{correct}</section> }
    });
    let entry = match (&view.report, view.may_report) {
        (None, true) => form(view, site, done),
        (None, false) => banner(
            "warning",
            t(Text::new(
                "这一天还没有报送。",
                "This day has not been reported.",
            ))
            .to_owned(),
        ),
        (Some(_), true) => {
            let view = StoredValue::new(view.clone());
            let site = site.clone();
            let drawn = move || {
                corrects
                    .get()
                    .then(|| view.with_value(|view| form(view, &site, done)))
            };
            drawn.into_any()
        }
        (Some(_), false) => ().into_any(),
    };
    let reports = (view.reports.len() > 1).then(|| corrections(&view.reports, site));
    let recorded = (!view.history.is_empty()).then(|| {
        view! { <section class="stack"><h2>{t(Text::new("记录", "Record"))}</h2>{history(&view.history, site)}</section> }
    });
    view! {
        {crumbs("/situation", TITLE, name)}
        {head(title, due(view, site), ())}
        {reported}
        {entry}
        {reports}
        {recorded}
    }
    .into_any()
}

/// By when it is due, and whether it is late or came late.
fn due(view: &SituationReportView, site: &Site) -> AnyView {
    let text = due_text(
        view.report.is_some(),
        view.late,
        view.day == view.today,
        site.language,
    );
    match text {
        Some(text) if view.report.is_some() => tag("soon", IconName::Clock, text),
        Some(text) if view.late => tag("overdue", IconName::Clock, text),
        text => text.into_any(),
    }
}

/// None of what came in time.
fn due_text(
    is_reported: bool,
    is_late: bool,
    is_today: bool,
    language: Language,
) -> Option<String> {
    match (is_reported, is_late) {
        (true, false) => None,
        (true, true) => Some(say!(
            language,
            "迟报：应在当日 {DUE_HOUR}:00 前报送",
            "Reported late: it was due by {DUE_HOUR}:00 of the day"
        )),
        (false, true) if is_today => Some(say!(
            language,
            "已逾期：应在今天 {DUE_HOUR}:00 前报送，请尽快补报",
            "Late: it was due today by {DUE_HOUR}:00; report it now"
        )),
        (false, true) => Some(say!(
            language,
            "已逾期：应在当日 {DUE_HOUR}:00 前报送，请尽快补报",
            "Late: it was due by {DUE_HOUR}:00 of the day; report it now"
        )),
        (false, false) => Some(say!(
            language,
            "今天 {DUE_HOUR}:00 前报送",
            "Due today by {DUE_HOUR}:00"
        )),
    }
}

fn facts(report: &Report) -> AnyView {
    let figures: Vec<_> = Figure::ALL
        .into_iter()
        .map(|figure| fact(figure.title(), report.get(figure)))
        .collect();
    let note =
        (!report.note.is_empty()).then(|| fact(Text::new("备注", "Note"), report.note.clone()));
    view! { <dl class="facts figures">{figures}{note}</dl> }.into_any()
}

/// What surprised in a report and whoever reported said is so.
fn said_to_be_so(confirmed: &[Surprise], site: &Site) -> Option<AnyView> {
    (!confirmed.is_empty()).then(|| {
        let lines: Vec<_> = confirmed
            .iter()
            .map(|surprise| view! { <li>{surprise.text(site.language)}</li> })
            .collect();
        let words = t(Text::new(
            "报送人已核对下列数字：",
            "Whoever reported checked these figures:",
        ));
        view! { <div class="stack confirmed"><p>{words}</p><ul>{lines}</ul></div> }.into_any()
    })
}

/// Figures that stay what they were unless someone says otherwise. What happened on the day, and the tests done, are said anew.
const fn stays(figure: Figure) -> bool {
    !matches!(figure, Figure::Infections | Figure::TestsDone)
}

fn hint(figure: Figure) -> Option<Text> {
    Some(match figure {
        Figure::OnSite => Text::new("工作人员中当日在院的", "Of the staff, those here that day"),
        Figure::Infections => Text::new("当日新发现，没有填0", "Newly found that day; 0 for none"),
        Figure::TestsDue => Text::new("当日应做核酸检测的人数", "People to be tested that day"),
        Figure::Isolated | Figure::Vaccinated => {
            Text::new("服务对象和工作人员", "Residents and staff")
        }
        Figure::StockDays => Text::new("防护物资还能用几天", "How long protective supplies last"),
        Figure::Residents | Figure::Staff | Figure::TestsDone => return None,
    })
}

/// The form of a first report, or of a correction where there is one already.
fn form(view: &SituationReportView, site: &Site, done: Callback<()>) -> AnyView {
    let seen = Seen::last(&view.history);
    let (body, day) = (view.body.id, view.day);
    let number = StoredValue::new(view.number);
    let is_correction = view.report.is_some();
    // A correction is of the report it began with.
    let act = if is_correction {
        format!("correct/{}", view.number)
    } else {
        "report".to_owned()
    };
    let sending = Sending::new("situation-errors").kept(&format!("situation/{body}/{day}/{act}"));
    let offered = view.before.as_ref().map(|(_, report)| report.clone());
    let begin = |figure: Figure| -> String {
        if let Some(report) = &view.report {
            return report.get(figure).to_string();
        }
        match (&offered, figure) {
            (Some(before), figure) if stays(figure) => before.get(figure).to_string(),
            (None, Figure::Residents) => view.registered.residents.to_string(),
            (None, Figure::Staff) => view.registered.staff.to_string(),
            _ => String::new(),
        }
    };
    let values: Vec<(Figure, RwSignal<String>)> = Figure::ALL
        .into_iter()
        .map(|figure| (figure, RwSignal::new(begin(figure))))
        .collect();
    let note = RwSignal::new(
        view.report
            .as_ref()
            .map(|report| report.note.clone())
            .unwrap_or_default(),
    );
    let reason = RwSignal::new(String::new());
    let as_before = (!is_correction)
        .then(|| offer(view, &values, site))
        .flatten();
    let asks: Vec<AnyView> = values
        .iter()
        .map(|(figure, value)| {
            let mut ask = Ask::new(figure.code(), figure.title(), Control::Number, *value);
            if let Some(hint) = hint(*figure) {
                ask = ask.hint(hint);
            }
            ask.view(sending)
        })
        .collect();
    let confirmation = Confirmation::new("situation-confirm");
    let asked = RwSignal::new(Vec::<Surprise>::new());
    // What a report is held against: as the server has it by then, also after others reported meanwhile.
    let held_against = StoredValue::new(view.clone());
    let found = move |report: &Report| {
        held_against.with_value(|view| {
            let before = view.before.as_ref().map(|(day, report)| (*day, report));
            surprises(report, view.registered, before)
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (report, mut faults) = read(&values, note);
        let reason = reason.get_untracked();
        if is_correction && reason.trim().is_empty() {
            faults.push(Fault {
                field: Some("reason"),
                text: t(Text::new("请说明更正原因", "Say why it is corrected")).to_owned(),
            });
        }
        // A correction is asked about what is new in it.
        let mut confirmed = found(&report);
        if let Some(corrected) = held_against.with_value(|view| view.report.clone()) {
            let known = found(&corrected);
            confirmed.retain(|surprise| !known.contains(surprise));
        }
        let is_usual = confirmed.is_empty();
        asked.set(confirmed.clone());
        if !faults.is_empty() || is_usual {
            confirmation.leave();
        } else if confirmation.comes_first(sending, &faults, format!("{report:?} {confirmed:?}")) {
            return;
        }
        let command = if is_correction {
            SituationCommand::Correct {
                corrects: number.get_value(),
                reason,
                report,
                confirmed,
            }
        } else {
            SituationCommand::Report { report, confirmed }
        };
        let command = Command::Situation { body, day, command };
        // A correction names the latest report, also when that came meanwhile and was told.
        let changed = move |since: &[HistoryEntry]| {
            let kinds = ["situation.reported", "situation.corrected"];
            let reports = since
                .iter()
                .filter(|entry| kinds.contains(&entry.kind.as_str()));
            let more = u32::try_from(reports.count()).unwrap_or_default();
            number.update_value(|number| *number += more);
        };
        let is_sent = faults.is_empty();
        sending.send_seen_or(faults, command, seen, changed, move || done.run(()));
        // Should it be refused, it is held against what there is by now when it is sent again.
        if is_sent {
            leptos::task::spawn_local(async move {
                if let Ok(view) = situation_report(body, day).await {
                    held_against.try_set_value(view);
                }
            });
        }
    };
    let (heading, act) = if is_correction {
        (
            Text::new("更正报告", "Correct the report"),
            Text::new("提交更正", "Submit the correction"),
        )
    } else {
        (
            Text::new("当日情况", "The day"),
            Text::new("报送", "Report"),
        )
    };
    let why = is_correction.then(|| {
        Ask::area(
            "reason",
            Text::new("更正原因", "Why it is corrected"),
            reason,
        )
        .view(sending)
    });
    let note = Ask::area("note", Text::new("备注", "Note"), note).optional();
    let question = move || {
        let surprises = asked.get().into_iter();
        let lines: Vec<_> = surprises
            .map(|surprise| {
                let field = surprise.figure().code();
                let text = surprise.text(language());
                view! {
                    <li><a href=format!("#{field}") rel="external" on:click=move |event| {
                        event.prevent_default();
                        browser::focus(field);
                    }>{text}</a></li>
                }
            })
            .collect();
        let words = t(Text::new(
            "这些数字不寻常，请核对。是笔误就改正，属实就确认：",
            "These figures are unusual. Put right what is a slip; confirm what is so:",
        ));
        view! { <div class="stack" role="alert"><p>{words}</p><ul>{lines}</ul></div> }.into_any()
    };
    view! {
        <form class="card situation" on:submit=submit novalidate>
            <h2>{t(heading)}</h2>
            {sending.summary()}
            {as_before}
            <div class="numbers">{asks}</div>
            {note.view(sending)}
            {why}
            <div class="row">{confirmation.submit_saying(sending, IconName::Send, act, question)}</div>
        </form>
    }
    .into_any()
}

/// One press that says: as before, all tested, nobody infected.
fn offer(
    view: &SituationReportView,
    values: &[(Figure, RwSignal<String>)],
    site: &Site,
) -> Option<AnyView> {
    let (of, before) = view.before.clone()?;
    let values = values.to_vec();
    let ago = match (days_between(of, view.day), site.language) {
        (1, Language::Chinese) => "前一天".to_owned(),
        (1, Language::English) => "the day before".to_owned(),
        (days, language) => say!(language, "{days}天前", "{days} days before"),
    };
    let day = day_text(of, site.language);
    let fill = move |_| {
        for (figure, value) in &values {
            value.set(match figure {
                Figure::Infections => "0".to_owned(),
                Figure::TestsDone => before.get(Figure::TestsDue).to_string(),
                figure => before.get(*figure).to_string(),
            });
        }
    };
    let said = say!(
        site.language,
        "已带入{day}（{ago}）的数字，请核对；新增感染和已检测需要填写。",
        "The figures of {day}, {ago}, are filled in: check them. New infections and tests done are yours to say."
    );
    let words = t(Text::new(
        "同前一次，无感染，检测全部完成",
        "As before, nobody infected, all tested",
    ));
    Some(
        view! {
            <div class="offer">
                <p>{said}</p>
                <button class="button" type="button" on:click=fill><Icon name=IconName::Check/>{words}</button>
            </div>
        }
        .into_any(),
    )
}

/// The report as it was typed, and what is wrong with it, each fault at its field.
fn read(values: &[(Figure, RwSignal<String>)], note: RwSignal<String>) -> (Report, Vec<Fault>) {
    let mut report = Report {
        note: note.get_untracked().trim().to_owned(),
        ..Report::default()
    };
    let mut faults = Vec::new();
    let language = language();
    for (figure, value) in values {
        let typed = value.get_untracked();
        let label = t(figure.title());
        let text = if typed.trim().is_empty() {
            // A zero is said, never assumed.
            say!(
                language,
                "请填写“{label}”，没有填0",
                "Fill in “{label}”; 0 for none"
            )
        } else if let Ok(number) = plain_digits(&typed).parse() {
            report.set(*figure, number);
            continue;
        } else {
            say!(
                language,
                "“{label}”应为不小于0的整数",
                "“{label}” must be a whole number, 0 or more"
            )
        };
        faults.push(Fault {
            field: Some(figure.code()),
            text,
        });
    }
    if faults.is_empty() {
        faults = report
            .faults()
            .into_iter()
            .map(|refusal| Fault {
                field: Some(refusal.figure().map_or("note", Figure::code)),
                text: refusal.text(language),
            })
            .collect();
    }
    (report, faults)
}

/// What each correction changed, and why.
fn corrections(reports: &[ReportEntry], site: &Site) -> AnyView {
    let changed = |pair: &[ReportEntry]| {
        let [before, after] = pair else { return None };
        let changes: Vec<String> = Figure::ALL
            .into_iter()
            .filter(|figure| before.report.get(*figure) != after.report.get(*figure))
            .map(|figure| {
                format!(
                    "{} {} → {}",
                    t(figure.title()),
                    before.report.get(figure),
                    after.report.get(figure)
                )
            })
            .collect();
        let actor = after
            .entry
            .actor
            .as_ref()
            .map(|actor| site.name(&actor.name));
        let number = before.number;
        let corrected = say!(
            site.language,
            "更正第{number}次报送",
            "Corrects report {number}"
        );
        let reason = after.reason.clone();
        let so = said_to_be_so(&after.confirmed, site);
        Some(view! {
            <li>
                <Icon name=IconName::Pencil/>
                <div>
                    <header><strong>{actor}</strong><span>{site.at(after.entry.occurred_at)}</span><span>{corrected}</span></header>
                    <p>{changes.join(t(Text::new("；", "; ")))}</p>
                    <p>{reason}</p>
                    {so}
                </div>
            </li>
        })
    };
    let lines: Vec<_> = reports.windows(2).filter_map(changed).collect();
    view! {
        <section class="card"><h2>{t(Text::new("更正", "Corrections"))}</h2><ol class="timeline">{lines}</ol></section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_by_when_it_is_due_and_when_it_is_late() {
        for (is_reported, is_late, is_today, chinese) in [
            (false, false, true, Some("今天 17:00 前报送")),
            (
                false,
                true,
                true,
                Some("已逾期：应在今天 17:00 前报送，请尽快补报"),
            ),
            (
                false,
                true,
                false,
                Some("已逾期：应在当日 17:00 前报送，请尽快补报"),
            ),
            (true, true, false, Some("迟报：应在当日 17:00 前报送")),
            (true, false, true, None),
        ] {
            let said = |language| due_text(is_reported, is_late, is_today, language);
            assert_eq!(said(Language::Chinese).as_deref(), chinese);
            assert_eq!(
                said(Language::English).is_some_and(|text| text.contains("ate")),
                is_late
            );
        }
    }
}
