//! The module's turns, in which all it does is done.
//!
//! A panic is a trap: it ends a turn in its middle, and what is left in memory cannot be trusted, so nothing more is done with
//! it. That is found out in `turn.js`, apart from what is spoilt: after a trap no turn begins, and the promises that would
//! hang, because the task that was to settle them does not go on, are settled.

use std::process;

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/turn.js")]
extern "C" {
    fn enter() -> bool;
    fn leave();
    /// Calls a listener of the page's. Its own fault must not stop the module, nor be hidden.
    pub(crate) fn tell(listener: &Function, event: &JsValue);
    #[wasm_bindgen(js_name = preventDefault)]
    pub(crate) fn prevent_default(event: &JsValue);
    #[wasm_bindgen(js_name = listener)]
    fn listener_of(handle: &JsValue) -> Function;
}

/// A call from JavaScript as a turn; `None` after a trap.
pub(crate) fn turn<T>(work: impl FnOnce() -> T) -> Option<T> {
    enter().then(|| {
        let outcome = work();
        leave();
        outcome
    })
}

/// A call in the middle of a turn to what may call back: code of the page's, or what fires events.
pub(crate) fn outside<T>(call: impl FnOnce() -> T) -> T {
    leave();
    let outcome = call();
    if !enter() {
        // A turn within has trapped, so that this one has nothing left to go on with.
        process::abort();
    }
    outcome
}

/// A listener that handles each event in a turn of its own.
pub(crate) fn listener<T: ?Sized>(handle: &Closure<T>) -> Function {
    listener_of(handle.as_ref())
}
