//! What a first visit transfers, over the slow network, so that it also shows what waits for what.

use std::time::Duration;

use tokio::time::sleep;

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
    let browser = Browser::start().await?;
    for stand in &stage.stands {
        let site = stand.site(Network::Slow);
        site.requests();
        stand.port.received();
        let (page, time) = stand.visit(&browser, Network::Slow).await?;
        // What is fetched late counts too.
        sleep(Duration::from_secs(3)).await;
        println!(
            "{}: first label after {time:.0} ms; its requests as they came to the server:",
            stand.name
        );
        let requests = site.requests();
        for request in &requests {
            let since_first = request.at.duration_since(requests[0].at);
            println!(
                "  +{:>5} ms  {}  {:>7} bytes  {}",
                since_first.as_millis(),
                request.status,
                request.body,
                request.name
            );
        }
        let sum: usize = requests.iter().map(|request| request.body).sum();
        report.add(&BODIES, &stand.name, sum as f64);
        report.add(&ON_THE_WIRE, &stand.name, stand.port.received() as f64);
        page.close().await?;
        stage.link.hang_up();
    }
    browser.close().await?;
    Ok(())
}
