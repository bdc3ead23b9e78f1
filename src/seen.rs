//! The newest key directory of a vault that this browser has seen, kept where the origin's data is kept.
//!
//! Where storage is refused, nothing is remembered from one visit to the next; the rest works all the same.

use cardseal_protocol::Origin;
use cardseal_protocol::directory::Seen;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Storage;
    #[wasm_bindgen(method, catch, js_name = getItem)]
    fn get_item(this: &Storage, key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setItem)]
    fn set_item(this: &Storage, key: &str, value: &str) -> Result<(), JsValue>;
}

/// What was remembered of this vault.
pub(crate) fn recall(vault: &Origin) -> Option<Seen> {
    storage()?.get_item(&key(vault)).ok().flatten().and_then(|text| Seen::parse(&text))
}

/// Remembers it in place of what was remembered before.
pub(crate) fn remember(vault: &Origin, seen: &Seen) {
    if let Some(storage) = storage() {
        // Full or switched off in between: as if there were none.
        let _ = storage.set_item(&key(vault), &seen.to_string());
    }
}

fn key(vault: &Origin) -> String {
    ["cardseal-directory:", vault.as_str()].concat()
}

/// Reading the property throws where storage is blocked.
fn storage() -> Option<Storage> {
    let storage = Reflect::get(&js_sys::global(), &"localStorage".into()).ok()?;
    storage.is_object().then(|| storage.unchecked_into())
}
