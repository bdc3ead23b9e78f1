//! Erasing what may no longer be kept.

use cardseal_protocol::UnixTime;

use sqlx::SqliteConnection;

use super::{Error, Store, seconds};
use crate::FRESHNESS;

/// Seconds that an envelope is remembered for longer than it can be fresh, should the clock be set back a little.
const MARGIN: u64 = 60;
/// Idempotency keys are remembered for 30 days.
const IDEMPOTENCY: u64 = 30 * 24 * 60 * 60;

/// How much a sweep erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Parts of cards (a card or a security code) whose token had expired.
    pub cards: u64,
    /// Envelopes that could be fresh no more.
    pub envelopes: u64,
    /// Idempotency keys.
    pub idempotency_keys: u64,
}

impl Store {
    /// Erases cards of expired tokens, envelopes that can no longer be fresh and old idempotency keys.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written.
    pub async fn sweep(&self, now: UnixTime) -> Result<Swept, Error> {
        let swept = self.writer.write(move |connection| Box::pin(sweep(connection, now))).await?;
        // What was erased, now or by payments since the last sweep, lies in the WAL until it is moved on.
        self.checkpoint().await?;
        Ok(swept)
    }
}

async fn sweep(connection: &mut SqliteConnection, now: UnixTime) -> Result<Swept, Error> {
    let mut deleted = [0; 3];
    for (count, (statement, limit)) in deleted.iter_mut().zip([
        ("DELETE FROM sealed WHERE expires <= ?", now),
        // `iat` may lie ahead by as much as it may lie back.
        ("DELETE FROM envelopes WHERE issued < ?", now.minus(FRESHNESS + MARGIN)),
        ("DELETE FROM idempotency_keys WHERE created < ?", now.minus(IDEMPOTENCY)),
    ]) {
        *count = sqlx::query(statement).bind(seconds(limit)).execute(&mut *connection).await?.rows_affected();
    }
    let [cards, envelopes, idempotency_keys] = deleted;
    Ok(Swept { cards, envelopes, idempotency_keys })
}
