//! Paho for Python, in the version that the lesson's service is written for, in an environment of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{InstallError, Tool};
use crate::command;

pub struct Paho {
    folder: PathBuf,
}

impl Paho {
    pub fn new(folder: &Path) -> Paho {
        Paho {
            folder: folder.into(),
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
        command::output(Command::new(self.python()).args(["-c", "import paho.mqtt.client"])).is_ok()
    }

    fn install(&self) -> Result<(), InstallError> {
        command::output(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        )?;
        command::output(Command::new(self.python()).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "paho-mqtt<2",
        ]))?;
        Ok(())
    }
}
