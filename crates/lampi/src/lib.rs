//! The LAMPI protocol, without I/O and without a clock: for the page, for the tools, and for tests of both.
//!
//! | module | knows |
//! |---|---|
//! | [`topics`] | which topic carries what, and of which lamp |
//! | [`state`] | a lamp's state as JSON, and who asked for it |
//! | [`hundredths`] | a state's numbers: 0 to 1 in steps of 0.01 |
//! | [`simulated`] | a lamp without hardware |
//! | [`duration`] | lengths of time in microseconds; the clock is the caller's |
//! | [`json`] | JSON objects whose values stay the text that they arrived as |

pub mod duration;
pub mod hundredths;
pub mod json;
pub mod simulated;
pub mod state;
pub mod topics;
