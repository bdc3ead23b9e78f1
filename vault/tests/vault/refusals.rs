//! Bad input: each kind gets its own status and code, and leaves nothing behind.

use axum::{
    body::Body,
    http::{Request, header},
};
use cardseal_protocol::{
    OrderId,
    dual_signature::DualSignature,
    envelope::{Context, Jti, Suite},
    keys::{JwkSet, OpeningKey, SigningKey},
    order::{Amount, Currency},
};

use crate::{
    in_process::{InProcess, Setup, bearer, post, post_from_page},
    shop::{
        Shop, card, context, device, dual, origin, payment_request, seal, seal_text, signed_request, token_request,
    },
    tokens::count,
};

#[tokio::test]
async fn a_body_that_is_too_large() {
    let vault = InProcess::start().await;
    let large = format!(r#"{{"envelope":"{}","order":""}}"#, "A".repeat(33 * 1024));
    vault.post("/v1/tokens", &large).await.assert_refused(413, "body_too_large");
    // Nothing says how long it will be.
    let mut unannounced = post("/v1/tokens", "");
    let chunks = (0..40).map(|_| Ok::<_, std::io::Error>("A".repeat(1024)));
    *unannounced.body_mut() = Body::from_stream(Chunks(chunks));
    vault.send(unannounced).await.assert_refused(413, "body_too_large");
    // Announced, but never sent.
    let mut announced = post("/v1/tokens", "{}");
    announced.headers_mut().insert(header::CONTENT_LENGTH, "99999".parse().unwrap());
    vault.send(announced).await.assert_refused(413, "body_too_large");
}

/// An iterator as a stream that is always ready.
struct Chunks<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Chunks<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

/// A body that never comes.
struct Silence;

impl futures_core::Stream for Silence {
    type Item = Result<String, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive() {
    let vault = InProcess::start().await;
    let mut request = post("/v1/tokens", "");
    *request.body_mut() = Body::from_stream(Silence);
    vault.send(request).await.assert_refused(408, "request_malformed");
}

#[tokio::test]
async fn another_content_type() {
    let vault = InProcess::start().await;
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "application/json, text/plain"]
    {
        let mut request = post("/v1/tokens", "{}");
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        vault.send(request).await.assert_refused(415, "content_type_unsupported");
    }
    let mut none = post("/v1/tokens", "{}");
    none.headers_mut().remove(header::CONTENT_TYPE);
    vault.send(none).await.assert_refused(415, "content_type_unsupported");
    // A parameter is fine: the body is looked at.
    let mut request = post("/v1/tokens", "{}");
    request.headers_mut().insert(header::CONTENT_TYPE, "Application/JSON; charset=utf-8".parse().unwrap());
    vault.send(request).await.assert_refused(400, "request_malformed");
}

#[tokio::test]
async fn a_body_of_another_shape() {
    let vault = InProcess::start().await;
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "\u{feff}{}",
        r#"{"envelope":"a"}"#,
        r#"{"envelope":"a","order":"b"}"#,
        r#"{"envelope":"a","order":1,"dual_signature":"c"}"#,
        r#"{"envelope":"a","order":"b","dual_signature":null}"#,
        r#"{"envelope":"a","order":"b","dual_signature":"c","more":1}"#,
        r#"{"envelope":"a","envelope":"a","order":"b","dual_signature":"c"}"#,
        r#"{"envelope":"a","order":"b","dual_signature":"c"} x"#,
    ] {
        vault.post("/v1/tokens", body).await.assert_refused(400, "request_malformed");
    }
    let answer = vault.post("/v1/tokens", r#"{"envelope":4242424242424242,"order":"b","dual_signature":"c"}"#).await;
    assert!(answer.text("detail").contains("line 1"), "{answer:?}");
    assert!(!String::from_utf8_lossy(&answer.body).contains("4242"), "the body is not quoted");
}

#[tokio::test]
async fn malformed_envelopes_and_orders() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &order);
    for (envelope, order, status, code) in [
        ("", order.as_str(), 400, "envelope_malformed"),
        ("a.b..c.", &order, 400, "envelope_malformed"),
        (&envelope[1..], &order, 400, "envelope_malformed"),
        (&"A".repeat(4097), &order, 413, "envelope_too_large"),
        (&envelope, "", 400, "order_malformed"),
        (&envelope, "a.b.c", 400, "order_malformed"),
        (&envelope, &"A".repeat(16 * 1024 + 1), 413, "order_too_large"),
    ] {
        vault.post("/v1/tokens", &token_request(envelope, order)).await.assert_refused(status, code);
    }
}

#[tokio::test]
async fn orders_that_are_not_the_merchants_word() {
    let vault = InProcess::start().await;
    let now = vault.now();
    let refuse = async |order: String, status: u16, code: &str| {
        let envelope = vault.seal(&card("4242424242424242"), &order);
        vault.post("/v1/tokens", &token_request(&envelope, &order)).await.assert_refused(status, code);
    };

    let stranger = Shop::new("nobody");
    refuse(stranger.signed("order-1", now), 404, "merchant_unknown").await;

    let mut forged = vault.shop.order("order-1", now);
    refuse(forged.sign(&SigningKey::generate().unwrap()).unwrap(), 400, "order_key_unknown").await;

    // The right key id over claims that were altered.
    let signed = vault.shop.sign(&forged);
    forged.amount = Amount::new(1, Currency::parse("EUR").unwrap()).unwrap();
    let cheaper = vault.shop.sign(&forged);
    let (signing_input, _) = cheaper.rsplit_once('.').unwrap();
    let (_, signature) = signed.rsplit_once('.').unwrap();
    refuse(format!("{signing_input}.{signature}"), 400, "order_signature_invalid").await;

    refuse(vault.shop.signed("order-1", now.minus(1800)), 400, "order_expired").await;
    refuse(vault.shop.signed("order-1", now.plus(61)), 400, "order_not_yet_valid").await;
    assert_eq!(count(&vault, "tokens").await, 0);
}

#[tokio::test]
async fn an_envelope_for_another_order() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let other = vault.shop.signed("order-2", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &other);
    vault.post("/v1/tokens", &token_request(&envelope, &order)).await.assert_refused(409, "order_mismatch");
}

#[tokio::test]
async fn pages_that_may_not_take_this_order() {
    let vault = InProcess::start().await;
    let now = vault.now();
    let refuse = async |page: &str, order: &str| {
        let context = Context { origin: origin(page), ..context(order, now) };
        let envelope = seal(&vault.keys(), &card("4242424242424242"), &context);
        vault.post("/v1/tokens", &token_request(&envelope, order)).await.assert_refused(403, "origin_not_allowed");
    };
    let order = vault.shop.signed("order-1", now);
    // Registered, but not for this order; and the other way about.
    refuse("https://other.example", &order).await;
    let mut elsewhere = vault.shop.order("order-1", now);
    elsewhere.origins.push(origin("https://elsewhere.example"));
    refuse("https://elsewhere.example", &vault.shop.sign(&elsewhere)).await;
    refuse("https://shop.example.evil.example", &order).await;
}

#[tokio::test]
async fn requests_sent_from_elsewhere() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);
    for sender in
        ["https://evil.example", "null", "https://other.example", "http://shop.example", "https://shop.example."]
    {
        let mut request = post("/v1/tokens", &body);
        request.headers_mut().insert(header::ORIGIN, sender.parse().unwrap());
        vault.send(request).await.assert_refused(403, "origin_not_allowed");
    }
    let mut twice = post_from_page("/v1/tokens", &body);
    twice.headers_mut().append(header::ORIGIN, "https://vault.example".parse().unwrap());
    vault.send(twice).await.assert_refused(403, "origin_not_allowed");
    assert_eq!(count(&vault, "tokens").await, 0);
    // The page itself, the frame, and a program may.
    assert_eq!(vault.send(post_from_page("/v1/tokens", &body)).await.status, 201);
    assert_eq!(vault.post("/v1/tokens", &body).await.status, 201);
    let mut program = post("/v1/tokens", &body);
    program.headers_mut().remove(header::ORIGIN);
    assert_eq!(vault.send(program).await.status, 201);
}

#[tokio::test]
async fn an_envelope_sealed_to_another_vault() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let elsewhere = JwkSet { keys: vec![OpeningKey::generate(Suite::Hpke7).unwrap().jwk().clone()] };
    let envelope = seal(&elsewhere, &card("4242424242424242"), &context(&order, vault.now()));
    vault.post("/v1/tokens", &token_request(&envelope, &order)).await.assert_refused(400, "key_unknown");
}

#[tokio::test]
async fn stale_and_future_envelopes_are_told_the_time() {
    let vault = InProcess::start().await;
    let now = vault.now();
    let order = vault.shop.signed("order-1", now);
    for (issued, fresh) in
        [(now.minus(301), false), (now.plus(301), false), (now.minus(300), true), (now.plus(300), true)]
    {
        let context = Context { issued, ..context(&order, now) };
        let envelope = seal(&vault.keys(), &card("4242424242424242"), &context);
        let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
        if fresh {
            assert_eq!(answer.status, 201, "{answer:?}");
        } else {
            answer.assert_refused(400, "clock_skew");
            assert_eq!(answer.json()["now"], now.as_secs());
        }
    }
}

#[tokio::test]
async fn envelopes_that_do_not_open_look_all_the_same() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let good = vault.seal(&card("4242424242424242"), &order);
    let mut refusals = Vec::new();
    let parts: Vec<&str> = good.split('.').collect();
    let altered = format!("{}.{}..{}B{}.", parts[0], parts[1], &parts[3][..10], &parts[3][11..]);
    let other = vault.seal(&card("5555555555554444"), &order);
    let mixed = format!("{}.{}..{}.", parts[0], parts[1], other.split('.').nth(3).unwrap());
    for envelope in [
        altered,
        mixed,
        seal_text(&vault.keys(), "no card", &context(&order, vault.now())),
        seal_text(
            &vault.keys(),
            r#"{"number":"4242","exp_month":1,"exp_year":2030,"code":"739"}"#,
            &context(&order, vault.now()),
        ),
    ] {
        let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
        answer.assert_refused(400, "envelope_invalid");
        refusals.push(answer.body);
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1);
    assert_eq!(count(&vault, "envelopes").await, 0, "what does not open uses no jti up");
}

#[tokio::test]
async fn dual_signatures_that_do_not_join_this_order_and_this_card() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &order);
    let right = dual(&envelope, &order);
    let signed = right.sign(&device()).unwrap();
    let (signing_input, signature) = signed.rsplit_once('.').unwrap();
    let strangers = right.sign(&SigningKey::generate().unwrap()).unwrap();
    let (_, strangers) = strangers.rsplit_once('.').unwrap();
    let other_order = vault.shop.signed("order-2", vault.now());
    let other_envelope = vault.seal(&card("4242424242424242"), &order);
    for (dual_signature, code) in [
        (String::new(), "dual_signature_malformed"),
        ("a.b.c".to_owned(), "dual_signature_malformed"),
        (order.clone(), "dual_signature_malformed"),
        (signed[1..].to_owned(), "dual_signature_malformed"),
        (format!("{signed}{}", "A".repeat(1024)), "dual_signature_malformed"),
        (format!("{signing_input}."), "dual_signature_invalid"),
        (format!("{signing_input}.{strangers}"), "dual_signature_invalid"),
        (format!("{signing_input}.{}", "A".repeat(signature.len())), "dual_signature_invalid"),
        (dual(&envelope, &other_order).sign(&device()).unwrap(), "dual_signature_invalid"),
        (dual(&other_envelope, &order).sign(&device()).unwrap(), "dual_signature_invalid"),
        (dual(&order, &envelope).sign(&device()).unwrap(), "dual_signature_invalid"),
    ] {
        let body = signed_request(&envelope, &order, &dual_signature);
        vault.post("/v1/tokens", &body).await.assert_refused(400, code);
    }
    for table in ["tokens", "receipts", "envelopes", "sealed"] {
        assert_eq!(count(&vault, table).await, 0, "{table}");
    }
    assert_eq!(vault.post("/v1/tokens", &signed_request(&envelope, &order, &signed)).await.status, 201);
}

#[tokio::test]
async fn every_flipped_bit_of_a_dual_signature_is_refused() {
    // A slow disk is not what this is about.
    let setup = Setup { patience: std::time::Duration::from_secs(60), ..Setup::default() };
    let vault = InProcess::start_with(setup).await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &order);
    let signed = dual(&envelope, &order).sign(&device()).unwrap();
    let mut codes = std::collections::BTreeMap::<String, usize>::new();
    for at in 0..signed.len() {
        // The eighth bit makes no ASCII, and no JSON text.
        for bit in 0..7 {
            let mut altered = signed.as_bytes().to_vec();
            altered[at] ^= 1 << bit;
            let altered = String::from_utf8(altered).unwrap();
            let answer = vault.post("/v1/tokens", &signed_request(&envelope, &order, &altered)).await;
            assert_eq!(answer.status, 400, "byte {at}, bit {bit}: {answer:?}");
            *codes.entry(answer.text("code")).or_default() += 1;
        }
    }
    assert_eq!(codes.keys().collect::<Vec<_>>(), ["dual_signature_invalid", "dual_signature_malformed"], "{codes:?}");
    assert_eq!(codes.values().sum::<usize>(), signed.len() * 7);
    for table in ["tokens", "receipts", "envelopes", "sealed"] {
        assert_eq!(count(&vault, table).await, 0, "{table}");
    }
    assert_eq!(vault.post("/v1/tokens", &signed_request(&envelope, &order, &signed)).await.status, 201);
}

#[tokio::test]
async fn stale_and_future_dual_signatures_are_told_the_time() {
    let vault = InProcess::start().await;
    let now = vault.now();
    let order = vault.shop.signed("order-1", now);
    for (issued, fresh) in
        [(now.minus(301), false), (now.plus(301), false), (now.minus(300), true), (now.plus(300), true)]
    {
        let envelope = vault.seal(&card("4242424242424242"), &order);
        let dual_signature = DualSignature { issued, ..dual(&envelope, &order) }.sign(&device()).unwrap();
        let answer = vault.post("/v1/tokens", &signed_request(&envelope, &order, &dual_signature)).await;
        if fresh {
            assert_eq!(answer.status, 201, "{answer:?}");
        } else {
            answer.assert_refused(400, "clock_skew");
            assert_eq!(answer.json()["now"], now.as_secs());
        }
    }
}

/// The merchant's word comes first, and no card is opened that no device vouched for.
#[tokio::test]
async fn a_dual_signature_is_judged_after_the_order_and_before_the_card() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let forged = vault.shop.order("order-1", vault.now()).sign(&SigningKey::generate().unwrap()).unwrap();
    let wrong = dual("another card", "another order").sign(&device()).unwrap();
    let envelope = vault.seal(&card("4242424242424242"), &forged);
    let body = signed_request(&envelope, &forged, &wrong);
    vault.post("/v1/tokens", &body).await.assert_refused(400, "order_key_unknown");
    let closed = seal_text(&vault.keys(), "no card", &context(&order, vault.now()));
    vault
        .post("/v1/tokens", &signed_request(&closed, &order, &wrong))
        .await
        .assert_refused(400, "dual_signature_invalid");
    vault.post("/v1/tokens", &token_request(&closed, &order)).await.assert_refused(400, "envelope_invalid");
}

#[tokio::test]
async fn a_jti_with_other_bytes() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let context = context(&order, vault.now());
    let first = seal(&vault.keys(), &card("4242424242424242"), &context);
    let second = seal(&vault.keys(), &card("4242424242424242"), &context);
    assert_eq!(vault.post("/v1/tokens", &token_request(&first, &order)).await.status, 201);
    vault.post("/v1/tokens", &token_request(&second, &order)).await.assert_refused(409, "jti_reused");
    assert_eq!(count(&vault, "tokens").await, 1);
    let fresh = Context { jti: Jti::random().unwrap(), ..context };
    let third = seal(&vault.keys(), &card("4242424242424242"), &fresh);
    assert_eq!(vault.post("/v1/tokens", &token_request(&third, &order)).await.status, 201);
}

#[tokio::test]
async fn a_wrong_api_key() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    let path = format!("/v1/tokens/{token}");
    let right = bearer(&vault.shop);
    for wrong in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer sk_short",
        &right.replace("Bearer", "Basic"),
        &right[..right.len() - 1],
        &bearer(&Shop::new("stranger")),
    ] {
        for (method, path) in [("GET", path.as_str()), ("DELETE", &path), ("POST", "/v1/payments")] {
            let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, wrong);
            let answer = vault.send(request.body(Body::empty()).unwrap()).await;
            answer.assert_refused(401, "api_key_invalid");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    vault.get(&path).await.assert_refused(401, "api_key_invalid");
    assert_eq!(vault.ask("GET", &path).await.json()["status"], "active");
}

#[tokio::test]
async fn another_merchants_token_does_not_exist() {
    let vault = InProcess::start().await;
    let stranger = Shop::new("stranger");
    stranger.register(&vault.vault.store).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    let path = format!("/v1/tokens/{token}");
    let theirs = vault.ask_with(&stranger, "GET", &path).await;
    theirs.assert_refused(404, "token_unknown");
    let none = vault.ask_with(&stranger, "GET", "/v1/tokens/tok_AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(theirs.body, none.body, "it looks as if there were none");
    vault.ask_with(&stranger, "DELETE", &path).await.assert_refused(404, "token_unknown");
    let paying = vault.pay_with(&stranger, &payment_request(&token, &order), None).await;
    paying.assert_refused(404, "token_unknown");
    assert_eq!(vault.ask("GET", &path).await.json()["status"], "active");
    for nonsense in ["/v1/tokens/x", "/v1/tokens/%ff", "/v1/tokens/tok_%00"] {
        vault.ask("GET", nonsense).await.assert_refused(404, "token_unknown");
    }
}

#[tokio::test]
async fn unknown_merchants_addresses_and_methods() {
    let vault = InProcess::start().await;
    for path in ["/v1/merchants/nobody/keys", "/v1/merchants/%ff/keys", "/v1/merchants/a%20b/keys"] {
        vault.get(path).await.assert_refused(404, "merchant_unknown");
    }
    for path in ["/", "/v1", "/v1/keys", "/v2/keys", "/v1/tokens/", "/frame/?merchant=mer_shop", "/frame/assets/x.js"] {
        vault.get(path).await.assert_refused(404, "not_found");
    }
    for (method, path, allow) in [
        ("GET", "/v1/tokens", "POST,OPTIONS"),
        ("DELETE", "/v1/payments", "POST"),
        ("PUT", "/v1/tokens/tok_x", "GET,HEAD,DELETE"),
        ("POST", "/.well-known/cardseal/keys", "GET,HEAD"),
        ("DELETE", "/v1/receipts", "GET,HEAD"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = vault.send(request).await;
        answer.assert_refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn refused_payments_change_nothing() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;

    let mut dearer = vault.shop.order("order-1", vault.now());
    dearer.amount = Amount::new(9900, Currency::parse("EUR").unwrap()).unwrap();
    let dearer = vault.shop.sign(&dearer);
    vault.pay(&token, &dearer, None).await.assert_refused(409, "order_mismatch");
    let mut renamed = vault.shop.order("order-1", vault.now());
    renamed.id = OrderId::parse("order-2").unwrap();
    vault.pay(&token, &vault.shop.sign(&renamed), None).await.assert_refused(409, "order_mismatch");

    vault.pay(&token, "no order", None).await.assert_refused(400, "order_malformed");
    vault.pay("no token", &order, None).await.assert_refused(404, "token_unknown");
    vault.pay("tok_AAAAAAAAAAAAAAAAAAAAAA", &order, None).await.assert_refused(404, "token_unknown");
    vault.pay_with(&vault.shop, r#"{"token":"x"}"#, None).await.assert_refused(400, "request_malformed");
    for key in ["", "with space", "é", &"k".repeat(256)] {
        vault.pay(&token, &order, Some(key)).await.assert_refused(400, "request_malformed");
    }
    assert_eq!(count(&vault, "payments").await, 0);
    assert_eq!(vault.pay(&token, &order, Some("key")).await.json()["status"], "approved");
}
