//! `cargo xtask fuzz`: looks for bytes that break the page's code, led by what each input reaches in it.
//!
//! libFuzzer with the toolchain as it is: rustc writes the coverage that cargo-fuzz asks a nightly for.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    slice,
};

use clap::ValueEnum;

use crate::{
    command::{self, CommandError, cargo},
    tools::{self, ToolError},
    workspace::{Workspace, WorkspaceError},
};

/// What a build for libFuzzer asks of rustc. The optimisation pays within seconds; the checks find more.
const RUSTFLAGS: &str = "\
    --cfg fuzzing \
    -Copt-level=1 \
    -Cdebug-assertions \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Bytes of an input. Longer ones are slower to try and hardly reach more.
const LONGEST_INPUT: usize = 1024;

/// Seconds that one input may take.
const SLOWEST_INPUT: u64 = 10;

/// What to fuzz, and for how long.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// What to try; all of them if none is named
    pub target: Option<Target>,

    /// Seconds for each target
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,

    /// Add what was found to the corpus in crates/fuzz/corpus, as far as it reaches more
    #[arg(long)]
    pub keep: bool,

    /// Try this one input of TARGET again, such as one that failed; TARGET must be named
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with_all = ["seconds", "keep"], value_parser = existing_file)]
    pub input: Option<PathBuf>,
}

/// A program of `crates/fuzz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Bytes into packets
    Framing,
    /// Label messages, in and back out
    Label,
    /// Whatever can happen to an MQTT session
    Session,
    /// config.json and the settings in the page's address
    Config,
}

/// Why fuzzing did not come to a good end.
#[derive(Debug, thiserror::Error)]
pub enum FuzzError {
    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// A tool could not be installed.
    #[error(transparent)]
    Tool(#[from] ToolError),

    /// A folder of inputs could not be made or read.
    #[error("a folder of inputs cannot be used: {0}")]
    Io(#[from] io::Error),

    /// The build or the fuzzer failed; what it had to say is above.
    #[error(transparent)]
    Command(#[from] CommandError),

    /// An input breaks the code.
    #[error(
        "an input breaks {target}: {input}\n\
         Try it again:  cargo xtask fuzz {target} --input {input}\n\
         Once it is mended, keep it:  mv {input} {corpus}/NAME",
        target = .target.name(), input = .input.display(), corpus = .corpus.display()
    )]
    Broken {
        /// What broke.
        target: Target,
        /// The file with the input.
        input: PathBuf,
        /// The folder of inputs that every test run tries.
        corpus: PathBuf,
    },
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Target::Framing => "framing",
            Target::Label => "label",
            Target::Session => "session",
            Target::Config => "config",
        }
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// When an input breaks a target, or the fuzzer cannot be built or run.
pub fn run(options: &Options) -> Result<(), FuzzError> {
    let workspace = Workspace::load()?;
    tools::for_fuzzing()?;
    if let (Some(target), Some(input)) = (options.target, &options.input) {
        return try_again(&workspace, target, input);
    }
    let targets = match &options.target {
        Some(target) => slice::from_ref(target),
        None => Target::value_variants(),
    };
    search(&workspace, targets, options.seconds)?;
    if options.keep {
        for &target in targets {
            keep(&workspace, target)?;
        }
    }
    Ok(())
}

/// Looks for an input that breaks a target, for so many seconds each, with the tools in place. What it finds on the
/// way stays in the target folder, and is where the next search begins.
///
/// # Errors
/// With the first such input, or when the fuzzer cannot be built or run.
pub fn search(workspace: &Workspace, targets: &[Target], seconds: u64) -> Result<(), FuzzError> {
    build(workspace)?;
    for &target in targets {
        println!("\n{}: trying inputs for {seconds} s", target.name());
        search_one(workspace, target, seconds)?;
    }
    Ok(())
}

fn search_one(workspace: &Workspace, target: Target, seconds: u64) -> Result<(), FuzzError> {
    let (found, kept) = (found(workspace, target), kept(workspace, target));
    fs::create_dir_all(&found)?;
    let failing = found.with_extension("failing");
    let _ = fs::remove_file(&failing);
    let mut fuzzer = fuzzer(workspace, target);
    // libFuzzer writes into the first folder.
    fuzzer.args([&found, &kept]).args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={LONGEST_INPUT}"),
        format!("-timeout={SLOWEST_INPUT}"),
        format!("-exact_artifact_path={}", failing.display()),
        "-print_funcs=0".to_owned(),
    ]);
    match command::run_filtered(&mut fuzzer, matters) {
        Err(_) if failing.exists() => Err(FuzzError::Broken {
            target,
            input: failing,
            corpus: kept,
        }),
        outcome => Ok(outcome?),
    }
}

fn try_again(workspace: &Workspace, target: Target, input: &Path) -> Result<(), FuzzError> {
    build(workspace)?;
    let mut fuzzer = fuzzer(workspace, target);
    command::run_filtered(fuzzer.arg(input), matters).map_err(|_| FuzzError::Broken {
        target,
        input: input.into(),
        corpus: kept(workspace, target),
    })
}

/// Adds a small set of what was found that reaches as much of the code as all of it.
fn keep(workspace: &Workspace, target: Target) -> Result<(), FuzzError> {
    let (found, kept) = (found(workspace, target), kept(workspace, target));
    let before = count(&kept)?;
    let mut fuzzer = fuzzer(workspace, target);
    fuzzer
        // Without counters: hundreds of inputs differ only in how often they pass a place.
        .args(["-set_cover_merge=1", "-use_counters=0"])
        .args([&kept, &found]);
    command::run_filtered(&mut fuzzer, |_| false)?;
    let (name, new) = (target.name(), count(&kept)? - before);
    println!("{name}: {new} inputs added to {}", kept.display());
    Ok(())
}

fn count(folder: &Path) -> io::Result<usize> {
    Ok(fs::read_dir(folder)?.count())
}

/// Whether a line of libFuzzer's is for people: how far it is, and all about a failure.
fn matters(line: &str) -> bool {
    let is_detail = match line.strip_prefix('#') {
        Some(event) => !["INITED", "pulse", "DONE"]
            .iter()
            .any(|word| event.contains(word)),
        None => line.starts_with("INFO: ") || line.starts_with("WARNING: Failed to find function"),
    };
    let is_dictionary = line.contains("# Uses: ") || line.starts_with("######");
    !is_detail && !is_dictionary
}

fn build(workspace: &Workspace) -> Result<(), CommandError> {
    command::run(in_workspace(workspace, "build").arg("--bins"))
}

/// A target's program, built before it runs.
fn fuzzer(workspace: &Workspace, target: Target) -> Command {
    let mut command = in_workspace(workspace, "run");
    command.args(["--quiet", "--bin", target.name(), "--"]);
    command
}

/// With a platform named, the flags are not those of build scripts and macros, which cannot have coverage, and which
/// are then shared with any other build.
fn in_workspace(workspace: &Workspace, cargo_command: &str) -> Command {
    let mut command = cargo();
    command
        .arg(cargo_command)
        .args([
            "--package",
            "fuzz",
            "--features",
            "libfuzzer",
            "--target",
            "host-tuple",
        ])
        .current_dir(&workspace.root)
        .env("RUSTFLAGS", RUSTFLAGS);
    command
}

/// Absolute, as cargo starts the fuzzer in the workspace's folder. libFuzzer would fill a folder without an end.
fn existing_file(path: &str) -> io::Result<PathBuf> {
    let path = fs::canonicalize(path)?;
    if path.is_file() {
        Ok(path)
    } else {
        Err(io::Error::other("this is not a file"))
    }
}

/// The inputs that this machine found.
fn found(workspace: &Workspace, target: Target) -> PathBuf {
    workspace.target.join("fuzz").join(target.name())
}

/// The inputs that go with the code.
fn kept(workspace: &Workspace, target: Target) -> PathBuf {
    workspace
        .root
        .join("crates/fuzz/corpus")
        .join(target.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_and_failures_are_shown_without_details() {
        for line in [
            "#2\tINITED cov: 248 ft: 248 corp: 1/1b exec/s: 0 rss: 27Mb",
            "#36236\tDONE   cov: 738 ft: 2232 corp: 160/2099b lim: 68 exec/s: 2787 rss: 42Mb",
            "thread 'main' panicked at crates/fuzz/src/session.rs:1:1:",
            "==2== ERROR: libFuzzer: deadly signal",
        ] {
            assert!(matters(line), "{line}");
        }
        for line in [
            "#7\tNEW    cov: 249 ft: 249 corp: 2/2b lim: 4 exec/s: 0 rss: 27Mb L: 1/1 MS: 5",
            "INFO: Seed: 3672355563",
            "WARNING: Failed to find function \"__sanitizer_print_stack_trace\".",
            "###### Recommended dictionary. ######",
            r#""\377\377" # Uses: 340"#,
        ] {
            assert!(!matters(line), "{line}");
        }
    }
}
