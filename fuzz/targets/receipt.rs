//! Receipts: what is accepted is exactly what serde_json, this file's own rules and the vault's signature say.
#![no_main]

use std::sync::LazyLock;

use cardseal_fuzz::{Form, MAX_INTEGER, SIGNING, Signer, parts, plant, present, read, signer};
use cardseal_protocol::{
    CardHash, Error, KeyId, MerchantId, OrderHash, Origin, ReceiptHash,
    brand::Brand,
    envelope::Suite,
    receipt::{MAX_RECEIPT_LENGTH, Receipt, SignedReceipt},
};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

static VAULT: LazyLock<Signer> = LazyLock::new(|| Signer::new(&SIGNING));

fuzz_target!(|input: &[u8]| {
    match Form::of(input) {
        Some(Form::Text(text)) => {
            let expected = parts(text).and_then(|[header, claims]| judge(&header, &claims));
            if let Some(receipt) = parsed(text, expected.as_ref()) {
                // Chance cannot sign: it can only leave a seed as it is.
                assert!(verify(&receipt).is_err() || VAULT.has_signed(text));
            }
        }
        Some(Form::Parts(header, claims)) => {
            let expected = judge(header, claims);
            let (text, signed) = VAULT.sign_or_forge(header, claims, expected.is_some());
            if let (Some(receipt), Some(expected)) = (parsed(&text, expected.as_ref()), expected) {
                verified(&receipt, &expected, signed);
            }
        }
        None => {}
    }
});

/// What the header and the claims say, by serde_json; `None` where they are no receipt.
fn judge(header: &[u8], claims: &[u8]) -> Option<(KeyId, Claims)> {
    let kid = signer(header, "cardseal-receipt+jwt")?;
    let claims: Claims = read(claims)?;
    claims.are_right().then_some((kid, claims))
}

/// Parses the text and holds the outcome to what was expected.
fn parsed(text: &str, expected: Option<&(KeyId, Claims)>) -> Option<SignedReceipt> {
    let expected = expected.filter(|_| text.len() <= MAX_RECEIPT_LENGTH);
    let receipt = match SignedReceipt::parse(text) {
        Ok(receipt) => receipt,
        Err(error) => {
            assert_eq!(error, Error::ReceiptMalformed);
            assert!(expected.is_none(), "refused, though serde_json reads a receipt in it");
            return None;
        }
    };
    let (kid, _) = expected.expect("accepted, though serde_json reads no receipt in it");
    assert_eq!(receipt.kid(), *kid);
    assert_eq!(receipt.hash(), SignedReceipt::parse(text).unwrap().hash());
    Some(receipt)
}

fn verify(receipt: &SignedReceipt) -> Result<&Receipt, Error> {
    receipt.verify(std::slice::from_ref(&VAULT.verifying))
}

/// Verifies the receipt, and writes and reads it again where it is one.
fn verified(receipt: &SignedReceipt, (kid, claims): &(KeyId, Claims), signed: bool) {
    let is_by_the_vault = signed && *kid == VAULT.signing.kid();
    let outcome = verify(receipt);
    assert_eq!(outcome.err(), (!is_by_the_vault).then_some(Error::ReceiptInvalid));
    let Ok(receipt) = outcome else { return };
    assert!(claims.are_of(receipt));
    plant(receipt.token != "tok1");
    let again = SignedReceipt::parse(&receipt.sign(&VAULT.signing).unwrap()).unwrap();
    assert_eq!(verify(&again), Ok(receipt));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    iat: u64,
    exp: u64,
    #[serde(default, deserialize_with = "present")]
    brand: Option<String>,
    last4: String,
    order: String,
    card: String,
    device: String,
    origin: String,
    suite: String,
    key: String,
    #[serde(default, deserialize_with = "present")]
    prev: Option<String>,
}

impl Claims {
    /// The rules of docs/protocol.md, once more.
    fn are_right(&self) -> bool {
        Origin::parse(&self.iss).is_ok()
            && (1..=64).contains(&self.sub.len())
            && self.sub.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
            && MerchantId::parse(&self.aud).is_ok()
            && self.iat < self.exp
            && self.exp <= MAX_INTEGER
            && self.brand.as_ref().is_none_or(|brand| Brand::from_id(brand).is_some())
            && self.last4.len() == 4
            && self.last4.bytes().all(|byte| byte.is_ascii_digit())
            && OrderHash::parse(&self.order).is_ok()
            && CardHash::parse(&self.card).is_ok()
            && KeyId::parse(&self.device).is_ok()
            && Origin::parse(&self.origin).is_ok()
            && ["HPKE-7", "HPKE-8"].contains(&&*self.suite)
            && KeyId::parse(&self.key).is_ok()
            && self.prev.as_ref().is_none_or(|hash| ReceiptHash::parse(hash).is_ok())
    }

    fn are_of(&self, receipt: &Receipt) -> bool {
        let sealing = &receipt.sealing;
        self.iss == receipt.vault.as_str()
            && self.sub == receipt.token
            && self.aud == receipt.merchant.as_str()
            && (self.iat, self.exp) == (receipt.issued.as_secs(), receipt.expires.as_secs())
            && self.brand.as_deref() == receipt.brand.map(Brand::id)
            && self.last4 == receipt.last4
            && self.order == sealing.order.to_string()
            && self.card == sealing.card.to_string()
            && self.device == sealing.device.to_string()
            && self.origin == sealing.origin.as_str()
            && Some(sealing.suite) == Suite::from_alg(&self.suite)
            && self.key == sealing.key.to_string()
            && self.prev == receipt.previous.map(|hash| hash.to_string())
    }
}
