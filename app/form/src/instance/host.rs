//! What expressions ask of an instance.

use std::borrow::Cow;

use xpath::{DocumentId, Evaluator, Host, Names, NodeIx, NodeRef, ReferenceId, Tree};

use super::{Flags, Instance};
use crate::compile::absolute_text;
use crate::form::DefKind;
use crate::limits;

impl Instance {
    /// Where an expression is evaluated. Each may look at so many nodes: predicates within predicates multiply, and forms come
    /// from strangers.
    pub(crate) fn evaluator(&self, node: NodeRef) -> Evaluator<'_> {
        self.work.set(limits::MAX_NODES_LOOKED_AT);
        Evaluator::new(self, node)
    }
}

impl Host for Instance {
    fn tree(&self, document: DocumentId) -> &Tree {
        match document.0.checked_sub(1) {
            None => &self.tree,
            Some(index) => self
                .form
                .instances
                .get(index as usize)
                .unwrap_or(&self.tree),
        }
    }

    fn names(&self) -> &Names {
        &self.form.names
    }

    fn session(&self) -> &xpath::Session {
        &self.world
    }

    fn root(&self, _node: NodeRef) -> NodeRef {
        // Absolute paths are of the primary instance, also in predicates on items of another one.
        Self::primary(NodeIx::DOCUMENT)
    }

    fn spend(&self, nodes: usize) -> bool {
        let left = self.work.get().checked_sub(nodes);
        self.work.set(left.unwrap_or(0));
        left.is_some()
    }

    fn random(&self) -> u64 {
        // SplitMix64.
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn instance(&self, id: &str) -> Option<NodeRef> {
        self.form
            .instance_ids
            .get(id)
            .map(|document| NodeRef::new(*document, NodeIx::DOCUMENT))
    }

    fn is_blank(&self, node: NodeRef) -> bool {
        node.document == DocumentId::PRIMARY
            && self
                .states
                .get(node.node.index())
                .is_some_and(|state| !state.flags.contains(Flags::RELEVANT))
            && node.node != NodeIx::DOCUMENT
    }

    fn number(&self, node: NodeRef) -> Option<f64> {
        if node.document != DocumentId::PRIMARY {
            return None;
        }
        let state = self.states.get(node.node.index())?;
        (!state.number.is_nan() && state.flags.contains(Flags::RELEVANT)).then_some(state.number)
    }

    fn reference_first(&self, reference: ReferenceId, context: NodeRef) -> Option<NodeRef> {
        let reference = &self.form.references[reference.0 as usize];
        if let Some(node) = self.resolve_single(reference, context.node) {
            return Some(Self::primary(node));
        }
        let mut first = None;
        self.resolve(reference, context.node, &mut |node| {
            first.get_or_insert(node);
        });
        first.map(Self::primary)
    }

    fn reference_all(&self, reference: ReferenceId, context: NodeRef, into: &mut Vec<NodeRef>) {
        let reference = &self.form.references[reference.0 as usize];
        match self.resolve_single(reference, context.node) {
            Some(node) => into.push(Self::primary(node)),
            None => self.resolve(reference, context.node, &mut |node| {
                into.push(Self::primary(node));
            }),
        }
    }

    fn reference_is_single(&self, reference: ReferenceId) -> bool {
        let reference = &self.form.references[reference.0 as usize];
        let outermost = if reference.absolute {
            crate::form::BlockId::ROOT
        } else {
            reference.anchor
        };
        !reference.all_instances && reference.block == outermost
    }

    fn itext(&self, id: &str) -> Option<Cow<'_, str>> {
        let language = self.language_index();
        self.translated(id, language, "", NodeIx::DOCUMENT)
            .map(Cow::Owned)
    }

    fn choice_name(&self, value: &str, path: &str, context: NodeRef) -> Option<String> {
        let around = self.form.path(self.state(context.node).def);
        let path = absolute_text(&around, path);
        let def = self.form.find_path(&path)?;
        let target = self.form.def(def);
        let reference = crate::reference::Reference {
            target: def,
            block: target.block,
            offset: target.offset,
            anchor: crate::form::BlockId::ROOT,
            absolute: true,
            all_instances: false,
        };
        let mut first = None;
        self.resolve(&reference, context.node, &mut |node| {
            first.get_or_insert(node);
        });
        let node = super::NodeId::of(first?);
        let language = self.language();
        self.choices_in(node, &language)
            .into_iter()
            .find(|choice| choice.value == value)
            .map(|choice| choice.label)
    }

    fn position(&self, node: NodeRef) -> Option<usize> {
        if node.document != DocumentId::PRIMARY {
            return None;
        }
        let state = self.states.get(node.node.index())?;
        if self.form.def(state.def).kind != DefKind::Repeat {
            return None;
        }
        let block = &self.blocks[state.block as usize];
        (block.base as usize == node.node.index()).then_some(block.index as usize + 1)
    }

    fn property(&self, name: &str) -> Option<Cow<'_, str>> {
        self.session
            .properties
            .get(name)
            .map(|value| Cow::Borrowed(value.as_str()))
    }

    fn indexes(&self) -> Option<&xpath::Indexes> {
        Some(&self.form.indexes)
    }
}
