//! The LAMPI protocol, without I/O and without a clock: for the page, for the tools, and for tests of both.
//!
//! | module | knows |
//! |---|---|
//! | [`topics`] | what is said where |
//! | [`state`] | what the lamp and its controllers say |
//! | [`hundredths`] | the numbers they say it in |
//! | [`simulated`] | a lamp that is not there |
//! | [`duration`] | time, whose clock is the caller's |
//! | [`json`] | objects whose values nobody has touched |

pub mod duration;
pub mod hundredths;
pub mod json;
pub mod simulated;
pub mod state;
pub mod topics;
