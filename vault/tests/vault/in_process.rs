//! A vault's router, its clock in the test's hand.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use cardseal_protocol::{
    UnixTime,
    card::Card,
    directory::{Directory, PublishedDirectory},
    keys::{JwkSet, SigningKey, VerifyingKey},
};
use cardseal_vault::{
    Limits, Vault,
    acquirer::{Acquirer, Sandbox},
    app,
    clock::Clock,
    directory,
    keyring::{KeyFiles, Keyring},
    root,
    store::{Options, Store},
};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::shop::{NOW, PAGE, Shop, context, origin, payment_request, seal, token_request};

pub(crate) struct ManualClock(AtomicU64);

impl ManualClock {
    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// A vault with one shop.
pub(crate) struct InProcess {
    pub(crate) vault: Arc<Vault>,
    pub(crate) app: Router,
    pub(crate) shop: Shop,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) directory: TempDir,
    pub(crate) root: SigningKey,
    keys: JwkSet,
}

/// So short that tests need not wait.
const PATIENCE: Duration = Duration::from_millis(150);

/// How a vault differs from a usual one.
pub(crate) struct Setup {
    pub(crate) acquirer: Arc<dyn Acquirer>,
    pub(crate) max_pages: Option<u32>,
    pub(crate) frame: bool,
    /// How long a request waits for the database.
    pub(crate) patience: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self { acquirer: Arc::new(Sandbox), max_pages: None, frame: false, patience: PATIENCE }
    }
}

impl InProcess {
    pub(crate) async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    pub(crate) async fn start_with(setup: Setup) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock(AtomicU64::new(NOW)));
        let frame = setup.frame.then(|| directory.path().join("frame"));
        let options = Options { patience: setup.patience, ..options(directory.path(), setup.max_pages) };
        let store = Store::open(&options).await.unwrap();
        let root = SigningKey::generate().unwrap();
        delegate(&root, &store, directory.path(), clock.now()).await;
        let vault = Arc::new(Vault {
            keyring: keyring(&store, directory.path(), clock.now()).await,
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            acquirer: setup.acquirer,
            origin: origin("https://vault.example"),
            frame,
            limits: Limits { body: Duration::from_millis(200), acquirer: Duration::from_millis(200) },
            payments: TaskTracker::new(),
        });
        let shop = Shop::new("mer_shop");
        shop.register(&vault.store).await;
        let mut it =
            Self { app: app(Arc::clone(&vault)), vault, shop, clock, directory, root, keys: JwkSet { keys: vec![] } };
        it.keys = it.published_keys().await;
        it
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// What cards were to be sealed to when the vault started.
    pub(crate) fn keys(&self) -> JwkSet {
        self.keys.clone()
    }

    /// The directory as a browser takes it.
    pub(crate) async fn published(&self) -> Directory {
        let published: PublishedDirectory = self.get(KEYS).await.read();
        published.verify(&[self.root.kid()], &self.vault.origin, self.now()).unwrap().0
    }

    /// What cards are to be sealed to now.
    pub(crate) async fn published_keys(&self) -> JwkSet {
        encryption_keys(&self.published().await)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: body.to_vec() }
    }

    /// Posts JSON as the frame does.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(post(path, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks as the merchant.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Answer {
        self.ask_with(&self.shop, method, path).await
    }

    pub(crate) async fn ask_with(&self, shop: &Shop, method: &str, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer(shop));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Seals a card for the order.
    pub(crate) fn seal(&self, card: &Card, order: &str) -> String {
        seal(&self.keys(), card, &context(order, self.now()))
    }

    /// Makes a token of the card and gives all that the vault answers.
    pub(crate) async fn issue(&self, card: &Card, order: &str) -> Answer {
        let answer = self.post("/v1/tokens", &token_request(&self.seal(card, order), order)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer
    }

    /// Makes a token of the card.
    pub(crate) async fn tokenize(&self, card: &Card, order: &str) -> String {
        self.issue(card, order).await.text("token")
    }

    /// Pays as the merchant.
    pub(crate) async fn pay(&self, token: &str, order: &str, idempotency_key: Option<&str>) -> Answer {
        self.pay_with(&self.shop, &payment_request(token, order), idempotency_key).await
    }

    pub(crate) async fn pay_with(&self, shop: &Shop, body: &str, idempotency_key: Option<&str>) -> Answer {
        let mut request = post("/v1/payments", body);
        request.headers_mut().insert(header::AUTHORIZATION, bearer(shop).parse().unwrap());
        if let Some(key) = idempotency_key {
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        }
        self.send(request).await
    }
}

/// Where the vault publishes its keys.
pub(crate) const KEYS: &str = "/.well-known/cardseal/keys";

/// Lets the root key delegate to the vault in this data directory for the longest time that there is.
pub(crate) async fn delegate(root: &SigningKey, store: &Store, data: &Path, now: UnixTime) {
    let files = KeyFiles::in_data(data).unwrap();
    let key = directory::directory_key(store, &files, now, false).await.unwrap();
    let delegation = root::delegate(root, origin("https://vault.example"), &key, now, 90).unwrap();
    directory::install(store, &files, &delegation, now).await.unwrap();
}

pub(crate) async fn keyring(store: &Store, data: &Path, now: UnixTime) -> Keyring {
    Keyring::open(KeyFiles::in_data(data).unwrap(), store, now).await.unwrap()
}

/// The keys that verify the vault's receipts.
pub(crate) async fn receipt_keys(vault: &InProcess) -> Vec<VerifyingKey> {
    vault.vault.store.receipt_keys().await.unwrap()
}

/// The keys of a directory that cards are sealed to.
pub(crate) fn encryption_keys(directory: &Directory) -> JwkSet {
    let keys = directory.keys.iter().map(|key| key.jwk.clone());
    JwkSet { keys: keys.filter(|jwk| jwk.key_use.as_deref() == Some("enc")).collect() }
}

pub(crate) fn options(directory: &Path, max_pages: Option<u32>) -> Options {
    Options { patience: PATIENCE, max_pages, ..Options::in_directory(directory) }
}

pub(crate) fn bearer(shop: &Shop) -> String {
    format!("Bearer {}", shop.api_key.expose())
}

pub(crate) fn post(path: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "https://vault.example")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

/// As [`post`], from the merchant's own page.
pub(crate) fn post_from_page(path: &str, body: &str) -> Request<Body> {
    let mut request = post(path, body);
    request.headers_mut().insert(header::ORIGIN, PAGE.parse().unwrap());
    request
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", self.json())).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that this is a refusal of this status and code, in the form of RFC 9457.
    pub(crate) fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("https://cardseal.dev/errors#{code}"));
        assert!(problem["title"].as_str().unwrap().ends_with('.'));
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.header("retry-after").is_some(), status == 503);
    }
}
