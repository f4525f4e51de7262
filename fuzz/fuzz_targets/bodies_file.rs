//! A CSV file somebody uploads.
#![no_main]

use interop::bodies_file::{Known, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let known = Known { districts: Vec::new(), bodies: Vec::new() };
    if let Err(errors) = read(bytes, &known) {
        assert!(!errors.is_empty());
        for error in errors {
            assert!(!error.text(domain::Language::Chinese).is_empty() && !error.text(domain::Language::English).is_empty());
        }
    }
});
