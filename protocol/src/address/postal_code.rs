//! Postal codes.

use zeroize::Zeroizing;

use super::{
    Country,
    formats::{FORMATS, OPTIONAL, WITHOUT, lists},
};
use crate::{
    Problem, Secret,
    card::{
        Judgement,
        digits::{digit, is_separator},
    },
};

/// A postal code as its country writes it: 1 to 10 ASCII capitals, digits, spaces and hyphens.
///
/// It is personal data, so it is wiped when dropped, and `Debug` prints `[redacted]`.
#[derive(Debug)]
pub struct PostalCode(Secret<String>);

/// Whether an address in a country has a postal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostalCodeUse {
    /// It has one, and shoppers know it.
    Required,
    /// It may have one.
    Optional,
    /// There are none.
    None,
}

impl PostalCode {
    /// The longest postal code, in bytes.
    pub const MAX_BYTES: usize = 10;

    /// Whether an address in this country has a postal code. Optional where this version knows no format of the country's:
    /// nobody is to be kept from paying by what we do not know.
    #[must_use]
    pub fn usage(country: Option<Country>) -> PostalCodeUse {
        // To look up its rules.
        let Some(code) = country.map(Country::expose) else { return PostalCodeUse::Required };
        if lists(WITHOUT, code) {
            PostalCodeUse::None
        } else if lists(OPTIONAL, code) || formats(country).next().is_none() {
            PostalCodeUse::Optional
        } else {
            PostalCodeUse::Required
        }
    }

    /// Whether a code of this country can be typed on a keyboard that has digits only.
    #[must_use]
    pub fn is_numeric(country: Option<Country>) -> bool {
        let mut formats = formats(country).map(|format| format.bytes().all(|byte| matches!(byte, b'#' | b' ' | b'-')));
        formats.next() == Some(true) && formats.all(|is_numeric| is_numeric)
    }

    /// Reads a code as people write it: in capitals or not, with spaces and hyphens or without. `None` where the text is
    /// empty and may be, and in a country without postal codes, whatever is typed.
    ///
    /// # Errors
    /// The [`Problem`] that [`PostalCode::judge`] names.
    pub fn parse(text: &str, country: Option<Country>) -> Result<Option<Self>, Problem> {
        match Self::judge(text, country) {
            Judgement::Valid => {
                Ok(Self::written(text, country).map(|mut code| Self(Secret::new(core::mem::take(&mut *code)))))
            }
            Judgement::Potential(problem) | Judgement::Invalid(problem) => Err(problem),
        }
    }

    /// What can be said of the text while it is typed.
    ///
    /// Where the country has no format here, or none is chosen, any letters, digits, spaces and hyphens do, ten at most.
    #[must_use]
    pub fn judge(text: &str, country: Option<Country>) -> Judgement {
        let usage = Self::usage(country);
        if usage == PostalCodeUse::None {
            return Judgement::Valid;
        }
        let Some(typed) = typed(text) else { return Judgement::Invalid(Problem::PostalCodeInvalid) };
        if typed.is_empty() {
            return match usage {
                PostalCodeUse::Required => Judgement::Potential(Problem::PostalCodeRequired),
                _ => Judgement::Valid,
            };
        }
        match formats(country).map(|format| fit(&typed, format)).max() {
            Some(Fit::Whole) => Judgement::Valid,
            Some(Fit::Beginning) => Judgement::Potential(Problem::PostalCodeIncomplete),
            None if typed.len() <= Self::MAX_BYTES => Judgement::Valid,
            _ => Judgement::Invalid(Problem::PostalCodeInvalid),
        }
    }

    /// The code: 1 to 10 ASCII capitals, digits, spaces and hyphens. Say at the call why it is read there.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether a text has the shape of a code that was parsed, of whatever country.
    #[cfg(feature = "open")]
    pub(crate) fn has_shape(text: &str) -> bool {
        let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'-');
        (1..=Self::MAX_BYTES).contains(&text.len())
            && text.bytes().all(is_allowed)
            && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
    }

    /// The code as its country writes it, of a text that was judged valid; `None` where there is nothing to write.
    pub(crate) fn written(text: &str, country: Option<Country>) -> Option<Zeroizing<String>> {
        let typed = typed(text).filter(|typed| !typed.is_empty() && Self::usage(country) != PostalCodeUse::None)?;
        let Some(format) = formats(country).find(|format| fit(&typed, format) == Fit::Whole) else {
            return Some(typed);
        };
        let mut written = Zeroizing::new(String::with_capacity(Self::MAX_BYTES));
        let mut letters = letters(&typed);
        for place in format.bytes() {
            // As many letters as places: it fits as a whole.
            let byte = if is_gap(place) { place } else { letters.next().unwrap_or(place) };
            written.push(char::from(byte));
        }
        Some(written)
    }
}

/// The country's formats; none where this version knows none.
fn formats(country: Option<Country>) -> impl Iterator<Item = &'static str> {
    // To look them up.
    let code = country.map_or("", Country::expose);
    FORMATS.iter().filter(move |(_, countries)| lists(countries, code)).map(|(format, _)| *format)
}

/// The letters and digits of a text in ASCII and capitals, and one space or hyphen where it has any between them; `None`
/// where it holds anything else.
#[inline(never)]
fn typed(text: &str) -> Option<Zeroizing<String>> {
    // Never longer than the text, so that it does not move while it grows and leave a copy behind.
    let mut typed = Zeroizing::new(String::with_capacity(text.len()));
    let mut gap = None;
    for c in text.chars() {
        if let Some(letter) = letter(c) {
            match gap.take() {
                Some(gap) if !typed.is_empty() => typed.push(gap),
                _ => {}
            }
            typed.push(char::from(letter));
        } else if is_separator(c) {
            gap = gap.or(Some(if c == '-' { '-' } else { ' ' }));
        } else {
            return None;
        }
    }
    Some(typed)
}

/// A letter or digit in ASCII and capitals.
#[inline(never)]
pub(crate) const fn letter(c: char) -> Option<u8> {
    match digit(c) {
        Some(value) => Some(b'0' + value),
        None if c.is_ascii_alphabetic() => Some(c.to_ascii_uppercase() as u8),
        None => None,
    }
}

fn letters(typed: &str) -> impl Iterator<Item = u8> + '_ {
    typed.bytes().filter(|&byte| !is_gap(byte))
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Not,
    Beginning,
    Whole,
}

/// How much of a format the letters and digits are.
#[inline(never)]
fn fit(typed: &str, format: &str) -> Fit {
    let mut places = letters(format);
    for letter in letters(typed) {
        let fits = match places.next() {
            Some(b'#') => letter.is_ascii_digit(),
            Some(b'@') => letter.is_ascii_uppercase(),
            Some(b'?') => true,
            place => place == Some(letter),
        };
        if !fits {
            return Fit::Not;
        }
    }
    if places.next().is_none() { Fit::Whole } else { Fit::Beginning }
}

const fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Option<Country> {
        Some(Country::parse(code).unwrap())
    }

    /// What is sealed for this text; `None` where nothing is.
    fn sealed(text: &str, code: &str) -> Option<String> {
        PostalCode::parse(text, country(code)).unwrap().map(|code| code.expose().into())
    }

    #[test]
    fn codes_are_written_as_their_country_writes_them() {
        for (code, typed, written) in [
            ("US", "94103", "94103"),
            ("US", "941031234", "94103-1234"),
            ("US", "94103 1234", "94103-1234"),
            ("CA", "k1a0b1", "K1A 0B1"),
            ("CA", "K1A-0B1", "K1A 0B1"),
            ("GB", "sw1a1aa", "SW1A 1AA"),
            ("GB", "M1 1AE", "M1 1AE"),
            ("GB", "B338TH", "B33 8TH"),
            ("GB", "gir0aa", "GIR 0AA"),
            ("DE", " 10115 ", "10115"),
            ("FR", "75001", "75001"),
            ("NL", "1234ab", "1234 AB"),
            ("SE", "11455", "114 55"),
            ("PL", "00950", "00-950"),
            ("PT", "1000001", "1000-001"),
            ("JP", "１００－０００１", "100-0001"),
            ("BR", "01310100", "01310-100"),
            ("IN", "110 001", "110001"),
            ("AD", "ad500", "AD500"),
            ("LT", "lt01234", "LT-01234"),
            ("TW", "106", "106"),
            ("IE", "d02x285", "D02 X285"),
            ("IE", "d6wxh91", "D6W XH91"),
            // Without a format here: as it was typed.
            ("AF", "-ab-1 – 23 ", "AB-1 23"),
        ] {
            assert_eq!(PostalCode::judge(typed, country(code)), Judgement::Valid, "{code} {typed}");
            assert_eq!(sealed(typed, code).as_deref(), Some(written), "{code} {typed}");
            assert_eq!(sealed(written, code).as_deref(), Some(written), "{code} {written}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        use Judgement::{Invalid, Potential, Valid};
        let (required, incomplete, invalid) = (
            Potential(Problem::PostalCodeRequired),
            Potential(Problem::PostalCodeIncomplete),
            Invalid(Problem::PostalCodeInvalid),
        );
        for (code, text, judgement) in [
            ("DE", "", required),
            ("DE", " - ", required),
            ("DE", "1011", incomplete),
            ("DE", "101155", invalid),
            ("DE", "1011a", invalid),
            ("US", "9410", incomplete),
            ("US", "941031", incomplete),
            ("GB", "SW1", incomplete),
            ("GB", "1", invalid),
            ("CA", "KK", invalid),
            ("NL", "1234 é", invalid),
            ("NL", "1234.AB", invalid),
            ("IE", "", Valid),
            ("IE", "D02", incomplete),
            ("AF", "", Valid),
            ("AF", "12345678901", invalid),
            // There is nothing to be typed, so nothing that is typed is wrong.
            ("HK", "", Valid),
            ("AE", "00000?", Valid),
        ] {
            assert_eq!(PostalCode::judge(text, country(code)), judgement, "{code} {text}");
            assert_eq!(PostalCode::parse(text, country(code)).err(), judgement.problem(), "{code} {text}");
        }
        assert_eq!(sealed("", "IE"), None);
        assert_eq!(sealed("999077", "HK"), None);
        // Until a country is chosen, nobody knows what is right, but something is to be there.
        assert_eq!(PostalCode::judge("", None), required);
        assert_eq!(PostalCode::judge("x1", None), Valid);
        assert_eq!(PostalCode::judge("12345678901", None), invalid);
    }

    #[test]
    fn the_tables_name_countries_and_formats_of_codes() {
        let countries = |codes: &'static str| (0..codes.len() / 2).map(|index| &codes[index * 2..index * 2 + 2]);
        let mut with = std::collections::HashSet::new();
        for (format, codes) in FORMATS {
            assert!(format.len() <= PostalCode::MAX_BYTES && codes.len() % 2 == 0, "{format}");
            // An example of the format is one of its codes, and each of its beginnings may become one.
            let example = |place| match place {
                '#' => '5',
                '@' | '?' => 'X',
                other => other,
            };
            let example: String = format.chars().map(example).collect();
            for code in countries(codes) {
                assert_eq!(sealed(&example, code).as_deref(), Some(&*example), "{code}");
                for end in 0..example.len() {
                    let judgement = PostalCode::judge(&example[..end], country(code));
                    assert!(!matches!(judgement, Judgement::Invalid(_)), "{code} {example} at {end}");
                }
                let has_letters = example.bytes().any(|byte| byte.is_ascii_uppercase());
                assert!(!(has_letters && PostalCode::is_numeric(country(code))), "{code}");
                with.insert(code);
            }
        }
        assert!(with.len() >= 60);
        assert!(countries(OPTIONAL).all(|code| with.contains(code)));
        for code in countries(WITHOUT) {
            assert!(!with.contains(code) && PostalCode::usage(country(code)) == PostalCodeUse::None, "{code}");
        }
        assert!(PostalCode::is_numeric(country("US")) && !PostalCode::is_numeric(country("GB")));
        assert!(!PostalCode::is_numeric(None) && !PostalCode::is_numeric(country("AF")));
    }

    #[test]
    fn nothing_of_an_address_is_printed() {
        assert_eq!(format!("{:?}", PostalCode::parse("10115", country("DE"))), "Ok(Some(PostalCode([redacted])))");
        assert!(!format!("{:?}", PostalCode::judge("1011x", country("DE"))).contains("1011"));
    }
}
