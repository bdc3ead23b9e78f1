//! Nothing of a card in logs, error bodies or files: looked for by every 8-digit window of its number, because what
//! overwrites a freed block can destroy a part of it and leave the rest.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;

use crate::{
    in_process::InProcess,
    shop::{card, context, seal, seal_text, signed_request, token_request},
};

/// Of different brands and lengths; the code is 739, or 7391 for American Express.
pub(crate) const NUMBERS: [&str; 4] = ["5105105105105100", "378282246310005", "30569309025904", "4000000000000002"];

/// The different windows of a card number that a text holds.
pub(crate) fn found(haystack: &[u8], number: &str) -> BTreeSet<String> {
    let windows: BTreeSet<&[u8]> = number.as_bytes().windows(8).collect();
    haystack
        .windows(8)
        .filter(|part| part[0].is_ascii_digit() && windows.contains(part))
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

/// Every byte below a directory.
pub(crate) fn files(directory: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in directory.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(files(&path));
        } else {
            bytes.extend(std::fs::read(path).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn no_log_error_or_file_holds_any_part_of_a_card() {
    let log = Captured::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let vault = InProcess::start().await;
    let mut answers = Vec::new();

    for (index, number) in NUMBERS.into_iter().enumerate() {
        let order = vault.shop.signed(&format!("order-{index}"), vault.now());
        let body = token_request(&vault.seal(&card(number), &order), &order);
        let answer = vault.post("/v1/tokens", &body).await;
        answers.extend(answer.body.clone());
        answers.extend(vault.post("/v1/tokens", &body).await.body);
        if index % 2 == 0 {
            answers.extend(vault.pay(&answer.text("token"), &order, None).await.body);
        }
        // What a broken client might send: the number where it does not belong.
        for (path, body) in [
            ("/v1/tokens", format!(r#"{{"envelope":{number},"order":"b","dual_signature":"c"}}"#)),
            ("/v1/tokens", signed_request(number, number, number)),
            ("/v1/tokens", signed_request(&vault.seal(&card(number), &order), &order, number)),
            ("/v1/tokens", format!(r#"{{"{number}":1}}"#)),
            ("/v1/tokens", number.to_owned()),
            ("/v1/payments", format!(r#"{{"token":"{number}","order":"{order}"}}"#)),
        ] {
            answers.extend(vault.post(path, &body).await.body);
            answers.extend(vault.pay_with(&vault.shop, &body, None).await.body);
            answers.extend(vault.pay_with(&vault.shop, &body, Some(number)).await.body);
        }
        for path in [
            "/",
            "/v1/tokens/",
            "/v1/merchants/",
            "/frame/?merchant=",
            "/frame/assets/",
            "/.well-known/cardseal/keys?",
            "/.well-known/cardseal/log?after=",
        ] {
            answers.extend(vault.get(&format!("{path}{number}")).await.body);
            answers.extend(vault.ask(number, &format!("{path}{number}")).await.body);
        }
        let text = format!(r#"{{"number":"{number}","exp_month":13,"exp_year":2030,"code":"739"}}"#);
        let envelope = seal_text(&vault.keys(), &text, &context(&order, vault.now()));
        answers.extend(vault.post("/v1/tokens", &token_request(&envelope, &order)).await.body);
        let stale = context(&order, vault.now().minus(400));
        let envelope = seal(&vault.keys(), &card(number), &stale);
        answers.extend(vault.post("/v1/tokens", &token_request(&envelope, &order)).await.body);
    }

    // With cards in the database and the WAL, and again once both are rid of them.
    let mut files_seen = files(vault.directory.path());
    vault.clock.advance(3600);
    vault.vault.store.sweep(vault.now()).await.unwrap();
    vault.vault.store.clone().close().await;
    files_seen.extend(files(vault.directory.path()));

    let seen = log.0.lock().unwrap().clone();
    assert!(String::from_utf8_lossy(&seen).contains("/v1/tokens"), "requests were logged");
    assert!(files_seen.windows(4).any(|part| part == b"0005"), "the files that were looked at are the vault's");
    for number in NUMBERS {
        for (where_, haystack) in [("log", &seen), ("answers", &answers), ("files", &files_seen)] {
            assert_eq!(found(haystack, number), BTreeSet::new(), "{where_}");
        }
    }

    // The control: what is planted is found, in the log and in a file, though only a part of it is left.
    tracing::info!("a slip of the pen: ..{}", &NUMBERS[0][3..12]);
    let planted = log.0.lock().unwrap().clone();
    assert_eq!(found(&planted, NUMBERS[0]), ["10510510", "51051051"].map(String::from).into());
    std::fs::write(vault.directory.path().join("keys/planted"), NUMBERS[1]).unwrap();
    assert_eq!(found(&files(vault.directory.path()), NUMBERS[1]).len(), NUMBERS[1].len() - 7);
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
