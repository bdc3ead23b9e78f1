//! Requests that were valid before chance spoiled them: each is refused with a status and a code of the list, and none
//! makes the vault fail. What is altered without the keys for it is never accepted.
//!
//! `CARDSEAL_MALFORMED_REQUESTS` is how many, `CARDSEAL_SEED` which ones.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use axum::{body::Body, http::header};
use base64ct::{Base64UrlUnpadded, Encoding};
use cardseal_protocol::{Code, order::SignedOrder};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::Value;

use crate::{
    in_process::{Answer, InProcess, Setup, bearer, post},
    shop::{card, context, device, dual, payment_request, seal_text, signed_request, token_request},
};

const TOKENS: &str = "/v1/tokens";
const PAYMENTS: &str = "/v1/payments";

/// A number from the environment, for runs that are longer than everyone's.
pub(crate) fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::test]
async fn no_spoiled_request_makes_the_vault_fail() {
    let number = setting("CARDSEAL_MALFORMED_REQUESTS", 3000);
    let seed = setting("CARDSEAL_SEED", 20_261_122);
    // A slow disk is not what this is about.
    let setup = Setup { patience: Duration::from_secs(60), ..Setup::default() };
    let vault = InProcess::start_with(setup).await;
    let mut random = Random(seed);
    let mut answers = BTreeMap::<String, u64>::new();
    let mut valid = [Valid::new(&vault, 0).await, Valid::new(&vault, 1).await];
    for index in 0..number {
        let path = if random.below(2) == 0 { TOKENS } else { PAYMENTS };
        let altered = random.below(4) > 0;
        let body = if altered { alter(&mut random, path, &valid) } else { make(&mut random, &vault, path, &valid[0]) };
        let shown = || format!("CARDSEAL_SEED={seed}, request {index} to {path}: {:?}", String::from_utf8_lossy(&body));
        let answer = send(&vault, path, &body).await;
        if answer.status.is_success() {
            if altered {
                let what = meaning(path, &body);
                let same = valid.iter().any(|valid| what == meaning(path, valid.body(path).as_bytes()));
                assert!(same, "{}: {answer:?}", shown());
            }
            *answers.entry("accepted".to_owned()).or_default() += 1;
        } else {
            let code = refusal(&answer).unwrap_or_else(|wrong| panic!("{wrong}: {}: {answer:?}", shown()));
            *answers.entry(code).or_default() += 1;
        }
        // Spent tokens would hide what comes after the question whether they are.
        if index % 100 == 99 {
            valid = [Valid::new(&vault, 2 * index).await, Valid::new(&vault, 2 * index + 1).await];
        }
    }
    println!("{number} requests: {answers:?}");
    for code in [
        "request_malformed",
        "envelope_malformed",
        "order_malformed",
        "order_signature_invalid",
        "dual_signature_malformed",
        "dual_signature_invalid",
    ] {
        assert!(answers.contains_key(code), "none reached {code}: {answers:?}");
    }
}

/// What a body that was accepted says, however it is spelled.
fn meaning(path: &str, body: &[u8]) -> Value {
    let mut meaning: Value = serde_json::from_slice(body).unwrap();
    if path == PAYMENTS {
        // The token is bound to the hash of what was signed, and that signature was verified then; the one that comes
        // along with a payment adds nothing.
        let signed = meaning["order"].as_str().unwrap().rsplit_once('.').unwrap().0.to_owned();
        meaning["order"] = signed.into();
    }
    meaning
}

/// The refusal's code, or what is wrong with the answer.
fn refusal(answer: &Answer) -> Result<String, &'static str> {
    if answer.status.is_server_error() {
        return Err("the vault failed");
    }
    if !answer.status.is_client_error() || answer.header("content-type") != Some("application/problem+json") {
        return Err("neither success nor a problem document");
    }
    let problem: Value = serde_json::from_slice(&answer.body).map_err(|_| "no JSON")?;
    let code = problem["code"].as_str().and_then(Code::parse).ok_or("a code that is not of the list")?;
    (problem["status"] == answer.status.as_u16()).then(|| code.to_string()).ok_or("two statuses")
}

/// The check can fail: each of these is an answer that a vault must not give.
#[test]
fn wrong_answers_are_told_apart() {
    let answer = |status: u16, kind: &'static str, body: &str| Answer {
        status: status.try_into().unwrap(),
        headers: [(header::CONTENT_TYPE, kind.parse().unwrap())].into_iter().collect(),
        body: body.into(),
    };
    let problem = "application/problem+json";
    assert_eq!(refusal(&answer(404, problem, r#"{"status":404,"code":"not_found"}"#)).as_deref(), Ok("not_found"));
    for (status, kind, body) in [
        (500, problem, r#"{"status":500,"code":"internal"}"#),
        (404, "text/plain", r#"{"status":404,"code":"not_found"}"#),
        (404, problem, r#"{"status":404,"code":"no_such_code"}"#),
        (404, problem, r#"{"status":400,"code":"not_found"}"#),
        (404, problem, "<html>"),
        (302, problem, r#"{"status":302,"code":"not_found"}"#),
    ] {
        assert!(refusal(&answer(status, kind, body)).is_err(), "{status} {kind} {body}");
    }
}

async fn send(vault: &InProcess, path: &str, body: &[u8]) -> Answer {
    let mut request = post(path, "");
    *request.body_mut() = Body::from(body.to_vec());
    if path == PAYMENTS {
        request.headers_mut().insert(header::AUTHORIZATION, bearer(&vault.shop).parse().unwrap());
    }
    vault.send(request).await
}

/// What would be accepted as it is.
struct Valid {
    order: String,
    envelope: String,
    dual_signature: String,
    token: String,
}

impl Valid {
    async fn new(vault: &InProcess, index: u64) -> Self {
        let order = vault.shop.signed(&format!("order-{index}"), vault.now());
        let card = card("4242424242424242");
        let token = vault.tokenize(&card, &order).await;
        let envelope = vault.seal(&card, &order);
        let dual_signature = dual(&envelope, &order).sign(&device()).unwrap();
        Self { order, envelope, dual_signature, token }
    }

    fn body(&self, path: &str) -> String {
        if path == TOKENS {
            signed_request(&self.envelope, &self.order, &self.dual_signature)
        } else {
            payment_request(&self.token, &self.order)
        }
    }
}

/// What anybody on the way can do.
fn alter(random: &mut Random, path: &str, valid: &[Valid; 2]) -> Vec<u8> {
    let body = valid[0].body(path);
    match random.below(5) {
        0 => spoil_bytes(random, body.as_bytes(), valid[1].body(path).as_bytes()),
        1 => spoil_json(random, &body),
        2 => {
            let envelope = spoil_compact(random, &valid[0].envelope, &valid[1].envelope);
            match path {
                TOKENS => signed_request(&envelope, &valid[0].order, &valid[0].dual_signature),
                _ => payment_request(&envelope, &valid[0].order),
            }
            .into()
        }
        3 => {
            let dual_signature = spoil_compact(random, &valid[0].dual_signature, &valid[1].dual_signature);
            match path {
                TOKENS => signed_request(&valid[0].envelope, &valid[0].order, &dual_signature),
                _ => payment_request(&valid[0].token, &dual_signature),
            }
            .into()
        }
        _ => {
            let order = spoil_compact(random, &valid[0].order, &valid[1].order);
            match path {
                TOKENS => signed_request(&valid[0].envelope, &order, &valid[0].dual_signature),
                _ => payment_request(&valid[0].token, &order),
            }
            .into()
        }
    }
}

/// What a merchant or a page with the right keys but wrong ideas can do: nonsense, well signed and well sealed.
fn make(random: &mut Random, vault: &InProcess, path: &str, valid: &Valid) -> Vec<u8> {
    let (claims, plaintext) = if path == PAYMENTS || random.below(2) == 0 { (true, false) } else { (false, true) };
    let mut order = valid.order.clone();
    if claims {
        let parts: Vec<&str> = order.split('.').collect();
        let text = String::from_utf8(Base64UrlUnpadded::decode_vec(parts[1]).unwrap()).unwrap();
        let input = format!("{}.{}", parts[0], Base64UrlUnpadded::encode_string(&spoil_json(random, &text)));
        order = format!("{input}.{}", sign(vault, &input));
    }
    if path == PAYMENTS {
        return payment_request(&valid.token, &order).into();
    }
    if SignedOrder::parse(&order).is_err() {
        return token_request(&valid.envelope, &order).into();
    }
    let mut text =
        r#"{"number":"4242424242424242","exp_month":12,"exp_year":2030,"code":"739","name":"Ann"}"#.to_owned();
    if plaintext {
        text = String::from_utf8_lossy(&spoil_json(random, &text)).chars().filter(char::is_ascii).take(512).collect();
    }
    token_request(&seal_text(&vault.keys(), &text, &context(&order, vault.now())), &order).into()
}

fn sign(vault: &InProcess, input: &str) -> String {
    let jwk: Value = serde_json::from_str(&vault.shop.key.to_private_jwk()).unwrap();
    let scalar = Base64UrlUnpadded::decode_vec(jwk["d"].as_str().unwrap()).unwrap();
    let signature: Signature = SigningKey::from_slice(&scalar).unwrap().sign(input.as_bytes());
    Base64UrlUnpadded::encode_string(&signature.to_bytes())
}

/// Flipped, lost, repeated, moved, foreign and invalid bytes.
fn spoil_bytes(random: &mut Random, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(2) {
        let part = random.range(bytes.len());
        match random.below(8) {
            0 => {
                for _ in 0..=random.below(8) {
                    if let Some(at) = random.index(bytes.len()) {
                        bytes[at] ^= 1 << random.below(8);
                    }
                }
            }
            1 => bytes.truncate(part.start),
            2 => drop(bytes.splice(part, other[random.range(other.len())].to_vec())),
            3 => drop(bytes.drain(part)),
            4 => {
                let repeated = bytes[part.clone()].repeat(random.size(40));
                bytes.splice(part, repeated);
            }
            5 => {
                let noise: Vec<u8> = (0..random.size(60)).map(|_| random.below(256) as u8).collect();
                bytes.splice(part.start..part.start, noise);
            }
            6 => {
                // Overlong, a surrogate, beyond Unicode, cut short, a lone continuation, a byte order mark, zero.
                let invalid: &[&[u8]] =
                    &[b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80", b"\xef\xbb\xbf", b"\0"];
                bytes.splice(part.start..part.start, random.of(invalid).to_vec());
            }
            _ => {
                let moved: Vec<u8> = bytes.drain(part).collect();
                let at = random.range(bytes.len()).start;
                bytes.splice(at..at, moved);
            }
        }
    }
    bytes
}

/// Other types, lengths, numbers, depths, members and escapes in the place of one token of JSON text.
fn spoil_json(random: &mut Random, text: &str) -> Vec<u8> {
    let tokens = json_tokens(text);
    let Some(at) = random.index(tokens.len()) else { return text.into() };
    let token = tokens[at].clone();
    let long = random.size(40_000);
    let deep = random.size(20_000);
    let replacement = match random.below(20) {
        0 => "null".to_owned(),
        1 => random.of(&["true", "false", "[]", "{}", "\"\"", "[null]", "{\"a\":1}"]).to_owned(),
        2 => random
            .of(&["0", "-0", "-1", "1.5", "1e2", "01", "+1", "0x1", "NaN", "Infinity", ".5", "1.", "1e"])
            .to_owned(),
        3 => random
            .of(&["9007199254740991", "9007199254740993", "18446744073709551616", "-9223372036854775809"])
            .to_owned(),
        4 => random.of(&["1e308", "1e999", "-1e999", "1e-999", "4294967296", "65536", "256"]).to_owned(),
        5 => "9".repeat(long),
        6 => format!("\"{}\"", "A".repeat(long)),
        7 => "[".repeat(deep),
        8 => format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        9 => format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)),
        10 => random
            .of(&["\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"\\u12\"", "\"\n\"", "\"\\"])
            .to_owned(),
        11 => String::new(),
        12 => format!("{0},{0}", &text[token.clone()]),
        13 => format!("{0}:{0},{0}", &text[token.clone()]),
        14 => format!("[{}]", &text[token.clone()]),
        15 => format!("\"{}\"", text[token.clone()].replace('"', "")),
        16 => text[token.clone()].replace('"', ""),
        17 => text[tokens[random.index(tokens.len()).unwrap_or(0)].clone()].to_owned(),
        18 => format!(" \t\r\n{} ", &text[token.clone()]),
        _ => {
            format!("\"{}\"", random.of(&["é", "\u{202e}", "\u{feff}", "😀", "４２４２", "null", "__proto__", "../.."]))
        }
    };
    [&text[..token.start], &replacement, &text[token.end..]].concat().into()
}

/// Where the strings, numbers and names of a JSON text are.
fn json_tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        if bytes[start] == b'"' {
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at = (at + 1).min(bytes.len());
        } else if bytes[start].is_ascii_alphanumeric() || bytes[start] == b'-' {
            while at < bytes.len() && matches!(bytes[at], b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'+')
            {
                at += 1;
            }
        } else {
            continue;
        }
        found.push(start..at);
    }
    found
}

/// Segments of a JWE or JWS that are altered, lost, repeated, another's, of another length, or hold other JSON.
fn spoil_compact(random: &mut Random, compact: &str, other: &str) -> String {
    let mut segments: Vec<String> = compact.split('.').map(str::to_owned).collect();
    let others: Vec<&str> = other.split('.').collect();
    let at = random.index(segments.len()).unwrap_or(0);
    match random.below(8) {
        0 => segments[at] = others[at].to_owned(),
        1 => drop(segments.remove(at)),
        2 => segments.insert(at, segments[at].clone()),
        3 => segments.swap(at, 0),
        4 => {
            let length = random.range(segments[at].len()).start;
            segments[at].truncate(length);
        }
        5 => segments[at].push_str(&"A".repeat(random.size(20_000))),
        6 => {
            let text = Base64UrlUnpadded::decode_vec(&segments[0]).unwrap();
            let spoiled = spoil_json(random, &String::from_utf8(text).unwrap());
            segments[0] = Base64UrlUnpadded::encode_string(&spoiled);
        }
        _ => {
            if let Some(place) = random.index(segments[at].len()) {
                let letter = random.of(&["A", "_", "-", "=", "+", "/", " ", "é", "%41"]);
                segments[at].replace_range(place..=place, letter);
            }
        }
    }
    segments.join(".")
}

/// SplitMix64: the same requests for the same seed, on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A place in a list, unless the list is empty.
    fn index(&mut self, length: usize) -> Option<usize> {
        (length > 0).then(|| (self.next() % length as u64) as usize)
    }

    /// A size, small ones as likely as large ones.
    fn size(&mut self, most: usize) -> usize {
        let bits = self.below(u64::from(most.ilog2()) + 1);
        ((self.next() % (2 << bits)) as usize).min(most)
    }

    /// A part of a list, mostly a short one.
    fn range(&mut self, length: usize) -> Range<usize> {
        let start = self.index(length + 1).unwrap_or(0);
        start..(start + self.size(64)).min(length)
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.index(list.len()).unwrap_or(0)]
    }
}
