//! What a file is: any bytes have an answer, and what is known of the beginning is known of the whole.
#![no_main]

use domain::media::Media;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = Media::of(bytes);
    let beginning = bytes.get(..64).unwrap_or(bytes);
    if let Some(media) = Media::of_beginning(beginning) {
        assert_eq!(whole, Ok(media));
    }
});
