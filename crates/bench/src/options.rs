//! What can be asked of the benchmark. `xtask` reads this file too, so that a mistake is told before anything is built.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How often each figure is taken for the README, which shows the median.
pub const RUNS: u32 = 7;

/// How much to measure, and of what.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How often each figure is taken; the median counts
    #[arg(long, value_name = "NUMBER", default_value_t = RUNS, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,

    /// Take this measure only; may be given several times
    #[arg(long, value_name = "MEASURE")]
    pub only: Vec<Measure>,

    /// Another built page to measure beside this one, named as its folder is given; may be given several times
    #[arg(long, value_name = "FOLDER", value_parser = built_page)]
    pub also: Vec<PathBuf>,
}

fn built_page(folder: &str) -> Result<PathBuf, &'static str> {
    let folder = PathBuf::from(folder);
    if folder.join("index.html").is_file() {
        Ok(folder)
    } else {
        Err("there is no index.html in this folder")
    }
}

/// Something to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// What a first visit transfers, request by request
    Bytes,
    /// Navigation to first label on a first visit, on loopback and on a slow network and machine
    FirstLabel,
    /// The same on a fourth visit, with the browser's caches warm
    RepeatVisit,
    /// Publishing to seeing, at 20 labels a second
    Latency,
    /// 20,000 labels at 4,000 a second: work of the main thread and of all threads, lag, long tasks and dropped frames
    Flood,
    /// Dragging the slider: from input to broker, and how many messages
    Slider,
    /// Memory after 1,000,000 labels
    Heap,
    /// Processor time of an hour with a label a second, seen and hidden
    Idle,
    /// Work against labels a second and against devices, and where it ends
    Growth,
}
