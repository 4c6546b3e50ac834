//! What the user does.

use lampi::hundredths::Hundredths;
use lampi::state::State;

use crate::mqtt::Credentials;

/// With the device that is shown, or with the connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Switches the lesson's device on or off.
    TogglePower,
    /// Moves its slider.
    SetLevel(Hundredths),
    /// Wants the lamp to be so.
    Want(State),
    /// Does not wait any more for the lamp.
    GiveUp,
    /// Asks for a try to connect now.
    Retry,
    /// Logs in at the broker.
    LogIn(Credentials),
}
