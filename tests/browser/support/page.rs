//! The page as its user meets it: what it shows, what can be done to it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, TypingData, WebDriver, WebElement, WindowHandle};

use super::client::Client;
use super::guarded::Guarded;
use super::site::Site;
use super::{PATIENCE, eventually, within};

pub struct Page {
    pub browser: WebDriver,
    pub site: Site,
    /// The browser's driver, if it drives no other.
    #[expect(dead_code, reason = "ends when dropped, after the browser")]
    pub driver: Option<Guarded>,
}

impl Page {
    pub async fn find(&self, selector: &'static str) -> WebElement {
        eventually(async || {
            self.browser
                .find(By::Css(selector))
                .await
                .map_err(|error| error.to_string())
        })
        .await
    }

    pub async fn text(&self, selector: &str) -> String {
        self.run(
            "return document.querySelector(arguments[0])?.textContent ?? ''",
            vec![selector.into()],
        )
        .await
    }

    pub async fn text_becomes(&self, selector: &str, wanted: &str) {
        self.text_satisfies(selector, wanted, |text| text == wanted)
            .await;
    }

    pub async fn text_mentions(&self, selector: &str, wanted: &str) {
        self.text_satisfies(selector, wanted, |text| text.contains(wanted))
            .await;
    }

    /// Waits for a state of the connection and returns the words it is told in.
    pub async fn status_becomes(&self, wanted: &str) -> String {
        self.status_becomes_within(wanted, PATIENCE).await
    }

    /// As [`Page::status_becomes`], for states that take their time.
    pub async fn status_becomes_within(&self, wanted: &str, time: Duration) -> String {
        const SCRIPT: &str = "const status = document.querySelector('#status');
            return [status?.dataset.state ?? 'missing', status?.textContent ?? '']";
        within(time, async || {
            let (state, text): (String, String) = self.run(SCRIPT, vec![]).await;
            if state == wanted {
                Ok(text)
            } else {
                Err(format!("status is {state} ({text}), not {wanted}"))
            }
        })
        .await
    }

    /// Opens the page once more in a new tab before this one, with its own query.
    pub async fn open_tab(&self, query: &str) -> WindowHandle {
        let tab = self.browser.new_tab().await.unwrap();
        self.turn_to(&tab).await;
        self.browser
            .goto(format!("{}{query}", self.site.address))
            .await
            .unwrap();
        tab
    }

    /// From here on, all that is asked and done is asked of and done to this tab.
    pub async fn turn_to(&self, tab: &WindowHandle) {
        self.browser.switch_to_window(tab.clone()).await.unwrap();
    }

    /// Waits, for twice the keep-alive in seconds at most, until the broker is said to be silent; tells how long it took.
    pub async fn notices_silence(&self, keep_alive: u64) -> Duration {
        let start = Instant::now();
        within(Duration::from_secs(2 * keep_alive), async || {
            let text = self.text("#status").await;
            if text.contains("is silent") {
                Ok(start.elapsed())
            } else {
                Err(format!("the status is {text}"))
            }
        })
        .await
    }

    /// From here on, the page writes down when it says that it is connected.
    pub async fn write_down_returns(&self) {
        const SCRIPT: &str = "const status = document.querySelector('#status');
            new MutationObserver(() => {
                if (status.dataset.state === 'connected') window.returned = Date.now();
            }).observe(status, {attributeFilter: ['data-state']})";
        self.run::<Value>(SCRIPT, vec![]).await;
    }

    /// How long after this moment it was last written down.
    pub async fn last_return(&self, since: SystemTime) -> Duration {
        let returned: u64 = self.run("return returned", vec![]).await;
        let since = since.duration_since(UNIX_EPOCH).unwrap();
        Duration::from_millis(returned).saturating_sub(since)
    }

    /// Whether the label becomes this while there is patience.
    pub async fn shows_label(&self, wanted: &str) -> bool {
        let becomes = self.text_becomes("#sub_value", wanted);
        tokio::time::timeout(PATIENCE, becomes).await.is_ok()
    }

    /// Waits until a label comes through.
    pub async fn labels_come(&self, client: &mut Client) {
        // More than once: those published while the page is away are not for it.
        eventually(async || {
            client.label(r#"{"value": "through"}"#).await;
            match self.text("#sub_value").await {
                text if text == "through" => Ok(()),
                text => Err(format!("the label is {text:?}")),
            }
        })
        .await;
    }

    /// Waits for a label that is published once: the page must be there.
    pub async fn a_label_comes(&self, client: &mut Client) {
        client.label(r#"{"value": "the only one"}"#).await;
        self.text_becomes("#sub_value", "the only one").await;
    }

    /// Types this login into the form that a refusing broker brings.
    pub async fn log_in(&self, username: &str, password: &str) {
        self.status_becomes("refused").await;
        for (field, text) in [("#username", username), ("#password", password)] {
            let field = self.find(field).await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
        self.click("#login-submit").await;
    }

    /// Warnings and errors in the browser's console.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.browser.browser_log().await.unwrap();
        log.into_iter()
            .filter(|entry| ["WARNING", "SEVERE"].contains(&entry.level.as_str()))
            .map(|entry| entry.message)
            .collect()
    }

    /// What the browser asked its user; the driver has said yes to all.
    pub async fn questions(&self) -> Vec<String> {
        let log = self.browser.get_log("performance").await.unwrap();
        log.iter()
            .map(|entry| serde_json::from_str::<Value>(&entry.message).unwrap()["message"].take())
            .filter(|event| event["method"] == "Page.javascriptDialogOpening")
            .map(|event| event["params"]["type"].as_str().unwrap().to_owned())
            .collect()
    }

    pub async fn click(&self, selector: &'static str) {
        self.find(selector).await.click().await.unwrap();
    }

    pub async fn click_power(&self) {
        self.click("#power").await;
    }

    /// What screen readers are told: the tree's nodes.
    pub async fn accessibility_tree(&self) -> Vec<Value> {
        let tree = self.browser.cdp();
        let tree = tree.send_raw("Accessibility.getFullAXTree", json!({}));
        tree.await.unwrap()["nodes"].as_array().unwrap().clone()
    }

    /// Saves what a lamp shows under a name.
    pub async fn save_preset(&self, name: &str) {
        let field = self.find("#preset-name").await;
        field.send_keys(name).await.unwrap();
        self.click("#preset-save").await;
    }

    /// Runs this before the page's own scripts, each time that it is loaded.
    pub async fn run_on_each_load(&self, script: String) {
        let tools = self.browser.cdp();
        tools
            .send_raw(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({"source": script}),
            )
            .await
            .unwrap();
    }

    /// Clicks on something that comes and goes with the state of the connection.
    pub async fn catch(&self, selector: &'static str) {
        eventually(async || {
            let element = self.browser.find(By::Css(selector)).await;
            let element = element.map_err(|error| error.to_string())?;
            element.click().await.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Moves the slider as a finger does that is there in one jump; tells when, in milliseconds since 1970.
    pub async fn slide_to(&self, value: u8) -> f64 {
        const SCRIPT: &str = "const slider = document.querySelector('#slider');
            slider.value = arguments[0];
            slider.dispatchEvent(new Event('input', {bubbles: true}));
            return Date.now()";
        self.run(SCRIPT, vec![value.into()]).await
    }

    pub async fn press(&self, key: impl Into<TypingData>) {
        self.browser
            .action_chain()
            .send_keys(key)
            .perform()
            .await
            .unwrap();
    }

    /// Runs a script in the page and takes what it returns.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        self.browser
            .execute(script, arguments)
            .await
            .unwrap()
            .convert()
            .unwrap()
    }

    /// Runs a script in the page and takes what it hands to `done`.
    pub async fn await_script<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> T {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.browser
            .execute_async(script, arguments)
            .await
            .unwrap()
            .convert()
            .unwrap()
    }

    async fn text_satisfies(&self, selector: &str, wanted: &str, satisfies: impl Fn(&str) -> bool) {
        eventually(async || {
            let text = self.text(selector).await;
            if satisfies(&text) {
                Ok(())
            } else {
                Err(format!("{selector} says {text:.200}, not {wanted:.200}"))
            }
        })
        .await;
    }
}

/// How long, as the status says, it is until the next try; 0 if it does not say.
pub fn seconds_left(status: &str) -> u64 {
    let wait = status.split_once("Next try in ").map(|(_, wait)| wait);
    let digits = |wait: &str| wait.chars().take_while(char::is_ascii_digit).collect();
    wait.map(digits)
        .and_then(|seconds: String| seconds.parse().ok())
        .unwrap_or(0)
}
