//! What all tasks that talk to a broker share.

use std::{fmt, str::FromStr, time::Duration};

use lampi::topics::is_no_part_of_a_name;
use rumqttc::MqttOptions;

/// Pause before the next try when the broker is away.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Bytes: the longest packet of MQTT 3.1.1 (section 2.2.3). With a lower limit, a longer packet would end the session, and
/// then the next one, in which the broker sends it again.
const LARGEST_PACKET: usize = 268_435_455;

/// A host name or address with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    /// Name or IP address, without the brackets of an IPv6 address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// Who to be at a broker that wants a login.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Login {
    /// User name at the broker
    #[arg(
        long,
        value_name = "NAME",
        env = "MQTT_USERNAME",
        requires = "password"
    )]
    pub username: Option<String>,

    /// Password at the broker; better in the environment, as everyone on the machine can read command lines
    #[arg(
        long,
        env = "MQTT_PASSWORD",
        hide_env_values = true,
        requires = "username"
    )]
    pub password: Option<String>,
}

/// What all sessions have in common.
pub fn session(id: String, broker: &BrokerAddress, login: &Login) -> MqttOptions {
    let mut session = MqttOptions::new(id, &broker.host, broker.port);
    session.set_max_packet_size(LARGEST_PACKET, LARGEST_PACKET);
    if let (Some(username), Some(password)) = (&login.username, &login.password) {
        session.set_credentials(username, password);
    }
    session
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl FromStr for BrokerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<BrokerAddress, String> {
        let wanted = || format!("`{text}` is not HOST:PORT, such as localhost:50001");
        let (host, port) = text.rsplit_once(':').ok_or_else(wanted)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match port.parse() {
            // With a slash it is a URL, such as the WebSocket listener's.
            Ok(port) if port > 0 && !host.is_empty() && !host.contains('/') => Ok(BrokerAddress {
                host: host.into(),
                port,
            }),
            _ => Err(wanted()),
        }
    }
}

/// Reads a device's name: one level of a topic, without the characters that the page does not take in a name.
///
/// # Errors
/// Says what is wrong with the name.
pub fn device_name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("the name is empty".into());
    }
    if text.contains(is_no_part_of_a_name) {
        return Err(
            "a device name has no `/`, `+`, `#` or control character: it is one level of an MQTT topic".into(),
        );
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_logs_in_as_it_is_told() {
        let broker = "localhost:1".parse().unwrap();
        let login = Login {
            username: Some("me".into()),
            password: Some("secret".into()),
        };
        let has_login = |login| {
            let session = session("id".into(), &broker, login);
            session.credentials().is_some()
        };
        assert!(has_login(&login));
        assert!(!has_login(&Login::default()));
    }

    #[test]
    fn a_session_reads_packets_of_any_length() {
        let broker = "localhost:1".parse().unwrap();
        let session = session("id".into(), &broker, &Login::default());
        assert_eq!(session.max_packet_size(), LARGEST_PACKET);
    }

    #[test]
    fn the_help_does_not_show_the_password_of_the_environment() {
        let command = <Login as clap::Args>::augment_args(clap::Command::new("task"));
        let mut arguments = command.get_arguments();
        let password = arguments.find(|argument| argument.get_id() == "password");
        assert!(password.unwrap().is_hide_env_values_set());
    }

    #[test]
    fn a_device_name_is_one_topic_level() {
        assert_eq!(device_name("foobar").unwrap(), "foobar");
        for bad in ["", "a/b", "+", "#", "a#", "a\0", "a\tb"] {
            assert!(device_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_broker_address_has_a_host_and_a_port() {
        let address = |host: &str, port| BrokerAddress {
            host: host.into(),
            port,
        };
        assert_eq!("lamp.local:1883".parse(), Ok(address("lamp.local", 1883)));
        assert_eq!("[::1]:50001".parse(), Ok(address("::1", 50001)));
        for bad in [
            "",
            "localhost",
            ":50001",
            "localhost:",
            "localhost:0",
            "localhost:70000",
            "ws://localhost:50002",
            "mqtt://localhost:50001",
        ] {
            assert!(bad.parse::<BrokerAddress>().is_err(), "{bad:?}");
        }
    }
}
