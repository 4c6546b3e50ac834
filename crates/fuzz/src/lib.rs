//! What must hold whatever arrives: properties of the page's code that takes bytes from outside.
//!
//! Each is a function of any bytes that panics where the property is broken. The programs in `src/bin` hand them to
//! libFuzzer, which looks for such bytes; `cargo xtask fuzz` builds and runs them. What it has found so far and a few
//! inputs by hand are kept in `corpus`, a folder a target, and plain `cargo test` tries those again.

mod config;
mod framing;
mod input;
mod label;
mod session;

pub use config::config;
pub use framing::framing;
pub use label::label;
pub use session::session;
