//! From publishing a label to its being in the document, where the next frame shows it.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::sleep;

use super::progress;
use crate::{
    browser::Browser,
    clock,
    delays::delays,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, TOPIC, label},
    statistics::percentile,
};

const MEDIAN: Figure = Figure {
    id: "latency-p50",
    title: "publish to document, median",
    unit: Unit::Milliseconds,
    aim: Some(1.15),
    moonshot: Some(1.0),
};

const WORST: Figure = Figure {
    id: "latency-p99",
    title: "publish to document, 99th percentile",
    unit: Unit::Milliseconds,
    aim: Some(1.1),
    moonshot: Some(0.8),
};

/// So many that the 99th percentile is not one mishap.
const LABELS: u64 = 400;

/// Notes when which label is there.
const WATCH: &str = "globalThis.shown = [];
  new MutationObserver(() => {
    const value = Number(document.getElementById('sub_value').textContent);
    if (value !== shown.at(-1)?.[0]) {
      shown.push([value, performance.timeOrigin + performance.now()]);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });";

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    for run in 0..runs {
        let browser = Browser::start().await?;
        for turn in stage.turns(run) {
            let stand = &stage.stands[turn];
            let (page, _) = stand.visit(&browser, Network::Loopback).await?;
            page.run(WATCH).await?;
            // What a page does after its start is over by then.
            sleep(Duration::from_secs(1)).await;
            let ahead = clock::ahead(&page).await?;
            // The same pauses for all pages of a run.
            let mut random = Rng::with_seed(run.into());
            let mut sent = Vec::new();
            for value in 1..=LABELS {
                sent.push((value, ahead + clock::now()));
                stage.publisher.publish(TOPIC, &label(value)).await?;
                // 20 a second on average, and not in step with the frames.
                sleep(Duration::from_millis(random.u64(35..=65))).await;
            }
            stand.shows(&page, LABELS).await?;
            let shown: Vec<(u64, f64)> = page.evaluate("shown").await?;
            let delays = delays(&sent, &shown);
            for (figure, share) in [(&MEDIAN, 0.5), (&WORST, 0.99)] {
                let delay = delays
                    .as_deref()
                    .and_then(|delays| percentile(delays, share))
                    .ok_or_else(|| stand.unmeasured("its last label came unseen"))?;
                report.add(figure, &stand.name, delay);
            }
            page.close().await?;
        }
        browser.close().await?;
        progress("latency", run, runs);
    }
    Ok(())
}
