//! A page that came over https and a broker that speaks plain WebSockets.

use super::support::broker::Broker;
use super::support::certificates::HOST;
use super::support::visit::Visit;

browser_tests!(
    mosquitto: a_broker_on_another_host_is_refused_with_the_reason,
    a_broker_on_this_machine_is_used,
);
browser_tests!(private_ca: a_broker_that_speaks_tls_is_used);

async fn a_broker_on_another_host_is_refused_with_the_reason(broker: Broker) {
    let url = format!("ws://{HOST}:{}/mqtt", broker.websocket.port());
    let page = Visit::through(url).over_https().open().await;
    let text = page.status_becomes("refused").await;
    assert!(text.contains("browsers forbid"), "{text}");
}

async fn a_broker_on_this_machine_is_used(broker: Broker) {
    Visit::to(&broker).over_https().connect().await;
}

async fn a_broker_that_speaks_tls_is_used(broker: Broker) {
    Visit::to(&broker).over_https().connect().await;
}
