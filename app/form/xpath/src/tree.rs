//! One arena type for every document: the XPath data model, static or edited.
//!
//! # Inline text
//! An element without children may hold its text itself. It then stands for its text node as well: the child steps
//! `text()` and `node()` from it select the element, whose string value is the same. A question of a form thereby
//! costs one node, and setting its answer makes none.

use std::borrow::Cow;

use crate::names::{NameId, Names};

/// A node's index within its tree. Ids are never used again within a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIx(pub(crate) u32);

impl NodeIx {
    /// The document node every tree starts with.
    pub const DOCUMENT: Self = Self(0);

    /// The index as a number, to keep data of one's own beside the nodes.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The node with that number.
    pub fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index).ok().filter(|&at| at != NONE).map(Self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Document,
    Element,
    Attribute,
    /// A declaration; its name's local part is the prefix, its text the URI.
    Namespace,
    Text,
    Comment,
    ProcessingInstruction,
}

/// "No such node" and "no name".
const NONE: u32 = u32::MAX;

/// Links are indexes, so that a tree is cloned by copying. Attributes and namespaces of an element are a list of their
/// own, linked by the same sibling fields.
#[derive(Clone, Debug)]
struct Node {
    kind: NodeKind,
    name: u32,
    parent: u32,
    first_child: u32,
    last_child: u32,
    previous: u32,
    next: u32,
    first_attribute: u32,
    text: Span,
    line: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Span {
    start: u32,
    length: u32,
}

/// A document. Reading a node that is not of this tree panics; every id comes from the tree's own methods.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    heap: String,
    /// Bytes of `heap` no node refers to any more.
    garbage: usize,
    /// Whether ids ascend in document order.
    pub(crate) ordered: bool,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

fn some(link: u32) -> Option<NodeIx> {
    (link != NONE).then_some(NodeIx(link))
}

fn link(node: Option<NodeIx>) -> u32 {
    node.map_or(NONE, |node| node.0)
}

impl Tree {
    /// A document node and nothing below it.
    pub fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            heap: String::new(),
            garbage: 0,
            ordered: true,
        };
        tree.nodes.push(Node::new(NodeKind::Document, NONE, NONE));
        tree
    }

    // --- Reading ---

    /// The element that holds all others.
    pub fn root_element(&self) -> Option<NodeIx> {
        self.children(NodeIx::DOCUMENT)
            .find(|&node| self.kind(node) == NodeKind::Element)
    }

    /// Number of nodes ever made, detached ones too: one more than the greatest index.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing but the document node.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    fn node(&self, node: NodeIx) -> &Node {
        &self.nodes[node.index()]
    }

    fn node_mut(&mut self, node: NodeIx) -> &mut Node {
        &mut self.nodes[node.index()]
    }

    pub fn kind(&self, node: NodeIx) -> NodeKind {
        self.node(node).kind
    }

    /// The name of an element, attribute, processing instruction (its target) or namespace (its prefix).
    pub fn name(&self, node: NodeIx) -> Option<NameId> {
        let name = self.node(node).name;
        (name != NONE).then_some(NameId(name))
    }

    /// The parent; of an attribute or namespace the element that bears it.
    pub fn parent(&self, node: NodeIx) -> Option<NodeIx> {
        some(self.node(node).parent)
    }

    pub fn first_child(&self, node: NodeIx) -> Option<NodeIx> {
        some(self.node(node).first_child)
    }

    pub fn last_child(&self, node: NodeIx) -> Option<NodeIx> {
        some(self.node(node).last_child)
    }

    /// The next child of the same parent, or the next attribute of the same element.
    pub fn next_sibling(&self, node: NodeIx) -> Option<NodeIx> {
        some(self.node(node).next)
    }

    pub fn previous_sibling(&self, node: NodeIx) -> Option<NodeIx> {
        some(self.node(node).previous)
    }

    pub fn children(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        self.list(self.node(node).first_child)
    }

    /// Attributes and namespaces of an element, in the order written.
    pub(crate) fn bound(&self, element: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        self.list(self.node(element).first_attribute)
    }

    fn list(&self, first: u32) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(some(first), |&node| self.next_sibling(node))
    }

    /// Attributes in the order written, without namespace declarations.
    pub fn attributes(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        self.bound(node)
            .filter(|&node| self.kind(node) == NodeKind::Attribute)
    }

    /// Namespaces the element itself declares.
    pub fn namespaces(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        self.bound(node)
            .filter(|&node| self.kind(node) == NodeKind::Namespace)
    }

    /// The value of the attribute written with exactly this name; see [`Self::attribute_node`].
    pub fn attribute(&self, element: NodeIx, name: NameId) -> Option<&str> {
        self.attribute_node(element, name)
            .map(|node| self.text(node))
    }

    pub fn attribute_node(&self, element: NodeIx, name: NameId) -> Option<NodeIx> {
        self.attributes(element)
            .find(|&node| self.node(node).name == name.0)
    }

    /// The node's own text: of a text, attribute, comment, processing instruction or namespace, and of an element that
    /// holds its text inline; otherwise `""`.
    pub fn text(&self, node: NodeIx) -> &str {
        let Span { start, length } = self.node(node).text;
        &self.heap[start as usize..(start + length) as usize]
    }

    /// Whether the element stands for its text node as well.
    pub fn has_inline_text(&self, node: NodeIx) -> bool {
        let node = self.node(node);
        node.kind == NodeKind::Element && node.text.length > 0
    }

    /// The string value of XPath: of a document or element the texts below it, in order.
    pub fn string_value(&self, node: NodeIx) -> Cow<'_, str> {
        let Some(first) = self.first_child(node) else {
            return Cow::Borrowed(self.text(node));
        };
        let bears_text = |&node: &NodeIx| {
            self.kind(node) == NodeKind::Text || self.kind(node) == NodeKind::Element
        };
        // One text is by far the commonest: it is borrowed.
        if self.kind(first) == NodeKind::Text && self.next_sibling(first).is_none() {
            return Cow::Borrowed(self.text(first));
        }
        let mut value = String::new();
        for below in self.descendants(node).filter(bears_text) {
            value.push_str(self.text(below));
        }
        Cow::Owned(value)
    }

    /// All nodes below, in document order, without attributes.
    pub fn descendants(&self, top: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(self.first_child(top), move |&node| {
            self.first_child(node)
                .or_else(|| self.next_outside(node, top))
        })
    }

    /// The first node after `node` and all below it, as long as it is below `top`.
    fn next_outside(&self, node: NodeIx, top: NodeIx) -> Option<NodeIx> {
        self.ancestors_or_self(node)
            .take_while(|&above| above != top)
            .find_map(|above| self.next_sibling(above))
    }

    pub fn ancestors_or_self(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::successors(Some(node), |&node| self.parent(node))
    }

    /// 1-based line an element was read from, 0 if it was built by hand.
    pub fn line(&self, node: NodeIx) -> u32 {
        self.node(node).line
    }

    /// Whether the node is (still) below the document node.
    pub fn is_attached(&self, node: NodeIx) -> bool {
        self.ancestors_or_self(node).last() == Some(NodeIx::DOCUMENT)
    }

    // --- Building and editing ---

    /// Appends an element. Ids are handed out consecutively: making k nodes in a row gives k consecutive ids.
    pub fn append_element(&mut self, parent: NodeIx, name: NameId) -> NodeIx {
        self.insert(parent, None, NodeKind::Element, name.0, "")
    }

    /// Inserts an element before a child of `parent`, or as its last child.
    pub fn insert_element(
        &mut self,
        parent: NodeIx,
        before: Option<NodeIx>,
        name: NameId,
    ) -> NodeIx {
        self.insert(parent, before, NodeKind::Element, name.0, "")
    }

    /// Appends a text node, or extends the one that is last already.
    pub fn append_text(&mut self, parent: NodeIx, text: &str) -> NodeIx {
        match self.last_child(parent) {
            Some(last) if self.kind(last) == NodeKind::Text => {
                let joined = [self.text(last), text].concat();
                self.set_text(last, &joined);
                last
            }
            _ => self.insert(parent, None, NodeKind::Text, NONE, text),
        }
    }

    pub fn append_comment(&mut self, parent: NodeIx, text: &str) -> NodeIx {
        self.insert(parent, None, NodeKind::Comment, NONE, text)
    }

    pub fn append_processing_instruction(
        &mut self,
        parent: NodeIx,
        target: NameId,
        text: &str,
    ) -> NodeIx {
        let kind = NodeKind::ProcessingInstruction;
        self.insert(parent, None, kind, target.0, text)
    }

    /// Sets the attribute, adding it after the others where it is new.
    pub fn set_attribute(&mut self, element: NodeIx, name: NameId, value: &str) -> NodeIx {
        if let Some(known) = self.attribute_node(element, name) {
            self.set_text(known, value);
            return known;
        }
        self.bind(element, NodeKind::Attribute, name, value)
    }

    /// Adds an attribute the element is known not to have.
    pub(crate) fn add_attribute(&mut self, element: NodeIx, name: NameId, value: &str) -> NodeIx {
        self.bind(element, NodeKind::Attribute, name, value)
    }

    /// Removes the attribute and tells whether it was there.
    pub fn remove_attribute(&mut self, element: NodeIx, name: NameId) -> bool {
        let known = self.attribute_node(element, name);
        if let Some(known) = known {
            self.detach(known);
        }
        known.is_some()
    }

    /// Declares a namespace on an element; prefix `""` is the default one.
    pub fn declare_namespace(
        &mut self,
        names: &mut Names,
        element: NodeIx,
        prefix: &str,
        uri: &str,
    ) -> NodeIx {
        let name = names.intern("", "", prefix);
        let known = self
            .namespaces(element)
            .find(|&node| self.node(node).name == name.0);
        match known {
            Some(known) => {
                self.set_text(known, uri);
                known
            }
            None => self.bind(element, NodeKind::Namespace, name, uri),
        }
    }

    /// Replaces a node's own text; of an element, its inline text, whereby child nodes are taken out.
    pub fn set_text(&mut self, node: NodeIx, text: &str) {
        while let Some(child) = self.first_child(node) {
            self.detach(child);
        }
        let old = self.node(node).text;
        if self.text(node) == text {
            return;
        }
        if text.len() <= old.length as usize {
            // Fits where the old one lies.
            let start = old.start as usize;
            let end = start + text.len();
            if self.heap.is_char_boundary(end) {
                self.heap.replace_range(start..end, text);
                self.garbage += old.length as usize - text.len();
                self.node_mut(node).text.length = u32::try_from(text.len()).unwrap_or(0);
                return;
            }
        }
        self.garbage += old.length as usize;
        self.node_mut(node).text = Span::default();
        self.compact();
        self.node_mut(node).text = self.store(text);
    }

    /// Takes a node with all below it out of its parent. Its id is not used again.
    pub fn detach(&mut self, node: NodeIx) {
        let Node {
            kind,
            parent,
            previous,
            next,
            ..
        } = *self.node(node);
        let Some(parent) = some(parent) else { return };
        match some(previous) {
            Some(previous) => self.node_mut(previous).next = next,
            None if matches!(kind, NodeKind::Attribute | NodeKind::Namespace) => {
                self.node_mut(parent).first_attribute = next;
            }
            None => self.node_mut(parent).first_child = next,
        }
        match some(next) {
            Some(next) => self.node_mut(next).previous = previous,
            None if matches!(kind, NodeKind::Attribute | NodeKind::Namespace) => {}
            None => self.node_mut(parent).last_child = previous,
        }
        let gone = self.node_mut(node);
        (gone.parent, gone.previous, gone.next) = (NONE, NONE, NONE);
        // What lies below keeps its texts until the tree is copied: it may still be read.
    }

    /// Puts an element that was taken out with [`Self::detach`] back: before a child of `parent`, or as its last child.
    pub fn attach(&mut self, node: NodeIx, parent: NodeIx, before: Option<NodeIx>) {
        self.detach(node);
        self.node_mut(node).parent = parent.0;
        self.link(node, parent, before);
        self.ordered = false;
    }

    pub(crate) fn reserve(&mut self, nodes: usize, text: usize) {
        self.nodes.reserve(nodes);
        self.heap.reserve(text);
    }

    /// Notes the source line of an element.
    pub fn set_line(&mut self, node: NodeIx, line: u32) {
        self.node_mut(node).line = line;
    }

    /// Links a new node in front of `before`, which must be a child of `parent`, or last.
    fn insert(
        &mut self,
        parent: NodeIx,
        before: Option<NodeIx>,
        kind: NodeKind,
        name: u32,
        text: &str,
    ) -> NodeIx {
        let before = before.filter(|&sibling| self.parent(sibling) == Some(parent));
        if self.has_inline_text(parent) {
            // The inline text becomes the node it stood for.
            let inline = std::mem::take(&mut self.node_mut(parent).text);
            let node = self.insert(parent, None, NodeKind::Text, NONE, "");
            self.node_mut(node).text = inline;
        }
        self.note_order(parent, before);
        let id = self.push(kind, name, parent, text);
        self.link(id, parent, before);
        id
    }

    /// Links a node to its siblings.
    fn link(&mut self, id: NodeIx, parent: NodeIx, before: Option<NodeIx>) {
        let previous = before.map_or(self.last_child(parent), |next| self.previous_sibling(next));
        self.node_mut(id).previous = link(previous);
        self.node_mut(id).next = link(before);
        match previous {
            Some(previous) => self.node_mut(previous).next = id.0,
            None => self.node_mut(parent).first_child = id.0,
        }
        match before {
            Some(next) => self.node_mut(next).previous = id.0,
            None => self.node_mut(parent).last_child = id.0,
        }
    }

    /// Adds an attribute or namespace after those there are.
    fn bind(&mut self, element: NodeIx, kind: NodeKind, name: NameId, text: &str) -> NodeIx {
        // One attribute after the other is what reading makes.
        let newest = NodeIx(link(NodeIx::from_index(self.nodes.len() - 1)));
        let is_last = self.parent(newest) == Some(element)
            && matches!(self.kind(newest), NodeKind::Attribute | NodeKind::Namespace);
        let last = if is_last {
            Some(newest)
        } else {
            self.bound(element).last()
        };
        self.ordered &= last.unwrap_or(element).index() == self.nodes.len() - 1;
        let id = self.push(kind, name.0, element, text);
        self.node_mut(id).previous = link(last);
        match last {
            Some(last) => self.node_mut(last).next = id.0,
            None => self.node_mut(element).first_attribute = id.0,
        }
        id
    }

    /// Ids still ascend in document order if the newest node so far ends the new one's parent.
    fn note_order(&mut self, parent: NodeIx, before: Option<NodeIx>) {
        if self.ordered {
            let newest = NodeIx(link(NodeIx::from_index(self.nodes.len() - 1)));
            self.ordered =
                before.is_none() && self.ancestors_or_self(newest).any(|above| above == parent);
        }
    }

    fn push(&mut self, kind: NodeKind, name: u32, parent: NodeIx, text: &str) -> NodeIx {
        let id = NodeIx(link(NodeIx::from_index(self.nodes.len())));
        let span = self.store(text);
        self.nodes.push(Node {
            text: span,
            ..Node::new(kind, name, parent.0)
        });
        id
    }

    fn store(&mut self, text: &str) -> Span {
        if text.is_empty() {
            return Span::default();
        }
        let span = Span {
            start: u32::try_from(self.heap.len()).unwrap_or(u32::MAX),
            length: u32::try_from(text.len()).unwrap_or(u32::MAX),
        };
        self.heap.push_str(text);
        span
    }

    /// Drops what nobody refers to once it outweighs what lives.
    fn compact(&mut self) {
        const WORTHWHILE: usize = 4096;
        if self.garbage < WORTHWHILE || self.garbage * 2 < self.heap.len() {
            return;
        }
        let mut heap = String::with_capacity(self.heap.len() - self.garbage);
        for node in &mut self.nodes {
            let Span { start, length } = node.text;
            node.text.start = u32::try_from(heap.len()).unwrap_or(u32::MAX);
            heap.push_str(&self.heap[start as usize..(start + length) as usize]);
        }
        self.heap = heap;
        self.garbage = 0;
    }
}

impl Node {
    fn new(kind: NodeKind, name: u32, parent: u32) -> Self {
        Self {
            kind,
            name,
            parent,
            first_child: NONE,
            last_child: NONE,
            previous: NONE,
            next: NONE,
            first_attribute: NONE,
            text: Span::default(),
            line: 0,
        }
    }
}
