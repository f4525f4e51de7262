//! Reading and writing XML.

use xpath::{
    Limits, Names, NodeIx, NodeKind, ReadOptions, Texts, Tree, WriteOptions, XmlFault, read, write,
};

fn options(texts: Texts) -> ReadOptions {
    ReadOptions {
        texts,
        keep_comments: true,
        limits: Limits::default(),
    }
}

/// Read and written again.
fn again(xml: &str, texts: Texts) -> String {
    let mut names = Names::new();
    let tree =
        read(xml, &mut names, options(texts)).unwrap_or_else(|error| panic!("{xml}: {error}"));
    write(&tree, &names, NodeIx::DOCUMENT, WriteOptions::default())
}

#[test]
fn what_is_read_is_written_the_same() {
    for xml in [
        "<a/>",
        "<a xmlns=\"urn:x\" b=\"1\"><p:c xmlns:p=\"urn:p\" p:d=\"2\"/>text<!-- c --><?pi some data?></a>",
        "<a>1 &lt; 2 &amp; 3 &gt; 2</a>",
        "<a b=\"&quot;&#10;&#9;&lt;\"/>",
        "<a xmlns=\"urn:x\"><b xmlns=\"\"/><b/></a>",
        "<a xml:lang=\"zh\">督帮</a>",
    ] {
        assert_eq!(again(xml, Texts::Nodes), xml);
        assert_eq!(again(xml, Texts::Inline), xml);
    }
}

#[test]
fn texts_cdata_and_references_are_one_text() {
    let mut names = Names::new();
    let xml = "\u{feff}<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]>\r\n<a>1<![CDATA[<2>]]>&#x33;&amp;</a>\n";
    let tree = read(xml, &mut names, options(Texts::Nodes)).expect("a document");
    let root = tree.root_element().expect("a root");
    assert_eq!(
        tree.children(NodeIx::DOCUMENT).count(),
        1,
        "a DOCTYPE is no node"
    );
    assert_eq!(tree.children(root).count(), 1);
    assert_eq!(tree.string_value(root), "1<2>3&");
    assert_eq!(tree.line(root), 2);
}

#[test]
fn white_space_between_elements_is_dropped_but_not_between_words() {
    for (xml, expected) in [
        (
            "<a>\n  <b>x</b>\n  <c> </c>\n</a>",
            "<a><b>x</b><c> </c></a>",
        ),
        (
            "<a>Dear <b/> <c/>\n<d/>.</a>",
            "<a>Dear <b/> <c/>\n<d/>.</a>",
        ),
        ("<a><b/> <c/></a>", "<a><b/> <c/></a>"),
        ("<a> <b/> </a>", "<a><b/></a>"),
    ] {
        assert_eq!(again(xml, Texts::Inline), expected);
        assert_eq!(again(xml, Texts::Nodes), xml);
    }
}

#[test]
fn what_is_not_xml_is_refused_with_its_place() {
    let bind = |name: &str| XmlFault::UnboundPrefix(name.into());
    for (xml, line, column, fault) in [
        (
            "<a>\n <b></c></a>",
            2,
            5,
            XmlFault::MismatchedEndTag {
                expected: "b".into(),
                found: "c".into(),
            },
        ),
        ("<a><b></b>", 1, 11, XmlFault::UnclosedElement("a".into())),
        ("<a>\n督<p:b/></a>", 2, 2, bind("p")),
        ("<a p:b='1'/>", 1, 1, bind("p")),
        ("<a>&lol;</a>", 1, 4, XmlFault::UnknownEntity("lol".into())),
        (
            "<a b='&lol;'/>",
            1,
            1,
            XmlFault::UnknownEntity("lol".into()),
        ),
        (
            "<a b='1' b='2'/>",
            1,
            1,
            XmlFault::DuplicateAttribute("b".into()),
        ),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
            1,
            1,
            XmlFault::DuplicateAttribute("q:b".into()),
        ),
        (
            "<a xmlns:p='u' xmlns:p='v'/>",
            1,
            1,
            XmlFault::DuplicateAttribute("xmlns:p".into()),
        ),
        ("", 1, 1, XmlFault::NotOneRoot),
        ("<!-- nothing -->", 1, 17, XmlFault::NotOneRoot),
        ("<a/><b/>", 1, 5, XmlFault::NotOneRoot),
        ("<a/>text", 1, 9, XmlFault::NotOneRoot),
    ] {
        let mut names = Names::new();
        let error = read(xml, &mut names, options(Texts::Inline)).expect_err(xml);
        assert_eq!(
            (error.line, error.column, &error.fault),
            (line, column, &fault),
            "{xml}"
        );
        assert!(!error.chinese().is_empty() && !error.to_string().is_empty());
    }
    for xml in [
        "<a",
        "<a b></a>",
        "<a b=1/>",
        "< a/>",
        "<1/>",
        "<a:b:c xmlns:a='u'/>",
        "</a>",
        "<a>&#xffffff;</a>",
        "<!--",
    ] {
        let mut names = Names::new();
        let error = read(xml, &mut names, options(Texts::Inline)).expect_err(xml);
        assert!(
            matches!(error.fault, XmlFault::Malformed(_)),
            "{xml}: {error:?}"
        );
    }
}

#[test]
fn a_document_beyond_its_limits_is_refused() {
    let mut names = Names::new();
    let mut fault = |xml: &str, limits: Limits| {
        let options = ReadOptions {
            limits,
            ..ReadOptions::default()
        };
        read(xml, &mut names, options)
            .map(|tree| tree.len())
            .map_err(|error| error.fault)
    };
    let all = Limits::default();
    assert_eq!(
        fault("<a>12345678</a>", Limits { bytes: 10, ..all }),
        Err(XmlFault::TooLarge)
    );
    assert_eq!(
        fault("<a><b/><b/></a>", Limits { nodes: 3, ..all }),
        Err(XmlFault::TooManyNodes)
    );
    assert_eq!(
        fault("<a><b><c/></b></a>", Limits { depth: 2, ..all }),
        Err(XmlFault::TooDeep)
    );
    let attributes: String = (0..2000).fold(String::new(), |all, at| all + &format!(" a{at}=''"));
    assert_eq!(
        fault(&format!("<a{attributes}/>"), all),
        Err(XmlFault::TooManyNodes)
    );
    // and the billion laughs are not laughed
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>";
    assert_eq!(fault(laughs, all), Err(XmlFault::UnknownEntity("b".into())));
}

#[test]
fn a_hundred_thousand_levels_need_no_stack() {
    // given more nesting than any stack would bear
    const DEEP: usize = 100_000;
    let xml = format!("{}x{}", "<a>".repeat(DEEP), "</a>".repeat(DEEP));
    let limits = Limits {
        depth: DEEP,
        ..Limits::default()
    };
    let mut names = Names::new();
    let read_options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    // when it is read, measured and written, then nothing overflows
    let tree = read(&xml, &mut names, read_options).expect("a document");
    let root = tree.root_element().expect("a root");
    assert_eq!(tree.string_value(root), "x");
    assert_eq!(tree.descendants(NodeIx::DOCUMENT).count(), DEEP);
    assert_eq!(write(&tree, &names, root, WriteOptions::default()), xml);
    // and by default it is refused
    let error = read(&xml, &mut names, ReadOptions::default()).expect_err("too deep");
    assert_eq!(error.fault, XmlFault::TooDeep);
}

#[test]
fn a_part_declares_what_it_needs() {
    // given an element whose namespaces are declared above it
    let xml =
        "<a xmlns='urn:a' xmlns:p='urn:p' xmlns:unused='urn:u'><p:b q='1' p:r='2'><c/></p:b></a>";
    let mut names = Names::new();
    let mut tree = read(xml, &mut names, ReadOptions::default()).expect("a document");
    let root = tree.root_element().expect("a root");
    let part = tree.first_child(root).expect("b");
    // when it is written alone, then it can be read alone
    let declared = WriteOptions { declaration: true };
    assert_eq!(
        write(&tree, &names, part, declared),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><p:b xmlns:p=\"urn:p\" q=\"1\" p:r=\"2\"><c xmlns=\"urn:a\"/></p:b>"
    );
    // and when names are put where their prefixes mean something else, then others are found
    let lost = names.intern("urn:lost", "", "attribute");
    tree.set_attribute(part, lost, "3");
    let bare = names.intern("", "", "bare");
    tree.append_element(root, bare);
    let other = names.intern("urn:other", "p", "other");
    let element = tree.append_element(root, other);
    tree.append_element(element, other);
    let xml = write(&tree, &names, root, WriteOptions::default());
    assert_eq!(
        xml,
        "<a xmlns=\"urn:a\" xmlns:p=\"urn:p\" xmlns:unused=\"urn:u\">\
         <p:b xmlns:ns1=\"urn:lost\" q=\"1\" p:r=\"2\" ns1:attribute=\"3\"><c/></p:b>\
         <bare xmlns=\"\"/><p:other xmlns:p=\"urn:other\"><p:other/></p:other></a>"
    );
    let known = |tree: &Tree, names: &Names| -> Vec<(String, String)> {
        tree.descendants(NodeIx::DOCUMENT)
            .filter(|&node| tree.kind(node) == NodeKind::Element)
            .filter_map(|node| tree.name(node))
            .map(|name| {
                (
                    names.namespace(name).to_owned(),
                    names.local(name).to_owned(),
                )
            })
            .collect()
    };
    let mut fresh = Names::new();
    let reread = read(&xml, &mut fresh, ReadOptions::default()).expect("well-formed");
    assert_eq!(known(&reread, &fresh), known(&tree, &names));
}

#[test]
fn characters_xml_cannot_hold_do_not_break_it() {
    let mut names = Names::new();
    let a = names.intern("", "", "a");
    let mut tree = Tree::new();
    let root = tree.append_element(NodeIx::DOCUMENT, a);
    tree.set_text(root, "\u{0}x\u{1b}\r\n\u{ffff}");
    let xml = write(&tree, &names, root, WriteOptions::default());
    assert_eq!(xml, "<a>\u{fffd}x\u{fffd}&#13;\n\u{fffd}</a>");
    let tree = read(&xml, &mut names, ReadOptions::default()).expect("well-formed");
    assert_eq!(
        tree.text(tree.root_element().expect("a root")),
        "\u{fffd}x\u{fffd}\r\n\u{fffd}"
    );
}
