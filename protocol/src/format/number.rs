//! The card number's field.

use zeroize::Zeroizing;

use super::{Edit, Formatted, digits_before, only_gap_deleted};
use crate::{
    brand::Brands,
    card::digits::{self, Digits, MAX_PAN},
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
    let mut digits = Digits::new();
    for value in digits::digits(after) {
        digits.push(value);
    }
    let mut left = digits_before(after, caret);
    if only_gap_deleted(before, after, edit) {
        match edit {
            Edit::DeleteBackward if left > 0 => {
                left -= 1;
                digits.remove(left);
            }
            Edit::DeleteForward => digits.remove(left),
            _ => {}
        }
    }
    let possible = Brands::possible(digits.as_str());
    digits.truncate(possible.max_length().unwrap_or(MAX_PAN));
    let left = left.min(digits.as_str().len());
    let gaps = Brands::of(digits.as_str())
        .first()
        .or_else(|| possible.first())
        .map_or(&[4, 8, 12, 16][..], |brand| brand.gaps(digits.as_str().len()));

    let mut text = Zeroizing::new(String::with_capacity(CAPACITY));
    let mut at = 0;
    for (index, digit) in digits.as_str().chars().enumerate() {
        let gap = gaps.iter().any(|&gap| usize::from(gap) == index);
        // A caret at a gap stands before it after a deletion to the left, so that the next one takes the next digit;
        // otherwise after it, where the next digit goes.
        if index == left && edit == Edit::DeleteBackward {
            at = text.len();
        }
        if gap {
            text.push(' ');
        }
        if index == left && edit != Edit::DeleteBackward {
            at = text.len();
        }
        text.push(digit);
    }
    if left == digits.as_str().len() {
        at = text.len();
    }
    Formatted { text, caret: at }
}
