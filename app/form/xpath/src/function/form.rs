//! What only the form knows: its texts, choices, version and the device it is on.

use super::{Function as F, call::Outcome};
use crate::{Evaluator, Expr, Value};

impl<'h> Evaluator<'h> {
    pub(super) fn call_form<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        Ok(match (function, arguments) {
            (F::Itext, [id]) => {
                let id = self.text(id)?;
                match self.host.itext_nodes(&id) {
                    Some(nodes) => Value::Nodes(nodes),
                    None => self.host.itext(&id).map_or(Value::from(""), Value::Text),
                }
            }
            (F::ChoiceName, [value, path]) => {
                let (value, path) = (self.text(value)?, self.text(path)?);
                let name = self.host.choice_name(&value, &path, self.node);
                name.unwrap_or_default().into()
            }
            (F::Property, [name]) => {
                let value = self.host.property(&self.text(name)?);
                value.map_or(Value::from(""), Value::Text)
            }
            (F::Version, _) => self.host.session().version.as_str().into(),
            _ => "".into(),
        })
    }
}
