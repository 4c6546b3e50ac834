//! An end for tests that would go on for ever where the code does.

/// Far more than any test needs.
const MOST: u32 = 100_000;

/// What a test has given to the code and taken from it so far.
#[derive(Default)]
pub struct Steps(u32);

impl Steps {
    pub fn count(&mut self) {
        self.0 += 1;
        assert!(self.0 < MOST, "this goes on for ever");
    }
}
