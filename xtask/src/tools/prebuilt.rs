//! Prebuilt programs from their projects' release pages on GitHub.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};

use super::InstallError;
use crate::command::{self, CommandError};

/// A release archive; its program lies at the top of it.
pub struct Prebuilt {
    /// Where the archive is.
    pub url: String,
    /// The SHA-256 that it is known by.
    pub sha256: &'static str,
    /// The program's name.
    pub program: &'static str,
}

/// Why a release is not used.
#[derive(Debug, thiserror::Error)]
enum PrebuiltError {
    /// It could not be fetched or unpacked, or does not run here.
    #[error("{}", .0.reason())]
    Command(#[from] CommandError),

    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),

    /// It is another file than it was.
    #[error("it was changed: its SHA-256 is not {known}, but {is}")]
    Changed {
        /// The hash that it had.
        known: &'static str,
        /// The hash that it has.
        is: String,
    },
}

impl Prebuilt {
    /// Fetches the archive, and puts its program into a folder once it has run here. Where that fails, for lack of a
    /// network or because the archive is another, it says why and what is done `instead`. Returns whether it worked.
    ///
    /// # Errors
    /// Only when the system has no room for the program.
    pub fn place(&self, folder: &Path, instead: &str) -> Result<bool, InstallError> {
        fs::create_dir_all(folder)?;
        let unpacked = tempfile::tempdir_in(folder)?;
        match self.fetch(&unpacked) {
            Ok(program) => {
                fs::rename(program, folder.join(self.program))?;
                Ok(true)
            }
            Err(cause) => {
                println!("  The prebuilt release on GitHub cannot be used ({cause}): {instead}");
                Ok(false)
            }
        }
    }

    fn fetch(&self, folder: &TempDir) -> Result<PathBuf, PrebuiltError> {
        let archive = NamedTempFile::new_in(folder)?;
        command::output(
            Command::new("curl")
                .args(["--fail", "--location", "--silent", "--show-error"])
                .args(["--connect-timeout", "10"])
                // Gives up after half a minute of (almost) nothing.
                .args(["--speed-time", "30", "--speed-limit", "1000"])
                .arg("--output")
                .arg(archive.path())
                .arg(&self.url),
        )?;
        let sha256 = sha256(archive.path())?;
        if sha256 != self.sha256 {
            return Err(PrebuiltError::Changed {
                known: self.sha256,
                is: sha256,
            });
        }
        command::output(
            Command::new("tar")
                .arg("-xzf")
                .arg(archive.path())
                .arg("-C")
                .arg(folder.path()),
        )?;
        let program = folder.path().join(self.program);
        command::output(Command::new(&program).arg("--version"))?;
        Ok(program)
    }
}

fn sha256(file: &Path) -> io::Result<String> {
    let digest = Sha256::digest(fs::read(file)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// An archive as projects make them, with its true hash.
    fn release(folder: &Path, program: &str) -> Prebuilt {
        fs::write(folder.join("tool"), program).unwrap();
        fs::set_permissions(folder.join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        let archive = folder.join("tool.tar.gz");
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg("-C").arg(folder);
        command::output(tar.arg("tool")).unwrap();
        Prebuilt {
            url: format!("file://{}", archive.display()),
            sha256: sha256(&archive).unwrap().leak(),
            program: "tool",
        }
    }

    fn folders() -> (TempDir, TempDir) {
        (TempDir::new().unwrap(), TempDir::new().unwrap())
    }

    fn entries(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_releases_program_is_put_in_its_place() {
        let (from, place) = folders();
        let release = release(from.path(), "#!/bin/sh\necho tool 1.0");
        assert!(release.place(place.path(), "").unwrap());
        assert_eq!(
            entries(place.path()),
            ["tool"],
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_release_that_was_changed_is_no_release_and_is_not_run() {
        let (from, place) = folders();
        let ran = from.path().join("ran");
        let known = release(from.path(), "#!/bin/sh\necho tool 1.0").sha256;
        let script = format!("#!/bin/sh\ntouch '{}'", ran.display());
        let changed = Prebuilt {
            sha256: known,
            ..release(from.path(), &script)
        };
        assert!(!changed.place(place.path(), "").unwrap());
        assert!(entries(place.path()).is_empty());
        assert!(!ran.exists());
    }

    #[test]
    fn a_release_that_does_not_run_here_is_no_release() {
        let (from, place) = folders();
        let release = release(from.path(), "#!/bin/sh\nexit 1");
        assert!(!release.place(place.path(), "").unwrap());
        assert!(entries(place.path()).is_empty());
    }

    #[test]
    fn a_release_out_of_reach_is_no_release() {
        let (_, place) = folders();
        let release = Prebuilt {
            url: "file:///no/such/archive".into(),
            sha256: "",
            program: "tool",
        };
        assert!(!release.place(place.path(), "").unwrap());
        assert!(entries(place.path()).is_empty());
    }
}
