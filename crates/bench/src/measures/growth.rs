//! How the main thread's work grows with labels a second and with devices.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::progress;
use crate::{
    browser::{Browser, Page},
    error::BenchError,
    report::{Curve, Report},
    stage::{Network, Stage, TOPIC, label},
};

pub const BY_RATE: Curve = Curve {
    id: "work-by-rate",
    title: "Labels a second, one device",
    unit: "ms of main thread a second",
};

pub const BY_DEVICES: Curve = Curve {
    id: "work-by-devices",
    title: "Devices, 1,000 labels a second in all",
    unit: "ms of main thread a second",
};

const RATES: [u32; 7] = [1, 10, 100, 300, 1_000, 3_000, 10_000];
const DEVICES: [u32; 4] = [1, 10, 100, 1_000];
const RATE_OF_DEVICES: u32 = 1_000;

/// Seconds of publishing for each point.
pub const SECONDS: u32 = 3;

/// A curve needs fewer runs than a figure: its points bear each other out.
const RUNS: u32 = 3;

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    let runs = runs.min(RUNS);
    for run in 0..runs {
        let browser = Browser::start().await?;
        for turn in stage.turns(run) {
            let (page, _) = stage.stands[turn]
                .visit(&browser, Network::Loopback)
                .await?;
            page.count_work().await?;
            sleep(Duration::from_secs(1)).await;
            let mut first = 1;
            for rate in RATES {
                let work = work(stage, turn, &page, &mut first, rate, 1).await?;
                report.point(&BY_RATE, &stage.stands[turn].name, rate, work);
            }
            for devices in DEVICES {
                let work = work(stage, turn, &page, &mut first, RATE_OF_DEVICES, devices).await?;
                report.point(&BY_DEVICES, &stage.stands[turn].name, devices, work);
            }
            page.close().await?;
        }
        browser.close().await?;
        progress("growth", run, runs);
    }
    Ok(())
}

/// Milliseconds of the main thread a second while labels come.
async fn work(
    stage: &mut Stage,
    turn: usize,
    page: &Page,
    first: &mut u64,
    rate: u32,
    devices: u32,
) -> Result<f64, BenchError> {
    let start = Instant::now();
    let before = page.work().await?;
    send(stage, first, rate, devices).await?;
    // The last labels are sent before their second is over.
    sleep(Duration::from_secs(SECONDS.into()).saturating_sub(start.elapsed())).await;
    stage.stands[turn].shows(page, *first - 1).await?;
    let work = page.work().await? - before;
    Ok(work / start.elapsed().as_secs_f64())
}

/// Publishes labels for [`SECONDS`]; tells when the last one was written.
///
/// # Errors
/// When the broker has hung up.
pub async fn send(
    stage: &mut Stage,
    first: &mut u64,
    rate: u32,
    devices: u32,
) -> Result<f64, BenchError> {
    let count = u64::from(rate * SECONDS);
    let labels = (*first..*first + count).map(|value| {
        let topic = match value % u64::from(devices) {
            0 => TOPIC.to_owned(),
            device => format!("devices/bench{device}/label/changed"),
        };
        (topic, label(value))
    });
    let last = stage.publisher.flood(labels, rate).await?;
    *first += count;
    Ok(last)
}
