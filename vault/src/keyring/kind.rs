//! What a key of the vault is for.

use cardseal_protocol::envelope::Suite;

/// What a key is for. Cards at rest are under keys of another kind, which are never published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signs the key directory.
    Directory,
    /// Signs receipts.
    Receipt,
    /// Opens envelopes of this suite.
    Envelope(Suite),
}

impl Kind {
    /// Every kind.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Self::Directory, Self::Receipt].into_iter().chain(Suite::ALL.into_iter().map(Self::Envelope))
    }

    /// The kind as it stands in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Receipt => "receipt",
            Self::Envelope(_) => "envelope",
        }
    }

    /// The JOSE name of the algorithm that its keys are for.
    #[must_use]
    pub const fn alg(self) -> &'static str {
        match self {
            Self::Directory | Self::Receipt => "ES256",
            Self::Envelope(suite) => suite.alg(),
        }
    }

    /// The kind with this name and algorithm.
    pub(crate) fn find(name: &str, alg: &str) -> Option<Self> {
        Self::all().find(|kind| kind.as_str() == name && kind.alg() == alg)
    }

    /// What the names of its files begin with.
    pub(super) fn stem(self) -> String {
        match self {
            // The first suite had no rival when its files got their name.
            Self::Envelope(suite) if suite != Suite::Hpke7 => format!("envelope-{}", suite.alg().to_ascii_lowercase()),
            _ => self.as_str().to_owned(),
        }
    }
}
