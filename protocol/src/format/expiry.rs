//! The expiry date's field.

use zeroize::Zeroizing;

use super::{Edit, Formatted, digits_before, only_gap_deleted};
use crate::card::{
    digits::{digit, digits, is_separator},
    is_slash,
};

const GAP: &str = " / ";

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
    month: Part<2>,
    year: Part<4>,
    /// The digits before the caret: in the month, or in the year.
    caret: Caret,
    /// Whether a separator stands between the two.
    split: bool,
}

#[derive(Clone, Copy)]
enum Caret {
    Month(usize),
    Year(usize),
}

impl Date {
    /// Tells month and year apart: at the first separator, or else after the month's two digits.
    fn read(text: &str, caret: usize, edit: Edit) -> Self {
        let mut total = 0;
        let mut border = None;
        // The separator stands before the caret.
        let mut behind = false;
        let mut units = 0;
        let mut first_digit = 0;
        for c in text.chars() {
            units += c.len_utf16();
            if let Some(value) = digit(c) {
                if total == 0 {
                    first_digit = value;
                }
                total += 1;
            } else if c == '/' || (total > 0 && (is_slash(c) || is_separator(c))) {
                border = border.or(Some(total));
                behind = behind || units <= caret;
            }
        }
        let left = digits_before(text, caret);
        let mut date = Self { month: Part::new(), year: Part::new(), caret: Caret::Year(4), split: border.is_some() };
        if border == Some(4) && total > 4 {
            // `2029-01`: the year first, as the HTML standard writes `cc-exp`. Only pasted or filled in, so the caret
            // goes to the end.
            for (index, value) in digits(text).enumerate() {
                if index < 4 { date.year.push(value) } else { date.month.push(value) }
            }
            return date;
        }
        let border = match border {
            // More digits than a month has before the separator: it is not what tells them apart.
            Some(border) if border <= 3 => border,
            // No month begins with more than 1, so `529` is May 29.
            _ if first_digit > 1 && edit == Edit::Insert => 1,
            _ => 2,
        };
        date.caret = if left < border || (left == border && !behind) {
            Caret::Month(left.min(2))
        } else {
            Caret::Year(left - border)
        };
        for (index, value) in digits(text).enumerate() {
            if index < border { date.month.push(value) } else { date.year.push(value) }
        }
        date
    }

    /// Deletes the digit that stands beside the gap.
    fn delete_across_gap(&mut self, edit: Edit) {
        match edit {
            Edit::DeleteForward => {
                self.year.remove(0);
                self.caret = Caret::Year(0);
            }
            _ => {
                let last = self.month.length.saturating_sub(1);
                self.month.remove(last);
                self.caret = Caret::Month(last);
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
            self.year.remove(0);
            self.year.remove(0);
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
        let mut text = Zeroizing::new(String::with_capacity(9));
        for value in self.month.iter() {
            text.push(char::from(b'0' + value));
        }
        let gap = self.year.length > 0 || (self.month.length == 2 && (self.split || edit == Edit::Insert));
        if gap {
            text.push_str(GAP);
        }
        for value in self.year.iter() {
            text.push(char::from(b'0' + value));
        }
        let caret = match self.caret {
            Caret::Month(left) => left.min(self.month.length),
            Caret::Year(left) if gap => self.month.length + GAP.len() + left.min(self.year.length),
            Caret::Year(_) => self.month.length,
        };
        Formatted { text, caret }
    }
}

/// At most `N` digits; those beyond are dropped.
#[derive(Clone, Copy)]
struct Part<const N: usize> {
    values: [u8; N],
    length: usize,
}

impl<const N: usize> Part<N> {
    const fn new() -> Self {
        Self { values: [0; N], length: 0 }
    }

    fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        self.values.iter().copied().take(self.length)
    }

    fn first(&self) -> u8 {
        self.iter().next().unwrap_or(0)
    }

    fn starts_with_twenty(&self) -> bool {
        self.iter().take(2).eq([2, 0])
    }

    fn push(&mut self, value: u8) {
        if let Some(place) = self.values.get_mut(self.length) {
            *place = value;
            self.length += 1;
        }
    }

    fn remove(&mut self, index: usize) {
        if index < self.length {
            if let Some(rest) = self.values.get_mut(index..self.length) {
                rest.rotate_left(1);
            }
            self.length -= 1;
        }
    }

    fn prefix_zero(&mut self) {
        self.values.rotate_right(1);
        if let Some(first) = self.values.first_mut() {
            *first = 0;
        }
        self.length = N.min(self.length + 1);
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
