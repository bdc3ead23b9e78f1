//! A receipt as it travels.

use super::{KIND, Receipt};
use crate::{Error, KeyId, ReceiptHash, Unverified, jws::Signed, keys::VerifyingKey};

/// A receipt of the right form whose signature has not been verified.
#[derive(Clone, Debug)]
pub struct SignedReceipt {
    jws: Signed<KeyId>,
    claimed: Receipt,
}

impl SignedReceipt {
    /// Takes the JWS apart and checks its form. No cryptography runs.
    ///
    /// # Errors
    /// [`Error::ReceiptMalformed`] for all that [the format](crate::receipt) does not allow.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let jws = KIND.parse_with_kid(text)?;
        let claimed = Receipt::from_claims(&jws.payload).ok_or(Error::ReceiptMalformed)?;
        Ok(Self { jws, claimed })
    }

    /// The id of the key that it claims to be signed with.
    #[must_use]
    pub const fn kid(&self) -> KeyId {
        self.jws.signer
    }

    /// What names this receipt in its chain.
    #[must_use]
    pub fn hash(&self) -> ReceiptHash {
        ReceiptHash::of(self.jws.signing_input.as_bytes())
    }

    /// Verifies that one of these keys, the receipt keys of a [directory](crate::directory), has signed; with feature `verify`.
    ///
    /// A receipt stays true after its token has expired, so its times are not judged.
    ///
    /// # Errors
    /// [`Error::ReceiptInvalid`] where none has.
    #[cfg(feature = "verify")]
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<&Receipt, Error> {
        self.check(keys)?.verify()
    }

    /// As [`verify`](Self::verify), but for the signature.
    ///
    /// # Errors
    /// [`Error::ReceiptInvalid`] where it names none of the keys, and where the signature is wrong.
    pub fn check(&self, keys: &[VerifyingKey]) -> Result<Unverified<'_, &Receipt>, Error> {
        let key = self.jws.key(keys).ok_or(Error::ReceiptInvalid)?;
        Ok(self.jws.unverified(key.clone(), Ok(&self.claimed), Error::ReceiptInvalid))
    }
}
