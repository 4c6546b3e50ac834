//! What a task tells while it runs.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process,
};

/// Prints how it stands with the broker, apart from the other lines: the journal of a service does without those.
pub fn notice(text: impl Display) {
    eprintln!("{text}");
}

/// Prints a line of what passes, for as long as somebody reads it. It ends the process where that cannot be: in silence
/// when the reader left, as after `| head -1`.
pub fn line(text: impl Display) {
    if let Err(error) = writeln!(io::stdout(), "{text}") {
        if error.kind() == ErrorKind::BrokenPipe {
            process::exit(0);
        }
        eprintln!("error: the log cannot be written: {error}");
        process::exit(1);
    }
}
