//! A document from anywhere: it is read or refused with its place, and what was read is written well-formed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xpath::{Names, NodeIx, ReadOptions, Texts, WriteOptions, read, write};

fuzz_target!(|input: (&str, bool)| {
    let texts = if input.1 { Texts::Inline } else { Texts::Nodes };
    let options = ReadOptions { texts, keep_comments: true, ..ReadOptions::default() };
    let mut names = Names::new();
    match read(input.0, &mut names, options) {
        Ok(tree) => {
            let xml = write(&tree, &names, NodeIx::DOCUMENT, WriteOptions::default());
            let again = read(&xml, &mut names, options).expect("what was written can be read");
            assert_eq!(write(&again, &names, NodeIx::DOCUMENT, WriteOptions::default()), xml);
        }
        Err(error) => assert!(error.line > 0 && error.column > 0 && !error.chinese().is_empty()),
    }
});
