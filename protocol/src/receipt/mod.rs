//! The receipt: what a vault says, signed, of a card that it took.
//!
//! A JWS compact serialization (RFC 7515) by ES256, whose header is exactly
//! `{"alg":"ES256","typ":"cardseal-receipt+jwt","kid":"<thumbprint>"}` and whose claims (RFC 7519) are:
//!
//! | claim | JSON | meaning |
//! | --- | --- | --- |
//! | `iss` | string | the vault's origin |
//! | `sub` | string | the token |
//! | `aud` | string | the merchant's id |
//! | `iat`, `exp` | integer | when the token was made and when it expires, by the vault's clock, in seconds since 1970 |
//! | `brand` | string, optional | the card's brand, where one is known |
//! | `last4` | string | the last four digits of the number |
//! | `order` | string | the [`OrderHash`] of the order that the token pays |
//! | `card` | string | the [`CardHash`] of the envelope |
//! | `device` | string | the thumbprint of the key that made the [dual signature](crate::dual_signature) |
//! | `origin` | string | the page that embedded the card form |
//! | `suite` | string | the envelope's `alg` |
//! | `key` | string | the envelope's `kid` |
//! | `prev` | string, optional | the [`ReceiptHash`] of the merchant's receipt before this one; absent in the first |
//!
//! Any other member, one that comes twice, or one of another type is refused.
//!
//! The receipts of a merchant form a chain: each names the one before. Whoever holds them sees that one was taken out or
//! that two changed places.

mod claims;
mod signed;
#[cfg(feature = "sign")]
mod signing;
#[cfg(all(test, feature = "sign"))]
mod tests;

pub use signed::SignedReceipt;

use crate::{
    CardHash, Error, KeyId, MerchantId, OrderHash, Origin, ReceiptHash, UnixTime, brand::Brand, envelope::Suite,
    jws::Kind,
};

/// The longest receipt, in bytes of its JWS compact serialization.
pub const MAX_RECEIPT_LENGTH: usize = 4096;

const KIND: Kind = Kind {
    typ: "cardseal-receipt+jwt",
    max_length: MAX_RECEIPT_LENGTH,
    malformed: Error::ReceiptMalformed,
    too_large: Error::ReceiptMalformed,
    algorithm_unsupported: Error::ReceiptMalformed,
};

/// What a vault says of a card that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The vault, by its origin: `iss`.
    pub vault: Origin,
    /// The token that stands for the card: `sub`; 1 to 64 letters, digits, dots, dashes and underscores.
    pub token: String,
    /// Whose token it is: `aud`.
    pub merchant: MerchantId,
    /// When the token was made: `iat`.
    pub issued: UnixTime,
    /// When the token expires: `exp`.
    pub expires: UnixTime,
    /// The card's brand, where one is known: `brand`.
    pub brand: Option<Brand>,
    /// The last four digits of the number, in ASCII: `last4`.
    pub last4: String,
    /// What was sealed and for what.
    pub sealing: Sealing,
    /// The merchant's receipt before this one: `prev`.
    pub previous: Option<ReceiptHash>,
}

/// What was sealed, how, where and for which order: all that the sender of an envelope knows of it and the vault confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// The order: `order`.
    pub order: OrderHash,
    /// The envelope: `card`.
    pub card: CardHash,
    /// The device that signed both: `device`.
    pub device: KeyId,
    /// The page around the card form: `origin`.
    pub origin: Origin,
    /// The suite it was sealed by: `suite`.
    pub suite: Suite,
    /// The vault's key that it was sealed to: `key`.
    pub key: KeyId,
}
