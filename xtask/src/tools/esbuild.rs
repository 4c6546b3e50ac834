//! esbuild, which makes the release page's scripts small.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{InstallError, Tool, npm};
use crate::command::{self, CommandError};

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

    /// Puts a smaller script in a script's place.
    ///
    /// # Errors
    /// When it is no script that esbuild understands.
    pub fn minify(&self, script: &Path) -> Result<(), CommandError> {
        command::output(
            Command::new(self.program())
                .arg(script)
                .args(["--minify", "--format=esm", "--allow-overwrite"])
                .arg(format!("--outfile={}", script.display())),
        )?;
        Ok(())
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
        "makes the page's scripts small"
    }

    fn is_present(&self) -> bool {
        self.program().is_file()
    }

    fn install(&self) -> Result<(), InstallError> {
        npm::install(&self.folder, &["esbuild@0.28.2"], self.purpose())
    }
}
