//! Dual signatures: what is accepted is exactly what serde_json, this file's own rules and the device's signature say.
#![no_main]

use std::sync::LazyLock;

use cardseal_fuzz::{BareJwk, Form, MAX_INTEGER, NOW, SIGNING, Signer, parts, plant, read, signer_key};
use cardseal_protocol::{
    CardHash, Error, OrderHash,
    dual_signature::{DualSignature, MAX_DUAL_SIGNATURE_LENGTH, SignedDualSignature},
};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

static DEVICE: LazyLock<Signer> = LazyLock::new(|| Signer::new(&SIGNING));

fuzz_target!(|input: &[u8]| {
    match Form::of(input) {
        Some(Form::Text(text)) => {
            let expected = parts(text).and_then(|[header, claims]| judge(&header, &claims));
            if let Some(dual) = parsed(text, expected.as_ref()) {
                // Chance cannot sign: it can only leave a seed as it is.
                assert!(dual.verify().is_err() || DEVICE.has_signed(text));
            }
        }
        Some(Form::Parts(header, claims)) => {
            let expected = judge(header, claims);
            let (text, signed) = DEVICE.sign_or_forge(header, claims, expected.is_some());
            if let (Some(dual), Some(expected)) = (parsed(&text, expected.as_ref()), expected) {
                verified(&dual, &expected, signed);
            }
        }
        None => {}
    }
});

/// What the header and the claims say, by serde_json; `None` where they are no dual signature.
fn judge(header: &[u8], claims: &[u8]) -> Option<(BareJwk, Claims)> {
    let key = signer_key(header, "cardseal-dual-signature+jwt")?;
    let claims: Claims = read(claims)?;
    claims.are_right().then_some((key, claims))
}

/// Parses the text and holds the outcome to what was expected.
fn parsed(text: &str, expected: Option<&(BareJwk, Claims)>) -> Option<SignedDualSignature> {
    let is_expected = expected.is_some() && text.len() <= MAX_DUAL_SIGNATURE_LENGTH;
    match SignedDualSignature::parse(text) {
        Ok(dual) => {
            assert!(is_expected, "accepted, though serde_json reads no dual signature in it");
            Some(dual)
        }
        Err(error) => {
            assert_eq!(error, Error::DualSignatureMalformed);
            assert!(!is_expected, "refused, though serde_json reads a dual signature in it");
            None
        }
    }
}

/// Verifies the dual signature, and writes and reads it again where it is one.
fn verified(dual: &SignedDualSignature, (key, claims): &(BareJwk, Claims), signed: bool) {
    let is_by_the_device = signed && key.is(&DEVICE.verifying);
    let outcome = dual.verify();
    assert_eq!(outcome.err(), (!is_by_the_device).then_some(Error::DualSignatureInvalid));
    let Ok((dual, device)) = outcome else { return };
    assert_eq!(device, DEVICE.signing.kid());
    assert!(claims.are_of(&dual));
    plant(![0, NOW.as_secs(), MAX_INTEGER].contains(&claims.iat));
    let input = dual.signing_input(&DualSignature::header(&DEVICE.verifying)).unwrap();
    let again = dual.sign(&DEVICE.signing).unwrap();
    assert_eq!(again, DEVICE.sign(&input));
    assert_eq!(SignedDualSignature::parse(&again).and_then(|again| again.verify()), Ok((dual, device)));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iat: u64,
    order: String,
    card: String,
}

impl Claims {
    /// The rules of docs/protocol.md, once more.
    fn are_right(&self) -> bool {
        self.iat <= MAX_INTEGER && OrderHash::parse(&self.order).is_ok() && CardHash::parse(&self.card).is_ok()
    }

    fn are_of(&self, dual: &DualSignature) -> bool {
        self.iat == dual.issued.as_secs() && self.order == dual.order.to_string() && self.card == dual.card.to_string()
    }
}
