//! The browser side of the Cardseal payment SDK.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use std::alloc::System;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of linear memory as it is freed, so that what `zeroize` cannot reach (a `String` that a library
/// moved while it grew) does not stay behind either.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
