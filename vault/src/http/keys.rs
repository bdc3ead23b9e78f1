//! Public keys, as JWK Sets (RFC 7517, section 5).

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cardseal_protocol::MerchantId;

use super::{body, cors, error::Error};
use crate::Vault;

/// `GET /v1/keys`: what browsers seal cards to.
pub(super) async fn of_vault(State(vault): State<Arc<Vault>>) -> Response {
    let mut response = body::json(StatusCode::OK, &vault.keyring.public_keys());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    cors::allow_all(&mut response);
    response
}

/// `GET /v1/merchants/{id}/keys`: what verifies the merchant's orders. Never cached: pages also read the time off it.
pub(super) async fn of_merchant(
    State(vault): State<Arc<Vault>>,
    merchant: Result<Path<String>, PathRejection>,
) -> Response {
    let mut response = match find(&vault, merchant).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    cors::allow_all(&mut response);
    response
}

async fn find(vault: &Vault, merchant: Result<Path<String>, PathRejection>) -> Result<Response, Error> {
    let Path(id) = merchant.map_err(|_| Error::MerchantUnknown)?;
    let id = MerchantId::parse(&id).map_err(|_| Error::MerchantUnknown)?;
    let merchant = vault.store.merchant(&id).await?.ok_or(Error::MerchantUnknown)?;
    Ok(body::json(StatusCode::OK, &merchant.order_keys))
}
