//! The card number's field.

use zeroize::Zeroizing;

use super::{Edit, Formatted, digits_before, only_gap_deleted};
use crate::{
    brand::{Brands, GAPS_OF_FOUR},
    card::digits::{self, Digits, MAX_PAN, push_digit},
};

/// Room for the longest number and its gaps.
const CAPACITY: usize = MAX_PAN + 4;

/// Groups a card number as its brand prints it.
///
/// `before` is the field's text before the edit, `after` and `caret` what the browser made of it. Deleting only a gap
/// deletes the digit beside it. Anything that is no digit is left out, and digits beyond the longest number of the brand
/// are cut off the end.
#[must_use]
pub fn number(before: &str, after: &str, caret: usize, edit: Edit) -> Formatted {
    let mut left = digits_before(after, caret);
    let mut deleted = None;
    if only_gap_deleted(before, after, edit) {
        if edit == Edit::DeleteForward {
            deleted = Some(left);
        } else if left > 0 {
            left -= 1;
            deleted = Some(left);
        }
    }
    let mut digits = Digits::new();
    for (index, value) in digits::digits(after).enumerate() {
        if Some(index) != deleted {
            digits.push(value);
        }
    }
    let digits = digits.as_str();
    let possible = Brands::possible(digits);
    let length = digits.len().min(possible.max_length().unwrap_or(MAX_PAN));
    let left = left.min(length);
    let gaps = possible.first().map_or(GAPS_OF_FOUR, |brand| brand.gaps(length));

    let mut text = Zeroizing::new(String::with_capacity(CAPACITY));
    let mut at = 0;
    for (index, value) in digits::digits(digits).enumerate().take(length) {
        // A caret at a gap stands before it after a deletion to the left, so that the next one takes the next digit;
        // otherwise after it, where the next digit goes.
        if index == left && edit == Edit::DeleteBackward {
            at = text.len();
        }
        if gaps.iter().any(|&gap| usize::from(gap) == index) {
            text.push(' ');
        }
        if index == left && edit != Edit::DeleteBackward {
            at = text.len();
        }
        push_digit(&mut text, value);
    }
    if left == length {
        at = text.len();
    }
    Formatted { text, caret: at }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field after an edit of text in which `|` is the caret.
    fn edited(before: &str, after: &str, edit: Edit) -> String {
        let caret = after.find('|').unwrap();
        let shown = number(before, &after.replace('|', ""), after[..caret].encode_utf16().count(), edit);
        format!("{}|{}", &shown.text[..shown.caret], &shown.text[shown.caret..])
    }

    #[test]
    fn numbers_are_grouped_as_their_brand_prints_them() {
        for (after, shown) in [
            ("|", "|"),
            ("4|", "4|"),
            ("4242|", "4242|"),
            ("42424|", "4242 4|"),
            ("4242424242424242|", "4242 4242 4242 4242|"),
            ("378282246310005|", "3782 822463 10005|"),
            ("30569309025904|", "3056 930902 5904|"),
            ("3056930009020004|", "3056 9300 0902 0004|"),
            ("6205500000000000004|", "6205 5000 0000 0000 004|"),
            ("9999999999|", "9999 9999 99|"),
        ] {
            assert_eq!(edited("", after, Edit::Insert), shown, "{after}");
        }
    }

    #[test]
    fn pasted_numbers_lose_all_but_their_digits() {
        for after in [
            "4242 4242 4242 4242|",
            "4242-4242-4242-4242|",
            "  4242\u{00A0}4242\u{2013}4242.4242 |",
            "card: 4242424242424242|",
            "４２４２　４２４２　４２４２　４２４２|",
            "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢|",
            "۴۲۴۲۴۲۴۲۴۲۴۲۴۲۴۲|",
            // Outside the basic plane: two UTF-16 units each.
            "💳4242💳424242424242|",
        ] {
            assert_eq!(edited("", after, Edit::Insert), "4242 4242 4242 4242|", "{after}");
        }
        assert_eq!(edited("", "💳💳42|42", Edit::Insert), "42|42");
    }

    #[test]
    fn too_many_digits_are_cut_off_the_end() {
        assert_eq!(edited("", "3782822463100059|", Edit::Insert), "3782 822463 10005|");
        assert_eq!(edited("", "55555555555544441234|", Edit::Insert), "5555 5555 5555 4444|");
        assert_eq!(edited("", "51|55 5555 5555 54444", Edit::Insert), "51|55 5555 5555 5444");
        let long = format!("{}|", "4".repeat(1000));
        assert_eq!(edited("", &long, Edit::Insert), "4444 4444 4444 4444 444|");
    }

    #[test]
    fn the_caret_stays_with_its_digit() {
        use Edit::{DeleteBackward, DeleteForward, Insert};
        for (before, after, edit, shown) in [
            // Typed in the middle, and up to a gap.
            ("4242 4242", "429|42 4242", Insert, "429|4 2424 2"),
            ("4242 4242", "4249|2 4242", Insert, "4249 |2424 2"),
            ("4242 4242", "42429| 4242", Insert, "4242 9|424 2"),
            // A selection replaced.
            ("4242 4242 4242", "42|42", Insert, "42|42"),
            // Across a gap, both ways.
            ("4242 4", "4242|4", DeleteBackward, "424|4"),
            ("4242 4", "4242|4", DeleteForward, "4242|"),
            ("4242 4242", "4242|4242", DeleteBackward, "424|4 242"),
            ("4242 4242", "4242|4242", DeleteForward, "4242 |242"),
            ("4242 4242", "4242 |242", DeleteBackward, "4242| 242"),
            ("4242 4242", "|242 4242", DeleteForward, "|2424 242"),
            ("4242 4", "4242 |", DeleteBackward, "4242|"),
            ("4242 4242", "4242 |", DeleteBackward, "4242|"),
            ("3782 822463 1", "3782 822463|1", DeleteBackward, "3782 82246|1"),
            ("4", "|", DeleteBackward, "|"),
        ] {
            assert_eq!(edited(before, after, edit), shown, "{before} to {after}");
        }
    }

    /// A small fixed generator, so that each run tests the same numbers.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % bound
        }
    }

    #[test]
    fn digits_keep_their_order_and_the_caret_its_place() {
        const ALPHABET: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', '-', 'x', '\u{00A0}', '５', '💳'];
        let mut random = Lcg(2026);
        for _ in 0..5_000 {
            let length = random.below(28);
            let text: String = (0..length).map(|_| ALPHABET[random.below(ALPHABET.len())]).collect();
            let units: Vec<u16> = text.encode_utf16().collect();
            let caret = random.below(units.len() + 1);
            for edit in [Edit::Insert, Edit::DeleteBackward, Edit::DeleteForward] {
                let shown = number(&text, &text, caret, edit);
                let kept: String = shown.text.chars().filter(|&c| c != ' ').collect();
                let typed: String = digits::digits(&text).map(|value| char::from(b'0' + value)).collect();
                assert!(typed.starts_with(&kept), "{text}");
                assert!(shown.caret <= shown.text.len(), "{text}");
                let left = shown.text[..shown.caret].chars().filter(|&c| c != ' ').count();
                assert_eq!(left, digits_before(&text, caret).min(kept.len()), "{text} at {caret}");
                // Again, with what is shown: nothing changes.
                let again = number(&shown.text, &shown.text, shown.caret, edit);
                assert_eq!((&*again.text, again.caret), (&*shown.text, shown.caret), "{text} at {caret}");
            }
        }
    }

    /// Backspace from anywhere takes exactly the digit before the caret, gap or not.
    #[test]
    fn each_deletion_takes_one_digit() {
        for digits in ["4242424242424242", "378282246310005", "6205500000000000004"] {
            let full = number("", digits, digits.len(), Edit::Insert).text;
            for caret in 0..=full.len() {
                let left = full[..caret].chars().filter(|&c| c != ' ').count();
                if caret > 0 {
                    let after = format!("{}{}", &full[..caret - 1], &full[caret..]);
                    let shown = number(&full, &after, caret - 1, Edit::DeleteBackward);
                    let mut expected = String::from(digits);
                    expected.remove(left - 1);
                    assert_eq!(shown.text.replace(' ', ""), expected, "{caret}");
                    assert_eq!(shown.text[..shown.caret].replace(' ', "").len(), left - 1);
                }
                if caret < full.len() {
                    let after = format!("{}{}", &full[..caret], &full[caret + 1..]);
                    let shown = number(&full, &after, caret, Edit::DeleteForward);
                    let mut expected = String::from(digits);
                    expected.remove(left);
                    assert_eq!(shown.text.replace(' ', ""), expected, "{caret}");
                    assert_eq!(shown.text[..shown.caret].replace(' ', "").len(), left);
                }
            }
        }
    }
}
