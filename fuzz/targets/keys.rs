//! JWKs: a key that is taken is on its curve, named by its thumbprint and written as it was read; no private key is a
//! public one.
#![no_main]

use cardseal_fuzz::{SIGNING, decode, encode, plant};
use cardseal_protocol::{
    Error,
    keys::{Jwk, JwkSet, SealingKey, SigningKey, VerifyingKey},
};
use libfuzzer_sys::fuzz_target;

/// Stands in the seeds for the private member of the test key, since no private key is committed.
const PRIVATE: &str = "PRIVATE";

fuzz_target!(|input: &[u8]| {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let text = &text.replace(PRIVATE, &encode(&SIGNING));
    if let Ok(jwk) = serde_json::from_str::<Jwk>(text) {
        key(&jwk);
        // RFC 7518, section 6.2.2: what has this member is private.
        // (A member that is passed over may have escapes that are no characters, which a Value would not take.)
        let members = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        assert!(members.get("d").is_none() && members.get("priv").is_none());
    }
    if let Ok(set) = serde_json::from_str::<JwkSet>(text) {
        let written = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<JwkSet>(&written).unwrap(), set);
        let (sealing, verifying) = (set.sealing_keys().len(), set.verifying_keys().len());
        assert_eq!(sealing, set.keys.iter().filter(|jwk| SealingKey::try_from(*jwk).is_ok()).count());
        assert_eq!(verifying, set.keys.iter().filter(|jwk| VerifyingKey::try_from(*jwk).is_ok()).count());
        for jwk in &set.keys {
            key(jwk);
        }
    }
    match SigningKey::from_jwk(text) {
        Ok(key) => {
            let written = key.to_private_jwk();
            assert_eq!(*SigningKey::from_jwk(&written).unwrap().to_private_jwk(), *written);
            assert!(serde_json::from_str::<Jwk>(&written).is_err());
            assert!(!serde_json::to_string(&key.jwk()).unwrap().contains(r#""d":"#));
            assert_eq!(key.verifying_key().unwrap().kid(), key.kid());
        }
        Err(error) => assert_eq!(error, Error::KeyMalformed),
    }
});

fn key(jwk: &Jwk) {
    let written = serde_json::to_string(jwk).unwrap();
    assert_eq!(serde_json::from_str::<Jwk>(&written).unwrap(), *jwk);
    match VerifyingKey::try_from(jwk) {
        Ok(key) => {
            taken(jwk, &key.jwk());
            assert_eq!(VerifyingKey::try_from(&key.jwk()), Ok(key));
            plant(jwk.key_use.is_none());
        }
        Err(error) => assert_eq!(error, Error::KeyMalformed),
    }
    match SealingKey::try_from(jwk) {
        Ok(key) => {
            taken(jwk, &key.jwk());
            assert_eq!(SealingKey::try_from(&key.jwk()).unwrap().kid(), key.kid());
            assert!(matches!(jwk.alg.as_deref(), Some("HPKE-7" | "HPKE-8")));
        }
        Err(error) => assert!(matches!(error, Error::KeyMalformed | Error::SuiteUnsupported)),
    }
}

/// What was read against the key as it is written: what is there is the same, and the point is one.
fn taken(read: &Jwk, written: &Jwk) {
    let fits = |member: &Option<String>, value: &Option<String>| member.is_none() || member == value;
    assert_eq!(read.kty, written.kty);
    assert!(fits(&read.kid, &written.kid) && fits(&read.alg, &written.alg) && fits(&read.key_use, &written.key_use));
    assert_eq!(written.kid.as_ref(), Some(&read.thumbprint().unwrap().to_string()));
    if read.kty == "AKP" {
        assert_eq!(read.public, written.public);
        return;
    }
    assert_eq!((&read.crv, &read.x, &read.y), (&written.crv, &written.x, &written.y));
    let coordinate = |member: &Option<String>| decode(member.as_deref().unwrap()).unwrap();
    let point = [vec![4], coordinate(&read.x), coordinate(&read.y)].concat();
    assert!(p256::PublicKey::from_sec1_bytes(&point).is_ok());
}
