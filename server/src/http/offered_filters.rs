//! Whatever filter the page of a list offers, either database answers it alike, and the file has as many rows as the list says.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::LookBackRow;
use app::list::Asked;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::id::LookBackId;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::fixture::Fixture;
use crate::demo::id;
use crate::read::list::{LISTS, whole};
use crate::store::contract::fresh_postgres_url;

/// A list, whose page is opened and by whom; the page's query asks for what the list is a part of, where it is one.
struct Page {
    list: &'static str,
    account: &'static str,
    path: String,
    /// What the page filters by on its own.
    part: Option<(&'static str, String)>,
}

fn pages(fixture: &Fixture) -> Vec<Page> {
    let (notice, _, material) = fixture.directive();
    let campaign = fixture.assignment().1.campaign;
    let look_back = LookBackId(id("look-back", "2022-04"));
    let page = |list, path: &str| Page {
        list,
        account: "organiser",
        path: path.to_owned(),
        part: None,
    };
    let of = |list, path: String, name, id: String| Page {
        part: Some((name, id)),
        ..page(list, &path)
    };
    vec![
        page("arrangements", "/arrangements"),
        of(
            "assignments",
            format!("/campaigns/{campaign}"),
            "campaign",
            campaign.to_string(),
        ),
        page("bodies", "/bodies"),
        page("campaigns", "/campaigns"),
        page("checklists", "/checklists"),
        page("clearances", "/inspections/clearances"),
        Page {
            account: "administrator",
            ..page("devices", "/administration/devices")
        },
        page("districts", "/record"),
        page("draws", "/draws"),
        page(
            "exposure",
            "/inspections/exposure?name=%E6%A3%80%E6%9F%A5%E5%91%9834&at=2022-03-13T08:00",
        ),
        page("findings", "/findings"),
        page("guides", "/guides"),
        of(
            "handed-in",
            format!("/talks/materials/{material}"),
            "material",
            material.to_string(),
        ),
        page("held", "/administration/held"),
        page("inspections", "/inspections"),
        page("levels", "/levels"),
        page("look-backs", "/findings/look-backs"),
        of(
            "looked-back",
            format!("/findings/look-backs/{look_back}"),
            LookBackRow::DRAW,
            look_back.to_string(),
        ),
        page("materials", "/talks/materials"),
        page("notices", "/notices"),
        page("orphans", "/talks/trace/orphans"),
        page("overdue-receipts", "/notices/overdue"),
        page("pairs", "/inspections/pairs"),
        Page {
            account: "administrator",
            ..page("people", "/administration")
        },
        of(
            "receipts",
            format!("/notices/{notice}/receipts"),
            "notice",
            notice.to_string(),
        ),
        page("recorded", "/record/events"),
        page("situation", "/situation/reports?day=2022-03-20"),
        page("support", "/findings/support"),
        page("talks", "/talks"),
    ]
}

/// The attribute of the tag that begins a text.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let tag = tag.split('>').next()?;
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

/// What the page offers to filter by: names with values, of free texts and days with one that somebody might enter.
fn offered(page: &str) -> BTreeSet<(String, String)> {
    let mut offered = BTreeSet::new();
    for form in page.split("class=\"filters\"").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        for select in form.split("<select").skip(1) {
            let name = attribute(select, "name").unwrap_or_default();
            let select = select.split("</select>").next().unwrap_or_default();
            for option in select.split("<option").skip(1) {
                let value = attribute(option, "value").unwrap_or_default();
                if !value.is_empty() {
                    offered.insert((name.to_owned(), value.to_owned()));
                }
            }
        }
        for input in form.split("<input").skip(1) {
            let value = match attribute(input, "type") {
                Some("text" | "search") => "院",
                Some("date") => "2022-03-14",
                _ => continue,
            };
            let name = attribute(input, "name").unwrap_or_default();
            offered.insert((name.to_owned(), value.to_owned()));
        }
    }
    offered
}

impl Fixture {
    async fn text_of_page(&self, cookie: &str, address: &str) -> String {
        let request = Request::get(address)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// How many rows a list has as it is asked for, which its file has too; and the file.
    async fn rows_of_list_and_file(
        &self,
        page: &Page,
        cookie: &str,
        asked: &Asked,
    ) -> (u64, String) {
        let person = self.person(page.account);
        let reader = self.server.reader(self.city.jurisdiction, person);
        let listed = reader.list(page.list, whole(asked)).await.unwrap().unwrap();
        let address = asked.address(&format!("/export/{}.csv", page.list));
        let file = self.text_of_page(cookie, &address).await;
        assert_eq!(records(&file), listed.total + 1, "{address}");
        (listed.total, without_hashes(&file))
    }
}

/// Two cities that are alike have other hashes in their records: people's secrets are not the same.
fn without_hashes(file: &str) -> String {
    let is_hash =
        |cell: &&str| cell.len() == 64 && cell.bytes().all(|byte| byte.is_ascii_hexdigit());
    let cells = file.split_inclusive([',', '\n']);
    cells
        .filter(|cell| !is_hash(&cell.trim_end_matches([',', '\r', '\n'])))
        .collect()
}

/// Lines of a CSV file that do not break within a quoted text.
fn records(file: &str) -> u64 {
    let (mut quoted, mut lines) = (false, 0);
    for character in file.chars() {
        match character {
            '"' => quoted = !quoted,
            '\n' if !quoted => lines += 1,
            _ => {}
        }
    }
    lines
}

/// Given the demo city in either database, when every list is filtered by each value that its page offers, and sorted by nothing, then
/// both give the same file, with as many rows as the list, and of each list something is left out by one of them.
#[tokio::test]
async fn whatever_a_page_offers_is_answered_alike_by_both_databases_and_exported() {
    let fixtures = [
        Fixture::new().await,
        Fixture::on(Some(fresh_postgres_url().await)).await,
    ];
    let pages = pages(&fixtures[0]);
    let listed: BTreeSet<&str> = pages.iter().map(|page| page.list).collect();
    assert_eq!(
        listed,
        LISTS.iter().copied().collect(),
        "pages of all lists"
    );
    // Nobody signs in as often as there are lists.
    let mut signed_in = BTreeMap::new();
    for account in ["organiser", "administrator"] {
        let cookies = [
            fixtures[0].sign_in(account).await,
            fixtures[1].sign_in(account).await,
        ];
        signed_in.insert(account, cookies);
    }
    for page in &pages {
        let cookies = &signed_in[page.account];
        let query = page.path.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let asked = |more: Option<(String, String)>| {
            let part = page.part.clone().map(|(name, id)| (name.to_owned(), id));
            Asked::of(query.iter().cloned().chain(part).chain(more))
        };
        let offers = [
            offered(&fixtures[0].text_of_page(&cookies[0], &page.path).await),
            offered(&fixtures[1].text_of_page(&cookies[1], &page.path).await),
        ];
        assert_eq!(offers[0], offers[1], "{}", page.list);
        let all = fixtures[0]
            .rows_of_list_and_file(page, &cookies[0], &asked(None))
            .await;
        assert_eq!(
            fixtures[1]
                .rows_of_list_and_file(page, &cookies[1], &asked(None))
                .await,
            all,
            "{}",
            page.list
        );
        let mut narrows = false;
        for offer in &offers[0] {
            let asked = asked(Some(offer.clone()));
            let here = fixtures[0]
                .rows_of_list_and_file(page, &cookies[0], &asked)
                .await;
            let there = fixtures[1]
                .rows_of_list_and_file(page, &cookies[1], &asked)
                .await;
            assert_eq!(here, there, "{} by {offer:?}", page.list);
            narrows |= here.0 < all.0;
        }
        assert!(
            narrows || offers[0].is_empty() || all.0 == 0,
            "no filter of {} leaves anything out",
            page.list
        );
    }
}
