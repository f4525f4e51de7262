//! The figures as people read them: a sheet of lines and a table of the districts, in a terminal, where a Chinese character is as wide as
//! two letters.

use std::fmt::Write as _;

use domain::finding::Stage;
use domain::inspection::Outcome;
use domain::instant::Day;
use domain::projection::directory::Directory;
use domain::situation::{Covered, Figure};
use domain::{Language, Text, say};

use super::reconcile::district_name;
use super::{Count, Reconciled, Tally};

/// The whole sheet.
pub fn print(figures: &Reconciled, directory: &Directory, language: Language) -> String {
    let mut out = String::new();
    let named = directory.jurisdiction().founded.as_ref();
    let name = named.map_or("", |founded| founded.name.get(language.tag()));
    let events = number(figures.recount.activity.events);
    line(
        &mut out,
        &say!(
            language,
            "{name}督查数字（共{events}条记录）",
            "{name}: figures of supervision, from {events} events"
        ),
    );
    inspections(&mut out, figures, language);
    findings(&mut out, figures, language);
    done(&mut out, figures, language);
    situation(&mut out, figures, language);
    districts(&mut out, figures, directory, language);
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a text does not fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

fn head(out: &mut String, title: Text, language: Language) {
    line(out, "");
    line(out, title.get(language));
}

/// A line of a figure, with what belongs to it.
fn entry(out: &mut String, label: &str, figure: &str, note: &str) {
    line(
        out,
        &format!("  {}  {}  {note}", left(label, 34), right(figure, 9)),
    );
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (part * 1_000 + whole / 2) / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn inspections(out: &mut String, figures: &Reconciled, language: Language) {
    let city = &figures.pages.city;
    head(out, Text::new("督查", "Inspections"), language);
    let activity = &figures.recount.activity;
    let (inspected, all) = (number(activity.inspected), number(activity.institutions));
    entry(
        out,
        Text::new("督查总数", "Inspections").get(language),
        &number(city.inspections()),
        &say!(
            language,
            "已查机构{inspected}家，共{all}家",
            "{inspected} of {all} institutions inspected"
        ),
    );
    for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
        let count = city.get(Count::Inspections(place));
        let label = format!("  {}", outcome.title().get(language));
        entry(out, &label, &number(count), "");
    }
}

fn findings(out: &mut String, figures: &Reconciled, language: Language) {
    let city = &figures.pages.city;
    head(out, Text::new("问题", "Findings"), language);
    let (all, key) = (
        city.findings(|_| true),
        number(figures.recount.activity.key_findings),
    );
    entry(
        out,
        Text::new("问题总数", "Findings").get(language),
        &number(all),
        &say!(
            language,
            "其中重点问题{key}个",
            "{key} of them key problems"
        ),
    );
    for stage in Stage::ALL {
        let count = city.get(Count::Findings(stage));
        let label = format!("  {}", stage.title().get(language));
        entry(out, &label, &number(count), &share(count, all));
    }
    let standing = city.findings(|stage| stage != Stage::Withdrawn);
    let closed = city.get(Count::Findings(Stage::Closed));
    entry(
        out,
        Text::new("销号率", "Closed of those that stand").get(language),
        &share(closed, standing),
        "",
    );
}

fn done(out: &mut String, figures: &Reconciled, language: Language) {
    head(
        out,
        Text::new("整改和复核", "Rectification and re-verification"),
        language,
    );
    let activity = &figures.recount.activity;
    for (label, count) in [
        (
            Text::new("立行立改", "Fixed on the spot"),
            activity.fixed_on_the_spot,
        ),
        (
            Text::new("整改通知书", "Rectification notices"),
            activity.notices,
        ),
        (Text::new("整改计划", "Plans handed in"), activity.plans),
        (
            Text::new("计划退回", "Plans returned"),
            activity.plans_returned,
        ),
        (Text::new("申诉", "Disputes"), activity.disputes),
        (Text::new("申诉不成立", "Disputes refused"), activity.upheld),
        (
            Text::new("批准延期", "Extensions granted"),
            activity.extensions,
        ),
        (
            Text::new("督办函", "Letters of escalation"),
            activity.letters,
        ),
        (
            Text::new("复核通过", "Re-verifications passed"),
            activity.passed,
        ),
        (
            Text::new("复核未通过", "Re-verifications failed"),
            activity.failed,
        ),
        (
            Text::new("重新打开", "Opened again on a complaint"),
            activity.reopened,
        ),
        (Text::new("回头看", "Looked at again"), activity.looked_back),
        (
            Text::new("回头看未保持", "Looked at again, not in order"),
            activity.looked_back_in_vain,
        ),
        (
            Text::new("监管部门应提供支持", "Support owed by regulators"),
            activity.support_owed,
        ),
        (
            Text::new("已提供支持", "Support provided"),
            activity.support_provided,
        ),
        (
            Text::new("逾期提供", "Support provided late"),
            activity.support_late,
        ),
        (
            Text::new("因支持逾期顺延期限", "Deadlines moved by late support"),
            activity.deadlines_moved,
        ),
    ] {
        entry(out, label.get(language), &number(count), "");
    }
}

fn covered(tally: &Tally, day: Day, figure: Figure) -> Covered {
    let small = |count| u32::try_from(tally.get(count)).unwrap_or(u32::MAX);
    Covered::new(
        tally.get(Count::Situation(day, figure)),
        small(Count::Reports(day)),
        small(Count::Missing(day)),
    )
}

fn situation(out: &mut String, figures: &Reconciled, language: Language) {
    let days = &figures.recount.days;
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return;
    };
    let city = &figures.pages.city;
    head(out, Text::new("每日情况", "Daily situation"), language);
    let over = |count: fn(Day) -> Count| days.iter().map(|day| city.get(count(*day))).sum::<u64>();
    let (received, missing) = (over(Count::Reports), over(Count::Missing));
    entry(
        out,
        Text::new("已报", "Reports received").get(language),
        &number(received),
        &say!(
            language,
            "{first}至{last}，共{}天，报送率{}",
            "{first} to {last}, {} days, {} of those owed",
            days.len(),
            share(received, received + missing)
        ),
    );
    entry(
        out,
        Text::new("未报", "Reports missing").get(language),
        &number(missing),
        "",
    );
    line(out, &say!(language, "  {last}：", "  On {last}:"));
    for figure in Figure::ALL.into_iter().filter(|figure| figure.adds_up()) {
        let covered = covered(city, *last, figure);
        let label = format!("  {}", figure.title().get(language));
        let sum = if covered.reporting() == 0 {
            covered.number()
        } else {
            number(covered.sum())
        };
        entry(out, &label, &sum, &covered.coverage(language));
    }
}

fn districts(out: &mut String, figures: &Reconciled, directory: &Directory, language: Language) {
    let columns = [
        Text::new("督查", "Inspected"),
        Text::new("问题", "Findings"),
        Text::new("未销号", "Open"),
        Text::new("已销号", "Closed"),
        Text::new("已撤销", "Withdrawn"),
        Text::new("已报", "Reports"),
        Text::new("未报", "Missing"),
    ];
    let days = &figures.recount.days;
    let cells = |tally: &Tally| {
        let over =
            |count: fn(Day) -> Count| days.iter().map(|day| tally.get(count(*day))).sum::<u64>();
        [
            tally.inspections(),
            tally.findings(|_| true),
            tally.findings(Stage::is_open),
            tally.get(Count::Findings(Stage::Closed)),
            tally.get(Count::Findings(Stage::Withdrawn)),
            over(Count::Reports),
            over(Count::Missing),
        ]
    };
    head(out, Text::new("各区", "Districts"), language);
    let row = |name: &str, cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<String> = cells.map(|cell| right(&cell, 10)).collect();
        format!("  {}{}", left(name, 22), cells.concat())
    };
    let titles = columns.iter().map(|title| title.get(language).to_owned());
    line(out, &row("", &mut titles.into_iter()));
    let mut sum = Tally::default();
    for (code, tally) in &figures.pages.districts {
        sum.add_all(tally);
        let name = district_name(directory, code.as_ref(), language);
        line(out, &row(&name, &mut cells(tally).into_iter().map(number)));
    }
    for (title, tally) in [
        (Text::new("各区之和", "Sum of the districts"), &sum),
        (Text::new("全市", "The city"), &figures.pages.city),
    ] {
        let name = title.get(language);
        line(out, &row(name, &mut cells(tally).into_iter().map(number)));
    }
}

/// With a comma after each three digits.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many columns of a terminal a text takes.
fn width(text: &str) -> usize {
    text.chars()
        .map(|character| match character {
            '\u{1100}'..='\u{115F}'
            | '\u{2E80}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF60}'
            | '\u{FFE0}'..='\u{FFE6}'
            | '\u{20000}'..='\u{3FFFD}' => 2,
            _ => 1,
        })
        .sum()
}

fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_both_languages() {
        for (text, columns) in [("销号", 4), ("Closed", 6), ("一级（示例）", 12), ("", 0)] {
            assert_eq!(width(text), columns, "{text}");
            assert_eq!(width(&left(text, 20)), 20);
            assert_eq!(width(&right(text, 20)), 20);
        }
        assert_eq!(right("toolong", 3), "toolong");
    }

    #[test]
    fn numbers_and_shares_are_written_out() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(count), text);
        }
        for (part, whole, text) in [
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (0, 5, "0.0%"),
            (5, 5, "100.0%"),
            (1, 0, ""),
        ] {
            assert_eq!(share(part, whole), text);
        }
    }
}
