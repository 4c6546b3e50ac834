//! The programs and files that the tasks need: installs what is missing, says so, and is silent otherwise.

mod esbuild;
mod geckodriver;
mod npm;
mod paho;
mod prebuilt;
mod rust_source;
mod system;
mod trunk;
mod wasm_bindgen;
mod wasm_target;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use directories::ProjectDirs;
pub use esbuild::Esbuild;
pub use mosquitto::search_path;
use npm::NpmPackages;
use system::{Program, SystemPrograms};
pub use trunk::Trunk;

use crate::{
    command::{self, CommandError, cargo},
    steps::seconds,
    workspace::Workspace,
};

/// What the browser tests want to know.
#[derive(Debug)]
pub struct TestTools {
    /// axe-core's script, which finds what keeps people out of a page.
    pub axe: PathBuf,
    /// Firefox's driver.
    pub geckodriver: PathBuf,
    /// A Python that can `import paho.mqtt`, of the version the lesson was written for.
    pub paho_python: PathBuf,
}

/// Why a tool is not there.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// Installing failed.
    #[error("{tool} could not be installed: {cause}")]
    Install {
        /// The tool's name.
        tool: String,
        /// What went wrong.
        cause: InstallError,
    },

    /// Installing seemed to work, but the tool is not where it should be.
    #[error("{0} was installed but still does not run; try its command by hand")]
    StillMissing(String),

    /// There is no place to install into.
    #[error("there is no home folder to install tools into; set HOME")]
    NoHome,
}

/// What can go wrong while a tool is installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A program that installs it failed.
    #[error(transparent)]
    Command(#[from] CommandError),

    /// A file could not be put in its place.
    #[error(transparent)]
    Io(#[from] io::Error),

    /// The system has no package manager that we know.
    #[error("install {0} by hand, as there is no apt-get, dnf, pacman or brew here")]
    NoPackageManager(String),

    /// The package manager has not got all of it.
    #[error(
        "{manager} has no package here for {programs}; install by hand what answers to these names, and run this again, \
         which installs the rest"
    )]
    NoPackage {
        /// The package manager.
        manager: &'static str,
        /// The programs that it lacks.
        programs: String,
    },

    /// The toolchain is not rustup's.
    #[error("the Rust toolchain is not rustup's; add this to it the way it was installed")]
    NoRustup,
}

/// Makes sure that the page can be built, and returns trunk, which builds it.
///
/// # Errors
/// Names the tool that is missing and why it could not be installed.
pub fn for_the_page(workspace: &Workspace) -> Result<Trunk, ToolError> {
    ensure(&wasm_target::WasmTarget)?;
    let trunk = Trunk::find_or_place()?;
    ensure(&trunk)?;
    ensure(&wasm_bindgen::WasmBindgen::new(
        &workspace.wasm_bindgen,
        &trunk_cache()?,
    ))?;
    Ok(trunk)
}

/// Makes sure that the release page can be made small, and returns esbuild, which does it to its scripts and theme.
///
/// # Errors
/// Names the tool that is missing and why it could not be installed.
pub fn for_the_release(workspace: &Workspace) -> Result<Esbuild, ToolError> {
    ensure(&rust_source::RustSource)?;
    Ok(Esbuild::of(&npm_packages(workspace)?))
}

/// Makes sure that a real Mosquitto can be started.
///
/// # Errors
/// When the system's package manager cannot install it.
pub fn for_mosquitto() -> Result<(), ToolError> {
    ensure(&SystemPrograms {
        programs: &[Program::Mosquitto],
        purpose: "the broker that you asked for",
    })
}

/// Makes sure that libFuzzer can be built.
///
/// # Errors
/// When the system's package manager cannot install a C++ compiler.
pub fn for_fuzzing() -> Result<(), ToolError> {
    ensure(&SystemPrograms {
        programs: &[Program::CppCompiler],
        purpose: "compiles libFuzzer, which looks for bytes that break the page's code",
    })
}

/// Makes sure that the page can be tested in a browser against real brokers and publishers.
///
/// # Errors
/// Names the tool that is missing and why it could not be installed.
pub fn for_the_tests(workspace: &Workspace) -> Result<TestTools, ToolError> {
    ensure(&SystemPrograms {
        programs: &[
            Program::Caddy,
            Program::Certutil,
            Program::Chromium,
            Program::ChromeDriver,
            Program::Firefox,
            Program::Mosquitto,
            Program::MosquittoClients,
            Program::Nginx,
            Program::NginxBrotli,
            Program::PythonVenv,
            Program::RabbitMq,
            Program::Shellcheck,
            Program::SystemdAnalyze,
            Program::WebKitDriver,
            Program::Xvfb,
        ],
        purpose: "to try the page in real browsers with real brokers and a real web server",
    })?;
    let packages = npm_packages(workspace)?;
    let geckodriver = geckodriver::Geckodriver::new(&workspace.tool_folder("geckodriver"));
    ensure(&geckodriver)?;
    let paho = paho::Paho::new(workspace);
    ensure(&paho)?;
    Ok(TestTools {
        axe: packages.libraries().join("axe-core/axe.min.js"),
        geckodriver: geckodriver.program(),
        paho_python: paho.python(),
    })
}

/// Makes sure that the page can be measured, and returns the folder of its peers' libraries.
///
/// # Errors
/// Names the tool that is missing and why it could not be installed.
pub fn for_the_bench(workspace: &Workspace) -> Result<PathBuf, ToolError> {
    ensure(&SystemPrograms {
        programs: &[Program::Chromium, Program::Mosquitto],
        purpose: "to measure the page in a real browser with a real broker",
    })?;
    Ok(npm_packages(workspace)?.libraries())
}

/// Something that a task needs on this machine.
trait Tool {
    /// Its name, with the version where that matters.
    fn name(&self) -> String;
    /// What it is needed for, in a few words.
    fn purpose(&self) -> &'static str;
    fn is_present(&self) -> bool;
    fn install(&self) -> Result<(), InstallError>;
}

fn ensure(tool: &dyn Tool) -> Result<(), ToolError> {
    if tool.is_present() {
        return Ok(());
    }
    let name = tool.name();
    install(tool).map_err(|cause| ToolError::Install {
        tool: name.clone(),
        cause,
    })?;
    if !tool.is_present() {
        return Err(ToolError::StillMissing(name));
    }
    Ok(())
}

fn install(tool: &dyn Tool) -> Result<(), InstallError> {
    let name = tool.name();
    let started = Instant::now();
    println!("Installing {name}: {}", tool.purpose());
    tool.install()?;
    println!("Installed {name} in {}", seconds(started.elapsed()));
    Ok(())
}

fn npm_packages(workspace: &Workspace) -> Result<NpmPackages, ToolError> {
    let packages = NpmPackages::new(workspace);
    ensure(&packages)?;
    Ok(packages)
}

/// Where trunk keeps the tools it runs, a folder a version; so plain `trunk serve` finds ours, and other
/// projects' versions stay as they are.
fn trunk_cache() -> Result<PathBuf, ToolError> {
    let folders = ProjectDirs::from("dev", "trunkrs", "trunk").ok_or(ToolError::NoHome)?;
    Ok(folders.cache_dir().into())
}

/// Whether `program --version` runs and writes `version` as one of its words.
fn has_version(program: &Path, version: &str) -> bool {
    command::output(Command::new(program).arg("--version"))
        .is_ok_and(|output| output.split_whitespace().any(|word| word == version))
}

/// Builds a program of a package, which is what `cargo install` is told, and puts it into a folder.
fn build_from_registry(package: &[&str], program: &str, folder: &Path) -> Result<(), InstallError> {
    fs::create_dir_all(folder)?;
    let root = tempfile::tempdir_in(folder)?;
    command::run(
        cargo()
            .arg("install")
            .args(package)
            .arg("--root")
            .arg(root.path()),
    )?;
    Ok(fs::rename(
        root.path().join("bin").join(program),
        folder.join(program),
    )?)
}

/// Adds something to the Rust toolchain.
fn rustup(arguments: &[&str]) -> Result<(), InstallError> {
    let rustup = find_program("rustup").ok_or(InstallError::NoRustup)?;
    command::output(Command::new(rustup).args(arguments))?;
    Ok(())
}

fn same_content(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

fn find_program(name: &str) -> Option<PathBuf> {
    which::which_in(name, Some(search_path()), ".").ok()
}
