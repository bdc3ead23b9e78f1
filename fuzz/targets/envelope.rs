//! Envelopes: what opens is what was sealed to the vault's key, untouched, and holds a card as serde_json reads it.
#![no_main]

use std::sync::LazyLock;

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead as _, KeyInit as _, Payload},
};
use cardseal_fuzz::{Form, MAX_INTEGER, decode, encode, plant, present, read};
use cardseal_protocol::{
    Error, KeyId, OrderHash, Origin,
    address::Country,
    brand::{Brand, Brands},
    envelope::{Envelope, Jti, MAX_ENVELOPE_LENGTH, OpenedCard, PLAINTEXT_LENGTH, Suite},
    keys::OpeningKey,
};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

/// The scalar of the vault's key; of no use but here.
const OPENING: [u8; 32] = [7; 32];

/// The bytes of a plaintext with its tag.
const CIPHERTEXT_LENGTH: usize = PLAINTEXT_LENGTH + 16;

static KEY: LazyLock<OpeningKey> = LazyLock::new(|| OpeningKey::from_bytes(Suite::Hpke7, &OPENING).unwrap());

/// The key and the nonce to which RFC 9180, section 5.1, comes for the encapsulated key of the seed: sealing with them at
/// once is three times as fast as the key schedule for each input would be. Were they wrong, the seed would not open.
const CONTEXT: ([u8; 32], [u8; 12]) = (
    [
        0x64, 0x9c, 0xfb, 0x74, 0xc6, 0xe7, 0xf2, 0x5b, 0x1f, 0x72, 0x7b, 0xb0, 0x05, 0x9e, 0x25, 0xa7, 0x4d, 0xed,
        0x63, 0x1d, 0x2f, 0x00, 0xf9, 0x77, 0x7f, 0x10, 0xa2, 0x64, 0xd6, 0xd9, 0xea, 0xdb,
    ],
    [0xaa, 0x24, 0x2f, 0xd2, 0x4b, 0x73, 0x81, 0x17, 0x0b, 0x54, 0x17, 0x61],
);

/// An envelope with a card, as pyhpke sealed it.
const ORIGINAL: &str = include_str!("../corpus/envelope/sealed");

fuzz_target!(|input: &[u8]| {
    match Form::of(input) {
        Some(Form::Text(text)) => {
            let expected = match text.split('.').collect::<Vec<_>>().as_slice() {
                [header, key, "", ciphertext, ""] => match (decode(header), decode(key), decode(ciphertext)) {
                    (Some(header), Some(key), Some(ciphertext)) if ciphertext.len() == CIPHERTEXT_LENGTH => {
                        judge_header(&header).filter(|header| header.key_length() == key.len())
                    }
                    _ => None,
                },
                _ => None,
            };
            if let Some(envelope) = parsed(text, expected.as_ref()) {
                // Chance cannot seal: it can only leave the seed as it is.
                let expected = if text == ORIGINAL { Ok(()) } else { Err(Error::EnvelopeInvalid) };
                assert_eq!(envelope.open(&KEY).map(drop), expected);
            }
        }
        Some(Form::Parts(header, plaintext)) => {
            let expected = judge_header(header);
            // Sealing is slow, so only under a header of the key's suite; under others there are zeros.
            if expected.as_ref().is_some_and(|header| header.alg == "HPKE-7") {
                if let Some(envelope) = parsed(&sealed(header, plaintext), expected.as_ref()) {
                    opened(&envelope, plaintext);
                }
            } else {
                let key = vec![0; expected.as_ref().map_or(0, Header::key_length)];
                let text = compact(&encode(header), &key, &[0; CIPHERTEXT_LENGTH]);
                if let Some(envelope) = parsed(&text, expected.as_ref()) {
                    assert_eq!(envelope.open(&KEY).map(drop), Err(Error::EnvelopeInvalid));
                }
            }
        }
        None => {}
    }
});

/// What the header says, by serde_json; `None` where it is none of an envelope.
fn judge_header(json: &[u8]) -> Option<Header> {
    let header: Header = read(json)?;
    let is_right = ["HPKE-7", "HPKE-8"].contains(&&*header.alg)
        && header.typ == "cardseal-card+jwe"
        && header.iat <= MAX_INTEGER
        && KeyId::parse(&header.kid).is_ok()
        && Jti::parse(&header.jti).is_ok()
        && Origin::parse(&header.origin).is_ok()
        && OrderHash::parse(&header.order).is_ok();
    is_right.then_some(header)
}

/// Parses the text and holds the outcome to what was expected.
fn parsed(text: &str, expected: Option<&Header>) -> Option<Envelope> {
    let envelope = match Envelope::parse(text) {
        Ok(envelope) => envelope,
        Err(Error::EnvelopeTooLarge) => {
            assert!(text.len() > MAX_ENVELOPE_LENGTH);
            return None;
        }
        Err(error) => {
            assert!(matches!(error, Error::EnvelopeMalformed | Error::SuiteUnsupported), "{error:?}");
            assert!(expected.is_none(), "refused, though serde_json reads a header in it");
            return None;
        }
    };
    let expected = expected.expect("accepted, though serde_json reads no header in it");
    let header = envelope.header();
    assert_eq!(header.suite.alg(), expected.alg);
    assert_eq!(header.kid.to_string(), expected.kid);
    assert_eq!(header.issued.as_secs(), expected.iat);
    assert_eq!(header.jti.to_string(), expected.jti);
    assert_eq!(header.origin.as_str(), expected.origin);
    assert_eq!(header.order.to_string(), expected.order);
    assert_eq!(envelope.hash(), Envelope::parse(text).unwrap().hash());
    Some(envelope)
}

/// Opens what was sealed to the vault's key.
fn opened(envelope: &Envelope, plaintext: &[u8]) {
    let outcome = envelope.open(&KEY);
    let padded = pad(plaintext);
    let expected = read::<Card>(&padded)
        .filter(|card| padded.len() == PLAINTEXT_LENGTH && envelope.header().kid == KEY.kid() && card.is_right());
    match (outcome, expected) {
        (Ok(card), Some(expected)) => {
            assert!(expected.is(&card));
            assert!(!format!("{card:?}").contains(card.number.expose().as_str()));
            assert!(card.number.expose().ends_with(card.last_four().as_str()));
            plant(![1, 10, 12].contains(&card.exp_month));
        }
        (Err(error), None) => assert_eq!(error, Error::EnvelopeInvalid),
        (Ok(_), None) => panic!("opened, though serde_json reads no card in it"),
        (Err(_), Some(_)) => panic!("did not open, though serde_json reads a card in it"),
    }
}

/// Seals the plaintext under the header.
fn sealed(header: &[u8], plaintext: &[u8]) -> String {
    let protected = encode(header);
    let payload = Payload { msg: &pad(plaintext), aad: protected.as_bytes() };
    let (key, nonce) = CONTEXT;
    let ciphertext = Aes256Gcm::new(&key.into()).encrypt(&nonce.into(), payload).unwrap();
    let encapsulated_key = ORIGINAL.split('.').nth(1).unwrap();
    [&protected, ".", encapsulated_key, "..", &encode(&ciphertext), "."].concat()
}

/// With spaces up to the length of a plaintext; one that is longer stays so, and is cut where it could not travel.
fn pad(plaintext: &[u8]) -> Vec<u8> {
    let mut padded = plaintext.to_vec();
    padded.truncate(PLAINTEXT_LENGTH);
    padded.resize(PLAINTEXT_LENGTH, b' ');
    padded
}

fn compact(protected: &str, key: &[u8], ciphertext: &[u8]) -> String {
    format!("{protected}.{}..{}.", encode(key), encode(ciphertext))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
    iat: u64,
    jti: String,
    origin: String,
    order: String,
}

impl Header {
    /// The bytes of an encapsulated key of its suite.
    fn key_length(&self) -> usize {
        if self.alg == "HPKE-8" { 1153 } else { 65 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    number: String,
    exp_month: u8,
    exp_year: u16,
    code: String,
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    brand: Option<String>,
    #[serde(default, deserialize_with = "present")]
    country: Option<String>,
    #[serde(default, deserialize_with = "present")]
    postal_code: Option<String>,
}

impl Card {
    /// The shape that docs/protocol.md gives a card, once more.
    fn is_right(&self) -> bool {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (12..=19).contains(&self.number.len())
            && (3..=4).contains(&self.code.len())
            && digits(&self.number)
            && digits(&self.code)
            && (1..=12).contains(&self.exp_month)
            && (2000..=2099).contains(&self.exp_year)
            && self.name.as_ref().is_none_or(|name| (1..=128).contains(&name.len()))
            && self.brand.as_ref().is_none_or(|id| {
                let brand = Brands::of(&self.number).iter().find(|brand| brand.id() == id);
                brand.is_some_and(|brand| brand.has_length(self.number.len()))
            })
            && self
                .country
                .as_ref()
                .is_none_or(|country| Country::CODES.as_bytes().chunks(2).any(|code| code == country.as_bytes()))
            && self.postal_code.as_ref().is_none_or(|code| {
                (1..=10).contains(&code.len())
                    && code.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'-'))
                    && code.bytes().any(|byte| byte.is_ascii_alphanumeric())
            })
    }

    fn is(&self, card: &OpenedCard) -> bool {
        self.number == *card.number.expose()
            && self.code == *card.code.expose()
            && (self.exp_month, self.exp_year) == (card.exp_month, card.exp_year)
            && self.name.as_ref() == card.name.as_ref().map(|name| name.expose())
            && self.brand.as_deref() == card.chosen_brand.map(Brand::id)
            && self.country.as_deref() == card.country.map(Country::expose)
            && self.postal_code.as_ref() == card.postal_code.as_ref().map(|code| code.expose())
    }
}
