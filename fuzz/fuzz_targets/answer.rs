//! What a server, or whatever stands between, may answer a tablet: reading it never panics, and what a server reads of it is what a
//! tablet reads.
#![no_main]

use form::FormDefinition;
use libfuzzer_sys::fuzz_target;
use sync::protocol::{Pulled, Pushed};

macro_rules! alike {
    ($type:ty, $text:expr) => {
        // A tablet passes over that something is there twice, and keeps no list for a struct.
        if let (Ok(here), Ok(there)) = (json::read::<$type>($text), serde_json::from_str::<$type>($text)) {
            assert_eq!(here, there);
        }
    };
}

fuzz_target!(|text: &str| {
    alike!(Pulled, text);
    alike!(Pushed, text);
    alike!(FormDefinition, text);
});
