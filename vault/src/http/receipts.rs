//! A merchant's receipts, for the merchant to keep.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    api_key::Authenticated,
    body,
    error::{Error, Where},
};
use crate::Vault;

/// Receipts in one answer: about a quarter of a mebibyte.
const PAGE: u32 = 100;

/// Where in the chain to go on.
#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

#[derive(Serialize)]
struct Receipts<'a> {
    receipts: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    seq: u64,
    receipt: &'a str,
    dual_signature: &'a str,
}

/// `GET /v1/receipts?after=SEQ`: the merchant's chain, in order, a page at a time.
pub(super) async fn list(
    State(vault): State<Arc<Vault>>,
    Authenticated(merchant): Authenticated,
    query: Result<Query<After>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(After { after }) = query.map_err(|_| Error::RequestMalformed(Where::Query("after")))?;
    let receipts = vault.store.receipts(&merchant, after, PAGE).await?;
    let receipts = receipts
        .iter()
        .map(|receipt| Shown { seq: receipt.seq, receipt: &receipt.jws, dual_signature: &receipt.dual_signature })
        .collect();
    Ok(body::json(StatusCode::OK, &Receipts { receipts }))
}
