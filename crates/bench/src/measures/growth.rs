//! How work grows: the main thread's with labels a second and with devices, and what happens where our page can no more.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::progress;
use crate::{
    browser::{Browser, Page},
    clock,
    contestant::OURS,
    error::BenchError,
    process::{Stopwatch, memory},
    report::{Curve, Report},
    stage::{Network, Stage, TOPIC, label},
    statistics::range,
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

/// Mosquitto slows down a publisher that it cannot follow.
const SENT: Curve = Curve {
    id: "saturation-sent",
    title: "labels sent a second, by labels asked for a second",
    unit: "labels a second",
};

const THROUGHPUT: Curve = Curve {
    id: "saturation-throughput",
    title: "labels taken a second, by labels asked for a second",
    unit: "labels a second",
};

const LAG: Curve = Curve {
    id: "saturation-lag",
    title: "lag of the last label, by labels asked for a second",
    unit: "ms",
};

const BUSY_WORKER: Curve = Curve {
    id: "saturation-worker",
    title: "the worker's share of a processor, by labels asked for a second",
    unit: "of 1",
};

const MEMORY: Curve = Curve {
    id: "saturation-memory",
    title: "the process's memory after sending, by labels asked for a second",
    unit: "bytes",
};

const RATES: [u32; 7] = [1, 10, 100, 300, 1_000, 3_000, 10_000];
const DEVICES: [u32; 4] = [1, 10, 100, 1_000];
const RATE_OF_DEVICES: u32 = 1_000;
const BEYOND: [u32; 5] = [10_000, 20_000, 40_000, 80_000, 160_000];

/// Seconds of publishing for each point.
const SECONDS: u32 = 3;

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
    saturate(stage, report).await
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
    // A flood's end is not the end of its second.
    sleep(Duration::from_secs(SECONDS.into()).saturating_sub(start.elapsed())).await;
    stage.stands[turn].shows(page, *first - 1).await?;
    let work = page.work().await? - before;
    Ok(work / start.elapsed().as_secs_f64())
}

/// Tells when the last label was written.
async fn send(
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

/// Gives our page more and more, to beyond what its worker or the way to it can take.
async fn saturate(stage: &mut Stage, report: &mut Report) -> Result<(), BenchError> {
    let Some(turn) = stage.stands.iter().position(|stand| stand.name == OURS) else {
        return Ok(());
    };
    let browser = Browser::start().await?;
    let (page, _) = stage.stands[turn]
        .visit(&browser, Network::Loopback)
        .await?;
    let process = browser.process_of(&page).await?;
    sleep(Duration::from_secs(1)).await;
    let mut first = 1;
    for rate in BEYOND {
        let start = clock::now();
        let worker = Stopwatch::start(process, Some(WORKER))?;
        let last = send(stage, &mut first, rate, 1).await?;
        // The backlog is longest now.
        let memory = memory(process)?;
        stage.stands[turn].shows(&page, first - 1).await?;
        let shown = clock::now();
        let took = (shown - start) / 1e3;
        let count = f64::from(rate * SECONDS);
        report.point(&SENT, OURS, rate, count / ((last - start) / 1e3));
        report.point(&THROUGHPUT, OURS, rate, count / took);
        report.point(&LAG, OURS, rate, shown - last);
        report.point(&BUSY_WORKER, OURS, rate, worker.seconds()? / took);
        report.point(&MEMORY, OURS, rate, memory);
    }
    browser.close().await?;
    if let Some(outcome) = outcome(report) {
        println!("saturation: {outcome}");
    }
    Ok(())
}

/// What came of it. That the newest label wins is known by then, as it was waited for.
fn outcome(report: &Report) -> Option<String> {
    let values = |curve: &Curve| -> Vec<f64> {
        let points = report.curve(curve.id, OURS);
        points.iter().map(|(_, value)| *value).collect()
    };
    let most = |curve| Some(range(&values(curve))?.1);
    let memory = values(&MEMORY);
    Some(format!(
        "of up to {:.0} labels sent a second up to {:.0} were taken; the worker had up to {:.2} of a processor, and is the \
         limit near 1; memory was {:.0} MB at first and {:.0} MB at last; the newest label was shown each time",
        most(&SENT)?,
        most(&THROUGHPUT)?,
        most(&BUSY_WORKER)?,
        memory.first()? / 1e6,
        memory.last()? / 1e6,
    ))
}

/// How Chromium names the thread of a worker.
const WORKER: &str = "DedicatedWorker";
