//! A display for windows that nobody looks at.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// The environment of a program that opens windows; empty where the system has a display of its own.
pub fn environment() -> Option<(&'static str, &'static str)> {
    static DISPLAY: LazyLock<Option<Display>> =
        LazyLock::new(|| (!cfg!(target_os = "macos")).then(Display::start));
    Some(("DISPLAY", &DISPLAY.as_ref()?.name))
}

struct Display {
    name: String,
    _process: Child,
}

impl Display {
    /// Under a shell that ends it when our end of its input closes, as chromedriver is started.
    fn start() -> Self {
        const SCRIPT: &str = "Xvfb -displayfd 1 -screen 0 1280x1024x24 -nolisten tcp 2>/dev/null & read -r _; kill $!";
        let mut process = Command::new("sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let number = BufReader::new(process.stdout.as_mut().unwrap())
            .lines()
            .next()
            .expect("Xvfb is not installed")
            .unwrap();
        Self {
            name: format!(":{number}"),
            _process: process,
        }
    }
}
