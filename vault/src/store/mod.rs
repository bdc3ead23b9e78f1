//! What the vault remembers, in one SQLite database: a file a concern.
//!
//! One connection writes and two read: SQLite lets one writer in at a time anyway. Every change is in a transaction that
//! starts with `BEGIN IMMEDIATE`, so that what it reads cannot change before it writes, and is on disk when it returns
//! (`synchronous=FULL`): an answer that was sent is never lost. Changes that wait at the same time share a commit.
//!
//! Several processes of one machine may have the database open: what holds for connections holds for them. SQLite's
//! write-ahead log needs memory that they share, so other machines may not.

mod cards;
mod chains;
pub mod directories;
pub mod keys;
mod merchants;
mod payments;
mod receipts;
mod sweep;
mod tokens;
mod turn;
mod writer;

use std::{
    fmt,
    fs::OpenOptions,
    io,
    ops::{Deref, DerefMut},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use cardseal_protocol::UnixTime;
use sqlx::{
    ConnectOptions, SqlSafeStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub(crate) use chains::{Link, Snapshot, TokenRow};
pub use merchants::{Merchant, NewMerchant};
pub use payments::{Begun, IdempotencyKey, NewPayment, Payment, PaymentStatus};
pub use receipts::StoredReceipt;
pub use sweep::Swept;
pub use tokens::{Issued, NewToken, Token, TokenStatus};

use turn::{Turn, Turns};
use writer::Writer;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The database file. Beside it lie SQLite's `-wal` and `-shm`, and the empty `vault.next` and `vault.turn`, which
    /// writers lock.
    pub path: PathBuf,
    /// How long a request waits for another process's lock before it is answered `unavailable`.
    pub patience: Duration,
    /// The most 4 KiB pages that the file may grow to; `None` leaves it to the disk.
    pub max_pages: Option<u32>,
}

impl Options {
    /// The database `vault.db` in `directory`, with 2 seconds of patience.
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        Self { path: directory.join("vault.db"), patience: Duration::from_secs(2), max_pages: None }
    }
}

/// The vault's database.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    /// The one connection that the writer uses.
    write_pool: SqlitePool,
    reader: SqlitePool,
    options: Options,
}

impl Store {
    /// Opens the database, makes it with mode 0600 where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// [`Error`] where the file cannot be opened or is no database of this or an earlier version.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        // SQLite would make the file readable by all that the umask lets; its WAL then gets the mode of the file.
        OpenOptions::new().append(true).create(true).mode(0o600).open(&options.path).map_err(Error::File)?;
        let mut connect = SqliteConnectOptions::new()
            .filename(&options.path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.patience)
            // What is deleted is overwritten in the file.
            .pragma("secure_delete", "ON")
            .disable_statement_logging();
        if let Some(pages) = options.max_pages {
            connect = connect.pragma("max_page_count", pages.to_string());
        }
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(options.patience + Duration::from_secs(3))
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let write_pool = pool().min_connections(1).max_connections(1).connect_with(connect.clone()).await?;
        migrations().run(&write_pool).await.map_err(|error| Error::Fault(Arc::new(error.into())))?;
        let reader = pool().max_connections(2).connect_lazy_with(connect.pragma("query_only", "ON"));
        let writer = Writer::start(write_pool.clone(), Turns::beside(&options.path), options.patience);
        Ok(Self { writer, write_pool, reader, options: options.clone() })
    }

    /// Whether a write could be made now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it could not.
    pub async fn check(&self) -> Result<(), Error> {
        self.writer.write(|_| Box::pin(async { Ok(()) })).await
    }

    /// Begins a change of several steps, which nobody else's change comes between; it is undone unless it is committed.
    pub(crate) async fn begin(&self) -> Result<Steps, Error> {
        let turn = Turns::beside(&self.options.path).take(self.options.patience).await?;
        Ok(Steps { transaction: begin(&self.write_pool).await?, _turn: turn })
    }

    /// Moves what the WAL holds into the database file and closes the connections.
    pub async fn close(self) {
        self.reader.close().await;
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(%error, "the WAL stays; the next start reads it");
        }
        self.write_pool.close().await;
    }

    /// Moves what the WAL holds into the database file and empties it, as far as readers allow.
    async fn checkpoint(&self) -> Result<(), Error> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.write_pool).await?;
        Ok(())
    }
}

/// A change of several steps, in one turn.
#[derive(Debug)]
pub(crate) struct Steps {
    // Dropped first: the turn ends last.
    transaction: Transaction<'static, Sqlite>,
    _turn: Turn,
}

impl Steps {
    /// Returns once the change is on disk.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await
    }
}

impl Deref for Steps {
    type Target = SqliteConnection;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Steps {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

/// Begins a transaction that may write.
///
/// On a full disk SQLite ends a transaction by itself, and sqlx, whose own end of it fails then, counts it as going on for
/// ever. Such a connection begins no other; it is closed, and the pool opens another in its place.
async fn begin(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    match pool.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            pool.begin_with("BEGIN IMMEDIATE").await
        }
        begun => begun,
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// Why the store did not do what was asked of it.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// It cannot now, and may later: the database is locked, full or out of reach. Nothing was changed.
    Unavailable(Arc<sqlx::Error>),
    /// The database file could not be made or opened.
    File(io::Error),
    /// A fault of the vault or of the database file.
    Fault(Arc<sqlx::Error>),
    /// A row holds what the vault never wrote.
    Corrupt(&'static str),
    /// There is a merchant of this id already.
    MerchantExists,
    /// The vault has no such key, or it opens nothing any more.
    KeyUnknown,
    /// The vault has revoked the key.
    KeyRevoked,
    /// The key that this process signs receipts with was revoked; it learns of the next one within a second or two.
    ReceiptKeyRevoked,
    /// The receipt of a token could not be made, so the token was not kept.
    Receipt(cardseal_protocol::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // SQLite's messages name tables and columns, never values.
            Self::Unavailable(error) => write!(f, "the database cannot be used now: {error}"),
            Self::File(error) => write!(f, "the database file cannot be opened: {error}"),
            Self::Fault(error) => write!(f, "the database failed: {error}"),
            Self::Corrupt(what) => write!(f, "the database holds a malformed {what}"),
            Self::MerchantExists => f.write_str("there is a merchant of this id already"),
            Self::KeyUnknown => f.write_str("there is no such key, or it opens nothing any more"),
            Self::KeyRevoked => f.write_str("the key is revoked"),
            Self::ReceiptKeyRevoked => f.write_str("the key that signs receipts was revoked a moment ago"),
            Self::Receipt(error) => write!(f, "a receipt could not be made: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Arc::new(error).into()
    }
}

impl From<Arc<sqlx::Error>> for Error {
    fn from(error: Arc<sqlx::Error>) -> Self {
        if is_passing(&error) { Self::Unavailable(error) } else { Self::Fault(error) }
    }
}

/// Whether the same statement may succeed later. Result codes: <https://sqlite.org/rescode.html>.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
            // The low byte is the primary code: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL.
            matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14 | 15)
        }
        _ => false,
    }
}

/// The tables, step by step. A step once released is never changed.
fn migrations() -> Migrator {
    let steps = [
        ("first", include_str!("../../migrations/0001_first.sql")),
        ("keys", include_str!("../../migrations/0002_keys.sql")),
        ("receipts", include_str!("../../migrations/0003_receipts.sql")),
    ];
    let migrations = steps.into_iter().zip(1..).map(|((name, sql), version)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// SQLite's integers are signed.
pub(crate) fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

fn time(seconds: i64) -> Result<UnixTime, Error> {
    u64::try_from(seconds).map(UnixTime::from_secs).map_err(|_| Error::Corrupt("time"))
}
