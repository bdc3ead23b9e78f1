//! Orders: what is accepted is exactly what serde_json, this file's own rules and the merchant's signature say.
#![no_main]

use std::sync::LazyLock;

use cardseal_fuzz::{Form, MAX_INTEGER, NOW, SIGNING, Signer, parts, plant, present, read, signer};
use cardseal_protocol::{
    Error, KeyId, MerchantId, OrderId, Origin,
    order::{CLOCK_LEEWAY, Currency, MAX_ORDER_LENGTH, Order, SignedOrder},
};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

static MERCHANT: LazyLock<Signer> = LazyLock::new(|| Signer::new(&SIGNING));

/// The merchant of the seeds.
static ID: LazyLock<MerchantId> = LazyLock::new(|| MerchantId::parse("mer_demo").unwrap());

fuzz_target!(|input: &[u8]| {
    match Form::of(input) {
        Some(Form::Text(text)) => {
            let expected = parts(text).and_then(|[header, claims]| judge(&header, &claims));
            if let Some(order) = parsed(text, expected.as_ref()) {
                // Chance cannot sign: it can only leave a seed as it is.
                assert!(verify(&order).is_err() || MERCHANT.has_signed(text));
            }
        }
        Some(Form::Parts(header, claims)) => {
            let expected = judge(header, claims);
            let (text, signed) = MERCHANT.sign_or_forge(header, claims, expected.is_some());
            if let (Some(order), Some(expected)) = (parsed(&text, expected.as_ref()), expected) {
                verified(&order, &expected, signed);
            }
        }
        None => {}
    }
});

/// What the header and the claims say, by serde_json; `None` where they are no order.
fn judge(header: &[u8], claims: &[u8]) -> Option<(KeyId, Claims)> {
    let kid = signer(header, "cardseal-order+jwt")?;
    let claims: Claims = read(claims)?;
    claims.are_right().then_some((kid, claims))
}

fn verify(order: &SignedOrder) -> Result<Order, Error> {
    order.verify(std::slice::from_ref(&MERCHANT.verifying), &ID, NOW)
}

/// Parses the text and holds the outcome to what was expected.
fn parsed(text: &str, expected: Option<&(KeyId, Claims)>) -> Option<SignedOrder> {
    let order = match SignedOrder::parse(text) {
        Ok(order) => order,
        Err(Error::OrderTooLarge) => {
            assert!(text.len() > MAX_ORDER_LENGTH);
            return None;
        }
        Err(error) => {
            assert!(matches!(error, Error::OrderMalformed | Error::OrderAlgorithmUnsupported), "{error:?}");
            assert!(expected.is_none(), "refused, though serde_json reads an order in it");
            return None;
        }
    };
    let (kid, claims) = expected.expect("accepted, though serde_json reads no order in it");
    assert_eq!((order.kid(), order.merchant().as_str()), (*kid, claims.iss.as_str()));
    assert_eq!(order.hash(), SignedOrder::parse(text).unwrap().hash());
    Some(order)
}

/// Verifies the order, and writes and reads it again where it is one.
fn verified(order: &SignedOrder, (kid, claims): &(KeyId, Claims), signed: bool) {
    let outcome = verify(order);
    let begins = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    let expected = if claims.iss != ID.as_str() {
        Some(Error::OrderWrongMerchant)
    } else if *kid != MERCHANT.signing.kid() {
        Some(Error::OrderKeyUnknown)
    } else if !signed {
        Some(Error::OrderSignatureInvalid)
    } else if claims.exp <= NOW.as_secs() {
        Some(Error::OrderExpired)
    } else if begins > NOW.as_secs() + CLOCK_LEEWAY {
        Some(Error::OrderNotYetValid)
    } else {
        None
    };
    assert_eq!(outcome.as_ref().err(), expected.as_ref());
    let Ok(order) = outcome else { return };
    assert!(claims.are_of(&order));
    plant(order.id.as_str().len() > 4);
    match order.sign(&MERCHANT.signing) {
        Ok(text) => assert_eq!(SignedOrder::parse(&text).and_then(|again| verify(&again)), Ok(order)),
        // Control characters are written in the longest of their forms.
        Err(error) => assert_eq!(error, Error::OrderTooLarge),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    jti: String,
    iat: u64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<u64>,
    exp: u64,
    amount: u64,
    currency: String,
    origins: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    name: String,
    quantity: u64,
    amount: i64,
}

impl Claims {
    /// The rules of docs/protocol.md, once more.
    fn are_right(&self) -> bool {
        let total: i128 = self.items.iter().map(|item| i128::from(item.quantity) * i128::from(item.amount)).sum();
        MerchantId::parse(&self.iss).is_ok()
            && OrderId::parse(&self.jti).is_ok()
            && self.exp > self.iat
            && self.exp - self.iat <= 86_400
            && [self.iat, self.exp, self.amount].iter().all(|integer| *integer <= MAX_INTEGER)
            && self.nbf.is_none_or(|nbf| nbf < self.exp)
            && self.amount > 0
            && Currency::parse(&self.currency).is_ok()
            && (1..=16).contains(&self.origins.len())
            && self.origins.iter().all(|origin| Origin::parse(origin).is_ok())
            && self.description.as_ref().is_none_or(|text| text.len() <= 256)
            && self.items.len() <= 100
            && self.items.iter().all(|item| {
                (1..=256).contains(&item.name.len())
                    && (1..=MAX_INTEGER).contains(&item.quantity)
                    && item.amount.unsigned_abs() <= MAX_INTEGER
            })
            && (self.items.is_empty() || total == i128::from(self.amount))
    }

    fn are_of(&self, order: &Order) -> bool {
        self.iss == order.merchant.as_str()
            && self.jti == order.id.as_str()
            && (self.iat, self.exp) == (order.issued.as_secs(), order.expires.as_secs())
            && self.nbf == order.not_before.map(|time| time.as_secs())
            && (self.amount, self.currency.as_str()) == (order.amount.minor(), order.amount.currency().code())
            && self.origins.iter().eq(order.origins.iter().map(Origin::as_str))
            && self.description == order.description
            && self.items.len() == order.items.len()
            && self.items.iter().zip(&order.items).all(|(ours, theirs)| {
                (&ours.name, ours.quantity, ours.amount) == (&theirs.name, theirs.quantity, theirs.amount)
            })
    }
}
