//! Public keys: the vault's own as a signed directory, and those that verify a merchant's orders.

use std::sync::Arc;

use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cardseal_protocol::{
    KeyId, MerchantId, UnixTime,
    directory::PublishedDirectory,
    keys::{Jwk, OpeningKey},
};
use serde::{Deserialize, Serialize};

use super::{
    body, cors,
    error::{Error, Where},
};
use crate::Vault;

/// The most directories in one answer of the log.
const LOG_PAGE: u32 = 100;

/// What lets everybody keep an answer for five minutes.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// `GET /.well-known/cardseal/keys`: the directory that was published last.
pub(super) async fn directory(State(vault): State<Arc<Vault>>, headers: HeaderMap) -> Response {
    let mut response = show_directory(&vault, &headers).await.unwrap_or_else(IntoResponse::into_response);
    cors::allow_all(&mut response);
    response
}

async fn show_directory(vault: &Vault, headers: &HeaderMap) -> Result<Response, Error> {
    let entry = vault.store.directory().await?.ok_or(Error::Internal("no directory was published yet"))?;
    let tag = format!("\"{}\"", entry.hash);
    let mut response = match is_known(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body::json(StatusCode::OK, &entry.published),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(|_| Error::Internal("a tag that is no header"))?);
    headers.insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

/// Whether the client has what this tag names (RFC 9110, section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Where the log is to go on.
#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

#[derive(Serialize)]
struct Log {
    entries: Vec<PublishedDirectory>,
}

/// `GET /.well-known/cardseal/log?after=SEQ`: the chain of directories, in order.
pub(super) async fn log(State(vault): State<Arc<Vault>>, query: Result<Query<After>, QueryRejection>) -> Response {
    let mut response = show_log(&vault, query).await.unwrap_or_else(IntoResponse::into_response);
    cors::allow_all(&mut response);
    response
}

async fn show_log(vault: &Vault, query: Result<Query<After>, QueryRejection>) -> Result<Response, Error> {
    let Query(After { after }) = query.map_err(|_| Error::RequestMalformed(Where::Query("after")))?;
    let entries = vault.store.directories_after(after, LOG_PAGE).await?;
    let log = Log { entries: entries.into_iter().map(|entry| entry.published).collect() };
    let mut response = body::json(StatusCode::OK, &log);
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    Ok(response)
}

/// What verifies a merchant's orders, and whose they are.
#[derive(Serialize)]
struct MerchantKeys {
    keys: Vec<Jwk>,
    name: String,
}

/// `GET /v1/merchants/{id}/keys`: what verifies the merchant's orders. Never cached: pages also read the time off it.
pub(super) async fn of_merchant(
    State(vault): State<Arc<Vault>>,
    merchant: Result<Path<String>, PathRejection>,
) -> Response {
    let mut response = find(&vault, merchant).await.unwrap_or_else(IntoResponse::into_response);
    cors::allow_all(&mut response);
    response
}

async fn find(vault: &Vault, merchant: Result<Path<String>, PathRejection>) -> Result<Response, Error> {
    let Path(id) = merchant.map_err(|_| Error::MerchantUnknown)?;
    let id = MerchantId::parse(&id).map_err(|_| Error::MerchantUnknown)?;
    let merchant = vault.store.merchant(&id).await?.ok_or(Error::MerchantUnknown)?;
    Ok(body::json(StatusCode::OK, &MerchantKeys { keys: merchant.order_keys.keys, name: merchant.name }))
}

/// The key that opens an envelope to `kid`. What another process did to the keys in the last second is found out before
/// a key is called unknown, and by the store before anything is kept.
pub(super) async fn opening(vault: &Vault, kid: &KeyId, now: UnixTime) -> Result<Arc<OpeningKey>, Error> {
    if vault.keyring.opening_key(kid).is_none() && !vault.keyring.is_revoked(kid) {
        vault.keyring.refresh(&vault.store, now).await?;
    }
    if vault.keyring.is_revoked(kid) {
        return Err(Error::KeyRevoked);
    }
    vault.keyring.opening_key(kid).ok_or(Error::KeyUnknown)
}
