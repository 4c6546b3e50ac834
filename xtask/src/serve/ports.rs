//! Looks whether the ports of a task are free before anything is started.

use std::{io, net::TcpListener};

/// A port of this machine that a task wants to listen on.
#[derive(Clone, Copy, Debug)]
pub struct Port {
    /// The TCP port.
    pub number: u16,
    /// What listens on it.
    pub purpose: &'static str,
    /// The flag that chooses another.
    pub flag: &'static str,
}

/// Why a port cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Somebody else listens on it.
    #[error(
        "port {} ({}) is in use: stop the program that listens on it, or choose another port with {} PORT",
        .0.number, .0.purpose, .0.flag
    )]
    InUse(Port),

    /// Two purposes have the same number.
    #[error(
        "port {} is wanted twice, for {} and for {}: choose another one with {} PORT",
        .port.number, .other.purpose, .port.purpose, .port.flag
    )]
    WantedTwice {
        /// The port that was asked for.
        port: Port,
        /// The one before it.
        other: Port,
    },

    /// The system refuses it, as it does with low numbers.
    #[error("port {} ({}) cannot be used: {cause}; choose another port with {} PORT", .port.number, .port.purpose, .port.flag)]
    Refused {
        /// The port that was asked for.
        port: Port,
        /// The system's reason.
        cause: io::Error,
    },
}

/// Checks that every port is free, and that no two are the same.
///
/// # Errors
/// Names the first port that is not free, or is one before it.
pub fn check_free(ports: &[Port]) -> Result<(), PortError> {
    for (index, &port) in ports.iter().enumerate() {
        let mut before = ports[..index].iter();
        if let Some(&other) = before.find(|other| other.number == port.number) {
            return Err(PortError::WantedTwice { port, other });
        }
        match TcpListener::bind(("127.0.0.1", port.number)) {
            Ok(_) => {}
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
                return Err(PortError::InUse(port));
            }
            Err(cause) => return Err(PortError::Refused { port, cause }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> Port {
        Port {
            number,
            purpose: "the page",
            flag: "--page-port",
        }
    }

    #[test]
    fn a_port_in_use_is_named_with_its_purpose_and_the_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = taken.local_addr().unwrap().port();
        let message = check_free(&[port(number)]).unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "port {number} (the page) is in use: stop the program that listens on it, or choose another port \
                 with --page-port PORT"
            )
        );
    }

    #[test]
    fn a_port_cannot_be_wanted_twice() {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let broker = Port {
            purpose: "MQTT",
            flag: "--mqtt-port",
            ..port(free)
        };
        let message = check_free(&[broker, port(free)]).unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "port {free} is wanted twice, for MQTT and for the page: choose another one with --page-port PORT"
            )
        );
    }
}
