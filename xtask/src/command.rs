//! Runs other programs and says plainly when one fails.

use std::{
    borrow::Cow,
    env,
    ffi::OsStr,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

/// Why a program did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The program could not be started at all.
    #[error("`{command}` could not be started: {cause}")]
    NotStarted {
        /// The program's name.
        program: String,
        /// The command line.
        command: String,
        /// The system's reason.
        cause: io::Error,
    },

    /// The program ran and failed; what it had to say is above.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },

    /// The program ran silently and failed.
    #[error("`{command}` failed: {message}")]
    FailedSaying {
        /// The command line.
        command: String,
        /// The last line of its error output.
        message: String,
    },
}

impl CommandError {
    /// The reason alone, for a message that has said the rest already.
    pub fn reason(&self) -> String {
        match self {
            CommandError::NotStarted { program, cause, .. } => format!("{program}: {cause}"),
            CommandError::Failed { status, .. } => status.to_string(),
            CommandError::FailedSaying { message, .. } => message.clone(),
        }
    }
}

/// The `cargo` that runs us, so that everything is built with one toolchain.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The `rustc` that cargo uses.
pub fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Runs a program to its end with its output visible.
///
/// # Errors
/// When it cannot be started or exits with a failure.
pub fn run(command: &mut Command) -> Result<(), CommandError> {
    let status = command
        .status()
        .map_err(|cause| not_started(command, cause))?;
    succeeded(command, status)
}

/// Runs a program to its end with its output visible, but of its error output only the lines that matter.
///
/// # Errors
/// When it cannot be started or exits with a failure.
pub fn run_filtered(
    command: &mut Command,
    matters: impl Fn(&str) -> bool,
) -> Result<(), CommandError> {
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|cause| not_started(command, cause))?;
    for line in child.stderr.take().into_iter().flat_map(lines) {
        if matters(&line) {
            eprintln!("{line}");
        }
    }
    let status = child.wait().map_err(|cause| not_started(command, cause))?;
    succeeded(command, status)
}

/// Runs a program to its end unseen and returns what it wrote to standard output.
///
/// # Errors
/// When it cannot be started or exits with a failure; then its last words are in the error.
pub fn output(command: &mut Command) -> Result<String, CommandError> {
    let output = command
        .output()
        .map_err(|cause| not_started(command, cause))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let message = said.lines().rfind(|line| !line.trim().is_empty());
    Err(CommandError::FailedSaying {
        command: line(command),
        message: message.unwrap_or("it gave no reason").trim().into(),
    })
}

/// The command line as a person would type it, with its environment but without the program's folder.
pub fn line(command: &Command) -> String {
    let environment = command
        .get_envs()
        .filter(|(name, _)| *name != "PATH")
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?))));
    environment
        .chain([program(command)])
        .chain(command.get_args().map(quoted))
        .collect::<Vec<_>>()
        .join(" ")
}

fn program(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    name.display().to_string()
}

/// As a shell takes it for one word.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    shlex::try_quote(&word).map_or_else(|_| word.to_string(), Cow::into_owned)
}

/// The lines of a stream, whatever bytes are in them.
fn lines(stream: impl io::Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).into_owned())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), CommandError> {
    if status.success() {
        return Ok(());
    }
    Err(CommandError::Failed {
        command: line(command),
        status,
    })
}

fn not_started(command: &Command, cause: io::Error) -> CommandError {
    CommandError::NotStarted {
        program: program(command),
        command: line(command),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_command_line_reads_as_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["fmt", "my file.rs"]).env("COLOURS", "a b");
        assert_eq!(line(&command), "COLOURS='a b' cargo fmt 'my file.rs'");
    }

    #[test]
    fn the_last_words_of_a_silent_program_are_kept() {
        let error = output(Command::new("sh").args(["-c", "echo no room >&2; exit 1"]));
        assert_eq!(error.unwrap_err().reason(), "no room");
    }

    #[test]
    fn a_filtered_program_may_write_anything_and_fail() {
        let mut command = Command::new("sh");
        command.args(["-c", "printf '\\377\\nnoise\\n' >&2; exit 1"]);
        let seen = RefCell::new(Vec::new());
        let outcome = run_filtered(&mut command, |line| {
            seen.borrow_mut().push(line.to_owned());
            false
        });
        assert!(matches!(outcome, Err(CommandError::Failed { .. })));
        assert_eq!(seen.into_inner(), ["\u{fffd}", "noise"]);
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("`no-such-program` could not be started"));
        assert!(error.reason().starts_with("no-such-program: "));
    }
}
