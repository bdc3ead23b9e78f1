//! The JWS compact serialization (RFC 7515, sections 3.1 and 7.1) by ES256, as every signed object here has it: a
//! protected header of exactly `alg`, `typ` and who has signed, and claims (RFC 7519).

use crate::{
    Error, KeyId, Signature, Unverified, base64,
    json::{Malformed, Reader, once, read_object},
    keys::{ES256, Jwk, VerifyingKey, read_public_jwk},
};

/// One kind of signed object: what its header says, and what its refusals are called.
pub(crate) struct Kind {
    /// The header's `typ` (RFC 7515, section 4.1.9).
    pub(crate) typ: &'static str,
    /// The longest, in bytes of the whole serialization.
    pub(crate) max_length: usize,
    /// It is not of the form.
    pub(crate) malformed: Error,
    /// It is longer than that.
    pub(crate) too_large: Error,
    /// Its `alg` is not `ES256`; `none` is not, either.
    pub(crate) algorithm_unsupported: Error,
}

/// A JWS of the right form whose signature has not been verified, and whom its header names as its signer.
#[derive(Clone, Debug)]
pub(crate) struct Signed<S> {
    /// What is signed, as it stands: `BASE64URL(header) . BASE64URL(payload)`.
    pub(crate) signing_input: String,
    signature: [u8; 64],
    /// By a key's id or by the key itself.
    pub(crate) signer: S,
    /// The payload's JSON.
    pub(crate) payload: String,
}

impl Kind {
    /// Takes a JWS apart whose header names the key by `kid` (RFC 7515, section 4.1.4). No cryptography runs.
    pub(crate) fn parse_with_kid(&self, text: &str) -> Result<Signed<KeyId>, Error> {
        self.parse(text, "kid", &mut |reader| KeyId::parse(&reader.string()?).map_err(|_| Malformed))
    }

    /// Takes a JWS apart whose header holds the key as `jwk` (RFC 7515, section 4.1.3). No cryptography runs.
    pub(crate) fn parse_with_jwk(&self, text: &str) -> Result<Signed<Jwk>, Error> {
        self.parse(text, "jwk", &mut |reader| read_public_jwk(reader))
    }

    fn parse<S>(
        &self,
        text: &str,
        signer: &str,
        read_signer: &mut dyn FnMut(&mut Reader<'_>) -> Result<S, Malformed>,
    ) -> Result<Signed<S>, Error> {
        if text.len() > self.max_length {
            return Err(self.too_large);
        }
        let jws = Compact::parse(text).ok_or(self.malformed)?;
        let (mut alg, mut typ, mut who) = (None, None, None);
        let read = read_object(&jws.header, &mut |name, reader| match name {
            "alg" => once(&mut alg, *reader.string()? == *ES256),
            "typ" => once(&mut typ, *reader.string()? == *self.typ),
            name if name == signer => once(&mut who, read_signer(reader)?),
            _ => Err(Malformed),
        });
        match (read, alg, typ, who) {
            // Said even where the rest of the header is another's too: it is what the signer has to mend first.
            (_, Some(false), _, _) => Err(self.algorithm_unsupported),
            (Ok(()), Some(true), Some(true), Some(signer)) => Ok(Signed {
                signing_input: jws.signing_input.into(),
                // One of another length is none. So are zeros, which everybody says no to.
                signature: jws.signature.try_into().unwrap_or([0; 64]),
                signer,
                payload: jws.payload,
            }),
            _ => Err(self.malformed),
        }
    }

    /// What is to be signed for a header that names the key by `kid`.
    #[cfg(feature = "sign")]
    pub(crate) fn signing_input_with_kid(&self, kid: KeyId, claims: &[u8]) -> String {
        signing_input(&self.header(&["\"kid\":\"", &kid.to_string(), "\""].concat()), claims)
    }

    /// The protected header that holds the key, whose JSON is given, as `jwk`; in base64url.
    pub(crate) fn header_with_jwk(&self, jwk: &str) -> String {
        self.header(&["\"jwk\":", jwk].concat())
    }

    fn header(&self, signer: &str) -> String {
        let header = ["{\"alg\":\"", ES256, "\",\"typ\":\"", self.typ, "\",", signer, "}"].concat();
        base64::encode(header.as_bytes())
    }
}

/// What is to be signed for a protected header, in base64url, and claims.
pub(crate) fn signing_input(header: &str, claims: &[u8]) -> String {
    [header, ".", &base64::encode(claims)].concat()
}

/// The whole JWS of what was signed and its signature.
pub(crate) fn attach(signing_input: &str, signature: &[u8]) -> String {
    [signing_input, ".", &base64::encode(signature)].concat()
}

impl<S> Signed<S> {
    /// What to say once it is verified that the key has signed this, and what to refuse it as if it has not.
    pub(crate) fn unverified<T>(
        &self,
        key: VerifyingKey,
        outcome: Result<T, Error>,
        refusal: Error,
    ) -> Unverified<'_, T> {
        let signature = Signature::new(key, self.signing_input.as_bytes(), &self.signature);
        Unverified::new(signature, refusal, outcome)
    }
}

impl Signed<KeyId> {
    /// The one of these keys that the header names, or `None`.
    pub(crate) fn key<'k>(&self, keys: &'k [VerifyingKey]) -> Option<&'k VerifyingKey> {
        keys.iter().find(|key| key.kid() == self.signer)
    }
}

/// A JWS taken apart: three base64url parts, decoded, not verified.
struct Compact<'a> {
    signing_input: &'a str,
    /// The protected header's JSON.
    header: String,
    /// The payload's JSON.
    payload: String,
    /// The signature's bytes; empty for `none`.
    signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a JWS apart, or gives `None` where it is not three parts of strict base64url with UTF-8 in the first two.
    fn parse(text: &'a str) -> Option<Self> {
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

/// Calls `refused` with the text cut at each place, and with each of its bits flipped that leaves it a text.
#[cfg(test)]
pub(crate) fn alterations(text: &str, mut refused: impl FnMut(&str)) {
    for end in 0..text.len() {
        refused(&text[..end]);
    }
    let mut flipped = 0;
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut altered = text.as_bytes().to_vec();
            altered[at] ^= 1 << bit;
            if let Ok(altered) = String::from_utf8(altered) {
                refused(&altered);
                flipped += 1;
            }
        }
    }
    // The eighth bit of ASCII makes no UTF-8; all others were tried.
    assert_eq!(flipped, text.len() * 7);
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
