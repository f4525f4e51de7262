//! What pages show, as files.

use app::api::view::{DelayFigures, TransmissionLine};
use app::clock::instant_text;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::id::NoticeId;
use domain::{Language, Text, say};
use form::Texts;
use interop::csv_write::write_rows;

use super::Shared;
use super::files::saved_as;
use super::problem::Failure;
use crate::server::Visit;

/// How long a notice took, in hours: the whole city, each district, each kind.
pub async fn transmission(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let language = visit.language;
    let id: NoticeId = id.parse().map_err(|_| missing())?;
    let reader = shared.server.reader(jurisdiction, person);
    let view = reader
        .transmission(id)
        .await
        .map_err(|error| Failure::unavailable(&error))?
        .ok_or_else(missing)?;
    let t = |text: Text| text.get(language).to_owned();
    let name = |texts: &Texts| texts.get(language.tag()).to_owned();
    let city = reader.known.directory.jurisdiction();
    let zone = city
        .founded
        .as_ref()
        .map_or("UTC", |founded| founded.time_zone.as_str());
    let mut rows = vec![
        vec![t(Text::new("文号", "Number")), view.number.clone()],
        vec![t(Text::new("标题", "Title")), name(&view.title)],
        vec![
            t(Text::new("发布", "Issued")),
            instant_text(view.issued_at, zone, language),
        ],
        Vec::new(),
        heading(language),
    ];
    rows.push(line(
        t(Text::new("合计", "All")),
        String::new(),
        &view.all,
        language,
    ));
    for (district, figures) in &view.by_district {
        let district = district.as_ref().map_or_else(
            || t(Text::new("（不属于任何区）", "(in no district)")),
            |code| {
                let known = reader.known.directory.district(code);
                known.map_or_else(|| code.0.clone(), |known| name(&known.name))
            },
        );
        rows.push(line(
            t(Text::new("区", "District")),
            district,
            figures,
            language,
        ));
    }
    for (kind, figures) in &view.by_kind {
        let kind = kind.title().get(language).to_owned();
        rows.push(line(t(Text::new("类别", "Kind")), kind, figures, language));
    }
    let number = &view.number;
    Ok(csv(
        &say!(
            language,
            "{number} 传达时效.csv",
            "{number} transmission.csv"
        ),
        write_rows(rows),
    ))
}

fn heading(language: Language) -> Vec<String> {
    let legs = [
        Text::new("发布至签收", "Issued to acknowledged"),
        Text::new("发布至转发", "Issued to passed on"),
        Text::new("转发至签收", "Passed on to acknowledged"),
    ];
    let mut cells = vec![
        say!(language, "范围", "Of"),
        say!(language, "名称", "Name"),
        say!(language, "应签收单位", "Bodies reached"),
    ];
    for leg in legs {
        let leg = leg.get(language);
        cells.extend([
            say!(language, "{leg}：单位数", "{leg}: bodies"),
            say!(language, "{leg}：中位数（小时）", "{leg}: median (hours)"),
            say!(
                language,
                "{leg}：九成以内（小时）",
                "{leg}: 90th percentile (hours)"
            ),
            say!(language, "{leg}：最慢（小时）", "{leg}: slowest (hours)"),
            say!(language, "{leg}：最慢单位", "{leg}: slowest body"),
        ]);
    }
    cells
}

fn line(of: String, name: String, line: &TransmissionLine, language: Language) -> Vec<String> {
    let mut cells = vec![of, name, line.reached.to_string()];
    for leg in [&line.whole, &line.passing, &line.receiving] {
        cells.extend(figures(leg, language));
    }
    cells
}

fn figures(delays: &DelayFigures, language: Language) -> [String; 5] {
    let slowest = delays.slowest.as_ref();
    [
        delays.bodies.to_string(),
        delays.median.map(hours).unwrap_or_default(),
        delays.ninth_decile.map(hours).unwrap_or_default(),
        slowest.map(|(_, delay)| hours(*delay)).unwrap_or_default(),
        slowest
            .map(|(body, _)| body.name.get(language.tag()).to_owned())
            .unwrap_or_default(),
    ]
}

/// Hours with two decimals, from milliseconds, half up.
fn hours(millis: i64) -> String {
    let hundredths = (millis.max(0) + 18_000) / 36_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A CSV file to be saved.
pub fn csv(name: &str, text: String) -> Response {
    let mut response = (
        [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response();
    if let Ok(disposition) = HeaderValue::from_str(&saved_as(name)) {
        response
            .headers_mut()
            .insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

fn missing() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "noSuchNotice",
        Text::new(
            "没有这份通知，或不在您的职责范围内",
            "There is no such notice, or it is outside your scope",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn hours_are_rounded_to_hundredths() {
        for (millis, text) in [
            (0, "0.00"),
            (3_600_000, "1.00"),
            (5_400_000, "1.50"),
            (18_000, "0.01"),
            (17_999, "0.00"),
            (90_000_000, "25.00"),
        ] {
            assert_eq!(hours(millis), text);
        }
    }
}
