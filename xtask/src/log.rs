//! What a task tells while it runs.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process,
};

/// Prints news of the broker to standard error, and so apart from the other lines, which a service's journal does not keep.
pub fn notice(text: impl Display) {
    eprintln!("{text}");
}

/// Prints a line about what happens. Ends the process if that fails: silently if nobody reads any more, as after `| head -1`.
pub fn line(text: impl Display) {
    if let Err(error) = writeln!(io::stdout(), "{text}") {
        if error.kind() == ErrorKind::BrokenPipe {
            process::exit(0);
        }
        eprintln!("error: the log cannot be written: {error}");
        process::exit(1);
    }
}
