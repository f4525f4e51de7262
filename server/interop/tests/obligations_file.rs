//! What a file of a guide's obligations holds, and what is said of one that cannot be understood.

use domain::Language;
use domain::body::BodyKind;
use domain::response_level::ResponseLevel;
use domain::rule_pack::{Measure, MeasureUnit};
use form::Line;
use interop::bodies_file;
use interop::obligations_file::{Fault, read};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

const HEADINGS: &str = "code,text_zh,text_en,line,levels,kinds,amount,unit,items";

#[test]
fn obligations_are_read_in_codes_and_in_words() {
    let file = format!(
        "{HEADINGS}\nE1,核酸检测,Testing,main,I II,elderCare,2,timesAWeek,E1 E4\n\
         M1,转发通知,,监管责任,一级响应、二级响应,养老机构、儿童福利机构,30,分钟内,\n"
    );
    let read = read(file.as_bytes()).unwrap();
    assert_eq!(read[0].line, Line::Main);
    assert_eq!(read[0].items, ["E1", "E4"]);
    let measure = Measure {
        amount: 2,
        unit: MeasureUnit::TimesAWeek,
    };
    assert_eq!(read[0].measure, Some(measure));
    assert_eq!(read[1].line, Line::Regulatory);
    assert_eq!(read[1].levels, [ResponseLevel::I, ResponseLevel::Ii]);
    assert_eq!(read[1].kinds, [BodyKind::ElderCare, BodyKind::ChildWelfare]);
    assert!(read[1].items.is_empty());
    // and the columns that may be missing may be missing
    let short = "text_en,text_zh,levels,line,code\nVisits,探视,I,main,B1\n";
    assert_eq!(
        interop::obligations_file::read(short.as_bytes())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_cannot_be_understood_is_told_by_its_row() {
    for (row, fault) in [
        ("B1,x,,nobody,I,,,,", Fault::LineUnknown("nobody".into())),
        ("B1,x,,main,V,,,,", Fault::LevelUnknown("V".into())),
        (
            "B1,x,,main,I,department,,,",
            Fault::KindUnknown("department".into()),
        ),
        (
            "B1,x,,main,I,,often,timesAWeek,",
            Fault::NotANumber("often".into()),
        ),
        ("B1,x,,main,I,,2,,", Fault::UnitUnknown(String::new())),
        ("B1,=1+1,,main,I,,,,", Fault::Formula),
    ] {
        let errors = read(format!("{HEADINGS}\n{row}\n").as_bytes()).unwrap_err();
        assert_eq!((errors[0].row, &errors[0].fault), (2, &fault), "{row}");
        for language in Language::ALL {
            assert!(!errors[0].text(language).is_empty());
        }
    }
    let errors = read(b"code,line\nB1,main\n").unwrap_err();
    assert_eq!(
        errors
            .iter()
            .map(|error| error.fault.clone())
            .collect::<Vec<_>>(),
        ["text_zh", "text_en", "levels"].map(Fault::ColumnMissing)
    );
    assert!(read(b"PK\x03\x04").is_err());
    // Of one cell that is wrong in very much only so much is told, of many rows everything.
    for (text, told) in [
        (format!("B1,x,,main,{},,,,\n", "V ".repeat(100_000)), 10),
        ("B1,x,,nobody,I,,,,\n".repeat(10_000), 10_000),
    ] {
        let errors = read(format!("{HEADINGS}\n{text}").as_bytes()).unwrap_err();
        assert_eq!(errors.len(), told);
    }
}

/// A workbook with the headings and what else is written.
fn workbook(write: impl FnOnce(&mut Worksheet) -> Result<&mut Worksheet, XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS.split(',')) {
        sheet.write_string(0, column, heading).unwrap();
    }
    write(sheet).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_that_could_do_harm_is_refused_with_the_reason() {
    let computed = workbook(|sheet| sheet.write_formula(1, 6, "=1+1"));
    let endless = workbook(|sheet| sheet.write_string(999_999, 0, "B1"));
    let wide = workbook(|sheet| sheet.write_string(1, 16_383, "x"));
    for (file, row, fault) in [
        (computed, 2, bodies_file::Fault::Computed { column: 7 }),
        (
            endless,
            bodies_file::MAX_ROWS + 2,
            bodies_file::Fault::TooManyRows,
        ),
        (wide, 2, bodies_file::Fault::TooManyColumns),
    ] {
        let errors = read(&file).unwrap_err();
        assert_eq!(
            (errors[0].row, &errors[0].fault),
            (row, &Fault::File(fault))
        );
    }
}
