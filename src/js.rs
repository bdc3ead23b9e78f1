//! Rust values as plain JavaScript objects, and JSON as Rust values.
//!
//! The browser's own `JSON` reads. What the vault answers is read member by member: deserializing it with
//! serde would bring its error messages, with number formatting and all, a fifth of the module's size.

use js_sys::{Array, JSON, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use crate::json;

/// The value as JSON has it: `null` for `None`, objects for structs.
pub(crate) fn value(value: &impl Serialize) -> JsValue {
    JSON::parse(&json::write(value)).unwrap_or(JsValue::UNDEFINED)
}

/// A value that JavaScript gave, which may be anything, read member by member.
#[derive(Debug)]
pub(crate) struct Foreign(JsValue);

impl Foreign {
    /// Reads JSON; `undefined` where it is none, which has no members.
    pub(crate) fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or(JsValue::UNDEFINED))
    }

    /// A member of an object; `undefined` where there is none.
    pub(crate) fn member(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED))
    }

    /// The items of an array; none of anything else.
    pub(crate) fn items(&self) -> Vec<Self> {
        let Some(items) = self.0.dyn_ref::<Array>() else { return Vec::new() };
        (0..items.length()).map(|index| Self(items.get(index))).collect()
    }

    /// A string.
    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// A number.
    pub(crate) fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    /// A number from 0 to 2^53 - 1, without its fraction.
    pub(crate) fn integer(&self) -> Option<u64> {
        // Checked to fit.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        self.number().filter(|number| (0.0..9_007_199_254_740_992.0).contains(number)).map(|number| number as u64)
    }

    /// Whether it is `true`, and not only truthy.
    pub(crate) fn is_true(&self) -> bool {
        self.0.as_bool() == Some(true)
    }

    /// Whether there is no such value.
    pub(crate) fn is_absent(&self) -> bool {
        self.0.is_undefined()
    }
}

impl From<JsValue> for Foreign {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl AsRef<JsValue> for Foreign {
    fn as_ref(&self) -> &JsValue {
        &self.0
    }
}

impl From<Foreign> for JsValue {
    fn from(value: Foreign) -> Self {
        value.0
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn json_is_read_member_by_member() {
        let json = Foreign::parse(r#"{"text":"a","number":7,"list":[1,2],"null":null}"#);
        assert_eq!(json.member("text").text().as_deref(), Some("a"));
        assert_eq!(json.member("number").integer(), Some(7));
        assert_eq!(json.member("list").items().iter().filter_map(|item| item.integer()).collect::<Vec<_>>(), [1, 2]);
        assert!(json.member("none").is_absent() && !json.member("null").is_absent());
        assert_eq!(json.member("text").integer(), None);
        assert_eq!(json.member("number").text(), None);
        assert_eq!(json.member("text").items().len(), 0);
        assert!(json.member("none").member("deeper").is_absent());
    }

    #[wasm_bindgen_test]
    fn what_is_no_json_or_no_integer_is_absent() {
        assert!(Foreign::parse("<html>").member("code").is_absent());
        assert!(Foreign::parse("").member("code").is_absent());
        for number in ["-1", "1e300", "9007199254740992", "\"1\""] {
            assert_eq!(Foreign::parse(number).integer(), None, "{number}");
        }
    }
}
