//! Browsers with other engines than Chromium's.

use std::net::TcpStream;
use std::process::Command;

use serde_json::json;
use thirtyfour::error::WebDriverError;
use thirtyfour::{Capabilities, WebDriver};

use super::guarded::Guarded;
use super::{display, eventually, needed, port};

#[derive(Clone, Copy)]
pub enum Engine {
    /// Firefox's.
    Gecko,
    /// Safari's, in the small browser that WebKitGTK has for its driver.
    WebKit,
}

impl Engine {
    /// A new browser, and its driver, which drives no other and has to end after it.
    pub async fn browser(self) -> (Guarded, WebDriver) {
        // WebKit's driver now and then hangs up when it is asked for the browser.
        match self.start().await {
            Ok(started) => started,
            Err(_) => self.start().await.expect("the browser does not start"),
        }
    }

    async fn start(self) -> Result<(Guarded, WebDriver), WebDriverError> {
        let address = port::free();
        let (program, wanted) = match self {
            Engine::Gecko => (
                needed("LAMPI_GECKODRIVER", "Firefox's driver"),
                json!({"moz:firefoxOptions": {"args": ["-headless"]}}),
            ),
            Engine::WebKit => ("WebKitWebDriver".to_owned(), json!({})),
        };
        let mut driver = Command::new(program);
        driver
            .arg(format!("--port={}", address.port()))
            .envs(display::environment());
        let driver = Guarded::start(&driver);
        eventually(async || {
            TcpStream::connect(address).map_err(|error| format!("no driver on {address}: {error}"))
        })
        .await;
        let wanted: Capabilities = serde_json::from_value(wanted).unwrap();
        let browser = WebDriver::new(format!("http://{address}"), wanted).await?;
        Ok((driver, browser))
    }
}
