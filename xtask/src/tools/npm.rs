//! Packages from npm's registry.

use std::{path::Path, process::Command};

use super::{
    InstallError,
    system::{Program, SystemPrograms},
};
use crate::command;

/// Puts packages into a folder's `node_modules`, and npm itself on this machine where it is missing.
///
/// # Errors
/// When either cannot be installed.
pub fn install(
    folder: &Path,
    packages: &[&str],
    purpose: &'static str,
) -> Result<(), InstallError> {
    SystemPrograms {
        programs: &[Program::Npm],
        purpose,
    }
    .install_missing()?;
    command::output(
        Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--prefix"])
            .arg(folder)
            .args(packages),
    )?;
    Ok(())
}
