//! The commands of docs/incident-response.md, run as they stand there against the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use cardseal_protocol::{
    Error, KeyId,
    directory::{Directory, PublishedDirectory, Seen},
    keys::{JwkSet, SigningKey},
};
use tempfile::TempDir;

use crate::{
    in_process::{Answer, KEYS, encryption_keys},
    key_program::in_use,
    program::{Program, now, register, run},
    shop::{Shop, card, context, origin, seal, token_request},
};

const PAGE: &str = include_str!("../../../docs/incident-response.md");
const ORIGIN: &str = "https://vault.example";

/// The shell commands under a heading of the page, block by block.
fn blocks(heading: &str) -> Vec<String> {
    let sections = PAGE.split("\n## ").find(|section| section.starts_with(&format!("{heading}\n")));
    let section = sections.unwrap_or_else(|| panic!("no section {heading}"));
    let mut blocks = section.split("\n```sh\n").skip(1);
    let blocks: Vec<_> = blocks.by_ref().map(|rest| rest.split_once("\n```").unwrap().0.to_owned()).collect();
    assert!(!blocks.is_empty(), "no commands under {heading}");
    blocks
}

/// A vault with a root key beside it, which has delegated to it.
struct Site {
    directory: TempDir,
    root: KeyId,
    vault: Program,
    shop: Shop,
}

impl Site {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.jwk.json");
        let data = directory.path().join("data");
        let made = run(&data, &["root", "init", "--out", path.to_str().unwrap()]);
        let root = KeyId::parse(String::from_utf8(made.stdout).unwrap().trim_end()).unwrap();
        let arguments = ["root", "delegate", "--origin", ORIGIN, "--root", path.to_str().unwrap()];
        let to = ["--data", data.to_str().unwrap()];
        assert!(run(&data, &[arguments.as_slice(), &to].concat()).status.success());
        let shop = register(&directory);
        let vault = Program::start(&data, &["--origin", ORIGIN]);
        Self { vault, directory, root, shop }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Runs blocks of the page in one shell, as someone does who copies them.
    fn follow(&self, blocks: &[String]) {
        let program = Path::new(env!("CARGO_BIN_EXE_cardseal-vault")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let done = Command::new("sh")
            .args(["-euc", &blocks.join("\n")])
            .current_dir(self.directory.path())
            .env("PATH", format!("{}:{path}", program.display()))
            .env("DATA", self.data())
            .env("BACKUP", self.directory.path().join("backup"))
            .env("ORIGIN", ORIGIN)
            .env("ROOT", "root.jwk.json")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}\n{done:?}", blocks.join("\n"));
    }

    async fn published(&self) -> PublishedDirectory {
        self.vault.get(KEYS).await.read()
    }

    /// The directory as a browser takes it that pins this site's root key.
    async fn directory(&self) -> (Directory, Seen) {
        self.published().await.verify(&[self.root], &origin(ORIGIN), now()).unwrap()
    }

    async fn keys(&self) -> JwkSet {
        encryption_keys(&self.directory().await.0)
    }

    async fn pay(&self, keys: &JwkSet, order: &str) -> Answer {
        let order = self.shop.signed(order, now());
        let envelope = seal(keys, &card("4242424242424242"), &context(&order, now()));
        self.vault.post("/v1/tokens", &token_request(&envelope, &order)).await
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data().join("keys").join(name)
    }
}

#[test]
fn every_section_with_commands_is_run_here() {
    let with_commands = PAGE.split("\n## ").skip(1).filter(|section| section.contains("```sh"));
    let headings: Vec<_> = with_commands.map(|section| section.lines().next().unwrap()).collect();
    let this = include_str!("runbook.rs");
    for heading in &headings {
        assert!(this.contains(&format!("blocks(\"{heading}\")")), "{heading} is not run");
    }
    assert_eq!(headings.len(), 7);
}

#[tokio::test]
async fn a_rotation_publishes_new_keys_and_the_old_open_a_while() {
    let site = Site::start().await;
    let (before, old) = (site.directory().await.0, site.keys().await);
    site.follow(&blocks("Routine: rotate every month"));
    let after = site.directory().await.0;
    assert_ne!(site.keys().await, old);
    assert_eq!(site.pay(&old, "order-1").await.status, 201);
    assert!(site.file("envelope.1.key").exists() && !site.file("receipt.1.key").exists());
    let (old, new) = (before.receipt_keys(), after.receipt_keys());
    assert_eq!((new.len(), new[0].kid()), (2, old[0].kid()), "receipts stay verifiable");
}

#[tokio::test]
async fn a_leaked_encryption_key_is_refused_and_replaced() {
    let site = Site::start().await;
    let old = site.keys().await;
    let blocks = blocks("An encryption key has leaked");
    assert_eq!(site.pay(&old, "order-1").await.status, 201, "the control");
    site.follow(&blocks[..1]);
    site.pay(&old, "order-2").await.assert_refused(400, "key_revoked");
    assert!(!site.file("envelope.1.key").exists());
    let (directory, _) = site.directory().await;
    assert_eq!(directory.revoked, [old.keys[0].thumbprint().unwrap()]);
    assert_eq!(site.pay(&site.keys().await, "order-2").await.status, 201);

    // Those that are retired and those in use, all of them.
    assert!(run(&site.data(), &["keys", "rotate"]).status.success());
    let known = [site.keys().await.keys[0].thumbprint().unwrap(), old.keys[0].thumbprint().unwrap()];
    site.follow(&blocks[1..]);
    let (directory, _) = site.directory().await;
    assert!(known.iter().all(|kid| directory.revoked.contains(kid)), "{directory:?}");
    for version in 1..=3 {
        assert!(!site.file(&format!("envelope.{version}.key")).exists(), "{version}");
    }
    assert_eq!(site.pay(&site.keys().await, "order-3").await.status, 201);
}

#[tokio::test]
async fn a_leaked_receipt_key_verifies_nothing_any_more() {
    let site = Site::start().await;
    let old = site.directory().await.0.receipt_keys()[0].kid();
    site.follow(&blocks("A receipt key has leaked"));
    let (directory, _) = site.directory().await;
    assert_eq!(directory.revoked, [old]);
    assert_eq!(directory.receipt_keys().len(), 1);
    assert_ne!(directory.receipt_keys()[0].kid(), old);
    assert!(!site.file("receipt.1.key").exists());
}

#[tokio::test]
async fn a_leaked_directory_key_is_refused_by_who_has_seen_the_next() {
    let site = Site::start().await;
    let stolen = fs::read_to_string(site.file("directory.1.key")).unwrap();
    let (old, before) = (site.published().await, site.directory().await);
    // Delegations are told apart by the second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    site.follow(&blocks("The directory key has leaked"));

    let (directory, seen) = site.directory().await;
    assert_eq!(before.1.check(&seen), Ok(()), "browsers go along");
    assert!(!site.file("directory.1.key").exists());
    assert_eq!(directory.revoked.len(), 1);
    assert_eq!(site.pay(&site.keys().await, "order-1").await.status, 201);
    // What the thief signs, under the delegation that is valid yet.
    let thief = read_key(&stolen);
    let forged = Directory { sequence: directory.sequence + 9, issued: now(), ..directory.clone() };
    let forged = PublishedDirectory { directory: forged.sign(&thief).unwrap(), ..old };
    let (_, forged) = forged.verify(&[site.root], &origin(ORIGIN), now()).unwrap();
    assert_eq!(seen.check(&forged), Err(Error::DirectoryRolledBack));
    assert_eq!(before.1.check(&forged), Ok(()), "who has not seen it is deceived, as the page says");
}

fn read_key(file: &str) -> SigningKey {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let bytes: [u8; 32] = Base64UrlUnpadded::decode_vec(file.trim_end()).unwrap().try_into().unwrap();
    SigningKey::from_bytes(&bytes).unwrap()
}

#[tokio::test]
async fn a_leaked_root_key_is_trusted_by_nobody_who_pins_the_new_one() {
    let site = Site::start().await;
    let old = site.published().await;
    site.follow(&blocks("The root key has leaked"));
    let new = fs::read_to_string(site.directory.path().join("new-root.jwk.json")).unwrap();
    let new = SigningKey::from_jwk(new.trim_end()).unwrap().kid();
    let published = site.published().await;
    let verify = |published: &PublishedDirectory, roots: &[KeyId]| {
        published.verify(roots, &origin(ORIGIN), now()).map(|(directory, _)| encryption_keys(&directory))
    };
    assert_eq!(verify(&published, &[site.root]), Err(Error::DirectoryUntrusted));
    assert_eq!(verify(&old, &[new]), Err(Error::DirectoryUntrusted));
    assert!(verify(&old, &[site.root, new]).is_ok() && verify(&published, &[site.root, new]).is_ok());
    let keys = verify(&published, &[new]).unwrap();
    assert_eq!(site.pay(&keys, "order-1").await.status, 201);
}

#[tokio::test]
async fn a_restored_vault_is_taken_again_after_a_new_delegation() {
    let mut site = Site::start().await;
    stop(&mut site);
    let copied = Command::new("cp").arg("-a").arg(site.data()).arg(site.directory.path().join("backup")).status();
    assert!(copied.unwrap().success());
    site.vault = Program::start(&site.data(), &["--origin", ORIGIN]);
    for _ in 0..3 {
        assert!(run(&site.data(), &["keys", "rotate"]).status.success());
    }
    let (_, seen) = site.directory().await;
    stop(&mut site);

    // Without the page's commands: a rollback.
    let backup = site.directory.path().join("backup");
    let control = Program::start(&backup, &["--origin", ORIGIN]);
    let old: PublishedDirectory = control.get(KEYS).await.read();
    let (_, old) = old.verify(&[site.root], &origin(ORIGIN), now()).unwrap();
    assert_eq!(seen.check(&old), Err(Error::DirectoryRolledBack));
    control.terminate();
    assert!(control.wait().0);

    tokio::time::sleep(Duration::from_millis(1100)).await;
    site.follow(&blocks("The vault is restored from a backup"));
    site.vault = Program::start(&site.data(), &["--origin", ORIGIN]);
    assert_eq!(seen.check(&site.directory().await.1), Ok(()));
    assert_eq!(site.pay(&site.keys().await, "order-1").await.status, 201);
}

/// Ends the vault in good order.
fn stop(site: &mut Site) {
    site.vault.terminate();
    let elsewhere = site.directory.path().join("elsewhere");
    let ended = std::mem::replace(&mut site.vault, Program::start(&elsewhere, &[]));
    assert!(ended.wait().0);
}

#[tokio::test]
async fn a_delegation_is_renewed_on_the_same_key() {
    let site = Site::start().await;
    let (old, key) = (site.published().await, in_use(&site.data(), "directory"));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    site.follow(&blocks("The delegation is about to end"));
    let new = site.published().await;
    assert_ne!(new.delegation, old.delegation);
    assert_eq!(in_use(&site.data(), "directory"), key);
    let (directory, _) = site.directory().await;
    assert_eq!(directory.sequence, 2);
}
