//! Why there is no result.

use std::{io, path::PathBuf};

use crate::{broker::BrokerError, devtools::DevtoolsError};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The browser did not do what it was asked for.
    #[error(transparent)]
    Devtools(#[from] DevtoolsError),

    /// The broker did not.
    #[error(transparent)]
    Broker(#[from] BrokerError),

    /// A page to measure is not there.
    #[error("{} cannot be read: {cause}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },

    /// The result cannot be written.
    #[error("the result cannot be written: {0}")]
    Result(io::Error),

    /// The system refused something basic.
    #[error("measuring is not possible: {0}")]
    System(#[from] io::Error),

    /// A page did less than its measure takes for granted.
    #[error("{page} cannot be measured: {reason}")]
    Unmeasured {
        /// The page's name.
        page: String,
        /// What it did not do.
        reason: &'static str,
    },

    /// A page did not show what it was sent.
    #[error("{page} did not show {what} within {seconds} s, but:\n{instead}")]
    NotShown {
        /// The page's name.
        page: String,
        /// What it was to show.
        what: String,
        /// How long it was given.
        seconds: u64,
        /// What it showed instead.
        instead: String,
    },
}
