//! base64url without padding: RFC 4648, section 5, as RFC 7515, section 2 uses it. Strict: no padding, no white space, no
//! other alphabet, and one spelling only (bits beyond the last byte must be zero).
//!
//! By tables, a third of the time that it takes without them, since envelopes are written while the shopper waits. That is for
//! what everyone may see; private keys are read by base64ct, whose time tells nothing.

use data_encoding::BASE64URL_NOPAD;

/// The base64url text of the bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The bytes of a base64url text, or `None` where it is not strictly so.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// The bytes of a base64url text of exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    // The library wants the very length, and panics at another.
    if BASE64URL_NOPAD.decode_len(text.len()).ok()? != N {
        return None;
    }
    BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_the_bytes_is_accepted() {
        assert_eq!(encode(&[0xfb, 0xff, 0x00]), "-_8A");
        assert_eq!(decode("-_8A"), Some(vec![0xfb, 0xff, 0x00]));
        assert_eq!(decode("AA"), Some(vec![0]));
        assert_eq!(decode(""), Some(vec![]));
        for refused in ["AA==", "AB", "A", "AAA=", "+/8A", "AA\n", " AA", "AAé", "AAAAA"] {
            assert_eq!(decode(refused), None, "{refused}");
        }
    }

    #[test]
    fn an_array_has_exactly_its_length() {
        assert_eq!(decode_array::<2>("AAE"), Some([0, 1]));
        assert_eq!(decode_array::<2>("AA"), None);
        assert_eq!(decode_array::<2>("AAEC"), None);
        assert_eq!(decode_array::<2>(""), None);
    }
}
