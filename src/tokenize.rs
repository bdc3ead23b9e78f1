//! The way of a card from the inputs to a token.

use std::rc::Rc;

use cardseal_protocol::brand::Brand;
use cardseal_protocol::order::{Order, SignedOrder};
use cardseal_protocol::{Code, TokenRequest, TokenResponse};
use serde::Serialize;

use crate::failure::Failure;
use crate::form::Form;
use crate::vault::{Refusal, Vault};

/// A sealed card, swapped for a token: the good half of `TokenizeResult` in TypeScript.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tokenized {
    ok: bool,
    token: String,
    brand: Brand,
    last4: String,
    exp_month: u8,
    exp_year: u16,
    expires: u64,
    /// What left the browser.
    envelope: String,
}

/// Seals the card in `form` for `order` and swaps it for a token.
///
/// Where the keys are loaded, as they are in all but the worst case, the card is read and sealed before the first await.
pub(crate) async fn tokenize(form: &Form, vault: &Rc<Vault>, order: String) -> Result<Tokenized, Failure> {
    let deadline = vault.deadline();
    // First, so that the shopper hears of a mistake whatever else is wrong.
    form.check()?;
    if !vault.is_loaded() {
        // The vault could not be reached when the form was loaded; it may be back.
        vault.load(deadline).await?;
    }
    let signed = SignedOrder::parse(&order)?;
    let mut has_mended = false;
    loop {
        let (claims, envelope) = match seal(form, vault, &signed) {
            // The merchant may have a new key since the form was loaded.
            Err(Failure { code: Code::OrderKeyUnknown, .. }) if !has_mended => {
                has_mended = true;
                vault.load(deadline).await?;
                continue;
            }
            outcome => outcome?,
        };
        let request = TokenRequest { envelope, order: order.clone() };
        let refusal = match vault.post(&request, deadline).await {
            Ok(response) => return accept(response, request.envelope, &claims),
            Err(refusal) => refusal,
        };
        // A wrong clock and a retired key can be mended, and then the card is sealed once more.
        match refusal {
            _ if has_mended => return Err(refusal.code.into()),
            Refusal { code: Code::ClockSkew, now: Some(now) } => vault.set_clock(now),
            Refusal { code: Code::KeyUnknown, .. } => vault.load(deadline).await?,
            Refusal { code, .. } => return Err(code.into()),
        }
        has_mended = true;
    }
}

/// Everything that touches the card, without an await in it.
fn seal(form: &Form, vault: &Rc<Vault>, signed: &SignedOrder) -> Result<(Order, String), Failure> {
    let card = form.card()?;
    let claims = vault.verify(signed)?;
    let envelope = vault.seal(card, signed)?;
    Ok((claims, envelope))
}

fn accept(response: TokenResponse, envelope: String, order: &Order) -> Result<Tokenized, Failure> {
    let (Some(brand), true) = (response.brand, response.order == order.id.as_str()) else {
        return Err(Code::ResponseInvalid.into());
    };
    Ok(Tokenized {
        ok: true,
        token: response.token,
        brand,
        last4: response.last4,
        exp_month: response.exp_month,
        exp_year: response.exp_year,
        expires: response.expires.as_secs(),
        envelope,
    })
}
