//! What the command line answers, run as people run it.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../../tests/browser/support/port.rs"]
mod port;

use std::{
    net::TcpListener,
    process::{Command, Output},
};

#[test]
fn every_task_has_help() {
    for task in [
        "serve",
        "test",
        "build",
        "package",
        "bench",
        "fuzz",
        "label-service",
        "simulated-lamp",
    ] {
        let output = xtask(&[task, "--help"]);
        assert!(output.status.success(), "{task}");
        let usage = format!("Usage: cargo xtask {task}");
        assert!(stdout(&output).contains(&usage), "{}", stdout(&output));
    }
}

#[test]
fn no_task_shows_help_and_fails() {
    let output = xtask(&[]);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("label-service"));
}

#[test]
fn an_unknown_task_is_named_without_the_whole_help() {
    let output = xtask(&["polish"]);
    assert!(!output.status.success());
    is_short(&output, "error: unrecognized subcommand 'polish'");
}

#[test]
fn an_unknown_flag_is_named_without_the_whole_help() {
    let output = xtask(&["serve", "--colour"]);
    assert!(!output.status.success());
    is_short(&output, "error: unexpected argument '--colour' found");
}

#[test]
fn a_bad_value_is_explained() {
    let (labels, lamp) = ("label-service", "simulated-lamp");
    for (arguments, reason) in [
        ([labels, "--device", "a/b"], "one level of an MQTT topic"),
        ([labels, "--every", "0"], "0 is not in 1.."),
        ([labels, "--broker", "localhost"], "not HOST:PORT"),
        (
            [labels, "--broker", "ws://localhost:50002"],
            "not HOST:PORT",
        ),
        ([lamp, "--device", "+"], "one level of an MQTT topic"),
        ([lamp, "--offline-every", "0"], "0 is not in 1.."),
        (["fuzz", "--input", "."], "not a file"),
    ] {
        let output = xtask(&arguments);
        assert!(!output.status.success());
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
}

#[test]
fn a_port_in_use_ends_serve_with_one_line_before_anything_starts() {
    for (flag, others) in [
        ("--mqtt-port", ["--websocket-port", "--page-port"]),
        ("--websocket-port", ["--mqtt-port", "--page-port"]),
        ("--page-port", ["--mqtt-port", "--websocket-port"]),
    ] {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = taken.local_addr().unwrap().port().to_string();
        let free = [port::free(), port::free()].map(|address| address.port().to_string());
        let output = xtask(&[
            "serve", flag, &number, others[0], &free[0], others[1], &free[1],
        ]);
        assert!(!output.status.success());
        assert!(output.stdout.is_empty(), "{}", stdout(&output));
        let message = stderr(&output);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(
            message.starts_with(&format!("error: port {number} (")),
            "{message}"
        );
        assert!(message.contains(flag), "{message}");
    }
}

#[test]
fn outside_a_git_clone_package_ends_before_anything_starts() {
    let output = command(&["package"])
        .env("GIT_DIR", "no-such-folder")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "{}", stdout(&output));
    let message = stderr(&output);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("clone the project with git"), "{message}");
}

/// It begins with the mistake and ends with the way to the help, which would hide it.
fn is_short(output: &Output, mistake: &str) {
    let message = stderr(output);
    assert!(message.starts_with(mistake), "{message}");
    assert!(message.trim_end().ends_with("try '--help'."), "{message}");
    assert!(!message.contains("Options:"), "{message}");
}

fn xtask(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into()
}
