//! Definitions and blocks from the primary instance.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use xpath::{ExpandedName, NameId, NodeIx, NodeKind, Word};

use super::Compiler;
use super::numbers::ByNumber;
use super::paths::absolute_text;
use crate::definition_error::{DefinitionError, DefinitionFault};
use crate::form::{Block, BlockId, Def, DefId, DefKind, Place, Preload, RepeatPlace};
use crate::source::{ControlKind, ControlSource};
use crate::xform::read::{JAVAROSA, OPENROSA, XFORMS};
use crate::{DataType, limits};

/// A definition to be made: one path, with every element of the primary instance it stands for.
struct Pending {
    parent: Option<DefId>,
    name: NameId,
    occurrences: Vec<NodeIx>,
    depth: usize,
}

impl Compiler<'_> {
    /// Lays out definitions and blocks. Gives where the submission's own id is, and where the id of the one it replaces.
    #[inline(never)]
    pub(super) fn lay_out(
        &mut self,
        controls: &[ControlSource],
        declares_openrosa: bool,
    ) -> Result<(Option<DefId>, Option<DefId>), Vec<DefinitionError>> {
        let added = if self.strict {
            None
        } else {
            Some(self.complete_metadata(declares_openrosa))
        };
        self.plain_namespaces();
        let repeats = Paths::of(controls, ControlKind::Repeat);
        // A group of the builder's may still be empty; in a form from elsewhere an empty element is one to answer.
        let groups = if self.strict {
            Paths::of(controls, ControlKind::Group)
        } else {
            Paths::default()
        };
        self.definitions(&repeats, &groups)?;
        self.divide();
        let mut instance_id = None;
        let mut deprecated_id = None;
        let meta = self
            .children(DefId::ROOT)
            .find(|id| self.names.local(self.def(*id).name) == "meta");
        if let (Some(meta), Some(added)) = (meta, added) {
            for id in self.children(meta).collect::<Vec<_>>() {
                match self.names.local(self.def(id).name) {
                    "instanceID" => instance_id = Some(id),
                    "deprecatedID" => deprecated_id = Some(id),
                    _ => {}
                }
            }
            if let Some(id) = instance_id.filter(|_| added.instance_id) {
                self.defs[id.index()].preload = Some(Box::new(Preload::Uid));
            }
            if let Some(id) = deprecated_id.filter(|_| added.deprecated_id) {
                self.defs[id.index()].only_in_edits = true;
            }
        }
        Ok((instance_id, deprecated_id))
    }

    /// Gives the primary instance the metadata every submission has, where the form does not.
    #[inline(never)]
    fn complete_metadata(&mut self, declares_openrosa: bool) -> Added {
        let local = |compiler: &Self, parent: NodeIx, local: &str| {
            compiler.primary.children(parent).find(|child| {
                compiler
                    .primary
                    .name(*child)
                    .is_some_and(|name| compiler.names.local(name) == local)
            })
        };
        let meta = local(self, self.root, "meta").unwrap_or_else(|| {
            let name = if declares_openrosa {
                self.names.intern(OPENROSA, "orx", "meta")
            } else {
                let own = self.primary.name(self.root);
                let own = own.map_or_else(String::new, |own| self.names.namespace(own).to_owned());
                self.names.intern(&own, "", "meta")
            };
            self.primary.append_element(self.root, name)
        });
        let (namespace, prefix) =
            self.primary
                .name(meta)
                .map_or((String::new(), String::new()), |name| {
                    (
                        self.names.namespace(name).to_owned(),
                        self.names.prefix(name).to_owned(),
                    )
                });
        let mut added = Added::default();
        let instance_id = local(self, meta, "instanceID").unwrap_or_else(|| {
            added.instance_id = true;
            let name = self.names.intern(&namespace, &prefix, "instanceID");
            self.primary.append_element(meta, name)
        });
        if local(self, meta, "deprecatedID").is_none() {
            added.deprecated_id = true;
            let name = self.names.intern(&namespace, &prefix, "deprecatedID");
            let before = self.primary.next_sibling(instance_id);
            self.primary.insert_element(meta, before, name);
        }
        added
    }

    /// Which namespaces names without a prefix are of in this form.
    fn plain_namespaces(&mut self) {
        let own = self.primary.name(self.root);
        let own = own.map(|name| self.names.namespace_word(name));
        let default = self.namespaces.default_uri();
        let default = default.map(|uri| self.names.intern_namespace(uri));
        let xforms = self.names.intern_namespace(XFORMS);
        for namespace in [Some(Word::NONE), Some(xforms), own, default] {
            if let Some(namespace) = namespace.filter(|namespace| !self.plain.contains(namespace)) {
                self.plain.push(namespace);
            }
        }
    }

    #[inline(never)]
    fn definitions(&mut self, repeats: &Paths, groups: &Paths) -> Result<(), Vec<DefinitionError>> {
        let Some(root_name) = self.primary.name(self.root) else {
            return Err(Vec::new());
        };
        let mut work = vec![Pending {
            parent: None,
            name: root_name,
            occurrences: vec![self.root],
            depth: 0,
        }];
        while let Some(pending) = work.pop() {
            if self.defs.len() >= limits::MAX_NODES || pending.depth > limits::MAX_GROUP_DEPTH {
                let what = if self.defs.len() >= limits::MAX_NODES {
                    DefinitionFault::TooManyNodes
                } else {
                    DefinitionFault::NestedTooDeep
                };
                return Err(vec![DefinitionError {
                    node: self.path_below(pending.parent, &self.names.qualified(pending.name)),
                    line: self.primary.line(pending.occurrences[0]),
                    part: None,
                    what,
                }]);
            }
            let has_elements = pending.occurrences.iter().any(|element| {
                self.primary
                    .children(*element)
                    .any(|child| self.primary.kind(child) == NodeKind::Element)
            });
            let stands_in = |paths: &Paths| paths.contain(self, pending.parent, pending.name);
            let kind = if pending.parent.is_some() && stands_in(repeats) {
                DefKind::Repeat
            } else if has_elements || pending.parent.is_none() || stands_in(groups) {
                DefKind::Group
            } else {
                DefKind::Leaf
            };
            let id = self.define(pending.name, pending.parent, kind);
            self.define_attributes(id, &pending.occurrences);
            let first = work.len();
            self.pend_children(id, &pending, repeats, &mut work);
            work[first..].reverse();
        }
        // Definitions are in document order: each ends where the last one below it does.
        for index in (1..self.defs.len()).rev() {
            let end = self.defs[index].end;
            if let Some(parent) = self.defs[index].parent {
                let parent = &mut self.defs[parent.index()];
                parent.end = parent.end.max(end);
            }
        }
        Ok(())
    }

    #[inline(never)]
    fn define(&mut self, name: NameId, parent: Option<DefId>, kind: DefKind) -> DefId {
        let id = DefId::at(self.defs.len());
        self.defs.push(Def {
            name,
            parent,
            end: id.0 + 1,
            block: BlockId::ROOT,
            offset: 0,
            kind,
            data_type: DataType::String,
            control: None,
            calculate: false,
            once: false,
            preload: None,
            constraint_message: None,
            required_message: None,
            check: None,
            rule: None,
            always_readonly: false,
            only_in_edits: false,
            question: None,
        });
        if kind != DefKind::Attribute
            && let Some(parent) = parent
        {
            let expanded = self.names.expanded(name);
            match self.by_name.entry((parent, expanded)) {
                Entry::Vacant(free) => {
                    free.insert(id);
                }
                Entry::Occupied(_) => self.has_twins = true,
            }
        }
        id
    }

    fn define_attributes(&mut self, element: DefId, occurrences: &[NodeIx]) {
        let mut known: Vec<ExpandedName> = Vec::new();
        for occurrence in occurrences {
            let attributes: Vec<NodeIx> = self.primary.attributes(*occurrence).collect();
            for attribute in attributes {
                let Some(name) = self.primary.name(attribute) else {
                    continue;
                };
                let expanded = self.names.expanded(name);
                let is_template =
                    self.names.local(name) == "template" && self.names.namespace(name) == JAVAROSA;
                if !is_template && !known.contains(&expanded) {
                    known.push(expanded);
                    self.define(name, Some(element), DefKind::Attribute);
                }
            }
        }
    }

    /// The paths below a definition, each with its elements, in the order they first stand in.
    #[inline(never)]
    fn pend_children(
        &self,
        id: DefId,
        pending: &Pending,
        repeats: &Paths,
        work: &mut Vec<Pending>,
    ) {
        // By name and, for elements that stand several times side by side without being a repeat, by which time it is.
        let mut places: ByNumber<(ExpandedName, usize), usize> = ByNumber::default();
        for occurrence in &pending.occurrences {
            let mut times: ByNumber<ExpandedName, usize> = ByNumber::default();
            for child in self.primary.children(*occurrence) {
                let Some(name) = self
                    .primary
                    .name(child)
                    .filter(|_| self.primary.kind(child) == NodeKind::Element)
                else {
                    continue;
                };
                let expanded = self.names.expanded(name);
                let time = times.entry(expanded).or_insert(0);
                let mut key = (expanded, *time);
                if *time > 0 && repeats.contain(self, Some(id), name) {
                    key.1 = 0;
                }
                *time += 1;
                if let Some(place) = places.get(&key) {
                    work[*place].occurrences.push(child);
                } else {
                    places.insert(key, work.len());
                    work.push(Pending {
                        parent: Some(id),
                        name,
                        occurrences: vec![child],
                        depth: pending.depth + 1,
                    });
                }
            }
        }
    }

    /// Divides the definitions into blocks.
    #[inline(never)]
    fn divide(&mut self) {
        self.blocks.push(Block {
            def: DefId::ROOT,
            parent: None,
            end: 1,
            places: Vec::new(),
            repeats: Vec::new(),
            computations: Vec::new(),
        });
        let templates = self.templates();
        for index in 0..self.defs.len() {
            let id = DefId::at(index);
            let outer = self.defs[index]
                .parent
                .map_or(BlockId::ROOT, |parent| self.def(parent).block);
            let mut block = outer;
            if self.defs[index].kind == DefKind::Repeat {
                block = BlockId(u32::try_from(self.blocks.len()).unwrap_or(u32::MAX));
                let around = &mut self.blocks[outer.index()];
                let ordinal = u32::try_from(around.repeats.len()).unwrap_or(u32::MAX);
                let offset = u32::try_from(around.places.len()).unwrap_or(u32::MAX);
                around.places.push(Place::Repeat(ordinal));
                around.repeats.push(RepeatPlace {
                    def: id,
                    offset,
                    template: templates.get(&id).copied(),
                });
                self.blocks.push(Block {
                    def: id,
                    parent: Some(outer),
                    end: block.0 + 1,
                    places: Vec::new(),
                    repeats: Vec::new(),
                    computations: Vec::new(),
                });
            }
            let places = &mut self.blocks[block.index()].places;
            let offset = u32::try_from(places.len()).unwrap_or(u32::MAX);
            places.push(Place::Def(id));
            let def = &mut self.defs[index];
            def.block = block;
            def.offset = offset;
        }
        for index in (1..self.blocks.len()).rev() {
            let end = self.blocks[index].end;
            if let Some(parent) = self.blocks[index].parent {
                let parent = &mut self.blocks[parent.index()];
                parent.end = parent.end.max(end);
            }
        }
    }

    /// For each repeat the element new instances are copied from: the one marked as template, else the first.
    #[inline(never)]
    fn templates(&self) -> HashMap<DefId, NodeIx> {
        let mut found: HashMap<DefId, (NodeIx, bool)> = HashMap::new();
        let mut work = vec![(DefId::ROOT, self.root)];
        while let Some((id, element)) = work.pop() {
            if self.def(id).kind == DefKind::Repeat {
                let marked = self.is_template(element);
                match found.get_mut(&id) {
                    None => {
                        found.insert(id, (element, marked));
                    }
                    Some(known) if marked && !known.1 => *known = (element, true),
                    Some(_) => {}
                }
            }
            let first = work.len();
            for child in self.primary.children(element) {
                let named = self
                    .primary
                    .name(child)
                    .and_then(|name| self.by_name.get(&(id, self.names.expanded(name))).copied());
                if let Some(child_id) = named {
                    work.push((child_id, child));
                }
            }
            work[first..].reverse();
        }
        found
            .into_iter()
            .map(|(id, (element, _))| (id, element))
            .collect()
    }

    fn is_template(&self, element: NodeIx) -> bool {
        self.primary.attributes(element).any(|attribute| {
            self.primary.name(attribute).is_some_and(|name| {
                self.names.local(name) == "template" && self.names.namespace(name) == JAVAROSA
            })
        })
    }
}

/// What the compiler put into the primary instance.
#[derive(Clone, Copy, Default)]
struct Added {
    instance_id: bool,
    deprecated_id: bool,
}

/// Absolute paths of everything that controls of a kind stand for, by their last steps.
#[derive(Default)]
struct Paths<'s>(HashMap<String, HashSet<Cow<'s, str>>>);

impl<'s> Paths<'s> {
    #[inline(never)]
    fn of(controls: &'s [ControlSource], kind: ControlKind) -> Self {
        let mut paths: Vec<Cow<str>> = Vec::with_capacity(controls.len());
        let mut found = Self::default();
        for control in controls {
            let around = control.parent.and_then(|parent| paths.get(parent));
            let around = around.cloned().unwrap_or_default();
            let path = match &control.reference {
                Some(reference) => absolute_text(&around, reference),
                None => around,
            };
            if control.kind == kind {
                let last = path.rsplit('/').next().unwrap_or_default().to_owned();
                found.0.entry(last).or_default().insert(path.clone());
            }
            paths.push(path);
        }
        found
    }

    /// Whether what is called so below a definition is among them.
    fn contain(&self, compiler: &Compiler, parent: Option<DefId>, name: NameId) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let name = compiler.names.qualified(name);
        let path = || compiler.path_below(parent, &name);
        self.0
            .get(&name)
            .is_some_and(|paths| paths.contains(path().as_str()))
    }
}
