//! The vault's own keys, and the files they live in.
//!
//! `DIR/keys/` holds two kinds of key, each file 32 bytes in base64url on one line:
//!
//! | file | key |
//! | --- | --- |
//! | `envelope.N.key` | P-256 private key that browsers seal cards to |
//! | `cards.N.key` | AES-256 master key that wraps the data key of each stored card |
//!
//! `N` is the key's version. The highest one is used for new cards; the others still open what was sealed to them. The
//! first start makes version 1 of both. A file that others than its owner may read is refused.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64ct::{Base64UrlUnpadded, Encoding};
use cardseal_protocol::{
    KeyId,
    envelope::Suite,
    keys::{JwkSet, OpeningKey},
};
use zeroize::Zeroizing;

use crate::{at_rest::MasterKeys, random};

/// Every key of the vault, in memory.
pub struct Keyring {
    /// Newest last.
    envelope: BTreeMap<u32, OpeningKey>,
    cards: MasterKeys,
}

impl Keyring {
    /// Reads the keys in `directory`, which is made with mode 0700, as are the first keys in it with mode 0600.
    ///
    /// # Errors
    /// [`Error`] where a file cannot be read or written, may be read by others, or holds no key.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        make_directory(directory)?;
        let mode = directory.metadata().map_err(|error| Error::File(directory.to_owned(), error))?.mode();
        refuse_if_open_to_others(directory, mode)?;
        let mut envelope = BTreeMap::new();
        let generate = || Ok(OpeningKey::generate(Suite::Hpke7)?.to_bytes());
        for (version, bytes) in read_versions(directory, "envelope", generate)? {
            let key = OpeningKey::from_bytes(Suite::Hpke7, &bytes)
                .map_err(|_| Error::NoKey(path(directory, "envelope", version)))?;
            envelope.insert(version, key);
        }
        let cards = read_versions(directory, "cards", || Ok(random::bytes::<32>()?))?;
        Ok(Self { envelope, cards: MasterKeys::new(cards) })
    }

    /// The key that `kid` names, whatever its version.
    #[must_use]
    pub fn opening_key(&self, kid: &KeyId) -> Option<&OpeningKey> {
        self.envelope.values().find(|key| key.kid() == *kid)
    }

    /// The public key that cards are to be sealed to now: the newest.
    #[must_use]
    pub fn public_keys(&self) -> JwkSet {
        JwkSet { keys: self.envelope.values().next_back().map(OpeningKey::jwk).into_iter().cloned().collect() }
    }

    /// The keys that cards are stored under.
    #[must_use]
    pub const fn cards(&self) -> &MasterKeys {
        &self.cards
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
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
    /// No new key could be made.
    Random,
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
            Self::Random => f.write_str("no key could be made: the operating system gave no random bytes"),
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

/// Makes a directory that only its owner may enter, unless it is there.
pub(crate) fn make_directory(directory: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| Error::File(directory.to_owned(), error))
}

type Key = Zeroizing<[u8; 32]>;

/// Reads every version of one kind of key, and makes version 1 where there is none.
fn read_versions(
    directory: &Path,
    kind: &str,
    generate: impl FnOnce() -> Result<Key, Error>,
) -> Result<BTreeMap<u32, Key>, Error> {
    let versions = versions(directory, kind)?;
    if versions.is_empty() {
        let key = generate()?;
        write_key(&path(directory, kind, 1), &key)?;
        return Ok(BTreeMap::from([(1, key)]));
    }
    versions.into_iter().map(|version| Ok((version, read_key(&path(directory, kind, version))?))).collect()
}

fn versions(directory: &Path, kind: &str) -> Result<Vec<u32>, Error> {
    let failed = |error| Error::File(directory.to_owned(), error);
    let mut versions = Vec::new();
    for entry in directory.read_dir().map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let version = name
            .to_str()
            .and_then(|name| name.strip_prefix(kind)?.strip_prefix('.')?.strip_suffix(".key"))
            .and_then(|version| version.parse::<u32>().ok());
        versions.extend(version);
    }
    Ok(versions)
}

fn path(directory: &Path, kind: &str, version: u32) -> PathBuf {
    directory.join(format!("{kind}.{version}.key"))
}

fn read_key(path: &Path) -> Result<Key, Error> {
    let failed = |error| Error::File(path.to_owned(), error);
    let mut file = File::open(path).map_err(failed)?;
    refuse_if_open_to_others(path, file.metadata().map_err(failed)?.mode())?;
    // Longer than any key file, so that the buffer is never moved while it is read.
    let mut text = Zeroizing::new(String::with_capacity(256));
    (&mut file).take(200).read_to_string(&mut text).map_err(failed)?;
    let mut key = Zeroizing::new([0; 32]);
    match Base64UrlUnpadded::decode(text.trim_ascii_end(), &mut *key) {
        Ok(bytes) if bytes.len() == 32 => Ok(key),
        _ => Err(Error::NoKey(path.to_owned())),
    }
}

/// Writes a new key so that after a crash there is the whole file or none, and never over a key that is there.
fn write_key(path: &Path, key: &Key) -> Result<(), Error> {
    let unfinished = path.with_extension("new");
    let write = || {
        match std::fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        let text = Zeroizing::new(Base64UrlUnpadded::encode_string(&**key));
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::hard_link(&unfinished, path)?;
        std::fs::remove_file(&unfinished)?;
        path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
    };
    write().map_err(|error| Error::File(path.to_owned(), error))
}

fn refuse_if_open_to_others(path: &Path, mode: u32) -> Result<(), Error> {
    if mode & 0o077 == 0 { Ok(()) } else { Err(Error::TooOpen(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_private_keys_and_the_next_reads_them() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys");
        let first = Keyring::open(&keys).unwrap();
        assert_eq!(keys.metadata().unwrap().mode() & 0o777, 0o700);
        for name in ["envelope.1.key", "cards.1.key"] {
            assert_eq!(keys.join(name).metadata().unwrap().mode() & 0o777, 0o600, "{name}");
        }
        assert_eq!(keys.read_dir().unwrap().count(), 2, "nothing unfinished is left");
        let second = Keyring::open(&keys).unwrap();
        assert_eq!(first.public_keys().keys[0].thumbprint(), second.public_keys().keys[0].thumbprint());
        assert_eq!(first.cards().version(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys");
        Keyring::open(&keys).unwrap();
        let file = keys.join("cards.1.key");
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        let error = Keyring::open(&keys).unwrap_err();
        assert!(matches!(&error, Error::TooOpen(path) if *path == file), "{error}");
        assert!(error.to_string().contains("chmod go="), "{error}");
    }

    #[test]
    fn a_file_without_a_key_is_refused_and_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys");
        Keyring::open(&keys).unwrap();
        for (name, text) in
            [("cards.1.key", "AAAA\n"), ("cards.1.key", ""), ("envelope.1.key", &format!("{}\n", "A".repeat(43)))]
        {
            let whole = std::fs::read(keys.join(name)).unwrap();
            std::fs::write(keys.join(name), text).unwrap();
            assert!(matches!(Keyring::open(&keys), Err(Error::NoKey(_))), "{name} {text:?}");
            assert_eq!(std::fs::read_to_string(keys.join(name)).unwrap(), text);
            std::fs::write(keys.join(name), whole).unwrap();
        }
        Keyring::open(&keys).unwrap();
    }

    #[test]
    fn the_highest_version_is_used_and_the_older_ones_still_open() {
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys");
        let old = Keyring::open(&keys).unwrap().public_keys().keys[0].thumbprint().unwrap();
        write_key(&keys.join("envelope.2.key"), &OpeningKey::generate(Suite::Hpke7).unwrap().to_bytes()).unwrap();
        write_key(&keys.join("cards.10.key"), &random::bytes().unwrap()).unwrap();
        let keyring = Keyring::open(&keys).unwrap();
        assert_eq!(keyring.public_keys().keys.len(), 1);
        let new = keyring.public_keys().keys[0].thumbprint().unwrap();
        assert_ne!(new, old);
        assert!(keyring.opening_key(&old).is_some() && keyring.opening_key(&new).is_some());
        assert!(keyring.opening_key(&KeyId::from_bytes([0; 32])).is_none());
        assert_eq!(keyring.cards().version(), 10);
    }
}
