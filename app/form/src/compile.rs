//! From a definition to a form, gathering everything that is wrong on the way.

use std::collections::{BTreeMap, HashMap};

use crate::{
    Form, NodeId, Value,
    definition::{
        Bind, Calculation, CheckItem, FormDefinition, Group, Node, Question, QuestionKind,
    },
    definition_error::{DefinitionError, DefinitionFault, ExpressionPart},
    dependency::{self, NodeReads},
    expression::{self, Expression, ExpressionFault, Reads, Target, lexer},
    form::{ChoiceValues, CompiledBind, CompiledCheck, CompiledNode, NodeKind, Section},
    limits,
};

pub(crate) fn compile(definition: FormDefinition) -> Result<Form, Vec<DefinitionError>> {
    let mut errors = Vec::new();
    check_form(&definition, &mut errors);
    let choice_values = choice_values(&definition, &mut errors);

    let mut outline = Outline::default();
    let complete = outline.walk(&definition, &mut errors);
    if !complete {
        drop(outline);
        dismantle(definition.children);
        return Err(errors);
    }

    let names = names(&outline, &mut errors);
    let mut compiler = Compiler {
        outline: &outline,
        names: &names,
        lists: choice_values
            .iter()
            .zip(0..)
            .map(|(values, index)| (values.list.as_ref(), index))
            .collect(),
        choice_values: &choice_values,
        errors,
    };
    let (nodes, reads): (Vec<_>, Vec<_>) = (0..outline.entries.len())
        .map(|index| compiler.node(index))
        .unzip();
    let mut errors = compiler.errors;

    // A dependency that could not be read would only hide or invent cycles.
    let dependencies = if errors.is_empty() {
        dependency::order(&nodes, &reads).map_err(|cycles| {
            cycles
                .into_iter()
                .map(|cycle| DefinitionError {
                    node: nodes[cycle[0].index()].name.to_string(),
                    what: DefinitionFault::Cycle {
                        path: cycle
                            .iter()
                            .map(|id| nodes[id.index()].name.to_string())
                            .collect(),
                    },
                })
                .collect::<Vec<_>>()
        })
    } else {
        return Err(errors);
    };
    let dependencies = match dependencies {
        Ok(dependencies) => dependencies,
        Err(cycles) => {
            errors.extend(cycles);
            return Err(errors);
        }
    };

    let mut by_name: Vec<NodeId> = (0..nodes.len()).map(NodeId::at).collect();
    by_name.sort_unstable_by(|a, b| nodes[a.index()].name.cmp(&nodes[b.index()].name));
    let ids = |range: std::ops::Range<usize>| range.map(NodeId::at).collect();
    let sections = (0..nodes.len())
        .filter(|&index| nodes[index].parent.is_none() && nodes[index].kind == NodeKind::Group)
        .map(|index| Section {
            id: NodeId::at(index),
            nodes: ids(index + 1..nodes[index].end as usize),
        })
        .collect();
    let items = (0..nodes.len())
        .filter(|&index| nodes[index].check.is_some())
        .map(NodeId::at)
        .collect();
    Ok(Form {
        definition,
        nodes,
        dependencies,
        choice_values,
        by_name,
        sections,
        items,
    })
}

fn check_form(definition: &FormDefinition, errors: &mut Vec<DefinitionError>) {
    let Some(grading) = &definition.grading else {
        return;
    };
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    let sound = grading.out_of.is_finite()
        && grading.out_of > 0.0
        && grading.bands.iter().all(|band| is_share(band.from_share))
        && grading.critical_cap_share.is_none_or(is_share);
    if !sound {
        errors.push(DefinitionError {
            node: definition.id.clone(),
            what: DefinitionFault::Grading,
        });
    }
}

fn choice_values(
    definition: &FormDefinition,
    errors: &mut Vec<DefinitionError>,
) -> Vec<ChoiceValues> {
    let mut lists = Vec::with_capacity(definition.choice_lists.len());
    for (list, choices) in &definition.choice_lists {
        let mut report = |what| {
            errors.push(DefinitionError {
                node: definition.id.clone(),
                what,
            });
        };
        if choices.len() > limits::MAX_CHOICES {
            report(DefinitionFault::TooManyChoices { list: list.clone() });
            continue;
        }
        let mut sorted: Vec<Box<str>> = choices
            .iter()
            .map(|choice| choice.value.as_str().into())
            .collect();
        sorted.sort_unstable();
        for value in &sorted {
            if value.is_empty() || value.contains(char::is_whitespace) {
                report(DefinitionFault::InvalidChoice {
                    list: list.clone(),
                    value: value.to_string(),
                });
            }
        }
        for pair in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
            report(DefinitionFault::DuplicateChoice {
                list: list.clone(),
                value: pair[0].to_string(),
            });
        }
        lists.push(ChoiceValues {
            list: list.as_str().into(),
            sorted,
        });
    }
    lists
}

/// The tree laid flat, in document order.
#[derive(Default)]
struct Outline<'a> {
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    node: &'a Node,
    parent: Option<NodeId>,
    place: u32,
    end: u32,
}

impl<'a> Outline<'a> {
    /// Lays the tree flat without recursion; false if it is larger or deeper than the limits.
    fn walk(&mut self, definition: &'a FormDefinition, errors: &mut Vec<DefinitionError>) -> bool {
        let mut open: Vec<(
            Option<NodeId>,
            std::iter::Zip<std::slice::Iter<'a, Node>, _>,
        )> = vec![(None, definition.children.iter().zip(0_u32..))];
        while let Some((parent, children)) = open.last_mut() {
            let parent = *parent;
            let Some((node, place)) = children.next() else {
                if let Some(group) = parent {
                    self.entries[group.index()].end =
                        u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
                }
                open.pop();
                continue;
            };
            let id = NodeId::at(self.entries.len());
            let fault = if id.index() >= limits::MAX_NODES {
                Some(DefinitionFault::TooManyNodes)
            } else if open.len() > limits::MAX_GROUP_DEPTH && matches!(node, Node::Group(_)) {
                Some(DefinitionFault::NestedTooDeep)
            } else {
                None
            };
            if let Some(what) = fault {
                errors.push(DefinitionError {
                    node: name(node).to_owned(),
                    what,
                });
                return false;
            }
            self.entries.push(Entry {
                node,
                parent,
                place,
                end: u32::try_from(id.index() + 1).unwrap_or(u32::MAX),
            });
            if let Node::Group(group) = node {
                open.push((Some(id), group.children.iter().zip(0_u32..)));
            }
        }
        true
    }
}

/// Drops a tree level by level: one nested too deep to compile may be nested too deep to drop by recursion.
fn dismantle(children: Vec<Node>) {
    let mut left = children;
    while let Some(node) = left.pop() {
        if let Node::Group(mut group) = node {
            left.append(&mut group.children);
        }
    }
}

fn name(node: &Node) -> &str {
    match node {
        Node::Group(Group { name, .. })
        | Node::Question(Question { name, .. })
        | Node::Calculation(Calculation { name, .. }) => name,
    }
}

fn is_valid_name(name: &str) -> bool {
    name.len() <= limits::MAX_NAME_BYTES
        && name.starts_with(lexer::starts_name)
        && name.chars().all(lexer::continues_name)
}

fn names<'a>(outline: &Outline<'a>, errors: &mut Vec<DefinitionError>) -> HashMap<&'a str, NodeId> {
    let mut names = HashMap::with_capacity(outline.entries.len());
    for (index, entry) in outline.entries.iter().enumerate() {
        let name = name(entry.node);
        let mut report = |what| {
            errors.push(DefinitionError {
                node: name.to_owned(),
                what,
            });
        };
        if !is_valid_name(name) {
            report(DefinitionFault::InvalidName);
        }
        if names.contains_key(name) {
            report(DefinitionFault::DuplicateName);
        } else {
            names.insert(name, NodeId::at(index));
        }
    }
    names
}

struct Compiler<'a> {
    outline: &'a Outline<'a>,
    names: &'a HashMap<&'a str, NodeId>,
    lists: BTreeMap<&'a str, u32>,
    choice_values: &'a [ChoiceValues],
    errors: Vec<DefinitionError>,
}

impl Compiler<'_> {
    fn report(&mut self, node: &str, what: DefinitionFault) {
        self.errors.push(DefinitionError {
            node: node.to_owned(),
            what,
        });
    }

    fn node(&mut self, index: usize) -> (CompiledNode, NodeReads) {
        let entry = &self.outline.entries[index];
        let mut reads = NodeReads::default();
        let mut compiled = CompiledNode {
            name: name(entry.node).into(),
            parent: entry.parent,
            place: entry.place,
            end: entry.end,
            kind: NodeKind::Group,
            choices: None,
            default: Value::Empty,
            relevant: None,
            calculate: None,
            bind: None,
            check: None,
        };
        match entry.node {
            Node::Group(group) => {
                compiled.relevant = self.relevant(&group.name, group.relevant.as_ref(), &mut reads);
            }
            Node::Calculation(calculation) => {
                compiled.kind = NodeKind::Calculation;
                compiled.relevant =
                    self.relevant(&calculation.name, calculation.relevant.as_ref(), &mut reads);
                compiled.calculate =
                    self.calculate(&calculation.name, Some(&calculation.calculate), &mut reads);
            }
            Node::Question(question) => self.question(question, &mut compiled, &mut reads),
        }
        (compiled, reads)
    }

    fn question(
        &mut self,
        question: &Question,
        compiled: &mut CompiledNode,
        reads: &mut NodeReads,
    ) {
        let Question {
            name, kind, bind, ..
        } = question;
        compiled.kind = NodeKind::Question(*kind);
        compiled.choices = self.choice_list(question);
        compiled.relevant = self.relevant(name, bind.relevant.as_ref(), reads);
        compiled.calculate = self.calculate(name, bind.calculate.as_ref(), reads);
        compiled.default = self.default(question, compiled.choices);
        compiled.bind = self.bind(name, bind, reads);
        compiled.check = question
            .check
            .as_ref()
            .map(|check| Box::new(self.check(name, check, reads)));
        let answered = bind.default.is_some()
            || bind.constraint.is_some()
            || bind.required.is_some()
            || question.check.is_some();
        if *kind == QuestionKind::Note && answered {
            self.report(name, DefinitionFault::NoteWithAnswer);
        }
    }

    fn choice_list(&mut self, question: &Question) -> Option<u32> {
        let selects = matches!(
            question.kind,
            QuestionKind::SelectOne | QuestionKind::SelectMultiple
        );
        let Some(list) = question.choices.as_ref().filter(|_| selects) else {
            if selects || question.choices.is_some() {
                self.report(&question.name, DefinitionFault::ChoiceListMismatch);
            }
            return None;
        };
        let found = self.lists.get(list.as_str()).copied();
        if found.is_none() {
            self.report(
                &question.name,
                DefinitionFault::MissingChoiceList { list: list.clone() },
            );
        }
        found
    }

    fn default(&mut self, question: &Question, choices: Option<u32>) -> Value {
        let Some(text) = &question.bind.default else {
            return Value::Empty;
        };
        if question.kind == QuestionKind::Note {
            return Value::Empty;
        }
        let list = choices.and_then(|list| self.choice_values.get(list as usize));
        let read = Value::read(question.kind, text)
            .and_then(|value| crate::instance::on_the_list(value, list));
        match read {
            Ok(value) => value,
            Err(error) => {
                self.report(&question.name, DefinitionFault::Default(error));
                Value::Empty
            }
        }
    }

    fn bind(
        &mut self,
        name: &str,
        bind: &Bind,
        reads: &mut NodeReads,
    ) -> Option<Box<CompiledBind>> {
        if bind.required.is_none() && bind.constraint.is_none() && bind.readonly.is_none() {
            return None;
        }
        let required = self.judgement(
            name,
            ExpressionPart::Required,
            bind.required.as_ref(),
            reads,
        );
        let constraint = self.judgement(
            name,
            ExpressionPart::Constraint,
            bind.constraint.as_ref(),
            reads,
        );
        let readonly = self.expression(name, ExpressionPart::Readonly, bind.readonly.as_ref());
        let (readonly, readonly_is_constant) = match readonly {
            Some((expression, own)) => {
                let constant = own.nodes.is_empty() && !own.this;
                reads.judgement.extend(own.nodes);
                (Some(expression), constant)
            }
            None => (None, false),
        };
        Some(Box::new(CompiledBind {
            required,
            constraint,
            readonly,
            readonly_is_constant,
        }))
    }

    fn check(&mut self, name: &str, check: &CheckItem, reads: &mut NodeReads) -> CompiledCheck {
        if !check.weight.is_finite() || check.weight < 0.0 {
            self.report(name, DefinitionFault::Weight);
        }
        CompiledCheck {
            weight: check.weight,
            critical: check.critical,
            finding: self.judgement(name, ExpressionPart::Finding, check.finding.as_ref(), reads),
            score: self.judgement(name, ExpressionPart::Score, check.score.as_ref(), reads),
        }
    }

    fn relevant(
        &mut self,
        name: &str,
        source: Option<&String>,
        reads: &mut NodeReads,
    ) -> Option<Expression> {
        let (expression, own) = self.expression(name, ExpressionPart::Relevant, source)?;
        reads.relevant = self.with_itself(name, own);
        Some(expression)
    }

    fn calculate(
        &mut self,
        name: &str,
        source: Option<&String>,
        reads: &mut NodeReads,
    ) -> Option<Expression> {
        let (expression, own) = self.expression(name, ExpressionPart::Calculate, source)?;
        reads.calculate = self.with_itself(name, own);
        Some(expression)
    }

    /// `.` is the node itself: the same dependency as its name.
    fn with_itself(&self, name: &str, own: Reads) -> Vec<NodeId> {
        let mut nodes = own.nodes;
        if let (true, Some(itself)) = (own.this, self.names.get(name)) {
            nodes.push(*itself);
        }
        nodes
    }

    /// An expression that judges the node's own value; `.` is no dependency, for it is judged whenever its value changes.
    fn judgement(
        &mut self,
        name: &str,
        part: ExpressionPart,
        source: Option<&String>,
        reads: &mut NodeReads,
    ) -> Option<Expression> {
        let (expression, own) = self.expression(name, part, source)?;
        reads.judgement.extend(own.nodes);
        Some(expression)
    }

    fn expression(
        &mut self,
        name: &str,
        part: ExpressionPart,
        source: Option<&String>,
    ) -> Option<(Expression, Reads)> {
        let resolve = |name: &str| match self.names.get(name) {
            None => Target::Unknown,
            Some(id) => match self.outline.entries[id.index()].node {
                Node::Group(_) => Target::Group,
                Node::Question(_) | Node::Calculation(_) => Target::Value(*id),
            },
        };
        let faults = match expression::compile(source?, &resolve) {
            Ok((expression, _)) if expression.once && part != ExpressionPart::Calculate => {
                vec![ExpressionFault::OnceInside { column: 1 }]
            }
            Ok(compiled) => return Some(compiled),
            Err(faults) => faults,
        };
        for fault in faults {
            self.report(name, DefinitionFault::Expression { part, fault });
        }
        None
    }
}
