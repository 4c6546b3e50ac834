//! What nginx says with the page's files.

use std::fs;

use crate::support::answer::Answer;
use crate::support::certificates::HOST;
use crate::support::deployment::Deployment;

browser_tests!(
    alone: files_with_a_hash_are_kept_for_a_year,
    all_other_files_are_asked_for_again,
    a_file_that_is_missing_is_not_remembered_as_missing,
    wasm_has_its_type,
    files_come_compressed_as_the_client_takes_them,
    what_the_owner_edits_comes_as_it_is,
    errors_carry_the_policy_too,
    http_leads_to_https,
);

async fn files_with_a_hash_are_kept_for_a_year() {
    let deployment = Deployment::hardened().await;
    for file in files(&deployment, is_hashed) {
        let answer = Answer::to(&deployment, &file, "br");
        let kept = answer.header("cache-control");
        assert_eq!(
            kept.as_deref(),
            Some("public, max-age=31536000, immutable"),
            "{file}"
        );
    }
}

async fn all_other_files_are_asked_for_again() {
    let deployment = Deployment::hardened().await;
    let named = files(&deployment, |file| !is_hashed(file));
    for file in named.into_iter().chain([String::new()]) {
        let answer = Answer::to(&deployment, &file, "identity");
        let kept = answer.header("cache-control");
        assert_eq!(kept.as_deref(), Some("no-cache"), "{file}");
        let address = format!("{}{file}", deployment.address);
        let known = format!("If-None-Match: {}", answer.header("etag").unwrap());
        let again = Answer::from(&deployment, &address, &known);
        assert_eq!(again.status, 304, "{file}");
    }
}

async fn a_file_that_is_missing_is_not_remembered_as_missing() {
    let deployment = Deployment::hardened().await;
    let answer = Answer::to(&deployment, "boot-01234567.js", "br");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-cache"));
}

async fn wasm_has_its_type() {
    let deployment = Deployment::hardened().await;
    let wasm = files(&deployment, |file| file.ends_with(".wasm"));
    for encoding in ["identity", "gzip", "br"] {
        let answer = Answer::to(&deployment, &wasm[0], encoding);
        assert_eq!(
            answer.header("content-type").as_deref(),
            Some("application/wasm")
        );
    }
}

async fn files_come_compressed_as_the_client_takes_them() {
    let deployment = Deployment::hardened().await;
    for file in files(&deployment, |file| {
        file.ends_with(".wasm") || file == "index.html"
    }) {
        for (accepted, ending) in [("gzip", "gz"), ("gzip, br", "br")] {
            let answer = Answer::to(&deployment, &file, accepted);
            let encoding = answer.header("content-encoding").unwrap_or_default();
            assert!(
                accepted.ends_with(&encoding),
                "{file} comes as {encoding:?}"
            );
            assert_eq!(answer.header("vary").as_deref(), Some("Accept-Encoding"));
            let beside = deployment.root().join(format!("{file}.{ending}"));
            assert!(
                answer.body == fs::read(beside).unwrap(),
                "{file}.{ending} is another"
            );
        }
        let plain = Answer::to(&deployment, &file, "identity");
        assert!(!plain.has("content-encoding"));
        assert!(plain.body == fs::read(deployment.root().join(&file)).unwrap());
    }
}

async fn what_the_owner_edits_comes_as_it_is() {
    let deployment = Deployment::hardened().await;
    let edited = r#"{"device": "edited"}"#;
    fs::write(deployment.root().join("config.json"), edited).unwrap();
    let answer = Answer::to(&deployment, "config.json", "gzip, br");
    assert_eq!(String::from_utf8(answer.body).unwrap(), edited);
}

async fn errors_carry_the_policy_too() {
    let deployment = Deployment::hardened().await;
    let answer = Answer::to(&deployment, "nowhere", "br");
    assert_eq!(answer.status, 404);
    for name in [
        "content-security-policy",
        "strict-transport-security",
        "x-content-type-options",
    ] {
        assert!(answer.has(name), "{name}");
    }
}

async fn http_leads_to_https() {
    let deployment = Deployment::hardened().await;
    let address = format!(
        "http://{HOST}:{}/folder/?demo",
        deployment.ports.http.port()
    );
    let answer = Answer::from(&deployment, &address, "Accept: */*");
    assert_eq!(answer.status, 301);
    let place = answer.header("location").unwrap();
    assert_eq!(place, format!("https://{HOST}/folder/?demo"));
}

/// The page's files that are meant, without their compressed forms.
fn files(deployment: &Deployment, meant: impl Fn(&str) -> bool) -> Vec<String> {
    let files: Vec<String> = fs::read_dir(deployment.root())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|file| !file.ends_with(".br") && !file.ends_with(".gz") && meant(file))
        .collect();
    assert!(!files.is_empty());
    files
}

/// Whether there is a hash of eight hexadecimal digits in the name, as the web servers' files take for the mark of
/// what never changes.
pub fn is_hashed(file: &str) -> bool {
    file.split(['-', '.'])
        .any(|part| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
