//! Programs that end with the tests.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How a program is ended, as the shell is told.
pub const TERMINATED: &str = "kill $!";
/// As Ctrl-C does.
pub const INTERRUPTED: &str = "kill -INT $!";

/// Longer than any program takes to start, and to build what it serves.
const STARTING: Duration = Duration::from_secs(600);

/// A program under a shell that ends it when the shell's input closes: nothing in this process is sure to run last, but
/// that pipe closes whichever way the process ends.
#[derive(Default)]
pub struct Guarded(Option<Child>);

impl Guarded {
    pub fn start(program: &Command) -> Self {
        Self::ended_by(program, TERMINATED)
    }

    /// With a way of its own to be ended.
    pub fn ended_by(program: &Command, end: &str) -> Self {
        let shell = shell(program, end).stdout(Stdio::null()).spawn();
        Self(Some(shell.unwrap()))
    }

    /// The same, once it has said what is asked for in a line; none if it ends before.
    pub fn saying<T>(
        program: &Command,
        end: &str,
        said: impl Fn(&str) -> Option<T>,
    ) -> Option<(Self, T)> {
        let shell = shell(program, end).stdout(Stdio::piped()).spawn();
        let mut guarded = Self(Some(shell.unwrap()));
        let output = BufReader::new(guarded.0.as_mut()?.stdout.take()?);
        let (tell, told) = mpsc::channel();
        // A pipe cannot be read with a time limit. This reads on, so that the program can write on, and ends with it.
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                tell.send(line).unwrap_or_default();
            }
        });
        let deadline = Instant::now() + STARTING;
        loop {
            match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(said) = said(&line) {
                        return Some((guarded, said));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("{program:?} does not start"),
            }
        }
    }

    pub fn end(&mut self) {
        if let Some(mut shell) = self.0.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.end();
    }
}

/// Of the program's output it keeps nothing open: that ends when the program does.
fn shell(program: &Command, end: &str) -> Command {
    let environment = program.get_envs();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!(r#""$@" & exec >&-; read -r _; {end}"#), "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .envs(environment.filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::piped())
        .stderr(Stdio::null());
    shell
}
