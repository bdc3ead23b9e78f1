//! The vault's own keys: their files, and what of them is in memory.
//!
//! `DIR/keys/` holds the private halves, each file 32 bytes in base64url on one line:
//!
//! | file | key |
//! | --- | --- |
//! | `directory.N.key` | P-256 private key that signs the [key directory](crate::directory) |
//! | `receipt.N.key` | P-256 private key that signs receipts |
//! | `envelope.N.key` | P-256 private key of HPKE-7 that browsers seal cards to; of another suite, `envelope-SUITE.N.key` |
//! | `cards.N.key` | AES-256 master key that wraps the data key of each stored card; the highest `N` is used for new ones |
//!
//! `N` is the key's version. All but the master keys have a row in the database ([`crate::store::keys`]), which says what
//! may still be done with each. The first start makes one of every kind. Beside them lies `delegation.jwt`, the root key's
//! word for a directory key. A file that others than its owner may read is refused.
//!
//! Several processes may use one directory at once: keys change only within a transaction (`change.rs`), and a process
//! that holds them in memory asks the database whether there was a change.

pub(crate) mod change;
mod files;
mod kind;
mod private;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use cardseal_protocol::{
    KeyId, UnixTime,
    directory::MAX_DIRECTORY_LIFE,
    keys::{OpeningKey, SigningKey},
};
use tokio::sync::Mutex;

pub use files::KeyFiles;
pub(crate) use files::{make_directory, read_private, write_private};
pub use kind::Kind;
pub(crate) use private::PrivateKey;

use crate::{
    FRESHNESS,
    at_rest::MasterKeys,
    random,
    store::{self, Store, keys::Key},
};

/// A retired encryption key opens envelopes for this many seconds more: a directory that names it may live as long as a
/// directory can, and what was sealed in its last second may take its time.
pub const GRACE: u64 = MAX_DIRECTORY_LIFE + FRESHNESS;

/// How often keys are read anew where they change while they are read.
const TRIES: u32 = 5;

/// Every key of the vault that is used while it runs, in memory.
pub struct Keyring {
    files: KeyFiles,
    cards: MasterKeys,
    loaded: RwLock<Arc<Loaded>>,
    /// One reads at a time; who waited finds it done.
    loading: Mutex<()>,
}

/// The keys as they were after so many changes.
struct Loaded {
    changes: i64,
    opening: BTreeMap<KeyId, Arc<OpeningKey>>,
    revoked: BTreeSet<KeyId>,
    receipt: Arc<SigningKey>,
    /// When the first of the opening keys closes.
    closes: Option<UnixTime>,
}

impl Keyring {
    /// Reads the keys, and makes those that are not there.
    ///
    /// # Errors
    /// [`Error`] where a file or the store cannot be read or written, a file may be read by others, or holds no key.
    pub async fn open(files: KeyFiles, store: &Store, now: UnixTime) -> Result<Self, Error> {
        let mut transaction = store.begin().await?;
        change::complete(&mut transaction, &files, now).await?;
        // In the transaction as well, so that two that start for the first time do not make two.
        let cards = MasterKeys::new(files.master_keys()?);
        transaction.commit().await?;
        let loaded = RwLock::new(Arc::new(load(&files, store, now).await?));
        Ok(Self { files, cards, loaded, loading: Mutex::default() })
    }

    /// Reads the keys again if there was a change; gives whether there was.
    ///
    /// # Errors
    /// [`Error`] where they cannot be read. Those that were read before stay in use.
    pub async fn refresh(&self, store: &Store, now: UnixTime) -> Result<bool, Error> {
        let _one = self.loading.lock().await;
        let is_closed = self.loaded().closes.is_some_and(|closes| closes <= now);
        if !is_closed && store.key_changes().await? == self.loaded().changes {
            return Ok(false);
        }
        let loaded = load(&self.files, store, now).await?;
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        Ok(true)
    }

    /// Erases the keys that are of no use any more.
    ///
    /// # Errors
    /// [`Error`] where a file cannot be erased.
    pub async fn erase_closed(&self, store: &Store, now: UnixTime) -> Result<(), Error> {
        change::erase_closed(&store.keys().await?, &self.files, now)
    }

    /// The key that opens envelopes to `kid`.
    #[must_use]
    pub fn opening_key(&self, kid: &KeyId) -> Option<Arc<OpeningKey>> {
        self.loaded().opening.get(kid).cloned()
    }

    /// Whether the key is known to be revoked.
    #[must_use]
    pub fn is_revoked(&self, kid: &KeyId) -> bool {
        self.loaded().revoked.contains(kid)
    }

    /// The key that signs receipts.
    #[must_use]
    pub fn receipt_key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.loaded().receipt)
    }

    /// The keys that cards are stored under.
    #[must_use]
    pub const fn cards(&self) -> &MasterKeys {
        &self.cards
    }

    /// Where the keys lie.
    pub(crate) const fn files(&self) -> &KeyFiles {
        &self.files
    }

    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Reads the keys as they are now. Another process may erase one between its row and its file; the rows tell.
async fn load(files: &KeyFiles, store: &Store, now: UnixTime) -> Result<Loaded, Error> {
    let mut tries = TRIES;
    loop {
        let changes = store.key_changes().await?;
        match Loaded::read(changes, &store.keys().await?, files, now) {
            Err(error) if tries == 0 || store.key_changes().await? == changes => return Err(error),
            Err(_) => tries -= 1,
            Ok(loaded) => return Ok(loaded),
        }
    }
}

impl Loaded {
    fn read(changes: i64, known: &[Key], files: &KeyFiles, now: UnixTime) -> Result<Self, Error> {
        let mut opening = BTreeMap::new();
        let mut receipt = None;
        for key in known.iter().filter(|key| key.is_open(now)) {
            if key.kind == Kind::Directory {
                continue;
            }
            match PrivateKey::of(key, files) {
                Ok(PrivateKey::Opening(private)) => {
                    opening.insert(key.kid, Arc::new(private));
                }
                Ok(PrivateKey::Signing(private)) => receipt = Some(Arc::new(private)),
                Err(Error::File(path, error)) if !key.is_current() && error.kind() == io::ErrorKind::NotFound => {
                    tracing::warn!(path = %path.display(), "the file of a retired key is gone");
                }
                Err(error) => return Err(error),
            }
        }
        let revoked = known.iter().filter(|key| key.revoked.is_some()).map(|key| key.kid).collect();
        let closes = known.iter().filter(|key| key.is_open(now)).filter_map(|key| key.closes).min();
        Ok(Self { changes, opening, revoked, receipt: receipt.ok_or(Error::NoReceiptKey)?, closes })
    }
}

/// Why the keys could not be read or made.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// A file or directory could not be read or written.
    File(PathBuf, io::Error),
    /// Others than its owner may read the file or directory.
    TooOpen(PathBuf),
    /// The file holds no key of its kind.
    NoKey(PathBuf),
    /// The file holds another key than the database says.
    OtherKey(PathBuf),
    /// There is no key to sign receipts with.
    NoReceiptKey,
    /// There is no such key.
    Unknown(KeyId),
    /// No new key could be made.
    Random,
    /// The database could not be read or written.
    Store(store::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::TooOpen(path) => {
                let path = path.display();
                write!(f, "{path} may be read by others than its owner; a key may not: chmod go= {path}")
            }
            Self::NoKey(path) => write!(f, "{} holds no key: expected 32 bytes in base64url", path.display()),
            Self::OtherKey(path) => {
                write!(f, "{} holds another key than the database knows under that name", path.display())
            }
            Self::NoReceiptKey => f.write_str("there is no key to sign receipts with: cardseal-vault keys rotate"),
            Self::Unknown(kid) => write!(f, "there is no key {kid}; cardseal-vault keys list names them"),
            Self::Random => f.write_str("no key could be made: the operating system gave no random bytes"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<random::Unavailable> for Error {
    fn from(_: random::Unavailable) -> Self {
        Self::Random
    }
}

impl From<cardseal_protocol::Error> for Error {
    /// Making a key fails for one cause only.
    fn from(_: cardseal_protocol::Error) -> Self {
        Self::Random
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
