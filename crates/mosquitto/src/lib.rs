//! A real Mosquitto with the lesson's two listeners, for `cargo xtask serve` and the benchmark.

use std::{
    env,
    ffi::OsString,
    fs, io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    select,
    time::sleep,
};

/// A running Mosquitto; it is killed when this is dropped.
#[derive(Debug)]
pub struct Mosquitto {
    process: Child,
    /// Holds the configuration file.
    _folder: TempDir,
}

/// Why Mosquitto did not start.
#[derive(Debug, thiserror::Error)]
pub enum MosquittoError {
    /// The program or its configuration could not be put in place.
    #[error("mosquitto did not start: {0}")]
    NotStarted(#[from] io::Error),

    /// It ended before it accepted connections.
    #[error("mosquitto ended while it was starting ({0}); its own message is above")]
    Ended(ExitStatus),
}

impl Mosquitto {
    /// Starts it on this machine's loopback address and returns when both ports accept connections.
    ///
    /// # Errors
    /// When it cannot be started or ends at once.
    pub async fn start(mqtt_port: u16, websocket_port: u16) -> Result<Mosquitto, MosquittoError> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("mosquitto.conf");
        fs::write(&file, configuration(mqtt_port, websocket_port))?;
        let mut process = Command::new("mosquitto")
            .arg("-c")
            .arg(&file)
            .env("PATH", search_path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        select! {
            ended = process.wait() => return Err(MosquittoError::Ended(ended?)),
            () = accepting([mqtt_port, websocket_port]) => {}
        }
        Ok(Mosquitto {
            process,
            _folder: folder,
        })
    }

    /// Waits until the process ends by itself.
    ///
    /// # Errors
    /// When the system cannot say.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.process.wait().await
    }
}

/// The folders to search for programs: `PATH`, and where systems keep services such as Mosquitto.
pub fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    env::join_paths(folders).unwrap_or(path)
}

async fn accepting(ports: [u16; 2]) {
    for port in ports {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// It keeps all that a slow client has not taken yet. By default it would drop what exceeds 1,000 messages, and a page cannot
/// show what it is not sent.
///
/// Without the last line Mosquitto 2.0 listens for WebSockets on every interface, whatever address the listener names.
fn configuration(mqtt_port: u16, websocket_port: u16) -> String {
    format!(
        "allow_anonymous true\n\
         max_queued_messages 0\n\
         log_type error\n\
         listener {mqtt_port} 127.0.0.1\n\
         listener {websocket_port} 127.0.0.1\n\
         protocol websockets\n\
         socket_domain ipv4\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_other_machines_are_not_listened_to() {
        let configuration = configuration(50001, 50002);
        let (_, pages) = configuration.split_once("listener 50002 ").unwrap();
        assert_eq!(
            pages,
            "127.0.0.1\nprotocol websockets\nsocket_domain ipv4\n"
        );
    }
}
