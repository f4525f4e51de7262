//! What a file of people brings, and what is said of one that is wrong.

use domain::Language;
use domain::id::BodyId;
use domain::instant::{Day, Instant};
use domain::jurisdiction::{District, DistrictCode};
use domain::permission::{Grant, Role, Scope};
use form::Texts;
use interop::bodies_file::{self, MAX_BYTES, MAX_ROWS};
use interop::people_file::{
    AskedGrant, Column, Exported, Fault, Known, KnownBody, Moment, read, template, write_csv,
    write_xlsx,
};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use uuid::Uuid;

const HEADINGS: &str =
    "sign_in_name,name_zh,name_en,unit,unit_district,role,scope,scope_district,from,until";
const BUREAU: BodyId = BodyId(Uuid::from_u128(1));
const HOME_A: BodyId = BodyId(Uuid::from_u128(2));
const HOME_B: BodyId = BodyId(Uuid::from_u128(3));

/// Two districts, a bureau that is called like one of them in English, and two homes of one name.
fn known() -> Known {
    let district = |code: &str, chinese, english| District {
        code: DistrictCode(code.into()),
        name: Texts::both(chinese, english),
    };
    let body = |id, name, code: &str| KnownBody {
        id,
        name,
        district: (!code.is_empty()).then(|| DistrictCode(code.into())),
    };
    Known {
        jurisdiction: Texts::both("北京市", "Beijing"),
        districts: vec![
            district("110106", "丰台区", "Fengtai"),
            district("110107", "石景山区", "Shijingshan"),
        ],
        bodies: vec![
            body(BUREAU, Texts::both("市民政局", "Fengtai"), ""),
            body(HOME_A, Texts::both("甲院", "Home"), "110106"),
            body(HOME_B, Texts::both("甲院", "Home"), "110107"),
        ],
    }
}

fn file(rows: &str) -> Vec<u8> {
    format!("{HEADINGS}\n{rows}").into_bytes()
}

/// Row, heading (blank for a whole row) and fault of every error.
fn faults(bytes: &[u8]) -> Vec<(u32, &'static str, Fault)> {
    let errors = read(bytes, &known()).errors.into_iter();
    errors
        .map(|error| {
            let heading = error.column.map_or("", Column::heading);
            for language in Language::ALL {
                assert!(error.text(language).contains(heading));
            }
            (error.row, heading, error.fault)
        })
        .collect()
}

fn moment(text: &str) -> Moment {
    Moment::beginning(text).unwrap()
}

#[test]
fn the_template_is_read_as_it_stands() {
    let known = Known {
        districts: vec![District {
            code: DistrictCode("990001".into()),
            name: Texts::both("示例区", "Sample District"),
        }],
        bodies: vec![
            KnownBody {
                id: HOME_A,
                name: Texts::both("示例养老院", "Sample Elder-Care Home"),
                district: Some(DistrictCode("990001".into())),
            },
            KnownBody {
                id: BUREAU,
                name: Texts::both("示例区民政局", "Sample District Civil Affairs Bureau"),
                district: Some(DistrictCode("990001".into())),
            },
        ],
        ..Known::default()
    };
    let imported = read(&template(), &known);
    assert_eq!(imported.errors, []);
    assert_eq!(imported.columns, Column::ALL);
    let grants: Vec<_> = imported
        .rows
        .iter()
        .map(|row| row.grant.clone().unwrap())
        .collect();
    let scopes = grants.iter().map(|grant| (grant.role, grant.scope.clone()));
    assert_eq!(
        scopes.collect::<Vec<_>>(),
        [
            (Role::InstitutionOfficer, Scope::Body(HOME_A)),
            (
                Role::Inspector,
                Scope::District(DistrictCode("990001".into()))
            ),
            (Role::GroupLeader, Scope::Jurisdiction),
        ]
    );
    // A day alone is part of the term.
    assert_eq!(grants[1].from, Some(moment("2022-03-13")));
    assert_eq!(grants[1].until, Some(moment("2022-07-01")));
}

#[test]
fn every_way_to_say_the_same_is_understood() {
    let expected = AskedGrant {
        role: Role::Inspector,
        scope: Scope::Body(HOME_A),
        from: Some(moment("2022-03-13 08:00")),
        until: None,
    };
    let line = "zhang.san,张三,Zhang San,甲院,110107,inspector,甲院,110106,2022-03-13 08:00,";
    let id = HOME_A.to_string();
    for (name, line) in [
        ("plain", line.to_owned()),
        ("role in Chinese", line.replace("inspector", "检查员")),
        ("role in English", line.replace("inspector", "INSPECTOR")),
        (
            "a body in English",
            line.replace("甲院,110106", "Home,110106"),
        ),
        (
            "a district by its name",
            line.replace("甲院,110106", "甲院,丰台区"),
        ),
        (
            "a district in English",
            line.replace("甲院,110106", "甲院,Fengtai"),
        ),
        (
            "a body by its id",
            line.replace("甲院,110106", &format!("{id},")),
        ),
        ("space around", line.replace(',', " , ")),
        ("blank cells at the end", format!("{line},,")),
        (
            "a slash",
            line.replace("2022-03-13 08:00", "2022/3/13 8:00"),
        ),
    ] {
        let imported = read(&file(&line), &known());
        assert_eq!(imported.errors, [], "{name}");
        let row = &imported.rows[0];
        assert_eq!(
            (row.row, row.sign_in_name.as_str()),
            (2, "zhang.san"),
            "{name}"
        );
        assert_eq!(row.name, Texts::both("张三", "Zhang San"), "{name}");
        assert_eq!(
            (row.unit, &row.grant),
            (Some(HOME_B), &Some(expected.clone())),
            "{name}"
        );
    }
    for (said, scope) in [
        ("jurisdiction", Scope::Jurisdiction),
        ("全辖区", Scope::Jurisdiction),
        ("whole jurisdiction", Scope::Jurisdiction),
        ("北京市", Scope::Jurisdiction),
        ("110107", Scope::District(DistrictCode("110107".into()))),
        ("石景山区", Scope::District(DistrictCode("110107".into()))),
        (
            "Shijingshan",
            Scope::District(DistrictCode("110107".into())),
        ),
        ("市民政局", Scope::Body(BUREAU)),
    ] {
        let imported = read(&file(&format!("a.b.c,甲,,,,组长,{said},,,")), &known());
        assert_eq!(imported.errors, [], "{said}");
        assert_eq!(
            imported.rows[0].grant.as_ref().unwrap().scope,
            scope,
            "{said}"
        );
    }
    // What the file has no column for is left alone; what it has is said, also with a blank cell.
    let current = Texts::both("旧名", "Old Name");
    let imported = read(
        "sign_in_name,role,scope,name_en\na.b.c,,,New Name".as_bytes(),
        &known(),
    );
    let row = &imported.rows[0];
    assert_eq!(
        imported.name(row, &current),
        Texts::both("旧名", "New Name")
    );
    assert_eq!(
        (imported.unit(row, Some(BUREAU)), &row.grant),
        (Some(BUREAU), &None)
    );
    let imported = read(&file("a.b.c,新名,,,,,,,,"), &known());
    let row = &imported.rows[0];
    assert_eq!(
        imported.name(row, &current),
        Texts::default().with("zh-Hans", "新名")
    );
    assert_eq!(imported.unit(row, Some(BUREAU)), None);
}

#[test]
fn each_mistake_is_told_with_its_row_and_column() {
    use Fault::{
        BodyAmbiguous, BodyUnknown, DistrictUnknown, File, GrantTwice, HalfAGrant, RoleUnknown,
        SaidOtherwise, ScopeAmbiguous, ScopeUnknown, SignInNameMissing,
    };
    let text = str::to_owned;
    for (rows, expected) in [
        (
            ",甲,,,,检查员,110106,,,",
            vec![(2, "sign_in_name", SignInNameMissing)],
        ),
        (
            "a,甲,,,,厨师,110106,,,",
            vec![(2, "role", RoleUnknown(text("厨师")))],
        ),
        ("a,甲,,,,,110106,,,", vec![(2, "role", HalfAGrant)]),
        ("a,甲,,,,检查员,,,,", vec![(2, "scope", HalfAGrant)]),
        (
            "a,甲,,,,,,,2022-03-13,",
            vec![(2, "role", HalfAGrant), (2, "scope", HalfAGrant)],
        ),
        (
            "a,甲,,,,检查员,火星,,,",
            vec![(2, "scope", ScopeUnknown(text("火星")))],
        ),
        (
            "a,甲,,,,检查员,Fengtai,,,",
            vec![(2, "scope", ScopeAmbiguous(text("Fengtai")))],
        ),
        (
            "a,甲,,,,检查员,甲院,,,",
            vec![(2, "scope", BodyAmbiguous(text("甲院")))],
        ),
        (
            "a,甲,,甲院,,检查员,110106,,,",
            vec![(2, "unit", BodyAmbiguous(text("甲院")))],
        ),
        (
            "a,甲,,丙院,,检查员,110106,,,",
            vec![(2, "unit", BodyUnknown(text("丙院")))],
        ),
        (
            "a,甲,,市民政局,110106,检查员,110106,,,",
            vec![(2, "unit", BodyUnknown(text("市民政局")))],
        ),
        (
            "a,甲,,甲院,7,检查员,110106,,,",
            vec![(2, "unit", DistrictUnknown(text("7")))],
        ),
        (
            "a,甲,,,,检查员,110106,,soon,later",
            vec![
                (2, "from", Fault::Moment(text("soon"))),
                (2, "until", Fault::Moment(text("later"))),
            ],
        ),
        (
            "a,=1+1,,,,检查员,110106,,,",
            vec![(2, "name_zh", File(bodies_file::Fault::Formula))],
        ),
        (
            "a,甲",
            vec![(
                2,
                "",
                File(bodies_file::Fault::CellCount {
                    expected: 10,
                    found: 2,
                }),
            )],
        ),
        (
            "a,甲,,,,检查员,110106,,,\na,乙,,,,组长,110106,,,\na,甲,,市民政局,,组长,110106,,,\na,甲,,,,检查员,丰台区,,,",
            vec![
                (3, "name_zh", SaidOtherwise { row: 2 }),
                (4, "unit", SaidOtherwise { row: 2 }),
                (5, "role", GrantTwice { row: 2 }),
            ],
        ),
        ("", vec![(1, "", File(bodies_file::Fault::NoRows))]),
    ] {
        assert_eq!(faults(&file(rows)), expected, "{rows}");
    }
    for (bytes, expected) in [
        (Vec::new(), vec![(1, "", bodies_file::Fault::Empty)]),
        (
            b"PK\x03\x04 and nothing".to_vec(),
            vec![(1, "", bodies_file::Fault::Damaged)],
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            vec![(1, "", bodies_file::Fault::OldOrLocked)],
        ),
        (
            b"sign_in_name\n\xB8\xA3".to_vec(),
            vec![(2, "", bodies_file::Fault::NotUtf8)],
        ),
        (
            b"sign_in_name,role,role,password\n".to_vec(),
            vec![
                (1, "role", bodies_file::Fault::ColumnTwice),
                (1, "", bodies_file::Fault::ColumnUnknown("password".into())),
                (1, "scope", bodies_file::Fault::ColumnMissing),
            ],
        ),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(row, column, fault)| (row, column, File(fault)))
            .collect();
        assert_eq!(faults(&bytes), expected);
    }
    // Rows without a fault are understood all the same.
    let imported = read(
        &file("a,甲,,,,厨师,110106,,,\nb,乙,,,,组长,110106,,,"),
        &known(),
    );
    assert_eq!((imported.errors.len(), imported.rows.len()), (1, 1));
}

#[test]
fn a_file_has_its_limits() {
    let rows = |count: u32| {
        let rows: Vec<String> = (0..count).map(|row| format!("p{row},甲,,,,,,,,")).collect();
        file(&rows.join("\n"))
    };
    assert_eq!(
        read(&rows(MAX_ROWS), &known()).rows.len(),
        MAX_ROWS as usize
    );
    let too_many = Fault::File(bodies_file::Fault::TooManyRows);
    assert_eq!(
        faults(&rows(MAX_ROWS + 1)),
        [(MAX_ROWS + 2, "", too_many.clone())]
    );
    let mut padded = file("a,甲,,,,,,,,\n");
    padded.resize(MAX_BYTES + 1, b' ');
    assert_eq!(
        faults(&padded),
        [(1, "", Fault::File(bodies_file::Fault::TooLarge))]
    );
    // All that is wrong is told, however much.
    assert_eq!(
        faults(&file(&"x\n".repeat(MAX_ROWS as usize))).len(),
        MAX_ROWS as usize
    );
    // A workbook with one cell at the far end.
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (place, heading) in (0_u16..).zip(HEADINGS.split(',')) {
        sheet.write_string(0, place, heading).unwrap();
    }
    sheet.write_string(1_000_000, 0, "a").unwrap();
    assert_eq!(
        faults(&workbook.save_to_buffer().unwrap()),
        [(MAX_ROWS + 1 + 1, "", too_many)]
    );
}

#[test]
fn a_workbook_brings_days_as_a_spreadsheet_keeps_them_and_no_formulas() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (place, heading) in (0_u16..).zip(HEADINGS.split(',')) {
        sheet.write_string(0, place, heading).unwrap();
    }
    for (place, text) in [(0, "zhang.san"), (1, "张三"), (5, "检查员")] {
        sheet.write_string(1, place, text).unwrap();
    }
    // A code that a spreadsheet took for a number.
    sheet.write_number(1, 6, 110_106).unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let moment_format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let from = rust_xlsxwriter::ExcelDateTime::parse_from_str("2022-03-13T08:05").unwrap();
    let until = rust_xlsxwriter::ExcelDateTime::parse_from_str("2022-06-30").unwrap();
    sheet
        .write_datetime_with_format(1, 8, &from, &moment_format)
        .unwrap();
    sheet
        .write_datetime_with_format(1, 9, &until, &day)
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let imported = read(&bytes, &known());
    assert_eq!(imported.errors, []);
    let grant = imported.rows[0].grant.clone().unwrap();
    assert_eq!(grant.scope, Scope::District(DistrictCode("110106".into())));
    assert_eq!(grant.from, Some(moment("2022-03-13 08:05")));
    assert_eq!(grant.until, Some(moment("2022-07-01")));
    let sheet = workbook.worksheet_from_index(0).unwrap();
    sheet.write_formula(1, 1, Formula::new("=1+1")).unwrap();
    let computed = Fault::File(bodies_file::Fault::Computed { column: 2 });
    assert_eq!(
        faults(&workbook.save_to_buffer().unwrap()),
        [(2, "", computed)]
    );
}

proptest! {
    /// Given people of any names with any roles, when they are written and read, then they are the same again.
    #[test]
    fn what_is_written_is_read_again(
        names in proptest::collection::vec("[-=+@'\"a-z,;甲乙 ]{0,12}", 1..5),
        scopes in proptest::collection::vec(0..6_usize, 5),
        minutes in proptest::collection::vec(proptest::option::of(0..50_000_000_i64), 10),
    ) {
        let known = known();
        let code = |code: &str| Scope::District(DistrictCode(code.into()));
        let all = [Scope::Jurisdiction, code("110106"), code("110107"), Scope::Body(BUREAU), Scope::Body(HOME_B), Scope::Body(BodyId(Uuid::from_u128(9)))];
        let of = |millis: i64| Moment {
            day: Day::from_number(millis.div_euclid(86_400_000)),
            hour: u8::try_from(millis.rem_euclid(86_400_000) / 3_600_000).unwrap(),
            minute: u8::try_from(millis.rem_euclid(3_600_000) / 60_000).unwrap(),
            millis: Some(u16::try_from(millis.rem_euclid(60_000)).unwrap()),
        };
        let people: Vec<(String, Texts, Grant)> = names.iter().enumerate().filter(|(_, name)| !name.trim().is_empty() && interop::formula::unguarded(name.trim()) == name.trim()).map(|(place, name)| {
            let instant = |at: usize| minutes[at % 10].map(|minutes| Instant(minutes * 61_003));
            let grant = Grant { role: Role::ALL[place], scope: all[scopes[place]].clone(), from: instant(place), until: instant(place + 5) };
            (format!("p{place}"), Texts::default().with("zh-Hans", name.trim()), grant)
        }).collect();
        prop_assume!(!people.is_empty());
        let exported: Vec<Exported<'_>> = people.iter().map(|(sign_in_name, name, grant)| Exported {
            sign_in_name, name, unit: Some(HOME_A), grant: Some(grant),
            from: grant.from.map(|at| of(at.millis())), until: grant.until.map(|at| of(at.millis())),
        }).collect();
        for language in Language::ALL {
            for bytes in [write_csv(&exported, &known, language), write_xlsx(&exported, &known, language).unwrap()] {
                let imported = read(&bytes, &known);
                prop_assert_eq!(&imported.errors, &[]);
                for (row, person) in imported.rows.iter().zip(&exported) {
                    let (asked, held) = (row.grant.as_ref().unwrap(), person.grant.unwrap());
                    prop_assert_eq!((&row.sign_in_name[..], &row.name, row.unit), (person.sign_in_name, person.name, person.unit));
                    prop_assert_eq!((asked.role, &asked.scope), (held.role, &held.scope));
                    for (read, written) in [(asked.from, person.from), (asked.until, person.until)] {
                        let is_same = match (read, written) {
                            (None, None) => true,
                            (Some(read), Some(written)) => read.is(written),
                            _ => false,
                        };
                        prop_assert!(is_same);
                    }
                }
                prop_assert_eq!(imported.rows.len(), exported.len());
            }
        }
    }
}
