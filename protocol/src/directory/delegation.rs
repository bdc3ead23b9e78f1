//! The delegation: a root key's word for a directory key.

use super::{MAX_DELEGATION_LENGTH, MAX_DELEGATION_LIFE, is_current, lives_at_most};
use crate::{
    Error, KeyId, Origin, UnixTime, Unverified,
    json::{Malformed, once, read_object},
    jws::{Kind, Signed},
    keys::{Jwk, VerifyingKey, read_public_jwk},
};

pub(super) const KIND: Kind = Kind {
    typ: "cardseal-delegation+jwt",
    max_length: MAX_DELEGATION_LENGTH,
    malformed: Error::DirectoryMalformed,
    too_large: Error::DirectoryMalformed,
    algorithm_unsupported: Error::DirectoryAlgorithmUnsupported,
};

/// A root key's word that a directory key speaks for a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The root key: `iss`.
    pub root: KeyId,
    /// The vault, by its origin: `sub`.
    pub vault: Origin,
    /// When it was signed: `iat`.
    pub issued: UnixTime,
    /// When it ceases to be valid: `exp`.
    pub expires: UnixTime,
    /// The directory key: `cnf`.
    pub key: VerifyingKey,
}

impl Delegation {
    /// Checks what the claims must be among themselves, whoever wrote them and whatever the time.
    pub(super) fn check(&self) -> Result<(), Error> {
        if lives_at_most(self.issued, self.expires, MAX_DELEGATION_LIFE) {
            Ok(())
        } else {
            Err(Error::DirectoryMalformed)
        }
    }
}

/// A delegation of the right form whose signature has not been verified.
#[derive(Clone, Debug)]
pub struct SignedDelegation {
    jws: Signed<Jwk>,
    root: KeyId,
    vault: Origin,
    issued: UnixTime,
    expires: UnixTime,
    key: Jwk,
}

impl SignedDelegation {
    /// Takes the JWS apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::DirectoryAlgorithmUnsupported`] where `alg` is not `ES256` (`none` included), and
    /// [`Error::DirectoryMalformed`] for all else that [the format](crate::directory) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let jws = KIND.parse_with_jwk(text)?;
        let (mut root, mut vault, mut issued, mut expires, mut key) = (None, None, None, None, None);
        read_object(&jws.payload, &mut |name, reader| match name {
            "iss" => once(&mut root, KeyId::parse(&reader.string()?).map_err(|_| Malformed)?),
            "sub" => once(&mut vault, Origin::parse(&reader.string()?).map_err(|_| Malformed)?),
            "iat" => once(&mut issued, UnixTime::from_secs(reader.unsigned()?)),
            "exp" => once(&mut expires, UnixTime::from_secs(reader.unsigned()?)),
            "cnf" => reader.object(&mut |name, reader| match name {
                "jwk" => once(&mut key, read_public_jwk(reader)?),
                _ => Err(Malformed),
            }),
            _ => Err(Malformed),
        })
        .map_err(|_| Error::DirectoryMalformed)?;
        let (Some(root), Some(vault), Some(issued), Some(expires), Some(key)) = (root, vault, issued, expires, key)
        else {
            return Err(Error::DirectoryMalformed);
        };
        Ok(Self { jws, root, vault, issued, expires, key })
    }

    /// The root key that it claims to be by.
    #[must_use]
    pub const fn root(&self) -> KeyId {
        self.root
    }

    /// The vault that it claims to be for.
    #[must_use]
    pub const fn vault(&self) -> &Origin {
        &self.vault
    }

    /// When it claims to have been signed.
    #[must_use]
    pub const fn issued(&self) -> UnixTime {
        self.issued
    }

    /// Verifies that one of the pinned root keys, by their thumbprints, speaks for this vault now; with feature `verify`.
    ///
    /// # Errors
    /// [`Error::DirectoryUntrusted`] where the root key is not pinned, the signature is wrong or the vault is another;
    /// [`Error::DirectoryMalformed`] where it holds no key or lives too long; then [`Error::DirectoryExpired`].
    #[cfg(feature = "verify")]
    pub fn verify(&self, roots: &[KeyId], vault: &Origin, now: UnixTime) -> Result<Delegation, Error> {
        self.check(roots, vault, now)?.verify()
    }

    pub(super) fn check(
        &self,
        roots: &[KeyId],
        vault: &Origin,
        now: UnixTime,
    ) -> Result<Unverified<'_, Delegation>, Error> {
        let root = VerifyingKey::try_from(&self.jws.signer).map_err(|_| Error::DirectoryUntrusted)?;
        let is_pinned = roots.contains(&root.kid()) && self.root == root.kid();
        if !is_pinned || self.vault != *vault {
            return Err(Error::DirectoryUntrusted);
        }
        Ok(self.jws.unverified(root, self.delegation(now), Error::DirectoryUntrusted))
    }

    /// What it claims, where that is valid now.
    fn delegation(&self, now: UnixTime) -> Result<Delegation, Error> {
        let delegation = Delegation {
            root: self.root,
            vault: self.vault.clone(),
            issued: self.issued,
            expires: self.expires,
            key: VerifyingKey::try_from(&self.key).map_err(|_| Error::DirectoryMalformed)?,
        };
        delegation.check()?;
        if is_current(self.issued, self.expires, now) { Ok(delegation) } else { Err(Error::DirectoryExpired) }
    }
}
