//! The key directory ([`cardseal_protocol::directory`]): which keys are published, and when.
//!
//! A directory is made in one transaction from the keys' rows and the directory before it, together with whatever change
//! of the keys it is made for: there is never a key that is in use but in no directory, and never two directories of one
//! number. A vault that runs looks once a minute whether a new one is due.

use std::fmt;

use cardseal_protocol::{
    KeyId, Origin, UnixTime,
    directory::{
        Delegation, Directory, MAX_DIRECTORY_LIFE, PublishedDirectory, PublishedKey, SignedDelegation, SignedDirectory,
    },
    keys::Jwk,
};
use sqlx::SqliteConnection;

use crate::{
    keyring::{self, KeyFiles, Kind, PrivateKey, change},
    store::{
        self, Store,
        directories::{self, Entry},
        keys::{self, Key},
    },
};

/// A directory is renewed when it is this old, in seconds: half way, so that a vault that stands still for a night is in
/// time yet.
pub const RENEWAL: u64 = MAX_DIRECTORY_LIFE / 2;

/// The most receipt keys in a directory: the newest. Older ones stand in the directories of their time.
const RECEIPT_KEYS: usize = 32;

/// The most revoked keys in a directory: the newest.
const REVOKED_KEYS: usize = 512;

/// Publishes a directory if one is due; gives whether it was.
///
/// # Errors
/// [`Error`] where there is no valid delegation, or the store or a key file cannot be used.
pub async fn renew(store: &Store, files: &KeyFiles, now: UnixTime) -> Result<bool, Error> {
    // Most of the time none is due: the writer is not held up for that.
    if !is_due(store.directory().await?.as_ref(), files, now)? {
        return Ok(false);
    }
    let mut transaction = store.begin().await?;
    if !is_due(directories::last(&mut transaction).await?.as_ref(), files, now)? {
        return Ok(false);
    }
    publish(&mut transaction, files, &installed(files)?, now).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Makes new keys in the place of the present ones, which open what was sealed to them for `grace` seconds more.
///
/// # Errors
/// As [`renew`]; nothing has changed then.
pub async fn rotate(store: &Store, files: &KeyFiles, now: UnixTime, grace: u64) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    change::rotate(&mut transaction, files, now, grace).await?;
    publish(&mut transaction, files, &installed(files)?, now).await?;
    transaction.commit().await?;
    Ok(change::erase_closed(&store.keys().await?, files, now)?)
}

/// Revokes a key for good, erases its private half, and makes another in its place if it was in use.
///
/// # Errors
/// [`Error::DirectoryKeyInUse`] for a directory key that no other was delegated after; nothing has changed then.
/// [`Error::NotPublished`] where the key is revoked, but no directory could say so.
pub async fn revoke(store: &Store, files: &KeyFiles, kid: &KeyId, now: UnixTime) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    let known = keys::all(&mut transaction).await?;
    let key = change::find(&known, kid)?;
    if key.kind == Kind::Directory && key.is_current() {
        return Err(Error::DirectoryKeyInUse(*kid));
    }
    change::revoke(&mut transaction, files, key, now).await?;
    // What is revoked stays revoked, also where nobody can be told yet.
    let published = match installed(files) {
        Ok(delegation) => publish(&mut transaction, files, &delegation, now).await,
        Err(error) => Err(error),
    };
    transaction.commit().await?;
    change::erase_closed(&store.keys().await?, files, now)?;
    published.map(drop).map_err(|error| Error::NotPublished(Box::new(error)))
}

/// The public half of the newest directory key, which the root key is to delegate to; of another one if `anew`.
///
/// # Errors
/// [`Error`] where the store or a key file cannot be used.
pub async fn directory_key(store: &Store, files: &KeyFiles, now: UnixTime, anew: bool) -> Result<Jwk, Error> {
    let mut transaction = store.begin().await?;
    change::complete(&mut transaction, files, now).await?;
    let known = keys::all(&mut transaction).await?;
    let newest =
        known.into_iter().filter(|key| key.kind == Kind::Directory && key.is_current()).max_by_key(|key| key.version);
    let key = match newest {
        Some(key) if !anew => key,
        _ => change::make(&mut transaction, files, Kind::Directory, now).await?,
    };
    transaction.commit().await?;
    Ok(key.jwk)
}

/// Installs a delegation and publishes a directory under it. Directory keys older than its own are erased.
///
/// # Errors
/// [`Error`] where it is not valid now, not for a directory key of this vault, or older than the one before; nothing has
/// changed then.
pub async fn install(store: &Store, files: &KeyFiles, delegation: &str, now: UnixTime) -> Result<Delegation, Error> {
    let verified = verify(delegation, now)?;
    let mut transaction = store.begin().await?;
    if let Some(last) = directories::last(&mut transaction).await?
        && SignedDelegation::parse(&last.published.delegation)?.issued() > verified.issued
    {
        return Err(Error::DelegationOlder);
    }
    let signer = publish(&mut transaction, files, delegation, now).await?;
    let known = keys::all(&mut transaction).await?;
    let older = |key: &&Key| key.kind == Kind::Directory && key.version < signer.version && key.is_current();
    for key in known.iter().filter(older) {
        keys::retire(&mut transaction, &key.kid, now, now).await?;
    }
    files.install_delegation(delegation)?;
    transaction.commit().await?;
    change::erase_closed(&store.keys().await?, files, now)?;
    Ok(verified)
}

/// The delegation that is installed, if it lets this vault speak for its origin now.
///
/// # Errors
/// [`Error`] that says why not.
pub fn delegation(files: &KeyFiles, origin: &Origin, now: UnixTime) -> Result<Delegation, Error> {
    let delegation = delegated(files, now)?;
    if delegation.vault == *origin { Ok(delegation) } else { Err(Error::OtherOrigin(delegation.vault)) }
}

/// The delegation that is installed, if it is valid now, for whatever origin.
pub(crate) fn delegated(files: &KeyFiles, now: UnixTime) -> Result<Delegation, Error> {
    verify(&installed(files)?, now)
}

fn installed(files: &KeyFiles) -> Result<String, Error> {
    files.delegation()?.ok_or(Error::NoDelegation)
}

/// Takes the delegation's own word for who its root key is: whose it must be is for the shops to say, which pin it.
fn verify(delegation: &str, now: UnixTime) -> Result<Delegation, Error> {
    let signed = SignedDelegation::parse(delegation)?;
    Ok(signed.verify(&[signed.root()], signed.vault(), now)?)
}

fn is_due(last: Option<&Entry>, files: &KeyFiles, now: UnixTime) -> Result<bool, Error> {
    let installed = installed(files)?;
    Ok(last.is_none_or(|last| {
        let is_old = last.issued.plus(RENEWAL) <= now;
        // The clock was set back since: browsers, which go by it, would take the directory for one of the future.
        let is_ahead = last.issued > now;
        last.published.delegation != installed || is_old || is_ahead
    }))
}

/// Makes the next directory of the chain from the keys as they are in this transaction; gives the key that signed it.
async fn publish(
    connection: &mut SqliteConnection,
    files: &KeyFiles,
    delegation_text: &str,
    now: UnixTime,
) -> Result<Key, Error> {
    let delegation = verify(delegation_text, now)?;
    let known = keys::all(connection).await?;
    let signer = known
        .iter()
        .find(|key| key.kind == Kind::Directory && key.kid == delegation.key.kid() && key.revoked.is_none())
        .ok_or(Error::OtherKey(delegation.key.kid()))?;
    let PrivateKey::Signing(private) = PrivateKey::of(signer, files)? else {
        return Err(Error::OtherKey(signer.kid));
    };
    let last = directories::last(connection).await?;
    // Of no use after its delegation.
    let expires = now.plus(MAX_DIRECTORY_LIFE).min(delegation.expires);
    let directory = Directory {
        vault: delegation.vault,
        issued: now,
        expires,
        sequence: last.as_ref().map_or(1, |last| last.sequence.saturating_add(1)),
        previous: last.map(|last| last.hash),
        keys: published_keys(&known, expires),
        revoked: newest(&known, REVOKED_KEYS, |key| key.revoked.is_some()).map(|key| key.kid).collect(),
    };
    let text = directory.sign(&private)?;
    let entry = Entry {
        sequence: directory.sequence,
        hash: SignedDirectory::parse(&text)?.hash(),
        issued: directory.issued,
        expires: directory.expires,
        published: PublishedDirectory { delegation: delegation_text.to_owned(), directory: text },
    };
    directories::add(connection, &entry).await?;
    tracing::info!(sequence = entry.sequence, expires = entry.expires.as_secs(), "published a key directory");
    Ok(signer.clone())
}

/// What is published of the keys: those that cards are sealed to now, and all that receipts were signed with.
fn published_keys(known: &[Key], expires: UnixTime) -> Vec<PublishedKey> {
    // Whoever has this directory may seal to these keys until it expires, and they open at least as long.
    let sealing = known
        .iter()
        .filter(|key| matches!(key.kind, Kind::Envelope(_)) && key.is_current())
        .map(|key| PublishedKey { jwk: key.jwk.clone(), not_before: Some(key.created), expires: Some(expires) });
    // What they signed stays true, so that their time is not limited.
    let receipt = newest(known, RECEIPT_KEYS, |key| key.kind == Kind::Receipt && key.revoked.is_none())
        .map(|key| PublishedKey { jwk: key.jwk.clone(), not_before: None, expires: None });
    sealing.chain(receipt).collect()
}

/// The newest of those that are chosen, newest last.
fn newest(known: &[Key], most: usize, chosen: impl Fn(&Key) -> bool) -> impl Iterator<Item = &Key> {
    let all = known.iter().filter(|key| chosen(key)).count();
    known.iter().filter(move |key| chosen(key)).skip(all.saturating_sub(most))
}

/// Why no directory could be published.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// No delegation is installed.
    NoDelegation,
    /// The delegation, or the directory, breaks a rule of the format, or is not valid now.
    Protocol(cardseal_protocol::Error),
    /// The delegation is for another vault: the one of this origin.
    OtherOrigin(Origin),
    /// The delegation is for a directory key that this vault does not have, or has revoked.
    OtherKey(KeyId),
    /// The delegation was signed before the one that was installed last.
    DelegationOlder,
    /// The key signs the directory, and no other was delegated to after it.
    DirectoryKeyInUse(KeyId),
    /// The change was made, but no directory could be published that says so.
    NotPublished(Box<Self>),
    /// The keys could not be read or written.
    Keys(keyring::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use cardseal_protocol::Error as Protocol;
        match self {
            Self::NoDelegation => f.write_str("no delegation is installed"),
            Self::Protocol(Protocol::DirectoryExpired) => {
                f.write_str("the delegation is not valid now: it has expired, or this machine's clock is wrong")
            }
            Self::Protocol(Protocol::DirectoryUntrusted) => {
                f.write_str("the delegation is not signed by the root key that it names")
            }
            Self::Protocol(error) => write!(f, "the delegation or the directory cannot be used: {error}"),
            Self::OtherOrigin(origin) => write!(f, "the delegation is for the vault of {origin}"),
            Self::OtherKey(kid) => {
                write!(f, "the delegation is for the directory key {kid}, which this vault does not have")
            }
            Self::DelegationOlder => f.write_str(
                "the delegation was signed before the one that was published last; browsers would take it for a replay",
            ),
            Self::DirectoryKeyInUse(kid) => write!(
                f,
                "{kid} signs the key directory; first install a delegation for another directory key: \
                 cardseal-vault keys directory-key --new"
            ),
            Self::NotPublished(error) => {
                write!(f, "the change was made, but no directory could be published that says so: {error}")
            }
            Self::Keys(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<keyring::Error> for Error {
    fn from(error: keyring::Error) -> Self {
        Self::Keys(error)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Keys(error.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Keys(error.into())
    }
}

impl From<cardseal_protocol::Error> for Error {
    fn from(error: cardseal_protocol::Error) -> Self {
        Self::Protocol(error)
    }
}
