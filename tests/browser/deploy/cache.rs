//! What browsers load again, and what not.

use std::fs;
use std::time::{Duration, SystemTime};

use super::headers::is_hashed;
use crate::support::deployment::Deployment;
use crate::support::visit::Visit;

browser_tests!(
    alone: a_second_visit_loads_nothing_that_is_hashed,
    a_new_version_is_picked_up_on_the_next_visit,
);

async fn a_second_visit_loads_nothing_that_is_hashed() {
    let deployment = Deployment::hardened().await;
    let page = Visit::at(deployment.address.clone()).open().await;
    page.status_becomes("refused").await;
    let first = deployment.take_requests();
    assert!(first.iter().any(|path| is_hashed(path)), "{first:?}");
    page.browser.goto("about:blank").await.unwrap();
    page.browser.goto(&deployment.address).await.unwrap();
    page.status_becomes("refused").await;
    let second = deployment.take_requests();
    assert!(
        second.iter().any(|path| path == "/config.json"),
        "{second:?}"
    );
    assert!(!second.iter().any(|path| is_hashed(path)), "{second:?}");
}

async fn a_new_version_is_picked_up_on_the_next_visit() {
    let deployment = Deployment::hardened().await;
    let page = Visit::at(deployment.address.clone()).open().await;
    page.status_becomes("refused").await;
    deployment.take_requests();
    update(&deployment);
    page.browser.goto("about:blank").await.unwrap();
    page.browser.goto(&deployment.address).await.unwrap();
    page.status_becomes("refused").await;
    const DESCRIPTION: &str = "return document.querySelector('[name=description]').content";
    let description: String = page.run(DESCRIPTION, vec![]).await;
    assert!(description.contains("LUMPI"), "{description}");
    let loaded = deployment.take_requests();
    assert!(loaded.iter().any(|path| path.contains(NEW)), "{loaded:?}");
}

/// The hash of each file of the new version.
const NEW: &str = "fedcba98";

/// Puts another version in the first one's place: other hashes, another description, each file of the same length as before.
fn update(deployment: &Deployment) {
    let old: Vec<(String, Vec<u8>)> = fs::read_dir(deployment.root())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"))
        .map(|name| {
            (
                name.clone(),
                fs::read(deployment.root().join(name)).unwrap(),
            )
        })
        .collect();
    fs::remove_dir_all(deployment.root()).unwrap();
    fs::create_dir(deployment.root()).unwrap();
    let renamed = |text: &str| {
        old.iter().fold(text.to_owned(), |text, (name, _)| {
            let hash = name.split(['-', '.']).find(|part| is_hashed(part));
            hash.map_or(text.clone(), |hash| text.replace(hash, NEW))
        })
    };
    for (name, content) in &old {
        let content = match str::from_utf8(content) {
            Ok(text) => renamed(text).replace("LAMPI lamps", "LUMPI lamps").into(),
            Err(_) => content.clone(),
        };
        let place = deployment.root().join(renamed(name));
        fs::write(&place, content).unwrap();
        // The package's files have the time of their commit: each version another.
        let later = SystemTime::now() + Duration::from_secs(60);
        fs::File::options()
            .write(true)
            .open(place)
            .unwrap()
            .set_modified(later)
            .unwrap();
    }
}
