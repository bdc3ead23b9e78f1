//! Whether the vault runs, and whether it can take cards.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;

use super::{body, error::Error};
use crate::Vault;

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> Response {
    body::json(StatusCode::OK, &Health { status: "ok" })
}

/// `GET /readyz`: the store can be written.
pub(super) async fn ready(State(vault): State<Arc<Vault>>) -> Result<Response, Error> {
    vault.store.check().await?;
    Ok(body::json(StatusCode::OK, &Health { status: "ok" }))
}
