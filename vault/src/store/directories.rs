//! The chain of directories that the vault has published.

use cardseal_protocol::{DirectoryHash, UnixTime, directory::PublishedDirectory};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Error, Store, seconds, time};

/// A directory of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub sequence: u64,
    /// What names it in the chain.
    pub hash: DirectoryHash,
    /// When it was signed.
    pub issued: UnixTime,
    /// When it, or its delegation, ceases to be valid.
    pub expires: UnixTime,
    /// The directory with the delegation that it was made under.
    pub published: PublishedDirectory,
}

impl Store {
    /// The directory that was published last.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn directory(&self) -> Result<Option<Entry>, Error> {
        last(&mut *self.reader.acquire().await?).await
    }

    /// The directories after this number, in their order; at most `limit`.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn directories_after(&self, sequence: u64, limit: u32) -> Result<Vec<Entry>, Error> {
        after(&mut *self.reader.acquire().await?, sequence, limit).await
    }
}

pub(super) async fn after(connection: &mut SqliteConnection, sequence: u64, limit: u32) -> Result<Vec<Entry>, Error> {
    let rows = sqlx::query("SELECT * FROM directories WHERE seq > ? ORDER BY seq LIMIT ?")
        .bind(number(sequence))
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The directory that was published last.
pub(crate) async fn last(connection: &mut SqliteConnection) -> Result<Option<Entry>, Error> {
    let row = sqlx::query("SELECT * FROM directories ORDER BY seq DESC LIMIT 1").fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) async fn add(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO directories (seq, hash, issued, expires, delegation, directory) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(number(entry.sequence))
    .bind(entry.hash.to_string())
    .bind(seconds(entry.issued))
    .bind(seconds(entry.expires))
    .bind(&entry.published.delegation)
    .bind(&entry.published.directory)
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Entry, Error> {
    Ok(Entry {
        sequence: u64::try_from(row.try_get::<i64, _>("seq")?).map_err(|_| Error::Corrupt("directory"))?,
        hash: DirectoryHash::parse(&row.try_get::<String, _>("hash")?).map_err(|_| Error::Corrupt("directory"))?,
        issued: time(row.try_get("issued")?)?,
        expires: time(row.try_get("expires")?)?,
        published: PublishedDirectory { delegation: row.try_get("delegation")?, directory: row.try_get("directory")? },
    })
}

/// SQLite's integers are signed.
fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
