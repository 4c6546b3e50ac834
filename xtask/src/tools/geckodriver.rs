//! geckodriver, through which tests drive Firefox.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, build_from_registry, has_version, release::Release};

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
}

impl Tool for Geckodriver {
    fn name(&self) -> String {
        format!("{PROGRAM} {VERSION}")
    }

    fn purpose(&self) -> &'static str {
        "drives Firefox, to try the page in it"
    }

    fn is_present(&self) -> bool {
        // A Mac's Firefox is not driven.
        cfg!(target_os = "macos") || has_version(&self.program(), VERSION)
    }

    fn install(&self) -> Result<(), InstallError> {
        let instead = "building it from the registry, which takes about 2 minutes";
        if release().unpack_as(&self.folder, instead)? {
            return Ok(());
        }
        let package = [PROGRAM, "--version", VERSION, "--locked"];
        build_from_registry(&package, PROGRAM, &self.folder)
    }
}

fn release() -> Release {
    let machine = match env::consts::ARCH {
        "aarch64" => "linux-aarch64",
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
