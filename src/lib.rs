//! LAMPI web: a page that controls LAMPI lamps through an MQTT broker's WebSocket listener.
//!
//! One WASM file plays two roles. In the window it renders the page ([`components`], fed by [`hooks`] from
//! [`state`]); in a web worker it is the [`agent`], which holds the MQTT session.
//!
//! ```text
//! broker ⇄ agent::socket ⇄ [control: mqtt, lesson, lamps] ⇄ agent ═ [message] ═ hooks ⇄ [state] → components
//! ```
//!
//! What stands in brackets uses no web API and no clock, nor does any other module but those that the browser runs:
//! [`agent`], [`boot`], [`components`], [`hooks`], [`lifecycle`], [`now`], [`page`] and [`storage`]. So native tests reach it.

pub mod age;
pub mod agent;
pub mod boot;
pub mod broker_address;
pub mod changes;
pub mod clock;
pub mod coalesce;
pub mod color;
pub mod components;
pub mod config;
pub mod connection;
pub mod control;
pub mod css;
pub mod demo;
pub mod entries;
pub mod hooks;
pub mod ignored;
pub mod intent;
pub mod lamp_report;
pub mod lamps;
pub mod last_labels;
pub mod lesson;
pub mod lifecycle;
pub mod message;
pub mod mqtt;
pub mod now;
pub mod page;
pub mod presets;
pub mod state;
pub mod storage;
pub mod wish;
