//! Kinds of events in words.

use domain::Text;

/// None for a kind this version does not know.
pub fn event_title(kind: &str) -> Option<Text> {
    Some(match kind {
        "jurisdiction.founded" => Text::new("建立辖区", "Jurisdiction founded"),
        "jurisdiction.districtsAdded" => Text::new("增加区划", "Districts added"),
        "jurisdiction.districtRenamed" => Text::new("区更名", "District renamed"),
        "body.registered" => Text::new("登记单位", "Body registered"),
        "body.amended" => Text::new("更正单位信息", "Body amended"),
        "body.moved" => Text::new("调整隶属关系", "Body moved"),
        "body.merged" => Text::new("并入其他单位", "Merged into another body"),
        "body.absorbed" => Text::new("其他单位并入", "Another body merged in"),
        "body.closed" => Text::new("撤销单位", "Body closed"),
        "body.entranceCodeSet" => Text::new("设置入口码", "Entrance code set"),
        "person.reactivated" => Text::new("恢复账号", "Account reactivated"),
        "person.granted" => Text::new("授予角色", "Role granted"),
        "person.initialPasswordSet" => {
            Text::new("由他人设置初始密码", "Initial password set by another")
        }
        "person.revoked" => Text::new("收回角色", "Role revoked"),
        "person.amended" => Text::new("更正人员信息", "Person amended"),
        "person.registered" => Text::new("登记人员", "Person registered"),
        "person.deactivated" => Text::new("停用账号", "Account deactivated"),
        "device.enrolled" => Text::new("登记平板", "Tablet enrolled"),
        "batch.signed" => Text::new("平板签名送达一批记录", "Batch signed by a tablet"),
        "device.readmitted" => Text::new("准许平板重新登记", "Tablet may enrol anew"),
        "device.revoked" => Text::new("停用平板", "Tablet revoked"),
        "notice.issued" => Text::new("发布通知", "Notice issued"),
        "notice.acknowledged" => Text::new("签收通知", "Notice acknowledged"),
        "notice.passedOn" => Text::new("转发通知", "Notice passed on"),
        "notice.corrected" => Text::new("更正通知", "Notice corrected"),
        "notice.withdrawn" => Text::new("撤回通知", "Notice withdrawn"),
        "notice.reminded" => Text::new("催办签收", "Receipt reminded"),
        "checklist.published" => Text::new("发布检查表", "Checklist published"),
        "campaign.created" => Text::new("建立督查", "Campaign created"),
        "campaign.groupFormed" => Text::new("成立检查组", "Group formed"),
        "assignment.created" => Text::new("建立任务", "Assignment created"),
        "assignment.released" => Text::new("启封任务", "Assignment released"),
        "assignment.rescheduled" => Text::new("任务改期", "Visit moved to another day"),
        "assignment.cancelled" => Text::new("取消任务", "Assignment cancelled"),
        "inspection.started" => Text::new("开始检查", "Inspection started"),
        "inspection.submitted" => Text::new("提交检查", "Inspection submitted"),
        "inspection.signedAfterwards" => Text::new("事后补签", "Signed afterwards"),
        "finding.raised" => Text::new("发现问题", "Finding raised"),
        "finding.planSubmitted" => Text::new("报送整改计划", "Plan submitted"),
        "finding.rectificationClaimed" => Text::new("申报整改完成", "Rectification claimed"),
        "finding.reVerificationPassed" => Text::new("复核通过，销号", "Re-verified and closed"),
        "finding.reVerificationFailed" => Text::new("复核未通过", "Re-verification failed"),
        "assignment.releasedUnder" => Text::new("启封依据", "Rule of the release"),
        "campaign.interestDeclared" => Text::new("申报利害关系", "Interest declared"),
        "campaign.planAmended" => Text::new("更新方案", "Plan amended"),
        "campaign.groupChanged" => Text::new("调整检查组", "Group changed"),
        "campaign.groupDissolved" => Text::new("解散检查组", "Group dissolved"),
        "campaign.interestWithdrawn" => Text::new("撤销利害关系", "Interest withdrawn"),
        "draw.published" => Text::new("公布抽取规则", "Draw published"),
        "draw.committed" => Text::new("提交种子承诺", "Seed committed"),
        "draw.revealed" => Text::new("揭示种子", "Seed revealed"),
        "draw.drawn" => Text::new("抽出结果", "Result drawn"),
        "draw.withheld" => Text::new("逾期未履行，另起一轮", "Withheld; a new round"),
        "draw.redrawn" => Text::new("重新抽取", "Drawn again"),
        "draw.reserveCalled" => Text::new("候补递补", "Reserve called"),
        "draw.disclosed" => Text::new("公开抽取结果", "Result disclosed"),
        "draw.abandoned" => Text::new("抽取作废", "Draw abandoned"),
        "arrangement.drafted" => Text::new("起草工作安排", "Arrangement drafted"),
        "arrangement.amendmentDrafted" => Text::new("起草修订", "Amendment drafted"),
        "arrangement.approved" => Text::new("审批工作安排", "Arrangement approved"),
        "arrangement.returned" => Text::new("退回修改", "Arrangement returned"),
        "arrangement.issued" => Text::new("印发工作安排", "Arrangement issued"),
        "arrangement.withdrawn" => Text::new("撤销工作安排", "Arrangement withdrawn"),
        "finding.notified" => Text::new("下达整改通知", "Rectification notice issued"),
        "finding.disputed" => Text::new("提出申诉", "Finding disputed"),
        "finding.upheld" => Text::new("答复申诉：维持", "Dispute answered: upheld"),
        "finding.withdrawn" => Text::new("答复申诉：撤销", "Dispute answered: withdrawn"),
        "finding.planAccepted" => Text::new("通过整改计划", "Plan accepted"),
        "finding.planReturned" => Text::new("退回整改计划", "Plan returned"),
        "finding.extensionAsked" => Text::new("申请延期", "Extension asked for"),
        "finding.extensionGranted" => Text::new("同意延期", "Extension granted"),
        "finding.extensionRefused" => Text::new("不同意延期", "Extension refused"),
        "finding.escalated" => Text::new("发督办函", "Letter sent"),
        "finding.letterAnswered" => Text::new("答复督办函", "Letter answered"),
        "finding.reopened" => Text::new("重新打开", "Reopened"),
        "finding.lookBackPassed" => Text::new("回头看：仍然符合", "Look-back: still in order"),
        "finding.lookBackFailed" => Text::new("回头看：又不符合", "Look-back: not in order"),
        "finding.supportOwed" => Text::new("登记应提供的支持", "Support owed"),
        "finding.supportProvided" => Text::new("提供支持", "Support provided"),
        "finding.supportConfirmed" => Text::new("确认收到支持", "Support confirmed"),
        "finding.deadlineMoved" => {
            Text::new("支持逾期，期限顺延", "Deadline moved for late support")
        }
        "lookBack.drawn" => Text::new("抽取回头看样本", "Look-back drawn"),
        "regulatorFile.assessed" => Text::new("评价监管部门", "Regulator judged"),
        "regulatorFile.signed" => Text::new("签署监管档案", "Regulator's file signed"),
        "clearance.recorded" => Text::new("登记检测和接种", "Test and vaccination recorded"),
        "held.kept" => Text::new("记录存疑待处理", "Record held"),
        "situation.reported" => Text::new("报送每日情况", "Situation reported"),
        "situation.corrected" => Text::new("更正每日情况", "Situation report corrected"),
        "situation.reminded" => Text::new("催报每日情况", "Situation report asked for"),
        "held.settled" => Text::new("存疑记录已处理", "Held record settled"),
        "talk.convened" => Text::new("召集约谈", "Talk convened"),
        "talk.basedOn" => Text::new("补充依据的通知", "Notice it presses named"),
        "talk.reportHeard" => Text::new("听取汇报", "Report heard"),
        "talk.requirementSet" => Text::new("提出要求", "Requirement made"),
        "talk.requirementAcknowledged" => Text::new("确认要求", "Requirement acknowledged"),
        "talk.linked" => Text::new("关联检查或问题", "Requirement linked"),
        "talk.unlinked" => Text::new("取消关联", "Requirement unlinked"),
        "talk.requirementMoved" => Text::new("调整要求的期限", "Day of a requirement moved"),
        "talk.requirementWithdrawn" => Text::new("撤回要求", "Requirement withdrawn"),
        "talk.moved" => Text::new("约谈时间或地点变更", "Talk moved"),
        "talk.cancelled" => Text::new("取消约谈", "Talk called off"),
        "material.requested" => Text::new("调阅材料", "Materials called in"),
        "material.submitted" => Text::new("报送材料", "Materials handed in"),
        "material.received" => Text::new("签收材料", "Materials received"),
        "material.accepted" => Text::new("材料审阅通过", "Materials accepted"),
        "material.returned" => Text::new("退回补充材料", "Materials returned"),
        "material.extended" => Text::new("延长报送期限", "Deadline for materials extended"),
        "material.withdrawn" => Text::new("撤回调阅", "Request for materials withdrawn"),
        "responseLevel.set" => Text::new("决定响应等级", "Response level set"),
        "responseLevel.extended" => Text::new("延长响应期限", "Response level extended"),
        "responseLevel.ended" => Text::new("终止响应等级", "Response level ended"),
        "rulePack.editionPublished" => Text::new("发布指南版本", "Edition of a guide published"),
        _ => return None,
    })
}

/// What those are told who are told of an event: where the name of the event would read as what is to be
/// done. Of a campaign they are the institutions that are to inspect themselves, of a release its team.
pub fn told_title(kind: &str) -> Option<Text> {
    match kind {
        "campaign.created" => Some(Text::new("请开展自查", "Inspect yourselves")),
        "arrangement.drafted" => Some(Text::new("有工作安排待审批", "An arrangement to approve")),
        "arrangement.amendmentDrafted" => Some(Text::new(
            "有工作安排修订稿待审批",
            "An amended arrangement to approve",
        )),
        "arrangement.approved" => Some(Text::new("工作安排已审批", "An arrangement was approved")),
        "arrangement.returned" => Some(Text::new(
            "您起草的工作安排被退回",
            "An arrangement of yours was returned",
        )),
        "draw.published" => Some(Text::new(
            "抽取规则已公布，请提交种子承诺",
            "A draw was published: commit to a seed",
        )),
        "material.submitted" => Some(Text::new("有材料报来待审阅", "Materials to review")),
        "finding.rectificationClaimed" => {
            Some(Text::new("有整改待复核", "A rectification to re-verify"))
        }
        "finding.letterAnswered" => Some(Text::new("督办函已答复", "A letter was answered")),
        "finding.supportOwed" => Some(Text::new("有支持待提供", "Support to provide")),
        "finding.planSubmitted" => Some(Text::new(
            "有整改计划待审核",
            "A rectification plan to review",
        )),
        "finding.disputed" => Some(Text::new("有申诉待答复", "A dispute to answer")),
        "finding.extensionAsked" => Some(Text::new("有延期申请待审批", "A request for more time")),
        // Also what was never sealed is told to its team so.
        "assignment.released" => Some(Text::new("有新的检查任务", "A new visit for you")),
        "campaign.planAmended" => Some(Text::new(
            "自查安排有变动",
            "The call to self-inspection was changed",
        )),
        _ => event_title(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_has_its_words() {
        for kind in domain::event::KINDS {
            assert!(event_title(kind).is_some(), "{kind}");
            assert!(told_title(kind).is_some(), "{kind}");
        }
    }
}
