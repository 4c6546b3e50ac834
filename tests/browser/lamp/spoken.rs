//! What a screen reader says of the panel.

use serde_json::Value;

use super::{DEVICE, panel, slide};
use crate::support::broker::Broker;
use crate::support::eventually;
use crate::support::lamp::Lamp;
use crate::support::page::Page;

browser_tests!(
    mosquitto: every_control_has_a_role_a_name_and_a_value,
    sliders_speak_their_value_in_words,
);

async fn every_control_has_a_role_a_name_and_a_value(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    slide(&page, "hue", "0.5").await;
    let expected = [
        "slider Hue: 0.5",
        "slider Saturation: 1",
        "slider Brightness: 1",
        "spinbutton Hue, number from 0 to 1: 0.5",
        "spinbutton Saturation, number from 0 to 1: 1",
        "spinbutton Brightness, number from 0 to 1: 1",
        "button Power: On: true",
    ];
    eventually(async || {
        let spoken = spoken(&page).await;
        match expected
            .iter()
            .find(|wanted| !spoken.iter().any(|said| said == *wanted))
        {
            None => Ok(()),
            Some(missing) => Err(format!("{missing:?} is not in {spoken:?}")),
        }
    })
    .await;
}

async fn sliders_speak_their_value_in_words(broker: Broker) {
    let lamp = Lamp::at(&broker, DEVICE).await;
    let page = panel(&broker, &lamp).await;
    slide(&page, "hue", "0.58").await;
    const SCRIPT: &str = "return ['hue', 'saturation', 'brightness'].map(id =>
        document.getElementById(id).getAttribute('aria-valuetext'))";
    eventually(async || {
        let spoken: Vec<String> = page.run(SCRIPT, vec![]).await;
        if spoken == ["209°, blue", "100%", "100%"] {
            Ok(())
        } else {
            Err(format!("{spoken:?}"))
        }
    })
    .await;
}

/// What a screen reader is told of each control: its role, its name and its value.
async fn spoken(page: &Page) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let tree = page.accessibility_tree().await;
    tree.iter()
        .map(|node| {
            let property = |name: &str| {
                let properties = node["properties"].as_array()?;
                let property = properties
                    .iter()
                    .find(|property| property["name"] == name)?;
                Some(text(&property["value"]["value"]))
            };
            let value = property("pressed").unwrap_or_else(|| text(&node["value"]["value"]));
            format!(
                "{} {}: {value}",
                text(&node["role"]["value"]),
                text(&node["name"]["value"])
            )
        })
        .collect()
}
