//! The installer, as far as it can be tried without a machine of its own: `tests/install.sh` tries the rest.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Output};

browser_tests!(
    alone: the_scripts_are_sound,
    a_dry_run_names_what_it_would_install,
    a_name_that_is_no_domain_is_refused,
    a_name_with_capitals_is_wanted_in_small_letters,
    a_missing_value_is_named,
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
    // This may be a machine that has some of them. Those may be in order, or be kept.
    let before = PLACES.map(state);
    let done = install(&["--domain", "lamp.test", "--tls", "--dry-run"]);
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    for (place, before) in PLACES.into_iter().zip(before) {
        assert!(
            before.is_some() || said.contains(&format!("install {place}\n")),
            "{place}: {said}"
        );
        assert_eq!(state(place), before, "{place}");
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

async fn a_name_with_capitals_is_wanted_in_small_letters() {
    let done = install(&["--domain", "Lamp.test", "--dry-run"]);
    assert!(!done.status.success());
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(said, "error: write Lamp.test in small letters\n");
}

async fn a_missing_value_is_named() {
    for (option, value) in [("--domain", "a name"), ("--email", "an address")] {
        let done = install(&["--dry-run", option]);
        assert!(!done.status.success());
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(said, format!("error: {option} wants {value}\n"));
    }
}

async fn a_mistake_is_answered_with_the_usage() {
    for mistake in [&[][..], &["--tsl"]] {
        let done = install(mistake);
        assert_eq!(done.status.code(), Some(2));
        assert!(String::from_utf8(done.stderr).unwrap().contains("Usage:"));
    }
}

/// Of a file, if it is there: which it is, and when it was last touched. What is in it may be for root only.
fn state(file: &str) -> Option<(u64, i64, i64)> {
    match fs::symlink_metadata(file) {
        Ok(found) => Some((found.ino(), found.ctime(), found.ctime_nsec())),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{file}: {error}"),
    }
}

fn install(arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/install.sh");
    Command::new(script).args(arguments).output().unwrap()
}
