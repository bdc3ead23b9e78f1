//! The order: what a merchant's server signed for the shopper to pay.
//!
//! A JWS compact serialization (RFC 7515) by ES256, whose header is exactly
//! `{"alg":"ES256","typ":"cardseal-order+jwt","kid":"<thumbprint>"}` and whose claims (RFC 7519) are:
//!
//! | claim | JSON | meaning |
//! | --- | --- | --- |
//! | `iss` | string | the merchant's id |
//! | `jti` | string | the order's id |
//! | `iat`, `exp` | integer | seconds since 1970; `exp` lies after `iat`, by at most 24 hours |
//! | `nbf` | integer, optional | seconds since 1970; before `exp` |
//! | `amount` | integer | the total in minor units, 1 to 2^53 - 1 |
//! | `currency` | string | ISO 4217, three capital letters |
//! | `origins` | array of string | 1 to 16 origins of pages that may take the card |
//! | `description` | string, optional | at most 256 bytes |
//! | `items` | array, optional | at most 100 of `{"name","quantity","amount"}`; the sum of quantity times amount is the total |
//!
//! Any other member, one that comes twice, or one of another type is refused.

mod claims;
mod currency;
mod signed;
#[cfg(feature = "sign")]
mod signing;
#[cfg(all(test, feature = "sign"))]
mod tests;

pub use currency::Currency;
pub use signed::SignedOrder;

use crate::{Error, MerchantId, OrderId, Origin, UnixTime, json::MAX_INTEGER, jws::Kind};

/// The largest order, in bytes of its JWS compact serialization.
pub const MAX_ORDER_LENGTH: usize = 16 * 1024;

/// The longest life of an order, in seconds.
pub const MAX_ORDER_LIFE: u64 = 24 * 60 * 60;

/// How far ahead of ours a merchant's clock may be, in seconds.
pub const CLOCK_LEEWAY: u64 = 60;

const KIND: Kind = Kind {
    typ: "cardseal-order+jwt",
    max_length: MAX_ORDER_LENGTH,
    malformed: Error::OrderMalformed,
    too_large: Error::OrderTooLarge,
    algorithm_unsupported: Error::OrderAlgorithmUnsupported,
};

const MAX_ORIGINS: usize = 16;
const MAX_ITEMS: usize = 100;
const MAX_TEXT_LENGTH: usize = 256;

/// What the shopper is to pay, to whom, on which pages and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The merchant that signed it: `iss`.
    pub merchant: MerchantId,
    /// The merchant's id of the order: `jti`.
    pub id: OrderId,
    /// The total.
    pub amount: Amount,
    /// The origins of the pages that may take the card, 1 to 16.
    pub origins: Vec<Origin>,
    /// When it was signed: `iat`.
    pub issued: UnixTime,
    /// When it begins to be valid, where that is later: `nbf`.
    pub not_before: Option<UnixTime>,
    /// When it ceases to be valid: `exp`.
    pub expires: UnixTime,
    /// What it is, in words; at most 256 bytes of UTF-8.
    pub description: Option<String>,
    /// What is in it, at most 100; empty where the merchant does not say.
    pub items: Vec<Item>,
}

/// An amount of money above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: u64,
    currency: Currency,
}

impl Amount {
    /// An amount in minor units: 4200 of `EUR` is 42.00 euros, 4200 of `JPY` is 4200 yen.
    ///
    /// # Errors
    /// [`Error::OrderMalformed`] where it is zero or above 2^53 - 1.
    pub fn new(minor: u64, currency: Currency) -> Result<Self, Error> {
        if (1..=MAX_INTEGER).contains(&minor) { Ok(Self { minor, currency }) } else { Err(Error::OrderMalformed) }
    }

    /// The amount in minor units, 1 to 2^53 - 1.
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is; 1 to 256 bytes of UTF-8.
    pub name: String,
    /// How many, from 1 to 2^53 - 1.
    pub quantity: u64,
    /// The price of one in minor units of the order's currency, -(2^53 - 1) to 2^53 - 1; a discount is negative.
    pub amount: i64,
}

impl Order {
    /// Checks what the claims must be among themselves, whoever wrote them and whatever the time.
    fn check(&self) -> Result<(), Error> {
        let life = self.expires.as_secs().checked_sub(self.issued.as_secs());
        let lives = life.is_some_and(|life| (1..=MAX_ORDER_LIFE).contains(&life))
            && self.expires.as_secs() <= MAX_INTEGER
            && self.not_before.is_none_or(|not_before| not_before < self.expires);
        let texts_fit = self.description.as_ref().is_none_or(|text| text.len() <= MAX_TEXT_LENGTH)
            && self.items.iter().all(|item| (1..=MAX_TEXT_LENGTH).contains(&item.name.len()));
        let counts_fit = (1..=MAX_ORIGINS).contains(&self.origins.len()) && self.items.len() <= MAX_ITEMS;
        if lives && texts_fit && counts_fit && self.items_sum_up() { Ok(()) } else { Err(Error::OrderMalformed) }
    }

    fn items_sum_up(&self) -> bool {
        if self.items.is_empty() {
            return true;
        }
        let each_fits = self
            .items
            .iter()
            .all(|item| (1..=MAX_INTEGER).contains(&item.quantity) && item.amount.unsigned_abs() <= MAX_INTEGER);
        // 100 products of two numbers below 2^53 stay below 2^113.
        let sum: i128 = self.items.iter().map(|item| i128::from(item.quantity) * i128::from(item.amount)).sum();
        each_fits && sum == i128::from(self.amount.minor)
    }
}
