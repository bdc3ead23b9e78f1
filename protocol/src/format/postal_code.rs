//! The postal code's field.

use zeroize::Zeroizing;

use super::Formatted;
use crate::address::{Country, PostalCode, letter};

/// Writes a complete postal code as its country does: in capitals, with its space or hyphen. Anything else stays as it is,
/// and so does a code that the shopper is about to go on from, by a space behind it.
#[must_use]
pub fn postal_code(after: &str, caret: usize, country: Option<Country>) -> Formatted {
    let ends = after.ends_with(|c| letter(c).is_some());
    let written = (ends && PostalCode::judge(after, country).is_valid()).then(|| PostalCode::written(after, country));
    match written.flatten() {
        Some(text) => {
            let caret = if caret < after.encode_utf16().count() { place(after, caret, &text) } else { text.len() };
            Formatted { text, caret }
        }
        None => Formatted { text: Zeroizing::new(after.into()), caret },
    }
}

/// The place in the text that has as many letters and digits before it as the caret.
fn place(after: &str, caret: usize, text: &str) -> usize {
    let is_letter = |c: &char| letter(*c).is_some();
    let mut units = 0;
    let before = after.chars().take_while(|c| {
        units += c.len_utf16();
        units <= caret
    });
    let count = before.filter(is_letter).count();
    text.char_indices().filter(|(_, c)| is_letter(c)).nth(count).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_code_is_written_as_its_country_does_and_nothing_else_is_touched() {
        for (country, after, caret, text, at) in [
            ("GB", "sw1a1aa", 7, "SW1A 1AA", 8),
            ("GB", "sw1a1aa", 2, "SW1A 1AA", 2),
            ("GB", "sw1a1aa", 4, "SW1A 1AA", 5),
            ("GB", "sw1a", 4, "sw1a", 4),
            ("US", "941031234", 9, "94103-1234", 10),
            ("US", "94103-", 6, "94103-", 6),
            ("DE", "1011x", 1, "1011x", 1),
            ("HK", "a", 1, "a", 1),
            ("AF", "a b ", 4, "a b ", 4),
            ("AF", "a  b", 4, "A B", 3),
            ("DE", "💳", 2, "💳", 2),
            ("DE", "", 0, "", 0),
        ] {
            let shown = postal_code(after, caret, Country::parse(country).ok());
            assert_eq!((&**shown.text, shown.caret), (text, at), "{country} {after}");
        }
    }
}
