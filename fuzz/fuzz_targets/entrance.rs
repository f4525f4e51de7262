//! What a camera or a person gives for an entrance code: reading it never panics, and what is read is what is printed.
#![no_main]

use domain::entrance::EntranceCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(code) = EntranceCode::read(text) {
        assert_eq!(EntranceCode::read(&code.to_string()), Ok(code));
        assert_eq!(EntranceCode::read(&code.scanned()), Ok(code));
    }
});
