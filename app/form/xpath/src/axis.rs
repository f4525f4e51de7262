//! Axes and node tests: from one node to those around it.

use std::{cell::Cell, ops::ControlFlow};

use crate::{
    expression::{Accepted, Axis, NameTest, NamespaceTest, NodeTest},
    names::Names,
    tree::{NodeIx, NodeKind, Tree},
};

impl Accepted {
    /// The names a test accepts in any document that may ever be read with these names.
    pub(crate) fn interned(test: &NameTest, names: &mut Names) -> Self {
        let mut name = |uri: &str| {
            let name = names.intern(uri, "", &test.local);
            names.expanded(name)
        };
        match &test.namespace {
            NamespaceTest::Uri(uri) => Self(Some(name(uri)), None),
            NamespaceTest::Default(default) => Self(Some(name("")), default.as_deref().map(name)),
        }
    }

    /// The names a test accepts among those the form has met.
    pub(crate) fn of(test: &NameTest, names: &Names) -> Self {
        match &test.namespace {
            NamespaceTest::Uri(uri) => Self(names.find(uri, &test.local), None),
            NamespaceTest::Default(default) => Self(
                names.find("", &test.local),
                default
                    .as_ref()
                    .and_then(|uri| names.find(uri, &test.local)),
            ),
        }
    }
}

/// A node test made ready for one document.
pub(crate) struct Tester<'t> {
    tree: &'t Tree,
    names: &'t Names,
    test: &'t NodeTest,
    accepted: Accepted,
    /// The kind of node an axis is made of, which names are of.
    principal: NodeKind,
    /// How many nodes were looked at.
    pub seen: Cell<usize>,
}

impl<'t> Tester<'t> {
    pub fn new(tree: &'t Tree, names: &'t Names, axis: Axis, test: &'t NodeTest) -> Self {
        let accepted = match test {
            NodeTest::Name(name) => name.resolved.unwrap_or_else(|| Accepted::of(name, names)),
            _ => Accepted(None, None),
        };
        let principal = match axis {
            Axis::Attribute => NodeKind::Attribute,
            Axis::Namespace => NodeKind::Namespace,
            _ => NodeKind::Element,
        };
        Self {
            tree,
            names,
            test,
            accepted,
            principal,
            seen: Cell::new(0),
        }
    }

    fn accepts(&self, node: NodeIx) -> bool {
        let kind = self.tree.kind(node);
        match self.test {
            NodeTest::Node => true,
            NodeTest::AnyName => kind == self.principal,
            NodeTest::Name(_) => {
                kind == self.principal
                    && self.tree.name(node).is_some_and(|name| {
                        let name = Some(self.names.expanded(name));
                        name == self.accepted.0 || name == self.accepted.1
                    })
            }
            NodeTest::AnyInNamespace(uri) => {
                kind == self.principal
                    && self
                        .tree
                        .name(node)
                        .is_some_and(|name| self.names.namespace(name) == &**uri)
            }
            NodeTest::Text => kind == NodeKind::Text,
            NodeTest::Comment => kind == NodeKind::Comment,
            NodeTest::ProcessingInstruction(target) => {
                kind == NodeKind::ProcessingInstruction
                    && target.as_ref().is_none_or(|target| {
                        let name = self.tree.name(node);
                        name.is_some_and(|name| self.names.local(name) == &**target)
                    })
            }
        }
    }

    /// Gives `visit` the nodes of the axis that pass the test, nearest first, until it breaks.
    pub fn visit(
        &self,
        axis: Axis,
        from: NodeIx,
        visit: &mut dyn FnMut(NodeIx) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let tree = self.tree;
        let mut each = |nodes: &mut dyn Iterator<Item = NodeIx>| {
            for node in nodes {
                self.seen.set(self.seen.get() + 1);
                if self.accepts(node) {
                    visit(node)?;
                }
            }
            ControlFlow::Continue(())
        };
        let is_bound = || matches!(tree.kind(from), NodeKind::Attribute | NodeKind::Namespace);
        match axis {
            Axis::Child => {
                if tree.has_inline_text(from) {
                    // The element stands for its text.
                    if matches!(self.test, NodeTest::Node | NodeTest::Text) {
                        return visit(from);
                    }
                    return ControlFlow::Continue(());
                }
                each(&mut tree.children(from))
            }
            Axis::Attribute => each(&mut tree.attributes(from)),
            Axis::SelfNode => each(&mut std::iter::once(from)),
            Axis::Parent => each(&mut tree.parent(from).into_iter()),
            Axis::Ancestor => each(&mut tree.ancestors_or_self(from).skip(1)),
            Axis::AncestorOrSelf => each(&mut tree.ancestors_or_self(from)),
            Axis::Descendant => each(&mut tree.descendants(from)),
            Axis::DescendantOrSelf => {
                each(&mut std::iter::once(from).chain(tree.descendants(from)))
            }
            // An attribute has no siblings.
            Axis::FollowingSibling | Axis::PrecedingSibling if is_bound() => {
                ControlFlow::Continue(())
            }
            Axis::FollowingSibling => each(&mut siblings(from, |node| tree.next_sibling(node))),
            Axis::PrecedingSibling => each(&mut siblings(from, |node| tree.previous_sibling(node))),
            Axis::Following => {
                // What lies below the bearer of an attribute follows the attribute.
                let below = if is_bound() { tree.parent(from) } else { None };
                let below = below
                    .into_iter()
                    .flat_map(|bearer| tree.descendants(bearer));
                let start = if is_bound() {
                    tree.parent(from)
                } else {
                    Some(from)
                };
                let after = start
                    .into_iter()
                    .flat_map(|start| tree.ancestors_or_self(start))
                    .flat_map(|above| siblings(above, |node| tree.next_sibling(node)))
                    .flat_map(|top| std::iter::once(top).chain(tree.descendants(top)));
                each(&mut below.chain(after))
            }
            Axis::Preceding => {
                let start = if is_bound() {
                    tree.parent(from)
                } else {
                    Some(from)
                };
                let mut before = start
                    .into_iter()
                    .flat_map(|start| tree.ancestors_or_self(start))
                    .flat_map(|above| siblings(above, |node| tree.previous_sibling(node)))
                    .flat_map(|top| {
                        let mut all: Vec<NodeIx> =
                            std::iter::once(top).chain(tree.descendants(top)).collect();
                        all.reverse();
                        all
                    });
                each(&mut before)
            }
            Axis::Namespace => each(&mut namespaces_in_scope(tree, self.names, from).into_iter()),
        }
    }
}

fn siblings(from: NodeIx, next: impl Fn(NodeIx) -> Option<NodeIx>) -> impl Iterator<Item = NodeIx> {
    std::iter::successors(next(from), move |&node| next(node))
}

/// The declarations that hold at an element, the default one first, then from the element outwards. They are the nodes
/// of the elements that declare them; `xml`, which nothing declares, is not among them.
fn namespaces_in_scope(tree: &Tree, names: &Names, element: NodeIx) -> Vec<NodeIx> {
    let mut found: Vec<NodeIx> = Vec::new();
    if tree.kind(element) != NodeKind::Element {
        return found;
    }
    for above in tree.ancestors_or_self(element) {
        for node in tree.namespaces(above) {
            if found
                .iter()
                .all(|&known| tree.name(known) != tree.name(node))
            {
                found.push(node);
            }
        }
    }
    // `xmlns=""` takes the default namespace away.
    found.retain(|&node| !tree.text(node).is_empty());
    found.sort_by_key(|&node| {
        tree.name(node)
            .is_some_and(|name| !names.local(name).is_empty())
    });
    found
}
