//! `cargo xtask simulated-lamp`: a LAMPI without hardware, at a real broker.

use std::{
    convert::Infallible,
    error::Error,
    io,
    time::{Duration, Instant},
};

use lampi::{
    simulated::{Faults, Message, SimulatedLamp},
    topics::Topics,
};
use rumqttc::{
    AsyncClient, ClientError, ConnectionError, Event, EventLoop, LastWill, Packet, Publish, QoS,
};
use tokio::{
    runtime, select,
    sync::mpsc::{self, UnboundedReceiver},
    time::{sleep, timeout},
};

use crate::{
    log,
    mqtt::{self, BrokerAddress, Login, RETRY_AFTER, device_name},
    trouble::{SHORTEST_SESSION, Told, Trouble},
};

/// Where to be which lamp, and what is wrong with it.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The broker's plain MQTT address
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:50001")]
    pub broker: BrokerAddress,

    #[command(flatten)]
    pub login: Login,

    /// The lamp's device id
    #[arg(long, value_name = "ID", default_value = "b827eb000003", value_parser = device_name)]
    pub device: String,

    /// Do nothing that is asked for, in silence, as after a bad request
    #[arg(long)]
    pub reject: bool,

    /// Milliseconds until the lamp does what it is asked for
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub delay: u64,

    /// Vanish from the broker after so many seconds, come back after as many, and so on
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub offline_every: Option<u64>,
}

/// What the lamp has to tell while it runs.
#[derive(Debug)]
pub enum Progress {
    /// A message arrived.
    Heard {
        /// Its topic.
        topic: String,
        /// Its payload, as far as it is text.
        payload: String,
    },
    /// A message is on its way.
    Said {
        /// Its topic.
        topic: String,
        /// Its payload.
        payload: String,
    },
    /// The lamp vanished, as it was told to.
    Offline,
    /// There is no session; the lamp goes on trying.
    Trouble(Trouble),
}

/// Why the lamp did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatedLampError {
    /// The system gave us no event loop.
    #[error("the simulated lamp did not start: {0}")]
    Runtime(#[from] io::Error),
}

impl Options {
    /// A lamp with nothing wrong.
    pub fn sound(broker: BrokerAddress, device: &str) -> Options {
        Options {
            broker,
            login: Login::default(),
            device: device.into(),
            reject: false,
            delay: 0,
            offline_every: None,
        }
    }
}

/// Is a lamp until the process is stopped, with a line for every message.
///
/// # Errors
/// Only when the lamp cannot start at all.
pub fn run(options: &Options) -> Result<(), SimulatedLampError> {
    let broker = &options.broker;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let show = |progress| match progress {
        Progress::Heard { topic, payload } => log::line(format_args!("heard {topic} {payload}")),
        Progress::Said { topic, payload } => log::line(format_args!("said {topic} {payload}")),
        Progress::Offline => log::line("offline"),
        Progress::Trouble(trouble) => log::notice(format_args!("the broker at {broker} {trouble}")),
    };
    runtime.block_on(shine(options, show));
    Ok(())
}

/// Is a lamp for as long as it is polled and never ends by itself; the broker may come and go, and what the lamp shows
/// stays. What lasts is told once.
pub async fn shine(options: &Options, report: impl Fn(Progress)) {
    let faults = Faults {
        rejects: options.reject,
        delay: Duration::from_millis(options.delay).into(),
    };
    let mut lamp = SimulatedLamp::new(options.device.clone(), Topics::default(), faults);
    let shift = options
        .offline_every
        .map_or(Duration::MAX, Duration::from_secs);
    let mut told = Told::default();
    loop {
        let online = async {
            let sessions = Sessions::open(options, &lamp).await;
            let sessions = sessions.map_err(|error| Trouble::at_the_start(&error))?;
            let began = Instant::now();
            let lost = sessions.serve(&mut lamp, &report).await;
            let lasted = began.elapsed();
            if lasted >= SHORTEST_SESSION {
                told = Told::default();
            }
            lost.map_err(|error| Trouble::at_the_end(error, lasted))
        };
        let ended = timeout(shift, online).await;
        // The broker says it for the lamp, by its wills: the connections are broken by now.
        lamp.offline();
        if let Ok(Err(trouble)) = ended {
            if told.is_news(&trouble) {
                report(Progress::Trouble(trouble));
            }
            sleep(RETRY_AFTER).await;
        } else {
            told = Told::default();
            report(Progress::Offline);
            sleep(shift).await;
        }
    }
}

/// The lamp's sessions at the broker: two, as a session leaves one will only. Dropping them breaks both connections
/// without a word, so that the broker publishes the wills.
struct Sessions {
    bridge: Session,
    service: Session,
}

impl Sessions {
    /// Returns when the broker has accepted both.
    async fn open(options: &Options, lamp: &SimulatedLamp) -> Result<Sessions, ConnectionError> {
        let [bridge, service] = lamp.wills();
        Ok(Sessions {
            bridge: Session::open(options, "bridge", bridge).await?,
            service: Session::open(options, "service", service).await?,
        })
    }

    /// Lets the lamp live until a session is lost.
    async fn serve(
        self,
        lamp: &mut SimulatedLamp,
        report: impl Fn(Progress),
    ) -> Result<Infallible, Lost> {
        let Sessions { bridge, service } = self;
        // Unbounded: `listen` must never wait for `live`, whose messages are sent only while `listen` goes on.
        let (tell, told) = mpsc::unbounded_channel();
        select! {
            lost = listen(bridge.events, |_| {}) => lost,
            lost = listen(service.events, |message| drop(tell.send(message))) => lost,
            lost = live(lamp, &service.client, told, report) => lost,
        }
    }
}

/// Why a session was lost; its text is one line.
type Lost = Box<dyn Error>;

struct Session {
    /// The events end with it.
    client: AsyncClient,
    events: EventLoop,
}

impl Session {
    /// Lasting, as that of a real lamp's bridge: what the lamp is asked for while it is away is delivered when it is back.
    async fn open(
        options: &Options,
        role: &str,
        will: Message,
    ) -> Result<Session, ConnectionError> {
        let Options {
            broker,
            login,
            device,
            ..
        } = options;
        let id = format!("{device}_simulated_{role}");
        let mut session = mqtt::session(id, broker, login);
        session.set_clean_session(false);
        session.set_last_will(LastWill::new(
            will.topic,
            will.payload,
            QoS::AtLeastOnce,
            will.retain,
        ));
        let (client, mut events) = AsyncClient::new(session, 10);
        // The first event is the broker's consent.
        events.poll().await?;
        Ok(Session { client, events })
    }
}

/// Takes what comes in and sends what goes out.
async fn listen(mut events: EventLoop, arrived: impl Fn(Publish)) -> Result<Infallible, Lost> {
    loop {
        if let Event::Incoming(Packet::Publish(message)) = events.poll().await? {
            arrived(message);
        }
    }
}

/// Subscribes, says that the lamp is there, and then does what the lamp is told.
async fn live(
    lamp: &mut SimulatedLamp,
    client: &AsyncClient,
    mut told: UnboundedReceiver<Publish>,
    report: impl Fn(Progress),
) -> Result<Infallible, Lost> {
    let clock = Instant::now();
    // First of all: who sees the lamp come may ask it at once.
    client
        .subscribe(lamp.subscription(), QoS::AtLeastOnce)
        .await?;
    for message in lamp.start() {
        say(client, message, &report).await?;
    }
    loop {
        while let Some(message) = lamp.poll(clock.elapsed().into()) {
            say(client, message, &report).await?;
        }
        let wait = lamp.deadline().map_or(Duration::MAX, |due| {
            Duration::from(due).saturating_sub(clock.elapsed())
        });
        select! {
            () = sleep(wait) => {}
            Some(Publish { topic, payload, .. }) = told.recv() => {
                lamp.handle(&topic, &payload, clock.elapsed().into());
                let payload = String::from_utf8_lossy(&payload).into();
                report(Progress::Heard { topic, payload });
            }
        }
    }
}

async fn say(
    client: &AsyncClient,
    message: Message,
    report: impl Fn(Progress),
) -> Result<(), ClientError> {
    let Message {
        topic,
        payload,
        retain,
    } = message;
    client
        .publish(&topic, QoS::AtLeastOnce, retain, payload.as_str())
        .await?;
    report(Progress::Said { topic, payload });
    Ok(())
}
