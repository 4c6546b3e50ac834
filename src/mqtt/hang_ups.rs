//! Connections that were closed instead of an answer, as some brokers do for what they do not allow.

/// How often each broker has hung up on one thing that it was asked: for each time, its place in the list.
#[derive(Debug, Default)]
pub struct HangUps(Vec<usize>);

impl HangUps {
    /// This broker has hung up once more.
    pub fn add(&mut self, broker: usize) {
        self.0.push(broker);
    }

    /// How often this broker has.
    pub fn by(&self, broker: usize) -> usize {
        self.0.iter().filter(|&&by| by == broker).count()
    }

    /// Forgets those of this broker, but for so many.
    pub fn forget(&mut self, broker: usize, kept: usize) {
        let mut to_keep = 0..kept;
        self.0
            .retain(|&by| by != broker || to_keep.next().is_some());
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
