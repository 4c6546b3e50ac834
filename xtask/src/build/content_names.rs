//! Names that tell the content, for the files that browsers are told to keep for ever.

use std::{fs, io, path::Path};

use flate2::Crc;

/// Digits of a hash.
const HASH: usize = 8;

/// Gives the scripts and programs of a page such names, in its `index.html` too.
///
/// # Errors
/// When a file cannot be read or written.
pub fn give(folder: &Path) -> io::Result<()> {
    let index = folder.join("index.html");
    let mut page = fs::read_to_string(&index)?;
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    for name in names.collect::<io::Result<Vec<_>>>()? {
        let parts = name.to_str().and_then(|name| name.rsplit_once('.'));
        let Some((stem, extension @ ("js" | "wasm"))) = parts else {
            continue;
        };
        let path = folder.join(&name);
        let mut crc = Crc::new();
        crc.update(&fs::read(&path)?);
        let telling = format!("{stem}-{:0HASH$x}.{extension}", crc.sum());
        page = page.replace(
            &format!("\"./{stem}.{extension}\""),
            &format!("\"./{telling}\""),
        );
        fs::rename(path, folder.join(telling))?;
    }
    fs::write(index, page)
}

/// The name that a file had before.
pub fn without_hash(name: &str) -> String {
    let plain = name.rsplit_once('.').and_then(|(stem, extension)| {
        let (plain, hash) = stem.rsplit_once('-')?;
        let is_hash = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| format!("{plain}.{extension}"))
    });
    plain.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_its_hash_and_nothing_else() {
        assert_eq!(without_hash("boot-f92c9abf.js"), "boot.js");
        let program = "lampi-web_bg-f92c9abf.wasm";
        assert_eq!(without_hash(program), "lampi-web_bg.wasm");
        for plain in [
            "index.html",
            "lampi-web_bg.wasm",
            "a-beef.js",
            "a-nohashes.js",
        ] {
            assert_eq!(without_hash(plain), plain);
        }
    }

    #[test]
    fn a_file_and_what_the_page_calls_it_are_named_after_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("index.html", r#"<script src="./boot.js">"#);
        write("boot.js", "start()");
        write("lampi-web_bg.wasm", "start()");
        give(folder.path()).unwrap();
        assert!(folder.path().join("lampi-web_bg-f92c9abf.wasm").exists());
        let script = folder.path().join("boot-f92c9abf.js");
        assert_eq!(fs::read_to_string(script).unwrap(), "start()");
        let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
        assert_eq!(page, r#"<script src="./boot-f92c9abf.js">"#);
    }

    #[test]
    fn files_that_people_edit_or_ask_for_keep_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["index.html", "config.json"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        give(folder.path()).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["config.json", "index.html"]);
    }
}
