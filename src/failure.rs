//! Why a call failed, as JavaScript hears it.

use cardseal_protocol::{Code, Error};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::field::Field;
use crate::js;

/// A stable code, and the input to correct where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) field: Option<Field>,
}

/// For a code of the vault's in an answer that says no more than that.
const UNSAID: &str = "The vault refuses.";

impl Failure {
    /// As JavaScript hears it.
    pub(crate) fn report(self) -> Report<'static> {
        self.report_as("")
    }

    /// The same in these words, unless they are empty.
    fn report_as(self, words: &str) -> Report<'_> {
        let Self { code, field } = self;
        let message = [words, code.meaning_in_browser()].into_iter().find(|text| !text.is_empty()).unwrap_or(UNSAID);
        Report { code, message, retryable: self.is_retryable(), field }
    }

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
        js::value(&failure.report())
    }
}

/// Why there is no token: a failure, in the words of the vault where it is the vault that refuses.
pub(crate) struct Refused {
    pub(crate) failure: Failure,
    /// Empty where the vault says nothing.
    pub(crate) words: String,
}

impl Refused {
    /// As JavaScript hears it.
    pub(crate) fn report(&self) -> Report<'_> {
        self.failure.report_as(&self.words)
    }
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self { failure: error.into(), words: String::new() }
    }
}

/// `Failure` in TypeScript.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    code: Code,
    message: &'a str,
    retryable: bool,
    // Absent, not null: `field?: Field`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
}
