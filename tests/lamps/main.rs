//! The agent and a lamp at the other end of a broker, on a virtual clock.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/answers.rs"]
mod answers;
mod model;
mod news;
mod presence;
mod returning;
#[path = "../support/steps.rs"]
mod steps;
mod waiting;
mod wishes;
mod world;
