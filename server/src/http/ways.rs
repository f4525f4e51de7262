//! No way leads where its reader may not go: from Today, every link of every page opens.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::id::FindingId;
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::fixture::{Fixture, ORGANISER_OF_ONE_BODY, device};
use crate::server::now;

/// Addresses of office pages that a page leads to.
fn links(page: &str) -> impl Iterator<Item = String> + '_ {
    const ELSEWHERE: [&str; 8] = [
        "/photo/",
        "/file/",
        "/export/",
        "/language/",
        "/field",
        "/pkg/",
        "/icons/",
        "/manifest",
    ];
    page.split("<a ")
        .skip(1)
        .filter_map(|tag| tag.split_once('>'))
        .filter_map(|(attributes, _)| attributes.split_once("href=\"/"))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(address, _)| format!("/{}", address.replace("&amp;", "&")))
        .filter(|address| !ELSEWHERE.iter().any(|other| address.starts_with(other)))
}

/// What of an address makes it another page: its path, and what its query asks for, not the values. A list sorted by another column, or
/// another day, is no other page; there would be no end of them.
fn sort_of(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let names = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect::<Vec<_>>();
    format!("{path}?{}", names.join("&"))
}

impl Fixture {
    async fn page(&self, cookie: &str, address: &str) -> (StatusCode, String) {
        let request = Request::get(address)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn no_way_leads_where_its_reader_may_not_go() {
    // given a visit with a finding, and people who see a part of the city
    let fixture = Fixture::new().await;
    let (id, order) = fixture.visit_with_one_item().await;
    let tablet = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let finding = FindingId(Uuid::now_v7());
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let events = vec![
        fixture.not_met(id, &order, finding, device(1), 1),
        fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
    ];
    fixture.push(&tablet, device(1), events).await;
    let unit = |name| fixture.unit_of(fixture.person(name)).unwrap();
    let (home, bureau) = (unit("welfare-home-1"), unit("fengtai-officer"));
    assert_ne!(home, order.target);
    fixture.organiser_of(home).await;
    for (name, met) in [
        ("welfare-home-1", format!("/bodies/{home}")),
        ("fengtai-officer", format!("/bodies/{bureau}")),
        (
            ORGANISER_OF_ONE_BODY,
            format!("/campaigns/{}", order.campaign),
        ),
    ] {
        let cookie = fixture.sign_in(name).await;
        // when every link is followed
        let mut leads_from = BTreeMap::from([("/".to_owned(), String::new())]);
        let mut sorts = BTreeSet::new();
        let mut waiting = vec!["/".to_owned()];
        while let Some(address) = waiting.pop() {
            let (status, page) = fixture.page(&cookie, &address).await;
            // then it opens
            let from = &leads_from[&address];
            assert_eq!(status, StatusCode::OK, "{name}: {address} on {from}");
            for link in links(&page) {
                if !leads_from.contains_key(&link) && sorts.insert(sort_of(&link)) {
                    leads_from.insert(link.clone(), address.clone());
                    waiting.push(link);
                }
            }
        }
        assert!(
            leads_from.contains_key(&met),
            "{name} came to {leads_from:?}"
        );
    }
}
