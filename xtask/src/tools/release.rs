//! Prebuilt programs from their projects' release pages on GitHub.

use std::{fs, path::Path, process::Command};

use tempfile::{NamedTempFile, TempDir};

use super::InstallError;
use crate::command::{self, CommandError};

/// A release archive.
pub struct Release {
    /// Where the archive is.
    pub url: String,
    /// How many outer folders of the archive to leave out.
    pub strip: u8,
    /// The program in it, relative to what remains.
    pub program: &'static str,
}

impl Release {
    /// Fetches and unpacks the archive into a fresh folder inside `near`, and checks that its program runs here.
    /// Where that fails, for lack of a network or of a build for this machine, it says why and what is done
    /// `instead`.
    ///
    /// # Errors
    /// Only when the system has no room for a folder.
    pub fn unpack(&self, near: &Path, instead: &str) -> Result<Option<TempDir>, InstallError> {
        fs::create_dir_all(near)?;
        let folder = tempfile::tempdir_in(near)?;
        let archive = NamedTempFile::new_in(near)?;
        match self.fetch(archive.path(), folder.path()) {
            Ok(()) => Ok(Some(folder)),
            Err(cause) => {
                println!(
                    "  The prebuilt release on GitHub cannot be had ({}): {instead}",
                    cause.reason()
                );
                Ok(None)
            }
        }
    }

    /// Like [`Release::unpack`], into a folder that nothing else uses. Returns whether it worked.
    ///
    /// # Errors
    /// Only when the system has no room for the folder.
    pub fn unpack_as(&self, folder: &Path, instead: &str) -> Result<bool, InstallError> {
        let near = folder.parent().unwrap_or(folder);
        let Some(unpacked) = self.unpack(near, instead)? else {
            return Ok(false);
        };
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::rename(unpacked.keep(), folder)?;
        Ok(true)
    }

    fn fetch(&self, archive: &Path, folder: &Path) -> Result<(), CommandError> {
        command::output(
            Command::new("curl")
                .args(["--fail", "--location", "--silent", "--show-error"])
                .args(["--connect-timeout", "10"])
                // Gives up after half a minute of (almost) nothing.
                .args(["--speed-time", "30", "--speed-limit", "1000"])
                .arg("--output")
                .arg(archive)
                .arg(&self.url),
        )?;
        command::output(
            Command::new("tar")
                .arg("-xzf")
                .arg(archive)
                .arg("-C")
                .arg(folder)
                .arg(format!("--strip-components={}", self.strip)),
        )?;
        command::output(Command::new(folder.join(self.program)).arg("--version"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A release as projects make them: a folder with the program, in an archive.
    fn release(folder: &Path, program: &str) -> Release {
        let root = folder.join("tool-1.0");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("tool"), program).unwrap();
        fs::set_permissions(root.join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        let archive = folder.join("tool.tar.gz");
        let mut tar = Command::new("tar");
        tar.arg("-czf").arg(&archive).arg("-C").arg(folder);
        command::output(tar.arg("tool-1.0")).unwrap();
        Release {
            url: format!("file://{}", archive.display()),
            strip: 1,
            program: "tool",
        }
    }

    fn entries(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_release_is_unpacked_without_its_outer_folder() {
        let from = tempfile::tempdir().unwrap();
        let cache = tempfile::tempdir().unwrap();
        let place = cache.path().join("tool");
        let release = release(from.path(), "#!/bin/sh\necho tool 1.0");
        assert!(release.unpack_as(&place, "").unwrap());
        assert_eq!(entries(&place), ["tool"]);
        assert_eq!(
            entries(cache.path()),
            ["tool"],
            "nothing else is left behind"
        );
    }

    #[test]
    fn a_release_that_does_not_run_here_is_no_release() {
        let from = tempfile::tempdir().unwrap();
        let cache = tempfile::tempdir().unwrap();
        let release = release(from.path(), "#!/bin/sh\nexit 1");
        assert!(!release.unpack_as(&cache.path().join("tool"), "").unwrap());
        assert!(entries(cache.path()).is_empty());
    }

    #[test]
    fn a_release_out_of_reach_is_no_release() {
        let cache = tempfile::tempdir().unwrap();
        let release = Release {
            url: "file:///no/such/archive".into(),
            strip: 1,
            program: "tool",
        };
        assert!(release.unpack(cache.path(), "").unwrap().is_none());
        assert!(entries(cache.path()).is_empty());
    }
}
