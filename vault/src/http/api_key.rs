//! Which merchant is asking: `Authorization: Bearer sk_...` (RFC 6750, section 2.1).

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use cardseal_protocol::MerchantId;

use super::error::Error;
use crate::{Vault, id::ApiKey};

/// The merchant whose API key came with the request.
pub(super) struct Authenticated(pub(super) MerchantId);

impl FromRequestParts<Arc<Vault>> for Authenticated {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, vault: &Arc<Vault>) -> Result<Self, Error> {
        let key = bearer(parts).ok_or(Error::ApiKeyInvalid)?;
        // Found by its hash: how long a look-up takes says nothing about the key.
        let merchant = vault.store.merchant_of_api_key(&key.hash()).await?;
        merchant.map(Self).ok_or(Error::ApiKeyInvalid)
    }
}

fn bearer(parts: &Parts) -> Option<ApiKey> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (values.next(), values.next()) else { return None };
    let (scheme, key) = only.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { ApiKey::parse(key.trim()) } else { None }
}
