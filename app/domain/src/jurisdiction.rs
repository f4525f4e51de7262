//! The city (or county, or province) the system supervises: its name, its clock, its districts.

use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::permission::{Act, Place};
use crate::wording::{self, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

/// Characters of a district's code.
pub const CODE_LIMIT: usize = 20;

/// A district's code, as the statistics office numbers it (110106) or as the administrator chose it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct DistrictCode(pub String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct District {
    pub code: DistrictCode,
    pub name: Texts,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jurisdiction {
    pub founded: Option<Founded>,
    pub districts: Vec<District>,
    /// How many events its stream has.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Founded {
    pub name: Texts,
    /// IANA name, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// Everything in it is made up, to try the system with.
    #[serde(default)]
    pub sample: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JurisdictionCommand {
    /// Only whoever sets up an empty server does this; ingest lets it through once.
    Found(Founded),
    AddDistricts(Vec<District>),
    /// Its code stays: bodies, notices and scopes name it by that.
    RenameDistrict {
        code: DistrictCode,
        name: Texts,
    },
}

impl JurisdictionCommand {
    /// Whether an event changed what it is about: who renames a district wrote over no other's name.
    pub(crate) fn is_about(&self, event: &JurisdictionEvent) -> bool {
        match (self, event) {
            (
                JurisdictionCommand::RenameDistrict { code, .. },
                JurisdictionEvent::DistrictRenamed { code: other, .. },
            ) => code == other,
            (JurisdictionCommand::RenameDistrict { .. }, _) => false,
            _ => true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum JurisdictionEvent {
    Founded(Founded),
    DistrictsAdded(Vec<District>),
    DistrictRenamed { code: DistrictCode, name: Texts },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JurisdictionRefusal {
    AlreadyFounded,
    NotFounded,
    Name(WordingRefusal),
    /// Not shaped like an IANA zone name. Whether the zone exists is checked where the zone table is.
    TimeZone,
    DistrictExists(DistrictCode),
    Code(WordingRefusal),
    DistrictUnknown(DistrictCode),
    /// It has that name.
    SameName,
}

impl JurisdictionRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            JurisdictionRefusal::AlreadyFounded => say!(
                language,
                "本系统已完成初始设置",
                "This server has already been set up"
            ),
            JurisdictionRefusal::NotFounded => {
                say!(language, "请先完成初始设置", "Set up the server first")
            }
            JurisdictionRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "名称：{why}", "Name: {why}")
            }
            JurisdictionRefusal::TimeZone => {
                say!(
                    language,
                    "时区应写作 Asia/Shanghai 这样的形式",
                    "Write the time zone like Asia/Shanghai"
                )
            }
            JurisdictionRefusal::Code(refusal) => {
                let why = refusal.text(language);
                say!(language, "区划代码：{why}", "District code: {why}")
            }
            JurisdictionRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "没有代码为 {code} 的区",
                    "There is no district with the code {code}"
                )
            }
            JurisdictionRefusal::SameName => say!(
                language,
                "名称没有变化，请填写新的名称",
                "The name is what it was; give a new one"
            ),
            JurisdictionRefusal::DistrictExists(code) => {
                let code = &code.0;
                say!(
                    language,
                    "区划代码 {code} 已存在",
                    "District code {code} exists already"
                )
            }
        }
    }
}

impl Jurisdiction {
    pub fn evolve(&mut self, event: &JurisdictionEvent) {
        self.version += 1;
        match event {
            JurisdictionEvent::Founded(founded) => self.founded = Some(founded.clone()),
            JurisdictionEvent::DistrictsAdded(districts) => {
                self.districts.extend(districts.iter().cloned())
            }
            JurisdictionEvent::DistrictRenamed { code, name } => {
                let mut districts = self.districts.iter_mut();
                if let Some(district) = districts.find(|district| district.code == *code) {
                    district.name = name.clone();
                }
            }
        }
    }
}

/// # Errors
/// A permission refusal when districts are added or renamed without [`Act::ManageBodies`] in the whole jurisdiction; else a
/// [`JurisdictionRefusal`]: see there.
pub fn decide(
    state: &Jurisdiction,
    command: &JurisdictionCommand,
    context: &Context<'_>,
) -> Result<Vec<JurisdictionEvent>, crate::Refusal> {
    match command {
        JurisdictionCommand::Found(founded) => {
            // The directory knows of any other jurisdiction on this log, whatever id the command names.
            if state.founded.is_some() || context.directory.jurisdiction().founded.is_some() {
                return Err(JurisdictionRefusal::AlreadyFounded.into());
            }
            check_name(&founded.name)?;
            let zone_shaped = founded.time_zone.len() <= 64
                && founded
                    .time_zone
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte))
                && !founded.time_zone.is_empty();
            if !zone_shaped {
                return Err(JurisdictionRefusal::TimeZone.into());
            }
            Ok(vec![JurisdictionEvent::Founded(founded.clone())])
        }
        JurisdictionCommand::AddDistricts(districts) => {
            if state.founded.is_none() {
                return Err(JurisdictionRefusal::NotFounded.into());
            }
            context.permit(Act::ManageBodies, &Place::Jurisdiction)?;
            let mut codes: Vec<&DistrictCode> = state
                .districts
                .iter()
                .map(|district| &district.code)
                .collect();
            for district in districts {
                check_name(&district.name)?;
                wording::require(&district.code.0, CODE_LIMIT)
                    .map_err(JurisdictionRefusal::Code)?;
                if codes.contains(&&district.code) {
                    return Err(JurisdictionRefusal::DistrictExists(district.code.clone()).into());
                }
                codes.push(&district.code);
            }
            Ok(vec![JurisdictionEvent::DistrictsAdded(districts.clone())])
        }
        JurisdictionCommand::RenameDistrict { code, name } => {
            if state.founded.is_none() {
                return Err(JurisdictionRefusal::NotFounded.into());
            }
            context.permit(Act::ManageBodies, &Place::Jurisdiction)?;
            let known = state.districts.iter().find(|known| known.code == *code);
            let Some(known) = known else {
                return Err(JurisdictionRefusal::DistrictUnknown(code.clone()).into());
            };
            check_name(name)?;
            if known.name == *name {
                return Err(JurisdictionRefusal::SameName.into());
            }
            Ok(vec![JurisdictionEvent::DistrictRenamed {
                code: code.clone(),
                name: name.clone(),
            }])
        }
    }
}

fn check_name(name: &Texts) -> Result<(), JurisdictionRefusal> {
    check_texts(name, NAME_LIMIT).map_err(JurisdictionRefusal::Name)
}

/// A name given in at least one language, each within the limit.
pub(crate) fn check_texts(texts: &Texts, limit: usize) -> Result<(), WordingRefusal> {
    for (_, text) in texts.iter() {
        wording::allow(text, limit)?;
    }
    let said = |language: Language| !texts.get(language.tag()).trim().is_empty();
    if Language::ALL.into_iter().any(said) {
        Ok(())
    } else {
        Err(WordingRefusal::Empty)
    }
}
