//! The inputs by name, and what is typed in them for the length of one look.

use cardseal_protocol::address::Country;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

/// One of the inputs of a card form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Its name in JavaScript.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Expiry => "expiry",
            Self::Code => "code",
            Self::Name => "name",
            Self::Country => "country",
            Self::PostalCode => "postalCode",
        }
    }

    /// The field of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether a form may be without it.
    pub(crate) const fn is_optional(self) -> bool {
        matches!(self, Self::Name | Self::Country | Self::PostalCode)
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
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
