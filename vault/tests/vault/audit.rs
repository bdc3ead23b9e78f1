//! The audit finds whatever was done to the chain of receipts, and says where.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64ct::{Base64UrlUnpadded, Encoding};
use cardseal_protocol::{
    keys::SigningKey,
    receipt::{Receipt, SignedReceipt},
};
use cardseal_vault::{directory, keyring::KeyFiles};
use tempfile::TempDir;

use crate::{
    in_process::{InProcess, receipt_keys},
    program::run,
    shop::{Shop, card, device, dual},
    tokens::connect,
};

/// A vault that has stopped, with five receipts of `mer_shop` and one of `mer_other`.
struct Stopped {
    directory: TempDir,
    /// Those of `mer_shop`, in order.
    receipts: Vec<String>,
    tokens: Vec<String>,
    /// The last receipt, not signed.
    last: Option<Receipt>,
}

impl Stopped {
    async fn new() -> Self {
        let vault = InProcess::start().await;
        let other = Shop::new("mer_other");
        other.register(&vault.vault.store).await;
        vault.clock.advance(5);
        let (mut receipts, mut tokens) = (Vec::new(), Vec::new());
        for index in 0..5 {
            let order = vault.shop.signed(&format!("order-{index}"), vault.now());
            let answer = vault.issue(&card("4242424242424242"), &order).await;
            receipts.push(answer.text("receipt"));
            tokens.push(answer.text("token"));
        }
        vault.issue(&card("4242424242424242"), &other.signed("order-1", vault.now())).await;
        let last = SignedReceipt::parse(&receipts[4]).unwrap();
        let last = last.verify(&receipt_keys(&vault).await).unwrap().clone();
        vault.vault.store.clone().close().await;
        Self { directory: vault.directory, receipts, tokens, last: Some(last) }
    }

    /// A copy in which these statements were run.
    async fn altered(&self, statements: &str) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        let from = self.directory.path();
        fs::copy(from.join("vault.db"), copy.path().join("vault.db")).unwrap();
        let keys = copy.path().join("keys");
        fs::create_dir(&keys).unwrap();
        fs::set_permissions(&keys, from.join("keys").metadata().unwrap().permissions()).unwrap();
        for file in from.join("keys").read_dir().unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), keys.join(file.file_name())).unwrap();
        }
        let mut connection = connect(copy.path()).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
        copy
    }
}

/// Whether all is well, and every line but those about key directories.
fn audit(data: &Path, receipts: &[&Path]) -> (bool, Vec<String>) {
    let mut arguments = vec!["audit", "verify"];
    for receipt in receipts {
        arguments.extend(["--receipt", receipt.to_str().unwrap()]);
    }
    let (is_well, mut lines) = audit_with(data, &arguments);
    lines.retain(|line| !line.starts_with("key directory"));
    (is_well, lines)
}

fn audit_with(data: &Path, arguments: &[&str]) -> (bool, Vec<String>) {
    let output = run(data, arguments);
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    let error = String::from_utf8(output.stderr).unwrap();
    if output.status.success() {
        assert_eq!(error, "");
    } else {
        assert_eq!(output.status.code(), Some(1));
        let faults = lines.iter().filter(|line| !line.ends_with("\tok")).count();
        assert_eq!(error, format!("cardseal-vault: the audit found faults: {faults}\n"));
    }
    (output.status.success(), lines)
}

const WHOLE: [&str; 2] = ["mer_other\treceipts: 1\tok", "mer_shop\treceipts: 5\tok"];

#[tokio::test]
async fn a_chain_as_the_vault_wrote_it_is_whole() {
    let vault = Stopped::new().await;
    assert_eq!(audit(vault.directory.path(), &[]), (true, WHOLE.map(str::to_owned).into()));
    // Spending, deleting and expiring a token, and forgetting its envelope and card, is no fault.
    let later = vault
        .altered("UPDATE tokens SET spent = created + 1, deleted = created; DELETE FROM envelopes; DELETE FROM sealed")
        .await;
    assert_eq!(audit(later.path(), &[]), (true, WHOLE.map(str::to_owned).into()));
    // Nor is removing the merchant, and its tokens with it.
    let removed = vault.altered("PRAGMA foreign_keys = ON; DELETE FROM merchants WHERE id = 'mer_shop'").await;
    assert_eq!(audit(removed.path(), &[]), (true, WHOLE.map(str::to_owned).into()));
    // Tokens from before there were receipts have none.
    let before = vault
        .altered(
            "INSERT INTO tokens (id, merchant, order_id, order_hash, amount, currency, last4, exp_month, exp_year, \
             created, expires) SELECT 'tok_old', merchant, order_id, order_hash, amount, currency, last4, exp_month, \
             exp_year, created - 1, expires FROM tokens LIMIT 1",
        )
        .await;
    assert_eq!(audit(before.path(), &[]), (true, WHOLE.map(str::to_owned).into()));
}

#[tokio::test]
async fn whatever_was_done_to_a_chain_is_found_and_named() {
    let vault = Stopped::new().await;
    let token = |number: usize| vault.tokens[number - 1].as_str();
    let on =
        |set: &str, number: u64| format!("UPDATE receipts SET {set} WHERE merchant = 'mer_shop' AND seq = {number}");
    let swap = |table: &str, column: &str| {
        format!(
            "UPDATE {table} SET {column} = {column} + 1000 WHERE merchant = 'mer_shop' AND {column} IN (2, 3); \
             UPDATE {table} SET {column} = 1005 - {column} WHERE merchant = 'mer_shop' AND {column} > 1000"
        )
    };
    let of_token = |set: &str| format!("UPDATE tokens SET {set} WHERE id = '{}'", token(3));
    let disagrees = |column: &str| vec![format!("receipt 3\tdoes not agree with the row of {}: {column}", token(3))];
    let faults = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();

    let [header, claims, signature] = vault.receipts[2].split('.').collect::<Vec<_>>().try_into().unwrap();
    let claims = String::from_utf8(Base64UrlUnpadded::decode_vec(claims).unwrap()).unwrap();
    let claims = claims.replace("\"4242\"", "\"4444\"");
    let altered = format!("{header}.{}.{signature}", Base64UrlUnpadded::encode_string(claims.as_bytes()));
    let altered_hash = SignedReceipt::parse(&altered).unwrap().hash();
    // All but the vault's key: well formed, and fitting into the chain.
    let forged = vault.last.as_ref().unwrap().sign(&SigningKey::generate().unwrap()).unwrap();
    let forged_hash = SignedReceipt::parse(&forged).unwrap().hash();
    let others_signature = "dual_signature = substr(dual_signature, 1, length(dual_signature) - 86) || \
         (SELECT substr(dual_signature, -86) FROM receipts r WHERE r.merchant = 'mer_shop' AND r.seq = 2)";
    let other_dual = dual("another card", "another order").sign(&device()).unwrap();

    for (statements, expected) in [
        (
            "DELETE FROM receipts WHERE merchant = 'mer_shop' AND seq = 3".to_owned(),
            vec![
                "receipt 3\tis missing: receipt 4 comes after receipt 2".to_owned(),
                format!("receipt 3\tis missing: it is that of {}", token(3)),
            ],
        ),
        (
            format!(
                "DELETE FROM receipts WHERE merchant = 'mer_shop' AND seq = 1; DELETE FROM tokens WHERE id = '{}'",
                token(1)
            ),
            faults(&["receipt 1\tis missing: receipt 2 comes after receipt 0"]),
        ),
        (
            // The numbers close the gap, in the tokens as well: only the hashes tell.
            format!(
                "DELETE FROM receipts WHERE merchant = 'mer_shop' AND seq = 4; {}; \
                 DELETE FROM tokens WHERE id = '{}'; UPDATE tokens SET receipt = 4 WHERE id = '{}'",
                on("seq = 4", 5),
                token(4),
                token(5),
            ),
            faults(&["receipt 4\tdoes not follow the one before it"]),
        ),
        (
            [swap("receipts", "seq"), swap("tokens", "receipt")].join(";"),
            faults(&[
                "receipt 2\tdoes not follow the one before it",
                "receipt 3\tdoes not follow the one before it",
                "receipt 4\tdoes not follow the one before it",
            ]),
        ),
        (on(&format!("jws = '{altered}'"), 3), faults(&["receipt 3\tis not signed by this vault"])),
        (
            on(&format!("jws = '{altered}', hash = '{altered_hash}'"), 3),
            faults(&["receipt 3\tis not signed by this vault", "receipt 4\tdoes not follow the one before it"]),
        ),
        (
            on(&format!("jws = '{forged}', hash = '{forged_hash}'"), 5),
            faults(&["receipt 5\tis not signed by this vault"]),
        ),
        (on("jws = substr(jws, 2)", 3), faults(&["receipt 3\tis malformed"])),
        (on(&format!("hash = '{altered_hash}'"), 5), faults(&["receipt 5\tis kept under another hash"])),
        (
            on(&format!("token = '{}'", token(2)), 3),
            vec![format!("receipt 3\tis one of {}, not of {}", token(3), token(2))],
        ),
        (on("dual_signature = substr(dual_signature, 2)", 3), faults(&["receipt 3\thas a malformed dual signature"])),
        (on(others_signature, 3), faults(&["receipt 3\thas a dual signature that does not verify"])),
        (
            on(&format!("dual_signature = '{other_dual}'"), 3),
            faults(&["receipt 3\thas a dual signature of another order, card or device"]),
        ),
        (of_token("last4 = '4444'"), disagrees("last4")),
        (of_token("brand = 'mastercard'"), disagrees("brand")),
        (of_token("brand = NULL"), disagrees("brand")),
        (of_token(&format!("order_hash = '{altered_hash}'")), disagrees("order_hash")),
        (of_token("expires = expires + 1"), disagrees("expires")),
        (of_token("created = created - 1"), disagrees("created")),
        (
            of_token("merchant = 'mer_other'"),
            vec![
                format!("receipt 3\tdoes not agree with the row of {}: merchant", token(3)),
                format!("mer_other\treceipt 3\tis missing: it is that of {}", token(3)),
            ],
        ),
        (of_token("receipt = 2"), disagrees("receipt")),
        (
            of_token("receipt = NULL, created = created + 1"),
            vec![
                format!("receipt 3\tdoes not agree with the row of {}: receipt", token(3)),
                format!("no receipt\tis missing: it is that of {}", token(3)),
            ],
        ),
        (
            format!("DELETE FROM tokens WHERE id = '{}'", token(3)),
            vec![format!("receipt 3\tis one of {}, which is not there", token(3))],
        ),
        (
            "DELETE FROM receipts WHERE merchant = 'mer_shop' AND seq = 5".to_owned(),
            vec![format!("receipt 5\tis missing: it is that of {}", token(5))],
        ),
        (
            format!("{}; DELETE FROM tokens WHERE id = '{}'", on("merchant = 'mer_other', seq = 2", 5), token(5)),
            faults(&["mer_other\treceipt 2\tdoes not follow the one before it"]),
        ),
    ] {
        let copy = vault.altered(&statements).await;
        let (is_well, lines) = audit(copy.path(), &[]);
        let found: Vec<_> = lines.into_iter().filter(|line| !line.ends_with("\tok")).collect();
        // Of this merchant where the line above names no other.
        let of = |line: &String| if line.starts_with("mer_") { line.clone() } else { format!("mer_shop\t{line}") };
        let expected: Vec<_> = expected.iter().map(of).collect();
        assert_eq!(found, expected, "{statements}");
        assert!(!is_well, "{statements}");
    }
}

#[tokio::test]
async fn only_those_who_hold_a_receipt_notice_that_the_end_was_cut_off() {
    let vault = Stopped::new().await;
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = files.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (first, last) = (file("first", &vault.receipts[0]), file("last", &format!("\n{}\n", vault.receipts[4])));
    let shown = |path: &Path, line: u32, rest: &str| format!("{}:{line}\t{rest}", path.display());
    let held = [shown(&first, 1, "receipt 1 of mer_shop\tok"), shown(&last, 2, "receipt 5 of mer_shop\tok")];
    let whole = [WHOLE.map(str::to_owned), held.clone()].concat();
    assert_eq!(audit(vault.directory.path(), &[&first, &last]), (true, whole));

    let cut = format!(
        "DELETE FROM receipts WHERE merchant = 'mer_shop' AND seq = 5; DELETE FROM tokens WHERE id = '{}'",
        vault.tokens[4]
    );
    let cut = vault.altered(&cut).await;
    let rest = ["mer_other\treceipts: 1\tok", "mer_shop\treceipts: 4\tok"].map(str::to_owned);
    assert_eq!(audit(cut.path(), &[]), (true, rest.clone().into()), "what is left looks whole");
    let missing = format!("receipt of {}\tis signed by this vault and not in the chain of mer_shop", vault.tokens[4]);
    let found = [rest.as_slice(), &held[..1], &[shown(&last, 2, &missing)]].concat();
    assert_eq!(audit(cut.path(), &[&first, &last]), (false, found));

    // What is no receipt of this vault says nothing about it.
    let stranger = file("stranger", &vault.last.as_ref().unwrap().sign(&SigningKey::generate().unwrap()).unwrap());
    let nonsense = file("nonsense", "a.b.c");
    let (is_well, lines) = audit(vault.directory.path(), &[&stranger, &nonsense]);
    assert!(!is_well);
    assert!(lines[2].starts_with(&shown(&stranger, 1, "receipt\tThe receipt is not signed by the vault")), "{lines:?}");
    assert!(lines[3].starts_with(&shown(&nonsense, 1, "receipt\tThe receipt is not a JWS")), "{lines:?}");
}

#[tokio::test]
async fn whatever_was_done_to_the_chain_of_directories_is_found_and_named() {
    let vault = InProcess::start().await;
    let (files, store) = (KeyFiles::in_data(vault.directory.path()).unwrap(), &vault.vault.store);
    for _ in 0..4 {
        vault.clock.advance(60);
        directory::rotate(store, &files, vault.now(), 3600).await.unwrap();
    }
    let root = vault.root.kid().to_string();
    store.clone().close().await;
    let vault = Stopped { directory: vault.directory, receipts: vec![], tokens: vec![], last: None };
    let of_directories = |data: &Path, more: &[&str]| {
        let (is_well, mut lines) = audit_with(data, &[&["audit", "verify"], more].concat());
        lines.retain(|line| line.starts_with("key directory"));
        (is_well, lines)
    };
    let whole = vec![format!("key directory\tdirectories: 5, root keys: {root}\tok")];
    let data = vault.directory.path();
    assert_eq!(of_directories(data, &[]), (true, whole.clone()));
    assert_eq!(of_directories(data, &["--root", &root]), (true, whole));
    let stranger = "A".repeat(43);
    let (is_well, lines) = of_directories(data, &["--root", &stranger]);
    assert!(!is_well && lines.len() == 5, "{lines:?}");
    assert!(lines.iter().all(|line| line.ends_with("\tis under a root key that was not given")), "{lines:?}");

    for (statements, expected) in [
        (
            "DELETE FROM directories WHERE seq = 3",
            &[
                "directory 3\tis missing: directory 4 comes after directory 2",
                "directory 4\tdoes not follow the one before it",
            ][..],
        ),
        (
            "UPDATE directories SET directory = (SELECT directory FROM directories WHERE seq = 2) WHERE seq = 3",
            &["directory 3\tis kept under another hash"],
        ),
        ("UPDATE directories SET directory = substr(directory, 2) WHERE seq = 3", &["directory 3\tis malformed"]),
        (
            "UPDATE directories SET delegation = substr(delegation, 2) WHERE seq = 3",
            &["directory 3\thas a malformed delegation"],
        ),
        (
            "UPDATE directories SET delegation = substr(delegation, 1, length(delegation) - 86) || \
             (SELECT substr(directory, -86) FROM directories WHERE seq = 2) WHERE seq = 3",
            &["directory 3\thas a delegation that does not verify"],
        ),
        (
            "UPDATE directories SET directory = substr(directory, 1, length(directory) - 86) || \
             (SELECT substr(directory, -86) FROM directories WHERE seq = 2) WHERE seq = 3",
            &["directory 3\tis not signed under its delegation"],
        ),
        ("UPDATE directories SET issued = issued + 1 WHERE seq = 3", &["directory 3\tdoes not agree with its row"]),
        (
            "UPDATE directories SET seq = seq + 1000 WHERE seq IN (2, 3); UPDATE directories SET seq = 1005 - seq \
             WHERE seq > 1000",
            &["directory 2\tdoes not agree with its row", "directory 3\tdoes not agree with its row"],
        ),
    ] {
        let copy = vault.altered(statements).await;
        let (is_well, lines) = of_directories(copy.path(), &[]);
        let expected: Vec<_> = expected.iter().map(|wrong| format!("key directory\t{wrong}")).collect();
        assert_eq!(lines, expected, "{statements}");
        assert!(!is_well);
    }
}

#[tokio::test]
async fn there_has_to_be_something_to_audit() {
    let vault = Stopped::new().await;
    let empty = tempfile::tempdir().unwrap();
    let file = empty.path().join("empty");
    fs::write(&file, "\n").unwrap();
    let file = file.to_str().unwrap();
    for (data, more, why) in [
        (empty.path(), vec![], "there is no vault.db in"),
        (vault.directory.path(), vec!["--receipt", file], "there is no receipt in it"),
        (vault.directory.path(), vec!["--receipt", "/nowhere"], "No such file"),
    ] {
        let refused = run(data, &[&["audit", "verify"], more.as_slice()].concat());
        assert_eq!(refused.status.code(), Some(1));
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(error.contains(why), "{error}");
        assert!(refused.stdout.is_empty());
    }
    assert_eq!(empty.path().read_dir().unwrap().count(), 1, "nothing was made");
}
