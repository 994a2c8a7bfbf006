//! The nightly run: what a project file asks for becomes a folder that is there whole or not at all, and that can be
//! recomputed later.
//!
//! ```text
//! project  what to do, with the days of the night filled in (dates)      begin  a project file for exports
//! inputs   what was read: hashes, and copies of what people wrote
//! night    one night's folder as it is to be: outputs, copies, key figures, manifest
//! lock     one run at a time       folder  from a night to a folder, and which nights there are
//! restate  what moved between two nights of one date
//! verify   a folder beside its manifest, and beside a night that was computed again
//! ```

pub mod begin;
pub mod dates;
pub mod folder;
pub mod inputs;
pub mod lock;
pub mod night;
pub mod project;
pub mod restate;
pub mod verify;
