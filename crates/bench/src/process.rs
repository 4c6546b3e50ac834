//! What Linux tells of a process.

use std::{fs, io, path::PathBuf};

/// Seconds that a process has spent on the processor so far.
///
/// # Errors
/// When there is no such process, or the system is not Linux.
pub fn processor_time(process: u64) -> io::Result<f64> {
    threads(process)?.map(|thread| Ok(time(&thread?))).sum()
}

/// The same of one of its threads, by the thread's name.
///
/// # Errors
/// As for [`processor_time`].
pub fn thread_time(process: u64, name: &str) -> io::Result<f64> {
    let mut sum = 0.0;
    for thread in threads(process)? {
        let thread = thread?;
        if fs::read_to_string(thread.join("comm")).is_ok_and(|comm| comm.trim() == name) {
            sum += time(&thread);
        }
    }
    Ok(sum)
}

/// Bytes of memory that a process takes now.
///
/// # Errors
/// As for [`processor_time`].
pub fn memory(process: u64) -> io::Result<f64> {
    let status = fs::read_to_string(folder(process).join("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kilobytes.unwrap_or(0.0) * 1024.0)
}

fn threads(process: u64) -> io::Result<impl Iterator<Item = io::Result<PathBuf>>> {
    let entries = fs::read_dir(folder(process).join("task"))?;
    Ok(entries.map(|entry| Ok(entry?.path())))
}

fn folder(process: u64) -> PathBuf {
    PathBuf::from("/proc").join(process.to_string())
}

/// None of a thread that ended while it was looked at.
fn time(thread: &std::path::Path) -> f64 {
    let told = fs::read_to_string(thread.join("schedstat")).unwrap_or_default();
    let nanos = told
        .split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok());
    nanos.unwrap_or(0.0) / 1e9
}
