//! What is asked of an engine, so that every one is measured by the same acts.

use std::collections::BTreeMap;

/// The files a form names, by the url it writes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One filling-in of a form.
pub trait Engine: Sized {
    /// What the measurements say of it.
    const NAME: &'static str;
    /// How an answer's place is named once it has been found.
    type Node: Clone;

    /// From the form's XML to a new filling-in whose calculations are done.
    fn load(xml: &str, files: Files) -> Result<Self, String>;
    /// Finds a node by its path, such as `/data/item[2]/f1`.
    fn node(&self, path: &str) -> Result<Self::Node, String>;
    /// Answers a question, with everything that follows from it.
    fn answer(&mut self, node: &Self::Node, value: &str) -> Result<(), String>;
    /// The value as a submission would carry it.
    fn value(&self, node: &Self::Node) -> String;
    /// Makes the choices a select offers now, names and labels, and counts them.
    fn choices(&self, node: &Self::Node) -> usize;
    /// How many instances a repeat has.
    fn instances(&self, repeat: &Self::Node) -> usize;
    /// Makes `instances` of a repeat by answering `count`, the question their number is.
    fn set_instances(
        &mut self,
        repeat: &Self::Node,
        count: &Self::Node,
        instances: usize,
    ) -> Result<(), String>;
    /// The submission's XML.
    fn submission(&self) -> String;
}
