//! The developer tool of LAMPI web: `cargo xtask TASK`. One file a task, its parts in a folder beside it; `tools` installs
//! what they need.

mod bench;
mod build;
mod command;
mod fuzz;
mod label_service;
mod log;
mod mqtt;
mod package;
mod serve;
mod simulated_lamp;
mod steps;
mod test;
mod tools;
mod tree;
mod trouble;
mod workspace;

use std::{error::Error, process::ExitCode};

use clap::{Parser, Subcommand};

/// The developer tool of LAMPI web.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve the page with a broker, a label service and two simulated lamps: everything for a first look
    Serve(serve::Options),
    /// Check and test everything: format, lints, native tests, and the page in a real browser
    Test,
    /// Build the release page in dist/, ready to copy to a web root, and show its sizes
    Build,
    /// Build the release page and pack it with deploy/ into one archive, the same bytes each time
    Package,
    /// Measure the release page beside the lesson's and one on MQTT.js
    Bench(bench::Options),
    /// Look for input that breaks the page's code: packets, labels, sessions, settings
    Fuzz(fuzz::Options),
    /// Publish labels that count up, as the lesson's service does
    LabelService(label_service::Options),
    /// Be a lamp: do what the page asks for and say so, as a LAMPI does
    SimulatedLamp(simulated_lamp::Options),
}

fn main() -> ExitCode {
    match run(&Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<(), Box<dyn Error>> {
    match task {
        Task::Serve(options) => serve::run(options)?,
        Task::Test => test::run()?,
        Task::Build => build::run()?,
        Task::Package => package::run()?,
        Task::Bench(options) => bench::run(options)?,
        Task::Fuzz(options) => fuzz::run(options)?,
        Task::LabelService(options) => label_service::run(options)?,
        Task::SimulatedLamp(options) => simulated_lamp::run(options)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
