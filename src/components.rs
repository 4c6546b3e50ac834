//! The page's parts, each a function of its properties: no socket, no JSON.

pub mod app;
pub mod color_range;
pub mod devices;
pub mod label;
pub mod lamp_panel;
pub mod lamp_picture;
pub mod login;
pub mod power_button;
pub mod presence;
pub mod problems;
pub mod saved_presets;
pub mod slider;
pub mod status;
