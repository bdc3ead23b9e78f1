//! The card: each part is parsed from what the shopper typed, and a part that exists is a valid one.

mod cardholder;
pub(crate) mod digits;
mod expiry;
mod judgement;
mod last_four;
mod pan;
mod security_code;

pub use cardholder::Cardholder;
pub use expiry::Expiry;
pub(crate) use expiry::is_slash;
pub use judgement::Judgement;
pub use last_four::LastFour;
pub use pan::Pan;
pub use security_code::SecurityCode;
pub(crate) use security_code::lengths as code_lengths;

use crate::brand::Brand;

/// A whole card, ready to be sealed.
///
/// `Debug` prints the expiry date and the brand; everything else is redacted.
#[derive(Debug)]
pub struct Card {
    /// The card's number.
    pub pan: Pan,
    /// The last month in which the card may be used.
    pub expiry: Expiry,
    /// The code printed on the card.
    pub code: SecurityCode,
    /// The name on the card, where the form asks for it.
    pub holder: Option<Cardholder>,
    /// The brand that the shopper chose, of the several on a co-badged card (Regulation (EU) 2015/751, article 8).
    /// `None` leaves the choice to the merchant.
    pub brand: Option<Brand>,
}
