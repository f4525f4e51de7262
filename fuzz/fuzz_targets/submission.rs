//! A submission in XML from anywhere: it opens or says why not, and what is handed in of it opens.
#![no_main]

use std::sync::{Arc, OnceLock};

use form::{Attachments, CHINESE, Form, Instance, Opening, Session};
use libfuzzer_sys::fuzz_target;

fn form() -> Arc<Form> {
    static FORM: OnceLock<Arc<Form>> = OnceLock::new();
    let read = || {
        let xml = include_str!("../../app/form/tests/support/wards.xml");
        Arc::new(Form::read_xform(xml, &Attachments::default()).expect("the form is sound"))
    };
    Arc::clone(FORM.get_or_init(read))
}

fuzz_target!(|text: &str| {
    for opening in [Opening::Restore, Opening::Edit] {
        match Instance::open(form(), Session::default(), text, opening) {
            Ok(instance) => {
                let submission = instance.submission();
                let again = Instance::open(form(), Session::default(), &submission, Opening::Restore);
                again.expect("what is handed in can be opened");
            }
            Err(error) => assert!(!error.texts().get(CHINESE).is_empty()),
        }
    }
});
