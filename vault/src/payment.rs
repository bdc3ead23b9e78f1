//! Paying with a token, and undoing what was left half done.

use std::time::Duration;

use cardseal_protocol::UnixTime;

use crate::{
    Vault,
    acquirer::{Authorization, Decision},
    card::{self, StoredCard},
    id::PaymentId,
    store::{self, Begun, NewPayment, Payment, PaymentStatus},
};

/// Tries to write the acquirer's answer before the payment is given up and reversed.
const WRITES: u32 = 3;

/// What a request to pay came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The acquirer answered, now or to the same request before.
    Answered(Payment),
    /// Another request for this order or with this idempotency key is under way.
    Pending,
    /// The acquirer did not answer; what it may have set aside is given back.
    Reversed,
    IdempotencyKeyReused,
    TokenUnknown,
    TokenSpent,
    TokenExpired,
    OrderMismatch,
    OrderPaid,
}

/// Spends the token, asks the acquirer, and writes its answer.
///
/// Run it as a task of its own: dropped half way, it would leave the payment to be reversed at the next sweep.
pub(crate) async fn pay(vault: &Vault, new: NewPayment) -> Result<Outcome, store::Error> {
    // Read before it is erased: a card that cannot be read, because a key file is missing, say, is still there when it
    // can. Nothing is missed by reading early, since a stored card never changes.
    let stored = vault.store.card(&new.merchant, &new.token).await?;
    let card = stored
        .map(|(card, code)| card::open(vault.keyring.cards(), &new.merchant, &new.token, &card, &code))
        .transpose()
        .map_err(|_| store::Error::Corrupt("card"))?;
    Ok(match vault.store.begin_payment(new, vault.clock.now()).await? {
        Begun::Started(payment) => ask(vault, *payment, card.ok_or(store::Error::Corrupt("card"))?).await?,
        Begun::Before(payment) => match payment.status {
            PaymentStatus::Approved(_) | PaymentStatus::Declined(_) => Outcome::Answered(*payment),
            PaymentStatus::Pending => Outcome::Pending,
            PaymentStatus::Reversed => Outcome::Reversed,
        },
        Begun::IdempotencyKeyReused => Outcome::IdempotencyKeyReused,
        Begun::TokenUnknown => Outcome::TokenUnknown,
        Begun::TokenSpent => Outcome::TokenSpent,
        Begun::TokenExpired => Outcome::TokenExpired,
        Begun::OrderMismatch => Outcome::OrderMismatch,
        Begun::OrderPaid => Outcome::OrderPaid,
        Begun::OrderPending => Outcome::Pending,
    })
}

async fn ask(vault: &Vault, mut payment: Payment, card: StoredCard) -> Result<Outcome, store::Error> {
    let authorization = Authorization {
        reference: payment.id.clone(),
        asked: payment.created,
        amount: payment.amount,
        currency: payment.currency,
        number: card.number,
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        code: card.code,
        holder: card.holder,
        brand: card.brand,
        country: card.country,
        postal_code: card.postal_code,
    };
    let answer = tokio::time::timeout(vault.limits.acquirer, vault.acquirer.authorize(&authorization)).await;
    let Ok(Ok(decision)) = answer else {
        tracing::warn!(payment = payment.id.as_str(), "the acquirer did not answer");
        reverse(vault, &payment.id).await;
        return Ok(Outcome::Reversed);
    };
    match write(vault, &payment.id, &decision).await {
        Ok(true) => {
            payment.status = match decision {
                Decision::Approved(code) => PaymentStatus::Approved(code),
                Decision::Declined(code) => PaymentStatus::Declined(code),
            };
            Ok(Outcome::Answered(payment))
        }
        Ok(false) => {
            // Another vault took the payment for abandoned. It may have reversed it before the acquirer authorised it.
            reverse(vault, &payment.id).await;
            Ok(Outcome::Reversed)
        }
        Err(error) => {
            // Not on record means not paid.
            reverse(vault, &payment.id).await;
            Err(error)
        }
    }
}

async fn write(vault: &Vault, payment: &PaymentId, decision: &Decision) -> Result<bool, store::Error> {
    for _ in 1..WRITES {
        match vault.store.settle_payment(payment, decision, vault.clock.now()).await {
            Err(store::Error::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
            settled => return settled,
        }
    }
    vault.store.settle_payment(payment, decision, vault.clock.now()).await
}

/// Has the acquirer give back what it may have set aside. What fails is tried again at the next sweep.
async fn reverse(vault: &Vault, payment: &PaymentId) {
    let reversed = tokio::time::timeout(vault.limits.acquirer, vault.acquirer.reverse(payment)).await;
    if !matches!(reversed, Ok(Ok(()))) {
        tracing::error!(payment = payment.as_str(), "the acquirer did not confirm a reversal; it is asked again");
        return;
    }
    if let Err(error) = vault.store.reverse_payment(payment, vault.clock.now()).await {
        tracing::error!(payment = payment.as_str(), %error, "a reversal could not be written; it is made again");
    }
}

/// Reverses payments asked for at or before `until` whose answer was never written.
///
/// # Errors
/// [`store::Error`] where the store cannot be read.
pub(crate) async fn reverse_abandoned(vault: &Vault, until: UnixTime) -> Result<(), store::Error> {
    for payment in vault.store.pending_payments(until).await? {
        tracing::warn!(payment = payment.as_str(), "reversing a payment that was never answered");
        reverse(vault, &payment).await;
    }
    Ok(())
}

/// From how long ago a pending payment is surely abandoned: longer than asking, writing and reversing can take.
pub(crate) fn abandoned_after(vault: &Vault) -> u64 {
    (vault.limits.acquirer * 2).as_secs() + 60
}
