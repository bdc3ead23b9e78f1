//! Tokens, and the envelopes they came from.

use cardseal_protocol::{
    CardHash, KeyId, MerchantId, OrderHash, OrderId, ReceiptHash, UnixTime, brand::Brand, order::Currency,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Error, Store, cards, keys, receipts, seconds, time};
use crate::{at_rest::Sealed, id::TokenId};

/// What stands for a card: everything of it that is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name.
    pub id: TokenId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The order it is bound to.
    pub order: OrderId,
    /// The very text of that order.
    pub order_hash: OrderHash,
    /// What the order asks for, in the currency's minor unit.
    pub amount: u64,
    /// The order's currency.
    pub currency: Currency,
    /// The card's brand; `None` where the number is of none that is known.
    pub brand: Option<Brand>,
    /// The last four digits of the card's number.
    pub last4: String,
    /// The last month in which the card may be used: 1 to 12.
    pub exp_month: u8,
    /// The year of that month.
    pub exp_year: u16,
    /// When the card was sealed in the vault.
    pub created: UnixTime,
    /// From when on it pays no more.
    pub expires: UnixTime,
    /// When it was used.
    pub spent: Option<UnixTime>,
    /// When the merchant deleted it.
    pub deleted: Option<UnixTime>,
    /// Its receipt's number in the merchant's chain; `None` for tokens from before there were receipts.
    pub receipt: Option<u64>,
}

impl Token {
    /// What may be done with the token at this time.
    #[must_use]
    pub fn status(&self, now: UnixTime) -> TokenStatus {
        if self.deleted.is_some() {
            TokenStatus::Deleted
        } else if self.spent.is_some() {
            TokenStatus::Spent
        } else if self.expires <= now {
            TokenStatus::Expired
        } else {
            TokenStatus::Active
        }
    }
}

/// Where a token is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStatus {
    /// It may pay.
    Active,
    /// It was used; its card is erased.
    Spent,
    /// Its time is over; its card is erased.
    Expired,
    /// The merchant deleted it; its card is erased.
    Deleted,
}

impl TokenStatus {
    /// As it stands in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Spent => "spent",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }
}

/// An opened envelope, ready to be kept.
#[derive(Debug)]
pub struct NewToken {
    /// The token; neither spent nor deleted, and without a receipt yet.
    pub token: Token,
    /// The envelope's `jti`, as in its header.
    pub jti: String,
    /// The envelope's hash.
    pub envelope: CardHash,
    /// The envelope's `iat`.
    pub issued: UnixTime,
    /// The vault's key that it was sealed to.
    pub key: KeyId,
    /// The vault's key that signs the receipt.
    pub receipt_key: KeyId,
    /// The sealed card.
    pub card: Sealed,
    /// The sealed security code.
    pub code: Sealed,
    /// The dual signature that came with the envelope.
    pub dual_signature: String,
}

/// What became of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issued {
    /// This token and its receipt, made now or when it came before.
    Token {
        /// The token.
        token: Box<Token>,
        /// The JWS compact serialization of its receipt.
        receipt: String,
    },
    /// Its `jti` came before with another envelope or dual signature; nothing was kept.
    JtiReused,
}

impl Store {
    /// Keeps a token with its card, its envelope's `jti` and its receipt, all or nothing, once.
    ///
    /// `sign` makes the receipt's JWS, given the hash of the merchant's receipt before it. It runs inside the transaction,
    /// so that no two receipts follow the same one.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written or the receipt not be made; nothing is kept then.
    pub async fn issue<S>(&self, new: NewToken, sign: S) -> Result<Issued, Error>
    where
        S: FnOnce(Option<ReceiptHash>) -> Result<String, cardseal_protocol::Error> + Send + 'static,
    {
        self.writer.write(|connection| Box::pin(issue(connection, new, sign))).await
    }

    /// The merchant's token of this id; another merchant's is none.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn token(&self, merchant: &MerchantId, id: &TokenId) -> Result<Option<Token>, Error> {
        let mut reader = self.reader.acquire().await?;
        find(&mut reader, merchant, id).await
    }

    /// Deletes the merchant's token and erases its card; deleting it again changes nothing. `false` where there is none.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written.
    pub async fn delete_token(&self, merchant: &MerchantId, id: &TokenId, now: UnixTime) -> Result<bool, Error> {
        let (merchant, id) = (merchant.clone(), id.clone());
        self.writer
            .write(move |connection| Box::pin(async move { delete(connection, &merchant, &id, now).await }))
            .await
    }
}

async fn issue(
    connection: &mut SqliteConnection,
    new: NewToken,
    sign: impl FnOnce(Option<ReceiptHash>) -> Result<String, cardseal_protocol::Error> + Send,
) -> Result<Issued, Error> {
    keys::check(connection, &new.key, new.token.created).await?;
    keys::check_receipt_key(connection, &new.receipt_key).await?;
    let before: Option<(String, String)> = sqlx::query_as("SELECT hash, token FROM envelopes WHERE jti = ?")
        .bind(&new.jti)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some((hash, token)) = before {
        if hash != new.envelope.to_string() {
            return Ok(Issued::JtiReused);
        }
        let id = TokenId::parse(&token).ok_or(Error::Corrupt("token id"))?;
        let token = find(connection, &new.token.merchant, &id).await?.ok_or(Error::Corrupt("envelope"))?;
        let seq = token.receipt.ok_or(Error::Corrupt("envelope"))?;
        let receipt = receipts::find(connection, &token.merchant, seq).await?.ok_or(Error::Corrupt("receipt"))?;
        // The receipt names one device and moment; it would be no answer to another's.
        return Ok(if receipt.dual_signature == new.dual_signature {
            Issued::Token { token: Box::new(token), receipt: receipt.jws }
        } else {
            Issued::JtiReused
        });
    }
    let mut token = new.token;
    let receipt = receipts::append(connection, &token.merchant, &token.id, new.dual_signature, sign).await?;
    token.receipt = Some(receipt.seq);
    sqlx::query(
        "INSERT INTO tokens (id, merchant, order_id, order_hash, amount, currency, brand, last4, exp_month, \
         exp_year, created, expires, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(token.id.as_str())
    .bind(token.merchant.as_str())
    .bind(token.order.as_str())
    .bind(token.order_hash.to_string())
    .bind(amount(token.amount))
    .bind(token.currency.code())
    .bind(token.brand.map(Brand::id))
    .bind(&token.last4)
    .bind(token.exp_month)
    .bind(token.exp_year)
    .bind(seconds(token.created))
    .bind(seconds(token.expires))
    .bind(receipts::number(receipt.seq))
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO envelopes (jti, hash, token, issued) VALUES (?, ?, ?, ?)")
        .bind(&new.jti)
        .bind(new.envelope.to_string())
        .bind(token.id.as_str())
        .bind(seconds(new.issued))
        .execute(&mut *connection)
        .await?;
    cards::keep(connection, &token.id, &new.card, &new.code, token.expires).await?;
    Ok(Issued::Token { token: Box::new(token), receipt: receipt.jws })
}

async fn delete(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    id: &TokenId,
    now: UnixTime,
) -> Result<bool, Error> {
    let found = sqlx::query("UPDATE tokens SET deleted = coalesce(deleted, ?) WHERE id = ? AND merchant = ?")
        .bind(seconds(now))
        .bind(id.as_str())
        .bind(merchant.as_str())
        .execute(&mut *connection)
        .await?;
    if found.rows_affected() == 0 {
        return Ok(false);
    }
    cards::erase(connection, id).await?;
    Ok(true)
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    id: &TokenId,
) -> Result<Option<Token>, Error> {
    let row = sqlx::query("SELECT * FROM tokens WHERE id = ? AND merchant = ?")
        .bind(id.as_str())
        .bind(merchant.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &SqliteRow) -> Result<Token, Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let optional_time =
        |column: &str| row.try_get::<Option<i64>, _>(column).map_err(Error::from)?.map(time).transpose();
    Ok(Token {
        id: TokenId::parse(&text("id")?).ok_or(Error::Corrupt("token id"))?,
        merchant: MerchantId::parse(&text("merchant")?).map_err(|_| Error::Corrupt("merchant id"))?,
        order: OrderId::parse(&text("order_id")?).map_err(|_| Error::Corrupt("order id"))?,
        order_hash: OrderHash::parse(&text("order_hash")?).map_err(|_| Error::Corrupt("order hash"))?,
        amount: read_amount(row.try_get("amount")?)?,
        currency: Currency::parse(&text("currency")?).map_err(|_| Error::Corrupt("currency"))?,
        brand: read_brand(row.try_get("brand")?)?,
        last4: text("last4")?,
        exp_month: row.try_get("exp_month")?,
        exp_year: row.try_get("exp_year")?,
        created: time(row.try_get("created")?)?,
        expires: time(row.try_get("expires")?)?,
        spent: optional_time("spent")?,
        deleted: optional_time("deleted")?,
        receipt: row.try_get::<Option<i64>, _>("receipt")?.map(receipts::read_number).transpose()?,
    })
}

/// An order's amount is below 2^53, so it always fits.
pub(super) fn amount(minor: u64) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}

pub(super) fn read_amount(minor: i64) -> Result<u64, Error> {
    u64::try_from(minor).map_err(|_| Error::Corrupt("amount"))
}

pub(super) fn read_brand(id: Option<String>) -> Result<Option<Brand>, Error> {
    id.map(|id| Brand::from_id(&id).ok_or(Error::Corrupt("brand"))).transpose()
}
