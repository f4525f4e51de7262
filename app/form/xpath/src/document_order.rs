//! Which node comes before which.

use std::{cmp::Ordering, collections::HashMap};

use crate::tree::{NodeIx, NodeKind, Tree};

impl Tree {
    /// Document order: an element before its namespaces and attributes, which are in the order written, and those
    /// before its children. Nodes of two detached subtrees are ordered by their subtrees' ids.
    pub fn compare(&self, a: NodeIx, b: NodeIx) -> Ordering {
        if self.ordered || a == b {
            return a.cmp(&b);
        }
        let line = |node| {
            let mut line: Vec<NodeIx> = self.ancestors_or_self(node).collect();
            line.reverse();
            line
        };
        let (line_a, line_b) = (line(a), line(b));
        let fork = line_a.iter().zip(&line_b).position(|(a, b)| a != b);
        let Some(fork) = fork else {
            return line_a.len().cmp(&line_b.len());
        };
        let (a, b) = (line_a[fork], line_b[fork]);
        if fork == 0 {
            return a.cmp(&b);
        }
        let is_bound = |node| matches!(self.kind(node), NodeKind::Attribute | NodeKind::Namespace);
        match (is_bound(a), is_bound(b)) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Search both ways at once, so that neighbours are told apart at once.
            _ => {
                let (mut forward, mut back) = (self.next_sibling(a), self.previous_sibling(a));
                loop {
                    if forward == Some(b) || back.is_none() {
                        return Ordering::Less;
                    }
                    if back == Some(b) || forward.is_none() {
                        return Ordering::Greater;
                    }
                    forward = forward.and_then(|node| self.next_sibling(node));
                    back = back.and_then(|node| self.previous_sibling(node));
                }
            }
        }
    }

    /// Sorts into document order and drops duplicates.
    pub fn sort(&self, nodes: &mut Vec<NodeIx>) {
        /// From here on one walk over the tree is cheaper than finding forks for every comparison.
        const MANY: usize = 16;
        if self.ordered {
            nodes.sort_unstable();
        } else if nodes.len() < MANY {
            nodes.sort_by(|&a, &b| self.compare(a, b));
        } else {
            let mut ranks: HashMap<NodeIx, usize> =
                nodes.iter().map(|&node| (node, usize::MAX)).collect();
            let all = std::iter::once(NodeIx::DOCUMENT).chain(self.descendants(NodeIx::DOCUMENT));
            for (rank, node) in all
                .flat_map(|node| std::iter::once(node).chain(self.bound(node)))
                .enumerate()
            {
                if let Some(known) = ranks.get_mut(&node) {
                    *known = rank;
                }
            }
            nodes.sort_by_key(|node| (ranks[node], *node));
        }
        nodes.dedup();
    }
}
