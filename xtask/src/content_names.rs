//! Names that tell the content, for the files that browsers are told to keep for ever. Trunk names them so too, but before
//! they are made small: how that is done may change and the names not.

use std::{fs, io, path::Path};

use flate2::Crc;

/// Renames the files in this folder that trunk gave a hash, and what `index.html` calls them.
///
/// # Errors
/// When a file cannot be read or written.
pub fn renew(folder: &Path) -> io::Result<()> {
    let index = folder.join("index.html");
    let mut page = fs::read_to_string(&index)?;
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    for name in names.collect::<io::Result<Vec<_>>>()? {
        let Some(name) = name.to_str() else { continue };
        let path = folder.join(name);
        if let Some(renewed) = renewed(name, &fs::read(&path)?) {
            fs::rename(path, folder.join(&renewed))?;
            page = page.replace(name, &renewed);
        }
    }
    fs::write(index, page)
}

/// The name with this content's hash, if there is a hash in it.
fn renewed(name: &str, content: &[u8]) -> Option<String> {
    let is_hash = |part: &&str| {
        (8..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let hash = name.split(['-', '_', '.']).find(is_hash)?;
    let mut crc = Crc::new();
    crc.update(content);
    Some(name.replace(hash, &format!("{:08x}", crc.sum())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_what_the_page_calls_it_change_with_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("index.html", r#"<script src="./boot-3c833468cfd481a.js">"#);
        write("boot-3c833468cfd481a.js", "start()");
        renew(folder.path()).unwrap();
        let script = folder.path().join("boot-f92c9abf.js");
        assert_eq!(fs::read_to_string(script).unwrap(), "start()");
        let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
        assert_eq!(page, r#"<script src="./boot-f92c9abf.js">"#);
    }

    #[test]
    fn names_without_a_hash_stay() {
        for name in ["index.html", "config.json", "icon.svg", "lampi-web_bg.wasm"] {
            assert_eq!(renewed(name, b""), None, "{name}");
        }
    }
}
