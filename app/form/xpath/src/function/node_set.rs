//! Nodes.

use std::collections::HashSet;

use super::{
    Function as F,
    boolean::count,
    call::Outcome,
    number::{length, whole},
};
use crate::{
    EvaluationError, Evaluator, Expr, NodeKind, NodeRef, Value, lookup::pulled, value::is_space,
};

impl<'h> Evaluator<'h> {
    pub(super) fn call_node_set<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        Ok(match (function, arguments) {
            (F::Last, _) => length(self.size),
            (F::Position, []) => length(self.position),
            (F::Position, [node]) => {
                let nodes = self.nodes_for(function, node)?;
                let position = nodes.first().map(|&node| self.position_among_like(node));
                Value::Number(position.map_or(f64::NAN, count))
            }
            (F::Count, [nodes]) => length(self.nodes_for(function, nodes)?.len()),
            (F::CountNonEmpty, [nodes]) => {
                let nodes = self.nodes_for(function, nodes)?;
                length(
                    nodes
                        .into_iter()
                        .filter(|&node| !self.node_text(node).is_empty())
                        .count(),
                )
            }
            (F::Current, _) => Value::Nodes(vec![self.current]),
            (F::Id, [ids]) => Value::Nodes(self.by_id(ids)?),
            (F::LocalName | F::NamespaceUri | F::Name, _) => {
                let node = match arguments.first() {
                    Some(nodes) => self.nodes_for(function, nodes)?.first().copied(),
                    None => Some(self.node),
                };
                node.map_or(Value::from(""), |node| self.naming(function, node))
            }
            (F::Instance, [id]) => {
                let id = self.text(id)?;
                let node = self.host.instance(&id);
                let unknown = || EvaluationError::UnknownInstance((*id).into());
                Value::Nodes(vec![node.ok_or_else(unknown)?])
            }
            (F::IndexedRepeat, [target, pairs @ ..]) => {
                Value::Nodes(self.indexed_repeat(target, pairs)?)
            }
            (F::PullData, [instance, wanted, key, value]) => {
                let (instance, wanted) = (self.text(instance)?, self.text(wanted)?);
                let (key, value) = (self.text(key)?, self.text(value)?);
                let path = pulled(&instance, &wanted, &key, &value);
                let node = self.first(&path)?;
                node.map_or(Value::from(""), |node| Value::Text(self.node_text(node)))
            }
            (F::Once, [value]) => {
                // Kept also while the node is not relevant and reads as blank.
                let tree = self.host.tree(self.node.document);
                let kept = tree.string_value(self.node.node);
                Value::Text(if kept.is_empty() {
                    self.text(value)?
                } else {
                    kept
                })
            }
            _ => Value::Nodes(Vec::new()),
        })
    }

    fn naming(&self, function: F, node: NodeRef) -> Value<'h> {
        let tree = self.host.tree(node.document);
        let names = self.host.names();
        let Some(name) = tree.name(node.node) else {
            return "".into();
        };
        match function {
            F::LocalName => names.local(name).into(),
            // The name of a declaration is its prefix, which is of no namespace.
            F::NamespaceUri if tree.kind(node.node) == NodeKind::Namespace => "".into(),
            F::NamespaceUri => names.namespace(name).into(),
            _ => names.qualified(name).into(),
        }
    }

    /// The 1-based position among siblings of the same name that follow one another.
    fn position_among_like(&self, node: NodeRef) -> usize {
        if let Some(position) = self.host.position(node) {
            return position;
        }
        let tree = self.host.tree(node.document);
        let name = tree.name(node.node);
        let before = std::iter::successors(tree.previous_sibling(node.node), |&sibling| {
            tree.previous_sibling(sibling)
        });
        let elements = before.filter(|&sibling| tree.kind(sibling) == NodeKind::Element);
        1 + elements
            .take_while(|&sibling| tree.name(sibling) == name)
            .count()
    }

    /// Elements whose attribute `id` is one of the words given.
    fn by_id(&self, ids: &Expr) -> Outcome<Vec<NodeRef>> {
        let mut wanted: HashSet<Box<str>> = HashSet::new();
        self.each_text(ids, &mut |text| {
            let words = text.split(is_space).filter(|word| !word.is_empty());
            wanted.extend(words.map(Box::from));
            Ok(())
        })?;
        let tree = self.host.tree(self.node.document);
        let names = self.host.names();
        let Some(id) = names.find("", "id").filter(|_| !wanted.is_empty()) else {
            return Ok(Vec::new());
        };
        let root = self.host.root(self.node);
        let found = tree.descendants(root.node).filter(|&node| {
            tree.attributes(node).any(|attribute| {
                tree.name(attribute)
                    .is_some_and(|name| names.expanded(name) == id)
                    && wanted.contains(tree.text(attribute))
            })
        });
        Ok(found.map(|node| root.at(node)).collect())
    }

    /// `indexed-repeat(target, repeat, position, …)`: what `target` selects within the repeat instance that the pairs,
    /// from the outermost inwards, choose.
    fn indexed_repeat(&self, target: &Expr, pairs: &[Expr]) -> Outcome<Vec<NodeRef>> {
        let mut levels: Vec<(Vec<NodeRef>, usize)> = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks(2) {
            let [repeat, position] = pair else { continue };
            let position = whole(self.number(position)?).and_then(|at| usize::try_from(at).ok());
            let repeats = self.nodes_for(F::IndexedRepeat, repeat)?;
            let Some(position) = position.filter(|&at| at > 0 && at <= repeats.len()) else {
                return Ok(Vec::new());
            };
            levels.push((repeats, position));
        }
        // The arguments may name the repeats in any order.
        let depth = |node: &NodeRef| {
            let tree = self.host.tree(node.document);
            tree.ancestors_or_self(node.node).count()
        };
        levels.sort_by_key(|(repeats, _)| repeats.first().map_or(0, depth));
        let mut chosen: Option<NodeRef> = None;
        for (repeats, position) in levels {
            let mut inside = repeats
                .into_iter()
                .filter(|&node| chosen.is_none_or(|outer| self.is_within_node(node, outer)));
            match inside.nth(position - 1) {
                Some(repeat) => chosen = Some(repeat),
                None => return Ok(Vec::new()),
            }
        }
        let mut targets = self.nodes_for(F::IndexedRepeat, target)?;
        targets.retain(|&node| chosen.is_some_and(|repeat| self.is_within_node(node, repeat)));
        Ok(targets)
    }

    fn is_within_node(&self, node: NodeRef, outer: NodeRef) -> bool {
        let tree = self.host.tree(node.document);
        node.document == outer.document
            && tree
                .ancestors_or_self(node.node)
                .any(|above| above == outer.node)
    }
}
