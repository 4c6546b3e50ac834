//! Paho for Python, in the version that the lesson's service is written for, in an environment of its own.

use std::{fs, path::PathBuf, process::Command};

use super::{InstallError, Tool, same_content};
use crate::{command, workspace::Workspace};

/// What pip installs, with hashes, in this order. Copied to where it is installed, to see that it is the same.
const LISTS: [&str; 2] = ["setuptools.txt", "paho.txt"];

pub struct Paho {
    /// Of the lists.
    wanted: PathBuf,
    folder: PathBuf,
}

impl Paho {
    pub fn new(workspace: &Workspace) -> Paho {
        Paho {
            wanted: workspace.root.join("xtask/pip"),
            folder: workspace.tool_folder("paho"),
        }
    }

    /// The Python that finds Paho.
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }
}

impl Tool for Paho {
    fn name(&self) -> String {
        "paho-mqtt 1".into()
    }

    fn purpose(&self) -> &'static str {
        "publishes labels as the lesson's Python service does"
    }

    fn is_present(&self) -> bool {
        LISTS
            .iter()
            .all(|list| same_content(&self.wanted.join(list), &self.folder.join(list)))
            && command::output(Command::new(self.python()).args(["-c", "import paho.mqtt.client"]))
                .is_ok()
    }

    fn install(&self) -> Result<(), InstallError> {
        command::output(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        )?;
        for list in LISTS {
            command::run(
                Command::new(self.python())
                    .args(["-m", "pip", "install", "--quiet", "--require-hashes"])
                    // In isolation, pip would fetch a setuptools of its own choice.
                    .args(["--no-build-isolation", "--requirement"])
                    .arg(self.wanted.join(list)),
            )?;
            fs::copy(self.wanted.join(list), self.folder.join(list))?;
        }
        Ok(())
    }
}
