//! The inputs by name, and what is typed in them for the length of one look.

use cardseal_protocol::address::Country;
use serde::Serialize;
use zeroize::Zeroizing;

/// One of the inputs of a card form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Field {
    /// The card number.
    Number,
    /// Month and year of expiry.
    Expiry,
    /// The security code.
    Code,
    /// The cardholder's name; only where the page asks for it.
    Name,
    /// The country of the billing address; only where the page asks for it.
    Country,
    /// The postal code of the billing address; only where the page asks for it.
    PostalCode,
}

impl Field {
    /// All, in the order in which a shopper fills them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Number, Self::Expiry, Self::Code, Self::Name, Self::Country, Self::PostalCode];

    /// The field of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "number" => Some(Self::Number),
            "expiry" => Some(Self::Expiry),
            "code" => Some(Self::Code),
            "name" => Some(Self::Name),
            "country" => Some(Self::Country),
            "postalCode" => Some(Self::PostalCode),
            _ => None,
        }
    }
}

/// The texts of all inputs at one moment.
///
/// They live only as long as a look at them takes: between two events no copy of the card is in this module's memory.
pub(crate) struct Texts {
    /// As typed: with gaps, perhaps with characters that are no digits.
    pub(crate) number: Zeroizing<String>,
    /// As typed.
    pub(crate) expiry: Zeroizing<String>,
    /// As typed.
    pub(crate) code: Zeroizing<String>,
    /// As typed; `None` where there is no such input.
    pub(crate) name: Option<Zeroizing<String>>,
    /// A code of ISO 3166-1; empty where none is chosen, `None` where there is no such input.
    pub(crate) country: Option<Zeroizing<String>>,
    /// As typed; `None` where there is no such input.
    pub(crate) postal_code: Option<Zeroizing<String>>,
    /// The country where there is no input for it.
    pub(crate) default_country: Option<Country>,
}

impl Texts {
    /// The country by whose rules a postal code is judged.
    pub(crate) fn country(&self) -> Option<Country> {
        match &self.country {
            Some(code) => Country::parse(code).ok(),
            None => self.default_country,
        }
    }
}
