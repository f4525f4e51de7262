//! What needs no sign-in.

pub mod door;
pub mod draws;
pub mod not_found;
pub mod password;
pub mod setup;
pub mod setup_bodies;
pub mod sign_in;
