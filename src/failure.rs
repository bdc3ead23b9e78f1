//! Why a call failed, as JavaScript hears it.

use cardseal_protocol::{Code, Error};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use wasm_bindgen::JsValue;

use crate::field::Field;
use crate::js;

/// A stable code, and the input to correct where there is one. `Failure` in TypeScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) field: Option<Field>,
}

impl Failure {
    /// Whether the same call may succeed if it is simply made again.
    const fn is_retryable(self) -> bool {
        matches!(
            self.code,
            Code::Network | Code::Timeout | Code::Unavailable | Code::TokenizeInProgress | Code::NotReady
        )
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { code, field: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.code().into()
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        js::value(&failure)
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut failure = serializer.serialize_struct("Failure", 4)?;
        failure.serialize_field("code", &self.code)?;
        failure.serialize_field("message", self.code.meaning())?;
        failure.serialize_field("retryable", &self.is_retryable())?;
        // Absent, not null: `field?: Field`.
        if let Some(field) = self.field {
            failure.serialize_field("field", &field)?;
        }
        failure.end()
    }
}
