//! Caddy does what nginx does.

use std::fs;

use super::page::let_in;
use crate::support::answer::Answer;
use crate::support::deployment::Deployment;

browser_tests!(
    alone: a_label_comes_through_caddy,
    caddy_says_what_nginx_says,
    caddy_says_it_with_errors_too,
);

/// Headers.
const SAME: [&str; 10] = [
    "cache-control",
    "content-encoding",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
];

async fn a_label_comes_through_caddy() {
    let deployment = Deployment::caddy().await;
    let page = let_in(&deployment).await;
    let mut service = deployment.client("label-service").await;
    service.label(r#"{"value": "through Caddy"}"#).await;
    page.text_becomes("#sub_value", "through Caddy").await;
}

async fn caddy_says_what_nginx_says() {
    let nginx = Deployment::hardened().await;
    let caddy = Deployment::caddy().await;
    for file in fs::read_dir(nginx.root()).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let [expected, answer] =
            [&nginx, &caddy].map(|server| Answer::to(server, &file, "gzip, br"));
        assert!(answer.body == expected.body, "{file} is another");
        for name in SAME {
            assert_eq!(answer.header(name), expected.header(name), "{file}: {name}");
        }
    }
}

async fn caddy_says_it_with_errors_too() {
    let nginx = Deployment::hardened().await;
    let caddy = Deployment::caddy().await;
    for file in ["nowhere", "boot-01234567.js"] {
        let [expected, answer] =
            [&nginx, &caddy].map(|server| Answer::to(server, file, "gzip, br"));
        assert_eq!((answer.status, expected.status), (404, 404));
        for name in SAME {
            assert_eq!(answer.header(name), expected.header(name), "{file}: {name}");
        }
    }
}
