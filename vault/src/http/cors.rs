//! Cross-origin requests (the Fetch standard): pages with `cardseal/direct` post envelopes from the merchant's origin.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cardseal_protocol::Origin;

use super::error::Error;
use crate::{Vault, store::Merchant};

/// What pages may read besides the body: the time of the answer, to correct their clock, and when to try again.
const EXPOSED: HeaderValue = HeaderValue::from_static("Date, Retry-After");

/// Answers the preflight of `POST /v1/tokens`. Which merchant it is for stands only in the body, so any merchant's
/// origin is let through to be judged then.
pub(super) async fn preflight(State(vault): State<Arc<Vault>>, headers: HeaderMap) -> Response {
    let mut response = permit(&vault, &headers).await.unwrap_or_else(IntoResponse::into_response);
    vary(&mut response);
    response
}

async fn permit(vault: &Vault, headers: &HeaderMap) -> Result<Response, Error> {
    let origin = request_origin(headers).and_then(|origin| Origin::parse(origin).ok());
    let Some(origin) = origin else { return Err(Error::OriginNotAllowed) };
    if !vault.store.knows_origin(&origin).await? {
        return Err(Error::OriginNotAllowed);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    allow(&mut response, &origin);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    Ok(response)
}

/// The request's `Origin` header; `None` without exactly one that is text.
pub(super) fn request_origin(headers: &HeaderMap) -> Option<&str> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(only), None) = (origins.next(), origins.next()) else { return None };
    only.to_str().ok()
}

/// The request's origin, if it is one of the merchant's.
pub(super) fn page_of(merchant: &Merchant, headers: &HeaderMap) -> Option<Origin> {
    let origin = request_origin(headers)?;
    merchant.origins.iter().find(|known| known.as_str() == origin).cloned()
}

/// Lets pages of this origin read the answer.
pub(super) fn allow(response: &mut Response, origin: &Origin) {
    // An origin is ASCII, so it is always a header's value.
    let Ok(value) = HeaderValue::from_str(origin.as_str()) else { return };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Lets every page read the answer: it is public.
pub(super) fn allow_all(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Keeps caches from giving one origin's answer to another.
pub(super) fn vary(response: &mut Response) {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
}
