//! Bodies in the reader's scope, by name.

use domain::body::{BodyCommand, BodyKind, Field, Ownership, RiskGrade};
use domain::permission::Act;
use domain::{Command, Text};
use leptos::prelude::*;

use super::Site;
use crate::api::view::BodyRow;
use crate::i18n::t;
use crate::list::{Cell, Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};

const PARENT: Text = Text::new("上级单位", "Body above");

/// Codes and words of all kinds, for a filter or a form.
const PATH: &str = "/bodies";

/// The list of institutions of every kind, those of a district where one is named: what counts of institutions lead to.
pub fn institutions_in(district: &str) -> String {
    with_query(
        PATH,
        &[("kind", BodyRow::INSTITUTIONS), ("district", district)],
    )
}

pub fn kinds() -> Vec<(String, String)> {
    BodyKind::ALL
        .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
        .to_vec()
}

impl Listed for BodyRow {
    const LIST: &'static str = "bodies";

    fn columns() -> Vec<Column<BodyRow>> {
        // Departments and oversight bodies care for nobody; a 0 would read as a figure.
        fn people(body: &BodyRow, count: u32) -> Cell {
            body.kind.is_institution().then_some(count).into()
        }
        vec![
            Column::text("name", Text::new("名称", "Name"), |body, site| {
                site.name(&body.name).into()
            }),
            Column::text("kind", Text::new("类型", "Kind"), |body, _| {
                t(body.kind.title()).into()
            }),
            Column::brief("district", Text::new("区", "District"), |body, site| {
                body.district
                    .as_ref()
                    .map(|district| site.district(district))
                    .into()
            }),
            Column::text("parent", PARENT, |body: &BodyRow, site| {
                body.parent
                    .as_ref()
                    .map(|parent| site.name(&parent.name))
                    .into()
            }),
            Column::brief("risk", Field::Risk.title(), |body: &BodyRow, _| {
                body.risk.map(|risk| t(risk.title())).into()
            }),
            Column::number("capacity", Field::Capacity.title(), |body, _| {
                people(body, body.capacity)
            }),
            Column::number(
                "residents",
                Text::new("服务对象", "Residents"),
                |body, _| people(body, body.residents),
            ),
            Column::number("staff", Text::new("工作人员", "Staff"), |body, _| {
                people(body, body.staff)
            }),
            Column::number(
                "open",
                Text::new("未销号问题", "Open findings"),
                |body, _| body.open_findings.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/bodies/{}", self.id))
    }

    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

/// Codes and words of all risk grades.
fn grades() -> Vec<(String, String)> {
    RiskGrade::ALL
        .map(|risk| (risk.code().to_owned(), t(risk.title()).to_owned()))
        .to_vec()
}

/// What is known of it stays as the reader sees it, but for the grade.
fn grade(body: &BodyRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let amend = body.amendable.as_ref().map(|before| {
        let mut after = before.clone();
        after.profile.risk = RiskGrade::from_code(&entered.only);
        Command::Body {
            id: body.id,
            command: BodyCommand::Amend {
                before: before.clone(),
                after,
            },
        }
    });
    amend.into_iter().collect()
}

fn move_below(body: &BodyRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let moved = body.amendable.as_ref().map(|_| Command::Body {
        id: body.id,
        command: BodyCommand::Move {
            parent: entered.only.parse().ok(),
        },
    });
    moved.into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let manage = site.may(Act::ManageBodies).then(|| {
        view! {
            <div class="row">
                {act("/bodies/import", IconName::CloudUpload, Text::new("导入与导出", "Import and export"), false)}
                {act("/bodies/new", IconName::Plus, Text::new("登记单位", "Register a body"), true)}
            </div>
        }
    });
    let title = Text::new("机构", "Bodies");
    let one = site.sees_one_institution();
    let institutions = (
        BodyRow::INSTITUTIONS.to_owned(),
        t(Text::new("全部机构", "Institutions of every kind")).to_owned(),
    );
    let bodies = List::<BodyRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("筛选机构", "Filter bodies"),
        filters: if one {
            Vec::new()
        } else {
            vec![
                Filter::choice(
                    "kind",
                    Text::new("类型", "Kind"),
                    std::iter::once(institutions).chain(kinds()).collect(),
                ),
                Filter::choice("district", Text::new("区", "District"), site.districts()),
                Filter::choice("risk", Field::Risk.title(), grades()),
                Filter::choice(
                    "ownership",
                    Field::Ownership.title(),
                    Ownership::ALL
                        .map(|ownership| {
                            (ownership.code().to_owned(), t(ownership.title()).to_owned())
                        })
                        .to_vec(),
                ),
                Filter::text("parent", PARENT),
            ]
        },
        search: Text::new("名称", "Name"),
        none: Text::new("没有符合条件的机构。", "No body matches."),
        acts: if site.may(Act::ManageBodies) {
            vec![
                BulkAct {
                    icon: IconName::Pencil,
                    title: Text::new("调整风险等级", "Set the risk grade"),
                    asks: Some(Question::Choice(Field::Risk.title(), grades)),
                    commands: grade,
                },
                BulkAct {
                    icon: IconName::ArrowRight,
                    title: Text::new("调整上级单位", "Move below another body"),
                    asks: Some(Question::Body(Text::new(
                        "新的上级单位",
                        "Answers to, from now on",
                    ))),
                    commands: move_below,
                },
            ]
        } else {
            Vec::new()
        },
    };
    view! { {head(t(title).to_owned(), (), manage)}{list(bodies)} }.into_any()
}
