//! Binds, controls and actions: whose results are computed from which expressions.

use std::borrow::Cow;

use xpath::{Expr, Function, NodeIx, NodeTest, Start};

use super::Compiler;
use super::paths::absolute_text;
use crate::DataType;
use crate::check::CheckRule;
use crate::computation::{Read, ReadWhat, Result as Computed};
use crate::definition_error::{DefinitionFault, ExpressionPart};
use crate::form::{
    Action, CompiledActionKind, Control, DefId, DefKind, ExpressionId, Item, Itemset, NewValue,
    Preload,
};
use crate::source::{
    ActionKind, ActionSource, ActionValue, BindSource, ControlKind, ControlSource, Formula,
    ItemsetSource,
};

impl<'s> Compiler<'s> {
    #[inline(never)]
    pub(super) fn binds(&mut self, binds: Vec<BindSource<'s>>) {
        let root = format!("/{}", self.names.qualified(self.def(DefId::ROOT).name));
        for bind in binds {
            let path = absolute_text(&root, &bind.nodeset);
            if let Some(def) = self.find_path(&path) {
                self.bind(def, bind);
            } else {
                let path = path.into_owned();
                self.doubt(bind.place, DefinitionFault::DanglingReference { path });
            }
        }
    }

    #[inline(never)]
    fn bind(&mut self, def: DefId, mut bind: BindSource<'s>) {
        if let Some(name) = bind.data_type {
            self.defs[def.index()].data_type = DataType::parse(name);
        }
        if let Some(preload) = bind.preload {
            let preload = preload_of(preload, bind.preload_parameters);
            self.defs[def.index()].preload = Some(Box::new(preload));
        }
        if let Some(question) = bind.question {
            self.defs[def.index()].question = Some(question);
        }
        self.defs[def.index()].check = bind.check.take();
        if let Some(message) = bind.constraint_message.take() {
            self.defs[def.index()].constraint_message = self.text(message, def).0.map(Box::new);
        }
        if let Some(message) = bind.required_message.take() {
            self.defs[def.index()].required_message = self.text(message, def).0.map(Box::new);
        }
        let relevant = bind.take(ExpressionPart::Relevant);
        if let Some(formula) = relevant.filter(|formula| !is_always(formula, true)) {
            if def == DefId::ROOT {
                // Where it did not hold, nothing that was entered would be submitted.
                self.doubt(formula.place, DefinitionFault::RelevantForm);
            } else {
                self.computed(Computed::Relevant, def, &formula);
            }
        }
        let readonly = bind.take(ExpressionPart::Readonly);
        if let Some(formula) = readonly.filter(|formula| !is_always(formula, false)) {
            if is_always(&formula, true) {
                self.defs[def.index()].always_readonly = true;
            } else {
                self.computed(Computed::Readonly, def, &formula);
            }
        }
        let required = bind.take(ExpressionPart::Required);
        if let Some(formula) = required.filter(|formula| !is_always(formula, false)) {
            self.computed(Computed::Required, def, &formula);
        }
        if let Some(formula) = bind.take(ExpressionPart::Calculate) {
            self.defs[def.index()].calculate = true;
            if let Some(id) = self.computed(Computed::Calculate, def, &formula) {
                let mut once = false;
                self.expressions[id.0 as usize].root.walk(&mut |part| {
                    once |= matches!(
                        part,
                        xpath::Expr::Call {
                            function: xpath::Function::Once,
                            ..
                        }
                    );
                });
                self.defs[def.index()].once = once;
            }
        }
        let constraint = bind.take(ExpressionPart::Constraint);
        if let Some(formula) = constraint.filter(|formula| !is_always(formula, true))
            && let Some(compiled) = self.expression(&formula, def)
        {
            // Judged anew whenever the answer changes, whether the expression names it or not.
            let mut reads = compiled.reads;
            reads.push(Read {
                def,
                anchor: self.def(def).block,
                what: ReadWhat::Value,
                elsewhere: false,
            });
            reads.dedup();
            let expression = Some(compiled.id);
            self.compute(Computed::Constraint, def, expression, reads);
        }
        let finding = bind.take(ExpressionPart::Finding);
        let score = bind.take(ExpressionPart::Score);
        self.check_rule(def, finding, score);
    }

    /// The expressions of a check item, computed anew with the answer.
    #[inline(never)]
    fn check_rule(&mut self, def: DefId, finding: Option<Formula>, score: Option<Formula>) {
        let Some(check) = &self.def(def).check else {
            return;
        };
        let (weight, critical) = (check.weight, check.critical);
        let mut reads = vec![Read {
            def,
            anchor: self.def(def).block,
            what: ReadWhat::Value,
            elsewhere: false,
        }];
        let [finding, score] = [finding, score].map(|formula| {
            let compiled = self.expression(&formula?, def)?;
            reads.extend(compiled.reads);
            Some(compiled.id)
        });
        self.defs[def.index()].rule = Some(CheckRule {
            weight,
            critical,
            finding,
            score,
        });
        reads.sort_unstable();
        reads.dedup();
        self.compute(Computed::Item, def, None, reads);
    }

    fn computed(
        &mut self,
        result: Computed,
        def: DefId,
        formula: &Formula,
    ) -> Option<ExpressionId> {
        let compiled = self.expression(formula, def)?;
        self.compute(result, def, Some(compiled.id), compiled.reads);
        Some(compiled.id)
    }

    #[inline(never)]
    pub(super) fn controls(&mut self, controls: Vec<ControlSource<'s>>) {
        let root = format!("/{}", self.names.qualified(self.def(DefId::ROOT).name));
        let mut paths: Vec<Cow<'s, str>> = Vec::with_capacity(controls.len());
        self.controls.reserve_exact(controls.len());
        for source in controls {
            let around = source.parent.and_then(|parent| paths.get(parent));
            let around = around.map_or(root.as_str(), |path| &**path);
            let path = match &source.reference {
                Some(Cow::Borrowed(reference)) => absolute_text(around, reference),
                Some(Cow::Owned(reference)) => absolute_text(around, reference).into_owned().into(),
                None => around.to_owned().into(),
            };
            let found = self.find_path(&path);
            if source.reference.is_some() && found.is_none() {
                let path = path.clone().into_owned();
                self.doubt(source.place, DefinitionFault::DanglingReference { path });
            }
            paths.push(path);
            let def = found.filter(|_| source.reference.is_some());
            self.control(source, def, found.unwrap_or(DefId::ROOT));
        }
    }

    #[inline(never)]
    fn control(&mut self, source: ControlSource<'s>, def: Option<DefId>, context: DefId) {
        let index = u32::try_from(self.controls.len()).unwrap_or(u32::MAX);
        let (label, label_reads) = match source.label {
            Some(label) => self.text(label, context),
            None => (None, Vec::new()),
        };
        let (hint, hint_reads) = match source.hint {
            Some(hint) => self.text(hint, context),
            None => (None, Vec::new()),
        };
        let guidance = source
            .guidance
            .and_then(|guidance| self.text(guidance, context).0);
        let around = source.parent.filter(|around| {
            source.kind == ControlKind::Repeat && self.controls[*around].def == def
        });
        let around_label = around.and_then(|around| self.controls[around].label.take());
        let items = source
            .items
            .into_iter()
            .map(|item| Item {
                value: item.value.into(),
                label: item.label.and_then(|label| self.text(label, context).0),
            })
            .collect();
        let mut static_choices = true;
        let itemset = source.itemset.and_then(|itemset| {
            let (itemset, reads) = self.itemset(&itemset, context)?;
            if let Some(def) = def
                && !reads.is_empty()
            {
                static_choices = false;
                self.compute(Computed::Choices, def, Some(itemset.nodes), reads);
            }
            Some(itemset)
        });
        let count = match (&source.count, def) {
            (Some(formula), Some(def)) if self.def(def).kind == DefKind::Repeat => {
                self.expression(formula, def).map(|compiled| {
                    self.compute(Computed::Count, def, Some(compiled.id), compiled.reads);
                    compiled.id
                })
            }
            _ => None,
        };
        if let Some(def) = def {
            if !label_reads.is_empty() {
                self.compute(Computed::Label, def, None, label_reads);
            }
            if !hint_reads.is_empty() {
                self.compute(Computed::Hint, def, None, hint_reads);
            }
            let kind = self.def(def).kind;
            let claims = match source.kind {
                ControlKind::Group => kind != DefKind::Repeat,
                _ => true,
            };
            let taken = self.def(def).control.is_some();
            if claims && !taken {
                self.defs[def.index()].control = Some(index);
            }
        }
        self.controls.push(Control {
            kind: source.kind,
            def,
            parent: source
                .parent
                .map(|parent| u32::try_from(parent).unwrap_or(u32::MAX)),
            label,
            around_label,
            hint,
            guidance,
            items,
            itemset,
            count,
            no_add_remove: source
                .no_add_remove
                .is_some_and(|formula| !is_always(&formula, false)),
            appearance: source.appearance.into(),
            parameters: source.parameters,
            static_choices,
        });
    }

    #[inline(never)]
    fn itemset(&mut self, source: &ItemsetSource, context: DefId) -> Option<(Itemset, Vec<Read>)> {
        let nodes = self.expression(&source.nodeset, context)?;
        let value = self.item_expression(&source.value, &nodes.reached, context)?;
        let label = match &source.label {
            Some(label) => Some(self.item_expression(label, &nodes.reached, context)?),
            None => None,
        };
        if let (Some(label), Some(compiled)) = (&source.label, &label)
            && !self.labelled.contains(&(nodes.id, compiled.id))
            && self.check_item_label(nodes.id, label)
        {
            self.labelled.insert((nodes.id, compiled.id));
        }
        let mut reads = nodes.reads;
        reads.extend(value.reads);
        if let Some(label) = &label {
            reads.extend_from_slice(&label.reads);
        }
        reads.sort_unstable();
        reads.dedup();
        let itemset = Itemset {
            nodes: nodes.id,
            value: value.id,
            label: label.map(|label| label.id),
        };
        Some((itemset, reads))
    }

    /// Items of a secondary instance of which none has the label the itemset names are a mistake; tells whether all is well.
    fn check_item_label(&mut self, nodes: ExpressionId, label: &Formula) -> bool {
        let name = label.text.trim();
        let path = match &self.expressions[nodes.0 as usize].root {
            Expr::Path(path) => path,
            Expr::Lookup(lookup) => &lookup.path,
            _ => return true,
        };
        let (Start::Filter { expression, .. }, false) = (&path.start, name.contains(['(', '/']))
        else {
            return true;
        };
        let Expr::Call {
            function: Function::Instance,
            arguments,
        } = &**expression
        else {
            return true;
        };
        let [Expr::Text(id)] = &arguments[..] else {
            return true;
        };
        let Some(document) = self.instance_ids.get(id) else {
            return true;
        };
        let tree = &self.instances[document.0 as usize - 1];
        let is_called = |node: NodeIx, local: &str| {
            tree.name(node)
                .is_some_and(|name| self.names.local(name) == local)
        };
        let mut items = vec![NodeIx::DOCUMENT];
        for step in &path.steps {
            let NodeTest::Name(test) = &step.test else {
                return true;
            };
            items = items
                .into_iter()
                .flat_map(|item| tree.children(item))
                .filter(|child| is_called(*child, &test.local))
                .collect();
        }
        let labelled = items
            .iter()
            .any(|item| tree.children(*item).any(|child| is_called(child, name)));
        if !items.is_empty() && !labelled {
            let what = DefinitionFault::MissingItemLabel(name.to_owned());
            self.error(label.place, what);
            return false;
        }
        true
    }

    #[inline(never)]
    pub(super) fn actions(&mut self, actions: Vec<ActionSource<'s>>) {
        for source in actions {
            let mut around = source.control;
            let mut context = None;
            let mut repeat = None;
            // The nearest control that has a node, and the nearest repeat.
            while let Some(index) = around {
                let control = &self.controls[index];
                context = context.or(control.def);
                if control.kind == ControlKind::Repeat {
                    repeat = repeat.or(control.def);
                }
                around = control.parent.map(|parent| parent as usize);
            }
            let changed = source
                .control
                .and_then(|index| self.controls[index].def)
                .filter(|_| source.events.value_changed);
            let repeat = repeat.filter(|_| source.events.new_repeat);
            let context = context.unwrap_or(DefId::ROOT);
            let Some(target) = self.expression(&source.target, context) else {
                continue;
            };
            if target.reached.is_empty() {
                let path = source.target.text.clone().into_owned();
                let place = source.target.place;
                self.doubt(place, DefinitionFault::DanglingReference { path });
            }
            let at = target.reached.first().copied().unwrap_or(context);
            let kind = match source.kind {
                ActionKind::SetGeopoint => CompiledActionKind::SetGeopoint,
                ActionKind::RecordAudio { quality } => {
                    CompiledActionKind::RecordAudio(quality.to_owned())
                }
                ActionKind::SetValue { value } => {
                    CompiledActionKind::SetValue(match value {
                        ActionValue::Literal(text) => NewValue::Literal(text.into()),
                        // A value is relative to the node that is set.
                        ActionValue::Expression(formula) => match self.expression(&formula, at) {
                            Some(compiled) => NewValue::Expression(compiled.id),
                            None => continue,
                        },
                    })
                }
            };
            let index = u32::try_from(self.actions.len()).unwrap_or(u32::MAX);
            if let Some(def) = changed {
                self.changed_actions.entry(def).or_default().push(index);
            }
            if let Some(def) = repeat {
                self.repeat_actions.entry(def).or_default().push(index);
            }
            self.actions.push(Action {
                kind,
                events: source.events,
                context,
                target: target.id,
            });
        }
    }
}

fn preload_of(preload: &str, parameters: &str) -> Preload {
    match (preload.trim(), parameters.trim()) {
        ("uid", _) => Preload::Uid,
        ("date", "today") => Preload::Today,
        ("timestamp", "start") => Preload::Start,
        ("timestamp", "end") => Preload::End,
        ("property", name) => Preload::Property(name.to_owned()),
        _ => Preload::Other,
    }
}

/// Whether an expression is plainly the constant.
fn is_always(formula: &Formula, constant: bool) -> bool {
    let is = |word: &str| {
        let written = formula.text.chars().filter(|c| !c.is_whitespace());
        written.eq(word.chars())
    };
    if constant {
        is("true()") || is("1")
    } else {
        is("false()") || is("0") || is("")
    }
}
