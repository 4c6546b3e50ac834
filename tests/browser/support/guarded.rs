//! Programs that end with the tests.

use std::process::{Child, Command, Stdio};

/// A shell that ends what it has started when its input closes, whichever way this process ends.
#[derive(Default)]
pub struct Guarded(Option<Child>);

impl Guarded {
    pub fn start(shell: &mut Command) -> Self {
        let shell = shell.stdin(Stdio::piped()).stdout(Stdio::null());
        Self(Some(shell.stderr(Stdio::null()).spawn().unwrap()))
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
