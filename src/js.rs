//! Rust values as plain JavaScript objects, and JSON as Rust values.
//!
//! The browser's own `JSON` reads and writes. What the vault answers is read member by member: deserializing it with
//! serde would bring its error messages, with number formatting and all, a fifth of the module's size.

use js_sys::{Array, JSON, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

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

/// A value that was read from JSON.
#[derive(Debug)]
pub(crate) struct Json(JsValue);

impl Json {
    /// Reads JSON; `undefined` where it is none, which has no members.
    pub(crate) fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or(JsValue::UNDEFINED))
    }

    /// A member of an object; `undefined` where there is none.
    pub(crate) fn member(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED))
    }

    /// The items of an array; none of anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.0.dyn_ref::<Array>().map(|items| items.iter());
        items.into_iter().flatten().map(Self)
    }

    /// A string.
    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// An integer from 0 to 2^53 - 1.
    pub(crate) fn integer(&self) -> Option<u64> {
        // Checked to be exactly representable.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        self.0.as_f64().filter(|number| (0.0..9_007_199_254_740_992.0).contains(number)).map(|number| number as u64)
    }

    /// Whether there is no such value.
    pub(crate) fn is_absent(&self) -> bool {
        self.0.is_undefined()
    }
}
