//! Documents: building, editing, order.

use std::cmp::Ordering;

use xpath::{Names, NodeIx, NodeKind, ReadOptions, Tree, WriteOptions, read, write};

fn document(xml: &str) -> (Tree, Names) {
    let mut names = Names::new();
    let tree = read(xml, &mut names, ReadOptions::default()).expect("a document");
    (tree, names)
}

fn written(tree: &Tree, names: &Names) -> String {
    write(tree, names, NodeIx::DOCUMENT, WriteOptions::default())
}

#[test]
fn ids_are_consecutive_and_detached_ones_are_not_used_again() {
    // given a root with three elements made in a row, then their ids follow one another
    let mut names = Names::new();
    let (data, item) = (names.intern("", "", "data"), names.intern("", "", "item"));
    let mut tree = Tree::new();
    let root = tree.append_element(NodeIx::DOCUMENT, data);
    let items = [(); 3].map(|()| tree.append_element(root, item));
    assert_eq!(items.map(NodeIx::index), [2, 3, 4]);
    // when the middle one goes, then its neighbours meet and the next one is new
    tree.detach(items[1]);
    assert_eq!(tree.next_sibling(items[0]), Some(items[2]));
    assert_eq!(tree.previous_sibling(items[2]), Some(items[0]));
    assert!(!tree.is_attached(items[1]) && tree.is_attached(items[2]));
    assert_eq!(tree.append_element(root, item).index(), 5);
    // and taking it out twice, or the first and last ones, harms nothing
    for node in [items[1], items[0], items[2]] {
        tree.detach(node);
    }
    assert_eq!(written(&tree, &names), "<data><item/></data>");
}

#[test]
fn document_order_holds_wherever_nodes_were_inserted() {
    // given a document of which every second element was put in before another
    let mut names = Names::new();
    let name = names.intern("", "", "a");
    let id = names.intern("", "", "id");
    let mut tree = Tree::new();
    let root = tree.append_element(NodeIx::DOCUMENT, name);
    let mut siblings = vec![tree.append_element(root, name)];
    for at in 0..40 {
        let before = siblings[at / 2];
        siblings.insert(at / 2, tree.insert_element(root, Some(before), name));
    }
    let mut expected = vec![NodeIx::DOCUMENT, root];
    for &sibling in &siblings {
        let child = tree.append_element(sibling, name);
        let attribute = tree.set_attribute(sibling, id, "x");
        expected.extend([sibling, attribute, child]);
    }
    // when all nodes are sorted, many at once or few, then they stand as they are read
    let mut all: Vec<NodeIx> = expected.iter().rev().chain(&expected).copied().collect();
    tree.sort(&mut all);
    assert_eq!(all, expected);
    for pair in expected.windows(2) {
        assert_eq!(tree.compare(pair[0], pair[1]), Ordering::Less);
        assert_eq!(tree.compare(pair[1], pair[0]), Ordering::Greater);
        let mut two = vec![pair[1], pair[0], pair[1]];
        tree.sort(&mut two);
        assert_eq!(two, pair);
    }
}

#[test]
fn an_inline_text_becomes_a_node_once_the_element_has_children() {
    // given an answer held inline
    let (mut tree, mut names) = document("<data><note>before</note></data>");
    let note = tree
        .first_child(tree.root_element().expect("a root"))
        .expect("a note");
    assert!(tree.has_inline_text(note) && tree.first_child(note).is_none());
    // when an element is added, then the text stands before it
    let output = names.intern("", "", "output");
    tree.append_element(note, output);
    tree.append_text(note, "after");
    tree.append_text(note, "wards");
    assert_eq!(
        written(&tree, &names),
        "<data><note>before<output/>afterwards</note></data>"
    );
    assert_eq!(tree.string_value(note), "beforeafterwards");
    assert_eq!(tree.children(note).count(), 3);
    // and when a text is set again, then the children are gone
    tree.set_text(note, "x");
    assert_eq!(written(&tree, &names), "<data><note>x</note></data>");
}

#[test]
fn texts_that_are_replaced_give_their_room_back() {
    // given two answers, when one is changed ten thousand times, then both read right all along
    let (mut tree, names) = document("<data><a>一</a><b>kept</b></data>");
    let root = tree.root_element().expect("a root");
    let (a, b) = (
        tree.first_child(root).expect("a"),
        tree.last_child(root).expect("b"),
    );
    for turn in 0..10_000_usize {
        let text = "答案".repeat(turn % 7) + &turn.to_string();
        tree.set_text(a, &text);
        assert_eq!(tree.text(a), text);
        assert_eq!(tree.text(b), "kept");
    }
    tree.set_text(a, "");
    assert_eq!(written(&tree, &names), "<data><a/><b>kept</b></data>");
}

#[test]
fn attributes_are_set_replaced_and_removed() {
    // given an element with two attributes
    let (mut tree, mut names) = document("<data v='1' w='2'/>");
    let root = tree.root_element().expect("a root");
    let [v, w, x] = ["v", "w", "x"].map(|local| names.intern("", "", local));
    // when one is replaced, one removed and one added, then the rest stay in place
    tree.set_attribute(root, w, "zwei");
    assert!(tree.remove_attribute(root, v) && !tree.remove_attribute(root, v));
    tree.set_attribute(root, x, "a\n\"<&");
    assert_eq!(tree.attribute(root, w), Some("zwei"));
    assert_eq!(tree.attribute(root, v), None);
    assert_eq!(
        written(&tree, &names),
        "<data w=\"zwei\" x=\"a&#10;&quot;&lt;&amp;\"/>"
    );
    assert!(
        tree.attributes(root)
            .all(|node| tree.kind(node) == NodeKind::Attribute && tree.parent(node) == Some(root))
    );
}

#[test]
fn two_prefixes_of_one_namespace_are_one_name() {
    let mut names = Names::new();
    let [a, b, other] = [("urn:x", "a"), ("urn:x", "b"), ("urn:y", "a")]
        .map(|(uri, prefix)| names.intern(uri, prefix, "item"));
    assert_ne!(a, b);
    assert_eq!(names.expanded(a), names.expanded(b));
    assert_ne!(names.expanded(a), names.expanded(other));
    assert_eq!(names.intern("urn:x", "a", "item"), a);
    assert_eq!(
        (names.qualified(b), names.namespace(b)),
        ("b:item".into(), "urn:x")
    );
    assert_eq!(names.find("urn:x", "item"), Some(names.expanded(a)));
    assert_eq!(names.find("urn:z", "item"), None);
}
