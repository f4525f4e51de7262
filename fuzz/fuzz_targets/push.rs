//! What a tablet, or someone who plays one, may send: reading it never panics, and what was read is written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::protocol::Push;

fuzz_target!(|bytes: &[u8]| {
    let Ok(push) = serde_json::from_slice::<Push>(bytes) else { return };
    for event in &push.events {
        let _ = event.stream();
        if let Ok(decoded) = event.event() {
            assert_eq!(domain::Event::decode(decoded.kind(), &decoded.body()), Ok(decoded));
        }
    }
    let written = serde_json::to_vec(&push).expect("what was read can be written");
    assert_eq!(serde_json::from_slice::<Push>(&written).expect("and read again"), push);
});
