//! What the shopper types: each part of the card, judged, parsed and formatted.
//!
//! An input is four bytes (the edit, the caret, the brand, the month it is) and the field's text before and after the edit,
//! a line each.
#![no_main]

use cardseal_fuzz::{NOW, plant};
use cardseal_protocol::{
    Problem, UnixTime,
    address::{Country, PostalCode, PostalCodeUse},
    brand::{Brand, Brands},
    card::{Cardholder, Expiry, Judgement, Pan, SecurityCode},
    format::{self, Edit, Formatted},
};
use libfuzzer_sys::fuzz_target;

/// In seconds.
const MONTH: u64 = 2_629_746;

fuzz_target!(|input: &[u8]| {
    let Some((&[edit, caret, brand, month], texts)) = input.split_first_chunk() else { return };
    let Ok(texts) = core::str::from_utf8(texts) else { return };
    let (before, after) = texts.split_once('\n').unwrap_or(("", texts));
    let edit = [Edit::Insert, Edit::DeleteBackward, Edit::DeleteForward][usize::from(edit) % 3];
    let brand = Brand::ALL.get(usize::from(brand) % (Brand::ALL.len() + 1)).copied();
    // As the DOM has it: within the text, in UTF-16 units, perhaps between the two halves of one character.
    let caret = usize::from(caret) % (after.encode_utf16().count() + 1);
    let now = NOW.plus(u64::from(month) * MONTH);

    number(before, after, caret, edit);
    expiry(before, after, caret, edit, now);
    code(after, caret, brand);
    holder(after, caret);
    // One text in five has no country.
    let countries = Country::CODES.len() / 2;
    let place = (usize::from(month) * 256 + caret) % (countries + countries / 4);
    postal_code(after, caret, Country::CODES.get(place * 2..place * 2 + 2));
    if let Ok(country) = Country::parse(before) {
        assert!(Country::CODES.contains(before) && country.expose() == before);
    }
});

fn number(before: &str, after: &str, caret: usize, edit: Edit) {
    let shown = format::number(before, after, caret, edit);
    let kept = shown.text.replace(' ', "");
    let typed = digits(after);
    assert!(shown.text.len() <= 23 && is_grouped(&shown.text, " "));
    if edit == Edit::Insert || digits(before) != typed {
        assert!(typed.starts_with(&kept), "digits changed");
    } else {
        // Perhaps only a gap was deleted, and then the digit beside it.
        assert!(typed.starts_with(&kept) || is_without_one(&typed, &kept), "digits changed");
    }
    stays(&shown, |text, caret| format::number(text, text, caret, edit));

    let judged = Pan::judge(after);
    let parsed = Pan::parse(after);
    assert_eq!(parsed.as_ref().err().copied(), judged.problem());
    goes_on(after, caret, judged, Pan::judge);
    let Ok(pan) = parsed else { return };
    let number = pan.expose();
    assert_eq!(number, typed);
    assert!((12..=19).contains(&number.len()));
    assert!(!pan.brands().is_empty());
    assert!(pan.brands().iter().all(|brand| brand.has_length(number.len()) && (!brand.luhn() || passes_luhn(number))));
    assert!(number.ends_with(pan.last_four().as_str()));
    assert_eq!(format!("{pan:?}"), "Pan([redacted])");
    // As it is shown, it is the same number.
    let shown = format::number("", after, caret, Edit::Insert);
    assert_eq!(Pan::parse(&shown.text).unwrap().expose(), number);
    assert_eq!(Brands::of(&shown.text), Brands::of(number));
}

fn expiry(before: &str, after: &str, caret: usize, edit: Edit, now: UnixTime) {
    let shown = format::expiry(before, after, caret, edit);
    assert!(shown.text.len() <= 9 && is_grouped(&shown.text, " / "));
    assert!(shown.caret <= shown.text.len());
    let typed = format::expiry("", after, caret, Edit::Insert);
    stays(&typed, |text, caret| format::expiry(text, text, caret, Edit::Insert));

    let judged = Expiry::judge(after, now);
    let parsed = Expiry::parse(after, now);
    assert_eq!(parsed.err(), judged.problem());
    goes_on(after, caret, judged, |text| Expiry::judge(text, now));
    let Ok(expiry) = parsed else { return };
    assert!((1..=12).contains(&expiry.month()));
    assert!(!expiry.is_past(now));
    plant((2..12).contains(&expiry.month()));
    assert_eq!(Expiry::new(expiry.month(), expiry.year()), Ok(expiry));
    assert_eq!(Expiry::parse(&format!("{:02}/{}", expiry.month(), expiry.year()), now), Ok(expiry));
}

fn code(after: &str, caret: usize, brand: Option<Brand>) {
    let shown = format::security_code(after, caret, brand);
    assert!(digits(after).starts_with(&*shown.text));
    assert!(shown.text.len() <= brand.map_or(4, |brand| usize::from(brand.code_length())));
    stays(&shown, |text, caret| format::security_code(text, caret, brand));

    let judged = SecurityCode::judge(after, brand);
    let parsed = SecurityCode::parse(after, brand);
    assert_eq!(parsed.as_ref().err().copied(), judged.problem());
    goes_on(after, caret, judged, |text| SecurityCode::judge(text, brand));
    if let Ok(code) = parsed {
        assert_eq!(code.expose(), digits(after));
        assert_eq!(code.expose(), &*shown.text);
    }
}

fn holder(after: &str, caret: usize) {
    let judged = Cardholder::judge(after);
    let parsed = Cardholder::parse(after);
    assert_eq!(parsed.as_ref().err().copied(), judged.problem());
    goes_on(after, caret, judged, Cardholder::judge);
    match parsed {
        Ok(holder) => {
            assert_eq!(holder.expose(), after.trim());
            assert!(holder.expose().len() <= Cardholder::MAX_BYTES);
            assert_eq!(Cardholder::parse(holder.expose()).unwrap().expose(), holder.expose());
        }
        Err(problem) => assert!(matches!(problem, Problem::NameRequired | Problem::NameInvalid | Problem::NameTooLong)),
    }
}

fn postal_code(after: &str, caret: usize, code: Option<&str>) {
    let country = code.map(|code| Country::parse(code).unwrap());
    let judged = PostalCode::judge(after, country);
    let parsed = PostalCode::parse(after, country);
    assert_eq!(parsed.as_ref().err().copied(), judged.problem());
    let usage = PostalCode::usage(country);
    if usage == PostalCodeUse::None {
        assert!(matches!(parsed, Ok(None)));
    } else {
        goes_on(after, caret, judged, |text| PostalCode::judge(text, country));
    }
    let shown = format::postal_code(after, caret, country);
    let again = format::postal_code(&shown.text, shown.caret, country);
    assert_eq!((&*again.text, again.caret), (&*shown.text, shown.caret));
    match parsed {
        Ok(Some(parsed)) => {
            let code = parsed.expose();
            assert!((1..=PostalCode::MAX_BYTES).contains(&code.len()));
            assert!(
                code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" -".contains(&byte))
            );
            // The letters and digits are those that were typed.
            let kept: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
            let typed = after.chars().filter_map(|letter| match letter {
                letter if letter.is_ascii_alphabetic() => Some(letter.to_ascii_uppercase()),
                letter => digits(letter.encode_utf8(&mut [0; 4])).chars().next(),
            });
            assert_eq!(kept, typed.collect::<String>());
            assert_eq!(format!("{parsed:?}"), "PostalCode([redacted])");
            // What is sealed, and what is shown, is the same code.
            for text in [code, &*shown.text] {
                assert_eq!(PostalCode::parse(text, country).unwrap().unwrap().expose(), code);
            }
        }
        Ok(None) => assert!(usage != PostalCodeUse::Required),
        Err(problem) => assert!(matches!(
            problem,
            Problem::PostalCodeRequired | Problem::PostalCodeIncomplete | Problem::PostalCodeInvalid
        )),
    }
}

/// What is shown stays as it is when it is given in again.
fn stays(shown: &Formatted, format: impl Fn(&str, usize) -> Formatted) {
    assert!(shown.caret <= shown.text.len());
    let again = format(&shown.text, shown.caret);
    assert_eq!((&*again.text, again.caret), (&*shown.text, shown.caret));
}

/// What no further typing can make valid is not valid with one more letter, or with two.
fn goes_on(text: &str, caret: usize, judged: Judgement, judge: impl Fn(&str) -> Judgement) {
    const FURTHER: [&str; 9] = ["0", "1", "5", "/", " ", "00", "29", "/2", " A"];
    if let Judgement::Invalid(_) = judged {
        // The caret is as good a choice as any.
        let further = FURTHER[caret % FURTHER.len()];
        assert!(!judge(&[text, further].concat()).is_valid(), "{further:?} saves what was invalid");
    }
}

/// The digits of a text in ASCII.
fn digits(text: &str) -> String {
    let zeros = ['0', '\u{FF10}', '\u{0660}', '\u{06F0}'].map(u32::from);
    text.chars()
        .filter_map(|letter| {
            zeros.iter().find_map(|zero| u32::from(letter).checked_sub(*zero).filter(|value| *value < 10))
        })
        .filter_map(|value| char::from_digit(value, 10))
        .collect()
}

/// Whether nothing but digits and single gaps are in the text.
fn is_grouped(text: &str, gap: &str) -> bool {
    text.is_empty()
        || text.split(gap).enumerate().all(|(index, group)| {
            (!group.is_empty() || (index > 0 && text.ends_with(gap)) || gap != " ")
                && group.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Whether a text is the beginning of another from which one digit was taken.
fn is_without_one(all: &str, kept: &str) -> bool {
    (0..all.len()).any(|index| [&all[..index], &all[index + 1..]].concat().starts_with(kept))
}

/// ISO/IEC 7812-1, annex B, from the left.
fn passes_luhn(number: &str) -> bool {
    let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let values = number.bytes().map(|byte| usize::from(byte - b'0')).enumerate();
    values
        .map(|(index, value)| if (number.len() - index).is_multiple_of(2) { doubled[value] } else { value })
        .sum::<usize>()
        % 10
        == 0
}
