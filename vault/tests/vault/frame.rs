//! The frame's page and what it loads.

use std::fs;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::in_process::{Answer, InProcess, Setup};

async fn start() -> InProcess {
    let vault = InProcess::start_with(Setup { frame: true, ..Setup::default() }).await;
    let folder = vault.directory.path().join("frame");
    fs::create_dir_all(folder.join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("index.html.br", "brotli page"),
        ("assets/frame-1a2b.js", "export {}"),
        ("assets/frame-1a2b.js.br", "brotli script"),
        ("assets/frame-1a2b.js.gz", "gzip script"),
        ("assets/card-3c4d.wasm", "\0asm"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    vault
}

async fn get(vault: &InProcess, path: &str, encodings: &str) -> Answer {
    vault.send(Request::get(path).header(header::ACCEPT_ENCODING, encodings).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn only_the_merchants_pages_may_embed_the_page() {
    let vault = start().await;
    let page = vault.get("/frame/?merchant=mer_shop").await;
    assert_eq!((page.status, page.body.as_slice()), (StatusCode::OK, b"<!doctype html>".as_slice()));
    assert_eq!(page.header("content-type"), Some("text/html"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(
        page.header("content-security-policy").unwrap(),
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors https://other.example https://shop.example"
    );
}

#[tokio::test]
async fn an_unknown_merchants_page_may_be_embedded_by_nobody() {
    let vault = start().await;
    for path in [
        "/frame/?merchant=nobody",
        "/frame/?merchant=",
        "/frame/",
        "/frame/?merchant=a%20b",
        "/frame/?merchant=mer_shop&merchant=x",
    ] {
        let page = vault.get(path).await;
        page.assert_refused(404, "merchant_unknown");
        assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
}

/// Firefox downloads a problem document, and the iframe that asked for the page never loads.
#[tokio::test]
async fn a_browser_is_refused_the_page_in_a_form_that_it_shows() {
    let vault = start().await;
    let request =
        Request::get("/frame/?merchant=nobody").header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    let refused = vault.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((refused.status, refused.text("code").as_str()), (StatusCode::NOT_FOUND, "merchant_unknown"));
    assert_eq!(refused.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn fonts_come_from_the_origins_that_the_page_names_and_no_others() {
    let vault = start().await;
    for (fonts, sources) in [
        ("", None),
        ("https://fonts.example", Some("https://fonts.example")),
        ("https://fonts.example:8443", Some("https://fonts.example:8443")),
        ("https://a.example,https://b.example,https://a.example", Some("https://a.example https://b.example")),
        ("https%3A%2F%2Ffonts.example", Some("https://fonts.example")),
        ("http://127.0.0.1:8788", Some("http://127.0.0.1:8788")),
    ] {
        let page = vault.get(&format!("/frame/?merchant=mer_shop&fonts={fonts}")).await;
        assert_eq!(page.status, StatusCode::OK, "{fonts}");
        let policy = page.header("content-security-policy").unwrap();
        let found = policy.split("; ").find_map(|directive| directive.strip_prefix("font-src "));
        assert_eq!(found, sources, "{fonts}");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "));
        assert!(policy.ends_with("; frame-ancestors https://other.example https://shop.example"));
    }
}

#[tokio::test]
async fn what_is_no_origin_of_fonts_is_refused() {
    let vault = start().await;
    for fonts in [
        "http://fonts.example",
        "https://fonts.example/",
        "https://fonts.example/a.woff2",
        "https://FONTS.example",
        "https://*.example",
        "https://*",
        "https:",
        "*",
        "data:",
        "'self'",
        "null",
        ",",
        "https://fonts.example,",
        "https://fonts.example%20*",
        "https://fonts.example;script-src%20*",
        "https://fonts.example%0d%0aset-cookie:a=b",
        "https://user@fonts.example",
        "https://a.example,https://b.example,https://c.example,https://d.example,https://e.example",
    ] {
        let page = vault.get(&format!("/frame/?merchant=mer_shop&fonts={fonts}")).await;
        page.assert_refused(400, "request_malformed");
        assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{fonts}");
    }
}

#[tokio::test]
async fn assets_are_typed_immutable_and_compressed_in_advance() {
    let vault = start().await;
    let plain = vault.get("/frame/assets/frame-1a2b.js").await;
    assert_eq!(plain.body, b"export {}");
    assert_eq!(plain.header("content-type"), Some("text/javascript"));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    for (accepted, encoding, body) in
        [("gzip, br", "br", "brotli script"), ("gzip", "gzip", "gzip script"), ("br;q=0, gzip", "gzip", "gzip script")]
    {
        let answer = get(&vault, "/frame/assets/frame-1a2b.js", accepted).await;
        assert_eq!(answer.header("content-encoding"), Some(encoding), "{accepted}");
        assert_eq!(answer.header("content-type"), Some("text/javascript"));
        assert_eq!(answer.body, body.as_bytes());
    }
    let wasm = vault.get("/frame/assets/card-3c4d.wasm").await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"), "or browsers refuse to compile while loading");
    assert_eq!(get(&vault, "/frame/?merchant=mer_shop", "br").await.body, b"brotli page");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let vault = start().await;
    for path in [
        "/frame/assets/none.js",
        "/frame/assets/",
        "/frame/assets/../../vault.db",
        "/frame/assets/..%2f..%2fvault.db",
        "/frame/assets/%2e%2e/%2e%2e/keys/cards.1.key",
        "/frame/vault.db",
    ] {
        vault.get(path).await.assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let vault = start().await;
    let first = vault.get("/frame/?merchant=mer_shop").await;
    let modified = first.header("last-modified").unwrap();
    let request = Request::get("/frame/?merchant=mer_shop").header(header::IF_MODIFIED_SINCE, modified);
    let second = vault.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert!(second.header("content-security-policy").unwrap().contains("frame-ancestors https://other.example"));
}
