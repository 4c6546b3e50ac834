//! axe-core, which finds what keeps people out of a page.

use std::path::{Path, PathBuf};

use super::{InstallError, Tool, npm};

const PACKAGES: [&str; 1] = ["axe-core@4.14.1"];

pub struct Axe {
    folder: PathBuf,
}

impl Axe {
    pub fn new(folder: &Path) -> Axe {
        Axe {
            folder: folder.into(),
        }
    }

    /// The script to run in the page under test.
    pub fn script(&self) -> PathBuf {
        self.folder.join("node_modules/axe-core/axe.min.js")
    }
}

impl Tool for Axe {
    fn name(&self) -> String {
        "axe-core".into()
    }

    fn purpose(&self) -> &'static str {
        "checks the page's accessibility"
    }

    fn is_present(&self) -> bool {
        npm::has(&self.folder, &PACKAGES)
    }

    fn install(&self) -> Result<(), InstallError> {
        npm::install(&self.folder, &PACKAGES)
    }
}
