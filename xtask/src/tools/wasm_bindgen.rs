//! wasm-bindgen's command line tool, which joins the WASM file and JavaScript. Its version must be the library's.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, find_program, has_version, release::Release};
use crate::command::{self, cargo};

const PROGRAM: &str = "wasm-bindgen";

pub struct WasmBindgen {
    version: String,
    /// Trunk's place for this version.
    folder: PathBuf,
}

impl WasmBindgen {
    pub fn new(version: &str, cache: &Path) -> WasmBindgen {
        WasmBindgen {
            version: version.into(),
            folder: cache.join(format!("{PROGRAM}-{version}")),
        }
    }

    fn build_from_registry(&self) -> Result<(), InstallError> {
        fs::create_dir_all(&self.folder)?;
        let root = tempfile::tempdir_in(&self.folder)?;
        command::run(
            cargo()
                .args(["install", "wasm-bindgen-cli", "--bin", PROGRAM])
                .args(["--version", &self.version, "--root"])
                .arg(root.path()),
        )?;
        let built = root.path().join("bin").join(PROGRAM);
        Ok(fs::rename(built, self.folder.join(PROGRAM))?)
    }
}

impl Tool for WasmBindgen {
    fn name(&self) -> String {
        format!("{PROGRAM} {}", self.version)
    }

    fn purpose(&self) -> &'static str {
        "joins the page's WASM file and JavaScript"
    }

    fn is_present(&self) -> bool {
        has_version(&self.folder.join(PROGRAM), &self.version)
            || find_program(PROGRAM).is_some_and(|program| has_version(&program, &self.version))
    }

    fn install(&self) -> Result<(), InstallError> {
        let release = release(&self.version);
        let instead = "building it from the registry, which takes about 3 minutes";
        if release.unpack_as(&self.folder, instead)? {
            return Ok(());
        }
        self.build_from_registry()
    }
}

fn release(version: &str) -> Release {
    let system = match (env::consts::OS, env::consts::ARCH) {
        ("macos", _) => "apple-darwin",
        (_, "aarch64") => "unknown-linux-gnu",
        _ => "unknown-linux-musl",
    };
    let machine = env::consts::ARCH;
    Release {
        url: format!(
            "https://github.com/rustwasm/wasm-bindgen/releases/download/{version}/\
             wasm-bindgen-{version}-{machine}-{system}.tar.gz"
        ),
        strip: 1,
        program: PROGRAM,
    }
}
