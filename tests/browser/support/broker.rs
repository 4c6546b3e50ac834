//! A broker a test, which can be stopped and started again where it was.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lampi::topics::Topics;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{certificates, eventually, port};

pub const USERNAME: &str = "lamp";
pub const PASSWORD: &str = "let there be light";

pub async fn mosquitto() -> Broker {
    Broker::start(Kind::Mosquitto).await
}

pub async fn embedded() -> Broker {
    Broker::start(Kind::Embedded).await
}

/// Lets in nobody but [`USERNAME`] with [`PASSWORD`].
pub async fn login_only() -> Broker {
    Broker::start(Kind::LoginOnly).await
}

/// Lets everyone in, and nobody read anything.
pub async fn keeps_all() -> Broker {
    Broker::start(Kind::KeepsAll).await
}

/// Lets everyone in, and read of lamps, but no labels.
pub async fn keeps_labels() -> Broker {
    Broker::start(Kind::KeepsLabels).await
}

/// Lets everyone in, and read one lamp's topics only: [`ONE_LAMP`].
pub async fn one_lamp() -> Broker {
    Broker::start(Kind::OneLamp).await
}

/// Speaks WebSockets over TLS, with a certificate that no browser trusts of itself.
pub async fn private_ca() -> Broker {
    Broker::start(Kind::PrivateCa).await
}

pub struct Broker {
    kind: Kind,
    pub mqtt: SocketAddr,
    pub websocket: SocketAddr,
    running: Option<Running>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Mosquitto,
    LoginOnly,
    KeepsAll,
    KeepsLabels,
    OneLamp,
    PrivateCa,
    Embedded,
}

enum Running {
    Mosquitto(Mosquitto),
    Embedded(#[expect(dead_code, reason = "stops when dropped")] broker::Broker),
}

impl Broker {
    pub fn url(&self) -> String {
        let scheme = match self.kind {
            Kind::PrivateCa => "wss",
            _ => "ws",
        };
        format!("{scheme}://{}/mqtt", self.websocket)
    }

    pub fn wants_login(&self) -> bool {
        self.kind == Kind::LoginOnly
    }

    /// Ends it without a word to anyone, as SIGKILL does.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Stops Mosquitto where it is: its connections stay open, and nothing comes of them.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let Some(Running::Mosquitto(mosquitto)) = &self.running else {
            panic!("no Mosquitto runs");
        };
        kill_process(Pid::from_child(&mosquitto.process), signal).unwrap();
    }

    pub async fn start_again(&mut self) {
        let (mqtt, websocket) = (self.mqtt, self.websocket);
        for listener in [mqtt, websocket] {
            assert!(port::is_free(listener), "{listener} is not free");
        }
        self.running = Some(match self.kind {
            Kind::Embedded => Running::Embedded(broker::Broker::start(mqtt, websocket).unwrap()),
            kind => Running::Mosquitto(Mosquitto::start(kind, mqtt, websocket)),
        });
        for listener in [mqtt, websocket] {
            eventually(async || {
                TcpStream::connect(listener)
                    .map_err(|error| format!("no broker on {listener}: {error}"))
            })
            .await;
        }
    }

    async fn start(kind: Kind) -> Self {
        let mut broker = Self {
            kind,
            mqtt: port::free(),
            websocket: port::free(),
            running: None,
        };
        broker.start_again().await;
        broker
    }
}

/// The lamp that [`one_lamp`] lets everyone read.
pub const ONE_LAMP: &str = "b827eb000001";

/// What the plugin is told: nothing may be subscribed to but what is listed.
fn access(kind: Kind) -> String {
    let topics = Topics::default();
    let allowed = match kind {
        Kind::OneLamp => vec![
            topics.label(ONE_LAMP),
            topics.changed(ONE_LAMP),
            topics.service(ONE_LAMP),
            topics.bridge(ONE_LAMP),
            topics.set_config(ONE_LAMP),
        ],
        Kind::KeepsLabels => vec![topics.changed_filter(), topics.connection_filter()],
        _ => Vec::new(),
    };
    let rule = |topic| json!({"acltype": "subscribeLiteral", "topic": topic, "allow": true});
    let rules: Vec<Value> = allowed.into_iter().map(rule).collect();
    json!({
        "defaultACLAccess": {
            "publishClientSend": true,
            "publishClientReceive": true,
            "subscribe": false,
            "unsubscribe": true,
        },
        "anonymousGroup": "everyone",
        "groups": [{"groupname": "everyone", "roles": [{"rolename": "everyone"}]}],
        "roles": [{"rolename": "everyone", "acls": rules}],
    })
    .to_string()
}

struct Mosquitto {
    process: Child,
    _folder: TempDir,
}

impl Mosquitto {
    fn start(kind: Kind, mqtt: SocketAddr, websocket: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file.display().to_string()
        };
        let tls = match kind {
            Kind::PrivateCa => format!(
                "certfile {}\nkeyfile {}\n",
                place("chain.pem", &certificates::SIGNED.chain),
                place("key.pem", &certificates::SIGNED.key),
            ),
            _ => String::new(),
        };
        let access = match kind {
            Kind::LoginOnly => {
                let file = folder.path().join("passwords");
                let made = command("mosquitto_passwd")
                    .args(["-b", "-c"])
                    .arg(&file)
                    .args([USERNAME, PASSWORD])
                    .status()
                    .expect("mosquitto_passwd is not installed");
                assert!(made.success());
                format!("allow_anonymous false\npassword_file {}", file.display())
            }
            // An acl_file lets everyone subscribe, and keeps the messages; only this plugin says no.
            Kind::KeepsAll | Kind::KeepsLabels | Kind::OneLamp => format!(
                "allow_anonymous true\nplugin {}\nplugin_opt_config_file {}",
                dynamic_security().display(),
                place("access.json", &access(kind)),
            ),
            _ => "allow_anonymous true".to_owned(),
        };
        // Without socket_domain Mosquitto 2.0 listens for WebSockets on every interface, whatever address is named.
        let config = format!(
            "listener {} {}\n\
             listener {} {}\nprotocol websockets\nsocket_domain ipv4\n\
             {tls}{access}\npersistence false\nuser root\n",
            mqtt.port(),
            mqtt.ip(),
            websocket.port(),
            websocket.ip(),
        );
        let file = place("mosquitto.conf", &config);
        let process = command("mosquitto")
            .arg("-c")
            .arg(file)
            // It warns of running as root, whatever it is told to log.
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is not installed");
        Self {
            process,
            _folder: folder,
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A server's program: Debian keeps it in a folder that is not on everyone's path.
pub fn command(program: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.env("PATH", format!("{path}:/usr/sbin"));
    command
}

/// Mosquitto's own plugin for access lists, wherever the system keeps it.
fn dynamic_security() -> PathBuf {
    const NAME: &str = "mosquitto_dynamic_security.so";
    let folders = [
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/opt/homebrew/lib",
    ]
    .map(Path::new);
    let inside = folders.iter().filter_map(|folder| folder.read_dir().ok());
    let inside = inside
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()));
    folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(inside)
        .map(|folder| folder.join(NAME))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{NAME}, which comes with Mosquitto, is not there"))
}
