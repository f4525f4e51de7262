//! How instances of repeats come and go. The nodes of a block get consecutive ids, so that a path inside it is an addition.

use std::sync::Arc;

use xpath::{Names, NodeIx, NodeKind, NodeRef, Tree};

use super::state::{Flags, State};
use super::{Instance, NodeId};
use crate::form::{BlockId, DefKind, Form, Place};
use crate::reference::Reference;
use crate::xform::read::JAVAROSA;

/// The root, or an instance of a repeat.
#[derive(Clone, Debug)]
pub(super) struct BlockInstance {
    pub block: BlockId,
    pub parent: Option<u32>,
    /// Its first node; those of `Block::places` follow.
    pub base: u32,
    /// The instances of each repeat directly in it, in order.
    pub lists: Vec<Vec<u32>>,
    /// Which of its siblings it is, from 0.
    pub index: u32,
}

/// Where initial values come from: an element of a document, and that document's names.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub tree: &'a Tree,
    pub names: &'a Names,
    pub element: Option<NodeIx>,
    /// Nodes that have no element there are noted as absent, and have the form's own initial value.
    pub is_submission: bool,
    /// Leaves begin blank whatever the element says.
    pub blank: bool,
}

/// A block still to be made.
struct Planned {
    block: BlockId,
    parent: Option<u32>,
    around: NodeIx,
    before: Option<NodeIx>,
    element: Option<NodeIx>,
    /// Where the form's own initial values are.
    fallback: Option<NodeIx>,
    /// Which list of the parent it joins.
    list: Option<(u32, usize)>,
}

impl Instance {
    /// Makes a block with everything in it. Gives it and every block inside it.
    pub(super) fn create_block(
        &mut self,
        block: BlockId,
        parent: Option<(u32, u32, usize)>,
        origin: Origin,
        fallback: Option<NodeIx>,
    ) -> Vec<u32> {
        let form = Arc::clone(&self.form);
        let (around, before) = match parent {
            None => (NodeIx::DOCUMENT, None),
            Some((parent, repeat, place)) => {
                let anchor = self.anchor(parent, repeat);
                let list = &self.blocks[parent as usize].lists[repeat as usize];
                let before = list
                    .get(place)
                    .map_or(anchor, |next| self.block_node(*next, 0));
                (
                    self.tree.parent(anchor).unwrap_or(NodeIx::DOCUMENT),
                    Some(before),
                )
            }
        };
        let mut work = vec![Planned {
            block,
            parent: parent.map(|(parent, ..)| parent),
            around,
            before,
            element: origin.element,
            fallback,
            list: parent.map(|(_, repeat, place)| (repeat, place)),
        }];
        let mut made = Vec::new();
        while let Some(planned) = work.pop() {
            let (number, sources) = self.make(&form, &planned, origin);
            made.push(number);
            let first = work.len();
            for (ordinal, place) in form.block(planned.block).repeats.iter().enumerate() {
                let def = form.def(place.def);
                let parent_offset = def.parent.map_or(0, |parent| form.def(parent).offset) as usize;
                let (own, fallback) = sources.get(parent_offset).copied().unwrap_or_default();
                let controlled = form
                    .control_of(place.def)
                    .is_some_and(|control| control.count.is_some());
                let instances_in = |tree: &Tree, names: &Names, parent: Option<NodeIx>| {
                    parent.map_or_else(Vec::new, |parent| {
                        tree.children(parent)
                            .filter(|child| {
                                tree.name(*child).is_some_and(|name| {
                                    same_name(names, name, &form.names, def.name)
                                }) && !is_template(tree, names, *child)
                            })
                            .collect()
                    })
                };
                let mut elements: Vec<Option<NodeIx>> = Vec::new();
                let mut fallbacks: Vec<NodeIx> = Vec::new();
                if origin.is_submission {
                    elements = instances_in(origin.tree, origin.names, own)
                        .into_iter()
                        .map(Some)
                        .collect();
                    fallbacks = instances_in(&form.primary, &form.names, fallback);
                    let fixed = form
                        .control_of(place.def)
                        .is_some_and(|control| control.no_add_remove);
                    // Nobody can add the instances a form keeps fixed, so what is missing of them is made up for.
                    if fixed && elements.len() < fallbacks.len() {
                        elements.resize(fallbacks.len(), None);
                    }
                } else if !controlled && !origin.blank {
                    fallbacks = instances_in(&form.primary, &form.names, fallback);
                    elements = fallbacks.iter().copied().map(Some).collect();
                }
                let anchor = self.anchor(number, u32::try_from(ordinal).unwrap_or(u32::MAX));
                let around = self.tree.parent(anchor).unwrap_or(NodeIx::DOCUMENT);
                for (place_in_list, element) in elements.into_iter().enumerate() {
                    let fallback = fallbacks.get(place_in_list).copied().or(place.template);
                    work.push(Planned {
                        block: def.block,
                        parent: Some(number),
                        around,
                        before: Some(anchor),
                        element,
                        fallback,
                        list: Some((u32::try_from(ordinal).unwrap_or(u32::MAX), place_in_list)),
                    });
                }
            }
            work[first..].reverse();
        }
        made
    }

    /// Makes the nodes of one block. Gives, by offset, the elements they took their values from: given, and the form's own.
    #[allow(clippy::type_complexity, reason = "two elements a place")]
    fn make(
        &mut self,
        form: &Form,
        planned: &Planned,
        origin: Origin,
    ) -> (u32, Vec<(Option<NodeIx>, Option<NodeIx>)>) {
        let block = form.block(planned.block);
        let number = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        let base = u32::try_from(self.tree.len()).unwrap_or(u32::MAX);
        let mut sources: Vec<(Option<NodeIx>, Option<NodeIx>)> =
            Vec::with_capacity(block.places.len());
        // For each parent, the child looked at last: the next one is most often its sibling.
        let mut cursors = [
            vec![None; block.places.len()],
            vec![None; block.places.len()],
        ];
        self.states.resize(
            self.tree.len(),
            State {
                def: crate::DefId::ROOT,
                block: number,
                flags: Flags::default(),
                pending: 0,
                changed: 0,
                number: f64::NAN,
            },
        );
        for (offset, place) in block.places.iter().enumerate() {
            let (def_id, is_anchor) = match *place {
                Place::Def(id) => (id, false),
                Place::Repeat(ordinal) => (block.repeats[ordinal as usize].def, true),
            };
            let def = form.def(def_id);
            let parent_offset = def.parent.map_or(0, |parent| form.def(parent).offset) as usize;
            let at = |offset: usize| {
                NodeIx::from_index(base as usize + offset).unwrap_or(NodeIx::DOCUMENT)
            };
            let mut flags = Flags::default();
            flags.set(Flags::SELF_RELEVANT, true);
            flags.set(Flags::SELF_READONLY, def.always_readonly);
            flags.set(Flags::ANCHOR, is_anchor);
            let mut number_value = f64::NAN;
            if is_anchor {
                self.tree.append_comment(at(parent_offset), "");
                sources.push((None, None));
            } else if offset == 0 {
                self.tree
                    .insert_element(planned.around, planned.before, def.name);
                sources.push((planned.element, planned.fallback));
            } else {
                let (given_parent, own_parent) = sources[parent_offset];
                let given = given_parent.and_then(|parent| {
                    find(
                        origin.tree,
                        origin.names,
                        parent,
                        &mut cursors[0][parent_offset],
                        form,
                        def_id,
                    )
                });
                let own = if origin.is_submission {
                    own_parent.and_then(|parent| {
                        find(
                            &form.primary,
                            &form.names,
                            parent,
                            &mut cursors[1][parent_offset],
                            form,
                            def_id,
                        )
                    })
                } else {
                    given
                };
                if def.kind == DefKind::Attribute {
                    let attribute = self.tree.set_attribute(at(parent_offset), def.name, "");
                    if given.is_none() && own.is_none() {
                        // Other instances have it, this one has not.
                        self.tree.detach(attribute);
                    }
                } else {
                    self.tree.append_element(at(parent_offset), def.name);
                }
                sources.push((given, own));
            }
            let node = at(offset);
            if !is_anchor && matches!(def.kind, DefKind::Leaf | DefKind::Attribute) {
                let (given, own) = sources[offset];
                let text = match (given, own) {
                    _ if origin.blank && def.kind == DefKind::Leaf => "".into(),
                    (Some(given), _) => origin.tree.string_value(given),
                    (None, Some(own)) => {
                        flags.set(Flags::ABSENT, origin.is_submission);
                        form.primary.string_value(own)
                    }
                    (None, None) => {
                        flags.set(Flags::ABSENT, origin.is_submission);
                        "".into()
                    }
                };
                let text = def.data_type.normalise(&text);
                if !text.is_empty() {
                    self.tree.set_text(node, &text);
                    number_value = super::recompute::number_of(&text);
                }
            }
            self.states.push(State {
                def: def_id,
                block: number,
                flags,
                pending: 0,
                changed: 0,
                number: number_value,
            });
            debug_assert_eq!(self.states.len(), self.tree.len());
        }
        self.blocks.push(BlockInstance {
            block: planned.block,
            parent: planned.parent,
            base,
            lists: vec![Vec::new(); block.repeats.len()],
            index: 0,
        });
        self.by_block[planned.block.index()].push(number);
        if let (Some(parent), Some((list, place))) = (planned.parent, planned.list) {
            let list = &mut self.blocks[parent as usize].lists[list as usize];
            list.insert(place.min(list.len()), number);
            let siblings = list.clone();
            for (index, sibling) in siblings.into_iter().enumerate().skip(place) {
                self.blocks[sibling as usize].index = u32::try_from(index).unwrap_or(u32::MAX);
            }
        }
        (number, sources)
    }

    /// Takes an instance of a repeat out, with everything in it. It may be put back until it is forgotten.
    pub(super) fn take_out(&mut self, number: u32) {
        self.tree.detach(self.block_node(number, 0));
        let place = self.blocks[number as usize].index as usize;
        if let Some(list) = self.list_of(number) {
            list.retain(|other| *other != number);
            self.renumber(number, place);
        }
        for inner in self.blocks_in(number) {
            let block = self.blocks[inner as usize].block;
            self.by_block[block.index()].retain(|other| *other != inner);
        }
    }

    /// Puts an instance that was taken out back to where it was, and notes everything in it as to be computed.
    pub(super) fn put_back(&mut self, number: u32) {
        let place = self.blocks[number as usize].index as usize;
        let (Some(around), def) = (
            self.blocks[number as usize].parent,
            self.state(self.block_node(number, 0)).def,
        ) else {
            return;
        };
        let Some(ordinal) = self.repeat_ordinal(around, def) else {
            return;
        };
        let anchor = self.anchor(around, ordinal);
        let list = &mut self.blocks[around as usize].lists[ordinal as usize];
        let next = list.get(place).copied();
        list.insert(place.min(list.len()), number);
        let before = next.map_or(anchor, |next| self.block_node(next, 0));
        let parent = self.tree.parent(anchor).unwrap_or(NodeIx::DOCUMENT);
        self.tree
            .attach(self.block_node(number, 0), parent, Some(before));
        self.renumber(number, place);
        for inner in self.blocks_in(number) {
            let block = self.blocks[inner as usize].block;
            self.by_block[block.index()].push(inner);
            self.mark_block(inner);
        }
    }

    /// Forgets what is known of an instance that was taken out.
    pub(super) fn forget(&mut self, number: u32) {
        for inner in self.blocks_in(number) {
            let block = &mut self.blocks[inner as usize];
            block.lists.clear();
            let (base, id) = (block.base as usize, block.block);
            for offset in 0..self.form.block(id).places.len() {
                let node = NodeIx::from_index(base + offset).unwrap_or(NodeIx::DOCUMENT);
                self.choices.remove(&node);
                self.withheld.remove(&node);
                self.texts.remove(&(node, true));
                self.texts.remove(&(node, false));
                self.outcomes.remove(&node);
            }
        }
    }

    /// A block instance and all there are in it.
    fn blocks_in(&self, number: u32) -> Vec<u32> {
        let mut found = vec![number];
        let mut next = 0;
        while let Some(&number) = found.get(next) {
            found.extend(self.blocks[number as usize].lists.iter().flatten());
            next += 1;
        }
        found
    }

    /// The list of instances that a block instance is part of, or was.
    fn list_of(&mut self, number: u32) -> Option<&mut Vec<u32>> {
        let around = self.blocks[number as usize].parent?;
        let def = self.state(self.block_node(number, 0)).def;
        let ordinal = self.repeat_ordinal(around, def)?;
        Some(&mut self.blocks[around as usize].lists[ordinal as usize])
    }

    /// Tells the instances from a place on which they are, after one of them came or went.
    fn renumber(&mut self, number: u32, from: usize) {
        let siblings = self.list_of(number).cloned().unwrap_or_default();
        for (index, sibling) in siblings.into_iter().enumerate().skip(from) {
            self.blocks[sibling as usize].index = u32::try_from(index).unwrap_or(u32::MAX);
        }
    }

    /// The node at an offset of a block instance.
    pub(super) fn block_node(&self, number: u32, offset: u32) -> NodeIx {
        let base = self.blocks[number as usize].base;
        NodeIx::from_index((base + offset) as usize).unwrap_or(NodeIx::DOCUMENT)
    }

    /// The anchor of a repeat in a block instance.
    pub(super) fn anchor(&self, number: u32, repeat: u32) -> NodeIx {
        let block = self.form.block(self.blocks[number as usize].block);
        self.block_node(number, block.repeats[repeat as usize].offset)
    }

    /// The instance of a block around (or being) a block instance.
    pub(super) fn climb(&self, from: u32, to: BlockId) -> Option<u32> {
        let mut number = from;
        while self.blocks[number as usize].block != to {
            number = self.blocks[number as usize].parent?;
        }
        Some(number)
    }

    /// Every instance of a block inside (or being) a block instance, in document order.
    pub(super) fn within(&self, from: u32, block: BlockId, visit: &mut dyn FnMut(u32)) {
        let from_block = self.blocks[from as usize].block;
        if from_block == block {
            visit(from);
            return;
        }
        // The repeats to go through, outermost first.
        let mut way = Vec::new();
        let mut inner = block;
        while inner != from_block {
            let def = self.form.block(inner).def;
            let Some(outer) = self.form.block(inner).parent else {
                return;
            };
            let Some(ordinal) = self
                .form
                .block(outer)
                .repeats
                .iter()
                .position(|place| place.def == def)
            else {
                return;
            };
            way.push(ordinal);
            inner = outer;
        }
        self.within_way(from, &way, visit);
    }

    /// Recursion is bounded by how deep a form's repeats nest.
    fn within_way(&self, from: u32, way: &[usize], visit: &mut dyn FnMut(u32)) {
        match way.split_last() {
            None => visit(from),
            Some((ordinal, rest)) => {
                for inner in &self.blocks[from as usize].lists[*ordinal] {
                    self.within_way(*inner, rest, visit);
                }
            }
        }
    }

    /// The nodes a reference stands for, seen from a node.
    pub(super) fn resolve(
        &self,
        reference: &Reference,
        context: NodeIx,
        visit: &mut dyn FnMut(NodeIx),
    ) {
        let from = self.state(context).block;
        let start = if reference.absolute {
            let reach = if reference.all_instances {
                let around = self.form.block(reference.block).parent;
                around.unwrap_or(reference.block)
            } else {
                reference.block
            };
            // Outwards until what is reached for lies within.
            let mut number = from;
            while !self
                .form
                .is_within(reach, self.blocks[number as usize].block)
            {
                match self.blocks[number as usize].parent {
                    Some(parent) => number = parent,
                    None => return,
                }
            }
            number
        } else {
            match self.climb(from, reference.anchor) {
                Some(number) => number,
                None => return,
            }
        };
        self.within(start, reference.block, &mut |number| {
            visit(self.block_node(number, reference.offset));
        });
    }

    /// The one node a reference stands for, where it can only be one: no instances to go through.
    pub(super) fn resolve_single(&self, reference: &Reference, context: NodeIx) -> Option<NodeIx> {
        if reference.all_instances {
            return None;
        }
        let number = self.climb(self.state(context).block, reference.block)?;
        if !reference.absolute && !self.form.is_within(reference.anchor, reference.block) {
            return None;
        }
        Some(self.block_node(number, reference.offset))
    }

    pub(crate) fn primary(node: NodeIx) -> NodeRef {
        NodeRef::new(xpath::DocumentId::PRIMARY, node)
    }

    /// The block instance whose first node this is.
    pub(super) fn block_at(&self, node: NodeId) -> Option<u32> {
        let state = self.states.get(node.index())?;
        let block = &self.blocks[state.block as usize];
        (block.base as usize == node.index() && !state.flags.contains(Flags::ANCHOR))
            .then_some(state.block)
    }
}

/// The child (or attribute) of an element that a definition names.
fn find(
    tree: &Tree,
    names: &Names,
    parent: NodeIx,
    cursor: &mut Option<NodeIx>,
    form: &Form,
    def: crate::DefId,
) -> Option<NodeIx> {
    let wanted = form.def(def).name;
    let matches = |node: NodeIx| {
        tree.name(node)
            .is_some_and(|name| same_name(names, name, &form.names, wanted))
    };
    if form.def(def).kind == DefKind::Attribute {
        return tree.attributes(parent).find(|node| matches(*node));
    }
    let next = match *cursor {
        Some(last) => tree.next_sibling(last),
        None => tree.first_child(parent),
    };
    let mut candidate = next;
    while let Some(node) = candidate {
        if tree.kind(node) == NodeKind::Element && matches(node) {
            *cursor = Some(node);
            return Some(node);
        }
        // Anything else directly behind is out of order or unknown: look at all of them.
        if tree.kind(node) == NodeKind::Element {
            break;
        }
        candidate = tree.next_sibling(node);
    }
    let found = tree
        .children(parent)
        .find(|node| tree.kind(*node) == NodeKind::Element && matches(*node))?;
    // An element met before is not taken twice by twins, as each stands behind the last one taken.
    *cursor = Some(found);
    Some(found)
}

/// Names are equal if their namespaces are, or if both are written without prefix: submissions often leave out the form's
/// default namespace.
pub(super) fn same_name(
    names: &Names,
    name: xpath::NameId,
    form_names: &Names,
    form_name: xpath::NameId,
) -> bool {
    if std::ptr::eq(names, form_names) && name == form_name {
        return true;
    }
    names.local(name) == form_names.local(form_name)
        && (names.namespace(name) == form_names.namespace(form_name)
            || (names.prefix(name).is_empty() && form_names.prefix(form_name).is_empty()))
}

pub(super) fn is_template(tree: &Tree, names: &Names, element: NodeIx) -> bool {
    tree.attributes(element).any(|attribute| {
        tree.name(attribute).is_some_and(|name| {
            names.local(name) == "template" && names.namespace(name) == JAVAROSA
        })
    })
}
