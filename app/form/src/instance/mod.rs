//! One filling-in of a form: its values and everything that follows from them.
//!
//! | File | Subject |
//! |---|---|
//! | `state` | what is known of each node |
//! | `blocks` | how instances of repeats come and go |
//! | `host` | what expressions ask |
//! | `recompute` | what follows from a change, each result once |
//! | `edit` | what a person does |
//! | `journal` | what an edit has done so far |
//! | `actions` | what the form does on events |
//! | `choices` | what a select offers |
//! | `view` | what a page shows |
//! | `opening` | new, restored, edited |
//! | `snapshot` | the compact form drafts are kept in |

mod actions;
mod blocks;
mod choices;
mod edit;
mod host;
mod item;
mod journal;
mod opening;
mod recompute;
mod snapshot;
mod state;
mod view;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use json::FromJson;
use serde::{Deserialize, Serialize};
use xpath::{EvaluationError, NodeIx, NodeRef, TimeZone, Tree};

pub use edit::{Edit, EditError};
pub use opening::{InstanceError, Opening};
pub use snapshot::SnapshotError;
pub use view::{Choice, NodeKind, TextForm};

pub(crate) use state::Flags;

use crate::score::ItemOutcome;
use crate::{DefId, Form};
use blocks::BlockInstance;
use recompute::Pending;
use state::State;

/// A node of an instance. It stays the same for as long as the node is there, and means nothing in another instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(u32);

impl NodeId {
    pub fn index(self) -> usize {
        self.0 as usize
    }

    fn of(node: NodeIx) -> Self {
        Self(u32::try_from(node.index()).unwrap_or(u32::MAX))
    }

    fn ix(self) -> NodeIx {
        NodeIx::from_index(self.index()).unwrap_or(NodeIx::DOCUMENT)
    }
}

/// What the form cannot know by itself: the clock, the place, the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Session {
    /// Milliseconds since 1970 UTC.
    #[serde(default)]
    pub now: i64,
    #[serde(default)]
    pub time_zone: TimeZone,
    /// What `uuid()` and `random()` are drawn from.
    #[serde(default)]
    pub seed: u64,
    /// The language to begin in; the form's default otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What a form may ask of device and user: `deviceid`, `username`, `phonenumber`, `email`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
}

/// Something the form wants of the page, which alone can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Find the device's position and answer with [`Edit::Position`].
    Position { node: NodeId },
    /// Record the surroundings in the background, as the answer of the node.
    RecordAudio { node: NodeId, quality: String },
}

/// What an edit changed of one node: true where the new state differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a thing a page redraws"
)]
pub struct Change {
    pub node: NodeId,
    pub value: bool,
    pub relevant: bool,
    pub required: bool,
    pub readonly: bool,
    pub validity: bool,
    pub finding: bool,
    pub label: bool,
    pub choices: bool,
    /// Instances of this repeat came or went.
    pub instances: bool,
}

/// A form being filled in.
#[derive(Debug)]
pub struct Instance {
    form: Arc<Form>,
    session: Session,
    /// The session as expressions see it.
    world: xpath::Session,
    tree: Tree,
    /// By node of `tree`.
    states: Vec<State>,
    blocks: Vec<BlockInstance>,
    /// By block of the form: its instances that are there, in no particular order.
    by_block: Vec<Vec<u32>>,
    pending: Pending,
    /// Nodes something changed of since the last edit began.
    changed: Vec<NodeIx>,
    journal: journal::Journal,
    /// Nodes whose value changed, whose actions are still to run.
    value_events: VecDeque<NodeIx>,
    /// Blocks added, whose actions are still to run.
    new_instances: VecDeque<u32>,
    /// The items a select offers, where that depends on answers.
    choices: HashMap<NodeIx, Vec<NodeRef>>,
    /// The same for selects that always offer the same, by control.
    static_choices: RefCell<HashMap<u32, Arc<Vec<NodeRef>>>>,
    /// Answers as given, of which choices were filtered away since.
    withheld: HashMap<NodeIx, String>,
    /// Labels and hints with outputs, as last shown.
    texts: HashMap<(NodeIx, bool), String>,
    outcomes: HashMap<NodeIx, ItemOutcome>,
    requests: Vec<Request>,
    random: Cell<u64>,
    /// How many nodes the expression under evaluation may still look at.
    work: Cell<usize>,
    fault: Option<(NodeIx, EvaluationError)>,
    /// Values and structure are being set up; nothing counts as a change yet.
    opening: bool,
}

impl Instance {
    pub fn form(&self) -> &Arc<Form> {
        &self.form
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    fn state(&self, node: NodeIx) -> &State {
        &self.states[node.index()]
    }

    fn has(&self, node: NodeIx, flags: Flags) -> bool {
        self.state(node).flags.contains(flags)
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn flags(&self, node: NodeIx) -> Flags {
        self.state(node).flags
    }

    pub(crate) fn flags_of(&self, node: NodeId) -> Flags {
        self.state(node.ix()).flags
    }

    /// The node's definition. The anchor of a repeat has the repeat's.
    pub fn def(&self, node: NodeId) -> DefId {
        self.states
            .get(node.index())
            .map_or(DefId::ROOT, |state| state.def)
    }

    /// What the page has to do for the form; each request is given once.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }
}
