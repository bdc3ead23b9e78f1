//! The time, as an input: tests move it.

use std::time::{SystemTime, UNIX_EPOCH};

use cardseal_protocol::UnixTime;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> UnixTime;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A clock set before 1970 reads as 1970: every envelope is then refused for its age, which is the safe answer.
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_is_past_the_day_this_was_written() {
        assert!(SystemClock.now() > UnixTime::from_secs(1_790_000_000));
    }
}
