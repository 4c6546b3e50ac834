//! Servers that are no brokers, or bad ones: each is left with a reason, and none is stormed.

use std::time::Duration;

use thirtyfour::WindowHandle;

use super::support::hostile::{Hostile, Manner};
use super::support::memory;
use super::support::page::Page;
use super::support::visit::Visit;
use super::support::{PATIENCE, tell, within};

browser_tests!(
    alone: closing_before_the_handshake_is_no_answer,
    another_protocol_is_no_answer,
    closing_at_once_is_named,
    silence_is_named,
    text_is_named,
    garbage_is_named,
    half_a_packet_is_named,
    a_wrong_order_is_named,
    a_promise_of_256_megabytes_is_named,
    invalid_utf_8_is_named,
    an_unknown_packet_id_is_named,
    letting_in_and_closing_is_named_when_it_goes_on,
    closing_at_a_change_is_named_and_the_page_stays,
    another_mqtt_version_is_refused,
    a_rejected_client_id_is_refused,
    none_is_asked_more_than_six_times_in_thirty_seconds,
    the_page_can_be_used_under_each,
    a_promise_of_256_megabytes_costs_no_memory,
);

/// Every manner that the page may try again after.
const MANNERS: [Manner; 13] = [
    Manner::ClosesBeforeTheHandshake,
    Manner::SpeaksNoWebSocket,
    Manner::ClosesAtOnce,
    Manner::NeverAnswers,
    Manner::SendsText,
    Manner::SendsGarbage,
    Manner::SendsHalfAPacket,
    Manner::MixesUpTheOrder,
    Manner::PromisesALongPacket,
    Manner::SendsALongPacket,
    Manner::SendsInvalidUtf8,
    Manner::AcknowledgesTheUnknown,
    Manner::LetsInAndCloses,
];

/// An attempt is seen here some time after the page has made it, on a busy machine later than usual. A page that asks too
/// often is out by far more.
const SLACK: Duration = Duration::from_secs(2);

const WINDOW: Duration = Duration::from_secs(30);

async fn closing_before_the_handshake_is_no_answer() {
    is_left(Manner::ClosesBeforeTheHandshake, "does not answer").await;
}

async fn another_protocol_is_no_answer() {
    is_left(Manner::SpeaksNoWebSocket, "does not answer").await;
}

async fn closing_at_once_is_named() {
    is_left(Manner::ClosesAtOnce, "closed the connection").await;
}

async fn silence_is_named() {
    is_left(Manner::NeverAnswers, "is silent").await;
}

async fn text_is_named() {
    is_left(Manner::SendsText, "text instead of MQTT packets").await;
}

async fn garbage_is_named() {
    is_left(Manner::SendsGarbage, "a malformed packet").await;
}

async fn half_a_packet_is_named() {
    is_left(Manner::SendsHalfAPacket, "is silent").await;
}

async fn a_wrong_order_is_named() {
    is_left(Manner::MixesUpTheOrder, "a packet out of order").await;
}

async fn a_promise_of_256_megabytes_is_named() {
    is_left(Manner::PromisesALongPacket, "a packet that is too long").await;
}

async fn invalid_utf_8_is_named() {
    is_left(Manner::SendsInvalidUtf8, "a malformed packet").await;
}

async fn an_unknown_packet_id_is_named() {
    is_left(
        Manner::AcknowledgesTheUnknown,
        "an acknowledgement of nothing that was sent",
    )
    .await;
}

async fn letting_in_and_closing_is_named_when_it_goes_on() {
    is_left(
        Manner::LetsInAndCloses,
        "lets the page in and closes the connection",
    )
    .await;
}

async fn closing_at_a_change_is_named_and_the_page_stays() {
    let server = Hostile::start(Manner::ClosesAtAChange).await;
    let page = Visit::through(server.url()).connect().await;
    page.click_power().await;
    page.text_mentions(
        "#status[data-state=connected]",
        "closes the connection whenever this page publishes to devices/TEST/test/poke_value",
    )
    .await;
    page.text_mentions("#delivery", "waits").await;
    page.find("#retry").await;
}

async fn another_mqtt_version_is_refused() {
    is_refused(Manner::Refuses(1), "does not speak MQTT 3.1.1").await;
}

async fn a_rejected_client_id_is_refused() {
    is_refused(Manner::Refuses(2), "does not accept the page's client id").await;
}

async fn none_is_asked_more_than_six_times_in_thirty_seconds() {
    let (_page, servers) = visit_all().await;
    // Longer than the window, so that a seventh try that comes too soon is seen.
    tokio::time::sleep(WINDOW + Duration::from_secs(10)).await;
    let mut most = 0;
    for Visited { manner, server, .. } in servers {
        let attempts = server.attempts();
        let since: Vec<Duration> = attempts.iter().map(|at| *at - attempts[0]).collect();
        assert!(attempts.len() > 1, "{manner:?} is not tried again");
        for seven in attempts.windows(7) {
            assert!(
                seven[6] - seven[0] >= WINDOW - SLACK,
                "{manner:?}: {since:?}"
            );
        }
        most = most.max(since.partition_point(|since| *since < WINDOW - SLACK));
    }
    tell(format_args!(
        "{} hostile servers, none tried more than {most} times in its first {WINDOW:?}",
        MANNERS.len(),
    ));
}

async fn the_page_can_be_used_under_each() {
    let (page, servers) = visit_all().await;
    for mut visited in servers {
        // Has been met, and met again.
        visited.server.attempted(2, PATIENCE).await;
        page.turn_to(&visited.tab).await;
        page.click_power().await;
        page.text_becomes("#powerState", "On").await;
    }
}

async fn a_promise_of_256_megabytes_costs_no_memory() {
    let mut server = Hostile::start(Manner::SendsALongPacket).await;
    let page = visit(&server).await;
    page.status_becomes("offline").await;
    let before = memory::of(&page.browser);
    server.attempted(6, WINDOW).await;
    page.status_becomes("offline").await;
    let growth = memory::of(&page.browser).saturating_sub(before);
    // Browsers breathe by some 50 MB; what the server sends each time is more than twice as much.
    assert!(growth < 64 << 20, "{growth} bytes more");
}

/// The page tells the reason, ends the connection, and comes again.
async fn is_left(manner: Manner, reason: &'static str) {
    let mut server = Hostile::start(manner).await;
    let page = visit(&server).await;
    within(WINDOW, async || {
        let text = page.text("#status").await;
        if text.contains(reason) {
            Ok(())
        } else {
            Err(format!("the status is {text}"))
        }
    })
    .await;
    server.ended().await;
    server.attempted(2, WINDOW).await;
}

async fn is_refused(manner: Manner, reason: &str) {
    let server = Hostile::start(manner).await;
    let text = visit(&server).await.status_becomes("refused").await;
    assert!(text.contains(reason), "{text}");
}

async fn visit(server: &Hostile) -> Page {
    Visit::through(server.url()).open().await
}

/// All servers at once, a tab of one browser each.
async fn visit_all() -> (Page, Vec<Visited>) {
    let page = Visit::as_built().open().await;
    let mut visited = vec![];
    for manner in MANNERS {
        let server = Hostile::start(manner).await;
        let tab = page.open_tab(&format!("?broker={}", server.url())).await;
        visited.push(Visited {
            manner,
            server,
            tab,
        });
    }
    (page, visited)
}

struct Visited {
    manner: Manner,
    server: Hostile,
    tab: WindowHandle,
}
