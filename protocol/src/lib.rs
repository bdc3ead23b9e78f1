//! Cards, envelopes, orders, receipts and keys of the Cardseal payment SDK.
//!
//! Pure: no I/O, no clock, no logging. The time comes in as [`UnixTime`]; random bytes come from the operating system or
//! browser, or from the caller in the `*_with_rng` twins.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod address;
mod base64;
pub mod brand;
pub mod card;
mod code;
mod digest;
pub mod directory;
pub mod dual_signature;
pub mod envelope;
mod error;
pub mod format;
mod id;
mod json;
mod jws;
pub mod keys;
pub mod order;
mod origin;
mod problem;
mod random;
pub mod receipt;
mod secret;
mod time;
mod tokens;
mod unverified;

pub use code::Code;
pub use digest::{CardHash, DirectoryHash, KeyId, OrderHash, ReceiptHash};
pub use error::Error;
pub use id::{MerchantId, OrderId};
pub use origin::Origin;
pub use problem::Problem;
pub use secret::Secret;
pub use time::UnixTime;
pub use tokens::{ProblemDocument, TokenRequest, TokenResponse};
pub use unverified::{Signature, Unverified};
