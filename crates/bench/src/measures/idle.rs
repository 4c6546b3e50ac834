//! What an hour costs in which a label comes each second: processor time of the process that runs the page.

use std::{io, time::Duration};

use tokio::time::{Instant, interval, sleep};

use super::progress;
use crate::{
    broker::Client,
    browser::{Browser, Page},
    error::BenchError,
    process::Stopwatch,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, Stand, TOPIC, label},
};

const SEEN: Figure = Figure {
    id: "idle-seen",
    title: "an hour's processor time, a label a second, seen",
    unit: Unit::Seconds,
    aim: None,
    moonshot: None,
};

const HIDDEN: Figure = Figure {
    id: "idle-hidden",
    title: "an hour's processor time, a label a second, hidden",
    unit: Unit::Seconds,
    aim: None,
    moonshot: None,
};

/// An hour is taken to be so many of these.
const WINDOW: Duration = Duration::from_secs(10);
const HOUR: Duration = Duration::from_secs(3600);

/// A page and its process, in a browser of its own.
struct Running<'a> {
    stand: &'a Stand,
    browser: Browser,
    page: Page,
    process: u64,
}

/// All pages at the same time; each run is a window of [`WINDOW`].
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    let mut all = Vec::new();
    for stand in &stage.stands {
        let browser = Browser::start().await?;
        let (page, _) = stand.visit(&browser, Network::Loopback).await?;
        let process = browser.process_of(&page).await?;
        all.push(Running {
            stand,
            browser,
            page,
            process,
        });
    }
    // What a page does after its start is over by then.
    sleep(Duration::from_secs(5)).await;
    windows(&mut stage.publisher, &all, &SEEN, runs, report).await?;
    for running in &all {
        // A new tab is in front of the page.
        running.browser.open().await?;
        while !running.page.evaluate::<bool>("document.hidden").await? {
            sleep(Duration::from_millis(50)).await;
        }
    }
    sleep(Duration::from_secs(5)).await;
    windows(&mut stage.publisher, &all, &HIDDEN, runs, report).await?;
    for running in all {
        running.browser.close().await?;
    }
    Ok(())
}

async fn windows(
    publisher: &mut Client,
    all: &[Running<'_>],
    figure: &Figure,
    runs: u32,
    report: &mut Report,
) -> Result<(), BenchError> {
    let mut seconds = interval(Duration::from_secs(1));
    let mut value = 0;
    for run in 0..runs {
        let start = Instant::now();
        let stopwatches = all
            .iter()
            .map(|running| Stopwatch::start(running.process, None))
            .collect::<io::Result<Vec<_>>>()?;
        while start.elapsed() < WINDOW {
            seconds.tick().await;
            value += 1;
            publisher.publish(TOPIC, &label(value)).await?;
        }
        let hours = start.elapsed().div_duration_f64(HOUR);
        for (running, stopwatch) in all.iter().zip(stopwatches) {
            report.add(figure, &running.stand.name, stopwatch.seconds()? / hours);
        }
        progress(figure.id, run, runs);
    }
    // A page that had gone to sleep or fallen silent would have cost nothing.
    for running in all {
        running.stand.shows(&running.page, value).await?;
    }
    Ok(())
}
