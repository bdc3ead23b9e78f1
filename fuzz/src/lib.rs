//! What the fuzz targets share: the forms of their inputs, fixed test keys, and readers to compare with.
//!
//! Most chance bytes fail at base64url, and the best of luck does not sign. So an input with a line break in it is two
//! JSON texts, or what is left of them, which the target encodes, and signs or seals with its own key: chance then works on
//! what stands behind both.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cardseal_protocol::{MerchantId, UnixTime, keys};
use p256::ecdsa::signature::Signer as _;
use serde::{Deserialize, Deserializer};

/// The time for the targets: the tests' time, at which the seeds are valid.
pub const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

/// 2^53 - 1: integers up to it mean the same to every JSON library.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The scalar of the key that signs; of no use but here.
pub const SIGNING: [u8; 32] = [5; 32];

/// What chance made.
pub enum Form<'a> {
    /// One line: the compact serialization itself.
    Text(&'a str),
    /// Two texts, of which the target makes a compact serialization: a header and what it protects.
    Parts(&'a [u8], &'a [u8]),
}

impl<'a> Form<'a> {
    /// Reads an input; `None` for one that could not reach a parser.
    pub fn of(input: &'a [u8]) -> Option<Self> {
        match input.iter().position(|byte| *byte == b'\n') {
            Some(at) => Some(Self::Parts(&input[..at], &input[at + 1..])),
            None => core::str::from_utf8(input).ok().map(Self::Text),
        }
    }
}

/// The base64url text of the bytes.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text, by another library than the protocol's.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The keys of the merchant that signs, and the merchant.
pub struct Merchant {
    /// Its id: `mer_demo`.
    pub id: MerchantId,
    /// Its private key as the protocol has it.
    pub signing: keys::SigningKey,
    /// What the vault knows of it.
    pub verifying: Vec<keys::VerifyingKey>,
    key: p256::ecdsa::SigningKey,
    stranger: p256::ecdsa::SigningKey,
}

impl Merchant {
    /// The merchant of the seeds.
    pub fn demo() -> Self {
        let signing = keys::SigningKey::from_bytes(&SIGNING).unwrap();
        Self {
            id: MerchantId::parse("mer_demo").unwrap(),
            verifying: vec![signing.verifying_key().unwrap()],
            signing,
            key: p256::ecdsa::SigningKey::from_slice(&SIGNING).unwrap(),
            stranger: p256::ecdsa::SigningKey::from_slice(&[6; 32]).unwrap(),
        }
    }

    /// A JWS of these parts with the merchant's signature.
    pub fn sign(&self, signing_input: &str) -> String {
        signed(signing_input, &self.key)
    }

    /// A JWS of these parts with the signature of somebody else.
    pub fn forge(&self, signing_input: &str) -> String {
        signed(signing_input, &self.stranger)
    }
}

fn signed(signing_input: &str, key: &p256::ecdsa::SigningKey) -> String {
    let signature: p256::ecdsa::Signature = key.sign(signing_input.as_bytes());
    format!("{signing_input}.{}", encode(&signature.to_bytes()))
}

/// Reads an object into a struct by serde_json, which takes an array for one, too.
pub fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    let is_object = json.trim_ascii_start().starts_with(b"{");
    serde_json::from_slice(json).ok().filter(|_| is_object)
}

/// For serde's `deserialize_with`: an optional member may be left out, but is never `null`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Fails where scripts/fuzz.sh asked for a fault that must be found, and the input got as far as this.
pub fn plant(reached: bool) {
    use std::sync::OnceLock;
    static PLANTED: OnceLock<bool> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| std::env::var_os("CARDSEAL_FUZZ_PLANTED").is_some());
    assert!(!(*planted && reached), "the planted fault was found");
}
