//! `cargo xtask bench`: measures the page beside two others that do the same, on one broker.
//!
//! The lesson's page is what the figures are held against. All pages are served alike, and take turns but for
//! the idle hour, which they spend side by side.

mod broker;
mod browser;
mod chart;
mod clock;
mod contestant;
mod delays;
mod devtools;
mod error;
mod measures;
mod network;
mod options;
mod process;
mod report;
mod site;
mod stage;
mod statistics;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::{
    error::BenchError,
    options::{Options, RUNS},
    report::Report,
};

/// Measures the page beside its peers.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Cli {
    #[command(flatten)]
    options: Options,

    /// The built page.
    #[arg(long, value_name = "FOLDER")]
    page: PathBuf,

    /// The folder of the peers' pages.
    #[arg(long, value_name = "FOLDER")]
    peers: PathBuf,

    /// npm's folder with the peers' libraries.
    #[arg(long, value_name = "FOLDER")]
    libraries: PathBuf,

    /// Where the result is written.
    #[arg(long, value_name = "FOLDER")]
    results: PathBuf,

    /// Where the charts of a whole run are written.
    #[arg(long, value_name = "FOLDER")]
    charts: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: &Cli) -> Result<(), BenchError> {
    let contestants = contestant::all(cli)?;
    let mut report = Report::default();
    let taken = measures::take(&cli.options, &contestants, &mut report).await;
    // Even if something failed: what was measured before that took long.
    println!("\n{report}");
    report.write(&cli.results).map_err(BenchError::Result)?;
    taken?;
    let charts = match is_whole(&cli.options) {
        true => &cli.charts,
        false => &cli.results,
    };
    chart::write(&report, charts).map_err(BenchError::Result)?;
    Ok(())
}

/// The README shows the result of a whole run only.
fn is_whole(options: &Options) -> bool {
    options.only.is_empty() && options.also.is_empty() && options.runs >= RUNS
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    #[test]
    fn less_than_a_whole_run_leaves_the_charts_of_the_readme_alone() {
        for (given, whole) in [
            (&[][..], true),
            (&["--runs", "7"], true),
            (&["--runs", "6"], false),
            (&["--only", "bytes"], false),
            (&["--also", "../../benches/peers/lesson"], false),
        ] {
            let command = Options::augment_args(clap::Command::new("bench").no_binary_name(true));
            let options = Options::from_arg_matches(&command.get_matches_from(given)).unwrap();
            assert_eq!(is_whole(&options), whole, "{given:?}");
        }
    }
}
