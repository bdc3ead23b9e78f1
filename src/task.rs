//! Tasks: work that takes several turns, because it waits for promises and times in between.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use cardseal_protocol::Code;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/turn.js")]
extern "C" {
    #[wasm_bindgen(js_name = spawn)]
    fn spawn_steps(step: JsValue);
    #[wasm_bindgen(js_name = promise)]
    fn promise_of_steps(step: JsValue, fallback: JsValue, rejects: bool) -> Promise;

    /// What a task waits for.
    #[derive(Debug)]
    type Awaited;
    fn wait(promise: &JsValue, milliseconds: f64) -> Awaited;
    fn ended(awaited: &Awaited) -> u8;
    fn value(awaited: &Awaited) -> JsValue;
    fn cancel(awaited: &Awaited);
}

/// A future of what a promise gives within a time. In tasks only. Dropped earlier, it leaves no timer behind.
#[derive(Debug)]
pub(crate) struct Settled {
    awaited: Awaited,
    /// What a rejection is.
    rejected: Code,
}

impl Future for Settled {
    type Output = Result<JsValue, Code>;

    // Once for all that wait.
    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        // As `turn.js` numbers them.
        match ended(&self.awaited) {
            0 => Poll::Pending,
            1 => Poll::Ready(Ok(value(&self.awaited))),
            2 => Poll::Ready(Err(self.rejected)),
            _ => Poll::Ready(Err(Code::Timeout)),
        }
    }
}

impl Drop for Settled {
    #[inline(never)]
    fn drop(&mut self) {
        cancel(&self.awaited);
    }
}

/// Begins a task that nobody waits for.
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    spawn_steps(steps(async move {
        work.await;
        JsValue::TRUE
    }));
}

/// A promise of what `work` gives or, where it `rejects`, of what that has as `error`. After a trap it is settled with
/// `fallback`. The task begins when JavaScript is done with what it does at present.
pub(crate) fn promise(work: impl Future<Output = JsValue> + 'static, fallback: JsValue, rejects: bool) -> Promise {
    promise_of_steps(steps(work), fallback, rejects)
}

/// What a promise gives within so many milliseconds; `rejected` where it is rejected, and [`Code::Timeout`]. It is listened to
/// from this call on.
pub(crate) fn settled(promise: &JsValue, milliseconds: f64, rejected: Code) -> Settled {
    Settled { awaited: wait(promise, milliseconds), rejected }
}

/// Lets so many milliseconds pass.
pub(crate) async fn sleep(milliseconds: f64) {
    // Without a promise, nothing but the time ends it.
    let _ = settled(&JsValue::UNDEFINED, milliseconds, Code::Timeout).await;
}

/// A function that goes on with `work` at each call, and gives what it gives once it has ended.
///
/// Nothing is woken by a waker: whatever the task waits for calls this function, and then all of it is looked at.
fn steps(work: impl Future<Output = JsValue> + 'static) -> JsValue {
    let mut work: Option<Pin<Box<dyn Future<Output = JsValue>>>> = Some(Box::pin(work));
    let step = move || match work.as_mut().map(|work| work.as_mut().poll(&mut Context::from_waker(Waker::noop()))) {
        Some(Poll::Ready(outcome)) => {
            // At once, and not when the function is collected as garbage.
            work = None;
            outcome
        }
        _ => JsValue::UNDEFINED,
    };
    Closure::wrap(Box::new(step) as Box<dyn FnMut() -> JsValue>).into_js_value()
}
