//! rxeval, the other form engine in Rust. It computes everything after every answer.

use ::rxeval::{Clock, Session};

use crate::engine::{Engine, Files};

pub struct Rxeval(Session);

impl Engine for Rxeval {
    const NAME: &'static str = "rxeval";
    type Node = String;

    fn load(xml: &str, files: Files) -> Result<Self, String> {
        if let Some(url) = files.keys().next() {
            return Err(format!("it reads no {url}"));
        }
        let clock = Clock {
            today: "2026-01-05".to_owned(),
            now: "2026-01-05T08:00:00.000+08:00".to_owned(),
        };
        let mut session = Session::new(xml, clock)?;
        session.recompute();
        Ok(Self(session))
    }

    fn node(&self, path: &str) -> Result<String, String> {
        Ok(path.to_owned())
    }

    fn answer(&mut self, node: &String, value: &str) -> Result<(), String> {
        self.0.set(node, value)?;
        self.0.recompute();
        Ok(())
    }

    fn value(&self, node: &String) -> String {
        self.0.get(node)
    }

    fn choices(&self, node: &String) -> usize {
        self.0.choices(node).unwrap_or_default().len()
    }

    fn instances(&self, repeat: &String) -> usize {
        self.0.repeat_counts().get(repeat).copied().unwrap_or(0)
    }

    /// A count makes no instances here: each is added by hand, and everything is computed once they are there.
    fn set_instances(
        &mut self,
        repeat: &String,
        count: &String,
        instances: usize,
    ) -> Result<(), String> {
        self.0.set(count, &instances.to_string())?;
        for _ in self.instances(repeat)..instances {
            self.0.add_row(repeat)?;
        }
        self.0.recompute();
        Ok(())
    }

    fn submission(&self) -> String {
        self.0.instance_xml()
    }
}
