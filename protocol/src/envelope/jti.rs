//! What makes an envelope one of its kind.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{Error, base64, random};

/// The `jti` (RFC 7519, section 4.1.7) of an envelope: 16 random bytes.
///
/// Written as 22 characters of base64url without padding, in JSON too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Jti([u8; 16]);

impl Jti {
    /// A new one from the system's random bytes.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`] where the system gives none.
    pub fn random() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        random::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The one of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the base64url text.
    ///
    /// # Errors
    /// [`Error::IdMalformed`] where it is not 16 bytes of strict base64url without padding.
    pub fn parse(text: &str) -> Result<Self, Error> {
        base64::decode_array(text).map(Self).ok_or(Error::IdMalformed)
    }
}

impl fmt::Display for Jti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for Jti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Jti {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_new_and_reads_back() {
        let jti = Jti::random().unwrap();
        assert_ne!(jti, Jti::random().unwrap());
        assert_eq!(jti.to_string().len(), 22);
        assert_eq!(Jti::parse(&jti.to_string()), Ok(jti));
        assert_eq!(Jti::parse("AAAAAAAAAAAAAAAAAAAAAB"), Err(Error::IdMalformed));
    }
}
