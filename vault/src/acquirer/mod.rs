//! The acquirer: who asks the card's bank for the money.

mod sandbox;

use std::{fmt, future::Future, pin::Pin};

use cardseal_protocol::{Secret, UnixTime, address::Country, brand::Brand, order::Currency};

use crate::id::PaymentId;

pub use sandbox::Sandbox;

/// What an acquirer is asked.
#[derive(Debug)]
pub struct Authorization {
    /// The vault's name for the payment: asked twice with the same reference, an acquirer authorises once.
    pub reference: PaymentId,
    /// When the merchant asked for it.
    pub asked: UnixTime,
    /// In the currency's minor unit.
    pub amount: u64,
    /// The currency.
    pub currency: Currency,
    /// The card number: ASCII digits.
    pub number: Secret<String>,
    /// The last month in which the card may be used: 1 to 12.
    pub exp_month: u8,
    /// The year of that month.
    pub exp_year: u16,
    /// The security code: ASCII digits.
    pub code: Secret<String>,
    /// The name on the card.
    pub holder: Option<Secret<String>>,
    /// The brand the shopper chose or the number is of. Where a card is co-badged, it is to be paid with as this one
    /// (Regulation (EU) 2015/751, article 8(6)).
    pub brand: Option<Brand>,
    /// The country of the billing address, for address verification (AVS).
    pub country: Option<Country>,
    /// The postal code of the billing address, as the country writes it: at most 10 ASCII characters.
    pub postal_code: Option<Secret<String>>,
}

/// A bank's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The amount is set aside for the merchant.
    Approved(AuthorizationCode),
    /// It is not.
    Declined(DeclineCode),
}

/// The bank's reference for an approval: 6 ASCII letters and digits (ISO 8583, data element 38).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode(String);

impl AuthorizationCode {
    /// Reads a code; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| Self(text.to_owned()))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a bank said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclineCode {
    /// It gives no reason.
    Declined,
    /// The account does not hold as much.
    InsufficientFunds,
    /// The card has expired.
    ExpiredCard,
    /// The security code is wrong.
    IncorrectCode,
    /// The sandbox knows no such card.
    NotATestCard,
}

impl DeclineCode {
    /// Every code.
    pub const ALL: &'static [Self] =
        &[Self::Declined, Self::InsufficientFunds, Self::ExpiredCard, Self::IncorrectCode, Self::NotATestCard];

    /// As it stands in answers and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::ExpiredCard => "expired_card",
            Self::IncorrectCode => "incorrect_code",
            Self::NotATestCard => "not_a_test_card",
        }
    }

    /// Reads a code; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

/// The acquirer could not be asked, or gave no answer that can be read. It may have authorised the payment all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the acquirer gave no answer")
    }
}

impl std::error::Error for Error {}

/// What an acquirer's methods return: a future that may move between threads.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A connection to an acquirer. The vault bounds how long each call may take.
pub trait Acquirer: Send + Sync {
    /// Asks the card's bank for an amount.
    ///
    /// # Errors
    /// [`Error`] where there is no answer; the vault then calls [`Acquirer::reverse`].
    fn authorize<'a>(&'a self, authorization: &'a Authorization) -> Answer<'a, Decision>;

    /// Undoes an authorisation, should there be one under this reference; doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error`] where it is not known to be undone; the vault tries again later.
    fn reverse<'a>(&'a self, reference: &'a PaymentId) -> Answer<'a, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for code in DeclineCode::ALL {
            assert_eq!(DeclineCode::parse(code.as_str()), Some(*code));
        }
        assert_eq!(DeclineCode::parse("approved"), None);
        assert_eq!(AuthorizationCode::parse("12A456").unwrap().as_str(), "12A456");
        for refused in ["", "12345", "1234567", "12 456", "12345é"] {
            assert_eq!(AuthorizationCode::parse(refused), None, "{refused}");
        }
    }
}
