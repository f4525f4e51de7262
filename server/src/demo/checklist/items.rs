//! The items, section by section.

use domain::Text;
use form::{Line, Subject};

pub struct Section {
    /// The group's name in the form.
    pub name: &'static str,
    pub title: Text,
    pub items: &'static [Item],
}

pub struct Item {
    /// Its lower case is the question's name in the form.
    pub code: &'static str,
    pub question: Text,
    pub guidance: Text,
    /// What the clause wants to see.
    pub evidence: Text,
    pub line: Line,
    pub subject: Subject,
    /// A failure is a key problem (重点问题).
    pub key: bool,
    /// A failure also caps the whole result.
    pub critical: bool,
    /// Photos a failure must bring.
    pub photos: u32,
    pub relevant: Option<&'static str>,
}

const fn item(code: &'static str, question: Text, guidance: Text, evidence: Text) -> Item {
    Item {
        code,
        question,
        guidance,
        evidence,
        line: Line::Main,
        subject: Subject::Institution,
        key: false,
        critical: false,
        photos: 0,
        relevant: None,
    }
}

impl Item {
    const fn key(mut self) -> Item {
        self.key = true;
        self
    }

    const fn critical(mut self) -> Item {
        self.critical = true;
        self
    }

    const fn with_photo(mut self) -> Item {
        self.photos = 1;
        self
    }

    const fn on(mut self, line: Line, subject: Subject) -> Item {
        self.line = line;
        self.subject = subject;
        self
    }

    const fn relevant(mut self, expression: &'static str) -> Item {
        self.relevant = Some(expression);
        self
    }
}

const DOCUMENT: Text = Text::new("文件", "Document");
const REGISTER: Text = Text::new("登记簿", "Register");
const LOG: Text = Text::new("记录抽查", "Sample of the log");
const LEDGER: Text = Text::new("台账", "Ledger");
const ROSTER: Text = Text::new("排班表", "Roster");
const PHOTO: Text = Text::new("现场照片", "Photo on site");
const OBSERVATION: Text = Text::new("现场查看", "Observation");
const WALK: Text = Text::new("实地走查", "Walk-through");
const INTERVIEW: Text = Text::new("询问", "Interview");
const RESULTS: Text = Text::new("检测结果清单", "List of results");
const PLAN: Text = Text::new("方案", "Plan");
const COUNT: Text = Text::new("清点", "Count");

pub const SECTIONS: [Section; 10] = [
    Section {
        name: "a",
        title: Text::new("A 组织与制度", "A Governance"),
        items: GOVERNANCE,
    },
    Section {
        name: "b",
        title: Text::new("B 出入与封闭管理", "B Entry and closed management"),
        items: ENTRY,
    },
    Section {
        name: "c",
        title: Text::new("C 员工通勤返岗与排查", "C Staff"),
        items: STAFF,
    },
    Section {
        name: "d",
        title: Text::new("D 被服务对象", "D Residents"),
        items: RESIDENTS,
    },
    Section {
        name: "e",
        title: Text::new("E 检测与接种", "E Testing and vaccination"),
        items: TESTING,
    },
    Section {
        name: "f",
        title: Text::new("F 消毒通风", "F Disinfection and ventilation"),
        items: DISINFECTION,
    },
    Section {
        name: "g",
        title: Text::new("G 快递与物品", "G Parcels and supplies"),
        items: PARCELS,
    },
    Section {
        name: "h",
        title: Text::new("H 隔离与分区", "H Isolation and zoning"),
        items: ISOLATION,
    },
    Section {
        name: "i",
        title: Text::new("I 应急与报告", "I Emergency and reporting"),
        items: EMERGENCY,
    },
    Section {
        name: "j",
        title: Text::new("J 物资", "J Stockpiles"),
        items: STOCKPILES,
    },
];

const GOVERNANCE: &[Item] = &[
    item(
        "A1",
        Text::new("是否持有并传达现行响应等级通知", "Is the current response-level notice held and passed on?"),
        Text::new("核对文号、生效时间、期限，抽问一名员工是否知晓。", "Check number, effective time and expiry; ask one member of staff whether they know it."),
        Text::new("文件照片", "Photo of the document"),
    )
    .key(),
    item(
        "A2",
        Text::new("是否有主要负责人牵头的防控小组与分工表", "Is there a control team led by the head, with a duty table?"),
        Text::new("看分工是否到人，联系电话是否有效。", "Each duty has a name and a telephone number that answers."),
        DOCUMENT,
    ),
    item(
        "A3",
        Text::new("是否有24小时值班表且当班人在岗", "Is there a 24-hour duty roster, and is the duty person present?"),
        Text::new("现场拨打值班电话。", "Call the duty telephone on the spot."),
        Text::new("照片与拨测", "Photo and test call"),
    ),
    item(
        "A4",
        Text::new("是否完成本级自查并有问题清单", "Has the unit inspected itself and listed what it found?"),
        Text::new("看清单是否有整改人和期限。", "The list names who puts each fault right, and by when."),
        DOCUMENT,
    )
    .on(Line::Oversight, Subject::Institution),
    item(
        "A5",
        Text::new("员工是否经过培训并答对应知应会抽问", "Are staff trained, and do they answer spot questions?"),
        Text::new("不同岗位各抽一人，记录答对人数。", "Ask one person of each kind of post; note how many answered rightly."),
        INTERVIEW,
    ),
];

const ENTRY: &[Item] = &[
    item(
        "B1",
        Text::new(
            "探视是否全部暂停（含已预约的）",
            "Are all visits suspended, booked ones included?",
        ),
        Text::new(
            "对照通知生效时间之后的探视登记。",
            "Compare the visitors' register after the notice took effect.",
        ),
        REGISTER,
    )
    .key(),
    item(
        "B2",
        Text::new(
            "除就医外的外出是否暂停",
            "Are outings other than medical ones suspended?",
        ),
        Text::new(
            "对照外出登记与门岗记录。",
            "Compare the outings register with the gate log.",
        ),
        REGISTER,
    )
    .key(),
    item(
        "B3",
        Text::new("新入住是否暂停", "Are new admissions suspended?"),
        Text::new(
            "查看入住登记的最后日期。",
            "Look at the last date in the admissions register.",
        ),
        REGISTER,
    ),
    item(
        "B4",
        Text::new(
            "外来人员入院服务是否暂停",
            "Are on-site services by outsiders suspended?",
        ),
        Text::new(
            "含志愿服务、理发、维修、参观。",
            "Volunteers, hairdressers, repairs and tours included.",
        ),
        REGISTER,
    ),
    item(
        "B7",
        Text::new(
            "必要入院人员是否查验核酸证明、登记并全程陪同",
            "Are necessary entrants tested, registered and escorted throughout?",
        ),
        Text::new(
            "证明时限按现行指南；抽查三条记录。",
            "How long a proof holds is in the guide in force; take three entries.",
        ),
        Text::new("登记抽查", "Sample of the register"),
    )
    .key(),
    item(
        "B8",
        Text::new(
            "出入口是否单一且有人值守",
            "Is there a single entrance, and is it manned?",
        ),
        Text::new(
            "绕院墙走一圈，查看侧门和后门是否封闭。",
            "Walk round the perimeter; side and back gates are shut.",
        ),
        PHOTO,
    )
    .critical()
    .with_photo(),
    item(
        "B9",
        Text::new(
            "非专用车辆是否禁入，获准车辆是否消毒并停放指定点",
            "Are other vehicles barred, and permitted ones disinfected and parked at a set point?",
        ),
        Text::new(
            "查看车辆登记与消毒记录。",
            "Look at the vehicle register and the disinfection log.",
        ),
        PHOTO,
    )
    .with_photo(),
    item(
        "B10",
        Text::new(
            "检查人员入院是否按规定查验并登记",
            "Were the inspectors themselves checked and registered on entry?",
        ),
        Text::new(
            "不因检查而免除查验；拒绝入院应如实登记。",
            "An inspection is no reason to skip the check; a refusal of entry is recorded as such.",
        ),
        Text::new("检查人员申报", "Inspectors' declaration"),
    )
    .on(Line::Oversight, Subject::Institution),
];

const STAFF: &[Item] = &[
    item(
        "C1",
        Text::new(
            "是否做到在院不通勤、在外不进院",
            "Do those inside stay in, and those outside stay out?",
        ),
        Text::new(
            "排班表与门岗记录逐日对照。",
            "Compare roster and gate log day by day.",
        ),
        Text::new("排班表与门岗记录", "Roster against gate log"),
    )
    .critical(),
    item(
        "C2",
        Text::new(
            "员工是否住在院内或独立住所并分散居住",
            "Are staff housed inside or in a separate block, in dispersed rooms?",
        ),
        Text::new(
            "查看住宿房间和每间人数。",
            "Look at the rooms and how many share one.",
        ),
        PHOTO,
    ),
    item(
        "C3",
        Text::new(
            "员工转运是否使用专车",
            "Are staff moved by dedicated transport?",
        ),
        Text::new(
            "不乘坐公共交通；查看派车记录。",
            "Not by public transport; see the trip log.",
        ),
        LOG,
    ),
    item(
        "C4",
        Text::new(
            "返岗人员是否经隔离观察和检测后上岗",
            "Do returning staff work only after observation and testing?",
        ),
        Text::new("抽查最近两名返岗人员。", "Take the two who returned last."),
        REGISTER,
    )
    .key(),
    item(
        "C5",
        Text::new(
            "是否每日早晚测温并登记员工健康状况",
            "Is staff health watched daily, temperatures logged morning and evening?",
        ),
        Text::new(
            "抽查三天，看是否一次补填。",
            "Take three days; look for entries made up afterwards.",
        ),
        LOG,
    ),
    item(
        "C6",
        Text::new(
            "是否建立旅居史、接触史排查台账",
            "Is there a ledger of travel and contact screening?",
        ),
        Text::new(
            "含外包人员；看更新日期。",
            "Contractors included; see when it was last kept up.",
        ),
        LEDGER,
    ),
    item(
        "C7",
        Text::new(
            "有症状员工是否立即离岗并报告",
            "Do staff with symptoms leave their post at once, and is it reported?",
        ),
        Text::new(
            "询问两名员工应如何处置。",
            "Ask two members of staff what they would do.",
        ),
        INTERVIEW,
    )
    .key(),
    item(
        "C8",
        Text::new(
            "采购等外勤人员是否不进入机构、无接触交接",
            "Do purchasing staff stay out and hand over without contact?",
        ),
        Text::new("走一遍交接路线。", "Walk the way of a handover."),
        WALK,
    ),
    item(
        "C9",
        Text::new(
            "是否分区固定人员、不交叉服务",
            "Is staff fixed by zone, without cross-service?",
        ),
        Text::new("夜班同样适用。", "Nights included."),
        ROSTER,
    ),
];

const RESIDENTS: &[Item] = &[
    item(
        "D1",
        Text::new("是否每日早晚为被服务对象测温、询问症状并记录", "Are residents' temperatures and symptoms checked twice daily and logged?"),
        Text::new("抽查三人，与本人或护理员核对。", "Take three people; check with them or their carer."),
        LOG,
    ),
    item(
        "D2",
        Text::new("是否暂停集体活动与集体用餐", "Are group activities and group meals suspended?"),
        Text::new("送餐到房或分时段，保持间距。", "Meals come to the room or staggered, with distance kept."),
        OBSERVATION,
    ),
    item(
        "D3",
        Text::new("外出就医是否专人专车、返院后隔离与检测", "Are medical trips escorted in a vehicle of their own, with isolation and test on return?"),
        Text::new("抽查最近一次就医。", "Take the latest trip."),
        REGISTER,
    )
    .key(),
    item(
        "D4",
        Text::new("慢性病、透析等必需诊疗是否有保障方案", "Is there a plan for care that cannot wait, such as dialysis?"),
        Text::new("封闭不中断治疗；列明每个人的安排。", "Closure does not stop treatment; each person's arrangement is listed."),
        PLAN,
    )
    .key(),
    item(
        "D5",
        Text::new("是否安排心理慰藉与视频探视", "Are psychological support and video visits arranged?"),
        Text::new("询问一名老人或儿童上次视频时间。", "Ask one resident or child when they last had a video call."),
        LOG,
    ),
];

const TESTING: &[Item] = &[
    item(
        "E1",
        Text::new(
            "员工核酸检测频次是否达到现行要求",
            "Are staff tested as often as currently required?",
        ),
        Text::new(
            "频次按现行指南；用结果清单逐日核对。",
            "How often is in the guide in force; check the list of results day by day.",
        ),
        RESULTS,
    )
    .critical(),
    item(
        "E2",
        Text::new(
            "被服务对象检测频次是否达到现行要求",
            "Are residents tested as often as currently required?",
        ),
        Text::new("与员工检测日期错开。", "On other days than staff."),
        RESULTS,
    )
    .key(),
    item(
        "E3",
        Text::new(
            "是否有出现阳性后的全员检测安排",
            "Is there a plan to test everybody after one positive case?",
        ),
        Text::new(
            "看采样人员、场地和联系方式。",
            "Who takes samples, where, and whom to call.",
        ),
        PLAN,
    ),
    item(
        "E4",
        Text::new("采样方式是否符合要求", "Are samples taken as required?"),
        Text::new(
            "单采单检，上门采样。",
            "Single-sample tests, taken on site.",
        ),
        OBSERVATION,
    ),
    item(
        "E5",
        Text::new(
            "员工疫苗接种台账是否完整",
            "Is the ledger of staff vaccination complete?",
        ),
        Text::new(
            "含加强针和未接种原因。",
            "Boosters and reasons for gaps included.",
        ),
        LEDGER,
    ),
    item(
        "E6",
        Text::new(
            "被服务对象接种与禁忌台账是否完整",
            "Is the ledger of residents' vaccination and contraindications complete?",
        ),
        Text::new(
            "禁忌应有医生意见。",
            "A contraindication has a doctor's opinion.",
        ),
        LEDGER,
    ),
];

const DISINFECTION: &[Item] = &[
    item(
        "F1",
        Text::new(
            "日常消毒记录是否完整",
            "Is the daily disinfection log complete?",
        ),
        Text::new(
            "区域、药剂、浓度、时间、人员五项齐全。",
            "Area, agent, concentration, time and person are all there.",
        ),
        Text::new("记录照片", "Photo of the log"),
    ),
    item(
        "F2",
        Text::new(
            "高频接触表面消毒浓度与作用时间是否达标",
            "Are high-touch surfaces disinfected at the right concentration, for long enough?",
        ),
        Text::new(
            "用试纸测一次；看是否按时清水擦拭。",
            "Test once with a strip; surfaces are wiped with water afterwards.",
        ),
        Text::new("试纸检测", "Strip test"),
    )
    .key(),
    item(
        "F3",
        Text::new(
            "开窗通风次数与时长是否达标",
            "Are rooms aired often and long enough?",
        ),
        Text::new(
            "查看记录并现场感受两个房间。",
            "See the log, and two rooms themselves.",
        ),
        LOG,
    ),
    item(
        "F4",
        Text::new(
            "消毒剂是否在有效期内、现配现用、单独存放",
            "Are agents in date, freshly mixed and stored apart?",
        ),
        Text::new(
            "看瓶身日期与存放柜是否上锁。",
            "See the dates on the bottles and whether the cupboard is locked.",
        ),
        PHOTO,
    )
    .with_photo(),
    item(
        "F5",
        Text::new(
            "餐饮具、织物、便器是否分类消毒",
            "Are tableware, linen and toilet ware disinfected separately?",
        ),
        Text::new(
            "查看清洗间的容器标识。",
            "See the labels of the containers in the wash room.",
        ),
        OBSERVATION,
    ),
    item(
        "F6",
        Text::new(
            "垃圾是否日产日清、医疗废物另行处置",
            "Is waste cleared daily, and medical waste apart?",
        ),
        Text::new("看交接单。", "See the handover slips."),
        OBSERVATION,
    ),
    item(
        "F7",
        Text::new(
            "是否避免过度消毒和误食误用",
            "Is over-disinfection and misuse avoided?",
        ),
        Text::new(
            "有人时不喷洒；容器不得用饮料瓶。",
            "No spraying while people are present; no drinking bottles as containers.",
        ),
        INTERVIEW,
    ),
];

const PARCELS: &[Item] = &[
    item(
        "G1",
        Text::new(
            "快递、外卖、送药人员是否不入内",
            "Are couriers, takeaway and medicine deliverers kept out?",
        ),
        Text::new("在门岗观察十分钟。", "Watch the gate for ten minutes."),
        OBSERVATION,
    ),
    item(
        "G2",
        Text::new(
            "是否设院外接收区并专人接收登记",
            "Is there a reception area outside, with a named receiver and a log?",
        ),
        Text::new("看位置与登记。", "See where it is, and the log."),
        PHOTO,
    )
    .with_photo(),
    item(
        "G3",
        Text::new(
            "外包装是否消毒后转交",
            "Is outer packaging disinfected before it is handed on?",
        ),
        Text::new("看一件物品的全过程。", "Follow one parcel all the way."),
        OBSERVATION,
    ),
    item(
        "G4",
        Text::new(
            "食材来源与冷链是否查验",
            "Are the source of food and the cold chain checked?",
        ),
        Text::new("抽查两种食材的票据。", "Take the papers of two foods."),
        DOCUMENT,
    ),
    item(
        "G5",
        Text::new(
            "家属送物是否登记并交接",
            "Are items from families logged and handed over?",
        ),
        Text::new("看有无签收。", "There is a signature for each."),
        LOG,
    ),
];

const ISOLATION: &[Item] = &[
    item(
        "H1",
        Text::new(
            "是否至少有一处合格的临时隔离区",
            "Is there at least one proper isolation area?",
        ),
        Text::new(
            "不在生活区，通风良好，每间有独立卫生间。",
            "Not in the living area, ventilated, a toilet in each room.",
        ),
        PHOTO,
    )
    .critical()
    .with_photo(),
    item(
        "H2",
        Text::new(
            "三区是否物理隔断、两通道是否分开",
            "Are the three zones physically separated, and the two routes apart?",
        ),
        Text::new(
            "清洁、缓冲、污染区；清洁、污染通道。",
            "Clean, buffer and contaminated zones; a clean and a contaminated route.",
        ),
        Text::new("平面图与走查", "Plan and walk-through"),
    )
    .key(),
    item(
        "H3",
        Text::new(
            "是否有分区和人员动线图",
            "Is there a plan of zones and routes?",
        ),
        Text::new("与现场一致。", "It matches the place."),
        DOCUMENT,
    ),
    item(
        "H4",
        Text::new(
            "隔离区是否有专人、防护与交接流程",
            "Has the isolation area named staff, protection and a handover procedure?",
        ),
        Text::new(
            "看穿脱防护是否规范。",
            "Watch protective wear being put on and taken off.",
        ),
        OBSERVATION,
    )
    .relevant("${isolation_in_use} != 'no'"),
];

const EMERGENCY: &[Item] = &[
    item(
        "I1",
        Text::new(
            "是否有应急预案并演练",
            "Is there an emergency plan, and was it drilled?",
        ),
        Text::new(
            "看最近一次演练的日期和改进。",
            "See the date of the last drill and what came of it.",
        ),
        PLAN,
    ),
    item(
        "I2",
        Text::new(
            "接到确诊或疑似通知后能否在规定时限内报属地",
            "Can a confirmed or suspected case be reported to the locality within the time set?",
        ),
        Text::new(
            "现场计时演练一次；时限按现行指南。",
            "Drill it once against the clock; the time is in the guide in force.",
        ),
        Text::new("计时演练", "Timed drill"),
    )
    .critical(),
    item(
        "I5",
        Text::new(
            "是否与医疗机构对接并有绿色通道",
            "Is there a link to a hospital, with a green channel?",
        ),
        Text::new(
            "协议由监管部门协调；拨打联系电话。",
            "The regulator arranges the agreement; call the contact.",
        ),
        Text::new("协议", "Agreement"),
    )
    .on(Line::Regulatory, Subject::Both),
    item(
        "I6",
        Text::new(
            "封闭时是否有护理不中断的人力预案",
            "Is there a staffing fallback, so that care never stops?",
        ),
        Text::new(
            "看后备人员名单与进入条件。",
            "See who would come and on what condition they may enter.",
        ),
        PLAN,
    )
    .on(Line::Regulatory, Subject::Both),
];

const STOCKPILES: &[Item] = &[
    item(
        "J1",
        Text::new(
            "防护、消毒、检测物资是否达到应存天数",
            "Do protective, disinfecting and testing supplies last the days required?",
        ),
        Text::new(
            "清点口罩、防护服、手套、消毒剂、测温仪、试剂。",
            "Count masks, suits, gloves, agents, thermometers and kits.",
        ),
        COUNT,
    )
    .key(),
    item(
        "J2",
        Text::new(
            "食品药品储备是否达到应存天数",
            "Do food and medicine last the days required?",
        ),
        Text::new("按在院人数折算。", "For the number of people on site."),
        COUNT,
    ),
    item(
        "J3",
        Text::new(
            "是否配备血氧仪和吸氧设备并可用",
            "Are oximeters and oxygen there, and do they work?",
        ),
        Text::new("开机试一台。", "Switch one on."),
        COUNT,
    ),
];
