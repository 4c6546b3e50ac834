//! What the rules stand on: brokers, an MQTT client of our own, a web server, a browser.

pub mod answer;
pub mod broker;
pub mod certificates;
pub mod client;
pub mod cluster;
pub mod deployment;
pub mod engine;
pub mod guarded;
pub mod hostile;
pub mod lamp;
pub mod memory;
pub mod net_log;
pub mod page;
pub mod port;
pub mod proxy;
pub mod relay;
pub mod site;
pub mod visit;

mod chromedriver;
mod display;

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;

/// How long anything that should happen may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Asks until the answer is `Ok`; when patience ends, fails with what the last answer was instead.
pub async fn eventually<T>(ask: impl AsyncFnMut() -> Result<T, String>) -> T {
    within(PATIENCE, ask).await
}

/// As [`eventually`], with a patience of its own.
pub async fn within<T>(time: Duration, mut ask: impl AsyncFnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + time;
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(instead) if Instant::now() > deadline => panic!("after {time:?}: {instead}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Listens there, once an earlier listener of ours has gone from every program that another test started meanwhile.
pub async fn listen(address: SocketAddr) -> TcpListener {
    eventually(async || {
        let listener = TcpListener::bind(address).await;
        listener.map_err(|error| format!("{address} is not free: {error}"))
    })
    .await
}

/// A tool's place as the environment gives it; the test fails where it does not.
pub fn needed(variable: &str, what: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: it names {what}"))
}

/// Says what was measured. Not by `println!`, whose words are kept from those whose tests pass.
pub fn tell(measured: std::fmt::Arguments<'_>) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "\nmeasured: {measured}").unwrap();
}
