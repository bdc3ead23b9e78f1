//! As much of the billing address as card schemes verify (address verification, AVS): country and postal code.
//!
//! Both are personal data: neither is printed by `Debug`, and what is typed is wiped.

mod country;
mod formats;
mod postal_code;

pub use country::Country;
pub(crate) use postal_code::letter;
pub use postal_code::{PostalCode, PostalCodeUse};
