//! Tries the kept inputs, without libFuzzer.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

#[test]
fn kept_inputs_of_the_framing() {
    replay("framing", fuzz::framing);
}

#[test]
fn kept_inputs_of_the_label() {
    replay("label", fuzz::label);
}

#[test]
fn kept_inputs_of_the_session() {
    replay("session", fuzz::session);
}

#[test]
fn kept_inputs_of_the_config() {
    replay("config", fuzz::config);
}

/// A failing test's output ends with the input that failed.
fn replay(target: &str, holds: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        holds(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count > 0, "no input is kept");
}
