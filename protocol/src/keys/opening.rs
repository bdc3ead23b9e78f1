//! The private half of a vault's key.

use core::fmt;

use hpke::{Deserializable, Kem as _, Serializable};
use zeroize::Zeroizing;

use super::{Jwk, PublicKey};
use crate::{
    Error, KeyId,
    envelope::{
        Suite,
        suite::{hpke7, hpke8},
    },
    random::SystemRandom,
};

/// A vault's private key, which opens envelopes; with feature `open`.
///
/// Wiped on drop; prints only its id.
pub struct OpeningKey {
    public: Jwk,
    id: KeyId,
    key: PrivateKey,
}

/// The key in the form of its suite. Boxed, so that moving an [`OpeningKey`] leaves no copy of it behind.
pub(crate) enum PrivateKey {
    Hpke7(Box<hpke7::PrivateKey>),
    Hpke8(Box<hpke8::PrivateKey>),
}

impl PrivateKey {
    fn public(&self) -> PublicKey {
        match self {
            Self::Hpke7(key) => PublicKey::Hpke7(hpke7::Kem::sk_to_pk(key)),
            Self::Hpke8(key) => PublicKey::Hpke8(Box::new(hpke8::Kem::sk_to_pk(key))),
        }
    }
}

impl OpeningKey {
    /// Makes a new key for the suite from the system's random bytes.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`] where the system gives none.
    pub fn generate(suite: Suite) -> Result<Self, Error> {
        let mut random = SystemRandom::default();
        let key = match suite {
            Suite::Hpke7 => PrivateKey::Hpke7(Box::new(hpke7::Kem::gen_keypair_with_rng(&mut random).0)),
            Suite::Hpke8 => PrivateKey::Hpke8(Box::new(hpke8::Kem::gen_keypair_with_rng(&mut random).0)),
        };
        random.check()?;
        Self::new(key)
    }

    /// Takes the 32 bytes of a private key of the suite: with `HPKE-7` a scalar of P-256, big-endian; with `HPKE-8` the seed
    /// that both halves of the key are expanded from (draft-irtf-cfrg-concrete-hybrid-kems).
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where the scalar is zero or not below the order of the curve. Every seed is a key.
    pub fn from_bytes(suite: Suite, bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = match suite {
            Suite::Hpke7 => hpke7::PrivateKey::from_bytes(bytes).map(|key| PrivateKey::Hpke7(Box::new(key))),
            Suite::Hpke8 => hpke8::PrivateKey::from_bytes(bytes).map(|key| PrivateKey::Hpke8(Box::new(key))),
        };
        Self::new(key.map_err(|_| Error::KeyMalformed)?)
    }

    fn new(key: PrivateKey) -> Result<Self, Error> {
        let public = key.public().jwk();
        Ok(Self { id: public.thumbprint()?, public, key })
    }

    /// The private key as [`OpeningKey::from_bytes`] takes it. Keep it where only the vault can read it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        match &self.key {
            PrivateKey::Hpke7(key) => key.write_exact(bytes.as_mut_slice()),
            PrivateKey::Hpke8(key) => key.write_exact(bytes.as_mut_slice()),
        }
        bytes
    }

    /// The thumbprint of its public key, which envelopes carry as `kid`.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.id
    }

    /// The HPKE suite that the key is for.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        match self.key {
            PrivateKey::Hpke7(_) => Suite::Hpke7,
            PrivateKey::Hpke8(_) => Suite::Hpke8,
        }
    }

    /// The public JWK to publish, with `kid`, `alg` and `use`.
    #[must_use]
    pub const fn jwk(&self) -> &Jwk {
        &self.public
    }

    pub(crate) const fn key(&self) -> &PrivateKey {
        &self.key
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpeningKey").field("kid", &self.id).finish_non_exhaustive()
    }
}
