//! Formatting while the shopper types: the text that an input should show, and where its caret should stand.
//!
//! The browser applies an edit first; each function here takes the text and caret it came to and gives the grouped text
//! and its caret. Carets count UTF-16 code units, as the DOM does. What is given is ASCII digits with spaces (and ` / `
//! in a date), and giving it in again changes nothing.

mod expiry;
mod number;
mod postal_code;
mod security_code;

use zeroize::Zeroizing;

pub use expiry::expiry;
pub use number::number;
pub use postal_code::postal_code;
pub use security_code::security_code;

use crate::card::digits;

/// What the shopper did, as far as it matters to the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Typed, pasted, dropped or autofilled.
    Insert,
    /// Deleted what stands before the caret, or a selection.
    DeleteBackward,
    /// Deleted what stands after the caret.
    DeleteForward,
}

/// What an input should show.
///
/// `Debug` would print digits, so there is none.
pub struct Formatted {
    /// The text; wiped when dropped.
    pub text: Zeroizing<String>,
    /// The caret, in UTF-16 code units from the text's start. Where the text was changed it is ASCII, so bytes and
    /// characters count alike.
    pub caret: usize,
}

/// How many digits stand before the caret.
fn digits_before(text: &str, caret: usize) -> usize {
    let mut units = 0;
    let mut count = 0;
    for c in text.chars() {
        units += c.len_utf16();
        if units > caret {
            break;
        }
        count += usize::from(digits::digit(c).is_some());
    }
    count
}

/// Whether the edit took away nothing but what stands between digits: then it meant the digit beside.
fn only_gap_deleted(before: &str, after: &str, edit: Edit) -> bool {
    edit != Edit::Insert && after.len() < before.len() && digits::digits(before).eq(digits::digits(after))
}
