//! Why a task has no session at its broker.

use std::{fmt, mem, time::Duration};

use rumqttc::{ConnectReturnCode, ConnectionError, StateError, mqttbytes};

use crate::mqtt::RETRY_AFTER;

/// A session that ends sooner was closed at once: of two lamps that take each other's place, each has it for
/// [`RETRY_AFTER`] and a little more.
pub const SHORTEST_SESSION: Duration = RETRY_AFTER.saturating_mul(2);

/// Why there is no session, in one line; the task goes on trying.
#[derive(Debug)]
pub enum Trouble {
    /// The session was lost, or no broker was found.
    Away(String),
    /// The session was lost as soon as it had begun.
    Brief(String),
    /// The broker was found, but there is no session before somebody changes something.
    Unusable(String),
}

impl Trouble {
    /// Why a session did not begin.
    pub fn at_the_start(error: &ConnectionError) -> Trouble {
        match fault(error) {
            Some(cause) => Trouble::Unusable(cause),
            None => Trouble::Away(error.to_string()),
        }
    }

    /// Why a session ended that had begun.
    pub fn at_the_end(cause: impl fmt::Display, lasted: Duration) -> Trouble {
        let cause = cause.to_string();
        if lasted < SHORTEST_SESSION {
            Trouble::Brief(cause)
        } else {
            Trouble::Away(cause)
        }
    }
}

/// Which trouble was told last, whatever its cause: one that lasts is told once.
#[derive(Debug, Default)]
pub struct Told(Option<mem::Discriminant<Trouble>>);

impl Told {
    /// Whether this one is to be told now.
    pub fn is_news(&mut self, trouble: &Trouble) -> bool {
        let kind = mem::discriminant(trouble);
        self.0.replace(kind) != Some(kind)
    }
}

/// As it goes on after the broker's name.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Away(cause) => write!(f, "is away ({cause}); trying again every second"),
            Trouble::Brief(cause) => write!(
                f,
                "closes the session at once ({cause}): is another lamp of this name running? Trying again every second"
            ),
            Trouble::Unusable(cause) => {
                write!(f, "cannot be used: {cause} (trying again every second)")
            }
        }
    }
}

/// What somebody has to change. `None` for what the network did, or a broker that is not there.
fn fault(error: &ConnectionError) -> Option<String> {
    use ConnectReturnCode::{BadUserNamePassword, NotAuthorized};
    Some(match error {
        ConnectionError::ConnectionRefused(BadUserNamePassword | NotAuthorized) => {
            "it wants a user name and password, or others: set MQTT_USERNAME and MQTT_PASSWORD; a Mosquitto that is to \
             let everybody in needs `allow_anonymous true` in its configuration"
                .into()
        }
        ConnectionError::ConnectionRefused(code) => format!("it refuses: {code:?}"),
        ConnectionError::MqttState(StateError::Deserialization(mqttbytes::Error::Io(_))) => {
            return None;
        }
        ConnectionError::NotConnAck(_)
        | ConnectionError::MqttState(StateError::Deserialization(_)) => {
            "what it says is not MQTT; is this its plain MQTT port?".into()
        }
        ConnectionError::MqttState(StateError::ConnectionAborted) => {
            "it hangs up without an answer; is this its plain MQTT port?".into()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_failed_is_no_fault_of_the_broker() {
        let reset = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        for error in [
            ConnectionError::Io(reset()),
            ConnectionError::NetworkTimeout,
            StateError::Io(reset()).into(),
            StateError::Deserialization(reset().into()).into(),
        ] {
            assert_eq!(fault(&error), None, "{error}");
        }
    }

    #[test]
    fn a_session_that_ends_at_once_is_another_trouble_than_one_that_lasted() {
        let end = |lasted| Trouble::at_the_end("closed", Duration::from_secs(lasted));
        assert!(matches!(end(1), Trouble::Brief(_)));
        assert!(matches!(end(60), Trouble::Away(_)));
    }

    #[test]
    fn a_trouble_that_lasts_is_told_once() {
        let mut told = Told::default();
        let away = |cause: &str| Trouble::Away(cause.into());
        assert!(told.is_news(&away("it is slow")));
        assert!(!told.is_news(&away("it is gone")));
        assert!(told.is_news(&Trouble::Brief("closed".into())));
        assert!(told.is_news(&away("it is gone")));
    }

    #[test]
    fn a_broker_that_answers_otherwise_than_wanted_has_a_fault() {
        for (error, words) in [
            (
                ConnectionError::ConnectionRefused(ConnectReturnCode::NotAuthorized),
                "`allow_anonymous true`",
            ),
            (
                ConnectionError::ConnectionRefused(ConnectReturnCode::BadClientId),
                "BadClientId",
            ),
            (
                ConnectionError::NotConnAck(rumqttc::Packet::PingResp),
                "not MQTT",
            ),
            (StateError::ConnectionAborted.into(), "plain MQTT port"),
        ] {
            assert!(fault(&error).unwrap().contains(words), "{error}");
        }
    }
}
