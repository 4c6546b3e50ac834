//! A login that is typed into the page.

use serde_json::Value;

use super::support::broker::{self, Broker, PASSWORD, USERNAME};
use super::support::net_log::{NetLog, asked_by};
use super::support::visit::Visit;

browser_tests!(
    login_only: a_broker_that_wants_a_login_is_given_a_form,
    the_login_typed_in_lets_the_page_in,
    a_wrong_login_is_told_and_the_form_stays,
    what_was_typed_stays_when_it_was_wrong,
    the_login_lasts_a_reload,
    the_login_is_kept_for_its_tab_only,
    a_wrong_login_is_not_kept,
    a_login_that_is_wrong_by_now_is_kept_no_longer,
    the_login_is_not_in_the_page_s_address,
    the_password_is_in_no_log_and_no_request,
    the_password_is_not_shown_while_it_is_typed,
    the_login_is_not_used_for_another_broker,
);

async fn a_broker_that_wants_a_login_is_given_a_form(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let text = page.status_becomes("refused").await;
    assert!(text.contains("wants a user name and password"), "{text}");
    for element in ["#username", "#password", "#login-submit"] {
        assert!(page.find(element).await.is_displayed().await.unwrap());
    }
}

async fn the_login_typed_in_lets_the_page_in(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
}

async fn a_wrong_login_is_told_and_the_form_stays(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, "wrong").await;
    page.text_mentions(
        "#status[data-state=refused]",
        "does not accept the user name and password",
    )
    .await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
}

async fn what_was_typed_stays_when_it_was_wrong(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, "wrong").await;
    page.text_mentions("#status[data-state=refused]", "does not accept")
        .await;
    const SCRIPT: &str = "return document.querySelector('#username').value";
    assert_eq!(page.run::<String>(SCRIPT, vec![]).await, USERNAME);
}

async fn the_login_lasts_a_reload(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    page.browser.refresh().await.unwrap();
    page.status_becomes("connected").await;
}

async fn the_login_is_kept_for_its_tab_only(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    page.open_tab("").await;
    let text = page.status_becomes("refused").await;
    assert!(text.contains("wants a user name and password"), "{text}");
}

async fn a_wrong_login_is_not_kept(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, "wrong").await;
    page.text_mentions("#status[data-state=refused]", "does not accept")
        .await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#status[data-state=refused]", "wants a user name")
        .await;
}

async fn a_login_that_is_wrong_by_now_is_kept_no_longer(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    const SCRIPT: &str = "for (const key of Object.keys(sessionStorage)) {
            if (key.startsWith('lampi login ')) sessionStorage[key] += ' of yesterday';
        }";
    page.run::<Value>(SCRIPT, vec![]).await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#status[data-state=refused]", "does not accept")
        .await;
    page.browser.refresh().await.unwrap();
    page.text_mentions("#status[data-state=refused]", "wants a user name")
        .await;
}

async fn the_login_is_not_in_the_page_s_address(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    let before: String = page.run("return location.href", vec![]).await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    let after: String = page.run("return location.href", vec![]).await;
    assert_eq!(after, before);
}

async fn the_password_is_in_no_log_and_no_request(broker: Broker) {
    let log = NetLog::new();
    let page = Visit::to(&broker).logged_to(&log).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    page.browser.refresh().await.unwrap();
    page.status_becomes("connected").await;
    let origin = page.site.address.trim_end_matches('/').to_owned();
    let mut said = vec![];
    for log in ["browser", "performance"] {
        let entries = page.browser.get_log(log).await.unwrap();
        said.extend(entries.into_iter().map(|entry| entry.message));
    }
    let log = log.of(page).await;
    let asked = asked_by(&origin, &log);
    assert!(asked.contains(&broker.url()), "{asked:#?}");
    said.extend(
        log["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string),
    );
    let typed = PASSWORD.replace(' ', "%20");
    said.retain(|text| text.contains(PASSWORD) || text.contains(&typed));
    assert!(said.is_empty(), "{said:#?}");
}

async fn the_password_is_not_shown_while_it_is_typed(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.status_becomes("refused").await;
    let password = page.find("#password").await;
    assert_eq!(
        password.prop("type").await.unwrap().as_deref(),
        Some("password")
    );
}

async fn the_login_is_not_used_for_another_broker(broker: Broker) {
    let page = Visit::to(&broker).open().await;
    page.log_in(USERNAME, PASSWORD).await;
    page.status_becomes("connected").await;
    let other = broker::login_only().await;
    let address = format!("{}?broker={}", page.site.address, other.url());
    page.browser.goto(address).await.unwrap();
    let text = page.status_becomes("refused").await;
    assert!(text.contains("wants a user name and password"), "{text}");
}
