//! The installer, as far as it can be tried without a machine of its own: `tests/install.sh` tries the rest.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

browser_tests!(
    alone: the_scripts_are_sound,
    a_dry_run_names_what_it_would_install,
    a_name_that_is_no_domain_is_refused,
    a_mistake_is_answered_with_the_usage,
);

async fn the_scripts_are_sound() {
    let checked = Command::new("shellcheck")
        .args([
            "deploy/install.sh",
            "deploy/certbot/renewed.sh",
            "tests/install.sh",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("shellcheck is not installed");
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stdout)
    );
}

async fn a_dry_run_names_what_it_would_install() {
    const PLACES: [&str; 7] = [
        "/var/www/lampi/index.html",
        "/etc/nginx/conf.d/lampi.conf",
        "/etc/nginx/snippets/lampi-page.conf",
        "/etc/nginx/sites-available/lampi",
        "/etc/mosquitto/conf.d/port.conf",
        "/etc/mosquitto/lampi/acl",
        "/etc/letsencrypt/renewal-hooks/deploy/lampi-web",
    ];
    // This may be a machine that has some of them.
    let before = PLACES.map(content);
    let done = install(&["--domain", "lamp.test", "--tls", "--dry-run"]);
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    for (place, before) in PLACES.into_iter().zip(before) {
        assert!(
            said.contains(&format!("install {place}\n")),
            "{place}: {said}"
        );
        assert_eq!(content(place), before, "{place}");
    }
    assert!(said.contains("certbot certonly"), "{said}");
}

async fn a_name_that_is_no_domain_is_refused() {
    // The second is what comes after --domain where the name was forgotten.
    for name in ["lamp.test;reboot", "--tls"] {
        let done = install(&["--domain", name, "--dry-run"]);
        assert!(!done.status.success());
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(said.contains("not a domain name"), "{said}");
    }
}

async fn a_mistake_is_answered_with_the_usage() {
    for mistake in [&[][..], &["--tsl"]] {
        let done = install(mistake);
        assert_eq!(done.status.code(), Some(2));
        assert!(String::from_utf8(done.stderr).unwrap().contains("Usage:"));
    }
}

/// A file's, if it is there.
fn content(file: &str) -> Option<Vec<u8>> {
    match fs::read(file) {
        Ok(content) => Some(content),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{file}: {error}"),
    }
}

fn install(arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/install.sh");
    Command::new(script).args(arguments).output().unwrap()
}
