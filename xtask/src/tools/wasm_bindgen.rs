//! wasm-bindgen's command line tool, which joins the WASM file and JavaScript. Its version must be the library's.

use std::path::{Path, PathBuf};

use super::{InstallError, Tool, build_from_registry, find_program, has_version};

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
        "joins the page's WASM file and JavaScript; building it takes about 3 minutes"
    }

    fn is_present(&self) -> bool {
        has_version(&self.folder.join(PROGRAM), &self.version)
            || find_program(PROGRAM).is_some_and(|program| has_version(&program, &self.version))
    }

    fn install(&self) -> Result<(), InstallError> {
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
