//! The situation of a day: what the institutions reported, with how many that are beside every total, and who has not.

use domain::instant::Day;
use domain::situation::{DUE_HOUR, Figure};
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::Site;
use crate::api::query::situation;
use crate::api::view::{OwedReport, SituationView, Totals};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::bars::{Bar, bars};
use crate::widgets::figure::grouped;
use crate::widgets::head::head;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::table::{column, number, row, table};
use crate::widgets::tag::tag;

pub const TITLE: Text = Text::new("每日情况", "Situation");

/// The figures that tables show; the list of reports has all of them.
const SHOWN: [Figure; 6] = [
    Figure::Infections,
    Figure::Isolated,
    Figure::TestsDone,
    Figure::TestsDue,
    Figure::OnSite,
    Figure::Vaccinated,
];

/// The list of a day's reports, of those in one state or of all.
pub fn reports_address(day: Day, state: &str) -> String {
    let state = if state.is_empty() {
        String::new()
    } else {
        format!("&state={state}")
    };
    format!("/situation/reports?day={day}{state}")
}

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| query.get("day").and_then(|day| day.parse::<Day>().ok()))
    });
    let answer = Resource::new(move || asked.get(), situation);
    loaded(answer, move |view| show(&view, &site))
}

fn show(view: &SituationView, site: &Site) -> AnyView {
    let day = day_text(view.day, site.language);
    let all = view! {
        <a class="button" href=reports_address(view.day, "")><Icon name=IconName::ClipboardList/>{t(Text::new("各机构报告", "All reports"))}</a>
    };
    // Of one institution the tiles say all there is to say.
    let several = view.all.reporting + view.all.missing > 1;
    let stale = (view.day < view.today).then(|| {
        let address = format!("/situation?day={}", view.today);
        let text = t(Text::new("查看今天", "See today"));
        view! { <a href=address>{text}</a> }
    });
    view! {
        {head(t(TITLE).to_owned(), view! { <span>{day}</span>" "{stale} }, all)}
        {owed(&view.own, site)}
        {days(view)}
        {coverage(view, site)}
        {tiles(view, site)}
        {trend(view, site)}
        {several.then(|| view! { {by_district(view, site)}{by_kind(view, site)} })}
    }
    .into_any()
}

/// What the reader's own institutions owe today.
pub fn owed(own: &[OwedReport], site: &Site) -> AnyView {
    let one = |owed: &OwedReport| {
        let name = site.name(&owed.body.name);
        let address = format!("/situation/{}/{}", owed.body.id, owed.day);
        if owed.reported {
            let text = say!(
                site.language,
                "{name}今天已报送。",
                "{name} has reported today."
            );
            let see = t(Text::new("查看或更正", "See or correct"));
            return view! {
                <div class="banner" data-kind="success"><Icon name=IconName::CircleCheck/><p>{text}</p><a class="button" href=address>{see}</a></div>
            }
            .into_any();
        }
        let asked = owed.reminded_at.map(|at| {
            let at = site.at(at);
            say!(site.language, "（{at} 已催报）", " (asked for: {at})")
        });
        let day = day_text(owed.day, site.language);
        let text = if owed.late {
            say!(
                site.language,
                "{name}今天（{day}）的情况应在 {DUE_HOUR}:00 前报送，现已逾期，还没有报送。",
                "{name} has not reported today ({day}); the report was due by {DUE_HOUR}:00 and is late."
            )
        } else {
            say!(
                site.language,
                "{name}今天（{day}）还没有报送，{DUE_HOUR}:00 前报送。",
                "{name} has not reported today ({day}); the report is due by {DUE_HOUR}:00."
            )
        };
        let report = t(Text::new("现在报送", "Report now"));
        let (kind, icon) = if owed.late {
            ("error", IconName::CircleX)
        } else {
            ("warning", IconName::Clock)
        };
        view! {
            <div class="banner" data-kind=kind><Icon name=icon/><p>{text}{asked}</p>
                <a class="button" data-kind="primary" href=address>{report}</a></div>
        }
        .into_any()
    };
    own.iter().map(one).collect::<Vec<_>>().into_any()
}

/// Ways to other days.
fn days(view: &SituationView) -> AnyView {
    let (day, today) = (view.day, view.today);
    let way = |to: Day, rel: &'static str, text: Text, icon: IconName| {
        view! { <a class="button" rel=rel href=format!("/situation?day={to}")><Icon name=icon/>{t(text)}</a> }
    };
    let previous = way(
        day.plus(-1),
        "prev",
        Text::new("前一天", "Day before"),
        IconName::ChevronLeft,
    );
    let next = (day < today).then(|| {
        way(
            day.plus(1),
            "next",
            Text::new("后一天", "Day after"),
            IconName::ChevronRight,
        )
    });
    view! {
        <Form method="GET" action="/situation" attr:class="filters" attr:role="search" attr:aria-label=t(Text::new("选择日期", "Choose a day"))>
            {previous}
            <label>{t(Text::new("日期", "Day"))}<input type="date" name="day" value=day.to_string() max=today.to_string()/></label>
            <button class="button" type="submit"><Icon name=IconName::Search/>{t(Text::new("查看", "Show"))}</button>
            {next}
        </Form>
    }
    .into_any()
}

/// How many have reported, and the way to those who have not.
fn coverage(view: &SituationView, site: &Site) -> AnyView {
    let Totals {
        reporting, missing, ..
    } = view.all;
    let owed = reporting + missing;
    let words = say!(
        site.language,
        "应报 {owed} 家，已报 {reporting} 家，未报 {missing} 家",
        "{reporting} of {owed} institutions have reported, {missing} have not"
    );
    // What one owes oneself is reported above, not asked for.
    let of_others = usize::try_from(owed).is_ok_and(|owed| owed > view.own.len());
    let chase = (missing > 0 && of_others).then(|| {
        let text = t(Text::new("查看未报机构并催报", "See who is missing, and ask"));
        view! { <a class="button" href=reports_address(view.day, "missing")><Icon name=IconName::Megaphone/>{text}</a> }
    });
    view! {
        <section class="card">
            <div class="progress">
                <label for="reporting">{words}</label>
                <output for="reporting">{format!("{reporting} / {owed}")}</output>
                <progress id="reporting" max=owed.max(1).to_string() value=reporting.to_string()></progress>
            </div>
            {chase}
        </section>
    }
    .into_any()
}

/// Every total with its coverage: a zero that is not proven does not look like one.
fn tiles(view: &SituationView, site: &Site) -> AnyView {
    let totals = &view.all;
    let reports = reports_address(view.day, "");
    let tile = |figure: Figure| {
        let covered = totals.covered(figure);
        let number = if covered.reporting() == 0 {
            covered.number()
        } else {
            grouped(covered.sum())
        };
        let tone = match figure {
            Figure::Infections if covered.sum() > 0 => Some("key"),
            Figure::Infections if covered.is_complete() && covered.reporting() > 0 => Some("good"),
            _ if !covered.is_complete() => Some("warn"),
            _ => None,
        };
        let title = if figure == Figure::StockDays {
            Text::new("物资可用天数（最少）", "Days of supplies, the least")
        } else {
            figure.title()
        };
        view! {
            <li data-tone=tone>
                <a href=format!("{reports}&sort=-{}", figure.code())><strong>{number}</strong>{t(title)}</a>
                <small>{covered.coverage(site.language)}</small>
            </li>
        }
    };
    let tiles: Vec<_> = Figure::ALL.into_iter().map(tile).collect();
    view! { <ul class="tiles">{tiles}</ul> }.into_any()
}

/// A total in a table: at least so many, where some are missing.
fn total(totals: &Totals, figure: Figure, site: &Site) -> AnyView {
    let covered = totals.covered(figure);
    if covered.reporting() == 0 || covered.is_complete() {
        return view! { <td class="number">{covered.number()}</td> }.into_any();
    }
    view! {
        <td class="number" title=covered.text(site.language)>
            <span aria-hidden="true">"≥ "{grouped(covered.sum())}</span>
            <span class="unseen">{covered.text(site.language)}</span>
        </td>
    }
    .into_any()
}

fn totals_table(
    title: Text,
    first: Text,
    rows: Vec<(String, String, Totals)>,
    site: &Site,
) -> AnyView {
    let mut columns = vec![
        column(t(first)),
        number(t(Text::new("已报", "Reported"))),
        number(t(Text::new("未报", "Missing"))),
    ];
    columns.extend(SHOWN.map(|figure| number(t(figure.title()))));
    let line = |(name, missing, totals): (String, String, Totals)| {
        let (reporting, owed) = (totals.reporting, totals.reporting + totals.missing);
        let missing = if totals.missing == 0 {
            "0".into_any()
        } else {
            view! { <a href=missing>{totals.missing}</a> }.into_any()
        };
        let mut cells = vec![
            view! { <th scope="row">{name}</th> }.into_any(),
            view! { <td class="number">{format!("{reporting} / {owed}")}</td> }.into_any(),
            view! { <td class="number">{missing}</td> }.into_any(),
        ];
        cells.extend(SHOWN.map(|figure| total(&totals, figure, site)));
        row(cells)
    };
    let lines = rows.into_iter().map(line).collect();
    let none = t(Text::new("没有机构。", "There are no institutions."));
    view! { <section class="stack"><h2>{t(title)}</h2>{table(t(title), &columns, lines, none)}</section> }
        .into_any()
}

fn by_district(view: &SituationView, site: &Site) -> AnyView {
    let missing = reports_address(view.day, "missing");
    let rows = view.districts.iter().map(|(code, totals)| {
        let name = code.as_ref().map_or_else(
            || t(Text::new("市级", "Of the whole city")).to_owned(),
            |code| site.district(code),
        );
        let address = code.as_ref().map_or_else(
            || missing.clone(),
            |code| format!("{missing}&district={}", code.0),
        );
        (name, address, *totals)
    });
    totals_table(
        Text::new("按区", "By district"),
        Text::new("区", "District"),
        rows.collect(),
        site,
    )
}

fn by_kind(view: &SituationView, site: &Site) -> AnyView {
    let missing = reports_address(view.day, "missing");
    let mut rows: Vec<(String, String, Totals)> = view
        .kinds
        .iter()
        .map(|(kind, totals)| {
            let address = format!("{missing}&kind={}", kind.code());
            (t(kind.title()).to_owned(), address, *totals)
        })
        .collect();
    rows.push((
        t(Text::new("合计", "All")).to_owned(),
        missing.clone(),
        view.all,
    ));
    totals_table(
        Text::new("按类型", "By kind"),
        Text::new("类型", "Kind"),
        rows,
        site,
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of people")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Thirty days: three small charts, and the numbers they draw.
fn trend(view: &SituationView, site: &Site) -> AnyView {
    let of = |totals: &Totals, figure: Figure| totals.covered(figure).sum();
    let most = view
        .trend
        .iter()
        .map(|(_, totals)| of(totals, Figure::Infections).max(of(totals, Figure::Isolated)))
        .max()
        .unwrap_or_default()
        .max(1);
    let chart = |title: Text, bar: &dyn Fn(&Totals) -> (String, f64, Option<&'static str>)| {
        let drawn: Vec<Bar> = view
            .trend
            .iter()
            .map(|(day, totals)| {
                let (words, length, tone) = bar(totals);
                Bar {
                    title: format!("{}: {words}", day_text(*day, site.language)),
                    length,
                    tone,
                }
            })
            .collect();
        view! { <figure><figcaption>{t(title)}</figcaption>{bars(&drawn)}</figure> }
    };
    let reported = chart(Text::new("报送率", "Reported"), &|totals| {
        let owed = totals.reporting + totals.missing;
        let tone = (totals.missing > 0).then_some("warn");
        (
            format!("{} / {owed}", totals.reporting),
            share(totals.reporting.into(), owed.into()),
            tone,
        )
    });
    let tests = chart(Text::new("检测完成率", "Tests done"), &|totals| {
        let (done, due) = (of(totals, Figure::TestsDone), of(totals, Figure::TestsDue));
        let coverage = totals.covered(Figure::TestsDone).coverage(site.language);
        let words = say!(
            site.language,
            "{done} / {due}{coverage}",
            "{done} / {due} {coverage}"
        );
        (words, share(done, due), None)
    });
    let isolated = chart(Text::new("隔离中", "In isolation"), &|totals| {
        let number = of(totals, Figure::Isolated);
        (
            totals.covered(Figure::Isolated).text(site.language),
            share(number, most),
            None,
        )
    });
    let infections = chart(Text::new("新增感染", "New infections"), &|totals| {
        let number = of(totals, Figure::Infections);
        (
            totals.covered(Figure::Infections).text(site.language),
            share(number, most),
            Some("key"),
        )
    });
    let columns = [
        column(t(Text::new("日期", "Day"))),
        number(t(Text::new("已报", "Reported"))),
        number(t(Figure::Infections.title())),
        number(t(Figure::Isolated.title())),
        number(t(Figure::TestsDone.title())),
        number(t(Figure::TestsDue.title())),
    ];
    let line = |(day, totals): &(Day, Totals)| {
        let owed = totals.reporting + totals.missing;
        let address = format!("/situation?day={day}");
        row(vec![
            view! { <th scope="row"><a class="whole" href=address>{day_text(*day, site.language)}</a></th> }.into_any(),
            view! { <td class="number">{format!("{} / {owed}", totals.reporting)}</td> }.into_any(),
            total(totals, Figure::Infections, site),
            total(totals, Figure::Isolated, site),
            total(totals, Figure::TestsDone, site),
            total(totals, Figure::TestsDue, site),
        ])
    };
    let title = t(Text::new("近30天", "Thirty days"));
    let lines = view.trend.iter().rev().map(line).collect();
    view! {
        <section class="card">
            <h2>{title}</h2>
            <div class="charts">{reported}{tests}{isolated}{infections}</div>
            <details>
                <summary>{t(Text::new("逐日数字", "The numbers by day"))}</summary>
                {table(title, &columns, lines, "")}
            </details>
        </section>
    }
    .into_any()
}

/// How a report stands, in one word.
pub fn state_title(state: crate::api::view::ReportState) -> Text {
    use crate::api::view::ReportState;
    match state {
        ReportState::Missing => Text::new("未报", "Missing"),
        ReportState::Reported => Text::new("已报", "Reported"),
        ReportState::Late => Text::new("迟报", "Late"),
        ReportState::Corrected => Text::new("已更正", "Corrected"),
    }
}

pub fn state_tag(state: crate::api::view::ReportState) -> AnyView {
    use crate::api::view::ReportState;
    let (tone, icon) = match state {
        ReportState::Missing => ("overdue", IconName::CircleDashed),
        ReportState::Reported => ("received", IconName::CircleCheck),
        ReportState::Late => ("soon", IconName::Clock),
        ReportState::Corrected => ("received", IconName::Pencil),
    };
    tag(tone, icon, t(state_title(state)))
}
