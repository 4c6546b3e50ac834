//! `cargo xtask label-service`: publishes labels that count up, as the lesson's service does.

use std::{io, time::Duration};

use lampi::topics::Topics;
use rumqttc::{AsyncClient, Event, Packet, QoS};
use tokio::{
    runtime, select,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    log,
    mqtt::{self, BrokerAddress, Login, RETRY_AFTER, device_name},
    trouble::{Told, Trouble},
};

/// Where, as whom and how often to publish.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The broker's plain MQTT address
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:50001")]
    pub broker: BrokerAddress,

    #[command(flatten)]
    pub login: Login,

    /// The device whose label changes
    #[arg(long, value_name = "NAME", default_value = "foobar", value_parser = device_name)]
    pub device: String,

    /// Milliseconds between two labels
    #[arg(long, value_name = "MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub every: u64,
}

/// What the service has to tell while it runs.
#[derive(Debug)]
pub enum Progress {
    /// The broker accepted the session.
    Connected,
    /// One label left.
    Sent {
        /// Its topic.
        topic: String,
        /// Its payload, JSON.
        payload: String,
    },
    /// There is no session; the service goes on trying.
    Trouble(Trouble),
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum LabelServiceError {
    /// The system gave us no event loop.
    #[error("the label service did not start: {0}")]
    Runtime(#[from] io::Error),
}

/// Publishes until the process is stopped, with a line for every label.
///
/// # Errors
/// Only when the service cannot start at all.
pub fn run(options: &Options) -> Result<(), LabelServiceError> {
    let broker = &options.broker;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let show = |progress| match progress {
        Progress::Connected => log::notice(format_args!("connected to {broker}")),
        Progress::Sent { topic, payload } => log::line(format_args!("{topic} {payload}")),
        Progress::Trouble(trouble) => log::notice(format_args!("the broker at {broker} {trouble}")),
    };
    runtime.block_on(publish(options, show));
    Ok(())
}

/// Publishes for as long as it is polled and never ends by itself; the broker may come and go. What lasts is told once.
pub async fn publish(options: &Options, report: impl Fn(Progress)) {
    let id = format!("lampi-label-service-{}", std::process::id());
    let session = mqtt::session(id, &options.broker, &options.login);
    let (client, mut events) = AsyncClient::new(session, 10);
    let topic = Topics::default().label(&options.device);
    let mut due = interval(Duration::from_millis(options.every));
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Told::default();
    let mut connected = false;
    let mut value = 0_u64;
    loop {
        select! {
            event = events.poll() => match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    (connected, told) = (true, Told::default());
                    report(Progress::Connected);
                }
                Ok(_) => {}
                Err(error) => {
                    let trouble = if connected {
                        Trouble::Away(error.to_string())
                    } else {
                        Trouble::at_the_start(&error)
                    };
                    connected = false;
                    if told.is_news(&trouble) {
                        report(Progress::Trouble(trouble));
                    }
                    sleep(RETRY_AFTER).await;
                }
            },
            _ = due.tick(), if connected => {
                let payload = label(value);
                // A full queue means that the broker is slower than asked: this label's turn comes again.
                if client.try_publish(&topic, QoS::AtMostOnce, false, payload.as_str()).is_ok() {
                    value += 1;
                    report(Progress::Sent { topic: topic.clone(), payload });
                }
            }
        }
    }
}

fn label(value: u64) -> String {
    format!("{{\"value\": {value}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_lessons_json() {
        assert_eq!(label(0), r#"{"value": 0}"#);
        assert_eq!(label(42), r#"{"value": 42}"#);
    }
}
