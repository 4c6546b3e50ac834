//! Packages from npm's registry: those of `xtask/npm/package.json`, with the hashes in its lock file.

use std::{fs, path::PathBuf, process::Command};

use super::{
    InstallError, Tool, find_program, same_content,
    system::{Program, SystemPrograms},
};
use crate::{command, workspace::Workspace};

const LOCK: &str = "package-lock.json";

pub struct NpmPackages {
    /// Of `package.json` and its lock file.
    wanted: PathBuf,
    /// Where both are copied, and the packages put beside them.
    folder: PathBuf,
}

impl NpmPackages {
    pub fn new(workspace: &Workspace) -> NpmPackages {
        NpmPackages {
            wanted: workspace.root.join("xtask/npm"),
            folder: workspace.tool_folder("npm"),
        }
    }

    /// The folder that has a folder for each package.
    pub fn libraries(&self) -> PathBuf {
        self.folder.join("node_modules")
    }

    /// The folder of the packages' programs.
    pub fn programs(&self) -> PathBuf {
        self.libraries().join(".bin")
    }
}

impl Tool for NpmPackages {
    fn name(&self) -> String {
        "packages from npm".into()
    }

    fn purpose(&self) -> &'static str {
        "make the release page small, check it for accessibility, and are what it is measured against"
    }

    fn is_present(&self) -> bool {
        // npm writes it when all the rest is done.
        let done = self.libraries().join(".package-lock.json");
        done.exists()
            && same_content(&self.wanted.join(LOCK), &self.folder.join(LOCK))
            // Runs the packages' programs, and comes with npm.
            && find_program("node").is_some()
    }

    fn install(&self) -> Result<(), InstallError> {
        let npm = SystemPrograms {
            programs: &[Program::Npm],
            purpose: "fetches them",
        };
        if !npm.is_present() {
            super::install(&npm)?;
        }
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        for file in ["package.json", LOCK] {
            fs::copy(self.wanted.join(file), self.folder.join(file))?;
        }
        command::run(
            Command::new("npm")
                .args(["ci", "--loglevel=error", "--no-audit", "--no-fund"])
                .args(["--ignore-scripts", "--prefix"])
                .arg(&self.folder),
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const PACKAGES: &str = include_str!("../../npm/package.json");
    const HASHES: &str = include_str!("../../npm/package-lock.json");
    const TRUNK: &str = include_str!("../../../Trunk.toml");

    #[test]
    fn packages_are_there_when_npm_is_done_with_those_that_are_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let packages = NpmPackages {
            wanted: folder.path().join("wanted"),
            folder: folder.path().join("npm"),
        };
        fs::create_dir_all(&packages.wanted).unwrap();
        fs::create_dir_all(packages.libraries()).unwrap();
        for folder in [&packages.wanted, &packages.folder] {
            fs::write(folder.join(LOCK), "1.0").unwrap();
        }
        assert!(!packages.is_present());
        fs::write(packages.libraries().join(".package-lock.json"), "").unwrap();
        assert!(packages.is_present());
        fs::write(packages.wanted.join(LOCK), "1.1").unwrap();
        assert!(!packages.is_present());
    }

    /// npm takes one without a hash as it comes.
    #[test]
    fn every_package_has_a_hash() {
        let mut lock: Value = serde_json::from_str(HASHES).unwrap();
        let packages = lock["packages"].as_object_mut().unwrap();
        let ours = packages.remove("").unwrap();
        assert!(packages.len() >= ours["dependencies"].as_object().unwrap().len());
        for (name, package) in packages {
            let hash = package["integrity"].as_str().unwrap_or_default();
            assert!(hash.starts_with("sha512-"), "{name}");
        }
    }

    /// Of any other, trunk would fetch its own.
    #[test]
    fn wasm_opt_is_the_one_that_trunk_is_told_to_use() {
        let packages: Value = serde_json::from_str(PACKAGES).unwrap();
        let version = packages["dependencies"]["binaryen"].as_str().unwrap();
        let number = version.strip_suffix(".0.0").unwrap();
        let line = format!("wasm_opt = \"version_{number}\"");
        assert!(TRUNK.lines().any(|told| told == line), "{line}");
    }
}
