//! The hardened broker keeps its users apart.

use crate::support::client::Client;
use crate::support::deployment::{Deployment, LAMP, OTHER_LAMP, PASSWORD};

browser_tests!(
    alone: a_user_hears_the_own_lamp_and_no_other,
    a_user_asks_the_own_lamp_and_no_other,
    a_user_cannot_speak_for_a_lamp,
    a_lamp_speaks_for_itself_and_no_other,
    a_lamp_says_whether_it_is_there,
    a_user_has_the_lesson_s_panel,
    the_operator_alone_watches_the_broker,
    nobody_comes_without_a_login,
);

async fn a_user_hears_the_own_lamp_and_no_other() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    for lamp in [OTHER_LAMP, LAMP] {
        let mut client = deployment.client(lamp).await;
        client.publish(&changed(lamp), lamp).await;
    }
    assert_eq!(student.hear().await.topic, changed(LAMP));
}

async fn a_user_asks_the_own_lamp_and_no_other() {
    let deployment = Deployment::hardened().await;
    let mut own = deployment.client(LAMP).await;
    let mut other = deployment.client(OTHER_LAMP).await;
    let mut student = deployment.client("student").await;
    student.publish(&set_config(OTHER_LAMP), "on").await;
    student.publish(&set_config(LAMP), "on").await;
    assert_eq!(own.hear().await.topic, set_config(LAMP));
    assert!(!heard_by_now(&mut other).await);
}

async fn a_user_cannot_speak_for_a_lamp() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    student.publish(&changed(LAMP), "forged").await;
    assert!(!heard_by_now(&mut student).await);
}

async fn a_lamp_speaks_for_itself_and_no_other() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    let mut other = deployment.client(OTHER_LAMP).await;
    other.publish(&changed(LAMP), "forged").await;
    let mut own = deployment.client(LAMP).await;
    own.publish(&changed(LAMP), "true").await;
    assert_eq!(student.hear().await.payload, b"true");
}

async fn a_lamp_says_whether_it_is_there() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    student.subscribe("$SYS/broker/connection/#").await;
    let mut lamp = deployment.client(LAMP).await;
    for topic in [
        format!("devices/{LAMP}/lamp/connection/lamp_service/state"),
        format!("$SYS/broker/connection/{LAMP}_broker/state"),
    ] {
        lamp.publish(&topic, "1").await;
        assert_eq!(student.hear().await.topic, topic);
    }
}

async fn a_user_has_the_lesson_s_panel() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    let mut service = deployment.client("label-service").await;
    service.label(r#"{"value": 1}"#).await;
    assert_eq!(student.hear().await.payload, br#"{"value": 1}"#);
}

async fn the_operator_alone_watches_the_broker() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    student.subscribe("$SYS/#").await;
    let mut operator = deployment.client("operator").await;
    operator.subscribe("$SYS/#").await;
    assert!(operator.hear().await.topic.starts_with("$SYS/broker/"));
    assert!(!heard_by_now(&mut student).await);
}

async fn nobody_comes_without_a_login() {
    let deployment = Deployment::hardened().await;
    assert!(Client::is_refused(deployment.ports.mqtt, None).await);
    assert!(Client::is_refused(deployment.ports.mqtt, Some(("student", "wrong"))).await);
    assert!(!Client::is_refused(deployment.ports.mqtt, Some(("student", PASSWORD))).await);
}

fn changed(lamp: &str) -> String {
    format!("devices/{lamp}/lamp/changed")
}

fn set_config(lamp: &str) -> String {
    format!("devices/{lamp}/lamp/set_config")
}

/// Whether the broker has sent the client anything up to now: the answer to what the client says comes after it.
async fn heard_by_now(client: &mut Client) -> bool {
    client.publish("nowhere", "").await;
    client.has_heard()
}
