//! An instance as XML, to be sent or kept.

use xpath::{Limits, Names, NodeIx, NodeKind, ReadOptions, Texts as TextNodes, Tree, XmlError};

use super::read::{OPENROSA, XFORMS};
use crate::form::DefKind;
use crate::instance::{Flags, Instance};
use crate::limits;

/// Reads a submission.
pub(crate) fn read(xml: &str, names: &mut Names) -> Result<Tree, XmlError> {
    let options = ReadOptions {
        texts: TextNodes::Inline,
        keep_comments: false,
        limits: Limits {
            bytes: limits::MAX_SUBMISSION_BYTES,
            nodes: limits::MAX_XML_NODES,
            depth: limits::MAX_XML_DEPTH,
        },
    };
    xpath::read(xml, names, options)
}

impl Instance {
    /// The submission: every relevant node, as XML.
    pub fn submission(&self) -> String {
        self.write_xml(|flags| flags.contains(Flags::RELEVANT))
    }

    /// Everything, relevant or not, as XML.
    pub fn whole_xml(&self) -> String {
        self.write_xml(|_| true)
    }

    fn write_xml(&self, wanted: impl Fn(Flags) -> bool) -> String {
        let (tree, names) = (self.tree(), &self.form().names);
        let Some(root) = tree.root_element() else {
            return String::new();
        };
        let mut xml = String::new();
        let name_of = |node: NodeIx| {
            tree.name(node)
                .map_or_else(String::new, |name| names.qualified(name))
        };
        let mut work = vec![Step::Open(root)];
        while let Some(step) = work.pop() {
            match step {
                Step::Close(node) => {
                    xml.push_str("</");
                    xml.push_str(&name_of(node));
                    xml.push('>');
                }
                Step::Open(node) => {
                    if tree.kind(node) != NodeKind::Element || !wanted(self.flags(node)) {
                        continue;
                    }
                    xml.push('<');
                    xml.push_str(&name_of(node));
                    if node == root {
                        for (prefix, uri) in self.namespaces(&wanted) {
                            xml.push_str(" xmlns");
                            if !prefix.is_empty() {
                                xml.push(':');
                                xml.push_str(&prefix);
                            }
                            xml.push_str("=\"");
                            escape(&uri, true, &mut xml);
                            xml.push('"');
                        }
                    }
                    for attribute in tree.attributes(node) {
                        if !wanted(self.flags(attribute)) {
                            continue;
                        }
                        xml.push(' ');
                        xml.push_str(&name_of(attribute));
                        xml.push_str("=\"");
                        escape(tree.text(attribute), true, &mut xml);
                        xml.push('"');
                    }
                    if tree.first_child(node).is_some() {
                        work.push(Step::Close(node));
                        let first = work.len();
                        work.extend(
                            tree.children(node)
                                .filter(|child| {
                                    tree.kind(*child) == NodeKind::Element
                                        && wanted(self.flags(*child))
                                })
                                .map(Step::Open),
                        );
                        if work.len() == first {
                            work.pop();
                            xml.push_str("/>");
                        } else {
                            xml.push('>');
                            work[first..].reverse();
                        }
                    } else if tree.text(node).is_empty() {
                        xml.push_str("/>");
                    } else {
                        xml.push('>');
                        escape(tree.text(node), false, &mut xml);
                        xml.push_str("</");
                        xml.push_str(&name_of(node));
                        xml.push('>');
                    }
                }
            }
        }
        xml
    }

    /// The prefixes the submission uses, each with its namespace, by prefix.
    fn namespaces(&self, wanted: &impl Fn(Flags) -> bool) -> Vec<(String, String)> {
        let form = self.form();
        let names = &form.names;
        let mut used: Vec<(String, String)> = Vec::new();
        let root_namespace = names.namespace(form.def(crate::DefId::ROOT).name);
        if names.prefix(form.def(crate::DefId::ROOT).name).is_empty()
            && !matches!(root_namespace, "" | XFORMS)
        {
            used.push((String::new(), root_namespace.to_owned()));
        }
        for id in form.def_ids() {
            let def = form.def(id);
            let prefix = names.prefix(def.name);
            if prefix.is_empty() || used.iter().any(|(known, _)| known == prefix) {
                continue;
            }
            let shown = self
                .nodes_of(id)
                .into_iter()
                .any(|node| self.is_there(node) && wanted(self.flags_of(node)));
            if shown || (def.kind == DefKind::Group && names.namespace(def.name) == OPENROSA) {
                used.push((prefix.to_owned(), names.namespace(def.name).to_owned()));
            }
        }
        used.sort();
        used
    }
}

/// What is still to be written.
enum Step {
    Open(NodeIx),
    Close(NodeIx),
}

/// Escapes what XML gives a meaning of its own.
fn escape(text: &str, attribute: bool, into: &mut String) {
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' if attribute => into.push_str("&quot;"),
            '\n' | '\t' if attribute => {
                into.push_str(if character == '\n' { "&#10;" } else { "&#9;" });
            }
            '\r' => into.push_str("&#13;"),
            // Not part of any XML document.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => into.push(other),
        }
    }
}
