//! Chooses the role: the page in a window, the agent in a worker.

use lampi_web::{agent, page};

/// A third of the standard library's, in bytes.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    if web_sys::window().is_some() {
        page::start();
    } else {
        agent::register();
    }
}
