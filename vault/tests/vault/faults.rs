//! What goes wrong inside the vault: clients learn that they may try again, and nothing is lost.

use std::sync::Arc;

use axum::http::StatusCode;
use cardseal_protocol::UnixTime;
use cardseal_vault::{
    Vault,
    acquirer::{Acquirer, Answer as Asked, Authorization, Decision},
    app,
    clock::Clock,
    id::PaymentId,
    store::Store,
};
use sqlx::{ConnectOptions, Executor, sqlite::SqliteConnectOptions};

use crate::{
    in_process::{InProcess, Setup, keyring, options},
    shop::{card, token_request},
    tokens::count,
};

#[tokio::test]
async fn a_locked_database_is_a_passing_fault() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let paid = vault.shop.signed("order-2", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &paid).await;
    let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);

    let path = vault.directory.path().join("vault.db");
    let mut other = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    vault.post("/v1/tokens", &body).await.assert_refused(503, "unavailable");
    vault.pay(&token, &paid, Some("1")).await.assert_refused(503, "unavailable");
    vault.ask("DELETE", &format!("/v1/tokens/{token}")).await.assert_refused(503, "unavailable");
    vault.get("/readyz").await.assert_refused(503, "unavailable");
    assert_eq!(vault.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(vault.ask("GET", &format!("/v1/tokens/{token}")).await.json()["status"], "active", "reading goes on");

    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(vault.post("/v1/tokens", &body).await.status, StatusCode::CREATED);
    assert_eq!(vault.pay(&token, &paid, Some("1")).await.json()["status"], "approved");
    assert_eq!(vault.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(count(&vault, "tokens").await, 2);
}

#[tokio::test]
async fn a_full_database_is_a_passing_fault() {
    let mut vault = InProcess::start_with(Setup { max_pages: Some(40), ..Setup::default() }).await;
    let mut kept = Vec::new();
    let (refused, order) = loop {
        let order = vault.shop.signed(&format!("order-{}", kept.len()), vault.now());
        let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);
        let answer = vault.post("/v1/tokens", &body).await;
        if answer.status != StatusCode::CREATED {
            answer.assert_refused(503, "unavailable");
            break (body, order);
        }
        kept.push((answer.text("token"), order));
        assert!(kept.len() < 1000, "the limit does not limit");
    };
    assert!(!kept.is_empty());
    assert_eq!(count(&vault, "tokens").await, kept.len() as i64);
    // The process goes on all the while.
    assert_eq!(vault.get("/readyz").await.status, StatusCode::OK);

    // Room again.
    let store = Store::open(&options(vault.directory.path(), None)).await.unwrap();
    vault = with(vault, |old| Vault { store, ..old }).await;
    let answer = vault.post("/v1/tokens", &refused).await;
    assert_eq!(answer.status, StatusCode::CREATED, "the same bytes are taken now");
    kept.push((answer.text("token"), order));
    for (token, order) in kept {
        assert_eq!(vault.pay(&token, &order, None).await.json()["status"], "approved");
    }
}

#[tokio::test]
async fn a_panic_is_an_internal_error_without_its_text() {
    let vault = with(InProcess::start().await, |old| Vault { clock: Arc::new(Panics), ..old }).await;
    let order = vault.shop.signed("order-1", UnixTime::from_secs(crate::shop::NOW));
    let envelope = vault.seal(&card("4242424242424242"), &order);
    let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
    answer.assert_refused(500, "internal");
    assert!(!String::from_utf8_lossy(&answer.body).contains("5105"), "{answer:?}");
    assert_eq!(vault.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_panic_while_paying_is_an_internal_error_and_spends_the_token() {
    let vault = InProcess::start_with(Setup { acquirer: Arc::new(Panics), ..Setup::default() }).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    vault.pay(&token, &order, None).await.assert_refused(500, "internal");
    vault.pay(&token, &order, None).await.assert_refused(410, "token_spent");
}

/// Panics with a card number in its text.
struct Panics;

impl Clock for Panics {
    fn now(&self) -> UnixTime {
        panic!("5105105105105100")
    }
}

impl Acquirer for Panics {
    fn authorize<'a>(&'a self, _: &'a Authorization) -> Asked<'a, Decision> {
        panic!("5105105105105100")
    }

    fn reverse<'a>(&'a self, _: &'a PaymentId) -> Asked<'a, ()> {
        panic!("5105105105105100")
    }
}

/// The same vault with something replaced.
pub(crate) async fn with(mut vault: InProcess, change: impl FnOnce(Vault) -> Vault) -> InProcess {
    let old = Arc::clone(&vault.vault);
    let old = Vault {
        store: old.store.clone(),
        keyring: keyring(&old.store, vault.directory.path(), vault.now()).await,
        clock: old.clock.clone(),
        acquirer: old.acquirer.clone(),
        origin: old.origin.clone(),
        frame: old.frame.clone(),
        limits: old.limits,
        payments: old.payments.clone(),
    };
    vault.vault = Arc::new(change(old));
    vault.app = app(Arc::clone(&vault.vault));
    vault
}
