//! `cargo xtask package`: all that a server needs in one archive, the same bytes from the same tree.

use std::{fs, io, path::PathBuf, process::Command};

use tar::{Builder, Header};

use crate::{
    build::{self, BuildError},
    command::{self, CommandError},
    tools,
    tree::{self, File},
    workspace::{Workspace, WorkspaceError},
};

/// The workspace's, which all its members share.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What a visit begins with. It names all other files, so whoever replaces it last switches versions in one step.
const START: &str = "index.html";
/// What the server's owner edits: a compressed form beside it would be served in its place, unedited.
const CONFIG: &str = "config.json";

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// There is no page to pack.
    #[error(transparent)]
    Page(#[from] BuildError),

    /// The archive would not say what is in it.
    #[error("git does not tell which commit this is: {0}; clone the project with git")]
    Commit(#[from] CommandError),

    /// A file could not be read, or the archive not written.
    #[error("the archive cannot be made: {0}")]
    Io(#[from] io::Error),
}

/// Builds the page and packs it.
///
/// # Errors
/// When the page cannot be built, git knows no commit here, or a file cannot be read or written.
pub fn run() -> Result<(), PackageError> {
    let workspace = Workspace::load()?;
    // Asked now: it would be a pity to learn after the build that git does not tell.
    Commit::of(&workspace)?;
    let trunk = tools::for_the_page(&workspace).map_err(BuildError::from)?;
    build::release_page(&workspace, &trunk)?;
    let archive = built_page(&workspace)?;
    println!(
        "The package is {}: unpack it on the server and read deploy/README.md.",
        archive.display()
    );
    Ok(())
}

/// Packs the page that was built before, and returns where the archive is.
///
/// # Errors
/// As [`run`].
pub fn built_page(workspace: &Workspace) -> Result<PathBuf, PackageError> {
    let commit = Commit::of(workspace)?;
    let name = commit.package_name();
    let mut files = vec![("VERSION".to_owned(), commit.version_file().into())];
    files.extend(below("deploy/", tree::read(&workspace.deploy())?));
    files.extend(below("dist/", page(tree::read(&workspace.dist())?)?));
    let archive = pack(&name, &files, commit.seconds)?;
    let folder = workspace.target.join("package");
    fs::create_dir_all(&folder)?;
    let place = folder.join(format!("{name}.tar.gz"));
    fs::write(&place, archive)?;
    Ok(place)
}

/// What the packed tree was made from.
pub struct Commit {
    hash: String,
    date: String,
    /// Seconds since 1970.
    seconds: u64,
    /// Whether there is more in the tree than was committed.
    changed: bool,
}

impl Commit {
    /// # Errors
    /// When git is missing or knows no commit here.
    pub fn of(workspace: &Workspace) -> Result<Commit, PackageError> {
        let git = |arguments: &[&str]| {
            command::output(
                Command::new("git")
                    .arg("-C")
                    .arg(&workspace.root)
                    .args(arguments),
            )
        };
        // Not git's own ISO form, %cI: there UTC is +00:00 to some versions of git, and Z to others.
        let about = git(&[
            "log",
            "-1",
            "--date=format:%Y-%m-%dT%H:%M:%S%z",
            "--format=%H %cd %ct",
        ])?;
        let mut about = about.split_whitespace().map(str::to_owned);
        let mut next = || about.next().unwrap_or_default();
        Ok(Commit {
            hash: next(),
            date: next(),
            seconds: next().parse().unwrap_or_default(),
            changed: !git(&["status", "--porcelain"])?.is_empty(),
        })
    }

    /// Another one for each commit, so that no package lands on top of another.
    fn package_name(&self) -> String {
        let day = self.date.replace('-', "");
        let changed = if self.changed { "-changed" } else { "" };
        format!("lampi-web-{day:.8}-{:.7}{changed}", self.hash)
    }

    fn version_file(&self) -> String {
        let Commit { hash, date, .. } = self;
        let changed = if self.changed {
            ", with changes that are not committed"
        } else {
            ""
        };
        format!("lampi-web {VERSION}\ncommit {hash}{changed}\nof {date}\n")
    }
}

fn below(folder: &str, files: Vec<File>) -> impl Iterator<Item = File> {
    files
        .into_iter()
        .map(move |(name, content)| (format!("{folder}{name}"), content))
}

/// The page's files with their compressed forms beside them where those are smaller, and the start last.
fn page(files: Vec<File>) -> io::Result<Vec<File>> {
    let mut page = Vec::new();
    for (name, content) in files {
        if name != CONFIG {
            let smaller = [
                ("br", compress::brotli(&content)?),
                ("gz", compress::gzip(&content)?),
            ];
            page.extend(
                smaller
                    .into_iter()
                    .filter(|(_, compressed)| compressed.len() < content.len())
                    .map(|(ending, compressed)| (format!("{name}.{ending}"), compressed)),
            );
        }
        page.push((name, content));
    }
    // A stable sort: the other files stay in their order.
    page.sort_by_key(|(name, _)| name.starts_with(START));
    Ok(page)
}

/// A compressed archive in which nothing depends on who packs it, when and where. The files' time is the commit's, so
/// that it differs from version to version: web servers tell by it whether a file has changed.
fn pack(folder: &str, files: &[File], seconds: u64) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(if name.ends_with(".sh") { 0o755 } else { 0o644 });
        header.set_mtime(seconds);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, format!("{folder}/{name}"), &**content)?;
    }
    compress::gzip(&archive.into_inner()?)
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, io::Read};

    use flate2::read::{GzDecoder, MultiGzDecoder};

    use super::*;

    fn file(name: &str, content: &str) -> File {
        (name.into(), content.into())
    }

    fn names(files: &[File]) -> Vec<&str> {
        files.iter().map(|(name, _)| &**name).collect()
    }

    #[test]
    fn the_start_comes_last_and_its_plain_form_after_all() {
        let long = "a".repeat(1000);
        let files =
            ["boot.js", "help.html", "index.html", "later.js"].map(|name| file(name, &long));
        let page = page(files.into()).unwrap();
        let names = names(&page);
        assert_eq!(names[names.len() - 4], "later.js");
        assert_eq!(
            names[names.len() - 3..],
            ["index.html.br", "index.html.gz", "index.html"]
        );
    }

    #[test]
    fn a_file_is_compressed_where_that_makes_it_smaller() {
        let files = [file("long.js", &"a".repeat(1000)), file("short.js", "a")];
        let page = page(files.into()).unwrap();
        assert_eq!(
            names(&page),
            ["long.js.br", "long.js.gz", "long.js", "short.js"]
        );
        let mut unpacked = String::new();
        GzDecoder::new(&*page[1].1)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, "a".repeat(1000));
    }

    #[test]
    fn what_the_owner_edits_has_no_compressed_form() {
        let page = page(vec![file("config.json", &"a".repeat(1000))]).unwrap();
        assert_eq!(names(&page), ["config.json"]);
    }

    #[test]
    fn an_archive_unpacks_to_what_was_packed_with_the_commit_s_time() {
        let files = [file("VERSION", "1"), file("deploy/install.sh", "#!/bin/sh")];
        let archive = pack("lampi-web-1", &files, 1_700_000_000).unwrap();
        let mut archive = tar::Archive::new(MultiGzDecoder::new(&*archive));
        let mut modes = HashMap::new();
        for entry in archive.entries().unwrap() {
            let header = entry.as_ref().unwrap().header();
            assert_eq!(header.mtime().unwrap(), 1_700_000_000);
            let path = header.path().unwrap().display().to_string();
            modes.insert(path, header.mode().unwrap());
        }
        assert_eq!(
            modes,
            HashMap::from([
                ("lampi-web-1/VERSION".to_owned(), 0o644),
                ("lampi-web-1/deploy/install.sh".to_owned(), 0o755),
            ])
        );
    }

    #[test]
    fn the_package_says_which_commit_it_is_and_whether_there_is_more_in_it() {
        let mut commit = Commit {
            hash: "abcdef0123456789".into(),
            date: "2026-01-02T03:04:05+00:00".into(),
            seconds: 0,
            changed: false,
        };
        assert_eq!(commit.package_name(), "lampi-web-20260102-abcdef0");
        let said = commit.version_file();
        let clean = "\ncommit abcdef0123456789\nof 2026-01-02T03:04:05+00:00\n";
        assert!(said.ends_with(clean), "{said}");
        commit.changed = true;
        assert_eq!(commit.package_name(), "lampi-web-20260102-abcdef0-changed");
        assert!(commit.version_file().contains("not committed"));
    }
}
