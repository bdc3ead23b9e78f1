//! Origins, ids, hashes and currencies: what is accepted is written as it was read, and holds to its rule.
#![no_main]

use cardseal_fuzz::{decode, plant};
use cardseal_protocol::{Error, KeyId, MerchantId, OrderHash, OrderId, Origin, envelope::Jti, order::Currency};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = core::str::from_utf8(input) else { return };
    origin(text);
    id(text);
    hash(text);
    currency(text);
});

fn origin(text: &str) {
    let json = serde_json::to_string(text).unwrap();
    let read: Option<Origin> = serde_json::from_str(&json).ok();
    let origin = match Origin::parse(text) {
        Ok(origin) => origin,
        Err(error) => {
            assert_eq!((error, read), (Error::OriginMalformed, None));
            return;
        }
    };
    assert_eq!((origin.as_str(), &*origin.to_string()), (text, text));
    assert_eq!(serde_json::to_string(&origin).unwrap(), json);
    assert_eq!(read.as_ref(), Some(&origin));

    let (scheme, rest) = text.split_once("://").unwrap();
    assert!(rest.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()));
    assert!(!rest.contains(['/', '?', '#', '@', '\\', '*', '%']));
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse::<u16>().unwrap())),
        _ => (rest, None),
    };
    assert!(!host.is_empty() && host.len() <= 253);
    assert!(port.is_none_or(|port| port != 0 && rest.ends_with(&format!(":{port}"))));
    match scheme {
        "https" => assert_ne!(port, Some(443)),
        "http" => assert!(["localhost", "127.0.0.1", "[::1]"].contains(&host) && port != Some(80)),
        _ => panic!("an origin of another scheme"),
    }
    plant(port.is_some_and(|port| port < 1000));
}

fn id(text: &str) {
    let right = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    for outcome in [
        MerchantId::parse(text).map(|id| id.as_str().to_owned()),
        OrderId::parse(text).map(|id| id.as_str().to_owned()),
    ] {
        assert_eq!(outcome, if right { Ok(text.to_owned()) } else { Err(Error::IdMalformed) });
    }
}

fn hash(text: &str) {
    let bytes = decode(text);
    for (outcome, length) in [
        (KeyId::parse(text).map(|id| id.to_string()), 32),
        (OrderHash::parse(text).map(|hash| hash.to_string()), 32),
        (Jti::parse(text).map(|jti| jti.to_string()), 16),
    ] {
        let right = bytes.as_ref().is_some_and(|bytes| bytes.len() == length);
        assert_eq!(outcome, if right { Ok(text.to_owned()) } else { Err(Error::IdMalformed) });
    }
}

fn currency(text: &str) {
    match Currency::parse(text) {
        Ok(currency) => {
            assert_eq!((currency.code(), text.len()), (text, 3));
            assert!(text.bytes().all(|byte| byte.is_ascii_uppercase()));
            assert!([0, 2, 3].contains(&currency.minor_units()));
        }
        Err(error) => assert_eq!(error, Error::IdMalformed),
    }
}
