//! A directory as it travels.

use super::{Delegation, Directory, KIND, is_current};
use crate::{DirectoryHash, Error, KeyId, UnixTime, Unverified, jws::Signed};

/// A directory of the right form whose signature has not been verified.
#[derive(Clone, Debug)]
pub struct SignedDirectory {
    jws: Signed<KeyId>,
    claimed: Directory,
}

impl SignedDirectory {
    /// Takes the JWS apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::DirectoryAlgorithmUnsupported`] where `alg` is not `ES256` (`none` included), and
    /// [`Error::DirectoryMalformed`] for all else that [the format](crate::directory) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let jws = KIND.parse_with_kid(text)?;
        let claimed = Directory::from_claims(&jws.payload)?;
        Ok(Self { jws, claimed })
    }

    /// The number that it claims to have.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.claimed.sequence
    }

    /// What names this directory in its chain.
    #[must_use]
    pub fn hash(&self) -> DirectoryHash {
        DirectoryHash::of(self.jws.signing_input.as_bytes())
    }

    /// Verifies that the delegation's key has signed this directory for the delegation's vault, and that it is valid now;
    /// with feature `verify`.
    ///
    /// # Errors
    /// [`Error::DirectoryUntrusted`], then [`Error::DirectoryExpired`].
    #[cfg(feature = "verify")]
    pub fn verify(&self, delegation: &Delegation, now: UnixTime) -> Result<Directory, Error> {
        self.check(delegation, now)?.verify().cloned()
    }

    pub(super) fn check(&self, delegation: &Delegation, now: UnixTime) -> Result<Unverified<'_, &Directory>, Error> {
        let is_delegated = self.jws.signer == delegation.key.kid() && self.claimed.vault == delegation.vault;
        if !is_delegated {
            return Err(Error::DirectoryUntrusted);
        }
        let Directory { issued, expires, .. } = self.claimed;
        let directory = if is_current(issued, expires, now) { Ok(&self.claimed) } else { Err(Error::DirectoryExpired) };
        Ok(self.jws.unverified(delegation.key.clone(), directory, Error::DirectoryUntrusted))
    }
}
