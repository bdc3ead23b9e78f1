//! The key directory: which keys a vault has, and the chain of trust from a pinned root key to them.
//!
//! A **root key**, kept offline, signs a **delegation**: for some weeks this directory key may speak for the vault of this
//! origin. The directory key, which is online, signs the **directory**: for some hours these are the vault's keys. Whoever
//! has the root key's thumbprint can verify both, and so needs to trust nothing on the way. Both are JWS compact
//! serializations (RFC 7515) by ES256; [`PublishedDirectory`] is the two together.
//!
//! The delegation's header is exactly `{"alg":"ES256","typ":"cardseal-delegation+jwt","jwk":{…}}`, where `jwk` holds `crv`,
//! `kty`, `x` and `y` of the root key. Its claims (RFC 7519):
//!
//! | claim | JSON | meaning |
//! | --- | --- | --- |
//! | `iss` | string | the root key's thumbprint (RFC 7638) |
//! | `sub` | string | the vault's origin |
//! | `iat`, `exp` | integer | seconds since 1970; `exp` lies after `iat`, by at most 90 days |
//! | `cnf` | object | `{"jwk":{…}}`: the directory key (RFC 7800, section 3.2), with the same four members |
//!
//! The directory's header is exactly `{"alg":"ES256","typ":"cardseal-keys+jwt","kid":"<thumbprint of the directory key>"}`.
//! Its claims:
//!
//! | claim | JSON | meaning |
//! | --- | --- | --- |
//! | `iss` | string | the vault's origin |
//! | `iat`, `exp` | integer | seconds since 1970; `exp` lies after `iat`, by at most 24 hours |
//! | `seq` | integer | the directory's number, from 1; each is one more than the one before |
//! | `prev` | string, optional | the [`DirectoryHash`] of the one before; absent in the first |
//! | `keys` | array | at most 64 JWKs: `use` `enc` with a suite's `alg` to seal to, `use` `sig` with `ES256` to verify receipts with; `nbf` and `exp` where a key's time is limited |
//! | `revoked` | array of string | at most 512 `kid`s that must not be used any more |
//!
//! Any other claim, one that comes twice, or one of another type is refused. A JWK may have further members, strings and
//! integers, and be of a kind that this version does not know; it is passed over then (RFC 7517, section 5).

mod claims;
mod delegation;
mod seen;
mod signed;
#[cfg(feature = "sign")]
mod signing;
#[cfg(all(test, feature = "sign"))]
mod tests;

pub use delegation::{Delegation, SignedDelegation};
pub use seen::Seen;
pub use signed::SignedDirectory;

use serde::{Deserialize, Serialize};

use crate::{
    DirectoryHash, Error, KeyId, Origin, UnixTime, Unverified,
    jws::Kind,
    keys::{ES256, Jwk, SealingKey, VerifyingKey},
};

/// The longest life of a directory, in seconds.
pub const MAX_DIRECTORY_LIFE: u64 = 24 * 60 * 60;

/// The longest life of a delegation, in seconds.
pub const MAX_DELEGATION_LIFE: u64 = 90 * 24 * 60 * 60;

/// The longest directory, in bytes of its JWS compact serialization.
pub const MAX_DIRECTORY_LENGTH: usize = 64 * 1024;

/// The longest delegation, in bytes of its JWS compact serialization.
pub const MAX_DELEGATION_LENGTH: usize = 2048;

/// How far ahead of the verifier's clock the signer's may be, in seconds.
const CLOCK_LEEWAY: u64 = 60;

const MAX_KEYS: usize = 64;
const MAX_REVOKED: usize = 512;

const KIND: Kind = Kind {
    typ: "cardseal-keys+jwt",
    max_length: MAX_DIRECTORY_LENGTH,
    malformed: Error::DirectoryMalformed,
    too_large: Error::DirectoryMalformed,
    algorithm_unsupported: Error::DirectoryAlgorithmUnsupported,
};

/// A vault's keys, as `GET /.well-known/cardseal/keys` answers. Members that this version does not know are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedDirectory {
    /// The JWS compact serialization of the [`Delegation`].
    pub delegation: String,
    /// The JWS compact serialization of the [`Directory`].
    pub directory: String,
}

impl PublishedDirectory {
    /// Verifies the whole chain: that one of the pinned root keys, by their thumbprints, speaks for this vault through
    /// this delegation and this directory, now. Gives the directory, and what to remember of it against a rollback. With
    /// feature `verify`.
    ///
    /// # Errors
    /// [`Error::DirectoryMalformed`] and [`Error::DirectoryAlgorithmUnsupported`] before any cryptography runs;
    /// [`Error::DirectoryUntrusted`] where a link of the chain is wrong; only then, when its word is proven,
    /// [`Error::DirectoryExpired`] (60 seconds of leeway for a clock that is slow).
    #[cfg(feature = "verify")]
    pub fn verify(&self, roots: &[KeyId], vault: &Origin, now: UnixTime) -> Result<(Directory, Seen), Error> {
        let chain = self.parse()?;
        let (directory, seen) = chain.check(roots, vault, now)?.verify()?;
        Ok((directory.clone(), seen))
    }

    /// Takes both apart and checks their form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::DirectoryMalformed`] and [`Error::DirectoryAlgorithmUnsupported`].
    pub fn parse(&self) -> Result<SignedChain, Error> {
        let delegation = SignedDelegation::parse(&self.delegation)?;
        Ok(SignedChain { delegation, directory: SignedDirectory::parse(&self.directory)? })
    }
}

/// A delegation and a directory of the right form whose signatures have not been verified.
#[derive(Clone, Debug)]
pub struct SignedChain {
    delegation: SignedDelegation,
    directory: SignedDirectory,
}

impl SignedChain {
    /// As [`PublishedDirectory::verify`], but for the signatures.
    ///
    /// # Errors
    /// [`Error::DirectoryUntrusted`] where no signature could make the delegation right; the others come of the signatures.
    pub fn check(
        &self,
        roots: &[KeyId],
        vault: &Origin,
        now: UnixTime,
    ) -> Result<Unverified<'_, (&Directory, Seen)>, Error> {
        Ok(self.delegation.check(roots, vault, now)?.and_then(|delegation| {
            let seen = Seen::new(&delegation, &self.directory);
            Ok(self.directory.check(&delegation, now)?.map(|directory| (directory, seen)))
        }))
    }
}

/// The keys of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The vault, by its origin: `iss`.
    pub vault: Origin,
    /// When it was signed: `iat`.
    pub issued: UnixTime,
    /// When it ceases to be valid: `exp`.
    pub expires: UnixTime,
    /// Its number, from 1: `seq`.
    pub sequence: u64,
    /// The directory before it: `prev`.
    pub previous: Option<DirectoryHash>,
    /// The keys, newest last: `keys`.
    pub keys: Vec<PublishedKey>,
    /// Keys that must not be used any more: `revoked`.
    pub revoked: Vec<KeyId>,
}

/// A key in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedKey {
    /// The key, with `kid`, `alg` and `use`.
    pub jwk: Jwk,
    /// Not to be used before: `nbf`.
    pub not_before: Option<UnixTime>,
    /// Not to be used any more from then on: `exp`.
    pub expires: Option<UnixTime>,
}

impl Directory {
    /// The key to seal to at this time: of those valid, one of the strongest suite, and of several the last.
    #[must_use]
    pub fn sealing_key(&self, now: UnixTime) -> Option<SealingKey> {
        self.keys
            .iter()
            .filter(|key| key.is_valid(now))
            .filter_map(|key| SealingKey::try_from(&key.jwk).ok())
            .filter(|key| !self.revoked.contains(&key.kid()))
            .max_by_key(SealingKey::suite)
    }

    /// The keys that verify receipts, those that were retired included: what they signed stays true.
    #[must_use]
    pub fn receipt_keys(&self) -> Vec<VerifyingKey> {
        self.keys
            .iter()
            // Without alg a key could be for anything.
            .filter(|key| key.jwk.alg.as_deref() == Some(ES256))
            .filter_map(|key| VerifyingKey::try_from(&key.jwk).ok())
            .filter(|key| !self.revoked.contains(&key.kid()))
            .collect()
    }

    /// Whether this is the directory right after `earlier` in the vault's chain.
    #[must_use]
    pub fn follows(&self, earlier: &Self, earlier_hash: DirectoryHash) -> bool {
        self.sequence.checked_sub(1) == Some(earlier.sequence) && self.previous == Some(earlier_hash)
    }

    /// Checks what the claims must be among themselves, whoever wrote them and whatever the time.
    fn check(&self) -> Result<(), Error> {
        let lives = lives_at_most(self.issued, self.expires, MAX_DIRECTORY_LIFE);
        let is_numbered = if self.sequence == 1 { self.previous.is_none() } else { self.previous.is_some() };
        let counts_fit = self.keys.len() <= MAX_KEYS && self.revoked.len() <= MAX_REVOKED;
        if lives && is_numbered && self.sequence > 0 && counts_fit { Ok(()) } else { Err(Error::DirectoryMalformed) }
    }
}

impl PublishedKey {
    fn is_valid(&self, now: UnixTime) -> bool {
        self.not_before.is_none_or(|begins| begins <= now.plus(CLOCK_LEEWAY))
            && self.expires.is_none_or(|expires| now < expires)
    }
}

/// Whether something ends after it begins, and within so many seconds.
fn lives_at_most(issued: UnixTime, expires: UnixTime, seconds: u64) -> bool {
    expires > issued && expires <= issued.plus(seconds)
}

/// Whether now lies between issue and expiry.
fn is_current(issued: UnixTime, expires: UnixTime, now: UnixTime) -> bool {
    issued <= now.plus(CLOCK_LEEWAY) && now < expires
}
