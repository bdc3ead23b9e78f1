//! The private half of a key of any published kind.

use cardseal_protocol::{
    KeyId,
    keys::{Jwk, OpeningKey, SigningKey},
};

use super::{Error, KeyFiles, Kind, files::Secret};
use crate::store::keys::Key;

/// A private key that is published by its public half.
pub(crate) enum PrivateKey {
    Signing(SigningKey),
    Opening(OpeningKey),
}

impl PrivateKey {
    /// Makes a key from the system's random bytes.
    pub(super) fn generate(kind: Kind) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Directory | Kind::Receipt => Self::Signing(SigningKey::generate()?),
            Kind::Envelope(suite) => Self::Opening(OpeningKey::generate(suite)?),
        })
    }

    /// Reads the key of this kind and version from its file.
    pub(super) fn read(files: &KeyFiles, kind: Kind, version: u32) -> Result<Self, Error> {
        let stem = kind.stem();
        let secret = files.read(&stem, version)?;
        let key = match kind {
            Kind::Directory | Kind::Receipt => SigningKey::from_bytes(&secret).map(Self::Signing),
            Kind::Envelope(suite) => OpeningKey::from_bytes(suite, &secret).map(Self::Opening),
        };
        key.map_err(|_| Error::NoKey(files.path(&stem, version)))
    }

    /// Reads the key that belongs to this row.
    pub(crate) fn of(key: &Key, files: &KeyFiles) -> Result<Self, Error> {
        let private = Self::read(files, key.kind, key.version)?;
        if private.kid() == key.kid {
            Ok(private)
        } else {
            Err(Error::OtherKey(files.path(&key.kind.stem(), key.version)))
        }
    }

    /// The 32 bytes that its file holds.
    pub(super) fn to_bytes(&self) -> Secret {
        match self {
            Self::Signing(key) => key.to_bytes(),
            Self::Opening(key) => key.to_bytes(),
        }
    }

    /// The thumbprint of its public half.
    pub(crate) const fn kid(&self) -> KeyId {
        match self {
            Self::Signing(key) => key.kid(),
            Self::Opening(key) => key.kid(),
        }
    }

    /// Its public half.
    pub(crate) fn jwk(&self) -> Jwk {
        match self {
            Self::Signing(key) => key.jwk(),
            Self::Opening(key) => key.jwk().clone(),
        }
    }
}
