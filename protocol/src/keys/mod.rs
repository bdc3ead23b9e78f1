//! Keys: JWK and JWK Set (RFC 7517) of P-256 (RFC 7518, section 6.2) and of the hybrid with ML-KEM-768 (key type `AKP`,
//! draft-ietf-cose-dilithium), named by their thumbprint (RFC 7638).
//!
//! A vault publishes [`SealingKey`]s and keeps their `OpeningKey`s (feature `open`); a merchant registers
//! [`VerifyingKey`]s and keeps their `SigningKey`s (feature `sign`). A public key never holds the member `d` or `priv`: a
//! JWK that does is refused wherever a public one belongs, so that a private key sent by mistake is noticed at once.

mod jwk;
#[cfg(feature = "open")]
mod opening;
mod reading;
mod sealing;
#[cfg(feature = "sign")]
mod signing;
#[cfg(test)]
mod tests;
mod verifying;

pub use jwk::{Jwk, JwkSet};
#[cfg(feature = "open")]
pub use opening::OpeningKey;
#[cfg(feature = "open")]
pub(crate) use opening::PrivateKey;
pub(crate) use reading::{read_jwk, read_public_jwk};
pub(crate) use sealing::PublicKey;
pub use sealing::SealingKey;
#[cfg(feature = "sign")]
pub use signing::SigningKey;
pub(crate) use verifying::ES256;
pub use verifying::VerifyingKey;
