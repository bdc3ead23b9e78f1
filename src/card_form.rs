//! What JavaScript sees: the class `CardForm` and its types.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cardseal_protocol::Code;
use cardseal_protocol::address::Country;
use cardseal_protocol::brand::Brand;
use cardseal_protocol::order::SignedOrder;
use js_sys::{Array, Function, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::choice::Choice;
use crate::failure::{Failure, Report};
use crate::field::Field;
use crate::form::Form;
use crate::input::Element;
use crate::js::Foreign;
use crate::tokenize::tokenize;
use crate::turn::turn;
use crate::vault::{Freshness, Vault};
use crate::{js, task};

/// The default of the option `timeout`, in milliseconds.
const TIME_OUT: f64 = 15_000.0;

/// The types of `card_form.d.ts`, word for word.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("card_form.d.ts");

#[wasm_bindgen]
extern "C" {
    /// `CardInputs` of card_form.d.ts.
    #[wasm_bindgen(typescript_type = "CardInputs")]
    #[derive(Debug)]
    pub type CardInputs;

    /// `FormOptions` of card_form.d.ts.
    #[wasm_bindgen(typescript_type = "FormOptions")]
    #[derive(Debug)]
    pub type FormOptions;
}

/// Drives the inputs of one card and seals what is typed; JavaScript never gets a digit of it.
///
/// After a panic of this module every call answers with the code `internal`.
#[wasm_bindgen]
pub struct CardForm {
    form: Rc<Form>,
    vault: Rc<Vault>,
    /// Whether a `tokenize` is under way.
    is_busy: Rc<Cell<bool>>,
    /// Fulfilled once all that `show` was called with has been shown, or refused.
    shown: RefCell<Promise>,
}

#[wasm_bindgen]
impl CardForm {
    /// Takes the inputs in hand.
    ///
    /// # Errors
    /// Throws a `Failure` with `options_invalid`, `origin_not_allowed` or `internal`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        inputs: &CardInputs,
        options: &FormOptions,
        #[wasm_bindgen(unchecked_param_type = "(event: CardEvent) => void")] on_event: Function,
    ) -> Result<Self, JsValue> {
        call(|| Self::make(inputs, options, on_event))
    }

    /// What the page may know of the card.
    ///
    /// # Errors
    /// Throws a `Failure` with `internal` after a panic.
    #[wasm_bindgen(unchecked_return_type = "CardState")]
    pub fn state(&self) -> Result<JsValue, JsValue> {
        call(|| Ok(js::value(&self.form.state())))
    }

    /// Fetches and verifies the keys of the vault and the merchant. Rejects with a `Failure`; may be called again then.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn load(&self) -> Promise {
        let vault = Rc::clone(&self.vault);
        let work = async move {
            match vault.load(vault.deadline(), Freshness::Cached).await {
                Ok(()) => JsValue::TRUE,
                Err(code) => failed(code.into()),
            }
        };
        task::promise(work, failed(Code::Internal.into()), true)
    }

    /// Shows the shopper whom and how much an order pays: reports it as an event, if the option `showTotal` is on. The
    /// order is verified first, so the form must be loaded. Of several calls, each is shown after the one before; `tokenize` waits
    /// for them. Rejects with a `Failure` that says what is wrong with the order, or `internal` after a panic.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn show(&self, order: String) -> Promise {
        let form = Rc::clone(&self.form);
        let vault = Rc::clone(&self.vault);
        let before = self.shown.borrow().clone();
        let all = Array::of1(&before);
        let work = async move {
            match show(&form, &vault, &order, before).await {
                Ok(()) => JsValue::TRUE,
                Err(failure) => failed(failure),
            }
        };
        let shown = task::promise(work, failed(Code::Internal.into()), true);
        all.push(&shown);
        *self.shown.borrow_mut() = Promise::all_settled(&all);
        shown
    }

    /// Seals the card for an order, a JWS that the merchant's server signed, and swaps it for a token. Never rejects.
    #[wasm_bindgen(unchecked_return_type = "Promise<TokenizeResult>")]
    pub fn tokenize(&self, order: String) -> Promise {
        let form = Rc::clone(&self.form);
        let vault = Rc::clone(&self.vault);
        let is_busy = Rc::clone(&self.is_busy);
        let shown = self.shown.borrow().clone();
        let work = async move {
            if is_busy.replace(true) {
                return failed(Code::TokenizeInProgress.into());
            }
            let outcome = tokenize(&form, &vault, order, shown).await;
            is_busy.set(false);
            match outcome {
                Ok(tokenized) => js::value(&tokenized),
                Err(refused) => js::value(&Failed { ok: false, error: refused.report() }),
            }
        };
        task::promise(work, failed(Code::Internal.into()), false)
    }

    /// Chooses the brand of a co-badged card, one of the state's `brandChoices`; without one, leaves it to what the
    /// merchant prefers. Any other brand changes nothing but that.
    ///
    /// # Errors
    /// Throws a `Failure` with `internal` after a panic.
    pub fn choose(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "Brand")] brand: Option<String>,
    ) -> Result<(), JsValue> {
        call(|| {
            self.form.choose(brand.as_deref().and_then(Brand::from_id));
            Ok(())
        })
    }

    /// Empties the inputs.
    ///
    /// # Errors
    /// Throws a `Failure` with `internal` after a panic.
    pub fn clear(&self) -> Result<(), JsValue> {
        call(|| {
            self.form.clear();
            Ok(())
        })
    }

    /// Moves the keyboard focus to a field; without one, to the first that is not complete.
    ///
    /// # Errors
    /// Throws a `Failure` with `internal` after a panic.
    pub fn focus(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "Field")] field: Option<String>,
    ) -> Result<(), JsValue> {
        call(|| {
            self.form.focus(field.as_deref().and_then(Field::from_name));
            Ok(())
        })
    }
}

impl CardForm {
    fn make(inputs: &CardInputs, options: &FormOptions, on_event: Function) -> Result<Self, Failure> {
        let [inputs, options] = [inputs.as_ref(), options.as_ref()].map(|value: &JsValue| Foreign::from(value.clone()));
        let text = |name| options.member(name).text().unwrap_or_default();
        let texts =
            |name| options.member(name).items().iter().map(|item| item.text().unwrap_or_default()).collect::<Vec<_>>();
        let vault = Vault::new(
            &text("vault"),
            &text("merchant"),
            &text("origin"),
            &texts("roots"),
            Promise::resolve(options.member("device").as_ref()),
            options.member("timeout").number().unwrap_or(TIME_OUT),
        )
        .map_err(|_| Failure::from(Code::OptionsInvalid))?;
        let mut elements = Vec::new();
        for field in Field::ALL {
            let input = inputs.member(field.name());
            if !(input.is_absent() && field.is_optional()) {
                elements.push((field, Element::of(input.into()).ok_or(Code::OptionsInvalid)?));
            }
        }
        let clock = Rc::clone(&vault);
        let choice = Choice::new(&texts("preferredBrands"));
        let default_country = Country::parse(&text("defaultCountry")).ok();
        let shows_total = options.member("showTotal").is_true();
        let form = Form::new(elements, move || clock.now(), on_event, choice, default_country, shows_total);
        let shown = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
        Ok(Self { form, vault, is_busy: Rc::default(), shown })
    }
}

impl Drop for CardForm {
    fn drop(&mut self) {
        self.form.detach();
    }
}

async fn show(form: &Form, vault: &Rc<Vault>, order: &str, before: Promise) -> Result<(), Failure> {
    let order = SignedOrder::parse(order)?;
    let order = vault.verify(&order, &before, vault.deadline())?.await?;
    form.show_total(&vault.payee(), order.amount);
    Ok(())
}

/// The failed half of `TokenizeResult`.
#[derive(Serialize)]
struct Failed<'a> {
    ok: bool,
    error: Report<'a>,
}

/// A call from JavaScript as a turn of the module's.
fn call<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, JsValue> {
    Ok(turn(work).unwrap_or(Err(Code::Internal.into()))?)
}

fn failed(failure: Failure) -> JsValue {
    js::value(&Failed { ok: false, error: failure.report() })
}

/// The codes of all countries (ISO 3166-1 alpha-2), two capitals each, one behind the other.
#[wasm_bindgen]
#[must_use]
pub fn countries() -> String {
    Country::CODES.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_name_every_code_and_brand_once() {
        let literals = include_str!("card_form.d.ts")
            .lines()
            .filter_map(|line| line.trim().strip_prefix("| \"")?.split('"').next());
        let mut listed: Vec<&str> = literals.collect();
        let mut expected: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        expected.extend(Brand::ALL.iter().map(|brand| brand.id()));
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected);
    }
}
