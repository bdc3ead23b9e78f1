//! Reading the chains of receipts whole, for the audit: every column as it stands, so that what is wrong can be named.

use cardseal_protocol::{MerchantId, keys::VerifyingKey};
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Error, Store,
    directories::{self, Entry},
    keys,
    receipts::{number, read_number},
};

/// Links read at a time.
const PAGE: u32 = 500;

/// The store as it was at one moment, whatever is written meanwhile.
pub(crate) struct Snapshot(Transaction<'static, Sqlite>);

/// A receipt in its chain, with what else the store says of it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) seq: u64,
    pub(crate) token: String,
    pub(crate) hash: String,
    pub(crate) jws: String,
    pub(crate) dual_signature: String,
    /// The row of that token.
    pub(crate) row: Option<TokenRow>,
    /// When the merchant was registered, in seconds since 1970, if it is.
    pub(crate) registered: Option<i64>,
}

/// Columns of a token's row.
#[derive(Debug)]
pub(crate) struct TokenRow {
    pub(crate) merchant: String,
    pub(crate) receipt: Option<i64>,
    pub(crate) order_hash: String,
    pub(crate) brand: Option<String>,
    pub(crate) last4: String,
    pub(crate) created: i64,
    pub(crate) expires: i64,
}

/// A token whose receipt is in no chain.
#[derive(Debug)]
pub(crate) struct Bare {
    pub(crate) merchant: String,
    pub(crate) token: String,
    /// The number that the receipt had.
    pub(crate) receipt: Option<u64>,
}

impl Store {
    /// The store as it is now.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(Snapshot(self.reader.begin().await?))
    }
}

impl Snapshot {
    /// The public keys that receipts are, or were, signed with.
    pub(crate) async fn receipt_keys(&mut self) -> Result<Vec<VerifyingKey>, Error> {
        keys::receipt_keys(&mut self.0).await
    }

    /// The next directories of the vault's chain after this number; none at its end.
    pub(crate) async fn directories(&mut self, after: u64) -> Result<Vec<Entry>, Error> {
        directories::after(&mut self.0, after, PAGE).await
    }

    /// Every merchant that is registered or has a receipt.
    pub(crate) async fn merchants(&mut self) -> Result<Vec<MerchantId>, Error> {
        let ids: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM merchants UNION SELECT merchant FROM receipts ORDER BY 1")
                .fetch_all(&mut *self.0)
                .await?;
        ids.iter().map(|(id,)| MerchantId::parse(id).map_err(|_| Error::Corrupt("merchant id"))).collect()
    }

    /// The next links of the merchant's chain after this number; none at its end.
    pub(crate) async fn links(&mut self, merchant: &MerchantId, after: u64) -> Result<Vec<Link>, Error> {
        let rows = sqlx::query(
            "SELECT r.*, t.id AS row, t.merchant AS row_merchant, t.receipt, t.order_hash, t.brand, t.last4, \
             t.created, t.expires, m.created AS registered \
             FROM receipts r LEFT JOIN tokens t ON t.id = r.token LEFT JOIN merchants m ON m.id = r.merchant \
             WHERE r.merchant = ? AND r.seq > ? ORDER BY r.seq LIMIT ?",
        )
        .bind(merchant.as_str())
        .bind(number(after))
        .bind(PAGE)
        .fetch_all(&mut *self.0)
        .await?;
        rows.iter().map(link).collect()
    }

    /// Every token whose receipt is not there. A token without a number is one from before there were receipts, unless
    /// there is an older one with a number.
    pub(crate) async fn bare_tokens(&mut self) -> Result<Vec<Bare>, Error> {
        let rows: Vec<(String, String, Option<i64>)> = sqlx::query_as(
            "SELECT t.merchant, t.id, t.receipt FROM tokens t \
             WHERE NOT EXISTS (SELECT 1 FROM receipts r WHERE r.merchant = t.merchant AND r.seq = t.receipt) \
             AND (t.receipt IS NOT NULL OR t.created > (SELECT min(created) FROM tokens WHERE receipt IS NOT NULL)) \
             ORDER BY t.merchant, t.receipt",
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter()
            .map(|(merchant, token, receipt)| {
                Ok(Bare { merchant, token, receipt: receipt.map(read_number).transpose()? })
            })
            .collect()
    }
}

fn link(row: &SqliteRow) -> Result<Link, Error> {
    let token_row = match row.try_get::<Option<String>, _>("row")? {
        None => None,
        Some(_) => Some(TokenRow {
            merchant: row.try_get("row_merchant")?,
            receipt: row.try_get("receipt")?,
            order_hash: row.try_get("order_hash")?,
            brand: row.try_get("brand")?,
            last4: row.try_get("last4")?,
            created: row.try_get("created")?,
            expires: row.try_get("expires")?,
        }),
    };
    Ok(Link {
        seq: read_number(row.try_get("seq")?)?,
        token: row.try_get("token")?,
        hash: row.try_get("hash")?,
        jws: row.try_get("jws")?,
        dual_signature: row.try_get("dual_signature")?,
        row: token_row,
        registered: row.try_get("registered")?,
    })
}
