//! What a browser remembers of a vault's directory, so that nobody can show it an older one.

use super::{Delegation, SignedDirectory};
use crate::{
    DirectoryHash, Error, UnixTime,
    json::{Writer, decimal},
};

/// The newest directory that was seen.
///
/// Written as `delegated.sequence.hash`: when the delegation was signed, in seconds since 1970; the directory's number; its
/// [`DirectoryHash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    delegated: UnixTime,
    sequence: u64,
    hash: DirectoryHash,
}

impl Seen {
    /// Of a directory under a delegation, both verified or about to be.
    pub(super) fn new(delegation: &Delegation, directory: &SignedDirectory) -> Self {
        Self { delegated: delegation.issued, sequence: directory.sequence(), hash: directory.hash() }
    }

    /// As text, for [`Seen::parse`].
    #[must_use]
    pub fn to_text(&self) -> String {
        // Two numbers of at most 20 digits, 43 characters and two dots.
        let mut buffer = [0; 85];
        let mut writer = Writer::new(&mut buffer);
        writer
            .unsigned(self.delegated.as_secs())
            .raw(".")
            .unsigned(self.sequence)
            .raw(".")
            .raw(&self.hash.to_base64url());
        let length = writer.finish().unwrap_or_default();
        buffer.iter().take(length).copied().map(char::from).collect()
    }

    /// Reads what [`Seen`] was written as; `None` where it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let delegated = UnixTime::from_secs(decimal(parts.next()?)?);
        let sequence = decimal(parts.next()?)?;
        let hash = DirectoryHash::parse(parts.next()?).ok()?;
        parts.next().is_none().then_some(Self { delegated, sequence, hash })
    }

    /// Checks that a directory is this one again or a later one.
    ///
    /// The root key has the last word: under a later delegation the numbers may begin anew, so that a vault which had to be
    /// restored from a backup is not locked out.
    ///
    /// # Errors
    /// [`Error::DirectoryRolledBack`] where it is an earlier one, or another of the same number.
    pub fn check(&self, next: &Self) -> Result<(), Error> {
        let is_later = next.delegated > self.delegated
            || (next.delegated == self.delegated && next.sequence > self.sequence)
            || next == self;
        if is_later { Ok(()) } else { Err(Error::DirectoryRolledBack) }
    }
}
