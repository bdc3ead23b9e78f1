//! The envelope as a whole: against the draft's and the RFC's examples, against ourselves, and against everything that is
//! not one.

use std::collections::HashSet;

use hpke::{Deserializable as _, Serializable as _};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

use super::{
    suite::{hpke7, hpke8},
    *,
};
use crate::{
    OrderHash, Origin, UnixTime,
    address::{Country, PostalCode},
    base64,
    brand::Brand,
    card::{Card, Cardholder, Expiry, Pan, SecurityCode},
    keys::{Jwk, OpeningKey, PublicKey, SealingKey},
};

const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

/// A source that repeats one block for ever; no use but in tests.
struct Repeating([u8; 32]);

impl TryRng for Repeating {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes([self.0[0]; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_le_bytes([self.0[0]; 8]))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        for (place, byte) in buffer.iter_mut().zip(self.0.iter().cycle()) {
            *place = *byte;
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeating {}

/// The vault of each suite.
fn vaults() -> [Vault; 2] {
    Suite::ALL.map(Vault::new)
}

/// A vault with one key.
struct Vault {
    opening: OpeningKey,
    sealing: SealingKey,
}

impl Vault {
    fn new(suite: Suite) -> Self {
        Self::with(suite, 7)
    }

    fn with(suite: Suite, byte: u8) -> Self {
        let opening = OpeningKey::from_bytes(suite, &[byte; 32]).unwrap();
        let sealing = SealingKey::try_from(opening.jwk()).unwrap();
        Self { opening, sealing }
    }

    fn suite(&self) -> Suite {
        self.opening.suite()
    }

    fn envelope(&self) -> String {
        prepare_with_rng(&self.sealing, &mut Repeating([9; 32])).unwrap().seal(&card(), &context()).unwrap()
    }

    fn header(&self) -> String {
        Compact::parse(&self.envelope()).unwrap().header
    }

    /// Seals any text under any header, as someone does who makes an envelope by hand.
    fn by_hand(&self, header: &str, plaintext: &str) -> String {
        let (protected, mut plaintext) = (base64::encode(header.as_bytes()), plaintext.as_bytes().to_vec());
        let random = &mut Repeating([3; 32]);
        match self.sealing.key() {
            PublicKey::Hpke7(key) => hpke7::Prepared::new(key, random).unwrap().seal(&protected, &mut plaintext),
            PublicKey::Hpke8(key) => hpke8::Prepared::new(key, random).unwrap().seal(&protected, &mut plaintext),
        }
        .unwrap()
    }

    fn open(&self, envelope: &str) -> Result<OpenedCard, Error> {
        Envelope::parse(envelope)?.open(&self.opening)
    }
}

fn card() -> Card {
    Card {
        pan: Pan::parse("4242 4242 4242 4242").unwrap(),
        expiry: Expiry::new(12, 2030).unwrap(),
        code: SecurityCode::parse("123", Some(Brand::Visa)).unwrap(),
        holder: None,
        brand: None,
        country: None,
        postal_code: None,
    }
}

fn context() -> Context {
    Context {
        issued: NOW,
        jti: Jti::from_bytes([1; 16]),
        origin: Origin::parse("https://shop.example").unwrap(),
        order: OrderHash::of(b"an order"),
    }
}

fn padded(json: &str) -> String {
    format!("{json:PLAINTEXT_LENGTH$}")
}

#[test]
fn what_is_sealed_opens_again() {
    for vault in vaults() {
        let sealed = vault.envelope();
        let envelope = Envelope::parse(&sealed).unwrap();
        assert_eq!(envelope.hash(), CardHash::of(sealed.as_bytes()));
        let header = envelope.header();
        assert_eq!((header.suite, header.kid, header.issued), (vault.suite(), vault.opening.kid(), NOW));
        assert_eq!(header.jti, Jti::from_bytes([1; 16]));
        assert_eq!((header.origin.as_str(), header.order), ("https://shop.example", OrderHash::of(b"an order")));

        let card = envelope.open(&vault.opening).unwrap();
        assert_eq!((card.number.expose().as_str(), card.code.expose().as_str()), ("4242424242424242", "123"));
        assert_eq!((card.exp_month, card.exp_year), (12, 2030));
        assert!(card.name.is_none() && card.chosen_brand.is_none());
        assert_eq!((card.brand(), card.last_four().as_str()), (Some(Brand::Visa), "4242"));
    }
}

#[test]
fn the_name_and_the_chosen_brand_come_along() {
    for vault in vaults() {
        let name = r#"Zoë "Z" O\Neil"#;
        let card = Card { holder: Some(Cardholder::parse(name).unwrap()), brand: Some(Brand::Visa), ..card() };
        let sealed = prepare(&vault.sealing).unwrap().seal(&card, &context()).unwrap();
        let card = vault.open(&sealed).unwrap();
        assert_eq!(card.name.unwrap().expose(), name);
        assert_eq!(card.chosen_brand, Some(Brand::Visa));
    }
}

#[test]
fn the_billing_address_comes_along() {
    let country = Country::parse("GB").ok();
    for vault in vaults() {
        let card = Card { country, postal_code: PostalCode::parse("sw1a1aa", country).unwrap(), ..card() };
        let sealed = prepare(&vault.sealing).unwrap().seal(&card, &context()).unwrap();
        assert_eq!(sealed.len(), vault.envelope().len());
        let card = vault.open(&sealed).unwrap();
        assert_eq!(card.country, country);
        assert_eq!(card.postal_code.as_ref().unwrap().expose(), "SW1A 1AA");
        let printed = format!("{card:?}");
        assert!(!printed.contains("GB") && !printed.contains("1AA"), "{printed}");
    }
}

#[test]
fn the_largest_card_fits() {
    let card = Card {
        pan: Pan::parse("6205500000000000004").unwrap(),
        code: SecurityCode::parse("123", None).unwrap(),
        holder: Some(Cardholder::parse(&"\"\\".repeat(64)).unwrap()),
        brand: Some(Brand::CartesBancaires),
        country: Country::parse("US").ok(),
        postal_code: PostalCode::parse("94103-1234", Country::parse("US").ok()).unwrap(),
        ..card()
    };
    let origin =
        format!("https://{}:65535", ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join("."));
    let context =
        Context { origin: Origin::parse(&origin).unwrap(), issued: UnixTime::from_secs(u64::MAX), ..context() };
    for (vault, length) in vaults().into_iter().zip([2893, 1442]) {
        let sealed = prepare(&vault.sealing).unwrap().seal(&card, &context).unwrap();
        assert_eq!(sealed.len(), length, "{}", vault.suite());
        assert!(sealed.len() < MAX_ENVELOPE_LENGTH);
        // Its iat is beyond what is read back, but it was written.
        assert_eq!(Envelope::parse(&sealed).unwrap_err(), Error::EnvelopeMalformed);
    }
}

#[test]
fn every_card_makes_an_envelope_of_the_same_length() {
    for vault in vaults() {
        let long = Card {
            pan: Pan::parse("6205500000000000004").unwrap(),
            holder: Some(Cardholder::parse("A rather long name, as names go").unwrap()),
            ..card()
        };
        let sealed = prepare(&vault.sealing).unwrap().seal(&long, &context()).unwrap();
        assert_eq!(sealed.len(), vault.envelope().len());
    }
}

#[test]
fn each_envelope_has_its_own_key() {
    for vault in vaults() {
        let seal = || prepare(&vault.sealing).unwrap().seal(&card(), &context()).unwrap();
        let (one, two) = (seal(), seal());
        assert_ne!(Compact::parse(&one).unwrap().encapsulated_key, Compact::parse(&two).unwrap().encapsulated_key);
        assert_ne!(Compact::parse(&one).unwrap().ciphertext, Compact::parse(&two).unwrap().ciphertext);
        // With the same random bytes it is the same, which is what makes a test repeatable.
        assert_eq!(vault.envelope(), vault.envelope());
    }
}

#[test]
fn the_sealer_and_the_opened_card_print_no_secret() {
    for vault in vaults() {
        let sealer = format!("{:?}", prepare(&vault.sealing).unwrap());
        assert_eq!(sealer, format!("Sealer {{ suite: {:?}, kid: {}, .. }}", vault.suite(), vault.sealing.kid()));
        let card = format!("{:?}", vault.open(&vault.envelope()).unwrap());
        assert!(card.contains("number: [redacted]") && card.contains("code: [redacted]"), "{card}");
        assert!(!card.contains("4242") && !card.contains("123"), "{card}");
    }
}

#[test]
fn no_altered_bit_is_accepted() {
    for vault in vaults() {
        let sealed = vault.envelope().into_bytes();
        let mut outcomes = HashSet::new();
        for index in 0..sealed.len() {
            for bit in 0..8 {
                let mut altered = sealed.clone();
                altered[index] ^= 1 << bit;
                // What is no UTF-8 does not reach the parser.
                let Ok(altered) = String::from_utf8(altered) else { continue };
                outcomes.insert(vault.open(&altered).expect_err("an altered envelope was opened"));
            }
        }
        let expected = [Error::EnvelopeInvalid, Error::EnvelopeMalformed, Error::SuiteUnsupported];
        assert_eq!(outcomes, HashSet::from(expected));
    }
}

#[test]
fn no_truncation_and_no_extension_is_accepted() {
    for vault in vaults() {
        let sealed = vault.envelope();
        for end in 0..sealed.len() {
            assert_eq!(vault.open(&sealed[..end]).unwrap_err(), Error::EnvelopeMalformed, "{end}");
            assert_eq!(vault.open(&sealed[end + 1..]).unwrap_err(), Error::EnvelopeMalformed, "{end}");
        }
        for extended in [format!("{sealed}."), format!("{sealed}A"), format!("{sealed}\n"), format!(" {sealed}")] {
            assert_eq!(vault.open(&extended).unwrap_err(), Error::EnvelopeMalformed);
        }
        // Both ends of the limit.
        let at_limit = format!("{sealed}{}", "A".repeat(MAX_ENVELOPE_LENGTH - sealed.len()));
        assert_eq!(vault.open(&at_limit).unwrap_err(), Error::EnvelopeMalformed);
        assert_eq!(vault.open(&format!("{at_limit}A")).unwrap_err(), Error::EnvelopeTooLarge);
    }
}

#[test]
fn the_header_is_read_strictly() {
    for vault in vaults() {
        let (header, alg) = (vault.header(), vault.suite().alg());
        let right = padded(r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123"}"#);
        assert!(vault.open(&vault.by_hand(&header, &right)).is_ok());
        // Other white space and another order of members are the same JSON.
        assert!(vault.open(&vault.by_hand(&header.replace(r#","typ""#, " ,\n\"typ\""), &right)).is_ok());

        let change = |from: &str, to: &str| {
            let changed = header.replacen(from, to, 1);
            assert_ne!(changed, header, "{from}");
            vault.open(&vault.by_hand(&changed, &right)).unwrap_err()
        };
        for (from, to, error) in [
            (alg, "HPKE-0", Error::SuiteUnsupported),
            (alg, "HPKE-7-KE", Error::SuiteUnsupported),
            (alg, "hpke-7", Error::SuiteUnsupported),
            (alg, "ECDH-ES", Error::SuiteUnsupported),
            (alg, "none", Error::SuiteUnsupported),
            (alg, "", Error::SuiteUnsupported),
            (&format!("\"{alg}\""), "7", Error::EnvelopeMalformed),
            (&format!("\"{alg}\""), "null", Error::EnvelopeMalformed),
            (&format!("\"{alg}\""), "[\"HPKE-7\"]", Error::EnvelopeMalformed),
            (&format!(r#""alg":"{alg}","#), "", Error::EnvelopeMalformed),
            ("cardseal-card+jwe", "cardseal-card", Error::EnvelopeMalformed),
            ("cardseal-card+jwe", "JWE", Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":"1795000000""#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000.0"#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":-1"#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000,"iat":1795000000"#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000,"exp":1795000001"#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000,"crit":["exp"]"#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000,"enc":"A256GCM""#, Error::EnvelopeMalformed),
            (r#""iat":1795000000"#, r#""iat":1795000000,"zip":"DEF""#, Error::EnvelopeMalformed),
            (r#""iat":1795000000,"#, "", Error::EnvelopeMalformed),
            ("AQEBAQEBAQEBAQEBAQEBAQ", "AQEBAQEBAQEBAQEBAQEB", Error::EnvelopeMalformed),
            ("AQEBAQEBAQEBAQEBAQEBAQ", "AQEBAQEBAQEBAQEBAQEBAR", Error::EnvelopeMalformed),
            ("AQEBAQEBAQEBAQEBAQEBAQ", "AQEBAQEBAQEBAQEBAQEBAQ==", Error::EnvelopeMalformed),
            ("https://shop.example", "null", Error::EnvelopeMalformed),
            ("https://shop.example", "https://shop.example/", Error::EnvelopeMalformed),
            ("{\"alg\"", "[{\"alg\"", Error::EnvelopeMalformed),
        ] {
            assert_eq!(change(from, to), error, "{from} -> {to}");
        }
        assert_eq!(vault.open(&vault.by_hand("", &right)).unwrap_err(), Error::EnvelopeMalformed);
        // A header of the right form that names another key.
        let other = Vault::with(vault.suite(), 8).opening.kid().to_string();
        assert_eq!(change(&vault.opening.kid().to_string(), &other), Error::EnvelopeInvalid);
    }
}

#[test]
fn parts_of_the_wrong_length_are_malformed() {
    for vault in vaults() {
        let header = vault.header();
        for plaintext in [String::new(), " ".repeat(511), " ".repeat(513)] {
            assert_eq!(vault.open(&vault.by_hand(&header, &plaintext)).unwrap_err(), Error::EnvelopeMalformed);
        }
        let sealed = vault.envelope();
        let jwe = Compact::parse(&sealed).unwrap();
        // One byte less and one more, the length of the other suite, a compressed point (RFC 9180 has none), and none.
        let length = jwe.encapsulated_key.len();
        for wrong in [length - 1, length + 1, 65 + 1153 - length, 33, 0] {
            let key: Vec<u8> = jwe.encapsulated_key.iter().copied().cycle().take(wrong).collect();
            let altered = Compact::write(jwe.protected, &base64::encode(&key), &jwe.ciphertext);
            assert_eq!(vault.open(&altered).unwrap_err(), Error::EnvelopeMalformed);
        }
    }
}

#[test]
fn a_key_of_another_suite_opens_nothing() {
    let [stronger, weaker] = vaults();
    for (sealed_by, opened_by) in [(&stronger, &weaker), (&weaker, &stronger)] {
        let plaintext = padded(r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123"}"#);
        let header = sealed_by.header();
        assert!(sealed_by.open(&sealed_by.by_hand(&header, &plaintext)).is_ok());
        // The envelope of the one suite, in the form of that suite, with the kid of the other's key.
        let misled = header.replace(&sealed_by.opening.kid().to_string(), &opened_by.opening.kid().to_string());
        assert_ne!(misled, header);
        let misled = sealed_by.by_hand(&misled, &plaintext);
        assert_eq!(opened_by.open(&misled).unwrap_err(), Error::EnvelopeInvalid);
        // The other suite's name over an encapsulated key of this one.
        let renamed = header.replace(sealed_by.suite().alg(), opened_by.suite().alg());
        assert_eq!(sealed_by.open(&sealed_by.by_hand(&renamed, &plaintext)).unwrap_err(), Error::EnvelopeMalformed);
    }
}

#[test]
fn suites_are_ordered_by_strength() {
    assert!(Suite::ALL.is_sorted_by(|stronger, weaker| stronger > weaker));
    assert_eq!(Suite::ALL.iter().max(), Some(&Suite::Hpke8));
    for suite in Suite::ALL {
        assert_eq!(Suite::from_alg(suite.alg()), Some(suite));
        assert_eq!(suite.to_string(), suite.alg());
    }
}

#[test]
fn all_ways_to_fail_after_parsing_look_the_same() {
    for vault in vaults() {
        let header = vault.header();
        let sealed = vault.envelope();
        let jwe = Compact::parse(&sealed).unwrap();
        // An encapsulated key whose point, the last 65 bytes in either suite, is not on the curve or is the point at infinity
        // written long.
        for point in [[4; 65], [0; 65]] {
            let mut key = jwe.encapsulated_key.clone();
            let start = key.len() - point.len();
            key[start..].copy_from_slice(&point);
            let altered = Compact::write(jwe.protected, &base64::encode(&key), &jwe.ciphertext);
            assert_eq!(vault.open(&altered).unwrap_err(), Error::EnvelopeInvalid);
        }
        // Another key, even one that claims this id.
        let other = Vault::with(vault.suite(), 8).opening;
        assert_eq!(Envelope::parse(&sealed).unwrap().open(&other).unwrap_err(), Error::EnvelopeInvalid);

        for plaintext in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030}"#,
            r#"{"number":"4242424242424242","exp_month":1,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":0,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":13,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":257,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":30,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":67566,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":"1","exp_year":2030,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"12"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"12345"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"12x"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":123}"#,
            r#"{"number":"4242 4242 4242 4242","exp_month":1,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"42424242424","exp_month":1,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"42424242424242424242","exp_month":1,"exp_year":2030,"code":"123"}"#,
            r#"{"number":4242424242424242,"exp_month":1,"exp_year":2030,"code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","name":""}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","name":null}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","brand":"none"}"#,
            // A brand that the number does not have, or not at this length.
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","brand":"amex"}"#,
            r#"{"number":"4000002500001001\u0030\u0030\u0030","exp_month":1,"exp_year":2030,"code":"123","brand":"cartes_bancaires"}"#,
            r#"{"number":"0000000000000000","exp_month":1,"exp_year":2030,"code":"123","brand":"visa"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","country":"de"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","country":"XX"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","postal_code":""}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","postal_code":" - "}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","postal_code":"sw1a"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","postal_code":"12345678901"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","code":"123"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123","pin":"1234"}"#,
            r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"123"},"#,
        ] {
            assert_eq!(
                vault.open(&vault.by_hand(&header, &padded(plaintext))).unwrap_err(),
                Error::EnvelopeInvalid,
                "{plaintext}"
            );
        }
    }
}

#[test]
fn a_number_that_no_form_would_seal_opens_like_any_other() {
    for vault in vaults() {
        // A wrong check digit, an expired card, a number of no brand: only a payment tells.
        for (plaintext, brand) in [
            (r#"{"number":"4242424242424241","exp_month":1,"exp_year":2030,"code":"123"}"#, Some(Brand::Visa)),
            (r#"{"number":"4242424242424242","exp_month":1,"exp_year":2000,"code":"123"}"#, Some(Brand::Visa)),
            (r#"{"number":"4242424242424242","exp_month":1,"exp_year":2030,"code":"1234"}"#, Some(Brand::Visa)),
            (r#"{"number":"000000000000","exp_month":1,"exp_year":2030,"code":"123"}"#, None),
            // Either brand of a number that has two may be chosen; the more specific one is paid with where none is.
            (
                r#"{"number":"4000002500001001","exp_month":1,"exp_year":2030,"code":"123","brand":"visa"}"#,
                Some(Brand::Visa),
            ),
            (
                r#"{"number":"4000002500001001","exp_month":1,"exp_year":2030,"code":"123"}"#,
                Some(Brand::CartesBancaires),
            ),
            // Too long for the more specific one.
            (
                r#"{"number":"4000002500001001\u0030\u0030\u0030","exp_month":1,"exp_year":2030,"code":"123"}"#,
                Some(Brand::Visa),
            ),
            (r#"{"number":"42\u00324242424242424","exp_month":1,"exp_year":2030,"code":"123"}"#, Some(Brand::Visa)),
        ] {
            assert_eq!(
                vault.open(&vault.by_hand(&vault.header(), &padded(plaintext))).unwrap().brand(),
                brand,
                "{plaintext}"
            );
        }
    }
}

/// The examples of draft-ietf-jose-hpke-encrypt: compact serializations in integrated encryption.
mod jose_draft {
    use super::*;

    const VECTORS: &str = include_str!("../../../tests/vectors/jose-hpke-71f35b2.json");

    fn vector(alg: &str) -> Value {
        let file: Value = serde_json::from_str(VECTORS).unwrap();
        file["vectors"].as_array().unwrap().iter().find(|vector| vector["alg"] == alg).unwrap().clone()
    }

    fn private_key(vector: &Value) -> [u8; 32] {
        base64::decode_array(vector["jwk"]["d"].as_str().unwrap()).unwrap()
    }

    /// Opens the example with our parser and a suite, and alters one bit of it to see that it then does not open.
    fn opens<A: hpke::aead::Aead>(vector: &Value) -> String {
        let key = hpke7::PrivateKey::from_bytes(&private_key(vector)).unwrap();
        let jwe = Compact::parse(vector["compact"].as_str().unwrap()).unwrap();
        let open = |aad: &str| {
            suite::open::<A, hpke7::Kdf, hpke7::Kem>(&key, &jwe.encapsulated_key, aad.as_bytes(), &jwe.ciphertext)
        };
        assert!(open(&jwe.protected.to_lowercase()).is_none());
        let plaintext = open(jwe.protected).unwrap();
        String::from_utf8(plaintext.to_vec()).unwrap()
    }

    #[test]
    fn hpke_7_opens() {
        let vector = vector("HPKE-7");
        let text = opens::<hpke7::Aead>(&vector);
        assert!(text.starts_with("You can trust us to stick with you"), "{text}");
        let header = Compact::parse(vector["compact"].as_str().unwrap()).unwrap().header;
        assert_eq!(
            Suite::from_alg(serde_json::from_str::<Value>(&header).unwrap()["alg"].as_str().unwrap()),
            Some(Suite::Hpke7)
        );
    }

    /// HPKE-0 differs in its AEAD: AES-128-GCM. Here only, to show that a suite is its parts and nothing else.
    #[test]
    fn hpke_0_opens() {
        let text = opens::<hpke::aead::AesGcm128>(&vector("HPKE-0"));
        assert!(text.starts_with("You can trust us to stick with you"), "{text}");
    }

    #[test]
    fn its_key_has_the_kid_that_we_compute() {
        for alg in ["HPKE-7", "HPKE-0"] {
            let vector = vector(alg);
            let key = OpeningKey::from_bytes(Suite::Hpke7, &private_key(&vector)).unwrap();
            assert_eq!(key.kid().to_string(), vector["jwk"]["kid"]);
            assert_eq!(key.jwk().x.as_deref(), vector["jwk"]["x"].as_str());
            assert_eq!(key.jwk().y.as_deref(), vector["jwk"]["y"].as_str());
        }
    }

    #[test]
    fn its_envelope_is_none_of_ours() {
        // The header lacks what Cardseal binds a card to.
        let compact = vector("HPKE-7")["compact"].as_str().unwrap().to_owned();
        assert_eq!(Envelope::parse(&compact).unwrap_err(), Error::EnvelopeMalformed);
        let compact = vector("HPKE-0")["compact"].as_str().unwrap().to_owned();
        assert_eq!(Envelope::parse(&compact).unwrap_err(), Error::SuiteUnsupported);
    }

    #[test]
    fn its_private_key_is_no_public_one() {
        let jwk = vector("HPKE-7")["jwk"].to_string();
        assert!(serde_json::from_str::<Jwk>(&jwk).is_err());
    }
}

/// The example of draft-skokan-jose-hpke-pq-pqt: one key, a flattened and a compact serialization.
mod jose_pq_draft {
    use super::*;

    const VECTORS: &str = include_str!("../../../tests/vectors/jose-hpke-pq-63a22c7.json");

    fn vector() -> Value {
        let file: Value = serde_json::from_str(VECTORS).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!((vectors.len(), vectors[0]["alg"].as_str()), (1, Some("HPKE-8")));
        vectors[0].clone()
    }

    fn seed(vector: &Value) -> [u8; 32] {
        base64::decode_array(vector["jwk"]["priv"].as_str().unwrap()).unwrap()
    }

    fn open(vector: &Value, encapsulated_key: &[u8], aad: &str, ciphertext: &[u8]) -> Option<String> {
        let key = hpke8::PrivateKey::from_bytes(&seed(vector)).unwrap();
        let (key, aad) = (&key, aad.as_bytes());
        let plaintext = suite::open::<hpke8::Aead, hpke8::Kdf, hpke8::Kem>(key, encapsulated_key, aad, ciphertext)?;
        Some(String::from_utf8(plaintext.to_vec()).unwrap())
    }

    #[test]
    fn its_compact_serialization_opens() {
        let vector = vector();
        let jwe = Compact::parse(vector["compact"].as_str().unwrap()).unwrap();
        assert_eq!(jwe.encapsulated_key.len(), Suite::Hpke8.encapsulated_key_length());
        let header: Value = serde_json::from_str(&jwe.header).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&"HPKE-8".into(), &vector["jwk"]["kid"]));
        let open = |aad: &str| open(&vector, &jwe.encapsulated_key, aad, &jwe.ciphertext);
        let text = open(jwe.protected).unwrap();
        assert!(text.starts_with("You can trust us to stick with you"), "{text}");
        assert_eq!(open(&jwe.protected.to_lowercase()), None);
    }

    #[test]
    fn its_flattened_serialization_opens_with_its_aad() {
        let vector = vector();
        let member = |name: &str| vector["flattened"][name].as_str().unwrap();
        let [encapsulated_key, ciphertext] =
            ["encrypted_key", "ciphertext"].map(|name| base64::decode(member(name)).unwrap());
        let open = |aad: &str| open(&vector, &encapsulated_key, aad, &ciphertext);
        // RFC 7516, section 5.1, step 14.
        let text = open(&format!("{}.{}", member("protected"), member("aad"))).unwrap();
        assert!(text.starts_with("You can trust us to stick with you"), "{text}");
        assert_eq!(open(member("protected")), None);
    }

    #[test]
    fn its_key_has_the_kid_that_we_compute() {
        let vector = vector();
        let key = OpeningKey::from_bytes(Suite::Hpke8, &seed(&vector)).unwrap();
        assert_eq!(key.kid().to_string(), vector["jwk"]["kid"]);
        assert_eq!(key.jwk().public.as_deref(), vector["jwk"]["pub"].as_str());
        assert_eq!(key.jwk().kty, vector["jwk"]["kty"].as_str().unwrap());
        assert_eq!(*key.to_bytes(), seed(&vector));
    }

    #[test]
    fn its_private_key_is_no_public_one() {
        let mut jwk = vector()["jwk"].clone();
        assert!(serde_json::from_str::<Jwk>(&jwk.to_string()).is_err());
        jwk.as_object_mut().unwrap().remove("priv");
        let jwk: Jwk = serde_json::from_str(&jwk.to_string()).unwrap();
        assert_eq!(SealingKey::try_from(&jwk).unwrap().suite(), Suite::Hpke8);
    }

    #[test]
    fn its_envelope_is_none_of_ours() {
        let compact = vector()["compact"].as_str().unwrap().to_owned();
        assert_eq!(Envelope::parse(&compact).unwrap_err(), Error::EnvelopeMalformed);
    }
}

/// RFC 9180, appendix A: the vector of DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode.
#[test]
fn the_suite_is_the_one_of_the_rfc() {
    let vector: Value = serde_json::from_str(include_str!(
        "../../../tests/vectors/rfc9180-p256-sha256-aes256gcm-cryptography_vectors-50.0.2.json"
    ))
    .unwrap();
    let bytes = |value: &Value| -> Vec<u8> {
        let text = value.as_str().unwrap();
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let key = hpke7::PublicKey::from_bytes(&bytes(&vector["pkRm"])).unwrap();
    let mut random = Repeating(bytes(&vector["ikmE"]).try_into().unwrap());
    // Not through prepare: the vector's info is not empty.
    let (encapsulated_key, mut context) = hpke::setup_sender_with_rng::<hpke7::Aead, hpke7::Kdf, hpke7::Kem>(
        &hpke::OpModeS::Base,
        &key,
        &bytes(&vector["info"]),
        &mut random,
    )
    .unwrap();
    assert_eq!(encapsulated_key.to_bytes().to_vec(), bytes(&vector["enc"]));
    let encryption = &vector["encryptions"][0];
    assert_eq!(context.seal(&bytes(&encryption["pt"]), &bytes(&encryption["aad"])).unwrap(), bytes(&encryption["ct"]));

    // Our layer makes the same one-time key of the same random bytes.
    let sealer = hpke7::Prepared::new(&key, &mut random).unwrap();
    let jwe = sealer.seal("e30", &mut [0; 4]).unwrap();
    assert_eq!(Compact::parse(&jwe).unwrap().encapsulated_key, bytes(&vector["enc"]));
}
