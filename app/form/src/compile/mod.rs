//! From a form's parts to a [`Form`].
//!
//! | File | Subject |
//! |---|---|
//! | `layout` | definitions and blocks from the primary instance |
//! | `paths` | what a path of plain steps names |
//! | `expressions` | parsing, resolving, and what an expression reads |
//! | `logic` | binds, controls and actions |
//! | `texts` | labels, hints and translations |
//! | `numbers` | tables whose keys are our own numbers |

mod expressions;
mod layout;
mod logic;
mod numbers;
mod paths;
mod texts;

pub(crate) use paths::absolute_text;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use xpath::{DocumentId, Indexes, Names, Namespaces, NodeIx, Tree};

use crate::computation::{self, Computation, ReadWhat, Reader, Unordered};
use crate::definition_error::{DefinitionError, DefinitionFault};
use crate::form::{
    Action, Bearers, Block, CompiledTranslations, Control, Def, DefId, DefKind, ExpressionId, Form,
};
use crate::reference::Reference;
use crate::section;
use crate::source::{Formula, Place, Source};
use crate::xform::read::OPENROSA;
use expressions::SharedExpressions;
use numbers::ByNumber;

/// What is compiled so far.
struct Compiler<'s> {
    names: Names,
    namespaces: Rc<Namespaces>,
    primary: Tree,
    root: NodeIx,
    defs: Vec<Def>,
    blocks: Vec<Block>,
    by_name: ByNumber<(DefId, xpath::ExpandedName), DefId>,
    /// What a path of a bind or control last stood in, and its path.
    found_last: (String, DefId),
    /// Namespaces that names without a prefix may be of.
    plain: Vec<xpath::Word>,
    controls: Vec<Control>,
    actions: Vec<Action>,
    expressions: Vec<xpath::Expression>,
    shared: SharedExpressions,
    /// Lists of items and the labels that were found on them.
    labelled: HashSet<(ExpressionId, ExpressionId)>,
    references: Vec<Reference>,
    known_references: ByNumber<Reference, u32>,
    unordered: Vec<Unordered>,
    translations: CompiledTranslations,
    /// The outputs of translations, by id.
    translated_outputs: HashMap<&'s str, Vec<Formula<'s>>>,
    /// Whether an element stands several times side by side without being a repeat.
    has_twins: bool,
    changed_actions: HashMap<DefId, Vec<u32>>,
    repeat_actions: HashMap<DefId, Vec<u32>>,
    instance_ids: HashMap<Box<str>, DocumentId>,
    instances: Vec<Tree>,
    errors: Vec<DefinitionError>,
    warnings: Vec<DefinitionError>,
    /// A builder's form: what is doubtful elsewhere is wrong here.
    strict: bool,
}

impl Compiler<'_> {
    fn error(&mut self, place: Place, what: DefinitionFault) {
        let error = DefinitionError::at(place, &self.names, what);
        self.errors.push(error);
    }

    /// An error in a builder's form, a warning in one from elsewhere.
    fn doubt(&mut self, place: Place, what: DefinitionFault) {
        let error = DefinitionError::at(place, &self.names, what);
        if self.strict {
            self.errors.push(error);
        } else {
            self.warnings.push(error);
        }
    }

    fn def(&self, id: DefId) -> &Def {
        &self.defs[id.index()]
    }

    fn children(&self, id: DefId) -> impl Iterator<Item = DefId> + '_ {
        let end = self.def(id).end;
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = DefId(next);
                next = self.def(child).end;
                child
            })
        })
    }

    /// Adds a computation for every node of a definition.
    fn compute(
        &mut self,
        result: computation::Result,
        def: DefId,
        expression: Option<ExpressionId>,
        reads: Vec<computation::Read>,
    ) {
        self.unordered.push(Unordered {
            computation: Computation {
                result,
                def,
                expression,
            },
            reads,
        });
    }
}

pub(crate) fn compile(
    source: Source,
    warnings: Vec<DefinitionError>,
    strict: bool,
) -> Result<Form, Vec<DefinitionError>> {
    let Source {
        names,
        namespaces,
        declares_openrosa,
        title,
        primary,
        root,
        binds,
        controls,
        actions,
        instances,
        translations,
    } = source;
    let mut compiler = Compiler {
        names,
        namespaces: Rc::new(namespaces),
        primary,
        root,
        defs: Vec::new(),
        blocks: Vec::new(),
        by_name: ByNumber::default(),
        found_last: (String::new(), DefId::ROOT),
        plain: Vec::new(),
        controls: Vec::new(),
        actions: Vec::new(),
        expressions: Vec::new(),
        shared: SharedExpressions::default(),
        labelled: HashSet::new(),
        references: Vec::new(),
        known_references: ByNumber::default(),
        unordered: Vec::new(),
        translations: CompiledTranslations::skeleton(&translations),
        translated_outputs: HashMap::new(),
        has_twins: false,
        changed_actions: HashMap::new(),
        repeat_actions: HashMap::new(),
        instance_ids: instances
            .iter()
            .zip(1..)
            .map(|((id, _), number)| (id.clone(), DocumentId(number)))
            .collect(),
        instances: instances.into_iter().map(|(_, tree)| tree).collect(),
        errors: Vec::new(),
        warnings,
        strict,
    };
    let (instance_id, deprecated_id) = compiler.lay_out(&controls, declares_openrosa)?;
    compiler.translations(translations);
    compiler.binds(binds);
    compiler.controls(controls);
    compiler.actions(actions);
    let (computations, readers, structure_readers) = compiler.order();
    if !compiler.errors.is_empty() {
        return Err(compiler.errors);
    }
    let mut form = Form {
        id: compiler.root_attribute("id"),
        version: compiler.root_attribute("version"),
        title,
        bearers: compiler.bearers(),
        names: compiler.names,
        defs: compiler.defs,
        blocks: compiler.blocks,
        controls: compiler.controls,
        actions: compiler.actions,
        changed_actions: compiler.changed_actions,
        repeat_actions: compiler.repeat_actions,
        expressions: compiler.expressions,
        references: compiler.references,
        computations,
        readers,
        structure_readers,
        primary: compiler.primary,
        primary_root: compiler.root,
        instances: compiler.instances,
        instance_ids: compiler.instance_ids,
        indexes: Indexes::default(),
        translations: compiler.translations,
        sections: Vec::new(),
        items: Vec::new(),
        grading: None,
        definition: crate::FormDefinition::default(),
        outline: crate::definition::Outline::default(),
        warnings: compiler.warnings,
        instance_id,
        deprecated_id,
    };
    for (index, computation) in form.computations.iter().enumerate() {
        let def = &form.defs[computation.def.index()];
        // How many instances a repeat has is a matter of the block it stands in.
        let block = if computation.result == computation::Result::Count {
            form.blocks[def.block.index()].parent.unwrap_or(def.block)
        } else {
            def.block
        };
        form.blocks[block.index()]
            .computations
            .push(u32::try_from(index).unwrap_or(u32::MAX));
    }
    section::prepare(&mut form);
    Ok(form)
}

type Ordered = (Vec<Computation>, Vec<Vec<Reader>>, Vec<Vec<Reader>>);

impl Compiler<'_> {
    /// The computations in order, and what reads each definition.
    #[inline(never)]
    fn order(&mut self) -> Ordered {
        let mut makers: Vec<Vec<(usize, bool)>> = vec![Vec::new(); self.defs.len()];
        for (index, entry) in self.unordered.iter().enumerate() {
            use computation::Result::{Calculate, Choices, Count, Relevant};
            match entry.computation.result {
                Calculate => makers[entry.computation.def.index()].push((index, true)),
                // What a node reads as depends on its relevance, on that of what it is in, and on the choices left.
                Choices | Count => makers[entry.computation.def.index()].push((index, false)),
                Relevant => {
                    let def = entry.computation.def;
                    for inner in def.0..self.def(def).end {
                        makers[inner as usize].push((index, self.strict));
                    }
                }
                _ => {}
            }
        }
        // A condition that reads the value it decides on can never come to rest, or never be met. A constraint is there to do so.
        for entry in &self.unordered {
            let Computation { result, def, .. } = entry.computation;
            let own = |read: &computation::Read| {
                read.def == def && read.what == ReadWhat::Value && !read.elsewhere
            };
            use computation::Result::{Readonly, Relevant, Required};
            // In a builder's form the order finds those of relevance.
            let judged = match result {
                Relevant => !self.strict,
                other => matches!(other, Readonly | Required),
            };
            if judged && entry.reads.iter().any(own) {
                let path = self.path(def);
                let what = computation::circle(vec![path.clone()]);
                self.errors.push(DefinitionError::of(&path, what));
            }
        }
        let (order, circles) =
            computation::order(&self.unordered, &|def| makers[def.index()].as_slice());
        for circle in circles {
            let path: Vec<String> = circle
                .iter()
                .map(|index| self.path(self.unordered[*index].computation.def))
                .collect();
            let first = path.first().cloned().unwrap_or_default();
            let what = computation::circle(path);
            self.errors.push(DefinitionError::of(&first, what));
        }
        let mut rank = vec![0_u32; order.len()];
        for (place, index) in (0_u32..).zip(&order) {
            rank[*index as usize] = place;
        }
        let mut readers: Vec<Vec<Reader>> = vec![Vec::new(); self.defs.len()];
        let mut structure: Vec<Vec<Reader>> = vec![Vec::new(); self.defs.len()];
        for (index, entry) in self.unordered.iter().enumerate() {
            for read in &entry.reads {
                let reader = Reader {
                    computation: rank[index],
                    anchor: read.anchor,
                };
                match read.what {
                    ReadWhat::Value => readers[read.def.index()].push(reader),
                    ReadWhat::Structure => structure[read.def.index()].push(reader),
                }
            }
        }
        for list in readers.iter_mut().chain(&mut structure) {
            list.sort_unstable();
            list.dedup();
        }
        let computations = order
            .iter()
            .map(|index| self.unordered[*index as usize].computation)
            .collect();
        (computations, readers, structure)
    }

    fn root_attribute(&self, local: &str) -> String {
        self.primary
            .attributes(self.root)
            .find(|attribute| {
                self.primary.name(*attribute).is_some_and(|name| {
                    self.names.local(name) == local
                        && matches!(self.names.namespace(name), "" | OPENROSA)
                })
            })
            .map_or_else(String::new, |attribute| {
                self.primary.text(attribute).to_owned()
            })
    }

    /// By expanded name: which definitions have it, attributes and what only edits have aside.
    #[inline(never)]
    fn bearers(&self) -> Vec<Bearers> {
        let mut bearers = Vec::new();
        for index in 1..self.defs.len() {
            let id = DefId::at(index);
            let def = self.def(id);
            if def.kind == DefKind::Attribute || def.only_in_edits {
                continue;
            }
            let name = self.names.expanded(def.name).index();
            if bearers.len() <= name {
                bearers.resize(name + 1, Bearers::None);
            }
            bearers[name] = match bearers[name] {
                Bearers::None => Bearers::One(id),
                Bearers::One(_) | Bearers::Several => Bearers::Several,
            };
        }
        bearers
    }

    fn path(&self, id: DefId) -> String {
        let def = self.def(id);
        self.path_below(def.parent, &self.names.qualified(def.name))
    }

    /// The path of what is called so below a definition.
    fn path_below(&self, parent: Option<DefId>, name: &str) -> String {
        let mut names = vec![name.to_owned()];
        let mut next = parent;
        while let Some(id) = next {
            let def = self.def(id);
            names.push(self.names.qualified(def.name));
            next = def.parent;
        }
        names.push(String::new());
        names.reverse();
        names.join("/")
    }
}
