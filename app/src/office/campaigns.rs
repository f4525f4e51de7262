//! Campaigns, newest first.

use domain::Text;
use domain::campaign::CampaignKind;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::view::{AssignmentState, CampaignRow};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};

impl Listed for CampaignRow {
    const LIST: &'static str = "campaigns";

    fn columns() -> Vec<Column<CampaignRow>> {
        vec![
            Column::text("name", Text::new("名称", "Name"), |campaign, site| {
                site.name(&campaign.name).into()
            }),
            Column::brief("kind", Text::new("类型", "Kind"), |campaign, _| {
                t(campaign.kind.title()).into()
            }),
            Column::brief("notice", Text::new("方式", "Notice"), |campaign, _| {
                t(campaign.notice_mode.title()).into()
            }),
            Column::text(
                "authority",
                Text::new("实施单位", "Authority"),
                |campaign, site| site.name(&campaign.authority.name).into(),
            ),
            Column::brief("from", Text::new("开始", "From"), |campaign, _| {
                campaign.from.into()
            }),
            Column::brief("to", Text::new("结束", "To"), |campaign, _| {
                campaign.to.into()
            }),
            Column::number(
                "assignments",
                Text::new("任务", "Assignments"),
                |campaign, _| campaign.assignments.into(),
            ),
            Column::number(
                "inspected",
                Text::new("已检查", "Inspected"),
                |campaign, _| campaign.inspected.into(),
            ),
            Column::number(
                "findings",
                Text::new("问题", "Findings"),
                |campaign, _| campaign.findings.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/campaigns/{}", self.id))
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("督查", "Campaigns");
    let none = if site.sees_campaigns() {
        Text::new("没有符合条件的督查。", "No campaign matches.")
    } else {
        Text::new(
            "督查的安排不对受检单位公开；检查提交后可在“检查记录”中查看。",
            "Those visited do not see what is planned; an inspection is among the inspections once it is submitted.",
        )
    };
    let organises = site.may(Act::Organise);
    let begin = organises.then(|| {
        act(
            "/campaigns/new",
            IconName::Plus,
            Text::new("新建督查", "New campaign"),
            true,
        )
    });
    let campaigns = List::<CampaignRow> {
        path: "/campaigns".to_owned(),
        title,
        filter: Text::new("筛选督查", "Filter campaigns"),
        filters: std::iter::once(Filter::choice(
            "kind",
            Text::new("类型", "Kind"),
            CampaignKind::ALL
                .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
                .to_vec(),
        ))
        .chain(organises.then(|| {
            Filter::choice(
                "assignments",
                Text::new("我组织的任务", "Assignments I organise"),
                vec![
                    (
                        AssignmentState::Sealed.code().to_owned(),
                        t(Text::new("有待启封的", "Some to release")).to_owned(),
                    ),
                    (
                        AssignmentState::UNDER_WAY.to_owned(),
                        t(Text::new("有进行中的", "Some under way")).to_owned(),
                    ),
                ],
            )
        }))
        .collect(),
        search: Text::new("名称或实施单位", "Name or authority"),
        none,
        acts: Vec::new(),
    };
    view! { {head(t(title).to_owned(), (), begin)}{list(campaigns)} }.into_any()
}
