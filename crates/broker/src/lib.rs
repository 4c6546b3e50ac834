//! An MQTT broker in the process, for a first look at the page and for its tests.
//!
//! It listens twice, for plain MQTT and for MQTT over WebSockets (path `/mqtt`, sub-protocol `mqtt`), lets
//! everybody in, and keeps everything in memory. The protocol itself is the `mqtt5` crate's business; this
//! crate starts it in a thread of its own and stops it again.
//!
//! ```
//! # fn main() -> Result<(), broker::BrokerError> {
//! let any_port = ([127, 0, 0, 1], 0).into();
//! let broker = broker::Broker::start(any_port, any_port)?;
//! println!("ws://{}/mqtt", broker.websocket_address());
//! # Ok(())
//! # }
//! ```

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use mqtt5::{
    MqttError,
    broker::{
        BrokerConfig, MqttBroker, StorageBackendType, StorageConfig, config::WebSocketConfig,
    },
};
use tokio::{runtime, select, sync::oneshot};

/// A running broker; dropping it closes its listeners and all sessions.
#[derive(Debug)]
pub struct Broker {
    addresses: Addresses,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Another program, or another broker, listens on this address.
    #[error("the address {0} is already in use")]
    AddressInUse(SocketAddr),

    /// The system refuses to let us listen on this address.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// The system's reason.
        cause: io::Error,
    },

    /// The system gave the broker no thread or no event loop.
    #[error("the broker's thread did not start: {0}")]
    Thread(#[from] io::Error),

    /// The MQTT engine refused to start.
    #[error("the broker did not start: {0}")]
    Engine(#[from] MqttError),

    /// The broker's thread ended before it was ready.
    #[error("the broker ended while it was starting")]
    Ended,
}

impl Broker {
    /// Listens on both addresses; port 0 takes any free port. Both accept connections when this returns.
    ///
    /// # Errors
    /// [`BrokerError::AddressInUse`] names the address that is taken; the other variants are the system's refusals.
    pub fn start(mqtt: SocketAddr, websocket: SocketAddr) -> Result<Broker, BrokerError> {
        check_free(mqtt)?;
        check_free(websocket)?;
        let (stop, stopped) = oneshot::channel();
        let (report, reports) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("broker".into())
            .spawn(move || run(mqtt, websocket, &report, stopped))?;
        let addresses = reports.recv().map_err(|_| BrokerError::Ended)??;
        Ok(Broker {
            addresses,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where the plain MQTT listener is.
    #[must_use]
    pub fn mqtt_address(&self) -> SocketAddr {
        self.addresses.mqtt
    }

    /// Where the WebSocket listener is.
    #[must_use]
    pub fn websocket_address(&self) -> SocketAddr {
        self.addresses.websocket
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Addresses {
    mqtt: SocketAddr,
    websocket: SocketAddr,
}

/// The engine only logs that an address was taken, and does without it; so we ask the system first.
fn check_free(address: SocketAddr) -> Result<(), BrokerError> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
            Err(BrokerError::AddressInUse(address))
        }
        Err(cause) => Err(BrokerError::Listen { address, cause }),
    }
}

/// The broker's thread: reports once, when it is ready or has failed, then serves until it is stopped.
fn run(
    mqtt: SocketAddr,
    websocket: SocketAddr,
    report: &mpsc::Sender<Result<Addresses, BrokerError>>,
    stopped: oneshot::Receiver<()>,
) {
    let served = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(BrokerError::from)
        .and_then(|runtime| runtime.block_on(serve(mqtt, websocket, report, stopped)));
    if let Err(error) = served {
        // Fails if the broker was ready before: then nobody waits for its report any more.
        let _ = report.send(Err(error));
    }
}

async fn serve(
    mqtt: SocketAddr,
    websocket: SocketAddr,
    report: &mpsc::Sender<Result<Addresses, BrokerError>>,
    stopped: oneshot::Receiver<()>,
) -> Result<(), BrokerError> {
    let mut engine = MqttBroker::with_config(config(mqtt, websocket)).await?;
    let addresses = Addresses {
        mqtt: engine.local_addr().ok_or(BrokerError::AddressInUse(mqtt))?,
        websocket: engine
            .ws_local_addr()
            .ok_or(BrokerError::AddressInUse(websocket))?,
    };
    let _ = report.send(Ok(addresses));
    select! {
        ended = engine.run() => Ok(ended?),
        _ = stopped => Ok(()),
    }
}

fn config(mqtt: SocketAddr, websocket: SocketAddr) -> BrokerConfig {
    BrokerConfig::default()
        .with_bind_address(mqtt)
        .with_websocket(WebSocketConfig::default().with_bind_address(websocket))
        .with_storage(StorageConfig::default().with_backend(StorageBackendType::Memory))
}
