//! What a path of plain steps names: for binds and controls as text, for expressions as parsed.

use std::borrow::Cow;

use xpath::{Axis, NameTest, NamespaceTest, NodeTest, Path, Start, Step};

use super::Compiler;
use crate::form::{BlockId, DefId, DefKind};
use crate::reference::Reference;

/// A path as text, made absolute: `..` and `.` resolved, white space around steps gone.
pub(crate) fn absolute_text<'p>(around: &str, path: &'p str) -> Cow<'p, str> {
    if is_absolute(path) {
        return Cow::Borrowed(path);
    }
    let path = path.trim();
    let mut steps: Vec<&str> = Vec::new();
    if !path.starts_with('/') {
        steps.extend(around.split('/').filter(|step| !step.is_empty()));
    }
    for step in path.split('/').map(str::trim) {
        match step {
            "" | "." | "current()" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let mut absolute = String::with_capacity(path.len());
    for step in steps {
        absolute.push('/');
        absolute.push_str(step);
    }
    Cow::Owned(absolute)
}

/// Whether a path plainly needs nothing done to it, as nearly all are.
fn is_absolute(path: &str) -> bool {
    // A slash stands between steps, and none of them is blank.
    let mut after_name = true;
    let sound = path.bytes().all(|byte| {
        let name = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':');
        let fits = name || (byte == b'/' && after_name);
        after_name = name;
        fits
    });
    path.starts_with('/') && sound && after_name
}

impl Compiler<'_> {
    /// The definition an absolute path of a bind or control names. Those of neighbours differ in their last step only.
    pub(super) fn find_path(&mut self, path: &str) -> Option<DefId> {
        let (around, last) = path.rsplit_once('/')?;
        if last.is_empty() || around.is_empty() {
            return self.find_from_root(path);
        }
        if self.found_last.0 != around {
            self.found_last = (around.to_owned(), self.find_from_root(around)?);
        }
        self.step_named(self.found_last.1, last)
    }

    fn find_from_root(&self, path: &str) -> Option<DefId> {
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        let root = steps.next()?;
        let root_name = self.def(DefId::ROOT).name;
        if root != "*"
            && root != self.names.local(root_name)
            && root != self.names.qualified(root_name)
        {
            return None;
        }
        let mut id = DefId::ROOT;
        for step in steps {
            id = self.step_named(id, step)?;
        }
        Some(id)
    }

    fn step_named(&self, id: DefId, step: &str) -> Option<DefId> {
        match step.strip_prefix('@') {
            Some(attribute) => self.attribute_named(id, attribute),
            None => self.child_named(id, step),
        }
    }

    fn attribute_named(&self, id: DefId, name: &str) -> Option<DefId> {
        self.children(id).find(|child| {
            let def = self.def(*child);
            def.kind == DefKind::Attribute && self.names.qualified(def.name) == name
        })
    }

    fn child_named(&self, id: DefId, name: &str) -> Option<DefId> {
        match name.split_once(':') {
            Some((prefix, local)) => {
                let uri = self.namespaces.uri(prefix)?;
                let expanded = self.names.find(uri, local)?;
                self.by_name.get(&(id, expanded)).copied()
            }
            None => self.child_without_prefix(id, name),
        }
    }

    /// The child of a name without a prefix, in the first of the namespaces it may be of.
    fn child_without_prefix(&self, id: DefId, local: &str) -> Option<DefId> {
        let alike = self.names.alike(local).filter_map(|name| {
            let namespace = self.names.expanded_namespace_word(name);
            let place = self.plain.iter().position(|plain| *plain == namespace)?;
            let child = self.by_name.get(&(id, name))?;
            Some((place, *child))
        });
        alike.min().map(|(_, child)| child)
    }

    /// The children (or attributes) of a definition that a test accepts.
    pub(super) fn accepted(&self, id: DefId, test: &NodeTest, attributes: bool) -> Vec<DefId> {
        if let (NodeTest::Name(name), false) = (test, attributes)
            && let Some(first) = self.child_tested(id, name)
        {
            // Others of the same name only stand beside it where a form repeats an element without saying so.
            let expanded = self.names.expanded(self.def(first).name);
            if !self.has_twins {
                return vec![first];
            }
            return self
                .children(id)
                .filter(|child| {
                    let def = self.def(*child);
                    def.kind != DefKind::Attribute && self.names.expanded(def.name) == expanded
                })
                .collect();
        }
        self.children(id)
            .filter(|child| {
                let def = self.def(*child);
                (def.kind == DefKind::Attribute) == attributes && self.accepts(*child, test)
            })
            .collect()
    }

    fn child_tested(&self, id: DefId, test: &NameTest) -> Option<DefId> {
        match &test.namespace {
            NamespaceTest::Default(_) => self.child_without_prefix(id, &test.local),
            NamespaceTest::Uri(uri) => {
                let expanded = self.names.find(uri, &test.local)?;
                self.by_name.get(&(id, expanded)).copied()
            }
        }
    }

    pub(super) fn accepts(&self, id: DefId, test: &NodeTest) -> bool {
        let name = self.def(id).name;
        match test {
            NodeTest::Node | NodeTest::AnyName => true,
            NodeTest::AnyInNamespace(uri) => self.names.namespace(name) == &**uri,
            NodeTest::Name(test) => {
                self.names.local(name) == &*test.local
                    && match &test.namespace {
                        NamespaceTest::Default(_) => {
                            self.plain.contains(&self.names.namespace_word(name))
                        }
                        NamespaceTest::Uri(uri) => self.names.namespace(name) == &**uri,
                    }
            }
            NodeTest::Text | NodeTest::Comment | NodeTest::ProcessingInstruction(_) => false,
        }
    }

    /// What a path of child, parent, self and attribute steps without predicates stands for, from a context.
    /// `contextual`: absolute paths inside shared repeats mean the same instance.
    pub(super) fn plain_reference(
        &self,
        path: &Path,
        context: DefId,
        contextual: bool,
    ) -> Option<Reference> {
        let (mut at, mut anchor, absolute) = match &path.start {
            Start::Root => (None, BlockId::ROOT, true),
            Start::Context => (Some(context), self.def(context).block, false),
            Start::Filter {
                expression,
                predicates,
            } if predicates.is_empty() && is_current(expression) => {
                (Some(context), self.def(context).block, false)
            }
            Start::Filter { .. } => return None,
        };
        if absolute && path.steps.is_empty() {
            return None;
        }
        // Repeats passed on the way down.
        let mut down: Vec<DefId> = Vec::new();
        for step in &path.steps {
            if !step.predicates.is_empty() {
                return None;
            }
            at = Some(self.plain_step(at, &mut anchor, &mut down, step)?);
        }
        let target = at?;
        let all_instances = down.last() == Some(&target);
        let place = self.def(target);
        Some(Reference {
            target,
            block: place.block,
            offset: place.offset,
            anchor,
            absolute: absolute && contextual,
            all_instances,
        })
    }

    fn plain_step(
        &self,
        at: Option<DefId>,
        anchor: &mut BlockId,
        down: &mut Vec<DefId>,
        step: &Step,
    ) -> Option<DefId> {
        match (step.axis, at) {
            (Axis::SelfNode, Some(at)) if step.test == NodeTest::Node => Some(at),
            (Axis::Parent, Some(at)) if step.test == NodeTest::Node => {
                if down.last() == Some(&at) {
                    down.pop();
                } else if self.def(at).kind == DefKind::Repeat {
                    *anchor = self.blocks[anchor.index()].parent?;
                }
                self.def(at).parent
            }
            (Axis::Child, None) => self.accepts(DefId::ROOT, &step.test).then_some(DefId::ROOT),
            (Axis::Child | Axis::Attribute, Some(at)) => {
                let attributes = step.axis == Axis::Attribute;
                let child = match &step.test {
                    NodeTest::Name(name) if !attributes && !self.has_twins => {
                        self.child_tested(at, name)
                    }
                    _ => None,
                };
                let child = match child {
                    Some(child) => child,
                    None => match self.accepted(at, &step.test, attributes)[..] {
                        [child] => child,
                        _ => return None,
                    },
                };
                if self.def(child).kind == DefKind::Repeat {
                    down.push(child);
                }
                Some(child)
            }
            _ => None,
        }
    }
}

/// Whether an expression is `current()` or `.`.
fn is_current(expression: &xpath::Expr) -> bool {
    match expression {
        xpath::Expr::Call { function, .. } => *function == xpath::Function::Current,
        xpath::Expr::Path(path) => matches!(path.start, Start::Context) && path.steps.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::absolute_text;

    #[test]
    fn relative_paths_are_resolved_against_what_is_around() {
        for (around, path, absolute) in [
            ("", "/data/a", "/data/a"),
            ("", " /data / a ", "/data/a"),
            ("/data/g", "a", "/data/g/a"),
            ("/data/g", "./a", "/data/g/a"),
            ("/data/g", "../b", "/data/b"),
            ("/data/g", "current()/../b", "/data/b"),
            ("/data/g", ".", "/data/g"),
        ] {
            assert_eq!(absolute_text(around, path), absolute, "{around} {path}");
        }
    }
}
