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
        text.push(char::from(b'0' + value));
    }
    let caret = digits_before(after, caret).min(text.len());
    Formatted { text, caret }
}
