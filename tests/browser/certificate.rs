//! A broker behind TLS, whose certificate no browser trusts of itself.

use std::time::Duration;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::eventually;
use super::support::page::Page;
use super::support::visit::Visit;

/// After six tries in vain the page may wait so long for the seventh.
const BY_ITSELF: Duration = Duration::from_secs(40);

browser_tests!(
    private_ca: a_broker_that_is_not_trusted_is_linked_to,
    the_link_opens_a_tab_that_cannot_reach_back,
    accepting_the_certificate_lets_the_page_in,
    a_trusted_certificate_lets_the_page_in,
);

async fn a_broker_that_is_not_trusted_is_linked_to(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("offline").await;
    assert_eq!(
        attribute(&page, "href").await,
        broker.url().replacen("wss:", "https:", 1)
    );
}

async fn the_link_opens_a_tab_that_cannot_reach_back(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("offline").await;
    assert_eq!(attribute(&page, "target").await, "_blank");
    assert!(attribute(&page, "rel").await.contains("noopener"));
}

async fn accepting_the_certificate_lets_the_page_in(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("offline").await;
    let home = page.browser.window().await.unwrap();
    page.catch("#certificate").await;
    let warning = eventually(async || {
        let tabs = page.browser.windows().await.unwrap();
        tabs.into_iter()
            .find(|tab| *tab != home)
            .ok_or_else(|| "no tab opens".to_owned())
    })
    .await;
    page.turn_to(&warning).await;
    page.find("#proceed-link").await;
    // What Chromium takes instead of two clicks.
    page.press("thisisunsafe").await;
    page.find("body:not(.ssl)").await;
    page.turn_to(&home).await;
    is_let_in(&page, &broker).await;
}

async fn a_trusted_certificate_lets_the_page_in(broker: Broker) {
    let page = Visit::to(&broker).trusting_every_certificate().open().await;
    is_let_in(&page, &broker).await;
}

/// In one step, as the link goes each time that the page tries anew.
async fn attribute(page: &Page, name: &str) -> String {
    eventually(async || {
        let value: Option<String> = page
            .run(
                "return document.querySelector('#certificate')?.getAttribute(arguments[0])",
                vec![name.into()],
            )
            .await;
        value.ok_or_else(|| format!("no link with {name}"))
    })
    .await
}

async fn is_let_in(page: &Page, broker: &Broker) {
    page.status_becomes_within("connected", BY_ITSELF).await;
    page.a_label_comes(&mut Client::connect(broker).await).await;
}
