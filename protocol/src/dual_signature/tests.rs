//! The dual signature: against ourselves and against everything that is not one.

use super::*;
use crate::{base64, keys::SigningKey};

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

fn device() -> SigningKey {
    SigningKey::from_bytes(&[8; 32]).unwrap()
}

fn dual() -> DualSignature {
    DualSignature { issued: NOW, order: OrderHash::of(b"an order"), card: CardHash::of(b"an envelope") }
}

fn verify(text: &str) -> Result<(DualSignature, KeyId), Error> {
    SignedDualSignature::parse(text)?.verify()
}

fn by_hand(header: &str, claims: &str) -> String {
    let input = format!("{}.{}", base64::encode(header.as_bytes()), base64::encode(claims.as_bytes()));
    jws::attach(&input, &device().sign(input.as_bytes()).unwrap())
}

fn header() -> String {
    let jwk = device().verifying_key().unwrap().bare_jwk();
    format!(r#"{{"alg":"ES256","typ":"cardseal-dual-signature+jwt","jwk":{jwk}}}"#)
}

fn claims() -> String {
    let DualSignature { issued, order, card } = dual();
    format!(r#"{{"iat":{},"order":"{order}","card":"{card}"}}"#, issued.as_secs())
}

#[test]
fn what_a_device_signs_verifies_and_names_the_device() {
    let signed = dual().sign(&device()).unwrap();
    assert_eq!(verify(&signed), Ok((dual(), device().kid())));
    assert!(signed.len() < MAX_DUAL_SIGNATURE_LENGTH);
    assert_eq!(verify(&by_hand(&header(), &claims())), Ok((dual(), device().kid())));
}

#[test]
fn a_signature_that_the_browser_made_is_attached() {
    let input = dual().signing_input(&DualSignature::header(&device().verifying_key().unwrap())).unwrap();
    let signature = device().sign(input.as_bytes()).unwrap();
    assert_eq!(verify(&DualSignature::attach(&input, &signature)), Ok((dual(), device().kid())));
    let other = SigningKey::from_bytes(&[9; 32]).unwrap().sign(input.as_bytes()).unwrap();
    assert_eq!(verify(&DualSignature::attach(&input, &other)), Err(Error::DualSignatureInvalid));
}

#[test]
fn any_other_form_is_malformed() {
    let jwk = device().verifying_key().unwrap().bare_jwk();
    let kid = device().kid();
    for header in [
        header().replace("ES256", "none"),
        header().replace("ES256", "ES384"),
        header().replace("cardseal-dual-signature+jwt", "cardseal-receipt+jwt"),
        header().replace("\"jwk\"", "\"kid\""),
        format!(r#"{{"alg":"ES256","typ":"cardseal-dual-signature+jwt","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","typ":"cardseal-dual-signature+jwt","jwk":{jwk},"jwk":{jwk}}}"#),
        format!(r#"{{"alg":"ES256","typ":"cardseal-dual-signature+jwt","jwk":{jwk},"kid":"{kid}"}}"#),
        header().replace(r#""kty":"EC""#, r#""kty":"EC","alg":"ES256""#),
        header().replace(r#""kty":"EC""#, r#""kty":"EC","d":"AA""#),
        header().replace(r#""kty":"EC","#, ""),
    ] {
        assert_eq!(verify(&by_hand(&header, &claims())), Err(Error::DualSignatureMalformed), "{header}");
    }
    for claims in [
        claims().replace("\"iat\":1795000000,", ""),
        claims().replace("1795000000", "\"1795000000\""),
        claims().replace("\"order\"", "\"card\""),
        claims().replace("\"card\"", "\"cards\""),
        claims().replace('}', ",\"x\":1}"),
    ] {
        assert_eq!(verify(&by_hand(&header(), &claims)), Err(Error::DualSignatureMalformed), "{claims}");
    }
    let long = by_hand(&header(), &format!("{}{}", claims(), " ".repeat(MAX_DUAL_SIGNATURE_LENGTH)));
    assert_eq!(verify(&long), Err(Error::DualSignatureMalformed));
}

#[test]
fn a_key_that_is_on_no_curve_verifies_nothing() {
    let header = header().replace(device().jwk().y.unwrap().as_str(), &"A".repeat(43));
    assert_eq!(verify(&by_hand(&header, &claims())), Err(Error::DualSignatureInvalid));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    crate::jws::alterations(&dual().sign(&device()).unwrap(), |altered| {
        assert!(verify(altered).is_err(), "{altered}");
    });
}
