//! Pure folds over the log that both sides use.

pub mod body_periods;
pub mod directory;
pub mod roll;
pub mod rules;
pub mod transmission;
pub mod visit_chain;
