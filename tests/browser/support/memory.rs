//! How much memory a browser takes, with all its processes.

use std::collections::HashSet;
use std::process::Command;

use thirtyfour::WebDriver;

/// Bytes, as the system counts them. Browsers do not count the memory of WebAssembly.
pub fn of(browser: &WebDriver) -> u64 {
    let capabilities = serde_json::to_value(browser.capabilities()).unwrap();
    let main = capabilities["goog:processID"].as_u64().unwrap();
    let output = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,rss="])
        .output()
        .expect("ps is not installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let processes: Vec<[u64; 3]> = text.lines().map(numbers).collect();
    let mut family = HashSet::from([main]);
    loop {
        let known = family.len();
        let children = processes
            .iter()
            .filter(|[_, parent, _]| family.contains(parent))
            .map(|[process, ..]| *process)
            .collect::<Vec<_>>();
        family.extend(children);
        if family.len() == known {
            break;
        }
    }
    let kilobytes = processes
        .iter()
        .filter(|[process, ..]| family.contains(process))
        .map(|[.., size]| size);
    kilobytes.sum::<u64>() * 1024
}

fn numbers(line: &str) -> [u64; 3] {
    let mut numbers = line.split_whitespace().map(|word| word.parse().unwrap());
    std::array::from_fn(|_| numbers.next().unwrap())
}
