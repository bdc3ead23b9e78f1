//! A receipt as it travels.

use super::{KIND, Receipt};
use crate::{Error, KeyId, ReceiptHash, jws::Signed, keys::VerifyingKey};

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

    /// Verifies that one of these keys, the receipt keys of a [directory](crate::directory), has signed.
    ///
    /// A receipt stays true after its token has expired, so its times are not judged.
    ///
    /// # Errors
    /// [`Error::ReceiptInvalid`] where none has.
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<&Receipt, Error> {
        let is_signed = self.jws.key(keys).is_some_and(|key| self.jws.is_by(key));
        if is_signed { Ok(&self.claimed) } else { Err(Error::ReceiptInvalid) }
    }
}
