//! Writing a tree, or a part of one, as XML.

use std::fmt::Write;

use crate::{
    names::{NameId, Names},
    scope::Scope,
    tree::{NodeIx, NodeKind, Tree},
};

/// How a document is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions {
    /// Begins with `<?xml version="1.0" encoding="UTF-8"?>`.
    pub declaration: bool,
}

/// Writes a node and all below it; of the document node, everything. Declarations are kept, and what a name needs and
/// nothing declares is declared where it is first needed. A character XML cannot hold becomes U+FFFD.
pub fn write(tree: &Tree, names: &Names, node: NodeIx, options: WriteOptions) -> String {
    let mut writing = Writing {
        tree,
        names,
        scope: Scope::default(),
        open_tags: Vec::new(),
        xml: String::new(),
    };
    if options.declaration {
        writing
            .xml
            .push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    }
    writing.all(node);
    writing.xml
}

struct Writing<'t> {
    tree: &'t Tree,
    names: &'t Names,
    scope: Scope,
    open_tags: Vec<String>,
    xml: String,
}

impl Writing<'_> {
    /// From node to node along the links, so that depth costs no stack.
    fn all(&mut self, top: NodeIx) {
        let mut node = top;
        self.open(node);
        loop {
            if let Some(child) = self.tree.first_child(node) {
                node = child;
                self.open(node);
                continue;
            }
            loop {
                self.close(node);
                if node == top {
                    return;
                }
                if let Some(next) = self.tree.next_sibling(node) {
                    node = next;
                    self.open(node);
                    break;
                }
                match self.tree.parent(node) {
                    Some(parent) => node = parent,
                    None => return,
                }
            }
        }
    }

    fn open(&mut self, node: NodeIx) {
        let text = self.tree.text(node);
        match self.tree.kind(node) {
            NodeKind::Document => {}
            NodeKind::Element => self.start_tag(node),
            // An attribute has no place outside a tag; alone it is its value.
            NodeKind::Text | NodeKind::Attribute | NodeKind::Namespace => self.text(text),
            NodeKind::Comment => {
                let text = text.replace("--", "- -");
                let space = if text.ends_with('-') { " " } else { "" };
                let _ = write!(self.xml, "<!--{text}{space}-->");
            }
            NodeKind::ProcessingInstruction => {
                let target = self
                    .tree
                    .name(node)
                    .map_or("", |name| self.names.local(name));
                let space = if text.is_empty() { "" } else { " " };
                let _ = write!(self.xml, "<?{target}{space}{}?>", text.replace("?>", "? >"));
            }
        }
    }

    fn start_tag(&mut self, node: NodeIx) {
        let (tree, names) = (self.tree, self.names);
        self.scope.open();
        let mut declared: Vec<(String, String)> = Vec::new();
        for declaration in tree.namespaces(node) {
            let prefix = tree.name(declaration).map_or("", |name| names.local(name));
            self.declare(prefix, tree.text(declaration), &mut declared);
        }
        let tag = tree.name(node).map_or_else(String::new, |name| {
            self.written_name(name, true, &mut declared)
        });
        let mut attributes = String::new();
        for attribute in tree.attributes(node) {
            let Some(name) = tree.name(attribute) else {
                continue;
            };
            let name = self.written_name(name, false, &mut declared);
            let _ = write!(attributes, " {name}=\"");
            escape(&mut attributes, tree.text(attribute), true);
            attributes.push('"');
        }
        let _ = write!(self.xml, "<{tag}");
        for (prefix, uri) in &declared {
            let colon = if prefix.is_empty() { "" } else { ":" };
            let _ = write!(self.xml, " xmlns{colon}{prefix}=\"");
            escape(&mut self.xml, uri, true);
            self.xml.push('"');
        }
        self.xml.push_str(&attributes);
        if self.is_empty(node) {
            self.xml.push_str("/>");
        } else {
            self.xml.push('>');
            self.text(tree.text(node));
        }
        self.open_tags.push(tag);
    }

    fn close(&mut self, node: NodeIx) {
        if self.tree.kind(node) != NodeKind::Element {
            return;
        }
        let tag = self.open_tags.pop().unwrap_or_default();
        if !self.is_empty(node) {
            let _ = write!(self.xml, "</{tag}>");
        }
        self.scope.close();
    }

    fn is_empty(&self, element: NodeIx) -> bool {
        self.tree.first_child(element).is_none() && !self.tree.has_inline_text(element)
    }

    /// The name with a prefix that stands for its namespace here: its own, if need be declared, or a new one.
    fn written_name(
        &mut self,
        name: NameId,
        is_element: bool,
        declared: &mut Vec<(String, String)>,
    ) -> String {
        let names = self.names;
        let (namespace, local) = (names.namespace(name), names.local(name));
        let own = names.prefix(name);
        if namespace.is_empty() {
            // Only a default namespace would lay claim to it, and none of attributes.
            if is_element && self.scope.uri("") != Some("") {
                self.declare("", "", declared);
            }
            return local.to_owned();
        }
        // An attribute without prefix is of no namespace.
        let is_usable = |prefix: &str| is_element || !prefix.is_empty();
        let mut prefix = own.to_owned();
        let mut number = 0;
        while !is_usable(&prefix) || self.scope.uri(&prefix) != Some(namespace) {
            let is_free = declared.iter().all(|(known, _)| *known != prefix);
            if is_usable(&prefix) && is_free {
                self.declare(&prefix, namespace, declared);
                break;
            }
            number += 1;
            prefix = format!("ns{number}");
        }
        if prefix.is_empty() {
            local.to_owned()
        } else {
            format!("{prefix}:{local}")
        }
    }

    fn declare(&mut self, prefix: &str, uri: &str, declared: &mut Vec<(String, String)>) {
        self.scope.declare(prefix, uri);
        declared.retain(|(known, _)| *known != prefix);
        declared.push((prefix.to_owned(), uri.to_owned()));
    }

    fn text(&mut self, text: &str) {
        escape(&mut self.xml, text, false);
    }
}

/// Appends a text; in an attribute, white space that reading would make blanks is kept by reference.
fn escape(xml: &mut String, text: &str, in_attribute: bool) {
    for found in text.chars() {
        match found {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' if in_attribute => xml.push_str("&quot;"),
            '\n' if in_attribute => xml.push_str("&#10;"),
            '\t' if in_attribute => xml.push_str("&#9;"),
            '\r' => xml.push_str("&#13;"),
            '\n' | '\t' => xml.push(found),
            control if control < ' ' => xml.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            plain => xml.push(plain),
        }
    }
}
