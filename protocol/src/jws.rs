//! The JWS compact serialization: RFC 7515, sections 3.1 and 7.1.

use crate::base64;

/// A JWS taken apart: three base64url parts, decoded, not verified.
pub(crate) struct Compact<'a> {
    /// What is signed, as it stands: `BASE64URL(header) . BASE64URL(payload)`.
    pub(crate) signing_input: &'a str,
    /// The protected header's JSON.
    pub(crate) header: String,
    /// The payload's JSON.
    pub(crate) payload: String,
    /// The signature's bytes; empty for `none`.
    pub(crate) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a JWS apart, or gives `None` where it is not three parts of strict base64url with UTF-8 in the first two.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (signing_input, signature) = text.rsplit_once('.')?;
        // A further dot would be in the payload, where base64url does not have it.
        let (header, payload) = signing_input.split_once('.')?;
        Some(Self {
            signing_input,
            header: String::from_utf8(base64::decode(header)?).ok()?,
            payload: String::from_utf8(base64::decode(payload)?).ok()?,
            signature: base64::decode(signature)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jws_has_three_parts() {
        // RFC 7515, appendix A.5: an unsecured JWS.
        let text = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
        let jws = Compact::parse(text).unwrap();
        assert_eq!(jws.header, r#"{"alg":"none"}"#);
        assert_eq!(jws.payload, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
        assert!(jws.signature.is_empty());
        assert_eq!(jws.signing_input, text.strip_suffix('.').unwrap());
        for refused in ["", ".", "e30.e30", "e30.e30.e30.", "e30.e30=.", "e30. e30.", "_w.e30.e30"] {
            assert!(Compact::parse(refused).is_none(), "{refused}");
        }
    }
}
