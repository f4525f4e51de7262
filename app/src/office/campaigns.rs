//! Campaigns, newest first.

use domain::Text;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::query::campaigns;
use crate::api::view::CampaignRow;
use crate::clock::period_text;
use crate::i18n::t;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| campaigns());
    loaded(answer, move |campaigns: Vec<CampaignRow>| {
        let title = t(Text::new("督查", "Campaigns"));
        let columns = [
            column(t(Text::new("名称", "Name"))),
            column(t(Text::new("类型", "Kind"))),
            column(t(Text::new("方式", "Notice"))),
            column(t(Text::new("实施单位", "Authority"))),
            column(t(Text::new("期间", "Period"))),
            number(t(Text::new("任务", "Assignments"))),
            number(t(Text::new("已检查", "Inspected"))),
            number(t(Text::new("问题", "Findings"))),
        ];
        let line = |campaign: &CampaignRow| {
            let period = period_text(campaign.from, campaign.to, site.language);
            row(vec![
                row_link(
                    format!("/campaigns/{}", campaign.id),
                    site.name(&campaign.name),
                ),
                brief(t(campaign.kind.title())),
                brief(t(campaign.notice_mode.title())),
                cell(site.name(&campaign.authority.name)),
                brief(period),
                figure(campaign.assignments),
                figure(campaign.inspected),
                figure(campaign.findings),
            ])
        };
        let none = if site.sees_campaigns() {
            Text::new("还没有督查。", "There is no campaign yet.")
        } else {
            Text::new(
                "督查的安排不对受检单位公开；检查提交后可在“检查记录”中查看。",
                "Those visited do not see what is planned; an inspection is among the inspections once it is submitted.",
            )
        };
        let begin = site.may(Act::Organise).then(|| {
            act(
                "/campaigns/new",
                IconName::Plus,
                Text::new("新建督查", "New campaign"),
                true,
            )
        });
        view! {
            {head(title.to_owned(), (), begin)}
            {table(title, &columns, campaigns.iter().map(line).collect(), t(none))}
        }
        .into_any()
    })
}
