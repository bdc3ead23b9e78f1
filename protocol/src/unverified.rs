//! What is signed, once all of it has been checked but the signatures.
//!
//! Who does the arithmetic depends on where this crate runs: a vault has it in this crate (feature `verify`), a shopper's
//! browser has its own, which answers later. Both go through [`Unverified`], so that the rules, their order and their errors
//! are the same, and neither gets at a claim that no key has vouched for.

use crate::{Error, keys::VerifyingKey};

/// Something that is signed, until its signatures are verified: only that gives what it claims.
///
/// What is judged by the claims, such as their time, has been judged, but is told only with them: a forgery is a forgery first.
#[must_use = "nothing of it can be believed before its signatures are verified"]
#[derive(Debug)]
pub struct Unverified<'a, T> {
    /// At least one.
    signatures: Vec<Signature<'a>>,
    /// What to say if one of them is wrong.
    refusal: Error,
    /// What to say if all of them are right.
    outcome: Result<T, Error>,
}

/// A signature by ES256 (RFC 7518, section 3.4) that has to be verified.
#[derive(Debug)]
pub struct Signature<'a> {
    key: VerifyingKey,
    signing_input: &'a [u8],
    bytes: &'a [u8; 64],
}

impl<'a> Signature<'a> {
    /// What is said to be the key's signature over the input.
    #[must_use]
    pub const fn new(key: VerifyingKey, signing_input: &'a [u8], bytes: &'a [u8; 64]) -> Self {
        Self { key, signing_input, bytes }
    }

    /// Whose it has to be.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// What it is over: the JWS signing input (RFC 7515, section 5.1), in ASCII.
    #[must_use]
    pub const fn signing_input(&self) -> &[u8] {
        self.signing_input
    }

    /// The signature: R then S, big-endian. One of another length is none: some browsers would take R and S from its halves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 64] {
        self.bytes
    }

    #[cfg(feature = "verify")]
    fn is_right(&self) -> bool {
        self.key.verifies(self.signing_input(), self.bytes)
    }
}

impl<'a, T> Unverified<'a, T> {
    pub(crate) fn new(signature: Signature<'a>, refusal: Error, outcome: Result<T, Error>) -> Self {
        Self { signatures: vec![signature], refusal, outcome }
    }

    /// Something else that is signed, in place of this: believed where this is, and refused as this is.
    pub(crate) fn and_then<U>(mut self, next: impl FnOnce(T) -> Result<Unverified<'a, U>, Error>) -> Unverified<'a, U> {
        let outcome = self.outcome.and_then(next).and_then(|next| {
            self.signatures.extend(next.signatures);
            next.outcome
        });
        Unverified { signatures: self.signatures, refusal: self.refusal, outcome }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Unverified<'a, U> {
        Unverified { signatures: self.signatures, refusal: self.refusal, outcome: self.outcome.map(change) }
    }

    /// The signatures that have to be verified.
    #[must_use]
    pub fn signatures(&self) -> &[Signature<'a>] {
        &self.signatures
    }

    /// Verifies the signatures and gives what is claimed; with feature `verify`.
    ///
    /// # Errors
    /// Those that the function says which gave this.
    #[cfg(feature = "verify")]
    pub fn verify(self) -> Result<T, Error> {
        self.verify_by(|signatures| signatures.iter().all(Signature::is_right))
    }

    /// Gives what is claimed where `are_right` says so of the signatures, for those who have them verified elsewhere. What is
    /// not known to be right is wrong.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_by(self, are_right: impl FnOnce(&[Signature<'a>]) -> bool) -> Result<T, Error> {
        if are_right(&self.signatures) { self.outcome } else { Err(self.refusal) }
    }
}
