//! The page's parts, each a function of its properties: no socket, no JSON.

pub mod app;
pub mod label;
pub mod lamp_picture;
pub mod login;
pub mod power_button;
pub mod problems;
pub mod slider;
pub mod status;
