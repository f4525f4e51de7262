//! The engines for the page's JavaScript, which holds the clock.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    engine::{Engine, Files},
    ours::Ours,
    rxeval::Rxeval,
};

/// The files a form names, handed over one by one.
#[wasm_bindgen]
#[derive(Default)]
pub struct Attachments(Files);

#[wasm_bindgen]
impl Attachments {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, url: String, content: Vec<u8>) {
        self.0.insert(url, content);
    }
}

/// A form being filled in; nodes are known by the number `node` gives them.
#[wasm_bindgen]
pub struct Filling(Box<dyn Subject>);

#[wasm_bindgen]
impl Filling {
    /// `engine` is `ours` or `rxeval`; the XML comes as the bytes it is sent as.
    pub fn load(engine: &str, xml: Vec<u8>, attachments: Attachments) -> Result<Filling, String> {
        let xml = String::from_utf8(xml).map_err(|error| error.to_string())?;
        Ok(Self(match engine {
            "ours" => Box::new(Held::<Ours>::load(&xml, attachments.0)?),
            "rxeval" => Box::new(Held::<Rxeval>::load(&xml, attachments.0)?),
            other => return Err(format!("no engine is called {other}")),
        }))
    }

    pub fn node(&mut self, path: &str) -> Result<usize, String> {
        self.0.node(path)
    }

    pub fn answer(&mut self, node: usize, value: &str) -> Result<(), String> {
        self.0.answer(node, value)
    }

    pub fn value(&self, node: usize) -> String {
        self.0.value(node)
    }

    pub fn choices(&self, node: usize) -> usize {
        self.0.choices(node)
    }

    pub fn instances(&self, repeat: usize) -> usize {
        self.0.instances(repeat)
    }

    #[wasm_bindgen(js_name = setInstances)]
    pub fn set_instances(
        &mut self,
        repeat: usize,
        count: usize,
        instances: usize,
    ) -> Result<(), String> {
        self.0.set_instances(repeat, count, instances)
    }

    pub fn submission(&self) -> String {
        self.0.submission()
    }
}

/// An engine, whichever.
trait Subject {
    fn node(&mut self, path: &str) -> Result<usize, String>;
    fn answer(&mut self, node: usize, value: &str) -> Result<(), String>;
    fn value(&self, node: usize) -> String;
    fn choices(&self, node: usize) -> usize;
    fn instances(&self, repeat: usize) -> usize;
    fn set_instances(
        &mut self,
        repeat: usize,
        count: usize,
        instances: usize,
    ) -> Result<(), String>;
    fn submission(&self) -> String;
}

struct Held<E: Engine> {
    engine: E,
    nodes: Vec<E::Node>,
}

impl<E: Engine> Held<E> {
    fn load(xml: &str, files: Files) -> Result<Self, String> {
        Ok(Self {
            engine: E::load(xml, files)?,
            nodes: Vec::new(),
        })
    }
}

impl<E: Engine> Subject for Held<E> {
    fn node(&mut self, path: &str) -> Result<usize, String> {
        self.nodes.push(self.engine.node(path)?);
        Ok(self.nodes.len() - 1)
    }

    fn answer(&mut self, node: usize, value: &str) -> Result<(), String> {
        self.engine.answer(&self.nodes[node], value)
    }

    fn value(&self, node: usize) -> String {
        self.engine.value(&self.nodes[node])
    }

    fn choices(&self, node: usize) -> usize {
        self.engine.choices(&self.nodes[node])
    }

    fn instances(&self, repeat: usize) -> usize {
        self.engine.instances(&self.nodes[repeat])
    }

    fn set_instances(
        &mut self,
        repeat: usize,
        count: usize,
        instances: usize,
    ) -> Result<(), String> {
        self.engine
            .set_instances(&self.nodes[repeat], &self.nodes[count], instances)
    }

    fn submission(&self) -> String {
        self.engine.submission()
    }
}
