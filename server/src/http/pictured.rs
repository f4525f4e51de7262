//! The pages that are pictured, and those that the journey through all pages opens, are all the pages there are.

use serde_json::Value;

const PICTURED: &str = include_str!("../../../end2end/screenshots/pages.json");
const OPENED: &str = include_str!("../../../end2end/tests/pages.spec.ts");

/// A step of an address that stands for any.
const ANY: &str = "*";

/// Pages that the demo city cannot show: those of a server without a city, and one of what is held, of which it has nothing. The
/// journeys of setting up and of refusals open them, in both languages.
const NOT_OF_THE_DEMO_CITY: [&str; 3] = ["/setup", "/setup/bodies", "/administration/held/*"];

/// Routes as addresses, their parameters standing for any.
fn routes() -> Vec<String> {
    let routes = leptos_axum::generate_route_list(app::routes::App);
    let step = |step: &str| {
        if step.starts_with([':', '{']) {
            ANY.to_owned()
        } else {
            step.to_owned()
        }
    };
    let address = |path: &str| path.split('/').map(step).collect::<Vec<_>>().join("/");
    let mut routes: Vec<String> = routes.iter().map(|route| address(route.path())).collect();
    routes.sort();
    routes.dedup();
    routes
}

/// Where links lead whose address fits a selector such as `main th a[href^='/notices/']`, followed on the pages of some addresses.
fn followed(from: &[String], selector: &str) -> Vec<String> {
    let quote = |text: &str| text.split(['\'', '"']).nth(1).map(str::to_owned);
    let Some((before, value)) = selector.split_once("[href").and_then(|(_, rest)| {
        let (operator, value) = rest.split_once('=')?;
        Some((operator.to_owned(), quote(&format!("={value}"))?))
    }) else {
        return Vec::new();
    };
    match before.as_str() {
        "^" if value.ends_with('/') => vec![format!("{value}{ANY}"), format!("{value}{ANY}/{ANY}")],
        "^" => vec![value],
        "$" => from.iter().map(|page| format!("{page}{value}")).collect(),
        "*" => from
            .iter()
            .map(|page| format!("{page}{value}{ANY}"))
            .collect(),
        _ => Vec::new(),
    }
}

/// The addresses at which a page and the links followed from it may end.
fn ends(path: &str, links: &[&str]) -> Vec<String> {
    let path = path.split('?').next().unwrap_or_default();
    links
        .iter()
        .fold(vec![path.to_owned()], |from, link| followed(&from, link))
}

fn missing(ends: &[String]) -> Vec<String> {
    let mut missing = routes();
    missing.retain(|route| !ends.contains(route));
    missing
}

#[test]
fn every_page_is_pictured() {
    let pictured: Value = serde_json::from_str(PICTURED).unwrap();
    let pages = pictured["pages"].as_array().unwrap();
    let ends: Vec<String> = pages
        .iter()
        .flat_map(|page| {
            let links = page["follow"].as_array().into_iter().flatten();
            let links: Vec<&str> = links.filter_map(Value::as_str).collect();
            ends(page["path"].as_str().unwrap(), &links)
        })
        .collect();
    let missing = missing(&ends);
    assert!(missing.is_empty(), "in no line of pages.json: {missing:?}");
}

#[test]
fn every_page_is_opened_in_the_journey_through_all_pages() {
    let texts: Vec<&str> = OPENED.lines().flat_map(quoted).collect();
    let paths = texts.iter().filter(|text| text.starts_with('/'));
    let mut all: Vec<String> = paths.flat_map(|path| ends(path, &[])).collect();
    // What a link leads to whose address begins so, then what that page's links lead to.
    for _ in 0..2 {
        let further: Vec<String> = texts.iter().flat_map(|text| followed(&all, text)).collect();
        all.extend(further);
        all.sort();
        all.dedup();
    }
    let mut missing = missing(&all);
    missing.retain(|route| !NOT_OF_THE_DEMO_CITY.contains(&route.as_str()));
    assert!(missing.is_empty(), "nowhere in pages.spec.ts: {missing:?}");
}

/// The texts in a line of a script: between quotes of one kind, in which the other kind may stand.
fn quoted(line: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let Some((text, after)) = rest[start + 1..].split_once(quote) else {
            break;
        };
        texts.push(text);
        rest = after;
    }
    texts
}

#[test]
fn links_lead_where_their_addresses_say() {
    for (path, links, expected) in [
        ("/notices", vec![], "/notices"),
        ("/bodies?kind=elderCare", vec![], "/bodies"),
        (
            "/notices",
            vec!["main th a[href^='/notices/']"],
            "/notices/*",
        ),
        (
            "/notices",
            vec![
                "main th a[href^='/notices/']",
                "nav.tabs a[href$='/receipts']",
            ],
            "/notices/*/receipts",
        ),
        (
            "/findings",
            vec![
                "tbody a[href^='/findings/']",
                "main a[href*='/papers/'] >> nth=-1",
            ],
            "/findings/*/papers/*",
        ),
    ] {
        assert!(
            ends(path, &links).contains(&expected.to_owned()),
            "{expected}"
        );
    }
    let of_one = ends("/notices", &["main th a[href^='/notices/']"]);
    assert!(!of_one.contains(&"/notices/*/receipts".to_owned()));
    assert_eq!(
        ends("/field", &["[data-test='card'] a"]),
        Vec::<String>::new()
    );
}
