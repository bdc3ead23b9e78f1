//! The order as a whole: against ourselves and against everything that is not one.

use std::collections::HashSet;

use super::*;
use crate::{
    Error, OrderHash, base64,
    keys::{SigningKey, VerifyingKey},
};

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32]).unwrap()
}

fn keys() -> Vec<VerifyingKey> {
    let other = SigningKey::from_bytes(&[6; 32]).unwrap();
    vec![other.verifying_key().unwrap(), key().verifying_key().unwrap()]
}

fn merchant() -> MerchantId {
    MerchantId::parse("mer_demo").unwrap()
}

fn order() -> Order {
    Order {
        merchant: merchant(),
        id: OrderId::parse("1001").unwrap(),
        amount: Amount::new(4200, Currency::parse("EUR").unwrap()).unwrap(),
        origins: vec![Origin::parse("https://shop.example").unwrap(), Origin::parse("http://localhost:8788").unwrap()],
        issued: NOW,
        not_before: None,
        expires: NOW.plus(900),
        description: Some("Three \"small\" things".into()),
        items: vec![
            Item { name: "Thing".into(), quantity: 3, amount: 1500 },
            Item { name: "Discount".into(), quantity: 1, amount: -300 },
            Item { name: "Gift".into(), quantity: 1, amount: 0 },
        ],
    }
}

fn verify(text: &str) -> Result<Order, Error> {
    SignedOrder::parse(text)?.verify(&keys(), &merchant(), NOW)
}

/// Signs any header and claims, as someone does who makes an order by hand.
fn by_hand(header: &str, claims: &str) -> String {
    let input = format!("{}.{}", base64::encode(header.as_bytes()), base64::encode(claims.as_bytes()));
    let signature = base64::encode(&key().sign(input.as_bytes()).unwrap());
    format!("{input}.{signature}")
}

fn header() -> String {
    format!(r#"{{"alg":"ES256","typ":"cardseal-order+jwt","kid":"{}"}}"#, key().kid())
}

const CLAIMS: &str = concat!(
    r#"{"iss":"mer_demo","jti":"1001","iat":1795000000,"exp":1795000900,"amount":4200,"currency":"EUR","#,
    r#""origins":["https://shop.example"],"items":[{"name":"Thing","quantity":2,"amount":2100}]}"#
);

#[test]
fn what_is_signed_verifies() {
    let signed = order().sign(&key()).unwrap();
    assert_eq!(verify(&signed), Ok(order()));
    let parsed = SignedOrder::parse(&signed).unwrap();
    assert_eq!((parsed.merchant(), parsed.kid()), (&merchant(), key().kid()));
    let minimal = Order { description: None, items: vec![], not_before: Some(NOW), ..order() };
    assert_eq!(verify(&minimal.sign(&key()).unwrap()), Ok(minimal));
}

#[test]
fn an_order_by_hand_is_an_order() {
    let order = verify(&by_hand(&header(), CLAIMS)).unwrap();
    assert_eq!((order.amount.minor(), order.amount.currency().code()), (4200, "EUR"));
}

#[test]
fn the_hash_names_what_is_signed_and_not_the_signature() {
    let signed = order().sign(&key()).unwrap();
    let (input, _) = signed.rsplit_once('.').unwrap();
    let hash = SignedOrder::parse(&signed).unwrap().hash();
    assert_eq!(hash, OrderHash::of(input.as_bytes()));
    let resigned = format!("{input}.{}", base64::encode(&[1; 64]));
    assert_eq!(SignedOrder::parse(&resigned).unwrap().hash(), hash);
    let other = Order { id: OrderId::parse("1002").unwrap(), ..order() }.sign(&key()).unwrap();
    assert_ne!(SignedOrder::parse(&other).unwrap().hash(), hash);
}

#[test]
fn times_are_judged_by_the_callers_clock() {
    let parsed = SignedOrder::parse(&order().sign(&key()).unwrap()).unwrap();
    let at = |now| parsed.verify(&keys(), &merchant(), now).map(drop);
    assert_eq!(at(NOW.plus(899)), Ok(()));
    assert_eq!(at(NOW.plus(900)), Err(Error::OrderExpired));
    assert_eq!(at(UnixTime::from_secs(u64::MAX)), Err(Error::OrderExpired));
    assert_eq!(at(NOW.minus(CLOCK_LEEWAY)), Ok(()));
    assert_eq!(at(NOW.minus(CLOCK_LEEWAY + 1)), Err(Error::OrderNotYetValid));
    assert_eq!(at(UnixTime::from_secs(0)), Err(Error::OrderNotYetValid));

    let later = Order { not_before: Some(NOW.plus(300)), ..order() }.sign(&key()).unwrap();
    let later = SignedOrder::parse(&later).unwrap();
    assert_eq!(later.verify(&keys(), &merchant(), NOW), Err(Error::OrderNotYetValid));
    assert!(later.verify(&keys(), &merchant(), NOW.plus(300 - CLOCK_LEEWAY)).is_ok());
}

#[test]
fn without_its_signature_an_order_says_nothing() {
    let text = order().sign(&key()).unwrap();
    let parsed = SignedOrder::parse(&text).unwrap();
    let at = |now| parsed.check(&keys(), &merchant(), now).unwrap();
    let (input, bytes) = text.rsplit_once('.').unwrap();
    let verified = at(NOW).verify_by(|signatures| {
        let [signature] = signatures else { panic!("{signatures:?}") };
        assert_eq!(signature.key(), &key().verifying_key().unwrap());
        assert_eq!(signature.signing_input(), input.as_bytes());
        assert_eq!(base64::encode(signature.bytes()), bytes);
        true
    });
    assert_eq!(verified, Ok(&order()));
    assert_eq!(at(NOW).verify_by(|_| false), Err(Error::OrderSignatureInvalid));
    // When it expires, only its merchant can say.
    let late = NOW.plus(9999);
    assert_eq!(at(late).verify_by(|_| false), Err(Error::OrderSignatureInvalid));
    assert_eq!(at(late).verify_by(|_| true), Err(Error::OrderExpired));
    assert_eq!(parsed.check(&[], &merchant(), NOW).unwrap_err(), Error::OrderKeyUnknown);
    // What is not of its length is not left to others to judge: there is nothing in it that could be right.
    for bytes in [&[1; 63][..], &[1; 65], &[1; 62], &[]] {
        let other = SignedOrder::parse(&format!("{input}.{}", base64::encode(bytes))).unwrap();
        assert_eq!(other.check(&keys(), &merchant(), late).unwrap().signatures()[0].bytes(), &[0; 64]);
        assert_eq!(other.verify(&keys(), &merchant(), NOW), Err(Error::OrderSignatureInvalid));
    }
}

#[test]
fn the_merchant_the_key_and_the_signature_must_be_right() {
    let signed = order().sign(&key()).unwrap();
    let parsed = SignedOrder::parse(&signed).unwrap();
    let other = MerchantId::parse("mer_other").unwrap();
    assert_eq!(parsed.verify(&keys(), &other, NOW), Err(Error::OrderWrongMerchant));
    assert_eq!(parsed.verify(&keys()[..1], &merchant(), NOW), Err(Error::OrderKeyUnknown));
    assert_eq!(parsed.verify(&[], &merchant(), NOW), Err(Error::OrderKeyUnknown));

    // Signed by another key under this key's id; a signature too short; one of zeros.
    let (input, _) = signed.rsplit_once('.').unwrap();
    let forged = SigningKey::from_bytes(&[6; 32]).unwrap().sign(input.as_bytes()).unwrap();
    for signature in [forged.as_slice(), &forged[..63], &[0; 64], &[]] {
        let text = format!("{input}.{}", base64::encode(signature));
        assert_eq!(verify(&text), Err(Error::OrderSignatureInvalid));
    }
    // An expired order of a forger is a forgery first.
    let expired = format!("{input}.{}", base64::encode(&forged));
    let expired = SignedOrder::parse(&expired).unwrap().verify(&keys(), &merchant(), NOW.plus(9999));
    assert_eq!(expired, Err(Error::OrderSignatureInvalid));
}

#[test]
fn other_algorithms_are_named_as_such() {
    for alg in ["none", "None", "HS256", "RS256", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "es256", ""] {
        let header = header().replace("ES256", alg);
        assert_eq!(verify(&by_hand(&header, CLAIMS)), Err(Error::OrderAlgorithmUnsupported), "{alg}");
    }
    // As other libraries would write them, with nothing else of ours.
    let unsecured = format!("{}.{}.", base64::encode(br#"{"alg":"none"}"#), base64::encode(CLAIMS.as_bytes()));
    assert_eq!(verify(&unsecured), Err(Error::OrderAlgorithmUnsupported));
    assert_eq!(verify(&by_hand(r#"{"alg":"HS256","typ":"JWT"}"#, CLAIMS)), Err(Error::OrderAlgorithmUnsupported));
}

#[test]
fn the_header_is_exactly_ours() {
    for (from, to) in [
        (r#""alg":"ES256","#, ""),
        (r#""alg":"ES256""#, r#""alg":256"#),
        (r#""alg":"ES256""#, r#""alg":"ES256","alg":"ES256""#),
        (r#""alg":"ES256""#, r#""alg":"ES256","crit":["b64"],"b64":false"#),
        (r#""alg":"ES256""#, r#""alg":"ES256","jwk":{}"#),
        (r#""alg":"ES256""#, r#""alg":"ES256","jku":"https://shop.example/keys""#),
        ("cardseal-order+jwt", "JWT"),
        ("cardseal-order+jwt", "cardseal-receipt+jwt"),
        (r#""typ":"cardseal-order+jwt","#, ""),
        (r#""kid":""#, r#""kid":"x"#),
        ("{", "[{"),
    ] {
        let changed = header().replacen(from, to, 1);
        assert_ne!(changed, header(), "{from}");
        assert_eq!(verify(&by_hand(&changed, CLAIMS)), Err(Error::OrderMalformed), "{from} -> {to}");
    }
    let without_kid = r#"{"alg":"ES256","typ":"cardseal-order+jwt"}"#;
    assert_eq!(verify(&by_hand(without_kid, CLAIMS)), Err(Error::OrderMalformed));
}

#[test]
fn claims_that_are_not_ours_are_malformed() {
    let many = |one: &str, count: usize| vec![one; count].join(",");
    let text = |length| "x".repeat(length);
    let origins = many(r#""https://shop.example""#, MAX_ORIGINS + 1);
    let items = many(r#"{"name":"Thing","quantity":1,"amount":42}"#, MAX_ITEMS + 1);
    let description = format!(r#""jti":"1001","description":"{}""#, text(MAX_TEXT_LENGTH + 1));
    for (from, to) in [
        (r#""iss":"mer_demo","#, ""),
        (r#""iss":"mer_demo""#, r#""iss":"mer demo""#),
        (r#""iss":"mer_demo""#, r#""iss":"""#),
        (r#""iss":"mer_demo""#, r#""iss":7"#),
        (r#""jti":"1001","#, ""),
        (r#""jti":"1001""#, r#""jti":1001"#),
        (r#""jti":"1001""#, r#""jti":"1001","jti":"1001""#),
        (r#""jti":"1001""#, r#""jti":"1001","sub":"x""#),
        (r#""jti":"1001""#, r#""jti":"1001","aud":"https://vault.example""#),
        (r#""jti":"1001""#, r#""jti":"1001","description":7"#),
        (r#""jti":"1001""#, description.as_str()),
        (r#""iat":1795000000,"#, ""),
        (r#""iat":1795000000"#, r#""iat":1795000000.5"#),
        (r#""iat":1795000000"#, r#""iat":"1795000000""#),
        (r#""exp":1795000900,"#, ""),
        (r#""exp":1795000900"#, r#""exp":1795000000"#),
        (r#""exp":1795000900"#, r#""exp":1794999999"#),
        (r#""exp":1795000900"#, r#""exp":1795086401"#),
        (r#""exp":1795000900"#, r#""exp":1795000900,"nbf":1795000900"#),
        (r#""exp":1795000900"#, r#""exp":1795000900,"nbf":null"#),
        (r#""amount":4200,"#, ""),
        (r#""amount":4200"#, r#""amount":0"#),
        (r#""amount":4200"#, r#""amount":-4200"#),
        (r#""amount":4200"#, r#""amount":42.00"#),
        (r#""amount":4200"#, r#""amount":"4200""#),
        (r#""amount":4200"#, r#""amount":9007199254740992"#),
        (r#""amount":4200"#, r#""amount":4201"#),
        (r#""currency":"EUR","#, ""),
        ("EUR", "eur"),
        ("EUR", "XXX"),
        ("EUR", "EURO"),
        (r#""origins":["https://shop.example"],"#, ""),
        (r#"["https://shop.example"]"#, "[]"),
        (r#"["https://shop.example"]"#, r#""https://shop.example""#),
        ("https://shop.example", "https://shop.example/"),
        ("https://shop.example", "*"),
        (r#""https://shop.example""#, origins.as_str()),
        (r#"{"name":"Thing","quantity":2,"amount":2100}"#, items.as_str()),
        (r#"{"name":"Thing","quantity":2,"amount":2100}"#, r#"["Thing",2,2100]"#),
        (r#""name":"Thing","#, ""),
        (r#""name":"Thing""#, r#""name":"""#),
        (r#""name":"Thing""#, r#""name":"Thing","sku":"1""#),
        (r#""quantity":2"#, r#""quantity":0"#),
        (r#""quantity":2"#, r#""quantity":-2"#),
        (r#""quantity":2"#, r#""quantity":2,"quantity":2"#),
        (r#""amount":2100"#, r#""amount":2100.0"#),
        (r#""amount":2100"#, r#""amount":2101"#),
    ] {
        let changed = CLAIMS.replacen(from, to, 1);
        assert_ne!(changed, CLAIMS, "{from}");
        assert_eq!(verify(&by_hand(&header(), &changed)), Err(Error::OrderMalformed), "{from} -> {to}");
    }
    for claims in ["", "null", "[]", "{}", "\"x\""] {
        assert_eq!(verify(&by_hand(&header(), claims)), Err(Error::OrderMalformed), "{claims}");
    }
}

#[test]
fn claims_at_their_limits_are_fine() {
    let amount = 9_007_199_254_740_991;
    let order = Order {
        amount: Amount::new(amount, Currency::parse("JPY").unwrap()).unwrap(),
        origins: vec![Origin::parse("https://shop.example").unwrap(); MAX_ORIGINS],
        expires: NOW.plus(MAX_ORDER_LIFE),
        description: Some("é".repeat(MAX_TEXT_LENGTH / 2)),
        items: vec![Item { name: "Thing".into(), quantity: 1, amount: amount.try_into().unwrap() }],
        ..order()
    };
    assert_eq!(verify(&order.sign(&key()).unwrap()), Ok(order));
}

#[test]
fn an_order_lives_a_day_at_most() {
    assert_eq!(MAX_ORDER_LIFE, 86_400);
}

#[test]
fn each_item_has_a_quantity_and_an_amount_within_their_limits() {
    for (quantity, amount) in [(0, 0), (1 << 53, 0), (1, 1 << 53), (1, -(1 << 53))] {
        // The sum stays right.
        let total = amount * i64::try_from(quantity).unwrap();
        let items = [
            Item { name: "Odd".into(), quantity, amount },
            Item { name: "Balance".into(), quantity: 2, amount: -total / 2 },
        ];
        let order = Order { items: order().items.into_iter().chain(items).collect(), ..order() };
        assert_eq!(order.sign(&key()), Err(Error::OrderMalformed), "{quantity} of {amount}");
    }
}

#[test]
fn an_order_that_breaks_a_rule_is_not_signed() {
    let sign = |order: Order| order.sign(&key()).unwrap_err();
    assert_eq!(sign(Order { expires: NOW, ..order() }), Error::OrderMalformed);
    assert_eq!(sign(Order { origins: vec![], ..order() }), Error::OrderMalformed);
    assert_eq!(sign(Order { items: order().items[..1].to_vec(), ..order() }), Error::OrderMalformed);
    assert_eq!(sign(Order { description: Some("x".repeat(257)), ..order() }), Error::OrderMalformed);
    // Each part is within its limit, and the whole is too large.
    let mut items = vec![Item { name: "x".repeat(256), quantity: 1, amount: 42 }; 100];
    assert_eq!(sign(Order { items: items.clone(), ..order() }), Error::OrderTooLarge);
    items.push(Item { name: "x".into(), quantity: 1, amount: 0 });
    assert_eq!(sign(Order { items, ..order() }), Error::OrderMalformed);
    assert_eq!(Amount::new(0, Currency::parse("EUR").unwrap()), Err(Error::OrderMalformed));
}

#[test]
fn no_altered_bit_is_accepted() {
    let signed = order().sign(&key()).unwrap().into_bytes();
    let mut outcomes = HashSet::new();
    for index in 0..signed.len() {
        for bit in 0..8 {
            let mut altered = signed.clone();
            altered[index] ^= 1 << bit;
            // What is no UTF-8 does not reach the parser.
            let Ok(altered) = String::from_utf8(altered) else { continue };
            outcomes.insert(verify(&altered).expect_err("an altered order was verified"));
        }
    }
    let expected = [
        Error::OrderMalformed,
        Error::OrderAlgorithmUnsupported,
        Error::OrderKeyUnknown,
        Error::OrderWrongMerchant,
        Error::OrderSignatureInvalid,
    ];
    assert_eq!(outcomes, HashSet::from(expected));
}

#[test]
fn no_truncation_and_no_extension_is_accepted() {
    let signed = order().sign(&key()).unwrap();
    for end in 0..signed.len() {
        let truncated = verify(&signed[..end]).unwrap_err();
        assert!(matches!(truncated, Error::OrderMalformed | Error::OrderSignatureInvalid), "{end}: {truncated}");
        assert_eq!(verify(&signed[end + 1..]).unwrap_err(), Error::OrderMalformed, "{end}");
    }
    let at_limit = format!("{signed}{}", "A".repeat(MAX_ORDER_LENGTH - signed.len()));
    assert!(matches!(verify(&at_limit), Err(Error::OrderMalformed | Error::OrderSignatureInvalid)));
    assert_eq!(verify(&format!("{at_limit}A")), Err(Error::OrderTooLarge));
    for extended in [format!("{signed}."), format!("{signed}="), format!("{signed}\n"), format!(" {signed}")] {
        assert_eq!(verify(&extended), Err(Error::OrderMalformed));
    }
}
