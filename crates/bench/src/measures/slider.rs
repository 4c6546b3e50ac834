//! Dragging the slider from end to end with a mouse: when the broker's subscribers know, and how often they are told.

use std::{ops::RangeInclusive, time::Duration};

use fastrand::Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::progress;
use crate::{
    broker::{BrokerError, Client},
    browser::{Browser, Page},
    clock,
    delays::delays,
    devtools::DevtoolsError,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage},
    statistics::median,
};

const LATENCY: Figure = Figure {
    id: "slider-latency",
    title: "slider, input to subscriber",
    unit: Unit::Milliseconds,
    aim: None,
    moonshot: None,
};

const PUBLISHES: Figure = Figure {
    id: "slider-publishes",
    title: "slider, messages of a drag of 3 s",
    unit: Unit::Count,
    aim: None,
    moonshot: None,
};

/// A mouse that reports some 60 times a second, for three seconds.
const MOVES: u32 = 180;

/// Milliseconds between two moves, in step with neither the frames nor a page's timers.
const PAUSE: RangeInclusive<u64> = 10..=24;

/// Notes which value came when, before the page knows.
const WATCH: &str = "globalThis.inputs = [];
  addEventListener('input', (event) => {
    inputs.push([Number(event.target.value), performance.timeOrigin + performance.now()]);
  }, true);";

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    for run in 0..runs {
        let browser = Browser::start().await?;
        for turn in stage.turns(run) {
            let stand = &stage.stands[turn];
            let (page, _) = stand.visit(&browser, Network::Loopback).await?;
            page.run(WATCH).await?;
            sleep(Duration::from_secs(1)).await;
            let ahead = clock::ahead(&page).await?;
            let mut subscriber = Client::connect(stage.broker.mqtt, "subscriber").await?;
            subscriber.subscribe(TOPIC).await?;
            let listening = tokio::spawn(listen(subscriber));
            // The same moves for all pages of a run.
            drag(&page, Rng::with_seed(run.into())).await?;
            // The last value is due a tenth of a second after it was set.
            sleep(Duration::from_millis(500)).await;
            let inputs: Vec<(u64, f64)> = page.evaluate("inputs").await?;
            stage.publisher.publish(TOPIC, END).await?;
            let heard = listening.await.map_err(std::io::Error::from)??;
            let inputs: Vec<(u64, f64)> = inputs
                .iter()
                .map(|(value, at)| (*value, at - ahead))
                .collect();
            let latency = delays(&inputs, &heard)
                .and_then(|delays| median(&delays))
                .ok_or_else(|| stand.unmeasured("its slider's last value was never heard"))?;
            report.add(&LATENCY, &stand.name, latency);
            report.add(&PUBLISHES, &stand.name, heard.len() as f64);
            page.close().await?;
        }
        browser.close().await?;
        progress("slider", run, runs);
    }
    Ok(())
}

const TOPIC: &str = "devices/TEST/test/poke_value";

/// Ends the listening.
const END: &str = "end";

/// The values that are published, and when they came.
async fn listen(mut subscriber: Client) -> Result<Vec<(u64, f64)>, BrokerError> {
    let mut heard = Vec::new();
    loop {
        let payload = subscriber.message().await?;
        if payload == END {
            return Ok(heard);
        }
        let state: Value = serde_json::from_slice(&payload).unwrap_or_default();
        if let Some(value) = state["slider"].as_u64() {
            heard.push((value, clock::now()));
        }
    }
}

#[derive(Deserialize)]
struct Rail {
    left: f64,
    width: f64,
    middle: f64,
}

async fn drag(page: &Page, mut random: Rng) -> Result<(), DevtoolsError> {
    const RAIL: &str = "(() => {
      const slider = document.querySelector('input.slider');
      slider.scrollIntoView({ block: 'center' });
      const { left, width, top, height } = slider.getBoundingClientRect();
      return { left, width, middle: top + height / 2 };
    })()";
    let rail: Rail = page.evaluate(RAIL).await?;
    let mouse = async |kind: &str, step: u32| {
        // The thumb's middle does not reach the ends of the rail.
        let share = 0.06 + 0.88 * f64::from(step) / f64::from(MOVES);
        let event = json!({
            "type": kind,
            "x": rail.left + rail.width * share,
            "y": rail.middle,
            "button": "left",
            "buttons": if kind == "mouseReleased" { 0 } else { 1 },
            "clickCount": 1,
        });
        page.call("Input.dispatchMouseEvent", event).await
    };
    mouse("mousePressed", 0).await?;
    let mut next = Instant::now();
    for step in 1..=MOVES {
        next += Duration::from_millis(random.u64(PAUSE));
        sleep_until(next).await;
        mouse("mouseMoved", step).await?;
    }
    mouse("mouseReleased", MOVES).await?;
    Ok(())
}
