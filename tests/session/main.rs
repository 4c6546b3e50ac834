//! The MQTT session against the standard's bytes, on a virtual clock.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod connecting;
mod delivery;
mod hostile;
mod keep_alive;
mod leaving;
mod login;
mod messages;
mod mixed_content;
mod model;
mod reconnecting;
mod refusal;
mod rig;
mod sleep;
#[path = "../support/steps.rs"]
mod steps;
mod subscriptions;
mod table;
mod wanted;
