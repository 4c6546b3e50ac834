//! What Linux tells of a process.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Counts the time that a process, or those of its threads that have a certain name, spend on the processor.
///
/// Each thread is counted by itself: if one ends, the time that it had spent before is not taken from the others'.
#[derive(Debug)]
pub struct Stopwatch {
    process: u64,
    name: Option<&'static str>,
    before: HashMap<PathBuf, f64>,
}

impl Stopwatch {
    /// # Errors
    /// When there is no such process or thread, or the system is not Linux.
    pub fn start(process: u64, name: Option<&'static str>) -> io::Result<Stopwatch> {
        let before = times(process, name)?;
        if before.is_empty() {
            return Err(io::Error::other(format!(
                "process {process} has no thread {}",
                name.unwrap_or_default()
            )));
        }
        Ok(Stopwatch {
            process,
            name,
            before,
        })
    }

    /// Seconds since the start.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn seconds(&self) -> io::Result<f64> {
        let now = times(self.process, self.name)?;
        let spent = now
            .iter()
            .map(|(thread, time)| time - self.before.get(thread).unwrap_or(&0.0));
        Ok(spent.sum())
    }
}

/// Bytes of memory that a process takes now.
///
/// # Errors
/// When there is no such process, or the system is not Linux.
pub fn memory(process: u64) -> io::Result<f64> {
    let file = folder(process).join("status");
    let status = fs::read_to_string(&file)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kilobytes.ok_or_else(|| untold(&file))? * 1024.0)
}

/// Seconds that each thread has spent so far.
fn times(process: u64, name: Option<&str>) -> io::Result<HashMap<PathBuf, f64>> {
    let mut times = HashMap::new();
    for thread in fs::read_dir(folder(process).join("task"))? {
        let thread = thread?.path();
        match time(&thread, name) {
            Ok(Some(time)) => {
                times.insert(thread, time);
            }
            // It may have ended while it was looked at.
            Err(error) if thread.exists() => return Err(error),
            _ => {}
        }
    }
    Ok(times)
}

/// None of a thread that has another name.
fn time(thread: &Path, name: Option<&str>) -> io::Result<Option<f64>> {
    let own_name = fs::read_to_string(thread.join("comm"))?;
    if name.is_some_and(|name| name != own_name.trim()) {
        return Ok(None);
    }
    let file = thread.join("schedstat");
    let told = fs::read_to_string(&file)?;
    let nanos = told.split(' ').next().and_then(|first| first.parse().ok());
    let nanos: f64 = nanos.ok_or_else(|| untold(&file))?;
    Ok(Some(nanos / 1e9))
}

fn folder(process: u64) -> PathBuf {
    PathBuf::from("/proc").join(process.to_string())
}

fn untold(file: &Path) -> io::Error {
    io::Error::other(format!("{} does not tell", file.display()))
}

#[cfg(test)]
mod tests {
    use std::{
        process,
        sync::mpsc,
        thread,
        time::{Duration, Instant},
    };

    use super::*;

    #[test]
    fn a_thread_that_ends_takes_nothing_from_the_others() {
        let (told, done) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let busy = thread::spawn(move || {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(50) {}
            told.send(()).unwrap();
            let _ = ended.recv();
        });
        done.recv().unwrap();
        let stopwatch = Stopwatch::start(process::id().into(), None).unwrap();
        drop(end);
        busy.join().unwrap();
        assert!(stopwatch.seconds().unwrap() >= 0.0);
    }

    #[test]
    fn there_is_nothing_to_count_without_a_thread_of_the_name() {
        assert!(Stopwatch::start(process::id().into(), Some("nobody")).is_err());
    }

    #[test]
    fn a_process_takes_memory() {
        assert!(memory(process::id().into()).unwrap() > 0.0);
    }
}
