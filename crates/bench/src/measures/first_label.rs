//! From the start of the navigation to the first label: a retained one, so that the page need not wait for it.

use std::time::Duration;

use tokio::time::sleep;

use super::progress;
use crate::{
    browser::Browser,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage, Stand},
};

const FIRST: [(Network, Figure); 2] = [
    (
        Network::Loopback,
        Figure {
            id: "first-label-loopback",
            title: "first label, first visit, loopback",
            unit: Unit::Milliseconds,
            aim: Some(1.0),
            moonshot: Some(0.8),
        },
    ),
    (
        Network::Slow,
        Figure {
            id: "first-label-slow",
            title: "first label, first visit, fast 3G + 4 x CPU",
            unit: Unit::Milliseconds,
            aim: Some(1.1),
            moonshot: Some(0.9),
        },
    ),
];

const REPEAT: [(Network, Figure); 2] = [
    (
        Network::Loopback,
        Figure {
            id: "repeat-label-loopback",
            title: "first label, repeat visit, loopback",
            unit: Unit::Milliseconds,
            aim: Some(1.1),
            moonshot: Some(0.8),
        },
    ),
    (
        Network::Slow,
        Figure {
            id: "repeat-label-slow",
            title: "first label, repeat visit, fast 3G + 4 x CPU",
            unit: Unit::Milliseconds,
            aim: Some(1.1),
            moonshot: Some(0.8),
        },
    ),
];

/// Visits with empty caches: a browser of its own for each run and network.
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn first_visits(
    stage: &mut Stage,
    runs: u32,
    report: &mut Report,
) -> Result<(), BenchError> {
    for run in 0..runs {
        for (network, figure) in &FIRST {
            let browser = Browser::start().await?;
            for turn in stage.turns(run) {
                let stand = &stage.stands[turn];
                report.add(
                    figure,
                    &stand.name,
                    visit(stage, stand, &browser, *network, Stay::Leave).await?,
                );
            }
            browser.close().await?;
        }
        progress("first visits", run, runs);
    }
    Ok(())
}

/// Fourth visits, by one who knows the page: the browser has its files, and has kept of their code what it will.
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn repeat_visits(
    stage: &mut Stage,
    runs: u32,
    report: &mut Report,
) -> Result<(), BenchError> {
    /// V8 keeps the code of a script from its second visit on; Chromium that of a WASM file, as far as it was worth
    /// optimising, had after the third.
    const VISITS_BEFORE: u32 = 3;
    for run in 0..runs {
        for (network, figure) in &REPEAT {
            let browser = Browser::start().await?;
            for turn in stage.turns(run) {
                let stand = &stage.stands[turn];
                stage.link.hurry(true);
                for _ in 0..VISITS_BEFORE {
                    visit(stage, stand, &browser, *network, Stay::Use).await?;
                }
                stage.link.hurry(false);
                let time = visit(stage, stand, &browser, *network, Stay::Leave).await?;
                report.add(figure, &stand.name, time);
            }
            browser.close().await?;
        }
        progress("repeat visits", run, runs);
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Stay {
    /// Until the first label.
    Leave,
    /// Long enough for the browser to note what it has learned about the code.
    Use,
}

/// A visit in a new tab; over the slow network with new connections.
async fn visit(
    stage: &Stage,
    stand: &Stand,
    browser: &Browser,
    network: Network,
    stay: Stay,
) -> Result<f64, BenchError> {
    let (page, time) = stand.visit(browser, network).await?;
    if stay == Stay::Use {
        sleep(Duration::from_secs(2)).await;
    }
    page.close().await?;
    stage.link.hang_up();
    Ok(time)
}
