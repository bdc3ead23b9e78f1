//! Cards, envelopes, orders and keys of the Cardseal payment SDK.
//!
//! Pure: no I/O, no clock, no logging. The time comes in as [`UnixTime`]; random bytes come from the operating system or
//! browser, or from the caller in the `*_with_rng` twins.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod brand;
pub mod card;
mod code;
mod error;
pub mod format;
mod problem;
mod secret;
mod time;

pub use code::Code;
pub use error::Error;
pub use problem::Problem;
pub use secret::Secret;
pub use time::UnixTime;
