//! The document around the page: head, security policy, whom it talks to.

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::support::broker::Broker;
use super::support::client::Client;
use super::support::net_log::{NetLog, asked_by};
use super::support::page::Page;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: a_visit_leaves_the_console_clean,
    a_visit_asks_nobody_but_its_host,
    a_translator_leaves_what_changes_alone,
);
browser_tests!(
    alone: it_says_its_language,
    it_has_a_title,
    it_has_a_description,
    it_may_be_zoomed,
    its_icon_loads,
    it_has_a_theme_colour_for_light_and_dark,
    its_policy_forbids_eval,
    its_policy_stops_a_foreign_script,
);

async fn it_says_its_language() {
    assert_eq!(head().await.language, "en");
}

async fn it_has_a_title() {
    assert!(head().await.title.contains("LAMPI"));
}

async fn it_has_a_description() {
    assert!(head().await.description.len() > 20);
}

async fn it_may_be_zoomed() {
    let viewport = &head().await.viewport;
    assert!(viewport.contains("width=device-width"), "{viewport}");
    for ban in ["user-scalable", "maximum-scale"] {
        assert!(!viewport.contains(ban), "{viewport}");
    }
}

async fn its_icon_loads() {
    let page = demo().folder("/some/folder").open().await;
    const SCRIPT: &str = "const icon = new Image();
        icon.onload = () => done('loaded');
        icon.onerror = () => done('failed: ' + icon.src);
        icon.src = document.querySelector('link[rel~=icon]').href";
    let outcome: String = page.await_script(SCRIPT, vec![]).await;
    assert_eq!(outcome, "loaded");
}

async fn it_has_a_theme_colour_for_light_and_dark() {
    let Head { light, dark, .. } = head().await;
    assert!(
        !light.is_empty() && !dark.is_empty() && light != dark,
        "light {light}, dark {dark}"
    );
}

async fn its_policy_forbids_eval() {
    let policy = &head().await.policy;
    assert!(
        policy.contains("script-src") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    let page = demo().connect().await;
    // From a timer, since the driver's own scripts may do what the page's may not.
    const SCRIPT: &str = "setTimeout(() => {
            try { done(String(new Function('return 6 * 7')())) } catch (error) { done(error.name) }
        })";
    let outcome: String = page.await_script(SCRIPT, vec![]).await;
    assert_eq!(outcome, "EvalError");
}

async fn its_policy_stops_a_foreign_script() {
    let page = demo().connect().await;
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

async fn a_translator_leaves_what_changes_alone(broker: Broker) {
    let page = Visit::to(&broker).connect().await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "before"}"#).await;
    page.text_becomes("#sub_value", "before").await;
    // As Chrome does it, but that the words stay.
    const TRANSLATE: &str =
        "const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (texts.nextNode()) found.push(texts.currentNode);
        for (const text of found.filter(text => text.parentElement.translate)) {
            const translated = document.createElement('font');
            translated.textContent = text.data;
            text.replaceWith(translated);
        }";
    page.run::<Value>(TRANSLATE, vec![]).await;
    page.click_power().await;
    page.text_becomes("#powerState", "On").await;
    client.label(r#"{"value": "after"}"#).await;
    page.text_becomes("#sub_value", "after").await;
}

/// What stands in the document itself, whoever the broker is.
#[derive(Deserialize)]
struct Head {
    language: String,
    title: String,
    description: String,
    viewport: String,
    light: String,
    dark: String,
    policy: String,
}

/// It is read once, and each rule looks at its part.
async fn head() -> &'static Head {
    static HEAD: OnceCell<Head> = OnceCell::const_new();
    const SCRIPT: &str =
        "const meta = attributes => document.querySelector(`meta[${attributes}]`)?.content ?? '';
        return {
            language: document.documentElement.lang,
            title: document.title,
            description: meta('name=description'),
            viewport: meta('name=viewport'),
            light: meta('name=theme-color][media*=light'),
            dark: meta('name=theme-color][media*=dark'),
            policy: meta('http-equiv=Content-Security-Policy'),
        }";
    let read = async || demo().open().await.run(SCRIPT, vec![]).await;
    HEAD.get_or_init(read).await
}

/// A visit for which no broker is needed.
fn demo() -> Visit {
    Visit::as_built().query("?demo")
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
