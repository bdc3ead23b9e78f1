//! Identifiers that merchants choose.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::Error;

/// Identifiers are 1 to this many bytes long.
const MAX_LENGTH: usize = 64;

macro_rules! id {
    ($( #[doc = $doc:literal] )+ $name:ident) => {
        $( #[doc = $doc] )+
        ///
        /// 1 to 64 ASCII letters, digits, dots, dashes and underscores; case matters.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier.
            ///
            /// # Errors
            /// [`Error::IdMalformed`] where it is empty, too long or has another character.
            pub fn parse(text: &str) -> Result<Self, Error> {
                if is_id(text) { Ok(Self(text.into())) } else { Err(Error::IdMalformed) }
            }

            /// The identifier as text.
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

id! {
    /// Names a merchant at a vault; public.
    MerchantId
}

id! {
    /// Names an order of one merchant.
    OrderId
}

/// Whether the text is 1 to 64 ASCII letters, digits, dots, dashes and underscores.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_short_plain_ascii() {
        assert_eq!(MerchantId::parse("mer_demo").unwrap().as_str(), "mer_demo");
        assert!(OrderId::parse(&"a".repeat(64)).is_ok());
        for refused in ["", "a b", "a/b", "é", "a\n", &"a".repeat(65)] {
            assert_eq!(OrderId::parse(refused), Err(Error::IdMalformed), "{refused}");
        }
    }
}
