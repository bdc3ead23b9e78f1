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
        valid(Brands::of(self.0.expose()), self.0.expose())
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
    let brands = Brands::of(digits.as_str());
    if !valid(brands, digits.as_str()).is_empty() {
        return Judgement::Valid;
    }
    if digits.count() == longest {
        return Judgement::Invalid(Problem::NumberInvalid);
    }
    // As long as a whole card of the brand, so what is wrong is a digit and not the length.
    let whole = brands.iter().any(|brand| brand.has_length(digits.count()));
    Judgement::Potential(if whole { Problem::NumberInvalid } else { Problem::NumberIncomplete })
}

/// Those of the brands for which these digits are a whole and right number.
fn valid(brands: Brands, digits: &str) -> Brands {
    let luhn = passes_luhn(digits);
    brands.filter(|brand| brand.has_length(digits.len()) && (luhn || !brand.luhn()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brand::Brand;

    #[test]
    fn published_test_numbers_parse() {
        for (text, brand) in [
            ("4242424242424242", Brand::Visa),
            ("5555555555554444", Brand::Mastercard),
            ("2223003122003222", Brand::Mastercard),
            ("378282246310005", Brand::Amex),
            ("6011111111111117", Brand::Discover),
            ("30569309025904", Brand::Diners),
            ("3056930009020004", Brand::Diners),
            ("3566002020360505", Brand::Jcb),
            ("6200000000000005", Brand::UnionPay),
            ("6205500000000000004", Brand::UnionPay),
            ("6759649826438453", Brand::Maestro),
            ("2200000000000053", Brand::Mir),
            ("9792030394440796", Brand::Troy),
            ("6362970000457013", Brand::Elo),
            ("6062828888666688", Brand::Hipercard),
            ("5019717010103742", Brand::Dankort),
            ("6703444444444449", Brand::Bancontact),
            ("4000002500001001", Brand::CartesBancaires),
        ] {
            let pan = Pan::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
            assert_eq!(pan.expose(), text);
            assert_eq!(pan.brands().first(), Some(brand), "{text}");
            assert_eq!(pan.last_four().to_string(), text[text.len() - 4..]);
            assert_eq!(Pan::judge(text), Judgement::Valid);
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in [
            " 4242 4242 4242 4242 ",
            "4242-4242-4242-4242",
            "4242\u{2011}4242\u{2013}4242\u{2014}4242",
            "4242\u{00A0}4242\u{202F}4242\u{2009}4242\t",
            "\u{202D}4242424242424242\u{202C}",
            "４２４２　４２４２　４２４２　４２４２",
            "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢",
            "۴۲۴۲ ۴۲۴۲ ۴۲۴۲ ۴۲۴۲",
        ] {
            assert_eq!(Pan::parse(text).unwrap().expose(), "4242424242424242", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        use Judgement::{Invalid, Potential};
        for (text, judgement) in [
            ("", Potential(Problem::NumberRequired)),
            (" - ", Potential(Problem::NumberRequired)),
            ("4", Potential(Problem::NumberIncomplete)),
            ("4242 4242 4242", Potential(Problem::NumberIncomplete)),
            // Visa has longer numbers, so the shopper may be on the way to one.
            ("4242424242424241", Potential(Problem::NumberInvalid)),
            ("42424242424242424", Potential(Problem::NumberIncomplete)),
            ("4242424242424242421", Invalid(Problem::NumberInvalid)),
            ("42424242424242424242", Invalid(Problem::NumberTooLong)),
            ("5555555555554445", Invalid(Problem::NumberInvalid)),
            ("55555555555544444", Invalid(Problem::NumberTooLong)),
            ("3782822463100050", Invalid(Problem::NumberTooLong)),
            ("1", Invalid(Problem::NumberInvalid)),
            ("9791", Invalid(Problem::NumberInvalid)),
            ("4242x", Invalid(Problem::NumberInvalid)),
            ("4242.4242", Invalid(Problem::NumberInvalid)),
            ("O242424242424242", Invalid(Problem::NumberInvalid)),
        ] {
            assert_eq!(Pan::judge(text), judgement, "{text}");
            assert_eq!(Pan::parse(text).err(), judgement.problem(), "{text}");
        }
        let long = "4".repeat(10_000);
        assert_eq!(Pan::judge(&long), Invalid(Problem::NumberTooLong));
    }

    #[test]
    fn unionpay_needs_no_check_digit_and_others_do() {
        assert!(Pan::parse("6200000000000004").is_ok());
        assert!(Pan::parse("4000000000000001").is_err());
    }

    #[test]
    fn a_co_badge_counts_only_at_its_lengths() {
        // The published numbers are of one length each, so the check digits are sought.
        let right = |stem: &str| (0..10).find_map(|check| Pan::parse(&format!("{stem}{check}")).ok()).unwrap();
        let sixteen = right("457173600000000");
        assert_eq!(sixteen.brands().iter().collect::<Vec<_>>(), [Brand::Dankort, Brand::Visa]);
        let nineteen = right(&format!("4571736{}", "0".repeat(11)));
        assert_eq!(nineteen.brands().iter().collect::<Vec<_>>(), [Brand::Visa]);
    }

    #[test]
    fn one_digit_in_ten_checks() {
        for whole in ["4242424242424242", "5555555555554444"] {
            let stem = &whole[..15];
            let right: Vec<u8> = (0..10).filter(|check| Pan::parse(&format!("{stem}{check}")).is_ok()).collect();
            assert_eq!(right.len(), 1, "{stem}");
        }
    }

    #[test]
    fn debug_says_nothing_of_the_number() {
        let printed = format!("{:?}", Pan::parse("4242424242424242").unwrap());
        assert!(!printed.contains("42"), "{printed}");
        let problem = format!("{:?}", Pan::parse("4242424242424241").unwrap_err());
        assert!(!problem.contains("42"), "{problem}");
    }

    #[test]
    fn last_four_is_a_json_string() {
        let last = Pan::parse("6011111111111117").unwrap().last_four();
        assert_eq!(serde_json::to_string(&last).unwrap(), "\"1117\"");
    }
}
