//! Identifiers and keys that the vault makes: random, unguessable, and told apart by their prefix.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random;

/// Writes one identifier type: a prefix and 128 random bits in base64url.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// A new identifier of 128 random bits.
            ///
            /// # Errors
            /// [`random::Unavailable`] where the operating system gives no random bytes.
            pub fn random() -> Result<Self, random::Unavailable> {
                let bytes = random::bytes::<16>()?;
                Ok(Self(format!(concat!($prefix, "{}"), Base64UrlUnpadded::encode_string(&*bytes))))
            }

            /// Reads an identifier as it stands in an address, a request or the store; `None` where it cannot be one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let random = text.strip_prefix($prefix)?;
                let mut bytes = [0; 16];
                let length = Base64UrlUnpadded::decode(random, &mut bytes).ok()?.len();
                (length == bytes.len()).then(|| Self(text.to_owned()))
            }

            /// The identifier with its prefix.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// Names a tokenized card: `tok_` and 22 characters of base64url.
    TokenId, "tok_"
}

identifier! {
    /// Names a payment: `pay_` and 22 characters of base64url. Acquirers get it as their reference.
    PaymentId, "pay_"
}

/// A merchant's API key: `sk_` and 43 characters of base64url (256 random bits).
///
/// The vault shows it once and keeps only its [`ApiKeyHash`].
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    const PREFIX: &str = "sk_";

    /// A new key of 256 random bits.
    ///
    /// # Errors
    /// [`random::Unavailable`] where the operating system gives no random bytes.
    pub fn random() -> Result<Self, random::Unavailable> {
        let bytes = random::bytes::<32>()?;
        let text = Zeroizing::new(Base64UrlUnpadded::encode_string(&*bytes));
        Ok(Self(Zeroizing::new(format!("{}{}", Self::PREFIX, text.as_str()))))
    }

    /// Reads a key as a merchant sends it; `None` where it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let random = text.strip_prefix(Self::PREFIX)?;
        let mut bytes = Zeroizing::new([0; 32]);
        let length = Base64UrlUnpadded::decode(random, &mut *bytes).ok()?.len();
        (length == bytes.len()).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The key itself, to show it to its owner once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the vault keeps of the key. A fast hash will do: there are 256 bits to guess.
    #[must_use]
    pub fn hash(&self) -> ApiKeyHash {
        ApiKeyHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// SHA-256 of an API key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ApiKeyHash([u8; 32]);

impl ApiKeyHash {
    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_random_and_read_back() {
        let token = TokenId::random().unwrap();
        assert_ne!(token, TokenId::random().unwrap());
        assert_eq!(TokenId::parse(token.as_str()), Some(token.clone()));
        assert_eq!(token.as_str().len(), "tok_".len() + 22);
        assert_eq!(PaymentId::parse(token.as_str()), None);
    }

    #[test]
    fn what_cannot_be_an_identifier_is_none() {
        for text in [
            "",
            "tok_",
            "tok_short",
            "tok_AAAAAAAAAAAAAAAAAAAAAA=",
            "tok_AAAAAAAAAAAAAAAAAAAAAAA",
            "TOK_AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(TokenId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_api_key_reads_back_and_never_prints() {
        let key = ApiKey::random().unwrap();
        let again = ApiKey::parse(key.expose()).unwrap();
        assert_eq!(key.hash(), again.hash());
        assert_ne!(key.hash(), ApiKey::random().unwrap().hash());
        assert_eq!(format!("{key:?} {:?}", key.hash()), "[redacted] [redacted]");
        assert!(ApiKey::parse("sk_short").is_none());
    }
}
