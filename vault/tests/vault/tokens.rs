//! Tokens, when all is well.

use std::{collections::HashSet, path::Path};

use axum::http::StatusCode;
use cardseal_protocol::{
    address::{Country, PostalCode},
    brand::Brand,
    card::{Card, Cardholder, Expiry},
    receipt::SignedReceipt,
};
use serde_json::json;
use sqlx::Row;

use crate::{
    in_process::{Answer, InProcess, keyring, receipt_keys},
    shop::{Shop, card, context, device, dual, seal, seal_text, token_request},
};

#[tokio::test]
async fn a_merchants_order_keys_are_public_and_fresh() {
    let vault = InProcess::start().await;
    let answer = vault.get("/v1/merchants/mer_shop/keys").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("Date"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let jwk = serde_json::to_value(vault.shop.key.jwk()).unwrap();
    assert_eq!(answer.json(), json!({ "keys": [jwk], "name": "A shop" }));
}

#[tokio::test]
async fn a_sealed_card_becomes_a_token() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let envelope = vault.seal(&card("4242 4242 4242 4242"), &order);
    let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let (token, receipt) = (answer.text("token"), answer.text("receipt"));
    assert!(token.starts_with("tok_") && token.len() == 26, "{token}");
    assert_eq!(
        answer.json(),
        json!({
            "token": token, "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030,
            "order": "order-1", "expires": vault.now().as_secs() + 900, "receipt": receipt,
        })
    );

    let shown = vault.ask("GET", &format!("/v1/tokens/{token}")).await;
    assert_eq!(
        shown.json(),
        json!({
            "token": token, "status": "active", "brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030,
            "order": "order-1", "amount": 4200, "currency": "EUR",
            "created": vault.now().as_secs(), "expires": vault.now().as_secs() + 900,
            "receipt": receipt, "dual_signature": dual(&envelope, &order).sign(&device()).unwrap(),
        })
    );
}

#[tokio::test]
async fn the_same_bytes_again_get_the_same_answer_also_after_a_restart() {
    let mut vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let body = token_request(&vault.seal(&card("5555555555554444"), &order), &order);
    let first = vault.post("/v1/tokens", &body).await;
    vault.clock.advance(60);
    let second = vault.post("/v1/tokens", &body).await;
    assert_eq!((second.status, second.json()), (first.status, first.json()));

    // A new store on the same file stands for a restart.
    let store = cardseal_vault::store::Store::open(&crate::in_process::options(vault.directory.path(), None)).await;
    let store = store.unwrap();
    let restarted = cardseal_vault::Vault {
        keyring: keyring(&store, vault.directory.path(), vault.now()).await,
        store,
        clock: vault.vault.clock.clone(),
        acquirer: vault.vault.acquirer.clone(),
        origin: vault.vault.origin.clone(),
        frame: None,
        limits: vault.vault.limits,
        payments: vault.vault.payments.clone(),
    };
    vault.app = cardseal_vault::app(restarted.into());
    let third = vault.post("/v1/tokens", &body).await;
    assert_eq!((third.status, third.json()), (first.status, first.json()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_posts_at_once_of_one_envelope_make_one_token() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);
    let vault = std::sync::Arc::new(vault);
    let posts: Vec<_> = (0..64)
        .map(|_| {
            let (vault, body) = (vault.clone(), body.clone());
            tokio::spawn(async move { vault.post("/v1/tokens", &body).await })
        })
        .collect();
    let mut tokens = HashSet::new();
    for post in posts {
        let answer: Answer = post.await.unwrap();
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        tokens.insert(answer.text("token"));
    }
    assert_eq!(tokens.len(), 1);
    assert_eq!(count(&vault, "tokens").await, 1);
    assert_eq!(count(&vault, "receipts").await, 1);
    assert_eq!(count(&vault, "sealed").await, 2);
}

/// Tokenizing must not tell a good number from a bad one.
#[tokio::test]
async fn a_card_that_no_bank_would_take_is_answered_as_any_other() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    for (number, year, brand) in [
        ("4242424242424241", 2030, json!("visa")),
        ("4242424242424242", 2020, json!("visa")),
        ("000000000000", 2030, json!(null)),
    ] {
        let card = format!(r#"{{"number":"{number}","exp_month":1,"exp_year":{year},"code":"739"}}"#);
        let envelope = seal_text(&vault.keys(), &card, &context(&order, vault.now()));
        let answer = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{number} {answer:?}");
        assert_eq!(answer.json()["brand"], brand, "{number}");
        assert_eq!(answer.json()["last4"], &number[number.len() - 4..]);
        let paid = vault.pay(&answer.text("token"), &order, None).await;
        assert_eq!(paid.json()["decline_code"], if year == 2020 { "expired_card" } else { "not_a_test_card" });
    }
}

#[tokio::test]
async fn an_expired_token_says_so_and_its_card_is_erased() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    vault.clock.advance(899);
    assert_eq!(vault.vault.store.sweep(vault.now()).await.unwrap().cards, 0, "not a second early");
    vault.clock.advance(1);
    assert_eq!(vault.vault.store.sweep(vault.now()).await.unwrap().cards, 2);
    assert_eq!(count(&vault, "sealed").await, 0);
    let shown = vault.ask("GET", &format!("/v1/tokens/{token}")).await;
    assert_eq!(shown.json()["status"], "expired");
    vault.pay(&token, &order, None).await.assert_refused(410, "token_expired");
}

#[tokio::test]
async fn an_envelope_is_remembered_for_as_long_as_it_can_be_fresh() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let ahead = context(&order, vault.now().plus(300));
    let body = token_request(&seal(&vault.keys(), &card("4242424242424242"), &ahead), &order);
    let first = vault.post("/v1/tokens", &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    vault.clock.advance(600);
    assert_eq!(vault.vault.store.sweep(vault.now()).await.unwrap().envelopes, 0);
    let again = vault.post("/v1/tokens", &body).await;
    assert_eq!(again.json(), first.json());
    vault.clock.advance(61);
    assert_eq!(vault.vault.store.sweep(vault.now()).await.unwrap().envelopes, 1);
    vault.post("/v1/tokens", &body).await.assert_refused(400, "clock_skew");
}

#[tokio::test]
async fn a_deleted_tokens_card_is_erased() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    for _ in 0..2 {
        let deleted = vault.ask("DELETE", &format!("/v1/tokens/{token}")).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT, "deleting twice is safe");
    }
    assert_eq!(count(&vault, "sealed").await, 0);
    let shown = vault.ask("GET", &format!("/v1/tokens/{token}")).await;
    assert_eq!(shown.json()["status"], "deleted");
    vault.pay(&token, &order, None).await.assert_refused(410, "token_spent");
}

#[tokio::test]
async fn name_and_address_are_kept_with_the_card_and_lengths_tell_nothing() {
    let vault = InProcess::start().await;
    let order = vault.shop.signed("order-1", vault.now());
    let mut long = card("4242424242424242");
    long.holder = Some(Cardholder::parse("Maria \"Mia\" de la Cruz-Ødegård").unwrap());
    long.country = Country::parse("US").ok();
    long.postal_code = PostalCode::parse("94103-1234", long.country).unwrap();
    long.expiry = Expiry::parse("1/29", vault.now()).unwrap();
    vault.tokenize(&long, &order).await;
    vault.tokenize(&card("30569309025904"), &order).await;
    let mut lengths = HashSet::new();
    for row in rows(&vault, "SELECT part, length(ciphertext) AS length FROM sealed").await {
        lengths.insert((row.get::<String, _>("part"), row.get::<i64, _>("length")));
    }
    assert_eq!(lengths, HashSet::from([("card".to_owned(), 12 + 512 + 16), ("code".to_owned(), 12 + 32 + 16)]));
}

/// The shopper's choice on a co-badged card, from the envelope to the token, its receipt and the payment.
#[tokio::test]
async fn the_chosen_brand_is_kept_and_one_that_the_number_does_not_have_is_refused() {
    let vault = InProcess::start().await;
    for (id, chosen, brand) in [
        ("order-1", Some(Brand::Visa), "visa"),
        ("order-2", Some(Brand::CartesBancaires), "cartes_bancaires"),
        ("order-3", None, "cartes_bancaires"),
    ] {
        let order = vault.shop.signed(id, vault.now());
        let card = Card { brand: chosen, ..card("4000002500001001") };
        let answer = vault.issue(&card, &order).await;
        assert_eq!(answer.json()["brand"], brand);
        let receipt = SignedReceipt::parse(&answer.text("receipt")).unwrap();
        assert_eq!(receipt.verify(&receipt_keys(&vault).await).unwrap().brand.map(Brand::id), Some(brand));
        assert_eq!(vault.pay(&answer.text("token"), &order, None).await.json()["brand"], brand);
    }
    let order = vault.shop.signed("order-other", vault.now());
    for other in [Brand::Mastercard, Brand::Amex, Brand::Bancontact] {
        let card = Card { brand: Some(other), ..card("4000002500001001") };
        let answer = vault.post("/v1/tokens", &token_request(&vault.seal(&card, &order), &order)).await;
        answer.assert_refused(400, "envelope_invalid");
    }
}

/// A row moved to another token, or a code to a card's place, must not open.
#[tokio::test]
async fn stored_rows_cannot_be_swapped() {
    let vault = InProcess::start().await;
    let (first, second) = (vault.shop.signed("order-1", vault.now()), vault.shop.signed("order-2", vault.now()));
    let approved = vault.tokenize(&card("4242424242424242"), &first).await;
    let declined = vault.tokenize(&card("4000000000000002"), &second).await;
    let statement = "UPDATE sealed SET (wrapped_key, ciphertext) = \
                     (SELECT wrapped_key, ciphertext FROM sealed s WHERE s.token = ?1 AND s.part = sealed.part) \
                     WHERE token = ?2";
    let mut connection = connect(vault.directory.path()).await;
    sqlx::query(statement).bind(&approved).bind(&declined).execute(&mut connection).await.unwrap();
    vault.pay(&declined, &second, None).await.assert_refused(500, "internal");
    let shown = vault.ask("GET", &format!("/v1/tokens/{declined}")).await;
    assert_eq!(shown.json()["status"], "active", "nothing was changed by the attempt");
    assert_eq!(vault.pay(&approved, &first, None).await.json()["status"], "approved");
}

#[tokio::test]
async fn removing_a_merchant_removes_its_cards_and_nothing_else() {
    let vault = InProcess::start().await;
    let other = Shop::new("other");
    other.register(&vault.vault.store).await;
    let order = vault.shop.signed("order-1", vault.now());
    let token = vault.tokenize(&card("4242424242424242"), &order).await;
    vault.pay(&token, &order, Some("key")).await;
    vault.tokenize(&card("4242424242424242"), &order).await;
    assert!(vault.vault.store.remove_merchant(&vault.shop.id).await.unwrap());
    assert!(!vault.vault.store.remove_merchant(&vault.shop.id).await.unwrap());
    for table in ["sealed", "tokens", "envelopes", "idempotency_keys"] {
        assert_eq!(count(&vault, table).await, 0, "{table}");
    }
    assert_eq!(count(&vault, "payments").await, 1, "what was paid stays on record");
    assert_eq!(count(&vault, "receipts").await, 2, "and so does what was signed");
    vault.ask("GET", &format!("/v1/tokens/{token}")).await.assert_refused(401, "api_key_invalid");
    let ids: Vec<_> = vault.vault.store.merchants().await.unwrap().into_iter().map(|merchant| merchant.id).collect();
    assert_eq!(ids, [other.id]);
}

pub(crate) async fn connect(data: &Path) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions;
    sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("vault.db")).connect().await.unwrap()
}

async fn rows(vault: &InProcess, statement: &'static str) -> Vec<sqlx::sqlite::SqliteRow> {
    sqlx::query(statement).fetch_all(&mut connect(vault.directory.path()).await).await.unwrap()
}

pub(crate) async fn count(vault: &InProcess, table: &str) -> i64 {
    count_in(vault.directory.path(), table).await
}

/// How many rows a table has in the database of a data directory.
pub(crate) async fn count_in(data: &Path, table: &str) -> i64 {
    let statement = match table {
        "tokens" => "SELECT count(*) AS count FROM tokens",
        "sealed" => "SELECT count(*) AS count FROM sealed",
        "envelopes" => "SELECT count(*) AS count FROM envelopes",
        "payments" => "SELECT count(*) AS count FROM payments",
        "receipts" => "SELECT count(*) AS count FROM receipts",
        "idempotency_keys" => "SELECT count(*) AS count FROM idempotency_keys",
        other => panic!("no table {other}"),
    };
    sqlx::query(statement).fetch_one(&mut connect(data).await).await.unwrap().get("count")
}
