//! `cargo xtask serve`, which anyone runs first: the page as `trunk serve` gives it, and all that it needs.

use std::net::SocketAddr;
use std::process::Command;

use tokio::sync::{Mutex, MutexGuard};

use super::support::client::Client;
use super::support::guarded::{Guarded, INTERRUPTED};
use super::support::page::Page;
use super::support::visit::Visit;
use super::support::{eventually, needed, port};

browser_tests!(
    alone: the_page_works_at_once,
    it_works_with_mosquitto_too,
    a_browser_asks_for_each_file_again,
    ctrl_c_ends_all_that_it_started,
);

async fn the_page_works_at_once() {
    works(&Served::with(&[]).await).await;
}

async fn it_works_with_mosquitto_too() {
    let served = Served::with(&["--broker", "mosquitto"]).await;
    works(&served).await;
    let mut client = Client::connect_to(served.broker, None).await;
    client.subscribe("$SYS/broker/version").await;
    let version = client.hears("$SYS/broker/version").await;
    assert!(version.payload.starts_with(b"mosquitto"));
}

async fn works(served: &Served) {
    let page = served.visit().await;
    let first = eventually(async || number(&page).await.ok_or("no label".to_owned())).await;
    eventually(async || match number(&page).await {
        Some(later) if later > first => Ok(()),
        later => Err(format!("the label counts from {first} to {later:?}")),
    })
    .await;
    for lamp in ["b827eb000001", "b827eb000002"] {
        page.text_mentions("#devices", lamp).await;
    }
    let mut client = Client::connect_to(served.broker, None).await;
    page.click_power().await;
    assert!(client.poke().await.wanted().on);
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

/// Their names do not tell their content.
async fn a_browser_asks_for_each_file_again() {
    let served = Served::with(&[]).await;
    let page = served.visit().await;
    const SCRIPT: &str =
        "fetch(arguments[0]).then(answer => done(answer.headers.get('cache-control')))";
    for file in ["", "boot.js", "lampi-web.js", "lampi-web_bg.wasm"] {
        let kept: String = page.await_script(SCRIPT, vec![file.into()]).await;
        assert_eq!(kept, "no-cache", "{file}");
    }
}

async fn ctrl_c_ends_all_that_it_started() {
    let mut served = Served::with(&["--broker", "mosquitto"]).await;
    served.process.end();
    for listener in [served.broker, served.page] {
        eventually(async || match port::is_free(listener) {
            true => Ok(()),
            false => Err(format!("something listens on {listener} still")),
        })
        .await;
    }
}

async fn number(page: &Page) -> Option<u32> {
    page.text("#sub_value").await.parse().ok()
}

/// The command at work until dropped, one at a time: all of its kind build the page in the same folder.
struct Served {
    /// The page's, as the command gives it.
    address: String,
    /// The broker's plain port.
    broker: SocketAddr,
    /// Where the page is served.
    page: SocketAddr,
    process: Guarded,
    _alone: MutexGuard<'static, ()>,
}

impl Served {
    async fn with(flags: &[&str]) -> Self {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let alone = ALONE.lock().await;
        let (broker, page) = (port::free(), port::free());
        let mut program = Command::new(needed("LAMPI_TOOL", "the program behind cargo xtask"));
        program.arg("serve").args(flags);
        for (flag, port) in [
            ("--mqtt-port", broker),
            ("--websocket-port", port::free()),
            ("--page-port", page),
        ] {
            program.args([flag, &port.port().to_string()]);
        }
        let address = |line: &str| Some(line.trim().strip_prefix("The page")?.trim().to_owned());
        let (process, address) = Guarded::saying(&program, INTERRUPTED, address)
            .expect("cargo xtask serve ends by itself");
        Self {
            address,
            broker,
            page,
            process,
            _alone: alone,
        }
    }

    async fn visit(&self) -> Page {
        Visit::at(self.address.clone()).connect().await
    }
}
