//! JSON bodies: read within a size and a time, and strictly.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Serialize, de::DeserializeOwned};

use super::error::{Error, Where};

/// The largest body in bytes: an order (16 KiB), an envelope (4 KiB) and a dual signature (1 KiB) with room to
/// spare.
pub(super) const MAX_BODY: usize = 32 * 1024;

/// Reads a whole JSON body; its checks in order: declared size, content type, real size, time.
pub(super) async fn read(headers: &HeaderMap, body: Body, patience: Duration) -> Result<Bytes, Error> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(Error::BodyTooLarge);
    }
    if !is_json(headers) {
        return Err(Error::ContentTypeUnsupported);
    }
    match tokio::time::timeout(patience, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Error::BodyTooLarge),
        Ok(Err(_)) => Err(Error::RequestMalformed(Where::Json { line: 1, column: 1 })),
        Err(_) => Err(Error::RequestTimeout),
    }
}

/// Parses what [`read`] gave. Unknown and duplicate members are refused by the types.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // serde's message can quote the body, so only the place is kept.
    serde_json::from_slice(body)
        .map_err(|error| Error::RequestMalformed(Where::Json { line: error.line(), column: error.column() }))
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, answer: &impl Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => Error::Internal("an answer that does not serialize").into_response(),
    }
}

/// `application/json`, with or without parameters; exactly one such header.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    only.to_str()
        .ok()
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
