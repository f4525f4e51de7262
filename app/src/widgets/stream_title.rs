//! What the streams of the record are about, in words, and the pages of it.

use domain::Text;
use domain::record::StreamKind;

pub const fn stream_title(kind: StreamKind) -> Text {
    match kind {
        StreamKind::Jurisdiction => Text::new("辖区", "The jurisdiction"),
        StreamKind::Body => Text::new("单位", "Bodies"),
        StreamKind::Person => Text::new("账号与角色", "Account and roles"),
        StreamKind::Notice => Text::new("通知", "Notices"),
        StreamKind::Checklist => Text::new("检查表", "Checklists"),
        StreamKind::Campaign => Text::new("督查", "Campaigns"),
        StreamKind::Assignment => Text::new("任务", "Assignments"),
        StreamKind::Inspection => Text::new("检查记录", "Inspections"),
        StreamKind::Finding => Text::new("问题", "Findings"),
        StreamKind::Held => Text::new("待处理记录", "Held records"),
        StreamKind::Draw => Text::new("抽取", "Draws"),
        StreamKind::Arrangement => Text::new("工作安排", "Arrangements"),
        StreamKind::Talk => Text::new("约谈", "Talks"),
        StreamKind::Material => Text::new("材料", "Materials"),
        StreamKind::Situation => Text::new("每日情况", "Situation reports"),
        StreamKind::LookBack => Text::new("回头看", "Look-backs"),
        StreamKind::RegulatorFile => Text::new("监管档案", "Regulators’ files"),
        StreamKind::Clearance => Text::new("检测和接种", "Tests and vaccinations"),
        StreamKind::ResponseLevel => Text::new("响应等级", "Response levels"),
        StreamKind::RulePack => Text::new("指南", "Guides"),
        StreamKind::Device => Text::new("平板", "Tablets"),
        StreamKind::Batch => Text::new("平板签名", "Tablets’ signatures"),
    }
}

/// The page of a thing; None where it has none of its own, or is found by more than its id.
pub fn page_of(kind: StreamKind, id: &str) -> Option<String> {
    let under = match kind {
        StreamKind::Body => "bodies",
        StreamKind::Person => "administration/people",
        StreamKind::Notice => "notices",
        StreamKind::Campaign => "campaigns",
        StreamKind::Assignment => "assignments",
        // A regulator's file stands with the inspection of its visit.
        StreamKind::Inspection | StreamKind::RegulatorFile => "inspections",
        StreamKind::Finding => "findings",
        StreamKind::Draw => "draws",
        StreamKind::Arrangement => "arrangements",
        StreamKind::Talk => "talks",
        StreamKind::Material => "talks/materials",
        StreamKind::LookBack => "findings/look-backs",
        StreamKind::Clearance => "inspections/clearances",
        StreamKind::ResponseLevel => "levels",
        StreamKind::RulePack => "guides",
        StreamKind::Device | StreamKind::Batch => "administration/devices",
        StreamKind::Jurisdiction
        | StreamKind::Checklist
        | StreamKind::Held
        | StreamKind::Situation => return None,
    };
    Some(format!("/{under}/{id}"))
}
