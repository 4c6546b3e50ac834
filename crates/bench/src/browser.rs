//! Chromium, started afresh, and the pages in it.

use std::{process::Stdio, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::broadcast::error::TryRecvError,
    time::{sleep, timeout},
};

use crate::{
    devtools::{Devtools, DevtoolsError},
    process::Stopwatch,
};

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1280,900",
];

const PROCESSES: &str = "SystemInfo.getProcessInfo";

/// How long a browser may take to start, with [`SETTLE`].
const START: Duration = Duration::from_secs(30);

/// How long a new browser is left alone: it has more to do than it shows.
const SETTLE: Duration = Duration::from_secs(3);

/// A running Chromium with a profile of its own; it ends when this is dropped.
#[derive(Debug)]
pub struct Browser {
    devtools: Devtools,
    process: Child,
    profile: TempDir,
}

impl Browser {
    /// Starts a browser whose caches are empty. Seldom Chromium fails or hangs at that: another is tried then.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start() -> Result<Browser, DevtoolsError> {
        match timeout(START, Self::start_one()).await {
            Ok(Ok(browser)) => Ok(browser),
            Ok(Err(_)) | Err(_) => Self::start_one().await,
        }
    }

    async fn start_one() -> Result<Browser, DevtoolsError> {
        let not_started = |error: std::io::Error| DevtoolsError::NotStarted(error.to_string());
        let profile = tempfile::tempdir().map_err(not_started)?;
        let mut user_data = std::ffi::OsString::from("--user-data-dir=");
        user_data.push(profile.path());
        let mut process = Command::new("chromium")
            .args(FLAGS)
            .arg(user_data)
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(not_started)?;
        let address = address(&mut process).await?;
        let browser = Browser {
            devtools: Devtools::connect(&address).await?,
            process,
            profile,
        };
        // The first page of a process pays for what the others find in place.
        let page = browser.open().await?;
        page.navigate("data:text/html,<p>Warm</p>").await?;
        page.close().await?;
        sleep(SETTLE).await;
        Ok(browser)
    }

    /// Opens an empty page.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn open(&self) -> Result<Page, DevtoolsError> {
        let call = |method, params| self.devtools.call(None, method, params);
        let created = call("Target.createTarget", json!({"url": "about:blank"})).await?;
        let target = text(&created["targetId"]);
        let attach = json!({"targetId": target, "flatten": true});
        let attached = call("Target.attachToTarget", attach).await?;
        let page = Page {
            devtools: self.devtools.clone(),
            session: text(&attached["sessionId"]),
            target,
        };
        page.call("Page.enable", json!({})).await?;
        Ok(page)
    }

    /// The process that runs a page: the one that works when the page is given work.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn process_of(&self, page: &Page) -> Result<u64, DevtoolsError> {
        const WORK: &str = "for (const end = performance.now() + 200; performance.now() < end;) {}";
        let renderers = self.renderers().await?;
        // One that ends meanwhile is another page's.
        let watched: Vec<(u64, Stopwatch)> = renderers
            .iter()
            .filter_map(|process| Some((*process, Stopwatch::start(*process, None).ok()?)))
            .collect();
        page.run(WORK).await?;
        watched
            .iter()
            .filter_map(|(process, stopwatch)| Some((*process, stopwatch.seconds().ok()?)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(process, _)| process)
            .ok_or(DevtoolsError::Untold {
                method: PROCESSES,
                what: "the page's process",
            })
    }

    async fn renderers(&self) -> Result<Vec<u64>, DevtoolsError> {
        let info = self.devtools.call(None, PROCESSES, json!({})).await?;
        let processes = info["processInfo"].as_array().into_iter().flatten();
        Ok(processes
            .filter(|process| process["type"] == "renderer")
            .filter_map(|process| process["id"].as_u64())
            .collect())
    }

    /// Its version, as it names itself.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn version(&self) -> Result<String, DevtoolsError> {
        let version = self
            .devtools
            .call(None, "Browser.getVersion", json!({}))
            .await?;
        Ok(text(&version["product"]))
    }

    /// Ends it and removes its profile.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn close(mut self) -> Result<(), DevtoolsError> {
        self.devtools.call(None, "Browser.close", json!({})).await?;
        let _ = timeout(Duration::from_secs(5), self.process.wait()).await;
        // A file that a last child still writes is the system's to clear away.
        let _ = self.profile.close();
        Ok(())
    }
}

/// Waits for the line that names the address.
async fn address(process: &mut Child) -> Result<String, DevtoolsError> {
    let silent = || DevtoolsError::NotStarted("it does not say where it listens".into());
    let stderr = process.stderr.take().ok_or_else(silent)?;
    let mut lines = BufReader::new(stderr).lines();
    let found = timeout(Duration::from_secs(30), async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                return Some(address.to_owned());
            }
        }
        None
    });
    let address = found.await.ok().flatten().ok_or_else(silent)?;
    // Read on, or the browser would wait for room to write its complaints.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(address)
}

/// A tab.
#[derive(Debug)]
pub struct Page {
    devtools: Devtools,
    session: String,
    target: String,
}

impl Page {
    /// Calls a method of this page's session.
    ///
    /// # Errors
    /// When the browser refuses or is gone.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, DevtoolsError> {
        self.devtools
            .call(Some(&self.session), method, params)
            .await
    }

    /// Has a script run in each document before the document's own.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn prepare(&self, script: &str) -> Result<(), DevtoolsError> {
        let script = json!({"source": script});
        self.call("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(())
    }

    /// Makes the page's main thread this many times slower.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn slow_down(&self, times: u32) -> Result<(), DevtoolsError> {
        self.call("Emulation.setCPUThrottlingRate", json!({"rate": times}))
            .await?;
        Ok(())
    }

    /// Goes to an address and returns when its document has begun.
    ///
    /// # Errors
    /// When the address does not answer.
    pub async fn navigate(&self, address: &str) -> Result<(), DevtoolsError> {
        let begun = self.call("Page.navigate", json!({"url": address})).await?;
        match begun["errorText"].as_str() {
            Some(reason) => Err(DevtoolsError::Refused {
                method: format!("to load {address}"),
                reason: reason.into(),
            }),
            None => Ok(()),
        }
    }

    /// Runs a script, whatever it comes to.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&self, script: &str) -> Result<(), DevtoolsError> {
        self.evaluate::<bool>(&format!("{script}; true")).await?;
        Ok(())
    }

    /// What a script comes to, or the promise that it comes to.
    ///
    /// # Errors
    /// When the script throws or its value is of another type.
    pub async fn evaluate<T: DeserializeOwned>(&self, script: &str) -> Result<T, DevtoolsError> {
        let evaluate = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let mut outcome = self.call("Runtime.evaluate", evaluate).await?;
        if outcome["exceptionDetails"].is_object() {
            return Err(DevtoolsError::Script(
                outcome["exceptionDetails"].to_string(),
            ));
        }
        serde_json::from_value(outcome["result"]["value"].take())
            .map_err(|error| DevtoolsError::Script(error.to_string()))
    }

    /// Begins to count what the main thread does.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn count_work(&self) -> Result<(), DevtoolsError> {
        // Time on the processor: other programs on this machine are no work of the page.
        let clock = json!({"timeDomain": "threadTicks"});
        self.call("Performance.enable", clock).await?;
        Ok(())
    }

    /// Milliseconds of the main thread's tasks, for a page that was told to count them.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn work(&self) -> Result<f64, DevtoolsError> {
        const METHOD: &str = "Performance.getMetrics";
        const TASKS: &str = "TaskDuration";
        let metrics = self.call(METHOD, json!({})).await?;
        let mut metrics = metrics["metrics"].as_array().into_iter().flatten();
        let seconds = metrics
            .find(|metric| metric["name"] == TASKS)
            .and_then(|metric| metric["value"].as_f64());
        let untold = DevtoolsError::Untold {
            method: METHOD,
            what: TASKS,
        };
        Ok(seconds.ok_or(untold)? * 1e3)
    }

    /// Sessions with the workers of this page.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn workers(&self) -> Result<Vec<Page>, DevtoolsError> {
        const METHOD: &str = "Target.setAutoAttach";
        let mut events = self.devtools.events();
        let attach = json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true});
        self.call(METHOD, attach).await?;
        let mut workers = Vec::new();
        // By its answer, the browser has told of all that run.
        loop {
            let event = match events.try_recv() {
                Ok(event) => event,
                Err(TryRecvError::Lagged(_)) => {
                    return Err(DevtoolsError::Untold {
                        method: METHOD,
                        what: "all workers before it tells more",
                    });
                }
                Err(_) => return Ok(workers),
            };
            let target = &event.params["targetInfo"];
            if event.session == self.session
                && event.method == "Target.attachedToTarget"
                && target["type"] == "worker"
            {
                workers.push(Page {
                    devtools: self.devtools.clone(),
                    session: text(&event.params["sessionId"]),
                    target: text(&target["targetId"]),
                });
            }
        }
    }

    /// Closes the tab.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn close(self) -> Result<(), DevtoolsError> {
        let target = json!({"targetId": self.target});
        self.devtools
            .call(None, "Target.closeTarget", target)
            .await?;
        Ok(())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
