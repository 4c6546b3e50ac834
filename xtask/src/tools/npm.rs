//! Packages from npm's registry.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::{
    InstallError, Tool,
    system::{Program, SystemPrograms},
};
use crate::command;

/// Whether a folder's `node_modules` has these packages, each `NAME@VERSION`.
pub fn has(folder: &Path, packages: &[&str]) -> bool {
    packages.iter().all(|package| {
        let Some((name, version)) = package.rsplit_once('@') else {
            return false;
        };
        let about = folder.join("node_modules").join(name).join("package.json");
        let about = fs::read(about).unwrap_or_default();
        let about: Value = serde_json::from_slice(&about).unwrap_or_default();
        about["version"] == version
    })
}

/// Puts packages into a folder's `node_modules`, and npm itself on this machine where it is missing.
///
/// # Errors
/// When either cannot be installed.
pub fn install(folder: &Path, packages: &[&str]) -> Result<(), InstallError> {
    let npm = SystemPrograms {
        programs: &[Program::Npm],
        purpose: "fetches it",
    };
    if !npm.is_present() {
        super::install(&npm)?;
    }
    command::run(
        Command::new("npm")
            .args(["install", "--loglevel=error", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--prefix"])
            .arg(folder)
            .args(packages),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_of_another_version_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("node_modules/@some/tool");
        fs::create_dir_all(&package).unwrap();
        fs::write(package.join("package.json"), r#"{"version": "1.2.3"}"#).unwrap();
        assert!(has(folder.path(), &["@some/tool@1.2.3"]));
        assert!(!has(folder.path(), &["@some/tool@1.2.4"]));
        assert!(!has(folder.path(), &["@some/tool@1.2.3", "other@1.0.0"]));
    }
}
