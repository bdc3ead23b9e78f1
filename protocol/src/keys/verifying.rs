//! The public half of a key that signs.

use core::fmt;

use super::{Jwk, jwk::bare_jwk};
use crate::{Error, KeyId};

/// JWA's name (RFC 7518, section 3.4) of ECDSA with P-256 and SHA-256.
pub(crate) const ES256: &str = "ES256";

/// A public key, which verifies what is signed by ES256 (RFC 7518, section 3.4): a merchant's orders, a vault's receipts.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    id: KeyId,
    /// On the curve.
    point: [u8; 65],
}

impl VerifyingKey {
    /// The thumbprint that what it signed carries as `kid`.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.id
    }

    /// The JWK, with `kid`, `alg` and `use`.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        Jwk::of_point(&self.point, ES256, "sig")
    }

    /// The JSON of the JWK with the members that its thumbprint is made of, in that order (RFC 7638, section 3.2).
    pub(crate) fn bare_jwk(&self) -> String {
        let Jwk { x, y, .. } = self.jwk();
        bare_jwk(&x.unwrap_or_default(), &y.unwrap_or_default())
    }

    /// The key as an uncompressed point (SEC 1, section 2.3.3).
    #[must_use]
    pub const fn point(&self) -> &[u8; 65] {
        &self.point
    }

    /// Whether the signature (64 bytes, R then S, big-endian) is this key's over the message.
    #[cfg(feature = "verify")]
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};

        let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(&self.point), Signature::from_slice(signature))
        else {
            return false;
        };
        key.verify(message, &signature).is_ok()
    }
}

/// The public JWK of a verifying key.
#[cfg(feature = "sign")]
pub(super) fn jwk_of(key: &p256::ecdsa::VerifyingKey) -> Jwk {
    let mut point = [0; 65];
    // An uncompressed point of P-256 is 65 bytes.
    for (place, byte) in point.iter_mut().zip(key.to_sec1_point(false).as_bytes()) {
        *place = *byte;
    }
    Jwk::of_point(&point, ES256, "sig")
}

impl TryFrom<&Jwk> for VerifyingKey {
    type Error = Error;

    /// Checks and takes a JWK whose `alg`, if any, is `ES256`, whose `use`, if any, is `sig` and whose `kid`, if any, is
    /// its thumbprint.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where it is no such key, or its point is not on the curve.
    fn try_from(jwk: &Jwk) -> Result<Self, Error> {
        let (point, id) = jwk.checked_point(ES256, "sig")?;
        p256::PublicKey::from_sec1_bytes(&point).map_err(|_| Error::KeyMalformed)?;
        Ok(Self { id, point })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("kid", &self.id).finish_non_exhaustive()
    }
}
