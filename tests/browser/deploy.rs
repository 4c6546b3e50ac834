//! The page on a machine that is set up from the files in `deploy/`.

mod access;
mod cache;
mod caddy;
mod headers;
mod install;
mod limits;
mod observatory;
mod page;
mod services;
