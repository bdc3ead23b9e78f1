//! HTTP with a deadline and safe retries.

use cardseal_protocol::Code;
use js_sys::{Math, Promise};
use wasm_bindgen::prelude::*;

use crate::js::Foreign;
use crate::task::{settled, sleep};
use crate::timer::Deadline;
use crate::turn::outside;

/// How often a request is sent at most.
const TRIES: u32 = 3;
/// Pause before the second try, in milliseconds; doubled for the third.
const BACKOFF: f64 = 300.0;
/// The longest answer that is read, in bytes. A vault's are far shorter.
const LONGEST_ANSWER: usize = 128 * 1024;

#[wasm_bindgen(module = "/src/browser.js")]
extern "C" {
    /// A request on its way.
    type Exchange;
    fn begin(url: &JsValue, cache: &JsValue, json: &JsValue) -> Exchange;
    #[wasm_bindgen(js_name = answer)]
    fn answer_of(exchange: &Exchange) -> Promise;
    fn abort(exchange: &Exchange);
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
    /// GET, with this cache mode of the Fetch standard.
    Get(&'static str),
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
        sleep(wait).await;
        pause *= 2.0;
        tries += 1;
    }
}

/// Whether a status speaks of a state that passes: 429, 502, 503, 504.
fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 502..=504)
}

async fn send_once(url: &str, request: Request<'_>, limit: f64) -> Result<Answer, Code> {
    let (cache, json) = match request {
        Request::Get(cache) => (cache, JsValue::UNDEFINED),
        Request::Post(json) => ("no-store", json.into()),
    };
    let exchange = outside(|| begin(&url.into(), &cache.into(), &json));
    let answer = settled(&answer_of(&exchange), limit, Code::Network).await;
    // Not only aborted in time, which would trust that `fetch` obeys: it is not waited for any longer.
    if answer.is_err() {
        abort(&exchange);
    }
    answer.map(|answer| read(answer.into()))
}

fn read(answer: Foreign) -> Answer {
    Answer {
        status: answer.member("status").integer().and_then(|status| status.try_into().ok()).unwrap_or_default(),
        date: answer.member("date").text(),
        // No number where there is none.
        retry_after: answer
            .member("retryAfter")
            .number()
            .filter(|seconds| *seconds >= 0.0)
            .map(|seconds| seconds * 1e3),
        body: answer.member("body").text().filter(|body| body.len() <= LONGEST_ANSWER).unwrap_or_default(),
    }
}
