//! The receipt: against ourselves and against everything that is not one.

use super::*;
use crate::{
    base64, jws,
    keys::{SigningKey, VerifyingKey},
};

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[4; 32]).unwrap()
}

fn keys() -> Vec<VerifyingKey> {
    let other = SigningKey::from_bytes(&[6; 32]).unwrap();
    vec![other.verifying_key().unwrap(), key().verifying_key().unwrap()]
}

fn receipt() -> Receipt {
    Receipt {
        vault: Origin::parse("https://vault.example").unwrap(),
        token: "tok_AAAAAAAAAAAAAAAAAAAAAA".into(),
        merchant: MerchantId::parse("mer_demo").unwrap(),
        issued: NOW,
        expires: NOW.plus(900),
        brand: Some(Brand::Visa),
        last4: "4242".into(),
        sealing: Sealing {
            order: OrderHash::of(b"an order"),
            card: CardHash::of(b"an envelope"),
            device: KeyId::from_bytes([1; 32]),
            origin: Origin::parse("https://shop.example").unwrap(),
            suite: Suite::Hpke7,
            key: KeyId::from_bytes([2; 32]),
        },
        previous: Some(ReceiptHash::of(b"a receipt")),
    }
}

fn verify(text: &str) -> Result<Receipt, Error> {
    SignedReceipt::parse(text)?.verify(&keys()).cloned()
}

fn by_hand(header: &str, claims: &str) -> String {
    let input = format!("{}.{}", base64::encode(header.as_bytes()), base64::encode(claims.as_bytes()));
    jws::attach(&input, &key().sign(input.as_bytes()).unwrap())
}

fn header() -> String {
    format!(r#"{{"alg":"ES256","typ":"cardseal-receipt+jwt","kid":"{}"}}"#, key().kid())
}

/// The claims of [`receipt`], as they stand in what was signed.
fn claims() -> String {
    let signed = receipt().sign(&key()).unwrap();
    let payload = signed.split('.').nth(1).unwrap();
    String::from_utf8(base64::decode(payload).unwrap()).unwrap()
}

#[test]
fn what_is_signed_verifies() {
    let signed = receipt().sign(&key()).unwrap();
    assert_eq!(verify(&signed), Ok(receipt()));
    assert_eq!(SignedReceipt::parse(&signed).unwrap().kid(), key().kid());
    let first = Receipt { previous: None, brand: None, ..receipt() };
    assert_eq!(verify(&first.sign(&key()).unwrap()), Ok(first));
    assert_eq!(verify(&by_hand(&header(), &claims())), Ok(receipt()));
}

#[test]
fn the_hash_names_what_is_signed_and_not_the_signature() {
    let signed = receipt().sign(&key()).unwrap();
    let hash = SignedReceipt::parse(&signed).unwrap().hash();
    let (input, _) = signed.rsplit_once('.').unwrap();
    assert_eq!(hash, ReceiptHash::of(input.as_bytes()));
    assert_eq!(SignedReceipt::parse(&jws::attach(input, &[1; 64])).unwrap().hash(), hash);
    let other = Receipt { last4: "4243".into(), ..receipt() };
    assert_ne!(SignedReceipt::parse(&other.sign(&key()).unwrap()).unwrap().hash(), hash);
}

#[test]
fn only_a_given_key_verifies() {
    let stranger = SigningKey::from_bytes(&[9; 32]).unwrap();
    assert_eq!(verify(&receipt().sign(&stranger).unwrap()), Err(Error::ReceiptInvalid));
    let signed = receipt().sign(&key()).unwrap();
    assert_eq!(SignedReceipt::parse(&signed).unwrap().verify(&[]), Err(Error::ReceiptInvalid));
}

#[test]
fn without_its_signature_a_receipt_says_nothing() {
    let signed = SignedReceipt::parse(&receipt().sign(&key()).unwrap()).unwrap();
    assert_eq!(signed.check(&keys()).unwrap().verify_by(|_| false), Err(Error::ReceiptInvalid));
    assert_eq!(signed.check(&keys()).unwrap().verify_by(|_| true), Ok(&receipt()));
    assert_eq!(signed.check(&[]).unwrap_err(), Error::ReceiptInvalid);
}

#[test]
fn any_other_form_is_malformed() {
    for header in [
        header().replace("ES256", "none"),
        header().replace("ES256", "HS256"),
        header().replace("cardseal-receipt+jwt", "cardseal-order+jwt"),
        header().replace("\"kid\"", "\"jwk\""),
        header().replace('}', r#","crit":[]}"#),
    ] {
        assert_eq!(verify(&by_hand(&header, &claims())), Err(Error::ReceiptMalformed), "{header}");
    }
    for name in ["iss", "sub", "aud", "iat", "exp", "last4", "order", "card", "device", "origin", "suite", "key"] {
        let without = claims().replace(&format!("\"{name}\":"), "\"other\":");
        assert_eq!(verify(&by_hand(&header(), &without)), Err(Error::ReceiptMalformed), "{name}");
    }
    for (from, to) in [
        ("\"4242\"", "\"424242\""),
        ("\"4242\"", "4242"),
        ("\"4242\"", "\"424x\""),
        ("tok_", "tok "),
        ("\"visa\"", "\"nosuch\""),
        ("HPKE-7", "HPKE-0"),
        ("1795000900", "1795000000"),
        ("https://shop.example", "null"),
        ("}", ",\"prev\":\"AA\"}"),
        ("}", ",\"x\":1}"),
    ] {
        assert!(claims().contains(from), "{from}");
        let altered = claims().replace(from, to);
        assert_eq!(verify(&by_hand(&header(), &altered)), Err(Error::ReceiptMalformed), "{altered}");
    }
    let long = by_hand(&header(), &format!("{}{}", claims(), " ".repeat(MAX_RECEIPT_LENGTH)));
    assert_eq!(verify(&long), Err(Error::ReceiptMalformed));
}

#[test]
fn what_breaks_a_rule_is_not_signed() {
    for wrong in [
        Receipt { token: "tok 1".into(), ..receipt() },
        Receipt { last4: "42".into(), ..receipt() },
        Receipt { last4: "abcd".into(), ..receipt() },
        Receipt { expires: NOW, ..receipt() },
    ] {
        assert_eq!(wrong.sign(&key()), Err(Error::ReceiptMalformed), "{wrong:?}");
    }
}

#[test]
fn the_longest_receipt_fits() {
    let label = "a".repeat(63);
    let origin = Origin::parse(&format!("https://{label}.{label}.{label}.{}:65535", "b".repeat(61))).unwrap();
    let longest = Receipt {
        vault: origin.clone(),
        token: "t".repeat(64),
        merchant: MerchantId::parse(&"m".repeat(64)).unwrap(),
        brand: Some(Brand::CartesBancaires),
        issued: UnixTime::from_secs((1 << 53) - 2),
        expires: UnixTime::from_secs((1 << 53) - 1),
        sealing: Sealing { origin, ..receipt().sealing },
        ..receipt()
    };
    assert_eq!(verify(&longest.sign(&key()).unwrap()), Ok(longest));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    jws::alterations(&receipt().sign(&key()).unwrap(), |altered| {
        assert!(verify(altered).is_err(), "{altered}");
    });
}
