//! What can be wrong with a file of bodies, and what to do about it.

use domain::body::{BodyKind, BodyRefusal, FIGURE_LIMIT, Ownership, RiskGrade};
use domain::wording::WordingRefusal;
use domain::{Language, Text, say};

use super::{MAX_BYTES, MAX_ROWS};

/// A column of the file, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Of a registered body the row says what it is to be; under another one a body is registered.
    Id,
    NameZh,
    NameEn,
    Kind,
    Parent,
    DistrictCode,
    DistrictName,
    Residents,
    Staff,
    Capacity,
    Ownership,
    Risk,
    Address,
    Longitude,
    Latitude,
    Contact,
    Telephone,
}

impl Column {
    /// In the order of the template.
    pub const ALL: [Column; 17] = [
        Column::Id,
        Column::NameZh,
        Column::NameEn,
        Column::Kind,
        Column::Parent,
        Column::DistrictCode,
        Column::DistrictName,
        Column::Residents,
        Column::Staff,
        Column::Capacity,
        Column::Ownership,
        Column::Risk,
        Column::Address,
        Column::Longitude,
        Column::Latitude,
        Column::Contact,
        Column::Telephone,
    ];

    /// Whether a file must have it, though its cells be blank.
    pub const fn is_required(self) -> bool {
        !matches!(
            self,
            Column::Id
                | Column::Ownership
                | Column::Risk
                | Column::Address
                | Column::Longitude
                | Column::Latitude
                | Column::Contact
                | Column::Telephone
        )
    }

    /// The heading in words, which is understood too.
    pub const fn title(self) -> Text {
        match self {
            Column::Id => Text::new("编号", "Id"),
            Column::NameZh => Text::new("名称（中文）", "Name in Chinese"),
            Column::NameEn => Text::new("名称（英文）", "Name in English"),
            Column::Kind => Text::new("类别", "Kind"),
            Column::Parent => Text::new("上级单位", "Answers to"),
            Column::DistrictCode => Text::new("区划代码", "District code"),
            Column::DistrictName => Text::new("区名", "District"),
            Column::Residents => Text::new("服务对象人数", "Residents"),
            Column::Staff => Text::new("工作人员数", "Staff"),
            Column::Capacity => Text::new("床位数", "Beds"),
            Column::Ownership => Text::new("所有制", "Ownership"),
            Column::Risk => Text::new("风险等级", "Risk grade"),
            Column::Address => Text::new("地址", "Address"),
            Column::Longitude => Text::new("经度", "Longitude"),
            Column::Latitude => Text::new("纬度", "Latitude"),
            Column::Contact => Text::new("联系人", "Contact"),
            Column::Telephone => Text::new("电话", "Telephone"),
        }
    }

    pub const fn heading(self) -> &'static str {
        match self {
            Column::Id => "id",
            Column::NameZh => "name_zh",
            Column::NameEn => "name_en",
            Column::Kind => "kind",
            Column::Parent => "parent",
            Column::DistrictCode => "district_code",
            Column::DistrictName => "district_name",
            Column::Residents => "residents",
            Column::Staff => "staff",
            Column::Capacity => "capacity",
            Column::Ownership => "ownership",
            Column::Risk => "risk",
            Column::Address => "address",
            Column::Longitude => "longitude",
            Column::Latitude => "latitude",
            Column::Contact => "contact",
            Column::Telephone => "telephone",
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
    TooLarge,
    NotUtf8,
    TooManyRows,
    /// A workbook of Excel 97, or one under a password.
    OldOrLocked,
    /// It looks like a workbook but cannot be read.
    Damaged,
    /// The workbook brings macros.
    Macros,
    /// A little file that would be very large unpacked.
    TooLargeInside,
    TooManyColumns,
    /// The cell in this column, counted from 1, is computed.
    Computed {
        column: u32,
    },
    QuoteNotClosed,
    TextAfterQuote,
    /// Neither headings nor rows.
    Empty,
    NoRows,
    ColumnMissing,
    ColumnTwice,
    ColumnUnknown(String),
    /// The heading row has this many cells, the row another number.
    CellCount {
        expected: usize,
        found: usize,
    },
    /// What the register wants of every body, as a form says it too.
    Wanting(BodyRefusal),
    Wording(WordingRefusal),
    /// A spreadsheet would compute the cell instead of showing it.
    Formula,
    /// The same name stands in this row, in the same district or below the same body.
    NameTwice {
        row: u32,
    },
    NameRegistered(String),
    IdMalformed(String),
    /// The same body stands in this row.
    IdTwice {
        row: u32,
    },
    KindUnknown(String),
    ParentUnknown(String),
    /// It is in the file, but not above.
    ParentBelow {
        name: String,
        row: u32,
    },
    ParentAmbiguous(String),
    DistrictCodeMissing,
    DistrictUnknown(String),
    /// The district of this code has another name: in Chinese, in English.
    DistrictNamedOtherwise {
        known: [String; 2],
    },
    /// Another row gives the new district another name.
    DistrictNamedTwice {
        row: u32,
    },
    NotANumber(String),
    /// An institution without one of its numbers.
    FigureMissing,
    FigureTooLarge,
    OwnershipUnknown(String),
    RiskUnknown(String),
    /// Degrees that are none, or beyond the poles.
    Degrees(String),
    /// One of longitude and latitude without the other.
    HalfALocation,
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {}", self.text(Language::English))]
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
    pub(crate) fn text(&self, language: Language) -> String {
        match self {
            Fault::TooLarge => {
                let megabytes = MAX_BYTES / 1_000_000;
                say!(
                    language,
                    "文件超过{megabytes} MB，请分成几个文件导入",
                    "The file is larger than {megabytes} MB; split it and import the parts"
                )
            }
            Fault::NotUtf8 => say!(
                language,
                "文件编码不是 UTF-8（可能是 GB18030/GBK），请在电子表格软件中另存为“CSV UTF-8（逗号分隔）”后再导入",
                "The file is not in UTF-8 (it may be GB18030); save it as “CSV UTF-8 (comma delimited)” in your spreadsheet and import that"
            ),
            Fault::TooManyRows => {
                say!(
                    language,
                    "超过{MAX_ROWS}行，请分成几个文件导入",
                    "There are more than {MAX_ROWS} rows; split the file and import the parts"
                )
            }
            Fault::OldOrLocked => say!(
                language,
                "这是旧版 .xls 文件或加密的文件，请另存为不加密的 .xlsx 后再导入",
                "This is an old .xls file or one under a password; save it as .xlsx without one and import that"
            ),
            Fault::Damaged => say!(
                language,
                "不是 .xlsx 文件，或文件已损坏，请重新另存后再导入",
                "This is not an .xlsx file, or it is damaged; save it again and import that"
            ),
            Fault::Macros => say!(
                language,
                "文件含有宏，请另存为不含宏的 .xlsx 后再导入",
                "The file brings macros; save it as .xlsx without them and import that"
            ),
            Fault::TooLargeInside => say!(
                language,
                "文件解压后过大，请只保留需要导入的工作表",
                "The file is too large when unpacked; keep only the sheet to import"
            ),
            Fault::TooManyColumns => say!(
                language,
                "列数过多，请只保留模板中的列",
                "There are too many columns; keep only those of the template"
            ),
            Fault::Computed { column } => say!(
                language,
                "第{column}列是公式，请复制后“粘贴为数值”再导入",
                "The cell in column {column} is a formula; copy it and paste it as a value, then import"
            ),
            Fault::QuoteNotClosed => {
                say!(
                    language,
                    "双引号没有成对，请补上或删除",
                    "A quotation mark is never closed; close or remove it"
                )
            }
            Fault::TextAfterQuote => say!(
                language,
                "右双引号后还有文字；单元格内的双引号请写两次",
                "There is text after a closing quotation mark; inside a quoted cell write the mark twice"
            ),
            Fault::Empty => say!(
                language,
                "文件是空的，请使用模板填写",
                "The file is empty; fill in the template"
            ),
            Fault::NoRows => say!(
                language,
                "表头下没有数据行，请至少填写一行",
                "There are no rows below the headings; fill in at least one"
            ),
            Fault::ColumnMissing => say!(
                language,
                "缺少这一列；请使用模板的表头，并以逗号分隔",
                "The column is missing; use the headings of the template, separated by commas"
            ),
            Fault::ColumnTwice => say!(
                language,
                "这一列出现两次，请删除一列",
                "The column is there twice; remove one"
            ),
            Fault::ColumnUnknown(heading) => {
                say!(
                    language,
                    "不认识的列“{heading}”，请删除或改用模板的表头",
                    "Unknown column “{heading}”; remove it or use a heading of the template"
                )
            }
            Fault::CellCount { expected, found } => say!(
                language,
                "应有{expected}个单元格，实有{found}个；含逗号的内容请加双引号",
                "The row has {found} cells instead of {expected}; put a text that contains a comma in quotation marks"
            ),
            Fault::Wanting(refusal) => refusal.text(language),
            Fault::Wording(refusal) => refusal.text(language),
            Fault::Formula => say!(
                language,
                "不能以 = + - @ 开头（电子表格会当作公式），请修改",
                "It must not begin with =, +, - or @, which a spreadsheet takes for a formula; change it"
            ),
            Fault::NameTwice { row } => {
                say!(
                    language,
                    "与第{row}行重名，请删除一行或区分名称",
                    "Row {row} has the same name; remove one or tell them apart"
                )
            }
            Fault::NameRegistered(name) => {
                say!(
                    language,
                    "“{name}”已登记，请删除这一行；要修改它，请填写导出文件中的 id",
                    "“{name}” is registered already; remove the row, or amend it by its id as an exported file has it"
                )
            }
            Fault::IdMalformed(text) => say!(
                language,
                "“{text}”不是编号，请照导出文件填写；新单位留空",
                "“{text}” is no id; copy it from an exported file, and leave it blank for a new body"
            ),
            Fault::IdTwice { row } => say!(
                language,
                "与第{row}行是同一单位，请删除一行",
                "Row {row} is about the same body; remove one"
            ),
            Fault::KindUnknown(kind) => {
                let kinds = BodyKind::ALL
                    .map(|known| format!("{} ({})", known.title().get(language), known.code()));
                let kinds = listed(&kinds, language);
                say!(
                    language,
                    "“{kind}”不是单位类别，请填写：{kinds}",
                    "“{kind}” is not a kind of body; write one of: {kinds}"
                )
            }
            Fault::ParentUnknown(name) => say!(
                language,
                "上级单位“{name}”既未登记，也不在本文件上方；请更正名称或先填写上级单位",
                "The parent “{name}” is neither registered nor further up in the file; correct the name or add the parent above"
            ),
            Fault::ParentBelow { name, row } => say!(
                language,
                "上级单位“{name}”在第{row}行，请移到本行之前",
                "The parent “{name}” stands in row {row}; move it above this row"
            ),
            Fault::ParentAmbiguous(name) => say!(
                language,
                "有多个单位名为“{name}”，请改用另一种语言的名称",
                "Several bodies are called “{name}”; use the name in the other language"
            ),
            Fault::DistrictCodeMissing => {
                say!(
                    language,
                    "填写了区名，但没有区划代码，请补充",
                    "A district name needs its code; add it"
                )
            }
            Fault::DistrictUnknown(code) => say!(
                language,
                "没有区划代码 {code}；如为新的区，请填写 district_name",
                "There is no district with code {code}; if it is a new one, fill in district_name"
            ),
            Fault::DistrictNamedOtherwise {
                known: [chinese, english],
            } => say!(
                language,
                "该区划代码是{chinese}，与区名不符，请核对代码和区名",
                "This code is that of {english}, which is not the name here; check both"
            ),
            Fault::DistrictNamedTwice { row } => say!(
                language,
                "与第{row}行同一区划代码的区名不同，请统一",
                "Row {row} gives the same district code another name; make them the same"
            ),
            Fault::NotANumber(text) => {
                say!(
                    language,
                    "“{text}”不是整数，请只填写数字，不加逗号和单位",
                    "“{text}” is not a whole number; write digits only, without commas or units"
                )
            }
            Fault::FigureMissing => say!(
                language,
                "机构应填写这个数，没有填0",
                "An institution gives this number; 0 for none"
            ),
            Fault::OwnershipUnknown(text) => {
                let known = Ownership::ALL
                    .map(|known| format!("{} ({})", known.title().get(language), known.code()));
                let known = listed(&known, language);
                say!(
                    language,
                    "“{text}”不是所有制，请填写：{known}",
                    "“{text}” is no kind of ownership; write one of: {known}"
                )
            }
            Fault::RiskUnknown(text) => {
                let known = RiskGrade::ALL
                    .map(|known| format!("{} ({})", known.title().get(language), known.code()));
                let known = listed(&known, language);
                say!(
                    language,
                    "“{text}”不是风险等级，请填写：{known}",
                    "“{text}” is not a risk grade; write one of: {known}"
                )
            }
            Fault::Degrees(text) => say!(
                language,
                "“{text}”不是度数；经度-180至180，纬度-90至90，如 116.41",
                "“{text}” is no number of degrees; longitude -180 to 180, latitude -90 to 90, such as 116.41"
            ),
            Fault::HalfALocation => say!(
                language,
                "经度和纬度应同时填写",
                "Longitude and latitude go together; fill in both"
            ),
            Fault::FigureTooLarge => {
                say!(
                    language,
                    "不能超过{FIGURE_LIMIT}，请核对",
                    "It must be {FIGURE_LIMIT} or less; check it"
                )
            }
        }
    }
}

pub(crate) fn listed(words: &[String], language: Language) -> String {
    words.join(match language {
        Language::Chinese => "、",
        Language::English => ", ",
    })
}
