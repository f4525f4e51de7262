//! What people may do and what comes of it, concept by concept: each in a small city, by commands.

#[macro_use]
mod every_variant;

mod arrangement;
mod bodies;
mod by_own;
mod campaign;
mod checklist;
mod closure;
mod device;
mod draw;
mod draw_commands;
mod finding;
mod foreknowledge;
mod held;
mod jurisdiction;
mod material;
mod notice;
mod people;
mod permission;
mod record;
mod refusals;
mod rules;
mod signed_afterwards;
mod situation;
mod talk;
mod visits;
mod world;
