//! What cuts the wait for the next try short.

use std::time::{Duration, Instant};

use lampi_web::mqtt::brokers::{MAX_ATTEMPTS, WAKE_PAUSE};
use serde_json::{Value, json};

use super::support::hostile::{Hostile, Manner};
use super::support::page::{Page, seconds_left};
use super::support::visit::Visit;
use super::support::{PATIENCE, eventually};

browser_tests!(
    alone: a_browser_that_is_online_again_tries_at_once,
    a_device_without_a_network_is_told_so,
    a_tab_that_is_seen_again_tries_at_once,
    a_tab_that_is_seen_after_all_tries_in_vain_tries_at_once,
    a_page_that_is_shown_for_the_first_time_does_not_come_back,
    retry_now_tries_at_once,
    a_tab_that_is_seen_again_and_again_makes_no_storm,
);

/// Shorter than any wait that is cut short here.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn a_browser_that_is_online_again_tries_at_once() {
    let (page, server) = wait_for_the_sixth_try().await;
    offline(&page, true).await;
    offline(&page, false).await;
    tries_at_once(server, 6).await;
}

async fn a_device_without_a_network_is_told_so() {
    const WORDS: &str = "this device has no network";
    let (page, _server) = wait_for_the_sixth_try().await;
    assert!(!page.text("#status").await.contains(WORDS));
    offline(&page, true).await;
    page.text_mentions("#status", WORDS).await;
}

async fn a_tab_that_is_seen_again_tries_at_once() {
    let (page, server) = wait_for_the_sixth_try().await;
    is_seen(&page).await;
    tries_at_once(server, 6).await;
}

async fn a_tab_that_is_seen_after_all_tries_in_vain_tries_at_once() {
    let (page, server) = wait_after_all_tries().await;
    is_seen(&page).await;
    tries_at_once(server, 7).await;
}

async fn a_page_that_is_shown_for_the_first_time_does_not_come_back() {
    const SCRIPT: &str = "window.dispatchEvent(new PageTransitionEvent('pageshow'))";
    let (page, server) = wait_for_the_sixth_try().await;
    page.run::<Value>(SCRIPT, vec![]).await;
    tokio::time::sleep(AT_ONCE).await;
    assert_eq!(server.attempts().len(), 5);
}

async fn retry_now_tries_at_once() {
    let (page, server) = wait_after_all_tries().await;
    page.catch("#retry").await;
    tries_at_once(server, 7).await;
}

async fn a_tab_that_is_seen_again_and_again_makes_no_storm() {
    let (page, server) = wait_after_all_tries().await;
    let begun = Instant::now();
    for _ in 0..20 {
        is_seen(&page).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let beginnings = 2 + begun.elapsed().as_secs() / WAKE_PAUSE.as_secs();
    assert!(server.attempts().len() <= beginnings as usize * MAX_ATTEMPTS);
}

/// A page that waits more than [`AT_ONCE`] for its sixth try, the last that it has in 30 seconds.
async fn wait_for_the_sixth_try() -> (Page, Hostile) {
    let mut server = Hostile::start(Manner::ClosesAtOnce).await;
    let page = Visit::through(server.url()).open().await;
    // Waits are random, and a short one shows nothing.
    for _ in 0..20 {
        server.attempted(5, PATIENCE).await;
        let text = page.status_becomes("offline").await;
        if seconds_left(&text) > 2 && server.attempts().len() == 5 {
            return (page, server);
        }
        server.forget();
        page.browser.refresh().await.unwrap();
    }
    panic!("the sixth try never waits");
}

/// A page whose sixth try was in vain too: the next is half a minute after the first.
async fn wait_after_all_tries() -> (Page, Hostile) {
    let (page, mut server) = wait_for_the_sixth_try().await;
    server.attempted(6, PATIENCE).await;
    eventually(async || {
        let text = page.status_becomes("offline").await;
        match seconds_left(&text) > 10 {
            true => Ok(()),
            false => Err(text),
        }
    })
    .await;
    (page, server)
}

async fn tries_at_once(mut server: Hostile, attempt: usize) {
    server.attempted(attempt, AT_ONCE).await;
}

async fn offline(page: &Page, offline: bool) {
    let conditions = json!({
        "offline": offline,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    });
    page.browser
        .cdp()
        .send_raw("Network.emulateNetworkConditions", conditions)
        .await
        .unwrap();
}

/// The tab stays in sight; only the browser's word for it is said anew.
async fn is_seen(page: &Page) {
    const SCRIPT: &str = "document.dispatchEvent(new Event('visibilitychange'))";
    page.run::<Value>(SCRIPT, vec![]).await;
}
