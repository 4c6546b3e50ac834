//! The page comes from nginx, and reaches Mosquitto through it.

use std::fs;
use std::net::{Ipv6Addr, SocketAddr, TcpStream};
use std::process::Command;

use serde_json::json;

use crate::support::deployment::{Deployment, LAMP, PASSWORD};
use crate::support::eventually;
use crate::support::page::Page;
use crate::support::visit::Visit;

browser_tests!(
    alone: a_label_comes_through_the_one_https_port,
    a_change_goes_through_the_one_https_port,
    a_lamp_comes_over_tls_and_is_shown,
    it_works_from_a_folder,
    a_visit_keeps_to_its_policy,
    without_its_wasm_it_says_so,
    the_lesson_s_page_finds_the_lesson_s_broker,
    the_lesson_s_page_may_ask_a_broker_elsewhere,
    the_lesson_s_broker_listens_on_ipv4_and_ipv6,
);

async fn a_label_comes_through_the_one_https_port() {
    let deployment = Deployment::hardened().await;
    let page = let_in(&deployment).await;
    let mut service = deployment.client("label-service").await;
    service.label(r#"{"value": "through nginx"}"#).await;
    page.text_becomes("#sub_value", "through nginx").await;
}

async fn a_change_goes_through_the_one_https_port() {
    let deployment = Deployment::hardened().await;
    let mut lamp = deployment.client(LAMP).await;
    let page = Visit::at(format!("{}?device={LAMP}", deployment.address))
        .open()
        .await;
    page.log_in("student", PASSWORD).await;
    page.status_becomes("connected").await;
    let changed = format!("devices/{LAMP}/lamp/changed");
    lamp.publish(&changed, state()).await;
    page.click("#lamp-power").await;
    let request = lamp.hear().await;
    assert_eq!(request.topic, format!("devices/{LAMP}/lamp/set_config"));
    assert_eq!(request.json()["on"], json!(false));
}

async fn a_lamp_comes_over_tls_and_is_shown() {
    let deployment = Deployment::hardened().await;
    let published = Command::new("mosquitto_pub")
        .args([
            "-h",
            "localhost",
            "-p",
            &deployment.ports.lamps.port().to_string(),
            "--cafile",
        ])
        .arg(deployment.authority())
        .args(["-u", LAMP, "-P", PASSWORD, "-q", "1", "-r"])
        .args([
            "-t",
            &format!("devices/{LAMP}/lamp/changed"),
            "-m",
            &state(),
        ])
        .status()
        .expect("mosquitto_pub is not installed");
    assert!(published.success());
    let page = let_in(&deployment).await;
    page.text_mentions("#devices", LAMP).await;
}

async fn it_works_from_a_folder() {
    let deployment = Deployment::hardened().await;
    let below = deployment.root().join("some/folder");
    let aside = deployment.root().with_extension("aside");
    fs::rename(deployment.root(), &aside).unwrap();
    fs::create_dir_all(below.parent().unwrap()).unwrap();
    fs::rename(aside, &below).unwrap();
    let page = Visit::at(format!("{}some/folder/", deployment.address))
        .open()
        .await;
    page.log_in("student", PASSWORD).await;
    page.status_becomes("connected").await;
}

async fn a_visit_keeps_to_its_policy() {
    let deployment = Deployment::hardened().await;
    let page = let_in(&deployment).await;
    let mut service = deployment.client("label-service").await;
    service.label(r#"{"value": "seen"}"#).await;
    page.text_becomes("#sub_value", "seen").await;
    page.click_power().await;
    page.text_becomes("#powerState", "On").await;
    let complaints = page.complaints().await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

async fn without_its_wasm_it_says_so() {
    let deployment = Deployment::hardened().await;
    for file in fs::read_dir(deployment.root()).unwrap() {
        let file = file.unwrap().path();
        if file.display().to_string().contains(".wasm") {
            fs::remove_file(file).unwrap();
        }
    }
    let page = Visit::at(deployment.address.clone()).open().await;
    page.text_mentions("[role=alert]", "cannot start").await;
}

async fn the_lesson_s_page_finds_the_lesson_s_broker() {
    let deployment = Deployment::lesson().await;
    let page = Visit::at(deployment.address.clone()).connect().await;
    let mut service = deployment.client("anybody").await;
    service.label(r#"{"value": "as in the lesson"}"#).await;
    page.text_becomes("#sub_value", "as in the lesson").await;
}

async fn the_lesson_s_page_may_ask_a_broker_elsewhere() {
    let deployment = Deployment::lesson().await;
    // An address, where the page has a name; IPv6, as a policy could not name it.
    let port = deployment.ports.websocket.port();
    let address = format!("{}?broker=ws://[::1]:{port}/mqtt", deployment.address);
    Visit::at(address).connect().await;
}

async fn the_lesson_s_broker_listens_on_ipv4_and_ipv6() {
    let deployment = Deployment::lesson().await;
    for listener in [deployment.ports.mqtt, deployment.ports.websocket] {
        let over_ipv6 = SocketAddr::from((Ipv6Addr::LOCALHOST, listener.port()));
        for address in [listener, over_ipv6] {
            eventually(async || {
                TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))
            })
            .await;
        }
    }
}

/// The page with a login, connected.
pub async fn let_in(deployment: &Deployment) -> Page {
    let page = Visit::at(deployment.address.clone()).open().await;
    page.log_in("student", PASSWORD).await;
    page.status_becomes("connected").await;
    page
}

fn state() -> String {
    json!({"color": {"h": 0.5, "s": 1.0}, "brightness": 0.5, "on": true, "client": ""}).to_string()
}
