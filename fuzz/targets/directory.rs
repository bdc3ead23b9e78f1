//! Key directories and delegations: what is accepted is exactly what serde_json, this file's own rules and the chain of
//! signatures from the pinned root key say.
//!
//! Chance makes one of the two; the other is a right one.
#![no_main]

use std::{fmt, sync::LazyLock};

use cardseal_fuzz::{
    BareJwk, Form, MAX_INTEGER, NOW, OTHER_SIGNING, SIGNING, Signer, parts, plant, present, read, signer, signer_key,
};
use cardseal_protocol::{
    DirectoryHash, Error, KeyId, Origin, UnixTime,
    directory::{
        Delegation, Directory, MAX_DELEGATION_LENGTH, MAX_DIRECTORY_LENGTH, PublishedDirectory, PublishedKey, Seen,
        SignedDelegation, SignedDirectory,
    },
    keys::{Jwk, SealingKey},
};
use libfuzzer_sys::fuzz_target;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

/// How far the signer's clock may be ahead, in seconds.
const LEEWAY: u64 = 60;

const A_DAY: u64 = 86_400;

static ROOT: LazyLock<Signer> = LazyLock::new(|| Signer::new(&OTHER_SIGNING));
static ONLINE: LazyLock<Signer> = LazyLock::new(|| Signer::new(&SIGNING));
static VAULT: LazyLock<Origin> = LazyLock::new(|| Origin::parse("https://vault.example").unwrap());

/// The right one of each.
static RIGHT: LazyLock<PublishedDirectory> = LazyLock::new(|| {
    let delegation = Delegation {
        root: ROOT.signing.kid(),
        vault: VAULT.clone(),
        issued: NOW,
        expires: UnixTime::from_secs(NOW.as_secs() + A_DAY),
        key: ONLINE.verifying.clone(),
    };
    let directory = Directory {
        vault: VAULT.clone(),
        issued: NOW,
        expires: UnixTime::from_secs(NOW.as_secs() + A_DAY),
        sequence: 7,
        previous: Some(DirectoryHash::from_bytes([1; 32])),
        keys: vec![],
        revoked: vec![],
    };
    PublishedDirectory {
        delegation: delegation.sign(&ROOT.signing).unwrap(),
        directory: directory.sign(&ONLINE.signing).unwrap(),
    }
});

static DELEGATION: LazyLock<Delegation> = LazyLock::new(|| {
    let delegation = SignedDelegation::parse(&RIGHT.delegation).unwrap();
    delegation.verify(&[ROOT.signing.kid()], &VAULT, NOW).unwrap()
});

/// What a browser remembers of the right ones.
static SEEN: LazyLock<Seen> = LazyLock::new(|| verify(&RIGHT).unwrap().1);

fuzz_target!(|input: &[u8]| {
    match Form::of(input) {
        Some(Form::Text(text)) => {
            let read = parts(text);
            let read = read.as_ref();
            let directory = read.and_then(|[header, claims]| judge_directory(header, claims));
            let delegation = read.and_then(|[header, claims]| judge_delegation(header, claims));
            // Chance cannot sign: it can only leave a seed as it is.
            if parsed_directory(text, directory.as_ref()).is_some() {
                assert!(verify(&with_directory(text)).is_err() || ONLINE.has_signed(text));
            }
            if parsed_delegation(text, delegation.as_ref()).is_some() {
                assert!(verify(&with_delegation(text)).is_err() || ROOT.has_signed(text));
            }
            if let Some(seen) = Seen::parse(text) {
                assert_eq!(Seen::parse(&seen.to_text()), Some(seen));
                assert_eq!(seen.check(&seen), Ok(()));
                assert!(seen == *SEEN || seen.check(&SEEN).is_err() || SEEN.check(&seen).is_err());
            }
        }
        Some(Form::Parts(header, claims)) => {
            let directory = judge_directory(header, claims);
            let (text, signed) = ONLINE.sign_or_forge(header, claims, directory.is_some());
            if let (Some(()), Some(directory)) = (parsed_directory(&text, directory.as_ref()), directory) {
                verified_directory(&text, &directory, signed);
            }
            let delegation = judge_delegation(header, claims);
            let (text, signed) = ROOT.sign_or_forge(header, claims, delegation.is_some());
            if let (Some(()), Some(delegation)) = (parsed_delegation(&text, delegation.as_ref()), delegation) {
                verified_delegation(&text, &delegation, signed);
            }
        }
        None => {}
    }
});

/// What the header and the claims say, by serde_json; `None` where they are no directory.
fn judge_directory(header: &[u8], claims: &[u8]) -> Option<(KeyId, Claims)> {
    let kid = signer(header, "cardseal-keys+jwt")?;
    let claims: Claims = read(claims)?;
    claims.are_right().then_some((kid, claims))
}

/// The same of a delegation.
fn judge_delegation(header: &[u8], claims: &[u8]) -> Option<(BareJwk, Delegated)> {
    let key = signer_key(header, "cardseal-delegation+jwt")?;
    let claims: Delegated = read(claims)?;
    claims.are_right().then_some((key, claims))
}

/// Parses the text and holds the outcome to what was expected.
fn parsed_directory(text: &str, expected: Option<&(KeyId, Claims)>) -> Option<()> {
    let expected = expected.filter(|_| text.len() <= MAX_DIRECTORY_LENGTH);
    let directory = accepted(SignedDirectory::parse(text), expected.is_some())?;
    assert_eq!(Some(directory.sequence()), expected.map(|(_, claims)| claims.seq));
    assert_eq!(directory.hash(), SignedDirectory::parse(text).unwrap().hash());
    Some(())
}

fn parsed_delegation(text: &str, expected: Option<&(BareJwk, Delegated)>) -> Option<()> {
    let expected = expected.filter(|_| text.len() <= MAX_DELEGATION_LENGTH);
    let delegation = accepted(SignedDelegation::parse(text), expected.is_some())?;
    let (_, claims) = expected?;
    assert_eq!((delegation.root().to_string(), delegation.vault().as_str()), (claims.iss.clone(), &*claims.sub));
    assert_eq!(delegation.issued().as_secs(), claims.iat);
    Some(())
}

fn accepted<T>(outcome: Result<T, Error>, expected: bool) -> Option<T> {
    match outcome {
        Ok(signed) => {
            assert!(expected, "accepted, though serde_json reads no such thing in it");
            Some(signed)
        }
        Err(error) => {
            assert!(matches!(error, Error::DirectoryMalformed | Error::DirectoryAlgorithmUnsupported), "{error:?}");
            assert!(!expected, "refused, though serde_json reads it");
            None
        }
    }
}

fn with_directory(directory: &str) -> PublishedDirectory {
    PublishedDirectory { directory: directory.to_owned(), ..RIGHT.clone() }
}

fn with_delegation(delegation: &str) -> PublishedDirectory {
    PublishedDirectory { delegation: delegation.to_owned(), ..RIGHT.clone() }
}

fn verify(published: &PublishedDirectory) -> Result<(Directory, Seen), Error> {
    published.verify(&[ROOT.signing.kid()], &VAULT, NOW)
}

/// Verifies the directory under the right delegation, and writes and reads it again where it is one.
fn verified_directory(text: &str, (kid, claims): &(KeyId, Claims), signed: bool) {
    let outcome = verify(&with_directory(text));
    let expected = if *kid != ONLINE.signing.kid() || claims.iss != VAULT.as_str() || !signed {
        Some(Error::DirectoryUntrusted)
    } else if !is_current(claims.iat, claims.exp) {
        Some(Error::DirectoryExpired)
    } else {
        None
    };
    assert_eq!(outcome.as_ref().err(), expected.as_ref());
    let Ok((directory, seen)) = outcome else { return };
    assert!(claims.are_of(&directory));
    let hash = SignedDirectory::parse(text).unwrap().hash();
    assert_eq!(seen.to_text(), format!("{}.{}.{hash}", NOW.as_secs(), claims.seq));
    assert_eq!(SEEN.check(&seen).is_ok(), claims.seq > 7 || seen == *SEEN);
    sealed_to(&directory);
    plant(![1, 7, 8, MAX_INTEGER].contains(&claims.seq));
    let again = SignedDirectory::parse(&directory.sign(&ONLINE.signing).unwrap()).unwrap();
    assert_eq!(again.verify(&DELEGATION, NOW), Ok(directory));
}

/// The last of the strongest keys that are neither revoked nor out of their time.
fn sealed_to(directory: &Directory) {
    let is_current = |key: &&PublishedKey| {
        key.not_before.is_none_or(|time| time.as_secs() <= NOW.as_secs() + LEEWAY)
            && key.expires.is_none_or(|time| NOW < time)
    };
    let mut best: Option<SealingKey> = None;
    for key in directory.keys.iter().filter(is_current).filter_map(|key| SealingKey::try_from(&key.jwk).ok()) {
        let is_better = best.as_ref().is_none_or(|best| key.suite() >= best.suite());
        if is_better && !directory.revoked.contains(&key.kid()) {
            best = Some(key);
        }
    }
    assert_eq!(directory.sealing_key(NOW), best);
    for key in directory.receipt_keys() {
        assert!(!directory.revoked.contains(&key.kid()));
        assert!(directory.keys.iter().any(|published| published.jwk.thumbprint() == Ok(key.kid())));
    }
}

/// Verifies the delegation with the right directory, and writes and reads it again where it is one.
fn verified_delegation(text: &str, (key, claims): &(BareJwk, Delegated), signed: bool) {
    let is_by_the_root = key.is(&ROOT.verifying) && claims.iss == ROOT.signing.kid().to_string() && signed;
    let expected = if !is_by_the_root || claims.sub != VAULT.as_str() {
        Some(Error::DirectoryUntrusted)
    } else if !claims.cnf.jwk.is_key() || !lives(claims.iat, claims.exp, 90 * A_DAY) {
        Some(Error::DirectoryMalformed)
    } else if !is_current(claims.iat, claims.exp) {
        Some(Error::DirectoryExpired)
    } else {
        None
    };
    let signed = SignedDelegation::parse(text).unwrap();
    let outcome = signed.verify(&[ROOT.signing.kid()], &VAULT, NOW);
    assert_eq!(outcome.as_ref().err(), expected.as_ref());
    assert_eq!(signed.verify(&[], &VAULT, NOW), Err(Error::DirectoryUntrusted));
    let chain = verify(&with_delegation(text));
    let Ok(delegation) = outcome else {
        assert_eq!(chain.err(), expected);
        return;
    };
    assert!(claims.are_of(&delegation));
    assert_eq!(chain.err(), (delegation.key != ONLINE.verifying).then_some(Error::DirectoryUntrusted));
    let again = SignedDelegation::parse(&delegation.sign(&ROOT.signing).unwrap()).unwrap();
    assert_eq!(again.verify(&[ROOT.signing.kid()], &VAULT, NOW), Ok(delegation));
}

const fn lives(issued: u64, expires: u64, seconds: u64) -> bool {
    issued < expires && expires - issued <= seconds
}

const fn is_current(issued: u64, expires: u64) -> bool {
    issued <= NOW.as_secs() + LEEWAY && NOW.as_secs() < expires
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    iat: u64,
    exp: u64,
    seq: u64,
    #[serde(default, deserialize_with = "present")]
    prev: Option<String>,
    keys: Vec<Key>,
    revoked: Vec<String>,
}

impl Claims {
    /// The rules of docs/protocol.md, once more.
    fn are_right(&self) -> bool {
        Origin::parse(&self.iss).is_ok()
            && self.exp <= MAX_INTEGER
            && lives(self.iat, self.exp, A_DAY)
            && (1..=MAX_INTEGER).contains(&self.seq)
            && self.prev.is_some() == (self.seq > 1)
            && self.prev.as_ref().is_none_or(|hash| DirectoryHash::parse(hash).is_ok())
            && self.keys.len() <= 64
            && self.keys.iter().all(Key::is_right)
            && self.revoked.len() <= 512
            && self.revoked.iter().all(|kid| KeyId::parse(kid).is_ok())
    }

    fn are_of(&self, directory: &Directory) -> bool {
        self.iss == directory.vault.as_str()
            && (self.iat, self.exp) == (directory.issued.as_secs(), directory.expires.as_secs())
            && self.seq == directory.sequence
            && self.prev == directory.previous.map(|hash| hash.to_string())
            && self.keys.len() == directory.keys.len()
            && self.keys.iter().zip(&directory.keys).all(|(ours, theirs)| ours.is(theirs))
            && self.revoked.iter().eq(&directory.revoked.iter().map(KeyId::to_string).collect::<Vec<_>>())
    }
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    #[serde(default, deserialize_with = "present")]
    crv: Option<String>,
    #[serde(default, deserialize_with = "present")]
    x: Option<String>,
    #[serde(default, deserialize_with = "present")]
    y: Option<String>,
    #[serde(rename = "pub", default, deserialize_with = "present")]
    public: Option<String>,
    #[serde(default, deserialize_with = "present")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    alg: Option<String>,
    #[serde(rename = "use", default, deserialize_with = "present")]
    key_use: Option<String>,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    exp: Option<u64>,
    #[serde(flatten, deserialize_with = "each_member")]
    others: Vec<(String, Other)>,
}

/// Every member of an object. A map would keep only the last of those that have one name.
fn each_member<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Other)>, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Other)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut members = vec![];
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    deserializer.deserialize_map(Members)
}

/// What a member that is passed over may hold.
#[derive(Deserialize)]
#[serde(untagged)]
enum Other {
    Text(#[expect(dead_code, reason = "any text is right")] String),
    Integer(i64),
}

impl Key {
    fn is_right(&self) -> bool {
        let is_time = |time: Option<u64>| time.is_none_or(|time| time <= MAX_INTEGER);
        is_time(self.nbf)
            && is_time(self.exp)
            // RFC 7518, section 6.2.2: what has such a member is private.
            && self.others.iter().all(|(name, value)| match value {
                _ if ["d", "priv"].contains(&name.as_str()) => false,
                Other::Text(_) => true,
                Other::Integer(integer) => integer.unsigned_abs() <= MAX_INTEGER,
            })
    }

    fn is(&self, key: &PublishedKey) -> bool {
        let mut jwk = Jwk::new(self.kty.clone());
        (jwk.crv, jwk.x, jwk.y) = (self.crv.clone(), self.x.clone(), self.y.clone());
        (jwk.public, jwk.kid) = (self.public.clone(), self.kid.clone());
        (jwk.alg, jwk.key_use) = (self.alg.clone(), self.key_use.clone());
        jwk == key.jwk
            && self.nbf == key.not_before.map(|time| time.as_secs())
            && self.exp == key.expires.map(|time| time.as_secs())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delegated {
    iss: String,
    sub: String,
    iat: u64,
    exp: u64,
    cnf: Confirmation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jwk: BareJwk,
}

impl Delegated {
    /// What is looked at before any cryptography runs.
    fn are_right(&self) -> bool {
        KeyId::parse(&self.iss).is_ok()
            && Origin::parse(&self.sub).is_ok()
            && self.iat <= MAX_INTEGER
            && self.exp <= MAX_INTEGER
    }

    fn are_of(&self, delegation: &Delegation) -> bool {
        self.iss == delegation.root.to_string()
            && self.sub == delegation.vault.as_str()
            && (self.iat, self.exp) == (delegation.issued.as_secs(), delegation.expires.as_secs())
            && self.cnf.jwk.is(&delegation.key)
    }
}
