//! The private half of a vault's key.

use core::fmt;

use hpke::{Deserializable, Kem as _, Serializable};
use zeroize::Zeroizing;

use super::Jwk;
use crate::{
    Error, KeyId,
    envelope::{Suite, suite::hpke7},
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
}

impl OpeningKey {
    /// Makes a new key for [`Suite::Hpke7`] from the system's random bytes.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`] where the system gives none.
    pub fn generate() -> Result<Self, Error> {
        let mut random = SystemRandom::default();
        let (key, public) = hpke7::Kem::gen_keypair_with_rng(&mut random);
        random.check()?;
        Self::new(key, &public)
    }

    /// Takes a private scalar of P-256: 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where it is zero or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        let key = hpke7::PrivateKey::from_bytes(bytes).map_err(|_| Error::KeyMalformed)?;
        let public = hpke7::Kem::sk_to_pk(&key);
        Self::new(key, &public)
    }

    fn new(key: hpke7::PrivateKey, public: &hpke7::PublicKey) -> Result<Self, Error> {
        let public = Jwk::of_point(&public.to_bytes().into(), Suite::Hpke7.alg(), "enc");
        Ok(Self { id: public.thumbprint()?, public, key: PrivateKey::Hpke7(Box::new(key)) })
    }

    /// The private scalar: 32 bytes, big-endian. Keep it where only the vault can read it.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        match &self.key {
            PrivateKey::Hpke7(key) => {
                let mut bytes = Zeroizing::new([0; 32]);
                key.write_exact(bytes.as_mut_slice());
                bytes
            }
        }
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
