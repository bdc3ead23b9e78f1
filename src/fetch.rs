//! HTTP with a deadline and safe retries.

use std::pin::pin;

use cardseal_protocol::Code;
use futures_util::future::{Either, select};
use js_sys::{JsString, Math, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Response;
use web_sys::{
    AbortController, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
};

use crate::task::settled;
use crate::timer::{Deadline, Timer};
use crate::turn::outside;

/// How often a request is sent at most.
const TRIES: u32 = 3;
/// Pause before the second try, in milliseconds; doubled for the third.
const BACKOFF: f64 = 300.0;
/// The longest answer that is read, in UTF-16 code units. A vault's are far shorter.
const LONGEST_ANSWER: u32 = 128 * 1024;

#[wasm_bindgen]
extern "C" {
    // Bound to the global scope, not to `Window`: tests run in Node too.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The header `Date`, where the vault lets it be read.
    pub(crate) date: Option<String>,
    /// The body.
    pub(crate) body: String,
    /// The header `Retry-After`, in milliseconds.
    retry_after: Option<f64>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request<'a> {
    /// GET; with [`RequestCache::Reload`] past every cache.
    Get(RequestCache),
    /// POST of this JSON.
    Post(&'a str),
}

/// Sends a request to `url` until there is an answer that another try would not better.
///
/// Sending the same bytes again is always safe: the vault answers a known `jti` with the token it made for it.
///
/// # Errors
/// [`Code::Network`] if no try got through, [`Code::Timeout`] if the deadline passed first.
pub(crate) async fn send(url: &str, request: Request<'_>, deadline: Deadline) -> Result<Answer, Code> {
    let mut pause = BACKOFF;
    let mut tries = 1;
    loop {
        let last = tries == TRIES;
        // A try that hangs, on a dead connection say, must leave time for another.
        let limit = if last { deadline.left() } else { deadline.left() / 2.0 };
        let outcome = send_once(url, request, limit).await;
        let asked = match &outcome {
            Ok(answer) if !may_pass(answer.status) => return outcome,
            Ok(answer) => answer.retry_after,
            Err(_) => None,
        };
        // Spread out, so that all shoppers do not come back to a restarted vault at the same instant.
        let wait = asked.unwrap_or_else(|| (pause * (0.5 + Math::random())).min(deadline.left() / 4.0));
        if last || wait >= deadline.left() {
            return outcome;
        }
        Timer::start(wait).await;
        pause *= 2.0;
        tries += 1;
    }
}

/// Whether a status speaks of a state that passes: 429, 502, 503, 504.
fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 502..=504)
}

async fn send_once(url: &str, request: Request<'_>, limit: f64) -> Result<Answer, Code> {
    let abort = AbortController::new().map_err(|_| Code::Internal)?;
    let request = pin!(exchange(url, request, &abort));
    // Aborting alone would trust that `fetch` obeys; the race ends in any case.
    match select(request, Timer::start(limit)).await {
        Either::Left((outcome, _)) => outcome.map_err(|_| Code::Network),
        Either::Right(_) => {
            abort.abort();
            Err(Code::Timeout)
        }
    }
}

async fn exchange(url: &str, request: Request<'_>, abort: &AbortController) -> Result<Answer, JsValue> {
    let init = RequestInit::new();
    init.set_signal(Some(&abort.signal()));
    init.set_redirect(RequestRedirect::Error);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    match request {
        Request::Get(cache) => init.set_cache(cache),
        Request::Post(json) => {
            let headers = Headers::new()?;
            headers.set("content-type", "application/json")?;
            init.set_method("POST");
            init.set_headers(&headers);
            init.set_body(&JsValue::from_str(json));
            init.set_cache(RequestCache::NoStore);
            init.set_credentials(RequestCredentials::Omit);
        }
    }
    let response: Response = settled(outside(|| fetch(url, &init))?).await?.unchecked_into();
    let body: JsString = settled(response.text()?).await?.unchecked_into();
    let headers = response.headers();
    let header = |name| headers.get(name).ok().flatten();
    Ok(Answer {
        status: response.status(),
        date: header("date"),
        retry_after: header("retry-after").and_then(|seconds| seconds.parse::<u16>().ok()).map(|s| f64::from(s) * 1e3),
        body: if body.length() > LONGEST_ANSWER { String::new() } else { body.into() },
    })
}
