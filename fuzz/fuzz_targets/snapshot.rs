//! A draft's bytes from anywhere, on a device that lost some of them: it is taken up or refused, and what is taken up is kept the same.
#![no_main]

use std::sync::{Arc, OnceLock};

use form::{Attachments, CHINESE, Form, Instance, Session};
use libfuzzer_sys::fuzz_target;

fn form() -> Arc<Form> {
    static FORM: OnceLock<Arc<Form>> = OnceLock::new();
    let read = || {
        let xml = include_str!("../../app/form/tests/support/wards.xml");
        Arc::new(Form::read_xform(xml, &Attachments::default()).expect("the form is sound"))
    };
    Arc::clone(FORM.get_or_init(read))
}

fuzz_target!(|input: (bool, &[u8])| {
    // Either the bytes as they are, or the head of a real draft with these behind it.
    let bytes = if input.0 {
        let draft = Instance::new(form(), Session::default()).expect("it begins").snapshot();
        let keep = draft.len().saturating_sub(input.1.len());
        [&draft[..keep], input.1].concat()
    } else {
        input.1.to_vec()
    };
    match Instance::from_snapshot(form(), Session::default(), &bytes) {
        Ok(instance) => {
            let kept = instance.snapshot();
            let again = Instance::from_snapshot(form(), Session::default(), &kept);
            assert_eq!(again.expect("its own draft is taken up").snapshot(), kept);
        }
        Err(error) => assert!(!error.texts().get(CHINESE).is_empty()),
    }
});
