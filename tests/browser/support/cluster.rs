//! Three RabbitMQ nodes on this machine, made one cluster by what `deploy/rabbitmq/` says.

use std::fs::{self, Permissions};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::guarded::Guarded;
use super::{eventually, port, within};

pub const NODES: usize = 3;

/// Who speaks for the lamps.
pub const LAMPS: (&str, &str) = ("lamps", "let there be light");

/// Who uses the page.
pub const PAGE: (&str, &str) = ("page", "show me");

/// How long nodes may take to start and to find each other, on a machine that has other things to do.
const STARTING: Duration = Duration::from_secs(180);

/// Ends when dropped.
pub struct Cluster {
    nodes: Vec<Node>,
    home: Home,
}

impl Cluster {
    pub async fn start() -> Self {
        let home = Home::start().await;
        let mut nodes = Vec::new();
        // One after the other, as is written for their first start.
        for number in 1..=NODES {
            let node = Node::start(number, &home);
            node.listens().await;
            nodes.push(node);
        }
        home.control(&["await_online_nodes", &NODES.to_string()]);
        home.control(&["import_definitions", &home.place("users.json", &users())]);
        // It goes on in the background, and ends with these.
        eventually(async || match home.control(&["list_topic_permissions"]) {
            permissions if permissions.contains(PAGE.0) => Ok(()),
            permissions => Err(format!("the users are not there: {permissions}")),
        })
        .await;
        Self { nodes, home }
    }

    pub fn mqtt(&self, node: usize) -> SocketAddr {
        self.nodes[node].mqtt
    }

    pub fn url(&self, node: usize) -> String {
        format!("ws://{}/mqtt", self.nodes[node].websocket)
    }

    pub fn urls(&self) -> Vec<String> {
        (0..NODES).map(|node| self.url(node)).collect()
    }

    /// Ends a node without a word to anyone, as SIGKILL does; tells when.
    pub fn kill(&mut self, node: usize) -> SystemTime {
        let killed = SystemTime::now();
        self.nodes[node].process.end();
        killed
    }

    pub async fn start_again(&mut self, node: usize) {
        self.nodes[node].process = self.nodes[node].run(&self.home);
        self.nodes[node].listens().await;
    }
}

struct Node {
    process: Guarded,
    number: usize,
    mqtt: SocketAddr,
    websocket: SocketAddr,
    distribution: SocketAddr,
}

impl Node {
    fn start(number: usize, home: &Home) -> Self {
        let mut node = Self {
            process: Guarded::default(),
            number,
            mqtt: port::free(),
            websocket: port::free(),
            distribution: port::free(),
        };
        node.process = node.run(home);
        node
    }

    fn run(&self, home: &Home) -> Guarded {
        let Self { number, .. } = self;
        let file = |name: &str| home.file(&format!("{name}{number}"));
        let mut server = Command::new(program("rabbitmq-server"));
        server
            .env("RABBITMQ_NODENAME", name(*number))
            .env("RABBITMQ_DIST_PORT", self.distribution.port().to_string())
            .env("RABBITMQ_CONFIG_FILE", home.place(&format!("{number}.conf"), &self.settings()))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", home.place("plugins", &shipped("enabled_plugins")))
            .env("RABBITMQ_MNESIA_BASE", file("data"))
            .env("RABBITMQ_LOG_BASE", file("log"))
            .env("RABBITMQ_PID_FILE", file("pid"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", file("generated"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", file("none"))
            // Nodes that wait do so without keeping a core busy, and are found from this machine only.
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
            );
        home.welcome(&mut server);
        // The script that starts a node hands a signal on only after it has tried a gentle end.
        Guarded::ended_by(&server, r#"kill -KILL "$(cat "$RABBITMQ_PID_FILE")""#)
    }

    /// The settings as they are shipped, but for names, ports and interfaces.
    fn settings(&self) -> String {
        let mut settings = shipped("rabbitmq.conf");
        let mut replace = |from: &str, to: &str| {
            assert!(settings.contains(from), "{from} is not in rabbitmq.conf");
            settings = settings.replace(from, to);
        };
        for number in 1..=NODES {
            replace(&format!("rabbit@mqtt{number}"), &name(number));
        }
        replace("default = 50001", &format!("default = {}", self.mqtt));
        replace(
            "web_mqtt.tcp.port = 50002",
            &format!(
                "web_mqtt.tcp.ip = {}\nweb_mqtt.tcp.port = {}",
                self.websocket.ip(),
                self.websocket.port()
            ),
        );
        settings
    }

    async fn listens(&self) {
        for listener in [self.mqtt, self.websocket] {
            within(STARTING, async || {
                TcpStream::connect(listener)
                    .map_err(|error| format!("no node on {listener}: {error}"))
            })
            .await;
        }
    }
}

/// What the nodes share: a folder, a secret, and whom they ask for each other.
struct Home {
    _epmd: Guarded,
    epmd: SocketAddr,
    folder: TempDir,
}

impl Home {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let epmd = port::free();
        let mut program = Command::new("epmd");
        program
            .args(["-port", &epmd.port().to_string()])
            .env("ERL_EPMD_ADDRESS", epmd.ip().to_string());
        let home = Self {
            _epmd: Guarded::start(&program),
            epmd,
            folder,
        };
        let cookie = home.place(".erlang.cookie", "ONEFORALL");
        fs::set_permissions(cookie, Permissions::from_mode(0o400)).unwrap();
        // A node that does not find it starts one that stays.
        eventually(async || {
            TcpStream::connect(epmd).map_err(|error| format!("no epmd on {epmd}: {error}"))
        })
        .await;
        home
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn place(&self, name: &str, text: &str) -> String {
        let file = self.file(name);
        fs::write(&file, text).unwrap();
        file.display().to_string()
    }

    /// Makes a program one of this cluster, and of no other that may run on this machine.
    fn welcome(&self, program: &mut Command) {
        program
            .env("HOME", self.folder.path())
            .env("ERL_EPMD_PORT", self.epmd.port().to_string())
            .env("ERL_EPMD_ADDRESS", self.epmd.ip().to_string())
            .env("RABBITMQ_CONF_ENV_FILE", self.file("none"));
    }

    /// Asks the first node.
    fn control(&self, arguments: &[&str]) -> String {
        let mut control = Command::new(program("rabbitmqctl"));
        self.welcome(&mut control);
        let output = control
            .args(["--quiet", "--node", &name(1)])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "rabbitmqctl {arguments:?}: {output:?}"
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

fn name(number: usize) -> String {
    format!("lampi{number}@localhost")
}

/// The users as they are shipped, two of them with the passwords that somebody has to give them.
fn users() -> String {
    let mut users = shipped("users.json");
    for (username, password) in [LAMPS, PAGE] {
        let name = format!(r#""name": "{username}""#);
        assert!(users.contains(&name), "{username} is not in users.json");
        users = users.replace(&name, &format!(r#"{name}, "password": "{password}""#));
    }
    users
}

fn shipped(name: &str) -> String {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/rabbitmq"));
    fs::read_to_string(folder.join(name)).unwrap()
}

/// RabbitMQ's own program: what Debian and Fedora have in its place on the path works for root only.
fn program(name: &str) -> PathBuf {
    let inside = Path::new("/usr/lib/rabbitmq/bin").join(name);
    if inside.is_file() {
        inside
    } else {
        name.into()
    }
}
