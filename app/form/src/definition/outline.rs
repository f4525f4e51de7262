//! A builder's definition laid flat, so that a node of the compiled form is found in it as its author wrote it.

use super::{Calculation, ChoiceDefinition, FormDefinition, Group, Node, Question, Repeat};
use crate::form::{DefId, DefKind, Form};
use crate::{Instance, NodeId, Texts};

/// A node as its author wrote it.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    pub id: DefId,
    pub name: &'a str,
    pub label: &'a Texts,
    pub what: What<'a>,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    Group(&'a Group),
    Repeat(&'a Repeat),
    Question(&'a Question),
    Calculation(&'a Calculation),
}

/// For each definition where it stands: its parent, and its place among that one's children.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    places: Vec<Option<(DefId, u32)>>,
}

impl Outline {
    /// The places of a builder's nodes; attributes have none.
    pub fn of(form: &Form) -> Self {
        let mut places = vec![None; form.defs.len()];
        let mut counts = vec![0_u32; form.defs.len()];
        for id in form.def_ids() {
            let def = form.def(id);
            if let (Some(parent), false) = (def.parent, def.kind == DefKind::Attribute) {
                let count = &mut counts[parent.index()];
                places[id.index()] = Some((parent, *count));
                *count += 1;
            }
        }
        Self { places }
    }

    fn find<'d>(&self, definition: &'d FormDefinition, id: DefId) -> Option<&'d Node> {
        // The way down from the top level, by the places on the way up.
        let mut way = Vec::new();
        let mut at = id;
        while let Some(Some((parent, place))) = self.places.get(at.index()) {
            way.push(*place as usize);
            at = *parent;
        }
        let mut children = &definition.children;
        let mut found = None;
        for place in way.into_iter().rev() {
            let node = children.get(place)?;
            found = Some(node);
            if let Node::Group(Group {
                children: inner, ..
            })
            | Node::Repeat(Repeat {
                children: inner, ..
            }) = node
            {
                children = inner;
            }
        }
        found
    }
}

impl Form {
    /// A node as the builder wrote it; nothing for what no builder wrote: the root, attributes, forms from XML.
    pub fn node(&self, id: DefId) -> Option<NodeRef<'_>> {
        let node = self.outline.find(&self.definition, id)?;
        let (name, label, what) = match node {
            Node::Group(group) => (&group.name, &group.label, What::Group(group)),
            Node::Repeat(repeat) => (&repeat.name, &repeat.label, What::Repeat(repeat)),
            Node::Question(question) => (&question.name, &question.label, What::Question(question)),
            Node::Calculation(calculation) => (
                &calculation.name,
                &calculation.label,
                What::Calculation(calculation),
            ),
        };
        Some(NodeRef {
            id,
            name,
            label,
            what,
        })
    }

    /// The choices of a question, as the builder wrote them; none for any other node.
    pub fn choices(&self, id: DefId) -> &[ChoiceDefinition] {
        self.question(id)
            .and_then(|question| self.definition.choice_lists.get(question.choices.as_ref()?))
            .map_or(&[], Vec::as_slice)
    }

    /// The question at a definition, as the builder wrote it.
    pub fn question(&self, id: DefId) -> Option<&Question> {
        match self.node(id)?.what {
            What::Question(question) => Some(question),
            _ => None,
        }
    }
}

impl Instance {
    /// The question a node is, as the builder wrote it.
    pub fn question(&self, node: NodeId) -> Option<&Question> {
        self.form().question(self.def(node))
    }
}
