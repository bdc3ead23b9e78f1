//! The life of the vault's keys, and the directory that tells of them; the clock in the test's hand.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use cardseal_protocol::{
    DirectoryHash, KeyId, UnixTime,
    directory::{
        Directory, MAX_DELEGATION_LIFE, MAX_DIRECTORY_LIFE, PublishedDirectory, PublishedKey, SignedDirectory,
    },
    envelope::Suite,
    keys::{Jwk, OpeningKey, SigningKey},
    receipt::SignedReceipt,
};
use cardseal_vault::{
    FRESHNESS, Vault, app,
    directory::{self, RENEWAL},
    keyring::{GRACE, KeyFiles, Keyring, Kind},
    root,
    store::{Store, keys::Key},
};
use serde::Deserialize;
use sqlx::{
    ConnectOptions, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::SqliteConnectOptions,
};

use crate::{
    in_process::{Answer, InProcess, KEYS, delegate, encryption_keys, keyring, options},
    shop::{card, context, seal, token_request},
};

#[derive(Deserialize)]
struct Log {
    entries: Vec<PublishedDirectory>,
}

impl InProcess {
    fn files(&self) -> KeyFiles {
        KeyFiles::in_data(self.directory.path()).unwrap()
    }

    async fn renew(&self) -> bool {
        directory::renew(&self.vault.store, &self.files(), self.now()).await.unwrap()
    }

    async fn rotate(&self, grace: u64) {
        directory::rotate(&self.vault.store, &self.files(), self.now(), grace).await.unwrap();
    }

    async fn revoke(&self, kid: &KeyId) {
        directory::revoke(&self.vault.store, &self.files(), kid, self.now()).await.unwrap();
    }

    async fn refresh(&self) -> bool {
        self.vault.keyring.refresh(&self.vault.store, self.now()).await.unwrap()
    }

    /// The keys of this kind, oldest first.
    async fn of_kind(&self, kind: &str) -> Vec<Key> {
        let keys = self.vault.store.keys().await.unwrap();
        keys.into_iter().filter(|key| key.kind.as_str() == kind).collect()
    }

    async fn log(&self) -> Vec<PublishedDirectory> {
        let mut entries = Vec::new();
        loop {
            let path = format!("/.well-known/cardseal/log?after={}", entries.len());
            let log: Log = self.get(&path).await.read();
            if log.entries.is_empty() {
                return entries;
            }
            entries.extend(log.entries);
        }
    }

    /// The same vault as another process has it: its keys read as they were until now.
    async fn second(&self) -> Self {
        let store = Store::open(&options(self.directory.path(), None)).await.unwrap();
        let vault = Arc::new(Vault {
            keyring: keyring(&store, self.directory.path(), self.now()).await,
            store,
            clock: Arc::clone(&self.vault.clock),
            acquirer: Arc::clone(&self.vault.acquirer),
            origin: self.vault.origin.clone(),
            frame: None,
            limits: self.vault.limits,
            payments: self.vault.payments.clone(),
        });
        let mut second = Self::start().await;
        second.app = app(Arc::clone(&vault));
        second.vault = vault;
        second
    }

    /// The body of a request for a token, sealed to the first of the published keys.
    async fn sealed(&self, order: &str) -> String {
        let order = self.shop.signed(order, self.now());
        let keys = self.published_keys().await;
        token_request(&seal(&keys, &card("4242424242424242"), &context(&order, self.now())), &order)
    }

    /// The same, at a later time, to a key that is published no more.
    fn sealed_to(&self, directory: &Directory, order: &str) -> String {
        let order = self.shop.signed(order, self.now());
        let keys = encryption_keys(directory);
        token_request(&seal(&keys, &card("4242424242424242"), &context(&order, self.now())), &order)
    }
}

fn sequence(published: &PublishedDirectory) -> u64 {
    SignedDirectory::parse(&published.directory).unwrap().sequence()
}

fn entry<'a>(directory: &'a Directory, kid: &KeyId) -> Option<&'a PublishedKey> {
    directory.keys.iter().find(|key| key.jwk.kid.as_deref() == Some(kid.to_string().as_str()))
}

fn file(vault: &InProcess, key: &Key) -> PathBuf {
    vault.directory.path().join(format!("keys/{}.{}.key", key.kind.as_str(), key.version))
}

#[tokio::test]
async fn the_directory_is_public_cacheable_and_signed() {
    let vault = InProcess::start().await;
    let answer = vault.get(KEYS).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("Date"));
    assert_eq!(answer.json().as_object().unwrap().len(), 2, "delegation and directory");

    let directory = vault.published().await;
    assert_eq!((directory.sequence, directory.previous), (1, None));
    assert_eq!((directory.issued, directory.expires), (vault.now(), vault.now().plus(MAX_DIRECTORY_LIFE)));
    assert_eq!(directory.vault, vault.vault.origin);
    let sealing = directory.sealing_key(vault.now()).unwrap().kid();
    let published = entry(&directory, &sealing).unwrap();
    assert_eq!((published.not_before, published.expires), (Some(vault.now()), Some(directory.expires)));
    let receipt = vault.vault.keyring.receipt_key().kid();
    assert_eq!(directory.receipt_keys().iter().map(|key| key.kid()).collect::<Vec<_>>(), [receipt]);
    let kinds: Vec<_> = vault.vault.store.keys().await.unwrap().iter().map(|key| key.kind).collect();
    assert!(kinds.contains(&Kind::Directory) && !directory.keys.iter().any(|key| key.jwk.alg.is_none()));
    assert_eq!(directory.keys.len() + 1, kinds.len(), "all but the directory key");
}

#[tokio::test]
async fn who_has_the_directory_is_not_sent_it_again() {
    let vault = InProcess::start().await;
    let tag = vault.get(KEYS).await.header("etag").unwrap().to_owned();
    let ask = async |known: &str| {
        vault.send(Request::get(KEYS).header("if-none-match", known).body(Body::empty()).unwrap()).await
    };
    for known in [tag.as_str(), &format!("W/{tag}"), &format!("\"x\", {tag}"), "*"] {
        let answer = ask(known).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{known}");
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    for unknown in ["\"x\"", tag.trim_matches('"'), ""] {
        assert_eq!(ask(unknown).await.status, StatusCode::OK, "{unknown}");
    }
    vault.rotate(0).await;
    assert_eq!(ask(&tag).await.status, StatusCode::OK, "there is a new one");
}

#[tokio::test]
async fn the_log_is_the_whole_chain() {
    let vault = InProcess::start().await;
    for _ in 0..3 {
        vault.rotate(GRACE).await;
        vault.clock.advance(60);
    }
    // More than one answer of the log holds.
    for _ in 0..105 {
        vault.clock.advance(RENEWAL);
        assert!(vault.renew().await);
    }
    let log = vault.log().await;
    assert_eq!(log.len(), 1 + 3 + 105);
    let page: Log = vault.get("/.well-known/cardseal/log").await.read();
    assert_eq!(page.entries, log[..100]);
    assert_eq!(vault.get(KEYS).await.read::<PublishedDirectory>(), *log.last().unwrap());

    let mut before: Option<(Directory, DirectoryHash)> = None;
    for published in &log {
        let signed = SignedDirectory::parse(&published.directory).unwrap();
        // Each was valid in its time.
        let issued = UnixTime::from_secs(claims(&published.directory)["iat"].as_u64().unwrap());
        let (directory, _) = published.verify(&[vault.root.kid()], &vault.vault.origin, issued).unwrap();
        match &before {
            Some((earlier, hash)) => assert!(directory.follows(earlier, *hash), "{}", directory.sequence),
            None => assert_eq!((directory.sequence, directory.previous), (1, None)),
        }
        before = Some((directory, signed.hash()));
    }

    let answer = vault.get("/.well-known/cardseal/log?after=109").await;
    assert_eq!(answer.json(), serde_json::json!({ "entries": [] }));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    for malformed in ["-1", "x", "", "1&after=2"] {
        vault
            .get(&format!("/.well-known/cardseal/log?after={malformed}"))
            .await
            .assert_refused(400, "request_malformed");
    }
}

fn claims(jws: &str) -> serde_json::Value {
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(jws.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_directory_is_renewed_half_way_through_its_life() {
    let vault = InProcess::start().await;
    vault.clock.advance(RENEWAL - 1);
    assert!(!vault.renew().await);
    assert_eq!(vault.published().await.sequence, 1);
    vault.clock.advance(1);
    assert!(vault.renew().await);
    let renewed = vault.published().await;
    assert_eq!((renewed.sequence, renewed.issued), (2, vault.now()));
    assert!(!vault.renew().await, "once");
}

#[tokio::test]
async fn a_directory_that_lies_ahead_of_the_clock_is_replaced() {
    let vault = InProcess::start().await;
    let (store, files) = (&vault.vault.store, vault.files());
    let later = vault.now().plus(RENEWAL + 1000);
    assert!(directory::renew(store, &files, later).await.unwrap());
    assert!(vault.renew().await);
    assert_eq!(vault.published().await.issued, vault.now());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_make_one_directory_of_each_number() {
    let vault = InProcess::start().await;
    let second = Store::open(&options(vault.directory.path(), None)).await.unwrap();
    let files = vault.files();
    for round in 2..22 {
        vault.clock.advance(RENEWAL);
        let now = vault.now();
        let (one, other) =
            tokio::join!(directory::renew(&vault.vault.store, &files, now), directory::renew(&second, &files, now),);
        assert_ne!(one.unwrap(), other.unwrap(), "one of the two");
        assert_eq!(vault.published().await.sequence, round);
    }
    // Changes that both make both stand.
    let (one, other) = tokio::join!(
        directory::rotate(&vault.vault.store, &files, vault.now(), GRACE),
        directory::rotate(&second, &files, vault.now(), GRACE),
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(vault.published().await.sequence, 23);
    assert_eq!(vault.of_kind("receipt").await.len(), 3);
}

#[tokio::test]
async fn a_retired_key_opens_until_its_grace_ends_and_is_erased_then() {
    let vault = InProcess::start().await;
    let old = vault.published().await;
    let key = vault.of_kind("envelope").await.remove(0);
    let receipt = vault.of_kind("receipt").await.remove(0);
    vault.rotate(GRACE).await;

    let new = vault.published().await;
    assert!(entry(&old, &key.kid).is_some() && entry(&new, &key.kid).is_none(), "published no more");
    assert_ne!(new.sealing_key(vault.now()).unwrap().kid(), key.kid);
    assert!(entry(&new, &receipt.kid).is_some(), "what it signed stays true");
    assert!(new.revoked.is_empty());
    assert!(file(&vault, &key).exists());
    assert!(!file(&vault, &receipt).exists(), "it signs nothing any more");

    // As late as a browser may send what it sealed by the last word of the old directory.
    vault.clock.advance(MAX_DIRECTORY_LIFE + FRESHNESS - 1);
    assert!(vault.renew().await);
    vault.refresh().await;
    assert_eq!(vault.post("/v1/tokens", &vault.sealed_to(&old, "order-1")).await.status, StatusCode::CREATED);
    assert!(file(&vault, &key).exists(), "the control");

    vault.clock.advance(1);
    // Also where the key is in memory yet.
    vault.post("/v1/tokens", &vault.sealed_to(&old, "order-2")).await.assert_refused(400, "key_unknown");
    assert!(vault.refresh().await);
    vault.vault.keyring.erase_closed(&vault.vault.store, vault.now()).await.unwrap();
    assert!(vault.vault.keyring.opening_key(&key.kid).is_none());
    assert!(!file(&vault, &key).exists());
    vault.post("/v1/tokens", &vault.sealed_to(&old, "order-3")).await.assert_refused(400, "key_unknown");
    assert_eq!(vault.post("/v1/tokens", &vault.sealed("order-4").await).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_by_every_process() {
    let vault = InProcess::start().await;
    let second = vault.second().await;
    let key = vault.of_kind("envelope").await.remove(0);
    let body = vault.sealed("order-1").await;
    let later = vault.sealed("order-2").await;
    assert_eq!(vault.post("/v1/tokens", &body).await.status, StatusCode::CREATED, "the control");

    vault.revoke(&key.kid).await;
    assert!(!file(&vault, &key).exists());
    // Both have the key in memory: it is the transaction that refuses.
    for vault in [&vault, &second] {
        assert!(vault.vault.keyring.opening_key(&key.kid).is_some());
        vault.post("/v1/tokens", &later).await.assert_refused(400, "key_revoked");
        vault.post("/v1/tokens", &body).await.assert_refused(400, "key_revoked");
        assert!(vault.refresh().await && !vault.refresh().await, "once");
        assert!(vault.vault.keyring.opening_key(&key.kid).is_none());
        vault.post("/v1/tokens", &later).await.assert_refused(400, "key_revoked");
    }
    let directory = vault.published().await;
    assert_eq!(directory.revoked, [key.kid]);
    assert!(entry(&directory, &key.kid).is_none());
    assert_eq!(vault.post("/v1/tokens", &vault.sealed("order-2").await).await.status, StatusCode::CREATED);
    // Again changes nothing but the number.
    vault.revoke(&key.kid).await;
    assert_eq!(vault.published().await.keys.len(), directory.keys.len());
}

#[tokio::test]
async fn a_key_that_is_not_in_memory_is_looked_for_once() {
    let vault = InProcess::start().await;
    let second = vault.second().await;
    vault.rotate(GRACE).await;
    let body = vault.sealed("order-1").await;
    let new = vault.published().await.sealing_key(vault.now()).unwrap().kid();
    assert!(second.vault.keyring.opening_key(&new).is_none());
    assert_eq!(second.post("/v1/tokens", &body).await.status, StatusCode::CREATED);
    assert!(!second.refresh().await, "it has read them");
}

#[tokio::test]
async fn a_revoked_receipt_key_verifies_nothing_any_more() {
    let vault = InProcess::start().await;
    let key = vault.of_kind("receipt").await.remove(0);
    vault.revoke(&key.kid).await;
    let directory = vault.published().await;
    assert!(!directory.receipt_keys().iter().any(|published| published.kid() == key.kid));
    assert_eq!(directory.receipt_keys().len(), 1, "another in its place");
    // No receipt by it leaves the vault any more: who asks a moment too early is to ask again.
    let body = vault.sealed("order-1").await;
    vault.post("/v1/tokens", &body).await.assert_refused(503, "unavailable");
    assert!(vault.refresh().await);
    assert_eq!(vault.vault.keyring.receipt_key().kid(), directory.receipt_keys()[0].kid());
    let receipt = vault.post("/v1/tokens", &body).await.text("receipt");
    SignedReceipt::parse(&receipt).unwrap().verify(&directory.receipt_keys()).unwrap();
}

#[tokio::test]
async fn the_directory_key_is_replaced_by_a_delegation() {
    let vault = InProcess::start().await;
    let (store, files) = (&vault.vault.store, vault.files());
    let old = vault.of_kind("directory").await.remove(0);
    let error = directory::revoke(store, &files, &old.kid, vault.now()).await.unwrap_err();
    assert!(error.to_string().contains("cardseal-vault keys directory-key --new"), "{error}");

    let new = directory::directory_key(store, &files, vault.now(), true).await.unwrap();
    let again = directory::directory_key(store, &files, vault.now(), false).await.unwrap();
    assert_eq!(new, again, "the newest");
    assert_ne!(new.thumbprint().unwrap(), old.kid);
    vault.rotate(0).await;
    assert!(file(&vault, &old).exists(), "it signs until the other is delegated to");
    vault.clock.advance(1);
    delegate(&vault.root, store, vault.directory.path(), vault.now()).await;
    assert!(!file(&vault, &old).exists());
    assert_eq!(signer(&vault.get(KEYS).await.read()), new.thumbprint().unwrap());

    vault.revoke(&old.kid).await;
    assert_eq!(vault.published().await.revoked, [old.kid]);
}

/// Who signed a directory.
fn signer(published: &PublishedDirectory) -> KeyId {
    let header = Base64UrlUnpadded::decode_vec(published.directory.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    KeyId::parse(header["kid"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn only_a_good_and_later_delegation_is_installed() {
    let vault = InProcess::start().await;
    let (store, files, now) = (&vault.vault.store, vault.files(), vault.now());
    let key = directory::directory_key(store, &files, now, false).await.unwrap();
    let origin = vault.vault.origin.clone();
    let sign = |root: &SigningKey, key: &Jwk, at| root::delegate(root, origin.clone(), key, at, 1).unwrap();
    let stranger = SigningKey::generate().unwrap();
    let good = sign(&vault.root, &key, now);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", sign(&vault.root, &key, now.plus(1)).rsplit_once('.').unwrap().1);
    let before: PublishedDirectory = vault.get(KEYS).await.read();
    for (delegation, why) in [
        (sign(&vault.root, &key, now.minus(10)), "before the one"),
        (sign(&vault.root, &key, now.minus(2 * MAX_DIRECTORY_LIFE)), "not valid now"),
        (sign(&vault.root, &stranger.jwk(), now), "does not have"),
        (forged, "not signed by"),
        ("nonsense".to_owned(), "cannot be used"),
    ] {
        let error = directory::install(store, &files, &delegation, now).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(vault.get(KEYS).await.read::<PublishedDirectory>(), before);
        assert_eq!(files_delegation(&vault), before.delegation);
    }
    // A new root key is the shops' to pin, not the vault's to judge.
    for delegation in [good, sign(&stranger, &key, now)] {
        directory::install(store, &files, &delegation, now).await.unwrap();
        assert_eq!(vault.get(KEYS).await.read::<PublishedDirectory>().delegation, delegation);
    }
}

fn files_delegation(vault: &InProcess) -> String {
    fs::read_to_string(vault.directory.path().join("keys/delegation.jwt")).unwrap().trim_end().to_owned()
}

#[tokio::test]
async fn after_its_delegation_the_vault_is_not_ready() {
    let vault = InProcess::start().await;
    let (store, files) = (&vault.vault.store, vault.files());
    assert_eq!(vault.get("/readyz").await.status, StatusCode::OK);

    vault.clock.advance(MAX_DELEGATION_LIFE - 1000);
    assert!(vault.renew().await);
    assert_eq!(vault.published().await.expires, vault.now().plus(1000), "no longer than its delegation");
    assert!(!vault.renew().await, "nor is it made again and again");
    vault.clock.advance(999);
    assert_eq!(vault.get("/readyz").await.status, StatusCode::OK);
    vault.clock.advance(1);
    vault.get("/readyz").await.assert_refused(503, "unavailable");
    assert_eq!(vault.get("/healthz").await.status, StatusCode::OK);

    // No key is used that no directory names, but revoking is never put off.
    let error = directory::rotate(store, &files, vault.now(), GRACE).await.unwrap_err();
    assert!(error.to_string().contains("expired"), "{error}");
    let key = vault.of_kind("envelope").await;
    assert_eq!(key.len(), Suite::ALL.len(), "nothing has changed");
    let error = directory::revoke(store, &files, &key[0].kid, vault.now()).await.unwrap_err();
    assert!(error.to_string().starts_with("the change was made, but"), "{error}");
    assert!(!file(&vault, &key[0]).exists());
    vault.clock.advance(1);
    delegate(&vault.root, store, vault.directory.path(), vault.now()).await;
    assert_eq!(vault.published().await.revoked, [key[0].kid]);
    assert_eq!(vault.get("/readyz").await.status, StatusCode::OK);
}

/// A data directory as version 0.1 left it: key files, and a database of the first step only.
async fn old_data(data: &Path, envelope: &[(u32, &OpeningKey)], cards: &[u8; 32]) {
    fs::DirBuilder::new().mode(0o700).create(data.join("keys")).unwrap();
    let write = |name: &str, key: &[u8; 32]| {
        let path = data.join("keys").join(name);
        fs::write(&path, format!("{}\n", Base64UrlUnpadded::encode_string(key))).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    for (version, key) in envelope {
        write(&format!("envelope.{version}.key"), &key.to_bytes());
    }
    write("cards.1.key", cards);
    let first = include_str!("../../migrations/0001_first.sql").into_sql_str();
    let first = Migration::new(1, "first".into(), MigrationType::Simple, first, false);
    let database = SqliteConnectOptions::new().filename(data.join("vault.db")).create_if_missing(true);
    let mut connection = database.connect().await.unwrap();
    Migrator::with_migrations(vec![first]).run(&mut connection).await.unwrap();
}

#[tokio::test]
async fn a_data_directory_of_the_version_before_is_taken_over() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let (old, new) = (OpeningKey::generate(Suite::Hpke7).unwrap(), OpeningKey::generate(Suite::Hpke7).unwrap());
    old_data(data, &[(1, &old), (3, &new)], &[7; 32]).await;
    let master = fs::read(data.join("keys/cards.1.key")).unwrap();

    let now = UnixTime::from_secs(crate::shop::NOW);
    let store = Store::open(&options(data, None)).await.unwrap();
    let root = SigningKey::generate().unwrap();
    delegate(&root, &store, data, now).await;
    let keyring = keyring(&store, data, now).await;
    let published = store.directory().await.unwrap().unwrap().published;
    let (published, _) = published.verify(&[root.kid()], &crate::shop::origin("https://vault.example"), now).unwrap();
    assert!(entry(&published, &new.kid()).is_some(), "the newest, as before");
    assert_eq!(encryption_keys(&published).keys.len(), Suite::ALL.len());
    assert!(keyring.opening_key(&new.kid()).is_some());
    assert!(keyring.opening_key(&old.kid()).is_some(), "what was sealed to the old one is not lost");
    assert_eq!(keyring.cards().version(), 1);
    assert_eq!(fs::read(data.join("keys/cards.1.key")).unwrap(), master);
    let keys = store.keys().await.unwrap();
    let row = |kid| keys.iter().find(|key| key.kid == kid).unwrap();
    assert_eq!((row(new.kid()).version, row(new.kid()).closes), (3, None));
    assert_eq!((row(old.kid()).version, row(old.kid()).closes), (1, Some(now.plus(GRACE))));

    directory::rotate(&store, &KeyFiles::in_data(data).unwrap(), now, GRACE).await.unwrap();
    assert!(data.join("keys/envelope.4.key").exists(), "numbers go on");
}

#[tokio::test]
async fn a_key_that_a_crash_left_without_a_row_opens_but_is_not_published() {
    let vault = InProcess::start().await;
    let left = OpeningKey::generate(Suite::Hpke7).unwrap();
    let path = vault.directory.path().join("keys/envelope.2.key");
    fs::copy(vault.directory.path().join("keys/envelope.1.key"), &path).unwrap();
    fs::write(&path, Base64UrlUnpadded::encode_string(&*left.to_bytes())).unwrap();
    let second = vault.second().await;
    assert!(second.vault.keyring.opening_key(&left.kid()).is_some());
    vault.clock.advance(RENEWAL);
    assert!(vault.renew().await);
    assert!(entry(&vault.published().await, &left.kid()).is_none());
    // Its number is not used a second time.
    vault.rotate(GRACE).await;
    assert!(vault.directory.path().join("keys/envelope.3.key").exists());
}

#[tokio::test]
async fn a_revoked_key_does_not_come_back_with_its_file() {
    let vault = InProcess::start().await;
    let key = vault.of_kind("envelope").await.remove(0);
    let body = vault.sealed("order-1").await;
    let backup = vault.directory.path().join("backup");
    fs::copy(file(&vault, &key), &backup).unwrap();
    vault.revoke(&key.kid).await;
    fs::copy(&backup, file(&vault, &key)).unwrap();
    let second = vault.second().await;
    second.post("/v1/tokens", &body).await.assert_refused(400, "key_revoked");
    second.vault.keyring.erase_closed(&second.vault.store, vault.now()).await.unwrap();
    assert!(!file(&vault, &key).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_start_for_the_first_time_make_one_set_of_keys() {
    let directory = tempfile::tempdir().unwrap();
    let now = UnixTime::from_secs(crate::shop::NOW);
    let one = Store::open(&options(directory.path(), None)).await.unwrap();
    let other = Store::open(&options(directory.path(), None)).await.unwrap();
    let (first, second) = tokio::join!(keyring(&one, directory.path(), now), keyring(&other, directory.path(), now));
    assert_eq!(first.receipt_key().kid(), second.receipt_key().kid());
    let files = directory.path().join("keys").read_dir().unwrap().count();
    assert_eq!(files, 3 + Suite::ALL.len(), "one of each kind, and nothing unfinished");
    assert!(directory.path().join("keys/envelope.1.key").exists());
}

#[tokio::test]
async fn another_key_in_a_keys_file_is_found_out() {
    let vault = InProcess::start().await;
    vault.rotate(GRACE).await;
    let keys = vault.directory.path().join("keys");
    fs::copy(keys.join("envelope.1.key"), keys.join("envelope.2.key")).unwrap();
    let store = &vault.vault.store;
    let error = Keyring::open(vault.files(), store, vault.now()).await.unwrap_err();
    assert!(error.to_string().contains("envelope.2.key holds another key"), "{error}");
    // Those that are in memory stay in use.
    vault.vault.keyring.refresh(store, vault.now()).await.unwrap_err();
    let order = vault.shop.signed("order-1", vault.now());
    let body = token_request(&vault.seal(&card("4242424242424242"), &order), &order);
    assert_eq!(vault.post("/v1/tokens", &body).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_directory_stays_small_however_many_keys_there_were() {
    let vault = InProcess::start().await;
    for _ in 0..70 {
        vault.rotate(0).await;
    }
    let receipts = vault.of_kind("receipt").await;
    assert_eq!(receipts.len(), 71);
    let directory = vault.published().await;
    let published: Vec<KeyId> = directory.receipt_keys().iter().map(|key| key.kid()).collect();
    assert_eq!(published.len(), 32);
    let newest: Vec<KeyId> = receipts[71 - 32..].iter().map(|key| key.kid).collect();
    assert_eq!(published, newest);
    let answer: Answer = vault.get(KEYS).await;
    assert!(answer.body.len() < 24 * 1024, "{}", answer.body.len());
    // Older ones stand in the log.
    let log = vault.log().await;
    assert_eq!(log.iter().map(sequence).collect::<Vec<_>>(), (1..=71).collect::<Vec<_>>());
}
