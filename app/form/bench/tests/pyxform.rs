//! The measured forms are those pyxform makes of the spreadsheets they stand for; `pyxform/` holds what it made (4.5.0).

use form_bench::sample::{choices_in_file, choices_in_form, inspection, repeat, sections};

#[test]
fn the_forms_are_written_as_pyxform_writes_them() {
    for (sample, expected) in [
        (inspection(45), include_str!("pyxform/insp45.xml")),
        (sections(45), include_str!("pyxform/sect45.xml")),
        (repeat(200), include_str!("pyxform/rep200.xml")),
        (choices_in_file(3, 2), include_str!("pyxform/choices6.xml")),
        (
            choices_in_form(3, 2),
            include_str!("pyxform/choices6_internal.xml"),
        ),
    ] {
        // Given what pyxform made of a form, when ours is written, then both are the same to the byte
        assert!(
            sample.xml == expected,
            "{} differs:\n{}",
            sample.name,
            sample.xml
        );
    }
}
