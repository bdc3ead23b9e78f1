//! The vault's keys through its program: the command line, and what a vault that runs makes of it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Output,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use cardseal_protocol::{envelope::Suite, keys::SigningKey};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{
    program::{ORIGIN, Program, delegate, directory, now, post, register, run},
    shop::{card, context, seal, token_request},
};

/// The ids of the keys of this kind that are in use.
pub(crate) fn in_use(data: &Path, kind: &str) -> Vec<String> {
    let listed = succeeded(run(data, &["keys", "list"]));
    let rows = listed.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] == kind && row[4].starts_with("in use")).map(|row| row[0].to_owned()).collect()
}

fn succeeded(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits for what another process does within a second or two.
async fn soon(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn without_a_delegation_for_its_origin_it_does_not_start() {
    let directory = directory();
    let data = directory.path().join("data");
    let serve = |origin: &str| run(&data, &["serve", "--listen", "127.0.0.1:0", "--origin", origin]);
    let error = refused(&serve("https://vault.example"));
    assert!(error.contains("no delegation is installed"), "{error}");
    let path = data.to_str().unwrap();
    for command in [
        "cardseal-vault root init --out root.jwk.json",
        &format!("cardseal-vault root delegate --root root.jwk.json --origin https://vault.example --data {path}\n"),
        &format!("cardseal-vault keys directory-key --data {path} > directory-key.jwk.json\n"),
        "--directory-key directory-key.jwk.json",
        &format!("cardseal-vault keys install-delegation --data {path} delegation.jwt"),
    ] {
        assert!(error.contains(command), "{command} is not in {error}");
    }

    delegate(&data, ORIGIN);
    let error = refused(&serve("https://vault.example"));
    assert!(error.contains("the delegation is for the vault of http://localhost:8787"), "{error}");
    // The control.
    drop(Program::start(&data, &[]));
}

#[tokio::test]
async fn a_delegation_made_elsewhere_is_carried_over() {
    let directory = directory();
    let data = directory.path().join("data");
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let thumbprint = succeeded(run(&data, &["root", "init", "--out", &path("root.jwk.json")]));
    assert_eq!(thumbprint.trim_end().len(), 43);
    assert_eq!(thumbprint.lines().count(), 1);

    let key = succeeded(run(&data, &["keys", "directory-key"]));
    assert_eq!(succeeded(run(&data, &["keys", "directory-key"])), key, "the same again");
    assert!(!key.contains("\"d\""), "{key}");
    fs::write(path("key.jwk.json"), key).unwrap();
    let delegation = succeeded(run(
        &data,
        &[
            &["root", "delegate", "--root", &path("root.jwk.json")],
            ["--origin", "http://localhost:8787", "--directory-key", &path("key.jwk.json")].as_slice(),
        ]
        .concat(),
    ));
    assert_eq!(delegation.lines().count(), 1);
    fs::write(path("delegation.jwt"), delegation).unwrap();
    succeeded(run(&data, &["keys", "install-delegation", &path("delegation.jwt")]));
    let vault = Program::start(&data, &[]);
    assert_eq!(vault.get("/readyz").await.status, 200);
    assert!(succeeded(run(&data, &["keys", "list"])).contains("in use, delegated until "));
}

#[test]
fn the_command_line_says_what_is_wrong() {
    let directory = directory();
    let data = directory.path().join("data");
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let root = path("data.root.jwk.json");
    delegate(&data, ORIGIN);
    let stranger = SigningKey::generate().unwrap();
    fs::write(path("stranger.jwk.json"), serde_json::to_string(&stranger.jwk()).unwrap()).unwrap();
    fs::write(path("private.jwk.json"), stranger.to_private_jwk().as_bytes()).unwrap();
    let to = |file: &str| {
        run(
            &data,
            &["root", "delegate", "--root", &root, "--origin", "https://vault.example", "--directory-key", &path(file)],
        )
    };
    fs::write(path("stranger.jwt"), succeeded(to("stranger.jwk.json"))).unwrap();
    let kid = stranger.kid().to_string();
    let directory_key = in_use(&data, "directory").remove(0);
    let delegate = |more: &[&str]| {
        run(&data, &[&["root", "delegate", "--root", &root, "--origin", "https://vault.example"], more].concat())
    };
    let data_path = path("data");
    for (output, why) in [
        (run(&data, &["root", "init", "--out", &root]), "is there already"),
        (run(&data, &["root", "init", "--out", &path("none/root")]), "No such file"),
        (delegate(&[]), "--data"),
        (delegate(&["--data", &data_path, "--days", "91"]), "1..=90"),
        (delegate(&["--data", &data_path, "--directory-key", "x"]), "cannot be used with"),
        (to("private.jwk.json"), "without \"d\""),
        (to("none"), "--directory-key"),
        (run(&data, &["keys", "install-delegation", &path("stranger.jwt")]), "which this vault does not have"),
        (run(&data, &["keys", "install-delegation", &path("none")]), "No such file"),
        (run(&data, &["keys", "revoke", &kid]), "keys list names them"),
        (run(&data, &["keys", "revoke", "short"]), "43 characters"),
        (run(&data, &["keys", "revoke", &directory_key]), "directory-key --new"),
        (run(path("fresh").as_ref(), &["keys", "rotate"]), "no delegation is installed"),
    ] {
        let error = refused(&output);
        assert!(error.contains(why), "{why} is not in {error}");
    }
    fs::set_permissions(&root, fs::Permissions::from_mode(0o640)).unwrap();
    let error = refused(&delegate(&["--data", &data_path]));
    assert!(error.contains("chmod go="), "{error}");
}

#[tokio::test]
async fn a_running_vault_takes_up_changes_and_erases_keys_whose_grace_is_over() {
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Program::start(&data, &[]);
    let shop = register(&directory);
    let old = vault.keys().await;
    let sealed = |keys: &_, order: &str| {
        let order = shop.signed(order, now());
        token_request(&seal(keys, &card("4242424242424242"), &context(&order, now())), &order)
    };
    succeeded(run(&data, &["keys", "rotate", "--grace", "2"]));
    let new = vault.keys().await;
    assert_ne!(new, old);
    assert_eq!(vault.post("/v1/tokens", &sealed(&new, "order-1")).await.status, 201, "at once");
    assert_eq!(vault.post("/v1/tokens", &sealed(&old, "order-2")).await.status, 201, "within its grace");
    let file = data.join("keys/envelope.1.key");
    assert!(file.exists());
    soon("the key is erased", || !file.exists()).await;
    vault.post("/v1/tokens", &sealed(&old, "order-3")).await.assert_refused(400, "key_unknown");

    let second = Program::start(&data, &[]);
    assert_eq!(second.post("/v1/tokens", &sealed(&new, "order-4")).await.status, 201, "the control");
    succeeded(run(&data, &["keys", "revoke", &in_use(&data, "envelope")[0]]));
    for vault in [&vault, &second] {
        vault.post("/v1/tokens", &sealed(&new, "order-4")).await.assert_refused(400, "key_revoked");
    }
    assert!(!data.join("keys/envelope.2.key").exists());
    assert_eq!(vault.post("/v1/tokens", &sealed(&vault.keys().await, "order-5")).await.status, 201);
    let listed = succeeded(run(&data, &["keys", "list"]));
    for (kind, state, count) in
        [("envelope", "revoked ", 1), ("envelope", "retired ", Suite::ALL.len()), ("receipt", "retired ", 1)]
    {
        let rows = listed.lines().filter(|line| line.contains(kind) && line.contains(&format!("\t{state}"))).count();
        assert_eq!(rows, count, "{kind} {state} in {listed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotating_under_load_loses_nothing() {
    const CONNECTIONS: usize = 8;
    const ROTATIONS: usize = 12;
    let directory = directory();
    let data = directory.path().join("data");
    let vault = Arc::new(Program::start(&data, &["--log", "warn"]));
    let shop = Arc::new(register(&directory));
    let done = Arc::new(AtomicBool::new(false));
    let accepted = Arc::new(AtomicUsize::new(0));
    let shoppers: Vec<_> = (0..CONNECTIONS)
        .map(|shopper| {
            let (vault, shop, done, accepted) = (vault.clone(), shop.clone(), done.clone(), accepted.clone());
            tokio::spawn(async move {
                let stream = TcpStream::connect(&vault.address).await.unwrap();
                let (mut sender, connection) =
                    hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
                tokio::spawn(connection);
                let mut count = 0;
                // Keys of every age that a page can have, from this moment's to those before all rotations.
                let oldest = vault.keys().await;
                let mut keys = oldest.clone();
                while !done.load(Ordering::Relaxed) {
                    if count % 10 == 0 {
                        keys = vault.keys().await;
                    }
                    let order = shop.signed(&format!("order-{shopper}-{count}"), now());
                    let keys = if count % 7 == 0 { &oldest } else { &keys };
                    let envelope = seal(keys, &card("4242424242424242"), &context(&order, now()));
                    let mut request = post("/v1/tokens", &token_request(&envelope, &order));
                    request.headers_mut().insert("host", vault.address.parse().unwrap());
                    let answer = sender.send_request(request).await.unwrap();
                    let status = answer.status();
                    let body = answer.into_body().collect().await.unwrap().to_bytes();
                    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
                    accepted.fetch_add(1, Ordering::Relaxed);
                    count += 1;
                }
            })
        })
        .collect();
    let mut rotations = 0;
    while rotations < ROTATIONS || accepted.load(Ordering::Relaxed) < 2000 {
        let data = data.clone();
        succeeded(tokio::task::spawn_blocking(move || run(&data, &["keys", "rotate"])).await.unwrap());
        rotations += 1;
        tokio::time::sleep(Duration::from_millis(250)).await;
        assert!(shoppers.iter().all(|shopper| !shopper.is_finished()), "a shopper was refused");
    }
    done.store(true, Ordering::Relaxed);
    for shopper in shoppers {
        shopper.await.unwrap();
    }
    let accepted = accepted.load(Ordering::Relaxed);
    println!("{accepted} tokens during {rotations} rotations, none refused");
    let answer = vault.get(&format!("/.well-known/cardseal/log?after={rotations}")).await;
    assert_eq!(answer.json()["entries"].as_array().unwrap().len(), 1, "one directory for each, after the first");
}
