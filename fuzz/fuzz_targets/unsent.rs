//! A file that is said to be of a tablet's unsent work: opening it never panics, and photos lie within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::unsent::{FIRST_LINE_LIMIT, Unsent};

fuzz_target!(|file: &[u8]| {
    let size = file.len() as u64;
    let first = size.min(FIRST_LINE_LIMIT) as usize;
    let Ok(place) = Unsent::events_in(&file[..first]) else {
        return;
    };
    let events = file.get(place.start as usize..place.end as usize);
    let Some(events) = events.and_then(|events| std::str::from_utf8(events).ok()) else {
        return;
    };
    if let Ok(unsent) = Unsent::read(events, place.end, size) {
        assert!(unsent.places(place.end).all(|(_, place)| place.end <= size));
        let mut drafts = unsent.drafts_and_places(place.end);
        assert!(drafts.all(|(_, photos)| photos.iter().all(|(_, place)| place.end <= size)));
        let _ = unsent.pushes();
    }
});
