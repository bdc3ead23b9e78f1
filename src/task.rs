//! Tasks: work that takes several turns, because it waits for promises and times in between.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

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
    pub(crate) type Awaited;
    fn wait(promise: &Promise) -> Awaited;
    /// A number of milliseconds, after which the task that is running goes on.
    pub(crate) fn sleep(milliseconds: f64) -> Awaited;
    #[wasm_bindgen(js_name = isOver)]
    fn is_over(awaited: &Awaited) -> bool;
    #[wasm_bindgen(catch)]
    fn outcome(awaited: &Awaited) -> Result<JsValue, JsValue>;
    /// Has no timer left behind.
    pub(crate) fn cancel(awaited: &Awaited);
}

impl Awaited {
    /// Whether it has come.
    pub(crate) fn poll(&self) -> Poll<()> {
        if is_over(self) { Poll::Ready(()) } else { Poll::Pending }
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

/// What a promise gives. In tasks only.
///
/// # Errors
/// What the promise is rejected with.
pub(crate) async fn settled(promise: Promise) -> Result<JsValue, JsValue> {
    let awaited = wait(&promise);
    poll_fn(|_| awaited.poll()).await;
    outcome(&awaited)
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
