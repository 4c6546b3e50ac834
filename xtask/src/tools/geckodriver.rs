//! geckodriver, through which tests drive Firefox.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{InstallError, Tool, build_from_registry, has_version, prebuilt::Prebuilt};

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
        if let Some(prebuilt) = prebuilt()
            && prebuilt.place(&self.folder, instead)?
        {
            return Ok(());
        }
        let package = [PROGRAM, "--version", VERSION, "--locked"];
        build_from_registry(&package, PROGRAM, &self.folder)
    }
}

/// For the machines of which we know one.
fn prebuilt() -> Option<Prebuilt> {
    let (machine, sha256) = match env::consts::ARCH {
        "aarch64" => (
            "linux-aarch64",
            "8fd90b951422fbad5b56539fb344dff66eb3f986d615d8d6fde9f1f62dad610c",
        ),
        "x86_64" => (
            "linux64",
            "e815130ea95983e162ae91843b48d3a3ce991735635fce83a647afde21e09f7e",
        ),
        _ => return None,
    };
    Some(Prebuilt {
        url: format!(
            "https://github.com/mozilla/geckodriver/releases/download/v{VERSION}/\
             geckodriver-v{VERSION}-{machine}.tar.gz"
        ),
        sha256,
        program: PROGRAM,
    })
}
