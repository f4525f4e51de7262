//! Arrangements, those changed last first.

use domain::Text;
use domain::arrangement::ArrangementStage;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::arrangement::arrangements;
use crate::api::view::ArrangementRow;
use crate::clock::period_text;
use crate::i18n::t;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

pub const TITLE: Text = Text::new("工作安排", "Arrangements");

pub fn stage_tag(stage: ArrangementStage) -> AnyView {
    let (state, icon) = match stage {
        ArrangementStage::Draft => ("soon", IconName::Pencil),
        ArrangementStage::Approved => ("sending", IconName::Check),
        ArrangementStage::Issued => ("received", IconName::CircleCheck),
        ArrangementStage::Withdrawn => ("cancelled", IconName::X),
    };
    tag(state, icon, t(stage.title()))
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| arrangements());
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
    view! {
        {head(t(TITLE).to_owned(), said, begin)}
        {loaded(answer, move |rows: Vec<ArrangementRow>| list(&rows, &site))}
    }
    .into_any()
}

fn list(rows: &[ArrangementRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("标题", "Title"))),
        column(t(Text::new("文号", "Number"))),
        column(t(Text::new("类型", "Kind"))),
        column(t(Text::new("实施单位", "Authority"))),
        column(t(Text::new("期间", "Period"))),
        number(t(Text::new("版本", "Versions"))),
        column(t(Text::new("状态", "State"))),
    ];
    let line = |one: &ArrangementRow| {
        let amending = one.amending.then(|| {
            tag(
                "soon",
                IconName::Pencil,
                t(Text::new("修订中", "Being amended")),
            )
        });
        row(vec![
            row_link(format!("/arrangements/{}", one.id), site.name(&one.title)),
            brief(one.number.clone()),
            brief(t(one.kind.title())),
            cell(site.name(&one.authority.name)),
            brief(period_text(one.from, one.to, site.language)),
            figure(one.versions),
            brief(view! { <span class="row">{stage_tag(one.stage)}{amending}</span> }),
        ])
    };
    table(
        t(TITLE),
        &columns,
        rows.iter().map(line).collect(),
        t(Text::new(
            "还没有工作安排。",
            "There is no arrangement yet.",
        )),
    )
}
