//! The page on a machine that is set up from the files in `deploy/`.

mod access;
mod cache;
mod headers;
mod install;
mod limits;
mod observatory;
mod page;
mod services;
