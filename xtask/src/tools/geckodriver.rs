//! geckodriver, through which tests drive Firefox.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, has_version, release::Release};
use crate::command::{self, cargo};

const VERSION: &str = "0.37.1";
const PROGRAM: &str = "geckodriver";

pub struct Geckodriver {
    folder: PathBuf,
}

impl Geckodriver {
    pub fn new(folder: &Path) -> Geckodriver {
        Geckodriver {
            folder: folder.into(),
        }
    }

    pub fn program(&self) -> PathBuf {
        self.folder.join(PROGRAM)
    }

    fn build_from_registry(&self) -> Result<(), InstallError> {
        fs::create_dir_all(&self.folder)?;
        let root = tempfile::tempdir_in(&self.folder)?;
        command::run(
            cargo()
                .args([
                    "install",
                    PROGRAM,
                    "--version",
                    VERSION,
                    "--locked",
                    "--root",
                ])
                .arg(root.path()),
        )?;
        Ok(fs::rename(
            root.path().join("bin").join(PROGRAM),
            self.program(),
        )?)
    }
}

impl Tool for Geckodriver {
    fn name(&self) -> String {
        format!("{PROGRAM} {VERSION}")
    }

    fn purpose(&self) -> &'static str {
        "drives Firefox, to try the page in it"
    }

    fn is_present(&self) -> bool {
        has_version(&self.program(), VERSION)
    }

    fn install(&self) -> Result<(), InstallError> {
        let instead = "building it from the registry, which takes about 2 minutes";
        if release().unpack_as(&self.folder, instead)? {
            return Ok(());
        }
        self.build_from_registry()
    }
}

fn release() -> Release {
    let machine = match (env::consts::OS, env::consts::ARCH) {
        ("macos", "aarch64") => "macos-aarch64",
        ("macos", _) => "macos",
        (_, "aarch64") => "linux-aarch64",
        _ => "linux64",
    };
    Release {
        url: format!(
            "https://github.com/mozilla/geckodriver/releases/download/v{VERSION}/\
             geckodriver-v{VERSION}-{machine}.tar.gz"
        ),
        strip: 0,
        program: PROGRAM,
    }
}
