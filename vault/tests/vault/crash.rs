//! A vault that is killed loses nothing it answered with, makes nothing twice, and leaves no payment open.
//!
//! `CARDSEAL_KILLS` is how often it is killed in the middle of writing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Request, header},
};
use cardseal_vault::acquirer::Sandbox;
use http_body_util::Full;

use crate::{
    in_process::bearer,
    malformed::setting,
    program::{Program, directory, now, post, register, run, send},
    shop::{Shop, card, context, payment_request, seal, token_request},
};

/// Shoppers who are in the middle of a checkout at each kill.
const SHOPPERS: usize = 24;

/// A checkout as far as its shop had heard when the vault was killed.
#[derive(Default)]
struct Heard {
    /// The token's name and receipt.
    token: Option<(String, String)>,
    /// The token and status of a payment.
    payment: Option<(String, String)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_before_a_kill_stays_and_the_rest_can_be_asked_again() {
    let kills = setting("CARDSEAL_KILLS", 6);
    let directory = directory();
    let data = directory.path().join("data");
    let shop = Arc::new(register(&directory));
    let (mut tokens_cut, mut tokens_heard, mut payments_cut, mut payments_heard) = (0, 0, 0, 0);
    for kill in 0..kills {
        let vault = Program::start(&data, &["--log", "off"]);
        let keys = vault.keys().await;
        let checkouts: Arc<Vec<(String, String)>> = (0..SHOPPERS)
            .map(|shopper| {
                let order = shop.signed(&format!("order-{kill}-{shopper}"), now());
                let sealed = seal(&keys, &card("4242424242424242"), &context(&order, now()));
                (token_request(&sealed, &order), order)
            })
            .collect::<Vec<_>>()
            .into();
        let answered = Arc::new(AtomicUsize::new(0));
        let shoppers: Vec<_> = (0..SHOPPERS)
            .map(|shopper| {
                let (address, shop) = (vault.address.clone(), Arc::clone(&shop));
                let (checkouts, answered) = (Arc::clone(&checkouts), Arc::clone(&answered));
                tokio::spawn(async move {
                    let (body, order) = &checkouts[shopper];
                    let key = format!("key-{kill}-{shopper}");
                    check_out(&address, &shop, body, order, &key, &answered).await
                })
            })
            .collect();
        // Sometimes among the first tokens, sometimes among the last payments.
        while answered.load(Ordering::Relaxed) < 1 + kill as usize * 7 % (2 * SHOPPERS - 2) {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        vault.kill();
        let mut heard = Vec::new();
        for shopper in shoppers {
            heard.push(shopper.await.unwrap());
        }

        let vault = Program::start(&data, &["--log", "off"]);
        for (shopper, (heard, (body, order))) in heard.into_iter().zip(checkouts.iter()).enumerate() {
            *if heard.token.is_some() { &mut tokens_heard } else { &mut tokens_cut } += 1;
            if heard.token.is_some() {
                *if heard.payment.is_some() { &mut payments_heard } else { &mut payments_cut } += 1;
            }
            let first = vault.post("/v1/tokens", body).await;
            assert_eq!(vault.post("/v1/tokens", body).await.json(), first.json());
            let (token, receipt) = (first.text("token"), first.text("receipt"));
            let is_same = heard.token.is_none_or(|heard| heard == (token.clone(), receipt));
            assert!(is_same, "what was answered is what there is, the receipt included");

            let again = vault.pay(&shop, &token, order, &format!("key-{kill}-{shopper}")).await;
            match (heard.payment, again.status.as_u16()) {
                (Some(heard), 201) => assert_eq!((again.text("payment"), again.text("status")), heard),
                (None, 201) => assert_eq!(again.json()["status"], "approved"),
                (None, 504) => again.assert_refused(504, "acquirer_timeout"),
                (heard, _) => panic!("{heard:?} before, {again:?} now"),
            }
            // Spent by whatever happened: a token does not come to life again.
            vault
                .pay(&shop, &token, order, &format!("other-{kill}-{shopper}"))
                .await
                .assert_refused(410, "token_spent");
        }
        vault.kill();
        let audited = run(&data, &["audit", "verify"]);
        assert!(audited.status.success(), "{audited:?}");
        let lines = String::from_utf8_lossy(&audited.stdout);
        let expected = format!("mer_shop\treceipts: {}\tok\n", SHOPPERS as u64 * (kill + 1));
        assert!(lines.contains(&expected), "{lines}");
    }
    println!(
        "{kills} kills: {tokens_heard} tokens and {payments_heard} payments were answered before, \
         {tokens_cut} and {payments_cut} cut short"
    );
    for count in [tokens_cut, tokens_heard, payments_cut, payments_heard] {
        assert!(count > 0, "no kill came at that moment: this tests nothing");
    }
}

/// Makes a token and pays with it, until the vault is gone.
async fn check_out(address: &str, shop: &Shop, body: &str, order: &str, key: &str, answered: &AtomicUsize) -> Heard {
    let mut heard = Heard::default();
    let Ok(answer) = send(address, post("/v1/tokens", body)).await else { return heard };
    answered.fetch_add(1, Ordering::Relaxed);
    let token = answer.text("token");
    let paying = paying(shop, &token, order, key);
    heard.token = Some((token, answer.text("receipt")));
    if let Ok(answer) = send(address, paying).await {
        answered.fetch_add(1, Ordering::Relaxed);
        heard.payment = Some((answer.text("payment"), answer.text("status")));
    }
    heard
}

fn paying(shop: &Shop, token: &str, order: &str, key: &str) -> Request<Full<Bytes>> {
    let mut request = post("/v1/payments", &payment_request(token, order));
    request.headers_mut().insert(header::AUTHORIZATION, bearer(shop).parse().unwrap());
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
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
