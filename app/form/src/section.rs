//! The parts of a form's top level that a person works through one after the other.

use crate::DefId;
use crate::form::{DefKind, Form};
use crate::instance::{Instance, NodeId};
use crate::progress::Progress;

/// A group on the top level, or what stands there between two groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The group, or the first of what stands outside any.
    pub id: DefId,
    /// One past the last definition in it.
    end: u32,
    is_group: bool,
    /// Check items, in document order.
    pub items: Vec<DefId>,
}

impl Section {
    /// The group it is; none where it is what stands outside groups.
    pub fn group(&self) -> Option<DefId> {
        self.is_group.then_some(self.id)
    }

    fn holds(&self, def: DefId) -> bool {
        (self.id.0..self.end).contains(&def.0)
    }
}

/// Whether a page shows anything of a definition: nobody works through calculations, or through a submission's metadata.
fn is_shown(form: &Form, id: DefId) -> bool {
    (id.0..form.def(id).end).any(|def| form.control_of(DefId(def)).is_some())
}

/// Finds a compiled form's items and sections.
#[inline(never)]
pub(crate) fn prepare(form: &mut Form) {
    form.items = form
        .def_ids()
        .filter(|id| form.def(*id).rule.is_some())
        .collect();
    let mut sections: Vec<Section> = Vec::new();
    for id in form.children(DefId::ROOT) {
        let end = form.def(id).end;
        let is_group = form.def(id).kind == DefKind::Group && form.control_of(id).is_some();
        let shown = is_shown(form, id);
        match sections.last_mut() {
            Some(last) if !is_group && !last.is_group => last.end = end,
            _ if shown || is_group => sections.push(Section {
                id,
                end,
                is_group,
                items: Vec::new(),
            }),
            _ => {}
        }
    }
    for section in &mut sections {
        let items = form.items.iter().copied();
        section.items = items.filter(|item| section.holds(*item)).collect();
    }
    form.sections = sections;
}

impl Form {
    /// Which section holds a definition, by its place among them; none for what no page shows.
    pub fn section_of(&self, def: DefId) -> Option<usize> {
        // They are in document order, as definitions are.
        let after = self.sections.partition_point(|section| section.id <= def);
        let last = after.checked_sub(1)?;
        self.sections[last].holds(def).then_some(last)
    }
}

impl Instance {
    /// Everything in a section, in document order, repeats before their instances; not the group that the section is.
    pub fn section_nodes(&self, section: &Section) -> Vec<NodeId> {
        if let Some(group) = section.group() {
            let top = self.node_of(group);
            return top.map_or_else(Vec::new, |top| self.descendants(top));
        }
        let mut nodes = Vec::new();
        let mut tops = self.children(self.root());
        tops.retain(|top| section.holds(self.def(*top)));
        for top in tops {
            nodes.push(top);
            nodes.extend(self.descendants(top));
        }
        nodes
    }

    /// How much of a section is answered.
    pub fn section_progress(&self, section: &Section) -> Progress {
        self.progress_within(self.section_tops(section))
    }

    /// Whether a section is to be shown: while anything of it on the top level is relevant.
    pub fn section_relevant(&self, section: &Section) -> bool {
        let mut tops = self.section_tops(section).into_iter();
        tops.any(|top| self.relevant(top))
    }

    /// The nodes on the top level that a section shows: the group, or what stands outside groups.
    pub fn section_tops(&self, section: &Section) -> Vec<NodeId> {
        if let Some(group) = section.group() {
            return self.node_of(group).into_iter().collect();
        }
        let mut tops = self.children(self.root());
        tops.retain(|top| {
            let def = self.def(*top);
            section.holds(def) && is_shown(self.form(), def)
        });
        tops
    }
}
