//! What a task tells line by line, for as long as somebody reads it.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process,
};

/// Prints a line. It ends the process where that cannot be: in silence when the reader left, as after `| head -1`.
pub fn line(text: impl Display) {
    if let Err(error) = writeln!(io::stdout(), "{text}") {
        if error.kind() == ErrorKind::BrokenPipe {
            process::exit(0);
        }
        eprintln!("error: the log cannot be written: {error}");
        process::exit(1);
    }
}
