//! What can be wrong with a file of bodies, and what to do about it.

use domain::body::{BodyKind, FIGURE_LIMIT};
use domain::wording::WordingRefusal;
use domain::{Language, say};

use super::{MAX_BYTES, MAX_ROWS};

/// A column of the file, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    NameZh,
    NameEn,
    Kind,
    Parent,
    DistrictCode,
    DistrictName,
    Residents,
    Staff,
    Capacity,
}

impl Column {
    /// In the order of the template.
    pub const ALL: [Column; 9] = [
        Column::NameZh,
        Column::NameEn,
        Column::Kind,
        Column::Parent,
        Column::DistrictCode,
        Column::DistrictName,
        Column::Residents,
        Column::Staff,
        Column::Capacity,
    ];

    pub const fn heading(self) -> &'static str {
        match self {
            Column::NameZh => "name_zh",
            Column::NameEn => "name_en",
            Column::Kind => "kind",
            Column::Parent => "parent",
            Column::DistrictCode => "district_code",
            Column::DistrictName => "district_name",
            Column::Residents => "residents",
            Column::Staff => "staff",
            Column::Capacity => "capacity",
        }
    }

    pub fn from_heading(heading: &str) -> Option<Column> {
        Column::ALL
            .into_iter()
            .find(|column| column.heading().eq_ignore_ascii_case(heading))
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    TooLarge,
    NotUtf8,
    TooManyRows,
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
    NameMissing,
    Wording(WordingRefusal),
    /// A spreadsheet would compute the cell instead of showing it.
    Formula,
    /// The same name stands in this row.
    NameTwice {
        row: u32,
    },
    NameRegistered(String),
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
    /// Another row gives the new district another name.
    DistrictNamedTwice {
        row: u32,
    },
    NotANumber(String),
    FigureTooLarge,
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
    fn text(&self, language: Language) -> String {
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
            Fault::NameMissing => {
                say!(
                    language,
                    "请至少填写一种语言的名称",
                    "Give the name in at least one language"
                )
            }
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
                    "“{name}”已登记，请删除这一行",
                    "“{name}” is registered already; remove the row"
                )
            }
            Fault::KindUnknown(kind) => {
                let kinds: Vec<String> = BodyKind::ALL
                    .into_iter()
                    .map(|known| format!("{} ({})", known.title().get(language), known.code()))
                    .collect();
                let kinds = kinds.join(match language {
                    Language::Chinese => "、",
                    Language::English => ", ",
                });
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
