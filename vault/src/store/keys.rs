//! Which keys the vault has, and what may still be done with each. The private halves are in files.

use cardseal_protocol::{
    KeyId, UnixTime,
    keys::{Jwk, VerifyingKey},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Error, Store, seconds, time};
use crate::keyring::Kind;

/// A key, without its private half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its public half's thumbprint.
    pub kid: KeyId,
    /// What it is for.
    pub kind: Kind,
    /// The number in its file's name.
    pub version: u32,
    /// Its public half.
    pub jwk: Jwk,
    /// When it was made.
    pub created: UnixTime,
    /// When another took its place.
    pub retired: Option<UnixTime>,
    /// When its private half is of no use any more.
    pub closes: Option<UnixTime>,
    /// When it was revoked.
    pub revoked: Option<UnixTime>,
}

impl Key {
    /// Whether the vault uses it for what is new.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.retired.is_none() && self.revoked.is_none()
    }

    /// Whether its private half may still be used at this time.
    #[must_use]
    pub fn is_open(&self, now: UnixTime) -> bool {
        self.revoked.is_none() && self.closes.is_none_or(|closes| now < closes)
    }
}

impl Store {
    /// Every key there ever was, oldest first.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn keys(&self) -> Result<Vec<Key>, Error> {
        all(&mut *self.reader.acquire().await?).await
    }

    /// The public halves of every key that signed receipts, those that were retired or revoked included.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read, or holds what is no such key.
    pub async fn receipt_keys(&self) -> Result<Vec<VerifyingKey>, Error> {
        receipt_keys(&mut *self.reader.acquire().await?).await
    }

    /// A number that changes whenever a key does.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn key_changes(&self) -> Result<i64, Error> {
        Ok(sqlx::query_scalar("SELECT count FROM key_changes").fetch_one(&self.reader).await?)
    }
}

/// Checks that envelopes to this key are still taken, in the transaction that would take one.
pub(super) async fn check(connection: &mut SqliteConnection, kid: &KeyId, now: UnixTime) -> Result<(), Error> {
    let key: Option<(Option<i64>, Option<i64>)> =
        sqlx::query_as("SELECT closes, revoked FROM keys WHERE kid = ? AND kind = 'envelope'")
            .bind(kid.to_string())
            .fetch_optional(connection)
            .await?;
    match key {
        Some((_, Some(_))) => Err(Error::KeyRevoked),
        Some((closes, None)) if closes.is_none_or(|closes| seconds(now) < closes) => Ok(()),
        _ => Err(Error::KeyUnknown),
    }
}

/// The public keys that receipts are, or were, signed with.
pub(super) async fn receipt_keys(connection: &mut SqliteConnection) -> Result<Vec<VerifyingKey>, Error> {
    let known = all(connection).await?;
    let receipts = known.iter().filter(|key| key.kind == Kind::Receipt);
    receipts.map(|key| VerifyingKey::try_from(&key.jwk).map_err(|_| Error::Corrupt("receipt key"))).collect()
}

/// Checks that receipts by this key are believed, in the transaction that would keep one.
pub(super) async fn check_receipt_key(connection: &mut SqliteConnection, kid: &KeyId) -> Result<(), Error> {
    let good: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM keys WHERE kid = ? AND kind = 'receipt' AND revoked IS NULL")
            .bind(kid.to_string())
            .fetch_optional(connection)
            .await?;
    good.map(drop).ok_or(Error::ReceiptKeyRevoked)
}

/// Every key there ever was, oldest first.
pub(crate) async fn all(connection: &mut SqliteConnection) -> Result<Vec<Key>, Error> {
    let rows = sqlx::query("SELECT * FROM keys ORDER BY created, version, alg").fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn add(connection: &mut SqliteConnection, key: &Key) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO keys (kid, kind, alg, version, jwk, created, retired, closes, revoked) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(key.kid.to_string())
    .bind(key.kind.as_str())
    .bind(key.kind.alg())
    .bind(key.version)
    .bind(serde_json::to_string(&key.jwk).map_err(|_| Error::Corrupt("key"))?)
    .bind(seconds(key.created))
    .bind(key.retired.map(seconds))
    .bind(key.closes.map(seconds))
    .bind(key.revoked.map(seconds))
    .execute(&mut *connection)
    .await?;
    count(connection).await
}

/// Retires a key. Its private half is used until `closes`, if that is given.
pub(crate) async fn retire(
    connection: &mut SqliteConnection,
    kid: &KeyId,
    now: UnixTime,
    closes: UnixTime,
) -> Result<(), Error> {
    sqlx::query("UPDATE keys SET retired = ?, closes = ? WHERE kid = ? AND retired IS NULL")
        .bind(seconds(now))
        .bind(seconds(closes))
        .bind(kid.to_string())
        .execute(&mut *connection)
        .await?;
    count(connection).await
}

/// Revokes a key; revoking it again changes nothing.
pub(crate) async fn revoke(connection: &mut SqliteConnection, kid: &KeyId, now: UnixTime) -> Result<(), Error> {
    sqlx::query("UPDATE keys SET revoked = coalesce(revoked, ?) WHERE kid = ?")
        .bind(seconds(now))
        .bind(kid.to_string())
        .execute(&mut *connection)
        .await?;
    count(connection).await
}

async fn count(connection: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query("UPDATE key_changes SET count = count + 1").execute(connection).await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Key, Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let optional_time =
        |column: &str| row.try_get::<Option<i64>, _>(column).map_err(Error::from)?.map(time).transpose();
    Ok(Key {
        kid: KeyId::parse(&text("kid")?).map_err(|_| Error::Corrupt("key id"))?,
        kind: Kind::find(&text("kind")?, &text("alg")?).ok_or(Error::Corrupt("kind of key"))?,
        version: row.try_get("version")?,
        jwk: serde_json::from_str(&text("jwk")?).map_err(|_| Error::Corrupt("key"))?,
        created: time(row.try_get("created")?)?,
        retired: optional_time("retired")?,
        closes: optional_time("closes")?,
        revoked: optional_time("revoked")?,
    })
}
