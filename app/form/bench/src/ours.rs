//! Our engine. This file alone knows its interface.

use std::sync::Arc;

use form::{Attachments, Edit, Form, Instance, NodeId, Session};

use crate::engine::{Engine, Files};

pub struct Ours(Instance);

impl Engine for Ours {
    const NAME: &'static str = "ours";
    type Node = NodeId;

    fn load(xml: &str, files: Files) -> Result<Self, String> {
        let form =
            Form::read_xform(xml, &Attachments(files)).map_err(|errors| format!("{errors:?}"))?;
        let session = Session {
            // 2026-01-05T08:00:00+08:00
            now: 1_767_571_200_000,
            seed: 1,
            ..Session::default()
        };
        Instance::new(Arc::new(form), session)
            .map(Self)
            .map_err(|error| format!("{error:?}"))
    }

    fn node(&self, path: &str) -> Result<NodeId, String> {
        self.0
            .find(path)
            .ok_or_else(|| format!("there is no {path}"))
    }

    fn answer(&mut self, node: &NodeId, value: &str) -> Result<(), String> {
        let edit = Edit::Answer {
            node: *node,
            value: value.to_owned(),
        };
        self.0
            .apply(edit)
            .map(drop)
            .map_err(|error| format!("{error:?}"))
    }

    fn value(&self, node: &NodeId) -> String {
        self.0.value(*node).to_owned()
    }

    fn choices(&self, node: &NodeId) -> usize {
        self.0.choices(*node).len()
    }

    fn instances(&self, repeat: &NodeId) -> usize {
        self.0.count(*repeat)
    }

    fn set_instances(
        &mut self,
        _repeat: &NodeId,
        count: &NodeId,
        instances: usize,
    ) -> Result<(), String> {
        self.answer(count, &instances.to_string())
    }

    fn submission(&self) -> String {
        self.0.submission()
    }
}
