//! `cargo xtask bench`: measures the release page beside its peers.

#[path = "../../crates/bench/src/options.rs"]
mod options;

use std::env;

pub use options::Options;

use crate::{
    build::{self, BuildError},
    command::{self, CommandError, cargo},
    tools::{self, ToolError},
    workspace::{Workspace, WorkspaceError},
};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// A tool could not be installed.
    #[error(transparent)]
    Tool(#[from] ToolError),

    /// There is no release page to measure.
    #[error(transparent)]
    Page(#[from] BuildError),

    /// The benchmark failed; what it had to say is above.
    #[error(transparent)]
    Bench(#[from] CommandError),
}

/// Builds the page and measures it. The benchmark reads the options itself, from this program's arguments.
///
/// # Errors
/// When a tool is missing, or building or measuring fails.
pub fn run() -> Result<(), BenchError> {
    let workspace = Workspace::load()?;
    let trunk = tools::for_the_page(&workspace)?;
    let libraries = tools::for_the_bench(&workspace)?;
    build::release_page(&workspace, &trunk)?;
    // Its own profile: the page's is for few bytes.
    let mut bench = cargo();
    bench
        .args(["run", "--profile", "bench", "--package", "bench", "--"])
        .arg("--page")
        .arg(workspace.dist())
        .arg("--peers")
        .arg(workspace.root.join("benches").join("peers"))
        .arg("--libraries")
        .arg(libraries)
        .arg("--results")
        .arg(workspace.target.join("bench"))
        .arg("--charts")
        .arg(workspace.root.join(".readme"))
        .args(env::args_os().skip(2))
        .env("PATH", tools::search_path());
    Ok(command::run(&mut bench)?)
}
