//! What can go wrong between the page and a broker, in the words of the person who has to mend it.

use thiserror::Error;

/// A broker that failed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{broker}: {reason}")]
pub struct Failure {
    /// WebSocket URL.
    pub broker: String,
    /// Why.
    pub reason: LostReason,
}

/// Why the connection is down although trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LostReason {
    /// The WebSocket never opened. Browsers do not tell why.
    #[error("The broker does not answer.")]
    Unreachable,
    /// The WebSocket did not open, and it may be the browser that keeps the page from it: the page came over https, and the
    /// address leads unencrypted into the local network.
    #[error("The broker does not answer.")]
    KeptAway,
    /// The WebSocket was open and closed.
    #[error("The broker closed the connection.")]
    Closed,
    /// A step took longer than it may.
    #[error("The broker is silent: no answer to {0}.")]
    Silent(Step),
    /// CONNACK return code 3 (section 3.2.2.3).
    #[error("The broker says that it is not available now.")]
    Unavailable,
    /// The WebSocket was closed soon after CONNACK, again and again. So it goes when two clients have one id: the
    /// broker lets the newcomer in and throws the other out (section 3.1.4).
    #[error("The broker lets the page in and closes the connection soon after, again and again.")]
    Dropped,
    /// What came is not what the standard allows.
    #[error("The broker sent {0}.")]
    Protocol(ProtocolError),
}

impl LostReason {
    /// Whether nobody was reached at all.
    pub fn is_unreached(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::KeptAway | Self::Silent(Step::Open)
        )
    }

    /// What the user can do, beyond waiting for the next try.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Unreachable | Self::Silent(Step::Open) => {
                "Check that it runs, that its WebSocket listener is on this address, and that no firewall \
                 or security group blocks the port."
            }
            Self::KeptAway => {
                "Check that it runs. As the page came over https, only Chrome and Edge open this address, once you let the \
                 page reach your local network; a wss:// address opens everywhere."
            }
            Self::Closed => "Check that it still runs; its log says why it closed.",
            Self::Dropped => {
                "Reload the page: it then has another client id, should somebody else use this one. \
                 If that does not help, the broker's log says why it closes."
            }
            Self::Silent(_) => {
                "Check the network, and that the broker is not frozen or overloaded."
            }
            Self::Unavailable => "Its log says why.",
            Self::Protocol(_) => {
                "Check that this address is an MQTT broker's WebSocket listener, and that it keeps no message of more \
                 than 16 MB."
            }
        }
    }
}

/// What the page waits for, each for a limited time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Step {
    /// The WebSocket handshake.
    #[error("opening the connection")]
    Open,
    /// CONNACK.
    #[error("the request to connect")]
    Connect,
    /// SUBACK.
    #[error("the subscription")]
    Subscribe,
    /// PUBACK.
    #[error("a change")]
    Publish,
    /// PINGRESP.
    #[error("a ping")]
    Ping,
}

/// Why the broker's bytes cannot be MQTT 3.1.1 as the page asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProtocolError {
    /// A text frame (section 6: MQTT travels in binary frames).
    #[error("text instead of MQTT packets")]
    TextFrame,
    /// Bytes that are no packet.
    #[error("a malformed packet")]
    Malformed,
    /// A packet longer than the page reads.
    #[error("a packet that is too long")]
    TooLong,
    /// A packet that has no business here or now.
    #[error("a packet out of order")]
    Unexpected,
    /// A PUBACK or SUBACK for which nothing waits.
    #[error("an acknowledgement of nothing that was sent")]
    UnknownPacketId,
}

/// Why trying again cannot help before somebody changes something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefusedReason {
    /// CONNACK return code 1.
    #[error("The broker does not speak MQTT 3.1.1.")]
    ProtocolVersion,
    /// CONNACK return code 2.
    #[error("The broker does not accept the page's client id.")]
    ClientId,
    /// CONNACK return code 4 or 5, and no login was sent.
    #[error("The broker wants a user name and password.")]
    LoginWanted,
    /// CONNACK return code 4 or 5 to a login.
    #[error("The broker does not accept the user name and password.")]
    LoginRejected,
    /// CONNACK return code 4 or 5 from a broker that is never sent a login.
    #[error("The broker wants a user name and password, but is named in the page's address.")]
    LoginWithheld,
    /// The broker's address is `ws:`, the page's https.
    #[error(
        "The page came over https, and from there browsers forbid this address, as it is not encrypted."
    )]
    MixedContent,
    /// SUBACK return code 0x80 (section 3.9.3).
    #[error("The broker does not let this page read {filter}.")]
    Subscription {
        /// The topic filter asked for.
        filter: String,
    },
}

impl RefusedReason {
    /// Whether another login may help.
    pub fn is_about_login(&self) -> bool {
        matches!(self, Self::LoginWanted | Self::LoginRejected)
    }

    /// What to change, and where.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::ProtocolVersion => "Enable MQTT 3.1.1 on the broker, or use another one.",
            Self::ClientId => "Lift the broker's limit on client ids for this page.",
            Self::LoginWanted => {
                "Log in below, put username and password into config.json, or set “allow_anonymous true” in the \
                 broker's configuration."
            }
            Self::LoginRejected => "Log in below, or correct username and password in config.json.",
            Self::LoginWithheld => {
                "Anybody can make such an address, so no login is sent there. List the broker in config.json and open \
                 this page without “broker” in its address, or set “allow_anonymous true” in the broker's configuration."
            }
            Self::MixedContent => {
                "Use a wss:// address: give the broker a listener with TLS, or let the web server pass /mqtt on to it."
            }
            Self::Subscription { .. } => "Allow this topic in the broker's access list.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::framing::MAX_PASSED_OVER;

    #[test]
    fn a_broker_that_is_silent_from_the_start_is_sought_like_one_that_is_not_there() {
        let silent = LostReason::Silent(Step::Open);
        assert_eq!(silent.remedy(), LostReason::Unreachable.remedy());
    }

    #[test]
    fn what_is_too_long_to_pass_over_is_named() {
        let limit = format!("more than {} MB.", MAX_PASSED_OVER / 1024 / 1024);
        assert!(
            LostReason::Protocol(ProtocolError::TooLong)
                .remedy()
                .contains(&limit)
        );
    }
}
