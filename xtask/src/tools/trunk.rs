//! trunk, which builds and serves the page.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use directories::BaseDirs;

use super::{
    InstallError, Tool, ToolError, find_program, npm::NpmPackages, prebuilt::Prebuilt, search_path,
};
use crate::{
    command::{self, cargo},
    workspace::Workspace,
};

/// The newest that builds with the toolchain in `rust-toolchain.toml`.
const VERSION: &str = "0.21.14";

/// Bytes. A page of which every button was pressed, with a message of 120 nested lists, used 11 KiB of it.
const STACK: usize = 32 * 1024;

/// A trunk of the version the page is written for.
#[derive(Debug)]
pub struct Trunk {
    program: PathBuf,
    /// Cargo's folder, whose `bin` is where a missing trunk belongs.
    cargo_home: PathBuf,
}

impl Trunk {
    /// A suitable trunk on this machine, or else the place where one belongs.
    pub(super) fn find_or_place() -> Result<Trunk, ToolError> {
        let cargo_home = cargo_home()?;
        let program = find_program("trunk")
            .filter(|program| is_suitable(program))
            .unwrap_or_else(|| cargo_home.join("bin").join("trunk"));
        Ok(Trunk {
            program,
            cargo_home,
        })
    }

    /// Trunk at work in the workspace's folder, without asking its makers for news.
    pub fn command(&self, workspace: &Workspace) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&workspace.root)
            .env("TRUNK_SKIP_VERSION_CHECK", "true");
        // By custom NO_COLOR has any value; trunk takes only `true` and `false`.
        if env::var_os("NO_COLOR").is_some() {
            command.env("NO_COLOR", "true");
        }
        command
    }

    /// The same for a release.
    ///
    /// - It takes less memory: rustc's stack of 1 MiB would stand in the page and in its worker, all of it.
    /// - It is 15 KB smaller after brotli, as the standard library is compiled with it, and a panic stops the program without
    ///   a word; debug builds tell. rustc takes these options in a pinned release as in a nightly one, if it is told so.
    /// - It gives the same bytes on every machine: with the panics' words go the paths of the registry and the toolchain.
    pub fn release_command(&self, workspace: &Workspace) -> Command {
        let flags = [
            &*format!("-Clink-arg=-zstack-size={STACK}"),
            "-Zunstable-options",
            "-Cpanic=immediate-abort",
            "-Zlocation-detail=none",
            "-Zfmt-debug=none",
            "-Cllvm-args=-inline-threshold=10",
        ];
        // Before any other, the wasm-opt that we have the hash of.
        let mut path = NpmPackages::new(workspace).programs().into_os_string();
        path.push(":");
        path.push(search_path());
        let mut command = self.command(workspace);
        command
            .env("PATH", path)
            .env("RUSTFLAGS", flags.join(" "))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        command
    }

    fn build_from_registry(&self) -> Result<(), InstallError> {
        command::run(
            cargo()
                .args([
                    "install",
                    "trunk",
                    "--version",
                    VERSION,
                    "--locked",
                    "--root",
                ])
                .arg(&self.cargo_home)
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        )?;
        Ok(())
    }
}

impl Tool for Trunk {
    fn name(&self) -> String {
        if self.program.exists() {
            return format!("trunk {VERSION} in place of {}", self.program.display());
        }
        format!("trunk {VERSION}")
    }

    fn purpose(&self) -> &'static str {
        "builds and serves the page"
    }

    fn is_present(&self) -> bool {
        is_suitable(&self.program)
    }

    fn install(&self) -> Result<(), InstallError> {
        let instead = "building it from the registry, which takes about 5 to 9 minutes";
        if let Some(prebuilt) = prebuilt()
            && prebuilt.place(&self.cargo_home.join("bin"), instead)?
        {
            return Ok(());
        }
        self.build_from_registry()
    }
}

/// For the machines of which we know one.
fn prebuilt() -> Option<Prebuilt> {
    let (machine, sha256) = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "aarch64") => (
            "aarch64-unknown-linux-gnu",
            "b1d8e60e454f7fc182d9a4d95d1506ffbae947d8ba90f8f6f02da93b60f980f9",
        ),
        ("linux", "x86_64") => (
            "x86_64-unknown-linux-gnu",
            "f2b4680cd239693a646a2795e4633c625328d7b2a044fbe749fa3a2fe9e7036b",
        ),
        ("macos", "aarch64") => (
            "aarch64-apple-darwin",
            "764e299dd50d89442a4e96a236349f57961984b701e74d3dbdb39cd1c9f5101e",
        ),
        ("macos", "x86_64") => (
            "x86_64-apple-darwin",
            "f1ba0e3bbe24e0ae219c6d22c33e24e2825c1608dd27c2556e323495110f1a95",
        ),
        _ => return None,
    };
    Some(Prebuilt {
        url: format!(
            "https://github.com/trunk-rs/trunk/releases/download/v{VERSION}/trunk-{machine}.tar.gz"
        ),
        sha256,
        program: "trunk",
    })
}

fn is_suitable(program: &Path) -> bool {
    command::output(Command::new(program).arg("--version"))
        .is_ok_and(|output| is_suitable_version(&output))
}

fn is_suitable_version(output: &str) -> bool {
    let patch = output.trim().strip_prefix("trunk 0.21.");
    patch
        .and_then(|patch| patch.parse().ok())
        .is_some_and(|patch: u32| patch >= 14)
}

fn cargo_home() -> Result<PathBuf, ToolError> {
    if let Some(home) = env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = BaseDirs::new().ok_or(ToolError::NoHome)?;
    Ok(home.home_dir().join(".cargo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_patch_will_do() {
        assert!(is_suitable_version("trunk 0.21.14\n"));
        assert!(is_suitable_version("trunk 0.21.15"));
        assert!(!is_suitable_version("trunk 0.21.3"));
        assert!(!is_suitable_version("trunk 0.22.1\n"));
        assert!(!is_suitable_version(""));
    }
}
