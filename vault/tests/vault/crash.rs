//! A vault that is killed loses no token or receipt it answered with, makes no second one, and leaves no payment open.

use std::{sync::Arc, time::Duration};

use cardseal_vault::acquirer::Sandbox;

use crate::{
    program::{Program, directory, now, post, register, run, send},
    shop::{card, context, seal, token_request},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_after_a_kill_gives_the_one_token() {
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let mut killed_in_time = 0;
    for round in 0..6_u64 {
        let vault = Program::start(&data, &["--log", "off"]);
        let keys = vault.keys().await;
        let bodies: Vec<String> = (0..24)
            .map(|index| {
                let order = shop.signed(&format!("order-{round}-{index}"), now());
                token_request(&seal(&keys, &card("4242424242424242"), &context(&order, now())), &order)
            })
            .collect();
        let address: Arc<str> = vault.address.as_str().into();
        let posts: Vec<_> = bodies
            .iter()
            .map(|body| {
                let (address, body) = (address.clone(), body.clone());
                tokio::spawn(
                    async move { send(&address, post("/v1/tokens", &body)).await.ok().map(|answer| answer.json()) },
                )
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(4 + round * 9)).await;
        vault.kill();
        let mut before = Vec::new();
        for post in posts {
            before.push(post.await.unwrap());
        }
        killed_in_time += before.iter().filter(|answer| answer.is_none()).count();

        let vault = Program::start(&data, &["--log", "off"]);
        for (body, before) in bodies.iter().zip(before) {
            let first = vault.post("/v1/tokens", body).await;
            assert_eq!(first.status, 201, "{first:?}");
            let second = vault.post("/v1/tokens", body).await;
            assert_eq!(first.json(), second.json());
            if let Some(before) = before {
                assert_eq!(first.json(), before, "what was answered is what there is, the receipt included");
            }
        }
        vault.kill();
        let audited = run(&data, &["audit", "verify"]);
        let lines = String::from_utf8_lossy(&audited.stdout);
        assert_eq!(lines, format!("mer_shop\treceipts: {}\tok\n", 24 * (round + 1)), "{audited:?}");
    }
    assert!(killed_in_time > 0, "every answer came before the kill: this tests nothing");
}

#[tokio::test]
async fn a_payment_cut_short_is_reversed_at_the_next_start() {
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let vault = Program::start(&data, &["--acquirer-timeout", "60"]);
    let order = shop.signed("order-1", now());
    let keys = vault.keys().await;
    let sealed = |number: &str| token_request(&seal(&keys, &card(number), &context(&order, now())), &order);
    let silent = vault.post("/v1/tokens", &sealed(Sandbox::SILENT)).await.text("token");
    let other = vault.post("/v1/tokens", &sealed("4242424242424242")).await.text("token");

    // The vault waits for an acquirer that never answers.
    let waiting = tokio::time::timeout(Duration::from_secs(1), vault.pay(&shop, &silent, &order, "first")).await;
    assert!(waiting.is_err());
    vault.pay(&shop, &silent, &order, "first").await.assert_refused(503, "unavailable");
    vault.pay(&shop, &other, &order, "second").await.assert_refused(503, "unavailable");
    vault.kill();

    let vault = Program::start(&data, &[]);
    vault.pay(&shop, &silent, &order, "first").await.assert_refused(504, "acquirer_timeout");
    vault.pay(&shop, &silent, &order, "third").await.assert_refused(410, "token_spent");
    assert_eq!(vault.pay(&shop, &other, &order, "second").await.json()["status"], "approved");
}
