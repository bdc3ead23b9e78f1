//! The name on the card.

use super::{
    Judgement,
    digits::{digit, is_separator},
};
use crate::{Problem, Secret};

/// The cardholder's name as it stands on the card: at most 128 bytes of UTF-8, without spaces around it.
///
/// It is personal data, so it is wiped when dropped, and `Debug` prints `[redacted]`.
#[derive(Debug)]
pub struct Cardholder(Secret<String>);

impl Cardholder {
    /// The longest name, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 128;

    /// As many digits in a row are a card number in the wrong field. No name has so many; the shortest PAN has eight
    /// (ISO/IEC 7812-1).
    const MAX_DIGITS: usize = 7;

    /// Reads a name.
    ///
    /// # Errors
    /// The [`Problem`] that [`Cardholder::judge`] names.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match Self::judge(text) {
            Judgement::Valid => Ok(Self(Secret::new(String::from(trimmed(text))))),
            Judgement::Potential(problem) | Judgement::Invalid(problem) => Err(problem),
        }
    }

    /// What can be said of the text while it is typed.
    #[must_use]
    pub fn judge(text: &str) -> Judgement {
        let name = trimmed(text);
        if name.is_empty() {
            return Judgement::Potential(Problem::NameRequired);
        }
        if longest_run_of_digits(name) > Self::MAX_DIGITS || name.chars().any(char::is_control) {
            return Judgement::Invalid(Problem::NameInvalid);
        }
        if name.len() > Self::MAX_BYTES {
            return Judgement::Invalid(Problem::NameTooLong);
        }
        Judgement::Valid
    }

    /// The name. Say at the call why it is read there.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// As `str::trim`, which would bring the reading of text from its end.
fn trimmed(text: &str) -> &str {
    let text = text.trim_start();
    #[allow(clippy::double_ended_iterator_last)]
    let end = text.char_indices().filter(|(_, c)| !c.is_whitespace()).last();
    text.get(..end.map_or(0, |(at, c)| at + c.len_utf8())).unwrap_or_default()
}

/// The most digits that stand together with nothing but separators between them.
fn longest_run_of_digits(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        if digit(c).is_some() {
            run += 1;
            longest = longest.max(run);
        } else if !is_separator(c) {
            run = 0;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_kept_without_the_spaces_around() {
        for name in ["Ada Lovelace", "Ólafur Þór", "O'Brien-Smith, Jr.", "山田 太郎", "محمد", "Unit 1234567"]
        {
            assert_eq!(Cardholder::parse(&format!("  {name}\u{3000}")).unwrap().expose(), name);
        }
        assert_eq!(format!("{:?}", Cardholder::parse("Ada").unwrap()), "Cardholder([redacted])");
    }

    #[test]
    fn what_is_wrong_is_said() {
        use Judgement::{Invalid, Potential};
        for (text, judgement) in [
            ("", Potential(Problem::NameRequired)),
            (" ", Potential(Problem::NameRequired)),
            ("4242 4242 4242 4242", Invalid(Problem::NameInvalid)),
            ("Ada 4242-4242", Invalid(Problem::NameInvalid)),
            ("４２４２４２４２", Invalid(Problem::NameInvalid)),
            ("Ada\nLovelace", Invalid(Problem::NameInvalid)),
        ] {
            assert_eq!(Cardholder::judge(text), judgement, "{text}");
            assert_eq!(Cardholder::parse(text).err(), judgement.problem(), "{text}");
        }
    }

    #[test]
    fn the_limit_is_in_bytes() {
        assert!(Cardholder::parse(&"é".repeat(64)).is_ok());
        assert_eq!(Cardholder::parse(&"é".repeat(65)).err(), Some(Problem::NameTooLong));
    }
}
