//! What components use beside their properties.

pub mod use_agent;
pub mod use_countdown;
pub mod use_css;
pub mod use_device;
pub mod use_focus_heir;
pub mod use_hold;
pub mod use_label;
pub mod use_leave_warning;
pub mod use_now;
