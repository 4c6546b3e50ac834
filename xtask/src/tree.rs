//! All files of a folder.

use std::{fs, io, path::Path};

/// A file's path below its folder, with slashes, and its content.
pub type File = (String, Vec<u8>);

/// Reads the files of a folder and of those below it, sorted by path.
///
/// # Errors
/// When a file cannot be read.
pub fn read(folder: &Path) -> io::Result<Vec<File>> {
    let mut found = Vec::new();
    read_into(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn read_into(folder: &Path, prefix: &str, found: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_into(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_paths_whatever_the_system_s_is() {
        let folder = tempfile::tempdir().unwrap();
        let letters = 'a'..='z';
        for letter in letters.clone() {
            let below = folder.path().join(letter.to_string());
            fs::create_dir(&below).unwrap();
            fs::write(below.join("file"), "").unwrap();
        }
        let read = read(folder.path()).unwrap();
        let paths = read.into_iter().map(|(path, _)| path);
        assert!(paths.eq(letters.map(|letter| format!("{letter}/file"))));
    }
}
