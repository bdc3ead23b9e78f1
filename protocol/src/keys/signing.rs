//! The private half of a key that signs.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::{Signature, signature::Signer as _};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Jwk, VerifyingKey, verifying::jwk_of};
use crate::{Error, KeyId, random};

/// How often a random scalar may miss the curve's order before the source is taken for broken; one miss has a chance of
/// about 2^-32.
const TRIES: u32 = 8;

/// A private key, which signs by ES256 (RFC 7518, section 3.4); with feature `sign`.
///
/// Signatures are deterministic (RFC 6979). Wiped on drop; prints only its id.
pub struct SigningKey {
    id: KeyId,
    // Boxed, so that moving a SigningKey leaves no copy behind.
    key: Box<p256::ecdsa::SigningKey>,
}

impl SigningKey {
    /// Makes a new key from the system's random bytes.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`] where the system gives none.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        for _ in 0..TRIES {
            random::fill(bytes.as_mut_slice())?;
            if let Ok(key) = Self::from_bytes(&bytes) {
                return Ok(key);
            }
        }
        Err(Error::RandomUnavailable)
    }

    /// Takes a private scalar of P-256: 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where it is zero or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = p256::ecdsa::SigningKey::from_slice(bytes).map_err(|_| Error::KeyMalformed)?;
        let id = jwk_of(key.verifying_key()).thumbprint()?;
        Ok(Self { id, key: Box::new(key) })
    }

    /// The private scalar: 32 bytes, big-endian. Keep it where only its owner can read it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }

    /// Takes a private JWK (RFC 7518, section 6.2.2) as JSON text.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where it is no ES256 key, or its public members do not belong to its private one.
    pub fn from_jwk(json: &str) -> Result<Self, Error> {
        let jwk: PrivateJwk = serde_json::from_str(json).map_err(|_| Error::KeyMalformed)?;
        let mut secret = Zeroizing::new([0; 32]);
        let read = Base64UrlUnpadded::decode(&jwk.d, secret.as_mut_slice()).map_or(0, <[u8]>::len);
        if read != secret.len() {
            return Err(Error::KeyMalformed);
        }
        let key = Self::from_bytes(&secret)?;
        let public = key.jwk();
        let fits = |member: &Option<String>, value: &Option<String>| member.is_none() || member == value;
        let right = jwk.kty == public.kty
            && Some(&jwk.crv) == public.crv.as_ref()
            && Some(&jwk.x) == public.x.as_ref()
            && Some(&jwk.y) == public.y.as_ref()
            && fits(&jwk.kid, &public.kid)
            && fits(&jwk.alg, &public.alg)
            && fits(&jwk.key_use, &public.key_use);
        if right { Ok(key) } else { Err(Error::KeyMalformed) }
    }

    /// The private JWK as JSON text. Keep it where only its owner can read it.
    #[must_use]
    pub fn to_private_jwk(&self) -> Zeroizing<String> {
        let public = self.jwk();
        let d = Zeroizing::new(Base64UrlUnpadded::encode_string(&*self.to_bytes()));
        let member = |value: &Option<String>| value.clone().unwrap_or_default();
        Zeroizing::new(
            [
                r#"{"kty":"EC","crv":"P-256","x":""#,
                &member(&public.x),
                r#"","y":""#,
                &member(&public.y),
                r#"","d":""#,
                &d,
                r#"","kid":""#,
                &member(&public.kid),
                r#"","alg":"ES256","use":"sig"}"#,
            ]
            .concat(),
        )
    }

    /// The thumbprint of its public key, which what it signs carries as `kid`.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.id
    }

    /// The public JWK to give to those who verify, with `kid`, `alg` and `use`.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        jwk_of(self.key.verifying_key())
    }

    /// The public half.
    ///
    /// # Errors
    /// None for a key that exists; [`Error::KeyMalformed`] is the type's.
    pub fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        VerifyingKey::try_from(&self.jwk())
    }

    /// The signature over the message: 64 bytes, R then S, big-endian.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        let signature: Signature = self.key.try_sign(message).map_err(|_| Error::Internal)?;
        Ok(signature.to_bytes().into())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    d: Zeroizing<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(rename = "use", default)]
    key_use: Option<String>,
}
