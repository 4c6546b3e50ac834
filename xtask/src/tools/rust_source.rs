//! The Rust standard library's source.

use std::path::Path;

use super::{InstallError, Tool, rustup};
use crate::command::{self, rustc};

const COMPONENT: &str = "rust-src";

pub struct RustSource;

impl Tool for RustSource {
    fn name(&self) -> String {
        format!("the Rust component {COMPONENT}")
    }

    fn purpose(&self) -> &'static str {
        "compiles the standard library anew, for a small page"
    }

    fn is_present(&self) -> bool {
        command::output(rustc().args(["--print", "sysroot"])).is_ok_and(|sysroot| {
            Path::new(sysroot.trim())
                .join("lib/rustlib/src/rust/library/std")
                .is_dir()
        })
    }

    fn install(&self) -> Result<(), InstallError> {
        rustup(&["component", "add", COMPONENT])
    }
}
