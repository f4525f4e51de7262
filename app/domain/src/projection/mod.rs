//! Pure folds over the log that both sides use.

pub mod directory;
pub mod transmission;
pub mod visit_chain;
