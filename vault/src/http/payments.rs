//! Payments.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use cardseal_protocol::{UnixTime, brand::Brand, order::SignedOrder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{
    api_key::Authenticated,
    body,
    error::{Cause, Error, Where},
};
use crate::{
    Vault,
    id::{PaymentId, TokenId},
    payment::{Outcome, pay},
    store::{IdempotencyKey, NewPayment, Payment, PaymentStatus},
};

/// The body of a request to pay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentRequest {
    token: String,
    order: String,
}

/// The acquirer's answer.
#[derive(Serialize)]
struct PaymentResponse<'a> {
    payment: &'a str,
    status: &'static str,
    decline_code: Option<&'static str>,
    authorization_code: Option<&'a str>,
    order: &'a str,
    amount: u64,
    currency: &'static str,
    token: &'a str,
    brand: Option<Brand>,
    last4: &'a str,
    created: UnixTime,
}

/// `POST /v1/payments`: spends a token on its order.
pub(super) async fn create(
    State(vault): State<Arc<Vault>>,
    Authenticated(merchant): Authenticated,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let body = body::read(&headers, body, vault.limits.body).await?;
    let request: PaymentRequest = body::parse(&body)?;
    let idempotency = idempotency_key(&headers)?
        .map(|key| IdempotencyKey { key: key.to_owned(), request_hash: Sha256::digest(&body).into() });
    let order = SignedOrder::parse(&request.order)?;
    let token = TokenId::parse(&request.token).ok_or(Error::TokenUnknown)?;
    let id = PaymentId::random()?;

    // A task of its own: a client that hangs up must not leave the payment half done.
    let task = {
        let vault = Arc::clone(&vault);
        async move {
            // The token is bound to the hash of what is signed, and the signature was verified then. The one that comes along
            // now is not looked at: it could say nothing more.
            let order_hash = order.hash();
            pay(&vault, NewPayment { id, merchant, token, order_hash, idempotency }).await
        }
    };
    let paid = vault.payments.spawn(task.in_current_span()).await;
    match paid.map_err(|_| Error::Internal("a payment's task"))?? {
        Outcome::Answered(payment) => answer(&payment),
        Outcome::Pending => Err(Error::Unavailable(Cause::PaymentPending)),
        Outcome::Reversed => Err(Error::AcquirerTimeout),
        Outcome::IdempotencyKeyReused => Err(Error::IdempotencyKeyReused),
        Outcome::TokenUnknown => Err(Error::TokenUnknown),
        Outcome::TokenSpent => Err(Error::TokenSpent),
        Outcome::TokenExpired => Err(Error::TokenExpired),
        Outcome::OrderMismatch => Err(Error::OrderMismatch),
        Outcome::OrderPaid => Err(Error::OrderPaid),
    }
}

fn answer(payment: &Payment) -> Result<Response, Error> {
    let (status, decline_code, authorization_code) = match &payment.status {
        PaymentStatus::Approved(code) => ("approved", None, Some(code.as_str())),
        PaymentStatus::Declined(code) => ("declined", Some(code.as_str()), None),
        PaymentStatus::Pending | PaymentStatus::Reversed => return Err(Error::Internal("a payment without an answer")),
    };
    let response = PaymentResponse {
        payment: payment.id.as_str(),
        status,
        decline_code,
        authorization_code,
        order: payment.order.as_str(),
        amount: payment.amount,
        currency: payment.currency.code(),
        token: payment.token.as_str(),
        brand: payment.brand,
        last4: &payment.last4,
        created: payment.created,
    };
    Ok(body::json(StatusCode::CREATED, &response))
}

/// `Idempotency-Key`: at most one, 1 to 255 visible ASCII characters.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    const NAME: &str = "Idempotency-Key";
    let mut keys = headers.get_all(NAME).iter();
    match (keys.next(), keys.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => only
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()))
            .map(Some)
            .ok_or(Error::RequestMalformed(Where::Header(NAME))),
        (Some(_), Some(_)) => Err(Error::RequestMalformed(Where::Header(NAME))),
    }
}
