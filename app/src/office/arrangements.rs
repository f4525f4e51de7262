//! Arrangements, those changed last first. None is approved or issued among several: the rules want to know which draft was read.

use domain::Text;
use domain::arrangement::ArrangementStage;
use domain::campaign::CampaignKind;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::view::ArrangementRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};
use crate::widgets::tag::tag;

pub const TITLE: Text = Text::new("工作安排", "Arrangements");
const AMENDING: Text = Text::new("修订中", "Being amended");

pub fn stage_tag(stage: ArrangementStage) -> AnyView {
    let (state, icon) = match stage {
        ArrangementStage::Draft => ("soon", IconName::Pencil),
        ArrangementStage::Approved => ("sending", IconName::Check),
        ArrangementStage::Issued => ("received", IconName::CircleCheck),
        ArrangementStage::Withdrawn => ("cancelled", IconName::X),
    };
    tag(state, icon, t(stage.title()))
}

impl Listed for ArrangementRow {
    const LIST: &'static str = "arrangements";

    fn columns() -> Vec<Column<ArrangementRow>> {
        vec![
            Column::text("title", Text::new("标题", "Title"), |row, site| {
                site.name(&row.title).into()
            }),
            Column::brief("number", Text::new("文号", "Number"), |row, _| {
                row.number.clone().into()
            }),
            Column::brief("kind", Text::new("类型", "Kind"), |row, _| {
                t(row.kind.title()).into()
            }),
            Column::text(
                "authority",
                Text::new("实施单位", "Authority"),
                |row, site| site.name(&row.authority.name).into(),
            ),
            Column::brief("from", Text::new("开始", "From"), |row, _| {
                row.from.into()
            }),
            Column::brief("to", Text::new("结束", "To"), |row, _| row.to.into()),
            Column::number("versions", Text::new("版本", "Versions"), |row, _| {
                row.versions.into()
            }),
            Column::brief(
                "stage",
                Text::new("状态", "State"),
                |row: &ArrangementRow, _| {
                    let stage = t(row.stage.title()).to_owned();
                    if row.amending {
                        let and = t(Text::new("、", ", "));
                        format!("{stage}{and}{}", t(AMENDING)).into()
                    } else {
                        stage.into()
                    }
                },
            )
            .look(|row, _| {
                let amending = row
                    .amending
                    .then(|| tag("soon", IconName::Pencil, t(AMENDING)));
                view! { <span class="row">{stage_tag(row.stage)}{amending}</span> }.into_any()
            }),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/arrangements/{}", self.id))
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/arrangements/new",
            IconName::Plus,
            Text::new("起草工作安排", "Draft an arrangement"),
            true,
        )
    });
    let said = t(Text::new(
        "书面方案：起草，由他人审批，印发，按同样的程序修订。",
        "The written plans: drafted, approved by somebody else, issued, and amended the same way.",
    ));
    let arrangements = List::<ArrangementRow> {
        path: "/arrangements".to_owned(),
        title: TITLE,
        filter: Text::new("筛选工作安排", "Filter arrangements"),
        filters: vec![
            Filter::choice(
                "kind",
                Text::new("类型", "Kind"),
                CampaignKind::ALL
                    .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "stage",
                Text::new("状态", "State"),
                ArrangementStage::ALL
                    .map(|stage| (stage.code().to_owned(), t(stage.title()).to_owned()))
                    .to_vec(),
            ),
        ],
        search: Text::new("标题、文号或实施单位", "Title, number or authority"),
        none: Text::new("没有符合条件的工作安排。", "No arrangement matches."),
        acts: Vec::new(),
    };
    view! { {head(t(TITLE).to_owned(), said, begin)}{list(arrangements)} }.into_any()
}
