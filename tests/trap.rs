//! After a trap the module refuses to work. In a file of its own: it spoils the instance for all that follows.
//!
//! What JavaScript throws through the module's frames ends a turn in its middle as a trap does, and can be had here without
//! one. tests/e2e/trap.spec.ts has real ones, in the module that shoppers get.
//!
//! Run with `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use cardseal::CardForm;
use js_sys::{Function, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = makeInputs)]
    fn make_inputs(with_name: bool) -> Object;
    #[wasm_bindgen(js_name = answerFetch)]
    fn answer_fetch(keys: JsValue, order_keys: JsValue, answers: JsValue, date: JsValue);
    fn fill(input: &JsValue, value: &str, events: &js_sys::Array);
    #[wasm_bindgen(js_name = breakValue)]
    fn break_value(input: &JsValue, broken: bool);
}

fn code(failure: &JsValue) -> String {
    Reflect::get(failure, &"code".into()).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
async fn after_a_trap_every_call_answers_internal() {
    let root = "A".repeat(43);
    let options = format!(
        r#"{{"vault":"https://vault.example","merchant":"mer_demo","origin":"https://shop.example","roots":["{root}"]}}"#
    );
    let options = JSON::parse(&options).unwrap();
    let inputs = make_inputs(false);
    let make = || CardForm::new(inputs.unchecked_ref(), options.unchecked_ref(), Function::default());
    let form = make().unwrap();
    answer_fetch("hang".into(), "hang".into(), js_sys::Array::new().into(), JsValue::UNDEFINED);
    assert!(form.state().is_ok());
    let loading = form.load();

    let number = Reflect::get(&inputs, &"number".into()).unwrap();
    break_value(&number, true);
    fill(&number, "", &js_sys::Array::of1(&"input".into()));
    break_value(&number, false);

    assert_eq!(code(&form.state().unwrap_err()), "internal");
    assert_eq!(code(&form.clear().unwrap_err()), "internal");
    assert_eq!(code(&form.focus(None).unwrap_err()), "internal");
    assert_eq!(code(&make().err().unwrap()), "internal");
    // The load that was under way would hang for ever, since its task does not run again.
    assert_eq!(code(&JsFuture::from(loading).await.unwrap_err()), "internal");
    assert_eq!(code(&JsFuture::from(form.load()).await.unwrap_err()), "internal");
    let result = JsFuture::from(form.tokenize("order".into())).await.unwrap();
    assert_eq!(Reflect::get(&result, &"ok".into()).unwrap(), JsValue::FALSE);
    assert_eq!(code(&Reflect::get(&result, &"error".into()).unwrap()), "internal");

    fill(&number, "42424", &js_sys::Array::of1(&"input".into()));
    assert_eq!(Reflect::get(&number, &"value".into()).unwrap(), "42424", "the inputs are left alone");
}
