//! What an envelope held; with feature `open`.

use super::PLAINTEXT_LENGTH;
use crate::{
    Secret,
    address::{Country, PostalCode},
    brand::{Brand, Brands},
    card::LastFour,
    json::{Malformed, once, read_object},
};

/// A card as it came out of an envelope.
///
/// Its parts have the right shape, and that is all: the number may have a wrong check digit and the card may have
/// expired. A form seals only valid cards, but an envelope can be made by hand, and a vault that refused bad numbers
/// when it tokenizes would tell anyone which numbers are good. So every card of this shape is taken alike, and the
/// acquirer judges it when it pays.
#[derive(Debug)]
pub struct OpenedCard {
    /// The number: 12 to 19 ASCII digits.
    pub number: Secret<String>,
    /// The last month in which the card may be used, 1 to 12.
    pub exp_month: u8,
    /// The year of that month, 2000 to 2099.
    pub exp_year: u16,
    /// The security code: 3 or 4 ASCII digits.
    pub code: Secret<String>,
    /// The name on the card, where the form asked for it: 1 to 128 bytes of UTF-8.
    pub name: Option<Secret<String>>,
    /// The brand that the shopper chose, of those on a co-badged card: one of those that numbers of these first digits and
    /// this length have.
    pub chosen_brand: Option<Brand>,
    /// The country of the billing address, where the form asked for it.
    pub country: Option<Country>,
    /// The postal code of the billing address, where the form asked for it: 1 to 10 ASCII capitals, digits, spaces and
    /// hyphens, one letter or digit at least.
    pub postal_code: Option<Secret<String>>,
}

impl OpenedCard {
    /// The last four digits of the number.
    #[must_use]
    pub fn last_four(&self) -> LastFour {
        // The four digits that are no secret.
        LastFour::of(self.number.expose())
    }

    /// The brand to pay with: the shopper's choice, else the most specific brand of numbers that begin so, of this length
    /// where there is one; `None` where there is none.
    #[must_use]
    pub fn brand(&self) -> Option<Brand> {
        // Read to look the prefix up; nothing of it is kept.
        let number = self.number.expose();
        self.chosen_brand.or_else(|| allowed(number).first()).or_else(|| Brands::of(number).first())
    }

    /// Reads the plaintext, or gives `None` where it is no card.
    pub(super) fn from_plaintext(plaintext: &[u8]) -> Option<Self> {
        if plaintext.len() != PLAINTEXT_LENGTH {
            return None;
        }
        let json = core::str::from_utf8(plaintext).ok()?;
        let mut members = Members::default();
        read_object(json, &mut |name, reader| match name {
            "number" => once(&mut members.number, digits(&reader.string()?, 12, 19)?),
            "exp_month" => once(&mut members.exp_month, u8::try_from(reader.unsigned()?).map_err(|_| Malformed)?),
            "exp_year" => once(&mut members.exp_year, u16::try_from(reader.unsigned()?).map_err(|_| Malformed)?),
            "code" => once(&mut members.code, digits(&reader.string()?, 3, 4)?),
            "name" => once(&mut members.name, name_of(&reader.string()?)?),
            "country" => once(&mut members.country, country(&reader.string()?)?),
            "postal_code" => once(&mut members.postal_code, postal_code(&reader.string()?)?),
            "brand" => once(&mut members.brand, Brand::from_id(&reader.string()?).ok_or(Malformed)?),
            _ => Err(Malformed),
        })
        .ok()?;
        members.into_card()
    }
}

#[derive(Default)]
struct Members {
    number: Option<Secret<String>>,
    exp_month: Option<u8>,
    exp_year: Option<u16>,
    code: Option<Secret<String>>,
    name: Option<Secret<String>>,
    brand: Option<Brand>,
    country: Option<Country>,
    postal_code: Option<Secret<String>>,
}

impl Members {
    fn into_card(self) -> Option<OpenedCard> {
        let number = self.number?;
        // A brand that is not on the card would have it paid by who knows which scheme.
        if self.brand.is_some_and(|brand| !allowed(number.expose()).contains(brand)) {
            return None;
        }
        Some(OpenedCard {
            number,
            exp_month: self.exp_month.filter(|month| (1..=12).contains(month))?,
            exp_year: self.exp_year.filter(|year| (2000..=2099).contains(year))?,
            code: self.code?,
            name: self.name,
            chosen_brand: self.brand,
            country: self.country,
            postal_code: self.postal_code,
        })
    }
}

/// The brands that have numbers with these first digits and as many.
fn allowed(number: &str) -> Brands {
    Brands::of(number).filter(|brand| brand.has_length(number.len()))
}

fn digits(text: &str, at_least: usize, at_most: usize) -> Result<Secret<String>, Malformed> {
    if (at_least..=at_most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Secret::new(text.into()))
    } else {
        Err(Malformed)
    }
}

fn name_of(text: &str) -> Result<Secret<String>, Malformed> {
    if (1..=128).contains(&text.len()) { Ok(Secret::new(text.into())) } else { Err(Malformed) }
}

fn country(text: &str) -> Result<Country, Malformed> {
    Country::parse(text).map_err(|_| Malformed)
}

fn postal_code(text: &str) -> Result<Secret<String>, Malformed> {
    if PostalCode::has_shape(text) { Ok(Secret::new(text.into())) } else { Err(Malformed) }
}
