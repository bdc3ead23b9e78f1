//! No part of a card is left anywhere once it is done with: thousands of generated cards go through the program itself,
//! and then its files, logs, answers and memory are searched for every 8-digit window of every number and postal code, and
//! for security codes as they stand in what is sealed and in what is stored.
//!
//! `CARDSEAL_SCANNED_CARDS` is how many, `CARDSEAL_SEED` which ones.
//!
//! Chance is kept out: 10,000 cards have 90,000 windows of the hundred million there are, so one in a thousand of whatever
//! else is a run of eight digits would be taken for a card. What such runs there are (the sandbox's test cards, tables for
//! printing numbers, times in seconds) is looked up in a vault that never had a card, or known, and no card is made that
//! has one of them. What is left is base64 that happens to be digits: one such window in three megabytes of it.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Method, Request, header},
};
use cardseal_protocol::{
    address::{Country, PostalCode},
    card::{Card, SecurityCode},
    envelope::Context,
    keys::JwkSet,
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    in_process::{Answer, bearer},
    leaks::files,
    malformed::{Random, setting},
    program::{Program, directory, now, post, register},
    shop::{Shop, card, context, payment_request, seal, seal_text, token_request},
    tokens::{connect, count_in},
};

/// Connections at the same time.
const LANES: usize = 8;
/// Runs of eight digits.
const WINDOWS: usize = 100_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_card_is_left_once_it_is_done_with() {
    let number = setting("CARDSEAL_SCANNED_CARDS", 320) as usize;
    let seed = setting("CARDSEAL_SEED", 20_261_125);
    println!("CARDSEAL_SEED={seed}");
    let directory = directory();
    let data = directory.path().join("data");
    let log = directory.path().join("log");
    let shop = Arc::new(register(&directory));
    let trace = ["--log", "trace"];

    let first = Program::start_into(&log, &data, &trace);
    let mut known = Windows::none();
    known.add_all(&files(&data));
    known.add_all(&fs::read(&log).unwrap());
    known.add_all(&memory(&first));
    known.add_times();
    let mut random = Random(seed);
    let cards: Vec<String> = (0..number).map(|_| make_number(&mut random, &known)).collect();
    let mut wanted = Windows::none();
    cards.iter().for_each(|card| wanted.add_all(card.as_bytes()));
    // Runs of digits that are put where they are to be found. They are no cards, and part of none.
    let planted = [(); 3].map(|()| make_number(&mut random, &known));
    let [in_order, in_log, in_memory] = planted.each_ref();
    let [order, log_line, body] = planted.each_ref().map(|digits| Windows::of(digits));

    // Half of the cards, and the end by a kill.
    let (half, rest) = cards.split_at(number / 2);
    let mut answers = check_out(&first, &shop, half, in_order).await;
    let mut memories = memory(&first);
    first.kill();
    let mut files_seen = files(&data);
    expire_tokens(&data).await;

    // The other half, in a process that begins by erasing what has expired.
    let second = Program::start_into(&log, &data, &trace);
    answers.extend(check_out(&second, &shop, rest, in_order).await);
    memories.extend(memory(&second));
    let (with_control, after_control) = plant_in_memory(&second, in_memory).await;
    memories.extend(&after_control);
    files_seen.extend(files(&data));
    second.terminate();
    assert!(second.wait().0);
    expire_tokens(&data).await;
    let third = Program::start_into(&log, &data, &trace);
    while count_in(&data, "sealed").await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    third.terminate();
    assert!(third.wait().0);
    files_seen.extend(files(&data));

    let logged = fs::read(&log).unwrap();
    let text = String::from_utf8_lossy(&logged);
    assert!(text.matches("/v1/tokens").count() > number && text.contains("DEBUG"), "every request was logged");
    let mut media = vec![("log", &logged), ("answers", &answers), ("files", &files_seen)];
    if may_read_memory() {
        media.push(("memory", &memories));
    } else {
        println!("NOT SEARCHED: the vault's memory. Only root may read it; run this test as root to search it.");
    }
    for (medium, bytes) in &media {
        println!("{medium}: {} bytes searched for parts of {number} cards", bytes.len());
        let [cards, order, log_line, body, codes] = search(bytes, [&wanted, &order, &log_line, &body]);
        let found = [cards, codes].concat();
        let shown: Vec<_> = found.iter().take(5).map(|place| around(bytes, *place)).collect();
        assert!(found.is_empty(), "CARDSEAL_SEED={seed}: {} times in the {medium}: {shown:#?}", found.len());
        // The controls: an order's id stands everywhere but in the log, and what is planted later nowhere yet.
        assert_eq!(order.is_empty(), *medium == "log", "{medium}");
        assert!(log_line.is_empty() && body.is_empty(), "{medium}");
    }

    // What is planted in the log and in the memory is found there.
    OpenOptions::new().append(true).open(&log).unwrap().write_all(&planted_text(in_log)).unwrap();
    let logged = fs::read(&log).unwrap();
    let controls = [("log", &logged, &log_line), ("memory", &with_control, &body)];
    for (medium, bytes, windows) in controls.into_iter().filter(|(medium, ..)| *medium != "memory" || may_read_memory())
    {
        let [_, _, _, planted, codes] = search(bytes, [&wanted, &wanted, &wanted, windows]);
        // Eight windows of a number of fifteen digits at least, twice: in UTF-8 and in UTF-16.
        assert!(planted.len() >= 16, "{medium}: {} windows found", planted.len());
        assert!(codes.len() >= 3, "{medium}: {} codes found", codes.len());
    }
}

/// Everything that can happen to a card, over several connections. All that was answered, headers too.
async fn check_out(vault: &Program, shop: &Arc<Shop>, cards: &[String], planted: &str) -> Vec<u8> {
    let at_rest = sockets(vault);
    let keys = Arc::new(vault.keys().await);
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let cards: Vec<(usize, String)> = cards.iter().cloned().enumerate().skip(lane).step_by(LANES).collect();
            let (shop, keys, address) = (Arc::clone(shop), Arc::clone(&keys), vault.address.clone());
            let planted = planted.to_owned();
            tokio::spawn(async move {
                let mut lane = Lane::open(&address, &shop, &keys, planted).await;
                for (index, number) in cards {
                    lane.check_out(index, &number).await;
                }
                lane.answers
            })
        })
        .collect();
    let mut answers = Vec::new();
    for lane in lanes {
        answers.extend(lane.await.unwrap());
    }
    wait_for_rest(vault, at_rest).await;
    answers
}

/// The sockets that the vault has open; none where only root may know.
fn sockets(vault: &Program) -> usize {
    let Ok(open) = fs::read_dir(format!("/proc/{}/fd", vault.id())) else { return 0 };
    let links = open.filter_map(|file| fs::read_link(file.unwrap().path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

/// Waits until the vault has closed its connections. What came over them is in its memory until then.
async fn wait_for_rest(vault: &Program, at_rest: usize) {
    while sockets(vault) > at_rest {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// One connection, and what came over it.
struct Lane<'a> {
    address: String,
    sender: SendRequest<Full<Bytes>>,
    shop: &'a Shop,
    keys: &'a JwkSet,
    planted: String,
    answers: Vec<u8>,
}

impl<'a> Lane<'a> {
    async fn open(address: &str, shop: &'a Shop, keys: &'a JwkSet, planted: String) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { address: address.to_owned(), sender, shop, keys, planted, answers: Vec::new() }
    }

    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Answer {
        request.headers_mut().insert(header::HOST, self.address.parse().unwrap());
        request.headers_mut().insert(header::AUTHORIZATION, bearer(self.shop).parse().unwrap());
        self.sender.ready().await.unwrap();
        let (parts, body) = self.sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        self.answers.extend(format!("{:?}\n", parts.headers).into_bytes());
        self.answers.extend(&body);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn post(&mut self, path: &str, body: &str) -> Answer {
        self.send(post(path, body)).await
    }

    async fn tokenize(&mut self, card: &Card, context: &Context, order: &str) -> Answer {
        self.post("/v1/tokens", &token_request(&seal(self.keys, card, context), order)).await
    }

    async fn pay(&mut self, token: &str, order: &str) -> Answer {
        self.post("/v1/payments", &payment_request(token, order)).await
    }

    async fn delete(&mut self, token: &str) {
        let request = Request::builder().method(Method::DELETE).uri(format!("/v1/tokens/{token}"));
        assert_eq!(self.send(request.body(Full::default()).unwrap()).await.status, 204);
    }

    /// One of seven things that can happen to a card.
    async fn check_out(&mut self, index: usize, number: &str) {
        let card = with_code(number, index);
        // Order ids stand in the files and in answers: the control is one of them.
        let order = self.shop.signed(&format!("{}-{index}-{}", self.planted, now().as_secs()), now());
        let other = self.shop.signed(&format!("other-{index}"), now());
        let context_ = context(&order, now());
        // In turn, whatever the number of connections.
        match (index / LANES) % 7 {
            0 => {
                let token = self.tokenize(&card, &context_, &order).await.text("token");
                // It is no test card.
                assert_eq!(self.pay(&token, &order).await.json()["status"], "declined");
                self.pay(&token, &order).await.assert_refused(410, "token_spent");
            }
            1 => {
                let token = self.tokenize(&card, &context_, &order).await.text("token");
                self.delete(&token).await;
            }
            2 => {
                let body = token_request(&seal(self.keys, &card, &context_), &order);
                let token = self.post("/v1/tokens", &body).await.text("token");
                assert_eq!(self.post("/v1/tokens", &body).await.text("token"), token);
                self.tokenize(&card, &context_, &order).await.assert_refused(409, "jti_reused");
                self.pay(&token, &other).await.assert_refused(409, "order_mismatch");
                self.pay(&token, &order).await;
            }
            3 => {
                let code = card.code.expose();
                // Opened, and then found to be no card.
                for text in [
                    format!(r#"{{"number":"{number}","exp_month":13,"exp_year":2030,"code":"{code}"}}"#),
                    format!(r#"{{"number":"{number}","exp_month":12,"exp_year":2030,"code":"{code}","no":1}}"#),
                    format!(r#"{{"postal_code":"{}","country":"IR","code":"{code}"}}"#, postal_code(number)),
                    format!(r#"{{"code":"{code}","number":"{number}""#),
                ] {
                    let envelope = seal_text(self.keys, &text, &context_);
                    self.post("/v1/tokens", &token_request(&envelope, &order))
                        .await
                        .assert_refused(400, "envelope_invalid");
                }
                let token = self.tokenize(&card, &context_, &order).await.text("token");
                self.pay(&token, &order).await;
            }
            4 => {
                let stale = Context { issued: now().minus(400), ..context(&order, now()) };
                self.tokenize(&card, &stale, &order).await.assert_refused(400, "clock_skew");
                self.tokenize(&card, &context_, &other).await.assert_refused(409, "order_mismatch");
                let envelope = seal(self.keys, &card, &context_);
                let mut parts: Vec<String> = envelope.split('.').map(String::from).collect();
                let flipped = if parts[3].starts_with('A') { "B" } else { "A" };
                parts[3].replace_range(..1, flipped);
                self.post("/v1/tokens", &token_request(&parts.join("."), &order))
                    .await
                    .assert_refused(400, "envelope_invalid");
            }
            // Left to expire.
            5 => assert_eq!(self.tokenize(&card, &context_, &order).await.status, 201),
            _ => {
                // A broken client's mistakes: the number where it does not belong.
                for body in [number.to_owned(), token_request(number, &order), token_request(number, number)] {
                    assert!(self.post("/v1/tokens", &body).await.status.is_client_error());
                    assert!(self.post("/v1/payments", &body).await.status.is_client_error());
                }
                for path in ["/v1/tokens/", "/v1/merchants/", "/frame/?merchant=", "/"] {
                    let request = Request::get(format!("{path}{number}")).body(Full::default()).unwrap();
                    assert!(self.send(request).await.status.is_client_error());
                }
            }
        }
    }
}

/// The card of this number, with a security code of its own, and a postal code of ten digits of the number: so it is looked
/// for as the number is.
fn with_code(number: &str, index: usize) -> Card {
    let card = card(number);
    let brand = card.pan.brands().first();
    let code = format!("{:04}", index * 7919 % 10_000);
    let code = if number.len() == 15 { &code } else { &code[..3] };
    let country = Country::parse("IR").ok();
    let postal_code = PostalCode::parse(postal_code(number), country).unwrap();
    Card { code: SecurityCode::parse(code, brand).unwrap(), country, postal_code, ..card }
}

/// Iran's have ten digits.
fn postal_code(number: &str) -> &str {
    &number[2..12]
}

/// A number of Visa, Mastercard or American Express with a right check digit, and none of the known windows.
fn make_number(random: &mut Random, known: &Windows) -> String {
    loop {
        let (prefix, length) = random.of(&[("4", 16), ("51", 16), ("55", 16), ("37", 15)]);
        let mut digits = prefix.to_owned();
        while digits.len() < length - 1 {
            digits.push(char::from(b'0' + random.below(10) as u8));
        }
        digits.push(check_digit(&digits));
        let mut is_new = true;
        each(digits.as_bytes(), |_, what| is_new &= !matches!(what, What::Window(window) if known.has(window)));
        if is_new {
            return digits;
        }
    }
}

/// ISO/IEC 7812-1, annex B.
fn check_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap()
}

/// Makes every token there is expire, as fifteen minutes would.
async fn expire_tokens(data: &Path) {
    let mut connection = connect(data).await;
    for statement in ["UPDATE tokens SET expires = created", "UPDATE sealed SET expires = 0"] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
}

/// Half a request whose body holds what is planted: the memory while the vault waits for the rest, and once it has
/// given up.
async fn plant_in_memory(vault: &Program, digits: &str) -> (Vec<u8>, Vec<u8>) {
    let at_rest = sockets(vault);
    let mut stream = TcpStream::connect(&vault.address).await.unwrap();
    let head =
        "POST /v1/tokens HTTP/1.1\r\nhost: vault\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&planted_text(digits)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let with_control = memory(vault);
    drop(stream);
    wait_for_rest(vault, at_rest).await;
    (with_control, memory(vault))
}

/// Digits in both encodings, a security code as it is sealed, and two as they are stored.
fn planted_text(digits: &str) -> Vec<u8> {
    let wide = digits.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    [b"..", digits.as_bytes(), b"..", &wide, br#".."code":"739".."#, b"\n739             .\n7391            ."].concat()
}

fn may_read_memory() -> bool {
    rustix::process::geteuid().is_root()
}

/// The vault's memory, all that can be read of it; nothing for anyone but root.
///
/// The vault forbids other processes of its user to read it; root may, and must: a scan that reads nothing finds nothing.
fn memory(vault: &Program) -> Vec<u8> {
    let process = format!("/proc/{}", vault.id());
    let mut bytes = Vec::new();
    let opened = File::open(format!("{process}/mem"));
    if !may_read_memory() {
        assert!(opened.is_err(), "the vault's own user may read its memory");
        return bytes;
    }
    let opened = opened.unwrap_or_else(|error| {
        panic!("root cannot read the vault's memory ({error}): the container lacks the capability SYS_PTRACE")
    });
    for line in fs::read_to_string(format!("{process}/maps")).unwrap().lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        if !rest.starts_with('r') || rest.contains("[v") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let from = bytes.len();
        bytes.resize(from + (end - start) as usize, 0);
        // A mapped file may be shorter than its mapping.
        let mut read = 0;
        while let Ok(more @ 1..) = opened.read_at(&mut bytes[from + read..], start + read as u64) {
            read += more;
        }
        bytes.truncate(from + read);
        // So that no run of digits goes over the border of two regions.
        bytes.push(b'|');
    }
    assert!(bytes.len() > 4 << 20, "only {} bytes of memory could be read", bytes.len());
    bytes
}

/// A set of runs of eight digits.
struct Windows(Vec<u64>);

impl Windows {
    fn none() -> Self {
        Self(vec![0; WINDOWS / 64 + 1])
    }

    fn of(digits: &str) -> Self {
        let mut windows = Self::none();
        windows.add_all(digits.as_bytes());
        windows
    }

    /// Adds every run in these bytes.
    fn add_all(&mut self, bytes: &[u8]) {
        each(bytes, |_, what| {
            if let What::Window(window) = what {
                self.add(window);
            }
        });
    }

    /// Adds what times in seconds, from an hour ago to a day and more ahead, have in them.
    fn add_times(&mut self) {
        let now = now().as_secs();
        for time in now - 3600..now + 30 * 3600 {
            for window in [time / 100, time / 10, time] {
                self.add(window as usize % WINDOWS);
            }
        }
    }

    fn add(&mut self, window: usize) {
        self.0[window / 64] |= 1 << (window % 64);
    }

    fn has(&self, window: usize) -> bool {
        self.0[window / 64] >> (window % 64) & 1 == 1
    }
}

/// Where the bytes hold runs of each set; the last are the places of security codes. One pass: there is much to look through.
fn search(bytes: &[u8], sets: [&Windows; 4]) -> [Vec<usize>; 5] {
    let mut found = [(); 5].map(|()| Vec::new());
    each(bytes, |place, what| match what {
        What::Window(window) => {
            for (set, found) in sets.iter().zip(&mut found) {
                if set.has(window) {
                    found.push(place);
                }
            }
        }
        What::Code => found[4].push(place),
    });
    found
}

enum What {
    /// A run of eight digits, which ends here.
    Window(usize),
    /// What may be a security code, which begins here.
    Code,
}

/// Everything in the bytes that is to be looked at: runs of digits in UTF-8 and, at even and odd addresses, in UTF-16LE;
/// and three or four digits as in an envelope (`"code":"123"`) or as they are stored, with a dozen spaces behind them.
fn each(bytes: &[u8], mut visit: impl FnMut(usize, What)) {
    let mut narrow = Run::default();
    let mut wide = [Run::default(), Run::default()];
    for (place, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_digit() {
            if *byte == b'"' && is_sealed_code(&bytes[place..]) {
                visit(place, What::Code);
            }
            narrow.length = 0;
            wide[place % 2].length = 0;
            continue;
        }
        if narrow.length == 0 && is_stored_code(&bytes[place..]) {
            visit(place, What::Code);
        }
        if let Some(window) = narrow.next(*byte) {
            visit(place, What::Window(window));
        }
        if bytes.get(place + 1) != Some(&0) {
            wide[place % 2].length = 0;
        } else if let Some(window) = wide[place % 2].next(*byte) {
            visit(place, What::Window(window));
        }
    }
}

/// The digits that came one after the other.
#[derive(Default)]
struct Run {
    length: usize,
    value: usize,
}

impl Run {
    fn next(&mut self, digit: u8) -> Option<usize> {
        self.length += 1;
        self.value = (self.value * 10 + usize::from(digit - b'0')) % WINDOWS;
        (self.length >= 8).then_some(self.value)
    }
}

fn is_sealed_code(text: &[u8]) -> bool {
    text.strip_prefix(br#""code":""#).is_some_and(|rest| {
        let length = digits(rest);
        (3..=4).contains(&length) && rest.get(length) == Some(&b'"')
    })
}

fn is_stored_code(text: &[u8]) -> bool {
    text.get(..16).is_some_and(|field| {
        let length = digits(field);
        (3..=4).contains(&length) && field[length..].iter().all(|byte| *byte == b' ')
    })
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// What stands around a place, to find out where it came from.
fn around(bytes: &[u8], place: usize) -> String {
    let range = place.saturating_sub(48)..(place + 16).min(bytes.len());
    bytes[range].escape_ascii().to_string()
}
