//! The chain of trust: against ourselves and against everything that is not one.

use super::*;
use crate::{
    base64,
    envelope::Suite,
    jws,
    keys::{OpeningKey, SigningKey},
};

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

fn key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32]).unwrap()
}

fn root() -> SigningKey {
    key(1)
}

fn online() -> SigningKey {
    key(2)
}

fn vault() -> Origin {
    Origin::parse("https://vault.example").unwrap()
}

fn delegation() -> Delegation {
    Delegation {
        root: root().kid(),
        vault: vault(),
        issued: NOW.minus(1000),
        expires: NOW.plus(MAX_DELEGATION_LIFE - 1000),
        key: online().verifying_key().unwrap(),
    }
}

fn sealing_jwk(byte: u8) -> Jwk {
    OpeningKey::from_bytes(Suite::Hpke7, &[byte; 32]).unwrap().jwk().clone()
}

fn entry(jwk: Jwk) -> PublishedKey {
    PublishedKey { jwk, not_before: None, expires: None }
}

fn directory() -> Directory {
    Directory {
        vault: vault(),
        issued: NOW,
        expires: NOW.plus(MAX_DIRECTORY_LIFE),
        sequence: 7,
        previous: Some(DirectoryHash::of(b"the sixth")),
        keys: vec![
            entry(sealing_jwk(10)),
            PublishedKey { jwk: sealing_jwk(11), not_before: Some(NOW), expires: Some(NOW.plus(9000)) },
            entry(key(3).jwk()),
            entry(key(4).jwk()),
        ],
        revoked: vec![sealing_jwk(12).thumbprint().unwrap(), key(3).kid()],
    }
}

fn published() -> PublishedDirectory {
    PublishedDirectory {
        delegation: delegation().sign(&root()).unwrap(),
        directory: directory().sign(&online()).unwrap(),
    }
}

fn verify(published: &PublishedDirectory) -> Result<(Directory, Seen), Error> {
    published.verify(&[key(9).kid(), root().kid()], &vault(), NOW)
}

fn with_directory(directory: &Directory, key: &SigningKey) -> PublishedDirectory {
    PublishedDirectory { directory: directory.sign(key).unwrap(), ..published() }
}

fn by_hand(header: &str, claims: &str, key: &SigningKey) -> String {
    let input = format!("{}.{}", base64::encode(header.as_bytes()), base64::encode(claims.as_bytes()));
    jws::attach(&input, &key.sign(input.as_bytes()).unwrap())
}

/// Header and claims of a JWS.
fn texts(signed: &str) -> (String, String) {
    let part = |at| String::from_utf8(base64::decode(signed.split('.').nth(at).unwrap()).unwrap()).unwrap();
    (part(0), part(1))
}

#[test]
fn a_chain_from_a_pinned_root_verifies() {
    let (verified, seen) = verify(&published()).unwrap();
    assert_eq!(verified, directory());
    assert_eq!(Seen::parse(&seen.to_text()), Some(seen));
    assert!(published().directory.len() < 4096 && published().delegation.len() < 1024);
}

#[test]
fn another_signer_root_or_vault_is_untrusted() {
    let untrusted = Err(Error::DirectoryUntrusted);
    assert_eq!(published().verify(&[], &vault(), NOW), untrusted);
    assert_eq!(published().verify(&[key(9).kid()], &vault(), NOW), untrusted);
    let elsewhere = Origin::parse("https://vault.example:8443").unwrap();
    assert_eq!(published().verify(&[root().kid()], &elsewhere, NOW), untrusted);
    // A stranger's root under a pinned one's name.
    let forged = Delegation { root: key(8).kid(), ..delegation() }.sign(&key(8)).unwrap();
    assert_eq!(verify(&PublishedDirectory { delegation: forged, ..published() }), untrusted);
    let (header, claims) = texts(&published().delegation);
    let forged = by_hand(&header, &claims, &key(8));
    assert_eq!(verify(&PublishedDirectory { delegation: forged, ..published() }), untrusted);
    let renamed = by_hand(&header, &claims.replace(&root().kid().to_string(), &key(9).kid().to_string()), &root());
    assert_eq!(verify(&PublishedDirectory { delegation: renamed, ..published() }), untrusted);
    // A directory by another key than the one delegated to, the root itself included.
    for stranger in [key(8), root()] {
        assert_eq!(verify(&with_directory(&directory(), &stranger)), untrusted);
    }
    let (header, claims) = texts(&published().directory);
    let forged = by_hand(&header, &claims, &key(8));
    assert_eq!(verify(&PublishedDirectory { directory: forged, ..published() }), untrusted);
    assert_eq!(verify(&with_directory(&Directory { vault: elsewhere, ..directory() }, &online())), untrusted);
}

#[test]
fn without_both_signatures_a_chain_says_nothing() {
    // Which signatures have to be verified, and what is said once they are, and if one is wrong.
    let told = |published: &PublishedDirectory| {
        let chain = published.parse().unwrap();
        let check = || chain.check(&[root().kid()], &vault(), NOW).unwrap();
        let signers: Vec<_> = check().signatures().iter().map(|signature| signature.key().kid()).collect();
        let told = |right| check().verify_by(|_| right).map(|(directory, _)| directory.sequence);
        (signers, told(true), told(false))
    };
    let (root_id, online_id) = (root().kid(), online().kid());
    let untrusted = Err(Error::DirectoryUntrusted);
    assert_eq!(told(&published()), (vec![root_id, online_id], Ok(directory().sequence), untrusted));
    let old = Directory { issued: NOW.minus(90), expires: NOW.minus(1), ..directory() };
    let expired = Err(Error::DirectoryExpired);
    assert_eq!(told(&with_directory(&old, &online())), (vec![root_id, online_id], expired, untrusted));
    // What stands on a delegation that is no good need not be verified.
    assert_eq!(told(&with_directory(&directory(), &key(8))), (vec![root_id], untrusted, untrusted));
    let delegation = Delegation { expires: NOW, ..delegation() }.sign(&root()).unwrap();
    assert_eq!(told(&PublishedDirectory { delegation, ..published() }), (vec![root_id], expired, untrusted));
}

#[test]
fn outside_its_time_it_is_expired() {
    let at = |now| published().verify(&[root().kid()], &vault(), now).map(drop);
    assert_eq!(at(NOW.plus(MAX_DIRECTORY_LIFE - 1)), Ok(()));
    assert_eq!(at(NOW.plus(MAX_DIRECTORY_LIFE)), Err(Error::DirectoryExpired));
    assert_eq!(at(NOW.minus(CLOCK_LEEWAY)), Ok(()));
    assert_eq!(at(NOW.minus(CLOCK_LEEWAY + 1)), Err(Error::DirectoryExpired));
    // The delegation's time is judged as well.
    let short = Delegation { expires: NOW, ..delegation() }.sign(&root()).unwrap();
    assert_eq!(verify(&PublishedDirectory { delegation: short, ..published() }), Err(Error::DirectoryExpired));
    let early = Delegation { issued: NOW.plus(CLOCK_LEEWAY + 1), ..delegation() }.sign(&root()).unwrap();
    assert_eq!(verify(&PublishedDirectory { delegation: early, ..published() }), Err(Error::DirectoryExpired));
}

#[test]
fn an_older_directory_is_a_rollback() {
    let seen = |delegation: &Delegation, directory: &Directory| {
        let signed = SignedDirectory::parse(&directory.sign(&online()).unwrap()).unwrap();
        Seen::new(delegation, &signed)
    };
    let now = seen(&delegation(), &directory());
    let older = seen(&delegation(), &Directory { sequence: 6, ..directory() });
    let later = seen(&delegation(), &Directory { sequence: 8, ..directory() });
    let other = seen(&delegation(), &Directory { expires: NOW.plus(5), ..directory() });
    assert_eq!((now.check(&now), now.check(&later)), (Ok(()), Ok(())));
    assert_eq!(now.check(&older), Err(Error::DirectoryRolledBack));
    assert_eq!(now.check(&other), Err(Error::DirectoryRolledBack), "another of the same number");
    // The root decides: numbers begin anew under a later delegation, and an earlier one is a rollback itself.
    let anew =
        seen(&Delegation { issued: NOW, ..delegation() }, &Directory { sequence: 1, previous: None, ..directory() });
    assert_eq!(now.check(&anew), Ok(()));
    assert_eq!(anew.check(&later), Err(Error::DirectoryRolledBack));
}

#[test]
fn what_was_remembered_is_read_back_or_forgotten() {
    let (_, seen) = verify(&published()).unwrap();
    let text = seen.to_text();
    let (numbers, hash) = text.rsplit_once('.').unwrap();
    assert_eq!(numbers, "1794999000.7");
    for nothing in ["", "..", "1.2", "1.2.3", &format!("{text}."), &format!("x.7.{hash}"), &format!("1.-7.{hash}")] {
        assert_eq!(Seen::parse(nothing), None, "{nothing}");
    }
}

#[test]
fn the_last_valid_key_is_sealed_to_and_a_revoked_one_never() {
    let sealing = |directory: &Directory, now| directory.sealing_key(now).map(|key| key.kid());
    let kid = |byte| sealing_jwk(byte).thumbprint().ok();
    assert_eq!(sealing(&directory(), NOW), kid(11));
    assert_eq!(sealing(&directory(), NOW.plus(9000)), kid(10), "the newer one has expired");
    assert_eq!(sealing(&directory(), NOW.minus(CLOCK_LEEWAY + 1)), kid(10), "the newer one is not valid yet");
    let revoked = Directory { revoked: vec![kid(11).unwrap()], ..directory() };
    assert_eq!(sealing(&revoked, NOW), kid(10));
    let none = Directory { revoked: vec![kid(10).unwrap(), kid(11).unwrap()], ..directory() };
    assert_eq!(sealing(&none, NOW), None);
    assert_eq!(directory().sealing_key(NOW).unwrap().suite(), Suite::Hpke7);
}

#[test]
fn the_strongest_suite_is_sealed_to_wherever_its_key_stands() {
    let strongest = OpeningKey::from_bytes(Suite::Hpke8, &[13; 32]).unwrap();
    for place in 0..=directory().keys.len() {
        let mut directory = directory();
        directory.keys.insert(place, entry(strongest.jwk().clone()));
        let directory = directory.sign(&online()).unwrap();
        let (verified, _) = verify(&PublishedDirectory { directory, ..published() }).unwrap();
        assert_eq!(verified.keys[place].jwk, *strongest.jwk());
        assert_eq!(verified.sealing_key(NOW).map(|key| key.kid()), Some(strongest.kid()), "{place}");
    }
}

#[test]
fn receipts_are_verified_by_keys_for_that_alone() {
    let keys = |directory: &Directory| directory.receipt_keys().iter().map(VerifyingKey::kid).collect::<Vec<_>>();
    assert_eq!(keys(&directory()), [key(4).kid()], "the other one is revoked");
    let mut for_anything = key(5).jwk();
    for_anything.alg = None;
    assert_eq!(keys(&Directory { keys: vec![entry(for_anything)], ..directory() }), []);
}

#[test]
fn keys_of_an_unknown_kind_are_passed_over() {
    let (header, claims) = texts(&published().directory);
    let newer = r#"{"kty":"AKP","alg":"HPKE-99","use":"enc","pub":"AA","kid":"x","level":5},"#;
    let claims = claims.replace(r#""keys":["#, &format!(r#""keys":[{newer}"#));
    let directory = by_hand(&header, &claims, &online());
    let (verified, _) = verify(&PublishedDirectory { directory, ..published() }).unwrap();
    assert_eq!(verified.keys.len(), 5);
    assert_eq!(verified.sealing_key(NOW).map(|key| key.kid()), sealing_jwk(11).thumbprint().ok());
}

#[test]
fn a_chain_of_directories_is_numbered_and_hashed() {
    let first = Directory { sequence: 1, previous: None, ..directory() };
    let hash = SignedDirectory::parse(&first.sign(&online()).unwrap()).unwrap().hash();
    let second = Directory { sequence: 2, previous: Some(hash), ..directory() };
    assert!(second.follows(&first, hash));
    assert!(!second.follows(&first, DirectoryHash::of(b"another")));
    assert!(!first.follows(&second, hash));
    assert!(!Directory { sequence: 3, ..second.clone() }.follows(&first, hash));
}

#[test]
fn any_other_form_is_malformed() {
    let malformed = Err(Error::DirectoryMalformed);
    let (header, claims) = texts(&published().directory);
    let directory = |header: &str, claims: &str| {
        verify(&PublishedDirectory { directory: by_hand(header, claims, &online()), ..published() })
    };
    assert!(directory(&header, &claims).is_ok());
    assert_eq!(directory(&header.replace("ES256", "none"), &claims), Err(Error::DirectoryAlgorithmUnsupported));
    assert_eq!(directory(&header.replace("cardseal-keys+jwt", "cardseal-order+jwt"), &claims), malformed);
    assert_eq!(directory(&header.replace('}', r#","jwk":{}}"#), &claims), malformed);
    for name in ["iss", "iat", "exp", "seq", "prev", "keys", "revoked"] {
        let without = claims.replace(&format!("\"{name}\":"), "\"other\":");
        assert_eq!(directory(&header, &without), malformed, "{name}");
    }
    for (from, to) in [
        ("\"seq\":7", "\"seq\":0"),
        ("\"seq\":7", "\"seq\":1"),
        ("\"seq\":7", "\"seq\":7,\"seq\":7"),
        ("\"exp\":1795086400", "\"exp\":1795086401"),
        ("\"exp\":1795086400", "\"exp\":1795000000"),
        ("\"kty\":\"EC\"", "\"kty\":\"EC\",\"d\":\"AA\""),
        ("\"kty\":\"EC\"", "\"kty\":\"EC\",\"x\":\"AA\""),
        ("\"kty\":\"EC\",", ""),
        ("\"nbf\":1795000000", "\"nbf\":\"1795000000\""),
        ("\"revoked\":[", "\"revoked\":[\"AA\","),
    ] {
        assert!(claims.contains(from), "{from}");
        assert_eq!(directory(&header, &claims.replacen(from, to, 1)), malformed, "{to}");
    }

    let (header, claims) = texts(&published().delegation);
    let delegation = |header: &str, claims: &str| {
        verify(&PublishedDirectory { delegation: by_hand(header, claims, &root()), ..published() })
    };
    assert!(delegation(&header, &claims).is_ok());
    assert_eq!(delegation(&header.replace("ES256", "none"), &claims), Err(Error::DirectoryAlgorithmUnsupported));
    assert_eq!(delegation(&header.replace("cardseal-delegation+jwt", "cardseal-keys+jwt"), &claims), malformed);
    for name in ["iss", "sub", "iat", "exp", "cnf", "jwk"] {
        let without = claims.replace(&format!("\"{name}\":"), "\"other\":");
        assert_eq!(delegation(&header, &without), malformed, "{name}");
    }
    let online_y = online().jwk().y.unwrap();
    for (from, to) in [
        (format!("\"exp\":{}", delegation_end()), format!("\"exp\":{}", delegation_end() + 1)),
        ("}}".into(), "},\"kid\":\"x\"}".into()),
        (online_y, "A".repeat(43)),
    ] {
        assert!(claims.contains(&from), "{from}");
        assert_eq!(delegation(&header, &claims.replacen(&from, &to, 1)), malformed, "{to}");
    }
}

fn delegation_end() -> u64 {
    delegation().expires.as_secs()
}

#[test]
fn a_directory_lives_a_day_at_most_and_a_delegation_ninety() {
    assert_eq!((MAX_DIRECTORY_LIFE, MAX_DELEGATION_LIFE), (86_400, 7_776_000));
}

#[test]
fn what_breaks_a_rule_is_not_signed() {
    let refused = Err(Error::DirectoryMalformed);
    assert_eq!(Delegation { expires: NOW.plus(MAX_DELEGATION_LIFE), ..delegation() }.sign(&root()), refused);
    assert_eq!(delegation().sign(&key(9)), refused);
    assert_eq!(Directory { expires: NOW.plus(MAX_DIRECTORY_LIFE + 1), ..directory() }.sign(&online()), refused);
    assert_eq!(Directory { expires: NOW, ..directory() }.sign(&online()), refused);
    assert_eq!(Directory { previous: None, ..directory() }.sign(&online()), refused);
    assert_eq!(Directory { sequence: 0, ..directory() }.sign(&online()), refused);
    assert_eq!(Directory { keys: vec![entry(key(3).jwk()); 65], ..directory() }.sign(&online()), refused);
    assert_eq!(Directory { revoked: vec![key(3).kid(); 513], ..directory() }.sign(&online()), refused);
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let whole = published();
    jws::alterations(&whole.delegation, |altered| {
        let verified = SignedDelegation::parse(altered).and_then(|it| it.verify(&[root().kid()], &vault(), NOW));
        assert!(verified.is_err(), "{altered}");
    });
    let delegation = SignedDelegation::parse(&whole.delegation).unwrap();
    let delegation = delegation.verify(&[root().kid()], &vault(), NOW).unwrap();
    let small = Directory { keys: vec![entry(key(4).jwk())], revoked: vec![], ..directory() };
    jws::alterations(&small.sign(&online()).unwrap(), |altered| {
        let verified = SignedDirectory::parse(altered).and_then(|directory| directory.verify(&delegation, NOW));
        assert!(verified.is_err(), "{altered}");
    });
}
