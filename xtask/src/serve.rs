//! `cargo xtask serve`: the page, a broker, a label service and two simulated lamps, until Ctrl-C.

mod ports;
mod process_group;

use std::{future::pending, io, net::Ipv4Addr, process::ExitStatus, time::Duration};

use broker::{Broker, BrokerError};
use clap::{ValueEnum, value_parser};
use mosquitto::{Mosquitto, MosquittoError};
use ports::{Port, PortError};
use process_group::ProcessGroup;
use tempfile::TempDir;
use tokio::{
    process::Command,
    runtime, select,
    signal::unix::{SignalKind, signal},
    task,
    time::sleep,
};
use ureq::Agent;

use crate::{
    label_service,
    mqtt::{BrokerAddress, Login},
    simulated_lamp,
    tools::{self, ToolError, Trunk},
    workspace::{Workspace, WorkspaceError},
};

/// The port at which the page looks for a broker's WebSocket listener by itself.
const USUAL_WEBSOCKET_PORT: u16 = 50002;

/// The simulated lamps, named as real ones are: by the address of a Raspberry Pi's network card.
const LAMPS: [&str; 2] = ["b827eb000001", "b827eb000002"];

/// Which broker, and which ports of this machine's loopback address.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The broker to start
    #[arg(long, value_enum, default_value_t = BrokerKind::Embedded)]
    broker: BrokerKind,

    /// The broker's plain MQTT port
    #[arg(long, value_name = "PORT", default_value_t = 50001, value_parser = value_parser!(u16).range(1..))]
    mqtt_port: u16,

    /// The broker's WebSocket port
    #[arg(long, value_name = "PORT", default_value_t = USUAL_WEBSOCKET_PORT, value_parser = value_parser!(u16).range(1..))]
    websocket_port: u16,

    /// The page's port
    #[arg(long, value_name = "PORT", default_value_t = 8080, value_parser = value_parser!(u16).range(1..))]
    page_port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum BrokerKind {
    /// A broker inside this command: nothing to install
    Embedded,
    /// The real Mosquitto
    Mosquitto,
}

/// Why serving did not start or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A port is not free.
    #[error(transparent)]
    Port(#[from] PortError),

    /// The workspace could not be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),

    /// A tool could not be installed.
    #[error(transparent)]
    Tool(#[from] ToolError),

    /// The embedded broker did not start.
    #[error(transparent)]
    Broker(#[from] BrokerError),

    /// Mosquitto did not start.
    #[error(transparent)]
    Mosquitto(#[from] MosquittoError),

    /// The system refused something basic.
    #[error("serving is not possible: {0}")]
    System(#[from] io::Error),

    /// A part that should run for ever has ended.
    #[error("{part} ended ({status}), so everything else was stopped; what it had to say is above")]
    Ended {
        /// The part's name.
        part: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Serves until Ctrl-C.
///
/// # Errors
/// When something is missing, a port is taken, or a part ends by itself.
pub fn run(options: &Options) -> Result<(), ServeError> {
    ports::check_free(&options.ports())?;
    let workspace = Workspace::load()?;
    let trunk = tools::for_the_page(&workspace)?;
    if options.broker == BrokerKind::Mosquitto {
        tools::for_mosquitto()?;
    }
    runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(options, &workspace, &trunk))
}

async fn serve(options: &Options, workspace: &Workspace, trunk: &Trunk) -> Result<(), ServeError> {
    let mut stop_signals = [
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
        signal(SignalKind::quit())?,
    ];
    let [interrupt, terminate, hangup, quit] = &mut stop_signals;

    let mut broker = RunningBroker::start(options).await?;
    println!("Building the page; the first time takes a few minutes.");
    let mut page = Page::serve(trunk, workspace, options.page_port)?;

    let address = BrokerAddress {
        host: "127.0.0.1".into(),
        port: options.mqtt_port,
    };
    let [first_lamp, second_lamp] =
        LAMPS.map(|device| simulated_lamp::Options::sound(address.clone(), device));
    let labels = label_service::Options {
        broker: address,
        login: Login::default(),
        device: "foobar".into(),
        every: 1000,
    };
    let outcome = select! {
        // Ctrl-C reaches Mosquitto too: look at the signals before wondering why it ended.
        biased;
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = hangup.recv() => Ok(()),
        _ = quit.recv() => Ok(()),
        status = page.ended() => Err(ServeError::Ended { part: "trunk serve", status: status? }),
        status = broker.ended() => Err(ServeError::Ended { part: "mosquitto", status: status? }),
        // These never end.
        () = label_service::publish(&labels, |_| {}) => Ok(()),
        () = simulated_lamp::shine(&first_lamp, |_| {}) => Ok(()),
        () = simulated_lamp::shine(&second_lamp, |_| {}) => Ok(()),
        () = announce(options) => Ok(()),
    };
    if outcome.is_ok() {
        println!("\nStopped.");
    }
    outcome
}

impl Options {
    fn ports(&self) -> [Port; 3] {
        [
            Port {
                number: self.mqtt_port,
                purpose: "MQTT",
                flag: "--mqtt-port",
            },
            Port {
                number: self.websocket_port,
                purpose: "MQTT over WebSockets",
                flag: "--websocket-port",
            },
            Port {
                number: self.page_port,
                purpose: "the page",
                flag: "--page-port",
            },
        ]
    }

    /// The page's address, with the broker's where the page would not find it by itself.
    fn page_address(&self) -> String {
        let page = format!("http://127.0.0.1:{}/", self.page_port);
        if self.websocket_port == USUAL_WEBSOCKET_PORT {
            return page;
        }
        format!("{page}?broker=ws://127.0.0.1:{}/mqtt", self.websocket_port)
    }
}

/// The broker that was asked for; it stops when this is dropped.
enum RunningBroker {
    Embedded { _broker: Broker },
    Mosquitto(Mosquitto),
}

impl RunningBroker {
    async fn start(options: &Options) -> Result<RunningBroker, ServeError> {
        let (mqtt, websocket) = (options.mqtt_port, options.websocket_port);
        Ok(match options.broker {
            BrokerKind::Embedded => RunningBroker::Embedded {
                _broker: Broker::start(
                    (Ipv4Addr::LOCALHOST, mqtt).into(),
                    (Ipv4Addr::LOCALHOST, websocket).into(),
                )?,
            },
            BrokerKind::Mosquitto => {
                RunningBroker::Mosquitto(Mosquitto::start(mqtt, websocket).await?)
            }
        })
    }

    /// The embedded broker ends with this process only.
    async fn ended(&mut self) -> io::Result<ExitStatus> {
        match self {
            RunningBroker::Embedded { .. } => pending().await,
            RunningBroker::Mosquitto(mosquitto) => mosquitto.ended().await,
        }
    }
}

/// The page at work; it stops when this is dropped.
struct Page {
    trunk: ProcessGroup,
    /// Holds the built page: a new one each time, as an old page would be served if building fails, and one for each
    /// page that is served at the same time.
    _folder: TempDir,
}

impl Page {
    /// Starts `trunk serve`, which starts cargo.
    fn serve(trunk: &Trunk, workspace: &Workspace, port: u16) -> io::Result<Page> {
        let folder = tempfile::Builder::new()
            .prefix("serve-")
            .tempdir_in(&workspace.target)?;
        let mut serve = Command::from(trunk.command(workspace));
        serve
            .args(["--quiet", "serve", "--address", "127.0.0.1", "--port"])
            .arg(port.to_string())
            .arg("--dist")
            .arg(folder.path());
        Ok(Page {
            trunk: ProcessGroup::start(&mut serve)?,
            _folder: folder,
        })
    }

    async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.trunk.ended().await
    }
}

/// Waits for the page, tells where everything is, and rests.
async fn announce(options: &Options) {
    let address = format!("http://127.0.0.1:{}/", options.page_port);
    while !answers(address.clone()).await {
        sleep(Duration::from_millis(200)).await;
    }
    println!(
        "\n  The page      {}\n  \
           Lamps         {} (simulated)\n  \
           All messages  mosquitto_sub -v -p {} -t 'devices/#'\n  \
           Stop          Ctrl-C\n",
        options.page_address(),
        LAMPS.join(", "),
        options.mqtt_port,
    );
    pending().await
}

async fn answers(address: String) -> bool {
    // No proxy of the environment's: it does not reach this machine's loopback address.
    let direct = Agent::new_with_config(Agent::config_builder().proxy(None).build());
    let request = task::spawn_blocking(move || direct.get(address).call());
    matches!(request.await, Ok(Ok(_)))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn options(flags: &[&str]) -> Options {
        Cli::parse_from([&["serve"], flags].concat()).options
    }

    #[test]
    fn the_lessons_ports_are_the_usual_ones() {
        let ports = options(&[]).ports().map(|port| port.number);
        assert_eq!(ports, [50001, 50002, 8080]);
    }

    #[test]
    fn the_page_address_names_a_broker_at_an_unusual_port_only() {
        assert_eq!(options(&[]).page_address(), "http://127.0.0.1:8080/");
        assert_eq!(
            options(&["--page-port", "81", "--websocket-port", "9001"]).page_address(),
            "http://127.0.0.1:81/?broker=ws://127.0.0.1:9001/mqtt"
        );
    }
}
