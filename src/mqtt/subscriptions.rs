//! What the page reads: what it asks for, and what the broker grants (sections 3.8 and 3.9).
//!
//! All filters go into one SUBSCRIBE. For those that are refused, narrower ones are asked for in a second.

use super::error::ProtocolError;
use super::hang_ups::HangUps;
use super::options::Subscription;
use super::packet;

/// Packet id (section 2.3.1) of the first SUBSCRIBE, and the highest there is. PUBLISH uses lower ones.
const SUBSCRIBE_PACKET_ID: u16 = u16::MAX;

/// Packet id of the second.
pub const INSTEAD_PACKET_ID: u16 = SUBSCRIBE_PACKET_ID - 1;

/// The subscriptions of one session, and how they fared on its newest connection.
#[derive(Debug)]
pub struct Subscriptions {
    wanted: Vec<Subscription>,
    /// What was asked for and is not granted.
    refused: Vec<Subscription>,
    /// The SUBSCRIBE whose SUBACK is not here yet.
    asked: Option<Asked>,
    /// How often brokers have hung up instead of sending a SUBACK. Each time, that broker is asked for one filter less.
    hang_ups: HangUps,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    packet_id: u16,
    filters: usize,
}

impl Subscriptions {
    /// `wanted` is not empty.
    pub fn new(wanted: Vec<Subscription>) -> Self {
        Self {
            refused: Vec::new(),
            asked: None,
            hang_ups: HangUps::default(),
            wanted,
        }
    }

    /// A new connection's SUBSCRIBE to this broker.
    pub fn ask(&mut self, broker: usize) -> Vec<u8> {
        let limit = self.limit(broker);
        self.refused.clone_from(&self.wanted);
        self.asked = Some(Asked {
            packet_id: SUBSCRIBE_PACKET_ID,
            filters: limit,
        });
        let filters = self.wanted.iter().map(|wanted| wanted.filter.as_str());
        packet::subscribe(SUBSCRIBE_PACKET_ID, filters.take(limit))
    }

    /// Takes a SUBACK. Gives the SUBSCRIBE for what is asked for instead of what was refused, if it comes to that.
    ///
    /// # Errors
    /// It is no answer to what was asked.
    pub fn answered(
        &mut self,
        packet_id: u16,
        granted: &[bool],
    ) -> Result<Option<Vec<u8>>, ProtocolError> {
        let asked = self.asked.take_if(|asked| asked.packet_id == packet_id);
        let asked = asked.ok_or(ProtocolError::UnknownPacketId)?;
        if granted.len() != asked.filters {
            return Err(ProtocolError::Malformed);
        }
        let mut granted = granted.iter();
        self.refused.retain(|_| granted.next() != Some(&true));
        let is_final = packet_id == INSTEAD_PACKET_ID || asked.filters < self.wanted.len();
        if is_final || self.refused.is_empty() {
            return Ok(None);
        }
        self.asked = Some(Asked {
            packet_id: INSTEAD_PACKET_ID,
            filters: self.refused.len(),
        });
        let instead = self.refused.iter().map(|refused| refused.instead.as_str());
        Ok(Some(packet::subscribe(INSTEAD_PACKET_ID, instead)))
    }

    /// Whether something can be read.
    pub fn is_something_granted(&self) -> bool {
        self.refused.len() < self.wanted.len()
    }

    /// The topic filters that are not granted.
    pub fn refused(&self) -> impl Iterator<Item = &str> {
        self.refused.iter().map(|refused| refused.filter.as_str())
    }

    /// This broker has hung up instead of an answer: the next time, one less is asked for.
    pub fn hung_up(&mut self, broker: usize) {
        if self.limit(broker) > 1 {
            self.hang_ups.add(broker);
        }
    }

    /// This broker has worked well, or was away and may be configured otherwise now: the next time, all are asked for.
    pub fn forget_hang_ups(&mut self, broker: usize) {
        self.hang_ups.forget(broker, 0);
    }

    fn limit(&self, broker: usize) -> usize {
        self.wanted.len() - self.hang_ups.by(broker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIBE: u16 = SUBSCRIBE_PACKET_ID;
    const INSTEAD: u16 = INSTEAD_PACKET_ID;

    fn asked() -> Subscriptions {
        let subscription = |name: &str| Subscription {
            filter: format!("{name}/+"),
            instead: format!("{name}/1"),
        };
        let mut subscriptions = Subscriptions::new(vec![subscription("a"), subscription("b")]);
        subscriptions.ask(0);
        subscriptions
    }

    #[test]
    fn each_suback_answers_one_subscribe() {
        let unknown = Err(ProtocolError::UnknownPacketId);
        let mut subscriptions = asked();
        assert_eq!(subscriptions.answered(INSTEAD, &[true, true]), unknown);
        assert_eq!(subscriptions.answered(SUBSCRIBE, &[true, true]), Ok(None));
        assert_eq!(subscriptions.answered(SUBSCRIBE, &[true, true]), unknown);
    }

    #[test]
    fn a_suback_answers_for_each_filter() {
        for granted in [&[true][..], &[true; 3]] {
            let answer = asked().answered(SUBSCRIBE, granted);
            assert_eq!(answer, Err(ProtocolError::Malformed));
        }
    }
}
