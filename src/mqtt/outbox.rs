//! What still has to reach the broker: per topic, the newest payload wins.
//!
//! A payload stays here until its PUBACK (QoS 1, section 4.3.2). At most one payload a topic is on its way;
//! a newer one waits for the PUBACK and replaces whatever waited before it.

use lampi::duration::Duration;

use super::hang_ups::HangUps;
use super::packet;
use super::subscriptions::INSTEAD_PACKET_ID;

/// Payloads by topic.
#[derive(Debug, Default)]
pub struct Outbox {
    topics: Vec<Topic>,
    last_packet_id: u16,
}

/// A topic that was published on. All are kept, as a page publishes on few.
#[derive(Debug)]
struct Topic {
    name: String,
    waiting: Option<String>,
    in_flight: Option<InFlight>,
    /// Whether it is sent again on the next connection.
    lasts: bool,
    /// How often brokers have hung up instead of sending a PUBACK.
    rebuffs: HangUps,
}

#[derive(Debug)]
struct InFlight {
    packet_id: u16,
    payload: String,
    sent: Duration,
}

impl Outbox {
    /// Adds a payload, instead of one that still waits for the same topic. `lasts` longer than the connection, or not.
    pub fn offer(&mut self, topic: &str, payload: String, lasts: bool) {
        match self.topics.iter_mut().find(|known| known.name == topic) {
            Some(known) => {
                known.waiting = Some(payload);
                known.lasts = lasts;
            }
            None => self.topics.push(Topic {
                name: topic.to_owned(),
                waiting: Some(payload),
                in_flight: None,
                lasts,
                rebuffs: HangUps::default(),
            }),
        }
    }

    /// The next packet to send to a broker; it counts as sent at `now`. `None` when all that may go has gone: nothing does
    /// for a topic with as many rebuffs by this broker as the `limit`.
    pub fn next_publish(&mut self, broker: usize, limit: usize, now: Duration) -> Option<Vec<u8>> {
        let packet_id = self.free_packet_id();
        let may_go = |topic: &&mut Topic| {
            topic.waiting.is_some() && topic.in_flight.is_none() && topic.rebuffs.by(broker) < limit
        };
        let topic = self.topics.iter_mut().find(may_go)?;
        let payload = topic.waiting.take()?;
        let publish = packet::publish(&topic.name, payload.as_bytes(), packet_id);
        topic.in_flight = Some(InFlight {
            packet_id,
            payload,
            sent: now,
        });
        self.last_packet_id = packet_id;
        Some(publish)
    }

    /// Takes a PUBACK. Gives the topic, or `None` if nothing waits for this packet id.
    pub fn acknowledge(&mut self, packet_id: u16) -> Option<String> {
        let mut topics = self.topics.iter_mut();
        let topic = topics
            .find(|topic| matches!(&topic.in_flight, Some(sent) if sent.packet_id == packet_id))?;
        topic.in_flight = None;
        topic.rebuffs.clear();
        Some(topic.name.clone())
    }

    /// The connection is gone: what was on its way waits again, unless something newer does, or it does not last.
    pub fn disconnected(&mut self) {
        for topic in &mut self.topics {
            let sent = topic.in_flight.take().map(|sent| sent.payload);
            let waiting = topic.waiting.take().or(sent);
            topic.waiting = waiting.filter(|_| topic.lasts);
        }
    }

    /// Counts the wait for every PUBACK from `now`.
    pub fn wait_anew(&mut self, now: Duration) {
        for topic in &mut self.topics {
            if let Some(sent) = &mut topic.in_flight {
                sent.sent = now;
            }
        }
    }

    /// Whether all that lasts longer than a connection was acknowledged.
    pub fn is_delivered(&self) -> bool {
        let mut lasting = self.topics.iter().filter(|topic| topic.lasts);
        lasting.all(|topic| topic.waiting.is_none() && topic.in_flight.is_none())
    }

    /// The first thing that was sent since then and not acknowledged is taken to be why the broker has closed the
    /// connection. False if there is none.
    pub fn count_rebuff(&mut self, broker: usize, then: Duration) -> bool {
        let mut topics = self.topics.iter_mut();
        let topic =
            topics.find(|topic| matches!(&topic.in_flight, Some(sent) if sent.sent >= then));
        topic.map(|topic| topic.rebuffs.add(broker)).is_some()
    }

    /// Forgets a broker's rebuffs, but for so many of each topic.
    pub fn forget_rebuffs(&mut self, broker: usize, kept: usize) {
        for topic in &mut self.topics {
            topic.rebuffs.forget(broker, kept);
        }
    }

    /// The topics with as many rebuffs by a broker as the `limit`.
    pub fn held_back(&self, broker: usize, limit: usize) -> impl Iterator<Item = &str> {
        let topics = self.topics.iter();
        let held_back = topics.filter(move |topic| topic.rebuffs.by(broker) >= limit);
        held_back.map(|topic| topic.name.as_str())
    }

    /// When the packet was sent that has waited longest for its PUBACK.
    pub fn oldest_in_flight(&self) -> Option<Duration> {
        self.in_flight().map(|sent| sent.sent).min()
    }

    fn in_flight(&self) -> impl Iterator<Item = &InFlight> {
        let topics = self.topics.iter();
        topics.filter_map(|topic| topic.in_flight.as_ref())
    }

    fn free_packet_id(&self) -> u16 {
        let mut packet_id = self.last_packet_id;
        loop {
            packet_id = match packet_id + 1 {
                INSTEAD_PACKET_ID => 1,
                next => next,
            };
            if self.in_flight().all(|sent| sent.packet_id != packet_id) {
                return packet_id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::packet::{Packet, Publish};

    const NOW: Duration = Duration::from_secs(1);

    const BROKER: usize = 0;

    const LIMIT: usize = 1;

    /// As the broker reads it.
    fn next_publish(outbox: &mut Outbox) -> Option<Publish> {
        let publish = outbox.next_publish(BROKER, LIMIT, NOW)?;
        match Packet::read(publish[0], &publish[2..]) {
            Ok(Packet::Publish(publish)) => Some(publish),
            _ => panic!("it is a message"),
        }
    }

    fn next(outbox: &mut Outbox) -> Option<String> {
        let publish = next_publish(outbox)?;
        Some(String::from_utf8(publish.payload).unwrap())
    }

    #[test]
    fn a_payload_leaves_once_at_qos_1_and_is_not_retained() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        let publish = next_publish(&mut outbox).unwrap();
        assert_eq!(publish.topic, "t");
        assert!(publish.packet_id.is_some_and(|packet_id| packet_id != 0));
        assert!(!publish.is_retained);
        assert_eq!(next(&mut outbox), None);
    }

    #[test]
    fn of_what_waits_only_the_newest_leaves() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        outbox.offer("t", "2".into(), true);
        assert_eq!(next(&mut outbox).as_deref(), Some("2"));
        assert_eq!(next(&mut outbox), None);
    }

    #[test]
    fn one_payload_a_topic_is_in_flight() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        let first = next_publish(&mut outbox).unwrap();
        outbox.offer("t", "2".into(), true);
        assert_eq!(next(&mut outbox), None);
        assert_eq!(
            outbox.acknowledge(first.packet_id.unwrap()).as_deref(),
            Some("t")
        );
        assert_eq!(next(&mut outbox).as_deref(), Some("2"));
    }

    #[test]
    fn what_is_held_back_holds_nothing_else_back() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        outbox.offer("u", "2".into(), true);
        outbox.next_publish(BROKER, LIMIT, NOW);
        outbox.count_rebuff(BROKER, NOW);
        outbox.disconnected();
        let publish = next_publish(&mut outbox).unwrap();
        assert_eq!(publish.topic, "u");
        assert_eq!(next(&mut outbox), None);
        outbox.acknowledge(publish.packet_id.unwrap());
        assert!(!outbox.is_delivered());
    }

    #[test]
    fn what_was_rebuffed_is_remembered_without_a_payload_until_it_is_acknowledged() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), false);
        outbox.next_publish(BROKER, LIMIT, NOW);
        outbox.count_rebuff(BROKER, NOW);
        outbox.disconnected();
        outbox.offer("t", "2".into(), true);
        assert_eq!(next(&mut outbox), None);
        outbox.forget_rebuffs(BROKER, LIMIT - 1);
        let publish = next_publish(&mut outbox).unwrap();
        outbox.count_rebuff(BROKER, NOW);
        assert_eq!(outbox.held_back(BROKER, LIMIT).collect::<Vec<_>>(), ["t"]);
        outbox.acknowledge(publish.packet_id.unwrap());
        assert_eq!(outbox.held_back(BROKER, LIMIT).next(), None);
    }

    #[test]
    fn what_does_not_last_is_lost_with_the_connection() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), false);
        outbox.offer("u", "2".into(), true);
        outbox.next_publish(BROKER, LIMIT, NOW);
        outbox.disconnected();
        assert_eq!(next(&mut outbox).as_deref(), Some("2"));
        assert_eq!(next(&mut outbox), None);
    }

    #[test]
    fn the_newest_of_a_topic_says_whether_it_lasts() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), false);
        outbox.offer("t", "2".into(), true);
        outbox.disconnected();
        assert_eq!(next(&mut outbox).as_deref(), Some("2"));
    }

    #[test]
    fn topics_do_not_wait_for_each_other() {
        let mut outbox = Outbox::default();
        outbox.offer("a", "1".into(), true);
        outbox.offer("b", "2".into(), true);
        let (first, second) = (
            next_publish(&mut outbox).unwrap(),
            next_publish(&mut outbox).unwrap(),
        );
        assert_ne!(first.packet_id, second.packet_id);
    }

    #[test]
    fn what_lasts_is_delivered_once_it_is_acknowledged() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        let publish = next_publish(&mut outbox).unwrap();
        outbox.offer("u", "2".into(), false);
        assert!(!outbox.is_delivered());
        assert!(outbox.acknowledge(publish.packet_id.unwrap()).is_some());
        assert!(outbox.is_delivered());
    }

    #[test]
    fn an_unknown_packet_id_acknowledges_nothing() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        let publish = next_publish(&mut outbox).unwrap();
        assert_eq!(outbox.acknowledge(publish.packet_id.unwrap() + 1), None);
        assert!(!outbox.is_delivered());
    }

    #[test]
    fn what_was_in_flight_is_sent_again_on_the_next_connection() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        outbox.next_publish(BROKER, LIMIT, NOW);
        outbox.disconnected();
        assert_eq!(outbox.oldest_in_flight(), None);
        assert_eq!(next(&mut outbox).as_deref(), Some("1"));
    }

    #[test]
    fn what_was_in_flight_gives_way_to_what_is_newer() {
        let mut outbox = Outbox::default();
        outbox.offer("t", "1".into(), true);
        outbox.next_publish(BROKER, LIMIT, NOW);
        outbox.offer("t", "2".into(), true);
        outbox.disconnected();
        assert_eq!(next(&mut outbox).as_deref(), Some("2"));
        assert_eq!(next(&mut outbox), None);
    }

    #[test]
    fn packet_ids_pass_over_zero_the_subscriptions_and_those_in_flight() {
        let mut outbox = Outbox::default();
        outbox.offer("slow", "1".into(), true);
        assert_eq!(next_publish(&mut outbox).unwrap().packet_id, Some(1));
        outbox.last_packet_id = INSTEAD_PACKET_ID - 1;
        outbox.offer("t", "2".into(), true);
        assert_eq!(next_publish(&mut outbox).unwrap().packet_id, Some(2));
    }
}
