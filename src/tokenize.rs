//! The way of a card from the inputs to a token.

use std::rc::Rc;

use cardseal_protocol::brand::Brand;
use cardseal_protocol::order::{Order, SignedOrder};
use cardseal_protocol::{Code, TokenRequest, TokenResponse};
use js_sys::Promise;
use serde::Serialize;

use crate::answer::Refusal;
use crate::failure::Refused;
use crate::form::{Form, Step};
use crate::vault::{Freshness, Vault};

/// A sealed card, swapped for a token: the good half of `TokenizeResult` in TypeScript.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tokenized {
    ok: bool,
    token: String,
    /// `None` where the vault knows no brand of such numbers: it may be older than this module.
    brand: Option<Brand>,
    last4: String,
    exp_month: u8,
    exp_year: u16,
    expires: u64,
    /// What left the browser.
    envelope: String,
    /// What the device signed: order and card belong together.
    dual_signature: String,
    /// What the vault signed: it has the card.
    receipt: String,
}

/// Seals the card in `form` for `order`, a signed order, and swaps it for a token.
///
/// Where the keys are loaded, as they are in all but the worst case, the card is read and sealed before the first await. What was
/// sealed for an order that then does not verify is dropped. `shown` is fulfilled once the shopper has been shown all that the
/// page asked for before.
///
/// # Errors
/// What is wrong.
pub(crate) async fn tokenize(
    form: &Form,
    vault: &Rc<Vault>,
    order: String,
    shown: Promise,
) -> Result<Tokenized, Refused> {
    let deadline = vault.deadline();
    // First, so that the shopper hears of a mistake whatever else is wrong.
    form.check()?;
    form.progress(Step::Verifying);
    if !vault.is_loaded() {
        // The vault could not be reached when the form was loaded, and may be back; or that was a day ago.
        vault.load(deadline, Freshness::Cached).await?;
    }
    let signed = SignedOrder::parse(&order)?;
    let mut has_mended = false;
    loop {
        // Read before anything is waited for.
        let card = form.card()?;
        // It answers while the card is sealed and the device signs.
        let verifying = match vault.verify(&signed, &shown, deadline) {
            // The merchant may have a new key since the form was loaded.
            Err(Code::OrderKeyUnknown) if !has_mended => {
                has_mended = true;
                vault.load(deadline, Freshness::Cached).await?;
                continue;
            }
            outcome => outcome?,
        };
        let sealed = vault.seal(card, order.clone(), &signed, deadline);
        let claims = verifying.await?;
        form.check_total(&vault.payee(), claims.amount)?;
        form.progress(Step::Sealing);
        let (mut sealed, signing) = sealed?;
        sealed.request.dual_signature = signing.await?;
        form.progress(Step::Sending);
        let refusal = match vault.post(&sealed.request, deadline).await {
            Ok(response) => {
                form.progress(Step::Checking);
                vault.check_receipt(&response, &sealed, deadline).await?;
                return accept(response, sealed.request, claims);
            }
            Err(refusal) => refusal,
        };
        // A wrong clock and a key that was retired or revoked can be mended, and then the card is sealed once more.
        match refusal {
            Refusal { code: Code::ClockSkew, now: Some(now), .. } if !has_mended => vault.set_clock(now),
            Refusal { code: Code::KeyUnknown | Code::KeyRevoked, .. } if !has_mended => {
                vault.load(deadline, Freshness::New).await?;
            }
            Refusal { code, title, .. } => return Err(Refused { failure: code.into(), words: title }),
        }
        has_mended = true;
    }
}

fn accept(response: TokenResponse, request: TokenRequest, order: &Order) -> Result<Tokenized, Refused> {
    if response.order != order.id.as_str() {
        return Err(Code::ResponseInvalid.into());
    }
    Ok(Tokenized {
        ok: true,
        token: response.token,
        brand: response.brand,
        last4: response.last4,
        exp_month: response.exp_month,
        exp_year: response.exp_year,
        expires: response.expires.as_secs(),
        envelope: request.envelope,
        dual_signature: request.dual_signature,
        receipt: response.receipt,
    })
}
