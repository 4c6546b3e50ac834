//! Tries the kept inputs, without libFuzzer.
// Support code is not marked as a test, but runs in tests only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

/// How long an input may take, as with libFuzzer.
const SLOWEST: Duration = Duration::from_secs(10);

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
        let input = fs::read(path).unwrap();
        let (hold, held) = mpsc::channel();
        thread::spawn(move || {
            holds(&input);
            hold.send(()).unwrap();
        });
        held.recv_timeout(SLOWEST)
            .expect("it breaks the code, or takes too long");
        count += 1;
    }
    assert!(count > 0, "no input is kept");
}
