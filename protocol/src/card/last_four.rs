//! The last four digits of a card number.

use core::fmt;

use serde::{Serialize, Serializer};

/// The last four digits of a card number, which may be shown and stored (PCI DSS 4.0, requirement 3.4.1).
///
/// In JSON and in print: four ASCII digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LastFour([u8; 4]);

impl LastFour {
    /// The last four of at least four ASCII digits; missing ones read as `0`.
    pub(crate) fn of(digits: &str) -> Self {
        let mut last = [b'0'; 4];
        for (to, from) in last.iter_mut().rev().zip(digits.bytes().rev()) {
            *to = from;
        }
        Self(last)
    }

    /// Four ASCII digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Made of ASCII digits only, so it always is UTF-8.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LastFour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
