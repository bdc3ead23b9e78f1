//! SHA-256 hashes (FIPS 180-4) that name things: a key, an order, an envelope. Each is its own type, so that one cannot
//! stand for another.

use core::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::{Error, base64};

macro_rules! digest {
    ($( #[doc = $doc:literal] )+ $name:ident) => {
        $( #[doc = $doc] )+
        ///
        /// 32 bytes; written as 43 characters of base64url without padding, in JSON too.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            pub(crate) fn of(bytes: &[u8]) -> Self {
                Self(Sha256::digest(bytes).into())
            }

            /// Reads the base64url text.
            ///
            /// # Errors
            /// [`Error::IdMalformed`] where it is not 32 bytes of strict base64url without padding.
            pub fn parse(text: &str) -> Result<Self, Error> {
                base64::decode_array(text).map(Self).ok_or(Error::IdMalformed)
            }

            /// The hash of these bytes, as kept by someone who computed it before.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The base64url text.
            pub(crate) fn to_base64url(self) -> String {
                base64::encode(&self.0)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_base64url())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_base64url())
            }
        }
    };
}

digest! {
    /// The `kid` of a key: its SHA-256 JWK thumbprint (RFC 7638).
    KeyId
}

digest! {
    /// What names an order: the SHA-256 of its JWS signing input (RFC 7515, section 5.1).
    ///
    /// The signature is left out, since an ES256 signature can be altered and still verify.
    OrderHash
}

digest! {
    /// What names an envelope: the SHA-256 of its JWE compact serialization.
    CardHash
}

impl CardHash {
    /// Of an envelope, as it travels.
    #[must_use]
    pub fn of_envelope(envelope: &str) -> Self {
        Self::of(envelope.as_bytes())
    }
}

digest! {
    /// What names a directory in the chain of a vault's directories: the SHA-256 of its JWS signing input.
    DirectoryHash
}

digest! {
    /// What names a receipt in the chain of a merchant's receipts: the SHA-256 of its JWS signing input.
    ReceiptHash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_base64url_and_read_back() {
        // SHA-256 of "abc": FIPS 180-4's example, ba7816bf…f20015ad.
        let hash = OrderHash::of(b"abc");
        assert_eq!(hash.to_string(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(serde_json::to_string(&hash).unwrap(), format!("\"{hash}\""));
        assert_eq!(OrderHash::parse(&hash.to_string()), Ok(hash));
        assert_eq!(OrderHash::parse("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1"), Err(Error::IdMalformed));
    }
}
