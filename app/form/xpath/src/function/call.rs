//! Which function is where, and what the families share.

use std::borrow::Cow;

use super::Function as F;
use crate::{EvaluationError, Evaluator, Expr, NodeRef, Value};

pub(crate) type Outcome<T> = Result<T, EvaluationError>;

impl<'h> Evaluator<'h> {
    /// Calls a function with as many arguments as its signature allows.
    pub(crate) fn call<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        match function {
            F::If => self.evaluate(self.branch(arguments)?),
            F::Boolean
            | F::Not
            | F::True
            | F::False
            | F::Lang
            | F::BooleanFromString
            | F::Checklist
            | F::WeightedChecklist => self.call_boolean(function, arguments).map(Value::Boolean),
            F::Last
            | F::Position
            | F::Count
            | F::CountNonEmpty
            | F::Id
            | F::LocalName
            | F::NamespaceUri
            | F::Name
            | F::Current
            | F::Instance
            | F::IndexedRepeat
            | F::PullData
            | F::Once => self.call_node_set(function, arguments),
            F::Itext | F::ChoiceName | F::Property | F::Version => {
                self.call_form(function, arguments)
            }
            F::Selected | F::SelectedAt | F::CountSelected => self.call_select(function, arguments),
            F::Random | F::Randomize | F::Uuid => self.call_random(function, arguments),
            F::Digest | F::Base64Decode => self.call_digest(function, arguments),
            F::Today
            | F::Now
            | F::Date
            | F::DateTime
            | F::DecimalDateTime
            | F::DecimalTime
            | F::FormatDate
            | F::FormatDateTime => self.call_date_time(function, arguments),
            F::Area | F::EnclosedArea | F::Distance | F::Geofence | F::EnclosedWithin => {
                self.call_geo(function, arguments)
            }
            F::String
            | F::Concat
            | F::StartsWith
            | F::EndsWith
            | F::Contains
            | F::SubstringBefore
            | F::SubstringAfter
            | F::Substring
            | F::Substr
            | F::StringLength
            | F::NormalizeSpace
            | F::Translate
            | F::Join
            | F::Regex
            | F::Coalesce => self.call_string(function, arguments),
            _ => self.call_number(function, arguments),
        }
    }

    /// What a function without its optional argument is about: the context node.
    pub(super) fn text_or_context<'e>(&self, argument: Option<&'e Expr>) -> Outcome<Cow<'e, str>>
    where
        'h: 'e,
    {
        match argument {
            Some(argument) => self.text(argument),
            None => Ok(self.node_text(self.node)),
        }
    }

    /// The nodes a function needs, or its complaint.
    pub(super) fn nodes_for(&self, function: F, argument: &Expr) -> Outcome<Vec<NodeRef>> {
        self.nodes(argument).map_err(|error| match error {
            EvaluationError::NotNodes { function: None } => EvaluationError::NotNodes {
                function: Some(function.name()),
            },
            other => other,
        })
    }

    /// The texts of an argument: of nodes one each, otherwise one.
    pub(super) fn each_text(
        &self,
        argument: &Expr,
        visit: &mut dyn FnMut(&str) -> Outcome<()>,
    ) -> Outcome<()> {
        match self.evaluate(argument)? {
            Value::Nodes(nodes) => nodes
                .into_iter()
                .try_for_each(|node| visit(&self.node_text(node))),
            value => visit(&self.text_of(value)),
        }
    }

    /// The numbers of an argument: of nodes one each, otherwise one.
    pub(super) fn numbers(&self, argument: &Expr) -> Outcome<Vec<f64>> {
        Ok(match self.evaluate(argument)? {
            Value::Nodes(nodes) => nodes
                .into_iter()
                .map(|node| self.node_number(node))
                .collect(),
            value => vec![self.number_of(&value)],
        })
    }
}

/// Complains about an argument.
pub(super) fn refuse<T>(function: F, given: &str) -> Outcome<T> {
    Err(EvaluationError::Argument {
        function: function.name(),
        given: given.into(),
    })
}
