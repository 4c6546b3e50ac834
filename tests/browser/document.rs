//! The document around the page: head, security policy, whom it talks to.

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::net_log::{NetLog, asked_by};
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: it_says_its_language,
    it_has_a_title,
    it_has_a_description,
    it_may_be_zoomed,
    its_icon_loads,
    it_has_a_theme_colour_for_light_and_dark,
    its_policy_forbids_eval,
    its_policy_stops_a_foreign_script,
    a_visit_leaves_the_console_clean,
    a_visit_asks_nobody_but_its_host,
);

async fn it_says_its_language(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let language: String = page
        .run("return document.documentElement.lang", vec![])
        .await;
    assert_eq!(language, "en");
}

async fn it_has_a_title(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    assert!(page.browser.title().await.unwrap().contains("LAMPI"));
}

async fn it_has_a_description(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    assert!(meta(&page, "name=description").await.len() > 20);
}

async fn it_may_be_zoomed(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let viewport = meta(&page, "name=viewport").await;
    assert!(viewport.contains("width=device-width"), "{viewport}");
    for ban in ["user-scalable", "maximum-scale"] {
        assert!(!viewport.contains(ban), "{viewport}");
    }
}

async fn its_icon_loads(broker: Broker) {
    let page = Visit::to(&broker).folder("/some/folder").open().await;
    const SCRIPT: &str = "const icon = new Image();
        icon.onload = () => done('loaded');
        icon.onerror = () => done('failed: ' + icon.src);
        icon.src = document.querySelector('link[rel~=icon]').href";
    let outcome: String = page.await_script(SCRIPT, vec![]).await;
    assert_eq!(outcome, "loaded");
}

async fn it_has_a_theme_colour_for_light_and_dark(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let light = meta(&page, "name=theme-color][media*=light").await;
    let dark = meta(&page, "name=theme-color][media*=dark").await;
    assert!(
        !light.is_empty() && !dark.is_empty() && light != dark,
        "light {light}, dark {dark}"
    );
}

async fn its_policy_forbids_eval(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let policy = meta(&page, "http-equiv=Content-Security-Policy").await;
    assert!(
        policy.contains("script-src") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    // From a timer, since the driver's own scripts may do what the page's may not.
    const SCRIPT: &str = "setTimeout(() => {
            try { done(String(new Function('return 6 * 7')())) } catch (error) { done(error.name) }
        })";
    let outcome: String = page.await_script(SCRIPT, vec![]).await;
    assert_eq!(outcome, "EvalError");
}

async fn its_policy_stops_a_foreign_script(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    const SCRIPT: &str =
        "addEventListener('securitypolicyviolation', event => done(event.violatedDirective));
        window.ran = () => done('ran');
        const script = document.createElement('script');
        script.textContent = 'ran()';
        document.head.append(script)";
    let outcome: String = page.await_script(SCRIPT, vec![]).await;
    assert_eq!(outcome, "script-src-elem");
}

async fn a_visit_leaves_the_console_clean(broker: Broker) {
    let page = use_everything(&broker, Visit::to(&broker)).await;
    let complaints = page.complaints().await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

async fn a_visit_asks_nobody_but_its_host(broker: Broker) {
    let log = NetLog::new();
    let page = use_everything(&broker, Visit::to(&broker).logged_to(&log)).await;
    let host = page.site.address.clone();
    let asked = asked_by(host.trim_end_matches('/'), &log.of(page).await);
    let (own, others): (Vec<_>, Vec<_>) = asked.iter().partition(|url| url.starts_with(&host));
    assert!(!own.is_empty(), "the log misses the page's requests");
    assert_eq!(others, [&broker.url()]);
}

/// The content of the meta element that matches.
async fn meta(page: &Page, attributes: &str) -> String {
    page.run(
        "return document.querySelector(`meta[${arguments[0]}]`)?.content ?? ''",
        vec![attributes.into()],
    )
    .await
}

/// A visit that makes use of everything.
async fn use_everything(broker: &Broker, visit: Visit) -> Page {
    let mut client = Client::connect(broker).await;
    let page = visit.connect().await;
    client.label(r#"{"value": "seen"}"#).await;
    page.text_becomes("#sub_value", "seen").await;
    page.click_power().await;
    client.poke().await;
    page.slide_to(10).await;
    client.poke().await;
    page
}
