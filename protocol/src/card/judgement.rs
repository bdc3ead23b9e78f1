//! The verdict on a field while the shopper still types.

use crate::Problem;

/// What can be said of a field's text as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// More typing can make it valid. The problem is what to say if the shopper leaves it so.
    Potential(Problem),
    /// It parses as it stands.
    Valid,
    /// No further typing at the end can make it valid; the problem can be shown at once.
    Invalid(Problem),
}

impl Judgement {
    /// Whether the text parses as it stands.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Valid)
    }

    /// What is wrong with the text if nothing more is typed.
    #[must_use]
    pub const fn problem(self) -> Option<Problem> {
        match self {
            Self::Valid => None,
            Self::Potential(problem) | Self::Invalid(problem) => Some(problem),
        }
    }
}
