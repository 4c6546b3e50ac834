//! What a first visit transfers, over the slow network, so that it also shows what waits for what.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::first_label::{LABEL, WATCH, first_label};
use crate::{
    browser::Browser,
    error::BenchError,
    report::{Figure, Report, Unit},
    stage::{Network, Stage},
};

const BODIES: Figure = Figure {
    id: "first-visit-bytes",
    title: "first visit, bodies with brotli",
    unit: Unit::Bytes,
    aim: None,
    moonshot: None,
};

const ON_THE_WIRE: Figure = Figure {
    id: "first-visit-bytes-with-headers",
    title: "first visit, with the answers' headers",
    unit: Unit::Bytes,
    aim: None,
    moonshot: None,
};

/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(stage: &mut Stage, report: &mut Report) -> Result<(), BenchError> {
    stage.retain(LABEL).await?;
    let browser = Browser::start().await?;
    for stand in &stage.stands {
        let page = stand.open(&browser, Network::Slow).await?;
        page.prepare(WATCH).await?;
        let site = stand.site(Network::Slow);
        site.requests();
        stand.port.received();
        let start = Instant::now();
        page.navigate(stand.url(Network::Slow)).await?;
        let time = first_label(&page, stand).await?;
        // What is fetched late counts too.
        sleep(Duration::from_secs(3)).await;
        println!(
            "\n{}: first label after {time:.0} ms; requests as they came to the server:",
            stand.name
        );
        let mut sum = 0;
        for request in site.requests() {
            let at = request.at.duration_since(start.into_std()).as_secs_f64() * 1e3;
            println!(
                "{at:>7.0} ms  {}  {:>7} bytes  {}",
                request.status, request.body, request.name
            );
            sum += request.body;
        }
        report.add(&BODIES, &stand.name, sum as f64);
        report.add(&ON_THE_WIRE, &stand.name, stand.port.received() as f64);
        page.close().await?;
        stage.link.hang_up();
    }
    browser.close().await?;
    Ok(())
}
