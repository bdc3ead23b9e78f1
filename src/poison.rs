//! After a panic nothing in this module's memory can be trusted, so nothing more is done with it.
//!
//! The build aborts on panic: a trap ends the call that panicked, and JavaScript could call again into half-changed state.
//! The panic hook raises a flag that every exported call checks first, and settles the promises that would otherwise
//! hang, because the task that was to settle them will not run again.

use std::cell::RefCell;
use std::future::Future;
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

static POISONED: AtomicBool = AtomicBool::new(false);
static WATCH: Once = Once::new();

thread_local! {
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// A promise that was handed out and is not settled: what to call, and with what, after a panic.
struct Waiting {
    id: u32,
    settle: Function,
    value: JsValue,
}

/// Puts the hook in place; more calls change nothing.
pub(crate) fn watch() {
    WATCH.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            POISONED.store(true, Ordering::Relaxed);
            settle_all();
            previous(info);
        }));
    });
}

/// Whether this module has panicked.
pub(crate) fn is_poisoned() -> bool {
    POISONED.load(Ordering::Relaxed)
}

/// A promise of what `work` gives. After a panic it is settled with `on_panic` instead: `Ok` resolves it, `Err` rejects.
pub(crate) fn promise(
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
    on_panic: Result<JsValue, JsValue>,
) -> Promise {
    let mut work = Some(work);
    Promise::new(&mut |resolve, reject| {
        let (settle, value) = match on_panic.clone() {
            Ok(value) => (resolve.clone(), value),
            Err(value) => (reject.clone(), value),
        };
        let id = wait(settle, value);
        let Some(work) = work.take() else { return };
        spawn_local(async move {
            let (settle, value) = match work.await {
                Ok(value) => (resolve, value),
                Err(value) => (reject, value),
            };
            WAITING.with_borrow_mut(|waiting| waiting.retain(|entry| entry.id != id));
            call(&settle, &value);
        });
    })
}

fn wait(settle: Function, value: JsValue) -> u32 {
    WAITING.with_borrow_mut(|waiting| {
        let id = waiting.last().map_or(0, |last| last.id.wrapping_add(1));
        waiting.push(Waiting { id, settle, value });
        id
    })
}

fn settle_all() {
    WAITING.with(|waiting| {
        // Borrowed only if the panic came from within this file; then there is nothing more to be done.
        if let Ok(waiting) = waiting.try_borrow() {
            for entry in waiting.iter() {
                call(&entry.settle, &entry.value);
            }
        }
    });
}

/// The functions of a promise's executor do not throw.
fn call(settle: &Function, value: &JsValue) {
    let _ = settle.call1(&JsValue::NULL, value);
}
