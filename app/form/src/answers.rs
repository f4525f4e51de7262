//! Answers as they are stored and sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::form::{BlockId, DefKind};
use crate::instance::{Instance, NodeId, Session};
use crate::{Form, QuestionKind, Texts, Value, ValueError, Violation, ViolationKind};

/// Lexical values by name; only those that are not empty. A node in a repeat is named with the instances it is in, from the
/// outermost on: `ward[2]/bed[1]/occupied`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

/// How many instances each repeat has that a person adds to and takes from, by the name it has in the instances it is in
/// (`ward[2]/bed`). Answers alone do not tell: an instance may have none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct InstanceCounts(pub BTreeMap<String, u32>);

impl InstanceCounts {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An answer that could not be taken up, by the name it was given under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {what}")]
pub struct AnswerError {
    pub name: String,
    pub what: AnswerFault,
}

/// Why an answer could not be taken up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    #[error("the form has no node of this name")]
    UnknownName,
    #[error("a group takes no answer")]
    Group,
    #[error(transparent)]
    Value(#[from] ValueError),
}

impl AnswerFault {
    /// The fault in both languages.
    pub fn texts(&self) -> Texts {
        match self {
            Self::UnknownName => Texts::both("表单没有此名称的节点", self.to_string()),
            Self::Group => Texts::both("分组不接受回答", self.to_string()),
            Self::Value(error) => error.texts(),
        }
    }
}

impl Instance {
    /// The name an answer of a node is stored under.
    pub fn name(&self, node: NodeId) -> String {
        let own = self.form().name(self.def(node));
        let mut steps = vec![own.to_owned()];
        let mut next = self.parent(node);
        while let Some(around) = next {
            if let Some(position) = self.instance_position(around) {
                let name = self.form().name(self.def(around));
                steps.push(format!("{name}[{position}]"));
            }
            next = self.parent(around);
        }
        steps.reverse();
        steps.join("/")
    }

    /// The node an answer is stored under a name for.
    pub fn named(&self, name: &str) -> Option<NodeId> {
        let (instances, own) = match name.rsplit_once('/') {
            Some((instances, own)) => (Some(instances), own),
            None => (None, name),
        };
        match instances {
            Some(instances) => self.inside(self.instance_named(instances)?, own),
            None => self.find_name(own),
        }
    }

    /// An instance in instances: `ward[2]/bed[1]`.
    fn instance_named(&self, steps: &str) -> Option<NodeId> {
        let mut around = self.root();
        for step in steps.split('/') {
            let (repeat, position) = step.strip_suffix(']')?.split_once('[')?;
            let position: usize = position.parse().ok()?;
            let repeat = self.inside(around, repeat)?;
            around = *self.children(repeat).get(position.checked_sub(1)?)?;
        }
        Some(around)
    }

    /// The node of a name inside another one, not inside instances of a repeat in it.
    fn inside(&self, around: NodeId, name: &str) -> Option<NodeId> {
        let mut work = self.children(around);
        work.reverse();
        while let Some(node) = work.pop() {
            if self.form().name(self.def(node)) == name {
                return Some(node);
            }
            if !self.is_repeat(node) {
                let first = work.len();
                work.extend(self.children(node));
                work[first..].reverse();
            }
        }
        None
    }

    /// Every value that is not empty and cannot be computed anew, those of irrelevant nodes included: what to keep between two sittings.
    pub fn draft(&self) -> Answers {
        self.answers(|node| self.is_drafted(node))
    }

    /// How many instances repeats have: to keep with a [draft](Instance::draft).
    pub fn counts(&self) -> InstanceCounts {
        // Most forms have no repeats, and some thousands of nodes.
        let nodes = if self.form().has_repeats() {
            self.nodes()
        } else {
            Vec::new()
        };
        let repeats = nodes.into_iter();
        let free = repeats.filter(|node| self.is_repeat(*node) && !self.count_controlled(*node));
        let counted = free.map(|repeat| {
            let count = u32::try_from(self.count(repeat));
            (self.name(repeat), count.unwrap_or(u32::MAX))
        });
        InstanceCounts(counted.collect())
    }

    /// Those of the [counts](Instance::counts) that these answers do not tell by themselves: to hand in with them.
    pub fn untold_counts(&self, answers: &Answers) -> InstanceCounts {
        let mut counts = self.counts();
        if !counts.is_empty() {
            let (told, _) = Self::resume(Arc::clone(self.form()), self.session().clone(), answers);
            let told = told.counts();
            counts
                .0
                .retain(|repeat, count| told.0.get(repeat) != Some(count));
        }
        counts
    }

    /// Whether a draft has the value of a node: [`Instance::resume`] computes what is calculated, but for what is calculated `once()`. In an
    /// instance of a repeat it has that as well: it says that the instance is there.
    pub fn is_drafted(&self, node: NodeId) -> bool {
        let def = self.form().def(self.def(node));
        !def.calculate || def.once || def.block != BlockId::ROOT
    }

    /// Every value of a relevant node that is not empty, calculations included: what to hand in.
    pub fn given(&self) -> Answers {
        self.answers(|node| self.relevant(node))
    }

    fn answers(&self, wanted: impl Fn(NodeId) -> bool) -> Answers {
        let nodes = self.nodes().into_iter();
        Answers(
            nodes
                .filter(|node| {
                    self.form().def(self.def(*node)).kind == DefKind::Leaf
                        && !self.kept(*node).is_empty()
                        && wanted(*node)
                })
                .map(|node| (self.name(node), self.kept(node).to_owned()))
                .collect(),
        )
    }

    /// The value of a node as the kind of its question has it; of a calculation as a number where it is one.
    pub fn answer(&self, node: NodeId) -> Value {
        let kept = self.kept(node);
        let read = match self.form().question_kind(self.def(node)) {
            Some(kind) if kind != QuestionKind::Note => Value::read(kind, kept),
            _ => Value::calculated(kept),
        };
        read.unwrap_or_else(|_| Value::Text(kept.to_owned()))
    }

    /// Whether an answer fits a question: its kind, and the choices it has.
    pub fn fits(&self, node: NodeId, text: &str) -> Result<Value, ValueError> {
        let Some(kind) = self.form().question_kind(self.def(node)) else {
            return Value::calculated(text);
        };
        let value = Value::read(kind, text)?;
        let chosen = match &value {
            Value::Choice(one) => std::slice::from_ref(one),
            Value::Choices(several) => several.as_slice(),
            _ => &[],
        };
        match chosen.iter().find(|choice| !self.offers(node, choice)) {
            Some(unknown) => Err(ValueError::UnknownChoice(unknown.clone())),
            None => Ok(value),
        }
    }

    /// What keeps the instance from being complete, in document order.
    pub fn violations(&self) -> Vec<Violation> {
        self.nodes()
            .into_iter()
            .filter_map(|node| {
                let kind = self.violation(node)?;
                Some(Violation {
                    node,
                    kind,
                    message: self.violation_texts(node, kind),
                })
            })
            .collect()
    }

    /// What to tell a person of a violation: the author's message, or one of the engine's.
    pub fn violation_texts(&self, node: NodeId, kind: ViolationKind) -> Texts {
        let mut own = Texts::default();
        for language in [crate::CHINESE, crate::ENGLISH] {
            if let Some(text) = self.message_in(node, language) {
                own = own.with(language, text);
            }
        }
        if own.is_empty() { kind.message() } else { own }
    }

    /// An instance with these answers and everything computed from them; initial values are not applied again. Answers of
    /// irrelevant nodes are kept. Given values of calculated nodes are computed anew, but for those of `once()`. What cannot be
    /// taken up is reported by name, the rest is.
    pub fn resume(
        form: Arc<Form>,
        session: Session,
        answers: &Answers,
    ) -> (Self, Vec<AnswerError>) {
        Self::resume_as_left(form, session, answers, &InstanceCounts::default())
    }

    /// The same with the instances that repeats had: also those without answers, and without those that were taken out of what every
    /// instance of the form begins with. An instance that has an answer is there whatever is counted; of a repeat that is not counted,
    /// the answers tell.
    pub fn resume_as_left(
        form: Arc<Form>,
        session: Session,
        answers: &Answers,
        counts: &InstanceCounts,
    ) -> (Self, Vec<AnswerError>) {
        let mut instance = Self::without_values(Arc::clone(&form), session);
        let mut errors = Vec::new();
        // A repeat comes before those in its instances, as their names begin with its own.
        for (name, count) in &counts.0 {
            instance.set_count(name, *count as usize);
        }
        for (name, text) in answers.0.iter().filter(|(_, text)| !text.is_empty()) {
            instance.make_room(name);
            let taken = match instance.named(name) {
                Some(node) => instance.take_up(node, text),
                None => Err(AnswerFault::UnknownName),
            };
            if let Err(what) = taken {
                errors.push(AnswerError {
                    name: name.clone(),
                    what,
                });
            }
        }
        (instance.complete(), errors)
    }

    fn take_up(&mut self, node: NodeId, text: &str) -> Result<(), AnswerFault> {
        let form = Arc::clone(self.form());
        let def = form.def(self.def(node));
        if def.kind != DefKind::Leaf {
            return Err(AnswerFault::Group);
        }
        if def.calculate && !def.once {
            return Ok(());
        }
        if def.question == Some(QuestionKind::Note) && !def.calculate {
            return Err(ValueError::Note.into());
        }
        let value = if def.calculate {
            Value::calculated(text)?
        } else {
            self.fits(node, text)?
        };
        self.put(node, &value.text());
        Ok(())
    }

    /// Has a repeat that a person adds to have so many instances, the last of them blank.
    fn set_count(&mut self, name: &str, count: usize) {
        let (around, own) = match name.rsplit_once('/') {
            Some((instances, own)) => (self.instance_named(instances), own),
            None => (Some(self.root()), name),
        };
        let repeat = around.and_then(|around| self.inside(around, own));
        let Some(repeat) = repeat.filter(|repeat| self.is_repeat(*repeat)) else {
            return;
        };
        if self.count_controlled(repeat) {
            return;
        }
        let count = count.min(crate::limits::MAX_REPEAT_INSTANCES);
        while self.count(repeat) < count && self.add_blank(repeat) {}
        while self.count(repeat) > count {
            self.remove_last(repeat);
        }
    }

    /// Adds the instances of repeats a name says there are.
    fn make_room(&mut self, name: &str) {
        let Some((instances, _)) = name.rsplit_once('/') else {
            return;
        };
        let mut around = self.root();
        for step in instances.split('/') {
            let wanted = step
                .strip_suffix(']')
                .and_then(|step| step.split_once('['))
                .and_then(|(repeat, position)| {
                    Some((
                        self.inside(around, repeat)?,
                        position.parse::<usize>().ok()?,
                    ))
                });
            let Some((repeat, position)) = wanted else {
                return;
            };
            if position > crate::limits::MAX_REPEAT_INSTANCES || !self.is_repeat(repeat) {
                return;
            }
            while self.count(repeat) < position && self.add_blank(repeat) {}
            match self.children(repeat).get(position.wrapping_sub(1)) {
                Some(instance) => around = *instance,
                None => return,
            }
        }
    }
}
