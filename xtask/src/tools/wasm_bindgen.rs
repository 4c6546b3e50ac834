//! wasm-bindgen's command line tool, which joins the WASM file and JavaScript. Its version must be the library's.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, build_from_registry, find_program, has_version, release::Release};

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
        let package = [
            "wasm-bindgen-cli",
            "--bin",
            PROGRAM,
            "--version",
            &self.version,
        ];
        build_from_registry(&package, PROGRAM, &self.folder)
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
