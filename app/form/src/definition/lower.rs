//! From the builder's definition to a form's parts: names become paths, questions become nodes, binds and controls.

use std::collections::HashMap;

use xpath::{Names, Namespaces, NodeIx, Tree};

use super::{Bind, FormDefinition, Node, Question, QuestionKind};
use crate::definition_error::{DefinitionError, DefinitionFault, ExpressionPart};
use crate::source::{
    BindSource, ControlKind, ControlSource, Formula, ItemSource, PieceSource, Place, Source,
    Stretch, TextSource, Translations,
};
use crate::{DataType, Texts, Value, limits};

/// Name of the primary instance's root.
const ROOT: &str = "data";

/// The parts of a form, or what is wrong with its outline. What is wrong in its expressions the compiler says. The parts come with what is wrong where they can still be compiled, so that the rest can be told as well.
pub(crate) fn lower(
    definition: &FormDefinition,
) -> Result<(Source<'_>, Vec<DefinitionError>), Vec<DefinitionError>> {
    let mut errors = Vec::new();
    check_grading(definition, &mut errors);
    check_choices(definition, &mut errors);
    let Some(outline) = outline(definition, &mut errors) else {
        return Err(errors);
    };
    let mut paths = HashMap::with_capacity(outline.len());
    for entry in &outline {
        let name = name(entry.node);
        if !is_valid_name(name) {
            errors.push(DefinitionError::of(name, DefinitionFault::InvalidName));
        }
        if paths.insert(name, entry.path.clone()).is_some() {
            errors.push(DefinitionError::of(name, DefinitionFault::DuplicateName));
        }
    }
    // Paths through names that are none, or are of two nodes, lead nowhere.
    let named = errors.iter().all(|error| {
        !matches!(
            error.what,
            DefinitionFault::InvalidName | DefinitionFault::DuplicateName
        )
    });
    let mut lowering = Lowering {
        definition,
        paths,
        errors,
        source: empty(definition),
    };
    let mut elements: Vec<(NodeIx, Option<usize>)> = Vec::with_capacity(outline.len());
    for entry in &outline {
        let (parent, control) = match entry.parent {
            Some(parent) => elements[parent],
            None => (lowering.source.root, None),
        };
        elements.push(lowering.node(entry, parent, control));
    }
    if named {
        Ok((lowering.source, lowering.errors))
    } else {
        Err(lowering.errors)
    }
}

fn empty(definition: &FormDefinition) -> Source<'_> {
    let mut names = Names::new();
    let mut primary = Tree::new();
    let root_name = names.intern("", "", ROOT);
    let root = primary.append_element(NodeIx::DOCUMENT, root_name);
    for (name, value) in [("id", &definition.id), ("version", &definition.version)] {
        let name = names.intern("", "", name);
        primary.set_attribute(root, name, value);
    }
    let mut languages: Vec<String> = vec![crate::CHINESE.to_owned(), crate::ENGLISH.to_owned()];
    for (language, _) in definition.title.iter() {
        if !languages.iter().any(|known| known == language) {
            languages.push(language.to_owned());
        }
    }
    Source {
        names,
        namespaces: Namespaces::new()
            .with("jr", xpath::JAVAROSA)
            .with_default(None),
        declares_openrosa: false,
        title: definition.title.get(crate::CHINESE).to_owned(),
        primary,
        root,
        binds: Vec::new(),
        controls: Vec::new(),
        actions: Vec::new(),
        instances: Vec::new(),
        translations: Translations {
            texts: vec![HashMap::new(); languages.len()],
            languages,
            default: 0,
        },
    }
}

struct Entry<'d> {
    node: &'d Node,
    /// Its place among the entries.
    parent: Option<usize>,
    path: String,
}

/// The nodes in document order, without recursion; nothing if the tree is larger or deeper than the limits.
fn outline<'d>(
    definition: &'d FormDefinition,
    errors: &mut Vec<DefinitionError>,
) -> Option<Vec<Entry<'d>>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = vec![(None, definition.children.iter())];
    while let Some((parent, children)) = open.last_mut() {
        let parent = *parent;
        let Some(node) = children.next() else {
            open.pop();
            continue;
        };
        let inner = match node {
            Node::Group(group) => Some(&group.children),
            Node::Repeat(repeat) => Some(&repeat.children),
            Node::Question(_) | Node::Calculation(_) => None,
        };
        let fault = if entries.len() >= limits::MAX_NODES {
            Some(DefinitionFault::TooManyNodes)
        } else if open.len() > limits::MAX_GROUP_DEPTH && inner.is_some() {
            Some(DefinitionFault::NestedTooDeep)
        } else {
            None
        };
        if let Some(what) = fault {
            errors.push(DefinitionError::of(name(node), what));
            return None;
        }
        let around = parent.map_or_else(
            || format!("/{ROOT}"),
            |parent: usize| entries[parent].path.clone(),
        );
        entries.push(Entry {
            node,
            parent,
            path: format!("{around}/{}", name(node)),
        });
        if let Some(children) = inner {
            open.push((Some(entries.len() - 1), children.iter()));
        }
    }
    Some(entries)
}

fn name(node: &Node) -> &str {
    match node {
        Node::Group(group) => &group.name,
        Node::Repeat(repeat) => &repeat.name,
        Node::Question(question) => &question.name,
        Node::Calculation(calculation) => &calculation.name,
    }
}

fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_numeric() || c == '-' || c == '.'
}

fn is_valid_name(name: &str) -> bool {
    name.len() <= limits::MAX_NAME_BYTES
        && name.starts_with(starts_name)
        && name.chars().all(continues_name)
}

struct Lowering<'d> {
    definition: &'d FormDefinition,
    /// Absolute paths by name.
    paths: HashMap<&'d str, String>,
    errors: Vec<DefinitionError>,
    source: Source<'d>,
}

impl<'d> Lowering<'d> {
    fn fault(&mut self, name: &str, what: DefinitionFault) {
        self.errors.push(DefinitionError::of(name, what));
    }

    /// An expression with its names made paths.
    fn formula(&mut self, part: ExpressionPart, name: &'d str, text: &str) -> Formula<'d> {
        let place = Place::named(name).part(part);
        let mut report = |what| {
            let error = DefinitionError::at(place, &self.source.names, what);
            self.errors.push(error);
        };
        if text.len() > limits::MAX_EXPRESSION_BYTES {
            report(DefinitionFault::ExpressionTooLong);
            return Formula::new("''", place);
        }
        let mut unknown = Vec::new();
        let (text, stretches) = expand(text, &self.paths, &mut unknown);
        for name in unknown {
            report(DefinitionFault::UnknownName(name));
        }
        Formula {
            text: text.into(),
            place,
            stretches,
        }
    }

    fn text(&mut self, name: &str, texts: &Texts) -> Option<TextSource<'d>> {
        if texts.is_empty() {
            return None;
        }
        let mut expanded = Texts::default();
        for (language, text) in texts.iter() {
            match expand_text(text, &self.paths) {
                Ok(text) => expanded = expanded.with(language, text),
                Err(unknown) => self.fault(name, DefinitionFault::UnknownName(unknown)),
            }
        }
        Some(TextSource::Texts(expanded))
    }

    fn node(
        &mut self,
        entry: &Entry<'d>,
        parent: NodeIx,
        control: Option<usize>,
    ) -> (NodeIx, Option<usize>) {
        let own = name(entry.node);
        let element_name = self.source.names.intern("", "", own);
        let element = self.source.primary.append_element(parent, element_name);
        let mut bind = BindSource {
            nodeset: entry.path.clone().into(),
            place: Place::named(own),
            ..BindSource::default()
        };
        let mut made = control;
        match entry.node {
            Node::Group(group) => {
                let relevant =
                    self.optional(ExpressionPart::Relevant, own, group.relevant.as_ref());
                bind.formulas.extend(relevant);
                let label = self.text(own, &group.label);
                made = Some(self.control(ControlKind::Group, entry, control, label));
            }
            Node::Repeat(repeat) => {
                let template = self.source.names.intern(xpath::JAVAROSA, "jr", "template");
                self.source.primary.set_attribute(element, template, "");
                let relevant =
                    self.optional(ExpressionPart::Relevant, own, repeat.relevant.as_ref());
                bind.formulas.extend(relevant);
                let label = self.text(own, &repeat.label);
                // The label is that of a group around the repeat, as ODK's own tools write it.
                let around = self.control(ControlKind::Group, entry, control, label);
                let index = self.control(ControlKind::Repeat, entry, Some(around), None);
                let count = self.optional(ExpressionPart::Count, own, repeat.count.as_ref());
                self.source.controls[index].count = count.map(Box::new);
                made = Some(index);
            }
            Node::Calculation(calculation) => {
                let relevant =
                    self.optional(ExpressionPart::Relevant, own, calculation.relevant.as_ref());
                bind.formulas.extend(relevant);
                for (part, text) in [
                    (ExpressionPart::Calculate, calculation.calculate.as_str()),
                    (ExpressionPart::Readonly, "true()"),
                ] {
                    bind.formulas.push(self.formula(part, own, text));
                }
            }
            Node::Question(question) => {
                self.question(question, element, &mut bind);
                self.question_control(question, entry, control);
            }
        }
        self.source.binds.push(bind);
        (element, made)
    }

    fn optional(
        &mut self,
        part: ExpressionPart,
        name: &'d str,
        text: Option<&String>,
    ) -> Option<Formula<'d>> {
        text.map(|text| self.formula(part, name, text))
    }

    fn control(
        &mut self,
        kind: ControlKind,
        entry: &Entry<'d>,
        parent: Option<usize>,
        label: Option<TextSource<'d>>,
    ) -> usize {
        self.source.controls.push(ControlSource {
            kind,
            reference: Some(entry.path.clone().into()),
            place: Place::named(name(entry.node)),
            parent,
            label,
            hint: None,
            guidance: None,
            items: Vec::new(),
            itemset: None,
            count: None,
            no_add_remove: None,
            appearance: "",
            parameters: Vec::new(),
        });
        self.source.controls.len() - 1
    }

    fn question(&mut self, question: &'d Question, element: NodeIx, bind: &mut BindSource<'d>) {
        let Question {
            name,
            kind,
            bind: own,
            ..
        } = question;
        bind.data_type = Some(data_type(*kind).name());
        bind.question = Some(*kind);
        for (part, text) in [
            (ExpressionPart::Relevant, &own.relevant),
            (ExpressionPart::Required, &own.required),
            (ExpressionPart::Constraint, &own.constraint),
            (ExpressionPart::Calculate, &own.calculate),
        ] {
            bind.formulas
                .extend(self.optional(part, name, text.as_ref()));
        }
        let fixed = own.calculate.is_some() || *kind == QuestionKind::Note;
        let readonly = if fixed {
            Some(self.formula(ExpressionPart::Readonly, name, "true()"))
        } else {
            self.optional(ExpressionPart::Readonly, name, own.readonly.as_ref())
        };
        bind.formulas.extend(readonly);
        bind.required_message = self.text(name, &own.required_message);
        bind.constraint_message = self.text(name, &own.constraint_message);
        self.check_question(question);
        if let Some(default) = &own.default {
            match Value::read(*kind, default) {
                Ok(value) => self.source.primary.set_text(element, &value.write()),
                Err(error) => self.fault(name, DefinitionFault::Default(error)),
            }
        }
        if let Some(check) = &question.check {
            if !(check.weight.is_finite() && check.weight >= 0.0) {
                self.fault(name, DefinitionFault::Weight);
            }
            for (part, text) in [
                (ExpressionPart::Finding, &check.finding),
                (ExpressionPart::Score, &check.score),
            ] {
                bind.formulas
                    .extend(self.optional(part, name, text.as_ref()));
            }
            bind.check = Some(Box::new(check.clone()));
        }
    }

    /// What a question must and must not have for its kind.
    fn check_question(&mut self, question: &Question) {
        let Question { name, kind, .. } = question;
        let Bind {
            required,
            constraint,
            default,
            calculate,
            ..
        } = &question.bind;
        let answers = required.is_some()
            || constraint.is_some()
            || default.is_some()
            || question.check.is_some();
        if *kind == QuestionKind::Note && calculate.is_none() && answers {
            self.fault(name, DefinitionFault::NoteWithAnswer);
        }
        let chooses = matches!(
            kind,
            QuestionKind::SelectOne | QuestionKind::SelectMultiple | QuestionKind::Rank
        );
        match &question.choices {
            Some(list) if chooses => {
                if let Some(choices) = self.definition.choice_lists.get(list) {
                    let unknown = question.bind.default.iter().find_map(|default| {
                        default
                            .split_whitespace()
                            .find(|value| !choices.iter().any(|choice| choice.value == **value))
                            .map(str::to_owned)
                    });
                    if let Some(unknown) = unknown {
                        let error = crate::ValueError::UnknownChoice(unknown);
                        self.fault(name, DefinitionFault::Default(error));
                    }
                } else {
                    let list = list.clone();
                    self.fault(name, DefinitionFault::MissingChoiceList { list });
                }
            }
            None if !chooses => {}
            _ => self.fault(name, DefinitionFault::ChoiceListMismatch),
        }
    }

    fn question_control(
        &mut self,
        question: &'d Question,
        entry: &Entry<'d>,
        parent: Option<usize>,
    ) {
        let label = self.text(&question.name, &question.label);
        let index = self.control(control_kind(question.kind), entry, parent, label);
        let hint = self.text(&question.name, &question.hint);
        let guidance = self.text(&question.name, &question.guidance);
        let items = question
            .choices
            .as_ref()
            .and_then(|list| self.definition.choice_lists.get(list))
            .into_iter()
            .flatten()
            .map(|choice| ItemSource {
                value: choice.value.as_str().into(),
                label: Some(TextSource::Texts(choice.label.clone())),
            })
            .collect();
        let control = &mut self.source.controls[index];
        control.hint = hint;
        control.guidance = guidance;
        control.items = items;
        control.appearance = &question.appearance;
        control.parameters = question
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if let Some(media) = media_type(question.kind) {
            control
                .parameters
                .push(("mediatype".to_owned(), media.to_owned()));
        }
    }
}

/// The type of the answers to a kind of question.
pub(crate) fn data_type(kind: QuestionKind) -> DataType {
    match kind {
        QuestionKind::Integer => DataType::Int,
        QuestionKind::Decimal | QuestionKind::Range => DataType::Decimal,
        QuestionKind::Date => DataType::Date,
        QuestionKind::Time => DataType::Time,
        QuestionKind::DateTime => DataType::DateTime,
        QuestionKind::Geopoint => DataType::Geopoint,
        QuestionKind::Geotrace => DataType::Geotrace,
        QuestionKind::Geoshape => DataType::Geoshape,
        QuestionKind::Barcode => DataType::Barcode,
        QuestionKind::Photo | QuestionKind::Audio | QuestionKind::Video | QuestionKind::File => {
            DataType::Binary
        }
        QuestionKind::SelectOne
        | QuestionKind::SelectMultiple
        | QuestionKind::Rank
        | QuestionKind::Text
        | QuestionKind::Acknowledge
        | QuestionKind::Note => DataType::String,
    }
}

fn control_kind(kind: QuestionKind) -> ControlKind {
    match kind {
        QuestionKind::SelectOne => ControlKind::Select1,
        QuestionKind::SelectMultiple => ControlKind::Select,
        QuestionKind::Rank => ControlKind::Rank,
        QuestionKind::Range => ControlKind::Range,
        QuestionKind::Acknowledge => ControlKind::Trigger,
        QuestionKind::Photo | QuestionKind::Audio | QuestionKind::Video | QuestionKind::File => {
            ControlKind::Upload
        }
        _ => ControlKind::Input,
    }
}

fn media_type(kind: QuestionKind) -> Option<&'static str> {
    match kind {
        QuestionKind::Photo => Some("image/*"),
        QuestionKind::Audio => Some("audio/*"),
        QuestionKind::Video => Some("video/*"),
        QuestionKind::File => Some("application/*"),
        _ => None,
    }
}

/// Replaces `${name}` by the path of the node, outside quoted texts, and tells what comes from where. A name that no node has
/// becomes a blank text and is told.
fn expand(
    text: &str,
    paths: &HashMap<&str, String>,
    unknown: &mut Vec<String>,
) -> (String, Vec<Stretch>) {
    let mut expanded = String::with_capacity(text.len());
    let mut stretches = Vec::new();
    let mut quote = None;
    let mut rest = text;
    let mut literal = false;
    while let Some(c) = rest.chars().next() {
        let written = text.len() - rest.len();
        if quote.is_none()
            && let Some(inside) = rest.strip_prefix("${")
        {
            let (name, after) = inside.split_once('}').unwrap_or((inside, ""));
            let name = name.trim();
            let path = paths.get(name).map_or("''", String::as_str);
            if path == "''" {
                unknown.push(name.to_owned());
            }
            stretches.push(Stretch {
                at: expanded.len(),
                written,
                literal: false,
            });
            literal = false;
            expanded.push(' ');
            expanded.push_str(path);
            expanded.push(' ');
            rest = after;
            continue;
        }
        if !literal {
            literal = true;
            stretches.push(Stretch {
                at: expanded.len(),
                written,
                literal,
            });
        }
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        expanded.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (expanded, stretches)
}

/// The same in a text that people read: there quotes mean nothing. The paths stay marked as places to fill in.
fn expand_text(text: &str, paths: &HashMap<&str, String>) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        expanded.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            return Err(after.to_owned());
        };
        let path = paths
            .get(name.trim())
            .ok_or_else(|| name.trim().to_owned())?;
        expanded.push_str("${");
        expanded.push_str(path);
        expanded.push('}');
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// A text with its places to fill in.
pub(crate) fn pieces(text: &str) -> Vec<PieceSource<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${")
        && let Some((path, after)) = after.split_once('}')
    {
        if !before.is_empty() {
            pieces.push(PieceSource::Literal(before.into()));
        }
        let output = Formula::new(path, Place::named(path));
        pieces.push(PieceSource::Output(Box::new(output)));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(PieceSource::Literal(rest.into()));
    }
    pieces
}

fn check_grading(definition: &FormDefinition, errors: &mut Vec<DefinitionError>) {
    let Some(grading) = &definition.grading else {
        return;
    };
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    let sound = grading.out_of.is_finite()
        && grading.out_of > 0.0
        && grading.bands.iter().all(|band| is_share(band.from_share))
        && grading.critical_cap_share.is_none_or(is_share);
    if !sound {
        errors.push(DefinitionError::of(
            &definition.id,
            DefinitionFault::Grading,
        ));
    }
}

fn check_choices(definition: &FormDefinition, errors: &mut Vec<DefinitionError>) {
    for (list, choices) in &definition.choice_lists {
        let mut report = |what| errors.push(DefinitionError::of(&definition.id, what));
        if choices.len() > limits::MAX_CHOICES {
            report(DefinitionFault::TooManyChoices { list: list.clone() });
            continue;
        }
        let mut sorted: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
        sorted.sort_unstable();
        for value in &sorted {
            if value.is_empty() || value.contains(char::is_whitespace) {
                report(DefinitionFault::InvalidChoice {
                    list: list.clone(),
                    value: (*value).to_owned(),
                });
            }
        }
        for pair in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
            report(DefinitionFault::DuplicateChoice {
                list: list.clone(),
                value: pair[0].to_owned(),
            });
        }
    }
}
