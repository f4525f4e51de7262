//! The notice that starts it: the level-1 response from 13 March 2022, 08:00.

use domain::body::BodyKind;
use domain::id::NoticeId;
use domain::notice::NoticeContent;
use domain::response_level::ResponseLevel;
use form::Texts;

use super::{files, identity, moment, receipts};

pub fn id() -> NoticeId {
    NoticeId(identity::id("notice", "level-1"))
}

pub fn level_1_notice() -> NoticeContent {
    NoticeContent {
        number: "示例〔2022〕1号".to_owned(),
        title: Texts::both(
            "关于全市福利机构执行疫情防控一级响应的通知（示例）",
            "Notice on the level-I epidemic response in all welfare institutions of the city (sample)",
        ),
        text: Texts::both(
            "各区民政局，市社会福利事务管理中心，各养老机构、儿童福利机构、残疾人服务机构：\n\
             自2022年3月13日8时起，全市养老机构、儿童福利机构、残疾人服务机构执行一级响应，按照高风险地区防控指南（第二版）实行全封闭管理。\n\
             一、暂停探视、除就医以外的外出、新入住和外来人员入院服务。\n\
             二、落实工作人员通勤返岗、核酸检测、疫苗接种、日常消毒和快递物品管理要求。\n\
             三、各机构承担主体责任，各监管部门承担监管责任，纪检监督机构承担监督责任。驻局纪检监察组对执行情况全程监督，对发现的重点问题及整改情况进行复核。\n\
             四、请各区民政局、市社会福利事务管理中心立即转发所属机构，各机构于3月13日12时前签收本通知。\n\
             （本通知为演示系统编写，不是正式公文。）",
            "To the district bureaus, the welfare affairs centre, and all elder-care, child-welfare and disability-service institutions:\n\
             From 13 March 2022, 08:00, all elder-care, child-welfare and disability-service institutions of the city execute the \
             level-I response, under fully closed management following the guide for high-risk areas, second edition.\n\
             1. Visits, outings other than for medical care, new admissions and on-site services by outsiders are suspended.\n\
             2. The requirements on staff commuting and return to post, nucleic-acid testing, vaccination, daily disinfection \
             and parcels are carried out.\n\
             3. The institutions bear the main responsibility, the departments that of regulation, the oversight bodies that of \
             oversight. The resident discipline inspection group supervises the whole way and re-verifies key problems and \
             their rectification.\n\
             4. The bureaus and the centre pass this notice on at once; every institution acknowledges it by 12:00 on 13 March.\n\
             (Written for a demonstration; not an official document.)",
        ),
        level: Some(ResponseLevel::I),
        effective_from: moment(13, 8, 0),
        districts: Vec::new(),
        bodies: receipts::named(),
        attachments: vec![files::MEASURES.attachment()],
        addressees: vec![
            BodyKind::ElderCare,
            BodyKind::ChildWelfare,
            BodyKind::DisabilityService,
        ],
        acknowledge_by: moment(13, 12, 0),
    }
}
