//! Waiting.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use cardseal_protocol::Code;
use futures_util::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    // Bound to the global scope, not to `Window`: tests run in Node too.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// A future that is ready after a time. Dropped earlier, it leaves no timer behind.
#[derive(Debug)]
pub(crate) struct Timer {
    id: JsValue,
    done: JsFuture,
}

impl Timer {
    /// Starts a timer of so many milliseconds.
    pub(crate) fn start(milliseconds: f64) -> Self {
        let id = RefCell::new(JsValue::UNDEFINED);
        let done = Promise::new(&mut |resolve, _| {
            id.replace(set_timeout(&resolve, milliseconds));
        });
        Self { id: id.into_inner(), done: JsFuture::from(done) }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.done).poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// A point in time that a piece of work must not outlast. It does not move when the device's clock is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(f64);

impl Deadline {
    /// So many milliseconds from now.
    pub(crate) fn after(milliseconds: f64) -> Self {
        Self(now() + milliseconds)
    }

    /// Milliseconds that are left; 0 once it has passed.
    pub(crate) fn left(self) -> f64 {
        (self.0 - now()).max(0.0)
    }

    /// What `work` gives, unless this point in time comes first.
    ///
    /// # Errors
    /// Those of `work`, and [`Code::Timeout`].
    pub(crate) async fn bound<T>(self, work: impl Future<Output = Result<T, Code>>) -> Result<T, Code> {
        match select(pin!(work), Timer::start(self.left())).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(Code::Timeout),
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn a_timer_waits() {
        let began = now();
        Timer::start(30.0).await;
        assert!(now() - began >= 29.0);
    }

    #[wasm_bindgen_test]
    async fn a_deadline_passes() {
        let deadline = Deadline::after(20.0);
        assert!((1.0..=20.0).contains(&deadline.left()));
        Timer::start(40.0).await;
        assert_eq!(deadline.left(), 0.0);
    }
}
