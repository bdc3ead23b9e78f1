//! What the fuzz targets share: the forms of their inputs, fixed test keys, and readers to compare with.
//!
//! Most chance bytes fail at base64url, and the best of luck does not sign. So an input with a line break in it is two
//! JSON texts, or what is left of them, which the target encodes, and signs or seals with its own key: chance then works on
//! what stands behind both.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cardseal_protocol::{KeyId, UnixTime, keys};
use p256::ecdsa::signature::Signer as _;
use serde::{Deserialize, Deserializer};

/// The time for the targets: the tests' time, at which the seeds are valid.
pub const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

/// 2^53 - 1: integers up to it mean the same to every JSON library.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The scalar of the key that signs; of no use but here.
pub const SIGNING: [u8; 32] = [5; 32];

/// The scalar of another that does.
pub const OTHER_SIGNING: [u8; 32] = [8; 32];

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

/// Header and claims of a text that has the form of a JWS.
pub fn parts(text: &str) -> Option<[Vec<u8>; 2]> {
    let decoded: Vec<_> = text.split('.').map(decode).collect::<Option<_>>()?;
    let [header, claims, _] = decoded.try_into().ok()?;
    Some([header, claims])
}

/// Whom a header of this type names as the signer by `kid`; `None` where it is no such header.
pub fn signer(header: &[u8], typ: &str) -> Option<KeyId> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        alg: String,
        typ: String,
        kid: String,
    }
    let header: Header = read(header)?;
    let is_ours = header.alg == "ES256" && header.typ == typ;
    is_ours.then(|| KeyId::parse(&header.kid).ok()).flatten()
}

/// The signer's key that a header of this type holds as `jwk`; `None` where it is no such header.
pub fn signer_key(header: &[u8], typ: &str) -> Option<BareJwk> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        alg: String,
        typ: String,
        jwk: BareJwk,
    }
    let header: Header = read(header)?;
    let is_ours = header.alg == "ES256" && header.typ == typ;
    is_ours.then_some(header.jwk)
}

/// A JWK of no more members than its thumbprint is made of.
#[derive(PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BareJwk {
    kty: String,
    #[serde(default, deserialize_with = "present")]
    crv: Option<String>,
    #[serde(default, deserialize_with = "present")]
    x: Option<String>,
    #[serde(default, deserialize_with = "present")]
    y: Option<String>,
}

impl BareJwk {
    /// Whether it is a point of P-256.
    pub fn is_key(&self) -> bool {
        let coordinate = |member: &Option<String>| member.as_deref().and_then(decode).filter(|bytes| bytes.len() == 32);
        let (Some(x), Some(y)) = (coordinate(&self.x), coordinate(&self.y)) else { return false };
        let is_of_the_curve = self.kty == "EC" && self.crv.as_deref() == Some("P-256");
        is_of_the_curve && p256::PublicKey::from_sec1_bytes(&[vec![4], x, y].concat()).is_ok()
    }

    /// Whether it is this key.
    pub fn is(&self, key: &keys::VerifyingKey) -> bool {
        let keys::Jwk { kty, crv, x, y, .. } = key.jwk();
        *self == Self { kty, crv, x, y }
    }
}

/// Who signs.
pub struct Signer {
    /// The private key as the protocol has it.
    pub signing: keys::SigningKey,
    /// What others know of it.
    pub verifying: keys::VerifyingKey,
    key: p256::ecdsa::SigningKey,
    stranger: p256::ecdsa::SigningKey,
}

impl Signer {
    /// The signer of this scalar.
    pub fn new(scalar: &[u8; 32]) -> Self {
        let signing = keys::SigningKey::from_bytes(scalar).unwrap();
        Self {
            verifying: signing.verifying_key().unwrap(),
            signing,
            key: p256::ecdsa::SigningKey::from_slice(scalar).unwrap(),
            stranger: p256::ecdsa::SigningKey::from_slice(&[6; 32]).unwrap(),
        }
    }

    /// A JWS of these parts with the signer's signature.
    pub fn sign(&self, signing_input: &str) -> String {
        signed(signing_input, &self.key)
    }

    /// A JWS of these parts with the signature of somebody else.
    pub fn forge(&self, signing_input: &str) -> String {
        signed(signing_input, &self.stranger)
    }

    /// A JWS of these parts and whether its signature is right, which it is for claims of an odd length. Signing is slow,
    /// so what would not be read has no signature.
    pub fn sign_or_forge(&self, header: &[u8], claims: &[u8], is_read: bool) -> (String, bool) {
        let signing_input = format!("{}.{}", encode(header), encode(claims));
        match (is_read, claims.len().is_multiple_of(2)) {
            (false, _) => (format!("{signing_input}."), false),
            (true, true) => (self.forge(&signing_input), false),
            (true, false) => (self.sign(&signing_input), true),
        }
    }

    /// Whether a JWS has the signer's signature; ES256 of this library always makes the same.
    pub fn has_signed(&self, text: &str) -> bool {
        text.rsplit_once('.').is_some_and(|(signing_input, _)| text == self.sign(signing_input))
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
