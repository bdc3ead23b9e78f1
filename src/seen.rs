//! The newest key directory of a vault that this browser has seen, kept where the origin's data is kept.
//!
//! Where storage is refused, nothing is remembered from one visit to the next; the rest works all the same.

use cardseal_protocol::Origin;
use cardseal_protocol::directory::Seen;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = recall)]
    fn get(key: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = remember)]
    fn set(key: &JsValue, text: &JsValue);
}

/// What was remembered of this vault.
pub(crate) fn recall(vault: &Origin) -> Option<Seen> {
    get(&key(vault)).as_string().and_then(|text| Seen::parse(&text))
}

/// Remembers it in place of what was remembered before.
pub(crate) fn remember(vault: &Origin, seen: &Seen) {
    set(&key(vault), &seen.to_text().into());
}

fn key(vault: &Origin) -> JsValue {
    ["cardseal-directory:", vault.as_str()].concat().into()
}
