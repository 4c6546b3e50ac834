//! LAMPI web: a page that controls a LAMPI lamp through an MQTT broker's WebSocket listener.
//!
//! One WASM file plays two roles. In the window it renders the page ([`components`], fed by [`hooks`] from
//! [`state`]); in a web worker it is the [`agent`], which holds the MQTT session.
//!
//! ```text
//! broker ⇄ agent::socket ⇄ [control: mqtt, debounce, coalesce, lamp] ⇄ agent ═ [message] ═ hooks ⇄ [state] → components
//! ```
//!
//! What stands in brackets, [`config`], [`broker_address`], [`clock`] and the crate [`::lampi`] (the protocol and its JSON) are
//! pure: no web API, no clock, tested natively.

pub mod agent;
pub mod broker_address;
pub mod clock;
pub mod coalesce;
pub mod components;
pub mod config;
pub mod control;
pub mod debounce;
pub mod hooks;
pub mod lamp;
pub mod lifecycle;
pub mod message;
pub mod mqtt;
pub mod page;
pub mod state;
pub mod storage;
pub mod theme;
