//! Our page given more and more labels, to beyond what its worker or the way to it can take.

use std::time::Duration;

use tokio::time::sleep;

use super::growth::{SECONDS, send};
use crate::{
    browser::Browser,
    clock,
    contestant::OURS,
    error::BenchError,
    process::{Stopwatch, memory},
    report::{Curve, Report},
    stage::{Network, Stage},
    statistics::range,
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

/// Labels a second.
const RATES: [u32; 5] = [10_000, 20_000, 40_000, 80_000, 160_000];

/// How Chromium names the thread of a worker.
const WORKER: &str = "DedicatedWorker";

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, report: &mut Report) -> Result<(), BenchError> {
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
    for rate in RATES {
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
