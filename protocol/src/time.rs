//! The time, as the caller tells it: this crate has no clock.

use serde::{Deserialize, Serialize};

/// Whole seconds since 1970-01-01T00:00:00Z without leap seconds: `NumericDate` of RFC 7519, section 2, as an integer.
///
/// In JSON it is a bare integer; a fraction, a sign or a string is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The time that lies `seconds` after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// This time and `seconds` more; stays at the end of the range instead of wrapping.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// This time less `seconds`; stays at 1970 instead of wrapping.
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// The distance between two times in seconds, whichever comes first.
    #[must_use]
    pub const fn abs_diff(self, other: Self) -> u64 {
        self.0.abs_diff(other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_a_bare_whole_number() {
        assert_eq!(serde_json::to_string(&UnixTime::from_secs(1_795_000_000)).unwrap(), "1795000000");
        assert_eq!(serde_json::from_str::<UnixTime>("1795000000").unwrap(), UnixTime::from_secs(1_795_000_000));
        for refused in ["1.5", "-1", "\"1795000000\"", "1e9", "null"] {
            assert!(serde_json::from_str::<UnixTime>(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn arithmetic_stays_within_the_range() {
        assert_eq!(UnixTime::from_secs(5).minus(9), UnixTime::from_secs(0));
        assert_eq!(UnixTime::from_secs(u64::MAX).plus(1), UnixTime::from_secs(u64::MAX));
        assert_eq!(UnixTime::from_secs(3).abs_diff(UnixTime::from_secs(10)), 7);
    }
}
