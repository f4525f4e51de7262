//! One filling-in of a form: its answers and everything that follows from them.

mod pending;
mod recompute;
mod resume;
pub(crate) mod state;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Answers, Choice, Form, NodeId, Texts, Value, ValueError, Violation, ViolationKind, What,
    expression::Operand,
    form::{ChoiceValues, NodeKind},
    score::ItemOutcome,
};
use pending::Pending;
use state::NodeState;

/// What the form cannot know by itself: the clock of the place where it is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Session {
    /// Local date, `YYYY-MM-DD`.
    pub today: String,
    /// Local date and time, `YYYY-MM-DDThh:mm:ss`, with or without fraction and offset.
    pub now: String,
}

/// A form being filled in.
#[derive(Clone, Debug)]
pub struct Instance {
    form: Arc<Form>,
    session: Session,
    states: Vec<NodeState>,
    pending: Pending,
    /// Room for evaluation, kept from one to the next.
    stack: Vec<Operand>,
}

/// What a person does to an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Gives a question an answer; [`Value::Empty`] takes it back.
    Answer { node: NodeId, value: Value },
}

/// Why an edit was not made; the instance is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the form has no such node")]
    UnknownNode,
    #[error("only questions are answered")]
    NotAQuestion,
    #[error("the value is calculated")]
    Calculated,
    #[error("the question is read-only")]
    Readonly,
    #[error(transparent)]
    Value(#[from] ValueError),
}

impl EditError {
    /// The reason in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::UnknownNode => "表单没有此节点",
            Self::NotAQuestion => "只有问题可以回答",
            Self::Calculated => "此值由计算得出",
            Self::Readonly => "此项只读",
            Self::Value(error) => return error.texts(),
        };
        Texts::both(chinese, self.to_string())
    }
}

/// What an edit changed of one node: true where the new state differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "one for each thing a page shows"
)]
pub struct Change {
    pub node: NodeId,
    pub value: bool,
    pub relevant: bool,
    pub required: bool,
    pub readonly: bool,
    /// The violation, or that there is none.
    pub validity: bool,
    pub finding: bool,
}

impl Change {
    fn is_any(&self) -> bool {
        self.value
            || self.relevant
            || self.required
            || self.readonly
            || self.validity
            || self.finding
    }
}

/// `value` if every choice in it is on the list; a value of another kind has nothing to look for.
pub(crate) fn on_the_list(value: Value, list: Option<&ChoiceValues>) -> Result<Value, ValueError> {
    let Some(list) = list else {
        return Ok(value);
    };
    let chosen = match &value {
        Value::Choice(one) => std::slice::from_ref(one),
        Value::Choices(several) => several.as_slice(),
        _ => &[],
    };
    match chosen.iter().find(|choice| !list.contains(choice)) {
        Some(unknown) => Err(ValueError::UnknownChoice(unknown.clone())),
        None => Ok(value),
    }
}

impl Instance {
    /// A new instance with the form's defaults, everything computed.
    pub fn new(form: Arc<Form>, session: Session) -> Self {
        let mut instance = Self::blank(form, session);
        for (state, node) in instance.states.iter_mut().zip(&instance.form.nodes) {
            state.value.clone_from(&node.default);
        }
        instance.recompute_all();
        instance
    }

    fn blank(form: Arc<Form>, session: Session) -> Self {
        let pending = Pending::none(form.dependencies.len());
        Self {
            states: vec![NodeState::default(); form.nodes.len()],
            form,
            session,
            pending,
            stack: Vec::new(),
        }
    }

    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Makes an edit and computes what depends on it. Gives every node of which anything changed, in document order; the
    /// answer to an irrelevant question is taken as well, and kept until it counts.
    pub fn apply(&mut self, edit: Edit) -> Result<Vec<Change>, EditError> {
        let Edit::Answer { node: id, value } = edit;
        let node = self
            .form
            .nodes
            .get(id.index())
            .ok_or(EditError::UnknownNode)?;
        let NodeKind::Question(kind) = node.kind else {
            return Err(EditError::NotAQuestion);
        };
        if node.calculate.is_some() {
            return Err(EditError::Calculated);
        }
        let value = on_the_list(value.fit(kind)?, self.choice_values(id))?;
        if self.states[id.index()].value == value {
            return Ok(Vec::new());
        }
        if self.states[id.index()].readonly {
            return Err(EditError::Readonly);
        }
        self.states[id.index()].value = value;
        self.value_changed(id);
        Ok(self.settle())
    }

    fn choice_values(&self, id: NodeId) -> Option<&ChoiceValues> {
        let list = self.form.nodes.get(id.index())?.choices?;
        self.form.choice_values.get(list as usize)
    }

    pub(crate) fn state(&self, id: NodeId) -> Option<&NodeState> {
        self.states.get(id.index())
    }

    pub(crate) fn outcome(&self, id: NodeId) -> ItemOutcome {
        self.state(id)
            .map_or(ItemOutcome::None, |state| state.outcome)
    }

    /// Whether a relevant question waits for a person, answered or not.
    pub fn is_asked(&self, id: NodeId) -> bool {
        self.relevant(id) && self.form.nodes[id.index()].is_answerable()
    }

    /// The value of a node, kept while it is irrelevant; empty for a group.
    pub fn value(&self, id: NodeId) -> &Value {
        self.state(id).map_or(&Value::Empty, |state| &state.value)
    }

    /// Whether a node and every group around it is relevant.
    pub fn relevant(&self, id: NodeId) -> bool {
        self.state(id).is_some_and(|state| state.relevant)
    }

    pub fn required(&self, id: NodeId) -> bool {
        self.state(id).is_some_and(|state| state.required)
    }

    /// Whether nobody may answer: declared so, calculated, or a note.
    pub fn readonly(&self, id: NodeId) -> bool {
        self.state(id).is_some_and(|state| state.readonly)
    }

    /// What is wrong with the answer of a node; nothing while it is irrelevant.
    pub fn violation(&self, id: NodeId) -> Option<ViolationKind> {
        self.state(id).and_then(|state| state.violation)
    }

    /// The choices of a select; none for any other node.
    pub fn choices(&self, id: NodeId) -> &[Choice] {
        self.form.choices(id)
    }

    /// Every value that is not empty, those of irrelevant nodes included: what to keep between two sittings.
    pub fn draft(&self) -> Answers {
        self.answers(|_| true)
    }

    /// Every value of a relevant node that is not empty, calculations included: what to hand in.
    pub fn submission(&self) -> Answers {
        self.answers(|state| state.relevant)
    }

    fn answers(&self, wanted: impl Fn(&NodeState) -> bool) -> Answers {
        // By name, so that the map is built from a sorted run.
        let sorted: BTreeMap<String, String> = self
            .form
            .by_name
            .iter()
            .map(|id| (&self.form.nodes[id.index()], &self.states[id.index()]))
            .filter(|(_, state)| !state.value.is_empty() && wanted(state))
            .map(|(node, state)| (node.name.to_string(), state.value.write()))
            .collect();
        Answers(sorted)
    }

    /// What keeps the instance from being complete, in document order.
    pub fn violations(&self) -> Vec<Violation> {
        self.form
            .node_ids()
            .filter_map(|node| {
                let kind = self.violation(node)?;
                Some(Violation {
                    node,
                    kind,
                    message: self.message(node, kind),
                })
            })
            .collect()
    }

    fn message(&self, node: NodeId, kind: ViolationKind) -> Texts {
        let own = match (self.form.node(node).what, kind) {
            (What::Question(question), ViolationKind::Required) => &question.bind.required_message,
            (What::Question(question), ViolationKind::Constraint) => {
                &question.bind.constraint_message
            }
            _ => return kind.message(),
        };
        if own.is_empty() {
            kind.message()
        } else {
            own.clone()
        }
    }
}
