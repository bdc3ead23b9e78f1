//! The expiry date's field.

use zeroize::Zeroizing;

use super::{Edit, Formatted, digits_before, only_gap_deleted};
use crate::card::{
    digits::{digit, is_separator},
    is_slash,
};

const GAP: &str = " / ";

/// Writes an expiry date as `MM / YY`.
///
/// `before` is the field's text before the edit, `after` and `caret` what the browser made of it. A month that can have
/// no second digit gets its zero (`2` becomes `02 / `, `1/` becomes `01 / `), a year of four digits loses its century
/// once it is whole, and `2029-01`, as browsers fill it in, is turned round. Deleting only the gap deletes the digit
/// beside it. Month and year keep their places when digits are deleted from either.
#[must_use]
pub fn expiry(before: &str, after: &str, caret: usize, edit: Edit) -> Formatted {
    let mut date = Date::read(after, caret);
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
    /// Tells month and year apart: at the first separator, or else after two digits.
    fn read(text: &str, caret: usize) -> Self {
        // How many digits stand before the first separator that follows a digit, and in all.
        let mut first = 0;
        let mut total = 0;
        let mut split = false;
        let mut slash_first = false;
        for c in text.chars() {
            if digit(c).is_some() {
                total += 1;
                first += usize::from(!split);
            } else if is_slash(c) || (is_separator(c) && total > 0) {
                slash_first = slash_first || total == 0;
                split = true;
            }
        }
        let left = digits_before(text, caret);
        // `2029-01`: the year first, as the HTML standard writes `cc-exp`.
        if split && first == 4 && total > first {
            let mut date = Self { month: Part::new(), year: Part::new(), caret: Caret::Year(4), split: true };
            for (index, value) in text.chars().filter_map(digit).enumerate() {
                if index < first { date.year.push(value) } else { date.month.push(value) }
            }
            return date;
        }
        let border = if split && first <= 3 { first } else { 2 };
        let mut date = Self {
            month: Part::new(),
            year: Part::new(),
            caret: if left <= border && !(split && left == border && caret_is_behind_gap(text, caret)) {
                Caret::Month(left.min(2))
            } else {
                Caret::Year(left - border)
            },
            split: split && (total > 0),
        };
        for (index, value) in text.chars().filter_map(digit).enumerate() {
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
        let past_month = matches!(self.caret, Caret::Year(_));
        let month_is_whole = self.month.length == 1 && (self.month.first() > 1 || (self.split && past_month && self.month.first() > 0));
        if month_is_whole {
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

/// Whether a slash stands before the caret.
fn caret_is_behind_gap(text: &str, caret: usize) -> bool {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= caret
        })
        .any(is_slash)
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
