//! Runs the steps of a task one after the other, with a headline, a duration, and a summary of all at the end.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// The steps so far.
#[derive(Debug, Default)]
pub struct Steps {
    done: Vec<Done>,
}

#[derive(Debug)]
struct Done {
    name: &'static str,
    ok: bool,
    took: Duration,
}

impl Steps {
    /// Does one step and keeps its outcome for the summary. `command` is what a person would type for it alone.
    ///
    /// # Errors
    /// The step's own.
    pub fn run<T, E>(
        &mut self,
        name: &'static str,
        command: &str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        println!("\n== {name}: {command}");
        let started = Instant::now();
        let outcome = work();
        let done = Done {
            name,
            ok: outcome.is_ok(),
            took: started.elapsed(),
        };
        println!("   {}", done.outcome());
        self.done.push(done);
        outcome
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.done {
            writeln!(f, "  {:<24}{}", step.name, step.outcome())?;
        }
        Ok(())
    }
}

impl Done {
    fn outcome(&self) -> String {
        let word = if self.ok { "ok" } else { "FAILED" };
        format!("{word:<8}{:>8}", seconds(self.took))
    }
}

/// A duration as people read it: `3.2 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_tells_which_step_failed() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("format", "cargo fmt", || Ok::<_, ()>(7)), Ok(7));
        assert_eq!(
            steps.run("lint", "cargo clippy", || Err::<(), _>("no")),
            Err("no")
        );
        let summary = steps.to_string();
        let lines: Vec<_> = summary.lines().map(str::split_whitespace).collect();
        let words = |line: usize| lines[line].clone().take(2).collect::<Vec<_>>();
        assert_eq!(words(0), ["format", "ok"]);
        assert_eq!(words(1), ["lint", "FAILED"]);
    }

    #[test]
    fn durations_read_in_seconds() {
        assert_eq!(seconds(Duration::from_millis(61_250)), "61.2 s");
    }
}
