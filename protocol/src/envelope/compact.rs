//! The JWE compact serialization: RFC 7516, sections 3.1 and 7.1.

use crate::base64;

/// A JWE in HPKE integrated encryption, taken apart.
pub(super) struct Compact<'a> {
    /// The protected header as it stands, which is HPKE's `aad`.
    #[cfg_attr(not(feature = "open"), expect(dead_code, reason = "only opening needs it"))]
    pub(super) protected: &'a str,
    /// The protected header's JSON.
    pub(super) header: String,
    /// Where other JWEs have the encrypted key.
    pub(super) encapsulated_key: Vec<u8>,
    /// The ciphertext with its tag.
    pub(super) ciphertext: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a JWE apart, or gives `None` where it is not five parts of strict base64url, the third and fifth empty.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (protected, rest) = text.split_once('.')?;
        let (encapsulated_key, rest) = rest.split_once('.')?;
        // The empty initialization vector and tag; a further dot would be in the ciphertext, where base64url has none.
        let ciphertext = rest.strip_prefix('.')?.strip_suffix('.')?;
        Some(Self {
            protected,
            header: String::from_utf8(base64::decode(protected)?).ok()?,
            encapsulated_key: base64::decode(encapsulated_key)?,
            ciphertext: base64::decode(ciphertext)?,
        })
    }

    /// Puts a JWE together, of a header and an encapsulated key that are base64url already.
    pub(super) fn write(protected: &str, encapsulated_key: &str, ciphertext: &[u8]) -> String {
        [protected, ".", encapsulated_key, "..", &base64::encode(ciphertext), "."].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jwe_has_five_parts_of_which_two_are_empty() {
        let jwe = Compact::parse("e30.AQ..AgM.").unwrap();
        assert_eq!(jwe.header, "{}");
        assert_eq!((jwe.encapsulated_key, jwe.ciphertext), (vec![1], vec![2, 3]));
        assert_eq!(Compact::write("e30", "AQ", &[2, 3]), "e30.AQ..AgM.");
        for refused in [
            "",
            "...",
            "e30.AQ..AgM",
            "e30.AQ.AA.AgM.",
            "e30.AQ..AgM.AA",
            "e30.AQ..AgM..",
            "e30.AQ..A.M.",
            "e30.AR..AgM.",
            "e30.AQ==..AgM.",
            "_w.AQ..AgM.",
        ] {
            assert!(Compact::parse(refused).is_none(), "{refused}");
        }
    }
}
