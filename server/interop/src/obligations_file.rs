//! The obligations of a guide's edition, from a CSV file or the first sheet of an XLSX workbook.
//!
//! The headings are `code,text_zh,text_en,line,levels,kinds,amount,unit,items`, in any order; all but the first five may be missing.
//! - `line` is `main`, `regulatory` or `oversight`, or its title in either language.
//! - `levels`, `kinds` and `items` hold several, with spaces or commas of any script between them: `I II`, `养老机构、儿童福利机构`,
//!   `B1 B2`. No kind stands for all.
//! - `amount` and `unit` go together: `2` and `timesAWeek` (or `次/周`).
//!
//! What an edition may hold is the domain's to say; here only what cannot be understood is refused.

use domain::body::BodyKind;
use domain::finding::line_title;
use domain::language::{Language, Text};
use domain::response_level::ResponseLevel;
use domain::rule_pack::{Measure, MeasureUnit, Obligation};
use domain::say;
use form::{Line, Texts};

use crate::bodies_file;
use crate::formula::{is_formula, unguarded};

/// The headings, those that must be there first.
const HEADINGS: [&str; 9] = [
    "code", "text_zh", "text_en", "line", "levels", "kinds", "amount", "unit", "items",
];
const REQUIRED: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file as a whole.
    File(bodies_file::Fault),
    ColumnMissing(&'static str),
    LineUnknown(String),
    LevelUnknown(String),
    KindUnknown(String),
    UnitUnknown(String),
    NotANumber(String),
    /// A spreadsheet would compute the cell.
    Formula,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// As a spreadsheet counts: the headings are row 1.
    pub row: u32,
    pub fault: Fault,
}

impl RowError {
    pub fn text(&self, language: Language) -> String {
        match &self.fault {
            Fault::File(fault) => fault.text(language),
            Fault::ColumnMissing(heading) => say!(
                language,
                "缺少 {heading} 列",
                "The column {heading} is missing"
            ),
            Fault::LineUnknown(text) => say!(
                language,
                "“{text}”不是责任线，请填写 main、regulatory 或 oversight",
                "“{text}” is no line of responsibility; write main, regulatory or oversight"
            ),
            Fault::LevelUnknown(text) => say!(
                language,
                "“{text}”不是响应等级，请填写 I、II、III 或 IV",
                "“{text}” is no response level; write I, II, III or IV"
            ),
            Fault::KindUnknown(text) => say!(
                language,
                "“{text}”不是机构类别",
                "“{text}” is no kind of institution"
            ),
            Fault::UnitUnknown(text) => say!(
                language,
                "“{text}”不是计量单位，请填写 timesADay、timesAWeek、minutes、hours 或 days",
                "“{text}” is no unit; write timesADay, timesAWeek, minutes, hours or days"
            ),
            Fault::NotANumber(text) => say!(
                language,
                "“{text}”不是整数；数量和单位应同时填写",
                "“{text}” is not a whole number; amount and unit go together"
            ),
            Fault::Formula => say!(
                language,
                "不能以 = + - @ 开头（电子表格会当作公式）",
                "It must not begin with =, +, - or @, which a spreadsheet takes for a formula"
            ),
        }
    }
}

/// Errors of one cell that are told.
const CELL_ERRORS: usize = 10;

/// Reads a file, or says all that cannot be understood.
pub fn read(bytes: &[u8]) -> Result<Vec<Obligation>, Vec<RowError>> {
    let rows = bodies_file::rows(bytes).map_err(|errors| {
        let of_file = errors.into_iter().map(|error| RowError {
            row: error.row,
            fault: Fault::File(error.fault),
        });
        of_file.collect::<Vec<_>>()
    })?;
    let mut rows = rows
        .into_iter()
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
    let headings = rows.next().map(|row| row.cells).unwrap_or_default();
    let places = HEADINGS.map(|heading| {
        headings
            .iter()
            .position(|cell| cell.trim().eq_ignore_ascii_case(heading))
    });
    let missing: Vec<RowError> = HEADINGS
        .into_iter()
        .zip(places)
        .take(REQUIRED)
        .filter(|(_, place)| place.is_none())
        .map(|(heading, _)| RowError {
            row: 1,
            fault: Fault::ColumnMissing(heading),
        })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut obligations, mut errors) = (Vec::new(), Vec::new());
    for row in rows {
        let cells = places.map(|place| {
            let cell = place.and_then(|place| row.cells.get(place));
            cell.map_or("", |cell| unguarded(cell.trim()).trim())
        });
        match obligation(&cells) {
            Ok(obligation) => obligations.push(obligation),
            Err(faults) => errors.extend(faults.into_iter().map(|fault| RowError {
                row: row.number,
                fault,
            })),
        }
    }
    if errors.is_empty() {
        Ok(obligations)
    } else {
        Err(errors)
    }
}

fn obligation(cells: &[&str; 9]) -> Result<Obligation, Vec<Fault>> {
    let [
        code,
        chinese,
        english,
        line,
        levels,
        kinds,
        amount,
        unit,
        items,
    ] = *cells;
    let mut faults = Vec::new();
    if [chinese, english].into_iter().any(is_formula) {
        faults.push(Fault::Formula);
    }
    let lines = [
        (Line::Main, "main"),
        (Line::Regulatory, "regulatory"),
        (Line::Oversight, "oversight"),
    ];
    let found_line = lines
        .into_iter()
        .find(|(known, code)| is_meant(line, code, line_title(*known)))
        .map(|(known, _)| known);
    if found_line.is_none() {
        faults.push(Fault::LineUnknown(line.chars().take(40).collect()));
    }
    let found_levels = several(levels, &mut faults, Fault::LevelUnknown, |word| {
        ResponseLevel::ALL
            .into_iter()
            .find(|level| is_meant(word, level.code(), level.title()))
    });
    let found_kinds = several(kinds, &mut faults, Fault::KindUnknown, |word| {
        BodyKind::ALL
            .into_iter()
            .find(|kind| kind.is_institution() && is_meant(word, kind.code(), kind.title()))
    });
    let measure = measure(amount, unit).map_err(|fault| faults.push(fault));
    let texts = [(Language::Chinese, chinese), (Language::English, english)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .fold(Texts::default(), |texts, (language, text)| {
            texts.with(language.tag(), text)
        });
    match (found_line, measure) {
        (Some(line), Ok(measure)) if faults.is_empty() => Ok(Obligation {
            code: code.to_owned(),
            text: texts,
            line,
            levels: found_levels,
            kinds: found_kinds,
            measure,
            items: words(items).map(str::to_owned).collect(),
        }),
        _ => Err(faults),
    }
}

fn measure(amount: &str, unit: &str) -> Result<Option<Measure>, Fault> {
    if amount.is_empty() && unit.is_empty() {
        return Ok(None);
    }
    let shortened = |text: &str| text.chars().take(40).collect();
    let amount = amount
        .parse()
        .map_err(|_| Fault::NotANumber(shortened(amount)))?;
    let unit = MeasureUnit::ALL
        .into_iter()
        .find(|known| is_meant(unit, known.code(), known.title()))
        .ok_or_else(|| Fault::UnitUnknown(shortened(unit)))?;
    Ok(Some(Measure { amount, unit }))
}

/// Whether a cell says a code, or its title in either language.
pub(crate) fn is_meant(text: &str, code: &str, title: Text) -> bool {
    std::iter::once(code)
        .chain(Language::ALL.map(|language| title.get(language)))
        .any(|known| known.eq_ignore_ascii_case(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\u{3000}', ',', '，', '、', ';', '；', '\n'])
        .filter(|word| !word.is_empty())
}

fn several<T: PartialEq>(
    text: &str,
    faults: &mut Vec<Fault>,
    fault: fn(String) -> Fault,
    find: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    for word in words(text) {
        match find(word) {
            Some(one) if !found.contains(&one) => found.push(one),
            Some(_) => {}
            None => faults.push(fault(word.chars().take(40).collect())),
        }
        // A cell can hold millions of words.
        if faults.len() >= CELL_ERRORS {
            break;
        }
    }
    found
}
