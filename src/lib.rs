//! The browser side of the Cardseal payment SDK: drives the inputs of a card form, seals the card, gets a token.
//!
//! Built to WebAssembly by `scripts/wasm.sh`. It has no rules of its own: what a card, an order or an envelope is, the
//! crate `cardseal-protocol` says. Here is what that crate must not know: the DOM, the network, the clock.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod card_form;
mod choice;
mod clock;
mod device;
mod failure;
mod fetch;
mod field;
mod form;
mod input;
mod js;
mod json;
mod seen;
mod signature;
mod state;
mod task;
mod timer;
mod tokenize;
mod turn;
mod vault;

pub use card_form::{CardForm, CardInputs, FormOptions, countries};

// The module's turns are JavaScript that Node's test programs, which are CommonJS, cannot load.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use rlsf::SmallGlobalTlsf;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of linear memory as it is freed, so that what `zeroize` cannot reach (a `String` that a library
/// moved while it grew) does not stay behind either.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[global_allocator]
static ALLOCATOR: ZeroAlloc<SmallGlobalTlsf> = ZeroAlloc(SmallGlobalTlsf::new());
