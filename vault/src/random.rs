//! Random bytes from the operating system.

use std::fmt;

use zeroize::Zeroizing;

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gave no random bytes")
    }
}

impl std::error::Error for Unavailable {}

/// `N` random bytes; they are wiped when dropped, because most of them are keys.
///
/// # Errors
/// [`Unavailable`] where the operating system gives none.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, Unavailable> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes).map_err(|_| Unavailable)?;
    Ok(bytes)
}
