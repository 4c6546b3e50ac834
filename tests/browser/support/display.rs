//! A display for windows that nobody looks at.

use std::process::Command;
use std::sync::LazyLock;

use super::guarded::{Guarded, TERMINATED};

/// The environment of a program that opens windows; empty where the system has a display of its own.
pub fn environment() -> Option<(&'static str, &'static str)> {
    static DISPLAY: LazyLock<Option<Display>> =
        LazyLock::new(|| (!cfg!(target_os = "macos")).then(Display::start));
    Some(("DISPLAY", &DISPLAY.as_ref()?.name))
}

struct Display {
    name: String,
    _process: Guarded,
}

impl Display {
    fn start() -> Self {
        const ARGUMENTS: &str = "-displayfd 1 -screen 0 1280x1024x24 -nolisten tcp";
        let mut program = Command::new("Xvfb");
        program.args(ARGUMENTS.split(' '));
        let number = |line: &str| Some(line.to_owned());
        let (process, number) =
            Guarded::saying(&program, TERMINATED, number).expect("Xvfb is not installed");
        Self {
            name: format!(":{number}"),
            _process: process,
        }
    }
}
