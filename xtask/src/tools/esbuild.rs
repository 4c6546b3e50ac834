//! esbuild, which makes one small script of the release page's scripts, and its style sheet small.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{InstallError, Tool, npm};
use crate::command::{self, CommandError};

const PACKAGES: [&str; 1] = ["esbuild@0.28.2"];

#[derive(Debug)]
pub struct Esbuild {
    folder: PathBuf,
}

impl Esbuild {
    pub fn new(folder: &Path) -> Esbuild {
        Esbuild {
            folder: folder.into(),
        }
    }

    /// Puts in a script's place a small one that has in it what the script imports.
    ///
    /// # Errors
    /// When it is no script that esbuild understands, or what it imports is not there.
    pub fn bundle(&self, script: &Path) -> Result<(), CommandError> {
        command::output(
            Command::new(self.program())
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
        command::output(Command::new(self.program()).arg(style).arg("--minify"))
    }

    fn program(&self) -> PathBuf {
        self.folder.join("node_modules/.bin/esbuild")
    }
}

impl Tool for Esbuild {
    fn name(&self) -> String {
        "esbuild".into()
    }

    fn purpose(&self) -> &'static str {
        "makes the page's scripts and styles small"
    }

    fn is_present(&self) -> bool {
        npm::has(&self.folder, &PACKAGES)
    }

    fn install(&self) -> Result<(), InstallError> {
        npm::install(&self.folder, &PACKAGES)
    }
}
