//! LAMPI web: a page that controls a LAMPI lamp through an MQTT broker's WebSocket listener.
//!
//! One WASM file plays two roles. In the window it renders the page ([`components`], fed by [`hooks`] from
//! [`state`]); in a web worker it is the [`agent`], which holds the MQTT session.
//!
//! ```text
//! broker ⇄ agent::socket ⇄ [control: mqtt, debounce, coalesce, lamp, lamps] ⇄ agent ═ [message] ═ hooks ⇄ [state] → components
//! ```
//!
//! What stands in brackets, [`config`], [`broker_address`], [`clock`], [`presets`], [`color`] and
//! [`age`] are pure: no web API, no clock, tested natively.

pub mod age;
pub mod agent;
pub mod broker_address;
pub mod clock;
pub mod coalesce;
pub mod color;
pub mod components;
pub mod config;
pub mod control;
pub mod debounce;
pub mod demo;
pub mod hooks;
pub mod ignored;
pub mod lamps;
pub mod lesson;
pub mod lifecycle;
pub mod message;
pub mod mqtt;
pub mod page;
pub mod presets;
pub mod state;
pub mod storage;
pub mod theme;
pub mod wish;
