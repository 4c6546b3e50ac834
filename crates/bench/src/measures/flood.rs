//! 20,000 labels at 4,000 a second: what the main thread and the whole process do, and what a user notices.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::sleep;

use super::progress;
use crate::{
    browser::{Browser, Page},
    clock,
    error::BenchError,
    process::Stopwatch,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, labels},
};

const LABELS: u64 = 20_000;
const A_SECOND: u32 = 4_000;

const BUSY: Figure = Figure {
    id: "flood-busy",
    title: "flood, main thread busy",
    unit: Unit::Milliseconds,
    aim: Some(0.08),
    moonshot: Some(0.03),
};

const PROCESSOR: Figure = Figure {
    id: "flood-processor",
    title: "flood, processor time of the page's process",
    unit: Unit::Milliseconds,
    aim: None,
    moonshot: None,
};

const LAG: Figure = Figure {
    id: "flood-lag",
    title: "flood, lag of the last label",
    unit: Unit::Milliseconds,
    aim: Some(0.1),
    moonshot: None,
};

const LONG_TASKS: Figure = Figure {
    id: "flood-long-tasks",
    title: "flood, tasks of more than 50 ms",
    unit: Unit::Count,
    aim: None,
    moonshot: None,
};

const DROPPED_FRAMES: Figure = Figure {
    id: "flood-dropped-frames",
    title: "flood, frames dropped",
    unit: Unit::Count,
    aim: None,
    moonshot: None,
};

/// Notes what a user would notice.
const WATCH: &str = "{
    globalThis.seen = { last_label: 0, long_tasks: 0, dropped_frames: 0 };
    new MutationObserver(() => {
      if (document.getElementById('sub_value').textContent === '20000') {
        seen.last_label ||= performance.timeOrigin + performance.now();
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    new PerformanceObserver((list) => {
      seen.long_tasks += list.getEntries().length;
    }).observe({ type: 'longtask' });
    let before;
    const frame = (now) => {
      seen.dropped_frames += Math.max(0, Math.round((now - (before ?? now)) * 60 / 1000) - 1);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }";

#[derive(Deserialize)]
struct Seen {
    last_label: f64,
    long_tasks: f64,
    dropped_frames: f64,
}

/// Two floods a run: whoever watches for frames makes work for the main thread, so that the work is counted apart.
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, runs: u32, report: &mut Report) -> Result<(), BenchError> {
    for run in 0..runs {
        let browser = Browser::start().await?;
        for turn in stage.turns(run) {
            let page = visit(stage, turn, &browser).await?;
            let process = browser.process_of(&page).await?;
            page.count_work().await?;
            let stopwatch = Stopwatch::start(process, None)?;
            let before = page.work().await?;
            stage.publisher.flood(labels(1, LABELS), A_SECOND).await?;
            stage.stands[turn].shows(&page, LABELS).await?;
            let busy = page.work().await? - before;
            let processor = stopwatch.seconds()? * 1e3;
            report.add(&BUSY, &stage.stands[turn].name, busy);
            report.add(&PROCESSOR, &stage.stands[turn].name, processor);
            page.close().await?;

            let page = visit(stage, turn, &browser).await?;
            page.run(WATCH).await?;
            let ahead = clock::ahead(&page).await?;
            let sent = stage.publisher.flood(labels(1, LABELS), A_SECOND).await?;
            let stand = &stage.stands[turn];
            stand.shows(&page, LABELS).await?;
            // Long tasks are told when they are over.
            sleep(Duration::from_millis(300)).await;
            let seen: Seen = page.evaluate("seen").await?;
            report.add(&LAG, &stand.name, seen.last_label - ahead - sent);
            report.add(&LONG_TASKS, &stand.name, seen.long_tasks);
            report.add(&DROPPED_FRAMES, &stand.name, seen.dropped_frames);
            page.close().await?;
        }
        browser.close().await?;
        progress("flood", run, runs);
    }
    Ok(())
}

async fn visit(stage: &Stage, turn: usize, browser: &Browser) -> Result<Page, BenchError> {
    let (page, _) = stage.stands[turn].visit(browser, Network::Loopback).await?;
    // What a page does after its start is over by then.
    sleep(Duration::from_secs(1)).await;
    Ok(page)
}
