//! The page in Firefox and in Safari's engine: what a visitor does first.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::Key;

use super::support::broker::{self, Broker};
use super::support::client::Client;
use super::support::engine::Engine;
use super::support::eventually;
use super::support::lamp::Lamp;
use super::support::page::Page;
use super::support::proxy::Proxy;
use super::support::visit::Visit;

/// Makes two tests of each rule.
macro_rules! engine_tests {
    ($($rule:ident),+ $(,)?) => {
        engine_tests!(gecko, Gecko: $($rule),+);
        engine_tests!(webkit, WebKit: $($rule),+);
    };
    ($name:ident, $engine:ident: $($rule:ident),+) => {
        mod $name {
            use super::{Engine, broker};

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs a browser and a broker: run by cargo xtask test"]
                async fn $rule() {
                    super::$rule(broker::mosquitto().await, Engine::$engine).await;
                }
            )+
        }
    };
}

engine_tests!(
    a_label_is_shown,
    a_click_is_published,
    an_arrow_key_moves_the_slider,
    a_lamp_does_what_its_panel_says,
    a_button_that_goes_passes_its_focus_on,
    the_last_change_survives_a_broker_s_restart,
    the_program_is_fetched_once,
);

async fn a_label_is_shown(broker: Broker, engine: Engine) {
    let page = visit(&broker, engine).await;
    let mut client = Client::connect(&broker).await;
    client.label(r#"{"value": "<b>ä</b>"}"#).await;
    page.text_becomes("#sub_value", "<b>ä</b>").await;
}

async fn a_click_is_published(broker: Broker, engine: Engine) {
    let page = visit(&broker, engine).await;
    let mut client = Client::connect(&broker).await;
    page.click_power().await;
    assert_eq!(
        client.poke().await.json(),
        json!({"on": true, "slider": 50})
    );
}

async fn an_arrow_key_moves_the_slider(broker: Broker, engine: Engine) {
    let page = visit(&broker, engine).await;
    let mut client = Client::connect(&broker).await;
    page.find("#slider")
        .await
        .send_keys(Key::Right)
        .await
        .unwrap();
    assert_eq!(
        client.poke().await.json(),
        json!({"on": false, "slider": 51})
    );
}

async fn a_lamp_does_what_its_panel_says(broker: Broker, engine: Engine) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    let page = panel(&broker, &lamp, engine).await;
    page.click("#lamp-power").await;
    lamp.is_asked(r#""on":false"#).await;
    page.text_mentions("#lamp-message", "Confirmed by the lamp")
        .await;
}

async fn a_button_that_goes_passes_its_focus_on(broker: Broker, engine: Engine) {
    let lamp = Lamp::at(&broker, "b827eb000001").await;
    let page = panel(&broker, &lamp, engine).await;
    lamp.goes();
    page.text_mentions("#lamp-message", "The lamp is away")
        .await;
    page.click("#lamp-power").await;
    page.find("#lamp-give-up").await;
    const PRESS: &str = "const button = document.querySelector('#lamp-give-up');
        button.focus();
        button.click()";
    page.run::<Value>(PRESS, vec![]).await;
    const FOCUSED: &str = "return document.activeElement.ariaLabel";
    eventually(
        async || match page.run::<Option<String>>(FOCUSED, vec![]).await {
            Some(label) if label == "Lamp b827eb000001" => Ok(()),
            label => Err(format!("{label:?} has the focus")),
        },
    )
    .await;
}

async fn the_last_change_survives_a_broker_s_restart(mut broker: Broker, engine: Engine) {
    // Opens only when our own client listens, which else could miss what the page delivers at once.
    let mut way = Proxy::before(&broker).await;
    let page = Visit::through(way.url()).in_engine(engine).connect().await;
    way.close().await;
    broker.stop();
    page.status_becomes("offline").await;
    page.click_power().await;
    broker.start_again().await;
    let mut client = Client::connect(&broker).await;
    way.open().await;
    // On a busy machine the page may wait half a minute by now, and Firefox some seconds more.
    let poke = client.poke_within(Duration::from_secs(60)).await;
    assert_eq!(poke.unwrap().json(), json!({"on": true, "slider": 50}));
}

/// WebKit fetches what is preloaded again, if it is not asked for in the very same way.
async fn the_program_is_fetched_once(broker: Broker, engine: Engine) {
    let page = visit(&broker, engine).await;
    const SCRIPT: &str = "return performance.getEntriesByType('resource')
        .filter(entry => entry.name.endsWith('.wasm')).length";
    assert_eq!(page.run::<u8>(SCRIPT, vec![]).await, 1);
}

async fn panel(broker: &Broker, lamp: &Lamp, engine: Engine) -> Page {
    Visit::to(broker)
        .in_engine(engine)
        .query(lamp.query())
        .connect()
        .await
}

async fn visit(broker: &Broker, engine: Engine) -> Page {
    Visit::to(broker).in_engine(engine).connect().await
}
