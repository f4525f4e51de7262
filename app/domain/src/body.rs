//! Bodies: the institutions that are supervised, the departments that regulate them, the bodies that oversee both.
//! They form a tree and lie in districts.

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::BodyId;
use crate::jurisdiction::{DistrictCode, check_texts};
use crate::permission::{Act, Place};
use crate::wording::{NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyKind {
    /// 养老机构
    ElderCare,
    /// 儿童福利机构
    ChildWelfare,
    /// 残疾人服务机构
    DisabilityService,
    /// A regulator: a bureau, a division, a centre.
    Department,
    /// A discipline committee, an inspection group, a supervision office.
    OversightBody,
}

impl BodyKind {
    pub const ALL: [BodyKind; 5] = [
        BodyKind::ElderCare,
        BodyKind::ChildWelfare,
        BodyKind::DisabilityService,
        BodyKind::Department,
        BodyKind::OversightBody,
    ];

    pub const fn is_institution(self) -> bool {
        matches!(
            self,
            BodyKind::ElderCare | BodyKind::ChildWelfare | BodyKind::DisabilityService
        )
    }

    /// The name in stored rows, files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            BodyKind::ElderCare => "elderCare",
            BodyKind::ChildWelfare => "childWelfare",
            BodyKind::DisabilityService => "disabilityService",
            BodyKind::Department => "department",
            BodyKind::OversightBody => "oversightBody",
        }
    }

    pub fn from_code(code: &str) -> Option<BodyKind> {
        BodyKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            BodyKind::ElderCare => Text::new("养老机构", "Elder care"),
            BodyKind::ChildWelfare => Text::new("儿童福利机构", "Child welfare"),
            BodyKind::DisabilityService => Text::new("残疾人服务机构", "Disability service"),
            BodyKind::Department => Text::new("监管部门", "Department"),
            BodyKind::OversightBody => Text::new("监督机构", "Oversight body"),
        }
    }
}

/// What is known of a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Particulars {
    pub kind: BodyKind,
    pub name: Texts,
    /// The body it answers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<BodyId>,
    /// None for a body of the whole jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictCode>,
    /// People cared for.
    #[serde(default)]
    pub residents: u32,
    #[serde(default)]
    pub staff: u32,
    /// Beds.
    #[serde(default)]
    pub capacity: u32,
    /// Made up, to try the system with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

/// None until it is registered.
pub type Body = Option<Particulars>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyCommand {
    Register(Particulars),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyEvent {
    Registered(Particulars),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyRefusal {
    AlreadyRegistered,
    Name(WordingRefusal),
    ParentUnknown,
    DistrictUnknown(DistrictCode),
    /// More residents than a body can have; a slip of the finger.
    FigureTooLarge {
        limit: u32,
    },
}

/// No single institution on record comes near it.
pub const FIGURE_LIMIT: u32 = 100_000;

impl BodyRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            BodyRefusal::AlreadyRegistered => {
                say!(language, "该单位已登记", "This body is registered already")
            }
            BodyRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "单位名称：{why}", "Name of the body: {why}")
            }
            BodyRefusal::ParentUnknown => {
                say!(language, "上级单位不存在", "The parent body does not exist")
            }
            BodyRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "区划代码 {code} 不存在",
                    "There is no district with code {code}"
                )
            }
            BodyRefusal::FigureTooLarge { limit } => {
                say!(
                    language,
                    "人数和床位数不能超过{limit}",
                    "Numbers of people and beds must be {limit} or fewer"
                )
            }
        }
    }
}

pub fn evolve(state: &mut Body, event: &BodyEvent) {
    let BodyEvent::Registered(particulars) = event;
    *state = Some(particulars.clone());
}

pub fn decide(
    state: &Body,
    command: &BodyCommand,
    context: &Context<'_>,
) -> Result<Vec<BodyEvent>, crate::Refusal> {
    let BodyCommand::Register(particulars) = command;
    if state.is_some() {
        return Err(BodyRefusal::AlreadyRegistered.into());
    }
    let place = match (&particulars.parent, &particulars.district) {
        (Some(parent), _) => Place::Body(*parent),
        (None, Some(district)) => Place::District(district.clone()),
        (None, None) => Place::Jurisdiction,
    };
    context.permit(Act::ManageBodies, &place)?;
    check_texts(&particulars.name, NAME_LIMIT).map_err(BodyRefusal::Name)?;
    if particulars
        .parent
        .is_some_and(|parent| context.directory.body(parent).is_none())
    {
        return Err(BodyRefusal::ParentUnknown.into());
    }
    if let Some(district) = &particulars.district
        && context.directory.district(district).is_none()
    {
        return Err(BodyRefusal::DistrictUnknown(district.clone()).into());
    }
    if [
        particulars.residents,
        particulars.staff,
        particulars.capacity,
    ]
    .into_iter()
    .any(|figure| figure > FIGURE_LIMIT)
    {
        return Err(BodyRefusal::FigureTooLarge {
            limit: FIGURE_LIMIT,
        }
        .into());
    }
    Ok(vec![BodyEvent::Registered(particulars.clone())])
}
