//! A file of people somebody uploads.
#![no_main]

use domain::Language;
use interop::people_file::{Known, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let imported = read(bytes, &Known::default());
    assert!(!imported.errors.is_empty() || !imported.rows.is_empty());
    for error in imported.errors {
        assert!(!error.text(Language::Chinese).is_empty() && !error.text(Language::English).is_empty());
    }
});
