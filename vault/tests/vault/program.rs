//! The program: command line, start, stop, files.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    http::{Request, header},
};
use cardseal_protocol::{
    UnixTime,
    directory::{PublishedDirectory, SignedDelegation},
    envelope::Suite,
    keys::JwkSet,
};
use cardseal_vault::{
    clock::{Clock, SystemClock},
    id::ApiKey,
};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    in_process::{Answer, KEYS, bearer, encryption_keys},
    leaks::{NUMBERS, files, found},
    shop::{Shop, card, context, payment_request, seal, token_request},
};

/// The origin of a vault that is told none.
pub(crate) const ORIGIN: &str = "http://localhost:8787";

/// The vault's program, running.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
}

impl Program {
    /// Starts the vault of this data directory; where the root key has not delegated to it yet, lets it do so.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        delegate_once(data, more);
        let mut child = command(data, &["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("cardseal-vault listening on http://").unwrap_or_else(|| {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("no address: {line:?} {log}")
        });
        Self { address: address.to_owned(), child }
    }

    /// As [`start`](Self::start), with all that it prints added to a file.
    pub(crate) fn start_into(log: &Path, data: &Path, more: &[&str]) -> Self {
        const ANNOUNCED: &str = "cardseal-vault listening on http://";
        let file = File::options().append(true).create(true).open(log).unwrap();
        delegate_once(data, more);
        let before = fs::read_to_string(log).unwrap().matches(ANNOUNCED).count();
        let mut child = command(data, &["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        loop {
            let printed = fs::read_to_string(log).unwrap();
            if let Some(line) = printed.split(ANNOUNCED).nth(before + 1).and_then(|rest| rest.split_once('\n')) {
                return Self { address: line.0.to_owned(), child };
            }
            assert!(child.try_wait().unwrap().is_none(), "{printed}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Box<dyn std::error::Error>> {
        send(&self.address, request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Full::default()).unwrap()).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(post(path, body)).await.unwrap()
    }

    /// What cards are to be sealed to, as a browser finds it out that trusts whatever root key and origin the vault names.
    pub(crate) async fn keys(&self) -> JwkSet {
        let published: PublishedDirectory = self.get(KEYS).await.read();
        let delegation = SignedDelegation::parse(&published.delegation).unwrap();
        encryption_keys(&published.verify(&[delegation.root()], delegation.vault(), now()).unwrap().0)
    }

    pub(crate) async fn pay(&self, shop: &Shop, token: &str, order: &str, key: &str) -> Answer {
        let mut request = post("/v1/payments", &payment_request(token, order));
        request.headers_mut().insert(header::AUTHORIZATION, bearer(shop).parse().unwrap());
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        self.send(request).await.unwrap()
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end: whether it went well, and all that it logged.
    pub(crate) fn wait(mut self) -> (bool, String) {
        let mut log = String::new();
        if let Some(mut printed) = self.child.stderr.take() {
            printed.read_to_string(&mut log).unwrap();
        }
        (self.child.wait().unwrap().success(), log)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn status(&self) -> String {
        fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) async fn send(
    address: &str,
    mut request: Request<Full<Bytes>>,
) -> Result<Answer, Box<dyn std::error::Error>> {
    request.headers_mut().insert(header::HOST, address.parse()?);
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes().to_vec();
    drop(sender);
    connection.await??;
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

pub(crate) fn post(path: &str, body: &str) -> Request<Full<Bytes>> {
    Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Full::from(body.to_owned())).unwrap()
}

/// Lets a root key delegate to the vault for the origin that it is started with, where none has yet for this one.
fn delegate_once(data: &Path, more: &[&str]) {
    let origin = more.iter().skip_while(|flag| **flag != "--origin").nth(1).copied().unwrap_or(ORIGIN);
    let installed = fs::read_to_string(data.join("keys/delegation.jwt")).ok();
    let installed = installed.and_then(|jws| SignedDelegation::parse(jws.trim_end()).ok());
    if installed.is_none_or(|installed| installed.vault().as_str() != origin) {
        delegate(data, origin);
    }
}

/// Makes a root key beside the data directory, if there is none, and lets it delegate to the vault.
pub(crate) fn delegate(data: &Path, origin: &str) {
    let root = data.with_extension("root.jwk.json");
    if !root.exists() {
        let made = run(data, &["root", "init", "--out", root.to_str().unwrap()]);
        assert!(made.status.success(), "{made:?}");
    }
    let arguments = ["root", "delegate", "--origin", origin, "--root"];
    let to = [root.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let delegated = run(data, &[arguments.as_slice(), &to].concat());
    assert!(delegated.status.success(), "{delegated:?}");
}

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardseal-vault"));
    command.env_clear().env("CARDSEAL_DATA", data).args(arguments);
    command
}

pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().unwrap()
}

/// A fresh data directory, not made yet, with a shop whose key file lies beside it.
pub(crate) fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Registers a shop by the command line.
pub(crate) fn register(directory: &TempDir) -> Shop {
    register_as(directory, "mer_shop")
}

pub(crate) fn register_as(directory: &TempDir, id: &str) -> Shop {
    let mut shop = Shop::new(id);
    let key = directory.path().join("shop.jwk.json");
    fs::write(&key, serde_json::to_string(&shop.key.jwk()).unwrap()).unwrap();
    let added = run(
        &directory.path().join("data"),
        &[
            "merchant",
            "add",
            "--id",
            id,
            "--name",
            "A shop",
            "--origin",
            "https://shop.example",
            "--order-key",
            key.to_str().unwrap(),
        ],
    );
    assert!(added.status.success(), "{added:?}");
    shop.api_key = ApiKey::parse(String::from_utf8(added.stdout).unwrap().trim_end()).expect("one API key on its line");
    shop
}

pub(crate) fn now() -> UnixTime {
    SystemClock.now()
}

#[tokio::test]
async fn a_card_becomes_a_paid_order() {
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Program::start(&data, &[]);
    // The merchant comes while the vault runs.
    let shop = register(&directory);
    let order = shop.signed("order-1", now());
    let envelope = seal(&vault.keys().await, &card("4242424242424242"), &context(&order, now()));
    let token = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
    assert_eq!(token.status, 201, "{token:?}");
    assert!(token.header("date").is_some(), "browsers correct their clock by it");
    let paid = vault.pay(&shop, &token.text("token"), &order, "1").await;
    assert_eq!(paid.json()["status"], "approved");
}

#[test]
fn keys_and_data_are_private() {
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Program::start(&data, &[]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("keys")), 0o700);
    let keys = ["cards.1.key", "delegation.jwt", "directory.1.key", "envelope.1.key", "receipt.1.key"];
    assert_eq!(data.join("keys").read_dir().unwrap().count(), 4 + Suite::ALL.len(), "nothing unfinished is left");
    let keys = keys.map(|name| format!("keys/{name}"));
    for file in keys.iter().map(String::as_str).chain(["vault.db", "vault.db-wal", "vault.db-shm"]) {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    drop(vault);
    fs::set_permissions(data.join("keys/cards.1.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("chmod go="), "{refused:?}");
}

#[tokio::test]
async fn the_vault_at_rest_is_small() {
    let directory = directory();
    let vault = Program::start(&directory.path().join("data"), &[]);
    vault.get(KEYS).await;
    let status = vault.status();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim().to_owned();
    println!("resident at rest: {resident}");
    let kilobytes: u64 = resident.trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 40 * 1024, "{resident}");
}

#[tokio::test]
async fn a_stop_waits_for_requests_under_way_and_moves_the_wal() {
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Program::start(&data, &[]);
    let shop = register(&directory);
    let order = shop.signed("order-1", now());
    let envelope = seal(&vault.keys().await, &card("4242424242424242"), &context(&order, now()));
    let body = token_request(&envelope, &order);

    // A browser's connection in advance, one idle between requests, and one in the middle of a body.
    let _unused = TcpStream::connect(&vault.address).await.unwrap();
    let mut idle = TcpStream::connect(&vault.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: vault\r\n\r\n").await.unwrap();
    let mut read = [0; 1024];
    assert!(idle.read(&mut read).await.unwrap() > 0);
    let mut busy = TcpStream::connect(&vault.address).await.unwrap();
    let (head, tail) = body.split_at(100);
    let headers = format!(
        "POST /v1/tokens HTTP/1.1\r\nhost: vault\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{head}",
        body.len()
    );
    busy.write_all(headers.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;

    vault.terminate();
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(TcpStream::connect(&vault.address).await.is_err(), "nobody new is let in");
    busy.write_all(tail.as_bytes()).await.unwrap();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");

    let started = Instant::now();
    let (success, log) = vault.wait();
    assert!(success, "{log}");
    assert!(started.elapsed() < Duration::from_secs(5), "idle connections are not waited for");
    assert!(log.contains("stopped"), "{log}");
    let wal = data.join("vault.db-wal").metadata().map_or(0, |file| file.len());
    assert_eq!(wal, 0, "the WAL is in the database file");
}

#[tokio::test]
async fn slow_and_broken_clients_are_not_waited_for_ever() {
    let directory = directory();
    let vault = Program::start(&directory.path().join("data"), &[]);
    for broken in [
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        &format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(64 * 1024)),
    ] {
        let mut stream = TcpStream::connect(&vault.address).await.unwrap();
        // The vault may hang up before all is written.
        let _ = stream.write_all(broken.as_bytes()).await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the connection was closed");
    }
    let mut slow = TcpStream::connect(&vault.address).await.unwrap();
    slow.write_all(
        b"POST /v1/tokens HTTP/1.1\r\nhost: vault\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    )
    .await
    .unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(20), slow.read_to_string(&mut answer)).await;
    assert!(read.is_ok(), "the body was waited for");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn the_programs_own_log_holds_no_part_of_a_card() {
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Program::start(&data, &["--log", "trace"]);
    let shop = register(&directory);
    let keys = vault.keys().await;
    for (index, number) in NUMBERS.into_iter().enumerate() {
        let order = shop.signed(&format!("order-{index}"), now());
        let envelope = seal(&keys, &card(number), &context(&order, now()));
        let token = vault.post("/v1/tokens", &token_request(&envelope, &order)).await;
        assert_eq!(token.status, 201);
        vault.pay(&shop, &token.text("token"), &order, number).await;
        vault.post("/v1/tokens", number).await;
        vault.get(&format!("/{number}?{number}")).await;
    }
    vault.terminate();
    let (_, log) = vault.wait();
    assert!(log.contains("DEBUG") && log.contains("/v1/payments"), "{log}");
    let files = files(&data);
    for number in NUMBERS {
        assert_eq!(found(log.as_bytes(), number), BTreeSet::new());
        // The idempotency key is the merchant's to choose; this one was a bad choice, and the only place.
        assert!(!found(&files, number).is_empty(), "the control was not found");
    }
}

#[test]
fn merchants_are_added_listed_and_removed() {
    let directory = directory();
    let data = directory.path().join("data");
    let shop = register(&directory);
    let key = directory.path().join("shop.jwk.json");
    let listed = run(&data, &["merchant", "list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "mer_shop\tA shop\thttps://shop.example\n");
    assert!(found_text(&files(&data), shop.api_key.expose()).is_none(), "only the API key's hash is kept");

    let add = |id: &str, origin: &str, key: &Path| {
        let key = key.to_str().unwrap().to_owned();
        run(&data, &["merchant", "add", "--id", id, "--name", "N", "--origin", origin, "--order-key", &key])
    };
    let private = directory.path().join("private.jwk.json");
    fs::write(&private, shop.key.to_private_jwk().as_bytes()).unwrap();
    for (refused, why) in [
        (add("mer_shop", "https://shop.example", &key), "there is a merchant mer_shop already"),
        (add("a b", "https://shop.example", &key), "identifier"),
        (add("mer_2", "https://shop.example/", &key), "https://shop.example"),
        (add("mer_2", "http://shop.example", &key), "localhost"),
        (add("mer_2", "https://shop.example", &private), "without \"d\""),
        (add("mer_2", "https://shop.example", &directory.path().join("none")), "No such file"),
    ] {
        assert!(!refused.status.success());
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(error.contains(why), "{error}");
        assert!(refused.stdout.is_empty());
    }

    assert!(run(&data, &["merchant", "remove", "mer_shop"]).status.success());
    assert!(!run(&data, &["merchant", "remove", "mer_shop"]).status.success());
    assert!(run(&data, &["merchant", "list"]).stdout.is_empty());
}

fn found_text(haystack: &[u8], text: &str) -> Option<usize> {
    haystack.windows(text.len()).position(|part| part == text.as_bytes())
}

#[test]
fn help_says_what_each_flag_is_with_its_default_and_variable() {
    let directory = directory();
    let help = |arguments: &[&str]| String::from_utf8(run(directory.path(), arguments).stdout).unwrap();
    let top = help(&["--help"]);
    for word in ["serve", "merchant", "keys", "root", "audit", "Example", "--order-key"] {
        assert!(top.contains(word), "{word} is not in {top}");
    }
    let serve = help(&["serve", "--help"]);
    for (flag, variable, default) in [
        ("--data <DIR>", "CARDSEAL_DATA", "cardseal-data"),
        ("--listen <ADDR>", "CARDSEAL_LISTEN", "127.0.0.1:8787"),
        ("--origin <ORIGIN>", "CARDSEAL_ORIGIN", "http://localhost:8787"),
        ("--frame <DIR>", "CARDSEAL_FRAME", "pkg/dist/frame"),
        ("--acquirer-timeout <SECONDS>", "CARDSEAL_ACQUIRER_TIMEOUT", "5"),
        ("--log <FILTER>", "CARDSEAL_LOG", "info"),
    ] {
        for word in [flag, variable, default] {
            assert!(serve.contains(word), "{word} is not in {serve}");
        }
    }
    let add = help(&["merchant", "add", "--help"]);
    for word in ["API key", "--id <ID>", "--origin <ORIGIN>", "--order-key <FILE>", "generateOrderKey"] {
        assert!(add.contains(word), "{word} is not in {add}");
    }
    let audit = help(&["audit", "verify", "--help"]);
    for word in ["--data <DIR>", "--receipt <FILE>", "cut off"] {
        assert!(audit.contains(word), "{word} is not in {audit}");
    }
    let version = help(&["--version"]);
    assert_eq!(version, format!("cardseal-vault {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_start_says_what_is_wrong() {
    let directory = directory();
    let data = directory.path().join("data");
    for (arguments, why) in [
        (["--frame", "/nowhere"], "no index.html"),
        (["--listen", "nonsense"], "--listen"),
        (["--log", "=,="], "--log"),
        (["--origin", "vault.example"], "https://shop.example"),
    ] {
        let refused = run(&data, &[&["serve"], arguments.as_slice()].concat());
        assert!(!refused.status.success());
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(error.contains(why), "{error}");
    }
}
