//! Digits as people type and paste them, of four writings and with separators, read into ASCII.

use zeroize::Zeroizing;

/// The longest card number, in digits (ISO/IEC 7812-1, section 4).
pub(crate) const MAX_PAN: usize = 19;

/// The value of a digit: ASCII, full-width, Arabic-Indic or extended Arabic-Indic (Persian, Urdu).
pub(crate) const fn digit(c: char) -> Option<u8> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '\u{FF10}'..='\u{FF19}' => c as u32 - 0xFF10,
        '\u{0660}'..='\u{0669}' => c as u32 - 0x0660,
        '\u{06F0}'..='\u{06F9}' => c as u32 - 0x06F0,
        _ => return None,
    };
    // At most 9.
    Some(value as u8)
}

/// Whether a character may stand between the digits of a number: a space, a dash, or an invisible mark that comes along
/// when a number is copied out of a web page or a right-to-left text.
pub(crate) const fn is_separator(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r' | ' ' | '-'
            // No-break space, soft hyphen.
            | '\u{00A0}' | '\u{00AD}'
            // Arabic letter mark.
            | '\u{061C}'
            // The spaces of typography, zero-width ones, marks of direction, hyphens and dashes.
            | '\u{2000}'..='\u{2015}'
            // Marks of direction, narrow no-break space, mathematical space, word joiner, isolates.
            | '\u{202A}'..='\u{202F}' | '\u{205F}' | '\u{2060}' | '\u{2066}'..='\u{2069}'
            // Minus sign, ideographic space, small and full-width hyphens, byte order mark.
            | '\u{2212}' | '\u{3000}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{FEFF}'
    )
}

/// The values of the digits in a text, everything else skipped.
pub(crate) fn digits(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.chars().filter_map(digit)
}

/// Adds the digit of a value below ten to a text.
pub(crate) fn push_digit(text: &mut String, value: u8) {
    text.push(char::from(b'0' + value));
}

/// The digits of a text in ASCII, wiped when dropped. They lie in one heap block of fixed size that never grows, so
/// that no copy stays behind.
pub(crate) struct Digits {
    text: Zeroizing<String>,
    count: usize,
}

impl Digits {
    /// Reads digits and skips separators; `None` where the text holds anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut read = Self::new();
        for c in text.chars() {
            match digit(c) {
                Some(value) => read.push(value),
                None if is_separator(c) => {}
                None => return None,
            }
        }
        Some(read)
    }

    /// Room for [`MAX_PAN`] digits.
    pub(crate) fn new() -> Self {
        Self { text: Zeroizing::new(String::with_capacity(MAX_PAN)), count: 0 }
    }

    /// Adds a digit. Digits after the nineteenth are counted but not kept.
    pub(crate) fn push(&mut self, value: u8) {
        if self.count < MAX_PAN {
            push_digit(&mut self.text, value);
        }
        self.count += 1;
    }

    /// How many digits were pushed, those not kept included.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The kept digits, at most nineteen.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the heap block away, without a copy.
    pub(crate) fn into_string(mut self) -> String {
        core::mem::take(&mut *self.text)
    }
}
