//! What keeps the page from its brokers: which of several troubles the user is told of, and for how long.

use lampi::duration::Duration;

use super::error::{Failure, LostReason, RefusedReason};
use super::status::Status;

/// The troubles that count.
#[derive(Debug, Default)]
pub struct Trouble {
    /// Of the brokers that refused since one worked: the first, or the first that wants another login, for which the page
    /// has a form.
    refusal: Option<Refusal>,
    /// What failed last.
    failure: Option<Failure>,
    /// The user has answered a broker that wanted another login.
    is_logging_in: bool,
}

/// A broker that is of no use until somebody changes something.
#[derive(Debug)]
struct Refusal {
    broker: String,
    reason: RefusedReason,
    /// Whether the user was told. If so, nothing else is told until a broker works or the user asks for a try.
    is_told: bool,
}

impl Trouble {
    /// A broker has failed.
    pub fn failed(&mut self, broker: String, reason: LostReason) {
        // It does not refuse any more.
        self.refusal.take_if(|refusal| refusal.broker == broker);
        self.failure = Some(Failure { broker, reason });
        // Unless another wants a login again.
        self.is_logging_in &= self
            .refusal
            .as_ref()
            .is_some_and(|refusal| refusal.reason.is_about_login());
    }

    /// A broker has refused.
    pub fn refused(&mut self, broker: String, reason: RefusedReason) {
        let known = self.refusal.as_ref();
        if known.is_none_or(|known| {
            known.broker == broker || reason.is_about_login() && !known.reason.is_about_login()
        }) {
            let is_told = self.is_refusal_told();
            self.refusal = Some(Refusal {
                broker,
                reason,
                is_told,
            });
        }
    }

    /// A broker works.
    pub fn broker_works(&mut self) {
        self.refusal = None;
        self.is_logging_in = false;
    }

    /// The user leaves the page.
    pub fn user_leaves(&mut self) {
        self.failure = None;
    }

    /// The user asks for a try.
    pub fn user_asks(&mut self) {
        if let Some(refusal) = self.refusal.take() {
            self.is_logging_in = refusal.reason.is_about_login();
        }
    }

    /// Whether the user has been told to act, and may ask for another try while one is under way.
    pub fn awaits_user(&self) -> bool {
        self.is_refusal_told() || self.is_logging_in
    }

    /// Whether anything has failed.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// What to tell now that this broker is tried, if it is news.
    pub fn while_connecting(&self, broker: &str) -> Option<Status> {
        (!self.is_refusal_told()).then(|| Status::Connecting {
            broker: broker.to_owned(),
            after: self.failure.clone(),
            is_logging_in: self.is_logging_in,
        })
    }

    /// What to tell before the next try.
    pub fn while_waiting(&mut self, retry_in: Duration) -> Option<Status> {
        self.tell_refusal().or_else(|| {
            let failure = self.failure.clone()?;
            Some(Status::Offline { failure, retry_in })
        })
    }

    /// What to tell once all brokers have refused.
    pub fn without_brokers(&mut self) -> Option<Status> {
        self.failure = None;
        self.tell_refusal()
    }

    fn tell_refusal(&mut self) -> Option<Status> {
        let refusal = self.refusal.as_mut()?;
        refusal.is_told = true;
        Some(Status::Refused {
            broker: refusal.broker.clone(),
            reason: refusal.reason.clone(),
            meanwhile: self.failure.clone(),
        })
    }

    fn is_refusal_told(&self) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.is_told)
    }
}
