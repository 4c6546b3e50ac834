//! The page on a machine that is set up from the files in `deploy/`.

mod access;
mod cache;
mod headers;
mod limits;
mod observatory;
mod page;
