//! The security code's field.

use zeroize::Zeroizing;

use super::{Formatted, digits_before};
use crate::{
    brand::Brand,
    card::{code_lengths, digits},
};

/// Keeps the digits of a security code, up to the brand's length; up to four while the brand is unknown.
#[must_use]
pub fn security_code(after: &str, caret: usize, brand: Option<Brand>) -> Formatted {
    let (_, longest) = code_lengths(brand);
    let mut text = Zeroizing::new(String::with_capacity(longest));
    for value in digits::digits(after).take(longest) {
        digits::push_digit(&mut text, value);
    }
    let caret = digits_before(after, caret).min(text.len());
    Formatted { text, caret }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_up_to_the_brands_length() {
        for (after, caret, brand, text, at) in [
            ("", 0, None, "", 0),
            ("12a3", 4, None, "123", 3),
            ("12345", 5, None, "1234", 4),
            ("1234", 4, Some(Brand::Visa), "123", 3),
            ("1234", 1, Some(Brand::Amex), "1234", 1),
            ("１２３", 2, None, "123", 2),
            ("💳1", 2, None, "1", 0),
        ] {
            let shown = security_code(after, caret, brand);
            assert_eq!((&**shown.text, shown.caret), (text, at), "{after}");
        }
    }
}
