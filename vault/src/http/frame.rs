//! The fields frame: a static page that only the merchant's own pages may embed.

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use cardseal_protocol::{MerchantId, Origin};
use serde::Deserialize;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::{
    error::{Error, Where},
    headers,
};
use crate::{Vault, store::Merchant};

const EMBEDDER_POLICY: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");

/// From how many origins one page may have web fonts.
const MAX_FONT_ORIGINS: usize = 4;

/// The query of the frame's address.
#[derive(Deserialize)]
pub(super) struct Frame {
    merchant: String,
    /// The origins of web fonts, divided by commas.
    fonts: Option<String>,
}

/// `GET /frame/?merchant=ID&fonts=ORIGIN,ORIGIN`: the page.
pub(super) async fn page(
    State(vault): State<Arc<Vault>>,
    query: Result<Query<Frame>, QueryRejection>,
    request: Request,
) -> Response {
    let accepted = request.headers().get(header::ACCEPT).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_for_a_frame = accepted.starts_with(b"text/html");
    let mut response = document(vault, query, request).await.into_response();
    if is_for_a_frame && response.status().as_u16() >= 400 {
        // Firefox takes problem documents for downloads: the iframe would never load, and nobody could say why.
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

async fn document(
    vault: Arc<Vault>,
    query: Result<Query<Frame>, QueryRejection>,
    request: Request,
) -> Result<Response, Error> {
    let folder = vault.frame.as_deref().ok_or(Error::NotFound)?;
    let Query(Frame { merchant, fonts }) = query.map_err(|_| Error::MerchantUnknown)?;
    let id = MerchantId::parse(&merchant).map_err(|_| Error::MerchantUnknown)?;
    let merchant = vault.store.merchant(&id).await?.ok_or(Error::MerchantUnknown)?;
    let fonts = font_origins(fonts.as_deref().unwrap_or_default())?;
    let mut response = file(folder, "/index.html", request).await?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, security_policy(&merchant, &fonts)?);
    // So that pages which isolate themselves (Cross-Origin-Embedder-Policy) can embed the frame, too.
    headers.insert(headers::RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    headers.insert(EMBEDDER_POLICY, HeaderValue::from_static("require-corp"));
    Ok(response)
}

/// `GET /frame/assets/*`: what the page loads. Names carry a hash of the content, so it never changes.
pub(super) async fn asset(State(vault): State<Arc<Vault>>, request: Request) -> Result<Response, Error> {
    let folder = vault.frame.as_deref().ok_or(Error::NotFound)?;
    let path = request.uri().path().strip_prefix("/frame").unwrap_or_default().to_owned();
    let mut response = file(folder, &path, request).await?;
    let cache = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// A file of the folder, compressed as it lies there (`.br`, `.gz`) if the browser takes it.
async fn file(folder: &Path, path: &str, mut request: Request) -> Result<Response, Error> {
    *request.uri_mut() = path.parse::<Uri>().map_err(|_| Error::NotFound)?;
    let files = ServeDir::new(folder).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    // ServeDir turns every failure to read into a status.
    let Ok(mut response) = files.oneshot(request).await;
    match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
        }
        StatusCode::INTERNAL_SERVER_ERROR => return Err(Error::Internal("the frame's files cannot be read")),
        _ => return Err(Error::NotFound),
    }
    response.headers_mut().entry(header::VARY).or_insert(HeaderValue::from_static("accept-encoding"));
    Ok(response.map(Body::new))
}

/// Reads the origins from which the page may load fonts, each once.
fn font_origins(list: &str) -> Result<Vec<Origin>, Error> {
    let mut origins = Vec::new();
    for origin in list.split(',').filter(|_| !list.is_empty()) {
        let origin = Origin::parse(origin).map_err(|_| Error::RequestMalformed(Where::Query("fonts")))?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
        if origins.len() > MAX_FONT_ORIGINS {
            return Err(Error::RequestMalformed(Where::Query("fonts")));
        }
    }
    Ok(origins)
}

fn security_policy(merchant: &Merchant, fonts: &[Origin]) -> Result<HeaderValue, Error> {
    let sources = |origins: &[Origin]| origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ");
    let ancestors = if merchant.origins.is_empty() { "'none'".to_owned() } else { sources(&merchant.origins) };
    let fonts = if fonts.is_empty() { String::new() } else { format!("font-src {}; ", sources(fonts)) };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; {fonts}base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    // Origins are ASCII without spaces, quotes or semicolons.
    HeaderValue::from_str(&policy).map_err(|_| Error::Internal("a security policy that is no header"))
}
