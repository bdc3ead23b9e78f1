//! Receipts: what they say, and that they are one chain.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::{StatusCode, header};
use cardseal_protocol::{
    UnixTime,
    brand::Brand,
    envelope::Envelope,
    keys::{SigningKey, VerifyingKey},
    receipt::{Receipt, Sealing, SignedReceipt},
};
use cardseal_vault::{
    Vault,
    clock::SystemClock,
    store::{Options, Store},
};
use serde_json::{Value, json};

use crate::{
    faults::with,
    in_process::{InProcess, bearer, keyring, post as post_in_process, receipt_keys},
    program::{Program, directory, now, post, register_as, send},
    shop::{PAGE, Shop, card, context, device, dual, hash, origin, seal, signed_request, token_request},
    tokens::count,
};

fn verified(receipt: &str, keys: &[VerifyingKey]) -> Receipt {
    SignedReceipt::parse(receipt).unwrap().verify(keys).unwrap().clone()
}

#[tokio::test]
async fn a_receipt_names_exactly_what_was_sealed() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &order);
    let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
    let (token, receipt) = (answer.text("token"), answer.text("receipt"));
    let keys = receipt_keys(&vault).await;
    let parsed = Envelope::parse(&envelope).unwrap();
    assert_eq!(
        verified(&receipt, &keys),
        Receipt {
            vault: origin("https://vault.example"),
            token,
            merchant: vault.shop.id.clone(),
            issued: vault.now(),
            expires: vault.now().plus(900),
            brand: Some(Brand::Visa),
            last4: "4242".to_owned(),
            sealing: Sealing {
                order: hash(&order),
                card: parsed.hash(),
                device: device().kid(),
                origin: origin(PAGE),
                suite: parsed.header().suite,
                key: parsed.header().kid,
            },
            previous: None,
        }
    );
    // Another vault's keys do not verify it, and the next receipt names this one.
    let other = InProcess::start().await;
    assert!(SignedReceipt::parse(&receipt).unwrap().verify(&receipt_keys(&other).await).is_err());
    let next = vault.issue(&card("5555555555554444"), &order).await.text("receipt");
    assert_eq!(verified(&next, &keys).previous, Some(SignedReceipt::parse(&receipt).unwrap().hash()));
}

#[tokio::test]
async fn another_device_is_named_as_another() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let other = SigningKey::generate().unwrap();
    let mut devices = Vec::new();
    for key in [&device(), &other] {
        let envelope = vault.seal(&card("4242424242424242"), &order);
        let dual_signature = dual(&envelope, &order).sign(key).unwrap();
        let answer = vault.post("/v1/tokens", &signed_request(&envelope, &order, &dual_signature)).await;
        devices.push(verified(&answer.text("receipt"), &receipt_keys(&vault).await).sealing.device);
    }
    assert_eq!(devices, [device().kid(), other.kid()]);
}

/// The receipt names one device and one moment, so that it answers one dual signature only.
#[tokio::test]
async fn the_same_envelope_with_another_dual_signature_is_refused() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242424242424242"), &order);
    let first = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let mut later = dual(&envelope, &order);
    later.issued = later.issued.plus(1);
    for dual_signature in
        [later.sign(&device()).unwrap(), dual(&envelope, &order).sign(&SigningKey::generate().unwrap()).unwrap()]
    {
        let answer = vault.post("/v1/tokens", &signed_request(&envelope, &order, &dual_signature)).await;
        answer.assert_refused(409, "jti_reused");
    }
    assert_eq!(vault.post("/v1/tokens", &token_request(&envelope, &order)).await.body, first.body);
    assert_eq!(count(&vault, "receipts").await, 1);
}

#[tokio::test]
async fn a_merchant_reads_its_own_chain_page_by_page() {
    let vault = InProcess::start().await;
    let other = Shop::new("mer_other");
    other.register(&vault.vault.store).await;
    let order = vault.shop.signed("order-1", vault.now());
    let mut answered = Vec::new();
    for index in 0..103 {
        if index % 40 == 0 {
            vault.issue(&card("4242424242424242"), &other.signed("order-1", vault.now())).await;
        }
        answered.push(vault.issue(&card("4242424242424242"), &order).await.text("receipt"));
    }
    let first = vault.ask("GET", "/v1/receipts").await.json();
    let second = vault.ask("GET", "/v1/receipts?after=100").await.json();
    let receipts = |page: &Value| page["receipts"].as_array().unwrap().clone();
    assert_eq!((receipts(&first).len(), receipts(&second).len()), (100, 3));
    let all = [receipts(&first), receipts(&second)].concat();
    for (index, (shown, receipt)) in all.iter().zip(&answered).enumerate() {
        assert_eq!((&shown["seq"], &shown["receipt"]), (&json!(index + 1), &json!(receipt)));
        let token = verified(receipt, &receipt_keys(&vault).await).token;
        let alone = vault.ask("GET", &format!("/v1/tokens/{token}")).await.json();
        assert_eq!(alone["receipt"], shown["receipt"]);
        assert_eq!(alone["dual_signature"], shown["dual_signature"]);
    }
    assert_eq!(vault.ask("GET", "/v1/receipts?after=103").await.json(), json!({ "receipts": [] }));
    assert_eq!(vault.ask("GET", "/v1/receipts?after=18446744073709551615").await.json(), json!({ "receipts": [] }));
    assert_eq!(receipts(&vault.ask_with(&other, "GET", "/v1/receipts?after=0").await.json()).len(), 3);

    for wrong in ["-1", "x", "", "1.5", "18446744073709551616", "1&after=2"] {
        let answer = vault.ask("GET", &format!("/v1/receipts?after={wrong}")).await;
        answer.assert_refused(400, "request_malformed");
        assert_eq!(answer.text("detail"), "The query parameter after is not as expected.");
    }
    vault.get("/v1/receipts").await.assert_refused(401, "api_key_invalid");
}

/// A vault's program and another process's writer on the same store, over 64 connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_and_two_writers_make_one_chain_a_merchant() {
    const CONNECTIONS: usize = 64;
    const EACH: usize = 4;
    let directory = directory();
    let data = directory.path().join("data");
    let shops: Arc<Vec<Shop>> =
        Arc::new(["mer_a", "mer_b", "mer_c"].map(|id| register_as(&directory, id)).into_iter().collect());
    let program = Program::start(&data, &["--log", "off"]);
    let keys = program.keys().await;
    let store = Store::open(&Options::in_directory(&data)).await.unwrap();
    let keyring = keyring(&store, &data, now()).await;
    let second =
        with(InProcess::start().await, |old| Vault { store, keyring, clock: Arc::new(SystemClock), ..old }).await;
    let second = Arc::new(second);

    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let bodies: Vec<(usize, String)> = (0..EACH)
                .map(|round| {
                    let which = (connection + round) % shops.len();
                    let order = shops[which].signed(&format!("order-{connection}-{round}"), now());
                    let envelope = seal(&keys, &card("4242424242424242"), &context(&order, now()));
                    (which, token_request(&envelope, &order))
                })
                .collect();
            let (address, second) = (program.address.clone(), Arc::clone(&second));
            tokio::spawn(async move {
                let mut receipts = Vec::new();
                for (which, body) in bodies {
                    let answer = if connection % 2 == 0 {
                        send(&address, post("/v1/tokens", &body)).await.map_err(|error| error.to_string()).unwrap()
                    } else {
                        second.send(post_in_process("/v1/tokens", &body)).await
                    };
                    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
                    receipts.push((which, answer.text("receipt")));
                }
                receipts
            })
        })
        .collect();
    let mut answered = Vec::new();
    for connection in connections {
        answered.extend(connection.await.unwrap());
    }
    assert_eq!(answered.len(), CONNECTIONS * EACH);

    let keys = receipt_keys(&second).await;
    for (which, shop) in shops.iter().enumerate() {
        let mut request = post("/v1/receipts", "");
        *request.method_mut() = axum::http::Method::GET;
        request.headers_mut().insert(header::AUTHORIZATION, bearer(shop).parse().unwrap());
        let chain = program.send(request).await.unwrap().json()["receipts"].as_array().unwrap().clone();
        let mut previous = None;
        for (index, link) in chain.iter().enumerate() {
            assert_eq!(link["seq"], index + 1);
            let text = link["receipt"].as_str().unwrap();
            let receipt = verified(text, &keys);
            assert_eq!((&receipt.merchant, receipt.previous), (&shop.id, previous), "receipt {}", index + 1);
            assert!(receipt.issued > UnixTime::from_secs(crate::shop::NOW));
            previous = Some(SignedReceipt::parse(text).unwrap().hash());
        }
        let kept: BTreeSet<_> = chain.iter().map(|link| link["receipt"].as_str().unwrap()).collect();
        let given: BTreeSet<_> =
            answered.iter().filter(|(of, _)| *of == which).map(|(_, receipt)| receipt.as_str()).collect();
        assert!(!given.is_empty() && given.len() <= 100, "one page");
        assert_eq!(kept, given, "each that was answered, and no other");
    }
}
