//! What is measured, one file a thought.

mod bytes;
mod first_label;
mod flood;
pub mod growth;
mod heap;
mod idle;
mod latency;
mod saturation;
mod slider;

use crate::{
    browser::Browser,
    contestant::Contestant,
    error::BenchError,
    options::{Measure, Options},
    report::Report,
    stage::Stage,
};

/// Takes the measures that were asked for.
///
/// # Errors
/// When the browser, the broker or a page fails.
pub async fn take(
    options: &Options,
    contestants: &[Contestant],
    report: &mut Report,
) -> Result<(), BenchError> {
    let wants = |measure| options.only.is_empty() || options.only.contains(&measure);
    let mut stage = Stage::new(contestants).await?;
    let browser = Browser::start().await?;
    report.browser = browser.version().await?;
    browser.close().await?;
    if wants(Measure::Bytes) {
        bytes::take(&mut stage, report).await?;
    }
    if wants(Measure::FirstLabel) {
        first_label::first_visits(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::RepeatVisit) {
        first_label::repeat_visits(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::Latency) {
        latency::take(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::Flood) {
        flood::take(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::Slider) {
        slider::take(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::Heap) {
        heap::take(&mut stage, report).await?;
    }
    if wants(Measure::Idle) {
        idle::take(&mut stage, options.runs, report).await?;
    }
    if wants(Measure::Growth) {
        growth::take(&mut stage, options.runs, report).await?;
        saturation::take(&mut stage, report).await?;
    }
    Ok(())
}

/// Says how far a measure is.
fn progress(measure: &str, run: u32, runs: u32) {
    println!("{measure}: run {} of {runs}", run + 1);
}
