//! From a form's XML to its parts. Everything wrong is reported, with line and element, not only the first thing.

use xpath::{
    Limits, NameId, Names, Namespaces, NodeIx, NodeKind, ReadOptions, Texts as TextNodes, Tree,
};

use super::{bind, body, secondary, text};
use crate::definition_error::{DefinitionError, DefinitionFault};
use crate::source::{Place, Source, Translations};
use crate::{Attachments, limits};

/// Namespace of `XForms` elements.
pub(crate) const XFORMS: &str = "http://www.w3.org/2002/xforms";
/// Namespace of `JavaRosa`'s attributes and functions.
pub(crate) const JAVAROSA: &str = "http://openrosa.org/javarosa";
/// Namespace of `OpenRosa` metadata.
pub(crate) const OPENROSA: &str = "http://openrosa.org/xforms";
/// Namespace of ODK's own elements and attributes.
pub(crate) const ODK: &str = "http://www.opendatakit.org/xforms";
/// Namespace of what makes a question an item of a checklist; other tools pass it over.
pub(crate) const CHECK: &str = "https://dubang.org/xforms/check";

/// A form's document while it is read, with what is wrong in it so far.
pub(crate) struct Reading<'d> {
    pub names: Names,
    pub document: &'d Tree,
    pub errors: Vec<DefinitionError>,
    pub warnings: Vec<DefinitionError>,
}

impl<'d> Reading<'d> {
    pub fn place(&self, node: NodeIx) -> Place<'d> {
        Place {
            line: self.document.line(node),
            element: self.document.name(node),
            ..Place::default()
        }
    }

    /// The element with what it refers to, for an error.
    pub fn place_of(&self, node: NodeIx, reference: &'d str) -> Place<'d> {
        Place {
            subject: Some(reference),
            ..self.place(node)
        }
    }

    pub fn error(&mut self, place: Place, what: DefinitionFault) {
        let error = DefinitionError::at(place, &self.names, what);
        self.errors.push(error);
    }

    pub fn warn(&mut self, place: Place, what: DefinitionFault) {
        let warning = DefinitionError::at(place, &self.names, what);
        self.warnings.push(warning);
    }

    /// Local name of an element, whatever its namespace: forms in the wild declare several for the same vocabulary.
    pub fn local(&self, node: NodeIx) -> &str {
        self.document
            .name(node)
            .map_or("", |name| self.names.local(name))
    }

    pub fn namespace(&self, node: NodeIx) -> &str {
        self.document
            .name(node)
            .map_or("", |name| self.names.namespace(name))
    }

    pub fn elements(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + use<'d> {
        let document = self.document;
        document
            .children(node)
            .filter(move |child| document.kind(*child) == NodeKind::Element)
    }

    pub fn child(&self, node: NodeIx, local: &str) -> Option<NodeIx> {
        self.elements(node)
            .find(|child| self.local(*child) == local)
    }

    /// An attribute without namespace.
    pub fn plain(&self, node: NodeIx, local: &str) -> Option<&'d str> {
        self.attribute(node, "", local)
    }

    pub fn attribute(&self, node: NodeIx, namespace: &str, local: &str) -> Option<&'d str> {
        let is_it =
            |name| self.names.local(name) == local && self.names.namespace(name) == namespace;
        self.attributes(node)
            .find_map(|(name, value)| is_it(name).then_some(value))
    }

    pub fn attributes(&self, node: NodeIx) -> impl Iterator<Item = (NameId, &'d str)> + use<'d> {
        let document = self.document;
        document.attributes(node).filter_map(move |attribute| {
            Some((document.name(attribute)?, document.text(attribute)))
        })
    }
}

/// A form's document.
pub(crate) fn document(xml: &str, names: &mut Names) -> Result<Tree, Vec<DefinitionError>> {
    let options = ReadOptions {
        texts: TextNodes::Inline,
        keep_comments: false,
        limits: Limits {
            bytes: limits::MAX_FORM_BYTES,
            nodes: limits::MAX_XML_NODES,
            depth: limits::MAX_XML_DEPTH,
        },
    };
    xpath::read(xml, names, options).map_err(|error| {
        vec![DefinitionError {
            node: String::new(),
            line: error.line,
            part: None,
            what: DefinitionFault::Xml(error),
        }]
    })
}

/// Reads a form from its document, which has these names; gives its parts and what is doubtful about it, or everything that is
/// wrong with it.
pub(crate) fn read<'d>(
    document: &'d Tree,
    names: Names,
    attachments: &Attachments,
) -> Result<(Source<'d>, Vec<DefinitionError>), Vec<DefinitionError>> {
    let mut reading = Reading {
        names,
        document,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let source = read_document(&mut reading, attachments);
    match source {
        Some(source) if reading.errors.is_empty() => Ok((source, reading.warnings)),
        _ => Err(reading.errors),
    }
}

fn read_document<'d>(reading: &mut Reading<'d>, attachments: &Attachments) -> Option<Source<'d>> {
    let html = reading.document.root_element()?;
    let head = reading.child(html, "head");
    let model = head.and_then(|head| reading.child(head, "model"));
    let Some((head, model)) = head.zip(model) else {
        let place = reading.place(html);
        reading.error(place, DefinitionFault::MissingElement { name: "model" });
        return None;
    };
    let title = reading
        .child(head, "title")
        .map_or_else(String::new, |title| {
            reading.document.string_value(title).trim().to_owned()
        });
    let (namespaces, declares_openrosa) = namespaces(reading, model);

    let instances: Vec<NodeIx> = reading
        .elements(model)
        .filter(|child| reading.local(*child) == "instance")
        .collect();
    let primary = instances
        .first()
        .and_then(|instance| reading.elements(*instance).next());
    let Some(primary) = primary else {
        let place = reading.place(model);
        reading.error(place, DefinitionFault::MissingElement { name: "instance" });
        return None;
    };
    check_submission_element(reading, model);

    let translations = reading
        .child(model, "itext")
        .map_or_else(Translations::default, |itext| {
            text::translations(reading, itext)
        });
    let secondary = secondary::read(reading, &instances[1..], attachments);
    let binds = bind::binds(reading, model);
    let mut body = body::Body::default();
    body.model_actions(reading, model);
    if let Some(element) = reading.child(html, "body") {
        body.read(reading, element);
    }

    let mut tree = Tree::new();
    let root = copy(reading.document, primary, &mut tree, NodeIx::DOCUMENT);
    Some(Source {
        names: std::mem::take(&mut reading.names),
        namespaces,
        declares_openrosa,
        title,
        primary: tree,
        root,
        binds,
        controls: body.controls,
        actions: body.actions,
        instances: secondary,
        translations,
    })
}

/// Prefixes that expressions may use: those in scope at the model, and the customary ones where the form declares none.
#[inline(never)]
fn namespaces(reading: &Reading, model: NodeIx) -> (Namespaces, bool) {
    let mut declares_openrosa = false;
    let mut namespaces = Namespaces::new();
    for (prefix, uri) in [
        ("jr", JAVAROSA),
        ("orx", OPENROSA),
        ("odk", ODK),
        ("xsd", "http://www.w3.org/2001/XMLSchema"),
    ] {
        namespaces.bind(prefix, uri);
    }
    let mut scopes = vec![model];
    while let Some(parent) = reading.document.parent(scopes[scopes.len() - 1]) {
        scopes.push(parent);
    }
    for scope in scopes.into_iter().rev() {
        let declared: Vec<NodeIx> = reading.document.namespaces(scope).collect();
        for namespace in declared {
            let prefix = reading
                .document
                .name(namespace)
                .map_or("", |name| reading.names.local(name));
            declares_openrosa |= prefix == "orx";
            if !prefix.is_empty() {
                namespaces.bind(prefix, reading.document.text(namespace));
            }
        }
    }
    (namespaces.with_default(Some(XFORMS)), declares_openrosa)
}

/// Only sending by POST is defined.
fn check_submission_element(reading: &mut Reading, model: NodeIx) {
    let Some(submission) = reading.child(model, "submission") else {
        return;
    };
    let method = reading.plain(submission, "method").unwrap_or_default();
    if !matches!(method.trim(), "" | "post" | "form-data-post") {
        let place = reading.place(submission);
        reading.error(place, DefinitionFault::SubmissionMethod(method.to_owned()));
    }
}

/// Copies an element with everything in it to the end of another one. Gives the copy.
#[inline(never)]
pub(crate) fn copy(from: &Tree, element: NodeIx, into: &mut Tree, parent: NodeIx) -> NodeIx {
    let mut top = None;
    let mut work = vec![(element, parent)];
    while let Some((node, parent)) = work.pop() {
        match from.kind(node) {
            NodeKind::Element => {
                let Some(name) = from.name(node) else {
                    continue;
                };
                let made = into.append_element(parent, name);
                into.set_line(made, from.line(node));
                top.get_or_insert(made);
                for attribute in from.attributes(node) {
                    if let Some(name) = from.name(attribute) {
                        into.set_attribute(made, name, from.text(attribute));
                    }
                }
                if from.first_child(node).is_none() {
                    into.set_text(made, from.text(node));
                }
                let first = work.len();
                work.extend(from.children(node).map(|child| (child, made)));
                work[first..].reverse();
            }
            // White space between elements is layout.
            NodeKind::Text if !from.text(node).trim().is_empty() => {
                into.append_text(parent, from.text(node));
            }
            _ => {}
        }
    }
    top.unwrap_or(parent)
}
