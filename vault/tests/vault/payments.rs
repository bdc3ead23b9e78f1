//! Payments: each token pays once, each order is paid once.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;
use cardseal_protocol::{
    address::{Country, PostalCode},
    brand::Brand,
    card::Card,
};
use cardseal_vault::{
    acquirer::{Acquirer, Answer as Asked, Authorization, AuthorizationCode, Decision, Error, Sandbox},
    id::PaymentId,
};
use serde_json::json;

use crate::{
    in_process::{InProcess, Setup},
    shop::{card, payment_request},
    tokens::count,
};

#[tokio::test]
async fn a_token_pays_its_order() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    let paid = vault.pay(&token, &order, None).await;
    assert_eq!(paid.status, StatusCode::CREATED, "{paid:?}");
    let (payment, code) = (paid.text("payment"), paid.text("authorization_code"));
    assert!(payment.starts_with("pay_"), "{payment}");
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    assert_eq!(
        paid.json(),
        json!({
            "payment": payment, "status": "approved", "decline_code": null, "authorization_code": code,
            "order": "order-1", "amount": 4200, "currency": "EUR", "token": token, "brand": "visa", "last4": "4242",
            "created": vault.now().as_secs(),
        })
    );
    assert_eq!(count(&vault, "sealed").await, 0, "card and code are erased at use");
    assert_eq!(vault.ask("GET", &format!("/v1/tokens/{token}")).await.json()["status"], "spent");
    vault.pay(&token, &order, None).await.assert_refused(410, "token_spent");
}

#[tokio::test]
async fn each_test_number_has_its_answer() {
    let vault = InProcess::start().await;
    for (index, (number, code)) in Sandbox::DECLINED.iter().enumerate() {
        let order = vault.shop.signed(&format!("order-{index}"), vault.now());
        let token = vault.tokenize(&card(number), &order).await;
        let declined = vault.pay(&token, &order, None).await;
        assert_eq!(declined.status, StatusCode::CREATED);
        assert_eq!(declined.json()["status"], "declined");
        assert_eq!(declined.json()["decline_code"], code.as_str());
        assert_eq!(declined.json()["authorization_code"], json!(null));
        vault.pay(&token, &order, None).await.assert_refused(410, "token_spent");
        // Another card may pay the order.
        let token = vault.tokenize(&card("378282246310005"), &order).await;
        assert_eq!(vault.pay(&token, &order, None).await.json()["status"], "approved");
    }
}

#[tokio::test]
async fn an_order_is_paid_once() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let first = vault.tokenize(&card("4242424242424242"), &order).await;
    let second = vault.tokenize(&card("5555555555554444"), &order).await;
    assert_eq!(vault.pay(&first, &order, None).await.json()["status"], "approved");
    vault.pay(&second, &order, None).await.assert_refused(409, "order_paid");
    let shown = vault.ask("GET", &format!("/v1/tokens/{second}")).await;
    assert_eq!(shown.json()["status"], "active", "a token that could not pay is not spent");
    // Signed anew it is still the same order.
    vault.clock.advance(5);
    let again = vault.shop.signed("order-1", vault.now());
    let third = vault.tokenize(&card("4242424242424242"), &again).await;
    vault.pay(&third, &again, None).await.assert_refused(409, "order_paid");
}

#[tokio::test]
async fn asking_again_with_the_same_key_gets_the_same_answer() {
    let vault = InProcess::start().await;
    for (number, status) in [("4242424242424242", "approved"), ("4000000000009995", "declined")] {
        let order = vault.shop.signed(status, vault.now());
        let token = vault.tokenize(&card(number), &order).await;
        let first = vault.pay(&token, &order, Some(status)).await;
        assert_eq!(first.json()["status"], status);
        vault.clock.advance(3600);
        let again = vault.pay(&token, &order, Some(status)).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        let other = vault.pay("tok_AAAAAAAAAAAAAAAAAAAAAA", &order, Some(status)).await;
        other.assert_refused(409, "idempotency_key_reused");
    }
}

#[tokio::test]
async fn another_merchants_idempotency_key_is_another_key() {
    let vault = InProcess::start().await;
    let other = crate::shop::Shop::new("other");
    other.register(&vault.vault.store).await;
    let (ours, theirs) = (vault.shop.signed("order-1", vault.now()), other.signed("order-1", vault.now()));
    let token = vault.tokenize(&card("4242424242424242"), &ours).await;
    assert_eq!(vault.pay(&token, &ours, Some("1")).await.json()["status"], "approved");
    let token = vault.tokenize(&card("4242424242424242"), &theirs).await;
    let paid = vault.pay_with(&other, &payment_request(&token, &theirs), Some("1")).await;
    assert_eq!(paid.json()["status"], "approved", "and so is another merchant's order of the same id");
}

#[tokio::test]
async fn a_silent_acquirer_is_not_waited_for() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card(Sandbox::SILENT), &order).await;
    vault.pay(&token, &order, Some("1")).await.assert_refused(504, "acquirer_timeout");
    vault.pay(&token, &order, Some("1")).await.assert_refused(504, "acquirer_timeout");
    vault.pay(&token, &order, None).await.assert_refused(410, "token_spent");
    assert_eq!(count(&vault, "sealed").await, 0);
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    assert_eq!(vault.pay(&token, &order, None).await.json()["status"], "approved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_payments_at_once_ask_the_acquirer_once() {
    let acquirer = Arc::new(Counting::default());
    let vault = InProcess::start_with(Setup { acquirer: acquirer.clone(), ..Setup::default() }).await;
    let order = vault.shop.signed("order-1", vault.now());
    let first = vault.tokenize(&card("4242424242424242"), &order).await;
    let second = vault.tokenize(&card("5555555555554444"), &order).await;
    let vault = Arc::new(vault);
    let payments: Vec<_> = (0..32)
        .map(|index| {
            let (vault, order) = (vault.clone(), order.clone());
            let token = if index % 2 == 0 { first.clone() } else { second.clone() };
            tokio::spawn(async move { vault.pay(&token, &order, None).await })
        })
        .collect();
    let mut approved = 0;
    for payment in payments {
        let answer = payment.await.unwrap();
        match answer.status.as_u16() {
            201 => approved += 1,
            409 => answer.assert_refused(409, "order_paid"),
            410 => answer.assert_refused(410, "token_spent"),
            // While the one payment waits for the acquirer.
            _ => answer.assert_refused(503, "unavailable"),
        }
    }
    assert_eq!(approved, 1);
    assert_eq!(acquirer.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_no_payment_half_done() {
    let acquirer = Arc::new(Counting::default());
    let vault = InProcess::start_with(Setup { acquirer: acquirer.clone(), ..Setup::default() }).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    let hung_up = tokio::time::timeout(Duration::from_millis(20), vault.pay(&token, &order, Some("1"))).await;
    assert!(hung_up.is_err(), "it was too fast to hang up on");
    vault.pay(&token, &order, Some("1")).await.assert_refused(503, "unavailable");
    vault.vault.payments.close();
    vault.vault.payments.wait().await;
    assert_eq!(vault.pay(&token, &order, Some("1")).await.json()["status"], "approved");
    assert_eq!(acquirer.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_acquirer_that_fails_is_asked_to_reverse() {
    let acquirer = Arc::new(Counting { broken: true, ..Counting::default() });
    let vault = InProcess::start_with(Setup { acquirer: acquirer.clone(), ..Setup::default() }).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    vault.pay(&token, &order, None).await.assert_refused(504, "acquirer_timeout");
    assert_eq!(acquirer.reversed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_approval_that_comes_after_another_vaults_reversal_is_reversed() {
    let acquirer = Arc::new(Counting::default());
    let vault = InProcess::start_with(Setup { acquirer: acquirer.clone(), ..Setup::default() }).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    let reversed = async {
        while acquirer.asked.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let [pending] = vault.vault.store.pending_payments(vault.now()).await.unwrap().try_into().unwrap();
        vault.vault.store.reverse_payment(&pending, vault.now()).await.unwrap();
    };
    let (paid, ()) = tokio::join!(vault.pay(&token, &order, None), reversed);
    paid.assert_refused(504, "acquirer_timeout");
    assert_eq!(acquirer.reversed.load(Ordering::Relaxed), 1, "nothing stays set aside");
}

#[tokio::test]
async fn the_acquirer_is_given_the_chosen_brand_and_the_billing_address_of_the_card() {
    let acquirer = Arc::new(Counting::default());
    let vault = InProcess::start_with(Setup { acquirer: acquirer.clone(), ..Setup::default() }).await;
    let country = Country::parse("FR").ok();
    let postal_code = PostalCode::parse("75001", country).unwrap();
    let with_address = Card { brand: Some(Brand::Visa), country, postal_code, ..card("4000002500001001") };
    for (id, card) in [("order-1", with_address), ("order-2", card("4000002500001001"))] {
        let order = vault.shop.signed(id, vault.now());
        let token = vault.tokenize(&card, &order).await;
        vault.pay(&token, &order, None).await;
    }
    assert_eq!(count(&vault, "sealed").await, 0, "a payment erases the address with the card");
    let given = acquirer.given.lock().unwrap();
    let given: Vec<_> = given.iter().map(|(brand, address)| (*brand, address.as_str())).collect();
    assert_eq!(given, [(Some(Brand::Visa), "FR 75001"), (Some(Brand::CartesBancaires), " ")]);
}

/// Takes its time, counts, and keeps what brand and address it was given.
#[derive(Default)]
struct Counting {
    asked: AtomicUsize,
    reversed: AtomicUsize,
    given: Mutex<Vec<(Option<Brand>, String)>>,
    broken: bool,
}

impl Acquirer for Counting {
    fn authorize<'a>(&'a self, authorization: &'a Authorization) -> Asked<'a, Decision> {
        let country = authorization.country.map_or("", Country::expose);
        let postal_code = authorization.postal_code.as_ref().map_or("", |code| code.expose());
        self.given.lock().unwrap().push((authorization.brand, format!("{country} {postal_code}")));
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(80)).await;
            if self.broken { Err(Error) } else { Ok(Decision::Approved(AuthorizationCode::parse("123456").unwrap())) }
        })
    }

    fn reverse<'a>(&'a self, _: &'a PaymentId) -> Asked<'a, ()> {
        self.reversed.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(())))
    }
}
