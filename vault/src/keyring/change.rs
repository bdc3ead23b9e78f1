//! Making, retiring, revoking and erasing keys.
//!
//! All but erasing happens in a transaction, so that no two processes do it at once. A new key's file is there before its
//! row is; should the row never get to the disk, [`complete`] finds the file. A key is erased only after what makes it
//! useless is on disk; should that be interrupted, the next [`erase_closed`] does it.

use cardseal_protocol::{KeyId, UnixTime};
use sqlx::SqliteConnection;

use super::{Error, GRACE, KeyFiles, Kind, private::PrivateKey};
use crate::store::keys::{self, Key};

/// Sees to it that there is a key of every kind, and a row for every key file.
///
/// Files without a row are those of a data directory from before there were rows, of a process that was killed while it
/// made a key, or of a database that was restored from a backup. The newest is used where there is no other; the rest
/// are taken for retired just now, so that nothing that was sealed to them is lost.
pub(crate) async fn complete(connection: &mut SqliteConnection, files: &KeyFiles, now: UnixTime) -> Result<(), Error> {
    let known = keys::all(connection).await?;
    for kind in Kind::all() {
        let mut has_current = known.iter().any(|key| key.kind == kind && key.is_current());
        let versions = files.versions(&kind.stem())?;
        let without_row = versions
            .into_iter()
            .rev()
            .filter(|version| !known.iter().any(|key| key.kind == kind && key.version == *version));
        for version in without_row {
            let private = PrivateKey::read(files, kind, version)?;
            let (kid, jwk) = (private.kid(), private.jwk());
            // The same key under another name.
            if known.iter().any(|key| key.kid == kid) {
                continue;
            }
            // The delegation may name any directory key.
            let is_current = !has_current || kind == Kind::Directory;
            let retired = (!is_current).then_some(now);
            let closes = (!is_current).then_some(kind.closes(now, GRACE));
            let key = Key { kid, kind, version, jwk, created: now, retired, closes, revoked: None };
            keys::add(connection, &key).await?;
            tracing::info!(%kid, kind = kind.as_str(), version, is_current, "took over a key file");
            has_current = true;
        }
        if !has_current {
            make(connection, files, kind, now).await?;
        }
    }
    Ok(())
}

/// Makes a key of this kind.
pub(crate) async fn make(
    connection: &mut SqliteConnection,
    files: &KeyFiles,
    kind: Kind,
    now: UnixTime,
) -> Result<Key, Error> {
    let known = keys::all(connection).await?;
    let of_kind = known.iter().filter(|key| key.kind == kind).map(|key| key.version);
    let last = of_kind.chain(files.versions(&kind.stem())?).max().unwrap_or(0);
    let version = last.saturating_add(1);
    let private = PrivateKey::generate(kind)?;
    files.write(&kind.stem(), version, &private.to_bytes())?;
    let (kid, jwk) = (private.kid(), private.jwk());
    let key = Key { kid, kind, version, jwk, created: now, retired: None, closes: None, revoked: None };
    keys::add(connection, &key).await?;
    tracing::info!(%kid, kind = kind.as_str(), version, "made a key");
    Ok(key)
}

/// Makes new keys of every kind but the directory key, which the root key would have to know of, and retires the present
/// ones. What was sealed to them opens for `grace` seconds more.
pub(crate) async fn rotate(
    connection: &mut SqliteConnection,
    files: &KeyFiles,
    now: UnixTime,
    grace: u64,
) -> Result<(), Error> {
    let known = keys::all(connection).await?;
    for key in known.iter().filter(|key| key.is_current() && key.kind != Kind::Directory) {
        keys::retire(connection, &key.kid, now, key.kind.closes(now, grace)).await?;
    }
    for kind in Kind::all().filter(|kind| *kind != Kind::Directory) {
        make(connection, files, kind, now).await?;
    }
    Ok(())
}

/// Revokes a key, and makes another where it was the one in use. A directory key is replaced by a delegation.
pub(crate) async fn revoke(
    connection: &mut SqliteConnection,
    files: &KeyFiles,
    key: &Key,
    now: UnixTime,
) -> Result<(), Error> {
    keys::revoke(connection, &key.kid, now).await?;
    if key.is_current() && key.kind != Kind::Directory {
        make(connection, files, key.kind, now).await?;
    }
    Ok(())
}

/// Erases the private halves that are of no use any more, for good: what was sealed to them can never be opened again.
pub(crate) fn erase_closed(known: &[Key], files: &KeyFiles, now: UnixTime) -> Result<(), Error> {
    for Key { kid, kind, version, .. } in known.iter().filter(|key| !key.is_open(now)) {
        if files.erase(&kind.stem(), *version)? {
            tracing::info!(%kid, kind = kind.as_str(), version, "erased a key");
        }
    }
    Ok(())
}

impl Kind {
    /// When a key that is retired now is of no use any more. What signs is of none at once.
    fn closes(self, now: UnixTime, grace: u64) -> UnixTime {
        match self {
            Self::Directory | Self::Receipt => now,
            Self::Envelope(_) => now.plus(grace),
        }
    }
}

/// The key with this thumbprint.
pub(crate) fn find<'a>(known: &'a [Key], kid: &KeyId) -> Result<&'a Key, Error> {
    known.iter().find(|key| key.kid == *kid).ok_or(Error::Unknown(*kid))
}
