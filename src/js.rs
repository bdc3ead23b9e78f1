//! Rust values as plain JavaScript objects and as JSON.
//!
//! The browser's own `JSON` reads and writes; a parser in Rust would be a fifth of the module's size.

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The value as JSON would have it: `null` for `None`, objects for structs.
///
/// Only plain types come here: numbers, strings and lists, which cannot fail to be written.
pub(crate) fn value(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}

/// The value as JSON.
pub(crate) fn stringify(value: &impl Serialize) -> String {
    JSON::stringify(&self::value(value)).map(String::from).unwrap_or_default()
}

/// The value that JSON says, or `None` where it is none of this shape.
pub(crate) fn parse<T: DeserializeOwned>(json: &str) -> Option<T> {
    JSON::parse(json).ok().and_then(|value| serde_wasm_bindgen::from_value(value).ok())
}
