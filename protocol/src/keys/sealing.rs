//! The public half of a vault's key.

use core::fmt;

use hpke::{Deserializable, Serializable};

use super::Jwk;
use crate::{
    Error, KeyId,
    envelope::{
        Suite,
        suite::{hpke7, hpke8},
    },
};

/// A vault's public key, which cards are sealed to.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey {
    id: KeyId,
    key: PublicKey,
}

/// The key in the form of its suite. That of HPKE-8 is boxed for its size: thousands of bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    Hpke7(hpke7::PublicKey),
    Hpke8(Box<hpke8::PublicKey>),
}

impl PublicKey {
    pub(super) const fn suite(&self) -> Suite {
        match self {
            Self::Hpke7(_) => Suite::Hpke7,
            Self::Hpke8(_) => Suite::Hpke8,
        }
    }

    pub(super) fn jwk(&self) -> Jwk {
        match self {
            Self::Hpke7(key) => Jwk::of_point(&key.to_bytes().into(), self.suite().alg(), "enc"),
            Self::Hpke8(key) => Jwk::of_octets(&key.to_bytes(), self.suite().alg(), "enc"),
        }
    }
}

impl SealingKey {
    /// The thumbprint that envelopes carry as `kid`.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.id
    }

    /// The HPKE suite that the key is for.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.key.suite()
    }

    /// The JWK, with `kid`, `alg` and `use`.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        self.key.jwk()
    }

    pub(crate) const fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl TryFrom<&Jwk> for SealingKey {
    type Error = Error;

    /// Checks and takes a JWK whose `alg` is that of a [`Suite`], whose `kty` is the suite's (`EC` with `HPKE-7`, `AKP` with
    /// `HPKE-8`), whose `use`, if any, is `enc` and whose `kid`, if any, is its thumbprint.
    ///
    /// # Errors
    /// [`Error::SuiteUnsupported`] where `alg` is missing or another; [`Error::KeyMalformed`] where it is otherwise no
    /// such key, its point is not on the curve, or a coefficient of its ML-KEM half is not reduced (FIPS 203, section 7.2).
    fn try_from(jwk: &Jwk) -> Result<Self, Error> {
        // Without alg the key could be for any suite of its curve.
        let suite = jwk.alg.as_deref().and_then(Suite::from_alg).ok_or(Error::SuiteUnsupported)?;
        let (id, key) = match suite {
            Suite::Hpke7 => {
                let (point, id) = jwk.checked_point(suite.alg(), "enc")?;
                (id, hpke7::PublicKey::from_bytes(&point).map(PublicKey::Hpke7))
            }
            Suite::Hpke8 => {
                let (octets, id) = jwk.checked_octets(suite.alg(), "enc")?;
                (id, hpke8::PublicKey::from_bytes(&octets).map(|key| PublicKey::Hpke8(Box::new(key))))
            }
        };
        Ok(Self { id, key: key.map_err(|_| Error::KeyMalformed)? })
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("kid", &self.id).field("suite", &self.suite()).finish()
    }
}
