//! base64url without padding: RFC 4648, section 5, as RFC 7515, section 2 uses it. Strict: no padding, no white space, no
//! other alphabet, and one spelling only (bits beyond the last byte must be zero).

use base64ct::{Base64UrlUnpadded, Encoding};

/// The base64url text of the bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of a base64url text, or `None` where it is not strictly so.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// The bytes of a base64url text of exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len();
    (length == N).then_some(bytes)
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
