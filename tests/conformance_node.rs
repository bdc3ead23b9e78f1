//! Published vectors, in Node (`wasm-pack test --node`). A test program runs in one place only, so this is another one.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod vectors;
