//! The device's key. The browser holds it and no script can read it, so it signs by a call out of this module.

use std::future::Future;

use cardseal_protocol::Code;
use cardseal_protocol::dual_signature::DualSignature;
use cardseal_protocol::keys::{Jwk, VerifyingKey};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::js::Foreign;
use crate::task::settled;
use crate::timer::Deadline;
use crate::turn::outside;

#[wasm_bindgen]
extern "C" {
    /// `Device` of card_form.d.ts.
    type JsDevice;
    #[wasm_bindgen(method, catch, structural)]
    fn sign(this: &JsDevice, input: Uint8Array) -> Result<Promise, JsValue>;
}

/// A key of this browser's.
pub(crate) struct Device {
    js: JsDevice,
    key: VerifyingKey,
    /// Written ahead, since the shopper waits for what is signed.
    header: String,
}

impl Device {
    /// Waits for the key that JavaScript gets ready.
    ///
    /// # Errors
    /// [`Code::Internal`] where there is none: the browser has no WebCrypto, or the page gave something else.
    pub(crate) async fn ready(promise: &Promise, deadline: Deadline) -> Result<Self, Code> {
        let js = settled(promise, deadline.left(), Code::Internal).await?;
        let given = Foreign::from(js.clone());
        let mut jwk = Jwk::new("EC".into());
        jwk.crv = Some("P-256".into());
        jwk.x = given.member("x").text();
        jwk.y = given.member("y").text();
        let key = VerifyingKey::try_from(&jwk).map_err(|_| Code::Internal)?;
        let header = DualSignature::header(&key);
        Ok(Self { js: js.unchecked_into(), key, header })
    }

    /// The key by its public half.
    pub(crate) const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Has order and card signed together. The browser begins at this call, not when it is waited for.
    ///
    /// # Errors
    /// [`Code::Internal`] where the browser does not sign.
    pub(crate) fn sign(
        &self,
        dual: &DualSignature,
        deadline: Deadline,
    ) -> Result<impl Future<Output = Result<String, Code>> + use<>, Code> {
        let input = dual.signing_input(&self.header).map_err(|_| Code::Internal)?;
        let signature = outside(|| self.js.sign(Uint8Array::from(input.as_bytes()))).map_err(|_| Code::Internal)?;
        let signature = settled(&signature, deadline.left(), Code::Internal);
        Ok(async move {
            let signature = Uint8Array::new(&signature.await?).to_vec().try_into().map_err(|_| Code::Internal)?;
            Ok(DualSignature::attach(&input, &signature))
        })
    }
}
