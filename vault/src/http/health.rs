//! Whether the vault runs, and whether it can take cards.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;

use super::{
    body,
    error::{Cause, Error},
};
use crate::Vault;

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> Response {
    body::json(StatusCode::OK, &Health { status: "ok" })
}

/// `GET /readyz`: the store can be written, and there is a key directory that browsers take.
pub(super) async fn ready(State(vault): State<Arc<Vault>>) -> Result<Response, Error> {
    vault.store.check().await?;
    let now = vault.clock.now();
    if vault.store.directory().await?.is_none_or(|directory| directory.expires <= now) {
        return Err(Error::Unavailable(Cause::DirectoryExpired));
    }
    Ok(body::json(StatusCode::OK, &Health { status: "ok" }))
}
