//! `cargo xtask test`: everything that can be checked, the quick things first.

use std::{env, num::NonZero, path::Path, process::Command, thread::available_parallelism};

use clap::ValueEnum;

use crate::{
    build::{self, BuildError},
    command::{self, CommandError, cargo},
    fuzz::{self, FuzzError, Target},
    package::{self, PackageError},
    steps::Steps,
    tools::{self, TestTools, ToolError, Trunk},
    workspace::{Workspace, WorkspaceError},
};

/// Seconds of fuzzing for each target: enough for a mistake that is easy to reach.
const FUZZ_SECONDS: u64 = 10;

/// Why the tests did not pass.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// A tool could not be installed.
    #[error(transparent)]
    Tool(#[from] ToolError),

    /// A check failed; what it had to say is above.
    #[error("{0}; run that command alone to try again")]
    Check(#[from] CommandError),

    /// An input breaks the code.
    #[error(transparent)]
    Fuzz(#[from] FuzzError),

    /// There is no archive to test.
    #[error("{0}; run `cargo xtask package` alone to try again")]
    Package(#[from] PackageError),

    /// There is no release page to test.
    #[error("{0}; run `cargo xtask build` alone to try again")]
    Page(#[from] BuildError),
}

/// Runs every step, up to the first that fails, and sums up.
///
/// # Errors
/// The first failing step's.
pub fn run() -> Result<(), TestError> {
    let mut steps = Steps::default();
    let outcome = run_steps(&mut steps);
    println!("\n== summary\n{steps}");
    outcome
}

fn run_steps(steps: &mut Steps) -> Result<(), TestError> {
    // Asked now: the native tests may build this program anew, and then the system tells that its file was deleted.
    let this_program = env::current_exe().unwrap_or_default();
    let workspace = Workspace::load()?;
    // Asked now: it would be a pity to learn after all the rest that git does not tell.
    package::Commit::of(&workspace)?;
    let (trunk, test_tools) = steps.run("tools", "install what is missing", || {
        tools::for_fuzzing()?;
        tools::for_the_release(&workspace)?;
        Ok::<_, ToolError>((
            tools::for_the_page(&workspace)?,
            tools::for_the_tests(&workspace)?,
        ))
    })?;
    for (name, arguments) in [
        ("format", "fmt --all --check"),
        ("lints", "clippy --workspace --all-targets -- -D warnings"),
        (
            "lints for the browser",
            "clippy --package lampi-web --target wasm32-unknown-unknown -- -D warnings",
        ),
        ("native tests", "test --workspace"),
    ] {
        check(steps, name, cargo().args(arguments.split(' ')), &workspace)?;
    }
    steps.run(
        "fuzzing",
        &format!("cargo xtask fuzz --seconds {FUZZ_SECONDS}"),
        || fuzz::search(&workspace, Target::value_variants(), FUZZ_SECONDS),
    )?;
    release_page(steps, &workspace, &trunk)?;
    // So that the tests of `cargo xtask serve` need not wait for it.
    check(
        steps,
        "page as it is served",
        trunk.command(&workspace).arg("build"),
        &workspace,
    )?;
    let package = steps.run("package", "cargo xtask package", || {
        package::built_page(&workspace)
    })?;
    check(
        steps,
        "browser tests",
        browser_tests(&workspace, &test_tools, &package).env("LAMPI_TOOL", this_program),
        &workspace,
    )
}

fn check(
    steps: &mut Steps,
    name: &'static str,
    command: &mut Command,
    workspace: &Workspace,
) -> Result<(), TestError> {
    command.current_dir(&workspace.root);
    Ok(steps.run(name, &command::line(command), || command::run(command))?)
}

fn release_page(steps: &mut Steps, workspace: &Workspace, trunk: &Trunk) -> Result<(), TestError> {
    Ok(steps.run("release page", "cargo xtask build", || {
        build::release_page(workspace, trunk)
    })?)
}

/// The tests that plain `cargo test` leaves out, as they need a browser and the built page. For the whole workspace,
/// like the native tests, so that cargo builds nothing twice.
fn browser_tests(workspace: &Workspace, test_tools: &TestTools, package: &Path) -> Command {
    let cores = available_parallelism().map_or(1, NonZero::get);
    // A Mac's other browsers wait for their owner's leave to be driven, and what `deploy/` sets up is a Linux.
    let not_on_this_system: &[&str] = if cfg!(target_os = "macos") {
        &["--skip=engines::", "--skip=deploy::"]
    } else {
        &[]
    };
    let mut command = cargo();
    command
        .args(["test", "--workspace", "--test", "browser"])
        .args(["--", "--ignored"])
        // One more than cores: some tests wait for minutes.
        .arg(format!("--test-threads={}", cores + 1))
        .args(not_on_this_system)
        .env("PATH", tools::search_path())
        .env("LAMPI_DIST", workspace.dist())
        .env("LAMPI_PACKAGE", package)
        .env("LAMPI_AXE", &test_tools.axe)
        .env("LAMPI_GECKODRIVER", &test_tools.geckodriver)
        .env("LAMPI_PAHO_PYTHON", &test_tools.paho_python);
    command
}
