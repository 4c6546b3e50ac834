//! The libraries of the pages that the benchmark measures beside ours.

use std::path::{Path, PathBuf};

use super::{InstallError, Tool, npm};

/// The lesson's two, in its versions, and the newest MQTT.js.
const PACKAGES: [&str; 3] = ["paho-mqtt@1.0.2", "jquery@3.1.1", "mqtt@5.16.0"];

pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    pub fn new(folder: &Path) -> Peers {
        Peers {
            folder: folder.into(),
        }
    }

    /// The folder that has a folder for each package.
    pub fn libraries(&self) -> PathBuf {
        self.folder.join("node_modules")
    }
}

impl Tool for Peers {
    fn name(&self) -> String {
        PACKAGES.join(", ")
    }

    fn purpose(&self) -> &'static str {
        "libraries of the pages that ours is measured against"
    }

    fn is_present(&self) -> bool {
        npm::has(&self.folder, &PACKAGES)
    }

    fn install(&self) -> Result<(), InstallError> {
        npm::install(&self.folder, &PACKAGES)
    }
}
