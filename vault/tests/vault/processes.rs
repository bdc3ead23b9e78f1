//! Several vaults, each a process of its own, serve one data directory.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cardseal_vault::acquirer::Sandbox;

use crate::{
    in_process::bearer,
    malformed::setting,
    program::{Program, directory, now, post, register, send},
    replay::{CONNECTIONS, accepted, flood, pay_at_once},
    shop::{card, context, payment_request, seal, token_request},
    tokens::{connect, count_in},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_envelope_over_two_processes_is_accepted_once() {
    let duplicates = setting("CARDSEAL_DUPLICATES", 1280);
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let first = Program::start(&data, &["--log", "off"]);
    let second = Program::start(&data, &["--log", "off"]);
    let order = shop.signed("order-1", now());
    let keys = first.keys().await;
    assert_eq!(keys.keys[0].thumbprint(), second.keys().await.keys[0].thumbprint(), "one key ring");
    let context_ = context(&order, now());
    let sealed = |number: &str| token_request(&seal(&keys, &card(number), &context_), &order);
    let bodies = [sealed("4242424242424242"), sealed("5555555555554444")];

    let answers = flood(&[&first.address, &second.address], &bodies, duplicates).await;
    let before = accepted(&answers);
    assert_eq!(before.len(), 1, "one envelope, one token");
    first.kill();
    let first = Program::start(&data, &["--log", "off"]);
    let both = [first.address.as_str(), &second.address];
    assert_eq!(accepted(&flood(&both, &bodies, duplicates).await), before, "the same one after a restart");

    // The control: another jti makes another token, so that the count can be other than one.
    let fresh = token_request(&seal(&keys, &card("4242424242424242"), &context(&order, now())), &order);
    let control = flood(&both, &[fresh.clone(), fresh], CONNECTIONS).await;
    assert!(accepted(&control).is_disjoint(&before));

    let (_, token) = before.first().unwrap().clone();
    pay_at_once(&both, &bearer(&shop), &payment_request(&token, &order)).await;
    for vault in [first, second] {
        vault.terminate();
        assert!(vault.wait().0);
    }
    assert_eq!(count_in(&data, "tokens").await, 2, "the one and the control");
    assert_eq!(count_in(&data, "payments").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_busy_processes_keep_neither_out() {
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let vaults = [(); 2].map(|()| Program::start(&data, &["--log", "off"]));
    let keys = vaults[0].keys().await;
    let addresses = vaults.each_ref().map(|vault| Arc::<str>::from(vault.address.as_str()));
    let started = Instant::now();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let address = Arc::clone(&addresses[connection as usize % 2]);
            let bodies: Vec<String> = (0..8)
                .map(|index| {
                    let order = shop.signed(&format!("order-{connection}-{index}"), now());
                    token_request(&seal(&keys, &card("4242424242424242"), &context(&order, now())), &order)
                })
                .collect();
            tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                for body in bodies {
                    let asked = Instant::now();
                    let answer = send(&address, post("/v1/tokens", &body)).await.map_err(|error| error.to_string());
                    assert_eq!(answer.as_ref().unwrap().status, 201, "{answer:?}");
                    slowest = slowest.max(asked.elapsed());
                }
                slowest
            })
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for connection in connections {
        slowest = slowest.max(connection.await.unwrap());
    }
    println!("{} tokens in {:?}, the slowest in {slowest:?}", CONNECTIONS * 8, started.elapsed());
    assert_eq!(count_in(&data, "tokens").await, CONNECTIONS as i64 * 8);
}

#[tokio::test]
async fn a_payment_under_way_in_one_process_is_left_alone_by_another() {
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let slow = ["--acquirer-timeout", "60"];
    let first = Program::start(&data, &slow);
    let order = shop.signed("order-1", now());
    let sealed = token_request(&seal(&first.keys().await, &card(Sandbox::SILENT), &context(&order, now())), &order);
    let token = first.post("/v1/tokens", &sealed).await.text("token");
    // The first waits for an acquirer that never answers.
    let waiting = tokio::time::timeout(Duration::from_secs(1), first.pay(&shop, &token, &order, "key")).await;
    assert!(waiting.is_err());

    // One that starts beside it, and one that takes its place, find the payment young.
    let second = Program::start(&data, &slow);
    second.pay(&shop, &token, &order, "key").await.assert_refused(503, "unavailable");
    first.kill();
    let third = Program::start(&data, &slow);
    third.pay(&shop, &token, &order, "key").await.assert_refused(503, "unavailable");

    // Too old to be under way, it is reversed beside the others.
    let aged = "UPDATE payments SET created = created - 1000 WHERE status = 'pending'";
    let aged = sqlx::query(aged).execute(&mut connect(&data).await).await.unwrap();
    assert_eq!(aged.rows_affected(), 1);
    third.kill();
    let fourth = Program::start(&data, &slow);
    fourth.pay(&shop, &token, &order, "key").await.assert_refused(504, "acquirer_timeout");
    second.pay(&shop, &token, &order, "key").await.assert_refused(504, "acquirer_timeout");
}
