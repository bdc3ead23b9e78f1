//! What is wrong with a field that the shopper fills.

use crate::Code;

/// What is wrong with the text of one field of the card form.
///
/// It holds nothing of the text itself, so it may be logged, shown and sent.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The number is empty.
    NumberRequired,
    /// The number stops before any card of its brands is complete.
    NumberIncomplete,
    /// The number has more digits than any card of its brands.
    NumberTooLong,
    /// The number cannot be right: a wrong check digit, an unknown brand, or a character that is no digit.
    NumberInvalid,
    /// The expiry date is empty.
    ExpiryRequired,
    /// The expiry date lacks its month or year.
    ExpiryIncomplete,
    /// The expiry date is no month and year.
    ExpiryInvalid,
    /// The month ended, everywhere on earth.
    ExpiryPast,
    /// The month is more than 20 years ahead.
    ExpiryTooFar,
    /// The security code is empty.
    CodeRequired,
    /// The security code has fewer digits than its brand's.
    CodeIncomplete,
    /// The security code has too many digits for its brand, or a character that is no digit.
    CodeInvalid,
    /// The name is empty.
    NameRequired,
    /// The name is longer than 128 bytes of UTF-8.
    NameTooLong,
    /// The name is no name: it holds a run of digits as long as a card number's, or control characters.
    NameInvalid,
    /// No country is chosen.
    CountryRequired,
    /// The postal code is empty.
    PostalCodeRequired,
    /// The postal code is the beginning of one of its country's.
    PostalCodeIncomplete,
    /// The postal code is none of its country's.
    PostalCodeInvalid,
}

impl Problem {
    /// The stable code of this problem.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::NumberRequired => Code::NumberRequired,
            Self::NumberIncomplete => Code::NumberIncomplete,
            Self::NumberTooLong => Code::NumberTooLong,
            Self::NumberInvalid => Code::NumberInvalid,
            Self::ExpiryRequired => Code::ExpiryRequired,
            Self::ExpiryIncomplete => Code::ExpiryIncomplete,
            Self::ExpiryInvalid => Code::ExpiryInvalid,
            Self::ExpiryPast => Code::ExpiryPast,
            Self::ExpiryTooFar => Code::ExpiryTooFar,
            Self::CodeRequired => Code::CodeRequired,
            Self::CodeIncomplete => Code::CodeIncomplete,
            Self::CodeInvalid => Code::CodeInvalid,
            Self::NameRequired => Code::NameRequired,
            Self::NameTooLong => Code::NameTooLong,
            Self::NameInvalid => Code::NameInvalid,
            Self::CountryRequired => Code::CountryRequired,
            Self::PostalCodeRequired => Code::PostalCodeRequired,
            Self::PostalCodeIncomplete => Code::PostalCodeIncomplete,
            Self::PostalCodeInvalid => Code::PostalCodeInvalid,
        }
    }
}
