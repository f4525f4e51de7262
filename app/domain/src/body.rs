//! Bodies: the institutions that are supervised, the departments that regulate them, the bodies that oversee both.
//! They form a tree and lie in districts.
//!
//! A body is registered, amended, moved below another, merged into another or closed. One that was merged or closed keeps its record
//! and its place in the tree (a merged one lies below the body it was merged into), and nothing more happens to it.
//!
//! What a register wants of a body is the same whether a form or a file brings it: [`wanting`], [`read_figure`], [`Standing`].

use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::BodyId;
use crate::jurisdiction::{DistrictCode, check_texts};
use crate::permission::{Act, Place};
use crate::record::Hash;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
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

/// Who owns and runs an institution.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Ownership {
    /// 公办
    Public,
    /// 公建民营
    PublicPrivatelyRun,
    /// 民办
    Private,
}

impl Ownership {
    pub const ALL: [Ownership; 3] = [
        Ownership::Public,
        Ownership::PublicPrivatelyRun,
        Ownership::Private,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Ownership::Public => "public",
            Ownership::PublicPrivatelyRun => "publicPrivatelyRun",
            Ownership::Private => "private",
        }
    }

    pub fn from_code(code: &str) -> Option<Ownership> {
        Ownership::ALL
            .into_iter()
            .find(|ownership| ownership.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Ownership::Public => Text::new("公办", "Public"),
            Ownership::PublicPrivatelyRun => Text::new("公建民营", "Public, privately run"),
            Ownership::Private => Text::new("民办", "Private"),
        }
    }
}

/// How closely a body is watched.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum RiskGrade {
    Low,
    Medium,
    High,
}

impl RiskGrade {
    pub const ALL: [RiskGrade; 3] = [RiskGrade::Low, RiskGrade::Medium, RiskGrade::High];

    pub const fn code(self) -> &'static str {
        match self {
            RiskGrade::Low => "low",
            RiskGrade::Medium => "medium",
            RiskGrade::High => "high",
        }
    }

    pub fn from_code(code: &str) -> Option<RiskGrade> {
        RiskGrade::ALL.into_iter().find(|risk| risk.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            RiskGrade::Low => Text::new("低风险", "Low risk"),
            RiskGrade::Medium => Text::new("中风险", "Medium risk"),
            RiskGrade::High => Text::new("高风险", "High risk"),
        }
    }
}

/// A place on the map, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Location {
    /// -180 to 180, east positive.
    pub longitude: f64,
    /// -90 to 90, north positive.
    pub latitude: f64,
}

impl Location {
    /// Neither infinite nor beyond the poles.
    pub fn is_on_earth(self) -> bool {
        self.longitude.abs() <= 180.0 && self.latitude.abs() <= 90.0
    }
}

/// Whom to call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contact {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub telephone: String,
}

/// What else is known of a body; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<Ownership>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskGrade>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub contact: Contact,
}

fn is_nobody(contact: &Contact) -> bool {
    *contact == Contact::default()
}

impl Profile {
    pub fn is_empty(&self) -> bool {
        *self == Profile::default()
    }
}

/// What is known of a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
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
    #[serde(default, skip_serializing_if = "Profile::is_empty")]
    pub profile: Profile,
}

/// What an amendment can change: all but the place in the tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amendment {
    pub kind: BodyKind,
    pub name: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictCode>,
    #[serde(default)]
    pub residents: u32,
    #[serde(default)]
    pub staff: u32,
    #[serde(default)]
    pub capacity: u32,
    #[serde(default, skip_serializing_if = "Profile::is_empty")]
    pub profile: Profile,
}

impl Particulars {
    pub fn standing(&self) -> Standing<&DistrictCode, BodyId> {
        Standing {
            district: self.district.as_ref(),
            parent: self.parent,
        }
    }

    /// As a form shows it, to be amended.
    pub fn amendable(&self) -> Amendment {
        Amendment {
            kind: self.kind,
            name: self.name.clone(),
            district: self.district.clone(),
            residents: self.residents,
            staff: self.staff,
            capacity: self.capacity,
            profile: self.profile.clone(),
        }
    }

    pub(crate) fn amend(&mut self, amendment: &Amendment) {
        let Amendment {
            kind,
            name,
            district,
            residents,
            staff,
            capacity,
            profile,
        } = amendment.clone();
        self.kind = kind;
        self.name = name;
        self.district = district;
        self.residents = residents;
        self.staff = staff;
        self.capacity = capacity;
        self.profile = profile;
    }
}

macro_rules! fields {
    ($($field:ident = $($path:ident).+, $chinese:literal, $english:literal;)+) => {
        /// A part of what is known of a body that can be amended on its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Field {
            $($field),+
        }

        impl Field {
            pub const fn title(self) -> Text {
                match self {
                    $(Field::$field => Text::new($chinese, $english)),+
                }
            }
        }

        impl Amendment {
            /// The fields in which two states of a body differ.
            pub fn differences(&self, other: &Amendment) -> Vec<Field> {
                let mut differing = Vec::new();
                $(if self.$($path).+ != other.$($path).+ {
                    differing.push(Field::$field);
                })+
                differing
            }

            /// What becomes of `current` when somebody who saw `before` wants `after`: what they left alone stays as it is now.
            /// An error names what both changed, each to something else.
            fn merged(current: &Amendment, before: &Amendment, after: &Amendment) -> Result<Amendment, Vec<Field>> {
                let mut merged = current.clone();
                let mut contested = Vec::new();
                $(if after.$($path).+ != before.$($path).+ {
                    if current.$($path).+ == before.$($path).+ || current.$($path).+ == after.$($path).+ {
                        merged.$($path).+ = after.$($path).+.clone();
                    } else {
                        contested.push(Field::$field);
                    }
                })+
                if contested.is_empty() { Ok(merged) } else { Err(contested) }
            }
        }
    };
}

fields! {
    Kind = kind, "类别", "Kind";
    Name = name, "名称", "Name";
    District = district, "区", "District";
    Residents = residents, "服务对象人数", "Residents";
    Staff = staff, "工作人员数", "Staff";
    Capacity = capacity, "床位数", "Beds";
    Ownership = profile.ownership, "所有制", "Ownership";
    Risk = profile.risk, "风险等级", "Risk grade";
    Address = profile.address, "地址", "Address";
    Location = profile.location, "位置", "Location";
    Contact = profile.contact, "联系人", "Contact";
}

/// Where a body stands among those of its name: in a district, below another body.
///
/// `D` names the district, `P` the body above: by its id, or by its row in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<D, P> {
    pub district: Option<D>,
    pub parent: Option<P>,
}

impl<D: PartialEq, P: PartialEq> Standing<D, P> {
    /// Whether two bodies of one name are taken for the same: in one district, below one body, or both of the whole jurisdiction.
    pub fn meets(&self, other: &Self) -> bool {
        let is_shared = (self.district.is_some() && self.district == other.district)
            || (self.parent.is_some() && self.parent == other.parent);
        let is_nowhere = |standing: &Self| standing.district.is_none() && standing.parent.is_none();
        is_shared || (is_nowhere(self) && is_nowhere(other))
    }
}

/// The name a body goes by: the Chinese one. Bodies registered before it was asked for may have an English one alone.
pub fn known_by(name: &Texts) -> &str {
    let chinese = chinese(name);
    if chinese.is_empty() {
        name.get(Language::English.tag()).trim()
    } else {
        chinese
    }
}

/// The name in Chinese itself, never the one that stands in for it.
fn chinese(name: &Texts) -> &str {
    let mut names = name.iter();
    names
        .find(|(language, _)| *language == Language::Chinese.tag())
        .map_or("", |(_, name)| name.trim())
}

/// What a register still wants of a body: its name in Chinese, and of an institution its district where there are any.
pub fn wanting(
    kind: BodyKind,
    name: &Texts,
    has_district: bool,
    are_there_districts: bool,
) -> Vec<BodyRefusal> {
    let name = chinese(name).is_empty().then_some(BodyRefusal::ChineseName);
    let district = (kind.is_institution() && are_there_districts && !has_district)
        .then_some(BodyRefusal::DistrictMissing);
    name.into_iter().chain(district).collect()
}

/// Why what was written is no number of residents, staff or beds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureFault {
    /// What an institution does not say is not known, and no 0.
    Missing,
    /// Anything but digits.
    NotANumber,
    /// More than [`FIGURE_LIMIT`].
    TooLarge,
}

/// A number of residents, staff or beds as a form or a file has it. An institution says each, also that it is 0; of a department or
/// an oversight body, which care for nobody and count in no total, a blank is 0.
pub fn read_figure(kind: BodyKind, written: &str) -> Result<u32, FigureFault> {
    let written = wording::plain_digits(written);
    if written.is_empty() {
        return if kind.is_institution() {
            Err(FigureFault::Missing)
        } else {
            Ok(0)
        };
    }
    if !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FigureFault::NotANumber);
    }
    // Digits alone that do not fit are too many of them.
    written
        .parse()
        .ok()
        .filter(|figure| *figure <= FIGURE_LIMIT)
        .ok_or(FigureFault::TooLarge)
}

/// Why a body is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    Closed { reason: String },
    Merged { into: BodyId },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// None until it is registered.
    pub particulars: Option<Particulars>,
    pub gone: Option<Gone>,
    /// By its digest, the code that hangs at its entrance ([`crate::entrance`]).
    pub entrance: Option<Hash>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyCommand {
    Register(Particulars),
    /// `before` is what its author saw: what somebody else changed meanwhile is not undone.
    Amend {
        before: Box<Amendment>,
        after: Box<Amendment>,
    },
    /// Puts it below another body, or at the top.
    Move {
        parent: Option<BodyId>,
    },
    /// Makes it part of another body; what lies below it moves there.
    Merge {
        into: BodyId,
    },
    Close {
        reason: String,
    },
    /// Gives an institution a code for its entrance, known by its digest, in the place of the one its author saw there.
    SetEntranceCode {
        digest: Hash,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<Hash>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum BodyEvent {
    Registered(Particulars),
    Amended(Box<Amendment>),
    Moved {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<BodyId>,
    },
    Merged {
        into: BodyId,
    },
    /// Another body became part of this one.
    Absorbed {
        from: BodyId,
    },
    Closed {
        reason: String,
    },
    /// From now on this code hangs at its entrance, and none before it.
    EntranceCodeSet {
        digest: Hash,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BodyRefusal {
    AlreadyRegistered,
    Name(WordingRefusal),
    /// The name in Chinese is missing.
    ChineseName,
    /// Another body there goes by this name.
    NameTaken {
        name: String,
        /// The district, or else the body above, in which the other stands; None for one of the whole jurisdiction.
        place: Option<Texts>,
    },
    ParentUnknown,
    DistrictUnknown(DistrictCode),
    /// An institution without a district.
    DistrictMissing,
    /// More residents than a body can have; a slip of the finger.
    FigureTooLarge {
        limit: u32,
    },
    NotRegistered,
    /// It was closed, or merged into another.
    Gone,
    Address(WordingRefusal),
    Contact(WordingRefusal),
    /// What was given as a telephone number has no digit.
    Telephone,
    /// Beyond 180 degrees east or west, or 90 north or south.
    Location,
    /// Somebody else changed the same parts meanwhile, otherwise.
    ChangedMeanwhile(Vec<Field>),
    /// An institution does not become a department, nor the reverse.
    OtherNature,
    /// The new parent lies below the body itself.
    Ring,
    /// A body is not merged into itself, nor into what does not exist or is gone.
    MergeTarget,
    /// Bodies that answer to it are still there.
    HasChildren,
    Reason(WordingRefusal),
    /// Nobody is visited at the entrance of a department or an oversight body.
    NoEntrance,
    /// Somebody else gave it another code meanwhile.
    EntranceCodeReplaced,
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
            BodyRefusal::ChineseName => say!(
                language,
                "请填写单位的中文名称",
                "Give the body its name in Chinese"
            ),
            BodyRefusal::NameTaken { name, place } => {
                let whole = Text::new("全辖区", "the whole jurisdiction");
                let place = place
                    .as_ref()
                    .map_or(whole.get(language), |place| place.get(language.tag()));
                say!(
                    language,
                    "“{name}”在“{place}”已登记；同一单位无须再登记，不同单位请在名称上区分",
                    "“{name}” is registered already in “{place}”; if it is the same body there is nothing to do, otherwise tell the two apart by name"
                )
            }
            BodyRefusal::ParentUnknown => {
                say!(
                    language,
                    "上级单位不存在或已撤销",
                    "The parent body does not exist or is gone"
                )
            }
            BodyRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "区划代码 {code} 不存在",
                    "There is no district with code {code}"
                )
            }
            BodyRefusal::DistrictMissing => say!(
                language,
                "机构应属于一个区，请选择",
                "An institution lies in a district; choose it"
            ),
            BodyRefusal::FigureTooLarge { limit } => {
                say!(
                    language,
                    "人数和床位数不能超过{limit}",
                    "Numbers of people and beds must be {limit} or fewer"
                )
            }
            BodyRefusal::NotRegistered => {
                say!(language, "没有这个单位", "There is no such body")
            }
            BodyRefusal::Gone => say!(
                language,
                "该单位已撤销或并入其他单位，不能再变更",
                "This body was closed or merged into another; it cannot be changed any more"
            ),
            BodyRefusal::Address(refusal) => {
                let why = refusal.text(language);
                say!(language, "地址：{why}", "Address: {why}")
            }
            BodyRefusal::Contact(refusal) => {
                let why = refusal.text(language);
                say!(language, "联系人：{why}", "Contact: {why}")
            }
            BodyRefusal::Telephone => {
                say!(language, "电话应含有数字", "A telephone number has digits")
            }
            BodyRefusal::Location => say!(
                language,
                "经度应在-180至180之间，纬度应在-90至90之间",
                "The longitude is between -180 and 180, the latitude between -90 and 90"
            ),
            BodyRefusal::ChangedMeanwhile(fields) => {
                let titles: Vec<&str> = fields
                    .iter()
                    .map(|field| field.title().get(language))
                    .collect();
                let titles = titles.join(match language {
                    Language::Chinese => "、",
                    Language::English => ", ",
                });
                say!(
                    language,
                    "他人刚刚修改了同样的内容（{titles}）。您填写的仍在，请核对后再提交",
                    "Somebody else has just changed the same parts ({titles}). What you typed is still here; compare and submit again"
                )
            }
            BodyRefusal::OtherNature => say!(
                language,
                "机构不能变为部门，部门也不能变为机构",
                "An institution cannot become a department, nor the reverse"
            ),
            BodyRefusal::Ring => say!(
                language,
                "不能移到自己的下属单位之下",
                "A body cannot move below one that answers to it"
            ),
            BodyRefusal::MergeTarget => say!(
                language,
                "请选择另一个现存单位作为并入对象",
                "Choose another body that is still there to merge it into"
            ),
            BodyRefusal::HasChildren => say!(
                language,
                "仍有下属单位，请先移走或撤销",
                "Bodies still answer to it; move or close them first"
            ),
            BodyRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            BodyRefusal::NoEntrance => say!(
                language,
                "只有机构有入口码",
                "Only institutions have an entrance code"
            ),
            BodyRefusal::EntranceCodeReplaced => say!(
                language,
                "他人刚刚更换了入口码。请刷新页面，打印新码",
                "Somebody else has just replaced the entrance code. Reload the page and print the new one"
            ),
        }
    }
}

pub fn evolve(state: &mut Body, event: &BodyEvent) {
    match event {
        BodyEvent::Registered(particulars) => state.particulars = Some(particulars.clone()),
        BodyEvent::Amended(amendment) => {
            if let Some(particulars) = &mut state.particulars {
                particulars.amend(amendment);
            }
        }
        BodyEvent::Moved { parent } => {
            if let Some(particulars) = &mut state.particulars {
                particulars.parent = *parent;
            }
        }
        BodyEvent::Merged { into } => {
            if let Some(particulars) = &mut state.particulars {
                particulars.parent = Some(*into);
            }
            state.gone = Some(Gone::Merged { into: *into });
        }
        BodyEvent::Absorbed { .. } => {}
        BodyEvent::Closed { reason } => {
            state.gone = Some(Gone::Closed {
                reason: reason.clone(),
            });
        }
        BodyEvent::EntranceCodeSet { digest } => state.entrance = Some(*digest),
    }
}

/// Where a body that answers to `parent` and lies in `district` is managed.
fn place(parent: Option<BodyId>, district: Option<&DistrictCode>) -> Place {
    match (parent, district) {
        (Some(parent), _) => Place::Body(parent),
        (None, Some(district)) => Place::District(district.clone()),
        (None, None) => Place::Jurisdiction,
    }
}

fn check(amendment: &Amendment, context: &Context<'_>) -> Result<(), BodyRefusal> {
    check_texts(&amendment.name, NAME_LIMIT).map_err(BodyRefusal::Name)?;
    if let Some(district) = &amendment.district
        && context.directory.district(district).is_none()
    {
        return Err(BodyRefusal::DistrictUnknown(district.clone()));
    }
    let are_there_districts = !context.directory.jurisdiction().districts.is_empty();
    let has_district = amendment.district.is_some();
    let wanting = wanting(
        amendment.kind,
        &amendment.name,
        has_district,
        are_there_districts,
    );
    if let Some(refusal) = wanting.into_iter().next() {
        return Err(refusal);
    }
    let figures = [amendment.residents, amendment.staff, amendment.capacity];
    if figures.into_iter().any(|figure| figure > FIGURE_LIMIT) {
        return Err(BodyRefusal::FigureTooLarge {
            limit: FIGURE_LIMIT,
        });
    }
    let Profile {
        address,
        location,
        contact,
        ..
    } = &amendment.profile;
    wording::allow(address, NAME_LIMIT).map_err(BodyRefusal::Address)?;
    for text in [&contact.name, &contact.telephone] {
        wording::allow(text, NAME_LIMIT).map_err(BodyRefusal::Contact)?;
    }
    if location.is_some_and(|location| !location.is_on_earth()) {
        return Err(BodyRefusal::Location);
    }
    Ok(())
}

/// What is newly given as a telephone number has a digit; what was known before stays as it is.
fn check_telephone(given: &str, before: &str) -> Result<(), BodyRefusal> {
    let is_digit = |one: char| one.is_ascii_digit() || ('０'..='９').contains(&one);
    if given.is_empty() || given == before || given.contains(is_digit) {
        Ok(())
    } else {
        Err(BodyRefusal::Telephone)
    }
}

/// Refuses a name that another body goes by where this one is to stand.
fn check_name_is_free(
    id: BodyId,
    name: &Texts,
    standing: Standing<&DistrictCode, BodyId>,
    context: &Context<'_>,
) -> Result<(), BodyRefusal> {
    let directory = context.directory;
    let mut namesakes = directory.known_by(known_by(name));
    let Some((_, other)) =
        namesakes.find(|(other, body)| *other != id && body.standing().meets(&standing))
    else {
        return Ok(());
    };
    let district = other.district.as_ref();
    let district = district.filter(|district| Some(*district) == standing.district);
    let place = match (district, other.parent) {
        (Some(code), _) => Some(
            directory
                .district(code)
                .map_or_else(|| Texts::both(&code.0, &code.0), |known| known.name.clone()),
        ),
        (None, Some(parent)) => directory.body(parent).map(|parent| parent.name.clone()),
        (None, None) => None,
    };
    let name = known_by(name).to_owned();
    Err(BodyRefusal::NameTaken { name, place })
}

/// The same of a body that is to stand below another.
fn check_name_is_free_below(
    id: BodyId,
    body: &Particulars,
    parent: Option<BodyId>,
    context: &Context<'_>,
) -> Result<(), BodyRefusal> {
    let district = body.district.as_ref();
    check_name_is_free(id, &body.name, Standing { district, parent }, context)
}

/// The events that follow, each with the body whose stream it goes to: a merger is told in both, and moves what lies below.
///
/// Refused: see [`BodyRefusal`]; and without [`Act::ManageBodies`] where the body is and where it goes, or
/// [`Act::KeepEntranceCode`] for its code.
pub fn decide(
    id: BodyId,
    state: &Body,
    command: &BodyCommand,
    context: &Context<'_>,
) -> Result<Vec<(BodyId, BodyEvent)>, crate::Refusal> {
    let directory = context.directory;
    if let BodyCommand::Register(particulars) = command {
        if state.particulars.is_some() {
            return Err(BodyRefusal::AlreadyRegistered.into());
        }
        let place = place(particulars.parent, particulars.district.as_ref());
        context.permit(Act::ManageBodies, &place)?;
        let given = particulars.amendable();
        check(&given, context)?;
        check_telephone(&given.profile.contact.telephone, "")?;
        if particulars
            .parent
            .is_some_and(|parent| !directory.is_active(parent))
        {
            return Err(BodyRefusal::ParentUnknown.into());
        }
        check_name_is_free(id, &particulars.name, particulars.standing(), context)?;
        return Ok(vec![(id, BodyEvent::Registered(particulars.clone()))]);
    }
    let Some(known) = &state.particulars else {
        return Err(BodyRefusal::NotRegistered.into());
    };
    let act = match command {
        BodyCommand::SetEntranceCode { .. } => Act::KeepEntranceCode,
        _ => Act::ManageBodies,
    };
    context.permit(act, &Place::Body(id))?;
    if state.gone.is_some() {
        return Err(BodyRefusal::Gone.into());
    }
    let children = || {
        directory
            .active_bodies()
            .filter(|(_, child)| child.parent == Some(id))
    };
    match command {
        BodyCommand::Register(_) => Err(BodyRefusal::AlreadyRegistered.into()),
        BodyCommand::Amend { before, after } => {
            let current = known.amendable();
            let merged = Amendment::merged(&current, before, after)
                .map_err(BodyRefusal::ChangedMeanwhile)?;
            if merged == current {
                return Ok(Vec::new());
            }
            if merged.kind.is_institution() != current.kind.is_institution() {
                return Err(BodyRefusal::OtherNature.into());
            }
            check(&merged, context)?;
            let [given, before] = [&merged, &current].map(|one| &one.profile.contact.telephone);
            check_telephone(given, before)?;
            if merged.district != current.district {
                let place = place(known.parent, merged.district.as_ref());
                context.permit(Act::ManageBodies, &place)?;
            }
            if merged.name != current.name || merged.district != current.district {
                let standing = Standing {
                    district: merged.district.as_ref(),
                    parent: known.parent,
                };
                check_name_is_free(id, &merged.name, standing, context)?;
            }
            Ok(vec![(id, BodyEvent::Amended(Box::new(merged)))])
        }
        BodyCommand::Move { parent } => {
            if *parent == known.parent {
                return Ok(Vec::new());
            }
            context.permit(Act::ManageBodies, &place(*parent, known.district.as_ref()))?;
            if let Some(parent) = parent {
                if !directory.is_active(*parent) {
                    return Err(BodyRefusal::ParentUnknown.into());
                }
                if directory.is_within(*parent, id) {
                    return Err(BodyRefusal::Ring.into());
                }
            }
            check_name_is_free_below(id, known, *parent, context)?;
            Ok(vec![(id, BodyEvent::Moved { parent: *parent })])
        }
        BodyCommand::Merge { into } => {
            context.permit(Act::ManageBodies, &Place::Body(*into))?;
            let target = directory
                .body(*into)
                .filter(|_| *into != id && directory.is_active(*into))
                .ok_or(BodyRefusal::MergeTarget)?;
            if directory.is_within(*into, id) {
                return Err(BodyRefusal::Ring.into());
            }
            if target.kind.is_institution() != known.kind.is_institution() {
                return Err(BodyRefusal::OtherNature.into());
            }
            for (child, below) in children() {
                check_name_is_free_below(child, below, Some(*into), context)?;
            }
            let moved = children().map(|(child, _)| {
                let parent = Some(*into);
                (child, BodyEvent::Moved { parent })
            });
            let both = [
                (id, BodyEvent::Merged { into: *into }),
                (*into, BodyEvent::Absorbed { from: id }),
            ];
            Ok(both.into_iter().chain(moved).collect())
        }
        BodyCommand::Close { reason } => {
            wording::require(reason, ACCOUNT_LIMIT).map_err(BodyRefusal::Reason)?;
            if children().next().is_some() {
                return Err(BodyRefusal::HasChildren.into());
            }
            let reason = reason.clone();
            Ok(vec![(id, BodyEvent::Closed { reason })])
        }
        BodyCommand::SetEntranceCode { digest, replaces } => {
            if !known.kind.is_institution() {
                return Err(BodyRefusal::NoEntrance.into());
            }
            // One that hangs there already replaces nothing.
            if state.entrance != *replaces || state.entrance == Some(*digest) {
                return Err(BodyRefusal::EntranceCodeReplaced.into());
            }
            let digest = *digest;
            Ok(vec![(id, BodyEvent::EntranceCodeSet { digest })])
        }
    }
}
