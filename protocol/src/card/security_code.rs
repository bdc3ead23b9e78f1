//! The security code.

use super::{Judgement, digits::Digits};
use crate::{Problem, Secret, brand::Brand};

/// The three or four digits printed on the card beside its number (CVC, CVV, CID, ...; [`Brand::code_name`]).
///
/// It is wiped when dropped, and `Debug` prints `[redacted]`. It may not be stored once a payment was authorised (PCI
/// DSS 4.0, requirement 3.3.1).
#[derive(Debug)]
pub struct SecurityCode(Secret<String>);

impl SecurityCode {
    /// Reads a code, which must have the brand's length; three or four digits while the brand is unknown.
    ///
    /// # Errors
    /// The [`Problem`] that [`SecurityCode::judge`] names.
    pub fn parse(text: &str, brand: Option<Brand>) -> Result<Self, Problem> {
        let digits = Digits::read(text).ok_or(Problem::CodeInvalid)?;
        match judge(&digits, brand) {
            Judgement::Valid => Ok(Self(Secret::new(digits.into_string()))),
            Judgement::Potential(problem) | Judgement::Invalid(problem) => Err(problem),
        }
    }

    /// What can be said of the text while it is typed.
    #[must_use]
    pub fn judge(text: &str, brand: Option<Brand>) -> Judgement {
        match Digits::read(text) {
            Some(digits) => judge(&digits, brand),
            None => Judgement::Invalid(Problem::CodeInvalid),
        }
    }

    /// The code: three or four ASCII digits. Say at the call why it is read there.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The lengths a code may have.
pub(crate) fn lengths(brand: Option<Brand>) -> (usize, usize) {
    brand.map_or((3, 4), |brand| (usize::from(brand.code_length()), usize::from(brand.code_length())))
}

fn judge(digits: &Digits, brand: Option<Brand>) -> Judgement {
    let (shortest, longest) = lengths(brand);
    match digits.count() {
        0 => Judgement::Potential(Problem::CodeRequired),
        count if count < shortest => Judgement::Potential(Problem::CodeIncomplete),
        count if count > longest => Judgement::Invalid(Problem::CodeInvalid),
        _ => Judgement::Valid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_brands_length() {
        use Judgement::{Invalid, Potential, Valid};
        for (text, brand, judgement) in [
            ("", None, Potential(Problem::CodeRequired)),
            ("12", None, Potential(Problem::CodeIncomplete)),
            ("123", None, Valid),
            ("1234", None, Valid),
            ("12345", None, Invalid(Problem::CodeInvalid)),
            ("123", Some(Brand::Visa), Valid),
            ("1234", Some(Brand::Visa), Invalid(Problem::CodeInvalid)),
            ("123", Some(Brand::Amex), Potential(Problem::CodeIncomplete)),
            ("1234", Some(Brand::Amex), Valid),
            ("12a", None, Invalid(Problem::CodeInvalid)),
        ] {
            assert_eq!(SecurityCode::judge(text, brand), judgement, "{text} {brand:?}");
            assert_eq!(SecurityCode::parse(text, brand).err(), judgement.problem(), "{text} {brand:?}");
        }
        assert_eq!(SecurityCode::parse(" １２３ ", None).unwrap().expose(), "123");
        assert_eq!(format!("{:?}", SecurityCode::parse("123", None).unwrap()), "SecurityCode([redacted])");
    }
}
