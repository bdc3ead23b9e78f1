//! The public half of a vault's key.

use core::fmt;

use hpke::{Deserializable, Serializable};

use super::Jwk;
use crate::{
    Error, KeyId,
    envelope::{Suite, suite::hpke7},
};

/// A vault's public key, which cards are sealed to.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey {
    id: KeyId,
    key: PublicKey,
}

/// The key in the form of its suite.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    Hpke7(hpke7::PublicKey),
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
        match self.key {
            PublicKey::Hpke7(_) => Suite::Hpke7,
        }
    }

    /// The JWK, with `kid`, `alg` and `use`.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        match &self.key {
            PublicKey::Hpke7(key) => Jwk::of_point(&key.to_bytes().into(), Suite::Hpke7.alg(), "enc"),
        }
    }

    pub(crate) const fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl TryFrom<&Jwk> for SealingKey {
    type Error = Error;

    /// Checks and takes a JWK whose `alg` is `HPKE-7`, whose `use`, if any, is `enc` and whose `kid`, if any, is its
    /// thumbprint.
    ///
    /// # Errors
    /// [`Error::SuiteUnsupported`] where `alg` is missing or another; [`Error::KeyMalformed`] where it is otherwise no
    /// such key, or its point is not on the curve.
    fn try_from(jwk: &Jwk) -> Result<Self, Error> {
        // Without alg the key could be for any suite of its curve.
        let suite = jwk.alg.as_deref().and_then(Suite::from_alg).ok_or(Error::SuiteUnsupported)?;
        match suite {
            Suite::Hpke7 => {
                let (point, id) = jwk.checked(suite.alg(), "enc")?;
                let key = hpke7::PublicKey::from_bytes(&point).map_err(|_| Error::KeyMalformed)?;
                Ok(Self { id, key: PublicKey::Hpke7(key) })
            }
        }
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("kid", &self.id).field("suite", &self.suite()).finish()
    }
}
