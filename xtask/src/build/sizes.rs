//! How large a built page is, file by file, and what a first visit of it loads.

use std::{collections::BTreeSet, fmt, io, path::Path};

use crate::tree::{self, File};

const START: &str = "index.html";

/// The sizes of all files of a built page.
#[derive(Debug)]
pub struct Sizes {
    files: Vec<FileSize>,
}

#[derive(Debug)]
struct FileSize {
    name: String,
    first_visit: bool,
    bytes: Bytes,
}

/// Sizes in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Sizes {
    /// Compresses every file in `folder` as hard as a web server can.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn measure(folder: &Path) -> io::Result<Sizes> {
        let contents = tree::read(folder)?;
        let first_visit = reachable(&contents);
        let files = contents
            .iter()
            .map(|(name, content)| {
                Ok(FileSize {
                    name: name.clone(),
                    first_visit: first_visit.contains(name.as_str()),
                    bytes: Bytes::of(content)?,
                })
            })
            .collect::<io::Result<_>>()?;
        Ok(Sizes { files })
    }

    /// Bytes that a first visit loads, after brotli.
    pub fn first_visit(&self) -> usize {
        self.first_visit_bytes().brotli
    }

    /// The same, file by file.
    pub fn files(&self) -> impl Iterator<Item = (&str, usize)> {
        let files = self.files.iter().filter(|file| file.first_visit);
        files.map(|file| (&*file.name, file.bytes.brotli))
    }

    fn first_visit_bytes(&self) -> Bytes {
        let mut total = Bytes::default();
        for file in self.files.iter().filter(|file| file.first_visit) {
            total.add(file.bytes);
        }
        total
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.files.iter().map(|file| file.name.len()).max();
        let width = longest.unwrap_or_default().max("first visit".len());
        writeln!(
            f,
            "  {:width$} {:>9} {:>9} {:>9}",
            "bytes", "raw", "gzip -9", "brotli 11"
        )?;
        for file in &self.files {
            let mark = if file.first_visit {
                ""
            } else {
                "  not on a first visit"
            };
            writeln!(f, "  {:width$} {}{mark}", file.name, file.bytes)?;
        }
        let total = self.first_visit_bytes();
        writeln!(f, "  {:width$} {total}", "first visit")
    }
}

impl Bytes {
    fn of(content: &[u8]) -> io::Result<Bytes> {
        Ok(Bytes {
            raw: content.len(),
            gzip: compress::gzip(content)?.len(),
            brotli: compress::brotli(content)?.len(),
        })
    }

    fn add(&mut self, other: Bytes) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9} {:>9} {:>9}", self.raw, self.gzip, self.brotli)
    }
}

/// The files that a visit loads: `index.html`, the files it names, the files those name, and so on.
fn reachable(files: &[File]) -> BTreeSet<&str> {
    let mut reached = BTreeSet::from([START]);
    let mut to_read = vec![START];
    while let Some(reader) = to_read.pop() {
        let Some((_, content)) = files.iter().find(|(name, _)| name == reader) else {
            continue;
        };
        for (name, _) in files {
            if names(content, name) && reached.insert(name) {
                to_read.push(name);
            }
        }
    }
    reached
}

fn names(content: &[u8], file: &str) -> bool {
    content
        .windows(file.len())
        .any(|window| window == file.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(name: &str, content: &str) -> File {
        (name.into(), content.into())
    }

    #[test]
    fn a_first_visit_loads_what_is_named_directly_or_not() {
        let files = [
            file("app.js", "fetch('app.wasm')"),
            file("app.wasm", "config.json"),
            file("config.json", "{}"),
            file("index.html", "<script src=app.js>"),
            file("robots.txt", "app.js"),
        ];
        let expected = ["app.js", "app.wasm", "config.json", "index.html"];
        assert_eq!(reachable(&files), BTreeSet::from(expected));
    }

    #[test]
    fn the_table_has_a_line_a_file_and_sums_the_first_visit() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "a".repeat(1000) + "a.js").unwrap();
        fs::create_dir(folder.path().join("more")).unwrap();
        fs::write(folder.path().join("a.js"), "b".repeat(1000)).unwrap();
        fs::write(folder.path().join("more/unused.txt"), "c").unwrap();
        let sizes = Sizes::measure(folder.path()).unwrap();
        let names: Vec<&str> = sizes.files().map(|(name, _)| name).collect();
        assert_eq!(names, ["a.js", "index.html"]);
        let table = sizes.to_string();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 5);
        assert!(lines[3].contains("more/unused.txt") && lines[3].contains("not on a first visit"));
        let total: Vec<&str> = lines[4].split_whitespace().collect();
        assert_eq!(total[..3], ["first", "visit", "2004"]);
        assert!(total[3].parse::<usize>().unwrap() < 100, "gzip compresses");
        assert!(
            total[4].parse::<usize>().unwrap() < 100,
            "brotli compresses"
        );
    }
}
