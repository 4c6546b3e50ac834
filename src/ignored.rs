//! Messages that the page cannot use, and why.

use lampi::state::StateError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many there were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// How many, since the page was opened.
    pub count: u64,
    /// What was wrong with the last one.
    pub last: IgnoredReason,
    /// Topic name it came on; empty if it was too long to be read.
    pub topic: String,
}

/// Why a message is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum IgnoredReason {
    /// More than [`crate::lesson::MAX_LABEL_LENGTH`] bytes.
    #[error("longer than 64 KiB")]
    TooLong,
    /// More than [`crate::lesson::MAX_LABEL_DEPTH`] levels.
    #[error("nested deeper than 64 levels")]
    TooDeep,
    /// The bytes are not text.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// The text is not JSON.
    #[error("not JSON")]
    NotJson,
    /// JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A lamp's state that is none.
    #[error("{0}")]
    NotAState(#[from] StateError),
    /// Whether something is there is told by `1` or `0` alone.
    #[error("neither 1 nor 0")]
    NotAPresence,
    /// [`crate::lamps::MAX_LAMPS`] are known.
    #[error("of more lamps than the page keeps")]
    TooManyLamps,
}
