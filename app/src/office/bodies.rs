//! Bodies in the reader's scope, by name, with filters in the address.

use domain::Text;
use domain::body::BodyKind;
use domain::jurisdiction::DistrictCode;
use domain::permission::Act;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use crate::api::query::bodies;
use crate::api::view::{BodyFilter, BodyRow, Page};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::filters::{Choice, filters};
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;
use crate::widgets::table::{brief, column, figure, number, row, row_link, table};

const PATH: &str = "/bodies";

/// Codes and words of all kinds, for a filter or a form.
pub fn kinds() -> Vec<(String, String)> {
    BodyKind::ALL
        .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
        .to_vec()
}

fn address(filter: &BodyFilter, page: u32) -> String {
    let page = page.to_string();
    let pairs = [
        ("kind", filter.kind.map_or("", BodyKind::code)),
        (
            "district",
            filter.district.as_ref().map_or("", |district| &district.0),
        ),
        ("search", &filter.search),
        ("page", &page),
    ];
    with_query(PATH, &pairs)
}

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| BodyFilter {
            kind: query
                .get("kind")
                .and_then(|code| BodyKind::from_code(&code)),
            district: query
                .get("district")
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            search: query.get("search").unwrap_or_default(),
            page: query
                .get("page")
                .and_then(|page| page.parse().ok())
                .unwrap_or(1),
        })
    });
    let answer = Resource::new(move || asked.get(), bodies);
    let choices = vec![
        Choice {
            name: "kind",
            label: Text::new("类型", "Kind"),
            all: Text::new("全部", "All"),
            values: kinds(),
        },
        Choice {
            name: "district",
            label: Text::new("区", "District"),
            all: Text::new("全部", "All"),
            values: site.districts(),
        },
    ];
    let manage = site.may(Act::ManageBodies).then(|| {
        view! {
            <div class="row">
                {act("/bodies/import", IconName::CloudUpload, Text::new("导入 CSV", "Import CSV"), false)}
                {act("/bodies/new", IconName::Plus, Text::new("登记单位", "Register a body"), true)}
            </div>
        }
    });
    let title = t(Text::new("机构", "Bodies")).to_owned();
    view! {
        {head(title, (), manage)}
        {filters(PATH, Text::new("筛选机构", "Filter bodies"), choices, Text::new("名称", "Name"))}
        {loaded(answer, move |page: Page<BodyRow>| {
            let filter = asked.get_untracked();
            view! {
                {rows(&page.rows, &site)}
                {pager(page.page, page.page_size, page.total, |page| address(&filter, page))}
            }
            .into_any()
        })}
    }
    .into_any()
}

fn rows(rows: &[BodyRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("名称", "Name"))),
        column(t(Text::new("类型", "Kind"))),
        column(t(Text::new("区", "District"))),
        number(t(Text::new("服务对象", "Residents"))),
        number(t(Text::new("工作人员", "Staff"))),
        number(t(Text::new("未销号问题", "Open findings"))),
    ];
    let line = |body: &BodyRow| {
        // Departments and oversight bodies care for nobody; a 0 would read as a figure.
        let people = |count: u32| {
            if body.kind.is_institution() {
                figure(grouped(count.into()))
            } else {
                figure("—")
            }
        };
        row(vec![
            row_link(format!("/bodies/{}", body.id), site.name(&body.name)),
            brief(t(body.kind.title())),
            brief(
                body.district
                    .as_ref()
                    .map_or_else(|| "—".to_owned(), |district| site.district(district)),
            ),
            people(body.residents),
            people(body.staff),
            figure(body.open_findings),
        ])
    };
    let none = t(Text::new("没有符合条件的机构。", "No body matches."));
    table(
        t(Text::new("机构", "Bodies")),
        &columns,
        rows.iter().map(line).collect(),
        none,
    )
}
