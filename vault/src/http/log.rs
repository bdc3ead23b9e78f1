//! The access log: method, route, status, code and time. Never a query, a header or a body.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use cardseal_protocol::Code;
use tracing::Instrument;

/// Logs one line a request.
pub(super) async fn requests(request: Request, next: Next) -> Response {
    // The route's pattern, not the path: a path is the client's text and could hold anything.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", method = known_method(&request), route);
    async move {
        let started = Instant::now();
        let response = next.run(request).await;
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let code = response.extensions().get::<Code>().copied().map_or("-", Code::as_str);
        tracing::info!(status = response.status().as_u16(), code, micros, "answered");
        response
    }
    .instrument(span)
    .await
}

/// The method by name; one that HTTP does not know is the client's text, too.
fn known_method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
