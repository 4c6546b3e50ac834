//! esbuild, which makes one small script of the release page's scripts, and its style sheet small.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::npm::NpmPackages;
use crate::command::{self, CommandError};

#[derive(Debug)]
pub struct Esbuild {
    program: PathBuf,
}

impl Esbuild {
    pub(super) fn of(packages: &NpmPackages) -> Esbuild {
        Esbuild {
            program: packages.programs().join("esbuild"),
        }
    }

    /// Puts in a script's place a small one that has in it what the script imports.
    ///
    /// # Errors
    /// When it is no script that esbuild understands, or what it imports is not there.
    pub fn bundle(&self, script: &Path) -> Result<(), CommandError> {
        command::output(
            Command::new(&self.program)
                .arg(script)
                .args(["--bundle", "--minify", "--format=esm", "--allow-overwrite"])
                .arg(format!("--outfile={}", script.display())),
        )?;
        Ok(())
    }

    /// What a style sheet says, without what only its authors read.
    ///
    /// # Errors
    /// When it is no style sheet that esbuild understands.
    pub fn minified(&self, style: &Path) -> Result<String, CommandError> {
        command::output(Command::new(&self.program).arg(style).arg("--minify"))
    }
}
