//! What a file of bodies brings, and what is said of one that is wrong.

use domain::Language;
use domain::body::{
    BodyKind, BodyRefusal, Contact, Location, Ownership, Particulars, Profile, RiskGrade,
};
use domain::id::BodyId;
use domain::jurisdiction::{District, DistrictCode};
use form::Texts;
use interop::bodies_file::{
    Column, Exported, Fault, ImportedBody, Known, KnownName, MAX_BYTES, MAX_ROWS, Parent, RowError,
    read, template, write_csv, write_xlsx,
};
use proptest::prelude::*;
use uuid::Uuid;

const HEADINGS: &str =
    "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity";
const BUREAU: BodyId = BodyId(Uuid::from_u128(1));
const TWIN: BodyId = BodyId(Uuid::from_u128(2));

/// One district, the bureau under both its names, and two bodies whose English names coincide.
fn known() -> Known {
    Known {
        districts: vec![District {
            code: DistrictCode("110106".into()),
            name: Texts::both("丰台区", "Fengtai"),
        }],
        bodies: [
            ("市民政局", BUREAU),
            ("Civil Affairs Bureau", BUREAU),
            ("Twin", BUREAU),
            ("Twin", TWIN),
        ]
        .map(|(name, body)| KnownName {
            name: name.to_owned(),
            body,
            district: None,
            parent: None,
        })
        .to_vec(),
    }
}

fn file(rows: &str) -> Vec<u8> {
    format!("{HEADINGS}\n{rows}").into_bytes()
}

/// Row, heading (blank for a whole row) and fault of every error.
fn faults(bytes: &[u8]) -> Vec<(u32, &'static str, Fault)> {
    faults_with(bytes, &known())
}

fn faults_with(bytes: &[u8], known: &Known) -> Vec<(u32, &'static str, Fault)> {
    match read(bytes, known) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .into_iter()
            .map(|error| {
                (
                    error.row,
                    error.column.map_or("", Column::heading),
                    error.fault,
                )
            })
            .collect(),
    }
}

#[test]
fn the_template_is_read_as_it_stands() {
    // given an empty server, when the template is imported, then its examples arrive with their district
    let imported = read(&template(), &Known::default()).unwrap();
    assert_eq!(imported.districts.len(), 1);
    assert_eq!(imported.bodies.len(), 3);
    let home = &imported.bodies[1];
    assert_eq!(home.kind, BodyKind::ElderCare);
    assert_eq!(home.parent, Some(Parent::Imported(0)));
    assert_eq!((home.residents, home.staff, home.capacity), (86, 41, 100));
    assert_eq!(home.name.get("zh-Hans"), "示例养老院");
    assert_eq!(home.name.get("en"), "Sample Elder-Care Home");
    // and its ids come from those of the bodies before it
    let particulars = home.particulars(|place| BodyId(Uuid::from_u128(100 + place as u128)));
    assert_eq!(particulars.parent, Some(BodyId(Uuid::from_u128(100))));
    assert_eq!(particulars.district, Some(DistrictCode("990001".into())));
    assert!(!particulars.sample);
}

#[test]
fn every_way_to_say_the_same_is_understood() {
    let home = |row| ImportedBody {
        id: None,
        row,
        name: form::Texts::default()
            .with("zh-Hans", "甲院")
            .with("en", "Home A"),
        kind: BodyKind::ElderCare,
        parent: Some(Parent::Registered(BUREAU)),
        district: Some(DistrictCode("110106".into())),
        residents: 8,
        staff: 4,
        capacity: 10,
        profile: Profile::default(),
    };
    let line = "甲院,Home A,elderCare,市民政局,110106,,8,4,10";
    for (name, bytes, row) in [
        ("plain", file(line), 2),
        ("with a byte order mark", [b"\xEF\xBB\xBF".as_slice(), &file(line)].concat(), 2),
        ("CRLF", file(line).into_iter().flat_map(|byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect(), 2),
        ("kind in Chinese", file(&line.replace("elderCare", "养老机构")), 2),
        ("kind in English", file(&line.replace("elderCare", "elder CARE")), 2),
        ("parent in English", file(&line.replace("市民政局", "Civil Affairs Bureau")), 2),
        ("quoted", file("\"甲院\",\"Home A\",\"elderCare\",\"市民政局\",\"110106\",\"\",\"8\",\"4\",\"10\""), 2),
        ("space around", file(" 甲院 ,\u{3000}Home A, elderCare ,市民政局 ,110106,, 8,4 ,10 "), 2),
        ("blank lines", file(&format!("\n,,,,,,,,\n{line}\n\n")), 4),
        ("blank cells at the end", file(&format!("{line},,")), 2),
        ("a known district named again", file(&line.replace("110106,,", "110106,丰台区,")), 2),
        (
            "columns in another order",
            "capacity,staff,residents,district_name,district_code,parent,KIND,name_en,name_zh\n10,4,8,,110106,市民政局,elderCare,Home A,甲院"
                .as_bytes()
                .to_vec(),
            2,
        ),
    ] {
        let imported = read(&bytes, &known()).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        assert_eq!(imported.bodies, [home(row)], "{name}");
        assert!(imported.districts.is_empty(), "{name}");
    }
}

#[test]
fn a_district_not_known_yet_is_created_once() {
    // given two rows in a new district of which one names it, when read, then it is created once
    let imported = read(
        &file("甲,,department,,7,新区,,,\n乙,,department,甲,7,,,,\n"),
        &known(),
    )
    .unwrap();
    assert_eq!(imported.districts.len(), 1);
    assert_eq!(imported.districts[0].name.get("zh-Hans"), "新区");
    assert_eq!(imported.bodies[1].district, Some(DistrictCode("7".into())));
    assert_eq!(imported.bodies[1].parent, Some(Parent::Imported(0)));
    assert_eq!(
        (
            imported.bodies[1].residents,
            imported.bodies[1].staff,
            imported.bodies[1].capacity
        ),
        (0, 0, 0)
    );
}

#[test]
fn each_mistake_is_told_with_its_row_and_column() {
    use Fault::{
        CellCount, ColumnMissing, ColumnTwice, ColumnUnknown, DistrictCodeMissing,
        DistrictNamedOtherwise, DistrictNamedTwice, DistrictUnknown, Empty, FigureMissing,
        FigureTooLarge, Formula, KindUnknown, NameRegistered, NameTwice, NoRows, NotANumber,
        NotUtf8, ParentAmbiguous, ParentBelow, ParentUnknown, QuoteNotClosed, TextAfterQuote,
        Wanting,
    };
    let chinese_name = || Wanting(BodyRefusal::ChineseName);
    let gb18030 = [
        file("甲,,department,,,,,,\n"),
        b"\xB8\xA3\xC0\xFB\xD4\xBA,,department,,,,,,".to_vec(),
    ]
    .concat();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(HEADINGS.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (bytes, expected) in [
        (Vec::new(), vec![(1, "", Empty)]),
        (b"\n,,\n \n".to_vec(), vec![(1, "", Empty)]),
        (HEADINGS.as_bytes().to_vec(), vec![(1, "", NoRows)]),
        (gb18030, vec![(3, "", NotUtf8)]),
        (utf16, vec![(1, "", NotUtf8)]),
        (
            file("\u{FFFD}\u{FFFD}院,,department,,,,,,"),
            vec![(2, "", NotUtf8)],
        ),
        (
            HEADINGS.replace("staff,", "").into_bytes(),
            vec![(1, "staff", ColumnMissing)],
        ),
        (
            format!("{HEADINGS},kind").into_bytes(),
            vec![(1, "kind", ColumnTwice)],
        ),
        (
            format!("{HEADINGS},floors").into_bytes(),
            vec![(1, "", ColumnUnknown("floors".into()))],
        ),
        (
            file("甲,,department,,,,,,\n乙,department\n"),
            vec![(
                3,
                "",
                CellCount {
                    expected: 9,
                    found: 2,
                },
            )],
        ),
        (
            file("甲,,department,,,,1,200,3,4"),
            vec![(
                2,
                "",
                CellCount {
                    expected: 9,
                    found: 10,
                },
            )],
        ),
        (
            file("甲,,department,,,,,,\n\"乙,,department,,,,,,\n"),
            vec![(3, "", QuoteNotClosed)],
        ),
        (
            file("\"甲\"乙,,department,,,,,,"),
            vec![(2, "", TextAfterQuote)],
        ),
        (
            file(",,department,,,,,,"),
            vec![(2, "name_zh", chinese_name())],
        ),
        (
            file(",Home,department,,,,,,"),
            vec![(2, "name_zh", chinese_name())],
        ),
        // An institution gives its district and its figures; a 0 is said.
        (
            file("甲,,elderCare,,,,0,,"),
            vec![
                (2, "district_code", Wanting(BodyRefusal::DistrictMissing)),
                (2, "staff", FigureMissing),
                (2, "capacity", FigureMissing),
            ],
        ),
        (
            file("=cmd|' /C calc'!A0,,department,,,,,,"),
            vec![(2, "name_zh", Formula)],
        ),
        (
            file("甲,+1,department,,,,,,"),
            vec![(2, "name_en", Formula)],
        ),
        (
            file("甲,@sum,department,,,,,,"),
            vec![(2, "name_en", Formula)],
        ),
        (file("-1,,department,,,,,,"), vec![(2, "name_zh", Formula)]),
        (
            file("＝甲,,department,,,,,,"),
            vec![(2, "name_zh", Formula)],
        ),
        (
            file("甲,,department,,9,=A1,,,"),
            vec![(2, "district_name", Formula)],
        ),
        (
            file("甲,,department,,,,,,\n甲,,department,,,,,,"),
            vec![(3, "name_zh", NameTwice { row: 2 })],
        ),
        (
            file("市民政局,,department,,,,,,"),
            vec![(2, "name_zh", NameRegistered("市民政局".into()))],
        ),
        // One name twice is two bodies in two districts, and one body in one district or below one body.
        (
            file("阳光院,,elderCare,,110106,,1,1,1\n阳光院,,elderCare,,7,新区,1,1,1"),
            vec![],
        ),
        (
            file("阳光院,,elderCare,,110106,,1,1,1\n阳光院,,elderCare,市民政局,110106,,1,1,1"),
            vec![(3, "name_zh", NameTwice { row: 2 })],
        ),
        (
            file(
                "阳光院,,elderCare,市民政局,110106,,1,1,1\n阳光院,,elderCare,市民政局,7,新区,1,1,1",
            ),
            vec![(3, "name_zh", NameTwice { row: 2 })],
        ),
        (
            file("甲,,hospital,,,,,,"),
            vec![(2, "kind", KindUnknown("hospital".into()))],
        ),
        (
            file("甲,,,,,,,,"),
            vec![(2, "kind", KindUnknown(String::new()))],
        ),
        (
            file("甲,,department,乙,,,,,"),
            vec![(2, "parent", ParentUnknown("乙".into()))],
        ),
        (
            file("甲,,department,甲,,,,,"),
            vec![(2, "parent", ParentUnknown("甲".into()))],
        ),
        (
            file("甲,,department,乙,,,,,\n\n乙,,department,,,,,,"),
            vec![(
                2,
                "parent",
                ParentBelow {
                    name: "乙".into(),
                    row: 4,
                },
            )],
        ),
        (
            file("甲,,department,Twin,,,,,"),
            vec![(2, "parent", ParentAmbiguous("Twin".into()))],
        ),
        (
            file("甲,,department,,,丰台区,,,"),
            vec![(2, "district_code", DistrictCodeMissing)],
        ),
        (
            file("甲,,department,,7,,,,"),
            vec![(2, "district_code", DistrictUnknown("7".into()))],
        ),
        (
            file("甲,,department,,110106,西城区,,,\n乙,,department,,110106,Fengtai,,,"),
            vec![(
                2,
                "district_name",
                DistrictNamedOtherwise {
                    known: ["丰台区".into(), "Fengtai".into()],
                },
            )],
        ),
        (
            file("甲,,department,,7,新区,,,\n乙,,department,,7,旧区,,,"),
            vec![(3, "district_name", DistrictNamedTwice { row: 2 })],
        ),
        (
            file("甲,,department,,,,1.5,,"),
            vec![(2, "residents", NotANumber("1.5".into()))],
        ),
        (
            file("甲,,department,,,,,\"1,200\","),
            vec![(2, "staff", NotANumber("1,200".into()))],
        ),
        (
            file("甲,,department,,,,,,十二"),
            vec![(2, "capacity", NotANumber("十二".into()))],
        ),
        (
            file("甲,,department,,,,,-3,"),
            vec![(2, "staff", NotANumber("-3".into()))],
        ),
        (
            file("甲,,department,,,,100001,,"),
            vec![(2, "residents", FigureTooLarge)],
        ),
        (
            file("甲,,department,,,,99999999999999999999,,"),
            vec![(2, "residents", FigureTooLarge)],
        ),
        // given a row with an error, when another names it as parent, then only the first is at fault
        (
            file("甲,,x,,,,,,\n乙,,department,甲,,,,,"),
            vec![(2, "kind", KindUnknown("x".into()))],
        ),
        // given several mistakes, when read, then all of them are told
        (
            file("甲,,x,乙,,,,,y\n,,department,,,,,,"),
            vec![
                (2, "kind", KindUnknown("x".into())),
                (2, "parent", ParentUnknown("乙".into())),
                (2, "capacity", NotANumber("y".into())),
                (3, "name_zh", chinese_name()),
            ],
        ),
    ] {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(faults(&bytes), expected, "{shown}");
        for error in read(&bytes, &known()).err().unwrap_or_default() {
            assert_said_in_both_languages(&error);
        }
    }
}

fn assert_said_in_both_languages(error: &RowError) {
    let (chinese, english) = (error.text(Language::Chinese), error.text(Language::English));
    assert_ne!(chinese, english);
    assert!(
        !chinese.is_ascii() && english.contains(' '),
        "{chinese} / {english}"
    );
    if let Some(column) = error.column {
        assert!(
            chinese.contains(column.heading()) && english.contains(column.heading()),
            "{chinese} / {english}"
        );
    }
}

#[test]
fn names_hold_to_the_wording_of_the_domain() {
    use domain::wording::{NAME_LIMIT, WordingRefusal};
    for (name, refusal) in [
        ("甲".repeat(NAME_LIMIT), None),
        (
            "甲".repeat(NAME_LIMIT + 1),
            Some(WordingRefusal::TooLong { limit: NAME_LIMIT }),
        ),
        (
            "福利\u{200B}院".to_owned(),
            Some(WordingRefusal::Unprintable { code: 0x200B }),
        ),
        (
            "a\0b".to_owned(),
            Some(WordingRefusal::Unprintable { code: 0 }),
        ),
    ] {
        let expected: Vec<_> = refusal
            .into_iter()
            .map(|refusal| (2, "name_zh", Fault::Wording(refusal)))
            .collect();
        assert_eq!(
            faults(&file(&format!("{name},,department,,,,,,"))),
            expected,
            "{name:?}"
        );
    }
}

#[test]
fn a_file_has_limits() {
    let rows = |count: u32| -> Vec<u8> {
        let rows: Vec<String> = (0..count)
            .map(|row| format!("甲{row},,department,,,,,,\n"))
            .collect();
        file(&rows.concat())
    };
    assert_eq!(
        read(&rows(MAX_ROWS), &known()).map(|imported| imported.bodies.len()),
        Ok(MAX_ROWS as usize)
    );
    assert_eq!(
        faults(&rows(MAX_ROWS + 1)),
        [(MAX_ROWS + 2, "", Fault::TooManyRows)]
    );
    let mut padded = file("甲,,department,,,,,,\n");
    padded.resize(MAX_BYTES, b' ');
    assert_eq!(faults(&padded).len(), 0);
    padded.push(b' ');
    assert_eq!(faults(&padded), [(1, "", Fault::TooLarge)]);
    // All that is wrong is told, however much, and of a row with endless columns only that.
    assert_eq!(faults(&file(&"x\n".repeat(20_000))).len(), 20_000);
    let endless = file(&",".repeat(4_000_000));
    assert_eq!(faults(&endless), [(2, "", Fault::TooManyColumns)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Err(errors) = read(&bytes, &known()) {
            prop_assert!(!errors.is_empty());
        }
    }

    /// Whatever the cells hold, what is read is whole: a body for every row, every parent before its children,
    /// every district known or created.
    #[test]
    fn whatever_is_read_fits_together(rows in proptest::collection::vec(
        ("[甲乙丙丁 =]{0,2}", "[AB \"]{0,2}", "(elderCare|department|x)", "[甲乙A]{0,1}", "[12]{0,1}", "[南北]{0,1}", "[0-9]{0,6}"), 1..6,
    )) {
        let lines: Vec<String> = rows
            .iter()
            .map(|(zh, en, kind, parent, code, district, figure)| {
                format!("{zh},\"{}\",{kind},{parent},{code},{district},{figure},{figure},\n", en.replace('"', "\"\""))
            })
            .collect();
        match read(&file(&lines.concat()), &known()) {
            Ok(imported) => {
                prop_assert_eq!(imported.bodies.len(), rows.len());
                for (place, body) in imported.bodies.iter().enumerate() {
                    prop_assert!(!body.name.is_empty());
                    if let Some(Parent::Imported(parent)) = body.parent {
                        prop_assert!(parent < place);
                    }
                    if let Some(code) = &body.district {
                        prop_assert!(imported.districts.iter().filter(|district| district.code == *code).count() == 1);
                    }
                }
            }
            Err(errors) => prop_assert!(errors.iter().all(|error| error.row >= 1 && error.row as usize <= rows.len() + 1)),
        }
    }
}

/// Two bodies with everything that can be known of one, and hardly anything.
fn two() -> [Particulars; 2] {
    let texts = |chinese: &str, english: &str| form::Texts::both(chinese, english);
    [
        Particulars {
            kind: BodyKind::Department,
            name: form::Texts::default().with("zh-Hans", "示例区民政局"),
            parent: None,
            district: Some(DistrictCode("7".into())),
            residents: 0,
            staff: 30,
            capacity: 0,
            sample: false,
            profile: Profile::default(),
        },
        Particulars {
            kind: BodyKind::ElderCare,
            name: texts("安宁, \"福\" 院", "Anning Home"),
            parent: Some(BUREAU),
            district: Some(DistrictCode("7".into())),
            residents: 86,
            staff: 41,
            capacity: 100,
            sample: false,
            profile: Profile {
                ownership: Some(Ownership::PublicPrivatelyRun),
                risk: Some(RiskGrade::High),
                address: "示例路1号".into(),
                location: Some(Location {
                    longitude: 116.41,
                    latitude: -39.9,
                }),
                contact: Contact {
                    name: "值班室".into(),
                    telephone: "+86 (10) 0000-0000".into(),
                },
            },
        },
    ]
}

const IDS: [BodyId; 2] = [BodyId(Uuid::from_u128(71)), BodyId(Uuid::from_u128(72))];

fn exported(bodies: &[Particulars; 2]) -> [Exported<'_>; 2] {
    [("", 0), ("示例区民政局", 1)].map(|(parent, index)| Exported {
        id: IDS[index],
        body: &bodies[index],
        parent,
        district: "示例区",
    })
}

#[test]
fn what_is_written_is_read_again() {
    // given two bodies, when they are written in either form and language, then an empty server reads the same bodies
    let bodies = two();
    for language in Language::ALL {
        for file in [
            write_csv(&exported(&bodies), language),
            write_xlsx(&exported(&bodies), language).unwrap(),
        ] {
            let imported = read(&file, &Known::default()).unwrap();
            assert_eq!(imported.districts.len(), 1);
            let again: Vec<Particulars> = imported
                .bodies
                .iter()
                .map(|body| body.particulars(|_| BUREAU))
                .collect();
            assert_eq!(again, bodies);
        }
    }
    let once = write_xlsx(&exported(&bodies), Language::English).unwrap();
    assert_eq!(
        once,
        write_xlsx(&exported(&bodies), Language::English).unwrap()
    );
}

/// Given the two bodies registered, when what was written of them is read, then each row is of the one registered, its parent too, and
/// takes no name from itself.
#[test]
fn what_is_written_is_read_as_what_is_registered() {
    let bodies = two();
    let district = District {
        code: DistrictCode("7".into()),
        name: form::Texts::default().with("zh-Hans", "示例区"),
    };
    let named = |index: usize, parent| KnownName {
        name: bodies[index].name.get("zh-Hans").to_owned(),
        body: IDS[index],
        district: Some(district.code.clone()),
        parent,
    };
    let known = Known {
        districts: vec![district.clone()],
        bodies: vec![named(0, None), named(1, Some(IDS[0]))],
    };
    let file = write_csv(&exported(&bodies), Language::Chinese);
    let imported = read(&file, &known).unwrap();
    let ids: Vec<_> = imported.bodies.iter().map(|body| body.id).collect();
    assert_eq!(ids, IDS.map(Some));
    assert_eq!(imported.bodies[1].parent, Some(Parent::Registered(IDS[0])));
    for (body, registered) in imported.bodies.iter().zip(&bodies) {
        let current = registered.amendable();
        assert_eq!(imported.amendment(body, &current), current);
    }
    // What the file has no column for stays.
    let row = format!("id,{HEADINGS}\n{},安宁院,,elderCare,,7,,86,41,90\n", IDS[1]);
    let imported = read(row.as_bytes(), &known).unwrap();
    let current = bodies[1].amendable();
    let amended = imported.amendment(&imported.bodies[0], &current);
    assert_eq!((amended.capacity, &amended.profile), (90, &current.profile));
    // An id that is none, one that stands there twice, and a name that another body has.
    let name = bodies[1].name.get("zh-Hans").replace('"', "\"\"");
    let file = format!(
        "id,{HEADINGS}\n7,甲院,,elderCare,,7,,8,4,10\n{id},乙院,,elderCare,,7,,8,4,10\n{id},丙院,,elderCare,,7,,8,4,10\n{other},\"{name}\",,department,,7,,,4,\n",
        id = IDS[1],
        other = IDS[0],
    );
    assert_eq!(
        faults_with(file.as_bytes(), &known),
        [
            (2, "id", Fault::IdMalformed("7".into())),
            (4, "id", Fault::IdTwice { row: 3 }),
            (
                5,
                "name_zh",
                Fault::NameRegistered(bodies[1].name.get("zh-Hans").to_owned())
            ),
        ]
    );
}

#[test]
fn what_a_spreadsheet_would_compute_is_written_as_a_text() {
    let mut bodies = two();
    bodies[0].name = form::Texts::default().with("zh-Hans", "=HYPERLINK(\"http://x\")");
    let text = String::from_utf8(write_csv(&exported(&bodies), Language::English)).unwrap();
    assert!(text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{text}");
    // A number somebody dials begins as a formula does; what_is_written_is_read_again has it come back as it was. Degrees stay numbers.
    assert!(text.contains(",'+86 (10) 0000-0000\r\n"), "{text}");
    assert!(text.contains(",-39.9,"), "{text}");
}

/// A workbook with headings and the rows that `fill` writes below them.
fn workbook(
    fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet) -> Result<(), rust_xlsxwriter::XlsxError>,
) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0_u16..).zip(HEADINGS.split(',')) {
        sheet.write_string(0, column, heading).unwrap();
    }
    fill(sheet).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// A ZIP archive of parts with their contents.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same workbook with other texts that its cells share.
fn with_shared_texts(bytes: &[u8], texts: &str) -> Vec<u8> {
    with_part(bytes, "xl/sharedStrings.xml", texts.as_bytes())
}

fn with_shared_texts_utf16(bytes: &[u8], texts: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(texts.encode_utf16());
    let texts: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    with_part(bytes, "xl/sharedStrings.xml", &texts)
}

/// The same archive with one more part, or another one of that name.
fn with_part(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut archived = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archived.len() {
        let mut part = archived.by_index(index).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.push((part.name().unwrap().into_owned(), content));
    }
    parts.retain(|(known, _)| known != name);
    parts.push((name.to_owned(), content.to_vec()));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    archive(&parts)
}

#[test]
fn a_workbook_is_read_like_a_text() {
    let file = workbook(|sheet| {
        // An empty row, a number where a text is expected, and a text where a number is.
        for (column, text) in [(0, "甲院"), (2, "养老机构"), (5, "新区")] {
            sheet.write_string(2, column, text)?;
        }
        sheet.write_number(2, 4, 7)?;
        sheet.write_number(2, 6, 80)?;
        sheet.write_string(2, 7, "30")?;
        sheet.write_number(2, 8, 0)?;
        Ok(())
    });
    let imported = read(&file, &known()).unwrap();
    let body = &imported.bodies[0];
    let figures = (body.residents, body.staff, body.capacity);
    assert_eq!((body.row, figures), (3, (80, 30, 0)));
    assert_eq!(imported.districts[0].code, DistrictCode("7".into()));
    // and what is wrong is told by its row
    let file = workbook(|sheet| sheet.write_string(4, 0, "甲院").map(|_| ()));
    assert_eq!(
        faults(&file),
        [(5, "kind", Fault::KindUnknown(String::new()))]
    );
}

#[test]
fn a_workbook_that_could_do_harm_is_refused_with_the_reason() {
    let one_row = workbook(|sheet| sheet.write_string(1, 0, "甲院").map(|_| ()));
    let zeros = vec![0_u8; 80_000_000];
    let mut damaged = one_row.clone();
    damaged.truncate(one_row.len() / 2);
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    old.resize(4_096, 0);
    let long_texts = workbook(|sheet| {
        let text = "甲".repeat(10_000);
        for row in 1..=1_000 {
            sheet.write_string(row, 0, &text)?;
        }
        Ok(())
    });
    let cases: Vec<(&str, Vec<u8>, (u32, Fault))> = vec![
        (
            "a formula",
            workbook(|sheet| {
                sheet.write_string(1, 0, "甲院")?;
                sheet.write_formula(1, 6, "=40+40").map(|_| ())
            }),
            (2, Fault::Computed { column: 7 }),
        ),
        (
            "macros",
            with_part(&one_row, "xl/vbaProject.bin", b"Sub Open()"),
            (1, Fault::Macros),
        ),
        (
            "macros of Excel 4",
            with_part(&one_row, "xl/macrosheets/sheet1.xml", b"<x/>"),
            (1, Fault::Macros),
        ),
        (
            "a million rows",
            workbook(|sheet| sheet.write_string(999_999, 0, "甲院").map(|_| ())),
            (MAX_ROWS + 2, Fault::TooManyRows),
        ),
        (
            "a cell at the far corner",
            workbook(|sheet| sheet.write_string(1, 16_383, "x").map(|_| ())),
            (2, Fault::TooManyColumns),
        ),
        (
            "a bomb",
            with_part(&one_row, "xl/media/image1.png", &zeros),
            (1, Fault::TooLargeInside),
        ),
        (
            "more shared texts than any memory holds",
            with_shared_texts(&one_row, "<sst uniqueCount=\"99999999999999\"><si/></sst>"),
            (1, Fault::TooLargeInside),
        ),
        (
            "the same in another script",
            with_shared_texts_utf16(&one_row, "<sst uniqueCount = '4294967295'/>"),
            (1, Fault::TooLargeInside),
        ),
        (
            "one long text in many cells",
            long_texts,
            (1, Fault::TooLargeInside),
        ),
        ("half a file", damaged, (1, Fault::Damaged)),
        (
            "an archive of something else",
            archive(&[("readme.txt", b"hello")]),
            (1, Fault::Damaged),
        ),
        (
            "a file of Excel 97, or a locked one",
            old,
            (1, Fault::OldOrLocked),
        ),
    ];
    for (name, file, (row, fault)) in cases {
        assert!(file.len() < MAX_BYTES, "{name} is small to look at");
        assert_eq!(faults(&file), [(row, "", fault)], "{name}");
    }
}

#[test]
fn what_else_is_known_of_a_body_is_read_or_refused() {
    let headings = format!("{HEADINGS},所有制,risk,Address,经度,纬度,contact,telephone");
    let row =
        |rest: &str| format!("{headings}\n甲院,,elderCare,,110106,,1,1,1,{rest}").into_bytes();
    let imported = read(
        &row("公建民营,High risk,某路,116.4,39.9,某人,+86 10"),
        &known(),
    )
    .unwrap();
    let profile = &imported.bodies[0].profile;
    assert_eq!(profile.ownership, Some(Ownership::PublicPrivatelyRun));
    assert_eq!(profile.risk, Some(RiskGrade::High));
    assert_eq!(profile.contact.telephone, "+86 10");
    for (rest, column, fault) in [
        (
            "国有,,,,,,",
            "ownership",
            Fault::OwnershipUnknown("国有".into()),
        ),
        (",severe,,,,,", "risk", Fault::RiskUnknown("severe".into())),
        (",,=1,,,,", "address", Fault::Formula),
        (",,,116.4,,,", "latitude", Fault::HalfALocation),
        (",,,,39.9,,", "longitude", Fault::HalfALocation),
        (",,,200,39.9,,", "longitude", Fault::Degrees("200".into())),
        (",,,116.4,inf,,", "latitude", Fault::Degrees("inf".into())),
        (",,,NaN,39.9,,", "longitude", Fault::Degrees("NaN".into())),
        (",,,,,@x,", "contact", Fault::Formula),
        (",,,,,,=cmd()", "telephone", Fault::Formula),
    ] {
        assert_eq!(faults(&row(rest)), [(2, column, fault)], "{rest}");
    }
}

proptest! {
    /// Whatever bytes follow the beginning of an archive, reading them ends, with an error.
    #[test]
    fn no_archive_makes_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let mut file = b"PK\x03\x04".to_vec();
        file.extend(bytes);
        prop_assert!(read(&file, &Known::default()).is_err());
    }
}
