//! A picture of which it is asked when it was taken: whatever stands in its Exif, reading it never panics, and a moment that it gives can
//! be shown.
#![no_main]

use app::widgets::photo_time::photo_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|picture: &[u8]| {
    for zone in ["Asia/Shanghai", "UTC"] {
        if let Some(at) = photo_time(picture, zone) {
            let _ = app::clock::instant_text(at, zone, domain::Language::Chinese);
        }
    }
});
