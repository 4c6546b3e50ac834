//! Chooses the role: the page in a window, the agent in a worker.

use lampi_web::{agent, page};

fn main() {
    if web_sys::window().is_some() {
        page::start();
    } else {
        agent::register();
    }
}
