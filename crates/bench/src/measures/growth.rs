//! How work grows.

use crate::{error::BenchError, report::Report, stage::Stage};

pub async fn take(_stage: &mut Stage, _runs: u32, _report: &mut Report) -> Result<(), BenchError> {
    Ok(())
}
