//! Which part of which node is computed from which other, and in what order.
//!
//! Every node has three parts: its *relevance*, its *value*, and its *judgement* (required, readonly, violation, finding,
//! score), which nothing else is computed from. A reference reads a value and its relevance at once. All parts of a form
//! have one fixed rank each, after everything they depend on; judgements come last, in document order.

use crate::form::{CompiledNode, NodeId};

/// The nodes the expressions of one node read.
#[derive(Debug, Default)]
pub(crate) struct NodeReads {
    pub relevant: Vec<NodeId>,
    pub calculate: Vec<NodeId>,
    pub judgement: Vec<NodeId>,
}

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Relevance(NodeId),
    Value(NodeId),
    Judgement(NodeId),
}

/// The place of a part in the order of computation.
pub(crate) type Rank = u32;

/// The order, and who reads whom.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    nodes: usize,
    /// By rank, for relevances and values: their number in the graph.
    order: Vec<u32>,
    /// By number in the graph.
    rank: Vec<Rank>,
    /// By node, where its readers begin in `readers`.
    first_reader: Vec<u32>,
    /// Ranks of the parts that read a node.
    readers: Vec<Rank>,
}

impl Dependencies {
    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.nodes * 3
    }

    pub fn part(&self, rank: Rank) -> Part {
        let rank = rank as usize;
        match self.order.get(rank) {
            None => Part::Judgement(NodeId::at(rank - self.nodes * 2)),
            Some(&number) if (number as usize) < self.nodes => {
                Part::Relevance(NodeId::at(number as usize))
            }
            Some(&number) => Part::Value(NodeId::at(number as usize - self.nodes)),
        }
    }

    pub fn relevance(&self, node: NodeId) -> Rank {
        self.rank[node.index()]
    }

    pub fn judgement(&self, node: NodeId) -> Rank {
        number(self.nodes * 2 + node.index())
    }

    /// The parts of other nodes that read this one.
    pub fn readers(&self, node: NodeId) -> &[Rank] {
        let from = self.first_reader[node.index()] as usize;
        let to = self.first_reader[node.index() + 1] as usize;
        &self.readers[from..to]
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The order of computation, or the cycles that leave none: each a way from a node through what it reads back to itself,
/// the first node repeated at the end. Cycles through one another are reported as one.
pub(crate) fn order(
    nodes: &[CompiledNode],
    reads: &[NodeReads],
) -> Result<Dependencies, Vec<Vec<NodeId>>> {
    let graph = Graph {
        count: nodes.len(),
        nodes,
        reads,
    };
    let successors = graph.successors();
    let mut waiting_for: Vec<u32> = (0..graph.len())
        .map(|part| number(graph.predecessors(part).count()))
        .collect();

    let mut order: Vec<u32> = Vec::with_capacity(graph.len());
    order.extend(
        (0..graph.len())
            .filter(|&part| waiting_for[part] == 0)
            .map(number),
    );
    let mut done = 0;
    while let Some(&part) = order.get(done) {
        done += 1;
        for &successor in successors.of(part as usize) {
            waiting_for[successor as usize] -= 1;
            if waiting_for[successor as usize] == 0 {
                order.push(successor);
            }
        }
    }
    if order.len() < graph.len() {
        return Err(graph.cycles(&waiting_for));
    }

    let mut rank = vec![0; graph.len()];
    for (position, &part) in order.iter().enumerate() {
        rank[part as usize] = number(position);
    }
    let readers = graph.readers(&rank);
    Ok(Dependencies {
        nodes: graph.count,
        order,
        rank,
        first_reader: readers.first,
        readers: readers.targets,
    })
}

/// Lists of numbers, one after the other.
struct Lists {
    first: Vec<u32>,
    targets: Vec<u32>,
}

impl Lists {
    /// Groups `pairs` of (list, entry); they are gone through twice.
    fn group<I: Iterator<Item = (usize, u32)>>(lists: usize, pairs: impl Fn() -> I) -> Self {
        let mut first = vec![0_u32; lists + 1];
        for (list, _) in pairs() {
            first[list + 1] += 1;
        }
        for list in 0..lists {
            first[list + 1] += first[list];
        }
        let mut next = first.clone();
        let mut targets = vec![0; first[lists] as usize];
        for (list, target) in pairs() {
            targets[next[list] as usize] = target;
            next[list] += 1;
        }
        Self { first, targets }
    }

    fn of(&self, list: usize) -> &[u32] {
        &self.targets[self.first[list] as usize..self.first[list + 1] as usize]
    }
}

fn by(read: &[NodeId], reader: Rank) -> impl Iterator<Item = (usize, u32)> {
    read.iter().map(move |id| (id.index(), reader))
}

/// Relevances (numbers 0 to count - 1) and values (count to 2 count - 1) with what each is computed from.
struct Graph<'a> {
    count: usize,
    nodes: &'a [CompiledNode],
    reads: &'a [NodeReads],
}

impl Graph<'_> {
    fn len(&self) -> usize {
        self.count * 2
    }

    fn node(&self, part: usize) -> usize {
        part % self.count
    }

    fn predecessors(&self, part: usize) -> impl Iterator<Item = usize> {
        let node = self.node(part);
        let (reads, parent) = if part < self.count {
            (&self.reads[node].relevant, self.nodes[node].parent)
        } else {
            (&self.reads[node].calculate, None)
        };
        let read = reads
            .iter()
            .flat_map(|id| [id.index(), self.count + id.index()]);
        parent.map(NodeId::index).into_iter().chain(read)
    }

    fn successors(&self) -> Lists {
        Lists::group(self.len(), || {
            (0..self.len()).flat_map(|part| {
                self.predecessors(part)
                    .map(move |from| (from, number(part)))
            })
        })
    }

    /// By node, the ranks of what reads it.
    fn readers(&self, rank: &[Rank]) -> Lists {
        Lists::group(self.count, || {
            (0..self.count).flat_map(|node| {
                let reads = &self.reads[node];
                by(&reads.relevant, rank[node])
                    .chain(by(&reads.calculate, rank[self.count + node]))
                    .chain(by(&reads.judgement, number(self.count * 2 + node)))
            })
        })
    }

    /// The cycles among the parts that still wait for another.
    fn cycles(&self, waiting_for: &[u32]) -> Vec<Vec<NodeId>> {
        let mut cycles = Vec::new();
        // 0: not seen; otherwise the walk it was seen on.
        let mut seen = vec![0_usize; self.len()];
        for start in 0..self.len() {
            if waiting_for[start] == 0 || seen[start] != 0 {
                continue;
            }
            // Whatever waits, waits for something that waits: walking there must come round.
            let walk = start + 1;
            let mut path = Vec::new();
            let mut part = start;
            while seen[part] == 0 {
                seen[part] = walk;
                path.push(part);
                match self.predecessors(part).find(|&from| waiting_for[from] > 0) {
                    Some(from) => part = from,
                    None => break,
                }
            }
            if seen[part] != walk {
                // Came to a cycle already told.
                continue;
            }
            if let Some(begin) = path.iter().position(|&on_path| on_path == part) {
                let mut cycle: Vec<NodeId> = path[begin..]
                    .iter()
                    .map(|&part| NodeId::at(self.node(part)))
                    .collect();
                // Relevance and value of one node, one after the other, read as one.
                cycle.dedup();
                if cycle.len() > 1 && cycle.first() == cycle.last() {
                    cycle.pop();
                }
                cycle.push(cycle[0]);
                cycles.push(cycle);
            }
        }
        cycles
    }
}
