//! A visit to the page: where it lies, how it is configured, through which eyes it is seen.

use serde_json::{Value, json};
use thirtyfour::WebDriver;

use super::broker::Broker;
use super::certificates::HOST;
use super::chromedriver::{self, Trust, Wanted};
use super::engine::Engine;
use super::net_log::NetLog;
use super::page::Page;
use super::site::{Instead, Site};

pub struct Visit {
    place: Option<String>,
    host: &'static str,
    folder: &'static str,
    query: String,
    instead: Vec<(String, Instead)>,
    https: bool,
    browser: Wanted,
    engine: Option<Engine>,
    theme: &'static str,
    forced_colors: &'static str,
    size: (u32, u32),
}

impl Visit {
    /// A visit to a page whose config.json lists this broker and says nothing else.
    pub fn to(broker: &Broker) -> Self {
        Self::through(broker.url())
    }

    /// The same, with the address of what stands before or in place of the broker.
    pub fn through(broker: impl Into<String>) -> Self {
        Self::configured(json!({"brokers": [broker.into()]}))
    }

    /// A visit to a page with this config.json.
    pub fn configured(config: Value) -> Self {
        Self::as_built().replacing("config.json", Instead::Json(config.to_string()))
    }

    /// A visit to the page with the config.json it was built with.
    pub fn as_built() -> Self {
        Self {
            place: None,
            host: "127.0.0.1",
            folder: "",
            query: String::new(),
            instead: Vec::new(),
            https: false,
            browser: Wanted {
                javascript: true,
                window: false,
                lesson_port: None,
                trusts: Trust::NobodyElse,
                net_log: None,
            },
            engine: None,
            theme: "light",
            forced_colors: "none",
            size: (1280, 800),
        }
    }

    /// A visit to a page that somebody else serves at this address, with this run's certificate if any.
    pub fn at(address: String) -> Self {
        let mut visit = Self::as_built();
        visit.place = Some(address);
        visit.browser.trusts = Trust::ThisRunsAuthority;
        visit
    }

    pub fn replacing(mut self, file: &str, instead: Instead) -> Self {
        self.instead.push((file.to_owned(), instead));
        self
    }

    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = folder;
        self
    }

    pub fn theme(mut self, theme: &'static str) -> Self {
        self.theme = theme;
        self
    }

    /// In a browser that forces colours of the user's on every page (W3C, CSS Color Adjustment).
    pub fn forcing_colors(mut self) -> Self {
        self.forced_colors = "active";
        self
    }

    pub fn width(mut self, width: u32) -> Self {
        self.size.0 = width;
        self
    }

    pub fn without_javascript(mut self) -> Self {
        self.browser.javascript = false;
        self
    }

    /// In another engine than Chromium's, in a browser as it comes.
    pub fn in_engine(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// In a browser with a window, whose tabs can hide each other.
    pub fn in_a_window(mut self) -> Self {
        self.browser.window = true;
        self
    }

    pub fn logged_to(mut self, log: &NetLog) -> Self {
        self.browser.net_log = Some(log.place().to_owned());
        self
    }

    pub fn trusting_every_certificate(mut self) -> Self {
        self.browser.trusts = Trust::Everyone;
        self
    }

    /// To a page on a host that is not loopback, at whose port 50002, the lesson's, this broker listens. The browser is led
    /// to the broker's own port: the lesson's is one that any outgoing connection may have.
    pub fn beside(mut self, broker: &Broker) -> Self {
        self.host = HOST;
        self.browser.lesson_port = Some(broker.websocket);
        self
    }

    /// To a page that comes over https from a host that is not loopback, in a browser that trusts it.
    pub fn over_https(mut self) -> Self {
        self.host = HOST;
        self.https = true;
        self.trusting_every_certificate()
    }

    /// Loads the page and leaves it to itself.
    pub async fn open(self) -> Page {
        let (driver, browser) = match self.engine {
            Some(engine) => {
                let (driver, browser) = engine.browser().await;
                (Some(driver), browser)
            }
            None => (None, self.chromium().await),
        };
        let site = match self.place {
            Some(address) => Site::of_others(address),
            None => Site::serve(self.host, self.folder, self.instead, self.https).await,
        };
        browser
            .goto(format!("{}{}", site.address, self.query))
            .await
            .unwrap();
        Page {
            browser,
            site,
            driver,
        }
    }

    async fn chromium(&self) -> WebDriver {
        let browser = chromedriver::browser(self.browser.clone()).await;
        let (width, height) = self.size;
        let view =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": self.theme},
            {"name": "forced-colors", "value": self.forced_colors},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        let developer_tools = browser.cdp();
        developer_tools
            .send_raw("Emulation.setDeviceMetricsOverride", view)
            .await
            .unwrap();
        developer_tools
            .send_raw("Emulation.setEmulatedMedia", media)
            .await
            .unwrap();
        browser
    }

    /// Loads the page and waits until it has a session with its broker.
    pub async fn connect(self) -> Page {
        let page = self.open().await;
        page.status_becomes("connected").await;
        page
    }
}
