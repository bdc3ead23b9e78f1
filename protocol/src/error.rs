//! What this crate refuses, apart from what a shopper types (that is a `Problem`).

use core::fmt;

use crate::Code;

/// Why an envelope, order, key or origin was refused.
///
/// It is `Copy`, so that it cannot carry any part of a card or key. Each variant has one stable [`Code`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Error {
    /// The envelope is not a JWE compact serialization of Cardseal's form: see [`crate::envelope`].
    EnvelopeMalformed,
    /// The envelope is longer than 4096 bytes.
    EnvelopeTooLarge,
    /// The header's or key's `alg` names no HPKE suite of [`crate::envelope::Suite`].
    SuiteUnsupported,
    /// The envelope does not open. Every cause is this one variant: a wrong key, an altered header, encapsulated key or
    /// ciphertext, or a plaintext that is no card.
    EnvelopeInvalid,
    /// The order is not a JWS compact serialization of Cardseal's form, or its claims contradict each other: see
    /// [`crate::order`].
    OrderMalformed,
    /// The order is longer than 16384 bytes.
    OrderTooLarge,
    /// The order's `alg` is not `ES256`.
    OrderAlgorithmUnsupported,
    /// None of the given keys has the order's `kid`.
    OrderKeyUnknown,
    /// The order's signature does not verify.
    OrderSignatureInvalid,
    /// The order's `exp` has passed.
    OrderExpired,
    /// The order's `iat` or `nbf` lies ahead.
    OrderNotYetValid,
    /// The order's `iss` is another merchant.
    OrderWrongMerchant,
    /// The key is no key of the form asked for: see [`crate::keys`].
    KeyMalformed,
    /// The directory or its delegation is not of Cardseal's form: see [`crate::directory`].
    DirectoryMalformed,
    /// The `alg` of the directory or its delegation is not `ES256`.
    DirectoryAlgorithmUnsupported,
    /// No pinned root delegated to the signer of the directory, a signature does not verify, or it is another vault's.
    DirectoryUntrusted,
    /// The directory or its delegation has expired, or is not valid yet.
    DirectoryExpired,
    /// The directory is older than one seen before, or another of the same number.
    DirectoryRolledBack,
    /// The receipt is not of Cardseal's form: see [`crate::receipt`].
    ReceiptMalformed,
    /// The receipt is not signed by one of the given keys.
    ReceiptInvalid,
    /// The dual signature is not of Cardseal's form: see [`crate::dual_signature`].
    DualSignatureMalformed,
    /// The dual signature does not verify.
    DualSignatureInvalid,
    /// The text is no origin, or one that Cardseal does not run on: see [`crate::Origin`].
    OriginMalformed,
    /// The text is no identifier, hash or currency code: see [`crate::MerchantId`], [`crate::OrderHash`] and
    /// [`crate::order::Currency`].
    IdMalformed,
    /// The operating system or browser gave no random bytes.
    RandomUnavailable,
    /// A fault of this crate or a dependency, not of any input.
    Internal,
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::EnvelopeMalformed => Code::EnvelopeMalformed,
            Self::EnvelopeTooLarge => Code::EnvelopeTooLarge,
            Self::SuiteUnsupported => Code::SuiteUnsupported,
            Self::EnvelopeInvalid => Code::EnvelopeInvalid,
            Self::OrderMalformed => Code::OrderMalformed,
            Self::OrderTooLarge => Code::OrderTooLarge,
            Self::OrderAlgorithmUnsupported => Code::OrderAlgorithmUnsupported,
            Self::OrderKeyUnknown => Code::OrderKeyUnknown,
            Self::OrderSignatureInvalid => Code::OrderSignatureInvalid,
            Self::OrderExpired => Code::OrderExpired,
            Self::OrderNotYetValid => Code::OrderNotYetValid,
            Self::OrderWrongMerchant => Code::OrderWrongMerchant,
            Self::KeyMalformed => Code::KeyMalformed,
            Self::DirectoryMalformed => Code::DirectoryMalformed,
            Self::DirectoryAlgorithmUnsupported => Code::DirectoryAlgorithmUnsupported,
            Self::DirectoryUntrusted => Code::DirectoryUntrusted,
            Self::DirectoryExpired => Code::DirectoryExpired,
            Self::DirectoryRolledBack => Code::DirectoryRolledBack,
            Self::ReceiptMalformed => Code::ReceiptMalformed,
            Self::ReceiptInvalid => Code::ReceiptInvalid,
            Self::DualSignatureMalformed => Code::DualSignatureMalformed,
            Self::DualSignatureInvalid => Code::DualSignatureInvalid,
            Self::OriginMalformed => Code::OriginNotAllowed,
            Self::IdMalformed => Code::RequestMalformed,
            Self::RandomUnavailable => Code::RandomUnavailable,
            Self::Internal => Code::Internal,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OriginMalformed => "The text is no web origin that Cardseal can run on.",
            Self::IdMalformed => "The text is no identifier of its kind.",
            other => other.code().meaning(),
        })
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_a_sentence_and_has_a_code() {
        assert_eq!(Error::OrderExpired.to_string(), "The order has expired.");
        assert_eq!(Error::OrderExpired.code().as_str(), "order_expired");
        assert_eq!(Error::OriginMalformed.code(), Code::OriginNotAllowed);
    }
}
