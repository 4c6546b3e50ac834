//! A program that ends together with all that it has started.

use std::{io, process::ExitStatus};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// A running program and its children; all are killed when this is dropped.
#[derive(Debug)]
pub struct ProcessGroup {
    leader: Child,
    id: Option<Pid>,
}

impl ProcessGroup {
    /// Starts a program.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(command: &mut Command) -> io::Result<ProcessGroup> {
        let leader = command.process_group(0).spawn()?;
        let id = leader.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Ok(ProcessGroup { leader, id })
    }

    /// Waits until the program ends by itself.
    ///
    /// # Errors
    /// When the system cannot say.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait().await
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            // All may have ended by themselves.
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use tokio::runtime;

    use super::*;

    #[test]
    fn what_a_program_has_started_ends_with_it() {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap();
        let _inside = runtime.enter();
        let (mut output, end) = io::pipe().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "(sleep 20; echo here) & echo started; wait"]);
        let group = ProcessGroup::start(shell.stdout(end)).unwrap();
        drop(shell);
        output.read_exact(&mut [0; 8]).unwrap();
        drop(group);
        // Whoever lives on says so, and the pipe closes when nobody does.
        let mut said = String::new();
        output.read_to_string(&mut said).unwrap();
        assert_eq!(said, "");
    }
}
