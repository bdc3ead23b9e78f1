//! Cross-origin requests from merchants' own pages.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use cardseal_protocol::envelope::Context;

use crate::{
    in_process::{Answer, InProcess, post, post_from_page},
    shop::{PAGE, Shop, card, context, origin, seal, token_request},
};

async fn preflight(vault: &InProcess, from: &str) -> Answer {
    let request = Request::options("/v1/tokens")
        .header(header::ORIGIN, from)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type");
    vault.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_registered_page_may_ask_first() {
    let vault = InProcess::start().await;
    let answer = preflight(&vault, PAGE).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("vary"), Some("Origin"));
}

#[tokio::test]
async fn other_pages_may_not() {
    let vault = InProcess::start().await;
    for from in ["https://evil.example", "null", "https://shop.example/", "https://shop.example.evil.example", "*"] {
        let answer = preflight(&vault, from).await;
        answer.assert_refused(403, "origin_not_allowed");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{from}");
    }
}

#[tokio::test]
async fn only_the_orders_merchants_page_reads_the_answer() {
    let vault = InProcess::start().await;
    let mut other = Shop::new("other");
    other.origins = vec![origin("https://third.example")];
    other.register(&vault.vault.store).await;
    assert_eq!(preflight(&vault, "https://third.example").await.status, StatusCode::NO_CONTENT);

    let order = vault.shop.signed("order-1", vault.now());
    let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);
    let answer = vault.send(post_from_page("/v1/tokens", &body)).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(answer.header("access-control-expose-headers"), Some("Date, Retry-After"));
    assert_eq!(answer.header("vary"), Some("Origin"));

    let mut request = post("/v1/tokens", &body);
    request.headers_mut().insert(header::ORIGIN, "https://third.example".parse().unwrap());
    let answer = vault.send(request).await;
    answer.assert_refused(403, "origin_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("vary"), Some("Origin"));
}

/// A page must be able to read why, or it could never mend its clock.
#[tokio::test]
async fn refusals_are_readable_once_the_merchant_is_known() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let stale = Context { issued: vault.now().minus(301), ..context(&order, vault.now()) };
    let body = token_request(&seal(&vault.keys(), &card("4242424242424242"), &stale), &order);
    let answer = vault.send(post_from_page("/v1/tokens", &body)).await;
    answer.assert_refused(400, "clock_skew");
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    let answer = vault.send(post_from_page("/v1/tokens", "{}")).await;
    assert_eq!(answer.header("access-control-allow-origin"), None, "whose page it is, nobody knows yet");
}

#[tokio::test]
async fn what_is_for_servers_is_closed_to_pages() {
    let vault = InProcess::start().await;
    for path in ["/v1/payments", "/v1/tokens/tok_AAAAAAAAAAAAAAAAAAAAAA"] {
        let request = Request::options(path).header(header::ORIGIN, PAGE).body(Body::empty()).unwrap();
        let answer = vault.send(request).await;
        answer.assert_refused(405, "method_not_allowed");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}
