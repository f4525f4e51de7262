//! A form in XML from anywhere: it compiles or says why not, and whatever is then done with it ends.
#![no_main]

use std::sync::Arc;

use form::{Attachments, CHINESE, Edit, Form, Instance, NodeKind, Opening, Session};
use libfuzzer_sys::fuzz_target;

/// Answers that mean something to one type or another.
const VALUES: [&str; 8] = ["", "1", "3.5", "a b", "2022-03-13", "31.2 121.4", "OK", "-1"];

// The form, and behind a NUL what is done with it, three bytes an edit.
fuzz_target!(|text: &str| {
    let (xml, edits) = text.split_once('\0').unwrap_or((text, "\0\u{1}\u{1}\u{1}\u{2}\u{1}\u{2}\u{3}\u{2}"));
    let form = match Form::read_xform(xml, &Attachments::default()) {
        Ok(form) => Arc::new(form),
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(!error.texts().get(CHINESE).is_empty() && !error.to_string().is_empty());
            }
            return;
        }
    };
    let Ok(mut instance) = Instance::new(Arc::clone(&form), Session::default()) else { return };
    for edit in edits.as_bytes().chunks_exact(3).take(16) {
        let (kind, pick, value) = (edit[0], edit[1], VALUES[usize::from(edit[2]) % VALUES.len()]);
        let nodes = instance.nodes();
        let node = nodes[usize::from(pick) % nodes.len()];
        let edit = match (instance.kind(node), kind % 3) {
            (NodeKind::Repeat, _) => Edit::CreateRepeat { repeat: node, after: Some(u32::from(kind)) },
            (NodeKind::RepeatInstance, 0) => Edit::RemoveRepeat { instance: node },
            _ => Edit::Answer { node, value: value.to_owned() },
        };
        let before = instance.whole_xml();
        if instance.apply(edit).is_err() {
            assert_eq!(instance.whole_xml(), before);
        }
    }
    let _ = (instance.score(), instance.violations(), instance.findings());
    let draft = instance.snapshot();
    assert!(Instance::from_snapshot(Arc::clone(&form), Session::default(), &draft).is_ok());
    let _ = Instance::open(form, Session::default(), &instance.submission(), Opening::Restore);
});
