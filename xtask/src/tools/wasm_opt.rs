//! wasm-opt, which makes the release page's WASM file small.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, find_program, has_version, npm, release::Release};

const PROGRAM: &str = "bin/wasm-opt";

pub struct WasmOpt {
    /// The release, as its project names it: `version_132`.
    version: String,
    /// Trunk's place for this version.
    folder: PathBuf,
}

impl WasmOpt {
    pub fn new(version: &str, cache: &Path) -> WasmOpt {
        WasmOpt {
            version: version.into(),
            folder: cache.join(format!("wasm-opt-{version}")),
        }
    }

    /// `132` of `version_132`.
    fn number(&self) -> &str {
        self.version.trim_start_matches("version_")
    }

    /// The npm package has the same program compiled for Node.js, in one file.
    fn take_from_npm(&self) -> Result<(), InstallError> {
        fs::create_dir_all(self.folder.join("bin"))?;
        let package = tempfile::tempdir_in(&self.folder)?;
        let binaryen = format!("binaryen@{}", self.number());
        npm::install(package.path(), &[&binaryen])?;
        let program = package.path().join("node_modules/binaryen").join(PROGRAM);
        Ok(fs::rename(program, self.folder.join(PROGRAM))?)
    }
}

impl Tool for WasmOpt {
    fn name(&self) -> String {
        format!("wasm-opt {}", self.number())
    }

    fn purpose(&self) -> &'static str {
        "makes the page's WASM file small"
    }

    fn is_present(&self) -> bool {
        has_version(&self.folder.join(PROGRAM), self.number())
            || find_program("wasm-opt").is_some_and(|program| has_version(&program, self.number()))
    }

    fn install(&self) -> Result<(), InstallError> {
        let release = release(&self.version);
        if release.unpack_as(&self.folder, "taking it from npm")? {
            return Ok(());
        }
        self.take_from_npm()
    }
}

fn release(version: &str) -> Release {
    let machine = match (env::consts::OS, env::consts::ARCH) {
        ("macos", "aarch64") => "arm64-macos".into(),
        (system, machine) => format!("{machine}-{system}"),
    };
    Release {
        url: format!(
            "https://github.com/WebAssembly/binaryen/releases/download/{version}/\
             binaryen-{version}-{machine}.tar.gz"
        ),
        strip: 1,
        program: PROGRAM,
    }
}
