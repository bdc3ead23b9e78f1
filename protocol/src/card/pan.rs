//! The card number.

use super::{Judgement, LastFour, digits::Digits};
use crate::{Problem, Secret, brand::Brands};

/// A card number, in the standards' words a primary account number (PAN; ISO/IEC 7812-1).
///
/// One that exists has a known brand, a length that the brand issues, and a right check digit where the brand uses one.
/// It is wiped when dropped, and `Debug` prints `[redacted]`.
#[derive(Debug)]
pub struct Pan(Secret<String>);

impl Pan {
    /// Reads a number as people type and paste it: with spaces and dashes of any kind, in ASCII, full-width or
    /// Arabic-Indic digits.
    ///
    /// # Errors
    /// The [`Problem`] that [`Pan::judge`] names.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let digits = Digits::read(text).ok_or(Problem::NumberInvalid)?;
        match judge(&digits) {
            Judgement::Valid => Ok(Self(Secret::new(digits.into_string()))),
            Judgement::Potential(problem) | Judgement::Invalid(problem) => Err(problem),
        }
    }

    /// What can be said of the text while it is typed.
    ///
    /// A wrong check digit is [`Judgement::Potential`] as long as the brand has longer numbers: the shopper may be on
    /// the way to one.
    #[must_use]
    pub fn judge(text: &str) -> Judgement {
        match Digits::read(text) {
            Some(digits) => judge(&digits),
            None => Judgement::Invalid(Problem::NumberInvalid),
        }
    }

    /// The brands on the card, the most specific first; never empty. More than one where the card is co-badged or
    /// brands share a prefix.
    #[must_use]
    pub fn brands(&self) -> Brands {
        // Read to look the prefix up; nothing of it is kept.
        valid_brands(self.0.expose())
    }

    /// The last four digits.
    #[must_use]
    pub fn last_four(&self) -> LastFour {
        // The four digits that are no secret.
        LastFour::of(self.0.expose())
    }

    /// The number: 12 to 19 ASCII digits. Say at the call why it is read there.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn judge(digits: &Digits) -> Judgement {
    if digits.count() == 0 {
        return Judgement::Potential(Problem::NumberRequired);
    }
    let Some(longest) = Brands::possible(digits.as_str()).max_length() else {
        return Judgement::Invalid(Problem::NumberInvalid);
    };
    if digits.count() > longest {
        return Judgement::Invalid(Problem::NumberTooLong);
    }
    if valid_brands(digits.as_str()).first().is_some() {
        return Judgement::Valid;
    }
    if digits.count() == longest {
        return Judgement::Invalid(Problem::NumberInvalid);
    }
    // As long as a whole card of the brand, so what is wrong is a digit and not the length.
    let whole = Brands::of(digits.as_str()).iter().any(|brand| brand.has_length(digits.count()));
    Judgement::Potential(if whole { Problem::NumberInvalid } else { Problem::NumberIncomplete })
}

/// The brands for which these digits are a whole and right number.
fn valid_brands(digits: &str) -> Brands {
    let luhn = passes_luhn(digits);
    Brands::of(digits).filter(|brand| brand.has_length(digits.len()) && (luhn || !brand.luhn()))
}

/// The check of ISO/IEC 7812-1, annex B: from the right, every second digit is doubled, the digits of the results are
/// summed, and the sum is a multiple of ten.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0'));
            match place % 2 {
                0 => value,
                _ if value > 4 => value * 2 - 9,
                _ => value * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}
