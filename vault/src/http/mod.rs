//! The HTTP interface: a file a resource.

mod api_key;
mod body;
mod cors;
mod error;
mod frame;
mod headers;
mod health;
mod keys;
mod log;
mod payments;
mod receipts;
mod tokens;

use std::{any::Any, sync::Arc};

use axum::{
    Router, middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use self::error::Error;
use crate::Vault;

/// The vault as a service.
pub fn app(vault: Arc<Vault>) -> Router {
    Router::new()
        .route("/.well-known/cardseal/keys", get(keys::directory))
        .route("/.well-known/cardseal/log", get(keys::log))
        .route("/v1/merchants/{merchant}/keys", get(keys::of_merchant))
        .route("/v1/tokens", post(tokens::create).options(cors::preflight))
        .route("/v1/tokens/{token}", get(tokens::show).delete(tokens::delete))
        .route("/v1/receipts", get(receipts::list))
        .route("/v1/payments", post(payments::create))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/frame/", get(frame::page))
        .route("/frame/assets/{*path}", get(frame::asset))
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
        .with_state(vault)
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn(log::requests))
}

/// The panic's own text may hold anything, so nobody gets it; the panic hook logs where it was.
fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Error::Internal("a panic").into_response()
}
