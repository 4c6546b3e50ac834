//! How the connection is, in words for the user: what happened, why, and what to do. Pure.

use lampi::duration::Duration;
use serde::{Deserialize, Serialize};

use crate::broker_address::certificate_page;
use crate::mqtt::{Failure, Status};

/// What the page shows of a [`Status`], or while there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// In a word.
    pub state: State,
    /// The broker that the page is connected to.
    pub broker: Option<String>,
    /// The same in sentences.
    pub detail: String,
    /// Time to the next try, counted from when this is told.
    pub retry_in: Option<Duration>,
    /// A try now may help. Stays while one is under way: it would vanish under the user's finger.
    pub can_retry: bool,
    /// Another login may help. Stays while one is tried, as what was typed would vanish with its form.
    pub can_log_in: bool,
    /// Nobody has been reached.
    pub can_try_demo: bool,
    /// Where to see the certificate of a broker. The connection may have failed because of it, which browsers do not tell.
    pub certificate: Option<String>,
}

/// State of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The agent has not told anything yet.
    #[default]
    Starting,
    /// The agent should have told something long ago: it does not run.
    Missing,
    /// On the way to a broker.
    Connecting,
    /// All is well.
    Connected,
    /// The page tries again by itself.
    Offline,
    /// The user has to do something.
    Refused,
    /// There is no broker, as the user asked for a demonstration.
    Demo,
}

impl Connection {
    /// There is no agent.
    pub fn missing() -> Self {
        Self {
            state: State::Missing,
            detail: "A part of the page did not load. Reload the page.".to_owned(),
            ..Self::default()
        }
    }

    /// What is to be shown of this.
    pub fn of(status: &Status) -> Self {
        let mut shown = Self::default();
        let failure = match status {
            Status::Connecting {
                broker,
                after,
                is_logging_in,
            } => {
                shown.state = State::Connecting;
                shown.detail = match after {
                    // The same words as between the tries: they change only if there is something new to say.
                    Some(failure) if failure.broker == *broker => advice(failure),
                    Some(failure) => format!("{failure} Next is {broker}."),
                    None => format!("to {broker}"),
                };
                shown.can_retry = after.is_some();
                shown.can_log_in = *is_logging_in;
                after.as_ref()
            }
            Status::Connected {
                broker,
                held_back,
                unread,
            } => {
                shown.state = State::Connected;
                shown.detail = format!("to {broker}");
                if !unread.is_empty() {
                    shown.detail += ". It does not let this page read ";
                    shown.detail += &unread.join(", ");
                    shown.detail += ": allow that in its access list, and reload";
                }
                if !held_back.is_empty() {
                    shown.detail += ". It closes the connection whenever this page publishes to ";
                    shown.detail += &held_back.join(", ");
                    shown.detail += ": check that its access list allows that. What is changed waits, and is tried once a minute.";
                    shown.can_retry = true;
                }
                shown.broker = Some(broker.clone());
                None
            }
            Status::Offline { failure, retry_in } => {
                shown.state = State::Offline;
                shown.detail = advice(failure);
                shown.retry_in = Some(*retry_in);
                shown.can_retry = true;
                Some(failure)
            }
            Status::Refused {
                broker,
                reason,
                meanwhile,
            } => {
                shown.state = State::Refused;
                shown.detail = format!("{broker}: {reason} {}", reason.remedy());
                if let Some(failure) = meanwhile {
                    let others = " The other brokers are tried on: ";
                    shown.detail += &format!("{others}{}", advice(failure));
                }
                shown.can_log_in = reason.is_about_login();
                // The login form is a way to try again: beside it, a button helps only with the other brokers.
                shown.can_retry = !shown.can_log_in || meanwhile.is_some();
                meanwhile.as_ref()
            }
            Status::Demo => {
                shown.state = State::Demo;
                shown.detail = "A simulated lamp, no broker.".to_owned();
                None
            }
        };
        if let Some(failure) = failure.filter(|failure| failure.reason.is_unreached()) {
            shown.can_try_demo = true;
            shown.certificate = certificate_page(&failure.broker);
        }
        shown
    }
}

/// What happened, and what to do.
fn advice(failure: &Failure) -> String {
    format!("{failure} {}", failure.reason.remedy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{LostReason, RefusedReason, Step};

    fn failed(broker: &str) -> Failure {
        Failure {
            broker: broker.to_owned(),
            reason: LostReason::Unreachable,
        }
    }

    fn connecting(broker: &str, after: Option<Failure>) -> Connection {
        let broker = broker.to_owned();
        Connection::of(&Status::Connecting {
            broker,
            after,
            is_logging_in: false,
        })
    }

    fn refused(reason: RefusedReason, meanwhile: Option<Failure>) -> Connection {
        Connection::of(&Status::Refused {
            broker: "wss://one/".to_owned(),
            reason,
            meanwhile,
        })
    }

    fn connected(held_back: Vec<String>, unread: Vec<String>) -> Connection {
        Connection::of(&Status::Connected {
            broker: "wss://one/".to_owned(),
            held_back,
            unread,
        })
    }

    fn offline(reason: LostReason) -> Connection {
        let failure = Failure {
            reason,
            ..failed("wss://one/")
        };
        let retry_in = Duration::from_secs(3);
        Connection::of(&Status::Offline { failure, retry_in })
    }

    #[test]
    fn each_status_has_its_word() {
        for (shown, expected) in [
            (connecting("wss://one/", None), State::Connecting),
            (connected(Vec::new(), Vec::new()), State::Connected),
            (offline(LostReason::Closed), State::Offline),
            (refused(RefusedReason::ClientId, None), State::Refused),
            (Connection::of(&Status::Demo), State::Demo),
        ] {
            assert_eq!(shown.state, expected);
        }
    }

    #[test]
    fn a_broker_is_told_once_the_page_is_connected_to_it() {
        assert_eq!(connecting("wss://one/", None).broker, None);
        let shown = connected(Vec::new(), Vec::new());
        assert_eq!(shown.broker.as_deref(), Some("wss://one/"));
    }

    #[test]
    fn between_tries_it_is_told_when_the_next_comes() {
        let shown = offline(LostReason::Closed);
        assert_eq!(shown.retry_in, Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_try_is_offered_between_tries_and_stays_while_one_is_under_way() {
        assert!(offline(LostReason::Closed).can_retry);
        assert!(connecting("wss://one/", Some(failed("wss://one/"))).can_retry);
    }

    #[test]
    fn a_demonstration_and_the_certificate_are_offered_where_nobody_was_reached() {
        for (reason, nobody) in [
            (LostReason::Unreachable, true),
            (LostReason::Silent(Step::Open), true),
            (LostReason::Silent(Step::Connect), false),
            (LostReason::Closed, false),
        ] {
            let shown = offline(reason);
            assert_eq!(shown.can_try_demo, nobody, "{reason:?}");
            assert_eq!(shown.certificate.is_some(), nobody, "{reason:?}");
        }
    }

    #[test]
    fn the_form_stays_while_a_login_is_tried() {
        let trying = |is_logging_in| {
            Connection::of(&Status::Connecting {
                broker: "wss://one/".to_owned(),
                after: None,
                is_logging_in,
            })
        };
        assert!(trying(true).can_log_in);
        assert!(!trying(false).can_log_in);
    }

    #[test]
    fn a_demonstration_says_that_it_is_one() {
        let shown = Connection::of(&Status::Demo);
        assert_eq!(shown.detail, "A simulated lamp, no broker.");
    }

    #[test]
    fn the_broker_that_failed_is_named_beside_the_one_that_is_tried() {
        let shown = connecting("wss://two/", Some(failed("wss://one/")));
        let words = "wss://one/: The broker does not answer. Next is wss://two/.";
        assert_eq!(shown.detail, words);
    }

    #[test]
    fn the_words_stay_while_the_same_broker_is_tried_again() {
        let failure = failed("wss://one/");
        let waiting = Connection::of(&Status::Offline {
            failure: failure.clone(),
            retry_in: Duration::ZERO,
        });
        let shown = connecting("wss://one/", Some(failure));
        assert_eq!(shown.detail, waiting.detail);
    }

    #[test]
    fn the_certificate_is_that_of_the_broker_that_failed() {
        let shown = connecting("wss://two/", Some(failed("wss://one/")));
        assert_eq!(shown.certificate.as_deref(), Some("https://one/"));
    }

    #[test]
    fn the_first_try_offers_nothing_to_do() {
        let shown = connecting("wss://one/", None);
        assert!(!shown.can_retry && !shown.can_try_demo);
        assert_eq!(shown.certificate, None);
    }

    #[test]
    fn a_refusal_tells_of_the_others_too() {
        let shown = refused(RefusedReason::ClientId, Some(failed("wss://two/")));
        let refusal = "wss://one/: The broker does not accept the page's client id.";
        assert!(shown.detail.starts_with(refusal));
        let others =
            "The other brokers are tried on: wss://two/: The broker does not answer. Check";
        assert!(shown.detail.contains(others));
        assert!(shown.can_try_demo);
    }

    #[test]
    fn a_try_is_offered_beside_the_form_only_if_another_broker_is_tried_on() {
        assert!(!refused(RefusedReason::LoginWanted, None).can_retry);
        assert!(refused(RefusedReason::ClientId, None).can_retry);
        let meanwhile = Some(failed("wss://two/"));
        assert!(refused(RefusedReason::LoginWanted, meanwhile).can_retry);
    }

    #[test]
    fn what_a_broker_keeps_from_the_page_is_told_with_what_to_do() {
        let shown = connected(Vec::new(), vec!["a/+".to_owned(), "b/+".to_owned()]);
        let words =
            "does not let this page read a/+, b/+: allow that in its access list, and reload";
        assert!(shown.detail.contains(words), "{}", shown.detail);
    }

    #[test]
    fn what_a_broker_does_not_take_is_told_and_a_try_offered() {
        let shown = connected(Vec::new(), Vec::new());
        assert_eq!((&*shown.detail, shown.can_retry), ("to wss://one/", false));
        let shown = connected(vec!["a/t".to_owned(), "b/t".to_owned()], Vec::new());
        let words =
            "whenever this page publishes to a/t, b/t: check that its access list allows that";
        assert!(shown.detail.contains(words), "{}", shown.detail);
        assert!(shown.can_retry);
    }

    #[test]
    fn a_form_is_offered_where_a_login_may_help() {
        assert!(refused(RefusedReason::LoginWanted, None).can_log_in);
        assert!(refused(RefusedReason::LoginRejected, None).can_log_in);
        assert!(!refused(RefusedReason::LoginWithheld, None).can_log_in);
    }
}
