//! The files that go with the demo city's notices and materials: small tables, written for it.

use bytes::Bytes;
use domain::attachment::{Attachment, FileKind};
use domain::record::Hash;

pub struct DemoFile {
    pub name: &'static str,
    text: &'static str,
}

pub const MEASURES: DemoFile = DemoFile {
    name: "一级响应措施清单（示例）.csv",
    text: "序号,措施,责任线,检查表条目\r\n\
        1,暂停探视、新入住和外来人员入院服务,主体责任,B\r\n\
        2,工作人员闭环通勤返岗,主体责任,C\r\n\
        3,核酸检测应检尽检,主体责任,D\r\n\
        4,疫苗接种应接尽接,主体责任,D\r\n\
        5,公共区域每日消毒并记录,主体责任,E\r\n\
        6,快递物品静置、消毒、登记,主体责任,E\r\n\
        7,对辖区机构逐家督导并留痕,监管责任,\r\n\
        8,对监管部门履职情况开展监督,监督责任,\r\n",
};

pub const DEPLOYMENT: DemoFile = DemoFile {
    name: "部署和传达情况（示例）.csv",
    text: "时间,事项,方式,覆盖单位\r\n\
        3月12日18:30,传达一级响应通知,视频会议,全部\r\n\
        3月12日20:00,逐家核对签收,电话,全部\r\n\
        3月13日08:00,启动全封闭管理,现场,全部\r\n",
};

pub const DUTIES: DemoFile = DemoFile {
    name: "责任清单（示例）.csv",
    text: "责任线,责任单位,责任岗位,措施\r\n\
        主体责任,各机构,机构负责人,封闭管理\r\n\
        主体责任,各机构,护理部,消毒和检测\r\n\
        监管责任,主管部门,联系人,逐家督导\r\n",
};

pub const INSPECTIONS: DemoFile = DemoFile {
    name: "近三日检查记录（示例）.csv",
    text: "日期,检查次数,发现问题,当日整改\r\n\
        3月11日,6,4,4\r\n3月12日,6,3,3\r\n3月13日,6,5,4\r\n",
};

/// All there are.
pub const FILES: [&DemoFile; 4] = [&MEASURES, &DEPLOYMENT, &DUTIES, &INSPECTIONS];

impl DemoFile {
    pub fn bytes(&self) -> Bytes {
        Bytes::from_static(self.text.as_bytes())
    }

    pub fn attachment(&self) -> Attachment {
        Attachment {
            hash: Hash::of(self.text.as_bytes()),
            name: self.name.to_owned(),
            kind: FileKind::Text,
            bytes: self.text.len() as u64,
        }
    }
}
