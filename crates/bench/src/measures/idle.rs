//! What an hour costs in which a label comes each second: processor time of the process that runs the page.

use std::{io, time::Duration};

use futures::future::try_join_all;
use tokio::time::{Instant, interval, sleep};

use crate::{
    browser::{Browser, Page},
    error::BenchError,
    process::processor_time,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, TOPIC, label},
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

/// All pages at the same time, each in a browser of its own; each run is a window of [`WINDOW`].
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    let mut browsers = Vec::new();
    for stand in &stage.stands {
        let browser = Browser::start().await?;
        let (page, _) = stand.visit(&browser, Network::Loopback).await?;
        browsers.push((stand.name.clone(), browser, page));
    }
    // What a page does after its start is over by then.
    sleep(Duration::from_secs(5)).await;
    windows(stage, &browsers, &SEEN, runs, report).await?;
    for (_, browser, page) in &browsers {
        // A new tab is in front of the page.
        browser.open().await?;
        while !page.evaluate::<bool>("document.hidden").await? {
            sleep(Duration::from_millis(50)).await;
        }
    }
    sleep(Duration::from_secs(5)).await;
    windows(stage, &browsers, &HIDDEN, runs, report).await?;
    for (_, browser, _) in browsers {
        browser.close().await?;
    }
    Ok(())
}

async fn windows(
    stage: &mut Stage,
    browsers: &[(String, Browser, Page)],
    figure: &Figure,
    runs: u32,
    report: &mut Report,
) -> Result<(), BenchError> {
    let spent = async || {
        try_join_all(browsers.iter().map(async |(_, browser, _)| {
            let renderers = browser.renderers().await?;
            let times = renderers.iter().map(|process| processor_time(*process));
            Ok::<_, BenchError>(times.sum::<io::Result<f64>>()?)
        }))
        .await
    };
    let mut seconds = interval(Duration::from_secs(1));
    let mut value = 0;
    for run in 0..runs {
        let start = Instant::now();
        let before = spent().await?;
        while start.elapsed() < WINDOW {
            seconds.tick().await;
            value += 1;
            stage.publisher.publish(TOPIC, &label(value)).await?;
        }
        let hours = start.elapsed().div_duration_f64(HOUR);
        for ((name, ..), (before, after)) in browsers.iter().zip(before.iter().zip(spent().await?))
        {
            report.add(figure, name, (after - before) / hours);
        }
        report.progress(figure.id, run, runs);
    }
    Ok(())
}
