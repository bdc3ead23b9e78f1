//! The expiry date's field.

use zeroize::Zeroizing;

use super::{Edit, Formatted, only_gap_deleted};
use crate::card::{
    digits::{digit, is_separator, push_digit},
    is_slash,
};

const GAP: &str = " / ";

/// Room for `12 / 2029`.
const CAPACITY: usize = 9;

/// Writes an expiry date as `MM / YY`.
///
/// `before` is the field's text before the edit, `after` and `caret` what the browser made of it. A month that can have
/// no second digit gets its zero (`2` becomes `02 / `, `1/` becomes `01 / `), a year of four digits loses its century
/// once it is whole, and `2029-01`, as browsers fill it in, is turned round. Deleting only the gap deletes the digit
/// beside it. Month and year keep their places when digits are deleted from either, so that either can be corrected.
#[must_use]
pub fn expiry(before: &str, after: &str, caret: usize, edit: Edit) -> Formatted {
    let mut date = Date::read(after, caret, edit);
    if only_gap_deleted(before, after, edit) {
        date.delete_across_gap(edit);
    } else if edit == Edit::Insert {
        date.complete();
    }
    date.write(edit)
}

/// The digits of a date in the field, and the caret among them.
struct Date {
    month: Part,
    year: Part,
    caret: Caret,
    /// Whether a separator stands between the two.
    split: bool,
}

/// How many digits stand before the caret: in the month, or in the year.
#[derive(Clone, Copy)]
enum Caret {
    Month(usize),
    Year(usize),
}

impl Date {
    /// Tells month and year apart: at the first separator, or else after the month's two digits.
    fn read(text: &str, caret: usize, edit: Edit) -> Self {
        // All the digits that a date can have, in any form.
        let mut digits = [0; 6];
        let mut total = 0;
        let mut border = None;
        // Digits, and whether the separator, before the caret.
        let mut left = 0;
        let mut behind = false;
        let mut units = 0;
        for c in text.chars() {
            units += c.len_utf16();
            if let Some(value) = digit(c) {
                if let Some(place) = digits.get_mut(total) {
                    *place = value;
                    total += 1;
                    left += usize::from(units <= caret);
                }
            } else if c == '/' || (total > 0 && (is_slash(c) || is_separator(c))) {
                border = border.or(Some(total));
                behind = behind || units <= caret;
            }
        }
        let split = border.is_some();
        let turned = border == Some(4) && total > 4;
        let border = match border {
            // `2029-01`: the year first, as the HTML standard writes `cc-exp`.
            _ if turned => 4,
            // More digits than a month has before the separator: it is not what tells them apart.
            Some(border) if border <= 3 => border,
            // No month begins with more than 1, so `529` is May 29.
            _ if digits.first() > Some(&1) && edit == Edit::Insert => 1,
            _ => 2,
        };
        let mut month = Part::new(2);
        let mut year = Part::new(4);
        for (index, &value) in digits.iter().enumerate().take(total) {
            let part = if (index < border) == turned { &mut year } else { &mut month };
            part.push(value);
        }
        let caret = if turned {
            // Only pasted or filled in, so the caret goes to the end.
            Caret::Year(4)
        } else if left < border || (left == border && !behind) {
            Caret::Month(left.min(2))
        } else {
            Caret::Year(left - border)
        };
        Self { month, year, caret, split }
    }

    /// Deletes the digit that stands beside the gap.
    fn delete_across_gap(&mut self, edit: Edit) {
        match edit {
            Edit::DeleteForward => {
                self.year.remove_first();
                self.caret = Caret::Year(0);
            }
            _ => {
                self.month.length = self.month.length.saturating_sub(1);
                self.caret = Caret::Month(self.month.length);
            }
        }
    }

    /// What typing settles: the zero before a month of one digit, and the century of a year.
    fn complete(&mut self) {
        // `1` may become `12`, until the shopper goes on to the year.
        let settled = self.split && matches!(self.caret, Caret::Year(_));
        if self.month.length == 1 && self.month.first() > if settled { 0 } else { 1 } {
            self.month.prefix_zero();
            if let Caret::Month(left) = self.caret {
                self.caret = Caret::Month(if left > 0 { 2 } else { 0 });
            }
        }
        if self.year.length == 4 {
            self.year.remove_first();
            self.year.remove_first();
            if let Caret::Year(left) = self.caret {
                self.caret = Caret::Year(left.saturating_sub(2));
            }
        } else if self.year.length == 3 && !self.year.starts_with_twenty() {
            self.year.length = 2;
        }
        // On to the year.
        if self.month.length == 2 && matches!(self.caret, Caret::Month(2)) {
            self.caret = Caret::Year(0);
        }
    }

    fn write(&self, edit: Edit) -> Formatted {
        let mut text = Zeroizing::new(String::with_capacity(CAPACITY));
        self.month.write(&mut text);
        let gap = self.year.length > 0 || (self.month.length == 2 && (self.split || edit == Edit::Insert));
        if gap {
            text.push_str(GAP);
        }
        let start_of_year = text.len();
        self.year.write(&mut text);
        let caret = match self.caret {
            Caret::Month(left) => left.min(self.month.length),
            Caret::Year(left) => start_of_year + left.min(self.year.length),
        };
        Formatted { text, caret }
    }
}

/// At most four digits.
struct Part {
    values: [u8; 4],
    length: usize,
    limit: usize,
}

impl Part {
    const fn new(limit: usize) -> Self {
        Self { values: [0; 4], length: 0, limit }
    }

    const fn first(&self) -> u8 {
        let [first, ..] = self.values;
        first
    }

    const fn starts_with_twenty(&self) -> bool {
        matches!(self.values, [2, 0, ..])
    }

    /// Adds a digit, or drops it where the part is full.
    fn push(&mut self, value: u8) {
        if self.length < self.limit
            && let Some(place) = self.values.get_mut(self.length)
        {
            *place = value;
            self.length += 1;
        }
    }

    fn remove_first(&mut self) {
        let [_, second, third, fourth] = self.values;
        self.values = [second, third, fourth, 0];
        self.length = self.length.saturating_sub(1);
    }

    fn prefix_zero(&mut self) {
        let [first, second, third, _] = self.values;
        self.values = [0, first, second, third];
        self.length = self.limit.min(self.length + 1);
    }

    fn write(&self, text: &mut String) {
        for &value in self.values.iter().take(self.length) {
            push_digit(text, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field after an edit of text in which `|` is the caret.
    fn edited(before: &str, after: &str, edit: Edit) -> String {
        let caret = after.find('|').unwrap();
        let shown = expiry(before, &after.replace('|', ""), after[..caret].encode_utf16().count(), edit);
        format!("{}|{}", &shown.text[..shown.caret], &shown.text[shown.caret..])
    }

    #[test]
    fn typing_a_date_writes_its_gap() {
        for (after, shown) in [
            ("|", "|"),
            ("0|", "0|"),
            ("1|", "1|"),
            ("2|", "02 / |"),
            ("9|", "09 / |"),
            ("12|", "12 / |"),
            ("1/|", "01 / |"),
            ("1 |", "01 / |"),
            ("0/|", "0|"),
            ("/|", "|"),
            ("12 / /|", "12 / |"),
            ("12 / 2|", "12 / 2|"),
            ("12 / 29|", "12 / 29|"),
            ("12 / 293|", "12 / 29|"),
            // The start of a year of four digits stays until it is whole.
            ("12 / 20|", "12 / 20|"),
            ("12 / 202|", "12 / 202|"),
            ("12 / 2029|", "12 / 29|"),
            ("13|", "13 / |"),
            ("12a|", "12 / |"),
        ] {
            assert_eq!(edited("", after, Edit::Insert), shown, "{after}");
        }
    }

    #[test]
    fn dates_are_pasted_and_filled_in_as_people_and_browsers_write_them() {
        for after in [
            "1/29|",
            "01/29|",
            "01/2029|",
            "0129|",
            "012029|",
            "01 29|",
            "01-29|",
            "2029-01|",
            "2029-1|",
            "|2029-01",
            "０１／２９|",
            "٠١/٢٩|",
            "Exp. 01/29|",
        ] {
            assert_eq!(edited("", after, Edit::Insert), "01 / 29|", "{after}");
        }
        assert_eq!(edited("", "529|", Edit::Insert), "05 / 29|");
        assert_eq!(edited("", "13/29|", Edit::Insert), "13 / 29|");
        assert_eq!(edited("", "01/1999|", Edit::Insert), "01 / 99|");
    }

    #[test]
    fn deleting_goes_across_the_gap() {
        use Edit::{DeleteBackward, DeleteForward};
        for (before, after, edit, shown) in [
            ("12 / 29", "12 / 2|", DeleteBackward, "12 / 2|"),
            ("12 / 2", "12 / |", DeleteBackward, "12 / |"),
            ("12 / ", "12 /|", DeleteBackward, "1|"),
            ("12 / 29", "12 /|29", DeleteBackward, "1| / 29"),
            ("1", "|", DeleteBackward, "|"),
            ("12 / 29", "12|/ 29", DeleteForward, "12 / |9"),
            ("12 / 29", "12 / |9", DeleteForward, "12 / |9"),
            ("12 / 29", "|2 / 29", DeleteForward, "|2 / 29"),
            ("2 / 29", "| / 29", DeleteForward, "| / 29"),
            ("02 / 29", "0| / 29", DeleteBackward, "0| / 29"),
            ("02 / ", "02 /|", DeleteBackward, "0|"),
            ("12 / 29", "|", DeleteBackward, "|"),
        ] {
            assert_eq!(edited(before, after, edit), shown, "{before} to {after}");
        }
    }

    #[test]
    fn month_and_year_are_corrected_in_place() {
        for (before, after, shown) in [
            (" / 29", "1| / 29", "1| / 29"),
            ("1 / 29", "12| / 29", "12 / |29"),
            (" / 29", "5| / 29", "05 / |29"),
            ("0 / 29", "03| / 29", "03 / |29"),
            // A full month is typed over.
            ("12 / 29", "01|2 / 29", "01 / |29"),
            ("12 / 2", "12 / 3|2", "12 / 3|2"),
            ("12 / 29", "12 / 3|29", "12 / 3|2"),
        ] {
            assert_eq!(edited(before, after, Edit::Insert), shown, "{before} to {after}");
        }
    }

    #[test]
    fn what_typing_shows_stays_as_it_is() {
        // Every text of up to six of these, wherever the caret is.
        const ALPHABET: [char; 5] = ['0', '1', '2', '9', '/'];
        for length in 0..=5_u32 {
            for mut number in 0..5_usize.pow(length) {
                let mut text = String::new();
                for _ in 0..length {
                    text.push(ALPHABET[number % 5]);
                    number /= 5;
                }
                for caret in 0..=text.len() {
                    let once = expiry("", &text, caret, Edit::Insert);
                    assert!(once.caret <= once.text.len(), "{text} at {caret}");
                    let twice = expiry(&once.text, &once.text, once.caret, Edit::Insert);
                    assert_eq!((&*once.text, once.caret), (&*twice.text, twice.caret), "{text} at {caret}");
                    for edit in [Edit::DeleteBackward, Edit::DeleteForward] {
                        let deleted = expiry(&once.text, &text, caret, edit);
                        assert!(deleted.caret <= deleted.text.len(), "{text} at {caret}");
                    }
                }
            }
        }
    }
}
