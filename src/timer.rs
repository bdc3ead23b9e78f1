//! Until when something may take.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // Bound to the global scope, not to `Window`: tests run in Node too.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
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
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::task;

    #[wasm_bindgen_test]
    async fn a_time_passes() {
        let began = now();
        pass(30.0).await;
        assert!(now() - began >= 29.0);
    }

    #[wasm_bindgen_test]
    async fn a_deadline_passes() {
        let deadline = Deadline::after(20.0);
        assert!((1.0..=20.0).contains(&deadline.left()));
        pass(40.0).await;
        assert_eq!(deadline.left(), 0.0);
    }

    async fn pass(milliseconds: f64) {
        let timer = async move {
            task::sleep(milliseconds).await;
            JsValue::TRUE
        };
        assert!(JsFuture::from(task::promise(timer, JsValue::FALSE, false)).await.unwrap().is_truthy());
    }
}
