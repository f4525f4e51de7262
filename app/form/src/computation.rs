//! What is computed, from what, and in which order.

use crate::definition_error::DefinitionFault;
use crate::form::{BlockId, DefId, ExpressionId};

/// One result of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Result {
    Relevant,
    Readonly,
    Required,
    Calculate,
    /// How many instances a repeat has.
    Count,
    Choices,
    Constraint,
    /// Of a check item: whether it calls for a finding, and what it counts for.
    Item,
    Label,
    Hint,
}

impl Result {
    pub fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

/// An expression and whose result it gives, for every node of a definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Computation {
    pub result: Result,
    pub def: DefId,
    /// None where the result is drawn from more than one expression.
    pub expression: Option<ExpressionId>,
}

/// A computation that reads a node: the nodes to compute anew are those in the same instance of `anchor` as the node read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reader {
    pub computation: u32,
    pub anchor: BlockId,
}

/// What an expression reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Read {
    pub def: DefId,
    pub anchor: BlockId,
    pub what: ReadWhat,
    /// May be a node of another instance of the repeat than the reader's own, so that reading it closes no circle.
    pub elsewhere: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ReadWhat {
    Value,
    /// How many instances a repeat has, and their order.
    Structure,
}

/// A computation on its way into order, with what it reads.
#[derive(Debug)]
pub(crate) struct Unordered {
    pub computation: Computation,
    pub reads: Vec<Read>,
}

/// Puts computations into an order in which nothing is computed before what it reads. Circles through relevance alone, or
/// through other instances of a repeat, are taken for what they are (the result settles when they are computed again); any other
/// circle is a fault, given with a node on it.
///
/// Nothing recurses: a chain of calculations may be as long as the form.
#[inline(never)]
pub(crate) fn order<'m>(
    unordered: &[Unordered],
    makers: &dyn Fn(DefId) -> &'m [(usize, bool)],
) -> (Vec<u32>, Vec<Vec<usize>>) {
    let edges = Edges::between(unordered, makers);
    let mut ordered = Vec::with_capacity(unordered.len());
    let mut circles = Vec::new();
    for component in components(&edges) {
        if let [single] = component[..] {
            if edges.hard(single).any(|reader| reader == single) {
                circles.push(vec![single as usize]);
            }
            ordered.push(single);
            continue;
        }
        let (within, circle) = by_hard_edges(&component, &edges);
        if !circle.is_empty() {
            circles.push(circle);
        }
        ordered.extend(within);
    }
    // In document order, whichever order they were found in.
    circles.sort_unstable();
    (ordered, circles)
}

/// Who must wait for whom.
struct Edges {
    /// By who is waited for.
    all: Vec<Edge>,
    /// By computation: where its edges begin, and one more for where the last ones end.
    starts: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: u32,
    /// May be part of a circle; the others come before.
    soft: bool,
    to: u32,
}

impl Edges {
    fn between<'m>(unordered: &[Unordered], makers: &dyn Fn(DefId) -> &'m [(usize, bool)]) -> Self {
        let mut all = Vec::new();
        for (to, entry) in (0_u32..).zip(unordered) {
            for read in &entry.reads {
                for &(maker, certain) in makers(read.def) {
                    let soft = !certain || read.elsewhere;
                    let from = u32::try_from(maker).unwrap_or(u32::MAX);
                    if !soft || from != to {
                        all.push(Edge { from, soft, to });
                    }
                }
            }
        }
        Self::new(unordered.len(), all)
    }

    fn new(count: usize, mut all: Vec<Edge>) -> Self {
        all.sort_unstable();
        all.dedup();
        let mut starts = Vec::with_capacity(count + 1);
        let mut at = 0;
        for from in 0..=count {
            while all.get(at).is_some_and(|edge| (edge.from as usize) < from) {
                at += 1;
            }
            starts.push(at);
        }
        Self { all, starts }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// All that wait for a computation.
    fn of(&self, from: u32) -> &[Edge] {
        let from = from as usize;
        &self.all[self.starts[from]..self.starts[from + 1]]
    }

    fn hard(&self, from: u32) -> impl Iterator<Item = u32> {
        let hard = self.of(from).iter().take_while(|edge| !edge.soft);
        hard.map(|edge| edge.to)
    }
}

/// Strongly connected components in an order in which every edge goes forward (Tarjan's algorithm, with its stack on the heap).
#[inline(never)]
fn components(edges: &Edges) -> Vec<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0_u32; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let mut stack: Vec<u32> = Vec::new();
    let mut next_index = 0_u32;
    let mut found = Vec::new();
    let mut visits: Vec<(u32, usize)> = Vec::new();
    for start in 0..u32::try_from(edges.len()).unwrap_or(u32::MAX) {
        if index[start as usize] != UNSEEN {
            continue;
        }
        visits.push((start, 0));
        while let Some((node, edge)) = visits.pop() {
            let at = node as usize;
            if edge == 0 {
                index[at] = next_index;
                low[at] = next_index;
                next_index += 1;
                stack.push(node);
                on_stack[at] = true;
            } else {
                // Back from the edge before this one.
                let child = edges.of(node)[edge - 1].to as usize;
                low[at] = low[at].min(low[child]);
            }
            let mut edge = edge;
            let mut descended = false;
            while let Some(&Edge { to: child, .. }) = edges.of(node).get(edge) {
                edge += 1;
                if index[child as usize] == UNSEEN {
                    visits.push((node, edge));
                    visits.push((child, 0));
                    descended = true;
                    break;
                } else if on_stack[child as usize] {
                    low[at] = low[at].min(index[child as usize]);
                }
            }
            if !descended && low[at] == index[at] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    component.push(member);
                    if member == node {
                        break;
                    }
                }
                component.sort_unstable();
                found.push(component);
            }
        }
    }
    found.reverse();
    found
}

/// The members of a component by their hard edges alone; what is left of them on a circle, in its order.
#[inline(never)]
fn by_hard_edges(component: &[u32], edges: &Edges) -> (Vec<u32>, Vec<usize>) {
    let position = |node: u32| component.binary_search(&node).ok();
    let mut waiting = vec![0_usize; component.len()];
    for &node in component {
        for reader in edges.hard(node) {
            if let Some(place) = position(reader) {
                waiting[place] += 1;
            }
        }
    }
    let mut ready: Vec<u32> = component
        .iter()
        .zip(&waiting)
        .filter(|(_, waiting)| **waiting == 0)
        .map(|(node, _)| *node)
        .rev()
        .collect();
    let mut ordered = Vec::with_capacity(component.len());
    while let Some(node) = ready.pop() {
        ordered.push(node);
        for reader in edges.hard(node) {
            if let Some(place) = position(reader) {
                waiting[place] -= 1;
                if waiting[place] == 0 {
                    ready.push(reader);
                }
            }
        }
    }
    if ordered.len() == component.len() {
        return (ordered, Vec::new());
    }
    // From any member left, along edges between members left, until one comes again.
    let left = |node: u32| position(node).is_some_and(|place| waiting[place] > 0);
    let mut backward: std::collections::HashMap<u32, u32> = std::collections::HashMap::new();
    for &node in component.iter().filter(|node| left(**node)) {
        for reader in edges.hard(node) {
            if left(reader) {
                backward.insert(reader, node);
            }
        }
    }
    let mut way = Vec::new();
    let mut places: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    let mut next = component
        .iter()
        .copied()
        .find(|node| left(*node) && backward.contains_key(node));
    while let Some(node) = next {
        if let Some(&start) = places.get(&(node as usize)) {
            way.drain(..start);
            break;
        }
        places.insert(node as usize, way.len());
        way.push(node as usize);
        next = backward.get(&node).copied();
    }
    (component.to_vec(), way)
}

/// The fault of a circle through nodes of these paths.
pub(crate) fn circle(mut path: Vec<String>) -> DefinitionFault {
    path.dedup();
    if path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    if let Some(first) = path.first().cloned() {
        path.push(first);
    }
    DefinitionFault::Cycle { path }
}

#[cfg(test)]
mod tests {
    use super::{Edge, Edges, components};

    fn edges(count: usize, pairs: impl IntoIterator<Item = (u32, u32)>) -> Edges {
        let soft = false;
        let pairs = pairs.into_iter();
        Edges::new(
            count,
            pairs.map(|(from, to)| Edge { from, soft, to }).collect(),
        )
    }

    #[test]
    fn components_come_before_what_waits_for_them() {
        let edges = edges(4, [(0, 1), (1, 2), (2, 1), (2, 3)]);
        assert_eq!(components(&edges), [vec![0], vec![1, 2], vec![3]]);
    }

    #[test]
    fn a_long_chain_costs_no_stack() {
        let edges = edges(200_000, (1..200_000).map(|node| (node - 1, node)));
        assert_eq!(components(&edges).len(), 200_000);
    }
}
