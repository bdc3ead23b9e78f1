//! Payments: what a token was spent on.
//!
//! A payment is written as `pending`, and its token spent, before the acquirer is asked. Whatever then happens, the
//! token does not pay twice. A payment that stays `pending` after its process has ended is one whose answer was never
//! sent; it is reversed.

use cardseal_protocol::{MerchantId, OrderHash, OrderId, UnixTime, brand::Brand, order::Currency};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Error, Store, cards, seconds, time, tokens};
use crate::{
    acquirer::{AuthorizationCode, Decision, DeclineCode},
    at_rest::{Part, Sealed},
    id::{PaymentId, TokenId},
    store::TokenStatus,
};

/// A payment on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its name, and the acquirer's reference.
    pub id: PaymentId,
    /// The token that was spent on it.
    pub token: TokenId,
    /// The order that was to be paid.
    pub order: OrderId,
    /// In the currency's minor unit.
    pub amount: u64,
    /// The currency.
    pub currency: Currency,
    /// The card's brand; `None` where the number is of none that is known.
    pub brand: Option<Brand>,
    /// The last four digits of the card's number.
    pub last4: String,
    /// What became of it.
    pub status: PaymentStatus,
    /// When it was asked for.
    pub created: UnixTime,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// The acquirer has been or is being asked.
    Pending,
    /// The acquirer said yes.
    Approved(AuthorizationCode),
    /// The acquirer said no.
    Declined(DeclineCode),
    /// The acquirer did not answer in time, or the vault stopped before it did; what it may have authorised is reversed.
    Reversed,
}

/// A merchant's wish to be paid.
#[derive(Debug)]
pub struct NewPayment {
    /// Its name to be.
    pub id: PaymentId,
    /// Who asks.
    pub merchant: MerchantId,
    /// The token to be spent.
    pub token: TokenId,
    /// The order as the merchant sends it again; it must be the one that the token is bound to.
    pub order_hash: OrderHash,
    /// Makes asking again safe.
    pub idempotency: Option<IdempotencyKey>,
}

/// A merchant's `Idempotency-Key` and what came with it.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// The key as the merchant chose it.
    pub key: String,
    /// SHA-256 of the request's body.
    pub request_hash: [u8; 32],
}

/// What [`Store::begin_payment`] came to.
#[derive(Debug)]
pub enum Begun {
    /// The token is spent and its card erased: now ask the acquirer. The payment is `pending`.
    Started(Box<Payment>),
    /// The same request was made before: this is its payment.
    Before(Box<Payment>),
    /// The idempotency key came before with another request.
    IdempotencyKeyReused,
    /// The merchant has no such token.
    TokenUnknown,
    /// The token was used or deleted.
    TokenSpent,
    /// The token's time is over.
    TokenExpired,
    /// The token is bound to another order.
    OrderMismatch,
    /// The order was paid with another token.
    OrderPaid,
    /// The order is being paid with another token at this moment.
    OrderPending,
}

impl Store {
    /// The stored card and security code of the merchant's token; `None` once they are erased.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn card(&self, merchant: &MerchantId, token: &TokenId) -> Result<Option<(Sealed, Sealed)>, Error> {
        let mut read = self.reader.begin().await?;
        if tokens::find(&mut read, merchant, token).await?.is_none() {
            return Ok(None);
        }
        let card = cards::read(&mut read, token, Part::Card).await?;
        let code = cards::read(&mut read, token, Part::Code).await?;
        Ok(card.zip(code))
    }

    /// Spends the token on a new payment and erases its card, if everything allows it; otherwise changes nothing.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written; nothing is changed then.
    pub async fn begin_payment(&self, new: NewPayment, now: UnixTime) -> Result<Begun, Error> {
        self.writer.write(move |connection| Box::pin(begin(connection, new, now))).await
    }

    /// Writes the acquirer's answer. `false` where the payment no longer waits for one: it was reversed meanwhile.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written.
    pub async fn settle_payment(&self, id: &PaymentId, decision: &Decision, now: UnixTime) -> Result<bool, Error> {
        let (id, decision) = (id.clone(), decision.clone());
        self.writer
            .write(move |connection| Box::pin(async move { settle(connection, &id, &decision, now).await }))
            .await
    }

    /// Writes that the acquirer reversed a pending payment; the order may then be paid with another token.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be written.
    pub async fn reverse_payment(&self, id: &PaymentId, now: UnixTime) -> Result<(), Error> {
        let id = id.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE payments SET status = 'reversed', settled = ? WHERE id = ? AND status = 'pending'",
                    )
                    .bind(seconds(now))
                    .bind(id.as_str())
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Payments asked for at or before `until` that still wait for an answer.
    ///
    /// # Errors
    /// [`Error`] where the store cannot be read.
    pub async fn pending_payments(&self, until: UnixTime) -> Result<Vec<PaymentId>, Error> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM payments WHERE status = 'pending' AND created <= ? ORDER BY created")
                .bind(seconds(until))
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(|(id,)| PaymentId::parse(id).ok_or(Error::Corrupt("payment id"))).collect()
    }
}

async fn begin(connection: &mut SqliteConnection, new: NewPayment, now: UnixTime) -> Result<Begun, Error> {
    if let Some(idempotency) = &new.idempotency
        && let Some((hash, payment)) = remembered(connection, &new.merchant, &idempotency.key).await?
    {
        return Ok(if hash == idempotency.request_hash {
            Begun::Before(Box::new(payment))
        } else {
            Begun::IdempotencyKeyReused
        });
    }
    let Some(token) = tokens::find(connection, &new.merchant, &new.token).await? else {
        return Ok(Begun::TokenUnknown);
    };
    match token.status(now) {
        TokenStatus::Spent | TokenStatus::Deleted => return Ok(Begun::TokenSpent),
        TokenStatus::Expired => return Ok(Begun::TokenExpired),
        TokenStatus::Active => {}
    }
    if token.order_hash != new.order_hash {
        return Ok(Begun::OrderMismatch);
    }
    match standing(connection, &new.merchant, &token.order).await?.as_deref() {
        None => {}
        Some("approved") => return Ok(Begun::OrderPaid),
        Some(_) => return Ok(Begun::OrderPending),
    }
    let payment = Payment {
        id: new.id.clone(),
        token: token.id.clone(),
        order: token.order.clone(),
        amount: token.amount,
        currency: token.currency,
        brand: token.brand,
        last4: token.last4.clone(),
        status: PaymentStatus::Pending,
        created: now,
    };
    sqlx::query("UPDATE tokens SET spent = ? WHERE id = ?")
        .bind(seconds(now))
        .bind(token.id.as_str())
        .execute(&mut *connection)
        .await?;
    cards::erase(connection, &token.id).await?;
    insert(connection, &new.merchant, &payment).await?;
    if let Some(idempotency) = &new.idempotency {
        sqlx::query(
            "INSERT INTO idempotency_keys (merchant, key, request_hash, payment, created) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(new.merchant.as_str())
        .bind(&idempotency.key)
        .bind(idempotency.request_hash.as_slice())
        .bind(payment.id.as_str())
        .bind(seconds(now))
        .execute(&mut *connection)
        .await?;
    }
    Ok(Begun::Started(Box::new(payment)))
}

async fn settle(
    connection: &mut SqliteConnection,
    id: &PaymentId,
    decision: &Decision,
    now: UnixTime,
) -> Result<bool, Error> {
    let (status, decline, authorization) = match decision {
        Decision::Approved(code) => ("approved", None, Some(code.as_str())),
        Decision::Declined(code) => ("declined", Some(code.as_str()), None),
    };
    let settled = sqlx::query(
        "UPDATE payments SET status = ?, decline_code = ?, authorization_code = ?, settled = ? \
         WHERE id = ? AND status = 'pending'",
    )
    .bind(status)
    .bind(decline)
    .bind(authorization)
    .bind(seconds(now))
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(settled.rows_affected() > 0)
}

async fn insert(connection: &mut SqliteConnection, merchant: &MerchantId, payment: &Payment) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO payments (id, merchant, token, order_id, amount, currency, brand, last4, status, created) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)",
    )
    .bind(payment.id.as_str())
    .bind(merchant.as_str())
    .bind(payment.token.as_str())
    .bind(payment.order.as_str())
    .bind(tokens::amount(payment.amount))
    .bind(payment.currency.code())
    .bind(payment.brand.map(Brand::id))
    .bind(&payment.last4)
    .bind(seconds(payment.created))
    .execute(connection)
    .await?;
    Ok(())
}

/// The status of the payment that keeps this order from being paid again.
async fn standing(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    order: &OrderId,
) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT status FROM payments WHERE merchant = ? AND order_id = ? AND status IN ('pending', 'approved')",
    )
    .bind(merchant.as_str())
    .bind(order.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(status,)| status))
}

async fn remembered(
    connection: &mut SqliteConnection,
    merchant: &MerchantId,
    key: &str,
) -> Result<Option<(Vec<u8>, Payment)>, Error> {
    let row = sqlx::query(
        "SELECT k.request_hash, p.* FROM idempotency_keys k JOIN payments p ON p.id = k.payment \
         WHERE k.merchant = ? AND k.key = ?",
    )
    .bind(merchant.as_str())
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((row.try_get("request_hash")?, read(&row)?))).transpose()
}

fn read(row: &SqliteRow) -> Result<Payment, Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let optional = |column: &str| row.try_get::<Option<String>, _>(column);
    let status = match text("status")?.as_str() {
        "pending" => PaymentStatus::Pending,
        "approved" => optional("authorization_code")?
            .and_then(|code| AuthorizationCode::parse(&code))
            .map(PaymentStatus::Approved)
            .ok_or(Error::Corrupt("authorisation code"))?,
        "declined" => optional("decline_code")?
            .and_then(|code| DeclineCode::parse(&code))
            .map(PaymentStatus::Declined)
            .ok_or(Error::Corrupt("decline code"))?,
        "reversed" => PaymentStatus::Reversed,
        _ => return Err(Error::Corrupt("payment status")),
    };
    Ok(Payment {
        id: PaymentId::parse(&text("id")?).ok_or(Error::Corrupt("payment id"))?,
        token: TokenId::parse(&text("token")?).ok_or(Error::Corrupt("token id"))?,
        order: OrderId::parse(&text("order_id")?).map_err(|_| Error::Corrupt("order id"))?,
        amount: tokens::read_amount(row.try_get("amount")?)?,
        currency: Currency::parse(&text("currency")?).map_err(|_| Error::Corrupt("currency"))?,
        brand: tokens::read_brand(row.try_get("brand")?)?,
        last4: text("last4")?,
        status,
        created: time(row.try_get("created")?)?,
    })
}
