//! Tokens: made by browsers, seen and deleted by merchants.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use cardseal_protocol::{
    KeyId, Origin, TokenRequest, TokenResponse, UnixTime,
    brand::Brand,
    dual_signature::SignedDualSignature,
    envelope::{Envelope, Header},
    order::{Order, SignedOrder},
    receipt::{Receipt, Sealing},
};
use serde::Serialize;

use super::{api_key::Authenticated, body, cors, error::Error, keys};
use crate::{
    FRESHNESS, TOKEN_LIFE, Vault, card,
    id::TokenId,
    store::{Issued, Merchant, NewToken, Token},
};

/// `POST /v1/tokens`: an envelope and its order become a token with a receipt.
pub(super) async fn create(State(vault): State<Arc<Vault>>, headers: HeaderMap, body: Body) -> Response {
    let mut page = None;
    let mut response = match tokenize(&vault, &headers, body, &mut page).await {
        Ok(answer) => body::json(StatusCode::CREATED, &answer),
        Err(error) => error.into_response(),
    };
    cors::vary(&mut response);
    if let Some(page) = page {
        cors::allow(&mut response, &page);
    }
    response
}

/// Checks everything that can be checked before a card is opened, then opens and keeps it.
///
/// `page` is set as soon as the merchant is known: from then on a page of the merchant's may read a refusal, too.
async fn tokenize(
    vault: &Arc<Vault>,
    headers: &HeaderMap,
    body: Body,
    page: &mut Option<Origin>,
) -> Result<TokenResponse, Error> {
    let body = body::read(headers, body, vault.limits.body).await?;
    let request: TokenRequest = body::parse(&body)?;
    let envelope = Envelope::parse(&request.envelope)?;
    let signed = SignedOrder::parse(&request.order)?;
    let dual_signature = SignedDualSignature::parse(&request.dual_signature)?;

    let merchant = vault.store.merchant(signed.merchant()).await?.ok_or(Error::MerchantUnknown)?;
    *page = cors::page_of(&merchant, headers);
    let now = vault.clock.now();
    let order = signed.verify(&merchant.verifying_keys()?, &merchant.id, now)?;

    let header = envelope.header();
    if header.order != signed.hash() {
        return Err(Error::OrderMismatch);
    }
    check_origin(vault, headers, header, &order, &merchant)?;
    let key = keys::opening(vault, &header.kid, now).await?;
    check_fresh(header.issued, now)?;
    let device = check_joined(&dual_signature, &signed, &envelope, now)?;
    let opened = envelope.open(&key)?;

    let id = TokenId::random()?;
    let (card, code) = card::seal(vault.keyring.cards(), &merchant.id, &id, &opened)
        .map_err(|_| Error::Internal("a card could not be sealed"))?;
    let receipt = Receipt {
        vault: vault.origin.clone(),
        token: id.as_str().to_owned(),
        merchant: merchant.id.clone(),
        issued: now,
        expires: now.plus(TOKEN_LIFE),
        brand: opened.brand(),
        last4: opened.last_four().to_string(),
        sealing: Sealing {
            order: signed.hash(),
            card: envelope.hash(),
            device,
            origin: header.origin.clone(),
            suite: header.suite,
            key: header.kid,
        },
        // Known once it is this receipt's turn.
        previous: None,
    };
    let receipt_key = vault.keyring.receipt_key();
    let new = NewToken {
        jti: header.jti.to_string(),
        envelope: envelope.hash(),
        issued: header.issued,
        key: header.kid,
        receipt_key: receipt_key.kid(),
        card,
        code,
        dual_signature: request.dual_signature,
        token: Token {
            id,
            merchant: merchant.id,
            order: order.id,
            order_hash: signed.hash(),
            amount: order.amount.minor(),
            currency: order.amount.currency(),
            brand: receipt.brand,
            last4: receipt.last4.clone(),
            exp_month: opened.exp_month,
            exp_year: opened.exp_year,
            created: receipt.issued,
            expires: receipt.expires,
            spent: None,
            deleted: None,
            receipt: None,
        },
    };
    let sign = move |previous| Receipt { previous, ..receipt }.sign(&receipt_key);
    match vault.store.issue(new, sign).await? {
        Issued::Token { token, receipt } => Ok(answer(*token, receipt)),
        Issued::JtiReused => Err(Error::JtiReused),
    }
}

fn check_fresh(issued: UnixTime, now: UnixTime) -> Result<(), Error> {
    if issued.abs_diff(now) > FRESHNESS { Err(Error::ClockSkew { now }) } else { Ok(()) }
}

/// The dual signature must join this order and this envelope. Gives the device that signed it.
fn check_joined(
    signed: &SignedDualSignature,
    order: &SignedOrder,
    envelope: &Envelope,
    now: UnixTime,
) -> Result<KeyId, Error> {
    let (dual, device) = signed.verify()?;
    if dual.order != order.hash() || dual.card != envelope.hash() {
        return Err(cardseal_protocol::Error::DualSignatureInvalid.into());
    }
    check_fresh(dual.issued, now)?;
    Ok(device)
}

/// The page that embeds the fields must be one of the merchant's and of the order's. The request itself comes from the
/// frame, which has the vault's origin, or straight from that page; a program without a browser sends no `Origin`.
fn check_origin(
    vault: &Vault,
    headers: &HeaderMap,
    header: &Header,
    order: &Order,
    merchant: &Merchant,
) -> Result<(), Error> {
    let sender = match headers.contains_key(axum::http::header::ORIGIN) {
        true => Some(cors::request_origin(headers).ok_or(Error::OriginNotAllowed)?),
        false => None,
    };
    let expected = |origin: &str| origin == vault.origin.as_str() || origin == header.origin.as_str();
    if order.origins.contains(&header.origin)
        && merchant.origins.contains(&header.origin)
        && sender.is_none_or(expected)
    {
        Ok(())
    } else {
        Err(Error::OriginNotAllowed)
    }
}

fn answer(token: Token, receipt: String) -> TokenResponse {
    TokenResponse {
        token: token.id.as_str().to_owned(),
        brand: token.brand,
        last4: token.last4,
        exp_month: token.exp_month,
        exp_year: token.exp_year,
        order: token.order.as_str().to_owned(),
        expires: token.expires,
        receipt,
    }
}

/// What a merchant sees of a token.
#[derive(Serialize)]
struct Shown<'a> {
    token: &'a str,
    status: &'static str,
    brand: Option<Brand>,
    last4: &'a str,
    exp_month: u8,
    exp_year: u16,
    order: &'a str,
    amount: u64,
    currency: &'static str,
    created: UnixTime,
    expires: UnixTime,
    receipt: Option<&'a str>,
    dual_signature: Option<&'a str>,
}

/// `GET /v1/tokens/{id}`.
pub(super) async fn show(
    State(vault): State<Arc<Vault>>,
    Authenticated(merchant): Authenticated,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    let token = vault.store.token(&merchant, &named(token)?).await?.ok_or(Error::TokenUnknown)?;
    // What is kept of a receipt never changes, so that reading it after its token reads the same state.
    let receipt = match token.receipt {
        Some(seq) => vault.store.receipt(&merchant, seq).await?,
        None => None,
    };
    let shown = Shown {
        token: token.id.as_str(),
        status: token.status(vault.clock.now()).as_str(),
        brand: token.brand,
        last4: &token.last4,
        exp_month: token.exp_month,
        exp_year: token.exp_year,
        order: token.order.as_str(),
        amount: token.amount,
        currency: token.currency.code(),
        created: token.created,
        expires: token.expires,
        receipt: receipt.as_ref().map(|receipt| receipt.jws.as_str()),
        dual_signature: receipt.as_ref().map(|receipt| receipt.dual_signature.as_str()),
    };
    Ok(body::json(StatusCode::OK, &shown))
}

/// `DELETE /v1/tokens/{id}`: the card is erased.
pub(super) async fn delete(
    State(vault): State<Arc<Vault>>,
    Authenticated(merchant): Authenticated,
    token: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Error> {
    if vault.store.delete_token(&merchant, &named(token)?, vault.clock.now()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::TokenUnknown)
    }
}

fn named(token: Result<Path<String>, PathRejection>) -> Result<TokenId, Error> {
    token.ok().and_then(|Path(id)| TokenId::parse(&id)).ok_or(Error::TokenUnknown)
}
