//! The page's parts, each a function of its properties: no socket, no JSON.
//!
//! A class that is not known while compiling is set as the property `className`: for the attribute, Yew makes a set of its
//! names with a hash table of its own, 2 KB of the first visit.

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
