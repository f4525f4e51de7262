//! A definition compiled: nodes in document order, expressions ready to run, the order of recomputation known.

use serde::{Deserialize, Serialize};

use crate::{
    Texts, Value,
    definition::{Calculation, Choice, FormDefinition, Group, Node, Question, QuestionKind},
    definition_error::DefinitionError,
    dependency::Dependencies,
    expression::Expression,
};

/// A node of one form, by its place in document order. It means nothing in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(u32);

impl NodeId {
    /// The place in document order, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Forms have at most [`crate::limits::MAX_NODES`] nodes.
    pub(crate) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// A compiled form. It never changes, and is shared between instances.
#[derive(Debug)]
pub struct Form {
    pub(crate) definition: FormDefinition,
    pub(crate) nodes: Vec<CompiledNode>,
    pub(crate) dependencies: Dependencies,
    pub(crate) choice_values: Vec<ChoiceValues>,
    /// Every node, sorted by name.
    pub(crate) by_name: Vec<NodeId>,
    pub(crate) sections: Vec<Section>,
    pub(crate) items: Vec<NodeId>,
}

/// A group on the top level with everything in it, in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub id: NodeId,
    pub nodes: Vec<NodeId>,
}

/// A node as its author wrote it, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    pub id: NodeId,
    pub name: &'a str,
    pub label: &'a Texts,
    /// The group it is in; `None` on the top level.
    pub parent: Option<NodeId>,
    pub what: What<'a>,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    Group(&'a Group),
    Question(&'a Question),
    Calculation(&'a Calculation),
}

#[derive(Debug)]
pub(crate) struct CompiledNode {
    pub name: Box<str>,
    pub parent: Option<NodeId>,
    /// Its place among the children of its parent.
    pub place: u32,
    /// One past its last descendant.
    pub end: u32,
    pub kind: NodeKind,
    /// Which of `Form::choice_values` it chooses from.
    pub choices: Option<u32>,
    pub default: Value,
    pub relevant: Option<Expression>,
    pub calculate: Option<Expression>,
    pub bind: Option<Box<CompiledBind>>,
    pub check: Option<Box<CompiledCheck>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Group,
    Question(QuestionKind),
    Calculation,
}

#[derive(Debug, Default)]
pub(crate) struct CompiledBind {
    pub required: Option<Expression>,
    pub constraint: Option<Expression>,
    pub readonly: Option<Expression>,
    /// Readonly does not depend on any answer.
    pub readonly_is_constant: bool,
}

#[derive(Debug)]
pub(crate) struct CompiledCheck {
    pub weight: f64,
    pub critical: bool,
    pub finding: Option<Expression>,
    pub score: Option<Expression>,
}

/// The values of a choice list, sorted.
#[derive(Debug)]
pub(crate) struct ChoiceValues {
    pub list: Box<str>,
    pub sorted: Vec<Box<str>>,
}

impl ChoiceValues {
    pub fn contains(&self, value: &str) -> bool {
        self.sorted
            .binary_search_by(|probe| probe.as_ref().cmp(value))
            .is_ok()
    }
}

impl CompiledNode {
    /// Whether a person answers it: a question that is no note and not calculated.
    pub fn is_answerable(&self) -> bool {
        self.calculate.is_none()
            && matches!(self.kind, NodeKind::Question(kind) if kind != QuestionKind::Note)
    }
}

impl Form {
    /// Compiles a definition, or says everything that is wrong with it.
    pub fn compile(definition: FormDefinition) -> Result<Self, Vec<DefinitionError>> {
        crate::compile::compile(definition)
    }

    pub fn definition(&self) -> &FormDefinition {
        &self.definition
    }

    /// Every node in document order.
    pub fn node_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<> {
        (0..self.nodes.len()).map(NodeId::at)
    }

    /// The node as its author wrote it. Panics if `id` comes from a larger form.
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        // The way down from the top level, by the places on the way up.
        let mut places = vec![self.nodes[id.index()].place];
        let mut parent = self.nodes[id.index()].parent;
        while let Some(group) = parent {
            places.push(self.nodes[group.index()].place);
            parent = self.nodes[group.index()].parent;
        }
        let mut children = &self.definition.children;
        let mut what = None;
        for place in places.into_iter().rev() {
            what = Some(match &children[place as usize] {
                Node::Group(group) => {
                    children = &group.children;
                    What::Group(group)
                }
                Node::Question(question) => What::Question(question),
                Node::Calculation(calculation) => What::Calculation(calculation),
            });
        }
        let what = what.expect("a node has at least its own place");
        let (name, label) = match what {
            What::Group(group) => (&group.name, &group.label),
            What::Question(question) => (&question.name, &question.label),
            What::Calculation(calculation) => (&calculation.name, &calculation.label),
        };
        NodeRef {
            id,
            name,
            label,
            parent: self.nodes[id.index()].parent,
            what,
        }
    }

    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.by_name
            .binary_search_by(|id| self.nodes[id.index()].name.as_ref().cmp(name))
            .ok()
            .map(|found| self.by_name[found])
    }

    /// Whether a person answers a node: a question that is no note and not calculated.
    pub fn is_answerable(&self, id: NodeId) -> bool {
        self.nodes
            .get(id.index())
            .is_some_and(CompiledNode::is_answerable)
    }

    /// The groups on the top level.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The questions that are items of a checklist, in document order.
    pub fn items(&self) -> &[NodeId] {
        &self.items
    }

    /// The choices of a select; none for any other node.
    pub fn choices(&self, id: NodeId) -> &[Choice] {
        self.nodes
            .get(id.index())
            .and_then(|node| node.choices)
            .and_then(|list| self.choice_values.get(list as usize))
            .and_then(|values| self.definition.choice_lists.get(values.list.as_ref()))
            .map_or(&[], Vec::as_slice)
    }

    /// The nodes in a group (not the group itself), as places in document order.
    pub(crate) fn descendants(&self, id: NodeId) -> std::ops::Range<usize> {
        let end = self
            .nodes
            .get(id.index())
            .map_or(id.index() + 1, |node| node.end as usize);
        id.index() + 1..end
    }

    /// The nodes directly in a group.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let inside = self.descendants(id);
        let mut next = inside.start;
        std::iter::from_fn(move || {
            (next < inside.end).then(|| {
                let child = next;
                next = self.nodes[child].end as usize;
                NodeId::at(child)
            })
        })
    }
}
