//! `cargo xtask bench`: measures the release page beside its peers.

#[path = "../../crates/bench/src/options.rs"]
mod options;

use std::process::Command;

use clap::ValueEnum;
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
    /// The system is another.
    #[error("the benchmark needs Linux: it reads from /proc how long processors were busy")]
    NoLinux,

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

/// Builds the page and measures it.
///
/// # Errors
/// When a tool is missing, or building or measuring fails.
pub fn run(options: &Options) -> Result<(), BenchError> {
    if !cfg!(target_os = "linux") {
        return Err(BenchError::NoLinux);
    }
    let workspace = Workspace::load()?;
    let trunk = tools::for_the_page(&workspace)?;
    let libraries = tools::for_the_bench(&workspace)?;
    build::release_page_of_any_size(&workspace, &trunk)?;
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
        .arg(workspace.root.join(".readme"));
    pass_on(options, &mut bench);
    Ok(command::run(&mut bench)?)
}

fn pass_on(options: &Options, bench: &mut Command) {
    bench.args(["--runs", &options.runs.to_string()]);
    for measure in &options.only {
        if let Some(measure) = measure.to_possible_value() {
            bench.args(["--only", measure.get_name()]);
        }
    }
    for folder in &options.also {
        bench.arg("--also").arg(folder);
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    #[test]
    fn the_benchmark_gets_the_options_as_they_were_given() {
        const GIVEN: [&str; 6] = [
            "--runs",
            "3",
            "--only",
            "first-label",
            "--also",
            "../benches/peers/lesson",
        ];
        let command = Options::augment_args(clap::Command::new("bench").no_binary_name(true));
        let options = Options::from_arg_matches(&command.get_matches_from(GIVEN)).unwrap();
        let mut bench = Command::new("bench");
        pass_on(&options, &mut bench);
        assert!(bench.get_args().eq(GIVEN));
    }
}
