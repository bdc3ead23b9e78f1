//! Published vectors, natively and in a browser (`wasm-pack test --headless --chrome`, or `--firefox`). In Node: `conformance_node.rs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod vectors;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
