//! Taking up answers that were given before.

use std::sync::Arc;

use super::{Instance, Session, on_the_list};
use crate::{
    AnswerError, AnswerFault, Answers, Form, NodeId, Value, ValueError, definition::QuestionKind,
    form::NodeKind,
};

impl Instance {
    /// An instance with these answers and everything computed from them; defaults are not applied again. Answers of
    /// irrelevant nodes are kept. Given values of calculated nodes are computed anew, but for those of `once()`. What
    /// cannot be taken up is reported by name, the rest is.
    pub fn resume(
        form: Arc<Form>,
        session: Session,
        answers: &Answers,
    ) -> (Self, Vec<AnswerError>) {
        let mut instance = Self::blank(form, session);
        let mut errors = Vec::new();
        for (name, text) in &answers.0 {
            if text.is_empty() {
                continue;
            }
            let taken = match instance.form.find(name) {
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
        instance.recompute_all();
        (instance, errors)
    }

    fn take_up(&mut self, id: NodeId, text: &str) -> Result<(), AnswerFault> {
        let node = &self.form.nodes[id.index()];
        match &node.calculate {
            Some(expression) if !expression.once => return Ok(()),
            _ => {}
        }
        let value = match node.kind {
            NodeKind::Group => return Err(AnswerFault::Group),
            NodeKind::Question(QuestionKind::Note) if node.calculate.is_none() => {
                return Err(ValueError::Note.into());
            }
            NodeKind::Question(kind) if kind != QuestionKind::Note => {
                on_the_list(Value::read(kind, text)?, self.choice_values(id))?
            }
            NodeKind::Question(_) | NodeKind::Calculation => Value::calculated(text)?,
        };
        self.states[id.index()].value = value;
        Ok(())
    }
}
