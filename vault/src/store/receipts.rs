//! Receipts: a chain for each merchant.
//!
//! The dual signature is kept here and not with the token: a token goes when its merchant is removed, and a dispute may
//! come after that.

use cardseal_protocol::{MerchantId, ReceiptHash, receipt::SignedReceipt};
use sqlx::SqliteConnection;

use super::{Error, Store};
use crate::id::TokenId;

/// A receipt as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReceipt {
    /// Its number in the merchant's chain, from 1 without gaps. Only merchant and vault know it: shoppers would read off it
    /// how much a merchant sells.
    pub seq: u64,
    /// The receipt's JWS compact serialization.
    pub jws: String,
    /// The dual signature's JWS compact serialization, as the shopper's device sent it.
    pub dual_signature: String,
}

impl Store {
    /// The merchant's receipt of this number.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn receipt(&self, merchant: &MerchantId, seq: u64) -> Result<Option<StoredReceipt>, Error> {
        let mut reader = self.reader.acquire().await?;
        find(&mut reader, merchant, seq).await
    }

    /// The first `limit` of the merchant's receipts after the number `after`, in the order of the chain.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn receipts(&self, merchant: &MerchantId, after: u64, limit: u32) -> Result<Vec<StoredReceipt>, Error> {
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT seq, jws, dual_signature FROM receipts WHERE merchant = ? AND seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(merchant.as_str())
        .bind(number(after))
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        rows.into_iter()
            .map(|(seq, jws, dual_signature)| Ok(StoredReceipt { seq: read_number(seq)?, jws, dual_signature }))
            .collect()
    }
}

/// Makes the merchant's next receipt and keeps it. `sign` is given the hash of the one before.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    token: &TokenId,
    dual_signature: String,
    sign: impl FnOnce(Option<ReceiptHash>) -> Result<String, cardseal_protocol::Error>,
) -> Result<StoredReceipt, Error> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM receipts WHERE merchant = ? ORDER BY seq DESC LIMIT 1")
            .bind(merchant.as_str())
            .fetch_optional(&mut *connection)
            .await?;
    let (seq, previous) = match last {
        Some((seq, hash)) => {
            let hash = ReceiptHash::parse(&hash).map_err(|_| Error::Corrupt("receipt hash"))?;
            (read_number(seq)?.saturating_add(1), Some(hash))
        }
        None => (1, None),
    };
    let jws = sign(previous).map_err(Error::Receipt)?;
    // Read as everybody else will read it: what nobody can read is not kept.
    let hash = SignedReceipt::parse(&jws).map_err(Error::Receipt)?.hash();
    sqlx::query("INSERT INTO receipts (merchant, seq, token, hash, jws, dual_signature) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(merchant.as_str())
        .bind(number(seq))
        .bind(token.as_str())
        .bind(hash.to_string())
        .bind(&jws)
        .bind(&dual_signature)
        .execute(connection)
        .await?;
    Ok(StoredReceipt { seq, jws, dual_signature })
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    seq: u64,
) -> Result<Option<StoredReceipt>, Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT jws, dual_signature FROM receipts WHERE merchant = ? AND seq = ?")
            .bind(merchant.as_str())
            .bind(number(seq))
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(jws, dual_signature)| StoredReceipt { seq, jws, dual_signature }))
}

/// SQLite's integers are signed.
pub(super) fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn read_number(seq: i64) -> Result<u64, Error> {
    u64::try_from(seq).map_err(|_| Error::Corrupt("receipt number"))
}
