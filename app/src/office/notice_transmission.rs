//! How long a notice took to reach the bodies: from issuing over passing on to the receipt, by district and by kind.

use domain::id::NoticeId;
use domain::{Language, Text, say};
use leptos::prelude::*;

use super::notice::{Part, tabs};
use super::notice_receipts::withdrawn;
use super::{Site, id_in_address};
use crate::api::query::transmission;
use crate::api::view::{DelayFigures, TransmissionLine, TransmissionView};
use crate::i18n::t;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::table::{brief, column, figure, number, row, table};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<NoticeId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| transmission(id));
    loaded(answer, move |view| show(id, &view, &site))
}

/// 45 minutes, 3 h 20 min, 2 d 4 h: the two units that matter.
pub fn duration(millis: i64, language: Language) -> String {
    let minutes = (millis.max(0) + 30_000) / 60_000;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    if days > 0 {
        say!(language, "{days}天{hours}小时", "{days} d {hours} h")
    } else if hours > 0 {
        say!(language, "{hours}小时{rest}分", "{hours} h {rest} min")
    } else {
        say!(language, "{rest}分钟", "{rest} min")
    }
}

fn show(id: NoticeId, view: &TransmissionView, site: &Site) -> AnyView {
    let issued = site.at(view.issued_at);
    let issued = say!(site.language, "发布于 {issued}", "Issued {issued}");
    let export = {
        let address = format!("/export/notices/{id}/transmission.csv");
        view! {
            <a class="button" href=address rel="external" download="">
                <Icon name=IconName::Download/>{t(Text::new("导出 CSV", "Export as CSV"))}
            </a>
        }
    };
    let district = |code: &Option<domain::jurisdiction::DistrictCode>| {
        code.as_ref().map_or_else(
            || t(Text::new("（不属于任何区）", "(in no district)")).to_owned(),
            |code| site.district(code),
        )
    };
    let districts: Vec<(String, &TransmissionLine)> = view
        .by_district
        .iter()
        .map(|(code, line)| (district(code), line))
        .collect();
    let kinds: Vec<(String, &TransmissionLine)> = view
        .by_kind
        .iter()
        .map(|(kind, line)| (t(kind.title()).to_owned(), line))
        .collect();
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), view.number.clone())}
        {head(site.name(&view.title), view! { <span>{view.number.clone()}</span><span>{issued}</span> }, export)}
        {tabs(id, Part::Transmission)}
        {view.withdrawn.then(withdrawn)}
        <ul class="tiles">
            {tile(Text::new("发布至签收", "Issued to acknowledged"), &view.all.whole, view.all.reached, site)}
            {tile(Text::new("发布至转发", "Issued to passed on"), &view.all.passing, view.all.reached, site)}
            {tile(Text::new("转发至签收", "Passed on to acknowledged"), &view.all.receiving, view.all.reached, site)}
        </ul>
        <section class="stack">
            <h2>{t(Text::new("各区", "By district"))}</h2>
            {lines(Text::new("各区的传达时效", "Transmission by district"), Text::new("区", "District"), districts, site)}
        </section>
        <section class="stack">
            <h2>{t(Text::new("各类", "By kind"))}</h2>
            {lines(Text::new("各类单位的传达时效", "Transmission by kind"), Text::new("类别", "Kind"), kinds, site)}
        </section>
        <p>{t(Text::new(
            "中位数和九成线取实际发生的时长（最近秩法）；先于转发签收的单位不计入“转发至签收”。",
            "Median and 90th percentile are delays that a body really had (nearest rank); a body that acknowledged before it was passed on is not in “passed on to acknowledged”.",
        ))}</p>
    }
    .into_any()
}

/// The median of a leg, and how many bodies it is of.
fn tile(name: Text, delays: &DelayFigures, reached: u32, site: &Site) -> AnyView {
    let (bodies, language) = (delays.bodies, site.language);
    let median = delays
        .median
        .map_or_else(|| "—".to_owned(), |median| duration(median, language));
    let coverage = say!(
        language,
        "中位数；{reached}个单位中的{bodies}个",
        "median; {bodies} of {reached} bodies"
    );
    view! { <li><strong>{median}</strong>" "{t(name)}<small>{coverage}</small></li> }.into_any()
}

fn lines(
    label: Text,
    first: Text,
    lines: Vec<(String, &TransmissionLine)>,
    site: &Site,
) -> AnyView {
    let columns = [
        column(t(first)),
        number(t(Text::new("应签收", "To acknowledge"))),
        number(t(Text::new("已签收", "Acknowledged"))),
        number(t(Text::new("中位数", "Median"))),
        number(t(Text::new("九成在", "90% within"))),
        column(t(Text::new("最慢", "Slowest"))),
        number(t(Text::new("发布至转发", "Issued to passed on"))),
        number(t(Text::new("转发至签收", "Passed on to acknowledged"))),
    ];
    let language = site.language;
    let time = |delay: Option<i64>| {
        delay.map_or_else(|| "—".to_owned(), |delay| duration(delay, language))
    };
    let line = |(name, line): (String, &TransmissionLine)| {
        let slowest = line.whole.slowest.as_ref().map(|(body, delay)| {
            view! { {site.body(body)}<br/><small>{duration(*delay, language)}</small> }
        });
        row(vec![
            view! { <th scope="row">{name}</th> }.into_any(),
            figure(line.reached),
            figure(line.whole.bodies),
            figure(time(line.whole.median)),
            figure(time(line.whole.ninth_decile)),
            brief(slowest.map_or_else(|| "—".into_any(), IntoAny::into_any)),
            figure(time(line.passing.median)),
            figure(time(line.receiving.median)),
        ])
    };
    let none = t(Text::new("还没有单位。", "There is no body yet."));
    table(
        t(label),
        &columns,
        lines.into_iter().map(line).collect(),
        none,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_said_in_the_units_that_matter() {
        for (minutes, chinese, english) in [
            (0, "0分钟", "0 min"),
            (45, "45分钟", "45 min"),
            (200, "3小时20分", "3 h 20 min"),
            (3_120, "2天4小时", "2 d 4 h"),
        ] {
            assert_eq!(duration(minutes * 60_000, Language::Chinese), chinese);
            assert_eq!(duration(minutes * 60_000, Language::English), english);
        }
    }
}
