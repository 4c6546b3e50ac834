//! One chromedriver for the whole run, which hands out a fresh browser at each call; one more for browsers with a window,
//! and one for browsers that trust this run's authority.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::json;
use thirtyfour::{
    CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel,
    WebDriver,
};

use super::certificates::{self, HOST};
use super::display;
use super::guarded::{Guarded, TERMINATED};

const FLAGS: [&str; 8] = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // The browser ends when its driver does, however that comes about.
    "--remote-debugging-pipe",
];

/// What a browser should be like.
#[derive(Clone)]
pub struct Wanted {
    pub javascript: bool,
    /// Whether it has a window, on a display.
    pub window: bool,
    /// Where port 50002 of [`HOST`] is, if anywhere.
    pub lesson_port: Option<SocketAddr>,
    pub trusts: Trust,
    /// Where it is to write down what it does on the network.
    pub net_log: Option<PathBuf>,
}

/// Whose certificates a browser takes, besides those of the authorities that all browsers know.
#[derive(Clone, Copy, PartialEq)]
pub enum Trust {
    NobodyElse,
    ThisRunsAuthority,
    Everyone,
}

/// A new browser with a profile of its own, which keeps all that it logs and that its page asks for.
pub async fn browser(like: Wanted) -> WebDriver {
    static HEADLESS: LazyLock<Chromedriver> = LazyLock::new(|| Chromedriver::start(None));
    static WINDOWED: LazyLock<Chromedriver> = LazyLock::new(|| {
        Chromedriver::start(display::environment().map(|(name, value)| (name, value.into())))
    });
    static TRUSTING: LazyLock<Chromedriver> = LazyLock::new(|| {
        let home = certificates::trusting_home();
        Chromedriver::start(Some(("HOME", home.into())))
    });
    let mut wanted = DesiredCapabilities::chrome();
    for flag in FLAGS {
        wanted.add_arg(flag).unwrap();
    }
    let mut hosts = format!("MAP {HOST} 127.0.0.1");
    if let Some(broker) = like.lesson_port {
        hosts = format!("MAP {HOST}:50002 {broker}, {hosts}");
    }
    let resolve = format!("--host-resolver-rules={hosts}");
    wanted.add_arg(&resolve).unwrap();
    if let Some(file) = like.net_log {
        wanted
            .add_arg(&format!("--log-net-log={}", file.display()))
            .unwrap();
    }
    let chromedriver = if like.window {
        &*WINDOWED
    } else {
        wanted.add_arg("--headless").unwrap();
        match like.trusts {
            Trust::ThisRunsAuthority => &*TRUSTING,
            _ => &*HEADLESS,
        }
    };
    let trusts_all = like.trusts == Trust::Everyone;
    wanted.accept_insecure_certs(trusts_all).unwrap();
    for log in ["browser", "performance"] {
        wanted
            .set_logging_prefs(log.to_owned(), LoggingPrefsLogLevel::All)
            .unwrap();
    }
    if !like.javascript {
        let blocked = json!({"profile.managed_default_content_settings.javascript": 2});
        wanted.add_experimental_option("prefs", blocked).unwrap();
    }
    let start = || WebDriver::new(&chromedriver.address, wanted.clone());
    // Seldom it fails at its start.
    match start().await {
        Ok(browser) => browser,
        Err(_) => start().await.expect("Chromium does not start"),
    }
}

struct Chromedriver {
    address: String,
    _process: Guarded,
}

impl Chromedriver {
    fn start(environment: Option<(&str, OsString)>) -> Self {
        let mut program = Command::new("chromedriver");
        program.arg("--port=0").envs(environment);
        let port = |line: &str| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        };
        // Seldom it ends at its start.
        let (process, port) = (0..2)
            .find_map(|_| Guarded::saying(&program, TERMINATED, port))
            .expect("chromedriver is not installed, or does not start");
        Self {
            address: format!("http://127.0.0.1:{port}"),
            _process: process,
        }
    }
}
