//! The services on the broker's machine, as their unit file starts them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use tempfile::NamedTempFile;

use crate::support::deployment::{Deployment, LAMP, PASSWORD};
use crate::support::{eventually, needed};

browser_tests!(
    alone: the_label_service_logs_in,
    the_simulated_lamp_logs_in,
    the_sandbox_is_tight,
);

async fn the_label_service_logs_in() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    let service = Service::start(&deployment, "label-service", "label-service", &[]);
    service.says("connected to").await;
    let label = student.hear().await;
    assert_eq!(label.topic, "devices/foobar/label/changed");
}

async fn the_simulated_lamp_logs_in() {
    let deployment = Deployment::hardened().await;
    let mut student = deployment.client("student").await;
    let _lamp = Service::start(&deployment, "simulated-lamp", LAMP, &["--device", LAMP]);
    let changed = format!("devices/{LAMP}/lamp/changed");
    student.hears(&changed).await;
    let request = r#"{"color":{"h":0.5,"s":1},"brightness":0.25,"on":true,"client":"student"}"#;
    let set_config = format!("devices/{LAMP}/lamp/set_config");
    student.publish(&set_config, request).await;
    let answer = student.hears(&changed).await;
    assert_eq!(answer.json()["brightness"], 0.25);
}

/// On systemd's scale of 0, safe, to 10: a usual service has 9.6.
async fn the_sandbox_is_tight() {
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=15"])
        .arg(unit_file())
        .output()
        .expect("systemd-analyze is not installed");
    let said = String::from_utf8_lossy(&judged.stdout);
    assert!(said.contains("exposure level"), "{judged:?}");
    assert!(judged.status.success(), "{said}");
}

/// Runs until dropped. What it has to say goes to a file: it is wanted only when a test fails.
struct Service {
    process: Child,
    log: NamedTempFile,
}

impl Service {
    /// As systemd does it for this instance of the unit.
    fn start(deployment: &Deployment, instance: &str, user: &str, arguments: &[&str]) -> Self {
        let unit = fs::read_to_string(unit_file()).unwrap();
        let line = unit
            .lines()
            .find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/lampi "))
            .unwrap();
        let broker = deployment.ports.mqtt.to_string();
        let words = line.split(' ').flat_map(|word| match word {
            "%i" => vec![instance],
            "127.0.0.1:50001" => vec![&*broker],
            "$ARGUMENTS" => arguments.to_vec(),
            other => vec![other],
        });
        let log = NamedTempFile::new().unwrap();
        let process = Command::new(needed("LAMPI_TOOL", "the program behind cargo xtask"))
            .args(words)
            .env("MQTT_USERNAME", user)
            .env("MQTT_PASSWORD", PASSWORD)
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        Self { process, log }
    }

    async fn says(&self, words: &str) {
        eventually(async || match self.said() {
            said if said.contains(words) => Ok(()),
            _ => Err(format!("the service does not say {words:?}")),
        })
        .await;
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        if thread::panicking() {
            eprintln!("the service has said:\n{}", self.said());
        }
    }
}

fn unit_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/systemd/lampi@.service")
}
