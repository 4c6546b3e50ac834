//! The Rust standard library for browsers.

use std::path::Path;

use super::{InstallError, Tool, rustup};
use crate::command::{self, rustc};

const TARGET: &str = "wasm32-unknown-unknown";

pub struct WasmTarget;

impl Tool for WasmTarget {
    fn name(&self) -> String {
        format!("the Rust target {TARGET}")
    }

    fn purpose(&self) -> &'static str {
        "compiles the page for browsers"
    }

    fn is_present(&self) -> bool {
        command::output(rustc().args(["--print", "target-libdir", "--target", TARGET]))
            .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
    }

    fn install(&self) -> Result<(), InstallError> {
        rustup(&["target", "add", TARGET])
    }
}
