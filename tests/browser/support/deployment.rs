//! A machine that is set up from the files in `deploy/`: a real nginx or Caddy and a real Mosquitto, and nothing in their files
//! changed but what a test machine has elsewhere: ports, folders, the host's name.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::broker::command;
use super::certificates::{HOST, SIGNED};
use super::client::Client;
use super::{eventually, needed, port};

/// Everybody's.
pub const PASSWORD: &str = "let there be light";
/// The lamp of the user `student`, as the access list has it.
pub const LAMP: &str = "b827eb08451e";
/// A lamp of somebody else.
pub const OTHER_LAMP: &str = "b827eb000002";

/// Runs until dropped.
pub struct Deployment {
    _servers: [Server; 2],
    folder: TempDir,
    pub ports: Ports,
    /// Where the page is: an address for browsers.
    pub address: String,
}

/// What would be fixed ports on a machine of its own.
pub struct Ports {
    pub http: SocketAddr,
    pub https: SocketAddr,
    /// The broker's, for services on this machine.
    pub mqtt: SocketAddr,
    /// The broker's, for pages.
    pub websocket: SocketAddr,
    /// The broker's, for lamps, with TLS.
    pub lamps: SocketAddr,
}

impl Deployment {
    /// The page over https, its broker behind the web server, logins and access rules.
    pub async fn hardened() -> Self {
        Self::with_room_for(500).await
    }

    /// The same for so many pages only: 500 would be too many for one process of nginx, as it is set up here.
    pub async fn with_room_for(pages: usize) -> Self {
        let (folder, ports) = prepare();
        let place = folder.path().display().to_string();
        let (http, https) = (ports.http.port(), ports.https.port());
        let site = deployed(
            "nginx/lampi-tls.conf",
            &[
                ("listen 80;", &format!("listen 127.0.0.1:{http};")),
                ("listen [::]:80;", &format!("listen [::1]:{http};")),
                ("listen 443 ", &format!("listen 127.0.0.1:{https} ")),
                ("listen [::]:443 ", &format!("listen [::1]:{https} ")),
                ("/etc/letsencrypt/live/lamp.example.com", &place),
                (
                    "server_name lamp.example.com;",
                    &format!("server_name {HOST};"),
                ),
                ("/var/www/lampi", &format!("{place}/root")),
                ("127.0.0.1:50002", &ports.websocket.to_string()),
                (
                    "limit_conn lampi_all 500;",
                    &format!("limit_conn lampi_all {pages};"),
                ),
            ],
        );
        let address = format!("https://{HOST}:{https}/");
        let servers = [hardened_broker(&folder, &ports), nginx(&folder, &site)];
        Self::start(folder, ports, servers, address).await
    }

    /// The same with Caddy as the web server.
    pub async fn caddy() -> Self {
        let (folder, ports) = prepare();
        let place = folder.path().display().to_string();
        let https = ports.https.port();
        let site = deployed(
            "Caddyfile",
            &[
                (
                    "lamp.example.com {",
                    &format!("{HOST}:{https} {{\ntls {place}/fullchain.pem {place}/privkey.pem"),
                ),
                ("/var/www/lampi", &format!("{place}/root")),
                ("127.0.0.1:50002", &ports.websocket.to_string()),
            ],
        );
        let address = format!("https://{HOST}:{https}/");
        let servers = [hardened_broker(&folder, &ports), caddy(&folder, &site)];
        Self::start(folder, ports, servers, address).await
    }

    /// As in the lesson: plain http, and a broker that is open to everyone.
    pub async fn lesson() -> Self {
        let (folder, ports) = prepare();
        let websocket = ports.websocket.port();
        let broker = deployed(
            "mosquitto/lesson.conf",
            &[
                ("listener 50001", &listener(ports.mqtt)),
                ("listener 50002", &listener(ports.websocket)),
            ],
        );
        let http = ports.http.port();
        let site = deployed(
            "nginx/lampi-lesson.conf",
            &[
                ("listen 80;", &format!("listen 127.0.0.1:{http};")),
                ("listen [::]:80;", &format!("listen [::1]:{http};")),
                (
                    "server_name lamp.example.com;",
                    &format!("server_name {HOST};"),
                ),
                (
                    "/var/www/lampi",
                    &format!("{}/root", folder.path().display()),
                ),
            ],
        );
        // The page would look on the lesson's port.
        let brokers = format!(r#"{{"brokers": ["ws://{HOST}:{websocket}/mqtt"]}}"#);
        write(&folder, "root/config.json", &brokers);
        let address = format!("http://{HOST}:{http}/");
        let servers = [mosquitto(&folder, &broker), nginx(&folder, &site)];
        Self::start(folder, ports, servers, address).await
    }

    /// The web root, with the page in it.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The certificate of the authority that signed this machine's.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// The paths that the web server was asked for since they were last taken.
    pub fn take_requests(&self) -> Vec<String> {
        let log = self.folder.path().join("requests.log");
        let requests = fs::read_to_string(&log).unwrap();
        fs::write(&log, "").unwrap();
        requests.lines().map(str::to_owned).collect()
    }

    /// A user of the broker, on this machine.
    pub async fn client(&self, user: &str) -> Client {
        Client::connect_to(self.ports.mqtt, Some((user, PASSWORD))).await
    }

    async fn start(folder: TempDir, ports: Ports, servers: [Server; 2], address: String) -> Self {
        let [broker, web_server] = &servers;
        broker.listens_on(ports.mqtt).await;
        let is_secure = address.starts_with("https:");
        let web_port = if is_secure { ports.https } else { ports.http };
        web_server.listens_on(web_port).await;
        Self {
            _servers: servers,
            folder,
            ports,
            address,
        }
    }
}

/// The hardened broker with its access rules and a password for everybody.
fn hardened_broker(folder: &TempDir, ports: &Ports) -> Server {
    write(folder, "acl", &deployed("mosquitto/acl", &[]));
    make_users(&folder.path().join("passwords"));
    let config = deployed(
        "mosquitto/hardened.conf",
        &[
            ("listener 50001", &listener(ports.mqtt)),
            ("listener 50002", &listener(ports.websocket)),
            ("listener 8883", &listener(ports.lamps)),
            ("/etc/mosquitto/lampi", &folder.path().display().to_string()),
        ],
    );
    mosquitto(folder, &config)
}

/// With the word before it: a port alone may be part of one that was put in before.
fn listener(address: SocketAddr) -> String {
    format!("listener {}", address.port())
}

fn mosquitto(folder: &TempDir, config: &str) -> Server {
    write(folder, "mosquitto.d/port.conf", config);
    let main = write(folder, "mosquitto.conf", &broker_main_file(folder.path()));
    Server::start(
        command("mosquitto").arg("-c").arg(main),
        folder,
        "mosquitto.log",
    )
}

fn nginx(folder: &TempDir, site: &str) -> Server {
    for shared in ["lampi-http.conf", "lampi-page.conf", "lampi-brotli.conf"] {
        let text = deployed(&format!("nginx/{shared}"), &[]);
        write(folder, &format!("snippets/{shared}"), &text);
    }
    write(folder, "site.conf", site);
    let main = write(folder, "nginx.conf", &web_server_main_file(folder.path()));
    Server::start(command("nginx").arg("-c").arg(main), folder, "nginx.log")
}

/// Without what it would do beside serving: ports for its administration and for http.
fn caddy(folder: &TempDir, site: &str) -> Server {
    let file = write(
        folder,
        "Caddyfile",
        &format!("{{\nadmin off\nauto_https off\n}}\n{site}"),
    );
    let mut caddy = command("caddy");
    caddy
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(file)
        .env("XDG_CONFIG_HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path());
    Server::start(&mut caddy, folder, "caddy.log")
}

struct Server {
    process: Child,
    log: PathBuf,
}

impl Server {
    /// What it has to say goes to a file: it is wanted only when the server does not come up.
    fn start(command: &mut Command, folder: &TempDir, log: &str) -> Self {
        let log = folder.path().join(log);
        let process = command
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { process, log }
    }

    async fn listens_on(&self, address: SocketAddr) {
        eventually(async || {
            TcpStream::connect(address).map_err(|error| {
                let said = fs::read_to_string(&self.log).unwrap();
                format!("no server on {address} ({error}): {said}")
            })
        })
        .await;
    }
}

impl Drop for Server {
    /// Not as SIGKILL does, which would leave nginx's workers behind.
    fn drop(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        self.process.wait().unwrap();
    }
}

/// A folder with the page and the certificates, and ports that nobody listens on.
fn prepare() -> (TempDir, Ports) {
    let folder = tempfile::tempdir().unwrap();
    unpack_page(&folder.path().join("root"));
    write(&folder, "authority.pem", &SIGNED.authority);
    write(&folder, "fullchain.pem", &SIGNED.chain);
    write(&folder, "privkey.pem", &SIGNED.key);
    let ports = Ports {
        http: port::free(),
        https: port::free(),
        mqtt: port::free(),
        websocket: port::free(),
        lamps: port::free(),
    };
    (folder, ports)
}

fn write(folder: &TempDir, file: &str, text: &str) -> PathBuf {
    let file = folder.path().join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    file
}

/// A file of `deploy/` as it is shipped, but for what is elsewhere here.
fn deployed(file: &str, elsewhere: &[(&str, &str)]) -> String {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(file);
    let mut text = fs::read_to_string(shipped).unwrap();
    for (shipped, here) in elsewhere {
        assert!(text.contains(shipped), "{file} does not say {shipped}");
        text = text.replace(shipped, here);
    }
    text
}

/// Puts the page into the web root as the package has it.
fn unpack_page(root: &Path) {
    fs::create_dir(root).unwrap();
    let unpacked = Command::new("tar")
        .arg("-xzf")
        .arg(needed(
            "LAMPI_PACKAGE",
            "the archive that cargo xtask package makes",
        ))
        .arg("-C")
        .arg(root)
        .args(["--strip-components=2", "--wildcards", "*/dist"])
        .status()
        .unwrap();
    assert!(unpacked.success());
}

fn make_users(passwords: &Path) {
    fs::write(passwords, "").unwrap();
    for user in ["label-service", "operator", "student", LAMP, OTHER_LAMP] {
        let made = command("mosquitto_passwd")
            .arg("-b")
            .arg(passwords)
            .args([user, PASSWORD])
            .status()
            .expect("mosquitto_passwd is not installed");
        assert!(made.success());
    }
}

/// As Debian's, in this folder.
fn broker_main_file(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "user root\npersistence true\npersistence_location {folder}/\ninclude_dir {folder}/mosquitto.d\n"
    )
}

/// What of Debian's matters, in this folder, with a line a request.
fn web_server_main_file(folder: &Path) -> String {
    let place = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {place}/temporary;\n"))
        .concat();
    format!(
        "user root;\ndaemon off;\npid {place}/nginx.pid;\nerror_log stderr;\n\
         include /etc/nginx/modules-enabled/*.conf;\n\
         events {{\nworker_connections 768;\n}}\n\
         http {{\n{temporary}\
         include /etc/nginx/mime.types;\ndefault_type application/octet-stream;\n\
         log_format path $uri;\naccess_log {place}/requests.log path;\n\
         include snippets/lampi-http.conf;\ninclude site.conf;\n}}\n"
    )
}
