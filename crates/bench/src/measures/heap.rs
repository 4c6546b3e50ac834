//! Memory after a million labels, of the page and its worker, once everything is cleared away that can be.

use serde_json::json;

use crate::{
    browser::{Browser, Page},
    devtools::DevtoolsError,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, labels},
};

const AFTER: Figure = Figure {
    id: "heap",
    title: "heap after 1,000,000 labels",
    unit: Unit::Bytes,
    aim: Some(1.0),
    moonshot: None,
};

const GROWTH: Figure = Figure {
    id: "heap-growth",
    title: "heap, growth since 10,000 labels",
    unit: Unit::Bytes,
    aim: None,
    moonshot: None,
};

const LABELS: u64 = 1_000_000;
const WARM: u64 = 10_000;

/// So many are published before the page is waited for: no page is given more than it can take.
const AT_ONCE: u64 = 5_000;

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, report: &mut Report) -> Result<(), BenchError> {
    for turn in stage.turns(0) {
        let browser = Browser::start().await?;
        let stand = &stage.stands[turn];
        let (page, _) = stand.visit(&browser, Network::Loopback).await?;
        let workers = page.workers().await?;
        let mut warm = 0.0;
        for shown in (AT_ONCE..=LABELS).step_by(AT_ONCE as usize) {
            let batch = labels(shown + 1 - AT_ONCE, AT_ONCE);
            stage.publisher.flood(batch, u32::MAX).await?;
            stand.shows(&page, shown).await?;
            if shown == WARM {
                warm = heap(&page, &workers).await?;
            }
        }
        let after = heap(&page, &workers).await?;
        report.add(&AFTER, &stand.name, after);
        report.add(&GROWTH, &stand.name, after - warm);
        browser.close().await?;
        println!("heap: {} has seen {LABELS} labels", stand.name);
    }
    Ok(())
}

async fn heap(page: &Page, workers: &[Page]) -> Result<f64, DevtoolsError> {
    let mut sum = 0.0;
    for thread in workers.iter().chain([page]) {
        thread
            .call("HeapProfiler.collectGarbage", json!({}))
            .await?;
        let usage = thread.call("Runtime.getHeapUsage", json!({})).await?;
        println!("DEBUG {usage}");
        let parts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];
        sum += parts
            .iter()
            .filter_map(|part| usage[part].as_f64())
            .sum::<f64>();
    }
    Ok(sum)
}
