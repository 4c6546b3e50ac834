//! The Rust standard library for browsers.

use std::{path::Path, process::Command};

use super::{InstallError, Tool, find_program};
use crate::command::{self, rustc};

pub const TARGET: &str = "wasm32-unknown-unknown";

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
        let rustup = find_program("rustup").ok_or(InstallError::NoRustup)?;
        command::output(Command::new(rustup).args(["target", "add", TARGET]))?;
        Ok(())
    }
}
