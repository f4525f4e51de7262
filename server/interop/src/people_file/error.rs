//! What can be wrong with a file of people, and what to do about it.

use domain::permission::Role;
use domain::{Language, Text, say};

use crate::bodies_file::{self, listed};

/// A column of the file, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    SignInName,
    NameZh,
    NameEn,
    Unit,
    UnitDistrict,
    Role,
    Scope,
    ScopeDistrict,
    From,
    Until,
}

impl Column {
    /// In the order of the template.
    pub const ALL: [Column; 10] = [
        Column::SignInName,
        Column::NameZh,
        Column::NameEn,
        Column::Unit,
        Column::UnitDistrict,
        Column::Role,
        Column::Scope,
        Column::ScopeDistrict,
        Column::From,
        Column::Until,
    ];

    /// Whether a file must have it, though its cells be blank.
    pub const fn is_required(self) -> bool {
        matches!(self, Column::SignInName | Column::Role | Column::Scope)
    }

    /// The heading in words, which is understood too.
    pub const fn title(self) -> Text {
        match self {
            Column::SignInName => Text::new("登录名", "Sign-in name"),
            Column::NameZh => Text::new("姓名（中文）", "Name in Chinese"),
            Column::NameEn => Text::new("姓名（英文）", "Name in English"),
            Column::Unit => Text::new("所属单位", "Unit"),
            Column::UnitDistrict => Text::new("所属单位的区", "District of the unit"),
            Column::Role => Text::new("角色", "Role"),
            Column::Scope => Text::new("职责范围", "Scope"),
            Column::ScopeDistrict => Text::new("职责所在单位的区", "District of the scope"),
            Column::From => Text::new("起", "From"),
            Column::Until => Text::new("止", "Until"),
        }
    }

    pub const fn heading(self) -> &'static str {
        match self {
            Column::SignInName => "sign_in_name",
            Column::NameZh => "name_zh",
            Column::NameEn => "name_en",
            Column::Unit => "unit",
            Column::UnitDistrict => "unit_district",
            Column::Role => "role",
            Column::Scope => "scope",
            Column::ScopeDistrict => "scope_district",
            Column::From => "from",
            Column::Until => "until",
        }
    }

    pub fn from_heading(heading: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| {
            std::iter::once(column.heading())
                .chain(Language::ALL.map(|language| column.title().get(language)))
                .any(|known| known.eq_ignore_ascii_case(heading))
        })
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// As with any file.
    File(bodies_file::Fault),
    SignInNameMissing,
    RoleUnknown(String),
    /// One of role and scope without the other, or a term without both.
    HalfAGrant,
    ScopeUnknown(String),
    /// Of jurisdiction, district and body more than one is called so.
    ScopeAmbiguous(String),
    BodyUnknown(String),
    BodyAmbiguous(String),
    DistrictUnknown(String),
    DistrictAmbiguous(String),
    /// Neither a day nor a moment.
    Moment(String),
    /// This row gives the same person another name or unit.
    SaidOtherwise {
        row: u32,
    },
    /// This row asks for the same.
    GrantTwice {
        row: u32,
    },
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// As a spreadsheet counts: the headings are row 1.
    pub row: u32,
    /// None where the row or the file as a whole is at fault.
    pub column: Option<Column>,
    pub fault: Fault,
}

impl RowError {
    /// The column, what is wrong there and what to do; the row is [`RowError::row`].
    pub fn text(&self, language: Language) -> String {
        let what = self.fault.text(language);
        match self.column {
            None => what,
            Some(column) => {
                let heading = column.heading();
                say!(language, "{heading} 列：{what}", "Column {heading}: {what}")
            }
        }
    }
}

impl Fault {
    fn text(&self, language: Language) -> String {
        match self {
            Fault::File(fault) => fault.text(language),
            Fault::SignInNameMissing => {
                say!(language, "请填写登录名", "Give the sign-in name")
            }
            Fault::RoleUnknown(text) => {
                let roles = Role::ALL
                    .map(|role| format!("{} ({})", role.title().get(language), role.code()));
                let roles = listed(&roles, language);
                say!(
                    language,
                    "“{text}”不是角色，请填写：{roles}",
                    "“{text}” is no role; write one of: {roles}"
                )
            }
            Fault::HalfAGrant => say!(
                language,
                "角色和职责范围应同时填写，期限只能与它们一起填写",
                "Role and scope go together, and a term with both; fill them in"
            ),
            Fault::ScopeUnknown(text) => say!(
                language,
                "“{text}”不是区，也不是已登记的单位；全辖区请填 jurisdiction",
                "“{text}” is neither a district nor a registered body; write jurisdiction for the whole of it"
            ),
            Fault::ScopeAmbiguous(text) => say!(
                language,
                "“{text}”既可指区也可指单位；区请填代码，单位请填编号（id）或其所在区",
                "“{text}” may be a district or a body; write the district’s code, or the body’s id or its district"
            ),
            Fault::BodyUnknown(name) => say!(
                language,
                "没有名为“{name}”的单位，请核对名称和所在区",
                "No body is called “{name}”; check its name and district"
            ),
            Fault::BodyAmbiguous(name) => say!(
                language,
                "有多个单位名为“{name}”，请填写其所在区，或改填编号（id）",
                "Several bodies are called “{name}”; add the district, or write the id instead"
            ),
            Fault::DistrictUnknown(text) => say!(
                language,
                "没有代码或名称为“{text}”的区",
                "No district has the code or the name “{text}”"
            ),
            Fault::DistrictAmbiguous(text) => say!(
                language,
                "有多个区名为“{text}”，请填写代码",
                "Several districts are called “{text}”; write the code"
            ),
            Fault::Moment(text) => say!(
                language,
                "“{text}”不是日期或时间，请照此填写：2022-03-13 或 2022-03-13 08:00",
                "“{text}” is no day and no moment; write it like 2022-03-13 or 2022-03-13 08:00"
            ),
            Fault::SaidOtherwise { row } => say!(
                language,
                "与第{row}行同一登录名，但姓名或单位不同，请统一",
                "Row {row} has the same sign-in name with another name or unit; make them the same"
            ),
            Fault::GrantTwice { row } => say!(
                language,
                "与第{row}行相同，请删除一行",
                "Row {row} says the same; remove one"
            ),
        }
    }
}
